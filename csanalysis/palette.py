"""The colours of the report, named by what they mean; figures, HTML and PDF all take them from here.

The hues are those of Okabe and Ito, darkened until each is readable as text on white (contrast 4.5 : 1 or
more), so that people with any colour vision can tell them apart. ``good`` and ``bad`` also differ in
lightness; meaning never hangs on colour alone.
"""

from dataclasses import asdict, dataclass, replace


@dataclass(frozen=True)
class Palette:
    """One theme. Every colour is ``#rrggbb``."""

    paper: str
    """Page background; figures have it too."""
    surface: str
    """Cards, table heads, sidebar."""
    ink: str
    """Text."""
    muted: str
    """Secondary text, axis labels, notes."""
    grid: str
    """Hairlines, grid lines, table rules."""
    accent: str
    """The one line or bar that matters; links."""
    accent_soft: str
    """Fills behind accent: bands, highlighted rows."""
    second: str
    """What the accent is compared with."""
    neutral: str
    """Context: other years, other stores."""
    good: str
    bad: str
    warn: str

    def as_css(self) -> str:
        """The colours as CSS custom properties, ``--accent-soft: #…;`` each."""
        return " ".join(f"--{name.replace('_', '-')}: {colour};" for name, colour in asdict(self).items())


LIGHT = Palette(
    paper="#ffffff",
    surface="#f4f6f8",
    ink="#16202a",
    muted="#55616d",
    grid="#d5dce3",
    accent="#00609c",
    accent_soft="#dcebf5",
    second="#b34700",
    neutral="#8794a1",
    good="#00735a",
    bad="#b3340f",
    warn="#8a6100",
)
"""Screen by day, print, and every figure."""

DARK = Palette(
    paper="#12181e",
    surface="#1c242c",
    ink="#e8edf2",
    muted="#a3afba",
    grid="#35414c",
    accent="#6cb8ea",
    accent_soft="#17364a",
    second="#f0994d",
    neutral="#7d8a96",
    good="#4cc3a1",
    bad="#f27d58",
    warn="#e0b04a",
)
"""Screen by night."""

_READABLE = 4.5
"""Contrast of text with its background."""

SERIES = ("#00609c", "#d55e00", "#00896b", "#a8518a", "#56a4d8", "#8a6100", "#55616d")
"""Categories in order, easiest to tell apart first; use no more than five in one figure."""

SEQUENTIAL = ("#e7f1f8", "#c0dbee", "#92c0e0", "#5ea1cd", "#2f80b5", "#00609c", "#00406a")
"""Low to high."""

_SERIES_DARK = ("#6cb8ea", "#f28a3a", "#3fbf9a", "#e08fc2", "#a5d5f5", "#e0b04a", "#a3afba")
_SEQUENTIAL_DARK = ("#18242e", "#1b3444", "#20475f", "#285a7b", "#5a9ccb", "#6cb8ea", "#a5d5f5")
_DIVERGING_DARK = ("#f29b76", "#b5603a", "#5e3422", "#1c242c", "#1d4259", "#4b93c4", "#a5d5f5")

DIVERGING = ("#8f2f05", "#d1703f", "#efbfa0", "#f4f6f8", "#a9cde4", "#4b93c4", "#00558c")
"""Bad to good around a middle."""


def accented(palette: Palette, colour: str) -> Palette:
    """The palette with another accent, made darker or lighter until words in it can be read on the paper."""
    dark = _luminance(palette.paper) < 0.5
    end = "#ffffff" if dark else "#000000"
    accent, mixed = colour.lower(), 0.0
    while _contrast(accent, palette.paper) < _READABLE:
        mixed += 0.05
        accent = _mixed(colour, end, mixed)
    return replace(palette, accent=accent, accent_soft=_mixed(accent, palette.paper, 0.75 if dark else 0.87))


def _mixed(colour: str, other: str, share: float) -> str:
    """``share`` of ``other`` in ``colour``."""
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(own + (its - own) * share):02x}" for own, its in pairs)


def _parts(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def _luminance(colour: str) -> float:
    linear = [
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in _parts(colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def figure_colours() -> dict[str, tuple[str, str]]:
    """Every colour a figure is drawn in by day: the CSS property that stands for it, and what it is by night.

    A shade of a scale turns round at night, so that more stands out more and words on it can still be read.
    """
    named = {day: (name.replace("_", "-"), night) for name, day, night in _pairs(LIGHT, DARK)}
    scales = {
        "series": (SERIES, _SERIES_DARK),
        "scale": (SEQUENTIAL, _SEQUENTIAL_DARK),
        "span": (DIVERGING, _DIVERGING_DARK),
    }
    for scale, (days, nights) in scales.items():
        for place, (day, night) in enumerate(zip(days, nights, strict=True), start=1):
            named.setdefault(day, (f"{scale}-{place}", night))
    return named


def _pairs(light: Palette, dark: Palette) -> list[tuple[str, str, str]]:
    by_night = asdict(dark)
    return [(name, colour, by_night[name]) for name, colour in asdict(light).items()]
