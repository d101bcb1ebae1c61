"""Kinds of exports that once failed or were misread without a word, each with values of its own."""

import io
import re
import zipfile
from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import pytest
import xlsxwriter
import yaml

from csanalysis.ingest import check
from csanalysis.ingest.rejects import rejects_in_language

HEADER = ["工单号", "VIN", "开单日期", "业务类型", "接待", "总金额", "备注"]
FIRST = date(2024, 1, 29)


def days(count=40, step=9):
    return [FIRST + timedelta(days=step * number) for number in range(count)]


def visits(written=str, amount="{:.2f}", remark=""):
    """Forty visits, 9 days apart, of 100.5, 101.5 … yuan; ``written`` says how a day is written."""
    return [
        [f"W{n:03}", f"LFV{n % 7:014}", written(day), "定保", "苗", amount.format(100.5 + n), remark]
        for n, day in enumerate(days())
    ]


@pytest.fixture(autouse=True)
def ledger(dealership):
    dealership.csv("vehicle_sales", [["VIN", "开票日期"], *[[f"LFV{n:014}", "2024-01-02"] for n in range(7)]])


def table(dealership, rows, *, header=HEADER, **source):
    dealership.csv("service_visits", [header, *rows], **source)
    return dealership.load().tables["service_visits"]


def report(dealership):
    found = dealership.report("service_visits")
    assert found.read == found.kept + found.rejected + found.repeated + found.after_as_of
    return found


def page(rows, tag="td"):
    cells = "".join("<tr>" + "".join(f"<{tag}>{c}</{tag}>" for c in row) + "</tr>" for row in rows)
    return f"<html><head><meta charset=gbk></head><body><p>导出</p><table>{cells}</table></body></html>"


def spreadsheetml(rows, hidden=""):
    def sheet(name, rows, options=""):
        cells = "".join(
            "<Row>" + "".join(f'<Cell><Data ss:Type="String">{c}</Data></Cell>' for c in row) + "</Row>"
            for row in rows
        )
        return f'<Worksheet ss:Name="{name}"><Table>{cells}</Table>{options}</Worksheet>'

    options = (
        '<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible>'
        "</WorksheetOptions>"
    )
    space = 'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'
    return (
        f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><ss:Workbook {space} '
        'xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
        + sheet("数据", rows)
        + (sheet(hidden, rows[:3], options) if hidden else "")
        + "</ss:Workbook>"
    )


def mht(rows):
    return (
        "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x1\r\n\r\n--x1\r\n"
        "Content-Type: text/html; charset=gbk\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        f"{page(rows, 'th')}\r\n--x1--\r\n"
    )


@pytest.mark.parametrize(
    ("made", "encoding"), [(page, "gb18030"), (spreadsheetml, "utf-8"), (mht, "gb18030")]
)
def test_tables_of_pages_and_xml_saved_as_xls(dealership, made, encoding):
    dealership.file("service_visits", "w.xls", made([HEADER, *visits()]).encode(encoding))
    frame = dealership.load().tables["service_visits"]
    assert frame["visit_date"].dt.date.tolist() == days()
    assert frame["total_amount"].sum() == sum(100.5 + n for n in range(40))


def test_a_cell_over_several_rows_of_a_page_keeps_its_column(dealership):
    rows = visits()[:2]
    spans = page([HEADER, *rows]).replace("<td>W000</td>", "<td rowspan=2>W000</td>")
    dealership.file("service_visits", "w.xls", spans.replace("<td>W001</td>", "").encode("gbk"))
    (problem,) = dealership.problems()
    assert "ro_number W000 stands in different rows" in problem


def test_a_hidden_sheet_of_an_xml_workbook_is_passed_over(dealership):
    data = spreadsheetml([HEADER, *visits()], hidden="草稿").encode()
    dealership.file("service_visits", "w.xls", data)
    assert report(dealership).notes == {"hidden_sheets": 1}
    assert report(dealership).skipped_sheets == ("w.xls 草稿",)


def test_an_xml_workbook_that_declares_entities_is_refused(dealership):
    text = spreadsheetml([HEADER, *visits()]).replace("?>", '?><!DOCTYPE a [<!ENTITY b "c">]>', 1)
    dealership.file("service_visits", "w.xls", text.encode())
    assert "no whole Excel 2003 XML workbook" in dealership.problems()[0]


