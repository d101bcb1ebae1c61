"""The moves of the plan: whom to call, what that changed in the past, and what the calls allow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.chapters.plan.reading import best_item
from csanalysis.chapters.store_facts import PURPOSES, reminded_cells, roster
from csanalysis.chapters.value.holdout import call_lists, measure_holdout
from csanalysis.metrics.periods import date_plus_months, last_complete_year
from csanalysis.metrics.plan import moves
from csanalysis.metrics.plan.moves import Effect
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.stats.intervals import wilson
from csanalysis.metrics.upsell import follow_up_effect
from csanalysis.metrics.upsell.cases import upsell_cases
from csanalysis.metrics.upsell.open_items import open_items
from csanalysis.metrics.value import opportunities, reminder_effect
from csanalysis.metrics.value.holdout import withheld
from csanalysis.metrics.value.leads import false_defeat_rate
from csanalysis.metrics.value.reminders import reminded_visits
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]

YEARS = 3
"""So many last complete years show what a move changes."""

FEWEST = 30
"""Of fewer reached customers nothing is said."""

UNKNOWN: Effect = (np.nan, np.nan, np.nan)


@dataclass(frozen=True)
class Move:
    """One candidate: its list (``key``, ``amount`` of a success), what working a case changes, its calls.

    ``basis`` tells where the effect comes from: ``holdout``, ``matched`` (like customers not called),
    ``history`` (what became of such cases, nothing beside it) or ``none``.
    """

    cases: pd.DataFrame
    effect: Effect
    calls: float
    basis: str
    seen: float = np.nan


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
    found = {**_vehicle_moves(params, tables, year), **_declined(params, tables, year)}
    found |= _leads(params, tables, year) | _trade_in(params, tables) | _weak_item(params, results)
    kept = moves.on_best_list(
        {name: move.cases for name, move in found.items()},
        effect={name: move.effect[0] for name, move in found.items()},
        calls={name: move.calls or 1.0 for name, move in found.items()},
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
    chosen = moves.chosen_moves(table.assign(value=worth["effect"]), capacity=room).merge(table, on="move")
    part = chosen["planned"] / chosen["cases"]

    def calls(rows: pd.DataFrame, cases: str) -> pd.Series:
        return rows[cases] * rows["per_case"] / moves.ROUND_MONTHS

    def of(rows: pd.DataFrame, **numbers: object) -> pd.DataFrame:
        return tidy([plan] * len(rows), move=rows["move"], **numbers)

    planned = {"part": "planned"}
    measured = table["basis"] != "rebate"
    effect = {
        end: table[name].where(measured) for end, name in zip(("value", "low", "high"), worth, strict=True)
    }
    rates = {
        end: chosen["cases"] * chosen["amount"] * chosen[end] * part for end in ("effect", "low", "high")
    }
    total = [plan] if len(chosen) else []
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
            tidy(total, value=rates["effect"].sum(), **planned),
        ],
        "move_rank": [of(chosen, value=np.arange(1, len(chosen) + 1))],
    }


def _vehicle_moves(params: Params, tables: Tables, year: int) -> dict[str, Move]:
    """The call lists of vehicles as they stand, without those kept uncalled."""
    lists = call_lists(params, tables, pd.Timestamp(params.as_of))
    contacts, share = tables.get("contacts"), params.value.holdout_share
    if contacts is None:
        return {
            name: Move(_cases(lists[name], np.nan), UNKNOWN, 1.0, "none")
            for name in PURPOSES
            if name in lists
        }
    effects = _matched(params, tables, year)
    drawn = measure_holdout(params, tables).rows("holdout_effect")
    found = {}
    for name, purposes in PURPOSES.items():
        if name not in lists:
            continue
        vins = lists[name]
        vins = vins[~withheld(vins, plan_year=params.plan_year, share=share)] if share else vins
        calls, reached = moves.per_case(contacts, purposes=purposes, year=year)
        effect, seen = effects[name]
        effect, basis = moves.scaled(effect, reached), "matched"
        tried = [row for row in drawn if row.group.get("list") == name and not np.isnan(row.value)]
        if tried:
            _, seen, *interval = tried[-1].numbers
            effect, basis = (interval[0], interval[1], interval[2]), "holdout"
        amount = _amount_after(params, tables, purposes, year)
        known = basis if not np.isnan(effect[0]) else "none"
        found[name] = Move(_cases(vins, amount), effect, calls if calls > 0 else 1.0, known, seen)
    return found


def _cases(keys: pd.Series, amount: float | NDArray[np.float64]) -> pd.DataFrame:
    return pd.DataFrame({"key": keys.to_numpy(), "amount": amount}).drop_duplicates("key", ignore_index=True)


def _matched(params: Params, tables: Tables, year: int) -> dict[str, tuple[Effect, float]]:
    """By list: what reaching a customer changed in the last complete years, and how many were reached."""
    cells, ages = reminded_cells(params, tables), params.lifecycle
    found = {}
    for name in PURPOSES:
        rows = cells[name]
        if name == "contact_window":
            rows = rows[rows["age"].between(ages.contact_from_months, ages.churned_months - 1)]
        years = rows["quarter"].str[:4].astype(int)
        rows = rows[(years > year - YEARS) & (years <= year)]
        seen = float(rows["called"].sum())
        pooled = reminder_effect.reminder_effect(rows.assign(quarter=str(year))) if seen >= FEWEST else None
        found[name] = (UNKNOWN if pooled is None else _effect(pooled), seen)
    return found


def _effect(rows: pd.DataFrame) -> Effect:
    value, low, high = rows[["value", "low", "high"]].iloc[-1].tolist()
    return float(value), float(low), float(high)


def _amount_after(params: Params, tables: Tables, purposes: Sequence[str], year: int) -> float:
    """Mean amount of the last complete years' visits that followed such a call [yuan]."""
    rows = reminded_visits(
        tables["contacts"], tables["service_visits"], days=params.value.reminder_days, purposes=purposes
    )
    recent = rows["visit_date"].dt.year.between(year - YEARS + 1, year)
    return float(rows.loc[recent, "total_amount"].mean())


