"""The page of all reports is written from what ``run.json`` sums up, not from all numbers."""

import json
import os
import time
from pathlib import Path

import pytest

from csanalysis.metrics.results import Results, tidy
from csanalysis.report.failure import FOLDERS
from csanalysis.report.files.summary import HEADLINES, stored_summary, summary_from, summary_of
from csanalysis.report.index import write_index

SUMMARY = {
    "first_service_return_rate_average": 0.7168,
    "first_service_planned": 1234,
    "churn_rate_planned": None,
}


def write_report(output, dealership, numbers=None, **more):
    place = output / dealership / "2026"
    place.mkdir(parents=True)
    run = {"dealership": dealership, "name": dealership, "plan_year": 2026, "as_of": "2025-12-31"}
    (place / "run.json").write_text(json.dumps(run | {"language": "en"} | more), encoding="utf-8")
    if numbers is not None:
        (place / "metrics.json").write_text(json.dumps({"metrics": numbers}), encoding="utf-8")
    return place


def row(metric, value, period="2026", **group):
    return {"metric": metric, "period": period, "group": group, "value": value}


@pytest.fixture
def read(monkeypatch):
    """The names of the files that were read, in order."""
    names, read_text = [], Path.read_text

    def listening(path, *given, **more):
        names.append(path.name)
        return read_text(path, *given, **more)

    monkeypatch.setattr(Path, "read_text", listening)
    return names


def test_an_index_of_300_reports_reads_no_numbers_and_is_quick(tmp_path, read):
    for number in range(300):
        write_report(tmp_path, f"store{number}", numbers=[], summary=SUMMARY)
    begun = time.process_time()
    page = write_index(tmp_path).read_text(encoding="utf-8")
    assert time.process_time() - begun < 5, "a sixth of that is usual"
    assert "metrics.json" not in read and read.count("run.json") == 300
    assert (
        page.count("71.7%") == 300 and page.count("1,234") == 300 and page.count('data-value="null"') == 300
    )


def test_a_report_without_a_summary_is_read_once_from_its_numbers(tmp_path, read):
    numbers = [
        row("first_service_planned", 9, team="a"),
        row("first_service_planned", 9, period="2026-03"),
        row("first_service_target", 1234.0),
        row("first_service_target", 9, period="2025"),
        row("first_service_return_rate_average", 0.7168, period="2023/2025"),
    ]
    write_report(tmp_path, "older", numbers=numbers)
    page = write_index(tmp_path).read_text(encoding="utf-8")
    assert read.count("metrics.json") == 1
    assert 'data-value="1234">1,234<' in page and 'data-value="0.7168">71.7%<' in page


@pytest.mark.parametrize(
    "summary",
    [None, [], "", {}, {**SUMMARY, "churn_rate_planned": "0.3"}, {"churn_rate_planned": 0.3}],
    ids=["none", "a list", "text", "empty", "no number", "short"],
)
def test_a_damaged_summary_is_none(tmp_path, summary):
    write_report(tmp_path, "store", numbers=[row("churn_rate_target", 0.25)], summary=summary)
    assert stored_summary({"summary": summary}) is None
    assert 'data-value="0.25"' in write_index(tmp_path).read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["", "[]", "{", '"run"', "{}"])
def test_a_damaged_manifest_leaves_the_other_reports_listed(tmp_path, text):
    write_report(tmp_path, "whole", summary=SUMMARY)
    (write_report(tmp_path, "broken") / "run.json").write_text(text)
    page = write_index(tmp_path).read_text(encoding="utf-8")
    assert "whole/2026/report.html" in page and "broken/2026" not in page


@pytest.mark.parametrize("numbers", ["", "[]", '{"metrics": 1}', '{"metrics": [1]}', None])
def test_damaged_numbers_of_an_older_report_leave_the_others_listed(tmp_path, numbers):
    write_report(tmp_path, "whole", summary=SUMMARY)
    older = write_report(tmp_path, "older")
    if numbers is not None:
        (older / "metrics.json").write_text(numbers)
    page = write_index(tmp_path).read_text(encoding="utf-8")
    assert "whole/2026/report.html" in page and "older/2026" not in page


def test_the_summary_of_results_is_that_of_their_file(tmp_path):
    results = Results(
        {
            "first_service_planned": [
                tidy(["2026", "2026"], value=[1, 2], team=["a", "b"]),
                tidy(["2026-01", "2026"], value=[4, 48]),
            ],
            "first_service_target": tidy(["2026"], value=[50]),
            "first_service_return_rate_average": tidy(["2023/2025", "2025"], value=[0.7, 0.8]),
            "churn_rate_planned": tidy(["2026"], value=[float("nan")]),
        }
    )
    path = tmp_path / "metrics.json"
    path.write_text(json.dumps({"metrics": results.records()}), encoding="utf-8")
    assert summary_of(results) == summary_from(path) == dict(zip(HEADLINES, (0.7, 48, None), strict=True))
    assert stored_summary({"summary": summary_of(results)}) == summary_of(results)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_index_shows_all_that_was_made_of_a_store_and_of_the_group(tmp_path, language):
    place = write_report(tmp_path, "whole", summary=SUMMARY, language=language)
    (place / "lists.xlsx").write_bytes(b"x")
    os.utime(place / "lists.xlsx", (1_773_000_000, 1_773_000_000))
    for pack in ("meetings/2026-02", "meetings/2026-W10", "meetings/2026-03"):
        (tmp_path / "whole" / pack).mkdir(parents=True)
        (tmp_path / "whole" / pack / "report.html").touch()
    (tmp_path / "network" / "2026").mkdir(parents=True)
    (tmp_path / "network" / "2026" / "report.html").touch()
    for what, folder in FOLDERS.items():
        (tmp_path / "torn" / folder).mkdir(parents=True)
        notes = {"name": "Torn", "language": language, "what": what}
        (tmp_path / "torn" / folder / "failure.json").write_text(json.dumps(notes))
    (tmp_path / "status.html").touch()
    page = write_index(tmp_path).read_text(encoding="utf-8")
    for href in (
        *("network/2026/report.html", "status.html", "whole/meetings/2026-W10/report.html"),
        *(f"torn/{folder}/index.html" for folder in FOLDERS.values()),
    ):
        assert f'href="{href}"' in page
    assert "lists.xlsx" not in page, "work lists name customers"
    made, review = (
        ("2026年3月", "Torn · 月度检视") if language == "zh" else ("Mar 2026", "Torn · monthly review")
    )
    assert made in page and review in page


@pytest.mark.parametrize("what", [None, 3, "../etc", "plan"])
def test_a_failure_of_another_form_is_told_as_the_reports(tmp_path, what):
    (tmp_path / "torn" / "failed").mkdir(parents=True)
    notes = {"name": "Torn", "language": "en", "what": what}
    (tmp_path / "torn" / "failed" / "failure.json").write_text(json.dumps(notes))
    assert ">Torn</a>" in write_index(tmp_path).read_text(encoding="utf-8")
