"""Counts and return rates on a store of four vehicles, redone on paper.

Sold by us: A 10 Jan (again 20 Feb), B 20 Jan, C 5 Feb, E 31 Mar to someone from elsewhere; D not by us.
First services: A 11 Apr (and 1 May), B 3 May, C 20 May, D 21 May, E 1 Mar (before the sale) and 30 Sep.
"""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.first_service.rates import (
    first_service_return_rate,
    first_service_return_rate_average,
    first_service_return_rate_by_lag,
    first_service_return_rate_pooled,
    first_service_visits,
    local_share,
    new_vehicle_sales,
    sold_vehicles,
    with_first_service,
)
from csanalysis.metrics.periods import months_of
from csanalysis.metrics.stats.intervals import ratio_of_counts

AS_OF = pd.Timestamp("2024-12-31")
SALES_SINCE, VISITS_SINCE = pd.Timestamp("2024-01-10"), pd.Timestamp("2024-02-01")


def sales_of(*rows: tuple) -> pd.DataFrame:
    """(vin, sale_date, self_sold, is_local, model) a row."""
    frame = pd.DataFrame(list(rows), columns=["vin", "sale_date", "self_sold", "is_local", "model"])
    frame = frame.astype({"vin": "str", "self_sold": "boolean", "is_local": "boolean", "model": "str"})
    return frame.assign(
        sale_date=pd.to_datetime(frame["sale_date"]).astype("datetime64[s]"),
        sales_consultant=pd.Series(np.nan, index=frame.index, dtype="str"),
    )


def visits_of(*rows: tuple) -> pd.DataFrame:
    """(vin, visit_date, service_type) a row."""
    frame = pd.DataFrame(list(rows), columns=["vin", "visit_date", "service_type"])
    frame = frame.astype({"vin": "str", "service_type": "str"})
    return frame.assign(visit_date=pd.to_datetime(frame["visit_date"]).astype("datetime64[s]"))


SALES = sales_of(
    ("A", "2024-02-20", True, True, "X"),
    ("A", "2024-01-10", True, True, "X"),
    ("B", "2024-01-20", None, None, "X"),
    ("C", "2024-02-05", True, True, "Y"),
    ("D", "2024-02-06", False, True, "Y"),
    ("E", "2024-03-31", True, False, None),
)
VISITS = visits_of(
    ("A", "2024-05-01", "first_service"),
    ("A", "2024-04-11", "first_service"),
    ("B", "2024-02-01", "repair"),
    ("B", "2024-05-03", "first_service"),
    ("C", "2024-05-20", "first_service"),
    ("D", "2024-05-21", "first_service"),
    ("E", "2024-03-01", "first_service"),
    ("E", "2024-09-30", "first_service"),
)


def vehicles_of(sales=SALES, visits=VISITS, as_of=AS_OF, local_only=False):
    return with_first_service(sold_vehicles(sales, as_of=as_of, local_only=local_only), visits, as_of=as_of)


def rate_of(lag_months=3, **options):
    vehicles = vehicles_of(**options)
    sold = new_vehicle_sales(vehicles, since=SALES_SINCE, as_of=AS_OF)
    services = first_service_visits(vehicles, since=VISITS_SINCE, as_of=AS_OF)
    return first_service_return_rate(services, sold, lag_months=lag_months)


def by_period(frame: pd.DataFrame, column: str = "value") -> dict[str, float | None]:
    return {
        period: None if pd.isna(number) else float(number)
        for period, number in zip(frame["period"], frame[column], strict=True)
    }


def test_each_vehicle_counts_once_at_its_first_counted_sale():
    vehicles = vehicles_of().set_index("vin")
    assert list(vehicles.index) == ["A", "B", "C", "E"]
    assert vehicles.loc["A", "sale_date"] == pd.Timestamp("2024-01-10")


