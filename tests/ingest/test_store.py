import dataclasses
import hashlib
import re
from pathlib import Path

import pandas as pd
import pytest

from csanalysis.ingest import load
from csanalysis.schema import TABLES
from csanalysis.schema.frames import frame_schema

CUT = Path(__file__).parent / "data" / "dezhou" / "params" / "dezhou.yml"
WHOLE = Path(__file__).parents[2].parent / "shared" / "data" / "dezhou"

# Counted by hand in the files: read, rejected, repeated, after as_of, kept.
COUNTS = {
    "vehicle_sales": (23, 5, 2, 2, 14),
    "service_visits": (31, 12, 2, 3, 14),
    "customers": (16, 0, 2, 0, 14),
    "survey_responses": (23, 4, 2, 3, 14),
    "survey_benchmarks": (12, 0, 0, 0, 12),
    "upsell_items": (23, 4, 2, 3, 14),
    "contacts": (25, 6, 2, 3, 14),
    "leads": (22, 3, 2, 3, 14),
    "referrals": (13, 0, 0, 1, 12),
    "campaigns": (12, 0, 0, 0, 12),
    "complaints": (16, 2, 1, 0, 13),
    "record_checks": (19, 0, 2, 3, 14),
    "process_checks": (19, 0, 2, 3, 14),
    "sales_targets": (12, 0, 0, 0, 12),
    "staff": (17, 0, 0, 0, 17),
    "actions": (4, 0, 0, 0, 4),
}


def counts(store):
    return {
        report.table: (report.read, report.rejected, report.repeated, report.after_as_of, report.kept)
        for report in store.quality
    }


@pytest.fixture(scope="module")
def store():
    return load(CUT)


def test_a_cut_of_a_whole_dealership(store):
    assert counts(store) == COUNTS


@pytest.mark.parametrize("table", COUNTS)
def test_every_clean_table_is_what_its_schema_says(store, table):
    frame = store.tables[table]
    frame_schema(TABLES[table]).validate(frame)
    assert isinstance(frame.index, pd.RangeIndex)
    assert len(frame) == COUNTS[table][-1]


def test_what_the_exports_write_is_read(store):
    sales, visits = store.tables["vehicle_sales"], store.tables["service_visits"]
    assert sales["vin"].str.fullmatch("[A-Z0-9]{17}").all()
    assert sales["self_sold"].notna().all()
    assert visits["visit_date"].dt.year.nunique() > 3
    assert visits["total_amount"].between(10, 50_000).all()
    assert "11.11" in set(store.tables["actions"]["item_code"])
    assert set(store.tables["survey_responses"]["programme"]) <= {"css", "mot"}
    assert store.tables["customers"]["birthday"].notna().any()


def test_rejects_say_where_and_why_and_nothing_personal(store):
    rejects = store.rejects
    assert list(rejects) == [
        "table",
        "file",
        "sheet",
        "row",
        "column",
        "problem",
        "reason",
        "reason_zh",
        "value",
    ]
    assert len(rejects) == sum(rejected for _, rejected, *_ in COUNTS.values())
    assert set(rejects["value"].dropna()) >= {"美容装潢", "面议", "考虑中", "闲聊", "重复线索"}
    assert not rejects["file"].str.contains("/").any()
    texts = rejects.drop(columns="row").fillna("")
    assert not texts.map(lambda cell: bool(re.search(r"[A-Z0-9]{17}|\d{11}", cell))).any(axis=None)


def test_inputs_are_fingerprints_of_the_files(store):
    entry = next(entry for entry in store.inputs if entry["table"] == "staff")
    data = (CUT.parent / entry["file"]).read_bytes()
    assert entry == {
        "table": "staff",
        "file": "../data/人员.csv",
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "rows": 17,
    }
    visits = [entry["rows"] for entry in store.inputs if entry["table"] == "service_visits"]
    assert len(visits) == 6
    assert sum(visits) == COUNTS["service_visits"][0]


def test_headers_not_used_are_told(store):
    unused = {report.table: report.unused_headers for report in store.quality}
    assert unused["vehicle_sales"] == ("(column E)",)
    assert unused["service_visits"] == ("备注",)


def test_the_store_is_frozen(store):
    with pytest.raises(dataclasses.FrozenInstanceError):
        store.tables = {}


