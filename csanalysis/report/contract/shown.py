"""Whether every table and figure that a chapter promises is there, drawn, and tells the published numbers."""

import ast
import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from nbformat import NotebookNode

from csanalysis.display.tables.layout import CHANGES, Number, Table
from csanalysis.display.tables.model import plain_number
from csanalysis.json_files import parsed_json
from csanalysis.metrics.results import Results, row_key
from csanalysis.report.contract.breach import Breach
from csanalysis.report.document.blocks import Cards, Document, Heading
from csanalysis.report.document.outputs import CARDS, SVG, TABLE

_KINDS = {"tables": (TABLE, CARDS), "figures": (SVG,), "sentences": ("text/markdown",)}
_INSTEAD = "text/markdown"  # what says that a table or figure cannot be, and why


def chapters_present(document: Document, notebooks: Sequence[NotebookNode]) -> list[Breach]:
    """A breach for each chapter that has nothing but its heading."""
    shown = {chapter.anchor: chapter.blocks for chapter in document.chapters}
    names = [notebook.metadata["csanalysis"]["chapter"] for notebook in notebooks]
    return [
        Breach("chapter_empty", name)
        for name in names
        if all(isinstance(block, Heading) for block in shown.get(name, ()))
    ]


def promised_outputs(notebooks: Iterable[NotebookNode]) -> list[Breach]:
    """A breach for each cell that ends in a table, figure or sentence and shows neither it nor why not."""
    breaches = []
    for notebook in notebooks:
        chapter = notebook.metadata["csanalysis"]["chapter"]
        for place, cell in enumerate(notebook.cells, start=1):
            if cell.cell_type != "code":
                continue
            where = f"{chapter}.ipynb [{place}]"
            if any(output.output_type == "error" for output in cell.outputs):
                breaches.append(Breach("failed_cell", where))
                continue
            room, call = _ends_in(cell.source)
            shown = {mime for output in cell.outputs for mime in output.get("data", {})}
            if room in _KINDS and not shown & {*_KINDS[room], _INSTEAD}:
                breaches.append(Breach("output_missing", where, call))
            breaches += [
                Breach("figure_empty", where, about.get("title", call))
                for output in cell.outputs
                if (about := output.get("metadata", {}).get(SVG, {})).get("panels") == 0
            ]
    return breaches


def shown_numbers(document: Document, results: Results) -> list[Breach]:
    """A breach for each number in a table or card that is not the published one."""
    group = cache(parsed_json)
    breaches = []
    for chapter, caption, number in _numbers(document):
        row = results.keyed.get(row_key(number.metric, number.period, group(number.group)))
        value, published = parsed_json(number.value), row and plain_number(row.number(number.field))
        if row is None or not _same(value, published):
            what = f"{number.metric} {number.period}: {value} ≠ {published}"
            breaches.append(Breach("number_differs", f"{chapter} · {caption}", what))
    return breaches


def _same(shown: Any, published: Any) -> bool:
    if shown is None or published is None:
        return shown is published
    return math.isclose(shown, published, rel_tol=1e-9, abs_tol=1e-12)


def _numbers(document: Document) -> Iterator[tuple[str, str, Number]]:
    for chapter in document.chapters:
        for block in chapter.blocks:
            numbers: Iterable[Number | None] = ()
            if isinstance(block, Cards):
                numbers = [card.number for card in block.cards]
            elif isinstance(block, Table):
                cells = [cell for row in block.rows for cell in row.cells]
                numbers = [each for cell in cells for each in dict.fromkeys((cell.number, *cell.numbers))]
            caption = block.caption if isinstance(block, Table) else ""
            yield from (
                (chapter.title, caption, number)
                for number in numbers
                if number and number.field not in CHANGES
            )


def _ends_in(source: str) -> tuple[str, str]:
    """The room and the call that a cell's last line names: ``tables.by_period`` is tables and itself."""
    body = ast.parse(source).body
    node: ast.AST | None = body[-1].value if body and isinstance(body[-1], ast.Expr) else None
    names: list[str] = []
    while isinstance(node, ast.Call | ast.Attribute):
        if isinstance(node, ast.Attribute):
            names.insert(0, node.attr)
            node = node.value
        else:
            node = node.func
    return (node.id, ".".join([node.id, *names[:1]])) if isinstance(node, ast.Name) else ("", "")