@pytest.mark.parametrize(
    "written",
    [
        lambda day: f"{day:%d/%m/%Y}",
        lambda day: f"{day:%m-%d-%Y}",
        lambda day: f"{day:%y/%m/%d}",
        lambda day: f"{day:%d.%m.%y}",
        lambda day: f"{day:%d-%b-%y}",
        lambda day: f"{day:%y}年{day.month}月{day.day}日",
        lambda day: f"{day:%Y/%m/%d} 周{'一二三四五六日'[day.weekday()]} 08:30",
        lambda day: f"{day:%A}, {day:%B} {day.day}, {day.year}",
        lambda day: f"{day:%a %b %d} 14:05:06 CST {day.year}",
        lambda day: f"{day:%a %b %d %Y} 00:00:00 GMT+0800 (中国标准时间)",
        lambda day: f"{day:%Y%m%d}173005",
        lambda day: f"{day:%Y%m%d}1730",
        lambda day: str(int(pd.Timestamp(day).timestamp()) + 36_000),
        lambda day: str((int(pd.Timestamp(day).timestamp()) + 3_600) * 1000),
        lambda day: f"{day - timedelta(days=1)}T16:00:00Z",
        lambda day: f"{day - timedelta(days=1)}T{22 if day.month in range(4, 10) else 23}:00:00+00:00",
        lambda day: f"{day - timedelta(days=1)} 23:59:58",
    ],
)
def test_a_column_of_days_in_any_notation(dealership, written):
    rows = [[cell.replace(",", "") for cell in row] for row in visits(written)]
    assert table(dealership, rows)["visit_date"].dt.date.tolist() == days()


@pytest.mark.parametrize(("order", "day"), [("dmy", date(2025, 4, 3)), ("mdy", date(2025, 3, 4))])
def test_an_order_of_dates_that_nothing_settles_has_to_be_said(dealership, order, day):
    rows = visits(lambda _: "03/04/2025")
    dealership.csv("service_visits", [HEADER, *rows])
    assert "date_order: dmy" in dealership.problems()[0]
    assert set(table(dealership, rows, date_order=order)["visit_date"].dt.date) == {day}


def test_dates_in_two_orders_are_refused(dealership):
    rows = visits(lambda day: f"{day:%d/%m/%Y}")[:20] + visits(lambda day: f"{day:%m/%d/%Y}")[20:]
    dealership.csv("service_visits", [HEADER, *rows])
    assert "date_order" in dealership.problems()[0]


def test_times_in_utc_are_read_by_the_clock_of_a_time_zone(dealership):
    rows = visits(lambda day: f"{day}T{9 + day.day % 12:02}:10:00Z")
    late = [day + timedelta(days=day.day % 12 >= 7) for day in days()]
    assert table(dealership, rows, timezone="Asia/Shanghai")["visit_date"].dt.date.tolist() == late


def workbook(sheets, **options):
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, **options}) as book:
        for name, fill in sheets.items():
            fill(book.add_worksheet(name), book)
    return data.getvalue()


def rows_of(rows, first=0):
    def fill(page, _):
        for place, row in enumerate(rows):
            page.write_row(first + place, 0, row)

    return fill


def test_days_counted_from_1904_in_cells_without_a_date_format(dealership):
    rows = visits(lambda day: (day - date(1904, 1, 1)).days)
    data = workbook({"a": rows_of([HEADER, *rows])}, date_1904=True)
    dealership.file("service_visits", "w.xlsx", data)
    assert dealership.load().tables["service_visits"]["visit_date"].dt.date.tolist() == days()


@pytest.mark.parametrize(("place", "column"), [(2, "visit_date"), (5, "total_amount")])
def test_formulas_that_were_never_calculated_are_named(dealership, place, column):
    def fill(page, _):
        rows_of([HEADER, *visits()], 1)(page, _)
        for row in range(2, 42):
            page.write_formula(row, place, "=1+1", value="")

    data = workbook({"a": fill})
    path = dealership.file("service_visits", "w.xlsx", data)
    (problem,) = dealership.problems()
    assert f"{column} holds 40 formulas that were never calculated" in problem
    path.write_bytes(with_text_results(data))
    assert "never calculated" not in str(dealership.load_with_problems()[1])


