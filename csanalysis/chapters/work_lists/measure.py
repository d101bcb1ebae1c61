"""What calling changed, where a share of the lists was kept uncalled, and what it takes to know it."""

import math
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.chapters.shared import kept
from csanalysis.chapters.value.effect import LIST_MONTHS, holdout_is_over, measure_effect
from csanalysis.chapters.work_lists.lists import LISTS
from csanalysis.display.lists.worklist import WorkList, known_on
from csanalysis.metrics.periods import date_plus_months
from csanalysis.metrics.results import Results
from csanalysis.metrics.value import holdout, holdout_sizing
from csanalysis.metrics.value.reminders import INVITATIONS
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


PLANNED_SHARE = 0.1
"""The share of the lists that a holdout is sized with where the params set none."""


def called_in(params: Params, tables: Tables) -> Iterator[tuple[WorkList, pd.Series]]:
    """The lists whose calls ask vehicles in, each with its vehicles that no list before it has."""
    seen = set[str]()
    for each in LISTS:
        if each.move and each.move.called_in:
            vins = each.on(params, tables)["vin"]
            yield each, vins[~vins.isin(list(seen))].reset_index(drop=True)
            seen |= set(vins)


def measure(params: Params, tables: Tables) -> Results:
    """What the last holdout showed, and what the next one can show and when."""
    return measure_holdout(params, tables) + measure_planned(params, tables)


@kept
def measure_planned(params: Params, tables: Tables) -> Results:
    """How likely a holdout of the plan year is to show five points, and how long it takes until it is.

    Parameters
    ----------
    params : Params
        ``value.holdout_share``, or :data:`PLANNED_SHARE` where that is 0.
    tables : mapping of str to DataFrame
        Clean tables cut at ``as_of``, ``contacts`` among them.

    Returns
    -------
    Results
        ``holdout_planned_power`` and ``holdout_months_needed``, by ``list`` and for all together. A vehicle
        on several lists counts on the first. The chance of coming is that of each list as it stood a quarter
        and the reminder's days before ``as_of``.
    """
    if "contacts" not in tables:
        return Results()
    as_of, days = pd.Timestamp(params.as_of), pd.Timedelta(days=params.value.reminder_days)
    then = date_plus_months(as_of, -LIST_MONTHS) - days
    visits = tables["service_visits"]
    came = set(visits["vin"][visits["visit_date"].between(then, as_of, inclusive="right")])
    rows = []
    standing = zip(called_in(params, tables), called_in(*known_on(params, tables, then)), strict=True)
    for (each, now), (_, earlier) in standing:
        before = set(earlier)
        if each.holdout and len(now):
            base = (len(before & came) + 1) / (len(before) + 2) if before else np.nan
            rows.append({"list": each.name, "vehicles": len(now), "base": base})
    if not rows:
        return Results()
    lists, share = pd.DataFrame(rows), params.value.holdout_share or PLANNED_SHARE
    waiting = LIST_MONTHS + math.ceil(params.value.reminder_days / 30.4375)
    year = params.plan_year
    return Results(
        {
            "holdout_planned_power": holdout_sizing.holdout_planned_power(lists, share=share, year=year),
            "holdout_months_needed": holdout_sizing.holdout_months_needed(
                lists, share=share, year=year, list_months=waiting
            ),
        }
    )


def measure_holdout(params: Params, tables: Tables) -> Results:
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
        that have a holdout those are measured whose calls ask vehicles in, by any invitation: not trade-in
        and insurance, which ask for no visit. A vehicle on several lists counts on the first.
    """
    as_of, (start, until) = pd.Timestamp(params.as_of), _span(params)
    contacts = tables.get("contacts")
    if contacts is None or not holdout_is_over(params):
        return Results()
    visits, year, results = tables["service_visits"], as_of.year, Results()
    for name, vins, uncalled in _drawn(params, tables):
        outcomes = holdout.holdout_outcomes(
            vins,
            uncalled,
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


def _span(params: Params) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The day before the lists of the year of ``as_of`` begin, and the last day on which they count."""
    start = pd.Timestamp(pd.Timestamp(params.as_of).year - 1, 12, 31)
    return start, date_plus_months(start, LIST_MONTHS) + pd.Timedelta(days=params.value.reminder_days)


def _drawn(params: Params, tables: Tables) -> Iterator[tuple[str, pd.Series, NDArray[np.bool_]]]:
    """Each list with a holdout of that year, its vehicles, and which were kept apart; none before its end."""
    if not holdout_is_over(params):
        return
    start, _ = _span(params)
    for each, vins in called_in(*known_on(params, tables, start)):
        if each.holdout and len(vins):
            share, year = params.value.holdout_share, start.year + 1
            yield each.name, vins, holdout.in_holdout(vins, plan_year=year, share=share)


def held_out_calls(params: Params, tables: Tables) -> pd.DataFrame:
    """The calls to vehicles that were kept apart: those behind ``holdout_called_share`` of the arm ``kept``.

    Parameters
    ----------
    params, tables
        As in :func:`measure_holdout`.

    Returns
    -------
    DataFrame
        One row a call, in order of the contacts: ``contact_id``, ``vin``, and the ``list`` of the vehicle.
    """
    columns, contacts = ["contact_id", "vin", "list"], tables.get("contacts")
    if contacts is None:
        return pd.DataFrame(columns=columns, dtype="str")
    list_of = {vin: name for name, vins, kept in _drawn(params, tables) for vin in vins[kept]}
    start, until = _span(params)
    day = contacts["contact_date"].dt.normalize()
    asked = contacts["purpose"].isin(list(INVITATIONS)) & day.between(start, until, inclusive="right")
    rows = contacts[(asked & contacts["vin"].isin(list(list_of))).to_numpy()]
    return rows.assign(list=rows["vin"].map(list_of))[columns].reset_index(drop=True)
