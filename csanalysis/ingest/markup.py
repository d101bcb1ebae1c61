"""Web pages and XML that systems save as ``.xls``: HTML tables, SpreadsheetML of 2003, MHT archives."""

import email
import email.policy
import re
from collections.abc import Callable
from html.parser import HTMLParser
from xml.parsers import expat

from csanalysis.ingest.sheets import Merge, Sheet, UnreadableFileError, text_cells

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_MHT = re.compile(rb"^\s*(mime-version|content-type|from|date|subject|message-id|x-\w+):", re.IGNORECASE)
_NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_MOST_COLUMNS = 16_384


def is_markup(data: bytes) -> bool:
    """Whether a file is a web page, an XML workbook or an archive of web pages."""
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"<") or bool(_MHT.match(head) and b"multipart/" in data[:2000].lower())


def markup_sheets(data: bytes, decoded: Callable[[bytes], str]) -> list[Sheet]:
    """Every table of a page, or every sheet of an XML workbook.

    Raises
    ------
    UnreadableFileError
        No table in it, XML that breaks off, or a text that no encoding fits.
    """
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith(b"<"):
        sheets = [sheet for page in _pages(data) for sheet in _tables(_text(page, decoded))]
    elif b"<?mso-application" in head or _NAMESPACE.encode() in data[:5000]:
        sheets = _xml_sheets(data)
    else:
        sheets = _tables(_text(data, decoded))
    sheets = [sheet for sheet in sheets if min(sheet.cells.shape) > 1]  # a lone cell is layout, no table
    if not sheets:
        raise UnreadableFileError(
            "is a web page without a table; open it in Excel and save it as XLSX",
            "其实是网页，里面没有表格；请用 Excel 打开后另存为 XLSX",
        )
    return sheets


def _text(data: bytes, decoded: Callable[[bytes], str]) -> str:
    """A page in the charset it names, where that fits: a page of GBK often calls itself gb2312."""
    named = _CHARSET.search(data[:3000])
    charset = named.group(1).decode().lower() if named else ""
    charset = "gb18030" if charset in ("gb2312", "gbk", "gb_2312-80") else charset
    try:
        return data.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return decoded(data)


def _pages(data: bytes) -> list[bytes]:
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    parts = [part for part in message.walk() if part.get_content_type() == "text/html"]
    payloads = [part.get_payload(decode=True) for part in parts]
    return [payload for payload in payloads if isinstance(payload, bytes)]


