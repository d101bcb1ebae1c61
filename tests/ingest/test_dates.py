from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.ingest.dates import parse_dates, parse_datetimes, parse_months


def cells(*words: str | None) -> pd.Series:
    return pd.Series(words, dtype="str")


@pytest.mark.parametrize(
    "cell",
    [
        "2023-05-07",
        "2023/5/7",
        "2023.5.7",
        "2023年5月7日",
        "2023 年 5 月 7 日",
        "20230507",
        "45053",
        "45053.75",
        "２０２３／５／７",
        "2023-05-07 09:17",
        "2023/5/7 9:17:03",
        "2023-05-07T09:17:03Z",
        "2023年5月7日9时17分",
        "20230507 09:17",
        "7 May 2023",
        "07-May-2023",
        "May 7, 2023",
        "7th May 2023",
        "MAY 7 2023",
    ],
)
def test_one_day_in_every_notation(cell):
    assert parse_dates(cells(cell)).tolist() == [datetime(2023, 5, 7)]


@pytest.mark.parametrize(
    "cell",
    [
        "05/07/2023",
        "25/12/2023",
        "23/5/7",
        "2023-02-30",
        "2023/13/01",
        "0000/00/00",
        "2023-05-07 25:00",
        "2023-05-07 24:00",
        "2023-05-07 23:60",
        "2023-05-07 23:59:60",
        "202305",
        "2023",
        "123456",
        "1899-12-31",
        "2101-01-01",
        "待定",
        "",
        None,
    ],
)
def test_what_is_no_date_stays_unread(cell):
    assert np.isnat(parse_dates(cells(cell))[0])


@pytest.mark.parametrize(
    ("cell", "time"),
    [
        ("2023/5/7 9:17", (9, 17, 0)),
        ("2023-05-07 23:59:59.5", (23, 59, 59)),
        ("2023/5/7 下午 3:20", (15, 20, 0)),
        ("2023/5/7 12:05 AM", (0, 5, 0)),
        ("2023/5/7 12:05 PM", (12, 5, 0)),
        ("2023/5/7 上午 11:05", (11, 5, 0)),
        ("45053.5", (12, 0, 0)),
        ("2023年5月7日15:20", (15, 20, 0)),
        ("2023-05-07", (0, 0, 0)),
    ],
)
def test_times(cell, time):
    assert parse_datetimes(cells(cell)).tolist() == [datetime(2023, 5, 7, *time)]


@pytest.mark.parametrize(
    "cell",
    [
        "2025年3月",
        "2025年03月份",
        "2025-03",
        "2025/3",
        "2025.03",
        "202503",
        "March 2025",
        "Mar-2025",
        "2025-03-17",
        "20250317",
        "45733",
    ],
)
def test_one_month_in_every_notation(cell):
    assert parse_months(cells(cell)).tolist() == [datetime(2025, 3, 1)]


@pytest.mark.parametrize("cell", ["2025.1", "202513", "2025-00", "三月", "03/2025", None])
def test_what_is_no_month_stays_unread(cell):
    assert np.isnat(parse_months(cells(cell))[0])


@given(
    st.lists(st.dates(date(1930, 1, 1), date(2100, 12, 31)), min_size=1, max_size=20),
    st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d", "%d %B %Y"]),
)
def test_reading_undoes_writing(days, notation):
    written = cells(*(day.strftime(notation) for day in days))
    assert [value.date() for value in parse_dates(written).tolist()] == days


@given(st.integers(10_000, 73_000))
def test_excel_serials_count_days(serial):
    found = parse_dates(cells(str(serial)))[0]
    assert found == np.datetime64("1899-12-30") + serial


def test_nothing_gives_nothing():
    assert len(parse_dates(cells())) == 0
