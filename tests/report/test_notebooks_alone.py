"""Every chapter runs as it is, as an analyst opens it in JupyterLab: no parameters given, the demo data."""

import shutil

import nbformat
import pytest
from nbclient import NotebookClient

from csanalysis.report import CHAPTERS
from csanalysis.report.exporters import PlanHTMLExporter
from csanalysis.report.notebooks import notebook_folder


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
def test_a_chapter_runs_alone_and_exports_by_itself(checkout, chapter):
    folder = checkout / "notebooks"
    book = nbformat.read(folder / f"{chapter}.ipynb", 4)
    NotebookClient(book, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    assert any(cell.get("outputs") for cell in book.cells if cell.cell_type == "code")
    html, _ = PlanHTMLExporter().from_notebook_node(book)
    assert '<html lang="zh-CN"' in html, "the demo store's language, though no cover says it"
