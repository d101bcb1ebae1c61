"""Parquet whose columns are dates and numbers says what the same rows as CSV say, and sets aside the same."""

import io

import numpy as np
import pandas as pd
import pytest

from csanalysis.ingest.sources import Export
from csanalysis.ingest.table import read_exports
from csanalysis.params import Source

ROWS = 40


def visits(**columns):
    """Forty orders of two days each, some columns replaced."""
    number = np.arange(ROWS)
    frame = pd.DataFrame(
        {
            "ro_number": [f"R{place:04d}" for place in number],
            "vin": [f"LSVAA4187C{place // 2:07d}" for place in number],
            "visit_date": pd.Timestamp("2024-03-01") + pd.to_timedelta(number // 2, unit="D"),
            "service_type": "定期保养",
            "mileage_km": 1000 + 37 * number,
            "total_amount": np.round(100 + number * 0.35, 2),
        }
    )
    return frame.assign(**columns)


def with_first(values, first):
    values = pd.Series(values).copy()
    values.iloc[: len(first)] = first
    return values


def read(frame, kind, **source):
    data = io.BytesIO()
    if kind == "csv":
        frame.to_csv(data, index=False)
    else:
        frame.to_parquet(data, index=False)
    file = Export.from_bytes(f"visits.{kind}", data.getvalue())
    return read_exports("service_visits", Source(path=["."], **source), [file])


PLAIN = visits()
DAYS, KM, AMOUNT = PLAIN["visit_date"], PLAIN["mileage_km"], PLAIN["total_amount"]
CASES = {
    "plain": PLAIN,
    "days of 1900 and of no calendar": visits(
        visit_date=with_first(DAYS, list(pd.to_datetime(["1900-01-01", "2150-01-01", "1899-12-30", None])))
    ),
    "optional days of 1900": visits(close_date=with_first(DAYS, [pd.Timestamp("1900-01-01")])),
    "times a few seconds short of midnight": visits(visit_date=DAYS + pd.Timedelta(seconds=86_357)),
    "times of day, twice on one day": visits(visit_date=DAYS + pd.Timedelta(hours=9)),
    "amounts beyond all measure": visits(total_amount=with_first(AMOUNT, [1e15, -2e18, np.nan, 1e-7])),
    "whole numbers with gaps": visits(mileage_km=with_first(KM.astype("Int64"), [pd.NA, 10**15, 0])),
    "repeats": pd.concat([PLAIN, PLAIN.iloc[5:9]], ignore_index=True),
    "numbers for ids": visits(ro_number=10_000 + np.arange(ROWS), customer_id=np.arange(ROWS)),
    "a number where yes or no stands": visits(is_rework=np.arange(ROWS) % 2),
    "a truth value": visits(is_rework=np.arange(ROWS) % 2 == 0),
    "a day as a number": visits(visit_date=DAYS.dt.strftime("%Y%m%d").astype(int)),
    "a day as a serial": visits(visit_date=45_300 + np.arange(ROWS)),
    "a column that nobody reads": visits(printed=DAYS + pd.Timedelta(hours=1), weight=AMOUNT),
    "VINs in every writing": visits(vin=with_first(PLAIN["vin"], [" lsvaa4187c0000000", "ＬＳＶAA4187C0000000", "车"])),
    "a word nobody mapped": visits(service_type=with_first(PLAIN["service_type"], ["洗车美容"])),
}  # fmt: skip


@pytest.mark.parametrize("frame", CASES.values(), ids=list(CASES))
def test_the_same_rows_as_csv_and_as_typed_parquet(frame):
    csv, parquet = read(frame, "csv"), read(frame, "parquet")
    pd.testing.assert_frame_equal(parquet.frame, csv.frame, check_exact=True)
    # Below its header a row of a CSV is one further down.
    pd.testing.assert_frame_equal(
        parquet.rejects.drop(columns="file"),
        csv.rejects.assign(row=csv.rejects["row"] - 1).drop(columns="file"),
    )
    told = [(r.read, r.repeated, r.rejected, r.kept, r.unreadable) for r in (csv.report, parquet.report)]
    assert told[0] == told[1]


def test_ids_that_a_gap_has_made_floats_are_whole_numbers():
    ids = with_first(np.arange(ROWS, dtype=float), [np.nan])
    found = read(visits(customer_id=ids), "parquet").frame["customer_id"]
    assert found.isna().tolist() == [True] + [False] * (ROWS - 1)
    assert found.tolist()[1:] == [str(number) for number in range(1, ROWS)]


def test_the_source_rules_hold_for_typed_columns():
    rules = {
        "unit": "万元",
        "where": {"service_type": ["定期保养"]},
        "drop": {"mileage_km": ["1037"]},
        "constants": {"team": "一组"},
        "words": {"mileage_km": {"1074": ""}},
    }
    csv, parquet = read(PLAIN, "csv", **rules), read(PLAIN, "parquet", **rules)
    pd.testing.assert_frame_equal(parquet.frame, csv.frame, check_exact=True)
    assert parquet.frame["total_amount"].iloc[0] == 1_000_000
    assert (len(parquet.frame), int(parquet.frame["mileage_km"].isna().sum())) == (ROWS - 1, 1)


def test_amounts_that_the_file_says_are_no_text_with_commas():
    found = read(PLAIN, "parquet", decimal=",")
    assert found.frame["total_amount"].tolist() == AMOUNT.tolist()


def test_two_typed_files_and_one_of_text_are_one_table():
    parts = [PLAIN.iloc[:10], PLAIN.iloc[10:25], PLAIN.iloc[25:].astype({"mileage_km": "str"})]
    files = []
    for number, part in enumerate(parts):
        data = io.BytesIO()
        part.to_parquet(data, index=False)
        files.append(Export.from_bytes(f"{number}.parquet", data.getvalue()))
    found = read_exports("service_visits", Source(path=["."]), files)
    pd.testing.assert_frame_equal(found.frame, read(PLAIN, "csv").frame, check_exact=True)
