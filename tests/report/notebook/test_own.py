"""A dealership's own chapters: each bad one is a line before anything runs, and none leaks into another store."""

import json
import os

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from typer.testing import CliRunner

from csanalysis.catalogue import METRICS, described_in, group_name
from csanalysis.cli import app
from csanalysis.errors import NotebookError, ParamsError, ReportError
from csanalysis.ingest.store import load, preloaded
from csanalysis.metrics.results import Results, tidy
from csanalysis.params import read_params
from csanalysis.report import CHAPTERS, build, running
from csanalysis.report.files.checks import check
from csanalysis.report.notebook.cells import notebook_folder
from csanalysis.report.notebook.checking import checked_chapters
from csanalysis.report.notebook.own import metrics_of, own_chapters, reading_order
from csanalysis.report.notebook.session import open_chapter, write_published
from csanalysis.report.running import Clock, run_chapters

PARAMS = """\
dealership: {id: dezhou}
plan_year: 2026
chapters_trusted: true
sources: {vehicle_sales: sales.csv, service_visits: visits.csv}
"""
DECLARED = "params_file = 'x'\nlanguage = None\ncache = None\nworkspace = None"
ENTRY = """
  label: {zh: 周末, en: Weekend}
  unit: {zh: "", en: ""}
  format: percent
  better: neither
  definition: {zh: 周末的占比。, en: Share of weekends.}
  tables: [service_visits]
"""
OWN = "weekend_rate:" + ENTRY


def notebook(path, *sources, declared=DECLARED):
    cells = [new_code_cell(declared, metadata={"tags": ["parameters"]})] if declared else []
    nbformat.write(new_notebook(cells=[*cells, *map(new_code_cell, sources)]), path)


@pytest.fixture
def store(tmp_path):
    """Writes a store whose params name ``chapters``; returns its params file."""
    (tmp_path / "sales.csv").write_text("VIN,sale_date\nV1,2025-01-10\n", encoding="utf-8")
    (tmp_path / "visits.csv").write_text("RO,VIN,date in,job type\nR1,V1,2025-12-06,首保\n", encoding="utf-8")

    def made(chapters="[weekend.ipynb]", *, name="store", catalogue=OWN):
        notebook(tmp_path / "weekend.ipynb")
        if catalogue is not None:
            (tmp_path / "weekend.yml").write_text(catalogue, encoding="utf-8")
        path = tmp_path / f"{name}.yml"
        path.write_text(f"{PARAMS}chapters: {chapters}\n", encoding="utf-8")
        return path

    return made


def found(path):
    return check(path)["problems"]


def test_a_good_chapter_has_no_problems(store):
    path = store()
    assert found(path) == []
    (chapter,) = checked_chapters(read_params(path), path)
    assert (chapter.name, [*chapter.metrics]) == ("weekend", ["weekend_rate"])


def test_chapters_that_nobody_trusts_are_not_run(store):
    path = store()
    path.write_text(
        path.read_text(encoding="utf-8").replace("chapters_trusted: true\n", ""), encoding="utf-8"
    )
    (line,) = found(path)
    assert line.startswith("chapters: these notebooks are code") and "chapters_trusted: true" in line
    with pytest.raises(ParamsError, match="--trust-chapters"):
        checked_chapters(read_params(path), path)
    assert [each.name for each in checked_chapters(read_params(path), path, trusted=True)] == ["weekend"]


def test_a_chapter_of_standard_metrics_needs_no_catalogue(store):
    assert found(store(catalogue=None)) == []


@pytest.mark.parametrize(
    ("chapters", "said"),
    [
        ("[weekennd.ipynb]", "weekennd.ipynb: no such file; did you mean weekend.ipynb?"),
        ("[churn.ipynb]", "churn.ipynb: the report has a part called 'churn'; rename the notebook"),
        ("[appendix.ipynb]", "the report has a part called 'appendix'; rename the notebook"),
        ("[周末.ipynb]", "cannot name a chapter; rename it with a-z, 0-9"),
        ("[{notebook: weekend.ipynb, after: churm}]", "after: 'churm' is no chapter of the report; did you mean churn?"),
        ("[{notebook: weekend.ipynb, after: wheels}]", "after: 'wheels' is no chapter of the report; known: signed_plan, plan, "),
        ("[store.ipynb]", "the .yml of its name is this file; rename the notebook"),
        ("[folder.ipynb]", "no such file"),
        ("[text.ipynb]", "is no notebook; make it in JupyterLab"),
        ("[cells.ipynb]", "is no notebook; make it in JupyterLab"),
        ("[bytes.ipynb]", "is no notebook; make it in JupyterLab"),
        ("[bare.ipynb]", "has 0 cells tagged 'parameters'; tag exactly one code cell so"),
        ("[old.ipynb]", "its parameters cell does not set cache, workspace; add the line there"),
    ],
    ids=["missing", "standard name", "appendix", "name", "place", "far place", "the params", "folder", "text", "cells", "bytes", "no cell", "undeclared"],
)  # fmt: skip
def test_a_bad_chapter_is_one_line_before_anything_runs(store, tmp_path, monkeypatch, chapters, said):
    path = store(chapters)
    (tmp_path / "folder.ipynb").mkdir()
    (tmp_path / "text.ipynb").write_text("# Weekend")
    (tmp_path / "cells.ipynb").write_text(
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{}]}'
    )
    (tmp_path / "bytes.ipynb").write_bytes(b"\xff\xfe\x00")
    notebook(tmp_path / "bare.ipynb", declared="")
    notebook(tmp_path / "old.ipynb", declared="params_file = 'x'")
    for name in ("churn", "appendix", "周末"):
        notebook(tmp_path / f"{name}.ipynb")
    monkeypatch.setattr(build, "run_chapters", lambda *_, **__: pytest.fail("a notebook was run"))
    with pytest.raises(ParamsError) as caught:
        build.build_report(path, tmp_path / "out")
    (line,) = caught.value.problems
    assert line.startswith(f"{path}: chapters: ") and said in line, line
    assert not (tmp_path / "out" / "dezhou").exists()
    assert found(path) == [line.removeprefix(f"{path}: ")]


