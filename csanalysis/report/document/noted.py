"""A manager's comment below the heading of its section: words alone, whatever they look like."""

import re
from collections.abc import Iterable, Iterator, Mapping

from nbformat import NotebookNode

from csanalysis.display.tables.layout import Span
from csanalysis.report.document.blocks import Block, Heading, Paragraph, Quote
from csanalysis.report.document.markdown import plain


def noted(blocks: Iterable[Block], cell: NotebookNode, labels: Mapping[str, str]) -> list[Block]:
    """The blocks of a Markdown cell, each comment that the cell was given right below its heading."""
    notes = cell.metadata.get("csanalysis", {}).get("notes", ())
    return [each for block in blocks for each in (block, *_below(block, notes, labels))]


def _below(block: Block, notes: Iterable[tuple[str, str]], labels: Mapping[str, str]) -> Iterator[Quote]:
    if isinstance(block, Heading):
        said = plain(block.spans)
        for words, text in notes:
            if words == said:
                yield _quoted(text, labels)


def _quoted(text: str, labels: Mapping[str, str]) -> Quote:
    """A comment set apart; an empty line begins a paragraph, a line end is kept."""
    paragraphs: list[Paragraph] = []
    for part in re.split(r"\n(?:\s*\n)+", text):
        spans = [] if paragraphs else [Span(labels["noted"], bold=True)]
        spans += [Span(said) for line in part.split("\n") for said in ("\n", line)][1:]
        paragraphs.append(Paragraph(tuple(spans)))
    return Quote(tuple(paragraphs))
