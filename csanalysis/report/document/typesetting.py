"""A document as PDF: the static template ``plan.typ`` sets plain data, so no data is ever read as markup."""

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from math import ceil, inf
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import typst

from csanalysis.display.drawing import Drawing
from csanalysis.display.tables.layout import Span, Table, TableCell
from csanalysis.errors import ReportError
from csanalysis.fonts import font_families, font_folders, letter_width
from csanalysis.messages import Message
from csanalysis.palette import LIGHT, accented
from csanalysis.report.document.blocks import KINDS, Block, Chapter, Document
from csanalysis.report.document.document import anchors
from csanalysis.report.document.glyphs import settable
from csanalysis.report.document.pdf_packing import packed
from csanalysis.report.options import Standard

TEMPLATES = Path(__file__).parents[1] / "templates"

_SPAN = ("bold", "italic", "code", "strike", "link")
_MUCH_TEXT = 6000  # letters, from which a table is set in small type
_LONG_CELL = 900  # letters
_LOOSE = 26.0  # points added to each column of a narrow table
_BETWEEN = 22.0  # points between two tables side by side
_CLOSE = 0.01  # points, what rounding may add
_NARROW = 0.8  # of the text width
_UNSET = "the PDF could not be set: {why}", "PDF 没能排版：{why}"
_LATIN_WORD = re.compile(r"[^\s_\u2e80-\uffef]+_?")  # plan.typ lets a name break after its underscores
# Type size [points], the most a column of words may ask for [em], space between columns [points]
_STEPS = ((9.0, 14.0, 9.0), (9.0, 8.0, 8.0), (8.0, 8.0, 7.0), (7.2, 6.0, 6.0))


@dataclass(frozen=True)
class Page:
    """How wide a table may be [points], A4 upright and, where it may be turned, lying; the steps it takes.

    The margins that the widths leave are in ``plan.typ``. At most ``kept_lines`` stay on one page.
    """

    widths: tuple[float, ...]
    steps: tuple[tuple[float, float, float], ...]
    kept_lines: int = 16


USUAL = Page((470.0, 717.0), _STEPS)
DENSE = Page((504.0,), ((9.0, 14.0, 9.0), (9.0, 9.0, 8.0), (9.0, 7.0, 6.0), (9.0, 5.0, 5.0)), 42)
"""The plan that gets signed lies in a folder: nothing is turned, nothing below nine points."""


def typeset(document: Document, *, standard: Standard = "ua-1") -> bytes:
    """The document of :func:`csanalysis.report.document.document.document` as a PDF.

    Parameters
    ----------
    document : Document
        As both exporters set it.
    standard : {"ua-1", "a-2a"}
        PDF/UA-1, for readers who cannot see it, or PDF/A-2a as well as PDF/UA-1, for the archive. Typst
        checks what it writes against them.

    Raises
    ------
    ReportError
        Typst refused it; its own words are in the message.
    """
    moment = _moment(document.made)
    family = font_families(document.language)[0]
    data = {
        **plain_data(document),
        # PDF/A demands a date; a notebook by itself has none but the file's own.
        "date": [moment.year, moment.month, moment.day] if document.made or standard == "a-2a" else None,
        "fonts": font_families(document.language),
        "digit": letter_width("0", family),
        "point": letter_width(".", family),
        "palette": vars(LIGHT),
        "anchors": list(anchors(document)),
        "logo": _picture_bytes(document.logo),
    }
    said, spelled = settable(json.dumps(data, ensure_ascii=False))
    compiler = typst.Compiler(
        TEMPLATES / "plan.typ",
        root=TEMPLATES,
        font_paths=_fonts(),
        sys_inputs={"document": _in_accent(said, document.accent), "spelled": ", ".join(spelled)},
    )
    standards: list[Any] = [*dict.fromkeys([standard, "ua-1"])]
    try:
        pdf = compiler.compile(format="pdf", pdf_standards=standards, timestamp=moment)
    except typst.TypstError as error:
        why = " ".join([error.message, *error.hints])
        raise ReportError(Message(*_UNSET, why=why)) from error
    if not isinstance(pdf, bytes):
        raise ReportError(
            Message(*_UNSET, why=Message("Typst gave no single file", "Typst 没有给出单个文件"))
        )
    return packed(pdf)


