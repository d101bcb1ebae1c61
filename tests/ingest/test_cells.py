"""One column's cells: values of its kind, what could not be read, and which cells mean the same."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.ingest.cells import Notation, comparison_codes, parse
from csanalysis.schema import Column

NUMBER, DAY = Column("amount", "金额", "number"), Column("day", "日期", "date")


def column(*cells):
    return pd.Series(cells, dtype="str")


def test_each_row_has_the_value_of_its_cell():
    parsed = parse(column("12", None, "x", "12", "1,200"), NUMBER, {})
    assert parsed.words.tolist() == ["12", "x", "1,200"] and parsed.codes.tolist() == [0, -1, 1, 0, 2]
    assert parsed.values.tolist() == pytest.approx([12, np.nan, np.nan, 12, 1200], nan_ok=True)
    assert parsed.unreadable.tolist() == [False, False, True, False, False]


def test_an_empty_column_has_no_unreadable_cell():
    parsed = parse(column(None, None), NUMBER, {})
    assert (
        parsed.values.isna().all() and not parsed.unreadable.any() and parsed.comparable.tolist() == [-1, -1]
    )


def test_cells_are_the_same_where_their_values_are_or_their_letters():
    parsed = parse(column("5255", "5,255 km", "N/A", "n/a ", "x", None, "5256"), NUMBER, {})
    same = parsed.comparable
    assert same[0] == same[1] and same[2] == same[3] and same[5] == -1
    assert len({same[0], same[2], same[4], same[6]}) == 4


def test_two_times_of_one_day_are_one_day_and_two_moments():
    parsed = parse(column("2025-03-05 09:00", "2025/3/5 9:00", "2025-03-05 10:00"), DAY, {})
    assert parsed.values.nunique() == 1
    assert parsed.comparable[0] == parsed.comparable[1] != parsed.comparable[2]


def test_what_systems_write_for_no_day_is_no_day():
    parsed = parse(column("1900-01-01", "1900-01-02"), DAY, {})
    assert parsed.values.isna().tolist() == [True, False] and parsed.unreadable.tolist() == [True, False]


@pytest.mark.parametrize(
    ("notation", "cell", "day"),
    [
        (Notation(date_order="mdy"), "05/07/2025", "2025-05-07"),
        (Notation(date_order="dmy"), "05/07/2025", "2025-07-05"),
    ],
)
def test_the_order_that_params_give_is_that_of_days(notation, cell, day):
    assert parse(column(cell), DAY, {}, notation).values.tolist() == [pd.Timestamp(day)]


def test_what_a_file_itself_has_as_dates_and_numbers_is_taken_as_it_is():
    """A month of its days; the share of 1.5 is none, and cannot be read; the third row is empty."""
    places, days = [0, 1, -1, 0], np.array(["2025-03-17T10:00", "2025-04-01"], "datetime64[s]")
    months = parse(
        pd.Series(pd.Categorical.from_codes(places, pd.Index(days))), Column("month", "月份", "month"), {}
    )
    assert months.values.dt.strftime("%Y-%m-%d").tolist()[::3] == ["2025-03-01"] * 2
    assert months.values[1] == pd.Timestamp("2025-04-01") and pd.isna(months.values[2])
    shares = parse(
        pd.Series(pd.Categorical.from_codes(places, pd.Index([1.0, 1.5]))),
        Column("share", "占比", "fraction"),
        {},
    )
    assert shares.values.tolist() == pytest.approx([1, np.nan, np.nan, 1], nan_ok=True)
    assert shares.unreadable.tolist() == [False, True, False, False]


def test_the_order_is_seen_from_a_day_beyond_the_twelfth():
    parsed = parse(column("05/07/2025", "25/07/2025"), DAY, {})
    assert parsed.values.tolist() == [pd.Timestamp("2025-07-05"), pd.Timestamp("2025-07-25")]


def test_the_decimal_mark_is_that_of_the_params_else_that_of_the_cells():
    cells = column("1.280,50")
    assert parse(cells, NUMBER, {}, Notation(decimal=",")).values.tolist() == [1280.5]
    assert parse(column("1,5", "2"), NUMBER, {}).values.tolist() == [1.5, 2]
    assert parse(column("$5"), NUMBER, {}, Notation(currency="$")).values.tolist() == [5]


def test_a_word_mapped_onto_nothing_is_an_empty_cell():
    kind = Column("service_type", "类型", vocabulary="service_type")
    parsed = parse(column("美容", "首保", "闲逛"), kind, {"美容": ""})
    assert parsed.codes.tolist() == [-1, 1, 2] and parsed.unreadable.tolist() == [False, False, True]
    assert parsed.values.tolist()[1] == "first_service"


def test_an_empty_cell_stays_one_beside_a_word_mapped_onto_nothing():
    kind = Column("service_type", "类型", vocabulary="service_type")
    parsed = parse(column("首保", "美容", None), kind, {"美容": ""})
    assert parsed.codes.tolist() == [0, -1, -1] and not parsed.unreadable.any()


def test_cells_that_a_file_has_as_numbers_or_days_are_the_same_where_those_are():
    days = pd.Index(np.array(["2025-03-17", "2025-04-01"], "datetime64[s]"))
    for kinds in (pd.Index([1.0, 1.5]), days):
        cells = pd.Series(pd.Categorical.from_codes([0, 1, -1, 0], kinds))
        assert comparison_codes(cells, "备注").tolist() == [0, 1, -1, 0]


def test_ids_that_say_themselves_have_the_numbers_of_their_cells():
    """One of them is written in full width: the same id then, and two cells."""
    order = Column("ro_number", "委托书号")
    plain = parse(column("R1", "R2", None, "R1"), order, {})
    assert plain.numbers.tolist() == plain.comparable.tolist() == [0, 1, -1, 0]
    wide = parse(column("R1", "Ｒ1", "R2"), order, {})
    assert wide.codes.tolist() == [0, 1, 2]
    assert wide.numbers.tolist() == wide.comparable.tolist() == [0, 0, 1]


def test_dashes_are_empty_in_text_and_unreadable_in_numbers():
    assert parse(column("—", "x"), Column("note", "备注"), {}).codes.tolist() == [-1, 1]
    assert parse(column("—", "1"), NUMBER, {}).unreadable.tolist() == [True, False]


def test_whole_numbers_have_at_most_fifteen_digits():
    count = Column("units", "台数", "integer")
    parsed = parse(column("999999999999999", "1000000000000000", "3.5", "-2"), count, {})
    assert parsed.values.isna().tolist() == [False, True, True, False]
    assert parsed.values.tolist()[0] == 999_999_999_999_999


@pytest.mark.parametrize(
    ("cell", "share"), [("0", 0.0), ("1", 1.0), ("100%", 1.0), ("-0.01", None), ("1.01", None)]
)
def test_shares_lie_between_nothing_and_all(cell, share):
    parsed = parse(column(cell), Column("share", "占比", "fraction"), {})
    assert parsed.values.tolist() == pytest.approx([np.nan if share is None else share], nan_ok=True)


@pytest.mark.parametrize(
    ("header", "one", "other", "same"),
    [
        ("备注", "2020/1/1", "2020-01-01", True),
        ("日期", "20200101", "2020-01-01", True),
        ("开票时间", "43831", "2020/1/1", True),
        ("Date", "20200101", "2020年1月1日", True),
        ("编号", "20200101", "2020-01-01", False),
        ("金额", "1,280.00", "1280", True),
        ("金额", "￥190.00元", "190", True),
        ("占比", "85%", "0.85", True),
        ("里程", "5255 km", "5255公里", True),
        ("编号", "007", "7", False),
        ("编号", "0", "0.0", True),
        ("备注", "Ａb", "Ab", True),
        ("备注", "甲", "乙", False),
    ],
)
def test_cells_of_an_unknown_column_that_mean_the_same(header, one, other, same):
    codes = comparison_codes(column(one, other, None, one), header)
    assert (codes[0] == codes[1]) == same and codes[2] == -1 and codes[3] == codes[0] >= 0