@pytest.mark.parametrize(
    ("catalogue", "said"),
    [
        ("churn_rate_target:" + ENTRY, "churn_rate_target is described by csanalysis itself too; give yours another"),
        (OWN.replace("percent", "percents"), "weekend_rate has the unknown format 'percents'; write one of percent"),
        (OWN.replace("  better: neither\n", ""), "weekend_rate needs better: higher, lower, neither"),
        (OWN.replace(", en: Weekend}", "}"), "weekend_rate needs label as {zh: …, en: …}"),
        (OWN.replace("en: Weekend}", "en: ''}"), "weekend_rate has no label"),
        (OWN.replace("en: Weekend}", "en: 7}"), "weekend_rate needs label as"),
        (OWN.replace("[service_visits]", "[visits]"), "weekend_rate names 'visits', no table"),
        (OWN.replace("[service_visits]", "service_visits"), "needs tables as a list, such as [service_visits]"),
        (OWN + "  colour: red\n", "weekend_rate has the unknown field 'colour'"),
        ("Weekend rate:" + ENTRY, "is no name of a metric; use a-z, 0-9 and '_'"),
        ("weekend_rate:\n", "has no fields; give label, unit"),
        ("[weekend_rate]", "weekend.yml: describes no metrics"),
        ("weekend_rate: {", "weekend.yml:1: is not YAML"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        ("weekend_rate: " + "[" * 100_000, "is not YAML (nested too deeply)"),
    ],
    ids=["standard metric", "format", "better", "one language", "empty", "a number", "table", "tables", "field", "name", "nothing", "list", "no YAML", "bytes", "brackets"],
)  # fmt: skip
def test_a_bad_catalogue_is_one_line(store, tmp_path, catalogue, said):
    if isinstance(catalogue, bytes):
        path = store()
        (tmp_path / "weekend.yml").write_bytes(catalogue)
    else:
        path = store(catalogue=catalogue)
    (line,) = found(path)
    assert line.startswith("chapters: weekend.ipynb: weekend.yml:") and said in line.replace("\n", " "), line


def test_two_catalogues_cannot_describe_one_metric(store, tmp_path):
    path = store("[weekend.ipynb, other.ipynb]")
    notebook(tmp_path / "other.ipynb")
    (tmp_path / "other.yml").write_text(OWN, encoding="utf-8")
    (line,) = found(path)
    assert "other.yml: weekend_rate is described by weekend.yml too" in line


def test_every_problem_is_listed_with_those_of_the_exports(store, tmp_path):
    path = store("[{notebook: nowhere.ipynb, after: nothing}]")
    (tmp_path / "sales.csv").unlink()
    result = CliRunner().invoke(app, ["check", str(path), "--json", "--output", str(tmp_path / "out")])
    problems = json.loads(result.stdout)["problems"]
    assert result.exit_code == 1 and len(problems) == 3, problems


def test_chapters_stand_where_the_params_say(store, tmp_path):
    names = ["one", "two", "three", "four"]
    for name in names:
        notebook(tmp_path / f"{name}.ipynb")
    path = store(
        "[one.ipynb, {notebook: two.ipynb, after: churn}, {notebook: three.ipynb, after: churn}, four.ipynb]"
    )
    order = reading_order(CHAPTERS, own_chapters(read_params(path), path))
    assert order[order.index("churn") + 1 :][:2] == ["two", "three"]
    assert order[order.index("data_quality") - 2 :][:2] == ["one", "four"]
    assert [name for name in order if name not in names] == list(CHAPTERS)


def test_own_metrics_are_known_to_their_own_dealership_only(store):
    own, other = store(), store("[]", name="other")
    assert "weekend_rate" not in METRICS
    try:
        open_chapter(str(own))
        assert METRICS["weekend_rate"].label("en") == "Weekend"
        assert [*METRICS][-1] == "weekend_rate", "the definitions list them last"
        open_chapter(str(other))
        assert "weekend_rate" not in METRICS
    finally:
        METRICS.add_own({})
    with METRICS.with_own(metrics_of(own_chapters(read_params(own), own))):
        assert len(METRICS) == len(METRICS.standard) + 1
    with pytest.raises(KeyError, match="weekend_rate is not in the catalogue"):
        METRICS["weekend_rate"]


@pytest.mark.parametrize("up", [0, 1], ids=["from its folder", "from the one above"])
def test_a_notebook_finds_its_metrics_where_the_run_was_given_a_relative_path(
    store, tmp_path, monkeypatch, up
):
    path = store()
    stands = (tmp_path, tmp_path.parent)[up]
    monkeypatch.chdir(stands)
    with preloaded(load(path.relative_to(stands))):
        monkeypatch.chdir(notebook_folder())  # a notebook does not stand where the command was given
        try:
            assert "weekend_rate" not in METRICS
            open_chapter(str(path))
            assert "weekend_rate" in METRICS
        finally:
            METRICS.add_own({})


def test_an_own_metric_cannot_stand_in_for_a_standard_one():
    with pytest.raises(ValueError, match="churn_rate_target is a metric of csanalysis"):
        METRICS.add_own({"churn_rate_target": METRICS["churn_rate_target"]})


def test_a_split_of_ones_own_stands_for_itself():
    assert group_name("day_of_week", "en") == "Day of week" and group_name("星期", "zh") == "星期"


class TestPublishing:
    @pytest.fixture
    def chapter(self, store):
        yield open_chapter(str(store()))
        METRICS.add_own({})

    def test_an_own_metric_is_published(self, chapter):
        assert repr(chapter.publish(Results({"weekend_rate": tidy(["2025"], value=0.2)}))) == "1 numbers"

    def test_a_metric_that_no_catalogue_describes_is_refused(self, chapter):
        results = Results({"weekend_rats": tidy(["2025"], value=0.2)})
        with pytest.raises(
            NotebookError, match=r"no catalogue describes weekend_rats; describe .* 'chapters' in store.yml"
        ):
            chapter.publish(results)

    def test_a_list_without_a_sheet_is_refused(self, chapter):
        with pytest.raises(
            NotebookError, match="lists.xlsx has no sheet for 'winback'; did you mean win_back"
        ):
            chapter.publish(Results(), {"winback": pd.DataFrame()})


class TestJoining:
    """Chapters whose notebooks publish what a test says, without a kernel."""

    @pytest.fixture
    def run(self, tmp_path, monkeypatch):
        def joined(seen=None, **published):
            def execute(notebook, executed, parameters, **limits):
                if seen is not None:
                    seen[notebook.stem] = ({*os.environ}, parameters["cache"])
                results, lists = published[notebook.stem]
                workspace = running.Path(parameters["workspace"])
                write_published(
                    workspace, Results({name: tidy(["2025"], value=value) for name, value in results.items()})
                )
                for name in lists:
                    pd.DataFrame({"vin": ["x"]}).to_parquet(workspace / f"{name}.parquet")
                return new_notebook()

            monkeypatch.setattr(running, "execute", execute)
            own = {name: tmp_path / f"{name}.ipynb" for name in published if name not in CHAPTERS}
            clock = Clock(lambda step: None)
            (tmp_path / "run").mkdir()
            return run_chapters(
                [*published],
                tmp_path / "s.yml",
                tmp_path / "run",
                cache=tmp_path,
                failed=tmp_path / "f",
                clock=clock,
                own=own,
            )

        return joined

    def test_an_own_chapter_sees_no_secret_and_no_cache(self, run, tmp_path, monkeypatch):
        monkeypatch.setenv("CSANALYSIS_SMTP_PASSWORD", "pa55word")
        seen = {}
        run(seen, churn=({}, []), weekend=({}, []))
        (standard, cache), (own, none) = seen["churn"], seen["weekend"]
        assert "CSANALYSIS_SMTP_PASSWORD" in standard and cache == str(tmp_path)
        assert "CSANALYSIS_SMTP_PASSWORD" not in own and "PATH" in own and none is None
        assert os.environ["CSANALYSIS_SMTP_PASSWORD"] == "pa55word"

    def test_one_number_may_be_told_twice(self, run):
        made = run(
            churn=({"annual_churn_rate": 0.3}, []),
            weekend=({"annual_churn_rate": 0.3, "weekend_rate": 0.2}, []),
        )
        assert sorted(made.results.names) == ["annual_churn_rate", "weekend_rate"]

    def test_another_value_names_both_notebooks(self, run):
        with pytest.raises(
            ReportError, match=r"churn.ipynb: .* than weekend.ipynb for annual_churn_rate 2025"
        ):
            run(
                plan=({}, []),
                weekend=({"annual_churn_rate": 0.2}, []),
                churn=({"annual_churn_rate": 0.3}, []),
            )

    def test_a_list_of_another_chapter_is_not_replaced(self, run):
        with pytest.raises(
            ReportError, match="weekend.ipynb: an earlier chapter makes the list 'win_back' too"
        ):
            run(churn=({}, ["win_back"]), weekend=({}, ["win_back"]))


def test_a_file_that_cannot_be_read_is_said(tmp_path):
    assert described_in(tmp_path)[1] == [f"{tmp_path.name}: cannot be read (Is a directory)"]
