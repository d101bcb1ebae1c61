"""The plan of the year: every target with its range, worth and past, and the moves that matter most."""

from csanalysis.chapters import churn, first_service, information, satisfaction, upsell
from csanalysis.chapters.goal import Tables
from csanalysis.chapters.plan import moves as plan_moves
from csanalysis.chapters.plan.backtests import backtests
from csanalysis.chapters.plan.split_calls import measure_split_calls
from csanalysis.chapters.work_lists import measure_calls
from csanalysis.chapters.work_lists.last_year import measure_last_year
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.surveys.survey_items import item_gap
from csanalysis.params import Params


def measure(params: Params, tables: Tables) -> Results:
    """The chapter's numbers.

    Parameters
    ----------
    params : Params
        Everything the targets are made with.
    tables : mapping of str to DataFrame
        Clean tables cut at ``as_of``; only sales and visits must be there.

    Returns
    -------
    Results
        What each rule asks for and its actuals; what it would have set in past years (``rule_backtest_*``,
        ``rule_met_share``); the year's calls and the moves. What needs a table that is missing is left out.
        What the plan asks for comes with :mod:`csanalysis.chapters.simulation`.
    """
    results = first_service.measure_plan(params, tables) + churn.measure(params, tables)
    results += satisfaction.score_results(params, tables)
    results += upsell.measure_plan(params, tables) + information.measure_plan(params, tables)
    used, of_year, year = churn.vehicle_revenue(params, tables)
    years = [str(params.plan_year), *([str(year)] if year else [])]
    worth = {"revenue_per_vehicle": tidy(years, value=[used, of_year][: len(years)])}
    results += Results(worth)
    gaps = item_gap(satisfaction.surveys(tables).years)
    results += Results({"item_gap": gaps[gaps["period"] == str(params.as_of.year)]})
    results += backtests(params, tables, results)
    results += measure_calls(params, tables) + measure_last_year(params, tables)
    results += measure_split_calls(params, tables)
    return results + plan_moves.measure(params, tables, results)