def _in_accent(text: str, accent: str) -> str:
    """The store's colour in place of the report's own, in the figures too, which name it by its digits."""
    if not accent:
        return text
    own = accented(LIGHT, accent)
    return text.replace(LIGHT.accent, own.accent).replace(LIGHT.accent_soft, own.accent_soft)


def _picture_bytes(address: str) -> list[int]:
    """The bytes of a picture given as a data address, as Typst takes them."""
    return list(base64.b64decode(address.partition(",")[2]))


def plain_data(it: Any, page: "Page | None" = None) -> Any:
    """A document, or any part of it, as ``plan.typ`` reads it: a table with how it is laid out on the page.

    Words and cells leave out what they have not, as there are very many of them. ``page`` is that of the
    document where it is part of one.
    """
    page = page or (DENSE if isinstance(it, Document) and it.dense else USUAL)
    match it:
        case Span():
            return {name: said for name in _SPAN if (said := getattr(it, name))} | {"text": it.text}
        case TableCell():
            cell = {"spans": plain_data(it.spans), "lacks": it.lacks}
            drawn = it.picture and {
                "svg": it.picture.drawing.svg,
                "alt": it.picture.alt,
                "ratio": it.picture.drawing.width / it.picture.drawing.height,
            }
            return cell | {"picture": drawn} if drawn else cell
        case Drawing(svg, width, height):
            return {"svg": svg, "width": width, "height": height}
        case tuple():
            return [plain_data(each, page) for each in it]
    if not is_dataclass(it):
        return it
    data: dict[str, Any] = {
        each.name: plain_data(getattr(it, each.name), page)
        for each in fields(it)
        if each.name != "volume" and not (isinstance(it, Chapter) and each.name == "blocks")
    }
    if isinstance(it, Table):
        data |= table_layout(it, page)
    elif isinstance(it, Chapter):
        data |= _opening(it.title) | {"blocks": paired(it.blocks, page)}
    return data | ({"type": KINDS[type(it)]} if type(it) in KINDS else {})


def _opening(title: str) -> dict[str, str]:
    """``subject`` and ``asks`` of a chapter's title: "Churn: how many customers stay away"."""
    subject, _, asks = title.replace("：", ": ", 1).partition(": ")
    return {"subject": subject, "asks": asks.strip()}


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in font_folders()],
    )


def _moment(made: str) -> datetime:
    """The time the file says it was made: never the clock's, or two runs would differ."""
    moment = datetime.fromisoformat(made) if made else datetime(2000, 1, 1)
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def table_layout(table: Table, page: "Page | None" = None) -> dict[str, Any]:
    """How a table fits the page.

    Returns
    -------
    dict
        Type ``size`` [points], column ``widths`` [em], ``inset`` between columns [points], ``width`` of the
        whole [points], ``flipped`` if it needs a wide page, ``head`` [rows], ``whole`` if it is short enough
        to stand on one page, ``breakable`` if a row is so long that it may go on overleaf.
    """
    page = page or USUAL
    head = 2 if table.header_groups else 1
    letters = [len(cell.text) for row in table.rows for cell in row.cells]
    steps = page.steps[2:] if sum(letters) > _MUCH_TEXT and len(page.steps) > 2 else page.steps
    layout: dict[str, Any] = {"head": head, "breakable": max(letters, default=0) > _LONG_CELL}
    for flipped, room in enumerate(page.widths):
        for size, words, inset in steps:
            count = len(table.columns)
            widths = [_column_width(table, place, words) for place in range(count)]
            layout |= {
                "size": size,
                "widths": widths,
                "inset": inset,
                "flipped": bool(flipped),
                "width": room,
                "whole": False,
            }
            if sum(widths) * size + inset * count <= room + _CLOSE:
                ems = (room - inset * count) / size
                widths = _evened(table, _eased(table, widths, room=ems), room=ems)
                # A narrow table with its columns a page apart is hard to read along.
                width = sum(widths) * size + (inset + _LOOSE) * count
                return layout | {
                    "widths": widths,
                    "width": min(width, room) if width < _NARROW * room else room,
                    "whole": _lines(table, widths, room=ems) <= page.kept_lines,
                }
    # Nothing fits: the last layout is squeezed.
    lines = _lines(table, layout["widths"], room=(room - inset * count) / size)
    return layout | {"whole": page is DENSE and lines <= page.kept_lines}


