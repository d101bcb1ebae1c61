"""A store small enough to redo on paper: six repair orders, nine items."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.stats.tallies import Timeline
from csanalysis.metrics.upsell import rates as upsell_rates
from csanalysis.metrics.upsell.cases import upsell_cases, upsell_warnings
from csanalysis.metrics.upsell.revenue import revenue_per_visit

AS_OF = pd.Timestamp("2025-03-31")
ITEMS = [
    # order, item, grade, amount, outcome, proposed, more
    ("R0", "brakes", "A", 400, "accepted", "2025-01-10", {}),
    ("R0", "filter", "C", 100, "declined", "2025-01-10", {"decline_reason": "price"}),
    ("R1", "brakes", "A", 600, "declined", None, {"decline_reason": "price", "followed_up_date": "2025-01-23"}),
    ("R1", "battery", "B", 300, "declined", "2025-01-20", {"due_date": "2025-02-20", "followed_up_date": "2025-02-20", "recovered_date": "2025-03-02"}),
    ("R2", "battery", "B", 500, "declined", "2025-02-01", {"decline_reason": "time", "due_date": "2025-02-10", "followed_up_date": "2025-02-11"}),
    ("R2", "tyres", "A", 1000, "accepted", "2025-02-01", {"advisor": "Wu"}),
    ("R3", "filter", "C", 100, "declined", "2025-02-15", {"decline_reason": "time", "recovered_date": "2025-02-20", "recovered_amount": 80}),
    ("R3", "tyres", "A", 900, "declined", "2025-02-15", {"decline_reason": "price", "followed_up_date": "2025-02-19"}),
    ("R9", "tyres", "A", 200, "accepted", "2025-03-05", {}),
]  # fmt: skip


@pytest.fixture
def visits(visits_of):
    dates = {
        "A": ["2025-01-10 T1"],
        "B": ["2025-01-20 T1"],
        "C": ["2025-02-01 T2", "2025-02-15 T2"],
        "D": ["2025-02-20 T1", "2025-03-31"],
    }
    return visits_of(dates, total_amount=1000.0)


@pytest.fixture
def items(clean_table):
    names = ("ro_number", "item", "grade", "amount", "outcome", "proposed_date")
    rows = [
        dict(zip(names, (order.replace("R", "R000"), *rest), strict=True), advisor="Li") | more
        for order, *rest, more in ITEMS
    ]
    return clean_table("upsell_items", rows)


@pytest.fixture
def cases(items, visits):
    return upsell_cases(items, visits, as_of=AS_OF)


@pytest.fixture
def timeline(cases):
    return Timeline.spanning(cases["date"], since=cases["date"].min(), as_of=AS_OF)


def by(frame, *names, field="value"):
    keys = list(zip(*(frame[name] for name in ("period", *names)), strict=True))
    found = {key if names else key[0]: value for key, value in zip(keys, frame[field], strict=True)}
    return {key: value for key, value in found.items() if not np.isnan(value)}


def declined(cases):
    rows = cases[~cases["accepted"]]
    return rows, Timeline.spanning(rows["date"], since=cases["date"].min(), as_of=AS_OF)


def test_an_item_without_a_date_takes_that_of_its_visit(cases):
    assert cases["date"].iloc[2] == pd.Timestamp("2025-01-20")
    assert cases["visit"].tolist() == [0, 0, 1, 1, 2, 2, 3, 3, -1]


def test_visit_rate(cases, visits):
    rate = upsell_rates.upsell_visit_rate(cases, visits, since=cases["date"].min(), as_of=AS_OF)
    assert by(rate) == {
        "2025-01": 1,
        "2025-02": pytest.approx(2 / 3),
        "2025-03": 0,
        "2025": pytest.approx(4 / 6),
    }
    of_team = upsell_rates.upsell_visit_rate(cases, visits, since=cases["date"].min(), as_of=AS_OF, by="team")
    assert by(of_team, "team")["2025", "T1"] == pytest.approx(2 / 3)
    assert upsell_rates.upsell_visit_stages(rate).query("period == '2025'")["value"].tolist() == [6, 4]


def test_success_rate_counts_items_of_unknown_orders(cases, timeline):
    rate = upsell_rates.upsell_success_rate(cases, timeline)
    assert by(rate) == {"2025-01": 1 / 4, "2025-02": 1 / 4, "2025-03": 1, "2025": pytest.approx(3 / 9)}
    of_grade = upsell_rates.upsell_success_rate(cases, timeline, by=("grade",))
    assert by(of_grade, "grade")["2025", "A"] == pytest.approx(3 / 5)
    assert by(of_grade, "grade", field="denominator")["2025-03", "C"] == 0
    of_both = upsell_rates.upsell_success_rate(cases, timeline, by=("advisor", "grade"), kind="year")
    assert by(of_both, "advisor", "grade") == {
        ("2025", "Li", "A"): 0.5, ("2025", "Li", "B"): 0, ("2025", "Li", "C"): 0, ("2025", "Wu", "A"): 1
    }  # fmt: skip
    assert rate.loc[rate["period"] == "2025", ["low", "high"]].notna().all(axis=None)


def test_amount_success_rate(cases, timeline):
    rate = upsell_rates.upsell_amount_success_rate(cases, timeline, by=("grade",))
    assert by(rate, "grade")["2025", "A"] == pytest.approx(1600 / 3100)
    assert rate["low"].isna().all()


def test_funnel(cases, timeline):
    items = upsell_rates.upsell_funnel(cases, timeline)
    assert items.query("period == '2025'").set_index("stage")["value"].to_dict() == {
        "proposed": 9, "accepted": 3, "declined": 6, "followed_up": 4, "recovered": 2
    }  # fmt: skip
    money = upsell_rates.upsell_funnel(cases, timeline, by=("grade",), amounts=True)
    assert by(money.query("stage == 'recovered'"), "grade")["2025", "C"] == 80
    assert by(money.query("stage == 'recovered'"), "grade")["2025", "B"] == 300
    assert by(money.query("stage == 'followed_up'"), "grade")["2025-01", "A"] == 600


def test_declines(cases):
    rows, timeline = declined(cases)
    assert by(upsell_rates.upsell_declines(rows, timeline)) == {"2025": 6}
    reasons = upsell_rates.upsell_declines(rows, timeline, by=("decline_reason",))
    assert by(reasons, "decline_reason") == {("2025", "price"): 3, ("2025", "time"): 2}
    money = upsell_rates.upsell_declines(rows, timeline, by=("decline_reason", "grade"), amounts=True)
    assert by(money, "decline_reason", "grade")["2025", "price", "A"] == 1500


def test_followed_up_on_time(cases, visits, clean_table):
    rows, timeline = declined(cases)
    contacts = clean_table(
        "contacts",
        [
            {"vin": "A", "contact_date": "2025-01-10 15:00", "purpose": "campaign", "reached": True},
            {"vin": "A", "contact_date": "2025-03-10 09:00", "purpose": "campaign", "reached": False},
            {"vin": "C", "contact_date": "2025-02-16 09:00", "purpose": "campaign", "reached": True},
            {"vin": "A", "contact_date": "2025-02-16 09:00", "purpose": "maintenance", "reached": True},
        ],
    )
    on_time = upsell_rates.followed_up_on_time(rows, visits, contacts, days=3)
    # In order: C called the same day only; A after 3 days; B on its due date; B a day late; C called; A after 4.
    assert on_time.tolist() == [0, 1, 1, 0, 1, 0]
    rate = upsell_rates.follow_up_on_time_rate(rows, timeline, on_time, by=("grade",))
    assert by(rate, "grade")["2025", "A"] == 0.5
    assert by(upsell_rates.follow_up_on_time_rate(rows, timeline, on_time))["2025"] == 0.5


def test_nobody_knows_of_campaigns_without_contacts(cases, visits):
    rows, timeline = declined(cases)
    on_time = upsell_rates.followed_up_on_time(rows, visits, None, days=3)
    rate = upsell_rates.follow_up_on_time_rate(rows, timeline, on_time, by=("grade",)).query(
        "period == '2025'"
    )
    assert rate.set_index("grade")["value"].isna().to_dict() == {"A": False, "B": False, "C": True}
    assert by(upsell_rates.follow_up_on_time_rate(rows, timeline, on_time)) == {}


def test_recovery_rate(cases):
    rows, timeline = declined(cases)
    rate = upsell_rates.recovery_rate(rows, timeline, by=("grade",))
    assert by(rate, "grade", field="numerator")["2025", "B"] == 1
    assert by(rate, "grade")["2025-02", "B"] == 0
    assert by(upsell_rates.recovery_rate(rows, timeline))["2025"] == pytest.approx(2 / 6)


def test_revenue_per_visit_is_over_visits_with_an_amount(visits):
    visits.loc[[0, 5], "total_amount"] = [3000.0, np.nan]
    rate = revenue_per_visit(visits, since=visits["visit_date"].min(), as_of=AS_OF)
    assert by(rate) == {"2025-01": 2000, "2025-02": 1000, "2025": pytest.approx(7000 / 5)}
    of_team = revenue_per_visit(visits, since=visits["visit_date"].min(), as_of=AS_OF, by="team")
    assert by(of_team, "team")["2025", "T1"] == pytest.approx(5000 / 3)


def test_no_items(items, visits):
    none = upsell_cases(items.iloc[:0], visits, as_of=AS_OF)
    empty = Timeline.spanning(none["date"], since=none["date"].min(), as_of=AS_OF)
    assert upsell_rates.upsell_success_rate(none, empty, by=("grade",)).empty
    assert upsell_rates.upsell_funnel(none, empty).empty
    assert upsell_warnings(none, as_of=AS_OF)["value"].sum() == 0


def test_one_item(items, visits):
    one = upsell_cases(items.iloc[:1], visits, as_of=AS_OF)
    timeline = Timeline.spanning(one["date"], since=one["date"].min(), as_of=AS_OF)
    assert by(upsell_rates.upsell_success_rate(one, timeline)) == {"2025-01": 1, "2025": 1}


class TestOddItems:
    """Named, handled, and nothing lost."""

    def warnings(self, items, visits):
        frame = upsell_warnings(upsell_cases(items, visits, as_of=AS_OF), as_of=AS_OF)
        return {name: value for name, value in zip(frame["warning"], frame["value"], strict=True) if value}

    def test_what_is_odd_is_counted(self, items, visits):
        assert self.warnings(items, visits) == {"unknown_order": 1, "declined_without_reason": 1}

    def test_an_accepted_item_with_a_reason_is_accepted(self, items, visits):
        items.loc[0, "decline_reason"] = "price"
        cases = upsell_cases(items, visits, as_of=AS_OF)
        rows, timeline = declined(cases)
        assert self.warnings(items, visits)["accepted_with_reason"] == 1
        assert (
            by(upsell_rates.upsell_declines(rows, timeline, by=("decline_reason",)), "decline_reason")[
                "2025", "price"
            ]
            == 3
        )
        assert cases["accepted"].sum() == 3

    @pytest.mark.parametrize("amount", [0.0, -50.0], ids=["nothing", "below nothing"])
    def test_an_amount_not_above_0_is_no_quote(self, items, visits, amount):
        items.loc[0, "amount"] = amount
        cases = upsell_cases(items, visits, as_of=AS_OF)
        timeline = Timeline.spanning(cases["date"], since=cases["date"].min(), as_of=AS_OF)
        assert self.warnings(items, visits)["amount_not_positive"] == 1
        assert by(upsell_rates.upsell_success_rate(cases, timeline))["2025"] == pytest.approx(3 / 9)
        assert by(upsell_rates.upsell_amount_success_rate(cases, timeline))["2025"] == pytest.approx(
            1200 / 3700
        )

    def test_recovered_before_it_was_declined_is_no_recovery(self, items, visits):
        items.loc[6, "recovered_date"] = pd.Timestamp("2025-02-14")
        cases = upsell_cases(items, visits, as_of=AS_OF)
        assert self.warnings(items, visits)["recovered_before_declined"] == 1
        assert not cases["recovered"].iloc[6] and len(cases) == 9

    def test_an_item_without_any_date_is_in_no_period_but_counted(self, items, visits):
        items.loc[8, "proposed_date"] = pd.NaT
        assert self.warnings(items, visits)["undated"] == 1

    def test_one_advisor_has_nobody_to_compare_with(self, items, visits):
        items["advisor"] = "Li"
        assert self.warnings(items, visits)["single_advisor"] == 9
