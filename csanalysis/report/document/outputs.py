"""What a code cell showed, as blocks: its richest form that both exporters can set."""

import json
import re
from collections.abc import Mapping
from typing import Any

from bs4 import BeautifulSoup, Tag

from csanalysis.report.document import markdown
from csanalysis.report.document.svg import own_svg, png_as_svg

TABLE = "application/vnd.csanalysis.table+json"
CARDS = "application/vnd.csanalysis.cards+json"
SVG = "image/svg+xml"

_LONG = 40  # letters, from which a cell is a sentence and its column needs room
_BRIEF = 14  # Latin letters, up to which a cell is a name or a date and stays on one line

_WIDE = re.compile(r"[^\u0000-\u2e7f]")

Block = dict[str, Any]


def output_blocks(output: Mapping[str, Any], *, plain_text: bool) -> list[Block]:
    """The blocks of one output; streams have none, and plain text only where asked for."""
    if output["output_type"] == "error":
        return [{"type": "failure", "text": f"{output['ename']}: {output['evalue']}"}]
    data = output.get("data", {})
    if TABLE in data:
        return [_table(as_data(data[TABLE]))]
    if CARDS in data:
        return [{"type": "cards", "cards": [_card(card) for card in as_data(data[CARDS])["cards"]]}]
    if SVG in data:
        return [_figure(_text(data[SVG]), output.get("metadata", {}).get(SVG, {}))]
    if "image/png" in data:
        caption = output.get("metadata", {}).get("image/png", {})
        return [_figure(png_as_svg(_text(data["image/png"])), caption, alt=_text(data.get("text/plain", "")))]
    if "text/markdown" in data:
        return markdown.blocks(_text(data["text/markdown"]))
    if "text/html" in data and (table := _html_table(_text(data["text/html"]))):
        return [table]
    if plain_text and data.get("text/plain"):
        return [{"type": "code", "text": _text(data["text/plain"])}]
    return []


def _table(table: Mapping[str, Any]) -> Block:
    width = len(table["columns"])
    if not width or any(len(row["cells"]) != width for row in table["rows"]):
        raise ValueError(f"table {table.get('id')}: each row must have one cell a column")
    return {
        "type": "table",
        "id": table.get("id") or "",
        "caption": table.get("caption") or "",
        "note": table.get("note") or "",
        "columns": [
            {
                "label": column.get("label") or "",
                "unit": column.get("unit") or "",
                "align": column.get("align") or "left",
                "drawn": any(row["cells"][place].get("svg") for row in table["rows"]),
                "long": _longest(table, place) > _LONG,
                "brief": _longest(table, place, wide=2) <= _BRIEF,
            }
            for place, column in enumerate(table["columns"])
        ],
        "header_groups": [dict(group) for group in table.get("header_groups") or []],
        "rows": [
            {
                "kind": row.get("kind") or "body",
                "cells": [_cell(cell) for cell in row["cells"]],
                "defines": row.get("defines") or "",
            }
            for row in table["rows"]
        ],
    }


def _longest(table: Mapping[str, Any], place: int, *, wide: int = 1) -> int:
    """Letters of a column's longest text; a Chinese one counts as ``wide``."""
    texts = (str(row["cells"][place].get("text") or "") for row in table["rows"])
    return max(
        (len(text) + (wide - 1) * (0 if text.isascii() else len(_WIDE.findall(text))) for text in texts),
        default=0,
    )


def _cell(cell: Mapping[str, Any]) -> Block:
    block = {**_reported(cell), "spans": [{"text": str(cell.get("text") or "")}]}
    if cell.get("parts"):
        block["parts"] = [{**_reported(part), "text": str(part.get("text") or "")} for part in cell["parts"]]
    if cell.get("svg"):
        block |= {"svg": own_svg(cell["svg"], "")["svg"], "alt": str(cell.get("alt") or "")}
    names = {"sort": cell.get("sort"), "names": cell.get("about")}
    return block | {name: str(said) for name, said in names.items() if said}


def _card(card: Mapping[str, Any]) -> Block:
    words = {name: str(card.get(name) or "") for name in ("label", "text", "note")}
    return {**_reported(card), **words, "tone": card.get("tone") or "neutral"}


def _reported(number: Mapping[str, Any]) -> Block:
    """The parts that tie a shown number to its record, if it is one."""
    if not number.get("metric"):
        return {}
    return {
        "metric": number["metric"],
        "period": number.get("period") or "",
        "group": json.dumps(number.get("group") or {}, ensure_ascii=False, sort_keys=True),
        "field": number.get("field") or "value",
        "value": json.dumps(number.get("value")),
    }


def _figure(svg: str, caption: Mapping[str, Any], *, alt: str = "") -> Block:
    title = caption.get("title") or ""
    return {
        "type": "figure",
        "id": caption.get("id") or "",
        "svg": svg,
        "title": title,
        "alt": caption.get("alt") or title or alt,
        "note": caption.get("note") or "",
    }


def _html_table(html: str) -> Block | None:
    """A data frame's table, as an analyst's own notebook shows it; None if there is no table."""
    table = BeautifulSoup(html, "html.parser").find("table")
    if not isinstance(table, Tag):
        return None
    rows = [
        [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]
        for row in table.find_all("tr")
    ]
    headed = len(table.select("thead tr"))
    width = max(map(len, rows), default=0)
    padded = [row + [""] * (width - len(row)) for row in rows]
    head = [" ".join(filter(None, column)) for column in zip(*padded[:headed], strict=True)] or [""] * width
    return {
        "type": "table",
        "columns": [
            {"label": label, "align": "right" if place else "left"} for place, label in enumerate(head)
        ],
        "rows": [
            {"kind": "body", "cells": [{"spans": [{"text": text}]} for text in row]}
            for row in padded[headed:]
        ],
    }


def as_data(data: Any) -> Any:
    """What a table or cards say, which a notebook holds as JSON or as the text of it."""
    return json.loads(_text(data)) if isinstance(data, str | list) else data


def _text(data: Any) -> str:
    return "".join(data) if isinstance(data, list) else str(data)
