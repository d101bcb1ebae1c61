"""An SVG as it has been read, once: what it shows, what it says, in which letters."""

from dataclasses import dataclass

LAYER = "marks"
"""The class of a layer in which unseen shapes over a drawing's marks say what these are."""


@dataclass(frozen=True, slots=True)
class Lettering:
    """A text of a drawing, and the letters that it asks for."""

    words: str
    families: tuple[str, ...]
    bold: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG and its natural size [points].

    ``words`` is every piece of text in it, ``lettering`` each ``<text>`` as a whole, ``marks`` what its marks
    say on the page, where they are pointed at; all are empty until it has been read
    (:func:`csanalysis.report.document.svg.own_drawing`).
    """

    svg: str
    width: float = 0.0
    height: float = 0.0
    words: tuple[str, ...] = ()
    lettering: tuple[Lettering, ...] = ()
    marks: str = ""
