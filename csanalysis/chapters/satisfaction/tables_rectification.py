"""Tables of rectification: who does what until when, and whether items score better since."""

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from csanalysis.catalogue import Language, Missing, explain_missing, group_label, text
from csanalysis.chapters.satisfaction.tables import (
    Names,
    item_label,
    number_columns,
    survey_table,
    text_column,
)
from csanalysis.display.tables.cells import Group, ResultCells
from csanalysis.display.tables.model import Cell, ReportTable, Row
from csanalysis.metrics.results import Results
from csanalysis.metrics.surveys.rectification import action_states


def rectification(
    results: Results, actions: pd.DataFrame | None, *, as_of: date, language: Language, names: Names
) -> ReportTable | Missing:
    """Each action: what, who, until when, how far.

    Parameters
    ----------
    results : Results
        Tells what to say where there are no actions, and which programme an item belongs to.
    actions : DataFrame or None
        Actions, a clean table; None where the dealership has none.
    as_of : date
        Last day counted.
    language : Language
        ``zh`` or ``en``.
    names : mapping
        What each item is called, by programme and item code.
    """
    if actions is None or actions.empty:
        return explain_missing(["rectification_actions"], results, language)
    programmes = _programmes(results)
    rows = [
        Row(
            (
                Cell(
                    item_label(names, programmes.get(action["item_code"], ""), action["item_code"], language)
                ),
                Cell(_or_empty(action["measure"])),
                Cell(_or_empty(action["owner"])),
                Cell(_day(action["due_date"])),
                Cell(group_label("progress", state, language)),
            )
        )
        for action, state in zip(
            actions.to_dict("records"), action_states(actions, as_of=pd.Timestamp(as_of)), strict=True
        )
    ]
    columns = [text_column(key, language) for key in ("item", "action", "person", "due", "progress")]
    table = survey_table("rectification", columns, rows, language)
    return table or explain_missing(["rectification_actions"], results, language)


def action_effects(
    results: Results, actions: pd.DataFrame | None, *, as_of: date, language: Language, names: Names
) -> ReportTable | Missing:
    """The item of each action that is done, before and after.

    Parameters are those of :func:`rectification`.
    """
    numbers, day = ResultCells(results, language), as_of.isoformat()
    if actions is None:
        return explain_missing(["action_change"], results, language)
    done = actions[actions["done_date"].notna()].set_index("action_id")
    by = ("action_id", "programme", "item_code")
    found = results.select("action_before_score", None, *by, period=day)
    found = found[found["action_id"].isin(done.index)]
    if found.empty:
        return Missing(f"> {text('satisfaction.none_done', language)}")
    rows = []
    for values in found[list(by)].itertuples(index=False):
        group = dict(zip(by, map(str, values), strict=True))
        rows.append(
            Row(
                (
                    Cell(item_label(names, group["programme"], group["item_code"], language)),
                    Cell(_or_empty(done.at[group["action_id"], "measure"])),
                    Cell(_day(done.at[group["action_id"], "done_date"])),
                    numbers.cell("action_before_score", day, group),
                    _after(numbers, day, group, language),
                    *numbers.shown("action_change", day, group, ("value",)),
                    *numbers.shown("action_effect", day, group, ("value", "interval")),
                )
            )
        )
    columns = (
        *(text_column(key, language) for key in ("item", "action", "done")),
        *number_columns(("before", "after", "change_after", "beyond_others", "interval"), language),
    )
    table = survey_table("action_effects", columns, rows, language)
    note = text("note.rectification", language)
    return table.with_note(note) if table else explain_missing(["action_change"], results, language)


def _programmes(results: Results) -> dict[str, str]:
    """The programme of each item code; of one in several, the first."""
    items = results.select("item_gap", None, "programme", "item_code").drop_duplicates("item_code")
    return dict(zip(items["item_code"], items["programme"], strict=True))


def _after(numbers: ResultCells, day: str, group: Group, language: Language) -> Cell:
    """The score after the action; how few responses there are where they are too few to tell a change."""
    cell = numbers.cell("action_after_score", day, group)
    count = numbers.cell("action_after_score", day, group, "denominator")
    if count.value and numbers.get("action_change", day, group) is None:
        return replace(count, text=text("satisfaction.too_few", language, count=count.text))
    return cell


def _or_empty(words: Any) -> str:
    return "" if pd.isna(words) else str(words)


def _day(day: Any) -> str:
    return "" if pd.isna(day) else f"{day:%Y-%m-%d}"
