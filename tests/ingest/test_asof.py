import pandas as pd
import pytest

SALES = [["车架号", "销售日期", "客户编号"]]
VISITS = [["委托书号", "车架号", "进厂日期", "维修类型", "客户编号", "结算日期"]]
DAY, LATER = "2025-12-31", "2026-01-01"


def column(dealership, table, name):
    return dealership.load().tables[table][name]


@pytest.mark.parametrize(
    ("table", "header", "row"),
    [
        (
            "survey_responses",
            ["问卷号", "调查日期", "调查项目", "题号", "得分"],
            ["{n}", "{date}", "css", "1", "9"],
        ),
        (
            "upsell_items",
            ["委托书号", "增项", "等级", "报价", "客户意见", "提报日期"],
            ["{n}", "x", "A", "1", "同意", "{date}"],
        ),
        ("contacts", ["回访编号", "回访时间", "回访类型", "车架号"], ["{n}", "{date} 18:30", "lead", "V1"]),
        ("leads", ["线索号", "建档日期", "状态"], ["{n}", "{date}", "open"]),
        ("referrals", ["转介绍号", "转介绍日期", "匹配"], ["{n}", "{date}", "是"]),
        ("campaigns", ["活动编号", "活动名称", "开始日期"], ["{n}", "x", "{date}"]),
        ("complaints", ["投诉号", "投诉日期", "车架号"], ["{n}", "{date}", "V1"]),
        ("appointments", ["预约号", "预约时间", "客户编号"], ["{n}", "{date} 09:15", "C1"]),
        ("policies", ["车架号", "类别", "到期日", "生效日期"], ["V{n}", "质保", "2028-06-30", "{date}"]),
        ("record_checks", ["核查日期", "资料类型", "是否正确", "责任人"], ["{date}", "发票", "是", "{n}"]),
        ("process_checks", ["检查日期", "被检查人", "检查项数", "合格项数"], ["{date}", "{n}", "9", "8"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_rows_dated_after_as_of_are_left_out_and_counted(dealership, table, header, row):
    rows = [
        [cell.format(n=n, date=date) for cell in row] for n, date in enumerate([DAY, LATER, "2025-01-01"])
    ]
    dealership.csv(table, [header, *rows])
    report = dealership.report(table)
    assert (report.read, report.after_as_of, report.kept) == (3, 1, 2)
    assert (str(report.first_date), str(report.last_date)) == ("2025-01-01", DAY)


def test_benchmarks_are_cut_by_month_and_the_running_month_stays(dealership):
    dealership.params["as_of"] = "2025-11-15"
    header = ["月份", "调查项目", "题号", "分中心均值"]
    rows = [[month, "css", "1", "9"] for month in ("2025年10月", "2025年11月", "2025年12月")]
    dealership.csv("survey_benchmarks", [header, *rows])
    assert dealership.report("survey_benchmarks").after_as_of == 1


def test_plans_and_lists_are_never_cut(dealership):
    dealership.csv("sales_targets", [["月份", "目标台数"], ["2026年1月", "55"], ["2026年2月", "45"]])
    dealership.csv(
        "actions", [["编号", "题号", "开始日期", "期限", "完成日"], ["Z1", "1", LATER, "2026-05-01", LATER]]
    )
    report = dealership.report("sales_targets")
    assert (report.kept, report.first_date) == (2, None)
    action = dealership.load().tables["actions"].iloc[0]
    assert action["start_date"] == pd.Timestamp(LATER)
    assert action["due_date"] == pd.Timestamp("2026-05-01")
    assert pd.isna(action["done_date"])


def test_a_rejected_row_after_as_of_counts_as_rejected_once(dealership):
    dealership.csv("referrals", [["转介绍号", "转介绍日期", "匹配"], ["1", LATER, "？"], ["2", DAY, "是"]])
    report = dealership.report("referrals")
    assert (report.rejected, report.after_as_of, report.kept) == (1, 0, 1)


def test_later_events_have_not_happened_yet(dealership):
    dealership.csv(
        "upsell_items",
        [
            [
                "委托书号",
                "增项",
                "等级",
                "报价",
                "客户意见",
                "提报日期",
                "建议完成日",
                "跟进日期",
                "跟进人",
                "补做日期",
                "补做金额",
            ],
            ["R1", "a", "A", "1", "拒绝", "2025-12-01", LATER, DAY, "甲", LATER, "88"],
            ["R1", "b", "A", "1", "拒绝", "2025-12-01", DAY, LATER, "甲", DAY, "88"],
        ],
    )
    frame = dealership.load().tables["upsell_items"]
    assert frame["due_date"].notna().all()
    assert frame["followed_up_date"].notna().tolist() == [True, False]
    assert frame["followed_up_by"].notna().tolist() == [True, False]
    assert frame["recovered_date"].notna().tolist() == [False, True]
    assert frame["recovered_amount"].notna().tolist() == [False, True]
    assert frame["recovered_date"].dtype == "datetime64[s]"


def test_a_lead_is_what_it_was_before_later_events(dealership):
    dealership.csv(
        "leads",
        [
            ["线索号", "建档日期", "状态", "战败日期", "激活日期", "激活人", "成交日期"],
            ["L1", "2025-12-01", "成交", "2025-12-05", "2025-12-20", "甲", LATER],
            ["L2", "2025-12-01", "战败", LATER, LATER, "乙", ""],
            ["L3", "2025-12-01", "成交", "2025-12-05", LATER, "乙", LATER],
            ["L4", "2025-12-01", "成交", "", "", "", "2025-12-30"],
        ],
    )
    frame = dealership.load().tables["leads"]
    assert frame["status"].tolist() == ["open", "open", "defeated", "won"]
    assert frame["won_date"].notna().tolist() == [False, False, False, True]
    assert frame["defeated_date"].notna().tolist() == [True, False, True, False]
    assert frame["reactivated_by"].fillna("").tolist() == ["甲", "", "", ""]


def test_visits_close_later_and_complaints_are_resolved_later(dealership):
    dealership.csv("service_visits", [*VISITS, ["R1", "V1", DAY, "首保", "C1", LATER]])
    dealership.csv("complaints", [["投诉号", "投诉日期", "车架号", "结案日期"], ["T1", DAY, "V1", LATER]])
    assert column(dealership, "service_visits", "close_date").isna().all()
    assert column(dealership, "complaints", "resolved_date").isna().all()


def test_a_customer_alone_means_the_vehicle_most_recently_in_the_workshop_else_sold(dealership):
    dealership.csv(
        "vehicle_sales",
        [
            *SALES,
            ["V1", "2024-01-01", "C1"],
            ["V2", "2025-06-01", "C1"],
            ["V3", "2024-01-01", "C2"],
            ["V4", "2025-01-01", "C2"],
            ["V9", LATER, "C2"],
        ],
    )
    dealership.csv(
        "service_visits",
        [
            *VISITS,
            ["R1", "V1", "2025-03-01", "首保", "C1", ""],
            ["R2", "V2", "2025-02-01", "首保", "C1", ""],
            ["R3", "V2", LATER, "定保", "C1", ""],
            ["R5", "V6", "2025-05-05", "定保", "C3", ""],
            ["R4", "V5", "2025-05-05", "定保", "C3", ""],
        ],
    )
    header = ["回访编号", "回访时间", "回访类型", "车架号", "客户编号"]
    customers = ["C1", "C2", "C3", "C4"]
    rows = [[f"H{c}", "2025-07-01", "lead", "", c] for c in customers]
    dealership.csv("contacts", [header, *rows, ["H0", "2025-07-01", "lead", "V7", "C1"]])
    vins = column(dealership, "contacts", "vin")
    assert vins.fillna("").tolist() == ["V1", "V4", "V6", "", "V7"]
    assert vins.dtype == "str"


def test_no_customer_known_leaves_the_vin_empty(dealership):
    dealership.csv("complaints", [["投诉号", "投诉日期", "客户编号"], ["T1", DAY, "C1"]])
    assert column(dealership, "complaints", "vin").isna().all()


def test_a_required_table_wholly_after_as_of_is_a_problem(dealership):
    dealership.params["as_of"] = "2024-12-31"
    problems = dealership.problems()
    assert [problem.split(":")[0] for problem in problems] == [
        "sources.vehicle_sales",
        "sources.service_visits",
    ]
    assert "after as_of 2024-12-31" in problems[0]
