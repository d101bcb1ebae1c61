"""The stock and its flows, by hand: what is certain happens, what is drawn adds up, the same seed is the same year."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.customers.lapses import LAPSE_MONTHS
from csanalysis.metrics.simulation.chances import (
    chance_of_target,
    contradictions,
    point_values,
    resampled_years,
    target_met,
    targets_met,
)
from csanalysis.metrics.simulation.fit import fit, fit_years
from csanalysis.metrics.simulation.history import OLDEST, history
from csanalysis.metrics.simulation.model import NEW, STRATA, Model
from csanalysis.metrics.simulation.outcomes import backtest, observed_outcomes, simulated_flows
from csanalysis.metrics.simulation.run import Change, simulate
from csanalysis.metrics.simulation.spreads import Spread

SURE, NEVER = 1e9, 1e-9
STILL = dict.fromkeys(
    ("known", "lost", "waiting", "elsewhere", "sales", "price", "upsell"), Spread(0.0, 0.0, 5.0)
)


def model(**changes):
    """A store where nobody ever comes, nothing is sold and nothing is proposed, but for what is changed."""
    cells, ages = (len(STRATA), OLDEST + 1), OLDEST + 1
    still = Model(
        year=2025,
        fitted=(2025,),
        stock=np.zeros(cells, dtype="int64"),
        waiting=np.zeros(ages, dtype="int64"),
        came=np.full(cells, NEVER),
        stayed=np.full(cells, SURE),
        first_came=np.full(ages, NEVER),
        first_stayed=np.full(ages, SURE),
        season=np.ones(12),
        again=np.zeros(len(STRATA)),
        after_lapse=0.0,
        first_service_share=np.ones(ages),
        sales=0.0,
        sales_months=np.full(12, 1 / 12),
        ours=1.0,
        elsewhere=0.0,
        excluded=0.0,
        service_orders=1.0,
        amounts=np.array([200.0, 500.0, 0.0]),
        variations=np.zeros(3),
        proposals=0.0,
        success=np.nan,
        proposed_amount=np.nan,
        spreads=STILL,
    )
    return replace(still, **changes)


def one_vehicle(age, stratum=0):
    stock = np.zeros((len(STRATA), OLDEST + 1), dtype="int64")
    stock[stratum, age] = 1
    return stock


@pytest.mark.parametrize(("age", "month"), [(1, 11), (6, 6), (12, 0)], ids=["December", "July", "January"])
def test_a_vehicle_that_stays_away_lapses_twelve_months_after_its_month(age, month):
    year = simulate(model(stock=one_vehicle(age)), draws=3)
    expected = np.zeros((3, 12))
    expected[:, month] = 1
    assert (year.lapses == expected).all()
    assert (year.active[:, month:] == 0).all() and (year.churned == 1).all()


def test_a_vehicle_lost_before_the_year_neither_lapses_nor_churns_again():
    year = simulate(model(stock=one_vehicle(13, stratum=3)), draws=3)
    assert year.opening == 0 and not year.lapses.any() and not year.churned.any()
    assert np.isnan(year.churn_rate).all()


def test_a_vehicle_that_is_sure_to_come_after_six_months_comes_in_months_six_and_twelve():
    came, stayed = np.full((len(STRATA), OLDEST + 1), NEVER), np.full((len(STRATA), OLDEST + 1), SURE)
    came[:, 6], stayed[:, 6] = SURE, NEVER
    # The model leaves a fiftieth of doubt in any chance.
    year = simulate(
        model(stock=one_vehicle(1), came=came, stayed=stayed), draws=1, exact=True, year_noise=False
    )
    assert year.visits[0] == pytest.approx([0, 0, 0, 0, 0, 0.98, 0, 0, 0, 0, 0, 0.98**2])
    assert year.revenue[0].sum() == pytest.approx(500 * (0.98 + 0.98**2))
    assert year.churned[0] == pytest.approx(0.02)


def test_sold_vehicles_come_for_their_first_service_three_months_later():
    first_came, first_stayed = np.full(OLDEST + 1, NEVER), np.full(OLDEST + 1, SURE)
    first_came[3] = first_stayed[3] = 1.0  # one in two
    store = model(sales=120.0, first_came=first_came, first_stayed=first_stayed)
    year = simulate(store, draws=1, exact=True, year_noise=False)
    assert year.sold[0] == pytest.approx([10] * 12)
    assert year.first_services[0] == pytest.approx([0] * 3 + [5] * 9)
    assert year.revenue[0] == pytest.approx([0] * 3 + [1000] * 9)
    fewer = simulate(store, Change(sales=-0.2), draws=1, exact=True, year_noise=False)
    assert fewer.first_services.sum() == pytest.approx(36)
    more = simulate(store, Change(first_service=0.1), draws=1, exact=True, year_noise=False)
    assert more.first_services.sum() == pytest.approx(54)
    electric = simulate(store, Change(ev_share=1.0, ev_visits=0.5), draws=1, exact=True, year_noise=False)
    assert electric.visits.sum() == pytest.approx(22.5)


def lively():
    """A store with every flow, drawn with chance."""
    rng = np.random.default_rng(1)
    stock = rng.integers(0, 30, size=(len(STRATA), OLDEST + 1))
    stock[NEW:] = 0
    stock[:3, LAPSE_MONTHS + 1 :] = 0
    stock[:, 0] = 0
    spread = dict.fromkeys(STILL, Spread(0.0, 0.1, 5.0))
    return model(
        stock=stock,
        waiting=rng.integers(0, 9, size=OLDEST + 1),
        came=np.full(stock.shape, 8.0),
        stayed=np.full(stock.shape, 60.0),
        first_came=np.full(OLDEST + 1, 9.0),
        first_stayed=np.full(OLDEST + 1, 40.0),
        after_lapse=0.4,
        again=np.full(len(STRATA), 0.1),
        sales=300.0,
        elsewhere=60.0,
        variations=np.full(3, 0.8),
        proposals=0.5,
        success=0.4,
        proposed_amount=300.0,
        spreads=spread,
    )


def test_stock_at_the_end_is_stock_at_the_beginning_and_what_flowed():
    year = simulate(lively(), Change(ev_share=0.3, ev_visits=0.6), draws=50)
    flows = year.new + year.won_back - year.lapses
    assert (year.opening + flows.cumsum(axis=1) == year.active).all()
    assert (year.lapses > 0).any() and (year.won_back > 0).any() and (year.new > 0).any()


def test_the_same_seed_gives_the_same_year_and_another_another():
    one, same, other = (simulate(lively(), draws=20, seed=seed) for seed in (3, 3, 4))
    assert (one.revenue == same.revenue).all()
    assert (one.revenue != other.revenue).any()


def test_averages_of_drawn_years_are_the_expected_flows():
    store = replace(lively(), spreads=STILL)
    drawn, exact = simulate(store, draws=800), simulate(store, draws=1, exact=True, year_noise=False)
    for flow in ("visits", "lapses", "first_services", "revenue"):
        assert getattr(drawn, flow).sum(axis=1).mean() == pytest.approx(getattr(exact, flow).sum(), rel=0.02)


@pytest.fixture
def small(visits_of, clean_table):
    """Two vehicles: ``a`` comes each half year, ``b`` came twice in 2023 and once more two years later."""
    dates = {
        "a": [f"{year}-{month}-10" for year in (2023, 2024, 2025) for month in ("03", "09")],
        "b": ["2023-02-10", "2023-05-10", "2025-05-20"],
    }
    visits = visits_of(dates, total_amount=100.0)
    january = visits_of({"c": ["2023-01-05"]}, total_amount=100.0).assign(ro_number="X")
    visits = pd.concat([january, visits], ignore_index=True)
    return history(clean_table("vehicle_sales"), visits, None, as_of=pd.Timestamp("2025-12-31"))


def test_history_counts_as_the_chapters_do(small):
    assert small.years == (2023, 2024, 2025)
    assert fit_years(small, 2025) == (2024, 2025)
    assert observed_outcomes(small, 2024) == {
        "visits": 2, "first_services": 0, "lapses": 2, "won_back": 0,
        "churn_rate": pytest.approx(2 / 3), "revenue": 200,
    }  # fmt: skip
    assert observed_outcomes(small, 2025)["won_back"] == 1


def test_the_fit_starts_from_the_vehicles_of_the_last_day(small):
    fitted = fit(small, year=2025)
    b, d = STRATA.index("B"), STRATA.index("D")
    assert fitted.stock[b, 4] == 1  # a: two visits in the year, the last in September
    assert fitted.stock[STRATA.index("C"), 8] == 1  # b: one, in May
    assert fitted.stock[d, 36] == 1 and fitted.stock.sum() == 3  # c: long ago


def test_a_ledger_that_begins_before_the_repair_orders_gives_them_waiting_vehicles(visits_of, clean_table):
    days = {"a": ["2023-01-10", "2024-03-10"], "b": ["2024-02-10"], "d": ["2024-12-05"]}
    visits = visits_of(days, total_amount=100.0)
    # b, c and e were sold before the first repair order, d after it; a is of no ledger.
    sold = {"b": "2022-11-05", "c": "2020-02-01", "e": "2022-12-31", "d": "2024-10-01"}
    sales = clean_table(
        "vehicle_sales", [{"vin": vin, "sale_date": pd.Timestamp(day)} for vin, day in sold.items()]
    )
    past = history(sales, visits, None, as_of=pd.Timestamp("2024-12-31"))
    assert past.ledger_sales.sum() == past.ledger_sales[21] == 1, "d alone is a sale of these months"
    fitted = fit(past, year=2024)
    assert fitted.sales == 1 and fitted.elsewhere == 0
    assert fitted.waiting[24] == 0 and fitted.waiting[25] == 1, "e, two years and a month from its sale"
    assert fitted.waiting[OLDEST] == 1 and fitted.waiting.sum() == 2, "c, as old as can be told"


def test_years_before_the_ledger_are_not_fitted(visits_of, clean_table):
    visits = visits_of({"a": ["2022-01-10", "2023-03-10"], "b": ["2024-02-10"]}, total_amount=100.0)
    sales = clean_table("vehicle_sales", [{"vin": "b", "sale_date": pd.Timestamp("2023-01-20")}])
    past = history(sales, visits, None, as_of=pd.Timestamp("2024-12-31"))
    assert (past.first_year, past.years, fit_years(past, 2024)) == (2022, (2023, 2024), (2024,))


def test_no_backtest_without_two_years_before(small):
    assert set(backtest(small, draws=20)["simulation_backtest"]["period"]) == {"2025"}


def test_met_is_the_better_side_and_chances_are_shares():
    drawn = np.array([1.0, 2.0, 3.0, 4.0])
    high, low = target_met(drawn, 3, better="higher"), target_met(drawn, 3, better="lower")
    assert chance_of_target(high, plan_year=2026)["value"].item() == 0.5
    # High: 3 and 4, low: 1, 2 and 3. The year of 3 meets both, each other one of them.
    both = targets_met([high, low], plan_year=2026).iloc[0]
    assert both[["value", "low", "high", "denominator"]].tolist() == [1, 1, 2, 2]


def test_targets_that_never_come_together_are_marked_and_unrelated_ones_are_not():
    hits = {
        "one": np.array([True, True, False, False]),
        "against": np.array([False, False, True, True]),
        "unrelated": np.array([True, False, True, False]),
    }
    pairs = contradictions(hits, plan_year=2026)
    assert pairs[["target", "against", "numerator", "denominator", "value"]].values.tolist() == [
        ["one", "against", 0.0, 0.25, 0.0]
    ]


def test_a_point_is_worth_what_the_lever_brings_and_nothing_flows_from_a_score():
    values = point_values(
        lively(),
        {"upsell_success_target": 0.4, "programme_score_target": 900.0},
        {"upsell_success_target": "success_rate"},
        plan_year=2026,
    ).set_index("target")["value"]
    base = simulate(lively(), draws=200, exact=True)
    factor = (base.revenue.sum(axis=1) > 0).all()
    assert factor and values["upsell_success_target"] > 0 and np.isnan(values["programme_score_target"])
    # A hundredth of the items proposed, at 300 each; prices vary about 1 by year.
    assert values["upsell_success_target"] == pytest.approx(base.proposed.sum(axis=1).mean() * 3, rel=0.05)


def test_years_of_equal_months_are_those_months_and_short_histories_give_none():
    months = pd.DataFrame({"numerator": [9.0] * 24, "denominator": [10.0] * 24, "value": [0.9] * 24})
    assert resampled_years(months, draws=5, seed=1) == pytest.approx([0.9] * 5)
    assert np.isnan(resampled_years(months.head(11), draws=5, seed=1)).all()


def test_frames_hold_median_and_band_by_month_and_year():
    frames = simulated_flows(simulate(model(stock=one_vehicle(12)), draws=5), plan_year=2026)
    lapses = frames["simulated_lapses"].set_index("period")
    assert lapses.loc["2026-01", ["low", "value", "high"]].tolist() == [1, 1, 1]
    assert lapses.loc["2026", "value"] == 1 and len(lapses) == 13
