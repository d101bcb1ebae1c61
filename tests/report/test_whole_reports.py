"""The reports of the three demonstration dealerships, read as files: complete, consistent, safe to share."""

import json
import re

import nbformat
import pandas as pd
import pypdf
import pytest
from bs4 import BeautifulSoup

from csanalysis.catalogue import METRICS, format_value
from csanalysis.chapters import data_quality
from csanalysis.chapters.everything import measure_all
from csanalysis.display.tables.cells import metric_format
from csanalysis.ingest import load
from csanalysis.metrics.contacts.working_days import working_days
from csanalysis.metrics.exports.changes import compare_results
from csanalysis.metrics.results import Results
from csanalysis.report import CHAPTERS

pytestmark = pytest.mark.xdist_group("reports")

STORES = ("haibin", "longshan", "riverside")
ONE, *OTHERS = STORES
MOST_PAGES, MOST_OF_A_CHAPTER = 45, 5


@pytest.fixture(
    scope="module", params=[ONE, *(pytest.param(name, marks=pytest.mark.slow) for name in OTHERS)]
)
def store(request):
    """One whole report is read by the essential tests, the others are made and read too when there is time."""
    return request.param


@pytest.fixture(scope="module")
def folder(reported, store):
    return reported(store) / store / "2026"


@pytest.fixture(scope="module")
def page(folder):
    """The parsed HTML."""
    return BeautifulSoup((folder / "report.html").read_text(encoding="utf-8"), "html.parser")


