"""From a Matplotlib figure to one small SVG that is the same every time.

Its text is text, set in the families of :mod:`csanalysis.fonts` by name: the PDF and the web page bring the
letters along, so words can be searched, copied and read aloud, and no figure carries its own copy of them.
"""

import re
from collections import Counter
from io import StringIO
from typing import Any, Literal
from xml.etree import ElementTree

from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager, get_font

from csanalysis.fonts import family_for
from csanalysis.legible import legible

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace("xlink", _XLINK)
_HREF = f"{{{_XLINK}}}href"
_GROUP, _TEXT, _TITLE = (f"{{{_SVG}}}{name}" for name in ("g", "text", "title"))
_LONG_DECIMALS = re.compile(r"(\.\d\d)\d+")
_IDLE_ZEROS = re.compile(r"\.0+(?!\d)|(?<=\.\d)0(?!\d)")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_POINTS = 72  # to the inch: what an SVG of Matplotlib's counts in
_UNSAID = dict.fromkeys(("Date", "Creator", "Format", "Type"))
_SIZES: dict[tuple[str, FontProperties, Any], Any] = {}  # Matplotlib hands over copies of the properties
_HEIGHTS: dict[FontProperties, "_Heights"] = {}
_Heights = tuple[float, float, float] | tuple[None, None, None]
# Where a font file says how high its lines are, the better of the two tables first.
_LINE_TABLES: tuple[tuple[Literal["OS/2", "hhea"], str, str, str], ...] = (
    ("OS/2", "sTypoAscender", "sTypoDescender", "sTypoLineGap"),
    ("hhea", "ascent", "descent", "lineGap"),
)
_NUMBERS = {"x", "y", "width", "height", "transform", "stroke-dasharray"}


def figure_svg(figure: Figure, *, id: str) -> str:
    """The figure as SVG text; what it says to those who cannot see it stands beside it, not in it.

    Names inside it begin with ``id``, so that several figures can stand in one page; coordinates have two
    decimals; there is no date and nothing random in it.
    """
    _forget_empty_labels(figure)
    root = ElementTree.fromstring(_Canvas(figure).drawn())  # noqa: S314  # drawn here
    for child in list(root):
        if child.tag == f"{{{_SVG}}}metadata":
            root.remove(child)
    _rename(root, id)
    for element in root.iter():
        _shorten(element)
    _unwrap(root)
    _share_letters(root)
    return ElementTree.tostring(root, encoding="unicode")


class _Canvas(FigureCanvasSVG):
    """Lays a figure out and draws it by one renderer, which measures no word twice.

    ``Figure.savefig`` takes a renderer for each of the two, and either measures all words anew.
    """

    def __init__(self, figure: Figure) -> None:
        super().__init__(figure)
        dots, figure.dpi = figure.dpi, _POINTS
        self._written = StringIO()
        width, height = figure.get_size_inches() * _POINTS
        self._renderer = _Renderer(width, height, self._written, image_dpi=dots, metadata=_UNSAID)

    def get_renderer(self) -> RendererSVG:
        """Where Matplotlib asks how large a word will be."""
        return self._renderer

    def drawn(self) -> str:
        """The figure as Matplotlib writes it."""
        if (engine := self.figure.get_layout_engine()) is not None:
            engine.execute(self.figure)
            self.figure.set_layout_engine(None)  # or drawing would lay it out anew
        self.figure.draw(self._renderer)
        self._renderer.finalize()
        return self._written.getvalue()


class _Renderer(RendererSVG):
    """Knows the sizes of words that any figure had before, and writes what is legible of them."""

    def draw_text(self, gc: Any, x: float, y: float, s: str, *how: Any, **more: Any) -> None:
        """A line of words; those of the params come here too."""
        super().draw_text(gc, x, y, legible(s), *how, **more)  # type: ignore[no-untyped-call]

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> Any:
        known = (s, prop, ismath)
        if known not in _SIZES:
            measured = super().get_text_width_height_descent
            _SIZES[known] = measured(legible(s), prop, ismath)  # type: ignore[no-untyped-call]
        return _SIZES[known]

    def _get_font_height_metrics(self, prop: FontProperties) -> _Heights:
        """Matplotlib asks this of a renderer before it searches the fonts, for each word anew."""
        if prop not in _HEIGHTS:
            _HEIGHTS[prop.copy()] = _font_heights(prop)
        return _HEIGHTS[prop]


