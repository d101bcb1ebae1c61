"""A report is made again where anything that it was made from is different, and only there."""

import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest
from nbformat import write as write_notebook
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from csanalysis.ingest.inputs import input_hashes
from csanalysis.report.files import fingerprint
from csanalysis.report.files.fingerprint import environment, made_from, sha256_of, unchanged

ALL = {"params", "inputs", "chapters", "program", "environment"}


@pytest.fixture
def store(tmp_path, params_of):
    """Calls with changed params give what the report would be made from now."""
    (tmp_path / "sales.csv").write_bytes(b"VIN,sale_date\nV1,2025-01-10\n")
    (tmp_path / "visits.csv").write_bytes(b"RO,VIN,date in\nR1,V1,2025-03-10\n")

    def now(**changes):
        params = params_of(**changes)
        params_file = tmp_path / "small.yml"
        return made_from(params, params_file, input_hashes(params, params_file))

    return now


def differing(one, other):
    assert set(one) == set(other) == ALL
    return {part for part in ALL if one[part] != other[part]}


def test_the_same_is_the_same_whatever_the_order_of_its_files(store, tmp_path, params_of):
    params, path = params_of(), tmp_path / "small.yml"
    inputs = input_hashes(params, path)
    assert len(inputs) == 2
    assert made_from(params, path, inputs[::-1]) == store() == store()


def test_one_byte_of_an_export(store, tmp_path):
    before, path = store(), tmp_path / "visits.csv"
    path.write_bytes(path.read_bytes().replace(b"-10", b"-11"))
    assert differing(before, store()) == {"inputs"}


def test_an_export_written_again_with_the_same_bytes_is_no_change(store, tmp_path):
    before, path = store(), tmp_path / "visits.csv"
    path.write_bytes(path.read_bytes())
    os.utime(path, (1, 1))
    assert store() == before


def test_what_ingest_says_of_a_file_beyond_its_bytes_is_no_part_of_it(params_of):
    known = {"table": "vehicle_sales", "file": "sales.csv", "sha256": "ab"}
    path = Path("small.yml")
    assert made_from(params_of(), path, [known | {"bytes": 9, "rows": 1}]) == made_from(
        params_of(), path, [known]
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"plan_year": 2027},
        {"language": "en"},
        {"dealership": {"id": "small", "name": "Small"}},
        {"churn": {"fixed_rate": 0.3}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_param(store, changes):
    assert differing(store(), store(**changes)) == {"params"}


@pytest.mark.parametrize(
    "changes",
    [{"delivery": {"webhook": {"url_env": "HOOK"}}}, {"schedule": "0 6 * * 1"}],
    ids=["to whom it is sent", "when it is made"],
)
def test_no_part_of_what_a_report_says(store, changes):
    assert store(**changes) == store()


@pytest.mark.parametrize("part", ["code", "pages", "notebooks"])
def test_the_program(store, monkeypatch, part):
    before, program = store(), fingerprint.program_fingerprint()
    monkeypatch.setattr(fingerprint, "program_fingerprint", lambda: {**program, part: "another"})
    assert differing(before, store()) == {"program"}


def test_an_installed_package(store, tmp_path, monkeypatch):
    before = store()
    (tmp_path / "site" / "newcomer-1.0.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path / "site")
    environment.cache_clear()
    try:
        assert differing(before, store()) == {"environment"}
        monkeypatch.undo()
        environment.cache_clear()
        assert store() == before
    finally:
        environment.cache_clear()


def notebook(path, *, says="1 + 1", shows="2"):
    output = new_output("execute_result", data={"text/plain": shows})
    cells = [new_markdown_cell("words"), new_code_cell(says, outputs=[output])]
    write_notebook(new_notebook(cells=cells), path)


def test_an_own_chapter_and_its_metrics_but_not_what_it_last_showed(store, tmp_path):
    own = {"chapters": [{"notebook": "own.ipynb", "after": "churn"}]}
    missing = store(**own)
    notebook(tmp_path / "own.ipynb")
    before = store(**own)
    assert differing(missing, before) == {"chapters"}
    notebook(tmp_path / "own.ipynb", shows="3")
    assert store(**own) == before
    notebook(tmp_path / "own.ipynb", says="1 + 2")
    assert differing(before, store(**own)) == {"chapters"}
    notebook(tmp_path / "own.ipynb")
    (tmp_path / "own.yml").write_text("a_metric: {}\n")
    assert differing(before, store(**own)) == {"chapters"}


@pytest.mark.parametrize(("one", "same"), [({"a": 1, "b": 2}, True), ({"a": 2, "b": 1}, False)], ids=str)
def test_sha256_of_plain_data_knows_no_order_of_keys(one, same):
    assert (sha256_of(one) == sha256_of({"b": 2, "a": 1})) == same


FILES = ("report.html", "report.pdf", "metrics.json", "lists.xlsx", "notebooks/churn.ipynb")


@pytest.fixture
def place(tmp_path, store):
    """A whole report of the store, with the manifest that a run leaves."""
    folder = tmp_path / "out" / "small" / "2026"
    (folder / "notebooks").mkdir(parents=True)
    for name in FILES:
        (folder / name).write_text(f"what {name} says")
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}
    run = {"made_from": store(), "files": sums, "finished": "2026-01-05T10:00:00+08:00", "warnings": []}
    (folder / "run.json").write_text(json.dumps(run))
    return folder


def test_a_whole_report_of_the_same_is_not_made_again_and_its_manifest_is_given(place, store):
    assert unchanged(place, store()) == json.loads((place / "run.json").read_text())


@pytest.mark.parametrize("part", sorted(ALL))
def test_any_part_that_differs_is_a_reason(place, store, part):
    assert unchanged(place, store() | {part: "another"}) is None


def test_another_kind_of_pdf_is_a_reason(place, store):
    assert unchanged(place, store() | {"pdf": "a-2a"}) is None


@pytest.mark.parametrize("name", [*FILES, "run.json"])
def test_a_file_that_is_missing_is_a_reason(place, store, name):
    (place / name).unlink()
    assert unchanged(place, store()) is None


@pytest.mark.parametrize("name", ["report.html", "report.pdf", "metrics.json"])
@pytest.mark.parametrize("text", ["edited", ""], ids=["edited", "cut off"])
def test_an_edited_report_is_made_again(place, store, name, text):
    (place / name).write_text(text)
    assert unchanged(place, store()) is None


def test_answers_noted_in_the_work_lists_are_left_alone(place, store):
    (place / "lists.xlsx").write_text("called, comes on Friday")
    assert unchanged(place, store()) is not None


@pytest.mark.parametrize(
    "text",
    ["", '{"made_from"', "[]", "null", "{}", '{"made_from": {}}', "\udcff"],
    ids=["empty", "cut off", "a list", "null", "no parts", "no files", "no UTF-8"],
)
def test_a_damaged_manifest_is_a_reason(place, store, text):
    (place / "run.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert unchanged(place, store()) is None


@pytest.mark.parametrize("files", [None, [*FILES], {"report.html": "ab"}, dict.fromkeys(FILES)], ids=str)
def test_a_manifest_that_does_not_say_what_was_written_is_a_reason(place, store, files):
    run = json.loads((place / "run.json").read_text())
    (place / "run.json").write_text(json.dumps(run | {"files": files}))
    assert unchanged(place, store()) is None


def test_a_first_report_has_nothing_before_it(place, store):
    shutil.rmtree(place)
    assert unchanged(place, store()) is None
