"""Small exports damaged at random: rows always add up, nothing ends in a traceback or hangs."""

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from csanalysis.ingest import check
from csanalysis.ingest.sources import Export
from csanalysis.ingest.table import read_exports
from csanalysis.params import Source
from tests.hardening.attacks import HOW, TABLES, as_csv, mutated, read_export
from tests.hardening.attacks import PIECES as HOSTILE

PARAMS = """\
dealership: {id: damaged}
plan_year: 2026
sources: {vehicle_sales: sales.csv, service_visits: visits.csv, upsell_items: items.csv}
"""
LONGEST = 20  # seconds; a whole one takes a tenth of one
PIECES = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=4))
MUTATIONS = st.lists(
    st.tuples(
        st.sampled_from(HOW),
        st.integers(0, 10_000),
        st.integers(0, 10_000),
        PIECES,
    ),
    min_size=1,
    max_size=6,
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16"])


def damaged(name, damages, encoding):
    text = as_csv(name)
    for damage in damages:
        text = mutated(text, *damage)
    return text.encode(encoding, "replace")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A store whose exports are whole, and read already."""
    path = tmp_path_factory.mktemp("damaged")
    (path / "damaged.yml").write_text(PARAMS, encoding="utf-8")
    for name in TABLES:
        (path / name).write_bytes(damaged(name, [], "utf-8"))
    whole = check(path / "damaged.yml", cache=path / "cache")
    assert [table["kept"] for table in whole["tables"]] == [24, 40, 30]
    return path


MANY = int(os.environ.get("CSANALYSIS_MUTATIONS", "400"))
"""So many damaged exports are tried with the slow tests; set the variable to 5000 for the whole lot."""

UNTIMED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}


@settings(max_examples=30, **UNTIMED)
@given(name=st.sampled_from([*TABLES]), damages=MUTATIONS, encoding=ENCODINGS)
def test_a_store_with_a_damaged_export_is_looked_at(folder, name, damages, encoding):
    (folder / name).write_bytes(damaged(name, damages, encoding))
    begun = time.process_time()
    summary = check(folder / "damaged.yml", cache=folder / "cache")
    (folder / name).write_bytes(damaged(name, [], "utf-8"))
    assert time.process_time() - begun < LONGEST
    json.dumps(summary, ensure_ascii=False)
    for report in summary["tables"]:
        fates = [report[fate] for fate in ("kept", "rejected", "repeated", "after_as_of")]
        assert report["read"] == sum(fates), report
        assert min(fates) >= 0 and sum(report["rejected_reasons"].values()) == report["rejected"]
    assert {*TABLES.values()} == {table["table"] for table in summary["tables"]} or summary["problems"]


@settings(max_examples=80, **UNTIMED)
@given(name=st.sampled_from([*TABLES]), damages=MUTATIONS, encoding=ENCODINGS)
def test_rows_add_up_whatever_happened_to_an_export(name, damages, encoding):
    judge(name, damaged(name, damages, encoding))


@pytest.mark.slow
@settings(max_examples=MANY, **UNTIMED)
@given(name=st.sampled_from([*TABLES]), damages=MUTATIONS, encoding=ENCODINGS)
def test_rows_add_up_in_many_damaged_exports(name, damages, encoding):
    judge(name, damaged(name, damages, encoding))


def judge(name, data):
    """One table is read, or its lines say why not; what was read is kept, set aside or a repeat."""
    begun = time.process_time()
    read_export((name, data), Path())
    assert time.process_time() - begun < LONGEST


@settings(max_examples=40, **UNTIMED)
@example([(40, 0)])
@example([(40, 6)])
@given(
    st.lists(
        st.tuples(st.integers(1, 40), st.integers(0, 6)), min_size=1, max_size=4, unique_by=lambda it: it[0]
    )
)
def test_quotes_that_never_close_swallow_no_row(quotes):
    """A quotation mark begins a cell here and there and never closes: still every line is a row."""
    lines = as_csv("visits.csv").splitlines()
    for line, place in quotes:
        cells = lines[line].split(",")
        cells[place] = '"' + cells[place]
        lines[line] = ",".join(cells)
    data = ("\n".join(lines) + "\n").encode()
    report = read_exports("service_visits", Source(path=["v.csv"]), [Export.from_bytes("v.csv", data)]).report
    assert report.read == report.kept + report.rejected == 40
