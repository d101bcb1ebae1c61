"""Figures made safe to stand together in one page: own ids, no scripts, nothing fetched.

A drawing is read once: what it says and in which letters is kept beside it, for the page's fonts and for who
checks what the page tells.
"""

import base64
import re
import struct
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from markupsafe import Markup

from csanalysis.display.drawing import LAYER, Drawing, Lettering
from csanalysis.fonts import LATIN_FAMILY

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_DROPPED = {f"{{{_SVG}}}{name}" for name in ("script", "foreignObject", "metadata", "title", "desc", "style")}
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")
_OUTSIDE = re.compile(r"url\((?!\s*['\"]?#)[^)]*\)")
_LENGTH = re.compile(r"([\d.]+)\s*(pt|px|in|cm|mm)?$")
_TEXT = f"{{{_SVG}}}text"
_BOLD = {"bold", "bolder", "600", "700", "800", "900"}
_SHAPES = {"circle": ("cx", "cy", "r"), "rect": ("x", "y", "width", "height")}
_SOURCE = {"data-mark", "data-by", "data-period", "data-group", "data-field", "data-at"}
_POINTS = {"pt": 1.0, "px": 0.75, "in": 72.0, "cm": 72 / 2.54, "mm": 7.2 / 2.54}

ET.register_namespace("", _SVG)
ET.register_namespace("xlink", _XLINK)


def own_drawing(source: str, prefix: str) -> Drawing:
    """The SVG ``source`` as one element without title, size or declaration; its ids begin with ``prefix``.

    Raises
    ------
    ValueError
        ``source`` is not SVG.
    """
    try:
        root = ET.fromstring(source)  # noqa: S314  # expat ends entities that multiply
    except ET.ParseError as error:
        raise ValueError(f"not an SVG: {error}") from error
    width, height = _size(root)
    marks = [_marks(layer) for layer in _taken(root)]
    _drop(root)
    for element in root.iter():
        _rename(element, prefix)
    for name in ("width", "height", "version", "role", "aria-label"):
        root.attrib.pop(name, None)
    root.set("viewBox", root.get("viewBox", f"0 0 {width:g} {height:g}"))
    # matplotlib says this in a <style> for "*", which would reach every other figure of the page
    root.set("stroke-linejoin", "round")
    root.set("stroke-linecap", "butt")
    return Drawing(
        ET.tostring(root, encoding="unicode"),
        width,
        height,
        tuple(words for part in (root, *marks) for words in part.itertext() if re.search(r"\w", words)),
        tuple(_lettering(root, (LATIN_FAMILY,), False)),
        "".join(ET.tostring(layer, encoding="unicode") for layer in marks),
    )


def _taken(parent: ET.Element) -> Iterator[ET.Element]:
    """The layers of what marks say, taken out of the drawing."""
    for child in list(parent):
        if child.get("class") == LAYER:
            parent.remove(child)
            yield child
        else:
            yield from _taken(child)


def _marks(layer: ET.Element) -> ET.Element:
    """A layer with nothing in it but circles, rectangles and their titles: any notebook may have made it."""
    own = ET.Element("g", {"class": LAYER, **_told(layer)})
    for shape in layer:
        bare = shape.tag.rpartition("}")[2]
        if bare in _SHAPES:
            sizes = {name: shape.get(name, "0") for name in _SHAPES[bare]}
            mark = ET.SubElement(own, bare, sizes | _told(shape))
            ET.SubElement(mark, "title").text = shape.findtext(f"{{{_SVG}}}title", "")
    return own


def _told(element: ET.Element) -> dict[str, str]:
    return {name: words for name, words in element.attrib.items() if name in _SOURCE}


def _lettering(element: ET.Element, families: tuple[str, ...], bold: bool) -> Iterator[Lettering]:
    """The texts below ``element`` with their families and weight, which they inherit."""
    if listed := element.get("font-family"):
        families = tuple(name.strip(" '\"") for name in listed.split(","))
    if weight := element.get("font-weight"):
        bold = weight in _BOLD
    if element.tag == _TEXT:
        yield Lettering("".join(element.itertext()), families, bold)
    for child in element:
        yield from _lettering(child, families, bold)


def named_svg(svg: str, anchor: str, name: str, marks: str = "") -> Markup:
    """The SVG as an image with a name that screen readers say; ``anchor`` is the id of that name.

    ``marks`` lie over it: what its marks say.
    """
    head, rest = svg.split(">", 1)
    if head.endswith("/"):
        head, rest = head[:-1], "</svg>"
    return Markup('{} role="img" aria-labelledby="{}"><title id="{}">{}</title>{}{}</svg>').format(
        Markup(head), anchor, anchor, name, Markup(rest.removesuffix("</svg>")), Markup(marks)
    )


def sparkline(svg: str, alt: str) -> Markup:
    """A small drawing inside a line, with the words for it."""
    head, rest = svg.split(">", 1)
    return Markup('{} role="img"><title>{}</title>{}').format(Markup(head), alt, Markup(rest))


def png_as_svg(encoded: str) -> str:
    """A base64 PNG wrapped in an SVG of its size, at 144 dots an inch."""
    width, height = struct.unpack(">II", base64.b64decode(encoded)[16:24])
    address = f"data:image/png;base64,{''.join(encoded.split())}"
    return (
        f'<svg xmlns="{_SVG}" width="{width / 2}pt" height="{height / 2}pt" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="{address}"/></svg>'
    )


def _size(root: ET.Element) -> tuple[float, float]:
    sizes = [_LENGTH.match(root.get(name, "").strip()) for name in ("width", "height")]
    if all(sizes):
        width, height = (float(size[1]) * _POINTS[size[2] or "px"] for size in sizes if size)
        return width, height
    box = [float(number) for number in re.findall(r"[-\d.]+", root.get("viewBox", "0 0 432 288"))]
    return box[2] * 0.75, box[3] * 0.75


def _drop(parent: ET.Element) -> None:
    for child in list(parent):
        if child.tag in _DROPPED:
            parent.remove(child)
        else:
            _drop(child)


def _rename(element: ET.Element, prefix: str) -> None:
    for name, value in list(element.attrib.items()):
        bare = name.rpartition("}")[2]
        if bare == "id":
            element.set(name, prefix + value)
        elif bare == "href":
            if value.startswith("#"):
                element.set(name, "#" + prefix + value[1:])
            elif not value.startswith("data:image/"):
                del element.attrib[name]
        elif bare.startswith("on"):
            del element.attrib[name]
        elif "url(" in value:
            element.set(name, _REFERENCE.sub(rf"url(#{prefix}\1)", _OUTSIDE.sub("none", value)))
