import pytest

from csanalysis.ingest.header import find_header, missing_columns_problem, no_header_problem
from csanalysis.ingest.sheets import Sheet, text_cells
from csanalysis.schema import HEADERS, TABLES

SALES, VISITS = TABLES["vehicle_sales"], TABLES["service_visits"]


def sheet(*rows):
    return Sheet("", text_cells(rows))


def test_below_title_rows():
    header = find_header(
        sheet(["新车销售台账"], ["导出：2026-01-01"], [], ["车架号", "开票日期"], ["V1", "x"]), SALES, {}
    )
    assert header.first_row == 4
    assert header.columns == {"vin": 0, "sale_date": 1}


def test_beside_unnamed_cells_of_a_merged_header():
    header = find_header(
        sheet(["车架号", "车型", None, "开票日期"], ["V1", "朗逸", "舒适版", "x"]), SALES, {}
    )
    assert header.columns == {"vin": 0, "model": 1, "sale_date": 3}
    assert header.unused == ["(column C)"]


def test_an_empty_column_without_header_is_none():
    header = find_header(sheet(["车架号", None, "开票日期"], ["V1", None, "x"]), SALES, {})
    assert header.unused == []


def test_merged_over_two_rows():
    rows = [["车架号", "日期", None], [None, "开票日期", "备注"], ["V1", "x", "y"]]
    header = find_header(sheet(*rows), SALES, {})
    assert header.first_row == 2
    assert header.columns == {"vin": 0, "sale_date": 1}


def test_data_that_repeats_a_header_word_is_no_second_header_row():
    rows = [["车架号", "销售日期", "车型"], ["V1", "x", "车型"]]
    assert find_header(sheet(*rows), SALES, {}).first_row == 1


@pytest.mark.parametrize(
    "row",
    [
        ["VIN", "Invoice date"],
        ["vin", "sale_date"],
        ["ＶＩＮ 码", "开票 日期"],
        ["*车架号", "销售日期*"],
        ["车架号\n(17位)", "交车\n日期"],
        ["底盘号", "交车日期（年月日）"],
    ],
)
def test_canonical_chinese_and_alias_headers(row):
    assert find_header(sheet(row), SALES, {}).columns == {"vin": 0, "sale_date": 1}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_table_is_found_by_its_own_and_by_its_chinese_names(table):
    for names in ([column.name for column in table.columns], [column.zh for column in table.columns]):
        header = find_header(sheet(names), table, {})
        assert header.columns == {column.name: place for place, column in enumerate(table.columns)}


def test_every_alias_belongs_to_a_column():
    for table, columns in HEADERS.items():
        known = TABLES[table].by_name if table != "*" else {c for t in TABLES.values() for c in t.by_name}
        assert set(columns) <= set(known), table


def test_the_params_header_wins_and_the_other_is_told():
    row = ["车架号", "开票日期", "结算日"]
    header = find_header(sheet(row), SALES, {"结算日": "sale_date"})
    assert header.columns["sale_date"] == 2
    assert header.unused == ["开票日期"]


def test_the_earlier_alias_wins():
    header = find_header(sheet(["车架号", "交车日期", "开票日期", "销售日期"]), SALES, {})
    assert header.columns["sale_date"] == 3
    assert header.unused == ["交车日期", "开票日期"]
    assert find_header(sheet(["车架号", "交车日期", "开票日期"]), SALES, {}).columns["sale_date"] == 2


def test_the_params_may_take_a_header_from_its_built_in_column():
    header = find_header(sheet(["车架号", "开票日期", "客户编号"]), SALES, {"客户编号": "sales_consultant"})
    assert header.columns["sales_consultant"] == 2
    assert "customer_id" not in header.columns


@pytest.mark.parametrize(
    ("name", "unit"),
    [("成交价（万元）", "万元"), ("成交价（元）", None), ("成交价", None), ("成交价(千元)", "千元")],
)
def test_units_that_scale(name, unit):
    header = find_header(sheet(["车架号", "开票日期", name]), SALES, {})
    assert header.units.get("price") == unit


def test_headers_that_the_format_names():
    named = Sheet("", text_cells([["V1", "2025-01-01"]]), ("vin", "sale_date"))
    assert find_header(named, SALES, {}).first_row == 0


@pytest.mark.parametrize(
    "rows",
    [[["本表由系统导出"]], [["说明"], ["车架号"]], [["a", "b"], ["c", "d"]], []],
    ids=["remark", "one word", "other headers", "nothing"],
)
def test_a_sheet_without_header(rows):
    assert find_header(sheet(*rows), SALES, {}) is None


def test_one_known_header_is_enough_where_no_other_is_required():
    assert find_header(sheet(["人员"], ["姓名", "x"]), TABLES["staff"], {}).columns == {"staff": 0}


def test_not_beyond_the_first_thirty_rows():
    rows = [["x"]] * 30 + [["车架号", "开票日期"]]
    assert find_header(sheet(*rows), SALES, {}) is None
    assert find_header(sheet(*rows[1:]), SALES, {}) is not None


def test_a_missing_required_column_names_what_was_seen_and_the_nearest():
    header = find_header(sheet(["车架号", "销售日", "车型"]), SALES, {})
    said = missing_columns_problem(header, SALES)
    assert "sale_date (销售日期)" in said
    assert "headers seen: 车架号, 销售日, 车型" in said
    assert "'销售日: sale_date'" in said
    assert "sources.vehicle_sales.columns" in said


def test_a_table_that_needs_one_of_two_columns():
    header = find_header(sheet(["投诉号", "投诉日期"]), TABLES["complaints"], {})
    assert "neither vin nor customer_id" in missing_columns_problem(header, TABLES["complaints"])


def test_no_header_shows_headers_but_no_data():
    seen = no_header_problem([sheet(["台账"], ["发动机", "年月日", "顾问"])], SALES)
    assert "headers seen: 发动机, 年月日, 顾问" in seen
    data = no_header_problem([sheet(["张三", "10000000000"], ["李四", "10000000001"])], SALES)
    assert "张三" not in data
    assert "车架号 (vin)" in data
