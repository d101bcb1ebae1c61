"""Tables of items: what is weak, what to mend first, and what is odd in the data."""

from collections.abc import Callable
from dataclasses import replace

from csanalysis.catalogue import Language, Missing, explain_missing, format_period, group_label, text
from csanalysis.chapters.satisfaction.tables import (
    STANDING,
    Names,
    item_label,
    number_columns,
    survey_table,
    text_column,
)
from csanalysis.display.tables.cells import Group, ResultCells
from csanalysis.display.tables.model import Cell, ReportTable, Row
from csanalysis.metrics.results import Results

WEAK_POINTS = (
    "item_score", "item_regional_mean", "item_gap", "interval", "item_months_below", "item_gap_change",
    "weak_item",
)  # fmt: skip
MOST_MONTHS = 12
"""So many months are named where something is odd in more of them."""


def weak_points(
    results: Results, year: int | str, *, language: Language, names: Names, min_responses: int = 30
) -> ReportTable | Missing:
    """Every item of every programme, what to mend first on top.

    Parameters
    ----------
    results, language
        As in :func:`standing`.
    year : int
        The year to tell of.
    names : mapping
        What each item is called.
    min_responses : int
        Items with fewer are shown muted.
    """
    numbers, period = ResultCells(results, language), str(year)
    gaps = results.select("item_gap", None, "programme", "item_code", period=period)
    if gaps.empty:
        return explain_missing(["item_gap"], results, language)
    rows = []
    for programme in dict.fromkeys(gaps["programme"]):
        rows.append(_whole(numbers, programme, period, language))
        of_programme = gaps[gaps["programme"] == programme]
        groups = [{"programme": programme, "item_code": code} for code in of_programme["item_code"]]
        groups.sort(key=_by_urgency(numbers, period))
        for group in groups:
            few = (numbers.get("item_score", period, group, "denominator") or 0) < min_responses
            cells = [_item_cell(numbers, metric, period, group, language) for metric in WEAK_POINTS]
            label = Cell(item_label(names, programme, group["item_code"], language))
            rows.append(Row((label, *cells), "muted" if few else "body"))
    heads = ("score", "region", "gap", "interval", "months_below", "change", "weak")
    columns = (text_column("item", language), *number_columns(heads, language))
    caption = text("table.weak_points", language, year=year)
    table = survey_table("weak_points", columns, rows, language, caption=caption)
    assert table is not None
    return table.with_note(text("note.weak", language))


def priorities(
    results: Results, year: int | str, *, language: Language, names: Names
) -> ReportTable | Missing:
    """The items behind the region by what to mend first: gap, importance and its rank, and their product.

    Parameters are those of :func:`weak_points`.
    """
    numbers, by, period = ResultCells(results, language), ("programme", "item_code"), str(year)
    found = results.select("item_priority", None, *by, period=period)
    order = dict.fromkeys(found["programme"])
    found = found[found["value"] > 0].sort_values("value", ascending=False, kind="stable")
    spans = results.select("item_importance", "span", *by).set_index(list(by))["period"]
    if found.empty and len(spans):
        return Missing(f"> {text('satisfaction.none_behind', language)}")
    rows = []
    for programme in (name for name in order if name in set(found["programme"])):
        label = Cell(group_label("programme", programme, language))
        rows.append(Row((label, *[Cell("")] * 6), "total"))
        for code in found.loc[found["programme"] == programme, "item_code"]:
            group, span = {"programme": programme, "item_code": code}, spans[programme, code]
            rows.append(
                Row(
                    (
                        Cell(item_label(names, programme, code, language)),
                        numbers.cell("item_gap", period, group),
                        *numbers.shown("item_importance", span, group, ("value", "interval")),
                        *numbers.shown("item_importance_rank", span, group, ("value", "interval")),
                        numbers.cell("item_priority", period, group),
                    )
                )
            )
    heads = ("gap", "importance", "interval", "place", "place_interval", "priority")
    columns = (text_column("item", language), *number_columns(heads, language))
    table = survey_table("priorities", columns, rows, language)
    needs = ["item_priority", "item_importance"]
    return (
        table.with_note(text("note.priority", language))
        if table
        else explain_missing(needs, results, language)
    )


def survey_oddities(
    results: Results, as_of: object, *, language: Language, names: Names
) -> ReportTable | Missing:
    """What is odd in the survey tables, which items or months it is about, and how much of it there is.

    Parameters
    ----------
    results, language, names
        As in :func:`weak_points`.
    as_of : date
        Last day counted.
    """
    numbers, day, metric = ResultCells(results, language), str(as_of), "satisfaction_warnings"
    found = results.select(metric, None, "warning", "programme", period=day)
    if found.empty and {"item_score", "programme_score"} & set(results.names):
        return Missing(f"> {text('satisfaction.nothing_odd', language)}")
    items = results.select(metric, None, "warning", "programme", "item_code", period=day)
    months = results.select(metric, "month", "warning", "programme")
    rows = []
    for warning, programme in zip(found["warning"], found["programme"], strict=True):
        of_item = items[(items["warning"] == warning) & (items["programme"] == programme)]["item_code"]
        of_month = months[(months["warning"] == warning) & (months["programme"] == programme)]["period"]
        which = [item_label(names, programme, code, language) for code in of_item]
        which += [format_period(month, language) for month in sorted(of_month)]
        more = text("satisfaction.and_more", language) if len(which) > MOST_MONTHS else ""
        labels = (group_label("warning", warning, language), group_label("programme", programme, language))
        words = text("sign.comma", language).join(which[:MOST_MONTHS]) + more
        count = numbers.cell(metric, day, {"warning": warning, "programme": programme})
        rows.append(Row((*map(Cell, labels), Cell(words), count)))
    columns = (
        text_column("warning", language, "group"),
        text_column("programme", language, "group"),
        text_column("which", language),
        *number_columns(("count",), language),
    )
    return survey_table("survey_oddities", columns, rows, language) or explain_missing(
        [metric], results, language
    )


def _whole(numbers: ResultCells, programme: str, period: str, language: Language) -> Row:
    group = {"programme": programme}
    known = [numbers.cell(metric, period, group) for metric in STANDING[:3]]
    rest = [Cell("")] * (len(WEAK_POINTS) - len(known))
    return Row((Cell(group_label("programme", programme, language)), *known, *rest), "total")


def _by_urgency(numbers: ResultCells, period: str) -> Callable[[Group], tuple[float, float]]:
    """Highest priority first; where there is none, the largest gap."""

    def place(group: Group) -> tuple[float, float]:
        priority, gap = (numbers.get(metric, period, group) for metric in ("item_priority", "item_gap"))
        return (-priority if priority is not None else float("inf"), gap if gap is not None else float("inf"))

    return place


def _item_cell(numbers: ResultCells, metric: str, period: str, group: Group, language: Language) -> Cell:
    if metric == "interval":
        return numbers.interval("item_gap", period, group)
    if metric == "weak_item":
        cell = numbers.cell(metric, period, group)
        words = (
            text("satisfaction.weak", language) if cell.value == 1 else "" if cell.value == 0 else cell.text
        )
        return replace(cell, text=words)
    return numbers.cell(metric, period, group)