def test_the_self_sold_filter_comes_before_the_first_sale():
    sales = sales_of(("A", "2024-01-10", False, True, "X"), ("A", "2024-06-20", True, True, "X"))
    assert vehicles_of(sales)["sale_date"].tolist() == [pd.Timestamp("2024-06-20")]


def test_local_only_leaves_out_vehicles_from_elsewhere():
    assert list(vehicles_of(local_only=True)["vin"]) == ["A", "B", "C"]


def test_rows_after_as_of_are_not_counted():
    vehicles = vehicles_of(as_of=pd.Timestamp("2024-04-30"))
    assert vehicles.set_index("vin")["first_service_date"].dropna().to_dict() == {
        "A": pd.Timestamp("2024-04-11"),
        "E": pd.Timestamp("2024-03-01"),
    }


def test_a_service_before_the_sale_is_a_first_service_but_no_return_of_that_sale():
    e = vehicles_of().set_index("vin").loc["E"]
    assert (e["first_service_date"], e["return_date"]) == (
        pd.Timestamp("2024-03-01"),
        pd.Timestamp("2024-09-30"),
    )


def test_sales_by_month_and_year_with_true_zeros():
    sold = by_period(new_vehicle_sales(vehicles_of(), since=SALES_SINCE, as_of=AS_OF))
    assert sold == dict.fromkeys(months_of(2024), 0.0) | {
        "2024-01": 2, "2024-02": 1, "2024-03": 1, "2024": 4,
    }  # fmt: skip


def test_visits_begin_with_the_visits_table():
    services = by_period(first_service_visits(vehicles_of(), since=VISITS_SINCE, as_of=AS_OF))
    assert "2024-01" not in services
    assert {month: count for month, count in services.items() if count} == {
        "2024-03": 1, "2024-04": 1, "2024-05": 2, "2024": 4,
    }  # fmt: skip


def test_sales_by_model_leave_out_vehicles_without_a_model():
    split = new_vehicle_sales(vehicles_of(), since=SALES_SINCE, as_of=AS_OF, by="model")
    year = split[split["period"] == "2024"].set_index("model")["value"]
    assert year.to_dict() == {"X": 2, "Y": 1}


def test_local_and_other_vehicles_are_named_true_and_false():
    split = new_vehicle_sales(vehicles_of(), since=SALES_SINCE, as_of=AS_OF, by="is_local")
    year = split[split["period"] == "2024"].set_index("is_local")["value"]
    # B's empty cell stays without a name here; the clean table fills it with yes.
    assert year.to_dict() == {"true": 2, "false": 1}


@pytest.mark.parametrize(
    ("month", "numerator", "denominator", "value"),
    [
        pytest.param("2024-02", 0, None, None, id="lag reaches before the ledger"),
        pytest.param("2024-03", 1, None, None, id="first services without known sales"),
        pytest.param("2024-04", 1, 2, 0.5, id="one of January's two"),
        pytest.param("2024-05", 2, 1, 2.0, id="more first services than sales"),
        pytest.param("2024-06", 0, 1, 0.0, id="nobody came"),
        pytest.param("2024-07", 0, 0, None, id="nothing sold in April"),
    ],
)
def test_monthly_return_rate(month, numerator, denominator, value):
    rate = rate_of()
    assert by_period(rate, "numerator")[month] == numerator
    assert by_period(rate, "denominator")[month] == denominator
    assert by_period(rate)[month] == value


def test_monthly_interval_is_that_of_a_ratio_of_counts():
    may = rate_of().set_index("period").loc["2024-05"]
    low, high = ratio_of_counts([2], [1])
    assert (may["low"], may["high"]) == (low[0], high[0])
    assert may["high"] > 1


def test_yearly_rate_is_the_mean_of_the_known_months():
    year = rate_of().set_index("period").loc["2024"]
    assert year["value"] == pytest.approx((0.5 + 2 + 0) / 3)
    assert np.isnan(year["numerator"])
    # Standard deviation of 0.5, 2, 0 is sqrt(13/12); t of 2 degrees of freedom is 4.3027.
    assert year["high"] == pytest.approx((0.5 + 2 + 0) / 3 + 4.302653 * np.sqrt(13 / 12 / 3), rel=1e-6)
    assert year["low"] == 0


