"""What the fit takes from a store's past, by hand, and what a fitted store then does."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from csanalysis.metrics.customers.lapses import LAPSE_MONTHS
from csanalysis.metrics.simulation.fit import fit
from csanalysis.metrics.simulation.history import OLDEST, history
from csanalysis.metrics.simulation.model import STRATA
from csanalysis.metrics.simulation.outcomes import simulated_flows
from csanalysis.metrics.simulation.run import simulate
from csanalysis.metrics.simulation.spreads import USUAL, drift_spread

C = STRATA.index("C")
STEADY = {"steady": ["2023-01-05", "2023-07-05", "2024-01-05", "2024-07-05"]}  # makes both years whole


@pytest.fixture
def opened(visits_of, clean_table):
    """A store's history to the end of 2024 from vehicles' visits, their amounts and its sales."""

    def past(dates, amounts=100.0, sold=()):
        visits = visits_of(dates, total_amount=amounts)
        sales = [{"vin": vin, "sale_date": pd.Timestamp(day)} for vin, day in sold]
        return history(clean_table("vehicle_sales", sales), visits, None, as_of=pd.Timestamp("2024-12-31"))

    return past


def test_each_cell_has_its_own_months_and_25_of_the_average(opened):
    """``a`` came in January 2023 and each January after; ``b`` once, in March 2023."""
    fitted = fit(opened({"a": ["2023-01-05", "2024-01-05"], "b": ["2023-03-05"]}), year=2024)
    weight = fitted.came + fitted.stayed - 25
    # a waits from 12 months on in January, then from 1 to 11 months; b from 10 to 21 months.
    assert weight[:-1].sum() == pytest.approx(12 + 12)
    exposed = weight.sum(axis=0) - weight[-1]
    assert exposed[[1, 11, 12, 21, 22]] == pytest.approx([1, 2, 2, 1, 0])


def test_beyond_the_oldest_seen_the_chance_stays_that_of_the_age_before(opened):
    fitted = fit(opened({"a": ["2023-01-05", "2023-07-05", "2024-01-05", "2024-07-05"]}), year=2024)
    chance = fitted.came[C] / (fitted.came[C] + fitted.stayed[C])
    assert chance[6] == chance.max()
    assert chance[7:] == pytest.approx(chance[7]) and chance[7] > 0.01
    first = fitted.first_came / (fitted.first_came + fitted.first_stayed)
    assert (np.diff(first) <= 1e-12).all(), "nobody was waiting for a first visit"


def test_vehicles_that_come_in_the_month_of_their_lapse(opened):
    """``a`` comes on the day after twelve months, ``b`` on the day before: one of two comes too late; ``c`` never."""
    lapsing = {"a": ["2023-03-10", "2024-03-11"], "b": ["2023-03-10", "2024-03-09"], "c": ["2023-03-10"]}
    fitted = fit(opened({**STEADY, **lapsing}), year=2024)
    assert fitted.after_lapse == pytest.approx((1 + 0.5) / (2 + 1))


def test_prices_are_last_year_s_and_vary_as_single_orders_do(opened):
    """Two orders a year at 100 and 300: mean 200, scatter 100 around it, half of the mean."""
    past = opened({"a": ["2023-01-05", "2024-01-05"], "b": ["2023-05-05", "2024-05-05"]})
    even = fit(past, year=2024)
    assert even.amounts == pytest.approx([0, 100, 0]) and even.variations == pytest.approx([0, 0, 0])
    uneven = replace(past, amounts=past.amounts * 2, squares=past.squares * (100**2 + 300**2) / 2 / 100**2)
    fitted = fit(uneven, year=2024)
    assert fitted.amounts == pytest.approx([0, 200, 0])
    assert fitted.variations == pytest.approx([0, 0.5, 0])


def test_a_sale_in_the_first_month_of_the_data_counts_and_one_before_does_not(opened):
    past = opened(
        {"a": ["2023-01-20", "2024-01-20"]},
        sold=[("a", "2023-01-03"), ("b", "2022-12-31"), ("c", "2024-12-31")],
    )
    assert past.our_sales.tolist() == [1, *[0] * 22, 1]


def test_vehicles_from_elsewhere_come_by_the_season_and_by_no_more(opened):
    season = np.linspace(0.5, 1.5, 12)
    fitted = fit(opened({"a": ["2023-01-05", "2024-01-05"]}), year=2024)
    never, sure = np.full_like(fitted.came, 1e-9), np.full_like(fitted.came, 1e9)
    store = replace(
        fitted, stock=fitted.stock * 0, waiting=fitted.waiting * 0, came=never, stayed=sure,
        sales=0.0, elsewhere=120.0, season=season, again=np.zeros(len(STRATA)), excluded=0.0,
    )  # fmt: skip
    year = simulate(store, draws=1, exact=True, year_noise=False)
    assert year.new[0] == pytest.approx(10 * season)
    assert year.visits[0] == pytest.approx(10 * season)
    assert year.active[0] == pytest.approx(10 * season.cumsum())


def test_the_band_holds_eight_of_ten_drawn_years(opened):
    fitted = fit(opened({"a": ["2023-01-05", "2024-01-05"]}), year=2024)
    year = simulate(fitted, draws=10)
    shaped = replace(year, lapses=np.arange(1.0, 11)[:, None] * np.ones(12))
    frame = simulated_flows(shaped, plan_year=2025)["simulated_lapses"].set_index("period")
    assert frame.loc["2025-01", ["low", "value", "high"]].tolist() == [1, 5, 9]
    assert frame.loc["2025", ["low", "value", "high"]].tolist() == [12, 60, 108]


def test_a_year_like_all_others_moves_nothing_and_a_livelier_one_does(opened):
    """Spreads rest on what each year's vehicles did beside what they would do in a year like the others."""
    calm = {f"v{n}": ["2022-01-05", "2022-07-05", "2023-01-05", "2023-07-05", "2024-01-05", "2024-07-05"] for n in range(200)}  # fmt: skip
    busy = {
        vin: [*days, "2024-03-05", "2024-05-05", "2024-09-05", "2024-11-05"] for vin, days in calm.items()
    }
    still, moved = fit(opened(calm), year=2024), fit(opened(busy), year=2024)
    assert moved.spreads["known"].scale > still.spreads["known"].scale
    assert still.stock[:, LAPSE_MONTHS + 1 :].sum() == 0 and still.stock.sum() == 200
    assert OLDEST > LAPSE_MONTHS


