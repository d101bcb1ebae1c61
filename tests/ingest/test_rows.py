import pytest

from csanalysis.ingest.header import find_header
from csanalysis.ingest.rows import stack_sheets
from csanalysis.ingest.sheets import Sheet, text_cells
from csanalysis.schema import TABLES

SALES = TABLES["vehicle_sales"]
HEADER = ["车架号", "开票日期", "成交价"]


def stack_of(*sheets, table=SALES, words=None):
    parts = [(f"{place}.csv", sheet, find_header(sheet, table, {})) for place, sheet in enumerate(sheets)]
    return stack_sheets(parts, table, words or {})


def sheet(*rows, name=""):
    return Sheet(name, text_cells(rows))


@pytest.mark.parametrize(
    "word",
    [
        "合计",
        "总计",
        "小计",
        "合计：",
        "合  计",
        "总计:",
        "Total",
        "TOTAL:",
        "Grand total",
        "Subtotal",
        "Sub-total",
        "Sum",
        "2025年合计",
        "12月小计",
        "本月合计",
        "合计（元）",
        "合计 12 台",
    ],
)
@pytest.mark.parametrize("place", [0, 1], ids=["first cell", "after an empty cell"])
def test_total_rows_are_no_rows(word, place):
    total = [None, None, "871367400"]
    total[place] = word
    stack = stack_of(sheet(HEADER, ["V1", "2025-01-01", "1"], total))
    assert stack.cells["vin"].tolist() == ["V1"]


@pytest.mark.parametrize("word", ["合计划", "总计划", "totally", "小计程车"])
def test_words_that_only_begin_like_a_total_are_rows(word):
    stack = stack_of(sheet(HEADER, [word, "2025-01-01", "1"]))
    assert len(stack.cells) == 1


def test_a_total_word_behind_other_cells_is_a_row():
    stack = stack_of(sheet([*HEADER, "备注"], ["V1", "2025-01-01", "1", "合计"]))
    assert len(stack.cells) == 1


def test_the_total_of_a_programme_is_a_row_of_benchmarks():
    table = TABLES["survey_benchmarks"]
    rows = sheet(
        ["题号", "月份", "调查项目", "分中心均值"],
        ["total", "2025-01", "css", "930"],
        ["合计", None, None, "930"],
    )
    assert stack_of(rows, table=table).cells["item_code"].tolist() == ["total"]
    ours = {"item_code": {"合计": "total"}}
    assert stack_of(rows, table=table, words=ours).cells["item_code"].tolist() == ["total", "合计"]


def test_blank_lines_and_repeated_headers_are_no_rows_and_row_numbers_are_excels():
    stack = stack_of(
        sheet(
            ["台账"],
            HEADER,
            ["V1", "2025-01-01", "1"],
            [],
            HEADER,
            ["V2", "2025-01-02", "2"],
            ["合计", None, "3"],
        )
    )
    assert stack.cells["vin"].tolist() == ["V1", "V2"]
    assert stack.row.tolist() == [3, 6]


def test_rows_of_several_sheets_with_other_columns():
    stack = stack_of(
        sheet(HEADER, ["V1", "2025-01-01", "1"]),
        sheet(["备注", "开票日期", "车架号"], ["x", "2025-01-02", "V2"], name="2025年"),
    )
    assert stack.cells["vin"].tolist() == ["V1", "V2"]
    assert stack.cells["price"].fillna("").tolist() == ["1", ""]
    assert stack.cells["=备注"].fillna("").tolist() == ["", "x"]
    assert [stack.places[number] for number in stack.sheet] == [("0.csv", ""), ("1.csv", "2025年")]


def test_two_unmapped_columns_of_one_name_are_both_kept():
    stack = stack_of(sheet([*HEADER, "备注", "备注"], ["V1", "2025-01-01", "1", "x", "y"]))
    assert [name for name in stack.cells if name.startswith("=")] == ["=备注", "=备注="]


def test_the_unit_of_a_header_goes_to_bare_numbers():
    stack = stack_of(
        sheet(
            ["车架号", "开票日期", "成交价（万元）"],
            ["V1", "2025-01-01", "12.1"],
            ["V2", "2025-01-01", "13万"],
        )
    )
    assert stack.cells["price"].tolist() == ["12.1万元", "13万"]


def test_miles_in_the_header_make_the_column_unreadable(dealership):
    dealership.csv(
        "service_visits",
        [
            ["RO", "VIN", "date in", "job type", "Mileage (miles)"],
            ["R1", "VIN1", "2025-03-05", "repair", "5000"],
        ],
    )
    store = dealership.load()
    assert store.tables["service_visits"]["mileage_km"].isna().all()
    assert dealership.report("service_visits").unreadable == {"mileage_km": 1}
