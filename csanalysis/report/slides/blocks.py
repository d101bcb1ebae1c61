"""What a slide is made of: lines, cards, tables and charts whose every number knows where it comes from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from csanalysis.catalogue import Format, Language, text
from csanalysis.display.tables.model import Cell, ReportTable


@dataclass(frozen=True)
class Line:
    """A sentence, and the cells of the numbers in it."""

    text: str
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True)
class Lines:
    """Sentences, one below the other."""

    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Card:
    """One large number: what it is, and a line below that sets it beside another."""

    label: str
    number: Cell
    below: Line


@dataclass(frozen=True)
class Cards:
    """Large numbers side by side."""

    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Series:
    """One line, or the columns of one colour: a cell a category."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Chart:
    """A chart that can be edited in the program that shows it."""

    title: str
    kind: Literal["columns", "stacked", "bars", "lines"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    format: Format = "count"


@dataclass(frozen=True)
class Beside:
    """Blocks beside each other, as wide as ``shares`` say."""

    blocks: tuple["Block", ...]
    shares: tuple[float, ...]


Block = Lines | Cards | ReportTable | Chart | Beside


@dataclass(frozen=True)
class Slide:
    """A title and its blocks, ``beside`` or ``below`` each other, which share the room as ``shares`` say."""

    name: str
    title: Line
    blocks: tuple[Block, ...]
    way: Literal["beside", "below"] = "below"
    shares: tuple[float, ...] = field(default=())

    @property
    def cells(self) -> Iterator[Cell]:
        """Every number on the slide."""
        for cell in self.title.cells:
            yield from cell.numbers
        for block in self.blocks:
            yield from block_cells(block)


def slide_of(
    name: str,
    title: Line,
    blocks: Sequence[Block | None],
    *,
    way: Literal["beside", "below"] = "below",
    shares: Sequence[float],
) -> Slide:
    """A slide of the blocks that there are."""
    there = [(block, share) for block, share in zip(blocks, shares, strict=True) if block is not None]
    return Slide(name, title, tuple(block for block, _ in there), way, tuple(share for _, share in there))


def block_cells(block: Block) -> Iterator[Cell]:
    """Every number of a block, in the order in which it is read."""
    cells: list[Cell]
    match block:
        case Lines(lines):
            cells = [cell for line in lines for cell in line.cells]
        case Cards(cards):
            cells = [cell for card in cards for cell in (card.number, *card.below.cells)]
        case Chart():
            cells = [cell for series in block.series for cell in series.cells]
        case Beside(blocks):
            cells = [cell for inner in blocks for cell in block_cells(inner)]
        case ReportTable():
            cells = [cell for row in block.rows for cell in row.cells]
    for cell in cells:
        yield from cell.numbers


def line(key: str, language: Language, **parts: Cell | str) -> Line:
    """A text of the catalogue with cells filled in."""
    said = {name: part.text if isinstance(part, Cell) else part for name, part in parts.items()}
    return Line(text(key, language, **said), tuple(part for part in parts.values() if isinstance(part, Cell)))


def known(*cells: Cell) -> bool:
    """Whether all of these numbers are there and defined."""
    return all(cell.value is not None or bool(cell.parts) for cell in cells)
