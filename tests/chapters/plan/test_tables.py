import pytest

from csanalysis.chapters.plan import figures as plan_figures
from csanalysis.chapters.plan import sentences as plan_sentences
from csanalysis.chapters.plan import tables as plan_tables
from csanalysis.chapters.plan import tables_targets as plan_tables_targets
from csanalysis.metrics.results import Results, tidy

PLAN = "2026"


@pytest.fixture(scope="module")
def results():
    """A churn target that was never met and is out of reach, a late-entry rule always met, two moves."""
    churn = {"target": "churn_rate_target", "rule": "fixed"}
    late = {"target": "late_entry_target", "rule": "last_year_held"}
    years = ["2023", "2024", "2025"]
    moves = ["service_due", "defeated_leads"]
    return Results(
        {
            "annual_churn_rate": tidy(years, value=[0.30, 0.31, 0.32]),
            "churn_rate_target": [tidy([PLAN], value=0.26), tidy([PLAN], value=0.26, rule="fixed")],
            "late_entry_rate": tidy(years, value=[0.09, 0.08, 0.07]),
            "late_entry_target": tidy([PLAN], value=0.07),
            "target_range_rate": tidy(
                [PLAN] * 2, value=[0.26, 0.07], low=[0.28, 0.05], high=[0.36, 0.09],
                target=["churn_rate_target", "late_entry_target"],
            ),
            "target_value": tidy([PLAN] * 2, value=[60_000, float("nan")], target=["churn_rate_target", "late_entry_target"]),
            "retention_value": tidy([PLAN], value=10_000, points="1"),
            "rule_backtest_rate": [
                tidy(years, value=0.26, numerator=[0.30, 0.31, 0.32], **churn),
                tidy(years, value=[0.1, 0.09, 0.08], numerator=[0.09, 0.08, 0.07], **late),
            ],
            "rule_met_share": [
                tidy(["2023/2025"], numerator=0, denominator=3, **churn),
                tidy(["2023/2025"], numerator=3, denominator=3, **late),
            ],
            "calls_possible": tidy([PLAN], value=900),
            "calls_planned": [tidy([PLAN] * 2, value=[100, 430.4], use=["duties", "choice"]), tidy([PLAN], value=530.4)],
            "caller_worth": tidy([PLAN], numerator=300, value=9_000),
            "move_cases": [
                tidy(
                    [PLAN] * 8, value=[700, 250, 9, 42, 80, 40, 30, 1],
                    move=[*moves, "trade_in", "contact_window", "win_back", "declined_items", "declined_c_items", "weak_item"],
                    denominator=[750, 250, 9, 42, 80, 40, 30, 1],
                ),
                tidy([PLAN] * 2, value=[700, 100], move=moves, part="planned"),
            ],
            "move_inferred_share": tidy([PLAN], numerator=450, denominator=750, move=moves[:1]),
            "move_left_out": tidy(
                [PLAN] * 5, value=[50, 100, 4, 36, 30], why_not=["no_phone", "capacity", "capacity", "no_phone", "capacity"],
                move=[*["defeated_leads"] * 2, *["declined_items"] * 2, "declined_c_items"],
            ),
            "move_effect": [
                tidy(
                    [PLAN] * 5, value=[0.2, 0.1, 0.02, 0.1, 0.1], low=[0.02, 0.05, -0.01, 0.05, 0.05],
                    high=[0.38, 0.15, 0.05, 0.2, 0.2],
                    move=[*moves, "win_back", "declined_items", "declined_c_items"],
                    basis=["matched", "history", "matched", "history", "history"],
                ),
                tidy(
                    [PLAN] * 2, value=float("nan"), denominator=[5_207, float("nan")],
                    move=["contact_window", "trade_in"], basis=["none"] * 2,
                ),
            ],
            "move_amount": tidy([PLAN] * 2, value=[320, 300], move=moves),
            "move_calls": [
                tidy([PLAN] * 2, value=[350.4, 80], move=moves, part="planned"),
                tidy([PLAN], value=430.4, part="planned"),
                tidy([PLAN], value=77, part="others"),
                tidy([PLAN] * 3, value=[50, 45, 0], move=["declined_items", "declined_c_items", "weak_item"]),
            ],
            "move_value": [
                tidy(
                    [PLAN] * 8, value=[44_800, 7_500, float("nan"), float("nan"), 600, 900, 800, 5_000],
                    move=[*moves, "trade_in", "contact_window", "win_back", "declined_items", "declined_c_items", "weak_item"],
                ),
                tidy([PLAN] * 2, value=[44_800, 3_000], low=[-9, 1_500], high=[90_000, 4_500], move=moves, part="planned"),
                tidy([PLAN], value=44_800, part="planned"),
                tidy([PLAN], value=3_000, part="planned", basis="history"),
            ],
            "move_rank": tidy([PLAN] * 2, value=[1, 2], move=moves),
        }
    )  # fmt: skip


