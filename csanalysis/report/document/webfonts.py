"""The letters of a page's figures, as fonts that the page brings along."""

import base64
import io
from collections.abc import Iterable
from functools import cache
from xml.etree import ElementTree as ET

from csanalysis.fonts import CJK_FAMILY, LATIN_FAMILY, face_file, family_for

_TEXT = "{http://www.w3.org/2000/svg}text"
_BOLD = {"bold", "bolder", "600", "700", "800", "900"}


def web_fonts(svgs: Iterable[str]) -> str:
    """CSS ``@font-face`` rules with the letters that the texts of ``svgs`` use, and no others.

    The same figures give the same bytes. Texts in families other than those of :mod:`csanalysis.fonts` are
    left to the reader's own fonts; an empty text means that there is nothing to bring.
    """
    needed: dict[tuple[str, bool], set[str]] = {}
    for svg in svgs:
        if "<text" in svg:
            _gather(ET.fromstring(svg), [LATIN_FAMILY], False, needed)
    return "\n".join(
        f'@font-face{{font-family:"{family}";font-weight:{700 if bold else 400};'
        f'src:url(data:font/woff;base64,{_subset(family, bold, "".join(sorted(letters)))}) format("woff")}}'
        for (family, bold), letters in sorted(needed.items())
    )


def _gather(
    element: ET.Element, families: list[str], bold: bool, needed: dict[tuple[str, bool], set[str]]
) -> None:
    """Add the letters of the texts below ``element``, by family and weight, which they inherit."""
    if named := element.get("font-family"):
        families = [name.strip(" '\"") for name in named.split(",")]
    if weight := element.get("font-weight"):
        bold = weight in _BOLD
    if element.tag == _TEXT:
        words = "".join(element.itertext())
        family = family_for(words, families)
        if family in (CJK_FAMILY, LATIN_FAMILY):
            needed.setdefault((family, bold), set()).update(words)
    for child in element:
        _gather(child, families, bold, needed)


@cache
def _subset(family: str, bold: bool, letters: str) -> str:
    """The font with only ``letters``, as WOFF in base64; its names, and so its licence, stay in it.

    WOFF2 would be a sixth smaller and take a hundred times as long.
    """
    import uharfbuzz
    from fontTools.ttLib import TTFont

    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(map(ord, letters))
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING
    whole = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(face_file(family, bold=bold))))
    font = TTFont(io.BytesIO(uharfbuzz.subset(whole, wanted).blob.data), recalcTimestamp=False)
    font.flavor = "woff"
    written = io.BytesIO()
    font.save(written)
    return base64.b64encode(written.getvalue()).decode()
