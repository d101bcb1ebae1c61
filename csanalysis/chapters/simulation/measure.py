"""The chance of the plan: the year simulated from the store's own flows and held against its targets."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.chapters.goal import Goal
from csanalysis.chapters.plan.goals import goals_of
from csanalysis.chapters.simulation.levels import levels
from csanalysis.chapters.simulation.moved import change_by_moves
from csanalysis.metrics.first_service.rates import local_share
from csanalysis.metrics.periods import last_complete_year
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.simulation.chances import (
    all_targets_met,
    chance_of_target,
    contradictions,
    drawn_year,
    point_values,
    resampled_years,
    target_met,
)
from csanalysis.metrics.simulation.fit import fit, fit_years
from csanalysis.metrics.simulation.history import history
from csanalysis.metrics.simulation.model import Array, Model
from csanalysis.metrics.simulation.outcomes import backtest, observed_months, simulated_flows
from csanalysis.metrics.simulation.run import (
    DRAWS,
    SEED,
    Change,
    Year,
    first_service_return,
    simulate,
)
from csanalysis.params import Params, Scenario

Frames = dict[str, list[pd.DataFrame]]


def measure(
    params: Params, tables: Mapping[str, pd.DataFrame], results: Results, *, draws: int = DRAWS
) -> Results:
    """The chapter's numbers.

    Parameters
    ----------
    params : Params
        Plan year, unit, churn and first-service settings, scenarios.
    tables : mapping of str to DataFrame
        Clean tables: vehicle_sales and service_visits; upsell_items and sales_targets where there are any.
    results : Results
        The plan's numbers: the targets, and the months of what does not flow from the stock.
    draws : int
        How many years are drawn.

    Returns
    -------
    Results
        ``simulation_fitted_years`` always; the rest only where the plan year follows a complete year and at
        least one year can be fitted. The year is the one with the plan's proven moves; where there are any,
        the chances without them stand beside it (``measures`` none), and that of all targets together.
    """
    as_of, plan_year = pd.Timestamp(params.as_of), params.plan_year
    past = history(
        tables["vehicle_sales"],
        tables["service_visits"],
        tables.get("upsell_items"),
        as_of=as_of,
        unit=params.unit,
        excluded=params.churn.exclude_service_types,
        local_only=params.first_service.local_only,
        boundaries=params.lifecycle.boundaries,
    )
    known = last_complete_year(as_of) >= plan_year - 1
    years = fit_years(past, plan_year - 1) if known else ()
    frames: Frames = {"simulation_fitted_years": [tidy([str(plan_year)], value=len(years))]}
    if not years:
        return Results(frames)
    model = fit(past, year=plan_year - 1)
    planned = _planned_sales(params, tables, as_of)
    base = simulate(model, planned_sales=planned, draws=draws)
    moved = change_by_moves(params, tables, model, planned)
    year = base if moved is None else simulate(model, moved, planned_sales=planned, draws=draws)
    goals = _numbered_goals(results, plan_year)
    apart = _drawn_apart(results, goals, draws)
    _add(frames, {name: [frame] for name, frame in simulated_flows(year, plan_year=plan_year).items()})
    _add(frames, {name: [frame] for name, frame in backtest(past).items()})
    _add(frames, {"simulation_last_year": [observed_months(past, plan_year - 1)]})
    hits = _hits(year, goals, results, apart, plan_year)
    _add(frames, _chances(hits, goals, plan_year, together=moved is not None))
    _add(frames, levels(year, goals, params, results, apart))
    if moved is not None:
        without = _hits(base, goals, results, apart, plan_year)
        _add(frames, _chances(without, goals, plan_year, together=False, measures="none"))
    targets = {goal.target: results.value(goal.metric(results), plan_year, **goal.group) for goal in goals}
    _add(
        frames,
        {
            "target_contradiction": [
                contradictions(
                    {goals[place].target: hit for place, hit in hits.items() if goals[place].simulated},
                    plan_year=plan_year,
                )
            ],
            "target_point_value": [
                _priced(
                    point_values(
                        model,
                        {target: value for target, value in targets.items() if value is not None},
                        {goal.target: goal.simulated for goal in goals if goal.simulated},
                        plan_year=plan_year,
                        planned_sales=planned,
                    ),
                    goals,
                    results,
                    plan_year,
                )
            ],
        },
    )
    for scenario in params.scenarios:
        refused = _out_of_reach(model, scenario)
        if refused:
            _add(frames, {"scenario_out_of_reach": [_asked(refused, scenario.name, plan_year)]})
            continue
        other = simulate(model, _change(scenario), planned_sales=planned, draws=draws)
        named = simulated_flows(other, plan_year=plan_year, scenario=scenario.name)
        _add(frames, {name: [frame] for name, frame in named.items()})
        hits = _hits(other, goals, results, apart, plan_year)
        _add(frames, _chances(hits, goals, plan_year, together=False, scenario=scenario.name))
    return Results(frames)


def _priced(points: pd.DataFrame, goals: Sequence[Goal], results: Results, plan_year: int) -> pd.DataFrame:
    """The price of a point of each target: the plan's own where it has one, so that there is one price."""
    own = {
        goal.target: results.value(goal.point_value, plan_year, points="1")
        for goal in goals
        if goal.point_value
    }
    given = points["target"].map(own).astype(float)
    return points.assign(value=given.fillna(points["value"]))


