"""The library to think with: a store, a report and the catalogue, by name, with nothing personal shown."""

import json
import pickle
import re
from pathlib import Path

import pytest

import csanalysis as cs
from csanalysis.desk.names import UnknownNameError
from csanalysis.errors import CsanalysisError, ReportError
from csanalysis.ingest import load


@pytest.fixture(scope="module")
def personal(store):
    """Every name, phone, VIN and plate of the store."""
    tables = {name: store.tables[name].reveal() for name in store.tables}
    columns = ("vin", "name", "customer_name", "phone", "customer_phone", "plate")
    return {
        str(value)
        for table in tables.values()
        for column in columns
        if column in table
        for value in table[column].dropna().unique()
        if len(str(value)) > 2
    }


def test_what_there_is_can_be_found(store):
    assert {"open", "definitions", "metrics", "read_report"} <= set(dir(cs))
    assert {"tables", "metric", "measure", "lists", "params"} <= set(dir(store))
    assert "service_visits" in dir(store.tables) and "churn" in store.chapters
    assert store.params.dealership.id == "haibin"
    assert store.tables.service_visits.shape == store._store.tables["service_visits"].shape


def test_a_metric_is_that_of_its_chapter(store):
    found = store.metric("annual_churn_rate", period=2025)
    assert found["value"].tolist() == [store.measure("churn").value("annual_churn_rate", 2025)]
    ages = store.metric("annual_churn_rate", by="vehicle_age", period="2025")
    assert ages["denominator"].sum() == found["denominator"].iloc[0]
    assert set(ages.columns) > {"period", "vehicle_age", "numerator", "low", "high"}


@pytest.mark.parametrize(
    ("ask", "hint"),
    [
        (lambda store: store.metric("anual_churn_rate"), "annual_churn_rate"),
        (lambda store: store.metric("annual_churn_rate", by="vehicle_ages"), "vehicle_age"),
        (lambda store: store.tables.service_visit, "service_visits"),
        (lambda store: store.tables["zzz"], "known: "),
        (lambda store: store.measure("chrun"), "churn"),
        (lambda store: cs.definitions.anual_churn_rate, "annual_churn_rate"),
    ],
)
def test_a_mistyped_name_names_the_nearest(store, ask, hint):
    with pytest.raises(UnknownNameError, match=hint):
        ask(store)


def test_an_unknown_name_is_an_error_of_every_kind_that_is_asked_for(store):
    assert not hasattr(store.tables, "visit") and store.tables.get("visit") is None
    assert issubclass(UnknownNameError, (CsanalysisError, KeyError, AttributeError))


def test_nothing_shows_personal_data(store, personal):
    sheets = store.lists()
    shown = [store, store.tables, store._store, store.measure("churn"), cs.definitions, *sheets.values()]
    shown += [store.tables[name] for name in store.tables]
    shown += [store.tables[name].iloc[0] for name in store.tables if len(store.tables[name])]
    text = "\n".join(
        [*map(repr, shown), *(each._repr_html_() for each in shown if hasattr(each, "_repr_html_"))]
    )
    words = set(re.findall(r"[\w·]+", text))
    assert personal and not words & personal
    assert sum(map(len, sheets.values())) > 100 and "phone" in next(iter(sheets.values()))


def test_lists_of_a_day_are_those_of_what_was_known_then(store):
    later = store.lists("2025-09-30")
    assert min(rows["day"].min() for rows in later.values()).year == 2025


def test_a_report_reads_back_what_was_measured(store, tmp_path):
    results = store.measure("churn")
    held = {"dealership": "haibin", "plan_year": 2026, "as_of": "2025-12-31", "metrics": results.records()}
    (tmp_path / "metrics.json").write_text(json.dumps(held), encoding="utf-8")
    for place in (tmp_path, str(tmp_path / "metrics.json")):
        report = cs.read_report(place)
        assert report.metric("annual_churn_rate").equals(store.metric("annual_churn_rate"))
    assert "haibin" in repr(report) and "annual_churn_rate" in report.metrics
    with pytest.raises(UnknownNameError, match="annual_churn_rate"):
        report.metric("annual_churn_rat")


def test_a_report_is_read_at_an_address(store, bucket):
    held = {"dealership": "haibin", "plan_year": 2026, "as_of": "2025-12-31"}
    held["metrics"] = store.measure("churn").records()
    bucket.pipe_file("/bucket/reports/haibin/2026/metrics.json", json.dumps(held).encode())
    address = "memory://bucket/reports/haibin/2026"
    for place in (address, f"{address}/", f"{address}/metrics.json"):
        report = cs.read_report(place)
        assert report.metric("annual_churn_rate").equals(store.metric("annual_churn_rate"))
        assert report.folder == address
    bucket.pipe_file("/bucket/reports/haibin/2025/metrics.json", b"[]")
    for wrong, said in (("haibin/2024", "no such object"), ("haibin/2025", "no numbers of a report")):
        with pytest.raises(ReportError, match=f"memory://bucket/reports/{wrong}.*{said}"):
            cs.read_report(f"memory://bucket/reports/{wrong}")
    with pytest.raises(ReportError, match="nowhere://host/x/metrics.json: is of no known kind") as caught:
        cs.read_report("nowhere://me:secret@host/x")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("content", [None, "", "null", "[]", '{"metrics": 3}', "[" * 100000])
def test_what_is_no_report_is_said(tmp_path, content):
    if content is not None:
        (tmp_path / "metrics.json").write_text(content, encoding="utf-8")
    with pytest.raises(ReportError, match="no numbers of a report"):
        cs.read_report(tmp_path)


def test_the_catalogue_is_searched_by_words_of_both_languages():
    assert "annual_churn_rate" in cs.definitions.search("年度 流失率")
    assert [*cs.metrics.search("年度 流失率")] == [*cs.definitions.search("年度 流失率")]
    assert pickle.loads(pickle.dumps(cs.metrics)) is cs.metrics
    assert repr(cs.metrics).startswith(f"{len(cs.definitions)} metrics") and "search" in repr(cs.metrics)
    assert len(cs.definitions.search("no such word at all")) == 0
    table = cs.definitions.search("年度 流失率").table("zh")
    assert table.loc["annual_churn_rate", "章节"] == "churn" and table["定义"].str.len().min() > 5
    assert cs.definitions.annual_churn_rate.label("en")


def test_as_of_moves_the_day(demo, tmp_path):
    path = demo / "params" / "longshan.yml"
    earlier = cs.open(path, as_of="2024-12-31", cache=tmp_path)
    assert (
        earlier.tables.service_visits["visit_date"].max()
        <= load(path, cache=tmp_path).tables["service_visits"]["visit_date"].max()
    )
    assert earlier.params.as_of.isoformat() == "2024-12-31"


def test_the_commands_do_not_import_it():
    import subprocess
    import sys

    code = "import csanalysis.cli, sys; sys.exit('csanalysis.desk' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(cs.__file__).parents[1]).returncode == 0
