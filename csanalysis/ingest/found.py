"""Which sheets of a file hold rows of a table: those with its header, and those that go on without one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from csanalysis.ingest.cells import parse
from csanalysis.ingest.header import Header, find_header, missing_columns_problem, no_header_problem
from csanalysis.ingest.reshaping import read_otherwise, supplied
from csanalysis.ingest.sheets import Sheet
from csanalysis.ingest.words import trim_cells
from csanalysis.messages import Message, joined, placed
from csanalysis.params import Source
from csanalysis.schema import Table

Part = tuple[str, Sheet, Header]  # file name, sheet, and where its columns stand

_LIKE_ROWS = 0.8  # of the first cells must be readable where a sheet goes on without a header
_FEWEST_COLUMNS, _FEWEST_ROWS = 3, 2  # of a table, rather than of remarks


@dataclass(frozen=True)
class Found:
    """Sheets with a usable header, names of those passed over, problems, and what to say of them."""

    parts: list[Part] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    problems: list[Message] = field(default_factory=list)
    warnings: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "Found") -> "Found":
        return Found(
            self.parts + other.parts,
            self.skipped + other.skipped,
            self.problems + other.problems,
            self.warnings + other.warnings,
            self.notes + other.notes,
        )


def with_headers(file: str, sheets: Sequence[Sheet], table: Table, source: Source) -> Found:
    """What the sheets of one file hold of a table."""
    named = bool(source.sheet) and "*" not in source.sheet
    found = Found()
    lacking: list[tuple[str, Sheet, Message]] = []
    for sheet in sheets:
        if sheet.hidden:
            found.skipped.append(f"{file} {sheet.name}")
            found.notes["hidden_sheets"] += 1
            continue
        sheet = replace(sheet, cells=trim_cells(sheet.cells))
        header = find_header(sheet, table, source.columns, read_otherwise(source))
        if header is None and found.parts and not named:
            header = _continued(sheet, found.parts[-1], table)
        if header is None:
            if named:
                found.problems.append(placed(_where(file, sheet), no_header_problem([sheet], table)))
            elif sheet.cells.size and sheet.cells.notna().to_numpy().any():
                found.skipped.append(f"{file} {sheet.name}")
                found.warnings["sheets_not_read"] += _like_a_table(sheet)
        elif line := missing_columns_problem(header, table, supplied(table, source)):
            if not named and _few(header, table):
                lacking.append((f"{file} {sheet.name}", sheet, line))
            else:
                found.problems.append(placed(_where(file, sheet), line))
        else:
            if line := _uncalculated(sheet, header):
                found.problems.append(placed(_where(file, sheet), line))
            found.parts.append((file, sheet, header))
    return _judged(file, sheets, table, found, lacking)


def _judged(
    file: str,
    sheets: Sequence[Sheet],
    table: Table,
    found: Found,
    lacking: Sequence[tuple[str, Sheet, Message]],
) -> Found:
    """A sheet that names few of the columns is a summary beside the data; alone it is a problem."""
    if found.parts:
        found.skipped.extend(name for name, _, _ in lacking)
        found.warnings["sheets_not_read"] += sum(_like_a_table(sheet) for _, sheet, _ in lacking)
        return found
    found.problems.extend(placed(_where(file, sheet), line) for _, sheet, line in lacking)
    if not found.problems:
        found.problems.append(placed(file, no_header_problem([s for s in sheets if not s.hidden], table)))
    return replace(found, skipped=[], warnings=Counter(), notes=Counter())


def _where(file: str, sheet: Sheet) -> str:
    if not sheet.name:
        return file
    return Message("{file} (sheet {name})", "{file}（工作表 {name}）", file=file, name=sheet.name)


def _few(header: Header, table: Table) -> bool:
    """Whether a header names fewer than half of the required columns."""
    return 2 * sum(name in header.columns for name in table.required) < len(table.required)


def _like_a_table(sheet: Sheet) -> int:
    wide = sheet.cells.notna().sum(axis=1) >= _FEWEST_COLUMNS
    return int(wide.sum() >= _FEWEST_ROWS)


def _continued(sheet: Sheet, before: Part, table: Table) -> Header | None:
    """The header of the sheet before, where this one's rows go on under it from the first line."""
    header = before[2]
    width = sheet.cells.shape[1]
    if before[1].headers is not None or width > before[1].cells.shape[1] or sheet.cells.empty:
        return None
    for name in table.required:
        if header.columns[name] >= width:
            return None
        cells: pd.Series = sheet.cells[header.columns[name]]
        parsed = parse(cells, table.by_name[name], {})
        whole = parsed.values.notna() if not table.by_name[name].vocabulary else cells.notna()
        if whole.mean() < _LIKE_ROWS or not whole.iloc[0]:
            return None
    return replace(
        header,
        first_row=0,
        columns={name: place for name, place in header.columns.items() if place < width},
        names={place: name for place, name in header.names.items() if place < width},
    )


def _uncalculated(sheet: Sheet, header: Header) -> Message | None:
    """What to say where a column that is read holds formulas without their values."""
    # Leading columns without a cell are left out of neither count: places are the workbook's own.
    columns = [name for name, place in header.columns.items() if sheet.formulas.get(place)]
    if not columns:
        return None
    return Message(
        "{columns} holds {count} formulas that were never calculated; open it in Excel, save it, and export "
        "or copy it again",
        "{columns} 里有 {count} 个从未计算过的公式；请用 Excel 打开、保存后再用",
        columns=joined(columns),
        count=sum(sheet.formulas[header.columns[name]] for name in columns),
    )