def with_text_results(data):
    """The workbook with formulas whose result is an empty text, which is an empty cell."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as book, zipfile.ZipFile(out, "w") as new:
        for name in book.namelist():
            new.writestr(name, re.sub(rb'(<c r="\w+")><f>', rb'\1 t="str"><f>', book.read(name)))
    return out.getvalue()


def test_a_hidden_sheet_is_read_only_where_the_source_says_so(dealership):
    def draft(page, book):
        rows_of([HEADER, *[["D" + row[0], *row[1:]] for row in visits()[:5]]])(page, book)
        page.hide()

    data = workbook({"a": rows_of([HEADER, *visits()]), "旧稿": draft})
    dealership.file("service_visits", "w.xlsx", data)
    assert (report(dealership).read, report(dealership).notes) == (40, {"hidden_sheets": 1})
    for said in ({"hidden": "read"}, {"sheet": ["a", "旧稿"]}):
        dealership.file("service_visits", "w.xlsx", data, **said)
        assert report(dealership).read == 45


def test_cells_merged_over_several_rows_are_filled(dealership):
    def fill(page, book):
        rows_of([HEADER, *visits()], 1)(page, book)
        page.merge_range(4, 2, 6, 2, "2024-03-03")
        page.merge_range(10, 4, 11, 4, "卓")

    dealership.file("service_visits", "w.xlsx", workbook({"a": fill}))
    frame = dealership.load().tables["service_visits"].set_index("ro_number")
    assert frame.loc["W002":"W004", "visit_date"].dt.date.tolist() == [date(2024, 3, 3)] * 3
    assert frame.loc[["W008", "W009", "W010"], "advisor"].tolist() == ["卓", "卓", "苗"]


def test_fill_down_fills_what_a_csv_lost_of_merged_cells(dealership):
    rows = visits()
    for row in rows[1:3]:
        row[2] = row[4] = ""
    total = ["合计", "", "", "", "", "9", ""]
    frame = table(dealership, [*rows, total], fill_down=["开单日期", "advisor"])
    assert frame["visit_date"].dt.date.tolist()[:4] == [days()[0]] * 3 + [days()[3]]
    assert len(frame) == 40


def test_a_summary_beside_the_data_is_passed_over_and_alone_it_is_a_problem(dealership):
    pivot = rows_of([["接待", "业务类型", "台次"], ["苗", "定保", 12], ["卓", "首保", 3]])
    dealership.file("service_visits", "w.xlsx", workbook({"a": rows_of([HEADER, *visits()]), "透视": pivot}))
    assert report(dealership).skipped_sheets == ("w.xlsx 透视",)
    assert report(dealership).warnings == {"sheets_not_read": 1}
    dealership.file("service_visits", "w.xlsx", workbook({"透视": pivot}))
    assert "lacks the required columns" in dealership.problems()[0]


def test_a_sheet_that_goes_on_without_a_header_is_read(dealership):
    rows = visits()
    sheets = {"1": rows_of([HEADER, *rows[:25]]), "2": rows_of(rows[25:]), "说明": rows_of([["导出说明"]])}
    dealership.file("service_visits", "w.xlsx", workbook(sheets))
    assert (report(dealership).read, report(dealership).skipped_sheets) == (40, ("w.xlsx 说明",))


def test_cancelled_rows_are_told_of_and_left_out_where_the_source_says_so(dealership):
    rows = visits(remark="完工")
    for row in rows[3:8]:
        row[6] = "已取消"
    table(dealership, rows)
    assert report(dealership).warnings == {"cancelled_rows": 5}
    for said in ({"drop": {"备注": "已取消"}}, {"where": {"备注": ["完工", "返工"]}}):
        assert len(table(dealership, rows, **said)) == 35
        assert report(dealership).notes == {"rows_left_out": 5}
        assert not report(dealership).warnings
    assert len(table(dealership, rows, drop={"ro_number": ["W001", "W002"]})) == 38


@pytest.mark.parametrize("key", ["drop", "where", "fill_down", "columns"])
def test_a_column_that_no_file_has_is_refused_with_the_nearest(dealership, key):
    said = {"columns": {"总金饿": "total_amount"}, "fill_down": ["总金饿"]}.get(key, {"总金饿": ["x"]})
    dealership.csv("service_visits", [HEADER, *visits()], **{key: said})
    (problem,) = dealership.problems()
    assert f"{key}: no sheet has a column '总金饿'; did you mean 总金额?" in problem


def test_footers_are_neither_rows_nor_rejects(dealership):
    footers = [
        ["制单人：穆岚", "", "", "复核:", "", "", ""],
        ["", "", "", "", "", "共 40 条", ""],
        ["Page 1 of 1", "", "", "", "", "", ""],
        ["打印日期：2025-12-31", "", "", "", "", "", ""],
    ]
    table(dealership, [*visits(), *footers])
    assert (report(dealership).read, report(dealership).kept) == (40, 40)


@pytest.mark.parametrize("quoted", [(5,), (5, 6), (2, 9, 30, 31)])
def test_stray_quotation_marks_swallow_no_row(dealership, quoted):
    rows = visits()
    for place in quoted:
        rows[place][6] = '"异响'
    assert table(dealership, rows)["ro_number"].tolist() == [row[0] for row in visits()]
    assert report(dealership).warnings == {"stray_quotes": len(quoted)}


def test_line_breaks_in_a_quoted_cell_are_no_stray_quotes(dealership):
    rows = visits()
    rows[4][6] = '"两行\n备注, ""引用"""'
    assert len(table(dealership, rows)) == 40
    assert not report(dealership).warnings


