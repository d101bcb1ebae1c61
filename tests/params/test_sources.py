"""What a source may say of its rows: every key, and what is said of a value that makes no sense."""

import re

import pytest

from csanalysis.errors import ParamsError
from csanalysis.messages import said
from csanalysis.params import read_params


def read(tmp_path, source):
    path = tmp_path / "store.yml"
    path.write_text(
        "dealership: {id: d}\nplan_year: 2026\nsources:\n  vehicle_sales: a.csv\n"
        f"  service_visits: {{path: b.csv, {source}}}\n",
        encoding="utf-8",
    )
    return read_params(path).sources["service_visits"]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("since: then", "since"),
        ("drops: {a: b}", "drops is not a known key; did you mean drop?"),
        ("date_oder: dmy", "date_oder is not a known key; did you mean date_order?"),
        ("where: 作废", "where should be a valid dictionary, not '作废'"),
        ("drop: {状态: []}", "drop 状态: names no word; write 状态: [word]"),
        ("where: {状态: []}", "where 状态: names no word; write 状态: [word]"),
        ("drop: {状态: [{a: b}]}", "drop.状态.0"),
        ("fill_down: {a: b}", "fill_down.0"),
        ("hidden: show", "hidden must be 'skip' or 'read', not 'show'"),
        ("lines: add", "lines must be 'sum', not 'add'"),
        ("repeats: first_file", "repeats must be 'error' or 'last_file', not 'first_file'"),
        ("key_by_year: maybe", "key_by_year"),
        ("lone_rows: drop", "lone_rows must be 'set_aside' or 'keep', not 'drop'"),
        ("date_order: dym", "date_order must be 'dmy', 'mdy' or 'ymd', not 'dym'"),
        ("timezone: Asia/Shanghia", "timezone is no time zone; did you mean Asia/Shanghai?"),
        ("timezone: 8", "timezone"),
        ("timezone: 北京", "timezone is no time zone; write it as Asia/Shanghai"),
        ("decimal: ';'", "decimal must be '.' or ',', not ';'"),
        ("currency: ''", "currency must be what stands beside the amounts, such as '$', not ''"),
        ("currency: '1$'", "currency must be what stands beside the amounts, such as '$', not '1$'"),
        ("unit: 亿元", "unit must be '元', '千元' or '万元', not '亿元'"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_with_its_line(tmp_path, source, line):
    with pytest.raises(ParamsError) as caught:
        read(tmp_path, source)
    (problem,) = caught.value.problems
    assert problem.startswith(f"{tmp_path / 'store.yml'}:5: sources.service_visits.{line}"), problem
    assert re.search("[一-鿿]", said(problem, "zh"))


def test_one_word_or_several_and_what_yaml_makes_no_text_of(tmp_path):
    source = read(tmp_path, "drop: {有效: no, 年份: [2019, 2020]}, where: {单据: 正常}, fill_down: 日期")
    assert source.drop == {"有效": ["no"], "年份": ["2019", "2020"]}
    assert (source.where, source.fill_down) == ({"单据": ["正常"]}, ["日期"])


def test_a_source_that_says_nothing_of_its_rows(tmp_path):
    source = read(tmp_path, "columns: {}")
    assert (source.hidden, source.repeats, source.lone_rows) == ("skip", "error", "set_aside")
    assert (source.lines, source.date_order, source.timezone, source.decimal) == (None, None, None, None)
    assert (source.where, source.drop, source.fill_down, source.key_by_year) == ({}, {}, [], False)


def test_since_goes_with_the_table_of_a_database(tmp_path):
    with pytest.raises(ParamsError, match="since goes with the table of a database; a query says itself"):
        read(tmp_path, "since: '2020-01-01'")
