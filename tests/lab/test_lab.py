"""A chapter in JupyterLab in a real browser, as ``python -m tests.lab`` drives every one: on a small store."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from csanalysis.report.notebook.cells import notebook_folder
from tests.lab.driving import EXPORTS, Desk, errors
from tests.lab.looking import driven
from tests.lab.serving import chromium, lab

PARAMS = """\
dealership: {id: small, name: 小店}
plan_year: 2026
language: zh
sources: {vehicle_sales: sales.csv, service_visits: visits.csv}
"""


@pytest.mark.slow
@pytest.mark.skipif(chromium() is None, reason="no Chromium is installed (apt-get install chromium)")
def test_a_chapter_is_run_turned_and_exported(tmp_path, least_exports):
    root = tmp_path / "project"
    for folder in ("params", "notebooks"):
        (root / folder).mkdir(parents=True)
    least_exports(root / "params")
    (root / "params" / "haibin.yml").write_text(PARAMS, encoding="utf-8")
    shutil.copy(notebook_folder() / "customer_base.ipynb", root / "notebooks")
    with (
        lab(root, tmp_path / "own", code=Path(__file__).parents[2]) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(60_000)
        found = driven(Desk(page, address, root, tmp_path / "pictures"), "customer_base", EXPORTS)
        browser.close()
    assert found.wrong == [], found.told
    assert [part for part in found.done if ".html" in part or ".pdf" in part or "panel" in part], found.told


def test_an_error_a_cell_that_did_not_run_and_a_warning_are_noticed():
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    error = new_output("error", ename="KeyError", evalue="'vin'", traceback=[])
    cells = [
        new_code_cell("1 / 0", outputs=[error], execution_count=1),
        new_code_cell("later"),
        new_code_cell("fine", execution_count=2),
        new_code_cell("w", outputs=[new_output("stream", name="stderr", text="careful")], execution_count=3),
    ]
    assert [line.split(":")[0] for line in errors(new_notebook(cells=cells))] == [
        "cell 0",
        "cell 1 did not run",
        "cell 3 says",
    ]