def test_the_last_row_of_a_file_cut_short_is_set_aside(dealership):
    text = "\n".join(",".join(row) for row in [HEADER, *visits(remark="ok")])
    dealership.file("service_visits", "w.csv", text[: text.rindex(",定保")].encode())
    assert (report(dealership).kept, report(dealership).rejected_reasons) == (39, {"row cut_short": 1})


@pytest.mark.parametrize(
    ("amount", "source"),
    [
        ("{:.2f}", {"decimal": ","}),
        ("{:.1f}", {}),
        ("€ {:.2f}", {"currency": "€"}),
        ("{:.2f}EUR", {"currency": "EUR"}),
    ],
)
def test_decimal_commas_and_foreign_currencies(dealership, amount, source):
    rows = [[*row[:5], row[5].replace(".", ","), row[6]] for row in visits(amount=amount)]
    rows[0][5] = amount.format(1234.5).replace("1234.", "1.234,")
    data = "\r\n".join(";".join(row) for row in [HEADER, *rows]).encode()
    dealership.file("service_visits", "w.csv", data, **source)
    found = dealership.load().tables["service_visits"]["total_amount"]
    assert found.tolist() == [1234.5, *(100.5 + n for n in range(1, 40))]


def test_a_comma_between_thousands_is_no_decimal_comma(dealership):
    rows = visits()
    rows[0][5], rows[1][5], rows[2][5] = '"1,234"', '"1,234.5"', '"12,5"'
    found = table(dealership, rows)
    assert found["total_amount"].tolist()[:2] == [1234, 1234.5]
    assert report(dealership).unreadable == {"total_amount": 1}


@pytest.mark.parametrize(("unit", "factor"), [("万元", 10_000), ("千元", 1_000), ("元", 1)])
def test_amounts_in_another_unit(dealership, unit, factor):
    found = table(dealership, visits(amount="{:.3f}"), unit=unit)["total_amount"]
    assert found.iloc[1] == pytest.approx(101.5 * factor)


def test_rounded_ids_are_no_ids(dealership):
    rows = [[*row, "3.70102E+17"] for row in visits()]
    rows[0][0] = "2.02401E+11"
    frame = table(dealership, rows, header=[*HEADER, "客户号"])
    assert frame["customer_id"].isna().all()
    assert report(dealership).unreadable == {"customer_id": 39}
    assert report(dealership).rejected_reasons == {"ro_number unreadable": 1}
    (reason,) = dealership.load().rejects["reason"]
    assert "rounded by a spreadsheet" in reason


def lone_rows(count=120):
    first = date(2025, 1, 1)
    return [
        [f"W{n}", f"LFV{n:014}", str(first + timedelta(days=2 * n)), "定保", "", "1", ""]
        for n in range(count)
    ]


@pytest.mark.parametrize("early", [["2012-03-04"], ["1999-01-01"], ["1900-01-01"]])
def test_a_row_years_before_all_others_is_set_aside_and_named(dealership, early):
    rows = lone_rows()
    rows[50][2] = early[0]
    frame = table(dealership, rows)
    assert frame["visit_date"].min() == pd.Timestamp("2025-01-01")
    assert dealership.load().rejects["value"].tolist() == early
    if early != ["1900-01-01"]:
        assert report(dealership).rejected_reasons == {"visit_date lone": 1}
        assert len(table(dealership, rows, lone_rows="keep")) == 120


def test_several_early_rows_or_few_rows_at_all_are_data(dealership):
    rows = lone_rows()
    for place, year in enumerate((2019, 2020, 2021)):
        rows[place][2] = f"{year}-06-01"
    assert len(table(dealership, rows)) == 120
    few = lone_rows(20)
    few[0][2] = "2012-03-04"
    assert len(table(dealership, few)) == 20