def test_pooled_rate_sums_the_same_months():
    year = first_service_return_rate_pooled(rate_of()).set_index("period").loc["2024"]
    assert (year["numerator"], year["denominator"], year["value"]) == (3, 4, 0.75)


def test_lag_zero_divides_by_the_months_own_sales():
    rate = by_period(rate_of(lag_months=0))
    assert (rate["2024-03"], rate["2024-02"], rate["2024-04"]) == (1.0, 0.0, None)


def test_each_lag_stands_beside_the_others():
    vehicles = vehicles_of()
    sold = new_vehicle_sales(vehicles, since=SALES_SINCE, as_of=AS_OF)
    services = first_service_visits(vehicles, since=VISITS_SINCE, as_of=AS_OF)
    lags = first_service_return_rate_by_lag(services, sold).set_index("lag_months")
    assert list(lags.index) == ["1", "2", "3", "4", "5", "6"]
    assert lags.loc["3", "value"] == pytest.approx(2.5 / 3)
    # Lag 1: Feb 0/2, Mar 1/1, Apr 1/1.
    assert lags.loc["1", "value"] == pytest.approx(2 / 3)


def test_split_rates_use_the_groups_own_sales():
    vehicles = vehicles_of()
    sold = new_vehicle_sales(vehicles, since=SALES_SINCE, as_of=AS_OF, by="model")
    services = first_service_visits(vehicles, since=VISITS_SINCE, as_of=AS_OF, by="model")
    pooled = first_service_return_rate_pooled(first_service_return_rate(services, sold, lag_months=3))
    # X: Apr 1/2 (May's 1 has no X sold in February); Y: May 1/1.
    assert pooled.set_index("model")[["numerator", "denominator"]].to_numpy().tolist() == [[1, 2], [1, 1]]


def yearly(values: dict[int, float]) -> pd.DataFrame:
    """A rate frame with one month a year, so that month and year agree."""
    rows = [(f"{year}-01", value * 10, 10.0, value) for year, value in values.items()]
    rows += [(str(year), np.nan, np.nan, value) for year, value in values.items()]
    frame = pd.DataFrame(rows, columns=["period", "numerator", "denominator", "value"])
    return frame.assign(low=np.nan, high=np.nan)


@pytest.mark.parametrize(
    ("complete", "years", "period", "value"),
    [
        pytest.param([2021, 2022, 2023], 3, "2021/2023", 0.7, id="three of three"),
        pytest.param([2021, 2022, 2023], 2, "2022/2023", 0.75, id="the last two"),
        pytest.param([2023], 3, "2023/2023", 0.8, id="fewer than asked for"),
        pytest.param([], 3, "2021/2023", None, id="no complete year"),
    ],
)
def test_average_of_the_last_complete_years(complete, years, period, value):
    rate = yearly({2021: 0.6, 2022: 0.7, 2023: 0.8})
    average = first_service_return_rate_average(
        rate, complete=complete, years=years, as_of=pd.Timestamp("2024-06-30")
    )
    assert average["period"].tolist() == [period]
    assert by_period(average)[period] == (pytest.approx(value) if value else None)


def test_average_leaves_out_years_without_a_rate():
    average = first_service_return_rate_average(
        yearly({2021: 0.6, 2022: np.nan, 2023: 0.8}), complete=[2021, 2022, 2023], years=3, as_of=AS_OF
    )
    assert average["value"].tolist() == [pytest.approx(0.7)]


def test_pooled_average_is_sum_over_sum_of_the_span():
    rate = rate_of()
    average = first_service_return_rate_average(rate, complete=[2024], years=3, as_of=AS_OF, pooled=True)
    assert average[["period", "numerator", "denominator", "value"]].to_numpy().tolist() == [
        ["2024/2024", 3.0, 4.0, 0.75]
    ]


