"""Slides written as one file: titles, blocks, and notes that say what each number is and whence it comes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from csanalysis.catalogue import METRICS, Language, table_label, text
from csanalysis.display.tables.model import Cell
from csanalysis.params import Params
from csanalysis.report.slides.blocks import Slide
from csanalysis.report.slides.drawing import Room, draw, say, text_box
from csanalysis.report.slides.fitting import size_for
from csanalysis.report.slides.packing import packed
from csanalysis.report.slides.template import open_template

_POINT = 12700
_EDGE, _FOOT = 36.0, 30.0
_TITLE = 24.0


def write_deck(
    path: Path,
    slides: Sequence[Slide],
    params: Params,
    *,
    cover: Mapping[str, Any],
    folder: Path,
) -> None:
    """Write a title slide and ``slides`` to ``path``.

    Parameters
    ----------
    path : Path
        Where to.
    slides : sequence of Slide
        In order, behind the title.
    params : Params
        Language and look; of the same slides and ``as_of`` the same bytes are written.
    cover : mapping
        ``dealership``, ``title``, ``as_of`` and ``made_on`` for the first slide, and the foot of the others;
        a template of the store's has its own foot.
    folder : Path
        That of the params file, from which the template and the logo are named.

    Raises
    ------
    ReportError
        The store's template or logo cannot be used.
    """
    look, language, day = params.report, params.language, params.as_of
    template = folder / look.template if look.template else None
    logo = folder / look.logo if look.logo else None
    title, footer = f"{cover['dealership']} {cover['title']}", f"{cover['dealership']} · {cover['title']}"
    subtitle = text("slides.subtitle", language, as_of=cover["as_of"], made_on=cover["made_on"])
    deck = open_template(template, language=language, colour=look.colour)
    about = deck.core_properties
    about.title, about.author, about.last_modified_by = title, "csanalysis", "csanalysis"
    about.created = about.modified = datetime(day.year, day.month, day.day)
    about.language = "zh-CN" if language == "zh" else "en"
    _first(deck, title, subtitle, logo)
    if template is None:
        _bar(deck)
    layout = _layout(deck, with_text=False)
    for number, each in enumerate(slides, start=2):
        slide = deck.slides.add_slide(layout)
        slide.name = each.name
        room = _titled(deck, slide, each.title.text)
        shares = each.shares or (1.0,) * len(each.blocks)
        for block, place in zip(each.blocks, room.cut(shares, beside=each.way == "beside"), strict=True):
            draw(slide, block, place)
        if template is None:
            _foot(deck, slide, footer, number)
        slide.notes_slide.notes_text_frame.text = notes(each, language)
    path.write_bytes(packed(deck, day=day))


def notes(slide: Slide, language: Language) -> str:
    """Of each metric on a slide its name, definition and source, and under which keys metrics.json has it."""
    found: dict[str, list[Cell]] = {}
    for cell in slide.cells:
        if cell.metric:
            found.setdefault(cell.metric, []).append(cell)
    return "\n\n".join(_explained(metric, cells, language) for metric, cells in found.items())


def _explained(metric: str, cells: Iterable[Cell], language: Language) -> str:
    entry = METRICS[metric]
    comma = text("sign.comma", language)
    tables = comma.join(table_label(table, language) for table in entry.tables)
    periods = comma.join(dict.fromkeys(cell.period or "" for cell in cells))
    parts = [
        text(
            "slides.note.metric", language, label=entry.label(language), definition=entry.definition(language)
        ),
        text("slides.note.tables", language, tables=tables) if tables else "",
        text("slides.note.source", language, source=entry.cited(language)) if entry.source else "",
        text("slides.note.key", language, metric=metric, periods=periods),
    ]
    return "\n".join(part for part in parts if part)


def _first(deck: Any, title: str, subtitle: str, logo: Path | None) -> None:
    from pptx.util import Pt

    slide = deck.slides.add_slide(_layout(deck, with_text=True))
    slide.name = "title"
    others = [shape for shape in slide.placeholders if shape.placeholder_format.idx != 0]
    if slide.shapes.title is not None:
        slide.shapes.title.text_frame.text = title
    else:
        say(text_box(slide, Room(_EDGE, 160, 640, 60), "title").paragraphs[0], title, 36, bold=True)
    if others:
        others[0].text_frame.text = subtitle  # a line break makes a paragraph
    else:
        say(text_box(slide, Room(_EDGE, 240, 640, 60), "subtitle").paragraphs[0], subtitle, 18)
    for shape in others[1:]:
        shape._element.getparent().remove(shape._element)
    if logo is not None:
        picture = slide.shapes.add_picture(str(logo), Pt(_EDGE), Pt(_EDGE))
        scale = min(Pt(180) / picture.width, Pt(72) / picture.height)
        picture.width, picture.height = int(picture.width * scale), int(picture.height * scale)


def _bar(deck: Any) -> None:
    """The accent at the foot of the plain deck's first slide."""
    from pptx.enum.dml import MSO_THEME_COLOR
    from pptx.enum.shapes import MSO_SHAPE
    from pptx.util import Pt

    shape = deck.slides[0].shapes.add_shape(
        MSO_SHAPE.RECTANGLE, 0, deck.slide_height - Pt(18), deck.slide_width, Pt(18)
    )
    shape.name = "bar"
    shape.fill.solid()
    shape.fill.fore_color.theme_color = MSO_THEME_COLOR.ACCENT_1
    shape.line.fill.background()
    shape.shadow.inherit = False


