"""Numbers and anchors of a document's chapters, sections, figures and tables, and what refers to them."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from csanalysis.display.tables.layout import Picture, Span, Table, TableCell, with_decimals_in_line
from csanalysis.report import SIGNED
from csanalysis.report.document.blocks import Block, Chapter, Figure, Heading, Paragraph, changed, nested
from csanalysis.report.document.markdown import plain
from csanalysis.report.document.svg import own_drawing

UNNUMBERED = (SIGNED,)
"""Chapters outside the numbering: their sections and tables have no numbers, those of the others stay."""

_REFERRED: Mapping[str, tuple[type[Figure] | type[Table], str]] = {
    "fig": (Figure, "figure"),
    "tbl": (Table, "table"),
}


def numbered(
    chapters: Mapping[str, Sequence[Block]], *, assembled: bool, labels: Mapping[str, str]
) -> tuple[Chapter, ...]:
    """The chapters, by slug, with numbers and anchors; only an assembled report's headings are numbered."""
    numbering = _Numbering(assembled, labels)
    return tuple(numbering.chapter(slug, blocks) for slug, blocks in chapters.items())


def with_references(chapters: Sequence[Chapter], labels: Mapping[str, str]) -> tuple[Chapter, ...]:
    """Spans that refer to ``#fig-<id>`` or ``#tbl-<id>`` say its number and lead there.

    Of several with one id, the one in the reference's own chapter is meant, else the first.
    """
    everywhere = [block for chapter in chapters for block in nested(chapter.blocks)]

    def referring(chapter: Chapter) -> Chapter:
        known = [*nested(chapter.blocks), *everywhere]

        def change(block: Block) -> Block:
            if not isinstance(block, Heading | Paragraph) or not any(span.refers for span in block.spans):
                return block
            return replace(block, spans=tuple(_referring(span, known, labels) for span in block.spans))

        return replace(chapter, blocks=changed(chapter.blocks, change))

    return tuple(map(referring, chapters))


class _Numbering:
    """Gives chapters, sections, figures and tables their numbers, and every anchor one owner."""

    def __init__(self, assembled: bool, labels: Mapping[str, str]) -> None:
        self._assembled, self._labels = assembled, labels
        self._counts: Counter[str] = Counter()
        self._anchors: Counter[str] = Counter()

    def chapter(self, slug: str, blocks: Sequence[Block]) -> Chapter:
        self._counts["chapter"] += slug not in UNNUMBERED
        self._counts["section"] = 0
        if self._assembled and not any(isinstance(block, Heading) for block in blocks):
            blocks = [Heading(1, (Span(slug),)), *blocks]
        headed = self._headings(blocks, slug)
        headings = [block for block in headed if isinstance(block, Heading)]
        first = headings[0] if headings else Heading(1, ())
        return Chapter(
            title=first.text,
            short=re.split(r"[:：]", first.text, maxsplit=1)[0],
            number=first.number,
            anchor=first.anchor,
            sections=tuple(heading for heading in headings if heading.level == 2),
            blocks=changed(headed, lambda block: self._numbered(block, slug)),
        )

    def _headings(self, blocks: Sequence[Block], slug: str) -> list[Block]:
        """The first is the chapter's; the others lie below it, and none skips a level."""
        above, found = 0, []
        for block in blocks:
            if isinstance(block, Heading):
                above = min(max(block.level, 2 if above else 1), above + 1)
                text = plain(block.spans)
                anchor = self._own(slug) if above == 1 and slug else self._anchor(slug, text)
                number = self._number(above) if self._assembled and slug not in UNNUMBERED else ""
                block = Heading(above, block.spans, text, number, anchor, block.volume)
            found.append(block)
        return found

    def _numbered(self, block: Block, slug: str) -> Block:
        if isinstance(block, Figure):
            number = "" if slug in UNNUMBERED else self._count("figure")
            anchor = self._anchor(slug, block.id or f"figure-{number}")
            return replace(
                block,
                number=number,
                anchor=anchor,
                alt=block.alt or f"{self._labels['figure']} {number}",
                drawing=own_drawing(block.drawing.svg, f"{anchor}-"),
            )
        return self._table(block, slug) if isinstance(block, Table) else block

    def _table(self, table: Table, slug: str) -> Table:
        if table.caption:
            number = "" if slug in UNNUMBERED else self._count("table")
            table = replace(table, number=number, anchor=self._anchor(slug, table.id or f"table-{number}"))
        prefix, width = f"{slug}-{table.anchor or 'table'}", len(table.columns)
        rows = tuple(
            replace(
                row,
                cells=tuple(
                    _owned(cell, f"{prefix}-{above * width + place}-") for place, cell in enumerate(row.cells)
                ),
                anchor=self._own(f"definitions-{row.defines}") if row.defines else "",
            )
            if row.defines or any(cell.picture for cell in row.cells)
            else row
            for above, row in enumerate(table.rows)
        )
        return with_decimals_in_line(replace(table, rows=rows))

    def _count(self, kind: str) -> str:
        self._counts[kind] += 1
        return str(self._counts[kind])

    def _number(self, level: int) -> str:
        if level == 1:
            return str(self._counts["chapter"])
        return f"{self._counts['chapter']}.{self._count('section')}" if level == 2 else ""

    def _anchor(self, slug: str, text: str) -> str:
        words = re.sub(r"[^\w]+", "-", text.lower()).strip("-") or "part"
        return self._own(f"{slug}-{words}" if slug else words)

    def _own(self, anchor: str) -> str:
        self._anchors[anchor] += 1
        return anchor if self._anchors[anchor] == 1 else self._own(f"{anchor}-{self._anchors[anchor]}")


def _owned(cell: TableCell, prefix: str) -> TableCell:
    """The cell with its picture made safe to stand in a page."""
    if cell.picture is None:
        return cell
    return replace(cell, picture=Picture(own_drawing(cell.picture.drawing.svg, prefix), cell.picture.alt))


def _referring(span: Span, known: Sequence[Block], labels: Mapping[str, str]) -> Span:
    if not span.refers:
        return span
    kind, _, id = span.refers.partition("-")
    type, label = _REFERRED[kind]
    found = next((block for block in known if isinstance(block, type) and block.id == id), None)
    if found is None or not found.number:
        return replace(span, refers="", text=span.text or labels["absent"])
    words = span.text or f"{labels[label]} {found.number}"
    return replace(span, refers="", text=words, link=f"#{found.anchor}")
