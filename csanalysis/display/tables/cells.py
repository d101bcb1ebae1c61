"""Look numbers up in the results and write them as cells."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from csanalysis.catalogue import METRICS, Format, Language, format_value, text
from csanalysis.catalogue.formats import format_interval
from csanalysis.catalogue.texts import has_text
from csanalysis.display.tables.model import Cell, Column, Field
from csanalysis.metrics.results import Results, row_key

Show = Literal["value", "numerator", "denominator", "interval"]
Group = Mapping[str, str]


class ResultCells:
    """The results as a reader sees them."""

    def __init__(self, results: Results, language: Language) -> None:
        self.results = results
        self.language = language
        self._whole: dict[tuple[str, Field], bool] = {}

    def __contains__(self, key: tuple[str, str, Group]) -> bool:
        return row_key(*key) in self.results.keyed

    def get(self, metric: str, period: str, group: Group, field: Field = "value") -> float | None:
        """One number; None where it is undefined or not there."""
        row = self.results.keyed.get(row_key(metric, period, group))
        number = math.nan if row is None else row.number(field)
        return None if math.isnan(number) else number

    def periods(self, metric: str, group: Group) -> list[str]:
        """The periods for which the results have this number."""
        return sorted(row.period for row in self.results.rows(metric) if row.group == group)

    def has_interval(self, metric: str, periods: Iterable[str], groups: Iterable[Group]) -> bool:
        """Whether any of these numbers has a 95 % interval."""
        groups = list(groups)
        return any(self.get(metric, p, group, "low") is not None for p in periods for group in groups)

    def cell(self, metric: str, period: str, group: Group, field: Field = "value") -> Cell:
        """One number as a cell; empty where the results do not have it at all."""
        if (metric, period, group) not in self:
            return Cell("")
        value = self.get(metric, period, group, field)
        written = format_value(
            value, metric_format(metric, field), self.language, decimals=self._decimals(metric, field)
        )
        return Cell(written, metric, period, dict(group), field, value)

    def interval(self, metric: str, period: str, group: Group) -> Cell:
        """``62.0–82.0%`` with a reference for each end; empty where there is none."""
        low, high = (self.get(metric, period, group, end) for end in ("low", "high"))
        if low is None and high is None:
            return Cell("")
        texts = format_interval(low, high, METRICS[metric].format, self.language)
        parts = (
            Cell(texts[0], metric, period, dict(group), "low", low),
            Cell(texts[1], metric, period, dict(group), "high", high),
        )
        return Cell("–".join(texts), parts=parts)

    def shown(self, metric: str, period: str, group: Group, show: Sequence[Show]) -> tuple[Cell, ...]:
        """Several parts of one metric, a cell each."""
        return tuple(
            self.interval(metric, period, group)
            if part == "interval"
            else self.cell(metric, period, group, part)
            for part in show
        )

    def _decimals(self, metric: str, field: Field) -> int | None:
        """One for the counts of a metric that has fractions, so that a column lines up: 44.0 under 52.8."""
        if metric_format(metric, field) not in {"count", "days"}:
            return None
        if (metric, field) not in self._whole:
            numbers = (row.number(field) for row in self.results.rows(metric))
            self._whole[metric, field] = all(math.isnan(n) or n.is_integer() for n in numbers)
        return None if self._whole[metric, field] else 1


def metric_format(metric: str, field: Field) -> Format:
    """How a number of a metric is written; what a rate is made of are counts, what a mean amount, amounts."""
    format = METRICS[metric].format
    if field in {"value", "low", "high"}:
        return format
    return "amount" if format == "amount" and field == "numerator" else "count"


def metric_column(
    metric: str, show: Show, language: Language, *, key: str, label: str | None = None
) -> Column:
    """Head of a column that shows one part of a metric."""
    entry = METRICS[metric]
    if show == "value":
        said = label or entry.label(language)
        unit = "" if label or entry.says_unit(language) else entry.unit(language)
        return Column(key, said, "right", unit)
    if show == "interval":
        return Column(key, text("column.interval", language))
    spoken = entry.numerator(language) if show == "numerator" else entry.denominator(language)
    longest = 12 if language == "zh" else 28
    short = spoken if spoken and len(spoken) <= longest else text(f"column.{show}", language)
    return Column(key, short)


def cell_notes(cells: Iterable[Cell], language: Language) -> str | None:
    """What the reader must know of the cells: that an interval is one, and that "—" is not 0."""
    cells = list(cells)
    said = []
    if any(cell.parts for cell in cells):
        said.append(text("note.interval", language))
    if any(number.value is None for cell in cells for number in cell.numbers):
        said.append(text("note.undefined", language))
    return ("" if language == "zh" else " ").join(said) or None


def caption(id: str, metrics: Sequence[str], language: Language, by: str | None = None) -> str:
    """The caption ``texts.yml`` has for this table, else one made of what it shows."""
    if has_text(f"table.{id}"):
        return text(f"table.{id}", language)
    labels = text("sign.comma", language).join(METRICS[metric].label(language) for metric in metrics[:3])
    return text("caption.by", language, metrics=labels, by=by.lower()) if by else labels
