"""What every slide of a plan is made from, and the few shapes that many of them share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from csanalysis.catalogue import METRICS, Format, Language, format_period, format_value, text
from csanalysis.chapters.plan.goals import goals_of
from csanalysis.display.tables.cells import ResultCells
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.metrics.results import Results
from csanalysis.params import Params
from csanalysis.report.slides.blocks import Chart, Line, Series, line

Names = Mapping[str, Mapping[str, str]]
Group = Mapping[str, str]


@dataclass(frozen=True)
class Asked:
    """The numbers, the params, and what each survey item is called."""

    results: Results
    params: Params
    names: Names

    @property
    def language(self) -> Language:
        """Of the params."""
        return self.params.language

    @cached_property
    def numbers(self) -> ResultCells:
        """The results as cells."""
        return ResultCells(self.results, self.language)

    @property
    def plan(self) -> str:
        """The plan year."""
        return str(self.params.plan_year)

    @property
    def last(self) -> str:
        """The year before it."""
        return str(self.params.plan_year - 1)

    @property
    def as_of(self) -> str:
        """The last day counted."""
        return self.params.as_of.isoformat()

    @property
    def months(self) -> list[str]:
        """The months of the plan year."""
        return [f"{self.plan}-{month:02d}" for month in range(1, 13)]

    def years(self, count: int) -> list[str]:
        """So many years before the plan year."""
        return [str(self.params.plan_year - back) for back in range(count, 0, -1)]

    def cell(self, metric: str, period: str, **group: str) -> Cell:
        """One number; people, calls and vehicles in whole numbers."""
        found = self.numbers.cell(metric, period, group)
        return found if found.metric is None else whole(found, self.language)

    def aim(self, target: str) -> str:
        """The metric that holds a target as the plan has it, which may ask for less than its rule."""
        for goal in goals_of(self.results, plan_year=self.params.plan_year):
            if goal.target == target:
                return goal.metric(self.results)
        return target

    def say(self, key: str, **parts: Cell | str) -> Line:
        """A text ``slides.<key>`` with cells filled in."""
        return line(f"slides.{key}", self.language, **parts)

    def word(self, key: str, **parts: object) -> str:
        """A text ``slides.<key>``."""
        return text(f"slides.{key}", self.language, **parts)

    def month_names(self) -> tuple[str, ...]:
        """January to December."""
        return tuple(format_period(month, self.language, short=True) for month in self.months)


_LEVEL = {"count": 0, "score": 2}


def whole(cell: Cell, language: Language) -> Cell:
    """A count without decimals, as nobody calls half a customer, and scores with equally many."""
    if cell.metric is None or cell.value is None or cell.field != "value" or cell.text.count("¥"):
        return cell
    form = METRICS[cell.metric].format
    if form not in _LEVEL:
        return cell
    return replace(cell, text=format_value(cell.value, form, language, decimals=_LEVEL[form]))


def levelled(table: ReportTable, language: Language) -> ReportTable:
    """The table with its numbers so."""
    rows = tuple(replace(row, cells=tuple(whole(cell, language) for cell in row.cells)) for row in table.rows)
    return replace(table, rows=rows)


def by_month(
    asked: Asked, id: str, caption: str, rows: Sequence[tuple[str, str, int, Group]]
) -> ReportTable | None:
    """A row a ``(label, metric, year, group)``: twelve months and the year; None without numbers."""
    made = []
    for label, metric, year, group in rows:
        cells = [asked.cell(metric, f"{year}-{month:02d}", **group) for month in range(1, 13)]
        total = asked.cell(metric, str(year), **group)
        if any(cell.value is not None for cell in cells):
            made.append(Row((Cell(label), *cells, total)))
    if not made:
        return None
    columns = (
        Column("row", "", "left"),
        *(Column(month, month) for month in asked.month_names()),
        Column("year", asked.word("whole_year")),
    )
    return ReportTable(id, caption, columns, tuple(made))


def chart(
    title: str,
    kind: str,
    categories: Sequence[str],
    series: Sequence[tuple[str, Sequence[Cell]]],
    format: Format,
) -> Chart | None:
    """A chart of the series that have a number; None if none has."""
    known = tuple(
        Series(label, tuple(cells))
        for label, cells in series
        if any(cell.value is not None for cell in cells)
    )
    if not known:
        return None
    return Chart(title, kind, tuple(categories), known, format)  # type: ignore[arg-type]


def only(table: ReportTable, keys: Sequence[str]) -> ReportTable:
    """The table with these of its columns."""
    places = [place for place, column in enumerate(table.columns) if column.key in keys]
    rows = tuple(replace(row, cells=tuple(row.cells[place] for place in places)) for row in table.rows)
    columns = tuple(table.columns[place] for place in places)
    return replace(table, columns=columns, rows=rows, header_groups=None)
