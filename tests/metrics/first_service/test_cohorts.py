"""Cohort rate and return curve: four vehicles on paper, random censored data against lifelines."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from csanalysis.metrics.first_service.cohorts import first_service_cohort_rate, first_service_curve
from csanalysis.metrics.stats.intervals import wilson
from csanalysis.metrics.stats.kaplan_meier import kaplan_meier

AS_OF = pd.Timestamp("2024-12-31")


def vehicles_of(*rows: tuple) -> pd.DataFrame:
    """(sale_date, return_date, model) a row."""
    frame = pd.DataFrame(list(rows), columns=["sale_date", "return_date", "model"])
    dates = {
        name: pd.to_datetime(frame[name]).astype("datetime64[s]") for name in ("sale_date", "return_date")
    }
    return frame.assign(**dates).astype({"model": "str"})


VEHICLES = vehicles_of(
    ("2024-01-10", "2024-04-11", "X"),
    ("2024-01-20", "2024-07-21", "X"),
    ("2024-02-05", None, "Y"),
    ("2024-03-31", "2024-09-30", "Y"),
)


def cohort_of(vehicles=VEHICLES, as_of=AS_OF, window_months=6, by=None):
    return first_service_cohort_rate(
        vehicles, window_months=window_months, since=pd.Timestamp("2024-01-10"), as_of=as_of, by=by
    )


@pytest.mark.parametrize(
    ("period", "numerator", "denominator", "value"),
    [
        pytest.param("2024-01", 1, 2, 0.5, id="a day late is outside the window"),
        pytest.param("2024-02", 0, 1, 0.0, id="nobody came"),
        pytest.param("2024-03", 1, 1, 1.0, id="31 March + 6 months is 30 September, still within"),
        pytest.param("2024-06", 0, 0, None, id="nothing sold"),
        pytest.param("2024-07", None, 0, None, id="31 July + 6 months lies after as_of"),
        pytest.param("2024", None, 4, None, id="the year's last day + 6 months lies after as_of"),
    ],
)
def test_cohort_rate(period, numerator, denominator, value):
    row = cohort_of().set_index("period").loc[period]
    for name, expected in (("numerator", numerator), ("denominator", denominator), ("value", value)):
        assert row[name] == pytest.approx(np.nan if expected is None else expected, nan_ok=True), name


def test_a_cohort_is_known_on_the_last_day_of_its_window():
    known = cohort_of(as_of=pd.Timestamp("2024-07-31")).set_index("period")["value"]
    assert known["2024-01"] == 0.5
    early = cohort_of(as_of=pd.Timestamp("2024-07-30")).set_index("period")["value"]
    assert np.isnan(early["2024-01"])


def test_year_of_sale_pools_its_vehicles():
    year = cohort_of(as_of=pd.Timestamp("2025-06-30")).set_index("period").loc["2024"]
    assert (year["numerator"], year["denominator"], year["value"]) == (2, 4, 0.5)
    low, high = wilson(2, 4)
    assert (year["low"], year["high"]) == (low, high)


def test_cohort_rate_by_model():
    split = cohort_of(as_of=pd.Timestamp("2025-06-30"), by="model")
    year = split[split["period"] == "2024"].set_index("model")
    assert year[["numerator", "denominator"]].to_numpy().tolist() == [[1, 2], [1, 2]]


def test_empty_cohorts():
    nothing = first_service_cohort_rate(VEHICLES.iloc[:0], window_months=6, since=pd.NaT, as_of=AS_OF)
    assert len(nothing) == 0


def curve_of(vehicles, as_of=AS_OF):
    return first_service_curve(vehicles, as_of=as_of).set_index("months_since_sale")["value"]


def test_curve_of_complete_waits_is_the_share_returned():
    # Waits of 92, 104, 105 and 183 days; 3, 4, 6 and 7 months are 91.3, 121.75, 182.6 and 213.1 days.
    curve = curve_of(
        vehicles_of(
            ("2024-01-10", "2024-04-11", "X"),
            ("2024-01-20", "2024-05-03", "X"),
            ("2024-02-05", "2024-05-20", "X"),
            ("2024-03-31", "2024-09-30", "X"),
        )
    )
    assert curve[["3", "4", "6"]].tolist() == [0.0, 0.75, 0.75]
    assert curve[["7", "8", "9", "10", "11", "12"]].isna().all()


def test_curve_censors_vehicles_still_waiting():
    # Events after 50 and 100 days, waiting for 60 and 200: 1 - 3/4 = 0.25, then 1 - 3/4 x 1/2 = 0.625.
    curve = curve_of(
        vehicles_of(
            ("2024-01-01", "2024-02-20", "X"),
            ("2024-11-01", None, "X"),
            ("2024-01-01", "2024-04-10", "X"),
            ("2024-06-14", None, "X"),
        )
    )
    assert curve[["1", "2", "3", "4", "6"]].tolist() == pytest.approx([0, 0.25, 0.25, 0.625, 0.625])
    assert np.isnan(curve["7"])


def test_curve_rows_are_dated_as_of_with_an_interval_around_the_share():
    curve = first_service_curve(VEHICLES, as_of=AS_OF)
    assert curve["period"].tolist() == ["2024-12-31"] * 12
    assert curve["months_since_sale"].tolist() == [str(month) for month in range(1, 13)]
    four = curve.iloc[3]
    assert four["low"] < four["value"] == 0.25 < four["high"]


@pytest.mark.parametrize(
    "vehicles",
    [
        pytest.param(VEHICLES.iloc[:0], id="none sold"),
        pytest.param(vehicles_of(("2024-12-31", None, "X")), id="sold on the last day"),
    ],
)
def test_curve_is_unknown_without_waits(vehicles):
    assert curve_of(vehicles).isna().all()


def test_one_vehicle_that_came():
    curve = curve_of(vehicles_of(("2024-01-01", "2024-02-20", "X")))
    assert curve["1"] == 0.0
    assert np.isnan(curve["2"])


waits = st.lists(st.tuples(st.integers(0, 400), st.booleans()), min_size=1, max_size=60)


@given(waits)
def test_kaplan_meier_equals_lifelines(pairs):
    waited, over = np.array([wait for wait, _ in pairs]), np.array([ended for _, ended in pairs])
    at = np.arange(1, 13) * 365.25 / 12
    share, _, _ = kaplan_meier(waited, over, at)
    fitted = KaplanMeierFitter().fit(waited, over)
    expected = 1 - fitted.survival_function_at_times(at).to_numpy()
    seen = at <= waited.max()
    np.testing.assert_allclose(share[seen], expected[seen], atol=1e-9)
    assert np.isnan(share[~seen]).all()


def test_kaplan_meier_bounds_equal_lifelines():
    random = np.random.default_rng(7)
    waited, over = random.integers(1, 400, 300), random.random(300) < 0.6
    at = np.arange(1, 12) * 365.25 / 12
    share, low, high = kaplan_meier(waited, over, at)
    fitted = KaplanMeierFitter().fit(waited, over)
    bounds = 1 - fitted.confidence_interval_survival_function_
    rows = bounds.index.searchsorted(at, side="right") - 1
    np.testing.assert_allclose(high, bounds.iloc[rows, 0], atol=1e-6)
    np.testing.assert_allclose(low, bounds.iloc[rows, 1], atol=1e-6)
    assert (low < share).all() and (share < high).all()
