"""A table as data, and how it is shown: HTML in a notebook, JSON for the report's writers."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any, Literal, Self, get_args

import pandas as pd

from csanalysis.display.tables.notebook import STYLE

MIME_TYPE = "application/vnd.csanalysis.table+json"

Field = Literal["value", "low", "high", "numerator", "denominator"]
Change = Literal["before", "moved", "new", "gone"]


CHANGES = get_args(Change)


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
    align: Literal["left", "right", "center"] = "right"
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
    """A table of the report. It never changes: the ``with_`` methods return another."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str | None = None
    header_groups: tuple[HeaderGroup, ...] | None = None

    def with_id(self, id: str) -> Self:
        """The same table under another name."""
        return replace(self, id=id)

    def with_caption(self, caption: str) -> Self:
        """The same table under another caption."""
        return replace(self, caption=caption)

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

    def as_html(self) -> str:
        """For the notebook and the page; each number says in ``data-`` attributes where it comes from."""
        note = f'<p class="note">{escape(self.note)}</p>' if self.note else ""
        return (
            f'<figure class="table" id="table-{escape(self.id)}">'
            f"<figcaption>{escape(self.caption)}</figcaption>"
            f"<table><thead>{self._html_head()}</thead>"
            f"<tbody>{''.join(self._html_row(row) for row in self.rows)}</tbody></table>{note}</figure>"
        )

    def as_frame(self) -> pd.DataFrame:
        """The texts as a DataFrame, for the notebook."""
        keys = [column.key for column in self.columns]
        return pd.DataFrame([[cell.text for cell in row.cells] for row in self.rows], columns=keys)

    def __str__(self) -> str:
        heads = [column.label for column in self.columns]
        lines = ["\t".join(cell.text for cell in row.cells) for row in self.rows]
        return "\n".join([self.caption, "\t".join(heads), *lines, *([self.note] if self.note else [])])

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        # As text: the many copies and checks that a notebook goes through would follow every cell of a tree.
        data = json.dumps(self.as_json(), ensure_ascii=False, allow_nan=False)
        return {"text/html": STYLE + self.as_html(), "text/plain": str(self), MIME_TYPE: data}, {}

    def _html_head(self) -> str:
        heads = "".join(
            f'<th scope="col" class="{column.align}">{escape(column.label)}'
            f"{f' <small>{escape(column.unit)}</small>' if column.unit else ''}</th>"
            for column in self.columns
        )
        if not self.header_groups:
            return f"<tr>{heads}</tr>"
        groups = "".join(
            f'<th scope="colgroup" colspan="{group.span}">{escape(group.label)}</th>'
            if group.label
            else f'<td colspan="{group.span}"></td>'
            for group in self.header_groups
        )
        return f'<tr class="groups">{groups}</tr><tr>{heads}</tr>'

    def _html_row(self, row: Row) -> str:
        cells = []
        for place, (column, cell) in enumerate(zip(self.columns, row.cells, strict=True)):
            if cell.parts:
                inner = "–".join(f"<span{_data(part)}>{escape(part.text)}</span>" for part in cell.parts)
            else:
                inner = cell.svg or escape(cell.text)
            tag = 'th scope="row"' if place == 0 and cell.metric is None else "td"
            cells.append(f'<{tag} class="{column.align}"{_data(cell)}>{inner}</{tag[:2]}>')
        return f'<tr class="{row.kind}">{"".join(cells)}</tr>'


def plain_number(value: float | None) -> float | int | None:
    """As ``metrics.json`` writes it: undefined is None, a whole number has no decimals."""
    if value is None or pd.isna(value):
        return None
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else float(value)


def data_attributes(number: Mapping[str, Any]) -> str:
    """``data-metric="…" data-period="…"…`` of one reference to the results."""
    said = {
        "changed" if number["field"] in CHANGES else "metric": number["metric"],
        "period": number["period"],
        "group": json.dumps(dict(number["group"]), ensure_ascii=False, sort_keys=True),
        "field": number["field"],
        "value": json.dumps(number["value"]),
    }
    return "".join(f' data-{name}="{escape(str(value))}"' for name, value in said.items())


def _data(cell: Cell) -> str:
    return data_attributes(cell.as_json()) if cell.metric is not None else ""
