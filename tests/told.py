"""What the marks of figures tell, read back and held against the published numbers."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag

from csanalysis.catalogue import METRICS, Language, format_value, text
from csanalysis.metrics.results import Results, row_key


@dataclass(frozen=True)
class Said:
    """A mark's words, and which published number they are said to be."""

    metric: str
    period: str
    group: dict[str, str]
    field: str
    words: str


def marks_of(page: str | Tag) -> Iterator[Said]:
    """The marks of a page or a figure."""
    soup = BeautifulSoup(page, "html.parser") if isinstance(page, str) else page
    for layer in soup.select("g.marks"):
        by = layer.get("data-by")
        fixed = json.loads(layer.get("data-group", "{}"))
        for mark in layer.find_all(recursive=False):
            own = {by: mark["data-at"]} if by else {}
            period = layer.get("data-period") if by else mark["data-at"]
            field = layer.get("data-field", "value")
            yield Said(layer["data-mark"], period, fixed | own, field, mark.title.get_text())


def untrue(said: Said, results: Results, language: Language) -> str | None:
    """Why a mark does not tell a published number; None where it does."""
    row = results.keyed.get(row_key(said.metric, said.period, said.group))
    if row is None:
        return f"{said}: no such number"
    brackets = text("sign.brackets", language, inner="|").split("|")
    value, _, interval = said.words.rpartition(text("sign.colon", language))[2].partition(brackets[0])
    if value not in _writings(said.metric, row.number(said.field), language, field=said.field):
        return f"{said}: {row.number(said.field)}"
    if not interval:
        return None
    low, high = (_writings(said.metric, row.number(end), language) for end in ("low", "high"))
    ends = {
        f"{start.removesuffix('%') if end.endswith('%') else start}{dash}{end}"
        for start in low
        for end in high
        for dash in ("–", text("sign.to", language))
    }
    return None if interval.removesuffix(brackets[1]) in ends else f"{said}: {row}"


def _writings(metric: str, value: float, language: Language, *, field: str = "value") -> set[str]:
    """How figures write a number: in its metric's format or as money, or with fewer or more decimals."""
    kinds = {"count"} if field in ("numerator", "denominator") else {METRICS[metric].format, "amount"}
    return {
        format_value(value, kind, language, decimals=decimals)
        for kind in kinds
        for decimals in (None, 0, 1, 2)
    }
