"""A page against its kept picture, as somebody sees both from arm's length.

Letters are drawn a little differently by each version of a browser or of Poppler, so not dots are compared but blocks
of them after a blur: what moved, changed its colour, is missing or is new differs in a block; what is drawn a dot
further right or smoother does not.
"""

import io
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter, PngImagePlugin

KEPT = Path(__file__).parent / "pictures"
RENEWED = os.environ.get("CSANALYSIS_PICTURES") == "renew"

POPPLER = shutil.which("pdftoppm")
needs_poppler = pytest.mark.skipif(POPPLER is None, reason="pdftoppm is not installed (poppler-utils)")

BLOCK = 12
"""Dots on a side; a line of text is about as high."""
BLUR = 5
MOST_BLOCK, MOST_MEAN = 18.0, 2.0
"""Of 255: how far one block may differ, and all of them on average. Cairo in place of Poppler's own painter makes 13
and 0.5 of a page; a shift by three dots makes 20 and more."""
COLOURS = 200


def blocks(picture: Image.Image) -> np.ndarray:
    """The mean colour of each block of the blurred picture: rows, columns, three colours [0 to 255]."""
    soft = np.asarray(picture.convert("RGB").filter(ImageFilter.GaussianBlur(BLUR)), float)
    high, wide = (soft.shape[0] // BLOCK, soft.shape[1] // BLOCK)
    cut = soft[: high * BLOCK, : wide * BLOCK]
    return cut.reshape(high, BLOCK, wide, BLOCK, 3).mean(axis=(1, 3))


def difference(kept: Image.Image, made: Image.Image) -> tuple[float, float, np.ndarray]:
    """The largest and the mean difference of two pictures' blocks, and that of each block [0 to 255].

    A picture that is larger or smaller by a dot or two is made to fit; one of another size differs wholly.
    """
    if max(abs(one - other) for one, other in zip(kept.size, made.size, strict=True)) > 2:
        return 255.0, 255.0, np.full((1, 1), 255.0)
    by_block = np.abs(blocks(kept) - blocks(made.resize(kept.size))).max(axis=2)
    return float(by_block.max()), float(by_block.mean()), by_block


def is_alike(kept: Image.Image, made: Image.Image) -> bool:
    """Whether a reader would take one for the other."""
    most, mean, _ = difference(kept, made)
    return most <= MOST_BLOCK and mean <= MOST_MEAN


def side_by_side(kept: Image.Image, made: Image.Image) -> Image.Image:
    """The kept picture, the one that was made, and in red where they differ."""
    kept, made = kept.convert("RGB"), made.convert("RGB")
    _, _, by_block = difference(kept, made)
    wide, high = kept.width + made.width + 20, max(kept.height, made.height)
    sheet = Image.new("RGB", (wide + 20 + kept.width, high), "white")
    shares = np.clip(by_block / MOST_BLOCK, 0, 1) * 255
    mask = Image.fromarray(shares.astype("uint8")).resize(kept.size, Image.Resampling.NEAREST)
    where = Image.composite(Image.new("RGB", kept.size, "red"), kept, mask)
    for picture, left in ((kept, 0), (made, kept.width + 10), (where, wide + 10)):
        sheet.paste(picture, (left, 0))
    return sheet


def keep(picture: Image.Image, path: Path, **said: str) -> None:
    """Write a picture small, with what is to be known of it."""
    about = PngImagePlugin.PngInfo()
    for name, value in said.items():
        about.add_text(name, value)
    picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
        path, optimize=True, pnginfo=about
    )


def held_against(name: str, made: Image.Image, tmp_path: Path, **said: str) -> None:
    """Compare with the kept picture; where it differs write both, side by side, and say how to renew it."""
    path = KEPT / f"{name}.png"
    if RENEWED:
        keep(made, path, **said)
    assert path.is_file(), f"{path} is not there; make pictures draws it"
    kept = Image.open(path)
    if other := {what: kept.info.get(what) for what, now in said.items() if kept.info.get(what) != now}:
        pytest.skip(f"{path.name} was drawn with {other}, here it is {said}")
    if not is_alike(kept, made):
        seen = Path(os.environ.get("CSANALYSIS_DIFFERENCES", tmp_path)) / f"{name}-differs.png"
        side_by_side(kept, made).save(seen)
        most, mean, _ = difference(kept, made)
        pytest.fail(
            f"{name} does not look as before (a block by {most:.0f}, all by {mean:.1f} of 255): see {seen}; "
            "if it should look so, run make pictures and commit what it draws"
        )


def page_of(pdf: Path, number: int, *, dpi: int) -> Image.Image:
    """A page of a PDF as Poppler draws it."""
    command = [str(POPPLER), "-r", str(dpi), "-f", str(number), "-l", str(number), "-png", str(pdf)]
    return Image.open(io.BytesIO(subprocess.run(command, capture_output=True, check=True).stdout))