@pytest.fixture
def metrics(folder):
    return json.loads((folder / "metrics.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pdf_text(folder):
    """The words of the PDF."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(folder / "report.pdf").pages)


def test_every_file_is_there_and_no_other(folder):
    assert {path.name for path in folder.iterdir()} == {
        "report.html", "plan.pdf", "report.pdf", "plan.pptx", "metrics.json", "metrics.parquet", "numbers.xlsx",
        "lists.xlsx", "calendar.ics", "rejects.csv", "run.json", "notebooks",
    }  # fmt: skip
    assert {path.stem for path in (folder / "notebooks").iterdir()} == set(CHAPTERS)


def test_the_analysis_keeps_to_its_pages(folder):
    report = pypdf.PdfReader(folder / "report.pdf")
    tops = [entry for entry in report.outline if not isinstance(entry, list)]
    starts = [report.get_destination_page_number(entry) for entry in tops]
    lengths = dict(
        zip(
            [entry.title for entry in tops],
            map(int.__sub__, [*starts[1:], len(report.pages)], starts),
            strict=True,
        )
    )
    assert len(report.pages) <= MOST_PAGES
    assert {title: pages for title, pages in lengths.items() if pages > MOST_OF_A_CHAPTER} == {}


def test_every_table_stands_in_print_or_is_named_there(page, pdf_text):
    words = " ".join(pdf_text.replace("\N{ZERO WIDTH SPACE}", "").split())
    captions = [caption.get_text() for caption in page.select("figcaption .number")]
    numbered = [re.fullmatch(r"(?:表|Table) (\d+)", caption) for caption in captions]
    numbers = {int(found[1]) for found in numbered if found}
    # One stands where its caption does; the others are told in lines such as "tables 9, 12–14".
    told = {int(number) for number in re.findall(r"(?:表|Table) ?(\d+)\b", words)}
    for line in re.findall(r"numbers\.xlsx ?[:：](.*?)[。.](?!\d)", words):
        for first, last in re.findall(r"(?:表|tables?|[、,，]) ?(\d+)(?: ?– ?(\d+))?(?![\d.])", line):
            told |= {*range(int(first), int(last or first) + 1)}
    assert len(numbers) > 80
    assert sorted(numbers - told) == []


def test_metrics_json_has_its_form(metrics, store):
    assert (metrics["schema_version"], metrics["dealership"], metrics["plan_year"]) == (1, store, 2026)
    assert metrics["as_of"] == "2025-12-31"
    keys = {"metric", "period", "group", "numerator", "denominator", "value", "low", "high"}
    assert all(set(row) == keys for row in metrics["metrics"])
    named = [(row["metric"], row["period"], *sorted(row["group"].items())) for row in metrics["metrics"]]
    assert len(named) == len(set(named))
    assert {row["metric"] for row in metrics["metrics"]} <= set(METRICS)


def test_every_number_in_the_tables_is_the_one_in_metrics_json(page, metrics):
    known = {
        (row["metric"], row["period"], json.dumps(row["group"], sort_keys=True)): row
        for row in metrics["metrics"]
    }
    cells = page.select("[data-metric]")
    assert len(cells) > 300
    for cell in cells:
        group = json.dumps(json.loads(cell["data-group"]), sort_keys=True)
        row, field = known[cell["data-metric"], cell["data-period"], group], cell["data-field"]
        shown = json.loads(cell["data-value"]) if cell.get("data-value") not in (None, "") else None
        assert shown == (pytest.approx(row[field]) if row[field] is not None else None)
        text = cell.get_text(strip=True)
        if row[field] is None:
            assert text in ("—", "")
        elif number := re.search(
            r"[+-]?¥?[\d,]+(?:\.(\d+))?(%)?", text
        ):  # a flag such as weak_item is a word
            hundredfold = number[2] or metric_format(row["metric"], field) in ("percent", "points")
            written = float(re.sub(r"[¥,%]", "", number[0]))
            last_digit = 10.0 ** -len(number[1] or "")
            assert written == pytest.approx(row[field] * (100 if hundredfold else 1), abs=0.501 * last_digit)


def test_measured_all_at_once_the_chapters_give_what_their_notebooks_published(metrics, store, demo):
    opened = load(demo / "params" / f"{store}.yml")
    again = measure_all(opened.params, opened.tables) + data_quality.measure(opened)
    found = compare_results(Results.from_records(metrics["metrics"]), again)
    assert (found.keys, found.new, found.gone) == (frozenset(), (), ())


def test_every_number_of_a_table_says_which_it_is(page):
    """A digit in a table's body stands in a cell that names its metric, or in a label, reason or definition.

    What simulated stores told of the claims is no number of the store's.
    """
    for table in page.select("table"):
        if table.find_parent(id=re.compile("^appendix-calibration")) or "provenance" in str(
            table.find_parent(id=True)
        ):
            continue
        for cell in table.select("tbody td.right"):
            if re.fullmatch(r"[¥+-]?[\d,.]+%?", cell.get_text(strip=True)):
                assert cell.select("[data-metric]") or {"data-metric", "data-changed"} & set(cell.attrs), cell


def test_the_pdf_has_the_same_target_figures(pdf_text, metrics):
    results = Results.from_records(metrics["metrics"])
    language = "en" if "Customer-service plan" in pdf_text else "zh"
    squeezed = re.sub(r"\s", "", pdf_text)
    for metric in ("first_service_target", "churn_rate_target", "monthly_churn_ceiling"):
        value = results.value(metric, 2026)
        assert value is not None
        assert format_value(value, METRICS[metric].format, language) in squeezed
    months = results.select("first_service_target", "month")
    assert len(months) == 12
    for value in months["value"]:
        assert format_value(value, "count", language) in squeezed


def test_the_html_asks_nobody_for_anything(folder, page):
    html = (folder / "report.html").read_text(encoding="utf-8")
    for tag, attribute in (
        ("script", "src"),
        ("img", "src"),
        ("link", "href"),
        ("iframe", "src"),
        ("use", "href"),
    ):
        for element in page.find_all(tag):
            value = element.get(attribute) or ""
            assert value.startswith(("#", "data:")) or not value
    style = re.sub(
        r"url\((['\"]?)(#|data:)", "", "".join(element.get_text() for element in page.find_all("style"))
    )
    assert "url(" not in style and "@import" not in style
    assert not re.search(r"fetch\(|XMLHttpRequest|WebSocket|EventSource", html)


def test_figures_have_alternative_text_and_bring_their_own_letters(page):
    faces = "".join(style.get_text() for style in page.select("style"))
    assert "@font-face" in faces and "url(data:font/woff" in faces
    figures = [figure for figure in page.select("figure.chart") if figure.find("svg")]
    assert len(figures) >= 7
    for figure in figures:
        svg = figure.find("svg")
        assert svg.get("role") == "img" and svg.find("title").get_text(strip=True)
        named = {svg.get("font-family"), *(text.get("font-family") for text in svg.find_all("text"))} - {None}
        families = {family.split(",")[0].strip("'") for family in named}
        assert families and all(f'font-family:"{family}"' in faces for family in families)


def test_nobody_outside_the_work_lists_is_named(folder, pdf_text, store, demo):
    tables = load(demo / "params" / f"{store}.yml").tables
    people = tables["customers"]
    secrets = (
        set(people["phone"].dropna())
        | set(tables["vehicle_sales"]["vin"])
        | set(tables["service_visits"]["vin"])
    )
    texts = {
        path.name: path.read_text(encoding="utf-8")
        for path in (
            folder / "report.html",
            folder / "metrics.json",
            folder / "run.json",
            folder / "rejects.csv",
        )
    }
    texts |= {path.name: path.read_text(encoding="utf-8") for path in (folder / "notebooks").iterdir()}
    texts["report.pdf"] = pdf_text
    for name, text in texts.items():
        words = set(re.findall(r"[A-Z0-9]{11,17}", text.upper()))
        assert not words & {secret.upper() for secret in secrets}, name
    staff = set(tables["staff"]["staff"])
    names = {name for name in people["name"].dropna() if len(name) > 2} - staff
    assert len(names) > 100
    assert not {name for name in names if name in texts["report.html"]}


def test_the_work_lists_name_whom_to_call(folder):
    sheets = pd.read_excel(folder / "lists.xlsx", sheet_name=None, engine="openpyxl")
    cases = sheets["_cases"]
    planned = cases[cases["planned"] == 1]
    assert len(planned) > 300 and planned["case"].is_unique
    for owner, own in planned.groupby("owner"):
        rows = sheets[owner]
        assert len(rows) == len(own)
        days = rows.filter(regex="^(计划日期|Planned day)$").iloc[:, 0]
        assert days.is_monotonic_increasing and set(days.dt.strftime("%Y-%m-%d")) == set(own["day"])
        of_cars = rows[rows.filter(regex="^(车架号|VIN)$").iloc[:, 0].notna()]
        phones = of_cars.filter(regex="^(联系电话|Phone)$").iloc[:, 0]
        assert len(of_cars) and phones.notna().mean() > 0.9
    left = next(rows for name, rows in sheets.items() if name in ("未排入", "Not planned"))
    assert len(left) == len(cases) - len(planned)


def test_the_work_lists_are_the_plan(folder, metrics):
    """Rows by month and purpose are the plan's; no car twice; nobody above capacity; nothing on a day off."""
    cases = pd.read_excel(folder / "lists.xlsx", sheet_name="_cases", engine="openpyxl")
    planned = cases[cases["planned"] == 1]
    rows = planned.groupby([planned["day"].str[:7], "purpose"]).size()

    def told(metric, *keys):
        return {
            (row["period"], *(row["group"][key] for key in keys)): row["value"]
            for row in metrics["metrics"]
            if row["metric"] == metric
            and set(row["group"]) == {*keys, "part"}
            and row["group"]["part"] == "listed"
        }

    listed = {
        key: value for key, value in told("cases_planned", "purpose").items() if len(key[0]) == 7 and value
    }
    assert listed == rows.to_dict()
    assert planned["vin"].dropna().is_unique and cases["vin"].dropna().is_unique
    days = working_days(pd.Timestamp(2025, 12, 31), pd.Timestamp(2026, 3, 31))
    assert set(pd.to_datetime(planned["day"])) <= set(days)
    year = len(working_days(pd.Timestamp(2025, 12, 31), pd.Timestamp(2026, 12, 31)))
    possible = {
        row["group"]["agent"]: row["value"] / year
        for row in metrics["metrics"]
        if row["metric"] == "calls_possible" and row["period"] == "2026" and set(row["group"]) == {"agent"}
    }
    load = planned.groupby(["owner", "day"]).size()
    assert set(planned["owner"]) <= set(possible)
    assert all(count <= possible[owner] + 1e-6 for (owner, _), count in load.items())


def test_what_was_set_aside_is_counted_in_the_report(folder, metrics, store, demo):
    rejects = pd.read_csv(folder / "rejects.csv", encoding="utf-8-sig")
    counted = [
        row["value"]
        for row in metrics["metrics"]
        if row["metric"] == "rows_rejected" and set(row["group"]) == {"table"}
    ]
    assert len(rejects) == sum(counted) > 0
    assert {"file", "sheet", "row", "reason"} <= set(rejects.columns)


def test_the_manifest_says_what_the_report_was_made_from(folder, store):
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert run["dealership"] == store and run["params"]["plan_year"] == 2026
    assert all(re.fullmatch(r"[0-9a-f]{64}", entry["sha256"]) for entry in run["inputs"])
    assert set(CHAPTERS) < set(run["seconds"])
    assert {"report.html", "report.pdf", "metrics.json", "lists.xlsx"} < set(run["files"])
    assert run["versions"]["pandas"]


def test_the_executed_notebooks_can_be_opened_and_hold_no_error(folder):
    for path in (folder / "notebooks").iterdir():
        book = nbformat.read(path, 4)
        nbformat.validate(book)
        assert any(cell.get("outputs") for cell in book.cells)
        assert not [o for cell in book.cells for o in cell.get("outputs", []) if o.output_type == "error"]


def test_every_word_is_in_the_report_s_language(page, store):
    """English: no Chinese but titles of sources. Chinese: no word of the program left untranslated."""
    text = page.get_text(" ")
    if store == "riverside":
        assert not re.findall(r"[\u3400-\u9fff]+", re.sub(r"《[^》]*》", "", text))
    else:
        assert not re.findall(r"\b(nan|None|NaT|True|False)\b", text)


def test_the_second_run_parses_no_export_again(folder, store, demo, monkeypatch):
    from csanalysis.ingest import files

    for reader in [name for name in dir(files) if name.startswith(("read_", "_read_"))]:
        monkeypatch.setattr(files, reader, lambda *_, **__: pytest.fail("an export was parsed again"))
    assert load(demo / "params" / f"{store}.yml", cache=folder.parents[1] / ".cache").tables


@pytest.mark.slow
def test_the_index_lists_every_report(reports):
    page = BeautifulSoup((reports / "index.html").read_text(encoding="utf-8"), "html.parser")
    links = {link["href"] for link in page.find_all("a")}
    for name in STORES:
        assert {f"{name}/2026/{file}" for file in ("report.html", "report.pdf", "numbers.xlsx")} <= links
        assert f"{name}/2026/lists.xlsx" not in links  # whom to call is for who calls
    assert all((reports / link).is_file() for link in links)