def texts(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


@pytest.fixture
def params(params_of):
    """The churn rule in use is the fixed one."""
    return params_of(churn={"rule": "fixed", "fixed_rate": 0.26})


def test_a_target_s_row_has_past_range_rule_worth_owner_and_first_step(results, params):
    table = plan_tables_targets.targets(results, params=params, language="en")
    churn, late = texts(table)
    assert churn == [
        "Churn rate", "30.0%", "31.0%", "32.0%", "", "26.0%", "28.0–36.0%", "26.0% (Fixed rate)", "¥60,000",
        "Service and customer service", "From 4 Jan: remind 700 due for service",
    ]  # fmt: skip
    assert late[8] == "—" and "none is made up" in table.note


def test_moves_show_whole_calls_and_their_sum(results):
    first, second, total = texts(plan_tables.moves(results, plan_year=2026, language="zh"))
    assert first[:4] == ["1", "保养到期提醒", "700", "350"]
    assert first[-1] == "比对并已检验（由其他通话推算）"
    assert second[2:7] == ["100", "80", "10.0%", "¥300", "至多¥3,000"]
    assert (total[3], total[6]) == ("430", "¥44,800")


def test_every_number_shown_is_the_one_in_the_results(results, params):
    tables = (
        plan_tables_targets.targets(results, params=params, language="en"),
        plan_tables.moves(results, plan_year=2026, language="en"),
        plan_tables.rules_tested(results, params=params, language="en"),
    )
    for table in tables:
        shown = list(table.numbers)
        assert shown
        for cell in shown:
            row = results.select(cell.metric, None, period=cell.period, **cell.group)
            assert row[cell.field].iloc[0] == pytest.approx(cell.value, nan_ok=True) or cell.value is None


def test_what_was_always_or_never_met_is_said(results, params):
    said = str(plan_sentences.about_rule_backtests(results, params=params, language="en"))
    assert "**Churn rate** (Fixed rate): never met in the 3 years tested, 2023–2025" in said
    assert "**Late entries** (As last year): met in every one of the 3 years" in said
    figure = plan_figures.rule_backtests(results, params=params, language="en")
    assert figure.title == "Rules in use: 1 never met, 1 always met"
    assert "26.0%" in figure.alt and "32.0%" in figure.alt


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("zh", ["750辆车三个月内保养到期，或已过期，其中700个以此为首要联系原因", "其中保养到期提醒的¥44,800由其他通话推算", "名单上60.0%的客户属于过去很少", "反证检验", "其中100个，全年约80通电话（一季度未排入：100个期限内外呼已排满、50个没有电话号码）", "仅作上限参考", "缺乏能说明效果的历史数据，暂不估值：置换邀约（9个）", "不能证明打电话有效果，暂不估值：联络窗口电话（42个）", "**¥44,800**",
                "**至多¥3,000**", "不列为举措：流失招揽（80个）", "另有77通", "无法拨打，未列入计划：跟进A、B级拒绝项（36个没有电话号码、4个期限",
                "暂不列入计划：跟进C级拒绝项（30个，45通，至多¥800）", "靠店内整改的：补齐满意度弱项题（至多¥5,000）", "外呼产能900通，按日排入530通：必打的100通", "全年可多打约300通"]),
        ("en", ["750 vehicles are due", "700 of them with this as the main reason", "¥44,800, Service-due reminders, is inferred from other calls", "60.0% of the list are of a kind hardly ever called", "negative control", "100 of them are planned, in about 80 calls", "100 with no call free in time", "at most", "so no value is given: Trade-in calls (9 cases)", "prove nothing of what these change, so no value is given: Contact-window calls (42 cases)",
                "**¥44,800**", "**at most ¥3,000**", "so no move: Win-back calls (80 cases)", "Another 77 calls", "(36 without a phone number",
                "(30 cases, 45 calls, at most ¥800)", "takes no calls: Fix the weakest survey item (at most ¥5,000)",
                "can make 900 calls in the year, of which 530 are given to days; 100 of these are owed", "**¥9,000** more"]),
    ],
)  # fmt: skip
def test_each_move_is_reasoned_from_its_numbers(results, language, parts):
    said = str(plan_sentences.about_moves(results, plan_year=2026, language=language))
    assert [part for part in parts if part not in said] == []


def test_a_target_beyond_the_range_to_expect_is_named(results):
    said = str(plan_sentences.about_plan(results, plan_year=2026, language="en"))
    assert "**Hard to meet**: Churn rate, target 26.0% (to expect: 28.0–36.0%)" in said
    assert "no more than last year" not in said and "Late entries" not in said


def test_only_what_last_year_gave_is_said_to_ask_for_no_more(results):
    others = Results.from_rows(row for row in results if row.metric != "annual_churn_rate")
    held = Results({"annual_churn_rate": tidy(["2023", "2024", "2025"], value=[0.30, 0.31, 0.26])})
    said = str(plan_sentences.about_plan(others + held, plan_year=2026, language="en"))
    assert "no more than last year**: Churn rate, target 26.0%" in said and "Hard to meet" not in said
