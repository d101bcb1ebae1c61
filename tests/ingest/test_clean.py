import datetime as dt

import pandas as pd
import pytest

from csanalysis.schema import TABLES
from csanalysis.schema.frames import frame_schema

HEADER = ["委托书号", "车架号", "进厂日期", "维修类型", "里程", "接待", "结算金额", "备注"]
ROW = ["R1", "LSVA1", "2025/3/5", "首保", "5255 km", "黄强", "￥190.00", "x"]


def visit(**changed):
    return [changed.get(name, cell) for name, cell in zip(HEADER, ROW, strict=True)]


def counts(report):
    return report.read, report.repeated, report.rejected, report.after_as_of, report.kept


def test_typed_rows_with_every_column_of_the_schema(dealership):
    dealership.csv("service_visits", [HEADER, visit(里程='"5,255 km"')])
    frame = dealership.load().tables["service_visits"]
    assert list(frame) == list(TABLES["service_visits"].by_name)
    row = frame.iloc[0]
    assert (row["ro_number"], row["vin"], row["visit_date"]) == ("R1", "LSVA1", pd.Timestamp("2025-03-05"))
    assert (row["service_type"], row["mileage_km"], row["total_amount"]) == ("first_service", 5255, 190)
    assert (
        frame.drop(columns=["ro_number", "vin", "visit_date", "service_type", "mileage_km", "advisor"])
        .drop(columns="total_amount")
        .isna()
        .all(axis=None)
    )
    frame_schema(TABLES["service_visits"]).validate(frame)


def test_a_repeat_is_equal_in_every_column_however_written(dealership):
    same = visit(车架号="ｌｓｖａ1 ", 进厂日期="20250305", 维修类型="首次保养", 里程="5255", 结算金额="190")
    other = visit(委托书号="R2", 备注="y")
    dealership.csv("service_visits", [HEADER, visit(里程="5255km"), other, same])
    assert counts(dealership.report("service_visits")) == (3, 1, 0, 0, 2)
    assert dealership.load().tables["service_visits"]["ro_number"].tolist() == ["R1", "R2"]


@pytest.mark.parametrize(("mark", "amount"), [(",", 190.5), (".", 1905)])
def test_the_decimal_mark_of_the_source_is_that_of_its_amounts(dealership, mark, amount):
    dealership.csv(
        "service_visits", [HEADER, visit(结算金额='"190,5"' if mark == "," else '"1,905"')], decimal=mark
    )
    assert dealership.load().tables["service_visits"]["total_amount"].tolist() == [amount]


def test_a_repeat_in_another_yearly_file(dealership):
    (dealership.folder / "visits_2024.csv").write_bytes(
        "\n".join(",".join(row) for row in [HEADER, visit(里程="5255")]).encode("gbk")
    )
    (dealership.folder / "visits_2025.csv").write_bytes(
        "\n".join(",".join(row) for row in [HEADER, visit(里程="5255km", 进厂日期="45721")]).encode()
    )
    dealership.source("service_visits", path="visits_*.csv")
    assert counts(dealership.report("service_visits")) == (2, 1, 0, 0, 1)


def test_a_repeated_row_that_is_unusable_counts_as_repeated_once(dealership):
    bad = visit(进厂日期="待定")
    dealership.csv("service_visits", [HEADER, visit(里程="1"), bad, bad])
    report = dealership.report("service_visits")
    assert (report.read, report.repeated, report.rejected) == (3, 1, 1)


def test_tables_without_key_drop_repeats_only(dealership):
    header = ["核查日期", "资料类型", "是否正确", "责任人"]
    rows = [
        ["2025-01-02", "发票", "是", "甲"],
        ["2025-01-02", "发票", "是", "乙"],
        ["2025/1/2", "发票", "对", "甲"],
    ]
    dealership.csv("record_checks", [header, *rows])
    assert counts(dealership.report("record_checks")) == (3, 1, 0, 0, 2)


def test_columns_that_nobody_reads_tell_repeats_apart_by_what_they_mean(dealership):
    """Alike in what is read: the 4th is the 1st again, its day of entry written otherwise; the others differ."""
    header = ["核查日期", "资料类型", "是否正确", "责任人", "登记日期", "柜号"]
    told = [("2020/1/1", "7"), ("2020/1/1", "8"), ("2020/1/2", "7"), ("20200101", "7"), ("2020/1/2", "")]
    dealership.csv("record_checks", [header, *(["2025-01-02", "发票", "是", "甲", *rest] for rest in told)])
    assert counts(dealership.report("record_checks")) == (5, 1, 0, 0, 4)