def _declined(params: Params, tables: Tables, year: int) -> dict[str, Move]:
    """Work declined and never asked for again, young enough for past follow-ups to tell: A and B, and C."""
    if (items := tables.get("upsell_items")) is None:
        return {}
    as_of, visits = pd.Timestamp(params.as_of), tables["service_visits"]
    cases = upsell_cases(items, visits, as_of=as_of)
    declined = cases[~cases["accepted"]]
    cells = follow_up_effect.follow_up_cells(declined, as_of=as_of)
    effects = follow_up_effect.follow_up_effect(cells, period=str(year)).set_index("grade")
    oldest = (cells["step"].max() + 1) * follow_up_effect.AGE_STEP if len(cells) else 0
    waiting = open_items(cases, visits, as_of=as_of)
    waiting = waiting[waiting["followed_up_date"].isna() & (waiting["age"] < oldest) & waiting["vin"].notna()]
    calls = np.nan
    if (contacts := tables.get("contacts")) is not None:
        calls, _ = moves.per_case(contacts, purposes=(), year=year)
    found = {}
    for name, grades in (("declined_items", ["A", "B"]), ("declined_c_items", ["C"])):
        rows = waiting[waiting["grade"].isin(grades)]
        counts = rows["grade"].astype("str").value_counts()
        by_grade = {str(grade): _effect(effects.loc[[grade]]) for grade in effects.index}
        effect = moves.mixed(by_grade, {str(grade): float(count) for grade, count in counts.items()})
        quoted = rows.groupby("vin")["amount"].sum()
        seen = float(effects.reindex(grades)["denominator"].sum())
        basis = "none" if np.isnan(effect[0]) else "matched"
        if len(quoted):
            listed = _cases(quoted.index.to_series(), quoted.to_numpy())
            found[name] = Move(listed, effect, calls if calls > 0 else 1.0, basis, seen)
    return found


def _leads(params: Params, tables: Tables, year: int) -> dict[str, Move]:
    """Leads given up within a year: the share of such that came to life again, and what a lead costs."""
    if (leads := tables.get("leads")) is None:
        return {}
    as_of = pd.Timestamp(params.as_of)
    standing = leads["reactivated_date"].isna() & leads["won_date"].isna() & leads["status"].eq("defeated")
    here = ~leads["lost_to_same_brand"].fillna(False).astype(bool)
    rows = leads[(standing & here & (leads["defeated_date"] > date_plus_months(as_of, -12))).to_numpy()]
    rates = false_defeat_rate(leads[here.to_numpy()], as_of=as_of)
    rates = rates[rates["period"].astype(int).between(year - YEARS + 1, year)]
    again, of = rates["numerator"].sum(), rates["denominator"].sum()
    if rows.empty or not of:
        return {}
    low, high = wilson(again, of)
    calls = np.nan
    if (contacts := tables.get("contacts")) is not None:
        calls, _ = moves.per_case(contacts, purposes=("lead",), year=year)
        if np.isnan(calls):
            calls, _ = moves.per_case(contacts, purposes=(), year=year)
    effect = (float(again / of), float(low), float(high))
    cases = _cases(rows["lead_id"], params.value.lead_cost[0])
    return {"defeated_leads": Move(cases, effect, calls if calls > 0 else 1.0, "history", float(of))}


def _trade_in(params: Params, tables: Tables) -> dict[str, Move]:
    """Cars old enough to trade in: no table says what a call to their owners changes."""
    as_of, sales, ages = pd.Timestamp(params.as_of), tables["vehicle_sales"], params.lifecycle
    base = opportunities.sold_vehicles_in_base(
        roster(params, tables), sales, as_of=as_of, lost_months=ages.permanent_months
    )
    rows = opportunities.trade_in_candidates(base, as_of=as_of)
    return {"trade_in": Move(_cases(rows["vin"], np.nan), UNKNOWN, 1.0, "none")} if len(rows) else {}


def _weak_item(params: Params, results: Results) -> dict[str, Move]:
    """The survey item that pays most once it is level with the region: work inside the house, no calls."""
    if (best := best_item(results, params.plan_year)) is None:
        return {}
    programme, code = best
    gain = results.value("item_rebate_gain", params.plan_year, programme=programme, item_code=code)
    case = _cases(pd.Series([f"{programme}/{code}"]), gain or np.nan)
    return {"weak_item": Move(case, (1.0, np.nan, np.nan), 0.0, "rebate")}
