"""The empty deck: the store's own template, or a plain one in the report's colours and fonts."""

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from csanalysis.errors import ReportError
from csanalysis.messages import Message
from csanalysis.palette import LIGHT, SERIES

_TEMPLATE = b"application/vnd.openxmlformats-officedocument.presentationml.template.main+xml"
_DECK = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_TYPES = "[Content_Types].xml"
_INCH = 914400
_WIDTH = int(40 / 3 * _INCH)
CHINESE, SECOND_CHINESE, LATIN = "Microsoft YaHei", "DengXian", "Calibri"
"""Fonts that come with Office; a program that has neither Chinese one takes its own."""


def open_template(template: Path | None, *, language: str, colour: str | None = None) -> Any:
    """A deck without slides.

    Parameters
    ----------
    template : Path or None
        The store's own ``.pptx`` or ``.potx``, whose masters, fonts and colours are kept; slides in it are
        taken out. None: 16 : 9, Microsoft YaHei, the report's colours.
    language : str
        ``zh`` or ``en``; decides the fonts of the plain deck.
    colour : str, optional
        ``#rrggbb`` in place of the first accent.

    Raises
    ------
    ReportError
        The file is not there, or is no presentation.
    """
    from pptx import Presentation

    if template is None:
        deck = Presentation()
        _made_wide(deck)
        _with_theme(deck, _plain_theme(language, colour or LIGHT.accent))
        return deck
    deck = _opened(template)
    for slide in list(deck.slides._sldIdLst):
        deck.part.drop_rel(slide.rId)
        deck.slides._sldIdLst.remove(slide)
    if colour:
        _with_theme(deck, {"accent1": colour})
    return deck


def _opened(template: Path) -> Any:
    from pptx import Presentation

    try:
        content = template.read_bytes()
    except OSError:
        raise ReportError(
            Message(
                "{template}: no such template for the slides; check report.template",
                "{template}：没有这个幻灯片模板；请检查 report.template",
                template=template,
            )
        ) from None
    try:
        return Presentation(BytesIO(_as_deck(content)))
    except Exception as error:  # whatever a broken zip or XML raises in python-pptx
        raise ReportError(
            Message(
                "{template}: is no PowerPoint template; save it as .potx or .pptx",
                "{template}：不是 PowerPoint 模板；请另存为 .potx 或 .pptx",
                template=template,
            )
        ) from error


def _as_deck(content: bytes) -> bytes:
    """A template called a presentation: python-pptx opens nothing else, and a new deck is to be one."""
    with zipfile.ZipFile(BytesIO(content)) as source:
        if _TEMPLATE not in source.read(_TYPES):
            return content
        made = BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
            for item in source.infolist():
                part = source.read(item.filename)
                target.writestr(item, part.replace(_TEMPLATE, _DECK) if item.filename == _TYPES else part)
    return made.getvalue()


def _made_wide(deck: Any) -> None:
    """The plain deck of python-pptx is 4 : 3; everything on its masters moves with the edges."""
    factor = _WIDTH / deck.slide_width
    deck.slide_width = _WIDTH
    for page in (deck.slide_master, *deck.slide_layouts):
        for shape in page.shapes:
            if shape.element.xpath("./p:spPr/a:xfrm"):
                shape.left, shape.width = int(shape.left * factor), int(shape.width * factor)
    for page in (deck.slide_master, *deck.slide_layouts):
        for shape in page.placeholders:
            if page.name != "Title Slide" and shape.placeholder_format.type in _titles():
                shape.left, shape.top = int(0.4 * _INCH), int(0.32 * _INCH)  # its text begins at 0.5
                shape.width, shape.height = deck.slide_width - _INCH, int(0.9 * _INCH)

    style = deck.slide_master.element.xpath("./p:txStyles/p:titleStyle/a:lvl1pPr")[0]
    style.set("algn", "l")
    for part in style:
        if part.tag.endswith("}defRPr"):
            part.set("b", "1")
    first = deck.slide_layouts[0]
    for shape in first.placeholders:  # the first slide's title and what stands below it
        if shape.placeholder_format.idx == 1:
            shape.left, shape.width = first.placeholders[0].left, first.placeholders[0].width
        for properties in shape.element.xpath("./p:txBody/a:lstStyle/a:lvl1pPr"):
            properties.set("algn", "l")


def _titles() -> tuple[Any, ...]:
    from pptx.enum.shapes import PP_PLACEHOLDER

    return PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE


def _plain_theme(language: str, colour: str) -> dict[str, str]:
    accents = [colour, *(each for each in SERIES if each != colour)][:6]
    return {
        "latin": CHINESE if language == "zh" else LATIN,
        "dk2": LIGHT.ink,
        "lt2": LIGHT.surface,
        **{f"accent{place}": accent for place, accent in enumerate(accents, start=1)},
    }


def _with_theme(deck: Any, parts: dict[str, str]) -> None:
    """Fonts and colours put into the theme, so that whatever is added by hand later has them too."""
    from pptx.opc.constants import RELATIONSHIP_TYPE

    theme = deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    xml = theme.blob.decode("utf-8")
    for name, value in parts.items():
        if name == "latin":
            xml = re.sub(r'(<a:m(?:aj|in)orFont>\s*<a:latin typeface=")[^"]*', rf"\g<1>{value}", xml)
            xml = re.sub(r'(<a:ea typeface=")[^"]*', rf"\g<1>{CHINESE}", xml)
            xml = re.sub(r'(<a:font script="Hans" typeface=")[^"]*', rf"\g<1>{SECOND_CHINESE}", xml)
        else:
            inner = f'<a:{name}><a:srgbClr val="{value.lstrip("#").upper()}"/></a:{name}>'
            xml = re.sub(rf"<a:{name}>.*?</a:{name}>", inner, xml, flags=re.DOTALL)
    theme._blob = xml.encode("utf-8")
