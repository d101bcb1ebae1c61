"""Small exports damaged at random: rows always add up, nothing ends in a traceback or hangs."""

import json
import os
import time
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from csanalysis.ingest import check
from csanalysis.ingest.sources import Export
from csanalysis.ingest.table import TableProblems, read_exports
from csanalysis.params import Source

PARAMS = """\
dealership: {id: damaged}
plan_year: 2026
sources: {vehicle_sales: sales.csv, service_visits: visits.csv, upsell_items: items.csv}
"""
LONGEST = 20  # seconds; a whole one takes a tenth of one
TABLES = {"sales.csv": "vehicle_sales", "visits.csv": "service_visits", "items.csv": "upsell_items"}


def lines_of(name):
    day = date(2024, 3, 4)
    rows = {
        "sales.csv": [["VIN", "销售日期", "客户编号", "车型", "成交价"]]
        + [[f"LFVTEST{n:010}", day + timedelta(9 * n), f"K{n}", "朗逸", 120_000 + n] for n in range(24)],
        "visits.csv": [["委托书号", "VIN", "进厂日期", "维修类型", "里程", "结算金额", "备注"]]
        + [
            [f"W{n:03}", f"LFVTEST{n % 24:010}", day + timedelta(7 * n + 80), "定保" if n % 3 else "首保",
             4_000 + 50 * n, f"{300 + n}.50", "好" if n % 5 else ""]
            for n in range(40)
        ],
        "items.csv": [["委托书号", "增项项目", "等级", "报价", "客户意见"]]
        + [[f"W{n:03}", "电瓶", "ABC"[n % 3], 200 + n, "同意" if n % 2 else "拒绝"] for n in range(30)],
    }  # fmt: skip
    return [",".join(map(str, row)) for row in rows[name]]


PIECES = st.one_of(
    st.sampled_from(
        [
            '"', '""', ",", ";", "\t", "|", "\n", "\r\n", "\r", "\x00", "\ufeff", "合计", "共 3 条", "作废",
            "=1+1", "='", "-", "1900-01-01", "2012-05-05", "2031-01-01", "4.40106E+17", "￥1,280.00", "９９",
            "首保", "no such word", "31/12/2024", "𬎆", "\u200b", "<td>", "%", "e" * 400, "\x1a", "'", "\\N",
        ]
    ),
    st.text(max_size=4),
)  # fmt: skip
MUTATIONS = st.lists(
    st.tuples(
        st.sampled_from(["insert", "replace", "delete", "repeat", "drop", "swap", "cut", "blank", "widen"]),
        st.integers(0, 10_000),
        st.integers(0, 10_000),
        PIECES,
    ),
    min_size=1,
    max_size=6,
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16"])


def mutated(text, how, one, other, piece):
    """A text with one damage; places are taken modulo its length."""
    lines = text.split("\n")
    place, line, last = one % (len(text) + 1), one % len(lines), other % len(lines)
    match how:
        case "insert":
            return text[:place] + piece + text[place:]
        case "replace":
            return text[:place] + piece + text[place + 1 + other % 12 :]
        case "delete":
            return text[:place] + text[place + 1 + other % 12 :]
        case "repeat":
            return "\n".join([*lines, lines[line]])
        case "drop":
            return "\n".join([*lines[:line], *lines[line + 1 :]])
        case "swap":
            lines[line], lines[last] = lines[last], lines[line]
            return "\n".join(lines)
        case "cut":
            return text[:place] if other % 4 == 0 else text
        case "blank":
            return "\n".join([*lines[:line], piece, *lines[line:]])
        case _:
            return "\n".join([*lines[:line], lines[line] + "," + piece, *lines[line + 1 :]])


def damaged(name, damages, encoding):
    text = "\n".join(lines_of(name)) + "\n"
    for damage in damages:
        text = mutated(text, *damage)
    return text.encode(encoding, "replace")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A store whose exports are whole, and read already."""
    path = tmp_path_factory.mktemp("damaged")
    (path / "damaged.yml").write_text(PARAMS, encoding="utf-8")
    for name in TABLES:
        (path / name).write_bytes(damaged(name, [], "utf-8"))
    whole = check(path / "damaged.yml", cache=path / "cache")
    assert [table["kept"] for table in whole["tables"]] == [24, 40, 30]
    return path


MANY = int(os.environ.get("CSANALYSIS_MUTATIONS", "600"))
"""So many damaged exports are tried with the slow tests; set the variable to 5000 for the whole lot."""

UNTIMED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}


@settings(max_examples=30, **UNTIMED)
@given(name=st.sampled_from([*TABLES]), damages=MUTATIONS, encoding=ENCODINGS)
def test_a_store_with_a_damaged_export_is_looked_at(folder, name, damages, encoding):
    (folder / name).write_bytes(damaged(name, damages, encoding))
    begun = time.process_time()
    summary = check(folder / "damaged.yml", cache=folder / "cache")
    (folder / name).write_bytes(damaged(name, [], "utf-8"))
    assert time.process_time() - begun < LONGEST
    json.dumps(summary, ensure_ascii=False)
    for report in summary["tables"]:
        fates = [report[fate] for fate in ("kept", "rejected", "repeated", "after_as_of")]
        assert report["read"] == sum(fates), report
        assert min(fates) >= 0 and sum(report["rejected_reasons"].values()) == report["rejected"]
    assert {*TABLES.values()} == {table["table"] for table in summary["tables"]} or summary["problems"]


@settings(max_examples=200, **UNTIMED)
@given(name=st.sampled_from([*TABLES]), damages=MUTATIONS, encoding=ENCODINGS)
def test_rows_add_up_whatever_happened_to_an_export(name, damages, encoding):
    judge(name, damaged(name, damages, encoding))


@pytest.mark.slow
@settings(max_examples=MANY, **UNTIMED)
@given(name=st.sampled_from([*TABLES]), damages=MUTATIONS, encoding=ENCODINGS)
def test_rows_add_up_in_many_damaged_exports(name, damages, encoding):
    judge(name, damaged(name, damages, encoding))


def judge(name, data):
    """One table is read, or its lines say why not; what was read is kept, set aside or a repeat."""
    begun = time.process_time()
    try:
        reading = read_exports(TABLES[name], Source(path=[name]), [Export.from_bytes(name, data)])
    except TableProblems as error:
        assert error.lines
    else:
        report = reading.report
        assert report.read == report.kept + report.rejected + report.repeated
        assert (report.kept, report.rejected) == (len(reading.frame), len(reading.rejects))
    assert time.process_time() - begun < LONGEST


@settings(max_examples=40, **UNTIMED)
@example([(40, 0)])
@example([(40, 6)])
@given(
    st.lists(
        st.tuples(st.integers(1, 40), st.integers(0, 6)), min_size=1, max_size=4, unique_by=lambda it: it[0]
    )
)
def test_quotes_that_never_close_swallow_no_row(quotes):
    """A quotation mark begins a cell here and there and never closes: still every line is a row."""
    lines = lines_of("visits.csv")
    for line, place in quotes:
        cells = lines[line].split(",")
        cells[place] = '"' + cells[place]
        lines[line] = ",".join(cells)
    data = ("\n".join(lines) + "\n").encode()
    report = read_exports("service_visits", Source(path=["v.csv"]), [Export.from_bytes("v.csv", data)]).report
    assert report.read == report.kept + report.rejected == 40
