"""A document as PDF: the static template ``plan.typ`` sets plain data, so no data is ever read as markup."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from math import ceil, inf
from pathlib import Path
from typing import Any
from unicodedata import category, east_asian_width

import typst

from csanalysis.errors import ReportError
from csanalysis.fonts import font_families, font_folders, has_letter, letter_width
from csanalysis.messages import Message
from csanalysis.palette import LIGHT
from csanalysis.report.document.document import anchors
from csanalysis.report.document.pdf_packing import packed
from csanalysis.report.options import Standard

TEMPLATES = Path(__file__).parents[1] / "templates"

_TEXT_WIDTH = 470.0  # points, A4 upright; the margins are in plan.typ
_FLIPPED_WIDTH = 717.0
_KEPT_LINES = 16
_MUCH_TEXT = 6000  # letters, from which a table is set in small type
_LONG_CELL = 900  # letters
_LOOSE = 26.0  # points added to each column of a narrow table
_NARROW = 0.8  # of the text width
_UNSET = "the PDF could not be set: {why}", "PDF 没能排版：{why}"
_NUMBER = re.compile(r"([^\d]*)[\d,]+(?:\.(\d+))?([^\d]*)")
_LATIN_WORD = re.compile(r"[^\s_\u2e80-\uffef]+_?")  # plan.typ lets a name break after its underscores
# Type size [points], the most a column of words may ask for [em], space between columns [points]
_STEPS = ((9.0, 14.0, 9.0), (9.0, 8.0, 8.0), (8.0, 8.0, 7.0), (7.2, 6.0, 6.0))


def typeset(document: Mapping[str, Any], *, standard: Standard = "ua-1") -> bytes:
    """The document of :func:`csanalysis.report.document.document.document` as a PDF.

    Parameters
    ----------
    document : mapping
        As both exporters set it.
    standard : {"ua-1", "a-2a"}
        PDF/UA-1, for readers who cannot see it, or PDF/A-2a as well as PDF/UA-1, for the archive. Typst
        checks what it writes against them.

    Raises
    ------
    ReportError
        Typst refused it; its own words are in the message.
    """
    moment = _moment(document["made"])
    family = font_families(document["language"])[0]
    chapters = [{**chapter, **_opening(chapter["title"])} for chapter in document["chapters"]]
    data = {
        **document,
        # PDF/A demands a date; a notebook by itself has none but the file's own.
        "date": [moment.year, moment.month, moment.day] if document["made"] or standard == "a-2a" else None,
        "fonts": font_families(document["language"]),
        "digit": letter_width("0", family),
        "point": letter_width(".", family),
        "palette": vars(LIGHT),
        "anchors": list(anchors(document)),
        "chapters": [{**chapter, "blocks": _laid_out(chapter["blocks"])} for chapter in chapters],
    }
    compiler = typst.Compiler(
        TEMPLATES / "plan.typ",
        root=TEMPLATES,
        font_paths=_fonts(),
        sys_inputs={"document": _with_glyphs(json.dumps(data, ensure_ascii=False))},
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


def _with_glyphs(text: str) -> str:
    """A letter that no font has, such as an emoji in a name, is a box, as PDF/UA allows no empty glyph."""
    # Cc, Cf and Mn, such as a line break, a joiner or an emoji's variant, are not drawn by themselves.
    lacking = [each for each in {*text} if category(each) not in {"Cc", "Cf", "Mn"} and not has_letter(each)]
    return text.translate({ord(letter): "□" for letter in lacking}) if lacking else text


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


def _laid_out(blocks: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {**block, **table_layout(block), "decimals": missing_decimals(block)}
        if block["type"] == "table"
        else dict(block)
        for block in blocks
    ]


def table_layout(table: Mapping[str, Any]) -> dict[str, Any]:
    """How a table fits the page.

    Returns
    -------
    dict
        Type ``size`` [points], column ``widths`` [em], ``inset`` between columns [points], ``width`` of the
        whole [points], ``flipped`` if it needs a wide page, ``head`` [rows], ``whole`` if it is short enough
        to stand on one page, ``breakable`` if a row is so long that it may go on overleaf.
    """
    head = 2 if table.get("header_groups") else 1
    letters = [len(_words(cell)) for row in table["rows"] for cell in row["cells"]]
    steps = _STEPS[2:] if sum(letters) > _MUCH_TEXT else _STEPS
    layout: dict[str, Any] = {"head": head, "breakable": max(letters, default=0) > _LONG_CELL}
    for flipped, room in ((False, _TEXT_WIDTH), (True, _FLIPPED_WIDTH)):
        for size, words, inset in steps:
            count = len(table["columns"])
            widths = [_column_width(table, place, words) for place in range(count)]
            layout |= {
                "size": size,
                "widths": widths,
                "inset": inset,
                "flipped": flipped,
                "width": room,
                "whole": False,
            }
            if sum(widths) * size + inset * count <= room:
                ems = (room - inset * count) / size
                widths = _evened(table, _eased(table, widths, room=ems), room=ems)
                # A narrow table with its columns a page apart is hard to read along.
                width = sum(widths) * size + (inset + _LOOSE) * count
                return layout | {
                    "widths": widths,
                    "width": min(width, room) if width < _NARROW * room else room,
                    "whole": _lines(table, widths, room=ems) <= _KEPT_LINES,
                }
    return layout


def missing_decimals(table: Mapping[str, Any]) -> list[list[int]]:
    """For each column and row, how many decimals a number lacks of those that its column has at most.

    Only columns of right-aligned numbers in one unit; elsewhere, and for what is no number, 0.
    """
    return [
        _lacking([_words(row["cells"][place]) for row in table["rows"]], right=column["align"] == "right")
        for place, column in enumerate(table["columns"])
    ]


def _lacking(texts: list[str], *, right: bool) -> list[int]:
    found = [_NUMBER.fullmatch(text) for text in texts]
    numbers = [each for each in found if each]
    decimals = [len(each[2] or "") for each in numbers]
    units = {(each[1], each[3]) for each in numbers}
    if not right or len(units) != 1 or len({*decimals}) == 1:
        return [0] * len(texts)
    return [max(decimals) - len(each[2] or "") if each else 0 for each in found]


def _eased(table: Mapping[str, Any], widths: list[float], *, room: float) -> list[float]:
    """What room is left goes to the words that would break."""
    wants = [_column_width(table, place, inf) - width for place, width in enumerate(widths)]
    share = min(1.0, (room - sum(widths)) / sum(wants)) if sum(wants) > 0 else 0.0
    return [width + want * share for width, want in zip(widths, wants, strict=True)]


def _evened(table: Mapping[str, Any], widths: list[float], *, room: float) -> list[float]:
    """The number columns as wide as the widest of them, if there is room."""
    is_number = [column["align"] == "right" for column in table["columns"]]
    widest = max((width for width, number in zip(widths, is_number, strict=True) if number), default=0.0)
    even = [widest if number else width for width, number in zip(widths, is_number, strict=True)]
    return even if sum(even) <= room else widths


def _column_width(table: Mapping[str, Any], place: int, words: float) -> float:
    """Numbers stay on one line; words may break, headings into two lines."""
    column = table["columns"][place]
    texts = [_words(row["cells"][place]) for row in table["rows"]]
    longest = max(map(_ems, texts), default=0)
    if column["align"] == "left":
        unbroken = max((_ems(word) for text in texts for word in _LATIN_WORD.findall(text)), default=0)
        longest = max(min(longest, words), unbroken)
    label = _ems(column["label"])
    return max(longest, label / 2 + 0.5 if label > 6.5 else label, _ems(column.get("unit", "")), 2.0)


def _lines(table: Mapping[str, Any], widths: list[float], *, room: float) -> int:
    ems = [room * width / sum(widths) for width in widths]
    return sum(
        max(ceil(_ems(_words(cell)) / width) or 1 for cell, width in zip(row["cells"], ems, strict=True))
        for row in table["rows"]
    )


def _words(cell: Mapping[str, Any]) -> str:
    return "".join(span["text"] for span in cell["spans"])


def _ems(text: str) -> float:
    """About how wide a text is: Chinese letters are one em, and stand a quarter em from Latin ones."""
    wide = [east_asian_width(letter) in "WF" for letter in text]
    return sum(1.0 if each else 0.59 for each in wide) + 0.25 * sum(a != b for a, b in pairwise(wide))
