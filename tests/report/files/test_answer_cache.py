"""An answer that was measured before of the same tables is not measured again; of any other it is."""

import hashlib
import json
import os
import pickle
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from csanalysis.chapters import business, value, work_lists
from csanalysis.chapters import shared as sharing
from csanalysis.chapters.shared import keeping, kept
from csanalysis.ingest import Store, load
from csanalysis.ingest.rejects import no_rejects
from csanalysis.metrics.results import Results, tidy
from csanalysis.report.files import answer_cache
from csanalysis.report.files.answer_cache import AnswerCache
from csanalysis.report.files.chapter_cache import ChapterCache
from tests.stores import params_file

SALES = [{"vin": "V1", "sale_date": "2025-01-10"}, {"vin": "V2", "sale_date": "2025-02-10"}]
VISITS = [{"ro_number": "R1", "vin": "V1", "visit_date": "2025-03-10", "service_type": "repair"}]


@pytest.fixture(autouse=True)
def _keep_all(monkeypatch):
    monkeypatch.setattr(answer_cache, "FEWEST_SECONDS", 0.0)


@pytest.fixture
def measured(tmp_path, clean_table, params_of):
    """Measures a small store in a run of its own; gives the answer and whether it was measured anew."""

    def run(sales=SALES, visits=VISITS, *, reuse=True, others=(), **changes):
        tables = {
            "vehicle_sales": clean_table("vehicle_sales", sales),
            "service_visits": clean_table("service_visits", visits),
            **{name: clean_table(name, []) for name in others},
        }
        store = Store(params_of(**changes), tmp_path / "small.yml", tables, (), no_rejects(), [])
        times = []

        @kept
        def sold(params, tables):
            times.append(1)
            rows = tables["vehicle_sales"]
            asked = "contacts" in tables
            return Results({"sold": tidy([str(params.plan_year)], value=len(rows))}), rows, asked

        chapters = ChapterCache(tmp_path / ".cache", store)
        cache = AnswerCache(
            tmp_path / ".cache", store, made_from=chapters.common, content=chapters.content, reuse=reuse
        )
        with keeping(cache):
            results, rows, _asked = sold(store.params, store.tables)
        pd.testing.assert_frame_equal(rows, tables["vehicle_sales"])
        assert results.value("sold", store.params.plan_year) == len(sales)
        return bool(times)

    return run


def test_an_answer_serves_the_next_run_though_a_table_changed_that_it_did_not_read(measured):
    assert measured()
    assert not measured()
    assert not measured(visits=[])


@pytest.mark.parametrize(
    "other",
    [
        {"sales": SALES[:1]},
        {"sales": [*SALES, {"vin": "V3", "sale_date": "2025-03-10"}]},
        {"sales": [{**SALES[0], "sale_date": "2025-01-11"}, SALES[1]]},
        {"others": ["contacts"]},  # it was asked for, and was not there
        {"as_of": "2025-11-30"},
        {"reuse": False},
    ],
)
def test_it_is_measured_anew_of_anything_else(measured, other):
    measured()
    assert measured(**other)


@pytest.fixture
def answer(measured, tmp_path):
    """The file of a kept answer."""
    measured()
    (path,) = (tmp_path / ".cache").rglob("*.answer")
    return path


def test_it_is_closed_to_others(answer):
    assert answer.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", [lambda data: data[:-7], lambda data: b"{}" + data, lambda data: b""])
def test_a_damaged_file_is_none(measured, answer, damage):
    answer.write_bytes(damage(answer.read_bytes()))
    assert measured()


class Harmful:
    """Would write a file when it is read."""

    def __reduce__(self):
        return os.mkdir, ("harm",)


def test_what_does_anything_is_not_read(measured, answer, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    head = json.loads(answer.read_bytes().partition(b"\n")[0])
    body = pickle.dumps(Harmful())
    head["sha256"] = hashlib.sha256(body).hexdigest()
    answer.write_bytes(json.dumps(head).encode() + b"\n" + body)
    assert measured()
    assert not (tmp_path / "harm").exists()


def test_nothing_is_kept_once_the_run_is_over(measured):
    measured()
    assert sharing._keeper == []


@pytest.mark.slow
def test_a_complaint_less_gives_the_numbers_of_a_run_that_keeps_nothing(demo, tmp_path):
    store = load(params_file("riverside", demo))
    with keeping(cache_of(store, tmp_path)):
        numbers_of(store)
    other = {name: table.copy(deep=False) for name, table in store.tables.items()}
    other["complaints"] = other["complaints"].iloc[:-1]
    anew = {name: table.copy(deep=False) for name, table in other.items()}
    cache, served = cache_of(replace(store, tables=other), tmp_path), []
    found = cache.find
    cache.find = lambda *asked: served.append(found(*asked)) or served[-1]
    with keeping(cache):
        told = numbers_of(replace(store, tables=other))
    assert any(served) and not all(served)
    assert told.records() == numbers_of(replace(store, tables=anew)).records()


def cache_of(store, folder):
    chapters = ChapterCache(folder, store)
    return AnswerCache(folder, store, made_from=chapters.common, content=chapters.content)


def numbers_of(store):
    params, tables = store.params, store.tables
    return (
        business.measure(params, tables) + value.measure(params, tables) + work_lists.measure(params, tables)
    )


def test_a_chapter_that_runs_elsewhere_keeps_its_answers_in_the_cache_of_the_run(
    tmp_path, monkeypatch, params_of
):
    """The folder of outputs is named from where the command was given, and chapters run beside their notebooks."""
    monkeypatch.chdir(tmp_path)
    store = Store(params_of(), tmp_path / "small.yml", {}, (), no_rejects(), [])
    cache = AnswerCache(Path("outputs/.cache"), store, made_from="", content=str)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    with keeping(cache):
        kept(lambda params, tables: 1)(store.params, store.tables)
    assert [path.parent for path in tmp_path.rglob("*.answer")] == [
        tmp_path / "outputs" / ".cache" / "answers" / store.params.dealership.id / "2026"
    ]
