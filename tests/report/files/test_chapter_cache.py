"""A chapter that was run before from the same is not run again; from anything else it is."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from csanalysis.ingest import Store
from csanalysis.ingest.rejects import no_rejects
from csanalysis.report.files import chapter_cache
from csanalysis.report.files.chapter_cache import ChapterCache
from csanalysis.report.notebook.reads import EVERYTHING, recorded_reads

SALES = [{"vin": "V1", "sale_date": "2025-01-10"}, {"vin": "V2", "sale_date": "2025-02-10"}]
VISITS = [{"ro_number": "R1", "vin": "V1", "visit_date": "2025-03-10", "service_type": "repair"}]


@pytest.fixture
def store_of(tmp_path, clean_table, params_of):
    """A store of two tables, with these rows and these params."""

    def make(sales=SALES, visits=VISITS, inputs=(), **changes):
        tables = {
            "vehicle_sales": clean_table("vehicle_sales", sales),
            "service_visits": clean_table("service_visits", visits),
        }
        return Store(params_of(**changes), tmp_path / "small.yml", tables, (), no_rejects(), [*inputs])

    return make


@pytest.fixture
def cache(tmp_path):
    return tmp_path / ".cache"


def ran(folder, *reads):
    """The executed notebook and the workspace of a chapter that looked at these tables."""
    workspace = folder / "work" / "churn"
    workspace.mkdir(parents=True)
    (workspace / "metrics.json").write_bytes(b'{"metrics": []}')
    (workspace / "call_list.parquet").write_bytes(bytes(range(256)))
    if reads:
        (workspace / "reads.txt").write_text("".join(f"{what}\n" for what in reads))
    executed = folder / "churn.ipynb"
    executed.write_bytes('{"cells": ["执行过"]}\r\n'.encode())
    return executed, workspace


def contents(executed, workspace):
    return executed.read_bytes(), {path.name: path.read_bytes() for path in workspace.iterdir()}


def again(folder, cache, store, **options):
    """What another run gets of it; None where it is to be run."""
    folder.mkdir()
    chapters = ChapterCache(cache, store, **options)
    executed, workspace = folder / "churn.ipynb", folder / "work" / "churn"
    got = chapters.restore("churn", executed, workspace)
    assert chapters.reused == (["churn"] if got else [])
    if not got:
        assert not workspace.exists(), "what will be run begins with an empty workspace"
    return contents(executed, workspace) if got else None


@pytest.fixture
def keep(tmp_path, cache, store_of):
    """Keeps a chapter that looked at these tables of the store; gives what it was."""

    def make(*reads):
        before = ran(tmp_path / "first", *reads)
        ChapterCache(cache, store_of()).keep("churn", *before)
        return contents(*before)

    return make


def test_what_is_kept_comes_back_byte_for_byte(tmp_path, cache, store_of, keep):
    before = keep("vehicle_sales")
    assert again(tmp_path / "second", cache, store_of()) == before
    assert again(tmp_path / "third", cache, store_of()) == before, "it is a copy that is given"


def test_another_chapter_year_or_store_has_none(tmp_path, cache, store_of, keep):
    keep("vehicle_sales")
    other = ChapterCache(cache, store_of())
    assert not other.restore("value", tmp_path / "value.ipynb", tmp_path / "value")
    assert again(tmp_path / "second", cache, store_of(plan_year=2027)) is None
    assert again(tmp_path / "third", cache, store_of(dealership={"id": "other"})) is None


@pytest.mark.parametrize(
    "rows",
    [
        [SALES[0] | {"sale_date": "2025-01-11"}, SALES[1]],
        SALES[:1],
        SALES[::-1],
        [SALES[0] | {"model": "M1"}, SALES[1]],
        [],
    ],
    ids=["a cell", "a row less", "another order", "a cell that was empty", "no rows"],
)
def test_a_table_that_it_looked_at_changed(tmp_path, cache, store_of, keep, rows):
    keep("vehicle_sales")
    assert again(tmp_path / "second", cache, store_of(sales=rows)) is None


def test_only_a_table_that_it_never_looked_at_changed(tmp_path, cache, store_of, keep):
    before = keep("vehicle_sales")
    assert again(tmp_path / "second", cache, store_of(visits=[])) == before


def test_a_table_that_was_not_there_and_now_is(tmp_path, cache, store_of, clean_table, keep):
    before = keep("vehicle_sales", "contacts")
    assert again(tmp_path / "second", cache, store_of()) == before
    store = store_of()
    more = replace(store, tables=store.tables | {"contacts": clean_table("contacts")})
    assert again(tmp_path / "third", cache, more) is None


@pytest.mark.parametrize(
    "changes",
    [{"visits": []}, {"inputs": [{"table": "vehicle_sales", "file": "s.csv", "sha256": "ab", "rows": 3}]}],
    ids=["any table", "only a file's rows"],
)
def test_a_chapter_that_looked_at_everything(tmp_path, cache, store_of, keep, changes):
    before = keep(EVERYTHING)
    assert again(tmp_path / "second", cache, store_of()) == before
    assert again(tmp_path / "third", cache, store_of(**changes)) is None


def test_params_count_and_to_whom_it_is_sent_does_not(tmp_path, cache, store_of, keep):
    before = keep("vehicle_sales")
    assert again(tmp_path / "second", cache, store_of(language="en")) is None
    sent = store_of(delivery={"webhook": {"url_env": "HOOK"}})
    assert again(tmp_path / "third", cache, sent) == before


def test_a_params_file_that_moved_counts_as_the_notebook_names_it(tmp_path, cache, store_of, keep):
    keep("vehicle_sales")
    moved = replace(store_of(), params_file=tmp_path / "moved.yml")
    assert again(tmp_path / "second", cache, moved) is None


@pytest.mark.parametrize(
    ("what", "now"),
    [
        ("program_fingerprint", lambda: {"code": "another", "pages": "", "notebooks": ""}),
        ("environment", lambda: "another"),
        ("cells_of", lambda notebook: "another"),
    ],
    ids=["the program", "a package", "the notebook"],
)
def test_what_it_was_run_with_changed(tmp_path, cache, store_of, keep, monkeypatch, what, now):
    keep("vehicle_sales")
    monkeypatch.setattr(chapter_cache, what, now)
    assert again(tmp_path / "second", cache, store_of()) is None


def test_without_reuse_nothing_comes_back_but_what_is_run_is_kept(tmp_path, cache, store_of, keep):
    before = keep("vehicle_sales")
    assert again(tmp_path / "second", cache, store_of(), reuse=False) is None
    shutil.rmtree(cache)
    executed, workspace = tmp_path / "first" / "churn.ipynb", tmp_path / "first" / "work" / "churn"
    ChapterCache(cache, store_of(), reuse=False).keep("churn", executed, workspace)
    assert again(tmp_path / "third", cache, store_of()) == before


def test_a_chapter_that_did_not_say_what_it_read_is_not_kept(cache, keep):
    keep()
    assert not cache.exists()


def test_the_newer_takes_the_place_of_the_older(tmp_path, cache, store_of, keep):
    keep("vehicle_sales")
    executed, workspace = ran(tmp_path / "newer", "service_visits")
    (workspace / "call_list.parquet").unlink()
    ChapterCache(cache, store_of()).keep("churn", executed, workspace)
    assert again(tmp_path / "second", cache, store_of()) == contents(executed, workspace)
    assert [path.name for path in (cache / "chapters" / "small" / "2026").iterdir()] == ["churn"]


def entry(cache):
    return cache / "chapters" / "small" / "2026" / "churn"


@pytest.mark.parametrize(
    "text",
    ["", '{"made_from', "[]", "null", "{}", '{"made_from": ""}', "\udcff"],
    ids=["empty", "cut off", "a list", "null", "no parts", "of nothing", "no UTF-8"],
)
def test_a_damaged_entry_is_run_again(tmp_path, cache, store_of, keep, text):
    keep("vehicle_sales")
    (entry(cache) / "entry.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert again(tmp_path / "second", cache, store_of()) is None


@pytest.mark.parametrize("read", [None, [], "vehicle_sales"], ids=str)
def test_an_entry_that_does_not_say_what_was_read_is_run_again(tmp_path, cache, store_of, keep, read):
    keep("vehicle_sales")
    path = entry(cache) / "entry.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"read": read}))
    assert again(tmp_path / "second", cache, store_of()) is None


@pytest.mark.parametrize("name", ["executed.ipynb", "metrics.json", "call_list.parquet", "reads.txt"])
@pytest.mark.parametrize("damage", ["cut off", "emptied", "gone"])
def test_a_kept_file_that_is_no_longer_whole_is_run_again(tmp_path, cache, store_of, keep, name, damage):
    """A machine that loses its power may leave files that were never written out."""
    keep("vehicle_sales")
    path = entry(cache) / name
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1] if damage == "cut off" else b"")
    assert again(tmp_path / "second", cache, store_of()) is None


def test_being_used_makes_an_entry_young_again(tmp_path, cache, store_of, keep):
    keep("vehicle_sales")
    os.utime(entry(cache) / "entry.json", (1, 1))
    again(tmp_path / "second", cache, store_of())
    assert (entry(cache) / "entry.json").stat().st_mtime > 1


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path, cache, store_of, keep):
    cache.write_text("in the way")
    before = keep("vehicle_sales")
    assert again(tmp_path / "second", cache, store_of()) is None
    ChapterCache(cache, store_of()).tidy()
    assert cache.read_text() == "in the way" and recorded_reads(tmp_path / "first" / "work" / "churn")
    assert contents(tmp_path / "first" / "churn.ipynb", tmp_path / "first" / "work" / "churn") == before


def test_a_disk_that_is_full_leaves_the_older_entry_and_no_half_one(
    tmp_path, cache, store_of, keep, monkeypatch
):
    before = keep("vehicle_sales")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    executed, workspace = ran(tmp_path / "newer", "service_visits")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        ChapterCache(cache, store_of()).keep("churn", executed, workspace)
    assert again(tmp_path / "second", cache, store_of()) == before
    assert [path.name for path in entry(cache).parent.iterdir()] == ["churn"]


def test_tidying_removes_what_is_half_written_of_this_store_and_year(tmp_path, cache, store_of, keep):
    before = keep("vehicle_sales")
    for folder in (entry(cache).parent, entry(cache).parents[1] / "2027"):
        (folder / ".part-x1").mkdir(parents=True)
        (folder / ".part-x1" / "executed.ipynb").write_text("half")
    ChapterCache(cache, store_of()).tidy()
    assert [path.name for path in entry(cache).parent.iterdir()] == ["churn"]
    assert (entry(cache).parents[1] / "2027" / ".part-x1").exists()
    assert again(tmp_path / "second", cache, store_of()) == before
    ChapterCache(tmp_path / "nowhere", store_of()).tidy()
    assert not (tmp_path / "nowhere").exists()
