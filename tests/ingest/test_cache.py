import json
import random

import pandas as pd
import pyarrow.parquet as pq
import pytest

from csanalysis.ingest import cache as cache_module
from csanalysis.ingest import files, table


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def messy(dealership):
    """Every kind of column, a reject, a repeat and an unreadable cell."""
    header = ["委托书号", "车架号", "进厂日期", "维修类型", "里程", "是否返修", "备注"]
    row = ["R1", "VIN1", "2025-03-05", "首保", "—", "是", "x"]
    dealership.csv("service_visits", [header, row, row, ["R2", "VIN1", "待定", "首保", "", "", ""]])
    dealership.csv(
        "contacts",
        [
            ["回访编号", "回访时间", "回访类型", "客户编号", "第几次"],
            ["H1", "2025-03-05 9:17", "lead", "C1", "2"],
        ],
    )
    dealership.csv(
        "survey_benchmarks", [["月份", "调查项目", "题号", "分中心均值"], ["202503", "css", "11.10", "9.5"]]
    )
    return dealership


def same(first, second):
    for name, frame in first.tables.items():
        pd.testing.assert_frame_equal(frame, second.tables[name])
    pd.testing.assert_frame_equal(first.rejects, second.rejects)
    assert first.quality == second.quality
    assert first.inputs == second.inputs


@pytest.fixture
def no_reader(monkeypatch):
    """Every reader of CSV, Excel and Parquet exports refuses to work; hashing bytes still does."""

    def refuse(*_, **__):
        raise AssertionError("an export was read")

    def switch_off():
        monkeypatch.setattr(table, "read_sheets", refuse)
        monkeypatch.setattr(files, "read_sheets", refuse)
        monkeypatch.setattr(pd, "read_csv", refuse)
        monkeypatch.setattr("python_calamine.CalamineWorkbook.from_filelike", refuse, raising=False)

    return switch_off


def test_the_second_load_reads_no_export_and_gives_the_same(messy, folder, no_reader):
    messy.xlsx("staff", {"人员": [["姓名", "权重"], ["甲", 0.5]]})
    without = messy.load_from(None)
    first = messy.load_from(folder)
    no_reader()
    second = messy.load_from(folder)
    same(without, first)
    same(first, second)


def test_readers_are_really_switched_off(messy, no_reader):
    no_reader()
    with pytest.raises(AssertionError, match="an export was read"):
        messy.load_from(None)


def test_as_of_is_cut_after_the_cache(messy, folder, no_reader):
    header = ["回访编号", "回访时间", "回访类型", "客户编号"]
    messy.csv("contacts", [header, ["H1", "2025-04-05 9:17", "lead", "C1"]])
    assert len(messy.load_from(folder).tables["contacts"]) == 1
    no_reader()
    messy.params["as_of"] = "2025-04-04"
    assert len(messy.load_from(folder).tables["contacts"]) == 0
    messy.params["as_of"] = "2025-04-05"
    assert len(messy.load_from(folder).tables["contacts"]) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.csv(
            "contacts", [["回访编号", "回访时间", "回访类型", "客户编号"], ["H2", "2025-03-05", "lead", "C1"]]
        ),
        lambda d: d.source("contacts", path="contacts.csv", columns={"第几次": "result"}),
        lambda d: d.source("contacts", path="contacts.csv", words={"purpose": {"lead": "campaign"}}),
    ],
    ids=["bytes", "columns", "words"],
)
def test_other_bytes_columns_or_words_are_read_anew(messy, folder, change):
    before = messy.load_from(folder).tables["contacts"]
    change(messy)
    after = messy.load_from(folder).tables["contacts"]
    assert not before.equals(after)
    pd.testing.assert_frame_equal(after, messy.load_from(None).tables["contacts"])


def test_another_program_reads_anew(messy, folder, monkeypatch):
    messy.load_from(folder)
    entries = set(folder.iterdir())
    monkeypatch.setattr(cache_module.csanalysis, "__version__", "99")
    messy.load_from(folder)
    assert len(set(folder.iterdir()) - entries) == len(entries)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-20]),
        lambda path: path.write_bytes(b"PAR1 rubbish PAR1"),
        lambda path: path.write_bytes(
            bytes([*path.read_bytes()[:100], path.read_bytes()[100] ^ 1, *path.read_bytes()[101:]])
        ),
        lambda path: pd.DataFrame({"x": [1]}).to_parquet(path),
        lambda path: pq.write_table(
            pq.read_table(path).replace_schema_metadata({"csanalysis": json.dumps({"report": {}})}), path
        ),
    ],
    ids=["empty", "cut short", "rubbish", "one bit", "another table", "other notes"],
)
def test_a_damaged_entry_is_ignored_and_written_again(messy, folder, damage, no_reader):
    whole = messy.load_from(folder)
    for path in folder.iterdir():
        damage(path)
    same(whole, messy.load_from(folder))
    no_reader()
    same(whole, messy.load_from(folder))


def test_no_flipped_bit_gives_other_rows(messy, folder):
    whole = messy.load_from(folder)
    chance = random.Random(7)
    for _ in range(12):
        for path in list(folder.iterdir()):
            data = bytearray(path.read_bytes())
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            path.write_bytes(data)
        same(whole, messy.load_from(folder))


def test_only_whole_entries_stand_in_the_folder(messy, folder, monkeypatch):
    def fail(*_, **__):
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(cache_module.Path, "replace", fail)
        messy.load_from(folder)
    assert list(folder.iterdir()) == []
    messy.load_from(folder)
    assert {path.suffix for path in folder.iterdir()} == {".parquet"}


def test_a_cache_that_cannot_be_a_folder_is_done_without(messy, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("x")
    same(messy.load_from(None), messy.load_from(blocked))


def test_a_table_that_cannot_be_used_is_not_kept(dealership, folder):
    dealership.csv("contacts", [["a", "b"], ["c", "d"]])
    with pytest.raises(Exception, match="no header"):
        dealership.load_from(folder)
    assert not any("contacts" in path.name for path in folder.iterdir())