@pytest.mark.parametrize(
    ("changed", "column", "problem", "value"),
    [
        ({"委托书号": ""}, "ro_number", "missing", None),
        ({"委托书号": "—"}, "ro_number", "missing", None),
        ({"车架号": " "}, "vin", "missing", None),
        ({"车架号": "待补"}, "vin", "unreadable", None),
        ({"进厂日期": ""}, "visit_date", "missing", None),
        ({"进厂日期": "05/07/2025"}, "visit_date", "unreadable", "05/07/2025"),
        ({"进厂日期": "13800000000"}, "visit_date", "unreadable", None),
        ({"维修类型": "美容装潢"}, "service_type", "unknown_word", "美容装潢"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_rows_set_aside(dealership, changed, column, problem, value):
    good = visit(委托书号="R0", 里程="1")
    dealership.csv("service_visits", [["维修台账"], HEADER, good, visit(**{"里程": "1", **changed})])
    store = dealership.load()
    (reject,) = store.rejects.to_dict("records")
    assert reject["table"] == "service_visits"
    assert (reject["file"], reject["sheet"], reject["row"]) == ("service_visits.csv", "", 4)
    assert (reject["column"], reject["problem"]) == (column, problem)
    assert reject["value"] == value if value else pd.isna(reject["value"])
    assert value is None or problem != "unknown_word" or value in reject["reason"]
    report = next(report for report in store.quality if report.table == "service_visits")
    assert report.rejected_reasons == {f"{column} {problem}": 1}
    assert store.tables["service_visits"]["ro_number"].tolist() == ["R0"]


def test_an_unknown_word_of_an_optional_vocabulary_is_set_aside_too(dealership):
    header = ["投诉号", "投诉日期", "车架号", "级别"]
    rows = [
        ["T1", "2025-01-02", "V1", "一般"],
        ["T2", "2025-01-02", "V1", "火星"],
        ["T3", "2025-01-02", "V1", ""],
    ]
    dealership.csv("complaints", [header, *rows])
    assert counts(dealership.report("complaints")) == (3, 0, 1, 0, 2)


def test_a_row_that_names_neither_vehicle_nor_customer(dealership):
    header = ["投诉号", "投诉日期", "车架号", "客户编号"]
    rows = [["T1", "2025-01-02", "", ""], ["T2", "2025-01-02", "V1", ""], ["T3", "2025-01-02", "", "C1"]]
    dealership.csv("complaints", [header, *rows])
    store = dealership.load()
    assert store.tables["complaints"]["complaint_id"].tolist() == ["T2", "T3"]
    assert store.rejects["column"].tolist() == ["vin/customer_id"]


def test_an_unreadable_optional_cell_becomes_empty_and_is_counted(dealership):
    rows = [visit(里程="—", 结算金额="面议"), visit(委托书号="R2", 里程="—"), visit(委托书号="R3", 里程="")]
    dealership.csv("service_visits", [HEADER, *rows])
    assert dealership.report("service_visits").unreadable == {"mileage_km": 2, "total_amount": 1}
    assert dealership.load().tables["service_visits"]["mileage_km"].isna().all()


def test_defaults_fill_empty_cells_and_missing_columns(dealership):
    dealership.csv(
        "vehicle_sales",
        [["车架号", "销售日期", "是否自销"], ["V1", "2025-01-01", ""], ["V2", "2025-01-01", "否"]],
    )
    header = ["问卷号", "调查日期", "调查项目", "题号", "得分"]
    dealership.csv("survey_responses", [header, ["Q1", "2025-01-02", "css", "11.10", "9"]])
    tables = dealership.load().tables
    assert tables["vehicle_sales"]["self_sold"].tolist() == [True, False]
    assert tables["vehicle_sales"]["is_local"].tolist() == [True, True]
    assert tables["survey_responses"]["source"].tolist() == ["oem"]
    assert tables["survey_responses"]["item_code"].tolist() == ["11.10"]


def test_excel_numbers_dates_and_truth_values(dealership):
    header = ["委托书号", "车架号", "进厂日期", "维修类型", "里程", "是否返修", "客户编号"]
    rows = [
        [1001.0, "V1", dt.date(2025, 3, 5), "首保", 5255.5, True, 77.0],
        ["1002", "V2", 45721, "定保", "1.2万公里", "否", "C1"],
        ["合计", None, None, None, 17255.5],
    ]
    dealership.xlsx("service_visits", {"Sheet1": [["台账"], header, *rows]})
    frame = dealership.load().tables["service_visits"]
    assert frame["ro_number"].tolist() == ["1001", "1002"]
    assert frame["customer_id"].tolist() == ["77", "C1"]
    assert frame["visit_date"].tolist() == [pd.Timestamp("2025-03-05")] * 2
    assert frame["mileage_km"].tolist() == [5255.5, 12000]
    assert frame["is_rework"].tolist() == [True, False]


def test_two_different_rows_under_one_key_are_named(dealership):
    dealership.csv(
        "service_visits",
        [HEADER, visit(里程="1"), visit(里程="2", 接待="甲"), visit(委托书号="R2", 里程="1")],
    )
    (problem,) = dealership.problems()
    assert problem.startswith("sources.service_visits: ro_number R1 stands in different rows")
    assert "service_visits.csv row 2, service_visits.csv row 3" in problem
    assert "differ in mileage_km, advisor" in problem


def test_a_key_conflict_shows_no_full_vin(dealership):
    header = ["车架号", "销售日期", "车型"]
    vin = "LSVAAWCK98C000539"
    dealership.csv(
        "vehicle_sales", [header, [vin, "2025-01-05", "a"], [vin, "2025-01-05", "b"], ["V", "2025-01-05", ""]]
    )
    (problem,) = dealership.problems()
    assert "vin …000539, sale_date 2025-01-05" in problem
    assert vin not in problem


def test_rows_that_differ_only_in_columns_not_read_conflict_too(dealership):
    dealership.csv("service_visits", [HEADER, visit(里程="1"), visit(里程="1", 备注="y")])
    assert "differ in columns or times that are not read" in dealership.problems()[0]


def test_many_conflicts_are_counted(dealership):
    rows = [visit(委托书号=f"R{n}", 里程=str(m)) for n in range(8) for m in range(2)]
    dealership.csv("service_visits", [HEADER, *rows])
    problems = dealership.problems()
    assert len(problems) == 6
    assert "and 3 more keys" in problems[-1]


def test_a_vin_may_be_sold_twice_on_different_days(dealership):
    dealership.csv("vehicle_sales", [["VIN", "销售日期"], ["V1", "2024-01-05"], ["V1", "2025-01-05"]])
    assert counts(dealership.report("vehicle_sales")) == (2, 0, 0, 0, 2)


def test_rows_with_a_part_of_the_key_empty_do_not_conflict(dealership):
    header = ["检查日期", "被检查人", "流程", "检查项数", "合格项数"]
    rows = [["2025-01-04", "甲", "", "13", "12"], ["2025-01-04", "甲", "", "11", "10"]]
    dealership.csv("process_checks", [header, *rows])
    assert counts(dealership.report("process_checks")) == (2, 0, 0, 0, 2)


def test_checks_of_one_day_at_different_times_are_no_repeats(dealership):
    header = ["核查日期", "资料类型", "是否正确"]
    rows = [
        ["2025-01-05 09:00", "发票", "是"],
        ["2025/1/5 14:00", "发票", "是"],
        ["2025-01-05 9:00", "发票", "是"],
    ]
    dealership.csv("record_checks", [header, *rows])
    assert counts(dealership.report("record_checks")) == (3, 1, 0, 0, 2)


def test_one_order_at_two_times_is_a_conflict(dealership):
    rows = [visit(进厂日期="2025-05-07 09:00"), visit(进厂日期="2025-05-07 10:00")]
    dealership.csv("service_visits", [HEADER, *rows])
    assert "ro_number R1 stands in different rows" in dealership.problems()[0]


@pytest.mark.parametrize(
    ("column", "first", "later"),
    [("版本", "9", "10"), ("修改时间", "2025-03-05 09:00", "2025/3/5 10:00"), ("里程", "900", "5,255 km")],
    ids=["a number that nobody else reads", "a time", "a column of the table by its header"],
)
def test_of_several_rows_of_an_order_the_latest_counts(dealership, column, first, later):
    place = HEADER.index(column) if column in HEADER else None

    def row(amount, written, **changed):
        cells = visit(结算金额=amount, 里程="1", **changed)
        if place is None:
            return [*cells, written]
        return [*cells[:place], written, *cells[place + 1 :]]

    rows = [row("10", first), row("20", later), row("30", ""), row("40", first, 委托书号="R2")]
    header = HEADER if place is not None else [*HEADER, column]
    dealership.csv(
        "service_visits",
        [header, *(['"' + cell + '"' for cell in each] for each in rows)],
        repeats={"latest_by": column},
    )
    frame = dealership.load().tables["service_visits"]
    assert dict(zip(frame["ro_number"], frame["total_amount"], strict=True)) == {"R1": 20, "R2": 40}
    report = dealership.report("service_visits")
    assert (report.read, report.kept, report.repeated) == (4, 2, 2)
    assert report.notes == {"replaced_rows": 2}


def test_equal_lines_of_one_file_are_lines_and_of_two_files_repeats(dealership):
    """Two lines of 95 in each yearly file: the second file repeats both, so the order is of 190."""
    line = visit(结算金额="95", 里程="1")
    for year in (2024, 2025):
        (dealership.folder / f"visits_{year}.csv").write_text(
            "\n".join(",".join(row) for row in [HEADER, line, line]), encoding="utf-8"
        )
    dealership.source("service_visits", path="visits_*.csv", lines="sum")
    assert dealership.load().tables["service_visits"]["total_amount"].tolist() == [190]
    report = dealership.report("service_visits")
    assert (report.read, report.kept, report.repeated) == (4, 1, 3)
