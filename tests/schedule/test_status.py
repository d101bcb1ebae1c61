"""The page of the schedule: quick with thousands of rows, to be searched, and a plain table without script."""

import shutil
import time
from datetime import UTC, datetime, timedelta

import pytest

from csanalysis.schedule.state import Entry
from csanalysis.schedule.status import Row, write_status

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
COUNT = 3000


def row(number):
    ending = ("made", "made", "failed", "running", None)[number % 5]
    entry = ending and Entry(
        "0 6 2 * *",
        NOW,
        started=NOW - timedelta(minutes=number),
        seconds=31.0,
        outcome=ending,
        report=f"s{number}/2026/report.html" if ending == "made" else None,
        problems=("<b>sales.csv</b>: no such file",) if ending == "failed" else (),
    )
    return Row(f"Store {number:04d}", "0 6 2 * *", entry or None, NOW + timedelta(days=31))


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("status")
    rows = [row(number) for number in range(COUNT)]
    begun = time.process_time()
    path = write_status(folder, rows, language="en", zone=UTC, now=NOW)
    assert time.process_time() - begun < 5, "a tenth of that is usual"
    return path


def test_three_thousand_rows_are_one_small_page_without_a_request(page):
    text = page.read_text(encoding="utf-8")
    assert len(text) < 2_000_000 and text.count('<tr class="body">') == COUNT
    assert 'href="index.html"' in text and "Failed 600" in text
    assert "&lt;b&gt;sales.csv" in text and "<b>sales.csv" not in text
    assert "http://" not in text.replace("http://www.w3.org", "") and "https://" not in text


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (apt-get install chromium)")
def test_the_page_in_a_browser(page):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with browser.new_context(viewport={"width": 390, "height": 844}) as context:
            tab = context.new_page()
            errors = []
            tab.on("pageerror", lambda error: errors.append(error))
            tab.goto(page.as_uri())
            assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
                "the table scrolls, not the page"
            )
            spent = tab.evaluate(
                "() => { const box = document.querySelector('input[type=search]'), begun = performance.now();"
                "box.value = '0042'; box.dispatchEvent(new Event('input')); return performance.now() - begun; }"
            )
            assert tab.locator("tbody tr:visible").count() == 1 and spent < 2000, (
                "a fiftieth of that is usual"
            )
            tab.reload()
            assert tab.locator("tbody tr:visible").count() == 1, (
                "it is loaded again by itself, still filtered"
            )
            assert errors == []
        with browser.new_context(java_script_enabled=False) as context:
            tab = context.new_page()
            tab.goto(page.as_uri())
            assert tab.locator("tbody tr").count() == COUNT and tab.locator("input[type=search]").count() == 0
        browser.close()
