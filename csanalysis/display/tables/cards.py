"""Key figures: a few numbers in large type at the head of a chapter."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any, Literal

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
from csanalysis.catalogue.formats import format_interval
from csanalysis.display.tables.cells import ResultCells
from csanalysis.display.tables.html import number_attributes
from csanalysis.display.tables.layout import number_of
from csanalysis.display.tables.model import Cell
from csanalysis.display.tables.notebook import STYLE
from csanalysis.metrics.results import Results

MIME_TYPE = "application/vnd.csanalysis.cards+json"

Tone = Literal["good", "bad", "neutral"]


@dataclass(frozen=True)
class Key:
    """One key figure.

    ``against`` is the period (or the measure and period) it is compared with; ``label`` and ``note``
    replace the ones made from the catalogue.
    """

    metric: str
    period: str | int
    group: Mapping[str, str] = field(default_factory=dict)
    against: str | int | tuple[str, str | int] | None = None
    label: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Card:
    """A key figure ready to be shown."""

    label: str
    number: Cell
    note: str
    tone: Tone

    def as_json(self) -> dict[str, Any]:
        """One entry of the cards' JSON."""
        number = self.number.as_json()
        return {"label": self.label, "note": self.note, "tone": self.tone, **number}


@dataclass(frozen=True)
class Cards:
    """Key figures in a row."""

    cards: tuple[Card, ...]

    def as_json(self) -> dict[str, Any]:
        """For the report's writers."""
        return {"cards": [card.as_json() for card in self.cards]}

    def as_html(self) -> str:
        """For the notebook and the page."""
        return f'<div class="cards">{"".join(_html(card.as_json()) for card in self.cards)}</div>'

    def __str__(self) -> str:
        return "\n".join(f"{card.label}: {card.number.text}  {card.note}".rstrip() for card in self.cards)

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        data = json.dumps(self.as_json(), ensure_ascii=False, allow_nan=False)
        return {"text/html": STYLE + self.as_html(), "text/plain": str(self), MIME_TYPE: data}, {}


def cards(results: Results, keys: Sequence[Key], *, language: Language) -> Cards | Missing:
    """The key figures that the results have; those that are undefined are left out.

    The note compares with ``against`` and colours the card by the measure's better direction; without it
    the note gives the 95 % interval, where there is one.
    """
    numbers = ResultCells(results, language)
    shown = [_card(numbers, key, language) for key in keys]
    there = tuple(card for card in shown if card is not None)
    return Cards(there) if there else explain_missing([key.metric for key in keys], results, language)


def _card(numbers: ResultCells, key: Key, language: Language) -> Card | None:
    metric, period = METRICS[key.metric], str(key.period)
    number = numbers.cell(key.metric, period, key.group)
    if number.value is None:
        return None
    note, tone = _compared(numbers, key, number.value, language)
    label = key.label or text(
        "cards.label", language, metric=metric.label(language), period=format_period(period, language)
    )
    if key.group and not key.label:
        splits = (group_label(name, value, language) for name, value in key.group.items())
        label = text("cards.split", language, label=label, split=text("sign.comma", language).join(splits))
    unit = metric.unit(language)
    if unit:
        number = replace(number, text=f"{number.text} {unit}")
    return Card(label, number, key.note if key.note is not None else note, tone)


def _compared(numbers: ResultCells, key: Key, value: float, language: Language) -> tuple[str, Tone]:
    metric = METRICS[key.metric]
    if key.against is None:
        ends = [numbers.get(key.metric, str(key.period), key.group, end) for end in ("low", "high")]
        if None in ends:
            return "", "neutral"
        low, high = format_interval(ends[0], ends[1], metric.format, language)
        return f"{text('column.interval', language)} {low}–{high}", "neutral"
    name, period = key.against if isinstance(key.against, tuple) else (key.metric, key.against)
    other = numbers.get(name, str(period), key.group)
    if other is None:
        return "", "neutral"
    written = format_value(other, METRICS[name].format, language)
    spoken = {"period": format_period(str(period), language), "value": written}
    if name == key.metric:
        note = text("cards.against", language, **spoken)
    else:
        note = text("cards.against_other", language, metric=METRICS[name].label(language), **spoken)
    if metric.better == "neither" or value == other or _may_be_alike(numbers, key, name, str(period)):
        return note, "neutral"
    return note, "good" if (value > other) == (metric.better == "higher") else "bad"


def _may_be_alike(numbers: ResultCells, key: Key, name: str, period: str) -> bool:
    """Whether both numbers have an interval, and these overlap."""
    ends = [
        numbers.get(metric, when, key.group, end)
        for metric, when in ((key.metric, str(key.period)), (name, period))
        for end in ("low", "high")
    ]
    known = [end for end in ends if end is not None]
    if len(known) < len(ends):
        return False
    low, high, other_low, other_high = known
    return low <= other_high and other_low <= high


def _html(card: Mapping[str, Any]) -> str:
    label, written, note = (escape(card[part]) for part in ("label", "text", "note"))
    return (
        f'<div class="card {card["tone"]}"><span class="label">{label}</span>'
        f"<strong{number_attributes(number_of(card))}>{written}</strong>"
        f'<span class="note">{note}</span></div>'
    )
