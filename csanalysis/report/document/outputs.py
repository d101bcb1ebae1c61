"""What a code cell showed, as blocks: its richest form that both exporters can set."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bs4 import BeautifulSoup, Tag

from csanalysis.display.drawing import Drawing
from csanalysis.display.tables.layout import Align, Span, Table, laid_out, number_of, plain_table
from csanalysis.json_files import parsed_json
from csanalysis.report.document import markdown
from csanalysis.report.document.blocks import Block, Card, Cards, Code, Failure, Figure
from csanalysis.report.document.pictures import RASTER, left_out, raster_as_svg

TABLE = "application/vnd.csanalysis.table+json"
CARDS = "application/vnd.csanalysis.cards+json"
SVG = "image/svg+xml"
_LEFT_OUT = (
    ("plotly", "interactive"),
    ("widget", "interactive"),
    ("vega", "interactive"),
    ("bokeh", "interactive"),
    ("javascript", "interactive"),
    ("text/html", "html"),
    ("image/", "a_picture"),
)
"""Parts of the types of outputs that no page can hold, and what they are called."""


def output_blocks(output: Mapping[str, Any], *, plain_text: bool, labels: Mapping[str, str]) -> list[Block]:
    """The blocks of one output; streams have none, and plain text only where asked for.

    What no page can hold, such as an interactive figure, is named as left out.
    """
    if output["output_type"] == "error":
        return [Failure(f"{output['ename']}: {output['evalue']}")]
    data = output.get("data", {})
    if TABLE in data:
        return [laid_out(as_data(data[TABLE]))]
    if CARDS in data:
        return [Cards(tuple(map(_card, as_data(data[CARDS])["cards"])))]
    if SVG in data:
        return [_figure(_text(data[SVG]), output.get("metadata", {}).get(SVG, {}))]
    for mime in RASTER:
        if mime in data and (svg := raster_as_svg(mime, _text(data[mime]))):
            figure = _figure(svg, output.get("metadata", {}).get(mime, {}))
            return [replace(figure, alt=figure.alt or _text(data.get("text/plain", "")))]
    if "text/markdown" in data:
        return markdown.blocks(_text(data["text/markdown"]))
    if "text/html" in data and (table := _html_table(_text(data["text/html"]))):
        return [table]
    if "text/latex" in data:
        return [Code(_text(data["text/latex"]))]
    if kind := next((label for part, label in _LEFT_OUT for mime in data if part in mime), ""):
        return [left_out(labels, labels[kind])]
    if plain_text and data.get("text/plain"):
        return [Code(_text(data["text/plain"]))]
    return []


def _card(card: Mapping[str, Any]) -> Card:
    label, text, note = (str(card.get(name) or "") for name in ("label", "text", "note"))
    return Card(label, text, note, card.get("tone") or "neutral", number_of(card))


def _figure(svg: str, caption: Mapping[str, Any]) -> Figure:
    title, alt, note = (caption.get(name) or "" for name in ("title", "alt", "note"))
    return Figure(Drawing(svg), title, alt or title, note, caption.get("id") or "")


def _html_table(html: str) -> Table | None:
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
    sides: list[Align] = ["right" if place else "left" for place in range(width)]
    return plain_table(
        list(zip(head, sides, strict=True)),
        [[[Span(text)] for text in row] for row in padded[headed:]],
    )


def as_data(data: Any) -> Any:
    """What a table or cards say, which a notebook holds as JSON or as the text of it."""
    return parsed_json(_text(data)) if isinstance(data, str | list) else data


def _text(data: Any) -> str:
    return "".join(data) if isinstance(data, list) else str(data)
