"""Many dealerships: a bad one leaves the others whole, and its own last good report in place."""

import json
from itertools import pairwise

import pytest
from typer.testing import CliRunner

from csanalysis.cli import app
from csanalysis.errors import NotebookError
from csanalysis.fleet.outcome import Jobs, longest_first
from csanalysis.ingest.inputs import input_bytes
from csanalysis.params import read_params
from csanalysis.report import build, running
from csanalysis.report.options import RunOptions

PARAMS = """\
dealership: {{id: {id}}}
plan_year: 2026
sources: {{vehicle_sales: sales.csv, service_visits: {visits}}}
"""


GOOD = PARAMS.format(id="GOOD", visits="visits.csv")


@pytest.fixture
def stores(tmp_path, least_exports):
    """Two small stores with the two required tables and one year of data; the second one's visits are missing."""
    least_exports(tmp_path)
    for name, visits in (("good", "visits.csv"), ("bad", "nowhere.csv")):
        (tmp_path / f"{name}.yml").write_text(PARAMS.format(id=name, visits=visits), encoding="utf-8")
    return tmp_path


BROKEN = {
    "no-export": (PARAMS.format(id="no-export", visits="nowhere.csv"), "nowhere.csv: no such file"),
    "no-yaml": ("dealership: [1, 2\n", "is not YAML"),
    "no-type": (f"{GOOD}unit: !!bool maybe\n", "does not fit the type"),
    "bomb": ("a: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(
        f"{mark}: &{mark} [{','.join([f'*{before}'] * 9)}]\n" for before, mark in pairwise("abcdefghi")
    ), "nested too deeply"),
    "export": (f"# {'x' * 300_000}\n{GOOD}", "a params file at most"),
    "emoji": (GOOD.replace("GOOD", '"\\ud83d\\ude00"'), "is not a slug"),
    "empty": (PARAMS.format(id="empty", visits="empty.csv"), "empty.csv"),
    "torn": (PARAMS.format(id="torn", visits="torn.xlsx"), "torn.xlsx: is no whole Excel workbook"),
    "late": (PARAMS.format(id="late", visits="old.csv"), "days before as_of"),
    "blocked": (PARAMS.format(id="blocked", visits="visits.csv"), "cannot be written"),
}  # fmt: skip
"""Ten stores, each broken in another way, and what is said of each."""


@pytest.mark.slow
def test_of_twelve_stores_ten_are_broken_and_two_are_made_and_delivered(stores, monkeypatch):
    (stores / "bad.yml").unlink()
    for name, (text, _) in BROKEN.items():
        (stores / f"{name}.yml").write_text(text, encoding="utf-8")
    (stores / "empty.csv").write_bytes(b"")
    (stores / "torn.xlsx").write_bytes(b"PK\x03\x04 torn")
    old = (stores / "visits.csv").read_text(encoding="utf-8").replace("2025-12-", "2024-12-")
    (stores / "old.csv").write_text(old, encoding="utf-8")
    output = stores / "out"
    output.mkdir()
    (output / "blocked").write_text("a file where the folder of a store would be")
    sent = []
    delivery = "delivery: {webhook: {url_env: HOOK}}\n"
    monkeypatch.setenv("HOOK", "https://example.com/hook")
    monkeypatch.setattr("csanalysis.delivery.webhook.post", lambda *given, **more: sent.append(given))
    for name in ("good", "second"):
        (stores / f"{name}.yml").write_text(PARAMS.format(id=name, visits="visits.csv") + delivery)

    result = CliRunner().invoke(app, ["run", str(stores / "*.yml"), "--output", str(output), "--deliver"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 1 and "2 of 12 reports made" in result.stderr, result.output
    assert "Traceback" not in result.output
    for name, (_, said) in BROKEN.items():
        assert any(f"{name}.yml" in line and said in line for line in result.stderr.splitlines()), name
    assert len(sent) == 2
    page = (output / "index.html").read_text(encoding="utf-8")
    assert "good/2026/report.html" in page and "second/2026/report.html" in page
    assert "no-export/2026" not in page and not (output / "no-export" / "2026").exists()
    failed = (output / "no-export" / "failed" / "index.html").read_text(encoding="utf-8")
    assert "nowhere.csv：没有这个文件" in failed
    assert (output / "good" / "2026" / "report.pdf").read_bytes().startswith(b"%PDF")
    numbers = json.loads((output / "good" / "2026" / "metrics.json").read_text(encoding="utf-8"))["metrics"]
    churn = [row for row in numbers if row["metric"] == "churn_rate_target" and not row["group"]]
    assert churn[0]["value"] is None, "a year of data says nothing of churn; that is not 0"


def test_a_params_file_of_another_form_is_that_store_s_alone(stores):
    (stores / "bad.yml").write_text(
        "dealership: {id: bad}\nplan_year: 2026\n"
        "sources: {vehicle_sales: sales.csv, service_visits: {path: visits.csv, columns: [单号]}}\n",
        encoding="utf-8",
    )
    jobs = Jobs([stores / "bad.yml", stores / "good.yml"], stores / "out", RunOptions())
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
    jobs = Jobs(files, tmp_path / "out", RunOptions())
    assert longest_first(jobs) == [2, 4, 1, 0, 3]
