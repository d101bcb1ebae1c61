"""A slide as it looks, held against its kept picture; ``make pictures`` draws that anew."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pptx import Presentation

from tests.report.comparing import held_against, needs_poppler, page_of
from tests.report.slides.conftest import params_in

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("pictures")]


FIRST_SERVICE = 4
"""The place of a slide with a chart and a table."""


def only(deck: Path, place: int) -> None:
    """Leave one slide in a deck."""
    opened = Presentation(str(deck))
    slides = opened.slides._sldIdLst
    for slide in [each for number, each in enumerate(slides) if number != place]:
        slides.remove(slide)
    opened.save(str(deck))


@needs_poppler
@pytest.mark.skipif(OFFICE is None, reason="no LibreOffice is installed")
def test_a_slide(write_plan: Callable[..., Path], tmp_path: Path) -> None:
    """Slides bring no fonts along: where another one stands in for theirs, nothing can be compared."""
    deck = write_plan(tmp_path, params_in("en"))
    only(deck, FIRST_SERVICE)
    command = [str(OFFICE), f"-env:UserInstallation={(tmp_path / 'office').as_uri()}", "--headless"]
    command += ["--convert-to", "pdf", "--outdir", str(tmp_path), str(deck)]
    subprocess.run(command, capture_output=True, check=True, timeout=180)
    listed = subprocess.run(["pdffonts", str(deck.with_suffix(".pdf"))], capture_output=True, text=True)
    fonts = sorted({line.split()[0].rpartition("+")[2] for line in listed.stdout.splitlines()[2:]})
    held_against("slide", page_of(deck.with_suffix(".pdf"), 1, dpi=55), tmp_path, fonts=", ".join(fonts))
