"""Excel and OpenDocument workbooks: their sheets, and what stands in the file beside the cells."""

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from html import unescape
from posixpath import basename

from csanalysis.ingest.sheets import Sheet, UnreadableFileError, coded_cells, text_cells
from csanalysis.messages import joined
from csanalysis.schema import folded

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

_PROTECTED = "is protected by a password; save it without one", "有密码保护；请去掉密码后另存"
_DAYS_TO_1904 = 1462

_EPOCH = re.compile(rb"<(?:\w+:)?workbookPr[^>]*\bdate1904=[\"'](?:1|true)[\"']", re.IGNORECASE)
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_NAME = re.compile(rb"\bname=\"([^\"]*)\"")
_ID = re.compile(rb"\b\w+:id=\"([^\"]*)\"")
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*\bhidden=[\"'](?:1|true)[\"'][^>]*(?<!/)>")
_NOTHING: tuple[dict[int, int], int] = ({}, 0)
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
# A formula's text result may well be empty; only one without a kind of result was never calculated.
_FORMULA = re.compile(
    rb"<c r=\"([A-Z]{1,3})\d+\"(?:(?! t=)[^>])*>\s*<f\b(?:[^>]*/>|[^<]*</f>|[^>]*>[^<]*</f>)\s*"
    rb"(?:<v\s*/>|<v></v>)?\s*</c>"
)


def workbook_sheets(data: bytes, wanted: Sequence[str], *, hidden: bool = False) -> list[Sheet]:
    """The wanted sheets of a workbook; a hidden one that is not named has no rows unless ``hidden``.

    Raises
    ------
    UnreadableFileError
        Protected, cut short, or without a wanted sheet.
    """
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    # An encrypted XLSX is an OLE container, which calamine reports as an unknown format.
    if data.startswith(OLE) and "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableFileError(*_PROTECTED)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        kinds = [s for s in workbook.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
        named = [Sheet(s.name, text_cells([]), hidden=s.visible != SheetVisibleEnum.Visible) for s in kinds]
        shift, beside = _beside_the_cells(data)
        found = []
        for sheet in chosen(named, wanted, hidden=hidden):
            page = workbook.get_sheet_by_name(sheet.name)
            if sheet.hidden:
                found.append(sheet)
                continue
            areas = page.merged_cell_ranges or []
            found.append(
                Sheet(
                    sheet.name,
                    coded_cells(page.to_python(skip_empty_area=False)),
                    merged=tuple((top, left, bottom, right) for (top, left), (bottom, right) in areas),
                    formulas=beside.get(sheet.name, _NOTHING)[0],
                    hidden_rows=beside.get(sheet.name, _NOTHING)[1],
                    days_shift=shift,
                )
            )
        return found
    except PasswordError:
        raise UnreadableFileError(*_PROTECTED) from None
    except BaseException as error:
        # Over an XLS that is cut short calamine panics, and a Rust panic is no Exception.
        if not isinstance(error, CalamineError | OSError) and type(error).__name__ != "PanicException":
            raise
        raise UnreadableFileError(
            "is no whole Excel workbook ({error}); open it in Excel and save it as XLSX, or copy it again",
            "不是完整的 Excel 工作簿（{error}）；请用 Excel 打开后另存为 XLSX，或重新拷贝",
            error=first_line(error),
        ) from None


def first_line(error: BaseException) -> str:
    """What another library says of a file, in one line."""
    return (str(error).splitlines() or ["damaged"])[0]


def chosen(sheets: Sequence[Sheet], wanted: Sequence[str], *, hidden: bool) -> list[Sheet]:
    """The wanted sheets in the order wanted, all for none or ``*``; those to be read are marked as shown.

    Raises
    ------
    UnreadableFileError
        There is no sheet of a wanted name.
    """
    if not wanted or "*" in wanted:
        return [_shown(sheet) for sheet in sheets] if hidden else list(sheets)
    names = [sheet.name for sheet in sheets]
    by_fold = {folded(name): name for name in reversed(names)}
    missing = [name for name in wanted if name not in names and folded(name) not in by_fold]
    if missing:
        raise UnreadableFileError(
            "has no sheet {missing}; it has {names}",
            "没有工作表 {missing}；现有工作表：{names}",
            missing=joined(missing),
            names=joined(names),
        )
    by_name = {sheet.name: sheet for sheet in reversed(sheets)}
    ours = dict.fromkeys(name if name in names else by_fold[folded(name)] for name in wanted)
    return [_shown(by_name[name]) for name in ours]


def _shown(sheet: Sheet) -> Sheet:
    return replace(sheet, hidden=False)


def _beside_the_cells(data: bytes) -> tuple[int, dict[str, tuple[dict[int, int], int]]]:
    """By how many days bare serials are to be moved; by sheet formulas without a value and hidden rows."""
    if not data.startswith(ZIP):
        return 0, {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                return 0, {}
            book = archive.read("xl/workbook.xml")
            beside = {
                name: (_uncalculated(xml := archive.read(part)), len(_HIDDEN_ROW.findall(xml)))
                for name, part in _parts(archive, book).items()
            }
    except (zipfile.BadZipFile, zlib.error) as error:
        # Calamine counts no checksum: it would read what has changed since it was written.
        raise UnreadableFileError(
            "is a damaged Excel workbook ({error}); copy or export it again",
            "Excel 工作簿已损坏（{error}）；请重新拷贝或导出",
            error=error,
        ) from None
    except (KeyError, OSError, NotImplementedError, RuntimeError):
        return 0, {}  # a form that calamine may know
    return (_DAYS_TO_1904 if _EPOCH.search(book) else 0), beside


def _parts(archive: zipfile.ZipFile, book: bytes) -> dict[str, str]:
    """Sheet → the part of the file that holds its cells."""
    relations = archive.read("xl/_rels/workbook.xml.rels")
    targets = {
        found.group(1): basename(target.group(1).decode())
        for tag in _RELATION.findall(relations)
        if (found := re.search(rb"\bId=\"([^\"]*)\"", tag))
        and (target := re.search(rb"\bTarget=\"([^\"]*)\"", tag))
    }
    parts = {}
    for tag in _SHEET.findall(book):
        name, place = _NAME.search(tag), _ID.search(tag)
        if name and place and place.group(1) in targets:
            part = "xl/worksheets/" + targets[place.group(1)]
            if part in archive.namelist():
                parts[unescape(name.group(1).decode("utf-8", "replace"))] = part
    return parts


def _uncalculated(xml: bytes) -> dict[int, int]:
    if b"<f" not in xml:
        return {}
    letters = Counter(match.group(1) for match in _FORMULA.finditer(xml))
    return {_place(name.decode()): count for name, count in letters.items()}


def _place(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1
