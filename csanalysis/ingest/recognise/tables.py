"""Which table a group of sheets is, by its columns, its name and what its cells say."""

import re
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from csanalysis.ingest.recognise.columns import ColumnGuess, hinted, match_columns
from csanalysis.ingest.recognise.evidence import is_ledger, with_evidence
from csanalysis.ingest.recognise.pages import Group
from csanalysis.ingest.recognise.shapes import Shape, shape_of
from csanalysis.schema import TABLES, Table, folded_header

_LEAST = 2.2
_HINT = 1.5
_MISSING = 1.3
_FEWEST_ITEMS = 3


@dataclass
class Candidate:
    """A group as one table: its columns, what else the source must say, and how good a fit that is."""

    table: str
    group: Group
    shapes: dict[str, Shape]
    columns: list[ColumnGuess]
    score: float
    lacking: list[str] = field(default_factory=list)
    extras: dict[str, Any] = field(default_factory=dict)

    @property
    def named(self) -> dict[str, str]:
        """Header → column."""
        return {guess.header: guess.column for guess in self.columns}


def candidates(group: Group) -> list[Candidate]:
    """The group as every table that it may be, the best first."""
    data = group.data
    shapes = {header: shape_of(data[header]) for header in group.headers}
    found = [_as_table(table, group, shapes, data) for table in TABLES.values()]
    return sorted(
        (c for c in found if (c.score >= _LEAST and len(c.columns) >= 2) or not c.lacking),
        key=lambda candidate: (bool(candidate.lacking), -candidate.score),
    )


def _as_table(table: Table, group: Group, shapes: dict[str, Shape], data: pd.DataFrame) -> Candidate:
    columns = with_evidence(table.name, match_columns(table, shapes), data, shapes)
    extras: dict[str, Any] = {}
    present = {guess.column for guess in columns}
    hint = hinted(table.name, group.called)
    if table.name == "survey_responses" and not {"score", "item_code"} <= present:
        items = _items(columns, shapes)
        if len(items) >= _FEWEST_ITEMS and "survey_date" in present and hint:
            columns = [c for c in columns if c.header not in items]
            extras["wide"] = {header: _code(header) for header in items}
            present |= {"item_code", "score", "item_name", "response_id"}
            if "programme" not in present:
                extras["constants"] = {"programme": _programme(group)}
                present.add("programme")
    if table.name == "service_visits" and "total_amount" not in present:
        parts = _amounts(columns, shapes)
        if len(parts) >= 2:
            extras["sums"] = {"total_amount": parts}
    lacking = [name for name in table.required if name not in present]
    if table.any_of and not set(table.any_of) & present:
        lacking.append(table.any_of[0])
    bare = all(guess.score < 0.72 for guess in columns if guess.column in table.required)
    if table.name == "vehicle_sales" and bare and not is_ledger(columns, shapes):
        lacking.append("sale_date")  # a VIN and some day alone may be anything
    score = sum(guess.score * (1.6 if guess.column in table.required else 1.0) for guess in columns)
    score += _HINT * hint + 0.7 * len(extras.get("wide", {})) - _MISSING * len(lacking)
    unexplained = (
        sum(shape.filled > 0 for shape in shapes.values()) - len(columns) - len(extras.get("wide", {}))
    )
    return Candidate(table.name, group, shapes, columns, score - 0.05 * max(unexplained, 0), lacking, extras)


def _items(columns: list[ColumnGuess], shapes: dict[str, Shape]) -> list[str]:
    """Headers of answers side by side: small numbers on one scale."""
    taken = {
        guess.header
        for guess in columns
        if guess.column not in ("score", "item_name", "item_code", "max_score") and guess.score > 0.85
    }
    numbers = {
        header: shape
        for header, shape in shapes.items()
        if header not in taken
        and shape.number > 0.9
        and shape.low >= 0
        and shape.high <= 100
        and len(shape.words) <= 40
        and folded_header(header) not in ("序号", "no", "no.", "编号", "行号", "id", "#")
        and shape.date < 0.5
    }
    scale = max((shape.high for shape in numbers.values()), default=0)
    return [
        header for header, shape in numbers.items() if scale <= 12 or shape.high >= 12 or shape.high == 10
    ]


def _code(header: str) -> str:
    """An item's code: its header; the whole's own where it asks for an overall verdict."""
    return "total" if re.search(r"总[体分评得]|综合|overall|total", header, re.IGNORECASE) else header


def _programme(group: Group) -> str:
    """A name for a survey that says none: that of its file, without its numbers."""
    name = "".join(sign for sign in group.files[0].stem if not sign.isdigit()).strip(" _-.")
    for word in ("汇总", "明细", "导出", "年", "月", "表"):
        name = name.replace(word, "")
    return name.strip(" _-.") or "survey"


def _amounts(columns: list[ColumnGuess], shapes: dict[str, Shape]) -> list[str]:
    """Headers of the parts that make up an order's amount."""
    by_name = {guess.column: guess.header for guess in columns}
    found = [by_name[name] for name in ("labor_amount", "parts_amount") if name in by_name]
    used = {guess.header for guess in columns}
    more = ["其他费", "其它费", "外加工", "外协", "辅料", "附加费"]
    more += ["sublet", "misc", "othersale", "otheramount", "supplies"]
    found += [
        header
        for header, shape in shapes.items()
        if header not in used and shape.number > 0.9 and any(word in folded_header(header) for word in more)
    ]
    return found
