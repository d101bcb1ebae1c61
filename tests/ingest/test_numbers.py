import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.ingest.cells import parse
from csanalysis.ingest.numbers import decimal_of, parse_numbers, plausible
from csanalysis.schema import Column


def read(cell: str | None) -> float:
    return float(parse_numbers(pd.Series([cell], dtype="str"))[0])


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12,345", 12345),
        ("12,345 km", 12345),
        ("12345公里", 12345),
        ("5千米", 5),
        ("￥1,280.00", 1280),
        ("¥1280", 1280),
        ("1,280.00元", 1280),
        ("RMB 1,280", 1280),
        ("１，２８０．５", 1280.5),
        ("1.2万公里", 12000),
        ("1.15万", 11500),
        ("12.11万元", 121100),
        ("85%", 0.85),
        ("85％", 0.85),
        ("(1,280.00)", -1280),
        ("（1,280.00）", -1280),
        ("-5", -5),
        ("−5", -5),
        ("¥-12", -12),
        (".5", 0.5),
        ("5.", 5),
        ("1e3", 1000),
        ("第3名", 3),
        ("0", 0),
    ],
)
def test_numbers_as_systems_write_them(cell, value):
    assert read(cell) == value


@pytest.mark.parametrize(
    "cell",
    [
        "3,200 miles",
        "3200 mi",
        "3200英里",
        "—",
        "面议",
        "12,34",
        "1.280,00",
        "5-6",
        "(5",
        "(-5)",
        "$5",
        "1 2 kg",
        "",
        None,
    ],
)
def test_what_is_no_number_stays_unread(cell):
    assert math.isnan(read(cell))


@given(st.integers(-(10**12), 10**12), st.sampled_from(["{:,}", "{}", "{:,}元", "¥{:,}", "{:,}.00", "{} km"]))
def test_reading_undoes_writing(number, notation):
    assert read(notation.format(number)) == number


@pytest.mark.parametrize(
    ("cell", "value"), [("3", 3), ("3.0", 3), ("1,200", 1200), ("1.5万", 15000), ("3.5", None), ("三", None)]
)
def test_integers_are_whole(cell, value):
    parsed = parse(pd.Series([cell], dtype="str"), Column("rank", "排名", "integer"), {})
    assert parsed.values.dtype == "Int64"
    assert parsed.values.tolist() == ([value] if value is not None else [pd.NA])
    assert parsed.unreadable.tolist() == [value is None]


@pytest.mark.parametrize(
    ("cell", "value"), [("85%", 0.85), ("0.85", 0.85), ("1", 1.0), ("85", None), ("-1%", None)]
)
def test_fractions_lie_between_0_and_1(cell, value):
    parsed = parse(pd.Series([cell], dtype="str"), Column("share", "占比", "fraction"), {})
    assert parsed.values.isna().tolist() == [value is None]
    assert parsed.values.dropna().tolist() == ([] if value is None else [value])


@pytest.mark.parametrize(
    ("words", "mark"),
    [
        (["1,5", "12"], ","),
        (["1,5", None], ","),
        ([None, "12"], "."),
        (["1,5", "2.5"], "."),
        (["1,280"], "."),
    ],
    ids=["one of them has it", "an empty cell", "no decimals", "both marks", "thousands"],
)
def test_a_column_s_decimal_mark_is_seen_from_its_cells(words, mark):
    assert decimal_of(pd.Series(words, dtype="str")) == mark


def test_a_number_of_sixteen_digits_has_lost_its_separator():
    assert read("999999999999999") == 999_999_999_999_999
    assert math.isnan(read("1000000000000000")) and math.isnan(read("-1000000000000000"))


def test_nothing_has_no_sign():
    assert not np.signbit(plausible(np.array([-0.0, 0.0]))).any()


def test_a_number_in_thousands_keeps_six_decimals():
    """So that 1.1千 is 1,100 and no fraction beside it."""
    assert read("0.00000012367万") == 0.001237
    assert read("1.1千") == 1100
