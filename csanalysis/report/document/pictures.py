"""Pictures of notebooks as SVG, and what is said of those that a page cannot hold."""

import base64
import binascii
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from csanalysis.display.drawing import Drawing
from csanalysis.display.tables.layout import Span
from csanalysis.report.document.blocks import Figure, Paragraph, Quote
from csanalysis.report.document.svg import png_as_svg

RASTER = ("image/png", "image/jpeg", "image/gif", "image/webp")


def raster_as_svg(mime: str, encoded: str) -> str | None:
    """A base64 picture wrapped in an SVG of its size; None where it cannot be read."""
    from PIL import Image, UnidentifiedImageError

    try:
        if mime == "image/png":
            return png_as_svg(encoded)
        stream = io.BytesIO()
        Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGBA").save(stream, "PNG")
    except (binascii.Error, UnidentifiedImageError, OSError, ValueError):
        return None
    return png_as_svg(base64.b64encode(stream.getvalue()).decode())


def left_out(labels: Mapping[str, str], what: str) -> Quote:
    """A line in place of what a report cannot show."""
    return Quote((Paragraph((Span(labels["left_out"].format(what=what)),)),))


@dataclass(frozen=True)
class Attached:
    """The pictures that a Markdown cell brings with it, by name and type, and the labels of its language."""

    files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=lambda: {"left_out": "{what}"})

    def shown(self, address: str, words: str) -> Figure | Quote:
        """The picture of ``![words](address)``, if it came with the cell; else a line that names it."""
        for mime, encoded in self._of(address).items():
            if mime in RASTER and (svg := raster_as_svg(mime, encoded)):
                return Figure(Drawing(svg), words, words)
        what = self.labels.get("picture", "{name}").format(name=words or address[:60])
        return left_out(self.labels, what)

    def _of(self, address: str) -> Mapping[str, str]:
        scheme, _, rest = address.partition(":")
        if scheme == "attachment":
            return self.files.get(unquote(rest), {})
        if scheme == "data" and (parts := rest.partition(";base64,"))[1]:
            return {parts[0]: parts[2]}
        return {}
