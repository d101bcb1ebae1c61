"""Find the header among the first rows of a sheet, and which column each cell of it names."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from csanalysis.ingest.sheets import Sheet
from csanalysis.messages import Message, joined
from csanalysis.schema import Column, Table, folded_header, header_unit, names_of, nearest

SEARCHED_ROWS = 30

# Units that change what a bare number means; others (km, 元) say what the column holds anyway.
_SCALING_UNITS = re.compile(r"万.*|千元|千|miles?|mi|英里")


@dataclass(frozen=True)
class Header:
    """Where a sheet's columns stand.

    ``first_row`` is the place of the first row of data; ``columns`` gives the place of each column found;
    ``names`` what the header says at each place; ``units`` the units of columns that are not written in ours.
    """

    first_row: int
    columns: dict[str, int]
    names: dict[int, str]
    units: dict[str, str]

    @property
    def unused(self) -> list[str]:
        """Headers, as they stand, that no column was read from."""
        used = set(self.columns.values())
        return [name for place, name in self.names.items() if place not in used]


def find_header(
    sheet: Sheet, table: Table, mapping: Mapping[str, str], others: Collection[str] = ()
) -> Header | None:
    """The header of a sheet; None where none of its first rows names two columns, or all required ones.

    ``mapping`` holds the params' ``columns``; ``others`` are headers that are read in another way, and make a
    row the likelier header.
    """
    wanted = {folded_header(name) for name in others}
    known = _known_headers(table, mapping)
    if sheet.headers is not None:
        candidates = [(0, list(sheet.headers))]
    else:
        rows = _first_rows(sheet.cells)
        single = [(place + 1, row) for place, row in enumerate(rows)]
        # A header merged over two rows leaves the lower cell empty; a group's title stands above its columns.
        double = [
            (place + 2, [lower or upper for upper, lower in zip(*pair, strict=True)])
            for place, pair in enumerate(pairwise(rows))
        ]
        candidates = single + double  # max() takes the first of equals: one row wins over two
    found = [(first_row, _places(row, known), row) for first_row, row in candidates]

    def named(row: Sequence[str]) -> int:
        return sum(folded_header(cell) in wanted for cell in row if cell) if wanted else 0

    first_row, columns, row = max(found, key=lambda part: len(part[1]) + named(part[2]), default=(0, {}, []))
    if len(columns) + named(row) < 2 and not (columns and set(table.required) <= set(columns)):
        return None
    names = {
        place: name or f"(column {_letters(place)})"
        for place, name in enumerate(row)
        if name or sheet.cells[place].iloc[first_row:].notna().any()
    }
    units = {
        column: unit
        for column, place in columns.items()
        if table.by_name[column].kind in ("number", "integer", "fraction")
        and _SCALING_UNITS.fullmatch(unit := header_unit(row[place]))
    }
    return Header(first_row, columns, names, units)


def missing_columns_problem(header: Header, table: Table, supplied: Collection[str] = ()) -> Message | None:
    """What to say of a header that lacks required columns; None where none is lacking.

    ``supplied`` are columns that the source gives in another way.
    """
    lacking = [name for name in table.required if name not in header.columns and name not in supplied]
    seen_names = joined(header.names.values())
    if lacking:
        unused = [name for name in header.unused if not name.startswith("(column ")]
        guesses = [
            (seen, name)
            for name in lacking
            for seen in unused
            if nearest(folded_header(seen), map(folded_header, names_of(table, name))).startswith("; did")
        ]
        placeholder = Message("<this store's header>", "<本店的表头>")
        seen, name = guesses[0] if guesses else (unused[0] if unused else placeholder, lacking[0])
        return Message(
            "lacks the required column{s} {wanted}; headers seen: {headers}; map this store's own header "
            "under sources.{table}.columns, such as '{seen}: {name}'",
            "缺少必需的列 {wanted}；现有表头：{headers}；请在 sources.{table}.columns 下写明本店的表头，"
            "如“{seen}: {name}”",
            s="s" * (len(lacking) > 1),
            wanted=joined(_named(table.by_name[name]) for name in lacking),
            headers=seen_names,
            table=table.name,
            seen=seen,
            name=name,
        )
    if table.any_of and not set(table.any_of) & {*header.columns, *supplied}:
        return Message(
            "has neither {columns}; headers seen: {headers}; map one under sources.{table}.columns",
            "没有 {columns} 中的任何一列；现有表头：{headers}；请在 sources.{table}.columns 下写明其一",
            columns=joined(table.any_of, " nor "),
            headers=seen_names,
            table=table.name,
        )
    return None


def _named(column: Column) -> Message:
    """A column's own name and the Chinese one, the reader's language first."""
    return Message("{name} ({zh})", "{zh}（{name}）", name=column.name, zh=column.zh)


def no_header_problem(sheets: Sequence[Sheet], table: Table) -> Message:
    """What to say where no sheet has a header."""
    seen = next((row for sheet in sheets if (row := _likely_header(sheet))), None)
    return Message(
        "has no header in the first {rows} rows that names {examples}; {shown}map this store's headers "
        "under sources.{table}.columns",
        "前 {rows} 行里没有写着 {examples} 的表头；{shown}请在 sources.{table}.columns 下写明本店的表头",
        rows=SEARCHED_ROWS,
        examples=joined(
            Message("{zh} ({name})", "{zh}（{name}）", name=name, zh=table.by_name[name].zh)
            for name in table.required
        ),
        shown=Message("headers seen: {seen}; ", "现有表头：{seen}；", seen=joined(seen)) if seen else "",
        table=table.name,
    )


def _likely_header(sheet: Sheet) -> list[str]:
    """The fullest of the first rows, unless it holds figures: then it is data, and not to be shown."""
    rows = [sheet.headers] if sheet.headers is not None else _first_rows(sheet.cells)
    fullest = max(([cell for cell in row if cell] for row in rows), key=len, default=[])
    return [] if any(re.search(r"\d{3}", cell) for cell in fullest) else list(fullest)


def column_under(header: str, table: Table, mapping: Mapping[str, str]) -> str | None:
    """The column that a header names, by the params' ``mapping`` or by itself; None for a header of none."""
    _, column = _known_headers(table, mapping).get(folded_header(header), (0, None))
    return column


