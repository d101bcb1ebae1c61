"""Tables of surveys: where programmes stand, what is weak, and whether it is being mended."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

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
from csanalysis.display.tables.cards import Cards, Key, cards
from csanalysis.display.tables.cells import ResultCells, cell_notes
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.metrics.results import Results

Names = Mapping[str, Mapping[str, str]]
"""What each item is called, by programme and item code."""

STANDING = (
    "programme_score",
    "programme_regional_mean",
    "programme_gap",
    "programme_rank",
    "programme_store_count",
)


def item_label(names: Names, programme: str, code: str, language: Language) -> str:
    """``11.10 等待时间``; the code alone where nobody gave it a name."""
    name = names.get(programme, {}).get(code)
    return text("satisfaction.item", language, code=code, name=name) if name else code


def standing_cards(results: Results, year: int, *, language: Language) -> Cards | Missing:
    """Each programme's score and rank of the year against the year before, as key figures."""
    keys = [
        Key(
            metric,
            year,
            {"programme": programme},
            against=year - 1,
            label=text(
                f"satisfaction.card_{metric}",
                language,
                programme=group_label("programme", programme, language),
            ),
        )
        for programme in programmes(results, "programme_score")
        for metric in ("programme_score", "programme_rank")
    ]
    return (
        cards(results, keys, language=language)
        if keys
        else explain_missing(["programme_score"], results, language)
    )


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
    numbers, labels = ResultCells(results, language), [str(period) for period in periods]
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
    columns = (
        text_column("programme", language, "group"),
        text_column("period", language),
        *number_columns(heads, language),
    )
    return survey_table(id, columns, rows, language) or explain_missing(
        ["programme_score"], results, language
    )


def own_survey(results: Results, years: Sequence[int], *, language: Language) -> ReportTable | Missing:
    """The store's own survey and how much kinder it is than the manufacturer's, a row a year.

    Parameters are those of :func:`standing`.
    """
    numbers = ResultCells(results, language)
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
        text_column("programme", language, "group"),
        text_column("period", language),
        *number_columns(("own_survey", "responses", "above", "interval"), language),
    )
    return survey_table("own_survey", columns, rows, language) or explain_missing(
        ["internal_score"], results, language
    )


def survey_agreement(results: Results, *, language: Language) -> ReportTable | Missing:
    """Whether the store's own survey moves with the manufacturer's, over months and over items."""
    numbers = ResultCells(results, language)
    found = results.select("internal_oem_correlation", "span", "programme", "over")
    rows = []
    for period, programme, over in zip(found["period"], found["programme"], found["over"], strict=True):
        group = {"programme": programme, "over": over}
        shown = numbers.shown("internal_oem_correlation", period, group, ("value", "interval", "denominator"))
        labels = (group_label("programme", programme, language), group_label("over", over, language))
        rows.append(Row((*map(Cell, labels), Cell(format_period(period, language)), *shown)))
    columns = (
        text_column("programme", language, "group"),
        text_column("over", language, "group"),
        text_column("period", language),
        *number_columns(("correlation", "interval", "pairs"), language),
    )
    table = survey_table("survey_agreement", columns, rows, language)
    return table or explain_missing(["internal_oem_correlation"], results, language)


def programmes(results: Results, metric: str) -> list[str]:
    """The programmes that a metric is given of, each once."""
    rows = results.rows(metric)
    return list(dict.fromkeys(row.group["programme"] for row in rows if "programme" in row.group))


def text_column(key: str, language: Language, kind: str = "column") -> Column:
    """A column of words, headed by the text ``column.<key>``, or ``group.<key>``."""
    return Column(key, text(f"{kind}.{key}", language), "left")


def number_columns(keys: Sequence[str], language: Language) -> tuple[Column, ...]:
    """Columns of numbers, headed by the texts ``column.<key>``."""
    return tuple(Column(key, text(f"column.{key}", language)) for key in keys)


def survey_table(
    id: str, columns: Sequence[Column], rows: Sequence[Row], language: Language, *, caption: str | None = None
) -> ReportTable | None:
    """What :func:`level_table` makes; None without rows."""
    return level_table(id, columns, rows, language, caption=caption) if rows else None


def level_table(
    id: str, columns: Sequence[Column], rows: Sequence[Row], language: Language, *, caption: str | None = None
) -> ReportTable:
    """The table with its notes; its scores have equally many decimals."""
    note = cell_notes((cell for row in rows for cell in row.cells), language)
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
