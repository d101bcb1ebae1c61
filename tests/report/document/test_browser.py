"""The web page in a browser: contents, tables, night, phone, keyboard, no script, and what axe says of it."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from csanalysis.palette import DARK, LIGHT
from csanalysis.report.document.labels import LABELS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (apt-get install chromium)"),
]

DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
STORES = {"zh": "haibin", "en": "riverside"}
MONTHS = "#plan-monthly_targets"
DEFINITIONS = "#appendix-definitions"

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Browser, reports: Path) -> Open:
    """Open a report; on leaving, nothing may have failed, been logged as an error, or been asked of a server."""

    @contextmanager
    def report(
        language: str = "en",
        *,
        file: str = "",
        width: dict[str, int] = DESKTOP,
        blocked: bool = False,
        **context: Any,
    ) -> Iterator[Page]:
        path = reports / (file or f"{STORES[language]}/2026/report.html")
        with browser.new_context(viewport=width, reduced_motion="reduce", **context) as own:
            page = own.new_page()
            page.set_default_timeout(60_000)
            if blocked:
                page.add_init_script(
                    "Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked'); }})"
                )
            wrong: list[str] = []
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on(
                "console",
                lambda message: wrong.append(message.text) if message.type in {"error", "warning"} else None,
            )
            page.on(
                "request",
                lambda request: (
                    wrong.append(request.url)
                    if request.url.split("#")[0] != path.as_uri() and not request.url.startswith("data:")
                    else None
                ),
            )
            page.goto(path.as_uri())
            yield page
            assert wrong == []

    return report


def column(page: Page, table: str, place: int) -> list[str]:
    return page.locator(f"{table} tbody tr:visible > :nth-child({place})").all_inner_texts()


def numbers(page: Page, table: str, place: int) -> list[float]:
    cells = page.locator(f"{table} tbody tr:not(.total) > :nth-child({place})")
    return [float(value) for value in cells.evaluate_all("cells => cells.map(cell => cell.dataset.value)")]


def background(page: Page) -> str:
    red, green, blue = re.findall(r"\d+", page.evaluate("getComputedStyle(document.body).backgroundColor"))[
        :3
    ]
    return f"#{int(red):02x}{int(green):02x}{int(blue):02x}"


def until(page: Page, true: Callable[[], bool]) -> None:
    """The page's policy forbids Playwright's own waiting, which evaluates text."""
    for _ in range(50):
        if true():
            return
        page.wait_for_timeout(100)
    assert true()


@pytest.mark.parametrize("language", STORES)
def test_contents_lead_to_every_chapter_and_follow_the_reader(opened, language):
    with opened(language) as page:
        links = page.locator(".contents > details > ol > li > a")
        assert links.count() == page.locator("section.chapter").count() > 8
        links.nth(3).click()
        heading = page.locator(f"[id='{page.evaluate('decodeURIComponent(location.hash.slice(1))')}']")
        page.locator(".contents .open > a[aria-current]").wait_for()
        assert 0 <= heading.bounding_box()["y"] < 450
        assert links.nth(3).get_attribute("aria-current") == "location"
        chapter = links.nth(3).inner_text().split()[0]
        assert chapter.isdigit()
        shown = page.locator(".contents li li a:visible").all_inner_texts()
        assert shown and all(text.split()[0].startswith(f"{chapter}.") for text in shown)


def test_a_head_sorts_its_column_up_down_and_back_and_the_total_stays(opened):
    with opened() as page:
        before = column(page, MONTHS, 1)
        head = page.locator(f"{MONTHS} thead th").nth(1)
        head.get_by_role("button").click()
        assert head.get_attribute("aria-sort") == "ascending"
        assert numbers(page, MONTHS, 2) == sorted(numbers(page, MONTHS, 2)) != []
        assert LABELS["en"]["sorted_up"].split("{")[0] in page.locator(f"{MONTHS} output").inner_text()
        head.get_by_role("button").press("Enter")
        assert head.get_attribute("aria-sort") == "descending"
        assert numbers(page, MONTHS, 2) == sorted(numbers(page, MONTHS, 2), reverse=True)
        assert column(page, MONTHS, 1)[-1] == before[-1] == "2026"
        head.get_by_role("button").press("Space")
        assert head.get_attribute("aria-sort") is None
        assert column(page, MONTHS, 1) == before


def test_months_sort_by_date_and_not_by_their_names(opened):
    with opened() as page:
        before = column(page, MONTHS, 1)
        page.locator(f"{MONTHS} thead th").nth(1).get_by_role("button").click()
        page.locator(f"{MONTHS} thead th").nth(0).get_by_role("button").click()
        assert column(page, MONTHS, 1) == before
        assert before[0] == "Jan 2026"


def test_what_is_undefined_comes_last_whichever_way(opened):
    with opened() as page:
        table = page.locator(
            ".table:has(tbody td:nth-child(2)[data-value='null']):has(thead th:nth-child(2) .sort)"
        ).first
        for _ in range(2):
            table.locator("thead tr").last.locator("th").nth(1).get_by_role("button").click()
            values = table.locator("tbody tr:not(.total) > :nth-child(2)").evaluate_all(
                "cells => cells.map(cell => cell.dataset.value === 'null')"
            )
            assert values == sorted(values) and values[-1]


@pytest.mark.parametrize("language", STORES)
def test_rows_are_filtered_and_counted(opened, language):
    with opened(language) as page:
        every = page.locator(f"{DEFINITIONS} tbody tr").count()
        page.locator(f"{DEFINITIONS} input[type=search]").fill("churn_rate target")
        shown = column(page, DEFINITIONS, 1)
        assert 0 < len(shown) < every
        rows = page.locator(f"{DEFINITIONS} tbody tr:visible").all_inner_texts()
        assert all("churn_rate" in text.lower() and "target" in text.lower() for text in rows)
        said = page.locator(f"{DEFINITIONS} [role=status], {DEFINITIONS} output").inner_text()
        assert said == LABELS[language]["rows"].format(shown=len(shown), all=every)
        page.locator(f"{DEFINITIONS} input[type=search]").fill("")
        assert len(column(page, DEFINITIONS, 1)) == every


def test_a_table_is_copied_with_its_raw_numbers(opened):
    with opened(permissions=["clipboard-read", "clipboard-write"]) as page:
        page.locator(MONTHS).hover()
        page.locator(f"{MONTHS} .copy").click()
        page.locator(f"{MONTHS} output", has_text=LABELS["en"]["copied"]).wait_for()
        lines = page.evaluate("navigator.clipboard.readText()").split("\r\n")
        assert lines[0].startswith("Month,First services planned,")
        assert [float(line.split(",")[1]) for line in lines[1:-1]] == numbers(page, MONTHS, 2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_reader_chooses_light_or_dark_and_it_is_remembered(opened, scheme):
    own, other = (LIGHT, DARK) if scheme == "light" else (DARK, LIGHT)
    with opened(color_scheme=scheme) as page:
        button = page.get_by_role("button", name=LABELS["en"]["theme"])
        assert background(page) == own.paper
        assert button.get_attribute("aria-pressed") == str(scheme == "dark").lower()
        button.press("Enter")
        assert background(page) == other.paper
        page.reload()
        assert background(page) == other.paper


def test_figures_follow_the_night(opened):
    fills = "[...document.querySelectorAll('.chart svg path')].map(path => getComputedStyle(path).fill)"
    rgb = ", ".join(str(int(DARK.paper[place : place + 2], 16)) for place in (1, 3, 5))
    with opened(color_scheme="dark") as page:
        drawn = page.evaluate(fills)
        assert f"rgb({rgb})" in drawn
        assert "rgb(255, 255, 255)" not in drawn


RATES = "#churn-annual_churn_rate"


def middle(mark) -> tuple[float, float]:
    box = mark.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("language", STORES)
def test_a_mark_says_its_number_under_the_mouse_and_to_the_arrow_keys(opened, language):
    with opened(language, java_script_enabled=False) as page:
        titles = page.locator(f"{RATES} .marks title").all_text_contents()
    assert len(titles) > 3 and all(re.search(r"\d%", title) for title in titles)
    with opened(language) as page:
        marks, told = page.locator(f"{RATES} .marks > *"), page.locator(".told")
        marks.nth(1).scroll_into_view_if_needed()
        assert not told.is_visible()
        page.mouse.move(*middle(marks.nth(1)))
        assert told.inner_text() == titles[1]
        page.mouse.move(2, 2)
        assert not told.is_visible()
        page.locator(f"{RATES} .canvas").focus()
        page.keyboard.press("ArrowRight")
        first = told.inner_text()
        page.keyboard.press("ArrowRight")
        assert titles[0] in (first, titles[0]) and told.inner_text() in titles and told.inner_text() != first
        page.keyboard.press("Escape")
        assert not told.is_visible()


def test_a_finger_beside_a_mark_brings_its_number(opened):
    with opened("zh", width=PHONE, has_touch=True, is_mobile=True) as page:
        marks, told = (
            page.locator("#first_service-first_service_return_rate .marks > circle"),
            page.locator(".told"),
        )
        marks.nth(0).scroll_into_view_if_needed()
        x, y = middle(marks.nth(0))
        page.touchscreen.tap(x - 4, y)
        until(page, told.is_visible)
        assert re.search(r"\d%", told.inner_text())
        page.touchscreen.tap(x, y - 260)
        until(page, lambda: not told.is_visible())


def test_blocked_storage_is_no_error(opened):
    with opened(blocked=True) as page:
        page.get_by_role("button", name=LABELS["en"]["theme"]).click()
        assert background(page) == DARK.paper


@pytest.mark.parametrize("language", STORES)
def test_on_a_phone_the_contents_are_a_menu_and_nothing_is_cut_off(opened, language):
    with opened(language, width=PHONE) as page:
        menu, entries = page.locator(".contents summary"), page.locator(".contents details > ol")
        assert not entries.is_visible()
        menu.press("Enter")
        assert entries.is_visible()
        page.keyboard.press("Escape")
        assert not entries.is_visible()
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
        menu.click()
        page.locator(".contents > details > ol > li > a").nth(1).click()
        assert not entries.is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        wide = page.locator("figure.wide .scroll").first
        assert wide.get_attribute("tabindex") == "0"
        wide.focus()
        page.keyboard.press("ArrowRight")
        until(page, lambda: wide.evaluate("box => box.scrollLeft") > 0)


def test_the_keyboard_skips_to_the_report(opened):
    with opened() as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "report-body"


@pytest.mark.parametrize("language", STORES)
def test_a_measure_leads_to_its_definition(opened, language):
    with opened(language) as page:
        page.locator("#plan-targets tbody a.define").first.click()
        name = page.evaluate("location.hash.slice(1)")
        assert name == "definitions-first_service_target"
        row = page.locator(f"#{name}")
        assert row.locator("code").inner_text() == "first_service_target"
        box, around = row.bounding_box(), page.locator(f"{DEFINITIONS} .scroll").bounding_box()
        assert around["y"] <= box["y"] < around["y"] + around["height"]
        assert 0 <= box["y"] < DESKTOP["height"]


@pytest.mark.parametrize("width", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_without_javascript_nothing_is_lost(opened, width):
    with opened(java_script_enabled=False, width=width) as page:
        assert page.locator(".contents li li a").first.is_visible()
        assert not page.locator(".theme, .tools").first.is_visible()
        rows = page.locator(f"{DEFINITIONS} tbody tr")
        assert rows.count() == page.locator(f"{DEFINITIONS} tbody tr:visible").count() > 100
        tall = page.locator(f"{DEFINITIONS} .scroll")
        short = tall.bounding_box()["height"]
        page.locator(f"{DEFINITIONS} .whole input").check()
        assert tall.bounding_box()["height"] > 3 * short


def test_on_paper_the_tables_are_whole_and_the_controls_gone(opened):
    with opened(color_scheme="dark") as page:
        page.emulate_media(media="print")
        assert background(page) == LIGHT.paper
        assert not page.locator(
            ".theme:visible, .tools:visible, .up:visible, .permalink:visible, .whole:visible"
        ).count()
        box = page.locator(f"{DEFINITIONS} .scroll")
        assert box.evaluate("box => getComputedStyle(box).maxHeight") == "none"


@pytest.mark.parametrize("width", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_list_of_reports_sorts_and_links(opened, reports, width):
    with opened(file="index.html", width=width) as page:
        assert page.locator("tbody tr").count() == 3
        assert page.evaluate("document.documentElement.scrollWidth") == width["width"]
        page.locator("thead th").nth(2).get_by_role("button").click()
        values = numbers(page, "main", 3)
        assert values == sorted(values)
        for link in page.locator("tbody a").evaluate_all(
            "links => links.map(link => link.getAttribute('href'))"
        ):
            assert (reports / link).is_file()


CONTRAST = {"runOnly": ["color-contrast"]}
ALL_BUT_CONTRAST = {"rules": {"color-contrast": {"enabled": False}}}


ALIKE_LEFT_OUT = """() => {
    const seen = {};
    for (const row of document.querySelectorAll("tbody tr")) {
        const marks = [row, ...row.querySelectorAll("*")].map(each => each.tagName + "." + each.className);
        seen[marks] = (seen[marks] || 0) + 1;
        if (seen[marks] > 3) row.remove();
    }
    document.querySelectorAll("svg > :not(title):not(desc)").forEach(each => each.remove());
}"""
"""Most of a page are rows alike in every tag and class, of which three tell axe all, and the marks it never judges."""


def grave(page: Page, rules: dict[str, Any], *, only: str | None = None) -> list[tuple[str, list[str]]]:
    """What axe calls serious or critical."""
    page.set_default_timeout(180_000)
    page.evaluate(ALIKE_LEFT_OUT)
    # The marks inside a drawing are its picture; its name and words are judged.
    context = {"exclude": [["svg > *"]]} | ({"include": [[only]]} if only else {})
    found = Axe().run(page, context=context, options={"resultTypes": ["violations"], **rules})
    return [
        (each["id"], [node["html"][:120] for node in each["nodes"][:3]])
        for each in found.response["violations"]
        if each["impact"] in {"serious", "critical"}
    ]


CHINESE, ENGLISH = (f"{store}/2026/report.html" for store in STORES.values())


@pytest.mark.parametrize(
    ("file", "width", "scheme", "rules"),
    [
        pytest.param("index.html", DESKTOP, "light", {}, id="index"),
        pytest.param("index.html", PHONE, "dark", {}, id="index-phone-dark"),
        pytest.param(CHINESE, DESKTOP, "light", {}, id="zh"),
        # Contrast hangs on the night's colours, neither on the language nor on the width.
        pytest.param(ENGLISH, DESKTOP, "light", ALL_BUT_CONTRAST, id="en"),
        pytest.param(CHINESE, DESKTOP, "dark", CONTRAST, id="zh-dark"),
        pytest.param(ENGLISH, PHONE, "light", ALL_BUT_CONTRAST, id="en-phone"),
    ],
)
def test_axe_finds_nothing_serious(opened, file, width, scheme, rules):
    with opened(file=file, width=width, color_scheme=scheme, bypass_csp=True) as page:
        assert grave(page, rules) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", STORES)
def test_the_menu_of_a_phone_can_be_read(opened, language, scheme):
    with opened(language, width=PHONE, color_scheme=scheme, bypass_csp=True) as page:
        page.locator(".contents summary").first.click()
        assert grave(page, CONTRAST, only=".contents") == []