def paired(blocks: Sequence[Block], page: Page) -> list[Any]:
    """Blocks as data, every two neighbouring tables that have room side by side as one ``pair``."""
    found: list[Any] = []
    place = 0
    while place < len(blocks):
        pair = _pair(blocks[place : place + 2], page)
        found.append(pair or plain_data(blocks[place], page))
        place += 2 if pair else 1
    return found


def _pair(blocks: Sequence[Block], page: Page) -> dict[str, Any] | None:
    """Two tables with the ``rooms`` that they take; None where they do not stand side by side."""
    tables = [table for table in blocks if isinstance(table, Table)]
    if page is DENSE or len(tables) < 2:
        return None
    for step in page.steps[:-1]:
        asked = [_asked(table, *step) for table in tables]
        spare = page.widths[0] - _BETWEEN - sum(asked)
        if spare >= 0:
            rooms = [width + min(spare / 2, _LOOSE * 2) for width in asked]
            sides = [
                plain_data(table, replace(page, widths=(room,), steps=(step,)))
                for table, room in zip(tables, rooms, strict=True)
            ]
            whole = all(side["whole"] for side in sides)
            return {"type": "pair", "tables": sides, "rooms": rooms} if whole else None
    return None


def _asked(table: Table, size: float, words: float, inset: float) -> float:
    """How wide a table has to be [points]."""
    return sum(_column_width(table, place, words) + inset / size for place in range(len(table.columns))) * size


def _eased(table: Table, widths: list[float], *, room: float) -> list[float]:
    """What room is left goes to the words that would break."""
    wants = [_column_width(table, place, inf) - width for place, width in enumerate(widths)]
    share = min(1.0, (room - sum(widths)) / sum(wants)) if sum(wants) > 0 else 0.0
    return [width + want * share for width, want in zip(widths, wants, strict=True)]


def _evened(table: Table, widths: list[float], *, room: float) -> list[float]:
    """The number columns as wide as the widest of them, if there is room."""
    is_number = [column.align == "right" for column in table.columns]
    widest = max((width for width, number in zip(widths, is_number, strict=True) if number), default=0.0)
    even = [widest if number else width for width, number in zip(widths, is_number, strict=True)]
    return even if sum(even) <= room else widths


def _column_width(table: Table, place: int, words: float) -> float:
    """Numbers stay on one line; words may break, headings into two lines."""
    column = table.columns[place]
    texts = [row.cells[place].text for row in table.rows]
    longest = max(map(_ems, texts), default=0)
    if column.align == "left":
        unbroken = max((_ems(word) for text in texts for word in _LATIN_WORD.findall(text)), default=0)
        longest = max(min(longest, words), unbroken)
    label = _ems(column.label)
    drawn = max((_across(row.cells[place]) for row in table.rows), default=0.0)
    return max(longest + drawn, label / 2 + 0.5 if label > 6.5 else label, _ems(column.unit), 2.0)


def _across(cell: TableCell) -> float:
    """How wide a cell's picture is in ``plan.typ``, which draws it 0.75 em high."""
    return 0.75 * cell.picture.drawing.width / cell.picture.drawing.height if cell.picture else 0.0


def _lines(table: Table, widths: list[float], *, room: float) -> int:
    ems = [room * width / sum(widths) for width in widths]
    return sum(
        max(ceil(_ems(cell.text) / width) or 1 for cell, width in zip(row.cells, ems, strict=True))
        for row in table.rows
    )


def _ems(text: str) -> float:
    """About how wide a text is: Chinese letters are one em, and stand a quarter em from Latin ones."""
    wide = [east_asian_width(letter) in "WF" for letter in text]
    return sum(1.0 if each else 0.59 for each in wide) + 0.25 * sum(a != b for a, b in pairwise(wide))
