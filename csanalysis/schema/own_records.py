"""Tables of what a store notes of itself: its checks, people, targets and measures."""

from csanalysis.schema.model import Column, Table
from csanalysis.schema.model import required_column as _required

OWN_RECORDS = (
    Table(
        "record_checks",
        "客户信息核查",
        (
            _required("check_date", "核查日期", "date"),
            _required("record_type", "资料类型"),
            _required("correct", "是否正确", "boolean"),
            Column("staff", "责任人"),
            Column("field", "核查字段"),
            Column("hours_to_entry", "录入小时", "number"),
        ),
        dated_by="check_date",
    ),
    Table(
        "process_checks",
        "流程检查",
        (
            _required("check_date", "检查日期", "date"),
            _required("staff", "被检查人"),
            Column("role", "岗位"),
            Column("process", "流程"),
            _required("items_checked", "检查项数", "integer"),
            _required("items_passed", "合格项数", "integer"),
        ),
        key=("check_date", "staff", "process"),
        dated_by="check_date",
    ),
    Table(
        "sales_targets",
        "次年销量目标",
        (
            _required("month", "月份", "month"),
            _required("units", "目标台数", "number"),
        ),
        key=("month",),
    ),
    Table(
        "staff",
        "人员",
        (
            _required("staff", "姓名"),
            Column("role", "岗位"),
            Column("team", "班组"),
            Column("weight", "权重", "number"),
        ),
        key=("staff",),
    ),
    Table(
        "team_requests",
        "班组认领客户",
        (
            _required("vin", "车架号", "vin"),
            _required("team", "班组"),
            Column("request_date", "申请日期", "date"),
        ),
        key=("vin",),
    ),
    Table(
        "actions",
        "弱项整改措施",
        (
            _required("action_id", "编号"),
            _required("item_code", "题号"),
            Column("measure", "措施"),
            Column("owner", "负责人"),
            Column("start_date", "开始日期", "date"),
            Column("due_date", "完成期限", "date"),
            Column("done_date", "完成日期", "date"),
        ),
        key=("action_id",),
        events=(("done_date",),),
    ),
)
"""As parts of :data:`csanalysis.schema.tables.TABLES`."""
