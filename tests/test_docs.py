"""The documentation: everything that the code knows stands in it, links lead somewhere, nothing is fetched."""

import doctest
import re
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from csanalysis.catalogue import METRICS
from csanalysis.desk import __all__ as public
from csanalysis.desk.splitting import why_unsplit
from csanalysis.messages import said
from csanalysis.params.keys import keys
from csanalysis.report import CHAPTERS
from csanalysis.schema import TABLES
from docs.make.__main__ import make
from docs.make.site import LANGUAGES, write_sources

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_ANCHOR = re.compile(r"\{#([\w-]+)\}")


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    folder = tmp_path_factory.mktemp("docs")
    return {language: write_sources(language, folder / language).parent / "docs" for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_lead_to_pages_and_anchors_that_are_there(sources, language):
    pages = {path: path.read_text(encoding="utf-8") for path in sources[language].rglob("*.md")}
    links = [(page, link) for page, text in pages.items() for link in _LINK.findall(text)]
    assert len(links) > 500
    lost = []
    for page, link in links:
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if target not in pages or (anchor and anchor not in _ANCHOR.findall(pages[target])):
            lost.append((page.name, link))
    assert lost == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_column_key_metric_and_chapter_has_its_place(sources, language):
    def anchors(page):
        return set(_ANCHOR.findall((sources[language] / page).read_text(encoding="utf-8")))

    tables, params = anchors("tables.md"), (sources[language] / "params.md").read_text(encoding="utf-8")
    assert TABLES.keys() <= tables
    assert [
        key.path for key in keys() if f"`{key.path}`" not in params and f"{{#{key.path}}}" not in params
    ] == []
    metrics = {name for page in (sources[language] / "metrics").iterdir() for name in anchors(page)}
    assert METRICS.keys() <= metrics
    text = "".join(page.read_text(encoding="utf-8") for page in (sources[language] / "metrics").iterdir())
    assert text.count("`store.metric(…, by=…)`") == len(METRICS.standard) - len(why_unsplit())
    assert all(said(why, language) in text for why in why_unsplit().values())
    pages = {path.stem for path in (sources[language] / "chapters").glob("*.md")}
    assert pages >= {"index", *CHAPTERS}
    text = (sources[language] / "statistics.md").read_text(encoding="utf-8")
    assert text.count("\n| ") > 10, "the calibration"


def test_the_library_is_described_by_its_docstrings_and_its_examples_hold(sources):
    page = sources["en"] / "library.md"
    text = page.read_text(encoding="utf-8")
    assert {*public} <= set(_ANCHOR.findall(text))
    assert "- `folder : path or address`: Such as `outputs/haibin/2026`" in text
    failed, tried = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert (failed, tried >= 4) == (0, True)


def test_the_claims_are_told_in_one_language(sources):
    chinese = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
    of = {code: (sources[code] / "claims.md").read_text(encoding="utf-8") for code in LANGUAGES}
    whole = (Path(__file__).parents[1] / "docs" / "claims.md").read_text(encoding="utf-8")
    sentences = whole.count("\n| `")
    assert sentences > 150 and all(text.count("\n| `") == sentences for text in of.values())
    assert [line for line in of["en"].splitlines() if chinese.search(line)] == []
    rows = [line for line in of["zh"].splitlines() if line.startswith(("| `", "- **")) or line[:1].isalpha()]
    assert len(rows) > sentences and [line for line in rows if not chinese.search(line)] == []


def test_no_page_names_a_place_of_this_machine(sources):
    here = str(Path(__file__).parents[1])
    for folder in sources.values():
        assert [page for page in folder.rglob("*.md") if here in page.read_text(encoding="utf-8")] == []


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (apt-get install chromium)")
def test_the_built_pages_are_read_and_searched_from_a_folder_and_fetch_nothing(tmp_path):
    make(tmp_path, {})
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844})
        asked, wrong = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        # What the next page cuts off was there to be read, such as a small picture of the one before.
        page.on(
            "requestfailed",
            lambda request: wrong.append(request.url) if request.failure != "net::ERR_ABORTED" else None,
        )
        for language in LANGUAGES:
            for name in ("index", "params", "metrics/churn", "statistics"):
                page.goto((tmp_path / language / f"{name}.html").as_uri())
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        page.goto((tmp_path / "zh" / "tables.html").as_uri())
        assert page.locator("a.other").get_attribute("href") == "../en/tables.html"
        page.locator(".md-typeset__scrollwrap[tabindex]").first.wait_for()
        scrolling = (
            "[...document.querySelectorAll('.md-typeset__scrollwrap')]"
            ".filter(box => box.scrollWidth > box.clientWidth)"
        )
        assert page.evaluate(f"{scrolling}.length > 9 && {scrolling}.every(box => box.tabIndex === 0)")
        heights = page.locator("article tr").evaluate_all("rows => rows.map(row => row.offsetHeight)")
        assert max(heights) < 300, "no column is so narrow that its row fills the screen"
        page.set_viewport_size({"width": 1280, "height": 800})
        page.keyboard.press("f")
        page.keyboard.type("流失率")
        page.keyboard.press("End")
        page.locator(".md-search-result__item").first.wait_for()
        assert "流失" in page.locator(".md-search-result__item").first.inner_text()
        assert (
            wrong == []
            and [url for url in asked if not url.startswith((tmp_path.as_uri(), "data:", "blob:"))] == []
        )
        # Last, for axe asks for the style sheets itself, which a page from a folder may not.
        found = Axe().run(page, context={"include": [[".md-search"]]}).response["violations"]
        assert [violation["id"] for violation in found] == []
        browser.close()
