"""What the chapter's rates count, so that they can be split by any column."""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from csanalysis.chapters.first_service.sequence import vehicle_counts
from csanalysis.chapters.shared import shared
from csanalysis.metrics.first_service.cohorts import first_service_cohort_rate, first_service_curve
from csanalysis.metrics.first_service.rates import (
    first_service_return_rate,
    first_service_return_rate_pooled,
    first_service_visits,
    new_vehicle_sales,
    sold_vehicles,
    with_first_service,
)
from csanalysis.metrics.stats.cases import Cases, by_one, each_alone
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


class Since(NamedTuple):
    """The first day of sales and of visits; NaT where there are none."""

    sales: pd.Timestamp
    visits: pd.Timestamp

    @property
    def both(self) -> pd.Timestamp:
        """The first day that sales and visits both know; NaT where one of them is empty."""
        return pd.Series(self).max(skipna=False)


@shared
def vehicles(params: Params, tables: Tables) -> tuple[pd.DataFrame, Since]:
    """The vehicles sold with their first service, and the first days."""
    as_of, sales, visits = pd.Timestamp(params.as_of), tables["vehicle_sales"], tables["service_visits"]
    sold = sold_vehicles(sales, as_of=as_of, local_only=params.first_service.local_only)
    since = Since(sales["sale_date"].min(), visits["visit_date"].min())
    return with_first_service(sold, visits, as_of=as_of), since


def followed(sold: pd.DataFrame, since: Since) -> pd.DataFrame:
    """The vehicles sold in or after the month of the first visit.

    Where the ledger begins before the repair orders, an earlier vehicle's first service may be one that
    nobody exported: it must not count as one that never came.
    """
    begin = pd.Series([since.both]).to_numpy(dtype="datetime64[M]")
    return sold[sold["sale_date"].to_numpy(dtype="datetime64[M]") >= begin]


def cases(params: Params, tables: Tables) -> dict[str, Cases]:
    """By metric what it counts: vehicles sold, with the day of their first service."""
    sold, since = vehicles(params, tables)
    rule, as_of = params.first_service, pd.Timestamp(params.as_of)
    # The names are numbered here, once, and not for every metric again.
    sold = sold.astype({"model": "category", "sales_consultant": "category"})
    sold = sold.set_axis(tables["vehicle_sales"].index[sold["row"]], axis=0)

    def sales(rows: pd.DataFrame, by: str | None) -> pd.DataFrame:
        return new_vehicle_sales(rows, since=since.sales, as_of=as_of, by=by)

    def services(rows: pd.DataFrame, by: str | None) -> pd.DataFrame:
        return first_service_visits(rows, since=since.both, as_of=as_of, by=by)

    def rate(rows: pd.DataFrame, by: str | None) -> pd.DataFrame:
        return first_service_return_rate(services(rows, by), sales(rows, by), lag_months=rule.lag_months)

    def cohort(rows: pd.DataFrame, by: str | None) -> pd.DataFrame:
        window = rule.window_months
        return first_service_cohort_rate(
            followed(rows, since), window_months=window, since=since.both, as_of=as_of, by=by
        )

    counts = {
        "new_vehicle_sales": sales,
        "first_service_visits": services,
        "first_service_return_rate": rate,
        "first_service_return_rate_pooled": lambda rows, by: first_service_return_rate_pooled(rate(rows, by)),
        "first_service_cohort_rate": cohort,
    }
    found = {
        name: Cases(sold, by_one(count), "vehicle_sales", "sale_date", tables)
        for name, count in counts.items()
    }
    alone = vehicle_counts(params, tables) | {
        "first_service_curve": (
            lambda rows: first_service_curve(followed(rows, since), as_of=as_of),
            ("months_since_sale",),
        )
    }
    return found | {
        name: Cases(sold, each_alone(count), "vehicle_sales", "sale_date", tables, always)
        for name, (count, always) in alone.items()
    }
