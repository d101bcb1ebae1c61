"""Every sheet of every file of a folder, with its header; sheets of one shape as one group."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from csanalysis.ingest.answers import workbook_answers
from csanalysis.ingest.coded import plain_cells
from csanalysis.ingest.files import read_sheets
from csanalysis.ingest.header import SEARCHED_ROWS, Header, find_header
from csanalysis.ingest.rows import begins_a_total
from csanalysis.ingest.sheets import Sheet, UnreadableFileError
from csanalysis.ingest.sources import ENDINGS
from csanalysis.ingest.words import trim_cells
from csanalysis.messages import Message, placed
from csanalysis.schema import TABLES, folded, folded_header

_ALIKE = 0.6  # of all headers of two sheets, for them to be two states of one export
_MOST_FILES = 2000


@dataclass(frozen=True)
class Page:
    """One sheet: its file, its cells, the place of its first row of data and its headers by place."""

    file: Path
    sheet: Sheet
    first_row: int
    names: dict[int, str]

    @property
    def titles(self) -> list[str]:
        """What stands above the header."""
        above = self.sheet.cells.iloc[: max(self.first_row - 1, 0)]
        return [cell for cell in above.to_numpy().ravel() if isinstance(cell, str)]

    @property
    def data(self) -> pd.DataFrame:
        """The rows of data under their headers, blank lines and totals left out."""
        rows = self.sheet.cells.iloc[self.first_row :]
        whole = rows.notna().any(axis=1).to_numpy()
        whole = whole & ~begins_a_total(rows, Header(self.first_row, {}, self.names, {}))
        return rows.loc[whole, list(self.names)].set_axis(list(self.names.values()), axis=1)


@dataclass
class Group:
    """Sheets with the same headers, in one file or many: most likely one table."""

    pages: list[Page] = field(default_factory=list)

    @cached_property
    def headers(self) -> list[str]:
        """Every header, in the order of the first sheet that has it."""
        return list(dict.fromkeys(name for page in self.pages for name in page.names.values()))

    @cached_property
    def data(self) -> pd.DataFrame:
        """All rows of data [str], a column a header; of two equal headers of one sheet the first."""
        parts = [page.data.loc[:, lambda rows: ~rows.columns.duplicated()] for page in self.pages]
        return pd.concat(parts, ignore_index=True).reindex(columns=self.headers)

    @property
    def files(self) -> list[Path]:
        """Its files, each once."""
        return list(dict.fromkeys(page.file for page in self.pages))

    @cached_property
    def called(self) -> str:
        """File names, sheet names and titles, in which the table may be named."""
        words = [word for page in self.pages[:20] for word in (page.file.stem, page.sheet.name, *page.titles)]
        return " ".join(dict.fromkeys(words))


@dataclass
class Folder:
    """What a folder holds: groups of sheets, what cannot be read, what is no table, our own work lists."""

    groups: list[Group] = field(default_factory=list)
    unreadable: list[Message] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    answers: list[Path] = field(default_factory=list)
    others: int = 0


def read_folder(folder: Path) -> Folder:
    """Every export in a folder and the folders in it."""
    found = Folder()
    pages: list[Page] = []
    seen: dict[tuple[str, ...], None] = {}
    for path in _files(folder, found):
        try:
            data = path.read_bytes()
            if workbook_answers(path.name, data) is not None:
                found.answers.append(path)
                continue
            sheets = read_sheets(path.name, data)
        except UnreadableFileError as error:
            found.unreadable.append(placed(path.name, error.message))
            continue
        except OSError as error:
            found.unreadable.append(
                Message(
                    "{name}: cannot be read ({error}); close it where it is open, or copy it",
                    "{name}：无法读取（{error}）；请关闭正打开它的程序，或另拷贝一份",
                    name=path.name,
                    error=error.strerror,
                )
            )
            continue
        for sheet in sheets:
            called = f"{path.name} {sheet.name}".strip()
            if sheet.hidden:
                found.hidden.append(called)
                continue
            page = _page(path, replace(sheet, cells=trim_cells(plain_cells(sheet.cells))), seen)
            if page is None:
                found.passed_over.append(called)
            else:
                pages.append(page)
    found.groups = grouped(pages)
    return found


def _files(folder: Path, found: Folder) -> Iterator[Path]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in paths[:_MOST_FILES]:
        if path.name.startswith(("~$", ".")):
            continue
        if path.suffix.lower() in ENDINGS:
            yield path
        else:
            found.others += 1


def _page(file: Path, sheet: Sheet, seen: dict[tuple[str, ...], None]) -> Page | None:
    """A sheet with its header; None where it is no table."""
    if sheet.headers is not None:
        return Page(file, sheet, 0, dict(enumerate(sheet.headers)))
    if sheet.cells.empty:
        return None
    header = _header(sheet, seen)
    if header is None or len(header.names) < 2 or header.first_row >= len(sheet.cells):
        return None
    return Page(file, sheet, header.first_row, header.names)


def _header(sheet: Sheet, seen: dict[tuple[str, ...], None]) -> Header | None:
    """The row that names the most columns of any table, else the first that looks like a header."""
    for place in range(min(SEARCHED_ROWS, len(sheet.cells))):
        row = _texts(sheet.cells, place)
        if tuple(row) in seen:
            return Header(place + 1, {}, {at: name for at, name in enumerate(row) if name}, {})
    known = [header for table in TABLES.values() if (header := find_header(sheet, table, {})) is not None]
    best = max(known, key=lambda header: len(header.columns), default=None)
    likely = _likely(sheet.cells)
    if best is None or (likely is not None and len(likely.names) > 2 * len(best.names)):
        best = likely
    if best is not None:
        seen[tuple(_texts(sheet.cells, best.first_row - 1))] = None
    return best


def _likely(cells: pd.DataFrame) -> Header | None:
    """The first row of words alone, all different, with filled rows as wide below it."""
    for place in range(min(SEARCHED_ROWS, len(cells) - 1)):
        row = _texts(cells, place)
        names = [name for name in row if name]
        below = cells.iloc[place + 1 : place + 6].notna().sum(axis=1)
        if (
            len(names) >= 3
            and len(set(names)) == len(names)
            and not any(re.search(r"\d{3}", name) for name in names)
            and (below >= max(2, len(names) / 3)).any()
        ):
            return Header(place + 1, {}, {at: name for at, name in enumerate(row) if name}, {})
    return None


def _texts(cells: pd.DataFrame, place: int) -> list[str]:
    return [" ".join(cell.split()) if isinstance(cell, str) else "" for cell in cells.iloc[place]]


def grouped(pages: Sequence[Page]) -> list[Group]:
    """Pages put together whose headers are the same, or nearly so in files of one name or one workbook."""
    groups: dict[frozenset[str], Group] = {}
    for page in pages:
        key = frozenset(folded_header(name) for name in page.names.values())
        groups.setdefault(key, Group()).pages.append(page)
    found: list[tuple[set[str], Group]] = []
    for key, group in groups.items():
        for known, other in found:
            alike = len(key & known) / len(key | known)
            if alike >= _ALIKE and _series(group.pages[0]) & _series(other.pages[0]):
                other.pages += group.pages
                known |= key
                break
        else:
            found.append((set(key), group))
    return [group for _, group in found]


def _series(page: Page) -> set[str]:
    """What pages of one series share: the workbook, or the file's name without its numbers."""
    return {
        f"book {page.file}",
        "name " + re.sub(r"\d+", "#", folded(page.file.name)) + str(page.file.parent),
    }
