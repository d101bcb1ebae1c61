"""The program's notebooks copied out and changed: what is run, what is refused, and what is never overwritten."""

import json

import nbformat
import pytest
from typer.testing import CliRunner

from csanalysis.cli import app
from csanalysis.errors import ParamsError
from csanalysis.messages import said
from csanalysis.params import read_params
from csanalysis.report import build, finishing
from csanalysis.report.files.checks import check
from csanalysis.report.files.fingerprint import made_from
from csanalysis.report.files.program import program_as_used, program_fingerprint
from csanalysis.report.notebook.cells import notebook_folder
from csanalysis.report.notebook.checking import checked_copies
from csanalysis.report.notebook.copies import COPIED, changed_copies, copy_out
from csanalysis.report.packs import meeting, review

PARAMS = """\
dealership: {id: small}
plan_year: 2026
language: en
sources: {vehicle_sales: sales.csv, service_visits: visits.csv}
"""


def notebooks(*arguments):
    return CliRunner().invoke(app, ["notebooks", *map(str, arguments)])


def change(path, said="# Churn, in our words"):
    """Another first cell, as an analyst would write it."""
    book = nbformat.read(path, 4)
    book.cells[0].source = said
    nbformat.write(book, path)


@pytest.fixture
def copies(tmp_path):
    folder = tmp_path / "我的 notebooks"
    copy_out(folder)
    return folder


@pytest.fixture
def store(tmp_path, least_exports):
    """Writes the params file of a small store that names ``notebooks`` and trusts them."""
    least_exports(tmp_path)

    def made(trust="chapters_trusted: true\n"):
        path = tmp_path / "small.yml"
        path.write_text(f"{PARAMS}notebooks: {json.dumps('我的 notebooks')}\n{trust}", encoding="utf-8")
        return path

    return made


class TestCopyingOut:
    def test_every_notebook_of_a_store_is_copied_byte_for_byte(self, tmp_path):
        result = notebooks(tmp_path / "deep" / "er")
        there = {path.stem: path.read_bytes() for path in (tmp_path / "deep" / "er").iterdir()}
        assert result.exit_code == 0 and len(result.stdout.splitlines()) == len(COPIED)
        assert there == {name: (notebook_folder() / f"{name}.ipynb").read_bytes() for name in COPIED}

    def test_again_there_is_nothing_to_copy(self, copies):
        result = notebooks(copies)
        assert (result.exit_code, result.output) == (0, "")

    def test_a_changed_one_stays_and_a_missing_one_is_added(self, copies):
        change(copies / "churn.ipynb")
        (copies / "plan.ipynb").unlink()
        before = (copies / "churn.ipynb").read_bytes()
        result = notebooks(copies)
        (line,) = result.stderr.splitlines()
        assert result.exit_code == 1 and line.startswith(
            f"{copies}: not overwritten, for they were changed: churn.ipynb; "
        )
        assert "delete what you want anew, or name another folder" in line
        assert (copies / "churn.ipynb").read_bytes() == before and (copies / "plan.ipynb").is_file()

    def test_a_file_in_the_way_is_one_line(self, tmp_path):
        (tmp_path / "file").touch()
        result = notebooks(tmp_path / "file")
        (line,) = result.stderr.splitlines()
        assert result.exit_code == 1 and "cannot be written" in line and "name another folder" in line


class TestBadFolders:
    @pytest.fixture(autouse=True)
    def nothing_runs(self, monkeypatch):
        monkeypatch.setattr(build, "run_chapters", lambda *_, **__: pytest.fail("a notebook was run"))

    @pytest.mark.parametrize(
        ("spoil", "expected"),
        [
            (lambda folder: folder.rename(folder.with_name("elsewhere")), "no such folder; copy the notebooks there: csanalysis notebooks '"),
            (lambda folder: [path.unlink() for path in folder.iterdir()], "holds none of the program's notebooks"),
            (lambda folder: [(folder / f"{name}.ipynb").unlink() for name in ("churn", "value")], "has no churn.ipynb, value.ipynb; "),
            (lambda folder: (folder / "monthly_review.ipynb").unlink(), "has no monthly_review.ipynb; "),
            (lambda folder: (folder / "churn.ipynb").write_text("# Churn"), "churn.ipynb: is no notebook; make it in JupyterLab"),
            (lambda folder: (folder / "churn.ipynb").write_text("[]"), "churn.ipynb: is no notebook; make it in JupyterLab"),
            (lambda folder: nbformat.write(nbformat.v4.new_notebook(), folder / "churn.ipynb"), "churn.ipynb: has 0 cells tagged 'parameters'"),
        ],
        ids=["missing", "empty", "two missing", "a pack's missing", "text", "a list", "no parameters"],
    )  # fmt: skip
    def test_a_bad_folder_is_one_line_in_both_languages_before_anything_runs(
        self, store, copies, tmp_path, spoil, expected
    ):
        path = store()
        spoil(copies)
        with pytest.raises(ParamsError) as caught:
            build.build_report(path, tmp_path / "out")
        (line,) = caught.value.problems
        start = f"{path}: notebooks: {copies}"
        assert line.startswith(start) and expected in line, line
        assert check(path)["problems"] == [line.removeprefix(f"{path}: ")]
        if "csanalysis notebooks" in line:
            assert said(line, "zh").endswith(f"：csanalysis notebooks '{copies}'")

    def test_it_is_refused_even_where_a_report_lies_that_was_made_from_the_same(self, store, copies):
        path = store()
        params = read_params(path)
        before = made_from(params, path, [])
        (copies / "churn.ipynb").unlink()
        assert made_from(params, path, []) != before

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("[ours]", "notebooks should be a valid string"),
            ("7", "notebooks should be a valid string"),
            ("''", "notebooks String should have at least 1 character"),
        ],
        ids=["a list", "a number", "empty"],
    )
    def test_what_is_no_folder_s_name_is_refused_with_its_line(self, store, value, expected):
        path = store()
        path.write_text(f"{PARAMS}notebooks: {value}\n", encoding="utf-8")
        with pytest.raises(ParamsError) as caught:
            read_params(path)
        (line,) = caught.value.problems
        assert line.startswith(f"{path}:5: {expected}"), line


