"""First service and new customers: every number of the chapter."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.chapters.first_service.sequence import measure_sequence
from csanalysis.chapters.shared import shared
from csanalysis.chapters.standing import reckoned_anew
from csanalysis.metrics.campaigns.new_customers import campaign_arrival_rate, new_service_vehicles
from csanalysis.metrics.first_service.cohorts import first_service_cohort_rate, first_service_curve
from csanalysis.metrics.first_service.forecast import (
    first_service_backtest,
    first_service_backtest_error,
    first_service_forecast,
    return_kernel,
)
from csanalysis.metrics.first_service.planned import (
    forecast_in_use,
    method_in_use,
)
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
from csanalysis.metrics.first_service.targets import (
    first_service_expected,
    first_service_target,
    first_service_target_by_agent,
    units_by_month,
)
from csanalysis.metrics.periods import complete_years, date_plus_months
from csanalysis.metrics.results import Results, with_period_kind
from csanalysis.params import Params

SPLITS = ("model", "sales_consultant", "is_local")


def measure(params: Params, tables: Mapping[str, pd.DataFrame]) -> Results:
    """The chapter's metrics.

    Parameters
    ----------
    params : Params
        ``as_of``, ``plan_year`` and ``first_service`` are used.
    tables : mapping of str to DataFrame
        Clean tables: ``vehicle_sales`` and ``service_visits``; ``sales_targets`` and ``campaigns`` where
        there are any.

    Returns
    -------
    Results
        Months that need targets are undefined without ``sales_targets``; arrival rates need ``campaigns``.
    """
    vehicles, since = _vehicles(params, tables)
    results = measure_plan(params, tables) + _split(params, vehicles, since=since)
    results += measure_sequence(params, tables)
    return results + _new_customers(tables, as_of=pd.Timestamp(params.as_of))


@shared
def _vehicles(
    params: Params, tables: Mapping[str, pd.DataFrame]
) -> tuple[pd.DataFrame, tuple[pd.Timestamp, pd.Timestamp]]:
    """The vehicles sold with their first service, and the first day of sales and of visits."""
    as_of, sales, visits = pd.Timestamp(params.as_of), tables["vehicle_sales"], tables["service_visits"]
    sold = sold_vehicles(sales, as_of=as_of, local_only=params.first_service.local_only)
    since = sales["sale_date"].min(), visits["visit_date"].min()
    return with_first_service(sold, visits, as_of=as_of), since


def _begin(since: tuple[pd.Timestamp, pd.Timestamp]) -> pd.Timestamp:
    """The first day that sales and visits both know; NaT where one of them is empty."""
    return pd.Series(since).max(skipna=False)


def _followed(vehicles: pd.DataFrame, *, since: tuple[pd.Timestamp, pd.Timestamp]) -> pd.DataFrame:
    """The vehicles sold in or after the month of the first visit.

    Where the ledger begins before the repair orders, an earlier vehicle's first service may be one that
    nobody exported: it must not count as one that never came.
    """
    begin, sold = pd.Series([_begin(since)]), vehicles["sale_date"]
    return vehicles[sold.to_numpy(dtype="datetime64[M]") >= begin.to_numpy(dtype="datetime64[M]")]


def _long_enough(since: tuple[pd.Timestamp, pd.Timestamp], *, months: int, as_of: pd.Timestamp) -> bool:
    """Whether a vehicle could be followed for the whole window: else most returns are still unseen."""
    begin = _begin(since)
    return bool(pd.notna(begin)) and date_plus_months(begin, months) <= as_of + pd.Timedelta(days=1)


@shared
def measure_plan(params: Params, tables: Mapping[str, pd.DataFrame]) -> Results:
    """Of :func:`measure` what the year's plan needs, from counts over rates to targets: no splits."""
    vehicles, since = _vehicles(params, tables)
    rule, as_of, plan_year = params.first_service, pd.Timestamp(params.as_of), params.plan_year
    sales, visits = tables["vehicle_sales"], tables["service_visits"]
    pooled = rule.average == "pooled"
    complete = complete_years([sales["sale_date"], visits["visit_date"]], as_of=as_of)

    sold = new_vehicle_sales(vehicles, since=since[0], as_of=as_of)
    services = first_service_visits(vehicles, since=_begin(since), as_of=as_of)
    rate = first_service_return_rate(services, sold, lag_months=rule.lag_months)
    average = first_service_return_rate_average(
        rate, complete=complete, years=rule.years, as_of=as_of, pooled=pooled
    )
    units = units_by_month(
        sold,
        tables.get("sales_targets"),
        plan_year=plan_year,
        as_of=as_of,
        target_share=local_share(sales, as_of=as_of) if rule.local_only else 1.0,
    )
    expected = first_service_expected(
        units, rate=average["value"].item(), lag_months=rule.lag_months, plan_year=plan_year
    )
    target = first_service_target(expected, uplift=rule.uplift)
    followed = _followed(vehicles, since=since)
    kernel = return_kernel(followed, years=rule.years, as_of=as_of)
    if not _long_enough(since, months=rule.window_months, as_of=as_of):
        kernel = kernel.iloc[:0]
    backtest = first_service_backtest(
        followed,
        rate,
        sold,
        services,
        complete=complete,
        years=rule.years,
        lag_months=rule.lag_months,
        pooled=pooled,
    )
    forecast = first_service_forecast(units, kernel, plan_year=plan_year)
    errors = first_service_backtest_error(backtest)
    method = method_in_use(errors, expected, forecast)
    return Results(
        {
            "new_vehicle_sales": sold,
            "first_service_visits": services,
            "first_service_return_rate": [rate, first_service_return_rate_by_lag(services, sold)],
            "first_service_return_rate_pooled": first_service_return_rate_pooled(rate),
            "first_service_return_rate_average": average,
            "first_service_cohort_rate": first_service_cohort_rate(
                followed, window_months=rule.window_months, since=_begin(since), as_of=as_of
            ),
            "first_service_curve": first_service_curve(followed, as_of=as_of),
            "first_service_expected": expected,
            "first_service_forecast": forecast,
            "first_service_backtest": backtest,
            "first_service_backtest_error": errors,
            "first_service_target": [target, first_service_target_by_agent(target, agents=rule.agents)],
            **reckoned_anew(params, "count", {"first_service_target": target}),
            "first_service_method": forecast_in_use(method, plan_year=plan_year),
        }
    )


