"""plan.pdf of whole reports: at most fourteen pages, its sections in order, its numbers those of metrics.json."""

import json

import nbformat
import pypdf
import pytest

from csanalysis.report import SIGNED
from csanalysis.report.document.outputs import TABLE, as_data

pytestmark = pytest.mark.xdist_group("reports")

MOST_PAGES = 14
SECTIONS = {
    "haibin": ("签批页", "上年回顾", "目标", "举措", "首保", "流失", "满意度", "奖惩分档", "增项", "年度营销活动",
               "回访规划", "客户分级与责任", "客户信息", "短板与风险"),
    "riverside": ("1. Sign-off", "2. Last year", "3. Targets", "4. Measures", "5. First service", "6. Churn", "7. Scores",
                  "8. Pay bands", "9. Upsell", "10. Calendar", "11. Contact plan", "12. Customers and duties",
                  "13. Information", "14. Where the store loses, and risks"),
}  # fmt: skip


@pytest.fixture(scope="module", params=["haibin", pytest.param("riverside", marks=pytest.mark.slow)])
def store(request):
    return request.param


@pytest.fixture(scope="module")
def folder(reported, store):
    return reported(store) / store / "2026"


@pytest.fixture(scope="module")
def plan(folder):
    return pypdf.PdfReader(folder / "plan.pdf")


@pytest.fixture(scope="module")
def tables(folder):
    """The tables of the chapter, by id."""
    book = nbformat.read(folder / "notebooks" / f"{SIGNED}.ipynb", 4)
    shown = [
        as_data(output["data"][TABLE])
        for cell in book.cells
        for output in cell.get("outputs", [])
        if TABLE in output.get("data", {})
    ]
    return {table["id"].removeprefix("signed_"): table for table in shown}


def titles(outline):
    for entry in outline:
        yield from titles(entry) if isinstance(entry, list) else [entry.title]


def test_it_has_at_most_fourteen_pages_and_all_sections_in_order(plan, store):
    assert len(plan.pages) <= MOST_PAGES
    said = [title for title in titles(plan.outline) if any(name in title for name in SECTIONS[store])]
    assert len(said) == len(SECTIONS[store])
    assert all(name in title for name, title in zip(SECTIONS[store], said, strict=True))


def test_what_is_signed_stands_on_the_first_page(plan, store):
    first = plan.pages[0].extract_text().replace("\N{ZERO WIDTH SPACE}", "")
    assert {"haibin": "签字", "riverside": "Signatures"}[store] in first
    assert "____" in first


def test_the_calendar_stands_on_one_page(plan, tables):
    events = [row["cells"][1]["text"] for row in tables["calendar"]["rows"][:-1]]
    pages = ["".join(page.extract_text().split()) for page in plan.pages]
    assert any(all("".join(event.split()) in page for event in events) for page in pages)


def test_the_analysis_is_the_other_volume(folder, plan, store):
    first = next(title for title in titles(plan.outline) if SECTIONS[store][0] in title)
    report = pypdf.PdfReader(folder / "report.pdf")
    assert first not in list(titles(report.outline))


def test_every_number_is_the_one_in_metrics_json(folder, tables):
    records = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["metrics"]
    known = {(row["metric"], row["period"], json.dumps(row["group"], sort_keys=True)): row for row in records}
    count = 0
    for table in tables.values():
        for row in table["rows"]:
            for cell in row["cells"]:
                for number in cell.get("parts") or [cell]:
                    if number["metric"] is None:
                        continue
                    key = (number["metric"], number["period"], json.dumps(number["group"], sort_keys=True))
                    assert known[key][number["field"]] == number["value"], (table["id"], key)
                    count += 1
    assert count > 400


@pytest.mark.parametrize(
    ("id", "places"),
    [
        ("calendar", (4,)),
        ("allocated", (1, 2, 3, 4, 5)),
        ("lapse_months", (1, 2)),
        ("first_service_targets", (1, 3)),
        ("past_first_services", (1, 4, 7)),
        ("callers_needed", (1,)),
        ("contact_plan", (4, 5)),
        ("upsell_before_after", (1, 2, 4, 5)),
        ("pay_bands", (4, 5)),
    ],
)
def test_sums_below_a_table_are_the_sums_of_its_rows(tables, id, places):
    rows = tables[id]["rows"]
    last = next(place for place, row in enumerate(rows) if row["kind"] == "total")
    for place in places:
        above = [row["cells"][place]["value"] for row in rows[:last]]
        assert sum(each for each in above if each is not None) == pytest.approx(
            rows[last]["cells"][place]["value"]
        )


def test_the_months_of_the_budget_add_up(tables):
    cells = tables["calendar_months"]["rows"][0]["cells"]
    assert sum(cell["value"] for cell in cells[1:-1]) == pytest.approx(cells[-1]["value"])


def test_what_is_signed_is_kept_short(tables):
    assert len(tables["last_year"]["rows"]) <= 5
    assert len(tables["sign_targets"]["rows"]) <= 7
    assert len(tables["measures"]["rows"]) <= 5 + 2  # their sum, and last year's calls
