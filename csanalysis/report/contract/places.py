"""Every text that a reader of a report can meet, with the place where it stands."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from csanalysis.display.tables.layout import Table
from csanalysis.report.contract.office import office_words
from csanalysis.report.document.blocks import (
    Block,
    Bullets,
    Cards,
    Code,
    Document,
    Failure,
    Figure,
    Heading,
    Paragraph,
    Quote,
)
from csanalysis.report.document.markdown import plain
from csanalysis.report.document.outputs import CARDS, SVG, TABLE, as_data

Place = tuple[str, str]
"""Where, and the text there."""

Pieces = Mapping[str, None]
"""What is said between two signs that no name and no number has in it, each thing once."""

_BETWEEN_WORDS = " · "
_COMPUTED = re.compile(r"(?<=\d)\.\d{12,}(?![\d.])")
SHIPPED = ("metrics.json", "run.json", "calendar.ics")
"""Text that leaves the house beside pages and notebooks; metrics.parquet says what metrics.json does."""
SHIPPED_OFFICE = ("numbers.xlsx", "plan.pptx", "review.pptx", "meeting.pptx", "calendar-draft.xlsx")


def places_of(document: Document) -> list[Place]:
    """The texts of an exported document, each named by chapter, caption and row."""
    opening = (document.title, document.subtitle, document.running, *document.caveats)
    found = [("", words) for words in opening]
    for chapter in document.chapters:
        found += [
            (_BETWEEN_WORDS.join(filter(None, (chapter.title, where))), text)
            for where, text in _texts(chapter.blocks)
            if text
        ]
    return found


def shipped_texts(folder: Path, notebooks: Iterable[NotebookNode]) -> list[Place]:
    """All that the shipped files and the notebooks say, so that nothing hides behind the page."""
    paths = [path for name in SHIPPED if (path := folder / name).is_file()]
    office = [path for name in SHIPPED_OFFICE if (path := folder / name).is_file()]
    return [
        # What stands between two quotes is whole: a string of JSON, or the numbers between two of them.
        *((path.name, _once(path.read_text(encoding="utf-8").split('"'))) for path in paths),
        *((path.name, _once(office_words(path))) for path in office),
        *(
            (f"{notebook.metadata['csanalysis']['chapter']}.ipynb", _once(_said(notebook)))
            for notebook in notebooks
        ),
    ]


def pieces(texts: Iterable[str]) -> Pieces:
    """The texts in pieces: pages, cells and files say the same things many times.

    Numbers with a computed fraction are as one: none of them is looked for, and there are tens of thousands.
    """
    once: dict[str, None] = {}
    for text in texts:
        for sign in '<>"':
            text = text.replace(sign, "\n")
        once |= dict.fromkeys(text.split("\n"))
    return dict.fromkeys(_COMPUTED.sub(".0", "\n".join(once)).split("\n"))


def _once(said: Iterable[str]) -> str:
    """What is said, each thing once: metrics.json repeats its words tens of thousands of times."""
    return "\n".join(dict.fromkeys(said))


def _said(node: Any) -> Iterator[str]:
    """Every string of a notebook but the figures, which the page has too."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for name, child in node.items():
            if name != SVG:
                yield from _said(as_data(child) if name in (TABLE, CARDS) else child)
    elif isinstance(node, list):
        for child in node:
            yield from _said(child)


def _texts(blocks: Iterable[Block]) -> Iterator[Place]:
    for block in blocks:
        match block:
            case Table():
                yield from _table(block)
            case Figure(drawing, title, alt, note):
                yield from ((title, text) for text in (title, alt, note, *drawing.words))
            case Cards(cards):
                for card in cards:
                    yield card.label, _BETWEEN_WORDS.join((card.label, card.text, card.note))
            case Bullets():
                for item in block.items:
                    yield from _texts(item)
            case Quote(inner):
                yield from _texts(inner)
            case Heading() | Paragraph():
                yield "", plain(block.spans)
            case Code(text) | Failure(text):
                yield "", text


def _table(table: Table) -> Iterator[Place]:
    caption = table.caption
    yield from ((caption, text) for text in (caption, table.note))
    yield from ((caption, column.label) for column in table.columns)
    for number, row in enumerate(table.rows, start=1):
        for column, cell in zip(table.columns, row.cells, strict=True):
            where = _BETWEEN_WORDS.join(filter(None, (caption, f"{number}", column.label)))
            yield where, plain(cell.spans)
            if cell.picture:
                yield from ((where, text) for text in (cell.picture.alt, *cell.picture.drawing.words))
