"""How 龙山宏远 writes its appointments, what runs out, and what it notes of itself."""

from csanalysis.demo.export import Export, Fault, parse_columns
from csanalysis.demo.forms import (
    as_is,
    chinese,
    digit_month,
    digits,
    mixed_forms,
    plain,
    slashed,
    vin,
    vocabulary,
    with_affixes,
    yes_no,
)

YES_NO = yes_no("Y", "N")
_ROLES = vocabulary("service_advisor 服务顾问 | technician 技师 | sales_consultant 销售顾问 | agent 客服专员")

RECORDS = (
    Export(
        "appointments",
        "预约台账.xlsx",
        parse_columns(
            "appointment_id 预约编号 | appointment_date 预约进厂时间 | vin 车架号码 | customer_id 会员号 | "
            "created_date 受理日期 | advisor 服务顾问 | shown 是否到店"
        ),
        {
            "appointment_date": as_is,
            "vin": vin,
            "created_date": mixed_forms(as_is, (chinese, 0.02)),
            "shown": YES_NO,
        },
        sheet="{year}年",
        title="{year}年预约台账",
        faults=(Fault("appointment_date", "再约", 2, "without a readable date (再约)"),),
        repeats=3,
    ),
    Export(
        "record_checks",
        "资料核查.csv",
        parse_columns(
            "check_date 检查日期 | record_type 档案类型 | correct 正确 | staff 人员 | field 字段 | "
            "hours_to_entry 录入时长"
        ),
        {
            "check_date": digits,
            "record_type": vocabulary("invoice 发票 | phone 电话 | lead_card 黄卡 | repair_file 工单档案"),
            "correct": yes_no("√", "×"),
            "hours_to_entry": with_affixes("", plain, "小时"),
        },
        repeats=2,
    ),
    Export(
        "process_checks",
        "流程检查.csv",
        parse_columns(
            "check_date 检查日期 | staff 人员 | role 职务 | process 检查流程 | items_checked 检查项数 | "
            "items_passed 合格项数"
        ),
        {"role": _ROLES},
        encoding="gbk",
        delimiter="\t",
        repeats=2,
    ),
    Export(
        "sales_targets",
        "目标.csv",
        parse_columns("month 月份 | units 目标"),
        {"month": digit_month},
        encoding="utf-8",
    ),
    Export(
        "staff",
        "员工.csv",
        parse_columns("staff 人员 | role 职务 | team 小组 | weight 权重"),
        {"role": _ROLES},
        encoding="gb18030",
    ),
    Export(
        "team_requests",
        "认领.csv",
        parse_columns("vin 底盘号 | team 班组 | request_date 认领日期"),
        {"request_date": slashed},
        encoding="gbk",
    ),
    Export(
        "actions",
        "整改.csv",
        parse_columns(
            "action_id 措施编号 | item_code 指标编号 | measure 整改措施 | owner 负责人 | "
            "start_date 开始日期 | due_date 完成期限 | done_date 完成日期"
        ),
        {"start_date": slashed, "due_date": slashed, "done_date": slashed},
        encoding="gbk",
    ),
)