def test_lines_of_an_order_are_added_up(dealership):
    lines = [[*row[:6], item] for row in visits() for item in ("机油", "轮胎", "轮胎")]
    header = [*HEADER[:6], "项目名称"]
    dealership.csv("service_visits", [header, *visits(), *[[*lines[0][:5], "7", "x"]]])
    assert "'lines: sum'" in dealership.problems()[0]
    frame = table(dealership, lines, header=header, lines="sum")
    assert frame["total_amount"].tolist() == [3 * (100.5 + n) for n in range(40)]
    assert (report(dealership).read, report(dealership).notes) == (120, {"lines_summed": 80})


def test_lines_that_name_another_vehicle_are_no_lines_of_an_order(dealership):
    rows = [*visits(), ["W000", "LFV99999999999999", "2024-01-29", "定保", "", "5", ""]]
    dealership.csv("service_visits", [HEADER, *rows], lines="sum")
    assert "ro_number W000 stands in different rows" in dealership.problems()[0]


def test_numbers_that_begin_anew_each_year(dealership):
    rows = [[f"{n % 30:05}", *row[1:]] for n, row in enumerate(visits())]
    for n, row in enumerate(rows):
        row[2] = str(date(2024 + n // 30, 5, 1 + n % 30))
    dealership.csv("service_visits", [HEADER, *rows])
    assert "'key_by_year: true'" in dealership.problems()[0]
    frame = table(dealership, rows, key_by_year=True)
    assert frame["ro_number"].tolist()[28:32] == ["2024-00028", "2024-00029", "2025-00000", "2025-00001"]


def test_the_state_of_a_later_file(dealership):
    older, newer = visits(amount=""), visits()
    for name, rows in (("w_1.csv", older[:30]), ("w_2.csv", newer[20:])):
        dealership.file("service_visits", name, "\n".join(",".join(r) for r in [HEADER, *rows]).encode())
    dealership.source("service_visits", path=["w_1.csv", "w_2.csv"])
    assert "'repeats: last_file'" in dealership.problems()[0]
    dealership.source("service_visits", path=["w_1.csv", "w_2.csv"], repeats="last_file")
    frame = dealership.load().tables["service_visits"]
    assert (len(frame), frame["total_amount"].notna().sum()) == (40, 20)
    assert report(dealership).notes == {"replaced_rows": 10}


def sales(dealership, vins):
    dealership.csv("vehicle_sales", [["底盘号", "开票日期"], *[[vin, "2024-01-02"] for vin in vins]])


def test_the_end_of_a_vin_is_completed_where_one_vehicle_alone_ends_so(dealership):
    vins = [f"LFVAA1B2C3D{n:06}" for n in range(40)]
    sales(dealership, [*vins, "LFVZZ9B2C3D000005"])
    rows = [[row[0], vins[n][-8:], *row[2:]] for n, row in enumerate(visits())]
    frame = table(dealership, rows)
    assert frame["vin"].drop(5).tolist() == vins[:5] + vins[6:]
    assert frame["vin"].iloc[5] == vins[5][-8:]
    assert report(dealership).notes == {"vins_completed": 39}


def test_visits_of_other_vehicles_than_the_ledger_has_are_counted(dealership):
    sales(dealership, ["LFVAA1B2C3D000001"])
    table(dealership, visits())
    assert report(dealership).warnings == {"vehicles_not_in_ledger": 40}


def test_orders_without_their_leading_zeros_are_completed(dealership):
    table(dealership, [[f"{n + 1:06}", *row[1:]] for n, row in enumerate(visits())])
    header = ["工单号", "项目名称", "分级", "报价", "结果"]
    dealership.csv("upsell_items", [header, *[[n + 1, "电瓶", "A", 9, "拒绝"] for n in range(45)]])
    items = dealership.load().tables["upsell_items"]["ro_number"]
    assert items.tolist() == [f"{n + 1:06}" for n in range(40)] + [str(n + 1) for n in range(40, 45)]
    assert dealership.report("upsell_items").notes == {"orders_completed": 40}


def test_a_total_in_the_list_of_staff_is_nobody_and_a_shifted_row_has_no_phone(dealership):
    dealership.csv("staff", [["姓名", "权重"], ["苗青", 1], ["总共", 4]])
    header = ["客户号", "姓名", "手机", "拒绝来电说明"]
    rows = [["C1", "马力", "13700001111", "是"], ["x", "C2", "周静华", ""], ["C3", "费扬", "010-6655", "否"]]
    dealership.csv("customers", [header, *rows])
    tables = dealership.load().tables
    assert tables["staff"]["staff"].tolist() == ["苗青"]
    assert tables["customers"]["phone"].isna().tolist() == [False, True, False]
    assert dealership.report("customers").warnings == {"do_not_call": 1}


@pytest.mark.parametrize("header", ["勿扰", "免打扰", "do_not_call", "DND", "是否勿扰"])
def test_customers_who_are_not_to_be_called_are_marked_and_words_nobody_knows_are_told(dealership, header):
    words = ["是", "否", "", "勿扰", "正常", "看情况"]
    rows = [[f"C{number}", word] for number, word in enumerate(words)]
    dealership.csv("customers", [["客户号", header], *rows])
    for _ in ("read", "kept"):
        store = dealership.load()
        marked = store.tables["customers"]["do_not_call"].astype(object).fillna("").tolist()
        assert marked == [True, False, "", True, False, ""]
        (remark,) = store.remarks.to_dict("records")
        assert (remark["file"], remark["row"], remark["value"]) == ("customers.csv", 7, "看情况")
        assert "sources.customers.words.do_not_call" in remark["reason"] and store.rejects.empty
    report = dealership.report("customers")
    assert report.unreadable == {"do_not_call": 1} and report.rejected == 0 and report.warnings == {}
    (told,) = [table for table in check(dealership.params_file)["tables"] if table["table"] == "customers"]
    assert told["remarks"][0].startswith("customers.csv row 7: do_not_call is neither yes nor no")


def test_a_cell_that_a_spreadsheet_would_calculate_is_text_in_the_rejects(dealership):
    cells = ["=2+5", "+cmd|1", "@A1", "-7", "待定"]
    rows = visits()
    for row, cell in zip(rows, cells, strict=False):
        row[2] = cell
    table(dealership, rows)
    shown = rejects_in_language("zh", dealership.load().rejects)["value"].tolist()
    assert shown == ["'=2+5", "'+cmd|1", "'@A1", "-7", "待定"]


def test_a_params_file_whose_aliases_multiply_is_refused_at_once(dealership):
    from csanalysis.errors import ParamsError
    from csanalysis.params import read_params

    lines = ["p: &p [a, a, a, a, a, a, a, a, a]"]
    lines += [f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in pairwise("pqrstuvw")]
    path = dealership.folder / "bomb.yml"
    path.write_text("\n".join(lines) + "\n" + yaml.safe_dump(dealership.params), encoding="utf-8")
    with pytest.raises(ParamsError, match="nested too deeply"):
        read_params(path)


def test_a_character_written_as_two_halves_is_one(dealership):
    from csanalysis.params import read_params

    path = dealership.folder / "json.yml"
    path.write_text(
        '{"dealership": {"id": "d", "name": "\\ud842\\udfb7\\u5e97"}, "plan_year": 2026, '
        '"sources": {"vehicle_sales": "a.csv", "service_visits": "b.csv"}}'
    )
    assert read_params(path).dealership.name == "𠮷店"


@pytest.mark.parametrize(("unknown", "warned"), [(2, {}), (3, {"rows_lost": 3})])
def test_many_rows_set_aside_are_a_warning_of_their_own(dealership, unknown, warned):
    rows = visits()
    for row in rows[:unknown]:
        row[3] = "装潢"
    table(dealership, rows)
    assert report(dealership).warnings == warned


@pytest.mark.parametrize("number", ["13912340077", "139-1234-0077", "371402198805120077"])
def test_a_phone_that_serves_as_an_id_does_not_leave_the_exports(dealership, number):
    rows = [[number, "甲"], [number, "乙"]]
    dealership.csv("customers", [["客户编号", "姓名"], *rows])
    (problem,) = dealership.problems()
    assert "customer_id …0077 stands in different rows" in problem
    assert number not in problem and number not in problem.zh


def test_the_first_of_all_rows_may_begin_a_quote_that_never_closes(dealership):
    lines = [",".join(map(str, row)) for row in [HEADER, *visits()]]
    lines[1] = '"' + lines[1]
    dealership.file("service_visits", "w.csv", "\n".join(lines).encode())
    assert (report(dealership).kept, report(dealership).warnings) == (40, {"stray_quotes": 1})
