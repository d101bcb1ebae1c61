"""Tables of the meeting pack: weak items in the period, and who is at work on them."""

from datetime import date

import pandas as pd

from csanalysis.catalogue import Language, Missing, explain_missing, group_label, text
from csanalysis.chapters.satisfaction.tables import (
    Names,
    item_label,
    number_columns,
    survey_table,
    text_column,
)
from csanalysis.display.tables.cells import ResultCells
from csanalysis.display.tables.model import Cell, ReportTable, Row
from csanalysis.metrics.results import Results
from csanalysis.metrics.surveys.rectification import action_states


def meeting_items(
    results: Results,
    actions: pd.DataFrame | None,
    *,
    period: str,
    year: int,
    as_of: date,
    language: Language,
    names: Names,
) -> ReportTable | Missing:
    """Each weak item: the period's score, the region, the year's gap, and the action that is to mend it.

    Parameters
    ----------
    results : Results
        ``weak_item`` of ``year``, ``item_score`` of ``period``.
    actions : DataFrame or None
        The actions that the meeting talks about.
    period : str
        The week or month of the meeting.
    year : int
        The year whose weak items are shown.
    as_of : date
        Its last day.
    language : Language
        ``zh`` or ``en``.
    names : mapping
        What each item is called.
    """
    numbers, of_year = ResultCells(results, language), str(year)
    judged = results.select("weak_item", None, "programme", "item_code", period=of_year)
    judged = judged.dropna(subset="value")
    if judged.empty:
        return explain_missing(["weak_item"], results, language)
    weak = judged[judged["value"] == 1]
    if weak.empty:
        return Missing(f"> {text('satisfaction.none_weak', language)}")
    at_work = _at_work(actions, as_of, language)
    rows = []
    for programme, code in zip(weak["programme"], weak["item_code"], strict=True):
        group = {"programme": programme, "item_code": code}
        rows.append(
            Row(
                (
                    Cell(item_label(names, programme, code, language)),
                    *numbers.shown("item_score", period, group, ("value", "denominator")),
                    numbers.cell("item_regional_mean", of_year, group),
                    numbers.cell("item_gap", of_year, group),
                    numbers.cell("item_months_below", of_year, group),
                    Cell(at_work.get(code, text("satisfaction.nobody", language))),
                )
            )
        )
    heads = ("score_of_period", "responses", "region", "gap", "months_below")
    columns = (
        text_column("item", language),
        *number_columns(heads, language),
        text_column("at_work", language),
    )
    table = survey_table("meeting_items", columns, rows, language)
    return table or explain_missing(["weak_item"], results, language)


def _at_work(actions: pd.DataFrame | None, as_of: date, language: Language) -> dict[str, str]:
    """Who mends each item until when, and how far that is; the latest action of an item counts."""
    if actions is None:
        return {}
    states = action_states(actions, as_of=pd.Timestamp(as_of))
    comma = text("sign.comma", language)
    return {
        code: comma.join(
            part
            for part in (
                "" if pd.isna(owner) else str(owner),
                "" if pd.isna(due) else f"{due:%Y-%m-%d}",
                group_label("progress", state, language),
            )
            if part
        )
        for code, owner, due, state in zip(
            actions["item_code"], actions["owner"], actions["due_date"], states, strict=True
        )
    }
