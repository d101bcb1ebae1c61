"""Answers side by side, sums, constants, encodings, the latest of several rows; targets in Chinese; people."""

import pytest

from csanalysis.errors import ParamsError

SURVEY = [
    ["回访日期", "服务顾问", "接待", "等待", "总体"],
    ["2025-05-01", "王芳", "9", "8", "9"],
    ["2025-05-02", "李强", "7", "", "8"],
    ["2025-05-02", "李强", "7", "", "8"],
]


def test_answers_side_by_side_are_a_row_each(dealership):
    dealership.csv(
        "survey_responses",
        SURVEY,
        wide={"接待": "A1", "等待": "A2", "总体": "total"},
        constants={"programme": "售后"},
        columns={"服务顾问": "staff"},
    )
    answers = dealership.load().tables["survey_responses"]
    assert answers[["item_code", "item_name", "score"]].to_numpy().tolist() == [
        ["A1", "接待", 9], ["A2", "等待", 8], ["total", "总体", 9], ["A1", "接待", 7], ["total", "总体", 8],
    ]  # fmt: skip
    assert answers["response_id"].nunique() == 2 and set(answers["programme"]) == {"售后"}
    report = dealership.report("survey_responses")
    assert (report.read, report.repeated, report.kept) == (7, 2, 5)
    assert report.unused_headers == ()


def test_a_survey_nobody_answered_is_rejected_once(dealership):
    rows = [SURVEY[0], SURVEY[1], ["2025-06-01", "王芳", "", "", ""]]
    dealership.csv("survey_responses", rows, wide=["接待", "等待", "总体"], constants={"programme": "售后"})
    report = dealership.report("survey_responses")
    assert report.rejected_reasons == {"score missing": 1} and report.read == 4


def test_a_sum_of_columns_and_a_constant(dealership):
    rows = [
        ["委托书号", "车架号", "进厂日期", "工时", "材料"],
        ["R1", "VIN1", "2025-03-05", "1000.50", "2.25"],
        ["R2", "VIN2", "2025-03-06", "", "7"],
        ["R3", "VIN2", "2025-03-07", "", ""],
    ]
    dealership.csv(
        "service_visits", rows, sums={"total_amount": ["工时", "材料"]}, constants={"service_type": "保养"}
    )
    visits = dealership.load().tables["service_visits"]
    assert visits["total_amount"].fillna(-1).tolist() == [1002.75, 7, -1]
    assert set(visits["service_type"]) == {"scheduled_service"}


def test_a_header_of_a_sum_that_no_sheet_has_is_told(dealership):
    rows = [["委托书号", "车架号", "进厂日期", "维修类型"], ["R1", "VIN1", "2025-03-05", "首保"]]
    dealership.csv("service_visits", rows, sums={"total_amount": ["工时费用"]})
    assert any("sums: no sheet has a column '工时费用'" in line for line in dealership.problems())


@pytest.mark.parametrize("target", ["委托书号", "工单号", "ro_number"])
def test_targets_may_be_chinese(dealership, target):
    rows = [["单据", "车架号", "进厂日期", "类"], ["R1", "VIN1", "2025-03-05", "免费"]]
    dealership.csv(
        "service_visits",
        rows,
        columns={"单据": target, "类": "维修类型"},
        words={"维修类型": {"免费": "首保"}},
    )
    visits = dealership.load().tables["service_visits"]
    assert visits[["ro_number", "service_type"]].to_numpy().tolist() == [["R1", "first_service"]]


def test_the_latest_row_of_a_number_counts_wherever_it_stands(dealership):
    rows = [
        ["委托书号", "车架号", "进厂日期", "维修类型", "结算金额", "修改时间"],
        ["R1", "VIN1", "2025-03-05", "首保", "300", "2025-03-09 10:00"],
        ["R1", "VIN1", "2025-03-05", "首保", "100", "2025-03-05 10:00"],
        ["R2", "VIN2", "2025-03-05", "首保", "50", ""],
    ]
    dealership.csv("service_visits", rows, repeats={"latest_by": "修改时间"})
    assert dealership.load().tables["service_visits"]["total_amount"].tolist() == [300, 50]
    report = dealership.report("service_visits")
    assert report.notes == {"replaced_rows": 1} and (report.read, report.repeated, report.kept) == (3, 1, 2)


def test_names_and_phones_on_orders_fill_customers(dealership):
    dealership.csv(
        "vehicle_sales",
        [
            ["车架号", "销售日期", "客户编号", "客户姓名"],
            ["VIN1", "2025-01-05", "K1", "赵敏"],
            ["VIN2", "2025-02-05", "K2", ""],
        ],
    )
    dealership.csv(
        "customers", [["客户编号", "姓名", "手机"], ["K1", "赵敏", ""], ["K2", "钱艳", "13900000002"]]
    )
    dealership.csv(
        "service_visits",
        [
            ["委托书号", "车架号", "进厂日期", "维修类型", "送修人", "送修人电话"],
            ["R1", "VIN1", "2025-03-05", "首保", "赵敏", "13900000001"],
            ["R2", "VIN2", "2025-04-05", "定保", "孙刚", "13900000009"],
            ["R3", "VIN3", "2025-04-06", "定保", "周杰", "13900000003"],
            ["R4", "VIN3", "2025-05-06", "定保", "周杰", "139-0000-0003"],
        ],
    )
    tables = dealership.load().tables
    visits, people = tables["service_visits"], tables["customers"].set_index("customer_id")
    assert visits["customer_id"].tolist()[:2] == ["K1", "K2"]
    made = visits["customer_id"].tolist()[2:]
    assert made[0] == made[1] and "13900000003" not in made[0]
    assert people.loc["K1", "phone"] == "13900000001" and people.loc["K2", "phone"] == "13900000002"
    assert people.loc[made[0], ["name", "phone"]].tolist() == ["周杰", "139-0000-0003"]
    for name in ("vehicle_sales", "service_visits"):
        assert tables[name][["customer_name", "customer_phone"]].isna().all(axis=None)


def test_an_encoding_that_is_said(dealership):
    path = dealership.csv(
        "vehicle_sales",
        [["車架號", "銷售日期"]],
        encoding="big5",
        columns={"車架號": "vin", "銷售日期": "sale_date"},
    )
    path.write_bytes("車架號,銷售日期\r\nVIN1,2025-01-05\r\n".encode("big5"))
    assert dealership.load().tables["vehicle_sales"]["vin"].tolist() == ["VIN1"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ({"encoding": "utf-88"}, "is no encoding"),
        ({"sums": {"totl": ["工时"]}}, "is no column of service_visits"),
        ({"constants": {"项目": "x"}}, "is no column of service_visits"),
        ({"wide": ["接待"]}, "side by side"),
    ],
)
def test_what_makes_no_sense_is_refused(dealership, source, said):
    dealership.csv("service_visits", [["委托书号"], ["R1"]], **source)
    with pytest.raises(ParamsError) as caught:
        dealership.load()
    assert said in str(caught.value)
