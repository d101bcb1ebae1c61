"""The comparison of pictures: it sees what a reader sees, and not how letters are smoothed."""

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from tests.report.comparing import difference, is_alike, keep, side_by_side


@pytest.fixture
def page():
    """Twelve lines of strokes as of letters, a blue head, and a table's rule."""
    picture = Image.new("RGB", (360, 400), "white")
    draw, chance = ImageDraw.Draw(picture), np.random.default_rng(1)
    draw.rectangle((0, 0, 360, 40), fill="#00609c")
    for line in range(12):
        for left in range(20, 320, 7):
            draw.line((left, 60 + 26 * line, left + chance.integers(0, 5), 70 + 26 * line), fill="black")
    draw.line((20, 380, 340, 380), fill="black", width=2)
    return picture


def drawn_over(page, box, fill):
    changed = page.copy()
    ImageDraw.Draw(changed).rectangle(box, fill=fill)
    return changed


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page,
        lambda page: ImageChops.offset(page, 1, 0),
        lambda page: page.filter(ImageFilter.GaussianBlur(0.8)),
        lambda page: page.point(lambda value: int(255 * (value / 255) ** 0.9)),
        lambda page: page.resize((361, 401)),
    ],
    ids=["same", "a dot aside", "smoother", "thinner", "a dot larger"],
)
def test_the_same_page_drawn_by_another_program_is_alike(page, change):
    assert is_alike(page, change(page))


@pytest.mark.parametrize(
    "change",
    [
        lambda page: ImageChops.offset(page, 0, 13),
        lambda page: drawn_over(page, (0, 0, 360, 40), "#9c0000"),
        lambda page: drawn_over(page, (20, 110, 330, 125), "white"),
        lambda page: drawn_over(page, (100, 300, 160, 360), "#e7d6a8"),
        lambda page: page.resize((400, 440)),
        lambda page: Image.new("RGB", page.size, "white"),
    ],
    ids=["half a line lower", "another colour", "a line missing", "a patch", "larger", "empty"],
)
def test_what_a_reader_would_see_is_not(page, change):
    assert not is_alike(page, change(page))


def test_a_kept_picture_is_small_and_like_the_page(page, tmp_path):
    keep(page, tmp_path / "page.png", font="Some Sans")
    kept = Image.open(tmp_path / "page.png")
    assert is_alike(kept, page) and kept.info["font"] == "Some Sans"
    assert (tmp_path / "page.png").stat().st_size < 10_000


def test_where_they_differ_is_red(page):
    changed = drawn_over(page, (100, 200, 220, 260), "#e7d6a8")
    _, _, by_block = difference(page, changed)
    row, column = np.unravel_index(by_block.argmax(), by_block.shape)
    assert 200 <= (row + 0.5) * 12 <= 260 and 100 <= (column + 0.5) * 12 <= 220
    sheet = side_by_side(page, changed)
    left = 2 * page.width + 30
    assert sheet.getpixel((left + 160, 230))[0] > 200 > 100 > sheet.getpixel((left + 160, 230))[1]
    assert sheet.getpixel((left + 200, 100)) == page.getpixel((200, 100))
