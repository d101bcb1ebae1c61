"""The moves of the plan: what the call plan gives to each list in the year, and what that brings."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csanalysis.chapters.plan.reading import best_item
from csanalysis.chapters.work_lists.call_plan import call_plan
from csanalysis.chapters.work_lists.evidence import evidence
from csanalysis.chapters.work_lists.lists import CALL_LISTS
from csanalysis.chapters.work_lists.year import CHOICE, LISTED, year_of_calls
from csanalysis.metrics.contacts.working_days import working_days
from csanalysis.metrics.first_service.targets import largest_remainder
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.stats.proof import ESTIMATES, HISTORY
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]

MOST = 5
"""So many moves a department can be asked to mind."""

HOURS_A_DAY = 8

_ENDS = ("effect", "low", "high")


def measure(params: Params, tables: Tables, results: Results) -> Results:
    """Every list's cases, calls, effect and worth in the plan year, and which of them are its moves.

    Parameters
    ----------
    params, tables
        As in :func:`csanalysis.chapters.plan.measure`.
    results : Results
        Holds ``item_rebate_gain`` where programmes pay.

    Returns
    -------
    Results
        ``move_*`` of the plan year.
    """
    rows = pd.concat([_lists(params, tables), _weak_item(params, results)], ignore_index=True)
    beside = {
        "move_left_out": [_left_out(params, tables, rows)],
        "move_calls": [_other_calls(params, tables, rows)],
        **_costs(params, tables, rows),
    }
    return Results(_published(params, rows)) + Results(beside)


def _left_out(params: Params, tables: Tables, rows: pd.DataFrame) -> pd.DataFrame:
    """By list and reason, the cases that the quarter's plan does not call; a holdout is no case."""
    cases = call_plan(params, tables).cases
    left = cases[~cases["planned"] & cases["why_not"].ne("holdout") & cases["list"].isin(rows["move"])]
    counted = left.groupby(["list", "why_not"], sort=False, as_index=False).size()
    return tidy(
        [str(params.plan_year)] * len(counted),
        value=counted["size"],
        move=counted["list"],
        why_not=counted["why_not"],
    )


def _other_calls(params: Params, tables: Tables, rows: pd.DataFrame) -> pd.DataFrame:
    """The year's calls beside duties and chosen moves: nothing tells what they bring."""
    year = year_of_calls(params, tables).rows
    free = (year["use"] == CHOICE) & ~year["list"].isin(_chosen(rows)["move"])
    calls = float(year.loc[free, "calls"].sum())
    return tidy([str(params.plan_year)] if calls else [], value=calls, part="others")


def _lists(params: Params, tables: Tables) -> pd.DataFrame:
    """One row a list that might be a move and that somebody is on."""
    plan, year, known = call_plan(params, tables), year_of_calls(params, tables), evidence(params, tables)
    cases = plan.cases[plan.cases["why_not"] != "holdout"]
    listed = pd.Series([name for names in cases["lists"] for name in names], dtype="str").value_counts()
    main, mean = cases["list"].value_counts(), cases.groupby("list")["amount"].mean()
    all_worth = cases.groupby("list")["worth"].sum(min_count=1)
    of_year = year.rows.groupby("list")[["cases", "calls"]].sum()
    worth = year.rows.groupby("list")["worth"].sum(min_count=1)
    quarter = year.rows[year.rows["part"] == LISTED].groupby("list")[["cases", "worth"]].sum(min_count=1)
    names = [each.name for each in CALL_LISTS if each.move is not None and each.name in main.index]
    return pd.DataFrame(
        {
            "move": pd.array(names, dtype="str"),
            "listed": [float(listed[name]) for name in names],
            "cases": [float(main[name]) for name in names],
            "planned": of_year["cases"].reindex(names).fillna(0.0).to_numpy(float),
            "quarter": quarter["cases"].reindex(names).fillna(0.0).to_numpy(float),
            "calls": of_year["calls"].reindex(names).fillna(0.0).to_numpy(float),
            "amount": mean.reindex(names).to_numpy(float),
            "per_case": [known[name].calls for name in names],
            "basis": pd.array([known[name].basis for name in names], dtype="str"),
            "seen": [known[name].seen for name in names],
            "inferred": [known[name].inferred for name in names],
            "of": [known[name].of for name in names],
            **{end: [known[name].effect[place] for name in names] for place, end in enumerate(_ENDS)},
            "worth": all_worth.reindex(names).to_numpy(float),
            "value": worth.reindex(names).to_numpy(float),
            "quarter_value": quarter["worth"].reindex(names).to_numpy(float),
        }
    )


def _weak_item(params: Params, results: Results) -> pd.DataFrame:
    """The survey item that pays most once it is level with the region: work inside the house, no calls."""
    if (best := best_item(results, params.plan_year)) is None:
        return pd.DataFrame()
    programme, code = best
    gain = results.value("item_rebate_gain", params.plan_year, programme=programme, item_code=code) or np.nan
    return pd.DataFrame(
        {
            "move": pd.array(["weak_item"], dtype="str"),
            **dict.fromkeys(("listed", "cases", "planned", "quarter"), 1.0),
            **dict.fromkeys(("calls", "per_case"), 0.0),
            **dict.fromkeys(("amount", "worth", "value", "quarter_value"), gain),
            "basis": pd.array([HISTORY], dtype="str"),
            **dict.fromkeys(("seen", "low", "high", "inferred", "of"), np.nan),
            "effect": 1.0,
        }
    )


