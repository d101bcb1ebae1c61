"""Numbers into sentences: a template is said only when every number it names is defined."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from csanalysis.catalogue import (
    METRICS,
    Format,
    Language,
    Missing,
    explain_missing,
    format_period,
    format_value,
    text,
)
from csanalysis.catalogue.filling import fill
from csanalysis.catalogue.formats import format_interval
from csanalysis.catalogue.reading import CHAPTERS, read_yaml
from csanalysis.display.verbatim import Said, verbatim, without_markup
from csanalysis.metrics.periods import PeriodKind
from csanalysis.metrics.results import Results
from csanalysis.metrics.stats.many import extremes_differ

POINT = 0.01
"""Rates that differ by less than a point are called equal."""


@dataclass(frozen=True)
class Prose:
    """Sentences of the report, in Markdown."""

    markdown: str

    def __str__(self) -> str:
        return self.markdown

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        return {"text/markdown": self.markdown, "text/plain": without_markup(self.markdown)}, {}


class SentenceWriter:
    """Says what some results show, in one language."""

    def __init__(self, results: Results, language: Language) -> None:
        self.results = results
        self.language = language

    def say(self, template: str, **values: object) -> str:
        """A template with its values filled in, as words, not as markup; empty where one of them is None."""
        if any(value is None for value in values.values()):
            return ""
        plain = {name: verbatim(value) if isinstance(value, str) else value for name, value in values.items()}
        return Said(fill(sentence_templates()[template][self.language]).format(**plain))

    def value(self, metric: str, period: str | int, **group: str) -> float | None:
        """A number itself, to compare; None where it is undefined or not there."""
        return self.results.value(metric, period, **group)

    def number(self, metric: str, period: str | int | None, **group: str) -> str | None:
        """A number as it is written."""
        return None if period is None else self.formatted(metric, self.value(metric, period, **group))

    def formatted(self, metric: str, value: float | None, *, format: Format | None = None) -> str | None:
        """Any value of a metric as it is written."""
        if value is None or pd.isna(value):
            return None
        return format_value(value, format or METRICS[metric].format, self.language)

    def interval(self, metric: str, period: str | int, **group: str) -> str | None:
        """``72.8–75.4%``, None where there is none."""
        rows = self.results.select(metric, None, period=str(period), **group)
        if rows.empty or rows[["low", "high"]].iloc[0].isna().any():
            return None
        low, high = rows[["low", "high"]].iloc[0]
        return "–".join(format_interval(low, high, METRICS[metric].format, self.language))

    def defined_values(self, metric: str, kind: PeriodKind, **group: str) -> "pd.Series[float]":
        """The defined values of a metric by period, in order."""
        rows = self.results.select(metric, kind, **group).dropna(subset="value")
        return rows.sort_values("period").set_index("period")["value"]

    def period(self, period: str | int, *, short: bool = False) -> str:
        """A period as it is written."""
        return format_period(str(period), self.language, short=short)

    def year_of(self, metric: str, year: str | int) -> str:
        """A year as it is written; one that is still running says up to which month its months are known."""
        months = [
            str(month) for month in self.defined_values(metric, "month").index if month.startswith(f"{year}-")
        ]
        if not months or months[-1].endswith("-12"):
            return self.period(year)
        month = self.period(months[-1], short=True)
        return text("running", self.language, year=self.period(year), month=month)

    def points(self, difference: float) -> str:
        """The size of a difference of two rates in points, without sign."""
        return format_value(abs(difference), "points", self.language).removeprefix("+")

    def highest_and_lowest(
        self,
        template: str,
        metric: str,
        rows: pd.DataFrame,
        by: str,
        *,
        dispersion: float = 1.0,
        freedom: float = float("inf"),
    ) -> str:
        """Tell the highest and lowest row: ``template_apart`` where beyond chance, else ``_alike``.

        ``dispersion`` and ``freedom`` as in :func:`csanalysis.metrics.stats.many.chance_of_extremes`.
        """
        rows = rows.sort_values("value", kind="stable")
        lowest, highest = rows.iloc[0], rows.iloc[-1]
        apart = extremes_differ(rows, dispersion=dispersion, freedom=freedom)
        return self.say(
            f"{template}_{'apart' if apart else 'alike'}",
            highest=highest[by],
            high=self.formatted(metric, highest["value"]),
            lowest=lowest[by],
            low=self.formatted(metric, lowest["value"]),
        )

    def listed(self, items: Iterable[str]) -> str:
        """``a, b, c``."""
        return Said(text("sign.comma", self.language).join(map(verbatim, items)))

    def enumerated(self, items: Iterable[str]) -> str:
        """``a; b; c``, for items that have commas themselves."""
        return Said(text("sign.list", self.language).join(map(verbatim, items)))

    def paragraph(self, *sentences: str) -> str:
        """Sentences in a row; empty ones are left out."""
        return Said(("" if self.language == "zh" else " ").join(each for each in sentences if each))

    def prose(self, *parts: str | Sequence[str], needs: Sequence[str]) -> Prose | Missing:
        """Paragraphs, and lists of sentences as bullets; what is missing where there is nothing to say."""
        blocks = [
            part if isinstance(part, str) else "\n".join(f"- {line}" for line in part if line)
            for part in parts
        ]
        said = "\n\n".join(block for block in blocks if block)
        return Prose(said) if said else explain_missing(needs, self.results, self.language)


def passage(name: str, *, language: Language) -> Prose:
    """A passage that says numbers of the params and none of the store, such as ``churn.states_prose``.

    Prose of a notebook that names the params stands in the chapter's ``sentences.yml``, so that whoever runs
    the notebook reads the numbers themselves.

    Raises
    ------
    KeyError
        There is no such passage.
    """
    return Prose(fill(sentence_templates()[name][language]))


@cache
def sentence_templates() -> dict[str, dict[str, str]]:
    """Every chapter's sentences by chapter and name, in each language."""
    templates: dict[str, dict[str, str]] = {}
    for path in sorted(CHAPTERS.glob("*/sentences*.yml")):
        prefix = path.parent.name + path.stem.removeprefix("sentences")
        templates |= {
            f"{prefix}.{name}": {language: entry[language] for language in ("zh", "en")}
            for name, entry in read_yaml(path).items()
        }
    return templates
