import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from csanalysis.ingest import check
from csanalysis.ingest.summary import rich_group, rich_summary

CUT = Path(__file__).parent / "data" / "dezhou" / "params" / "dezhou.yml"


def test_a_dealership_as_json():
    summary = json.loads(json.dumps(check(CUT), ensure_ascii=False))
    assert (summary["dealership"], summary["as_of"], summary["unusable"]) == ("dezhou", "2025-12-31", True)
    *lost, way_out = summary["problems"]  # of so few rows the damaged ones are more than one in twenty
    assert [line.split(":")[0] for line in lost] == [
        f"sources.{each['table']}"
        for each in summary["tables"]
        if each["rejected"] > 0.05 * each["read"] >= 1
    ]
    assert "accept: [{check: rows_lost, reason" in way_out
    assert len(summary["tables"]) == 16
    visits = next(report for report in summary["tables"] if report["table"] == "service_visits")
    assert visits["kept"] == 14
    assert visits["first_date"] < visits["last_date"] <= "2025-12-31"
    assert sum(visits["hints"].values()) == visits["rejected"] == sum(visits["rejected_reasons"].values())


def test_problems_are_collected_and_the_other_tables_told(dealership):
    dealership.csv("contacts", [["a", "b"], ["c", "d"]])
    summary = check(dealership.params_file)
    assert summary["unusable"] is True
    assert len(summary["problems"]) == 1
    assert [report["table"] for report in summary["tables"]] == ["vehicle_sales", "service_visits"]


def test_params_that_cannot_be_read_are_a_problem_too(tmp_path):
    summary = check(tmp_path / "absent.yml")
    assert summary["unusable"] is True
    assert "no such file" in summary["problems"][0]
    json.dumps(summary)


def test_the_cache_is_used(tmp_path):
    check(CUT, tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == 16


def shown(summary):
    console = Console(width=240, file=io.StringIO())
    console.print(rich_summary(summary, summary["language"]))
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["2 stores, 1 of them cannot be reported", "rejects"]),
        ("zh", ["共 2 家店，其中 1 家不能出报告", "搁置"]),
    ],
)
def test_a_group_has_a_line_a_store(language, words):
    """Of two tables 1,000 + 200 rows read, 3 set aside; the other store's params could not be read."""
    tables = [
        {"first_date": first, "last_date": last, "read": read, "rejected": rejected}
        for first, last, read, rejected in [("2023-02-01", "2025-11-30", 1000, 3), (None, None, 200, 0)]
    ]
    good = {
        "dealership": "a",
        "params_file": "a.yml",
        "as_of": "2025-12-31",
        "tables": tables,
        "problems": [],
        "unusable": False,
    }
    bad = {
        "dealership": None,
        "params_file": "params/b.yml",
        "as_of": None,
        "tables": [],
        "problems": ["x", "y"],
        "unusable": True,
    }
    console = Console(width=160, file=io.StringIO())
    console.print(rich_group([good, bad], language))
    text = console.file.getvalue()
    assert all(word in text for word in words)
    lines = [line.split() for line in text.splitlines()]
    assert ["a", "2025-12-31", "2", "1,200", "3", "2023-02-01", "2025-11-30"] in lines
    assert ["b", "0", "0", "0", "2"] in lines


def test_the_table_for_the_terminal(tmp_path):
    text = shown(check(CUT))
    assert "dezhou" in text
    assert "service_visits" in text
    assert "没有用到的表头" in text
    assert "美容装潢" in text
    assert "absent.yml" in shown(check(tmp_path / "absent.yml"))
