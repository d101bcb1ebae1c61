"""One page of each kind as it looks: made of fixed content by the real templates, held against kept pictures.

``make pictures`` keeps what the pages look like now; look at each before it is committed.
"""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbformat import NotebookNode
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from csanalysis.report.assemble import assemble
from csanalysis.report.document.exporters import PlanHTMLExporter, PlanPDFExporter
from tests.report.comparing import held_against, needs_poppler, page_of
from tests.report.conftest import sample_chapters, sample_cover

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("pictures")]


@pytest.fixture(scope="module")
def sample() -> NotebookNode:
    """Chapters with cards, tables, figures and prose, in Chinese."""
    return assemble(sample_chapters("zh"), cover=sample_cover("zh"))


@pytest.fixture(scope="module")
def pdf(sample: NotebookNode, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pictures") / "report.pdf"
    path.write_bytes(PlanPDFExporter().from_notebook_node(sample)[0])
    return path


@needs_poppler
@pytest.mark.parametrize(
    ("name", "number"), [("pdf-cover", 1), ("pdf-plan", 3), ("pdf-figures", 4), ("pdf-table", 6)]
)
def test_a_page_of_the_pdf(name: str, number: int, pdf: Path, tmp_path: Path) -> None:
    held_against(name, page_of(pdf, number, dpi=80), tmp_path)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (apt-get install chromium)")
@pytest.mark.parametrize(
    ("name", "width", "height", "scheme"),
    [("web-wide", 1200, 900, "light"), ("web-phone", 390, 844, "light"), ("web-night", 1200, 900, "dark")],
)
def test_the_web_page(
    name: str, width: int, height: int, scheme: str, sample: NotebookNode, browser: Browser, tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    page.write_text(PlanHTMLExporter().from_notebook_node(sample)[0], encoding="utf-8")
    size = {"width": width, "height": height}
    with browser.new_context(viewport=size, reduced_motion="reduce", color_scheme=scheme) as context:
        opened = context.new_page()
        opened.goto(f"{page.as_uri()}#summary")
        opened.evaluate("document.fonts.ready")
        opened.wait_for_timeout(200)
        seen = Image.open(io.BytesIO(opened.screenshot()))
    held_against(name, seen if width < 600 else seen.resize((width * 2 // 3, height * 2 // 3)), tmp_path)
