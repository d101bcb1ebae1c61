"""What the plan asks for: every goal's floor, target and stretch from the simulated year with its measures.

The one place that makes the numbers which :meth:`csanalysis.chapters.goal.Goal.metric` names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.chapters.goal import Goal
from csanalysis.chapters.plan.goals import goals_of
from csanalysis.chapters.shared import kept
from csanalysis.chapters.simulation.moved import change_by_moves
from csanalysis.chapters.standing import standing
from csanalysis.metrics.first_service.rates import local_share
from csanalysis.metrics.first_service.targets import first_service_target_by_agent
from csanalysis.metrics.periods import last_complete_year
from csanalysis.metrics.plan.planned import months_of_target, moved_alike
from csanalysis.metrics.plan.target_levels import target_levels
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.simulation.chances import drawn_year, resampled_years
from csanalysis.metrics.simulation.fit import fit, fit_years
from csanalysis.metrics.simulation.history import History, history
from csanalysis.metrics.simulation.model import Array, Model
from csanalysis.metrics.simulation.run import DRAWS, SEED, Year, simulate
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]
Frames = dict[str, list[pd.DataFrame]]


@dataclass(frozen=True)
class Outlook:
    """The year to come: ``base`` as things go, ``year`` with the plan's proven moves (the same without one).

    ``fitted`` is how many past years it rests on. Of a store too young to be simulated the rest is None.
    ``apart`` holds, by place of the goal, the drawn years of what no vehicle gives.
    """

    past: History
    fitted: int
    goals: Sequence[Goal]
    model: Model | None = None
    planned_sales: NDArray[np.float64] | None = None
    base: Year | None = None
    year: Year | None = None
    apart: Mapping[int, Array] | None = None

    @property
    def moved(self) -> bool:
        """Whether the plan has moves that are proven to change the year."""
        return self.year is not self.base

    def drawn(self, place: int, *, year: Year | None = None) -> Array | None:
        """A goal's number in each drawn year, as the plan has it or of another ``year``; None without one."""
        year = self.year if year is None else year
        if year is None or self.apart is None:
            return None
        quantity = self.goals[place].simulated
        drawn = drawn_year(year, quantity) if quantity else self.apart.get(place)
        return None if drawn is None or np.isnan(drawn).any() else drawn


@kept
def past_months(params: Params, tables: Tables) -> History:
    """What happened at the store month by month: :func:`csanalysis.metrics.simulation.history.history`."""
    return history(
        tables["vehicle_sales"],
        tables["service_visits"],
        tables.get("upsell_items"),
        as_of=pd.Timestamp(params.as_of),
        unit=params.unit,
        excluded=params.churn.exclude_service_types,
        local_only=params.first_service.local_only,
        boundaries=params.lifecycle.boundaries,
    )


def outlook(params: Params, tables: Tables, results: Results, *, draws: int = DRAWS) -> Outlook:
    """Simulate the plan year.

    Parameters
    ----------
    params, tables
        The dealership's, cut at ``as_of``.
    results : Results
        The rules' targets, and the months of what does not flow from the stock of vehicles.
    draws : int
        How many years are drawn.
    """
    as_of, plan_year = pd.Timestamp(params.as_of), params.plan_year
    past = past_months(params, tables)
    known = last_complete_year(as_of) >= plan_year - 1
    fitted = len(fit_years(past, plan_year - 1)) if known else 0
    goals = [
        goal
        for goal in goals_of(results, plan_year=plan_year)
        if results.value(goal.target, plan_year, **goal.group) is not None
        or goal.reckoned(results, plan_year) is not None
    ]
    if not fitted:
        return Outlook(past, fitted, goals)
    model, sales = fit(past, year=plan_year - 1), _planned_sales(params, tables, as_of)
    base = simulate(model, planned_sales=sales, draws=draws)
    moves = change_by_moves(params, tables, model, sales)
    year = base if moves is None else simulate(model, moves, planned_sales=sales, draws=draws)
    return Outlook(
        past, fitted, goals, model, sales, base, year, _drawn_apart(params, tables, results, goals, draws)
    )


