"""An answer that was measured before of the same tables is not measured again; of any other it is."""

import hashlib
import json
import os
import pickle
import shutil
import zlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from csanalysis.chapters import shared as sharing
from csanalysis.chapters.everything import CHAPTERS
from csanalysis.chapters.shared import keeping, kept
from csanalysis.ingest import Store, load
from csanalysis.ingest.rejects import no_rejects
from csanalysis.metrics.results import Results, tidy
from csanalysis.report.files import answer_cache
from csanalysis.report.files.answer_cache import AnswerCache
from csanalysis.report.files.chapter_cache import ChapterCache
from csanalysis.report.notebook.reads import RecordedTables
from tests.stores import params_file

SALES = [{"vin": "V1", "sale_date": "2025-01-10"}, {"vin": "V2", "sale_date": "2025-02-10"}]
VISITS = [{"ro_number": "R1", "vin": "V1", "visit_date": "2025-03-10", "service_type": "repair"}]


CHANGED = ("service_visits", "survey_responses", "leads", "complaints", "policies")
"""Tables that lose a row: the one that nearly all chapters read, and some that few do."""


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


def test_of_the_params_of_another_day_nothing_is_kept(tmp_path, clean_table, params_of):
    """Its tables are cut anew each time, and to tell them apart would take longer than most answers."""
    table = clean_table("service_visits", VISITS)
    store = Store(params_of(), tmp_path / "small.yml", {"service_visits": table}, (), no_rejects(), [])
    day = store.params.model_copy(update={"as_of": date(2025, 6, 30)})
    with keeping(cache_of(store, tmp_path)):
        kept(lambda params, tables: len(tables["service_visits"]))(day, store.tables)
    assert not [*tmp_path.rglob("*.answer")]


def test_of_the_runs_own_params_only_its_own_tables_are_kept(tmp_path, clean_table, params_of):
    """Other frames under the same params hold what customers said in their own words."""
    store = Store(params_of(), tmp_path / "small.yml", {}, (), no_rejects(), [])
    with keeping(cache_of(store, tmp_path)):
        kept(lambda params, tables: len(tables["complaints"]))(
            store.params, {"complaints": clean_table("complaints", [])}
        )
    assert not [*tmp_path.rglob("*.answer")]


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


@pytest.fixture(scope="module")
def small(demo):
    """A twelfth of a demonstration store's rows: every one of its tables, and vehicles that are whole."""
    store = load(params_file("riverside", demo))
    tables = {name: _twelfth(table) for name, table in store.tables.items()}
    return replace(store, tables=tables)


def _twelfth(table):
    if "vin" in table:
        drawn = table["vin"].map(lambda vin: zlib.crc32(str(vin).encode()) % 12 == 0)
        return table[drawn.to_numpy(bool)].reset_index(drop=True)
    return table.iloc[::12].reset_index(drop=True) if len(table) > 3000 else table


@pytest.mark.slow
def test_a_row_less_in_a_table_gives_the_numbers_of_a_run_that_keeps_nothing(small, tmp_path):
    """Answers of the rows as they were serve as far as they may, for every chapter that reads the table."""
    chapters = [each for each in CHAPTERS if each.__name__ != "csanalysis.chapters.churn"]  # an answer itself
    served, read = [], {}
    with keeping(cache_of(small, tmp_path)):
        for chapter in chapters:
            read[chapter] = set()
            chapter.measure(small.params, RecordedTables(small.tables, read[chapter].add))
    for name in CHANGED:
        fewer = {other: table.copy(deep=False) for other, table in small.tables.items()}
        fewer[name] = fewer[name].drop(index=len(fewer[name]) // 2)
        anew = {other: table.copy(deep=False) for other, table in fewer.items()}
        cache = cache_of(replace(small, tables=fewer), tmp_path / name)
        shutil.copytree(tmp_path / "answers", tmp_path / name / "answers")
        find = cache.find
        cache.find = lambda *asked, find=find: served.append(find(*asked)) or served[-1]
        for chapter in (each for each in chapters if name in read[each]):
            with keeping(cache):
                told = chapter.measure(small.params, fewer).records()
            assert told == chapter.measure(small.params, anew).records(), (name, chapter.__name__)
    assert any(served) and not all(served)


def cache_of(store, folder):
    chapters = ChapterCache(folder, store)
    return AnswerCache(folder, store, made_from=chapters.common, content=chapters.content)


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
