import pandas as pd
import pytest

from csanalysis.metrics.results import tidy
from csanalysis.metrics.value import leads

AS_OF = pd.Timestamp("2025-06-30")


def by_verdict(rows):
    return leads.leads_defeated(rows.assign(verdict=leads.verdicts(rows)), as_of=AS_OF, by="verdict")


@pytest.fixture
def rows(clean_table):
    """Five leads given up in 2024, one in 2025, one never."""
    found = [
        # created, defeated, reason, reactivated, won, same brand
        ("2024-01-05", "2024-02-01", "price", "2024-03-01", "2024-03-01", False),
        ("2024-01-06", "2024-02-02", "price", "2024-03-09", "2024-03-08", False),
        ("2024-01-07", "2024-02-03", "other car", "2025-01-01", None, False),
        ("2024-01-08", "2024-02-04", "other car", None, None, True),
        ("2024-01-09", "2024-02-05", None, None, None, None),
        ("2025-01-09", "2025-02-05", "price", None, "2025-03-01", False),
        ("2025-05-01", None, None, None, None, False),
    ]
    names = [
        "created_date",
        "defeated_date",
        "defeat_reason",
        "reactivated_date",
        "won_date",
        "lost_to_same_brand",
    ]
    return clean_table(
        "leads",
        [
            {
                "lead_id": str(n),
                "status": "defeated",
                "reactivated_by": "甲",
                **dict(zip(names, row, strict=True)),
            }
            for n, row in enumerate(found)
        ],
    )


def of_year(frame, year="2024", **group):
    for name, value in group.items():
        frame = frame[frame[name] == value]
    return frame.loc[frame["period"] == year, "value"].item()


def test_taken_up_again_and_won(rows):
    again = leads.leads_reactivated(rows, as_of=AS_OF)
    won = leads.reactivated_won(rows, as_of=AS_OF)
    assert of_year(again) == 2 and of_year(again, "2024-03") == 2 and of_year(again, "2025-01") == 1
    # The second one was won the day before it was taken up: not by taking it up.
    assert of_year(won) == 1 and of_year(won, "2025") == 0
    assert again["period"].iloc[0] == "2024-01" and "2025-06" in set(again["period"])


def test_the_sources_case():
    saved = leads.lead_cost_saved(tidy(["2015"], value=[316]), costs=(300, 400))
    assert dict(zip(saved["bound"], saved["value"], strict=True)) == {"low": 94_800, "high": 126_400}


def test_what_became_of_those_given_up(rows):
    assert of_year(leads.leads_defeated(rows, as_of=AS_OF)) == 5
    by = by_verdict(rows)
    found = {verdict: of_year(by, verdict=verdict) for verdict in leads.VERDICTS}
    # The second was bought here, though a day before it was taken up again.
    assert found == {"won_after_all": 2, "taken_up": 1, "same_brand": 1, "stands": 1}
    assert of_year(by, "2025", verdict="won_after_all") == 1
    reasons = leads.leads_defeated(rows, as_of=AS_OF, by="defeat_reason")
    assert of_year(reasons, defeat_reason="price") == 2 and len(reasons) == 4


def test_false_defeats_are_a_share(rows):
    rate = leads.false_defeat_rate(rows, as_of=AS_OF)
    row = rate[rate["period"] == "2024"].iloc[0]
    assert (row["numerator"], row["denominator"]) == (3, 5) and 0 < row["low"] < 0.6 < row["high"] < 1
    assert of_year(leads.false_defeat_rate(rows, as_of=AS_OF, by="defeat_reason"), defeat_reason="price") == 1
    assert of_year(leads.reactivated_won_rate(rows, as_of=AS_OF)) == 0.5
    assert of_year(leads.reactivated_won_rate(rows, as_of=AS_OF, by_agent=True), agent="甲") == 0.5


@pytest.mark.parametrize("kept", [0, 1], ids=["no leads", "one lead"])
def test_few_leads(rows, kept):
    few = rows.iloc[:kept]
    assert leads.leads_reactivated(few, as_of=AS_OF)["value"].sum() == 2 * kept  # its month and its year
    assert len(leads.false_defeat_rate(few, as_of=AS_OF)) == 2 * kept  # 2024 and 2025
    assert by_verdict(few)["value"].sum() == kept


def test_bought_before_it_was_taken_up_again_is_not_won_by_that(rows):
    """The first was won on the day it was taken up again, the second the day before."""
    for place, won in ((0, 1), (1, 0)):
        one = rows.iloc[[place]]
        assert of_year(leads.reactivated_won(one, as_of=AS_OF)) == won
        assert of_year(leads.reactivated_won_rate(one, as_of=AS_OF)) == won
        assert of_year(by_verdict(one), verdict="won_after_all") == 1


def test_bought_on_the_day_it_was_given_up_is_won_after_all(rows):
    same_day = rows.iloc[[5]].assign(won_date=rows["defeated_date"])
    found = by_verdict(same_day)
    assert of_year(found, "2025", verdict="won_after_all") == 1
    before = same_day.assign(won_date=rows["defeated_date"] - pd.Timedelta(days=1))
    assert of_year(by_verdict(before), "2025", verdict="stands") == 1


def test_rows_are_numbered_once(rows):
    saved = leads.lead_cost_saved(tidy(["2015"], value=[316]), costs=(300, 400))
    assert saved.index.tolist() == [0, 1]
    for found in (
        by_verdict(rows),
        leads.false_defeat_rate(rows, as_of=AS_OF),
    ):
        assert found.index.tolist() == list(range(len(found)))
