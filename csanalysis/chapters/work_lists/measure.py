"""What calling changed last year, where a share of the call lists was kept uncalled."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.chapters.value.effect import LIST_MONTHS, holdout_is_over, measure_effect
from csanalysis.chapters.work_lists.lists import LISTS
from csanalysis.display.lists.worklist import known_on
from csanalysis.metrics.periods import date_plus_months
from csanalysis.metrics.results import Results
from csanalysis.metrics.value import holdout
from csanalysis.metrics.value.reminders import INVITATIONS
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


def measure(params: Params, tables: Tables) -> Results:
    """The effect of the last year's lists, measured on those whom they kept apart.

    Parameters
    ----------
    params : Params
        ``value.holdout_share``; 0 measures nothing.
    tables : mapping of str to DataFrame
        Clean tables cut at ``as_of``, ``contacts`` among them.

    Returns
    -------
    Results
        ``holdout_effect``, ``holdout_power`` and ``holdout_called_share`` by ``list``, of the plan year in
        which ``as_of`` lies: its lists are drawn up again as they stood the day before it began. Of the lists
        that have a holdout those are measured whose calls ask vehicles in, by any invitation: not marginal
        (it is part of the contact window), nor trade-in and insurance, whose calls ask for no visit.
    """
    as_of, share = pd.Timestamp(params.as_of), params.value.holdout_share
    start = pd.Timestamp(as_of.year - 1, 12, 31)
    until = date_plus_months(start, LIST_MONTHS) + pd.Timedelta(days=params.value.reminder_days)
    contacts = tables.get("contacts")
    if contacts is None or not holdout_is_over(params):
        return Results()
    visits, year = tables["service_visits"], as_of.year
    results, then = Results(), known_on(params, tables, start)
    for each in LISTS:
        if not (each.holdout and each.move and each.move.called_in):
            continue
        name, vins = each.name, each.on(*then)["vin"].reset_index(drop=True)
        if vins.empty:
            continue
        outcomes = holdout.holdout_outcomes(
            vins,
            holdout.in_holdout(vins, plan_year=year, share=share),
            visits,
            contacts,
            after=start,
            until=until,
            purposes=INVITATIONS,
        )
        results += Results(
            {
                "holdout_effect": holdout.holdout_effect(outcomes, year=year, list_name=name),
                "holdout_power": holdout.holdout_power(outcomes, year=year, list_name=name),
                "holdout_called_share": holdout.holdout_called_share(outcomes, year=year, list_name=name),
            }
        )
    return results + measure_effect(params, tables, results)
