"""Chapters run by papermill: parameters are checked before anything runs, failures are one line."""

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from csanalysis.errors import NotebookError
from csanalysis.network.session import NetworkParameters, RegionParameters
from csanalysis.report import CHAPTERS, PACKS
from csanalysis.report.notebook.cells import notebook_folder
from csanalysis.report.notebook.execution import checked_parameters, execute
from csanalysis.report.notebook.parameters import ChapterParameters

NOTEBOOKS = sorted(notebook_folder().glob("*.ipynb"))
EVERY = {"language": "en", "cache": "c", "workspace": "w"}
OF_A_STORE = {"params_file": "a.yml", **EVERY}
GROUP = {"network": NetworkParameters, "region": RegionParameters}
PARAMETERS = {
    "monthly_review": {**OF_A_STORE, "period": "2026-01", "plan": "plan.json"},
    "satisfaction_meeting": {**OF_A_STORE, "period": "2026-W03"},
    "network": {"params_files": ["a.yml"], "outputs": "o", **EVERY},
    "region": {"params_files": ["a.yml"], "outputs": "o", "region": "N", "published": "p", "plan_year": 2026},
    "gallery": {"params_file": "a.yml", "cache": "c"},
}
DECLARED = 'params_file = "x.yml"\nlanguage = None\ncache = None\nworkspace = None'


def notebook(path, *sources, tagged=1):
    parameters = [new_code_cell(DECLARED, metadata={"tags": ["parameters"]}) for _ in range(tagged)]
    kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    book = new_notebook(cells=[*parameters, *map(new_code_cell, sources)], metadata=kernel)
    nbformat.write(book, path)
    return path


@pytest.fixture
def plain(tmp_path):
    return notebook(tmp_path / "plain.ipynb", "params_file")


def test_parameters_that_fit_pass(plain):
    given = {"params_file": "a.yml", "cache": "/c"}
    assert checked_parameters(plain, given) == given


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"params_file": "a", "workspce": "w"}, "takes no parameter 'workspce'; did you mean workspace?"),
        ({"params_file": "a", "x = __import__('os')": "1"}, "takes no parameter"),
        ({"params_file": 3}, "parameter params_file: Input should be a valid string"),
        ({}, "parameter params_file: Field required"),
    ],
    ids=["unknown", "code as a name", "wrong type", "missing"],
)
def test_parameters_that_do_not_fit_run_nothing(plain, tmp_path, given, said):
    with pytest.raises(NotebookError, match="plain.ipynb") as caught:
        execute(plain, tmp_path / "executed.ipynb", given)
    assert said in str(caught.value)
    assert not (tmp_path / "executed.ipynb").exists()


def test_a_name_that_the_notebook_does_not_declare_is_refused(tmp_path):
    path = notebook(tmp_path / "old.ipynb")
    book = nbformat.read(path, 4)
    book.cells[0].source = 'params_file = "x.yml"'
    nbformat.write(book, path)
    with pytest.raises(NotebookError, match="does not set cache; add the line"):
        checked_parameters(path, {"params_file": "a", "cache": "c"})


@pytest.mark.parametrize("tagged", [0, 2], ids=["no parameters cell", "two of them"])
def test_exactly_one_parameters_cell(tmp_path, tagged):
    with pytest.raises(NotebookError, match="tag exactly one code cell"):
        checked_parameters(notebook(tmp_path / "x.ipynb", tagged=tagged), {"params_file": "a"})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("1 / 0", "cell 3 failed: ZeroDivisionError: division by zero"),
        ("import os; os._exit(1)", "its kernel died"),
    ],
    ids=["an error", "a dead kernel"],
)
def test_a_failed_chapter_says_which_cell_and_keeps_what_ran(tmp_path, source, said):
    path = notebook(tmp_path / "broken.ipynb", source)
    with pytest.raises(NotebookError) as caught:
        execute(path, tmp_path / "executed.ipynb", {"params_file": "a"})
    assert said in str(caught.value)
    assert (tmp_path / "executed.ipynb").exists()


def test_a_notebook_that_names_no_kernel_runs(tmp_path):
    """Some editors write none; there is but one that it can mean."""
    parameters = new_code_cell(DECLARED, metadata={"tags": ["parameters"]})
    nbformat.write(new_notebook(cells=[parameters, new_code_cell("6 * 7")]), tmp_path / "bare.ipynb")
    made = execute(tmp_path / "bare.ipynb", tmp_path / "made.ipynb", {"params_file": "a.yml"})
    assert made.cells[-1].outputs[0]["data"]["text/plain"] == "42"


