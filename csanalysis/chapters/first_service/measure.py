"""First service and new customers: every number of the chapter."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.chapters.first_service.cases import Since, cases, followed, vehicles
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
    results = measure_plan(params, tables) + _split(params, tables)
    results += measure_sequence(params, tables)
    return results + _new_customers(tables, as_of=pd.Timestamp(params.as_of))


def _long_enough(since: Since, *, months: int, as_of: pd.Timestamp) -> bool:
    """Whether a vehicle could be followed for the whole window: else most returns are still unseen."""
    begin = since.both
    return bool(pd.notna(begin)) and date_plus_months(begin, months) <= as_of + pd.Timedelta(days=1)


@shared
def measure_plan(params: Params, tables: Mapping[str, pd.DataFrame]) -> Results:
    """Of :func:`measure` what the year's plan needs, from counts over rates to targets: no splits."""
    sold_and_back, since = vehicles(params, tables)
    rule, as_of, plan_year = params.first_service, pd.Timestamp(params.as_of), params.plan_year
    sales, visits = tables["vehicle_sales"], tables["service_visits"]
    pooled = rule.average == "pooled"
    complete = complete_years([sales["sale_date"], visits["visit_date"]], as_of=as_of)

    sold = new_vehicle_sales(sold_and_back, since=since.sales, as_of=as_of)
    services = first_service_visits(sold_and_back, since=since.both, as_of=as_of)
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
    watched = followed(sold_and_back, since)
    kernel = return_kernel(watched, years=rule.years, as_of=as_of)
    if not _long_enough(since, months=rule.window_months, as_of=as_of):
        kernel = kernel.iloc[:0]
    backtest = first_service_backtest(
        watched,
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
                watched, window_months=rule.window_months, since=since.both, as_of=as_of
            ),
            "first_service_curve": first_service_curve(watched, as_of=as_of),
            "first_service_expected": expected,
            "first_service_forecast": forecast,
            "first_service_backtest": backtest,
            "first_service_backtest_error": errors,
            "first_service_target": [target, first_service_target_by_agent(target, agents=rule.agents)],
            **reckoned_anew(params, "count", {"first_service_target": target}),
            "first_service_method": forecast_in_use(method, plan_year=plan_year),
        }
    )


def _split(params: Params, tables: Mapping[str, pd.DataFrame]) -> Results:
    """Yearly rates by model, consultant and local or not; a month of one group would be noise."""
    found = cases(params, tables)
    rates = [found["first_service_return_rate"].by(by) for by in SPLITS]
    cohorts = [found["first_service_cohort_rate"].by(by) for by in SPLITS]
    return Results(
        {
            "first_service_return_rate": [with_period_kind(rate, "year") for rate in rates],
            "first_service_return_rate_pooled": [first_service_return_rate_pooled(rate) for rate in rates],
            "first_service_cohort_rate": [with_period_kind(cohort, "year") for cohort in cohorts],
        }
    )


def _new_customers(tables: Mapping[str, pd.DataFrame], *, as_of: pd.Timestamp) -> Results:
    metrics = {"new_service_vehicles": [new_service_vehicles(tables["service_visits"], as_of=as_of)]}
    if (campaigns := tables.get("campaigns")) is not None:
        metrics["campaign_arrival_rate"] = [
            campaign_arrival_rate(campaigns, as_of=as_of, by=by) for by in (None, "kind", "campaign_id")
        ]
    return Results(metrics)
