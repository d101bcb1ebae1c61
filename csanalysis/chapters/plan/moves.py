"""The moves of the plan: whom to call, what that changed in the past, and what the calls allow."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from csanalysis.chapters.plan.reading import best_item
from csanalysis.chapters.store_facts import reminder_cases
from csanalysis.chapters.work_lists import LISTS, measure_holdout
from csanalysis.display.lists.worklist import Move
from csanalysis.metrics.periods import last_complete_year
from csanalysis.metrics.plan import moves
from csanalysis.metrics.plan.moves import UNKNOWN, YEARS, Candidate, Effect, cases_of
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.stats.proof import ESTIMATES, HISTORY, HOLDOUT, MATCHED, NONE, Proof
from csanalysis.metrics.value.holdout import in_holdout
from csanalysis.metrics.value.reminder_cases import of_purposes
from csanalysis.metrics.value.reminder_effect import finding, of_span
from csanalysis.metrics.value.reminders import reminded_visits
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


def measure(params: Params, tables: Tables, results: Results) -> Results:
    """Every candidate's cases, calls, effect and worth; which are chosen, and how far the calls reach.

    Parameters
    ----------
    params, tables
        As in :func:`csanalysis.chapters.plan.measure`.
    results : Results
        Holds ``item_rebate_gain`` where programmes pay.

    Returns
    -------
    Results
        ``move_*`` of the plan year and ``department_capacity`` of the last complete year.
    """
    year = last_complete_year(pd.Timestamp(params.as_of))
    capacity = moves.department_capacity(tables.get("contacts"), year=year)
    room = capacity["value"].iloc[-1] * moves.ROUND_MONTHS
    found = {**_listed(params, tables, year), **_weak_item(params, results)}
    kept = moves.assign_to_best_list(
        {name: move.cases for name, move in found.items()},
        effect={name: 0.0 if move.unsure else move.effect[0] for name, move in found.items()},
        calls={name: move.calls or 1.0 for name, move in found.items()},
        estimates=[name for name, move in found.items() if move.basis in ESTIMATES],
    )
    table = pd.DataFrame(
        {
            "move": pd.array(list(found), dtype="str"),
            "listed": [len(move.cases) for move in found.values()],
            "cases": [len(kept[name]) for name in found],
            "amount": [kept[name]["amount"].mean() for name in found],
            "per_case": [move.calls for move in found.values()],
            "basis": pd.array([move.basis for move in found.values()], dtype="str"),
            "seen": [move.seen for move in found.values()],
            "sure": [move.basis in ESTIMATES for move in found.values()],
            "unsure": [move.unsure for move in found.values()],
            **{
                name: [move.effect[place] for move in found.values()]
                for place, name in enumerate(("effect", "low", "high"))
            },
        }
    )
    return Results({"department_capacity": _named(capacity), **_published(params, table, room)})


def _named(capacity: pd.DataFrame) -> list[pd.DataFrame]:
    """The whole without a split, its parts by ``use``."""
    return [capacity.iloc[:1].drop(columns="use"), capacity.iloc[1:].reset_index(drop=True)]


def _published(params: Params, table: pd.DataFrame, room: float) -> dict[str, list[pd.DataFrame]]:
    """The metric frames of all candidates and of the chosen ones."""
    plan = str(params.plan_year)
    worth = {end: table["cases"] * table["amount"] * table[end] for end in ("effect", "low", "high")}
    counted = table.assign(value=worth["effect"].mask(table["unsure"]))
    chosen = moves.ranked_moves(counted, capacity=room).merge(table.drop(columns="sure"), on="move")
    part = chosen["planned"] / chosen["cases"]

    def calls(rows: pd.DataFrame, cases: str) -> pd.Series:
        return rows[cases] * rows["per_case"] / moves.ROUND_MONTHS

    def of(rows: pd.DataFrame, **numbers: object) -> pd.DataFrame:
        return tidy([plan] * len(rows), move=rows["move"], **numbers)

    planned = {"part": "planned"}
    measured = table["move"] != "weak_item"  # what mending it changes is its worth itself
    effect = {
        end: table[name].where(measured) for end, name in zip(("value", "low", "high"), worth, strict=True)
    }
    rates = {
        end: chosen["cases"] * chosen["amount"] * chosen[end] * part for end in ("effect", "low", "high")
    }
    total = [plan] if len(chosen) else []
    sure = chosen["sure"].to_numpy(dtype=bool)
    bounds = [plan] if len(chosen) and not sure.all() else []
    return {
        "move_cases": [
            of(table, value=table["cases"], denominator=table["listed"]),
            of(chosen, value=chosen["planned"], denominator=chosen["cases"], **planned),
        ],
        "move_effect": [of(table, denominator=table["seen"], basis=table["basis"], **effect)],
        "move_amount": [of(table, value=table["amount"])],
        "move_calls_per_case": [of(table, value=table["per_case"])],
        "move_calls": [
            of(table, value=calls(table, "cases")),
            of(chosen, value=calls(chosen, "planned"), **planned),
            tidy(total, value=calls(chosen, "planned").sum(), **planned),
        ],
        "move_value": [
            of(table, value=worth["effect"], low=worth["low"], high=worth["high"]),
            of(chosen, value=rates["effect"], low=rates["low"], high=rates["high"], **planned),
            tidy(total, value=rates["effect"][sure].sum(), **planned),
            tidy(bounds, value=rates["effect"][~sure].sum(), basis=HISTORY, **planned),
        ],
        "move_rank": [of(chosen, value=np.arange(1, len(chosen) + 1))],
    }


def _listed(params: Params, tables: Tables, year: int) -> dict[str, Candidate]:
    """The work lists that may be moves, as they stand; one that nobody is on is none."""
    drawn = measure_holdout(params, tables).rows("holdout_effect")
    tried = {str(row.group["list"]): row for row in drawn if not np.isnan(row.value)}
    found = {}
    for each in LISTS:
        if each.move is None:
            continue
        if each.move.candidate is not None:
            candidate = each.move.candidate(params, tables, year)
        elif (keys := each.on(params, tables)[each.whom]).empty:
            candidate = None
        elif each.move.shown_by and "contacts" in tables:
            candidate = _called_in(params, tables, year, each.move, keys)
            if each.name in tried:
                _, seen, *interval = tried[each.name].numbers
                effect = (interval[0], interval[1], interval[2])
                candidate = replace(candidate, effect=effect, basis=HOLDOUT, seen=seen)
        else:
            candidate = Candidate(cases_of(keys, np.nan))
        if candidate is not None:
            found[each.name] = candidate
    return found


def _called_in(params: Params, tables: Tables, year: int, move: Move, vins: pd.Series) -> Candidate:
    """Vehicles to call in, without those kept uncalled: what such calls changed, and what came of them."""
    contacts, share = tables["contacts"], params.value.holdout_share
    vins = vins[~in_holdout(vins, plan_year=params.plan_year, share=share)] if share else vins
    calls, reached = moves.calls_per_case(contacts, purposes=move.shown_by, year=year)
    effect, seen, basis = _told(params, tables, year, move)
    effect = moves.scale_effect(effect, reached)
    return Candidate(
        cases_of(vins, _amount_after(params, tables, move.shown_by, year)),
        effect,
        calls if calls > 0 else 1.0,
        basis,
        seen,
    )


def _told(params: Params, tables: Tables, year: int, move: Move) -> tuple[Effect, float, Proof]:
    """What speaking to a customer changed in the last years, by how many answers, and how well proven."""
    rows, _ = of_span(of_purposes(reminder_cases(params, tables), move.shown_by), year=year)
    found = finding(move.alike(params, rows))
    effect, seen = found.effect, float(found.effect.answered)
    if found.basis != MATCHED or (effect.low > 0 and not found.claimed):  # gone again after a year
        return UNKNOWN, seen, NONE
    return (effect.value, effect.low, effect.high), seen, MATCHED


def _amount_after(params: Params, tables: Tables, purposes: Sequence[str], year: int) -> float:
    """Mean amount of the last complete years' visits that followed such a call [yuan]."""
    rows = reminded_visits(
        tables["contacts"], tables["service_visits"], days=params.value.reminder_days, purposes=purposes
    )
    recent = rows["visit_date"].dt.year.between(year - YEARS + 1, year)
    return float(rows.loc[recent, "total_amount"].mean())


def _weak_item(params: Params, results: Results) -> dict[str, Candidate]:
    """The survey item that pays most once it is level with the region: work inside the house, no calls."""
    if (best := best_item(results, params.plan_year)) is None:
        return {}
    programme, code = best
    gain = results.value("item_rebate_gain", params.plan_year, programme=programme, item_code=code)
    case = cases_of(pd.Series([f"{programme}/{code}"]), gain or np.nan)
    return {"weak_item": Candidate(case, (1.0, np.nan, np.nan), 0.0, HISTORY)}
