"""How the plan's tables are built: heads from the chapter's words, numbers whole where people are counted."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from csanalysis.catalogue import METRICS, Language, format_period, format_value, text
from csanalysis.display.tables.cells import metric_format
from csanalysis.display.tables.layout import Align
from csanalysis.display.tables.model import Cell, Column, HeaderGroup, ReportTable, Row

EMPTY = Cell("")
"""A place to write in by hand."""


def head(key: str, language: Language, align: Align = "right", **said: object) -> Column:
    """A column by its key under ``signed.column``."""
    return Column(key, text(f"signed.column.{key}", language, **said), align)


def heads(keys: Iterable[str], language: Language, align: Align = "right") -> list[Column]:
    """Several columns of one side."""
    return [head(key, language, align) for key in keys]


def whole(cell: Cell, language: Language) -> Cell:
    """A count, a rank or an amount without decimals, a score with two; anything else as it is."""
    if cell.metric is None or cell.value is None or cell.field is None:
        return cell
    format = metric_format(cell.metric, cell.field)  # type: ignore[arg-type]
    if format not in {"count", "amount", "ratio", "score"}:
        return cell
    decimals = 2 if format == "score" else 0
    return replace(cell, text=format_value(cell.value, format, language, decimals=decimals))


def names_metric(metric: str, language: Language) -> Cell:
    """The head of a row: a metric by its label, leading to its definition."""
    return Cell(METRICS[metric].label(language), about=metric)


def sheet(
    id: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell] | Row],
    language: Language,
    *,
    groups: Sequence[tuple[str, int]] = (),
    note: str | None = None,
    **said: object,
) -> ReportTable:
    """A table of the plan; its caption stands under ``signed.table``."""
    made = tuple(row if isinstance(row, Row) else Row(tuple(row)) for row in rows)
    headers = tuple(HeaderGroup(label, span) for label, span in groups) or None
    caption = text(f"signed.table.{id}", language, **said)
    return ReportTable(f"signed_{id}", caption, tuple(columns), made, note, headers)


def without_column(table: ReportTable, key: str) -> ReportTable:
    """The table without a column that nothing stands in; under head groups, or with something, as it is."""
    place = [column.key for column in table.columns].index(key)
    if table.header_groups or any(row.cells[place].text for row in table.rows):
        return table
    rows = tuple(replace(row, cells=row.cells[:place] + row.cells[place + 1 :]) for row in table.rows)
    columns = table.columns[:place] + table.columns[place + 1 :]
    return replace(table, columns=columns, rows=rows)


def total(cells: Sequence[Cell]) -> Row:
    """The row of sums."""
    return Row(tuple(cells), "total")


def years_before(plan_year: int, count: int) -> list[str]:
    """The last ``count`` years before the plan's, the earliest first."""
    return [str(year) for year in range(plan_year - count, plan_year)]


def month_name(period: str, language: Language) -> str:
    """``1月``, ``Jan``: the year stands elsewhere."""
    return format_period(period, language, short=True).removesuffix(f" {period[:4]}")