def _font_heights(prop: FontProperties) -> _Heights:
    """Above and below the base line, and between lines [points], as Matplotlib reads them from the font.

    None where the font does not say; Matplotlib then measures letters.
    """
    font = get_font(fontManager._find_fonts_by_props(prop))
    for table, above, below, between in _LINE_TABLES:
        told: Any = font.get_sfnt_table(table)
        if told is not None:
            # In Matplotlib's order, so that not one digit is another.
            units = font.get_sfnt_table("head")["unitsPerEm"]  # type: ignore[index]
            scale = 1 / units * prop.get_size_in_points() * _POINTS / _POINTS
            return told[above] * scale, -told[below] * scale, told[between] * scale
    return None, None, None


def _forget_empty_labels(figure: Figure) -> None:
    """Let no axis measure its tick labels, several times, to find the place of a label that it has not."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if not axis.label.get_text():
                axis.set_label_coords(0, 0)


def _rename(root: ElementTree.Element, prefix: str) -> None:
    """Keep only the ids that something points to, numbered in their order after ``prefix``."""
    own: dict[str, str] = {}

    def renamed(name: str) -> str:
        return own.setdefault(name, f"{prefix}-{len(own) + 1}")

    for element in root.iter():
        for name, value in element.attrib.items():
            if name == _HREF:
                element.set(name, f"#{renamed(value.removeprefix('#'))}")
            elif "url(#" in value:
                element.set(name, _REFERENCE.sub(lambda found: f"url(#{renamed(found[1])})", value))
    for element in root.iter():
        name = element.attrib.pop("id", "")
        if name in own:
            element.set("id", own[name])


def _shorten(element: ElementTree.Element) -> None:
    """Styles as attributes, two decimals, no blanks between elements."""
    for rule in element.attrib.pop("style", "").split(";"):
        name, _, value = rule.partition(":")
        if value:
            element.set(name.strip(), value.strip())
    for name in _NUMBERS & element.attrib.keys():
        # A scale multiplies whatever is cut off it.
        if "scale" not in element.attrib[name]:
            element.set(name, _IDLE_ZEROS.sub("", _LONG_DECIMALS.sub(r"\1", element.attrib[name])))
    if "d" in element.attrib:
        # Shapes that are drawn many times at a small scale keep their digits.
        drawn = element.attrib["d"] if element.get("id") else _LONG_DECIMALS.sub(r"\1", element.attrib["d"])
        element.set("d", re.sub(r" ?([A-Za-z]) ?", r"\1", _IDLE_ZEROS.sub("", " ".join(drawn.split()))))
    if element.tag == _TEXT:
        if re.match(r"rotate\(-?0[ )]", element.get("transform", "")):
            del element.attrib["transform"]
        families = [name.strip(" '\"") for name in element.get("font-family", "").split(",")]
        # SVG would make one space of two.
        element.text = re.sub(" {2,}", lambda gap: "\u00a0" * len(gap[0]), element.text or "")
        element.set("font-family", f"'{family_for(element.text, families)}',sans-serif")
    elif element.tag not in (_TITLE, f"{{{_SVG}}}style"):
        element.text = None
    element.tail = None


def _unwrap(parent: ElementTree.Element) -> None:
    """Groups that say nothing are left out, their content stays."""
    place = 0
    while place < len(parent):
        child = parent[place]
        _unwrap(child)
        if child.tag == _GROUP and (not child.attrib or not len(child)):
            parent[place : place + 1] = list(child)
            place += len(child)
        else:
            place += 1


def _share_letters(root: ElementTree.Element) -> None:
    """What most texts say of their letters is said once, at the root, and left out of them."""
    texts = list(root.iter(_TEXT))
    for name in ("font-family", "font-size"):
        said = Counter(text.get(name) for text in texts)
        if common := said.most_common(1)[0][0] if said else None:
            root.set(name, common)
            for text in texts:
                if text.get(name) == common:
                    del text.attrib[name]
