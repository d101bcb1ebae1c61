"""What a table needs to be read on a screen: decimals in line, and a way from a number to its definition."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

Block = dict[str, Any]

_NUMBER = re.compile(r"[+\-\u2212]?\D?[\d,]+(?:\.(?P<decimals>\d+))?(?P<unit>%?)")


def align_decimals(table: Block) -> None:
    """Give each number that has fewer decimals than others of its column ``pad``, a style class.

    ``pad2`` lacks the point and two decimals, ``pad-1`` one decimal. Only within one measure: 26.7% above
    327 vehicles have no common point.
    """
    for place in range(len(table["columns"])):
        cells = [row["cells"][place] for row in table["rows"]]
        found = [(cell, match) for cell in cells if (match := _NUMBER.fullmatch(_words(cell)))]
        kinds = {(cell.get("metric"), cell.get("field"), match["unit"]) for cell, match in found}
        if len(kinds) != 1 or table["columns"][place]["align"] != "right":
            continue
        decimals = [len(match["decimals"] or "") for _, match in found]
        for (cell, _), own in zip(found, decimals, strict=True):
            if own < max(decimals):
                cell["pad"] = f"pad-{max(decimals) - own}" if own else f"pad{max(decimals)}"


def link_definitions(blocks: Sequence[Block]) -> None:
    """Where the document defines its metrics, give what names one ``about``: the anchor of its definition.

    That is the caption of a table of one metric; the row labels that say which they name; else each head, or
    group of heads, above numbers of one metric. Nothing is linked to a definition that is not there.
    """
    tables = [block for block in blocks if block["type"] == "table"]
    defined = {
        row["defines"]: row["anchor"] for table in tables for row in table["rows"] if row.get("defines")
    }
    if not defined:
        return
    for table in tables:
        _link(table, defined)
    for block in blocks:
        for card in block.get("cards", []) if block["type"] == "cards" else []:
            card["about"] = defined.get(card.get("metric", ""), "")


def _link(table: Block, defined: Mapping[str, str]) -> None:
    rows = [row["cells"] for row in table["rows"]]
    labels = [row[0] for row in rows if row[0].get("names")]
    if len(metrics := _metrics(cell for row in rows for cell in row)) == 1:
        table["about"] = defined.get(metrics.pop(), "")
        return
    for label in labels:
        label["about"] = defined.get(label["names"], "")
    if labels:
        return
    columns = [_metrics(row[place] for row in rows) for place in range(len(table["columns"]))]
    place = 0
    for group in table.get("header_groups") or []:
        below = range(place, place + group["span"])
        shared = {metric for each in below for metric in columns[each]}
        if group["label"] and len(shared) == 1:
            group["about"] = defined.get(shared.pop(), "")
            for each in below:
                columns[each] = set()
        place += group["span"]
    for column, metrics in zip(table["columns"], columns, strict=True):
        if len(metrics) == 1:
            column["about"] = defined.get(metrics.pop(), "")


def _metrics(cells: Iterable[Block]) -> set[str]:
    return {
        number["metric"] for cell in cells for number in cell.get("parts") or [cell] if "metric" in number
    }


def named_by(words: str, name: str) -> Markup:
    """What a definition defines: its label, and below it its name in ``metrics.json``, free to break."""
    breakable = escape(name).replace("_", Markup("_<wbr>"))
    return Markup("{}<code>{}</code>").format(words.removesuffix(name), breakable)


def _words(cell: Mapping[str, Any]) -> str:
    return "".join(span["text"] for span in cell["spans"])
