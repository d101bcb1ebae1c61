"""JupyterLab's export menu, by the server behind it: a notebook that an analyst changed exports like the report."""

import io
import json
import os
import re
import subprocess
import sys
import time
import tomllib
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
import pypdf
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from csanalysis.report.assemble import assemble
from csanalysis.report.document.exporters import PlanHTMLExporter
from csanalysis.report.notebook.cells import notebook_folder

EXPORTERS = ("csanalysis_html", "csanalysis_pdf")
TOKEN = "only-for-this-test"
PARAMS = """\
dealership: {id: small, name: Small Motors}
plan_year: 2026
language: en
sources: {vehicle_sales: sales.csv, service_visits: visits.csv}
"""
ADDED = (
    "import pandas as pd\npd.DataFrame({'model': ['Lavida', 'Passat'], 'cars': [12, 7]})",
    "import matplotlib.pyplot as plt\nplt.plot([3, 1, 2]);",
)
TITLE = "Data quality: what was read, and what was set aside"


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    """A chapter that an analyst opened on a small store, added two cells to, and ran; its notebook's folder."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "small.yml").write_text(PARAMS, encoding="utf-8")
    (folder / "sales.csv").write_text("VIN,sale_date\nV1,2025-01-10\nV2,2025-02-30\n", encoding="utf-8")
    (folder / "visits.csv").write_text("RO,VIN,date in,job type\nR1,V1,2025-12-06,首保\n", encoding="utf-8")
    book = nbformat.read(notebook_folder() / "data_quality.ipynb", 4)
    (declared,) = [cell for cell in book.cells if "parameters" in cell.metadata.get("tags", [])]
    declared.source = declared.source.replace("../params/haibin.yml", "small.yml").replace(
        '"../outputs/.cache"', "None"
    )
    assert "small.yml" in declared.source
    book.cells[-1:-1] = [new_code_cell(source) for source in ADDED]
    NotebookClient(book, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    nbformat.write(book, folder / "quality.ipynb")
    return folder


@pytest.fixture(scope="module")
def server(changed, tmp_path_factory):
    """The address of a Jupyter server over the analyst's folder, which asks nothing of the user's own settings."""
    own = {
        f"JUPYTER_{what}_DIR": str(tmp_path_factory.mktemp(what)) for what in ("CONFIG", "DATA", "RUNTIME")
    }
    options = (
        f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.root_dir={changed}",
        "--ServerApp.ip=127.0.0.1",
    )
    command = [
        sys.executable,
        "-m",
        "jupyter_server",
        "--no-browser",
        "--allow-root",
        "--ServerApp.port=0",
        *options,
    ]
    with subprocess.Popen(
        command, env=os.environ | own, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            said = ""
            while not (found := re.search(r"http://127\.0\.0\.1:(\d+)/", said)):
                line = process.stderr.readline()
                assert line, f"the server ended:\n{said}"
                said += line
            address = found.group().rstrip("/")
            os.set_blocking(process.stderr.fileno(), False)
            deadline = time.monotonic() + 60
            while True:
                try:
                    get(address, "api")
                    break
                except URLError:
                    assert time.monotonic() < deadline, "the server does not answer"
                    time.sleep(0.2)
            yield address
        finally:
            process.terminate()


def get(address, path):
    with urlopen(f"{address}/{path}?token={TOKEN}", timeout=120) as answer:
        return answer.headers, answer.read()


def structure(html):
    """The title, and each table's caption and cells, of a page."""
    page = BeautifulSoup(html, "html.parser")
    title = page.select_one("section.chapter h1, section.chapter h2").get_text(" ", strip=True)
    tables = [
        [cell.get_text(" ", strip=True) for cell in table.select("th, td")]
        for table in page.select("section.chapter table")
    ]
    return re.sub(r"^\d+ ", "", title), tables


def test_the_exporters_have_names_that_the_server_can_be_asked_for():
    project = tomllib.loads((notebook_folder().parent / "pyproject.toml").read_text(encoding="utf-8"))
    names = project["project"]["entry-points"]["nbconvert.exporters"]
    assert sorted(names) == sorted(EXPORTERS)
    assert all(re.fullmatch(r"\w+", name) for name in names), "a hyphen is listed, but answered by 404"


@pytest.mark.slow
@pytest.mark.xdist_group("server")
def test_both_are_in_the_export_menu(server):
    listed = json.loads(get(server, "api/nbconvert")[1])
    assert {name: listed[name]["output_mimetype"] for name in EXPORTERS} == {
        "csanalysis_html": "text/html",
        "csanalysis_pdf": "application/pdf",
    }


@pytest.mark.slow
@pytest.mark.xdist_group("server")
def test_a_changed_notebook_exports_as_the_report_shows_it(server, changed):
    headers, html = get(server, "nbconvert/csanalysis_html/quality.ipynb")
    assert headers.get_content_type() == "text/html"
    book = nbformat.read(changed / "quality.ipynb", 4)
    book.cells = [cell for cell in book.cells if cell.source not in ADDED]
    book.metadata["csanalysis"] = {"chapter": "data_quality"}
    reported, _ = PlanHTMLExporter().from_notebook_node(
        assemble([book], cover={"language": "en", "title": "Plan"})
    )
    title, tables = structure(html)
    assert title == structure(reported)[0] == TITLE
    added = [table for table in tables if table not in structure(reported)[1]]
    assert [table for table in tables if table not in added] == structure(reported)[1] != []
    assert added == [["", "model", "cars", "0", "Lavida", "12", "1", "Passat", "7"]]
    page = BeautifulSoup(html, "html.parser")
    assert page.html["lang"] == "en" and "数据质量" not in page.get_text()
    assert len(page.select("figure svg, figure img")) == 1, "the analyst's own drawing"


@pytest.mark.slow
@pytest.mark.xdist_group("server")
def test_the_pdf_has_the_same_title_and_tables(server):
    headers, pdf = get(server, "nbconvert/csanalysis_pdf/quality.ipynb")
    assert headers.get_content_type() == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
    assert TITLE in text and "Lavida" in text and "数据质量" not in text
    assert sum(len(page.images) for page in pages) == 1