def _chosen(rows: pd.DataFrame) -> pd.DataFrame:
    """The moves: lists that are called and bring something, the proven ones first, five at most.

    An estimate that may as well be nil is none: its list is called where calls are free, but it is no move.
    """
    bring = rows.assign(sure=rows["basis"].isin(ESTIMATES))
    nil = bring["sure"] & ~(bring["low"] > 0)
    bring = bring[(bring["value"] > 0) & (bring["planned"] > 0) & ~nil]
    ordered = bring.sort_values(["sure", "value"], ascending=False, kind="stable")
    return ordered.head(MOST).reset_index(drop=True)


def _costs(params: Params, tables: Tables, rows: pd.DataFrame) -> dict[str, list[pd.DataFrame]]:
    """The callers' hours that the chosen moves take, and what these cost where the params say what one costs.

    A call takes a working day of eight hours over the calls that a caller makes in one, in the mean.
    """
    chosen, plan = _chosen(rows), str(params.plan_year)
    called = chosen[chosen["calls"] > 0]
    pace = float(call_plan(params, tables).callers["per_day"].mean())
    if called.empty or not pace > 0:
        return {}
    hours = called["calls"] * HOURS_A_DAY / pace
    whole = largest_remainder(float(np.floor(hours.sum() + 0.5)), hours.to_numpy(float))
    frames = {"move_hours": pd.Series(whole)}
    if price := params.calls.caller_cost:
        year = pd.Timestamp(params.plan_year - 1, 12, 31), pd.Timestamp(params.plan_year, 12, 31)
        days = len(working_days(*year, country=params.calls.country))
        frames["move_cost"] = hours * price / (days * HOURS_A_DAY)
    planned = {"part": "planned"}
    return {
        name: [
            tidy([plan] * len(called), value=told.to_numpy(float), move=called["move"], **planned),
            tidy([plan], value=float(told.sum()), **planned),
        ]
        for name, told in frames.items()
    }


def _published(params: Params, rows: pd.DataFrame) -> dict[str, list[pd.DataFrame]]:
    """The metric frames of all lists and of the chosen ones."""
    plan, chosen = str(params.plan_year), _chosen(rows)

    def by_move(which: pd.DataFrame, **numbers: object) -> pd.DataFrame:
        return tidy([plan] * len(which), move=which["move"], **numbers)

    planned, quarter = {"part": "planned"}, {"part": "quarter"}
    measured = rows["move"] != "weak_item"  # what mending it changes is its worth itself
    effect = {
        name: rows[end].where(measured) for name, end in zip(("value", "low", "high"), _ENDS, strict=True)
    }
    scale = (chosen["value"] / chosen["effect"].where(chosen["effect"] > 0)).to_numpy(float)
    sure = chosen["sure"].to_numpy(dtype=bool)
    called_in = rows[rows["of"].notna()].reset_index(drop=True)
    inferred = {"numerator": called_in["inferred"], "denominator": called_in["of"]}
    # Nobody makes half a call, and whoever adds up the rows is to find their sum.
    calls = largest_remainder(float(np.floor(chosen["calls"].sum() + 0.5)), chosen["calls"].to_numpy(float))
    total = [plan] if len(chosen) else []
    bounds = [plan] if len(chosen) and not sure.all() else []
    return {
        "move_cases": [
            by_move(rows, value=rows["cases"], denominator=rows["listed"]),
            by_move(chosen, value=chosen["planned"], **planned),
            by_move(chosen, value=chosen["quarter"], **quarter),
        ],
        "move_effect": [by_move(rows, denominator=rows["seen"], basis=rows["basis"], **effect)],
        "move_inferred_share": [by_move(called_in, **inferred)],
        "move_amount": [by_move(rows, value=rows["amount"])],
        "move_calls_per_case": [by_move(rows, value=rows["per_case"])],
        "move_calls": [
            by_move(rows, value=rows["cases"] * rows["per_case"]),
            by_move(chosen, value=calls, **planned),
            tidy(total, value=calls.sum(), **planned),
        ],
        "move_value": [
            by_move(rows, value=rows["worth"]),
            by_move(
                chosen,
                value=chosen["value"],
                low=scale * chosen["low"].to_numpy(float),
                high=scale * chosen["high"].to_numpy(float),
                **planned,
            ),
            by_move(chosen, value=chosen["quarter_value"], **quarter),
            tidy(total, value=chosen["value"][sure].sum(), **planned),
            tidy(bounds, value=chosen["value"][~sure].sum(), basis=HISTORY, **planned),
        ],
        "move_rank": [by_move(chosen, value=np.arange(1, len(chosen) + 1))],
    }
