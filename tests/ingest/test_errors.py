"""Each way in which exports cannot be used, as one readable line: where, what, what to do."""

import os
from pathlib import Path

import pandas as pd
import pytest

from csanalysis.ingest.sources import read_export_files

DATA = Path(__file__).parent / "data"


def test_all_problems_of_all_tables_at_once(dealership):
    dealership.source("vehicle_sales", path="销售台帐.csv")
    dealership.file("contacts", "contacts.csv", b"")
    dealership.csv("leads", [["线索号", "建档日"], ["L1", "2025-01-01"]])
    dealership.source("staff", path=["none.csv", "nowhere/*.csv"])
    problems = dealership.problems()
    assert [problem.split(": ")[0] for problem in problems] == [
        "sources.vehicle_sales",
        "sources.contacts",
        "sources.leads",
        "sources.staff",
        "sources.staff",
    ]
    assert not any("\n" in problem for problem in problems)


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("vehicle_sale.csv", "vehicle_sale.csv: no such file; did you mean vehicle_sales.csv?"),
        ("vehicle_salez_*.csv", "no such file; did you mean vehicle_sales.csv?"),
        ("台账.xlsx", "no such file; known: service_visits.csv, vehicle_sales.csv"),
        ("nowhere/vehicle_sales.csv", "there is no folder nowhere"),
    ],
)
def test_a_missing_file_names_the_nearest(dealership, path, what):
    dealership.source("vehicle_sales", path=path)
    (problem,) = dealership.problems()
    assert problem.startswith("sources.vehicle_sales: ")
    assert what in problem


def test_a_missing_file_in_a_folder_without_exports(dealership):
    (dealership.folder / "empty").mkdir()
    dealership.source("vehicle_sales", path="empty/a.csv")
    assert "the folder empty holds no export" in dealership.problems()[0]


def test_a_folder_is_no_file(dealership):
    (dealership.folder / "exports").mkdir()
    dealership.source("vehicle_sales", path="exports")
    assert "exports: is a folder; name the files in it, such as exports/*.csv" in dealership.problems()[0]


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.csv", b"", "a.csv: is empty"),
        ("a.csv", b"\xef\xbb\xbf", "a.csv: is empty"),
        ("a.csv", b"\xff\xfe\n\x00", "a.csv: is empty"),
        ("a.csv", "车架号".encode() + b"\xff\xfe", "a.csv: is no text in UTF-8, GBK or GB18030"),
        ("a.xlsx", b"PK\x03\x04 cut", "a.xlsx: is no whole Excel workbook"),
        ("a.parquet", b"PAR1 cut", "a.parquet: is no whole Parquet file"),
        ("a.pdf", b"%PDF", "a.pdf: is of no kind that can be read"),
        ("a.xlsx", (DATA / "protected.xlsx").read_bytes(), "a.xlsx: is protected by a password"),
        ("a.csv", "发动机,顾问\nx,y\n".encode(), "headers seen: 发动机, 顾问"),
        ("a.csv", "车架号,顾问,车型\nx,y,z\n".encode(), "lacks the required column sale_date (销售日期)"),
        ("a.csv", "车架号,销售日期\n".encode(), "a.csv: has a header and no row"),
        (
            "a.csv",
            "车架号,销售日期\nV1,待定\n".encode(),
            "none of its 1 rows can be used (1 × sale_date unreadable)",
        ),
    ],
)
def test_a_file_that_cannot_be_used(dealership, name, data, what):
    dealership.file("vehicle_sales", name, data)
    (problem,) = dealership.problems()
    assert problem.startswith("sources.vehicle_sales: ")
    assert what in problem


def test_each_bad_file_of_a_table_is_told(dealership):
    (dealership.folder / "a.csv").write_bytes(b"")
    (dealership.folder / "b.csv").write_bytes("车架号,顾问,车型\nx,y,z\n".encode())
    dealership.source("vehicle_sales", path=["a.csv", "b.csv", "vehicle_sales.csv"])
    assert len(dealership.problems()) == 2


def test_an_absent_sheet_and_a_named_sheet_without_header(dealership):
    sheets = {"2024年": [["车架号", "销售日期"], ["V1", "2024-01-01"]], "说明": [["导出"]]}
    dealership.xlsx("vehicle_sales", sheets, sheet=["2025年"])
    assert "has no sheet 2025年; it has 2024年, 说明" in dealership.problems()[0]
    dealership.xlsx("vehicle_sales", sheets, sheet="说明")
    assert "vehicle_sales.xlsx (sheet 说明): has no header" in dealership.problems()[0]


def test_a_workbook_of_remarks_only(dealership):
    dealership.xlsx("vehicle_sales", {"说明": [["导出"]], "空": []})
    assert "has no header in the first 30 rows" in dealership.problems()[0]


def test_a_word_mapped_onto_no_known_word(dealership):
    words = {"service_type": {"洗车": "frist_service", "喷漆": "accident", "测试": ""}}
    dealership.source("service_visits", path="service_visits.csv", words=words)
    (problem,) = dealership.problems()
    assert (
        "洗车 is mapped onto 'frist_service', which is no service_type; did you mean first_service?"
        in problem
    )


def test_parquet_without_a_required_column(dealership):
    pd.DataFrame({"vin": ["V1"], "model": ["x"]}).to_parquet(dealership.folder / "a.parquet")
    dealership.source("vehicle_sales", path="a.parquet")
    assert "lacks the required column sale_date" in dealership.problems()[0]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_and_a_device_are_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "visits.csv")
    found, problems = read_export_files(["visits.csv", "/dev/zero"], tmp_path)
    assert not found and [str(line) for line in problems] == [
        "visits.csv: is no file but a pipe or a device",
        "zero: is no file but a pipe or a device",
    ]