def planned_targets(params: Params, results: Results, told: Outlook) -> Results:
    """What the plan asks for of every goal, and its levels.

    Parameters
    ----------
    params : Params
        Of the plan.
    results : Results
        The rules' targets, and what past years gave.
    told : Outlook
        Of :func:`outlook`.

    Returns
    -------
    Results
        ``target_level_rate``, ``_count`` and ``_score`` and ``target_level_chance`` of what could be
        simulated. By the name that each goal has for it, what the plan asks for: its target; its stretch
        where the target is out of reach; without a simulation what the rule, or a forecast known to come
        nearer, gives. Of a sum also by month, and by part.
    """
    made = Results()
    for place, goal in enumerate(told.goals):
        frames: Frames = {}
        value = np.nan
        drawn = told.drawn(place)
        if drawn is not None:
            found = _levels(params, results + made, goal, drawn)
            chance = found.assign(value=found["numerator"] / found["denominator"])
            frames[f"target_level_{goal.unit}"] = [found.assign(numerator=np.nan, denominator=np.nan)]
            frames["target_level_chance"] = [chance]
            by_level = found.set_index("level")["value"]
            value = float(by_level.get("target", by_level["stretch"]))
        else:
            value = goal.without_simulation(params, results, goal)
        frames[goal.planned] = _asked(params, results, goal, value)
        made += Results(frames)
    return made


def _levels(params: Params, results: Results, goal: Goal, drawn: Array) -> pd.DataFrame:
    return target_levels(
        drawn,
        plan_year=params.plan_year,
        better=goal.better,
        last=goal.last(params, results),
        whole=goal.unit == "count",
        given=None if goal.follows_from is None else goal.follows_from(results, params.plan_year),
        **goal.key,
    )


def _asked(params: Params, results: Results, goal: Goal, value: float) -> list[pd.DataFrame]:
    """The year's number; of a sum its months and each one's parts, of a rate what its parts are to reach."""
    plan = params.plan_year
    split = {name: [label] for name, label in goal.group.items()}
    year = tidy([str(plan)], value=value, **split)
    if goal.month_shares is None:
        year = _standing(params, goal, year)
        value = float(year.loc[year["period"] == str(plan), "value"].iloc[0])
    if goal.month_shares is not None:
        months = months_of_target(value, goal.month_shares(results, plan))
        whole = _standing(params, goal, pd.concat([months, year], ignore_index=True))
        if goal.part != "agent" or not (whole["period"].str.len() == len("2026-01")).any():
            return [whole]
        return [whole, first_service_target_by_agent(whole, agents=params.first_service.agents)]
    if not goal.part:
        return [year]
    names = list(results.select(goal.target, None, goal.part, period=str(plan))[goal.part])
    last = str(last_complete_year(pd.Timestamp(params.as_of)))
    came = results.select(goal.actual, None, goal.part, period=last).set_index(goal.part)["value"]
    parts = moved_alike(
        value, goal.last(params, results), came, plan_year=plan, by=goal.part, names=[str(n) for n in names]
    )
    return [year, parts]


def _standing(params: Params, goal: Goal, asked: pd.DataFrame) -> pd.DataFrame:
    """What the frozen plan of the year asks for, where there is one."""
    frame = standing(params, goal.target, asked)
    for name, label in goal.group.items():
        frame = frame[(frame[name] == label).to_numpy(dtype=bool)]
    return frame.reset_index(drop=True)


def _planned_sales(params: Params, tables: Tables, as_of: pd.Timestamp) -> NDArray[np.float64] | None:
    """Units of the plan year's twelve months; None unless all have a target."""
    targets = tables.get("sales_targets")
    if targets is None:
        return None
    of_year = targets[targets["month"].dt.year == params.plan_year].dropna(subset="units")
    units = of_year.groupby(of_year["month"].dt.month)["units"].sum()
    if len(units) < 12 or units.sum() <= 0:
        return None
    share = local_share(tables["vehicle_sales"], as_of=as_of) if params.first_service.local_only else 1.0
    return np.asarray(units.to_numpy(float) * share)


def _drawn_apart(
    params: Params, tables: Tables, results: Results, goals: Sequence[Goal], draws: int
) -> dict[int, Array]:
    """By place of the goal, years of what the stock of vehicles does not give."""
    drawn = {}
    for place, goal in enumerate(goals):
        if goal.simulated is not None:
            continue
        told = None if goal.drawn is None else goal.drawn(params, tables, goal, draws)
        if told is None:
            months = results.select(goal.actual, "month", **goal.group).sort_values("period")
            told = resampled_years(months, draws=draws, seed=SEED)
        if not np.isnan(told).any():
            drawn[place] = told
    return drawn