class TestTrust:
    def test_changed_copies_that_nobody_trusts_are_one_line_in_both_languages(self, store, copies, tmp_path):
        """The line names the folder, each copy that differs, the key and the option."""
        path = store(trust="")
        for name in ("churn", "value"):
            change(copies / f"{name}.ipynb")
        with pytest.raises(ParamsError) as caught:
            build.build_report(path, tmp_path / "out")
        (line,) = caught.value.problems
        assert line.startswith(f"{path}: notebooks: {copies}: churn.ipynb, value.ipynb: not what the program")
        assert "'chapters_trusted: true'" in line and "--trust-chapters" in line
        chinese = said(line, "zh")
        assert (
            "churn.ipynb, value.ipynb 与程序自带的不同" in chinese and "“chapters_trusted: true”" in chinese
        )
        assert all(told.endswith(f"csanalysis notebooks '{copies}'") for told in (line, chinese))
        assert check(path)["problems"] == [line.removeprefix(f"{path}: ")]

    def test_the_option_allows_them_for_one_run(self, store, copies):
        path = store(trust="")
        change(copies / "churn.ipynb")
        assert [*checked_copies(read_params(path), path, trusted=True)] == ["churn"]

    def test_copies_that_say_what_the_program_s_own_say_need_no_trust(self, store, copies):
        path = store(trust="")
        assert checked_copies(read_params(path), path) == {} and check(path)["problems"] == []


class TestWhatIsRun:
    def test_a_copy_that_says_the_same_is_the_program_s_own(self, store, copies):
        path = store()
        book = nbformat.read(copies / "churn.ipynb", 4)
        book.cells[-1].outputs = [nbformat.v4.new_output("stream", text="ran")]
        nbformat.write(book, copies / "churn.ipynb")
        params = read_params(path)
        assert changed_copies(params, path) == {}
        assert program_as_used(params, path) == program_fingerprint()

    def test_a_changed_one_is_the_store_s_and_part_of_what_its_report_is_made_from(self, store, copies):
        path = store()
        params = read_params(path)
        before = made_from(params, path, [])
        change(copies / "churn.ipynb")
        assert checked_copies(params, path) == {"churn": copies / "churn.ipynb"}
        now = made_from(params, path, [])
        assert {part for part in now if now[part] != before[part]} == {"chapters"}
        used, own = program_as_used(params, path), program_fingerprint()
        assert {part for part in own if used[part] != own[part]} == {"notebooks"}

    def test_a_store_that_names_no_folder_has_none(self, params_of, tmp_path):
        assert changed_copies(params_of(), tmp_path / "small.yml") == {}

    @pytest.mark.parametrize(
        ("make", "name"),
        [
            (lambda path, out: build.build_report(path, out), "churn"),
            (lambda path, out: meeting.build_meeting(path, out, "2025-11"), "satisfaction_meeting"),
            (lambda path, out: review.build_review(path, out, "2026-01"), "monthly_review"),
        ],
        ids=["report", "meeting", "review"],
    )
    def test_every_command_of_a_store_runs_its_copies(self, store, copies, tmp_path, monkeypatch, make, name):
        class RanError(Exception):
            pass

        def run(*_, own, **__):
            raise RanError(own)

        path = store()
        change(copies / f"{name}.ipynb")
        for module in (build, finishing):
            monkeypatch.setattr(module, "run_chapters", run)
        for check_of_a_review in ("review_day", "read_plan", "refuse_half_a_month"):
            monkeypatch.setattr(review, check_of_a_review, lambda *_, **__: None)
        with pytest.raises(RanError) as caught:
            make(path, tmp_path / "out")
        assert caught.value.args[0] == {name: copies / f"{name}.ipynb"}
