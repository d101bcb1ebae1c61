"""Every chapter runs as it is, as an analyst opens it in JupyterLab: no parameters given, the demo data."""

import shutil

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from csanalysis.report import CHAPTERS
from csanalysis.report.document.exporters import PlanHTMLExporter
from csanalysis.report.notebook.cells import notebook_folder

SMALL = """\
dealership: {{id: {store}}}
plan_year: 2026
sources: {{vehicle_sales: sales.csv, service_visits: visits.csv}}
"""


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    """A worker's linear algebra takes one thread; a sum in several differs in its last digit."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(name, "1")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory, demo):
    """A folder laid out like the project, with the demo data where the committed params look for it."""
    root = tmp_path_factory.mktemp("checkout")
    project = notebook_folder().parent
    shutil.copytree(project / "params", root / "params")
    shutil.copytree(project / "notebooks", root / "notebooks")
    (root / "outputs").mkdir()
    (root / "outputs" / "demo").symlink_to(demo, target_is_directory=True)
    return root


@pytest.mark.slow
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_runs_alone_says_what_it_says_in_the_report_and_exports_by_itself(
    checkout, chapter, reported
):
    path = checkout / "notebooks" / f"{chapter}.ipynb"
    alone = run_alone(checkout, chapter)
    assert any(cell.get("outputs") for cell in alone.cells if cell.cell_type == "code")

    forked = nbformat.read(reported("haibin") / "haibin" / "2026" / "notebooks" / path.name, 4)
    assert said(forked) == said(alone)

    html, _ = PlanHTMLExporter().from_notebook_node(alone)
    assert '<html lang="zh-CN"' in html, "the demo store's language, though no cover says it"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gallery", "monthly_review"])
def test_a_notebook_that_is_no_chapter_runs_alone_too(checkout, name):
    """The review without a frozen plan, against the one that would have been."""
    book = run_alone(checkout, name)
    assert not [out for cell in book.cells for out in cell.get("outputs", []) if out.output_type == "error"]


@pytest.mark.slow
def test_the_network_measures_stores_that_have_no_report(checkout, least_exports):
    for store in ("a", "b"):
        folder = checkout / store
        folder.mkdir()
        least_exports(folder)
        (folder / "store.yml").write_text(SMALL.format(store=store), encoding="utf-8")
    book = run_alone(
        checkout,
        "network",
        lambda source: source.replace("params/haibin", "a/store").replace("params/longshan", "b/store"),
    )
    assert any(cell.get("outputs") for cell in book.cells if cell.cell_type == "code")


@pytest.mark.slow
def test_without_the_demo_data_it_says_how_to_get_them(tmp_path):
    shutil.copytree(notebook_folder().parent / "params", tmp_path / "params")
    (tmp_path / "notebooks").mkdir()
    shutil.copy(notebook_folder() / "gallery.ipynb", tmp_path / "notebooks")
    with pytest.raises(CellExecutionError, match="csanalysis demo outputs/demo --params params"):
        run_alone(tmp_path, "gallery")


def run_alone(root, name, changed=lambda source: source):
    """The notebook as JupyterLab's Run All runs it, its parameters ``changed``."""
    path = root / "notebooks" / f"{name}.ipynb"
    book = nbformat.read(path, 4)
    for cell in book.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = changed(cell.source)
    NotebookClient(book, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
    return book


def said(book):
    """Every cell of code, its turn and what it gave, but for the cell that papermill adds."""
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    code = [cell for cell in code if "try" not in cell.metadata.get("tags", [])]
    cells = [cell for cell in code if "injected-parameters" not in cell.metadata.get("tags", [])]
    counts = [cell.execution_count for cell in cells]
    turns = {count: turn for turn, count in enumerate(sorted(counts))}
    return [
        (
            cell.source,
            turns.get(cell.get("execution_count")),
            [
                {**each, "execution_count": turns.get(each.get("execution_count"))}
                for each in cell.get("outputs", [])
            ],
        )
        for cell in cells
    ]
