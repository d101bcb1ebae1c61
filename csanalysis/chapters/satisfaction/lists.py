"""Rectification: the actions still to be done, and the weak items that nobody works on."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from csanalysis.catalogue import format_period, format_value, group_label, text
from csanalysis.chapters.satisfaction.measure import names
from csanalysis.display.lists.worklist import WorkList
from csanalysis.metrics.results import Results
from csanalysis.metrics.surveys.rectification import action_states
from csanalysis.params import Params

BEGIN_WITHIN_DAYS = 30
"""A weak item without an action should have one so many days after ``as_of``."""

WEAKNESS = ("item_gap", "weak_item", "item_rebate_gain")
"""The numbers that the list is made of."""

_COLUMNS = ("rank", "programme", "survey_item", "measure", "owner", "due_date", "reason", "worth_rebate")


def rectification(params: Params, tables: Mapping[str, pd.DataFrame], results: Results) -> pd.DataFrame:
    """What is to be done about weak items, the most valuable first.

    Parameters
    ----------
    params, tables
        The dealership's.
    results : Results
        Holds :data:`WEAKNESS`; items are those of the last year with a score.

    Returns
    -------
    DataFrame
        One row an action not done, or a weak item without one: the list's columns.
        ``worth_rebate`` is what closing the item's gap alone adds to the expected rebate [¥],
        empty where the programme has no tiers.
    """
    as_of, language = pd.Timestamp(params.as_of), params.language
    year = max((row.period for row in results.rows("item_gap")), default=str(params.as_of.year))
    by = ["programme", "item_code"]
    items = results.select("item_gap", None, *by, period=year)[[*by, "value"]].rename(
        columns={"value": "gap"}
    )
    for metric in ("weak_item", "item_rebate_gain"):
        period = year if metric == "weak_item" else str(params.plan_year)
        found = results.select(metric, None, *by, period=period)[[*by, "value"]]
        items = items.merge(found.rename(columns={"value": metric}), how="left", on=by)

    rows: list[Mapping[Any, Any]] = []
    actions = tables.get("actions")
    working: set[str] = set()
    if actions is not None:
        open_ones = actions[actions["done_date"].isna()]
        working = set(open_ones["item_code"])
        states = action_states(open_ones, as_of=as_of)
        listed = open_ones.assign(state=states.where(open_ones["due_date"].notna(), "undated"))
        rows += listed.merge(items, how="left", on="item_code").to_dict("records")
    alone = items[(items["weak_item"] == 1) & ~items["item_code"].isin(list(working))]
    due = as_of + pd.Timedelta(days=BEGIN_WITHIN_DAYS)
    owner = text("list_owner.customer_service", language)
    rows += [
        {**row, "state": "unattended", "due_date": due, "owner": owner} for row in alone.to_dict("records")
    ]

    called = names(tables)
    frame = pd.DataFrame(
        [
            {
                "programme": group_label("programme", row["programme"], language)
                if _known(row["programme"])
                else "",
                "survey_item": _called(row, called),
                "measure": row.get("measure"),
                "owner": row.get("owner"),
                "due_date": row.get("due_date"),
                "reason": _reason(row, language),
                "worth_rebate": round(row["item_rebate_gain"], 0),
                "gap": row["gap"],
            }
            for row in rows
        ],
        columns=[*_COLUMNS[1:], "gap"],
    )
    frame = frame.sort_values(
        ["worth_rebate", "gap", "due_date", "survey_item"], ascending=[False, True, True, True]
    )
    return frame.assign(rank=range(1, len(frame) + 1)).reset_index(drop=True)


def _known(value: Any) -> bool:
    return bool(pd.notna(value))


def _called(row: Mapping[str, Any], names: Mapping[str, Mapping[str, str]]) -> str:
    name = names.get(row["programme"], {}).get(row["item_code"], "")
    return f"{row['item_code']} {name}".rstrip()


def _reason(row: Mapping[str, Any], language: Any) -> str:
    kind = "weak_unattended" if row["state"] == "unattended" else f"action_{row['state']}"
    due = row.get("due_date")
    return text(
        f"list_reason.{kind}",
        language,
        due=format_period(f"{due:%Y-%m-%d}", language) if _known(due) else "",
        points=format_value(-row["gap"] if _known(row["gap"]) else None, "score", language),
    )


RECTIFICATION = WorkList(
    "rectification", _COLUMNS, rows=rectification, answers=("done", "begun", "postponed", "dropped")
)
LISTS = (RECTIFICATION,)
