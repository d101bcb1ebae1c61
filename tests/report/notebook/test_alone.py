"""Every chapter runs as it is, as an analyst opens it in JupyterLab: no parameters given, the demo data."""

import shutil

import nbformat
import pytest
from nbclient import NotebookClient

from csanalysis.report import CHAPTERS
from csanalysis.report.document.exporters import PlanHTMLExporter
from csanalysis.report.notebook.cells import notebook_folder


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
    alone = nbformat.read(path, 4)
    NotebookClient(alone, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
    assert any(cell.get("outputs") for cell in alone.cells if cell.cell_type == "code")

    forked = nbformat.read(reported("haibin") / "haibin" / "2026" / "notebooks" / path.name, 4)
    assert said(forked) == said(alone)

    html, _ = PlanHTMLExporter().from_notebook_node(alone)
    assert '<html lang="zh-CN"' in html, "the demo store's language, though no cover says it"


def said(book):
    """Every cell of code, its turn and what it gave, but for the cell that papermill adds."""
    code = [cell for cell in book.cells if cell.cell_type == "code"]
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
