"""From a Matplotlib figure to one small SVG that is the same every time."""

import re
from io import BytesIO
from xml.etree import ElementTree

from matplotlib.figure import Figure

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace("xlink", _XLINK)
_HREF = f"{{{_XLINK}}}href"
_LONG_DECIMALS = re.compile(r"(\.\d\d)\d+")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


def figure_svg(figure: Figure, *, id: str, title: str, alt: str) -> str:
    """The figure as SVG text with ``title`` and ``alt`` for those who cannot see it.

    Names inside it begin with ``id``, so that several figures can stand in one page; coordinates have two
    decimals; there is no date and nothing random in it.
    """
    written = BytesIO()
    figure.savefig(
        written, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
    )
    root = ElementTree.fromstring(written.getvalue())
    _drop_metadata(root)
    _rename(root, id)
    for element in root.iter():
        if "d" in element.attrib and element.get("id") is None:
            element.set("d", " ".join(_LONG_DECIMALS.sub(r"\1", element.attrib["d"]).split()))
    root.set("role", "img")
    root.set("aria-label", f"{title} {alt}".strip())
    for place, (tag, words) in enumerate((("title", title), ("desc", alt))):
        spoken = ElementTree.Element(f"{{{_SVG}}}{tag}")
        spoken.text = words
        root.insert(place, spoken)
    return ElementTree.tostring(root, encoding="unicode")


def _drop_metadata(root: ElementTree.Element) -> None:
    for child in list(root):
        if child.tag == f"{{{_SVG}}}metadata":
            root.remove(child)


def _rename(root: ElementTree.Element, prefix: str) -> None:
    """Keep only the ids that something points to, and begin them with ``prefix``."""
    used: set[str] = set()
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == _HREF:
                used.add(value.removeprefix("#"))
                element.set(name, f"#{prefix}-{value.removeprefix('#')}")
            elif "url(#" in value:
                used.update(_REFERENCE.findall(value))
                element.set(name, _REFERENCE.sub(rf"url(#{prefix}-\1)", value))
    for element in root.iter():
        name = element.attrib.pop("id", "")
        if name in used:
            element.set("id", f"{prefix}-{name}")
