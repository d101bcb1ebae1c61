"""A document as PDF: the static template ``plan.typ`` sets plain data, so no data is ever read as markup."""

import base64
import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

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
from csanalysis.report.document.table_layout import DENSE, USUAL, Page, side_by_side, table_layout
from csanalysis.report.options import Standard

TEMPLATES = Path(__file__).parents[1] / "templates"

_SPAN = ("bold", "italic", "code", "strike", "link")
_UNSET = "the PDF could not be set: {why}", "PDF 没能排版：{why}"


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
    names = [each.name for each in fields(it) if each.name != "volume"]
    if isinstance(it, Chapter):
        names.remove("blocks")  # they are set two by two
    data: dict[str, Any] = {name: plain_data(getattr(it, name), page) for name in names}
    if isinstance(it, Table):
        data |= table_layout(it, page)
    elif isinstance(it, Chapter):
        data |= _opening(it.title) | {"blocks": _paired(it.blocks, page)}
    return data | ({"type": KINDS[type(it)]} if type(it) in KINDS else {})


def _paired(blocks: Sequence[Block], page: Page) -> list[Any]:
    """Blocks as data, every two neighbouring tables that have room side by side as one ``pair``."""
    found: list[Any] = []
    place = 0
    while place < len(blocks):
        pair = None if page is DENSE else _pair(blocks[place : place + 2], page)
        found.append(pair or plain_data(blocks[place], page))
        place += 2 if pair else 1
    return found


def _pair(blocks: Sequence[Block], page: Page) -> dict[str, Any] | None:
    tables = [block for block in blocks if isinstance(block, Table)]
    rooms = side_by_side(tables, page) if len(tables) == 2 else None
    if rooms is None:
        return None
    sides = [plain_data(table, room) for table, room in zip(tables, rooms, strict=True)]
    return {"type": "pair", "tables": sides, "rooms": [room.widths[0] for room in rooms]}


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
