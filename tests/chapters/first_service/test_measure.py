"""The chapter on a store of two years: ten vehicles a month, half of them back three months later."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.catalogue import METRICS
from csanalysis.chapters.first_service.measure import measure
from csanalysis.metrics.periods import months_of
from csanalysis.params import Params


def params_of(**first_service: object) -> Params:
    return Params.model_validate(
        {
            "dealership": {"id": "small"},
            "plan_year": 2024,
            "sources": {"vehicle_sales": "sales.csv", "service_visits": "visits.csv"},
            "first_service": {"agents": {"何丽": 1.0, "孙娜兰": 0.8, "赵芳刚": 0.5}} | first_service,
        }
    )


def dates_of(days: list) -> pd.Series:
    return pd.Series(pd.to_datetime(days).astype("datetime64[s]"))


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    months = pd.period_range("2022-01", "2023-12", freq="M")
    sold = [(f"V{place:02d}{n}", month.start_time) for place, month in enumerate(months) for n in range(10)]
    sales = pd.DataFrame(
        {
            "vin": pd.Series([vin for vin, _ in sold], dtype="str"),
            "sale_date": dates_of([day for _, day in sold]),
            "model": pd.Series(["朗逸", "途岳"] * 120, dtype="str"),
            "sales_consultant": pd.Series([None, *["孙敏"] * 239], dtype="str"),
            "self_sold": pd.array([True] * 240, dtype="boolean"),
            "is_local": pd.array([True, True, True, True, False] * 48, dtype="boolean"),
        }
    )
    back = [(vin, day + pd.DateOffset(months=3, days=4)) for vin, day in sold if vin.endswith(tuple("01234"))]
    back = [("V000", pd.Timestamp("2022-01-02")), *((vin, day) for vin, day in back if day.year < 2024)]
    visits = pd.DataFrame(
        {
            "ro_number": pd.Series([f"R{n:04d}" for n in range(len(back))], dtype="str"),
            "vin": pd.Series([vin for vin, _ in back], dtype="str"),
            "visit_date": dates_of([day for _, day in back]),
            "service_type": pd.Series(["repair", *["first_service"] * (len(back) - 1)], dtype="str"),
            "mileage_km": pd.array([None] * len(back), dtype="Float64"),
        }
    )
    targets = pd.DataFrame({"month": dates_of([f"{month}-01" for month in months_of(2024)]), "units": 20.0})
    campaigns = pd.DataFrame(
        {
            "campaign_id": pd.Series(["C1"], dtype="str"),
            "start_date": dates_of(["2023-05-01"]),
            "kind": pd.Series(["检测"], dtype="str"),
            "invited": pd.array([200], dtype="Int64"),
            "arrived": pd.array([50], dtype="Int64"),
        }
    )
    return {
        "vehicle_sales": sales, "service_visits": visits, "sales_targets": targets, "campaigns": campaigns,
    }  # fmt: skip


def test_from_counts_to_targets(tables):
    results = measure(params_of(uplift=0.1), tables)
    assert results.value("new_vehicle_sales", 2023) == 120
    assert results.value("first_service_visits", "2023-05") == 5
    assert results.value("first_service_return_rate", "2023-05") == 0.5
    assert results.value("first_service_return_rate", 2023) == 0.5
    assert results.value("first_service_return_rate_average", "2022/2023") == 0.5
    assert results.value("first_service_cohort_rate", 2022) == 0.5
    assert results.value("first_service_curve", "2023-12-31", months_since_sale="4") == pytest.approx(0.5)
    # January to March from 10 sold, the other months from 20 planned: 5 and 10, with the uplift 5.5 and 11.
    assert results.value("first_service_expected", "2024-03") == 5
    assert results.value("first_service_expected", "2024-04") == 10
    assert results.value("first_service_target", "2024-03") == 6
    assert results.value("first_service_target", 2024) == 3 * 6 + 9 * 11
    assert results.value("first_service_forecast", "2024-04") == pytest.approx(10)
    assert results.value("first_service_backtest_error", 2023, rule="lag_kernel") == pytest.approx(0)
    assert results.value("campaign_arrival_rate", 2023, kind="检测") == 0.25


def test_agents_add_up_in_every_month_and_the_year(tables):
    results = measure(params_of(uplift=0.1), tables)
    agents = results.select("first_service_target", None, "agent").groupby("period")["value"].sum()
    target = results.select("first_service_target").set_index("period")["value"]
    assert agents.to_dict() == target.to_dict()
    assert len(target) == 13


def test_splits_are_given_by_year(tables):
    results = measure(params_of(), tables)
    for by, labels in {"model": 2, "sales_consultant": 1, "is_local": 2}.items():
        for metric in (
            "first_service_return_rate",
            "first_service_return_rate_pooled",
            "first_service_cohort_rate",
        ):
            assert len(results.select(metric, "year", by)) == labels * 2, (metric, by)
            assert results.select(metric, "month", by).empty
    # Every fifth of the ten is from elsewhere, and of the five that come back one.
    assert results.value("first_service_cohort_rate", 2022, is_local="false") == 0.5


def test_each_lag_is_shown_beside_the_chosen_one(tables):
    results = measure(params_of(), tables)
    assert results.value("first_service_return_rate", 2023, lag_months="3") == 0.5
    assert len(results.select("first_service_return_rate", "year", "lag_months")) == 6 * 2


def test_local_only_counts_local_vehicles_and_the_local_part_of_targets(tables):
    results = measure(params_of(local_only=True), tables)
    assert results.value("new_vehicle_sales", 2023) == 96
    # 20 planned x 0.8 local x 4 of 8 back.
    assert results.value("first_service_expected", "2024-04") == pytest.approx(8)


def test_pooled_average_over_the_whole_span(tables):
    average = measure(params_of(average="pooled"), tables).select("first_service_return_rate_average")
    assert average[["period", "numerator", "denominator"]].to_numpy().tolist() == [["2022/2023", 105, 210]]


def test_without_targets_the_months_that_need_them_are_unknown(tables):
    del tables["sales_targets"], tables["campaigns"]
    results = measure(params_of(), tables)
    assert results.value("first_service_target", "2024-03") == 5
    assert results.value("first_service_target", "2024-04") is None
    assert results.value("first_service_target", 2024) is None
    assert "campaign_arrival_rate" not in results.names


def test_empty_tables_have_no_rates(tables):
    results = measure(params_of(), {name: table.iloc[:0] for name, table in tables.items()})
    assert results.value("first_service_return_rate_average", "2021/2023") is None
    assert results.select("first_service_target", "month")["value"].isna().all()


def test_a_single_sale_and_visit(tables):
    results = measure(params_of(), {name: table.iloc[:1] for name, table in tables.items()})
    assert results.value("new_vehicle_sales", 2022) == 1
    assert results.value("first_service_visits", 2022) == 0
    assert results.value("first_service_return_rate", "2022-04") == 0.0
    assert results.value("first_service_return_rate", "2022-05") is None


def test_tables_are_left_as_they_were(tables):
    before = {name: table.copy() for name, table in tables.items()}
    measure(params_of(local_only=True), tables)
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, before[name])


def test_every_number_is_finite_or_undefined(tables):
    numbers = measure(params_of(), tables).frame[["numerator", "denominator", "value", "low", "high"]]
    assert not np.isinf(numbers.to_numpy(float)).any()


def test_every_metric_is_in_the_catalogue(tables):
    assert [name for name in measure(params_of(), tables).names if name not in METRICS] == []


def test_vehicles_sold_before_the_repair_orders_begin_do_not_count_as_never_back(tables):
    visits = tables["service_visits"]
    later = tables | {"service_visits": visits[visits["visit_date"] >= "2023-01-01"].reset_index(drop=True)}
    whole, cut = measure(params_of(), tables), measure(params_of(), later)
    # Sold in 2022, back in 2022: nothing tells that from a vehicle that never came.
    assert cut.value("first_service_cohort_rate", 2022) is None
    assert cut.value("first_service_cohort_rate", "2022-08") is None
    for month in ("2023-01", "2023-06"):
        assert cut.value("first_service_cohort_rate", month) == 0.5
    assert whole.value("first_service_cohort_rate", 2022, is_local="true") is not None
    assert cut.value("first_service_cohort_rate", 2022, is_local="true") is None
    for months in ("3", "4"):
        curves = [
            results.value("first_service_curve", "2023-12-31", months_since_sale=months)
            for results in (whole, cut)
        ]
        assert curves[0] == pytest.approx(curves[1])
    assert cut.value("first_service_forecast", 2024) == pytest.approx(
        whole.value("first_service_forecast", 2024)
    )
    # What needs no cohort still counts all: those sold in October 2022 come in January 2023.
    assert cut.value("first_service_visits", "2023-01") == 5
    assert cut.value("first_service_return_rate", "2023-01") == 0.5


def test_first_services_are_not_none_but_unknown_before_the_ledger_begins(tables):
    sales = tables["vehicle_sales"]
    later = tables | {"vehicle_sales": sales[sales["sale_date"] >= "2023-01-01"].reset_index(drop=True)}
    results = measure(params_of(), later)
    assert results.value("first_service_visits", 2022) is None
    assert results.value("first_service_visits", "2023-04") == 5
    assert results.value("first_service_return_rate", "2023-04") == 0.5
    assert results.value("first_service_cohort_rate", "2023-04") == 0.5


@pytest.mark.parametrize(("first", "known"), [("2023-07-01", True), ("2023-08-01", False)])
def test_no_forecast_from_vehicles_that_nobody_could_follow_for_the_window(tables, first, known):
    visits = tables["service_visits"]
    later = tables | {"service_visits": visits[visits["visit_date"] >= first].reset_index(drop=True)}
    forecast = measure(params_of(window_months=5), later).value("first_service_forecast", 2024)
    assert (forecast is not None) == known
