from dataclasses import replace

import pandas as pd
import pytest

from csanalysis.catalogue import METRICS, Missing
from csanalysis.chapters import plan, simulation
from csanalysis.chapters.plan import figures as plan_figures
from csanalysis.chapters.plan import moves
from csanalysis.chapters.plan import sentences as plan_sentences
from csanalysis.chapters.plan import tables as plan_tables
from csanalysis.chapters.plan import tables_targets as plan_tables_targets
from csanalysis.chapters.plan.reading import first_working_day
from csanalysis.chapters.work_lists.call_plan import call_plan
from csanalysis.metrics.contacts.working_days import working_days
from csanalysis.metrics.results import Results
from csanalysis.metrics.value.holdout import in_holdout

YEARS = range(2019, 2026)
YEAR = pd.Timestamp("2025-12-31"), pd.Timestamp("2026-12-31")


@pytest.fixture(scope="module")
def sold_and_seen(clean_table, visits_of):
    """Forty vehicles sold a year, half come for first service; of last year's half come again."""
    sales, visits = [], {}
    for year in YEARS:
        for number in range(40):
            vin = f"{year}{number:03d}"
            sales.append({"vin": vin, "sale_date": f"{year}-{number % 12 + 1:02d}-10"})
            if number % 2:
                visits[vin] = [
                    f"{later}-{number % 12 + 1:02d}-20" for later in range(year, 2026, 1 + number % 3)
                ]
    first = {vin: days[:1] for vin, days in visits.items()}
    again = {vin: days[1:] for vin, days in visits.items()}
    made = [
        visits_of(first, service_type="first_service", total_amount=200.0),
        visits_of(again, service_type="scheduled_service", total_amount=500.0),
    ]
    made[1]["ro_number"] = "S" + made[1]["ro_number"]
    targets = [{"month": f"2026-{month:02d}-01", "units": 4} for month in range(1, 13)]
    return {
        "vehicle_sales": clean_table("vehicle_sales", sales),
        "service_visits": pd.concat(made, ignore_index=True),
        "sales_targets": clean_table("sales_targets", targets),
    }


@pytest.fixture(scope="module")
def measured(params_of, sold_and_seen):
    params = params_of(value={"revenue_per_vehicle": 600})
    found = plan.measure(params, sold_and_seen)
    return found + simulation.measure(params, sold_and_seen, found, draws=100)


def test_every_metric_is_in_the_catalogue(measured):
    assert set(measured.names) <= set(METRICS)


def test_a_target_s_worth_is_what_it_brings_above_last_year(measured):
    asked, came = measured.value("first_service_planned", 2026), measured.value("first_service_visits", 2025)
    worth = measured.value("target_value", 2026, target="first_service_target")
    assert worth == max(0.0, asked - came) * 600
    rate, last = measured.value("churn_rate_planned", 2026), measured.value("annual_churn_rate", 2025)
    point = measured.value("retention_value", 2026, points="1")
    worth = measured.value("target_value", 2026, target="churn_rate_target")
    assert worth == pytest.approx(max(0.0, last - rate) * 100 * point)
    assert measured.value("target_value", 2026, target="monthly_lapse_ceiling") is None


def test_the_price_of_a_vehicle_stands_beside_what_one_brought(measured, params_of, sold_and_seen):
    visits = sold_and_seen["service_visits"]
    of_2025 = visits[visits["visit_date"].dt.year == 2025]
    brought = of_2025["total_amount"].sum() / of_2025["vin"].nunique()
    assert measured.value("revenue_per_vehicle", 2026) == 600
    assert measured.value("revenue_per_vehicle", 2025) == pytest.approx(brought)
    note = plan_tables_targets.targets(measured, params=params_of(), language="en").note
    assert "That is the figure of the params; in 2025 a vehicle that came brought ¥" in note
    own = plan.measure(params_of(), sold_and_seen)
    assert own.value("revenue_per_vehicle", 2026) == own.value("revenue_per_vehicle", 2025)
    assert (
        "figure of the params" not in plan_tables_targets.targets(own, params=params_of(), language="en").note
    )


