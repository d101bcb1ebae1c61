"""How 海滨众联 writes its appointments, what runs out, and what it notes of itself."""

from csanalysis.demo.export import Export, Fault, parse_columns
from csanalysis.demo.forms import (
    as_is,
    chinese,
    chinese_month,
    mixed_forms,
    percent,
    slashed,
    slashed_time,
    vin,
    vocabulary,
    whole,
    with_affixes,
    yes_no,
)

YES_NO = yes_no("是", "否")
_ROLES = vocabulary(
    "service_advisor 服务顾问 | technician 维修技师 | sales_consultant 销售顾问 | agent 客服专员"
)

RECORDS = (
    Export(
        "appointments",
        "预约登记_{year}.csv",
        parse_columns(
            "appointment_id 预约单号 | created_date 登记日期 | appointment_date 预约到店时间 | "
            "vin 车架号 | customer_id 客户编号 | advisor 服务顾问 | shown 到店状态"
        ),
        {
            "created_date": slashed,
            "appointment_date": slashed_time,
            "vin": vin,
            "shown": yes_no("已到店", "爽约", blank=0.02),
        },
        encoding="gbk",
        faults=(
            Fault("appointment_date", "待定", 3, "without a readable date (待定)"),
            Fault(("vin", "customer_id"), "", 2, "with neither VIN nor customer"),
            Fault("shown", "改期", 9, "unreadable whether they came (改期)", rejects=False),
        ),
        repeats=4,
    ),
    Export(
        "policies",
        "质保套餐保险.xlsx",
        parse_columns("vin 底盘号 | kind 产品类型 | start_date 起始日期 | end_date 到期日"),
        {
            "vin": vin,
            "kind": vocabulary(
                "warranty 质保 / 整车质保 | package 保养套餐 / 套餐 | insurance 车险 / 商业险"
            ),
            "start_date": as_is,
            "end_date": mixed_forms(as_is, (chinese, 0.02)),
        },
        sheet="到期台账",
        title="质保、套餐、保险到期台账",
        faults=(
            Fault("end_date", "长期", 3, "without a readable date (长期)"),
            Fault("kind", "道路救援", 4, "with a kind nobody mapped (道路救援)"),
        ),
        repeats=3,
    ),
    Export(
        "record_checks",
        "信息核查.csv",
        parse_columns(
            "check_date 核查日期 | record_type 资料类型 | correct 是否正确 | staff 责任人 | "
            "field 核查字段 | hours_to_entry 录入小时"
        ),
        {
            "record_type": vocabulary("invoice 发票 | phone 电话 | lead_card 信息卡 | repair_file 维修档案"),
            "correct": YES_NO,
        },
        encoding="gbk",
        repeats=3,
    ),
    Export(
        "process_checks",
        "流程检查.csv",
        parse_columns(
            "check_date 检查日期 | staff 被检查人 | role 岗位 | process 流程 | items_checked 检查项 | "
            "items_passed 合格项"
        ),
        {"check_date": slashed, "role": _ROLES},
        encoding="gbk",
        repeats=2,
    ),
    Export(
        "sales_targets",
        "销量目标.csv",
        parse_columns("month 月份 | units 目标台数"),
        {"month": chinese_month, "units": mixed_forms(with_affixes("", whole, "台"), (whole, 0.5))},
    ),
    Export(
        "staff",
        "人员.csv",
        parse_columns("staff 姓名 | role 岗位 | team 班组 | weight 权重"),
        {"role": _ROLES, "weight": percent},
        encoding="gbk",
    ),
    Export(
        "team_requests",
        "班组认领.csv",
        parse_columns("vin 车架号 | team 认领班组 | request_date 申请日期"),
        encoding="gb18030",
    ),
    Export(
        "actions",
        "整改措施.csv",
        parse_columns(
            "action_id 编号 | item_code 题号 | measure 措施 | owner 负责人 | start_date 开始日 | "
            "due_date 期限 | done_date 完成日"
        ),
        encoding="utf-8",
    ),
)
