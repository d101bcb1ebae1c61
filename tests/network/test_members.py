"""Of which day the reports are that a group's report is made of."""

import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from pandas.testing import assert_frame_equal

from csanalysis.chapters.network.wanted import Wanted
from csanalysis.errors import ReportError
from csanalysis.fleet import Outcome
from csanalysis.fleet.job import Job
from csanalysis.fleet.networking import side_by_side
from csanalysis.fleet.outcome import run_here
from csanalysis.messages import said
from csanalysis.metrics.results import Results, tidy
from csanalysis.network.build import _cover
from csanalysis.network.members import members
from csanalysis.network.numbers import stores_numbers
from csanalysis.params.as_of import as_of_given
from csanalysis.report.build import write_metrics
from csanalysis.report.files.metrics_table import write_metrics_table
from csanalysis.report.running import Clock

HEAD = {"schema_version": 1, "plan_year": 2026, "metrics": []}


@pytest.fixture
def stores(tmp_path, least_exports):
    """Two stores with reports of two days; their params count up to the last day of 2025."""
    least_exports(tmp_path)
    paths = []
    for name, day in (("east", "2025-12-31"), ("west", "2025-12-20")):
        paths.append(tmp_path / f"{name}.yml")
        paths[-1].write_text(
            f"dealership: {{id: {name}, name: {name.title()}}}\nplan_year: 2026\nlanguage: en\n"
            "sources:\n  vehicle_sales: sales.csv\n  service_visits: visits.csv\n"
        )
        place = tmp_path / "outputs" / name / "2026"
        place.mkdir(parents=True)
        (place / "metrics.json").write_text(json.dumps({**HEAD, "dealership": name, "as_of": day}))
    return paths


def found(stores):
    output = stores[0].parent / "outputs"
    return members(stores, output, cache=output / ".cache")


def test_a_store_counts_up_to_the_day_of_its_report(stores):
    assert [store.params.as_of for store in found(stores)] == [date(2025, 12, 31), date(2025, 12, 20)]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Some stores' reports end earlier: West (20 Dec 2025)"),
        ("zh", "有的门店报告截至更早的日期：West（2025年12月20日）"),
    ],
)
def test_the_cover_names_reports_of_another_day(stores, language, told):
    known = found(stores)
    assert _cover(known, Clock(lambda step: None), language)["standing"] == told
    assert _cover(known[:1], Clock(lambda step: None), language)["standing"] is None


def test_whoever_asks_for_a_day_is_refused_reports_of_another(stores):
    with as_of_given("2025-12-31"), pytest.raises(ReportError) as refused:
        found(stores)
    (line,) = refused.value.problems
    assert "west.yml: its report is of 2025-12-20, not of 2025-12-31" in line and "--as-of" in line
    assert "报告截至 2025-12-20" in said(line, "zh")
    with as_of_given("2025-12-20"), pytest.raises(ReportError, match="east.yml"):
        found(stores)


def test_reports_of_the_day_asked_for_are_taken(stores):
    place = stores[0].parent / "outputs" / "west" / "2026" / "metrics.json"
    place.write_text(json.dumps({**HEAD, "dealership": "west", "as_of": "2025-12-31"}))
    with as_of_given("2025-12-31"):
        assert {store.params.as_of for store in found(stores)} == {date(2025, 12, 31)}


def test_numbers_come_from_the_table_and_where_it_cannot_be_read_from_metrics_json(stores):
    numbers = Results(
        {
            "recovery_rate": tidy(["2025"], value=0.5, numerator=1, denominator=2, grade=["A"]),
            "referrals": tidy(["2025"], value=3),
        }
    )
    (east, _) = found(stores)
    write_metrics(east.report / "metrics.json", SimpleNamespace(params=east.params), numbers)
    table = east.report / "metrics.parquet"
    write_metrics_table(table, numbers)
    (east, _) = found(stores)
    assert east.params.as_of == date(2025, 12, 31)
    asked = [Wanted("recovery_rate", {"grade": "A"})]
    by_column = stores_numbers([east], asked).numbers
    assert by_column["value"].tolist() == [0.5]
    whole = table.read_bytes()
    for damaged in (whole[:50], whole[:60] + bytes(40) + whole[100:]):
        table.write_bytes(damaged)
        assert_frame_equal(stores_numbers([east], asked).numbers, by_column)


def test_numbers_that_cannot_be_read_are_told_with_what_to_do(stores):
    (east, _) = found(stores)
    (east.report / "metrics.json").write_text('{"as_of": "2025-12-31", "metrics": [\n{"metric"')
    (east, _) = found(stores)
    with pytest.raises(ReportError, match=r"cannot be read .*; run csanalysis run --force .*east.yml"):
        stores_numbers([east], [Wanted("referrals")])


def test_a_store_that_cannot_be_laid_beside_the_others_stops_nobody(stores, tmp_path):
    output = tmp_path / "outputs"

    def do(paths, task):
        if task.kind == "group":
            laid.append([Path(store).stem for store in task.stores])
            return [Outcome(paths[0], output / "network" / "2026", kind="group")]
        return [run_here(Job(path, output, task=task)) for path in paths]

    laid = []
    for name, text in (("torn", "plan_year: [\n"), ("new", None), ("later", None), ("network", None)):
        said = stores[0].read_text().replace("{id: east, name: East}", f"{{id: {name}}}")
        (tmp_path / f"{name}.yml").write_text(text or said)
    (tmp_path / "later.yml").write_text((tmp_path / "later.yml").read_text().replace("2026", "2027"))
    (output / "later" / "2027").mkdir(parents=True)
    (output / "later" / "2027" / "metrics.json").write_text(json.dumps({**HEAD, "as_of": "2025-12-31"}))
    names = ["east", "torn", "west", "new", "later", "network"]
    found = side_by_side([tmp_path / f"{name}.yml" for name in names], do)
    assert found.outcome.made and laid == [["east", "west"]]
    lines = "\n".join(found.left)
    for said in (
        "is not YAML",
        "there is no report yet",
        "later.yml: plans 2027, the others 2026",
        "give the store",
    ):
        assert said in lines
    alone = side_by_side([tmp_path / "east.yml", tmp_path / "torn.yml"], do)
    assert not alone.outcome.made and "is not YAML" in alone.outcome.problems[0]