@pytest.fixture
def three_years(opened):
    """Two fitted years, 2023 and 2024; ``a`` comes once in each year, ``b`` once more in 2024."""
    return opened({"a": ["2022-01-05", "2023-01-05", "2024-01-05"], "b": ["2022-05-05", "2024-05-05"]})


def test_prices_drift_by_the_ratio_of_the_years(three_years):
    factor = np.where(np.arange(36) // 12 == 2, 1.21, 1.0)[:, None]
    fitted = fit(replace(three_years, amounts=three_years.amounts * factor), year=2024)
    assert fitted.fitted == (2023, 2024)
    assert fitted.amounts == pytest.approx([0, 121, 0])
    # One change, over two years more than there are.
    assert fitted.spreads["price"].middle == pytest.approx(np.log(1.21) / 3)


def test_items_of_the_last_year_and_how_the_odds_of_a_yes_moved(three_years):
    upsell = np.zeros((36, 3))
    upsell[12], upsell[24] = [9, 4, 450], [10, 5, 900]
    upsell[35] = [9, 4, 1000]
    fitted = fit(replace(three_years, upsell=upsell), year=2024)
    # 19 items in two visits, for 1,900 yuan; half an item is added to either side.
    assert (fitted.proposals, fitted.proposed_amount) == pytest.approx((9.5, 100))
    assert fitted.success == pytest.approx(9.5 / 20)
    moved = np.log(9.5 / 10.5) - np.log(4.5 / 5.5)
    assert fitted.spreads["upsell"].middle == pytest.approx(moved / 3)


def test_success_and_amounts_are_the_last_of_several_years(opened):
    past = opened({"a": [f"{year}-01-05" for year in range(2020, 2025)]})
    upsell = np.zeros((60, 3))
    upsell[[12, 24, 36, 48]] = [[9, 1, 90], [9, 2, 180], [9, 3, 270], [9, 4, 360]]
    fitted = fit(replace(past, upsell=upsell), year=2024)
    assert (fitted.proposals, fitted.success, fitted.proposed_amount) == pytest.approx((9, 0.45, 40))


def test_a_store_that_proposes_nothing_has_no_success(three_years):
    fitted = fit(three_years, year=2024)
    assert fitted.proposals == 0 and np.isnan([fitted.success, fitted.proposed_amount]).all()
    assert fitted.spreads["upsell"].middle == 0


def test_orders_beyond_the_first_of_a_month_lean_on_the_store_s(opened):
    past = opened({"a": ["2023-01-05", "2024-01-05", "2024-01-09"], "b": ["2023-05-05", "2024-05-05"]})
    # Two visitors with three orders in the class, and five more of the same.
    assert fit(past, year=2024).again[C] == pytest.approx((3 + 5 * 1.5) / (2 + 5) - 1)
    assert fit(past, year=2024).again[0] == pytest.approx(0.5)


def test_excluded_orders_and_those_of_a_first_service(three_years):
    kinds = np.zeros_like(three_years.kinds)
    kinds[12], kinds[24] = [2, 8, 5], [4, 6, 1]
    services = np.zeros(36, dtype="int64")
    services[13], services[25] = 2, 1
    fitted = fit(replace(three_years, kinds=kinds, first_services=services), year=2024)
    # A year counts 0.65 of the one after it.
    assert fitted.excluded == pytest.approx((0.65 * 5 + 1) / (0.65 * 10 + 10))
    assert fitted.service_orders == pytest.approx((0.65 * 2 + 4) / (0.65 * 2 + 1))


def test_our_share_of_the_sales_and_their_months(opened):
    sold = [("c", "2023-01-02"), ("d", "2024-02-01"), ("e", "2024-08-01"), ("f", "2024-08-09")]
    fitted = fit(opened({"a": ["2023-01-05", "2024-01-05"]}, sold=sold), year=2024)
    assert fitted.sales == 3 and fitted.ours == 1
    assert fitted.sales_months == pytest.approx([0, 1 / 3, *[0] * 5, 2 / 3, *[0] * 4], abs=1e-6)
    assert fitted.waiting[[5, 11, 24]].tolist() == [2, 1, 1] and fitted.waiting.sum() == 4
    none = fit(opened({"a": ["2023-01-05", "2024-01-05"]}), year=2024)
    assert (none.sales, none.ours, none.service_orders) == (0, 0, 0)


def test_a_store_of_one_year_is_taken_to_vary_about_as_is_usual(opened):
    """Nothing shows yet how far years differ: half of the guesses lie below the usual spread, some far above."""
    spreads = fit(opened({"a": ["2023-01-05", "2024-01-05"]}), year=2024).spreads
    for name in ("price", "upsell"):  # of the others the numbers are so small that their own chance is wider
        assert spreads[name].scale == pytest.approx(drift_spread([], usual=USUAL[name]).scale)
        assert USUAL[name] < spreads[name].scale * stats.t.ppf(0.9, spreads[name].freedom) < 6 * USUAL[name]
    assert all(spreads[name].scale > 0.5 for name in ("known", "sales"))


def test_months_of_sales_are_those_of_the_last_three_years(opened):
    sold = [(f"v{year}", f"{year}-{month}-09") for year, month in [(2020, "01"), (2021, "02"), (2022, "03"), (2023, "04"), (2024, "05")]]  # fmt: skip
    fitted = fit(opened({"a": [f"{year}-01-05" for year in range(2020, 2025)]}, sold=sold), year=2024)
    assert fitted.fitted == (2021, 2022, 2023, 2024)
    assert fitted.sales_months == pytest.approx([0, 0, 1 / 3, 1 / 3, 1 / 3, *[0] * 7], abs=1e-6)


def test_each_age_of_waiting_vehicles_has_its_months_and_one_of_the_average(opened):
    sold = [("c", "2023-01-02"), ("d", "2024-11-01")]
    fitted = fit(opened({"a": ["2023-01-05", "2024-01-05"]}, sold=sold), year=2024)
    months = fitted.first_came + fitted.first_stayed - 1
    # c is 12 to 23 months from its sale in 2024, d in November and December none and one.
    assert months[:12] == pytest.approx([1, 1, *[0] * 10])
    assert months[12:] == pytest.approx([1] * 12 + [0] * (OLDEST - 23))