def test_there_is_one_range_that_of_the_simulated_year(measured):
    rate = measured.select("target_range_rate", None, period="2026", target="churn_rate_target").iloc[0]
    assert rate["value"] == measured.value("churn_rate_planned", 2026)
    told = measured.select("simulated_churn_rate", "year").iloc[0]
    assert (rate["low"], rate["high"]) == (told["low"], told["high"])
    count = measured.select("target_range_count", None, period="2026", target="first_service_target").iloc[0]
    told = measured.select("simulated_first_service_visits", "year").iloc[0]
    assert (count["low"], count["high"]) == (told["low"], told["high"])


def test_only_sales_and_visits_make_a_plan_that_says_what_is_missing(measured, params_of):
    # Without contacts nobody knows what calling changes; the department is taken to make 60 calls a day.
    assert measured.value("calls_possible", 2026) == 60 * len(working_days(*YEAR))
    assert measured.select("move_rank", "year", "move").empty
    assert measured.value("move_cases", 2026, move="first_service_invitations") > 0
    for language in ("zh", "en"):
        table = plan_tables_targets.targets(measured, params=params_of(), language=language)
        assert len(table.rows) == 3 and METRICS["upsell_success_planned"].label(language) in table.note
        missing = plan_tables.moves(measured, plan_year=2026, language=language)
        assert isinstance(missing, Missing) and "contacts" in str(missing)
        assert isinstance(plan_sentences.about_moves(measured, plan_year=2026, language=language), Missing)
        assert not isinstance(
            plan_sentences.about_rule_backtests(measured, params=params_of(), language=language), Missing
        )
        assert not isinstance(
            plan_figures.rule_backtests(measured, params=params_of(), language=language), Missing
        )


@pytest.mark.parametrize("empty", [False, True], ids=["one row", "no row"])
def test_a_store_that_has_just_begun_has_no_ranges_and_no_back_tests(params_of, sold_and_seen, empty):
    begun = {name: rows.iloc[: 0 if empty else 1] for name, rows in sold_and_seen.items()}
    results = plan.measure(params_of(), begun)
    assert results.select("rule_met_share", "span", "rule", "target").empty
    ranges = results.frame[results.frame["metric"].str.startswith("target_range")]
    assert ranges["low"].isna().all()
    assert isinstance(plan_figures.rule_backtests(results, params=params_of(), language="en"), Missing)
    assert isinstance(plan_tables.rules_tested(results, params=params_of(), language="en"), Missing)


@pytest.fixture(scope="module")
def with_calls(clean_table, sold_and_seen):
    """Every month twelve first-service calls that reach, and thirty leads given up, three of them revived."""
    vins = sold_and_seen["vehicle_sales"]["vin"]
    calls = [
        {"contact_id": f"{year}{month}{number}", "contact_date": f"{year}-{month:02d}-03", "attempt": 1,
         "purpose": "first_service", "vin": vins.iloc[(month * 12 + number + year) % len(vins)], "reached": True}
        for year in (2023, 2024, 2025) for month in range(1, 13) for number in range(12)
    ]  # fmt: skip
    leads = [
        {"lead_id": f"L{number}", "created_date": "2025-03-01", "status": "defeated", "defeated_date": "2025-05-01",
         "reactivated_date": "2025-06-01" if number < 3 else None}
        for number in range(30)
    ]  # fmt: skip
    return {
        **sold_and_seen,
        "contacts": clean_table("contacts", calls),
        "leads": clean_table("leads", leads),
    }


def test_leads_are_worth_their_past_share_and_the_least_cost(params_of, with_calls):
    results = plan.measure(params_of(value={"lead_cost": [300, 400]}), with_calls)
    assert results.value("move_cases", 2026, move="defeated_leads") == 27
    assert results.value("move_effect", 2026, move="defeated_leads", basis="history") == 0.1
    assert results.value("move_value", 2026, move="defeated_leads") == pytest.approx(27 * 0.1 * 300)


