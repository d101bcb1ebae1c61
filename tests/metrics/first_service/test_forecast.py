"""The lag-kernel forecast and both rules' back-test, on stores small enough to redo on paper."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.metrics.first_service.forecast import (
    first_service_backtest,
    first_service_backtest_error,
    first_service_forecast,
    return_kernel,
)
from csanalysis.metrics.first_service.rates import (
    first_service_return_rate,
    first_service_visits,
    new_vehicle_sales,
)
from csanalysis.metrics.periods import months_of

AS_OF = pd.Timestamp("2024-12-31")


def vehicles_of(*rows: tuple) -> pd.DataFrame:
    """(sale_date, first service) a row."""
    frame = pd.DataFrame(list(rows), columns=["sale_date", "return_date"])
    frame = frame.apply(lambda dates: pd.to_datetime(dates).astype("datetime64[s]"))
    return frame.assign(first_service_date=frame["return_date"])


VEHICLES = vehicles_of(
    ("2024-01-10", "2024-04-11"),
    ("2024-01-20", None),
    ("2024-10-01", "2024-11-30"),
    ("2024-11-05", None),
)


@pytest.mark.parametrize(
    ("as_of", "shares"),
    [
        # Waits 3, 11+, 1, 1+: one of four after a month, then one of the two left after three.
        pytest.param("2024-12-31", {1: 1 / 4, 3: 3 / 4 * 1 / 2}, id="November's sale has waited one month"),
        # Waits 3, 10+, 1, 0+: December is not over and does not count.
        pytest.param("2024-12-30", {1: 1 / 3, 3: 2 / 3 * 1 / 2}, id="only months that are over"),
        # Waits 3, 9+, 0+: neither November's sale nor the service of 30 November is known.
        pytest.param("2024-11-29", {3: 1 / 2}, id="nothing later is known"),
    ],
)
def test_kernel(as_of, shares):
    kernel = return_kernel(VEHICLES, years=3, as_of=pd.Timestamp(as_of))
    assert kernel[kernel > 0].to_dict() == pytest.approx(shares)


def test_kernel_uses_the_sales_of_the_last_years_only():
    older = pd.concat([VEHICLES, vehicles_of(("2023-12-31", "2023-12-31"))])
    assert return_kernel(older, years=1, as_of=AS_OF).equals(return_kernel(VEHICLES, years=1, as_of=AS_OF))
    assert return_kernel(older, years=2, as_of=AS_OF)[0] == pytest.approx(1 / 5)


def test_kernel_of_nothing_sold():
    assert return_kernel(VEHICLES.iloc[:0], years=3, as_of=AS_OF).empty


dates = st.dates(pd.Timestamp("2022-01-01").date(), AS_OF.date())


@given(st.lists(st.tuples(dates, st.none() | st.integers(0, 500)), min_size=1, max_size=40))
def test_kernel_is_a_share_of_vehicles(rows):
    vehicles = vehicles_of(
        *((sold, wait and pd.Timestamp(sold) + pd.Timedelta(days=wait)) for sold, wait in rows)
    )
    kernel = return_kernel(vehicles, years=3, as_of=AS_OF)
    assert (kernel >= 0).all()
    assert kernel.sum() <= 1 + 1e-12


def forecast_of(kernel: list[float], units: dict[str, float]) -> pd.Series:
    forecast = first_service_forecast(pd.Series(units, dtype=float), pd.Series(kernel), plan_year=2026)
    return forecast.set_index("period")["value"]


UNITS = {"2025-12": 20.0, "2026-01": 10.0, "2026-02": 30.0}


def test_forecast_spreads_units_over_the_months_that_follow():
    forecast = forecast_of([0.1, 0.5], UNITS)
    # January 0.1 x 10 + 0.5 x 20, February 0.1 x 30 + 0.5 x 10.
    assert forecast[["2026-01", "2026-02"]].tolist() == pytest.approx([11, 8])
    assert forecast[["2026-03", "2026"]].isna().all()


def test_units_that_do_not_matter_may_be_unknown():
    assert forecast_of([0.0, 0.5], UNITS)["2026-03"] == 15


def test_forecast_of_the_year_is_the_sum_of_its_months():
    forecast = forecast_of([0.2, 0.5], UNITS | dict.fromkeys(months_of(2026), 10.0))
    assert forecast["2026-01"] == 12
    assert forecast["2026"] == pytest.approx(12 + 11 * 7)


def test_forecast_without_a_kernel_is_unknown():
    assert forecast_of([], UNITS).isna().all()


def steady_store(*, back_in_2023: int) -> pd.DataFrame:
    """Ten vehicles a month; three months later half come, of those sold in 2023 ``back_in_2023``."""
    rows = []
    for month in pd.date_range("2022-01-15", "2023-12-15", freq="31D").to_period("M").unique():
        service = (month + 3).start_time + pd.Timedelta(days=9)
        came = (back_in_2023 if month.year == 2023 else 5) if service.year < 2024 else 0
        rows += [(month.start_time, service)] * came + [(month.start_time, None)] * (10 - came)
    return vehicles_of(*rows)


def backtest_of(vehicles: pd.DataFrame, **options) -> pd.DataFrame:
    as_of, since = pd.Timestamp("2023-12-31"), pd.Timestamp("2022-01-01")
    sold = new_vehicle_sales(vehicles, since=since, as_of=as_of)
    services = first_service_visits(vehicles, since=since, as_of=as_of)
    rate = first_service_return_rate(services, sold, lag_months=3)
    rule = {"complete": [2022, 2023], "years": 3, "lag_months": 3} | options
    return first_service_backtest(vehicles, rate, sold, services, **rule)


@pytest.mark.parametrize("rule", ["return_rate", "lag_kernel"])
@pytest.mark.parametrize("pooled", [False, True], ids=["mean of years", "pooled"])
def test_in_a_steady_store_both_rules_are_exact(rule, pooled):
    backtest = backtest_of(steady_store(back_in_2023=5), pooled=pooled)
    rows = backtest[backtest["rule"] == rule].set_index("period")
    assert list(rows.index) == [*months_of(2023), "2023"]
    assert rows["numerator"].tolist() == pytest.approx([5.0] * 12 + [60.0])
    assert rows["value"].tolist() == pytest.approx([1.0] * 13)


@pytest.mark.parametrize("rule", ["return_rate", "lag_kernel"])
def test_error_where_twice_as_many_came_as_the_rule_could_know(rule):
    backtest = backtest_of(steady_store(back_in_2023=10))
    year = backtest[(backtest["rule"] == rule) & (backtest["period"] == "2023")]
    # Forecast 12 x 5; January to March still bring 5 of 2022's sales, the other nine months 10.
    assert year[["numerator", "denominator"]].to_numpy().tolist() == [[pytest.approx(60), 105]]
    errors = first_service_backtest_error(backtest).set_index(["rule", "period"])
    assert errors.loc[(rule, "2023"), "value"] == pytest.approx(9 * 5 / 12)
    assert errors.loc[(rule, "2023/2023"), "denominator"] == 12


def test_a_forecast_does_not_know_what_came_later():
    steady, doubled = (backtest_of(steady_store(back_in_2023=came)) for came in (5, 10))
    np.testing.assert_allclose(steady["numerator"], doubled["numerator"])


def test_the_span_of_errors_holds_every_year():
    months = {"2022-01": (4, 5), "2022-02": (5, 5), "2023-01": (9, 5), "2023-02": (np.nan, 5)}
    forecast, actual = zip(*months.values(), strict=True)
    backtest = pd.DataFrame(
        {"period": list(months), "rule": "r", "numerator": forecast, "denominator": actual}
    )
    errors = first_service_backtest_error(backtest).set_index("period")["value"]
    assert errors.to_dict() == pytest.approx({"2022": 0.5, "2023": 4, "2022/2023": 5 / 3})


@pytest.mark.parametrize("complete", [[], [2023]], ids=["no complete year", "no year before it"])
def test_nothing_to_back_test(complete):
    backtest = backtest_of(steady_store(back_in_2023=5), complete=complete)
    assert len(backtest) == len(first_service_backtest_error(backtest)) == 0


def test_kernel_leaves_out_the_month_that_is_not_over():
    """In mid-December November is the last month over; who was sold on 1 December has not waited a month."""
    known = vehicles_of(("2024-10-05", "2024-11-05"), ("2024-11-30", None))
    later = vehicles_of(("2024-12-01", "2024-12-01"), ("2023-11-30", "2023-11-30"))
    day = pd.Timestamp("2024-12-15")
    kernel = return_kernel(known, years=1, as_of=day)
    assert kernel.to_dict() == pytest.approx({0: 0.0, 1: 1.0})
    assert return_kernel(pd.concat([known, later]), years=1, as_of=day).equals(kernel)
    first = vehicles_of(("2023-12-01", "2023-12-01"))
    assert return_kernel(pd.concat([known, first]), years=1, as_of=day)[0] == pytest.approx(1 / 3)


def test_the_kernel_leaves_out_who_was_sold_in_the_month_after_the_last():
    """Sold on 1 January 2025: the month that is not over is not waited in."""
    known = vehicles_of(("2024-11-05", "2024-12-05"), ("2025-01-01", None))
    alone = vehicles_of(("2024-11-05", "2024-12-05"))
    assert return_kernel(known, years=3, as_of=pd.Timestamp("2025-01-15")).tolist() == pytest.approx(
        return_kernel(alone, years=3, as_of=pd.Timestamp("2025-01-15")).tolist()
    )


def test_the_kernel_is_as_long_as_the_longest_wait():
    """Waits of 3, 11, 1 and 1 months: from 0 to 11 there are twelve."""
    assert len(return_kernel(VEHICLES, years=3, as_of=AS_OF)) == 12
