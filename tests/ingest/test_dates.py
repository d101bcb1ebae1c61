from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.ingest.dates import in_utc, parse_dates, parse_datetimes, parse_months, possible


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


@pytest.mark.parametrize(
    ("short", "year"),
    [
        ("00", 2000),
        ("23", 2023),
        ("29", 2029),
        ("30", None),
        ("49", None),
        ("50", 1950),
        ("51", 1951),
        ("99", 1999),
    ],
)
def test_a_year_of_two_digits_is_of_this_century_or_of_the_last(short, year):
    for cell, order in ((f"{short}年5月7日", ""), (f"7-May-{short}", ""), (f"07/05/{short}", "dmy")):
        found = parse_dates(cells(cell), order=order)
        assert found.tolist() == [None if year is None else datetime(year, 5, 7)]


def test_the_years_that_are_read():
    assert parse_dates(cells("1900-01-02", "2100-12-31")).tolist() == [
        datetime(1900, 1, 2),
        datetime(2100, 12, 31),
    ]


@pytest.mark.parametrize(
    ("cell", "there"),
    [
        ("2023-05-07T20:30:00Z", datetime(2023, 5, 8, 4, 30)),
        ("2023-05-07 20:30 UTC", datetime(2023, 5, 8, 4, 30)),
        ("2023-05-07 20:30+00:00", datetime(2023, 5, 8, 4, 30)),
        ("1683491400", datetime(2023, 5, 8, 4, 30)),
        ("1683491400123", datetime(2023, 5, 8, 4, 30)),
        ("2023-05-07 20:30", datetime(2023, 5, 7, 20, 30)),
        (None, None),
    ],
)
def test_what_says_utc_is_read_by_the_clocks_of_the_place(cell, there):
    assert parse_datetimes(cells(cell), timezone="Asia/Shanghai").tolist() == [there]
    assert in_utc(cells(cell)).tolist() == [there is not None and there.day == 8]


def test_cells_of_all_notations_stand_side_by_side():
    """What one pattern has read the next leaves alone, whatever stands between."""
    column = cells(
        "待定", "2023-05-07", None, "7 May 2023", "20230507091703", "45053", "1683450000", "May 7, 2023"
    )
    seven = datetime(2023, 5, 7)
    assert parse_dates(column).tolist() == [None, seven, None, *[seven] * 5]


def test_years_from_1900_to_2100_are_possible():
    days = np.array(["1899-12-31", "1900-01-01", "2100-12-31", "2101-01-01", "NaT"], "datetime64[s]")
    assert np.isnat(possible(days)).tolist() == [True, False, False, True, True]
