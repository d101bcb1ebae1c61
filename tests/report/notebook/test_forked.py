"""Notebooks in forked children: the outputs of a kernel, nothing left behind, every way to fail told."""

import os
import sys
from pathlib import Path

import nbformat
import pytest
from papermill.exceptions import strip_color

from csanalysis.errors import NotebookError
from csanalysis.report.notebook.execution import KERNELS, execute
from csanalysis.report.options import MEGABYTE, Limits

BROKEN = Path(__file__).parent / "notebooks_broken"
NO_MORE = Limits(deadline=60)


def run(name, folder, kernels, monkeypatch, limits=NO_MORE):
    monkeypatch.setenv(KERNELS, kernels)
    return execute(
        BROKEN / f"{name}.ipynb", folder / f"{name}.ipynb", {"params_file": "p.yml"}, limits=limits
    )


@pytest.fixture
def forked(tmp_path, monkeypatch):
    return lambda name, limits=NO_MORE: run(name, tmp_path, "forked", monkeypatch, limits)


def texts(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def comparable(book):
    """What a reader sees of a notebook, without ids, times and the colours of tracebacks."""
    return [
        (cell.source, cell.get("execution_count"), [_plain(each) for each in cell.get("outputs", [])])
        for cell in book.cells
    ]


def _plain(output):
    if output.output_type != "error":
        return {**output}
    return {**output, "traceback": [strip_color(line) for line in output.traceback]}


@pytest.mark.slow
def test_every_kind_of_output_is_that_of_a_kernel(tmp_path, monkeypatch):
    ours, theirs = (run("outputs", tmp_path, kernels, monkeypatch) for kernels in ("forked", "fresh"))
    for mine, other in zip(comparable(ours), comparable(theirs), strict=True):
        assert mine == other
    assert ours.metadata.language_info == theirs.metadata.language_info
    kinds = {output.output_type for cell in ours.cells for output in cell.get("outputs", [])}
    assert kinds == {"stream", "display_data", "execute_result"}


def test_what_a_program_prints_is_kept(forked):
    assert "from a program\n" in texts(forked("program").cells[2])


FAILURES = {
    "broken": "cell 4 failed: ZeroDivisionError: division by zero",
    "syntax": "cell 4 failed: SyntaxError: invalid syntax",
    "sys_exit_1": "cell 4 failed: SystemExit: 1",
    "keyboard_interrupt": "cell 4 failed: KeyboardInterrupt: ",
    "dead_kernel": "its kernel died: it was killed by SIGKILL (the system does that when memory runs out)",
    "ended_itself": "its kernel died: it ended itself with exit code 3",
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_told_and_what_ran_is_kept(name, forked, tmp_path):
    with pytest.raises(NotebookError) as caught:
        forked(name)
    assert FAILURES[name] in str(caught.value) and str(caught.value).startswith(f"{name}.ipynb: ")
    kept = [cell for cell in nbformat.read(tmp_path / f"{name}.ipynb", 4).cells if cell.cell_type == "code"]
    assert [texts(cell) for cell in kept if cell.source == 'print("before")'] == ["before\n"]
    assert not any("never" in texts(cell) for cell in kept)


def test_what_a_cell_printed_before_it_died_is_kept(forked, tmp_path):
    with pytest.raises(NotebookError):
        forked("dead_kernel")
    assert texts(nbformat.read(tmp_path / "dead_kernel.ipynb", 4).cells[-2]) == "last words\n"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["broken", "sys_exit_1", "keyboard_interrupt"])
def test_a_failed_cell_is_what_papermill_makes_of_a_kernel(name, tmp_path, monkeypatch):
    said, outputs = set(), []
    for kernels in ("forked", "fresh"):
        with pytest.raises(NotebookError) as caught:
            run(name, tmp_path, kernels, monkeypatch)
        said.add(str(caught.value))
        book = nbformat.read(tmp_path / f"{name}.ipynb", 4)
        for cell in book.cells:  # pytest hushes the one's warnings, not the other's
            cell.outputs = [each for each in cell.get("outputs", []) if each.get("name") != "stderr"]
        outputs.append(comparable(book))
    assert len(said) == 1
    assert outputs[0] == outputs[1]


def test_leaving_with_0_is_no_failure_but_ends_the_notebook(forked):
    book = forked("sys_exit_0")
    assert [texts(cell) for cell in book.cells[2:] if cell.source.startswith("print")] == ["before\n", ""]


def test_a_notebook_is_ended_at_its_deadline(forked, tmp_path):
    with pytest.raises(NotebookError, match=r"endless.ipynb: took over 1.5 s; raise --deadline"):
        forked("endless", Limits(deadline=1.5))
    assert texts(nbformat.read(tmp_path / "endless.ipynb", 4).cells[2]) == "before\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its memory")
def test_a_notebook_that_takes_too_much_memory_fails_alone(forked):
    with pytest.raises(NotebookError, match=r"hog.ipynb: cell 4 failed: .*MemoryError.*may hold 4000 MB"):
        forked("hog", Limits(deadline=60, memory=4000 * MEGABYTE))


def test_nothing_leaks_from_one_notebook_to_the_next_or_to_this_process(forked):
    import matplotlib

    environment, settings, place = dict(os.environ), dict(matplotlib.rcParams), Path.cwd()
    first, second = forked("leaves_traces"), forked("leaves_traces")
    assert first.cells[3].outputs == second.cells[3].outputs
    assert "'env': None" in second.cells[3].outputs[0].data["text/plain"]
    drawn = [book.cells[4].outputs[0].data["text/plain"] for book in (first, second)]
    assert drawn[0] != drawn[1], "both drew the same random numbers"
    assert (dict(os.environ), dict(matplotlib.rcParams), Path.cwd()) == (
        environment | {KERNELS: "forked"},
        settings,
        place,
    )


def test_no_child_is_left_behind(forked):
    before = _children()  # of other tests, such as a browser
    for name in ("broken", "dead_kernel"):
        with pytest.raises(NotebookError):
            forked(name)
    assert _children() <= before


def _children() -> set[str]:
    """This process's children, those too that have ended and were not waited for."""
    threads = Path(f"/proc/{os.getpid()}/task").iterdir()
    return {child for thread in threads for child in (thread / "children").read_text().split()}


def test_a_process_started_by_a_cell_does_not_keep_the_run_waiting(forked, tmp_path, monkeypatch):
    book = nbformat.read(BROKEN / "ended_itself.ipynb", 4)
    book.cells[1].source = "import os, time\n\nif os.fork() == 0:\n    time.sleep(20)\n    os._exit(0)"
    nbformat.write(book, tmp_path / "orphan.ipynb")
    monkeypatch.setenv(KERNELS, "forked")
    with pytest.raises(NotebookError, match="exit code 3"):
        execute(tmp_path / "orphan.ipynb", tmp_path / "out.ipynb", {"params_file": "p"}, limits=Limits(10))