class _Page(HTMLParser):
    """Collects the rows of every innermost table, with what its cells span."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[tuple[str, int, int]]]] = []
        self._open: list[list[list[tuple[str, int, int]]]] = []
        self._cell: list[str] | None = None
        self._spans = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._close_cell()
            self._open.append([])
        elif tag == "tr" and self._open:
            self._close_cell()
            self._open[-1].append([])
        elif tag in ("td", "th") and self._open:
            self._close_cell()
            if not self._open[-1]:
                self._open[-1].append([])
            self._cell = []
            given = dict(attrs)
            self._spans = (_span(given.get("rowspan")), _span(given.get("colspan")))
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._close_cell()
        if tag == "table" and self._open:
            self.tables.append(self._open.pop())

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def close(self) -> None:
        super().close()
        self._close_cell()
        while self._open:
            self.tables.append(self._open.pop())

    def _close_cell(self) -> None:
        if self._cell is not None and self._open and self._open[-1]:
            self._open[-1][-1].append((" ".join("".join(self._cell).split()), *self._spans))
        self._cell = None


def _span(written: str | None) -> int:
    return min(max(int(written), 1), 1000) if written and written.isdecimal() else 1


def _tables(text: str) -> list[Sheet]:
    page = _Page()
    page.feed(text)
    page.close()
    sheets = [_laid_out(table, "") for table in page.tables]
    if len(sheets) == 1:
        return sheets
    return [Sheet(f"table {number}", s.cells, merged=s.merged) for number, s in enumerate(sheets, 1)]


def _laid_out(table: list[list[tuple[str, int, int]]], name: str, *, numbered: bool = False) -> Sheet:
    """Cells in their columns: what spans several rows takes its column in the rows below.

    Where the cells are ``numbered`` they have been put into their columns already.
    """
    grid: list[dict[int, str]] = []
    taken: set[tuple[int, int]] = set()
    merged: list[Merge] = []
    for row, cells in enumerate(table):
        line: dict[int, str] = {}
        column = 0
        for text, rows, columns in cells:
            while (row, column) in taken:
                column += 1
            line[column] = text
            if rows > 1 or columns > 1:
                merged.append((row, column, min(row + rows, len(table)) - 1, column + columns - 1))
                if not numbered:
                    taken |= {(row + down, column) for down in range(1, rows)}
            column += columns
        grid.append(line)
    width = min(max((max(line, default=-1) for line in grid), default=-1) + 1, _MOST_COLUMNS)
    return Sheet(
        name, text_cells([[line.get(c) for c in range(width)] for line in grid]), merged=tuple(merged)
    )


class _Workbook:
    """Collects the sheets of a SpreadsheetML file as expat meets their parts."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, bool, list[list[tuple[str, int, int]]]]] = []
        self._data: list[str] | None = None
        self._value = ""
        self._spans = (1, 1)

    def start(self, tag: str, given: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        attribute = {key.rpartition(" ")[2]: value for key, value in given.items()}
        if name == "Worksheet":
            self.sheets.append((attribute.get("Name", ""), False, []))
        elif name == "Visible" and self.sheets:
            self._data = []
        elif name == "Row" and self.sheets:
            rows = self.sheets[-1][2]
            rows += [[] for _ in range(_index(attribute, len(rows) + 1, 1_048_576) - len(rows) - 1)]
            rows.append([])
        elif name == "Cell" and self.sheets and self.sheets[-1][2]:
            row = self.sheets[-1][2][-1]
            at = sum(columns for _, _, columns in row)
            gap = _index(attribute, at + 1, _MOST_COLUMNS) - at - 1
            row += [("", 1, 1)] * gap
            self._value = ""
            down, across = attribute.get("MergeDown", "0"), attribute.get("MergeAcross", "0")
            self._spans = (int(down) + 1 if down.isdecimal() else 1, _span(across) + (across != "0"))
        elif name == "Data":
            self._data = []

    def end(self, tag: str) -> None:
        name = tag.rpartition(" ")[2]
        if name == "Data" and self._data is not None:
            self._value, self._data = "".join(self._data), None
        elif name == "Visible" and self._data is not None and self.sheets:
            sheet, _, rows = self.sheets[-1]
            self.sheets[-1] = (sheet, "".join(self._data) != "SheetVisible", rows)
            self._data = None
        elif name == "Cell" and self.sheets and self.sheets[-1][2]:
            self.sheets[-1][2][-1].append((self._value, *self._spans))

    def text(self, data: str) -> None:
        if self._data is not None:
            self._data.append(data)


def _index(attribute: dict[str, str], usual: int, most: int) -> int:
    written = attribute.get("Index", "")
    return min(max(int(written), usual), most) if written.isdecimal() else usual


def _xml_sheets(data: bytes) -> list[Sheet]:
    workbook = _Workbook()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = workbook.start
    parser.EndElementHandler = workbook.end
    parser.CharacterDataHandler = workbook.text
    parser.EntityDeclHandler = _no_entities
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError) as error:
        raise UnreadableFileError(
            "is no whole Excel 2003 XML workbook ({error}); open it in Excel and save it as XLSX",
            "不是完整的 Excel 2003 XML 工作簿（{error}）；请用 Excel 打开后另存为 XLSX",
            error=error,
        ) from None
    found = []
    for name, hidden, rows in workbook.sheets:
        sheet = _laid_out(rows, name, numbered=True)
        found.append(Sheet(name, sheet.cells, hidden=hidden, merged=sheet.merged))
    return found


def _no_entities(*_: object) -> None:
    """An export declares no entities; one that does may grow without end."""
    raise ValueError("it declares entities")
