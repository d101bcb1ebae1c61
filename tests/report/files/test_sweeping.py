"""What nothing used for long goes; what a run or a reader may still want stays."""

import os
import shutil
import time

import pytest

from csanalysis.report.files.sweeping import UNUSED, sweep

DAY = 24 * 3600


@pytest.fixture
def output(tmp_path):
    return tmp_path / "out"


def put(path, *, age):
    """A file with its folder, last written ``age`` seconds ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    for one in (path, path.parent):
        os.utime(one, (time.time() - age,) * 2)
    return path


@pytest.mark.parametrize(
    ("name", "age"),
    [
        (".cache/vehicle_sales-0a1b.parquet", UNUSED),
        (".cache/alder-vehicle_sales.parquet", UNUSED),
        (".cache/checks/0a1b.json", UNUSED),
        (".cache/tmp0a1b.part", DAY),
        (".cache/chapters/alder/2026/churn/entry.json", UNUSED),
        (".cache/chapters/alder/2026/.part-x1/executed.ipynb", DAY),
        (".cache/runs/alder/2026/.part-x1/visits.parquet", DAY),
        (".index-x1.html", DAY),
    ],
)
def test_what_is_old_goes_and_what_is_not_stays(output, name, age):
    path = put(output / name, age=age - 600)
    sweep(output)
    assert path.exists()
    put(path, age=age + 600)
    sweep(output)
    assert not path.exists()


def test_an_unused_chapter_goes_with_its_lists_and_leaves_the_others(output):
    chapters = output / ".cache" / "chapters" / "alder" / "2026"
    for name, age in (("churn", UNUSED + DAY), ("value", DAY)):
        put(chapters / name / "call_list.parquet", age=UNUSED + DAY)
        put(chapters / name / "entry.json", age=age)
    sweep(output)
    assert [path.name for path in chapters.iterdir()] == ["value"]
    assert {path.name for path in (chapters / "value").iterdir()} == {"entry.json", "call_list.parquet"}


@pytest.mark.parametrize(
    "name",
    [
        "alder/2026/report.html",
        "alder/2026/lists.xlsx",
        "alder/.2026-old-x1/2026/run.json",
        "index.html",
        ".locks/alder-2026.lock",
        ".cache/runs/alder/2026/0a1b/visits.parquet",
        ".cache/chapters/alder/2026/churn/executed.ipynb",
        ".cache/notes.txt",
    ],
)
def test_what_is_none_of_its_business_stays_however_old(output, name):
    path = put(output / name, age=10 * UNUSED)
    sweep(output)
    assert path.exists()


def test_what_cannot_be_removed_stays_and_the_rest_goes(output):
    stuck = output / ".cache" / "a-folder.parquet"
    put(stuck / "x", age=UNUSED + DAY)
    old = put(output / ".cache" / "visits-0a1b.parquet", age=UNUSED + DAY)
    index = put(output / ".index-x1.html", age=2 * DAY)
    sweep(output)
    assert stuck.is_dir() and not old.exists() and not index.exists()


def test_what_another_run_removed_meanwhile_does_not_keep_the_rest(output, monkeypatch):
    """The drafts are listed before they are looked at."""
    left = [put(output / f".cache/runs/alder/2026/.part-{n}/x", age=2 * DAY).parent for n in "ab"]
    index = put(output / ".index-x1.html", age=2 * DAY)
    remove = shutil.rmtree

    def removes_all(path, ignore_errors):
        for each in left:
            remove(each, ignore_errors=True)

    monkeypatch.setattr(shutil, "rmtree", removes_all)
    sweep(output)
    assert not any(path.exists() for path in left) and not index.exists()


@pytest.mark.parametrize("made", [False, True], ids=["no folder", "an empty folder"])
def test_nothing_to_sweep_is_no_error_and_makes_nothing(output, made):
    if made:
        output.mkdir()
    sweep(output)
    assert output.exists() == made and not [*output.glob("*")]
