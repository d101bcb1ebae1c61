"""The letters of a page's figures, as fonts that the page brings along."""

import base64
import io
from collections.abc import Iterable
from functools import cache

from csanalysis.display.drawing import Drawing
from csanalysis.fonts import CJK_FAMILY, LATIN_FAMILY, face_file, family_for


def web_fonts(drawings: Iterable[Drawing]) -> str:
    """CSS ``@font-face`` rules with the letters that the texts of ``drawings`` use, and no others.

    The same figures give the same bytes. Texts in families other than those of :mod:`csanalysis.fonts` are
    left to the reader's own fonts; an empty text means that there is nothing to bring.
    """
    needed: dict[tuple[str, bool], set[str]] = {}
    for drawing in drawings:
        for text in drawing.lettering:
            family = family_for(text.words, text.families)
            if family in (CJK_FAMILY, LATIN_FAMILY):
                needed.setdefault((family, text.bold), set()).update(text.words)
    return "\n".join(
        f'@font-face{{font-family:"{family}";font-weight:{700 if bold else 400};'
        f'src:url(data:font/woff;base64,{_subset(family, bold, "".join(sorted(letters)))}) format("woff")}}'
        for (family, bold), letters in sorted(needed.items())
    )


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
    file = io.BytesIO()
    font.save(file)
    return base64.b64encode(file.getvalue()).decode()