def test_a_cell_to_try_things_out_is_neither_run_nor_kept(tmp_path):
    cells = [new_code_cell(DECLARED, metadata={"tags": ["parameters"]})]
    cells += [new_code_cell("1 / 0", metadata={"tags": ["try"]}), new_code_cell("6 * 7")]
    nbformat.write(new_notebook(cells=cells), tmp_path / "tried.ipynb")
    made = execute(tmp_path / "tried.ipynb", tmp_path / "made.ipynb", {"params_file": "a.yml"})
    assert [cell.source for cell in made.cells if "1 / 0" in cell.source] == []
    assert made.cells[-1].outputs[0]["data"]["text/plain"] == "42"
    assert "1 / 0" not in (tmp_path / "made.ipynb").read_text(encoding="utf-8")


def test_every_chapter_has_its_notebook():
    assert {path.stem for path in NOTEBOOKS} == {*CHAPTERS, *PACKS, *GROUP, "gallery"}


@pytest.fixture(scope="module")
def committed():
    """The notebooks of the program by name; each test below lists all that are wrong."""
    return {path.stem: nbformat.read(path, 4).cells for path in NOTEBOOKS}


class TestCommittedNotebooks:
    def test_nothing_executed_is_stored(self, committed):
        stored = [
            (name, cell.source)
            for name, cells in committed.items()
            for cell in cells
            if cell.get("outputs") or cell.get("execution_count") is not None
        ]
        assert stored == []

    def test_one_parameters_cell_of_plain_literals(self):
        given = {path: PARAMETERS.get(path.stem, OF_A_STORE) for path in NOTEBOOKS}
        models = {path: GROUP.get(path.stem, ChapterParameters) for path in NOTEBOOKS}
        assert {path: checked_parameters(path, given[path], models[path]) for path in NOTEBOOKS} == given

    def test_code_cells_are_short_and_hold_no_logic(self, committed):
        code = [
            (name, cell.source)
            for name, cells in committed.items()
            for cell in cells
            if cell.cell_type == "code"
        ]
        wrong = []
        for name, source in code:
            lines = source.splitlines()
            words = {line.split()[0].rstrip(":") for line in lines if line.strip()}
            logic = words & {"def", "class", "try", "for", "while"}
            if len(lines) > 12 or logic or "groupby" in source:
                wrong.append((name, source))
        assert code
        assert wrong == []

    def test_prose_comes_in_both_languages(self, committed):
        tags = {
            name: [tuple(cell.metadata.get("tags", [])) for cell in cells if cell.cell_type == "markdown"]
            for name, cells in committed.items()
        }
        assert [name for name, prose in tags.items() if not prose] == []
        untagged = [
            name
            for name, prose in tags.items()
            if any(len(of) > 2 or not {"lang-zh", "lang-en"} & {*of[:1]} for of in prose)
        ]
        # What one language marks for a volume the other does too.
        uneven = [
            name
            for name, prose in tags.items()
            if [of[1:] for of in prose if "lang-zh" in of] != [of[1:] for of in prose if "lang-en" in of]
        ]
        assert (untagged, uneven) == ([], [])

    def test_only_a_section_goes_to_the_annex_and_only_known_marks_are_used(self, committed):
        known = {"lang-zh", "lang-en", "parameters", "publish", "web", "annex", "try"}
        marked = [(name, cell) for name, cells in committed.items() for cell in cells]
        assert [name for name, cell in marked if {*cell.metadata.get("tags", [])} - known] == []
        moved = [(name, cell) for name, cell in marked if "annex" in cell.metadata.get("tags", [])]
        assert moved and [name for name, cell in moved if not cell.source.startswith("##")] == []

    def test_the_language_is_asked_for_once(self, committed):
        """Where the dealership is opened; every other cell has it from there."""
        asked = {
            name: [cell.source for cell in cells if cell.cell_type == "code" and "language=" in cell.source]
            for name, cells in committed.items()
        }
        assert [name for name, cells in asked.items() if len(cells) > 1 or "open_" not in "".join(cells)] == [
            "gallery"
        ]

    def test_a_store_s_notebook_shows_its_data_once_outside_the_report(self, committed):
        shown = {
            name: [cell for cell in cells if cell.source == "chapter.data(results)"]
            for name, cells in committed.items()
        }
        assert {name for name, cells in shown.items() if len(cells) != 1} == {"gallery", *GROUP}
        assert all(cell.metadata.tags == ["try"] for cells in shown.values() for cell in cells)

    def test_the_gallery_answers_ten_questions_each_in_at_most_five_lines(self, committed):
        cells = committed["gallery"]
        heads = [cell.source for cell in cells if re.match(r"## \d", cell.source)]
        answers = [cell.source for cell in cells if cell.cell_type == "code"][2:]
        assert len(heads) == 20 and len(answers) == 10
        assert max(len(source.splitlines()) for source in answers) <= 5

    def test_it_publishes_in_its_last_cell(self, committed):
        last = {name: cells[-1] for name, cells in committed.items() if name not in ("gallery", "region")}
        unmarked = [name for name, cell in last.items() if "publish" not in cell.metadata.tags]
        call = re.compile(r"^(chapter|group)\.publish\(", re.MULTILINE)
        assert unmarked == []
        assert [name for name, cell in last.items() if not call.search(cell.source)] == []
