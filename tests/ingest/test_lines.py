"""CSV read in one pass over its bytes is what the csv module makes of it, or is left to that."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from csanalysis.ingest import lines
from csanalysis.ingest.coded import plain_cells
from csanalysis.ingest.files import read_sheets
from csanalysis.ingest.lines import read_lines

PIECES = [
    "a",
    "车架号",
    '"',
    '""',
    '"b"',
    ",",
    ",",
    "\n",
    "\n",
    "\r\n",
    "\r",
    " ",
    "=",
    "",
    ";",
    "NULL",
    "１",
]


def expected(text):
    """Rows as the csv module has them, trimmed; what stands for nothing is empty."""
    rows = list(csv.reader(io.StringIO(text, newline="")))
    width = max(map(len, rows))
    cells = [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in rows]
    return [["" if cell == "NULL" else cell for cell in row] for row in cells]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@example('a,"b"\n"c",d')
@example('"a,b","say ""hi"""\r\n""x,"\n')
@example("a\r\nb\na,b,c\n\n")
@example('"a\nb",c\n')
def test_what_is_plain_is_read_as_the_csv_module_reads_it(text):
    found = read_lines(text.encode(), ",") if text.strip() else None
    if found is not None:
        assert plain_cells(found.cells).fillna("").to_numpy().tolist() == expected(text)
        rows = list(csv.reader(io.StringIO(text, newline="")))
        assert found.last == len(rows[-1])
        assert {width: count for width, count in found.widths.items() if count} == {
            width: [len(row) for row in rows].count(width) for width in {len(row) for row in rows}
        }


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('a,"b\nc",d\n', id="a line break in a cell"),
        pytest.param('a,b"c,d\n', id="a stray mark"),
        pytest.param('a,"b"c,d\n', id="a mark closed too early"),
        pytest.param('a ,"b" ,d\n', id="a blank behind a mark"),
        pytest.param("a,b\rc,d\r", id="line breaks of old"),
    ],
)
def test_what_is_not_plain_is_left_to_the_csv_module(text):
    assert read_lines(text.encode(), ",") is None


def test_blocks_join_without_a_seam(monkeypatch):
    rows = [[f"RO{number}", "甲" * (number % 7), f'"{number},5"'][: 1 + number % 3] for number in range(500)]
    text = "\n".join(map(",".join, rows))
    whole = read_lines(text.encode(), ",")
    monkeypatch.setattr(lines, "_BLOCK", 64)
    in_blocks = read_lines(text.encode(), ",")
    assert plain_cells(in_blocks.cells).equals(plain_cells(whole.cells))
    assert plain_cells(whole.cells).fillna("").to_numpy().tolist() == expected(text)
    assert (in_blocks.widths, in_blocks.last) == (whole.widths, whole.last)


def test_cells_that_differ_in_their_blanks_alone_are_one():
    (sheet,) = read_sheets("a.csv", b'a,b\n x ,x\n"x",NULL\nx,\n')
    assert sheet.cells[0].cat.categories.tolist() == ["a", "x"]
    assert plain_cells(sheet.cells).fillna("").to_numpy().tolist() == [
        ["a", "b"],
        ["x", "x"],
        ["x", ""],
        ["x", ""],
    ]