@pytest.mark.parametrize(
    ("as_of", "share"),
    [
        pytest.param("2024-12-31", 3 / 4, id="three of the four self-sold vehicles"),
        pytest.param("2024-12-30", np.nan, id="the year is not over"),
    ],
)
def test_local_share_of_the_last_complete_year(as_of, share):
    assert local_share(SALES, as_of=pd.Timestamp(as_of)) == pytest.approx(share, nan_ok=True)


def test_empty_tables_give_no_rows_and_no_average():
    vehicles = vehicles_of(SALES.iloc[:0], VISITS.iloc[:0])
    sold = new_vehicle_sales(vehicles, since=pd.NaT, as_of=AS_OF)
    services = first_service_visits(vehicles, since=pd.NaT, as_of=AS_OF)
    rate = first_service_return_rate(services, sold, lag_months=3)
    assert len(sold) == len(services) == len(rate) == len(first_service_return_rate_pooled(rate)) == 0
    average = first_service_return_rate_average(rate, complete=[], years=3, as_of=AS_OF)
    assert by_period(average) == {"2022/2024": None}
    assert np.isnan(local_share(SALES.iloc[:0], as_of=AS_OF))


def test_visits_without_any_sale_have_no_rate():
    vehicles = vehicles_of(SALES.iloc[:0])
    sold = new_vehicle_sales(vehicles, since=pd.NaT, as_of=AS_OF)
    services = first_service_visits(vehicles, since=VISITS_SINCE, as_of=AS_OF)
    assert set(by_period(services).values()) == {0.0}
    assert set(by_period(first_service_return_rate(services, sold, lag_months=3)).values()) == {None}


def test_one_sale_and_one_visit():
    sales = sales_of(("A", "2024-01-31", True, True, "X"))
    vehicles = vehicles_of(sales, visits_of(("A", "2024-04-30", "first_service")))
    sold = new_vehicle_sales(vehicles, since=pd.Timestamp("2024-01-31"), as_of=AS_OF)
    services = first_service_visits(vehicles, since=pd.Timestamp("2024-04-30"), as_of=AS_OF)
    rate = by_period(first_service_return_rate(services, sold, lag_months=3))
    assert (rate["2024-04"], rate["2024-05"], rate["2024"]) == (1.0, None, 1.0)


def test_inputs_are_left_as_they_were():
    sales, visits = SALES.copy(), VISITS.copy()
    vehicles_of(sales, visits, local_only=True)
    pd.testing.assert_frame_equal(sales, SALES)
    pd.testing.assert_frame_equal(visits, VISITS)


def test_a_sale_on_the_last_day_counts_and_one_after_it_does_not():
    sales = sales_of(("A", "2024-12-31", True, True, "X"), ("B", "2025-01-01", True, True, "X"))
    assert sold_vehicles(sales, as_of=AS_OF)["vin"].tolist() == ["A"]


def test_the_lower_end_of_an_average_is_no_less_than_0():
    """Rates of 0.1, 0.2 and 0.9: mean 0.4, Student's interval -0.68 to 1.48."""
    found = first_service_return_rate_average(
        yearly({2022: 0.1, 2023: 0.2, 2024: 0.9}), complete=[2022, 2023, 2024], years=3, as_of=AS_OF
    )
    assert (found["value"].item(), found["low"].item()) == (pytest.approx(0.4), 0)
    assert found["high"].item() == pytest.approx(0.4 + 4.302653 * 0.4358899 / 3**0.5, abs=1e-5)


def test_vehicles_from_elsewhere_count_unless_they_are_left_out():
    assert set(sold_vehicles(SALES, as_of=AS_OF)["vin"]) > set(
        sold_vehicles(SALES, as_of=AS_OF, local_only=True)["vin"]
    )
