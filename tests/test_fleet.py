"""Many dealerships: a bad one leaves the others whole, and its own last good report in place."""

import json

import pytest
from typer.testing import CliRunner

from csanalysis.cli import app
from csanalysis.errors import NotebookError
from csanalysis.fleet.outcome import jobs_of, longest_first
from csanalysis.ingest.inputs import input_bytes
from csanalysis.params import read_params
from csanalysis.report import build, running
from csanalysis.report.options import RunOptions

PARAMS = """\
dealership: {{id: {id}}}
plan_year: 2026
sources: {{vehicle_sales: sales.csv, service_visits: {visits}}}
"""


@pytest.fixture
def stores(tmp_path, least_exports):
    """Two small stores with the two required tables and one year of data; the second one's visits are missing."""
    least_exports(tmp_path)
    for name, visits in (("good", "visits.csv"), ("bad", "nowhere.csv")):
        (tmp_path / f"{name}.yml").write_text(PARAMS.format(id=name, visits=visits), encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_a_store_with_the_least_data_is_reported_and_a_bad_one_named(stores):
    output = stores / "out"
    result = CliRunner().invoke(app, ["run", str(stores / "*.yml"), "--output", str(output)])
    assert result.exit_code == 1, result.output
    assert "nowhere.csv" in result.stderr and "1 of 2 reports made" in result.stderr
    assert not [line for line in result.stderr.splitlines() if line.startswith("Traceback")]
    assert (output / "good" / "2026" / "report.pdf").read_bytes().startswith(b"%PDF")
    failed = (output / "bad" / "failed" / "index.html").read_text(encoding="utf-8")
    assert "nowhere.csv：没有这个文件" in failed and not (output / "bad" / "2026").exists()
    assert "nowhere.csv: no such file" in result.stderr
    page = (output / "index.html").read_text(encoding="utf-8")
    assert "good/2026/report.html" in page and "bad/2026" not in page
    numbers = json.loads((output / "good" / "2026" / "metrics.json").read_text(encoding="utf-8"))["metrics"]
    churn = [row for row in numbers if row["metric"] == "churn_rate_target" and not row["group"]]
    assert churn[0]["value"] is None, "a year of data says nothing of churn; that is not 0"


def test_a_params_file_of_another_form_is_that_store_s_alone(stores):
    (stores / "bad.yml").write_text(
        "dealership: {id: bad}\nplan_year: 2026\n"
        "sources: {vehicle_sales: sales.csv, service_visits: {path: visits.csv, columns: [单号]}}\n",
        encoding="utf-8",
    )
    jobs = jobs_of([stores / "bad.yml", stores / "good.yml"], stores / "out", RunOptions())
    assert longest_first(jobs) == [1, 0]
    result = CliRunner().invoke(app, ["check", str(stores / "bad.yml"), str(stores / "good.yml")])
    assert result.exit_code == 1 and "sources.service_visits.columns" in result.output
    assert not [line for line in result.output.splitlines() if line.startswith("Traceback")]


def test_a_failed_chapter_keeps_the_last_good_report_and_the_part_that_ran(stores, monkeypatch):
    place = stores / "out" / "good" / "2026"
    place.mkdir(parents=True)
    (place / "report.html").write_text("last good")

    def fails(notebook, executed, parameters, *, limits):
        executed.write_text("what ran")
        raise NotebookError(f"{notebook.name}: cell 3 failed: ZeroDivisionError: division by zero")

    monkeypatch.setattr(running, "execute", fails)
    with pytest.raises(NotebookError, match="plan.ipynb: cell 3 failed.*open .*failed"):
        build.build_report(stores / "good.yml", stores / "out")
    assert (place / "report.html").read_text() == "last good"
    assert (stores / "out" / "good" / "failed" / "plan.ipynb").read_text() == "what ran"
    assert {path.name for path in place.parent.iterdir()} == {"2026", "failed"}


def test_the_store_with_the_most_to_read_begins_and_the_unreadable_are_last(tmp_path):
    sizes = {"small": 10, "large": 1000, "middle": 100}
    for name, size in sizes.items():
        for table in ("sales", "visits"):
            (tmp_path / f"{name}-{table}.csv").write_bytes(b"x" * size)
        source = f"{{vehicle_sales: {name}-sales.csv, service_visits: ['{name}-*.csv', {name}-visits.csv]}}"
        (tmp_path / f"{name}.yml").write_text(
            f"dealership: {{id: {name}}}\nplan_year: 2026\nsources: {source}\n", encoding="utf-8"
        )
        assert input_bytes(read_params(tmp_path / f"{name}.yml"), tmp_path / f"{name}.yml") == 2 * size
    (tmp_path / "broken.yml").write_text("plan_year: soon\n", encoding="utf-8")
    files = [tmp_path / f"{name}.yml" for name in ("broken", "small", "large", "nowhere", "middle")]
    jobs = jobs_of(files, tmp_path / "out", RunOptions())
    assert longest_first(jobs) == [2, 4, 1, 0, 3]
