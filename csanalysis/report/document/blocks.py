"""What a document is made of, as types: both exporters set these, and the contract reads them.

A ``volume`` says where a block stands that is not in every one (:mod:`csanalysis.report.document.volumes`).
A block knows no number and no anchor until :func:`csanalysis.report.document.document.document` has given it
one; every change makes another block, so one that is shown twice is never numbered twice.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from csanalysis.display.drawing import Drawing
from csanalysis.display.tables.layout import Number, Span, Table, Volume


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; ``number`` is such as "2.1", empty in a notebook of its own."""

    level: int
    spans: tuple[Span, ...]
    text: str = ""
    number: str = ""
    anchor: str = ""
    volume: Volume = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words."""

    spans: tuple[Span, ...]
    volume: Volume = ""


@dataclass(frozen=True, slots=True)
class Aside:
    """Small words, such as where a table is that is not here."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, counted from ``start`` if it is ordered; each item is blocks."""

    ordered: bool
    start: int
    items: tuple[tuple["Block", ...], ...]
    volume: Volume = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """Blocks set apart, such as what says why a table cannot be."""

    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Text as it is written."""

    text: str


@dataclass(frozen=True, slots=True)
class Failure:
    """What a cell that failed says."""

    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A line between parts."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its title, the same in words, and a note."""

    drawing: Drawing
    title: str = ""
    alt: str = ""
    note: str = ""
    id: str = ""
    number: str = ""
    anchor: str = ""
    volume: Volume = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A key figure; ``about`` is the anchor of its definition."""

    label: str
    text: str
    note: str
    tone: str
    number: Number | None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Cards:
    """Key figures in a row."""

    cards: tuple[Card, ...]


Block = Heading | Paragraph | Aside | Bullets | Quote | Code | Failure | Rule | Table | Figure | Cards

KINDS: Mapping[type, str] = {
    Heading: "heading",
    Paragraph: "paragraph",
    Aside: "aside",
    Bullets: "list",
    Quote: "quote",
    Code: "code",
    Failure: "failure",
    Rule: "rule",
    Table: "table",
    Figure: "figure",
    Cards: "cards",
}
"""What both templates call each type."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter; ``short`` is its title's words before a colon."""

    title: str
    short: str
    number: str
    anchor: str
    sections: tuple[Heading, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the title page."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report, or one notebook by itself.

    ``tag`` is the language by BCP 47, ``compact`` asks for no title page, ``dense`` for small margins too,
    ``made`` is an ISO date or empty, ``caveats`` are what the first page must own up to, a sentence each,
    ``accent`` a colour in place of the report's own, ``logo`` a picture as a data address, ``reading`` how
    to read what follows, a sentence each.
    """

    language: str
    tag: str
    labels: Mapping[str, str]
    title: str
    subtitle: str
    dealership: str
    running: str
    assembled: bool
    compact: bool
    facts: tuple[Fact, ...]
    caveats: tuple[str, ...]
    made: str
    chapters: tuple[Chapter, ...]
    accent: str = ""
    logo: str = ""
    dense: bool = False
    reading: tuple[str, ...] = ()

    def blocks(self) -> Iterator[Block]:
        """Every block of every chapter, those within others too."""
        for chapter in self.chapters:
            yield from nested(chapter.blocks)


def nested(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks, and after each those within it."""
    for block in blocks:
        yield block
        match block:
            case Quote(inner):
                yield from nested(inner)
            case Bullets():
                for item in block.items:
                    yield from nested(item)


def changed(blocks: Iterable[Block], change: Callable[[Block], Block]) -> tuple[Block, ...]:
    """Blocks and those within them, each as ``change`` makes it."""
    return tuple(_changed(block, change) for block in blocks)


def _changed(block: Block, change: Callable[[Block], Block]) -> Block:
    match block:
        case Quote(inner):
            return Quote(changed(inner, change))
        case Bullets():
            return replace(block, items=tuple(changed(item, change) for item in block.items))
        case _:
            return change(block)
