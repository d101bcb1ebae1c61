"""Stores in which each vehicle's chance is known: the model finds it, or says that it has learned nothing."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.customers import return_hazard
from csanalysis.metrics.customers.hazard_features import day_number, histories, present
from csanalysis.metrics.customers.return_chance import return_chance, table_chances
from csanalysis.metrics.customers.units import units

AS_OF = pd.Timestamp("2025-12-31")
VEHICLES = 600
MONTHLY = np.linspace(0.04, 0.35, VEHICLES)
"""Chance of a visit in a month, of each vehicle."""


@pytest.fixture(scope="module")
def no_sales(clean_table):
    return clean_table("vehicle_sales")


@pytest.fixture(scope="module")
def store(visits_of):
    """Four years of vehicles that come at random, each at its own rate: whoever came often, will."""
    random, first = np.random.default_rng(7), pd.Timestamp("2022-01-01")
    dates = {}
    for number, monthly in enumerate(MONTHLY):
        daily = 1 - (1 - monthly) ** (12 / 365.25)
        days = np.flatnonzero(random.random(1461) < daily)
        dates[f"V{number:03d}"] = [str((first + pd.Timedelta(days=int(day))).date()) for day in days]
    return visits_of(dates)


def told_of(visits, sales, *, longest=24, **changes):
    hazard = return_hazard.learn_hazard(visits, sales, as_of=AS_OF, months=6, km=7500, longest=longest)
    return return_hazard.return_chances(hazard, visits, sales, **changes)


@pytest.fixture(scope="module")
def told(store, no_sales):
    return told_of(store, no_sales)


def test_the_known_chances_are_told_to_every_tenth(store, told):
    assert set(told["basis"]) == {"model"}
    monthly = MONTHLY[told["vin"].str[1:].astype(int)]
    away = (AS_OF - told["vin"].map(store.groupby("vin")["visit_date"].max())).dt.days.to_numpy()
    known = {"chance": 1 - (1 - monthly) ** 3, "lapse_chance": (1 - monthly) ** (12 - away / 30.4)}
    for said, truth in known.items():
        both = pd.DataFrame({"said": told[said], "truth": truth}).dropna()
        tenths = both.groupby(pd.qcut(both["said"], 10, labels=False)).mean()
        assert (tenths["said"] - tenths["truth"]).abs().max() < 0.1
        assert both["said"].corr(both["truth"], method="spearman") > 0.8


def test_further_ahead_is_likelier(store, no_sales, told):
    month = told_of(store, no_sales, horizon_days=30)["chance"]
    assert (month.dropna() < told["chance"].dropna()).all() and month.notna().equals(told["chance"].notna())


def test_two_months_are_two_chances(store, no_sales):
    known, day = histories(store, no_sales, months=6, km=7500, learned=AS_OF), day_number(AS_OF)
    coefficients = return_hazard.fit_hazard(known, until=day)
    rows = present(known, day)

    def chance(at, months):
        return return_hazard.chance_to_come(known, coefficients, rows, at, months * return_hazard.MONTH_DAYS)

    after = round(day + return_hazard.MONTH_DAYS)
    assert chance(day, 2) == pytest.approx(1 - (1 - chance(day, 1)) * (1 - chance(after, 1)))
    assert (chance(day, 0) == 0).all()


def test_what_is_not_told_is_no_0(store, visits_of, no_sales):
    more = pd.concat(
        [store, visits_of({"GONE": ["2023-12-31"], "LAPSED": ["2024-12-31"], "NEARLY": ["2025-01-01"]})],
        ignore_index=True,
    )
    told = told_of(more, no_sales).set_index("vin")
    assert told.loc["GONE", ["chance", "lapse_chance"]].isna().all()
    assert told.loc["LAPSED", "chance"] > 0 and np.isnan(told.loc["LAPSED", "lapse_chance"])
    assert told.loc["NEARLY", "lapse_chance"] > 0.95, "it lapses tomorrow"
    # Lost for good a year earlier, where params say so.
    assert np.isnan(told_of(more, no_sales, longest=12).set_index("vin").loc["LAPSED", "chance"])


def test_the_future_and_the_order_of_rows_make_no_difference(store, visits_of, no_sales, told):
    later = pd.concat(
        [store, visits_of({"V001": ["2026-01-05"], "LATER": ["2026-02-01"]})], ignore_index=True
    )
    turned = later.sample(frac=1, random_state=1).reset_index(drop=True)
    pd.testing.assert_frame_equal(told_of(turned, no_sales), told, check_exact=False, rtol=1e-6)


def test_too_little_to_learn_from_leaves_the_table(store, no_sales):
    few = store[store["vin"] < "V030"].reset_index(drop=True)
    told = told_of(few, no_sales)
    assert set(told["basis"]) == {"table"}
    table = return_chance(units(few, no_sales).visits, as_of=AS_OF)
    expected = table_chances(few, no_sales, table, as_of=AS_OF, horizon_days=90)
    pd.testing.assert_frame_equal(told[["vin", "chance", "lapse_chance"]], expected)


@pytest.mark.parametrize("dates", [{}, {"A": ["2025-06-01"]}])
def test_nobody_or_one(visits_of, no_sales, dates):
    told = told_of(visits_of(dates), no_sales)
    assert told["vin"].tolist() == list(dates) and told["chance"].isna().all()
    assert list(told) == ["vin", "chance", "lapse_chance", "basis"]
