"""A document as PDF: the static template ``plan.typ`` sets plain data, so no data is ever read as markup."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from math import ceil, inf
from pathlib import Path
from typing import Any, Literal
from unicodedata import east_asian_width

import typst

from csanalysis.errors import ReportError
from csanalysis.fonts import font_families, font_folders
from csanalysis.palette import LIGHT

TEMPLATES = Path(__file__).parent / "templates"

_TEXT_WIDTH = 470.0  # points, A4 upright; the margins are in plan.typ
_FLIPPED_WIDTH = 717.0
_KEPT_LINES = 16
_LATIN_WORD = re.compile(r"[^\s_\u2e80-\uffef]+_?")  # plan.typ lets a name break after its underscores
# Type size [points], the most a column of words may ask for [em], space between columns [points]
_STEPS = ((9.0, 14.0, 9.0), (9.0, 8.0, 8.0), (8.0, 8.0, 7.0), (7.2, 6.0, 6.0))


def typeset(document: Mapping[str, Any]) -> bytes:
    """The document of :func:`csanalysis.report.document.document` as a PDF, PDF/UA-1 if its letters allow.

    Raises
    ------
    ReportError
        Typst refused it; its own words are in the message.
    """
    moment = _moment(document["made"])
    data = {
        **document,
        "date": [moment.year, moment.month, moment.day] if document["made"] else None,
        "fonts": font_families(document["language"]),
        "palette": vars(LIGHT),
        "chapters": [{**chapter, "blocks": _laid_out(chapter["blocks"])} for chapter in document["chapters"]],
    }
    compiler = typst.Compiler(
        TEMPLATES / "plan.typ",
        root=TEMPLATES,
        font_paths=_fonts(),
        sys_inputs={"document": json.dumps(data, ensure_ascii=False)},
    )
    try:
        return _compiled(compiler, moment, ["ua-1"])
    except typst.TypstError:
        # One letter without a glyph, such as an emoji in a name, forbids PDF/UA, not the report.
        try:
            return _compiled(compiler, moment, [])
        except typst.TypstError as error:
            raise ReportError(f"the PDF could not be set: {error.message} {' '.join(error.hints)}") from error


def _compiled(compiler: typst.Compiler, moment: datetime, standards: list[Literal["ua-1"]]) -> bytes:
    pdf = compiler.compile(format="pdf", pdf_standards=[*standards], timestamp=moment)
    if not isinstance(pdf, bytes):
        raise ReportError("the PDF could not be set: Typst gave no single file")
    return pdf


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
    return [{**block, **table_layout(block)} if block["type"] == "table" else dict(block) for block in blocks]


def table_layout(table: Mapping[str, Any]) -> dict[str, Any]:
    """How a table fits the page.

    Returns
    -------
    dict
        Type ``size`` [points], column ``widths`` [em], ``inset`` between columns [points], ``flipped`` if it
        needs a wide page, ``head`` [rows], ``whole`` if it is short enough to stand on one page.
    """
    head = 2 if table.get("header_groups") else 1
    layout: dict[str, Any] = {}
    for flipped, room in ((False, _TEXT_WIDTH), (True, _FLIPPED_WIDTH)):
        for size, words, inset in _STEPS:
            widths = [_column_width(table, place, words) for place in range(len(table["columns"]))]
            layout = {
                "size": size,
                "widths": widths,
                "inset": inset,
                "flipped": flipped,
                "head": head,
                "whole": False,
            }
            if sum(widths) * size + inset * len(widths) <= room:
                ems = (room - inset * len(widths)) / size
                widths = _evened(table, _eased(table, widths, room=ems), room=ems)
                return layout | {"widths": widths, "whole": _lines(table, widths, room=ems) <= _KEPT_LINES}
    return layout


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