def _split(params: Params, vehicles: pd.DataFrame, *, since: tuple[pd.Timestamp, pd.Timestamp]) -> Results:
    """Yearly rates by model, consultant and local or not; a month of one group would be noise."""
    rule, as_of = params.first_service, pd.Timestamp(params.as_of)
    # The names are numbered here, once, and not for every metric again.
    vehicles = vehicles.astype({"model": "category", "sales_consultant": "category"})
    rates, pooled, cohorts = [], [], []
    for by in SPLITS:
        sold = new_vehicle_sales(vehicles, since=since[0], as_of=as_of, by=by)
        services = first_service_visits(vehicles, since=_begin(since), as_of=as_of, by=by)
        rate = first_service_return_rate(services, sold, lag_months=rule.lag_months)
        cohort = first_service_cohort_rate(
            _followed(vehicles, since=since),
            window_months=rule.window_months,
            since=_begin(since),
            as_of=as_of,
            by=by,
        )
        rates.append(with_period_kind(rate, "year"))
        pooled.append(first_service_return_rate_pooled(rate))
        cohorts.append(with_period_kind(cohort, "year"))
    return Results(
        {
            "first_service_return_rate": rates,
            "first_service_return_rate_pooled": pooled,
            "first_service_cohort_rate": cohorts,
        }
    )


def _new_customers(tables: Mapping[str, pd.DataFrame], *, as_of: pd.Timestamp) -> Results:
    metrics = {"new_service_vehicles": [new_service_vehicles(tables["service_visits"], as_of=as_of)]}
    if (campaigns := tables.get("campaigns")) is not None:
        metrics["campaign_arrival_rate"] = [
            campaign_arrival_rate(campaigns, as_of=as_of, by=by) for by in (None, "kind", "campaign_id")
        ]
    return Results(metrics)
