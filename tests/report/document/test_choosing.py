"""The choice at the top of a chapter: it shows one team, model or year, on the screen alone."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import sync_playwright

from csanalysis.display.tables.model import MIME_TYPE, Cell, Column, HeaderGroup, ReportTable, Row
from csanalysis.report.assemble import assemble
from csanalysis.report.document.exporters import PlanHTMLExporter

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (apt-get install chromium)"),
]
YEARS = ("2024", "2025")


DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" width="200pt" height="100pt" viewBox="0 0 200 100">
<path d="M0 0H200V100H0z" fill="white"/><path d="M20 80L60 70L100 60L140 50" stroke="black"/>
<path d="M20 30L60 33L100 36L140 39" stroke="blue"/><text x="20" y="95">Jan</text>
<g class="marks" data-mark="alpha" data-group='{{"team": "South"}}'>{south}</g>
<g class="marks" data-mark="alpha" data-group='{{"team": "North"}}'>{north}</g>
</svg>"""


def marks(*heights):
    """Two months of each of two years."""
    periods = [f"{year}-0{month}" for year in YEARS for month in (1, 2)]
    return "".join(
        f'<circle cx="{20 + 40 * place}" cy="{y}" r="5" data-at="{period}"><title>{period}: {y}</title></circle>'
        for place, (y, period) in enumerate(zip(heights, periods, strict=True))
    )


def cell(period, value=1.0, **group):
    return Cell(f"{value:.0f}", "alpha", period, group, "value", value)


def book():
    head, pairs = Column("who", "Team", "left"), [(year, part) for year in YEARS for part in ("a", "b")]
    teams = [Row((Cell(team), *(cell(year, team=team) for year, _ in pairs))) for team in ("North", "South")]
    crossed = ReportTable(
        "crossed",
        "By team and year",
        (head, *(Column(f"{year}{part}", f"{year}{part}") for year, part in pairs)),
        (*teams, Row((Cell("Store"), *(cell(year) for year, _ in pairs)), "total")),
        header_groups=(HeaderGroup("", 1), *(HeaderGroup(year, 2) for year in YEARS)),
    )
    months = tuple(
        Row((Cell(f"{year}-0{month}"), cell(f"{year}-0{month}"))) for year in YEARS for month in (1, 2)
    )
    whole = ReportTable(
        "whole", "One number", (head, Column("a", "A")), (Row((Cell("Store"), cell("2025"))),)
    )
    other = ReportTable("months", "By month", (head, Column("a", "A")), months)
    outputs = [
        new_code_cell(outputs=[new_output("display_data", data={MIME_TYPE: table.as_json()})])
        for table in (crossed, other, whole)
    ]
    svg = DRAWING.format(south=marks(80, 70, 60, 50), north=marks(30, 33, 36, 39))
    drawn = {"image/svg+xml": {"id": "lines", "title": "Lines", "alt": "Lines"}}
    outputs.append(
        new_code_cell(outputs=[new_output("display_data", data={"image/svg+xml": svg}, metadata=drawn)])
    )
    return new_notebook(cells=[new_markdown_cell("# Chapter"), *outputs])


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    plain = new_notebook(cells=[new_markdown_cell("# Words alone\n\nNo table.")])
    whole = assemble([book(), plain], cover={"language": "en", "title": "T"})
    path = tmp_path_factory.mktemp("choosing") / "report.html"
    path.write_text(PlanHTMLExporter().from_notebook_node(whole)[0], encoding="utf-8")
    return path


def shown(page, table):
    return [
        row.split("\t") for row in page.locator(f"figure[id$={table}] tbody tr:visible").all_inner_texts()
    ]


def faded(page):
    """Of the figure: how many marks, lines and stretches of lines fade, and the words that its caption adds."""
    return page.evaluate(
        """() => {
          const all = (what) => document.querySelectorAll(`figure[id$=lines] ${what}`).length;
          return [all("circle[data-other]"), all("path[data-other]"), all("path[mask]") && all("mask rect") - 1,
                  document.querySelector("figure[id$=lines] figcaption > span").dataset.only ?? ""];
        }"""
    )


def test_tables_and_figures_follow_the_choice_and_paper_does_not(path):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844}, bypass_csp=True)
        page.goto(path.as_uri())
        wrong = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        choice = page.get_by_label("This chapter shows")
        assert choice.count() == 1, "a chapter without such numbers has none"
        assert choice.locator("option").all_inner_texts() == ["everything", "North", "South", *YEARS]

        choice.select_option(label="South")
        assert [row[0] for row in shown(page, "crossed")] == ["South", "Store"]
        assert len(shown(page, "months")) == 4 and len(shown(page, "whole")) == 1
        assert page.locator(".choose output").inner_text().startswith("2 of 4 tables and figures follow")
        assert faded(page) == [4, 1, 0, " · South"], "the line of the North fades as a whole"

        choice.press("End")  # the keyboard alone: the last year
        assert choice.input_value() == "year=2025"
        heads = page.locator("figure[id$=crossed] thead th:visible").all_inner_texts()
        assert [head.strip() for head in heads if head.strip()] == ["2025", "Team", "2025a", "2025b"]
        assert [len(row) for row in shown(page, "crossed")] == [3, 3, 3]
        assert [row[0] for row in shown(page, "months")] == ["2025-01", "2025-02"]
        assert faded(page) == [4, 0, 4, " · 2025"]
        page.locator("figure[id$=lines] .canvas").focus()
        said = []
        for _ in range(4):
            page.keyboard.press("ArrowRight")
            said.append(page.locator("output.told").inner_text()[:7])
        assert said == ["2025-02", "2025-01", "2025-02", "2025-02"], "the arrow keys pass the others by"
        found = Axe().run(page, context={"include": [[".choose"]]}).response["violations"]
        assert [violation["id"] for violation in found] == []

        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert faded(page) == [0, 0, 0, ""]
        assert len(shown(page, "months")) == 4 and [len(row) for row in shown(page, "crossed")] == [5, 5, 5]
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert len(shown(page, "months")) == 2
        choice.press("Home")
        assert len(shown(page, "months")) == 4 and page.locator(".choose output").inner_text() == ""
        assert wrong == []

        still = browser.new_context(java_script_enabled=False).new_page()
        still.goto(path.as_uri())
        assert still.locator(".choose").count() == 0 and len(shown(still, "months")) == 4
        browser.close()