def _add(frames: Frames, more: Mapping[str, Sequence[pd.DataFrame]]) -> None:
    for name, parts in more.items():
        frames.setdefault(name, []).extend(part for part in parts if len(part))


def _planned_sales(
    params: Params, tables: Mapping[str, pd.DataFrame], as_of: pd.Timestamp
) -> NDArray[np.float64] | None:
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


def _numbered_goals(results: Results, plan_year: int) -> list[Goal]:
    """The goals whose target of the plan year is known."""
    goals = goals_of(results, plan_year=plan_year)
    return [
        goal for goal in goals if results.value(goal.metric(results), plan_year, **goal.group) is not None
    ]


def _drawn_apart(results: Results, goals: Iterable[Goal], draws: int) -> dict[int, Array]:
    """By place of the goal, years of what the stock of vehicles does not give."""
    drawn = {}
    for place, goal in enumerate(goals):
        if goal.simulated is None:
            months = results.select(goal.actual, "month", **goal.group).sort_values("period")
            years = resampled_years(months, draws=draws, seed=SEED)
            if not np.isnan(years).any():
                drawn[place] = years
    return drawn


def _hits(
    year: Year, goals: Sequence[Goal], results: Results, apart: Mapping[int, Array], plan_year: int
) -> dict[int, NDArray[np.bool_]]:
    hits = {}
    for place, goal in enumerate(goals):
        drawn = drawn_year(year, goal.simulated) if goal.simulated else apart.get(place)
        target = results.value(goal.metric(results), plan_year, **goal.group)
        if drawn is not None and target is not None and not np.isnan(drawn).any():
            hits[place] = target_met(drawn, target, better=goal.better)
    return hits


def _chances(
    hits: Mapping[int, NDArray[np.bool_]],
    goals: Sequence[Goal],
    plan_year: int,
    *,
    together: bool = True,
    **run: str,
) -> Frames:
    if not hits:
        return {}
    each = [
        chance_of_target(hit, plan_year=plan_year, target=goals[place].target, **goals[place].group, **run)
        for place, hit in hits.items()
    ]
    if not together:
        return {"target_chance": each}
    whole = chance_of_target(all_targets_met(list(hits.values())), plan_year=plan_year, **run)
    return {"target_chance": each, "plan_chance": [whole]}


def _change(scenario: Scenario) -> Change:
    return Change(**scenario.model_dump(exclude={"name"}))


def _out_of_reach(model: Model, scenario: Scenario) -> dict[str, float]:
    """Shares that a scenario asks for and that no year can have: below nothing, above all, or of nothing."""
    shares = {
        "first_service": (first_service_return(model), scenario.first_service),
        "upsell": (model.success, scenario.upsell),
    }
    asked = {step: share + more for step, (share, more) in shares.items() if more}
    return {step: share for step, share in asked.items() if not 0 <= share <= 1}


def _asked(shares: Mapping[str, float], scenario: str, plan_year: int) -> pd.DataFrame:
    return tidy(
        [str(plan_year)] * len(shares), value=list(shares.values()), step=list(shares), scenario=scenario
    )
