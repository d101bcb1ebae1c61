"""A million visits: the three chapters on customers against hand-written Polars for the same numbers."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from tests.benchmarks.customer_tables import AS_OF, VISITS, write_tables
from tests.benchmarks.side_by_side import Numbers, Seconds, compare, timed

if TYPE_CHECKING:
    from csanalysis.metrics.periods import PeriodKind
    from csanalysis.metrics.results import Results


def ours(folder: Path) -> tuple[Seconds, Numbers]:
    """Seconds and numbers of the three chapters."""
    from csanalysis.chapters import churn, customer_base, first_service
    from csanalysis.params import Params

    files = {
        "service_visits": "visits",
        "vehicle_sales": "sales",
        "sales_targets": "targets",
        "campaigns": "campaigns",
    }
    tables = {table: pd.read_parquet(folder / f"{name}.parquet") for table, name in files.items()}
    params = Params.model_validate(
        {
            "dealership": {"id": "bench"},
            "plan_year": AS_OF.year + 1,
            "sources": {table: f"{name}.csv" for table, name in files.items()},
        }
    )
    base_seconds, base = timed(lambda: churn.measure(params, tables) + customer_base.measure(params, tables))
    first_seconds, first = timed(first_service.measure, params, tables)
    seconds = {"churn and base": base_seconds, "first service": first_seconds}
    return seconds, _customers(base) | _first_services(first)


def by_hand(folder: Path) -> tuple[Seconds, Numbers]:
    """Seconds and numbers of hand-written Polars."""
    import polars as pl

    from tests.benchmarks.customers_by_hand import customer_numbers
    from tests.benchmarks.first_service_by_hand import first_service_numbers

    visits, sales, targets, campaigns = (
        pl.read_parquet(folder / f"{name}.parquet").with_columns(pl.col(pl.Datetime).cast(pl.Date))
        for name in ("visits", "sales", "targets", "campaigns")
    )
    base_seconds, base = timed(customer_numbers, visits, sales)
    first_seconds, first = timed(first_service_numbers, visits, sales, targets, campaigns)
    return {"churn and base": base_seconds, "first service": first_seconds}, base | first


def _customers(results: "Results") -> Numbers:
    counts = partial(_rows, results)
    return {
        "churn": counts("annual_churn_rate", "year", of=("numerator",)),
        "retained": counts("retained_share", "year", "years_later", of=("numerator",)),
        "lapsed": counts("lapsed_vehicles", "month"),
        "lifecycle": counts("lifecycle_vehicles", "date", "state"),
        "base by team": counts("effective_base", "date", "team"),
        "assessed": counts("assessed_churn_rate", "month", of=("numerator",)),
        "assessed by team": counts("assessed_churn_rate", "month", "team", of=("numerator",)),
        "classes": counts("visit_class_vehicles", "date", "visit_class"),
        "classes by team": counts("visit_class_vehicles", "date", "visit_class", "team"),
        "migration": counts("visit_class_migration", "date", "from", "to"),
        "bridge": [row for row in counts("retention_bridge", "year", "flow") if row[0] <= f"{AS_OF.year}"],
        "receptions": counts("daily_receptions", "year", "advisor", of=("denominator",)),
        "returns": counts("return_chance", "date", "visit_class", "months_since", of=("denominator",)),
    }


def _first_services(results: "Results") -> Numbers:
    numbers = partial(_rows, results)
    both, forecast = ("numerator", "denominator"), ("denominator", "numerator")
    return (
        {
            "sales": numbers("new_vehicle_sales", None),
            "first services": numbers("first_service_visits", None),
            "rate by month": numbers("first_service_return_rate", "month", of=both),
            "rate by year": numbers("first_service_return_rate", "year"),
            "rate by lag": numbers("first_service_return_rate", "year", "lag_months"),
            "pooled": numbers("first_service_return_rate_pooled", "year", of=both),
            "cohort": numbers("first_service_cohort_rate", None, of=both),
            "curve": numbers("first_service_curve", "date", "months_since_sale"),
            "average": numbers("first_service_return_rate_average", "span"),
            "expected": numbers("first_service_expected", "month"),
            "forecast": numbers("first_service_forecast", None),
            "target": numbers("first_service_target", None),
            "back-test": numbers("first_service_backtest", None, "rule", of=forecast),
            "back-test error": numbers("first_service_backtest_error", None, "rule", of=forecast),
            "new vehicles": numbers("new_service_vehicles", None, "service_type"),
        }
        | {
            name: found
            for by in ("model", "sales_consultant", "is_local")
            for name, found in {
                f"rate by {by}": numbers("first_service_return_rate", "year", by),
                f"pooled by {by}": numbers("first_service_return_rate_pooled", "year", by, of=both),
                f"cohort by {by}": numbers("first_service_cohort_rate", "year", by, of=both),
            }.items()
        }
        | {
            f"arrivals by {by}": numbers("campaign_arrival_rate", "year", by, of=both)
            for by in ("kind", "campaign_id")
        }
    )


def _rows(
    results: "Results", metric: str, kind: "PeriodKind | None", *by: str, of: Sequence[str] = ("value",)
) -> list[tuple[object, ...]]:
    """Labels and numbers of a metric, to nine places, where the numbers are defined and the last is not 0."""
    found = results.select(metric, kind, *by).dropna(subset=list(of))
    found = found[found[of[-1]] > 0]
    columns = [found[name] for name in ("period", *by)] + [found[name].round(9) for name in of]
    return sorted(zip(*columns, strict=True))


def main() -> None:
    """Print times, ratios and memory."""
    compare("customers", f"{VISITS:,} visits", write_tables, by_hand, ours)


if __name__ == "__main__":
    main()