def _known_headers(table: Table, mapping: Mapping[str, str]) -> dict[str, tuple[int, str]]:
    """Folded header → (rank, column): the params' first, then our names, then aliases in their order."""
    known: dict[str, tuple[int, str]] = {}
    ours = [(header, column) for header, column in mapping.items() if column in table.by_name]
    aliases = [(alias, column.name) for column in table.columns for alias in names_of(table, column.name)]
    own = [(name, name) for name in table.by_name] + [(column.zh, column.name) for column in table.columns]
    for rank, (header, column) in enumerate(ours + own + aliases):
        known.setdefault(folded_header(header), (rank, column))
    return known


def _places(row: Sequence[str], known: Mapping[str, tuple[int, str]]) -> dict[str, int]:
    """Place of each column that a row names; of two headers for one column the better known wins."""
    best: dict[str, tuple[int, int]] = {}
    for place, cell in enumerate(row):
        if cell and (match := known.get(folded_header(cell))):
            rank, column = match
            best[column] = min(best.get(column, (rank, place)), (rank, place))
    return {column: place for column, (_, place) in best.items()}


def _first_rows(cells: pd.DataFrame) -> list[list[str]]:
    """The rows among which a header is looked for, as text; column by column, for there may be thousands."""
    told = [[_cell(cell) for cell in column.array[:SEARCHED_ROWS]] for _, column in cells.items()]
    return [list(row) for row in zip(*told, strict=True)]


def _cell(cell: object) -> str:
    return " ".join(cell.split()) if isinstance(cell, str) else ""


def _letters(place: int) -> str:
    """``A`` for 0, ``AA`` for 26, as Excel names columns."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
