"""What stands where a figure or a table cannot be: which numbers are missing, and what would give them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from csanalysis.catalogue.entries import METRICS
from csanalysis.catalogue.formats import Language
from csanalysis.catalogue.texts import table_label, text
from csanalysis.metrics.results import Results
from csanalysis.schema import TABLES


@dataclass(frozen=True)
class Missing:
    """A note to the reader in place of a figure, table or sentence."""

    markdown: str

    def __str__(self) -> str:
        return self.markdown

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        return {"text/markdown": self.markdown, "text/plain": self.markdown}, {}


def explain_missing(metrics: Iterable[str], results: Results, language: Language) -> Missing:
    """Say of each metric whether its table is missing or its period too short.

    A metric that ``results`` lacks was never computed, since a table it needs is not there; one that is
    there without a single value has too few data.
    """
    known = set(results.names)
    lines = []
    for name in dict.fromkeys(metrics):
        metric = METRICS[name]
        if name in known:
            lines.append(text("missing.undefined", language, metric=metric.label(language)))
        else:
            needed = text("sign.list", language).join(_columns(table, language) for table in metric.tables)
            lines.append(text("missing.absent", language, metric=metric.label(language), tables=needed))
    return Missing("\n".join(f"> {line}" for line in lines))


def _columns(table: str, language: Language) -> str:
    columns = ", ".join(TABLES[table].required)
    return text("missing.table", language, table=table_label(table, language), name=table, columns=columns)
