"""Tables of surveys: where programmes stand, what is weak, and whether it is being mended."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from csanalysis.catalogue import (
    METRICS,
    Language,
    Missing,
    explain_missing,
    format_period,
    format_value,
    group_label,
    text,
)
from csanalysis.metrics.rectification import action_states
from csanalysis.metrics.results import Results
from csanalysis.tables.cells import Group, Numbers, notes
from csanalysis.tables.model import Cell, Column, ReportTable, Row

Names = Mapping[str, Mapping[str, str]]
"""What each item is called, by programme and item code."""

STANDING = (
    "programme_score",
    "programme_regional_mean",
    "programme_gap",
    "programme_rank",
    "programme_store_count",
)
WEAK_POINTS = (
    "item_score", "item_regional_mean", "item_gap", "interval", "item_months_below", "item_gap_change",
    "item_importance", "item_priority", "weak_item",
)  # fmt: skip


def item_label(names: Names, programme: str, code: str, language: Language) -> str:
    """``11.10 等待时间``; the code alone where nobody gave it a name."""
    name = names.get(programme, {}).get(code)
    return text("satisfaction.item", language, code=code, name=name) if name else code


def standing(
    results: Results, periods: Sequence[str | int], *, language: Language, id: str = "standing"
) -> ReportTable | Missing:
    """Score, region, gap and rank of each programme, a row a period.

    Parameters
    ----------
    results : Results
        Where the numbers are.
    periods : sequence of str or int
        Periods, such as the last three years.
    language : Language
        ``zh`` or ``en``.
    id : str
        Names the table.
    """
    numbers, labels = Numbers(results, language), [str(period) for period in periods]
    rows = [
        Row(
            (
                Cell(group_label("programme", programme, language)),
                Cell(format_period(period, language)),
                *(numbers.cell(metric, period, {"programme": programme}) for metric in STANDING),
            )
        )
        for programme in programmes(results, "programme_score")
        for period in labels
        if numbers.get("programme_score", period, {"programme": programme}) is not None
    ]
    heads = ("score", "region", "gap", "rank", "stores")
    columns = (_text("programme", language, "group"), _text("period", language), *_numbers(heads, language))
    return _table(id, columns, rows, language) or explain_missing(["programme_score"], results, language)


def own_survey(results: Results, years: Sequence[int], *, language: Language) -> ReportTable | Missing:
    """The store's own survey and how much kinder it is than the manufacturer's, a row a year.

    Parameters are those of :func:`standing`.
    """
    numbers = Numbers(results, language)
    rows = [
        Row(
            (
                Cell(group_label("programme", programme, language)),
                Cell(format_period(str(year), language)),
                *numbers.shown(
                    "internal_score", str(year), {"programme": programme}, ("value", "denominator")
                ),
                *numbers.shown(
                    "internal_oem_gap", str(year), {"programme": programme}, ("value", "interval")
                ),
            )
        )
        for programme in programmes(results, "internal_score")
        for year in years
        if numbers.get("internal_score", str(year), {"programme": programme}) is not None
    ]
    columns = (
        _text("programme", language, "group"),
        _text("period", language),
        *_numbers(("own_survey", "responses", "above", "interval"), language),
    )
    return _table("own_survey", columns, rows, language) or explain_missing(
        ["internal_score"], results, language
    )


def survey_agreement(results: Results, *, language: Language) -> ReportTable | Missing:
    """Whether the store's own survey moves with the manufacturer's, over months and over items."""
    numbers = Numbers(results, language)
    found = results.select("internal_oem_correlation", "span", "programme", "over")
    rows = []
    for period, programme, over in zip(found["period"], found["programme"], found["over"], strict=True):
        group = {"programme": programme, "over": over}
        shown = numbers.shown("internal_oem_correlation", period, group, ("value", "interval", "denominator"))
        labels = (group_label("programme", programme, language), group_label("over", over, language))
        rows.append(Row((*map(Cell, labels), Cell(format_period(period, language)), *shown)))
    columns = (
        _text("programme", language, "group"),
        _text("over", language, "group"),
        _text("period", language),
        *_numbers(("correlation", "interval", "pairs"), language),
    )
    table = _table("survey_agreement", columns, rows, language)
    return table or explain_missing(["internal_oem_correlation"], results, language)


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
    numbers, period = Numbers(results, language), str(year)
    gaps = results.select("item_gap", None, "programme", "item_code", period=period)
    if gaps.empty:
        return explain_missing(["item_gap"], results, language)
    spans = results.select("item_importance", "span", "programme", "item_code")["period"]
    span = str(spans.max()) if len(spans) else ""
    rows = []
    for programme in dict.fromkeys(gaps["programme"]):
        rows.append(_whole(numbers, programme, period, language))
        of_programme = gaps[gaps["programme"] == programme]
        groups = [{"programme": programme, "item_code": code} for code in of_programme["item_code"]]
        groups.sort(key=_by_urgency(numbers, period))
        for group in groups:
            few = (numbers.get("item_score", period, group, "denominator") or 0) < min_responses
            cells = [_item_cell(numbers, metric, period, span, group, language) for metric in WEAK_POINTS]
            label = Cell(item_label(names, programme, group["item_code"], language))
            rows.append(Row((label, *cells), "muted" if few else "body"))
    heads = ("score", "region", "gap", "interval", "months_below", "change", "importance", "priority", "weak")
    columns = (_text("item", language), *_numbers(heads, language))
    caption = text("table.weak_points", language, year=year)
    table = _table("weak_points", columns, rows, language, caption=caption)
    assert table is not None
    return table.with_note(text("note.weak", language))


def rectification(
    results: Results, actions: pd.DataFrame | None, *, as_of: object, language: Language, names: Names
) -> ReportTable | Missing:
    """Each action: who, until when, how far, and its item before and after.

    Parameters
    ----------
    results, language, names
        As in :func:`weak_points`.
    actions : DataFrame or None
        Actions, a clean table; None where the dealership has none.
    as_of : date
        Last day counted.
    """
    if actions is None:
        return explain_missing(["rectification_actions"], results, language)
    numbers, day = Numbers(results, language), str(as_of)
    states = action_states(actions, as_of=pd.Timestamp(day))
    effects = results.select("action_before_score", None, "action_id", "programme", "item_code", period=day)
    rows = []
    for action, state in zip(actions.to_dict("records"), states, strict=True):
        programmes = effects.loc[effects["action_id"] == action["action_id"], "programme"].tolist() or [""]
        for programme in programmes:
            group = {
                "action_id": action["action_id"], "programme": programme, "item_code": action["item_code"]
            }  # fmt: skip
            rows.append(
                Row(
                    (
                        Cell(action["action_id"]),
                        Cell(item_label(names, programme, action["item_code"], language)),
                        Cell(_or_empty(action["measure"])),
                        Cell(_or_empty(action["owner"])),
                        Cell(_day(action["due_date"])),
                        Cell(group_label("progress", state, language)),
                        numbers.cell("action_before_score", day, group),
                        _after(numbers, day, group, language),
                        *numbers.shown("action_change", day, group, ("value", "interval")),
                    )
                )
            )
    left = ("action_id", "item", "action", "person", "due", "progress")
    columns = (
        *(_text(key, language, "group" if key == "action_id" else "column") for key in left),
        *_numbers(("before", "after", "change_after", "interval"), language),
    )
    table = _table("rectification", columns, rows, language)
    return (
        table.with_note(text("note.rectification", language))
        if table
        else explain_missing(["rectification_actions"], results, language)
    )


def programmes(results: Results, metric: str) -> list[str]:
    """The programmes that a metric is given of, each once."""
    rows = results.frame[results.frame["metric"] == metric]
    return list(dict.fromkeys(group["programme"] for group in rows["group"] if "programme" in group))


def _whole(numbers: Numbers, programme: str, period: str, language: Language) -> Row:
    group = {"programme": programme}
    known = [numbers.cell(metric, period, group) for metric in STANDING[:3]]
    rest = [Cell("")] * (len(WEAK_POINTS) - len(known))
    return Row((Cell(group_label("programme", programme, language)), *known, *rest), "total")


def _by_urgency(numbers: Numbers, period: str) -> Callable[[Group], tuple[float, float]]:
    """Highest priority first; where there is none, the largest gap."""

    def place(group: Group) -> tuple[float, float]:
        priority, gap = (numbers.get(metric, period, group) for metric in ("item_priority", "item_gap"))
        return (-priority if priority is not None else float("inf"), gap if gap is not None else float("inf"))

    return place


def _item_cell(
    numbers: Numbers, metric: str, period: str, span: str, group: Group, language: Language
) -> Cell:
    if metric == "interval":
        return numbers.interval("item_gap", period, group)
    if metric == "weak_item":
        cell = numbers.cell(metric, period, group)
        words = (
            text("satisfaction.weak", language) if cell.value == 1 else "" if cell.value == 0 else cell.text
        )
        return replace(cell, text=words)
    return numbers.cell(metric, span if metric == "item_importance" else period, group)


def _after(numbers: Numbers, day: str, group: Group, language: Language) -> Cell:
    """The score after the action; how few responses there are where they are too few to tell a change."""
    cell = numbers.cell("action_after_score", day, group)
    count = numbers.cell("action_after_score", day, group, "denominator")
    if count.value and numbers.get("action_change", day, group) is None:
        return replace(count, text=text("satisfaction.too_few", language, count=count.text))
    return cell


def _or_empty(words: object) -> str:
    return "" if pd.isna(words) else str(words)


def _day(date: object) -> str:
    return "" if pd.isna(date) else f"{date:%Y-%m-%d}"


def _text(key: str, language: Language, kind: str = "column") -> Column:
    return Column(key, text(f"{kind}.{key}", language), "left")


def _numbers(keys: Sequence[str], language: Language) -> tuple[Column, ...]:
    return tuple(Column(key, text(f"column.{key}", language)) for key in keys)


def _table(
    id: str, columns: Sequence[Column], rows: Sequence[Row], language: Language, *, caption: str | None = None
) -> ReportTable | None:
    if not rows:
        return None
    note = notes((cell for row in rows for cell in row.cells), language)
    level = tuple(replace(row, cells=tuple(_level(cell, language) for cell in row.cells)) for row in rows)
    return ReportTable(id, caption or text(f"table.{id}", language), tuple(columns), level, note)


def _level(cell: Cell, language: Language) -> Cell:
    """Scores of one table with equally many decimals, so that their points stand below each other."""
    if cell.parts:
        parts = tuple(_level(part, language) for part in cell.parts)
        return replace(cell, text="–".join(part.text for part in parts), parts=parts)
    if (
        cell.metric is None
        or METRICS[cell.metric].format != "score"
        or cell.field in {"numerator", "denominator"}
    ):
        return cell
    decimals = 3 if cell.metric == "item_priority" else 2
    return replace(cell, text=format_value(cell.value, "score", language, decimals=decimals))
