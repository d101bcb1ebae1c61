"""The customer base: classes, teams and their assessed churn, the chance of return, the front desk's load."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.chapters.customer_base.cases import cases, numbered
from csanalysis.metrics.customers import classes, reception, return_backtest, return_chance
from csanalysis.metrics.periods import complete_years
from csanalysis.metrics.results import Results
from csanalysis.params import Params

TEAMS: tuple[tuple[str, ...], ...] = ((), ("team",))


def measure(params: Params, tables: Mapping[str, pd.DataFrame]) -> Results:
    """The chapter's numbers.

    Parameters
    ----------
    params : Params
        Lifecycle and reception settings and unit.
    tables : mapping of str to DataFrame
        Clean tables cut at ``as_of``: service_visits and vehicle_sales.

    Returns
    -------
    Results
        Visit classes, whole and by team, and how they moved; assessed churn of the store and its teams; the
        chance of return, and how each vehicle's own came true; receptions by advisor.
    """
    as_of = pd.Timestamp(params.as_of)
    visits, sales, _ = numbered(params, tables)
    ages, counted = params.lifecycle, cases(params, tables)
    days = reception.reception_days(tables["service_visits"])
    limit, best = params.reception.limit, params.reception.best
    splits = (False, True)
    return Results(
        {
            "visit_class_vehicles": [counted["visit_class_vehicles"].by(*by) for by in TEAMS],
            "visit_class_migration": classes.visit_class_migration(visits, sales, as_of=as_of),
            "assessed_churn_rate": [counted["assessed_churn_rate"].by(*by) for by in TEAMS],
            "return_chance": return_chance.return_chance(visits, as_of=as_of, ages=ages.permanent_months),
            "daily_receptions": [reception.daily_receptions(days, by_advisor=split) for split in splits],
            "daily_receptions_days_above_limit": [
                reception.daily_receptions_days_above_limit(days, limit=limit, by_advisor=split)
                for split in splits
            ],
            "daily_receptions_best_share": [
                reception.daily_receptions_best_share(days, best=best, by_advisor=split) for split in splits
            ],
        }
    ) + _chances_tried(params, tables)


def _chances_tried(params: Params, tables: Mapping[str, pd.DataFrame]) -> Results:
    """How each vehicle's own chance of the last complete year came true; nothing without such a year."""
    visits = tables["service_visits"]
    years = complete_years(visits["visit_date"], as_of=pd.Timestamp(params.as_of))
    if not years:
        return Results()
    year, interval = years[-1], params.service_interval
    cases = return_backtest.return_backtest(
        visits,
        tables["vehicle_sales"],
        year=year,
        months=interval.months,
        km=interval.km,
        longest=params.lifecycle.permanent_months,
        lapse_months=params.lifecycle.churned_months,
    )
    return Results(
        {
            "return_model_auc": return_backtest.return_model_auc(cases, year=year),
            "return_model_top_tenth": return_backtest.return_model_top_tenth(cases, year=year),
            "return_model_calibration": return_backtest.return_model_calibration(cases, year=year),
        }
    )
