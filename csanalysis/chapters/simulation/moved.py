"""What the proven moves of the call plan change in the simulated year."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.chapters.work_lists.last_year import gained_last_year
from csanalysis.chapters.work_lists.year import year_of_calls
from csanalysis.metrics.simulation.model import Model
from csanalysis.metrics.simulation.run import Change, simulate
from csanalysis.params import Params

AWAY = ("marginal", "win_back")
"""Lists of vehicles away for half a year or more: they move the ``retention`` of the simulation."""

STEP = 0.01
"""The change that is tried to see how many visits it brings."""


def change_by_moves(
    params: Params,
    tables: Mapping[str, pd.DataFrame],
    model: Model,
    planned_sales: NDArray[np.float64] | None,
) -> Change | None:
    """The change that brings as many visits as the year's calls gain beyond last year's; None where none is
    proven to gain anything.

    Past flows hold what last year's calls gained, so that only the difference moves the year; it may be less.
    Visits gained by calls to vehicles that have stayed away move the return of such vehicles, those gained by
    other reminders the visits of all, those of first-service calls the share that comes for it.
    """
    rows = year_of_calls(params, tables).rows
    gained = rows.groupby("list")["gained"].sum()
    if not gained.sum() > 0:
        return None
    before = gained_last_year(params, tables)
    first_service = before["purpose"] == "first_service"
    stayed_away = ~first_service & (before["age"] >= params.lifecycle.marginal_months)
    away_before, first_before = (
        float(before.loc[part, "gained"].sum()) for part in (stayed_away, first_service)
    )
    away = float(gained.reindex(AWAY).fillna(0.0).sum())
    first = float(gained.get("first_service_invitations", 0.0))
    others = float(gained.sum()) - away - first
    others -= float(before["gained"].sum()) - away_before - first_before
    away, first = away - away_before, first - first_before

    def brought(change: Change) -> float:
        year = simulate(model, change, planned_sales=planned_sales, draws=1, exact=True, year_noise=False)
        return float(year.first_services.sum() if change.first_service else year.visits.sum())

    base = simulate(model, planned_sales=planned_sales, draws=1, exact=True, year_noise=False)
    visits, services = float(base.visits.sum()), float(base.first_services.sum())
    return Change(
        visits=_as_much(others, brought(Change(visits=STEP)) - visits),
        retention=_as_much(away, brought(Change(retention=STEP)) - visits),
        first_service=_as_much(first, brought(Change(first_service=STEP)) - services),
    )


def _as_much(wanted: float, by_step: float) -> float:
    return wanted / by_step * STEP if by_step > 0 else 0.0