def test_moves_are_what_the_call_plan_gives_them(params_of, with_calls):
    params = params_of(calls={"per_day": 2})
    results = plan.measure(params, with_calls)
    calls, cases = call_plan(params, with_calls), call_plan(params, with_calls).cases
    assert results.value("calls_planned", 2026) <= results.value("calls_possible", 2026)
    on_sheets = cases[cases["planned"]]["list"].value_counts()
    for row in results.rows("move_cases"):
        if row.group.get("part") == "quarter":
            assert row.value == on_sheets.get(row.group["move"], 0), row.group
    for row in results.rows("move_cases"):  # who is on no sheet is counted by the reason why
        if set(row.group) == {"move"} and row.group["move"] != "weak_item":
            left = results.select("move_left_out", "year", "why_not", **row.group)["value"].sum()
            assert row.value == on_sheets.get(row.group["move"], 0) + left, row.group
    made = results.value("calls_planned", 2026, use="choice")
    others = results.value("move_calls", 2026, part="others") or 0
    assert made == results.value("move_calls", 2026, part="planned") + others
    ranks = results.select("move_rank", "year", "move").sort_values("value")["move"]
    gains = [results.value("move_value", 2026, move=move, part="planned") for move in ranks]
    assert gains == sorted(gains, reverse=True) and "defeated_leads" in list(ranks)
    # Nothing stands beside the leads that were given up: their worth is summed apart, as an upper bound.
    assert results.value("move_value", 2026, part="planned", basis="history") == pytest.approx(sum(gains))
    assert results.value("move_value", 2026, part="planned") == 0
    worth = calls.planned.groupby("list")["worth"].sum()
    quarter = results.value("move_value", 2026, move="defeated_leads", part="quarter")
    assert quarter == pytest.approx(worth["defeated_leads"])


def test_an_estimate_that_may_be_nil_is_no_move(monkeypatch, params_of, with_calls):
    """The same gain with the lower end of its interval above nil and below: the calls stay, the move goes."""
    params = params_of(calls={"per_day": 2})
    known, others, calls = moves.evidence(params, with_calls), {}, 0.0
    for low in (0.01, -0.01):
        told = replace(known["defeated_leads"], basis="matched", effect=(0.1, low, 0.2))
        monkeypatch.setattr(moves, "evidence", lambda *_, told=told: {**known, "defeated_leads": told})
        results = moves.measure(params, with_calls, Results())
        chosen = list(results.select("move_rank", "year", "move")["move"])
        assert ("defeated_leads" in chosen) is (low > 0)
        others[low] = results.value("move_calls", 2026, part="others")
        calls = results.value("move_calls", 2026, move="defeated_leads", part="planned") or calls
    assert others[-0.01] - others[0.01] == calls > 0


def test_a_vehicle_kept_uncalled_is_on_no_list_of_the_plan(params_of, with_calls):
    whole, kept = (
        plan.measure(params_of(value={"holdout_share": share}), with_calls) for share in (0.0, 0.5)
    )
    listed = whole.select("move_cases", "year", move="first_service_invitations")["denominator"].item()
    left = kept.select("move_cases", "year", move="first_service_invitations")["denominator"].item()
    assert left < listed
    cases = call_plan(params_of(value={"holdout_share": 0.5}), with_calls).cases
    drawn = cases["why_not"] == "holdout"
    assert drawn.any() and in_holdout(cases.loc[drawn, "vin"], plan_year=2026, share=0.5).all()
    assert not cases.loc[drawn, "planned"].any()
    waiting = with_calls["vehicle_sales"]["vin"]
    assert in_holdout(waiting, plan_year=2026, share=0.5).any()


@pytest.mark.parametrize(("year", "day"), [(2026, "2026-01-04"), (2027, "2027-01-04"), (2025, "2025-01-02")])
def test_the_first_working_day_comes_after_the_new_year_s_holidays(params_of, year, day):
    assert first_working_day(params_of(plan_year=year, as_of=f"{year - 1}-12-31")) == day