def _layout(deck: Any, *, with_text: bool) -> Any:
    """The layout of the first slide, or one that has a title and leaves the rest free."""
    from pptx.enum.shapes import PP_PLACEHOLDER as KIND

    titles = {KIND.TITLE, KIND.CENTER_TITLE}
    small = {KIND.DATE, KIND.FOOTER, KIND.SLIDE_NUMBER}
    kinds = [
        (layout, {shape.placeholder_format.type for shape in layout.placeholders} - small)
        for layout in deck.slide_layouts
    ]
    if with_text:
        wanted = [layout for layout, has in kinds if KIND.SUBTITLE in has and has & titles]
    else:
        wanted = [layout for layout, has in kinds if has and has <= titles]
    wanted += [layout for layout, has in kinds if has & titles]
    return (wanted or list(deck.slide_layouts))[0]


def _titled(deck: Any, slide: Any, words: str) -> Room:
    """Write the title; the room below it."""
    from pptx.util import Pt

    width, height = deck.slide_width / _POINT, deck.slide_height / _POINT
    shape = slide.shapes.title
    for other in [shape for shape in slide.placeholders if shape.placeholder_format.idx != 0]:
        other._element.getparent().remove(other._element)
    if shape is None:
        box = Room(_EDGE, 24, width - 2 * _EDGE, 56)
        frame = text_box(slide, box, "title")
        say(
            frame.paragraphs[0],
            words,
            size_for([words], box.width, box.height, most=_TITLE, least=14),
            bold=True,
        )
        bottom = box.top + box.height
    else:
        frame, bottom = shape.text_frame, (shape.top + shape.height) / _POINT
        inside = (shape.width / _POINT - 16, shape.height / _POINT - 8)
        frame.text = words
        frame.paragraphs[0].runs[0].font.size = Pt(size_for([words], *inside, most=_TITLE, least=14))
    top = bottom + 6
    return Room(_EDGE, top, width - 2 * _EDGE, height - top - _FOOT)


def _foot(deck: Any, slide: Any, words: str, number: int) -> None:
    from lxml import etree

    width, height = deck.slide_width / _POINT, deck.slide_height / _POINT
    frame = text_box(slide, Room(_EDGE, height - 24, width - 2 * _EDGE, 14), "footer")
    say(frame.paragraphs[0], f"{words} · ", 9, colour="muted")
    space = "http://schemas.openxmlformats.org/drawingml/2006/main"
    field = etree.SubElement(frame.paragraphs[0]._p, f"{{{space}}}fld", type="slidenum")
    field.set("id", "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}")
    etree.SubElement(field, f"{{{space}}}rPr", sz="900")
    etree.SubElement(field, f"{{{space}}}t").text = str(number)
