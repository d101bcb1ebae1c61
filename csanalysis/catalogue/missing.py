"""What stands where a figure or a table cannot be: which numbers are missing, and what would give them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from csanalysis.catalogue.entries import METRICS, Metric
from csanalysis.catalogue.formats import Language
from csanalysis.catalogue.texts import column_label, table_label, text
from csanalysis.schema import REQUIRED_TABLES, TABLES

if TYPE_CHECKING:
    from csanalysis.metrics.results import Results


@dataclass(frozen=True)
class Missing:
    """A note to the reader in place of a figure, table or sentence."""

    markdown: str

    def __str__(self) -> str:
        return self.markdown

    @property
    def plain(self) -> str:
        """The note as it stands in a table cell, without marks."""
        return self.markdown.replace("**", "").replace("> ", "").replace("\n", " ")

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        return {"text/markdown": self.markdown, "text/plain": self.markdown}, {}


_ROWS = "rows_read"
"""Where rows were counted, what was not counted among them is not there."""


def explain_missing(metrics: Iterable[str], results: "Results", language: Language) -> Missing:
    """Say of each metric which optional table would give it, or that its data cover too short a time.

    Of what is counted in the rows read there is simply none, where no count stands.

    The tables that every dealership must give are there, so a metric of these alone can only lack time.
    """
    known, lines = set(results.names), []
    for name in dict.fromkeys(metrics):
        metric = METRICS[name]
        optional = [table for table in metric.tables if table not in REQUIRED_TABLES]
        tables = optional if known else list(metric.tables)
        # Where a required table takes part, the metric may be gone for want of time as well.
        surely = name not in known and len(tables) == len(metric.tables)
        key = "too_short" if not tables else "absent" if surely else "undefined"
        if metric.columns and name not in known and not tables:
            lines.append(_lacking(metric, language))
            continue
        if not metric.tables:  # counted in whatever was read, or made from the params alone
            key = "nothing" if _ROWS in known else "calendar" if name not in known else key
        needed = text("sign.list", language).join(_columns(table, language) for table in tables)
        lines.append(text(f"missing.{key}", language, metric=metric.label(language), tables=needed))
    return Missing("\n".join(f"> {line}" for line in lines))


def _lacking(metric: Metric, language: Language) -> str:
    """Which columns of which table would give the metric."""
    columns = text("sign.comma", language).join(column_label(name, language) for name in metric.columns)
    where = next(table for table in metric.tables if metric.columns[0] in TABLES[table].by_name)
    label = metric.label(language)
    return text("missing.column", language, metric=label, columns=columns, table=table_label(where, language))


def _columns(table: str, language: Language) -> str:
    columns = ", ".join(TABLES[table].required)
    return text("missing.table", language, table=table_label(table, language), name=table, columns=columns)
