"""The first sheet of the callers' workbook: short tables and sentences, one below the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from csanalysis.display.lists.columns import Style
from csanalysis.display.lists.sheets import LINE, Pens, plain_sheet, width_of, write_cell

WIDTHS = (28, 20, *(13,) * 8)
"""Columns of the sheet; the first holds names."""

_LETTERS = sum(WIDTHS)


@dataclass(frozen=True)
class Grid:
    """A short table: what its columns are headed, how each is written, its rows; the last may be a total."""

    heads: tuple[str, ...]
    styles: tuple[Style, ...]
    rows: Sequence[tuple[Any, ...]]
    total: bool = False


@dataclass(frozen=True)
class Block:
    """A heading with sentences and a table below it."""

    heading: str
    lines: tuple[str, ...] = ()
    grid: Grid | None = None


def write_week(workbook: Any, name: str, title: str, blocks: Sequence[Block], pens: Pens) -> None:
    """Write the blocks on a sheet of their own."""
    sheet = workbook.add_worksheet(name)
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    sheet.set_row(0, 26)
    sheet.merge_range(0, 0, 0, len(WIDTHS) - 1, "", pens.title)
    sheet.write_string(0, 0, title, pens.title)
    row = 1
    for block in blocks:
        row = _write_block(sheet, row + 1, block, pens)
    plain_sheet(sheet, title, name)


def _write_block(sheet: Any, row: int, block: Block, pens: Pens) -> int:
    """Write a block from a row on; returns the first row below it."""
    sheet.write_string(row, 0, block.heading, pens.heading)
    row += 1
    for line in block.lines:
        sheet.merge_range(row, 0, row, len(WIDTHS) - 1, "", pens.prose)
        sheet.write_string(row, 0, line, pens.prose)
        sheet.set_row(row, LINE * ceil(width_of(line) / _LETTERS))
        row += 1
    if block.grid is None:
        return row
    grid = block.grid
    lines = max(ceil(width_of(head) / (width - 2)) for head, width in zip(grid.heads, WIDTHS, strict=False))
    sheet.set_row(row, LINE * lines + 2)
    for place, (head, style) in enumerate(zip(grid.heads, grid.styles, strict=True)):
        sheet.write_string(row, place, head, pens.header if style == "text" else pens.header_of_numbers)
    for number, cells in enumerate(grid.rows, start=1):
        total = grid.total and number == len(grid.rows)
        for place, (cell, style) in enumerate(zip(cells, grid.styles, strict=True)):
            write_cell(sheet, row + number, place, cell, style, pens.boxed(style, bold=total))
        lines = max(
            ceil(width_of(str(cell)) / (width - 1))
            for cell, width, style in zip(cells, WIDTHS, grid.styles, strict=False)
            if style == "text"
        )
        sheet.set_row(row + number, LINE * lines)
    return row + len(grid.rows) + 1
