"""Colours can be read, and told apart without seeing red or green."""

import itertools

from csanalysis.palette import DARK, LIGHT, SEQUENTIAL, SERIES, figure_colours

PALETTES = {"light": LIGHT, "dark": DARK}
TEXT = ("ink", "muted", "accent", "second", "good", "bad", "warn")
# Machado, Oliveira and Fernandes 2009: how a person without one kind of cone sees linear RGB
BLIND = {
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}
EYES = (None, *BLIND)  # every cone, no red, no green


def linear(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def luminance(colour):
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lab(rgb):
    rows = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    white = (0.9505, 1.0, 1.089)
    x, y, z = (
        max(sum(a * b for a, b in zip(row, rgb, strict=True)), 1e-6) / full
        for row, full in zip(rows, white, strict=True)
    )
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def seen(colour, kind):
    rgb = linear(colour)
    return (
        lab([sum(a * b for a, b in zip(row, rgb, strict=True)) for row in BLIND[kind]]) if kind else lab(rgb)
    )


def difference(one, other, kind):
    return sum((a - b) ** 2 for a, b in zip(seen(one, kind), seen(other, kind), strict=True)) ** 0.5


def test_text_has_contrast():
    pairs = itertools.product(PALETTES, TEXT, ("paper", "surface", "accent_soft"))
    contrasts = {
        (palette, name, behind): contrast(
            getattr(PALETTES[palette], name), getattr(PALETTES[palette], behind)
        )
        for palette, name, behind in pairs
    }
    assert {pair: value for pair, value in contrasts.items() if value < 4.5} == {}


def test_good_and_bad_differ_for_every_eye():
    apart = {
        (name, kind): difference(palette.good, palette.bad, kind)
        for name, palette in PALETTES.items()
        for kind in EYES
    }
    assert {pair: value for pair, value in apart.items() if value <= 20} == {}


def test_the_first_five_series_differ_for_every_eye():
    apart = {
        (*pair, kind): difference(*pair, kind)
        for pair in itertools.combinations(SERIES[:5], 2)
        for kind in EYES
    }
    assert {pair: value for pair, value in apart.items() if value <= 12} == {}


def test_css_names_every_colour():
    assert f"--accent-soft: {LIGHT.accent_soft};" in LIGHT.as_css()
    assert LIGHT.as_css().count(";") == 12


def test_words_on_every_shade_can_be_read_by_night():
    """The three strongest shades carry the page's colour, the others ink, as figures set them by day."""
    night = [figure_colours()[shade][1] for shade in SEQUENTIAL]
    words = [DARK.ink] * 4 + [DARK.paper] * 3
    assert all(contrast(word, shade) >= 4.5 for word, shade in zip(words, night, strict=True))
    assert [luminance(shade) for shade in night] == sorted(luminance(shade) for shade in night)


def test_series_can_be_seen_by_night():
    assert all(contrast(figure_colours()[colour][1], DARK.paper) >= 3 for colour in SERIES)