def test_only_the_tables_that_the_params_name(dealership):
    store = dealership.load()
    assert list(store.tables) == ["vehicle_sales", "service_visits"]
    assert store.params_file == dealership.params_file
    assert store.rejects.empty


def test_missing_columns_are_told(dealership):
    missing = dealership.report("vehicle_sales").missing_columns
    assert missing == (
        "customer_id",
        "model",
        "sales_consultant",
        "self_sold",
        "is_local",
        "price",
        "fuel",
        "customer_name",
        "customer_phone",
    )


def test_sheets_all_that_have_a_header(dealership):
    header = ["车架号", "销售日期"]
    sheets = {
        "说明": [["导出"]],
        "2024年": [["台账"], header, ["V1", "2024-01-01"]],
        "2025年": [header, ["V2", "2025-01-01"]],
    }
    dealership.xlsx("vehicle_sales", sheets)
    assert dealership.load().tables["vehicle_sales"]["vin"].tolist() == ["V1", "V2"]
    assert dealership.report("vehicle_sales").skipped_sheets == ("vehicle_sales.xlsx 说明",)
    dealership.xlsx("vehicle_sales", sheets, sheet="2025年")
    assert dealership.load().tables["vehicle_sales"]["vin"].tolist() == ["V2"]


def test_lists_of_paths_and_globs_read_each_file_once(dealership):
    for year in (2024, 2025):
        (dealership.folder / f"销售_{year}.csv").write_text(
            f"VIN,销售日期\nV{year},{year}-01-01\n", encoding="gbk"
        )
    (dealership.folder / "~$销售_2025.csv").write_bytes(b"")
    dealership.source("vehicle_sales", path=["销售_2025.csv", "*销售_*.csv"])
    report = dealership.report("vehicle_sales")
    assert report.files == ("销售_2025.csv", "销售_2024.csv")
    assert (report.read, report.repeated) == (2, 0)


def test_a_file_whose_name_looks_like_a_glob(dealership):
    dealership.file("vehicle_sales", "销售[2025].csv", "VIN,销售日期\nV1,2025-01-01\n".encode())
    assert dealership.report("vehicle_sales").kept == 1


def test_parquet_and_xls_and_csv_give_the_same_table(dealership):
    xls = (CUT.parents[2] / "visits.xls").read_bytes()
    dealership.file("service_visits", "visits.xls", xls)
    from_xls = dealership.load().tables["service_visits"]
    assert from_xls["ro_number"].tolist() == ["1001", "1002"]
    assert from_xls["mileage_km"].tolist() == [5255, 12345]
    from_xls.to_parquet(dealership.folder / "visits.parquet")
    dealership.source("service_visits", path="visits.parquet")
    pd.testing.assert_frame_equal(dealership.load().tables["service_visits"], from_xls)
    from_xls.to_csv(dealership.folder / "visits.csv", index=False)
    dealership.source("service_visits", path="visits.csv")
    pd.testing.assert_frame_equal(dealership.load().tables["service_visits"], from_xls)


@pytest.mark.slow
@pytest.mark.skipif(not WHOLE.is_dir(), reason="the full sample dealership is not beside the project")
def test_the_full_sample_dealership_comes_out_as_it_counts_itself(tmp_path):
    lines = re.findall(
        r"^\| (\w+) \| \S+ \|((?: \d+ \|){5})", (WHOLE / "README.md").read_text("utf-8"), re.MULTILINE
    )
    expected = {table: tuple(map(int, re.findall(r"\d+", numbers))) for table, numbers in lines}
    assert len(expected) == 16
    assert counts(load(WHOLE / "params" / "dezhou.yml", cache=tmp_path)) == expected


def test_two_files_of_one_name_go_by_their_places(dealership):
    for folder, vins in (("a", ["V1", "V2"]), ("b", ["V3", ""])):
        (dealership.folder / folder).mkdir()
        rows = "".join(f"{vin},2025-01-0{place + 1}\n" for place, vin in enumerate(vins))
        (dealership.folder / folder / "v.csv").write_text("车架号,销售日期\n" + rows, encoding="utf-8")
    dealership.source("vehicle_sales", path=["a/v.csv", "b/v.csv"])
    store = dealership.load()
    assert store.rejects["file"].tolist() == ["b/v.csv"]
    assert [source["rows"] for source in store.inputs if source["table"] == "vehicle_sales"] == [2, 2]
