"""The chance of the plan: the year simulated from the store's own flows and held against its targets."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.chapters.goal import Goal
from csanalysis.chapters.shared import kept
from csanalysis.chapters.simulation.aims import (
    Frames,
    Outlook,
    outlook,
    past_months,
    planned_targets,
)
from csanalysis.chapters.simulation.electric import Electric, learn
from csanalysis.chapters.simulation.worth import ranges, worth
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.simulation.chances import (
    chance_of_target,
    contradictions,
    point_values,
    target_met,
    targets_met,
)
from csanalysis.metrics.simulation.model import Model
from csanalysis.metrics.simulation.outcomes import backtest, observed_months, simulated_flows
from csanalysis.metrics.simulation.run import DRAWS, Year, first_service_return, simulate
from csanalysis.params import Params, Scenario

Hits = Mapping[int, NDArray[np.bool_]]


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
        The plan's numbers: what the rules ask for, and the months of what does not flow from the stock.
    draws : int
        How many years are drawn.

    Returns
    -------
    Results
        ``simulation_fitted_years``; what the plan asks for of every goal
        (:func:`csanalysis.chapters.simulation.aims.planned_targets`), the range of the year
        (``target_range_*``) and what meeting it is worth (``target_value``). The rest only where the plan
        year follows a complete year and at least one year can be fitted. The year is the one with the plan's
        proven moves; where there are any, the chances without them stand beside it (``measures`` none).
        ``rule_chance`` is that of the number which the rule itself gives.
    """
    plan_year = params.plan_year
    told = outlook(params, tables, results, draws=draws)
    fitted = tidy([str(plan_year)], value=told.fitted)
    results += (aims := planned_targets(params, results, told))
    known = learn(params, tables)
    about = known.results(plan_year) + Results(
        {
            "simulation_fitted_years": fitted,
            **ranges(params, results, told),
            "target_value": worth(params, results, told.goals),
        }
    )
    if told.year is None or told.base is None or told.model is None:
        return aims + about
    tried = _past_years(params, tables)
    of_year = _simulated(params, results, told, tried, told.year, told.base, told.model, known, draws)
    return aims + about + of_year


@kept
def _past_years(params: Params, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Each past year run as the plan year is, beside what it brought."""
    return backtest(past_months(params, tables))


def _simulated(
    params: Params,
    results: Results,
    told: Outlook,
    tried: Mapping[str, pd.DataFrame],
    year: Year,
    base: Year,
    model: Model,
    known: Electric,
    draws: int,
) -> Results:
    """What only a simulated year can tell."""
    plan_year = params.plan_year
    frames: Frames = {}
    _add(frames, {name: [frame] for name, frame in simulated_flows(year, plan_year=plan_year).items()})
    _add(frames, {name: [frame] for name, frame in tried.items()})
    _add(frames, {"simulation_last_year": [observed_months(told.past, plan_year - 1)]})
    hits = _hits(told, results, plan_year, year=year)
    _add(frames, {"target_chance": _chances(hits, told.goals, plan_year)})
    _add(frames, {"rule_chance": _rule_chances(told, results, plan_year)})
    if hits and told.moved:
        _add(frames, {"plan_targets_met": [targets_met(list(hits.values()), plan_year=plan_year)]})
    if told.moved:
        without = _hits(told, results, plan_year, year=base)
        _add(frames, {"target_chance": _chances(without, told.goals, plan_year, measures="none")})
    own = {told.goals[place].target: hit for place, hit in hits.items() if told.goals[place].simulated}
    _add(frames, {"target_contradiction": [contradictions(own, plan_year=plan_year)]})
    _add(frames, {"target_point_value": [_priced(told, model, results, plan_year)]})
    for scenario in params.scenarios:
        refused = _out_of_reach(model, scenario)
        if refused:
            _add(frames, {"scenario_out_of_reach": [_asked(refused, scenario.name, plan_year)]})
            continue
        other = simulate(model, known.change(scenario), planned_sales=told.planned_sales, draws=draws)
        named = simulated_flows(other, plan_year=plan_year, scenario=scenario.name)
        _add(frames, {name: [frame] for name, frame in named.items()})
        hits = _hits(told, results, plan_year, year=other)
        chances = _chances(hits, told.goals, plan_year, scenario=scenario.name)
        _add(frames, {"target_chance": chances})
    return Results(frames)


def _priced(told: Outlook, model: Model, results: Results, plan_year: int) -> pd.DataFrame:
    """The price of a point of each target: the plan's own where it has one, so that there is one price."""
    points = point_values(
        model,
        {goal.target: goal.value(results, plan_year) for goal in told.goals},
        {
            goal.target: goal.simulated
            for goal in told.goals
            if goal.simulated and goal.follows_from is None  # it is priced where it follows from
        },
        plan_year=plan_year,
        planned_sales=told.planned_sales,
    )
    own = {
        goal.target: goal.point_value(results, plan_year)
        for goal in told.goals
        if goal.point_value is not None
    }
    given = points["target"].map(own).astype(float)
    return points.assign(value=given.fillna(points["value"]))


def _add(frames: Frames, more: Mapping[str, Sequence[pd.DataFrame]]) -> None:
    for name, parts in more.items():
        frames.setdefault(name, []).extend(part for part in parts if len(part))


def _hits(told: Outlook, results: Results, plan_year: int, *, year: Year) -> dict[int, NDArray[np.bool_]]:
    """By place of the goal, which drawn years give what the plan asks for."""
    hits = {}
    for place, goal in enumerate(told.goals):
        drawn, target = told.drawn(place, year=year), goal.value(results, plan_year)
        if drawn is not None and not np.isnan(target):
            hits[place] = target_met(drawn, target, better=goal.better)
    return hits


def _chances(hits: Hits, goals: Sequence[Goal], plan_year: int, **run: str) -> list[pd.DataFrame]:
    return [
        chance_of_target(hit, plan_year=plan_year, **goals[place].key, **run) for place, hit in hits.items()
    ]


def _rule_chances(told: Outlook, results: Results, plan_year: int) -> list[pd.DataFrame]:
    """How many drawn years give what each rule asks for."""
    rows = []
    for place, goal in enumerate(told.goals):
        drawn, ruled = told.drawn(place), results.value(goal.target, plan_year, **goal.group)
        if drawn is not None and ruled is not None:
            hit = target_met(drawn, ruled, better=goal.better)
            rows.append(chance_of_target(hit, plan_year=plan_year, **goal.key))
    return rows


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
