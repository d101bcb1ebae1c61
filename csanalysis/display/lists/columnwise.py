"""A sheet whose rows below the head are given column by column: cell by cell takes four times as long."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

Value = str | float | datetime | None

MOST_LETTERS = 32_767
"""Letters that a cell holds; what is longer ends in an ellipsis."""

_POINTS = 0.75  # of a pixel, in which XlsxWriter keeps heights


class ColumnSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """A sheet of XlsxWriter; what is written cell by cell stands in its first row alone."""

    dim_rowmax: int | None

    def __init__(self) -> None:
        super().__init__()
        self._ready: dict[int, list[str]] = {}

    def put_column(self, place: int, values: Sequence[Value], form: Any = None) -> None:
        """Write a column's cells from the second row on; None is an empty cell of that look."""
        style = f'" s="{form._get_xf_index()}"' if form else '"'
        ends: dict[Value, str] = {None: f"{style}/>" if form else ""}
        for value in values:
            if value not in ends:
                ends[value] = f"{style}{self._content(value)}</v></c>"
        self._ready[place] = [ends[value] for value in values]
        # The table of texts has counted each once; what it says of itself is how often all are used.
        self.str_table.count += sum(isinstance(value, str) for value in values)
        self.str_table.count -= sum(isinstance(value, str) for value in ends)
        if values:
            self._check_dimensions(1, place)
            self._check_dimensions(len(values), place)

    def _content(self, value: Value) -> str:
        if isinstance(value, str):
            said = value if len(value) <= MOST_LETTERS else f"{value[: MOST_LETTERS - 1]}…"
            return f' t="s"><v>{self.str_table._get_shared_string_index(said)}'
        number = self._convert_date_time(value) if isinstance(value, datetime) else value
        return f"><v>{number:.16G}"

    def _write_rows(self) -> None:
        last, self.dim_rowmax = self.dim_rowmax, 0
        super()._write_rows()
        self.dim_rowmax = last
        columns = sorted(self._ready)
        letters = [f'<c r="{xl_col_to_name(place)}' for place in columns]
        heights = self.row_info
        for row, ends in enumerate(zip(*(self._ready[place] for place in columns), strict=True), start=1):
            number = str(row + 1)
            tall = f' ht="{heights[row].height * _POINTS:g}" customHeight="1"' if row in heights else ""
            cells = "".join([start + number + end for start, end in zip(letters, ends, strict=True) if end])
            self.fh.write(f'<row r="{number}"{tall}>{cells}</row>')
