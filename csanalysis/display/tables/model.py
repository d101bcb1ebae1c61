"""A table as data, and how it is shown: HTML in a notebook, JSON for the report's writers."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

import pandas as pd

from csanalysis.display.tables.html import notebook_html
from csanalysis.display.tables.layout import Align, Change, laid_out, with_decimals_in_line
from csanalysis.display.tables.notebook import STYLE

MIME_TYPE = "application/vnd.csanalysis.table+json"

Field = Literal["value", "low", "high", "numerator", "denominator"]


@dataclass(frozen=True)
class Cell:
    """Text, and the one number of the results that it writes, if any.

    A cell that writes two numbers (the ends of an interval) has a part for each, joined by an en dash.
    A number whose ``field`` is a :data:`Change` stands in ``changes.json``, every other in ``metrics.json``.
    ``sort`` is what a text is ordered by where that is not the text itself, such as the period of "Mar 2026";
    ``about`` is the metric that a row's label names; ``svg`` is a small drawing instead of text, ``alt`` the
    same in words.
    """

    text: str
    metric: str | None = None
    period: str | None = None
    group: Mapping[str, str] = field(default_factory=dict)
    field: Field | Change | None = None
    value: float | None = None
    parts: tuple["Cell", ...] = ()
    sort: str | None = None
    about: str | None = None
    svg: str | None = None
    alt: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Its entry in the table's JSON."""
        data: dict[str, Any] = {
            "text": self.text,
            "metric": self.metric,
            "period": self.period,
            "group": dict(self.group),
            "field": self.field,
            "value": plain_number(self.value),
        }
        if self.parts:
            data["parts"] = [part.as_json() for part in self.parts]
        extra = {"sort": self.sort, "about": self.about, "svg": self.svg, "alt": self.alt}
        return data | {name: said for name, said in extra.items() if said is not None}

    @property
    def numbers(self) -> Iterator["Cell"]:
        """The references in it: itself, or its parts."""
        if self.parts:
            yield from self.parts
        elif self.metric is not None:
            yield self


@dataclass(frozen=True)
class Column:
    """A column; ``unit`` belongs to every number below it."""

    key: str
    label: str
    align: Align = "right"
    unit: str = ""


@dataclass(frozen=True)
class HeaderGroup:
    """A head above ``span`` columns; an empty label for columns that have none."""

    label: str
    span: int


@dataclass(frozen=True)
class Row:
    """A row; ``muted`` rows rest on few observations; ``defines`` names the metric that the row explains."""

    cells: tuple[Cell, ...]
    kind: Literal["body", "total", "muted"] = "body"
    defines: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Its entry in the table's JSON."""
        data = {"kind": self.kind, "cells": [cell.as_json() for cell in self.cells]}
        return data | ({"defines": self.defines} if self.defines else {})


@dataclass(frozen=True)
class ReportTable:
    """A table of the report. It never changes: ``with_note`` returns another."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str | None = None
    header_groups: tuple[HeaderGroup, ...] | None = None

    def with_note(self, *notes: str | None) -> Self:
        """The same table with further notes below it; empty ones are left out."""
        said = [note for note in (self.note, *notes) if note]
        return replace(self, note=" ".join(dict.fromkeys(said)) or None)

    @property
    def numbers(self) -> Iterator[Cell]:
        """Every reference to the results, row by row."""
        for row in self.rows:
            for cell in row.cells:
                yield from cell.numbers

    def as_json(self) -> dict[str, Any]:
        """For the report's writers."""
        return {
            "id": self.id,
            "caption": self.caption,
            "note": self.note,
            "columns": [vars(column) for column in self.columns],
            "header_groups": [vars(group) for group in self.header_groups] if self.header_groups else None,
            "rows": [row.as_json() for row in self.rows],
        }

    def __str__(self) -> str:
        heads = [column.label for column in self.columns]
        lines = ["\t".join(cell.text for cell in row.cells) for row in self.rows]
        return "\n".join([self.caption, "\t".join(heads), *lines, *([self.note] if self.note else [])])

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        table = self.as_json()
        # As text: the many copies and checks that a notebook goes through would follow every cell of a tree.
        data = json.dumps(table, ensure_ascii=False, allow_nan=False)
        html = STYLE + notebook_html(with_decimals_in_line(laid_out(table)))
        return {"text/html": html, "text/plain": str(self), MIME_TYPE: data}, {}


def plain_number(value: float | None) -> float | int | None:
    """As ``metrics.json`` writes it: undefined is None, a whole number has no decimals."""
    if value is None or pd.isna(value):
        return None
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else float(value)
