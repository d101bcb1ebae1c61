"""The page that says how to add a chapter is followed word for word: what it promises is in the report."""

import io
import json
import re
from contextlib import chdir
from pathlib import Path

import nbformat
import pypdf
import pytest
from bs4 import BeautifulSoup
from click.testing import Result
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from typer.testing import CliRunner

from csanalysis.catalogue import METRICS
from csanalysis.catalogue.formats import Format
from csanalysis.cli import app
from csanalysis.report import CHAPTERS
from csanalysis.report.notebook.cells import notebook_folder

PAGES = {name: notebook_folder() / f"README{name}.md" for name in ("", ".zh-CN")}
BLOCK = re.compile(r"(?<=\n\n)((?:[^\n]+\n)+)\n```(\w+)\n(.*?)\n```\n", re.DOTALL)
PARAMS = """\
dealership: {id: dezhou}
plan_year: 2026
language: en
sources: {vehicle_sales: sales.csv, service_visits: visits.csv}
"""
SALES = "VIN,sale_date\n" + "".join(f"V{n},2025-{n % 12 + 1:02d}-10\n" for n in range(24))
# In December 2025 the 6th, 7th, 13th, 14th, 20th, 21st, 27th and 28th are days of a weekend: 8 of 28.
VISITS = "RO,VIN,date in,job type\n" + "".join(
    f"R{n},V{n % 24},2025-12-{n + 1:02d},首保\n" for n in range(28)
)


def blocks(page: Path) -> list[tuple[str, str, str]]:
    """What each block's introduction names in backticks, its language, and the block."""
    return [
        (next(iter(re.findall(r"`([^`]+)`", said)), ""), language, text)
        for said, language, text in BLOCK.findall(page.read_text(encoding="utf-8"))
    ]


def follow(page: Path, folder: Path) -> None:
    """Write what the page says, where it says."""
    cells = []
    for name, language, text in blocks(page):
        tags = {"tags": [name]} if name in ("lang-zh", "lang-en", "parameters", "publish") else {}
        if language == "markdown":
            cells.append(new_markdown_cell(text, metadata=tags))
        elif language == "python":
            cells.append(new_code_cell(text, metadata=tags))
        elif language == "yaml":
            (folder / name).parent.mkdir(exist_ok=True)
            with (folder / name).open("a", encoding="utf-8") as file:
                file.write(text + "\n")
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3 (ipykernel)"}
    nbformat.write(
        new_notebook(cells=cells, metadata={"kernelspec": kernel}),
        folder / "params" / "chapters" / "weekend.ipynb",
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A small store with the two required tables, to which the page was applied."""
    root = tmp_path_factory.mktemp("dealership")
    folder = root / "params"
    folder.mkdir()
    (folder / "dezhou.yml").write_text(PARAMS, encoding="utf-8")
    (folder / "sales.csv").write_text(SALES, encoding="utf-8")
    (folder / "visits.csv").write_text(VISITS, encoding="utf-8")
    follow(PAGES[""], root)
    return folder


def given_in(folder: Path, command: str) -> Result:
    """What comes of a command of csanalysis, given by someone who stands in ``folder``."""
    program, *arguments = command.split()
    assert program == "csanalysis"
    with chdir(folder):
        return CliRunner().invoke(app, arguments)


@pytest.fixture(scope="module")
def commands(store):
    """What came of the page's commands, one after the other, given in the folder above params."""
    before = dict(METRICS)
    ((_, _, text),) = [block for block in blocks(PAGES[""]) if block[1] == "sh"]
    came = {line.split()[1]: given_in(store.parent, line) for line in text.splitlines()}
    assert dict(METRICS) == before, "the next dealership of the same process knows nothing of it"
    return came


@pytest.fixture(scope="module")
def report(store, commands):
    assert commands["run"].exit_code == 0, commands["run"].output
    return store.parent / "outputs" / "dezhou" / "2026"


@pytest.mark.slow
@pytest.mark.xdist_group("own chapter")
def test_the_commands_of_the_page_have_no_problems(commands):
    assert [*commands] == ["check", "run"]
    for result in commands.values():
        assert result.exit_code == 0, result.output


@pytest.mark.slow
@pytest.mark.xdist_group("own chapter")
def test_the_report_is_the_same_for_who_stands_in_the_folder_of_params(store, report):
    result = given_in(store, "csanalysis run dezhou.yml")
    assert result.exit_code == 0, result.output
    here, there = (
        json.loads((place / "metrics.json").read_text(encoding="utf-8"))["metrics"]
        for place in (store / "outputs" / "dezhou" / "2026", report)
    )
    assert here == there


@pytest.mark.slow
@pytest.mark.xdist_group("own chapter")
def test_the_chapter_is_in_the_page_and_its_contents(report):
    page = BeautifulSoup((report / "report.html").read_text(encoding="utf-8"), "html.parser")
    title = "Weekend visits"
    assert [link for link in page.select('nav a[href="#weekend"]') if title in link.get_text(" ", strip=True)]
    assert "周末进厂：" not in page.get_text(), "one language is kept"
    shown = page.select_one('td[data-metric="weekend_visit_rate"][data-period="2025"]')
    assert shown.get_text(strip=True) == "28.6%" and float(shown["data-value"]) == pytest.approx(8 / 28)
    chapters = [
        link["href"][1:] for link in page.select("nav a") if link["href"][1:] in (*CHAPTERS, "weekend")
    ]
    assert chapters.index("weekend") == chapters.index("data_quality") - 1


@pytest.mark.slow
@pytest.mark.xdist_group("own chapter")
def test_the_chapter_is_in_the_pdf(report):
    pages = pypdf.PdfReader(io.BytesIO((report / "report.pdf").read_bytes())).pages
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
    assert text.count("Weekend visits") >= 2, "in the contents and at its place"


@pytest.mark.slow
@pytest.mark.xdist_group("own chapter")
def test_the_metric_is_defined_and_published(report):
    page = BeautifulSoup((report / "report.html").read_text(encoding="utf-8"), "html.parser")
    defined = [
        row.get_text(" ", strip=True) for row in page.select("tr") if "weekend_visit_rate" in row.get_text()
    ]
    assert len(defined) == 1 and "Share of the period's repair orders opened on a Saturday" in defined[0]
    published = json.loads((report / "metrics.json").read_text(encoding="utf-8"))["metrics"]
    (year,) = [
        row
        for row in published
        if (row["metric"], row["period"], row["group"]) == ("weekend_visit_rate", "2025", {})
    ]
    assert (year["numerator"], year["denominator"], year["value"]) == (8, 28, pytest.approx(8 / 28))
    assert (report / "notebooks" / "weekend.ipynb").is_file()


def test_both_pages_say_the_same():
    english, chinese = (blocks(page) for page in PAGES.values())
    assert english == chinese and len(english) == 11


@pytest.mark.parametrize("page", PAGES.values(), ids=["en", "zh"])
def test_what_the_page_names_is_there(page):
    text, project = page.read_text(encoding="utf-8"), notebook_folder().parent
    named = [name for name in re.findall(r"`([\w./-]+)`", text) if "churn" in name and "." in name]
    assert len(named) == 8
    assert [name for name in named if not (project / name).is_file()] == []
    for format in Format.__args__:
        assert format in text


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_leads_there(name):
    project = notebook_folder().parent
    (link,) = re.findall(r"\((notebooks/README[^)]*\.md)\)", (project / name).read_text(encoding="utf-8"))
    assert (project / link).is_file()
