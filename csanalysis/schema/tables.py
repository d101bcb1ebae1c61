"""The seventeen input tables: columns, kinds, keys, and the date that ``as_of`` cuts by."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "vin", "number", "integer", "fraction", "boolean", "date", "datetime", "month"]


@dataclass(frozen=True)
class Column:
    """One column of an input table.

    ``vocabulary`` names a closed set of words in :mod:`csanalysis.schema.words`;
    ``default`` fills empty cells and stands in for a column that the export lacks.
    """

    name: str
    zh: str
    kind: Kind = "text"
    required: bool = False
    vocabulary: str | None = None
    default: str | bool | None = None

    @property
    def is_id(self) -> bool:
        """Whether the text is a number or code that identifies something, rather than a word."""
        return self.kind == "text" and self.name.endswith(("_id", "_code", "_number"))


@dataclass(frozen=True)
class Table:
    """One input table.

    ``key`` identifies a row; ``dated_by`` is the column compared with ``as_of``; a row needs at least
    one of ``any_of`` filled. Each of ``events`` is a date on which something happens after the row was made,
    with the columns that are known only from then on.
    """

    name: str
    zh: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    dated_by: str | None = None
    any_of: tuple[str, ...] = ()
    events: tuple[tuple[str, ...], ...] = ()
    by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    @property
    def required(self) -> tuple[str, ...]:
        """Columns without which the table cannot be used."""
        return tuple(column.name for column in self.columns if column.required)


def _required(name: str, zh: str, kind: Kind = "text", vocabulary: str | None = None) -> Column:
    return Column(name, zh, kind, required=True, vocabulary=vocabulary)


_TABLES = (
    Table(
        "vehicle_sales",
        "新车销售台账",
        (
            _required("vin", "车架号", "vin"),
            _required("sale_date", "销售日期", "date"),
            Column("customer_id", "客户编号"),
            Column("model", "车型"),
            Column("sales_consultant", "销售顾问"),
            Column("self_sold", "是否自销", "boolean", default=True),
            Column("is_local", "是否本地", "boolean", default=True),
            Column("price", "成交价", "number"),
        ),
        key=("vin", "sale_date"),
        dated_by="sale_date",
    ),
    Table(
        "service_visits",
        "维修委托书",
        (
            _required("ro_number", "委托书号"),
            _required("vin", "车架号", "vin"),
            _required("visit_date", "进厂日期", "date"),
            _required("service_type", "维修类型", vocabulary="service_type"),
            Column("customer_id", "客户编号"),
            Column("mileage_km", "行驶里程", "number"),
            Column("advisor", "服务顾问"),
            Column("team", "班组"),
            Column("technician", "技师"),
            Column("labor_amount", "工时费", "number"),
            Column("parts_amount", "材料费", "number"),
            Column("total_amount", "结算金额", "number"),
            Column("is_rework", "是否返修", "boolean"),
            Column("close_date", "结算日期", "date"),
        ),
        key=("ro_number",),
        dated_by="visit_date",
        events=(("close_date",),),
    ),
    Table(
        "customers",
        "客户档案",
        (
            _required("customer_id", "客户编号"),
            Column("name", "姓名"),
            Column("phone", "手机"),
            Column("gender", "性别"),
            Column("birthday", "生日", "date"),
            Column("occupation", "职业"),
            Column("district", "区县"),
        ),
        key=("customer_id",),
    ),
    Table(
        "survey_responses",
        "满意度回访",
        (
            _required("response_id", "问卷号"),
            _required("survey_date", "调查日期", "date"),
            _required("programme", "调查项目"),
            _required("item_code", "题号"),
            _required("score", "得分", "number"),
            Column("item_name", "题目"),
            Column("max_score", "满分", "number"),
            Column("source", "来源", vocabulary="source", default="oem"),
            Column("staff", "被评人"),
            Column("team", "班组"),
            Column("ro_number", "委托书号"),
        ),
        key=("response_id", "item_code"),
        dated_by="survey_date",
    ),
    Table(
        "survey_benchmarks",
        "分销中心满意度通报",
        (
            _required("month", "月份", "month"),
            _required("programme", "调查项目"),
            _required("item_code", "题号"),
            _required("regional_mean", "分中心均值", "number"),
            Column("own_score", "本店得分", "number"),
            Column("rank", "排名", "integer"),
            Column("store_count", "参评店数", "integer"),
        ),
        key=("month", "programme", "item_code"),
        dated_by="month",
    ),
    Table(
        "upsell_items",
        "维修增项",
        (
            _required("ro_number", "委托书号"),
            _required("item", "增项项目"),
            _required("grade", "等级", vocabulary="grade"),
            _required("amount", "报价", "number"),
            _required("outcome", "客户意见", vocabulary="outcome"),
            Column("decline_reason", "拒绝原因"),
            Column("advisor", "服务顾问"),
            Column("technician", "技师"),
            Column("team", "班组"),
            Column("proposed_date", "提报日期", "date"),
            Column("due_date", "建议完成日", "date"),
            Column("confirmed_by", "技术确认"),
            Column("followed_up_date", "跟进日期", "date"),
            Column("followed_up_by", "跟进人"),
            Column("recovered_date", "补做日期", "date"),
            Column("recovered_amount", "补做金额", "number"),
        ),
        key=("ro_number", "item"),
        dated_by="proposed_date",
        events=(("followed_up_date", "followed_up_by"), ("recovered_date", "recovered_amount")),
    ),
    Table(
        "contacts",
        "回访邀约记录",
        (
            _required("contact_id", "回访编号"),
            _required("contact_date", "回访时间", "datetime"),
            _required("purpose", "回访类型", vocabulary="purpose"),
            Column("vin", "车架号", "vin"),
            Column("customer_id", "客户编号"),
            Column("agent", "回访员"),
            Column("attempt", "第几次", "integer"),
            Column("reached", "是否接通", "boolean"),
            Column("phone_valid", "号码有效", "boolean"),
            Column("result", "结果"),
            Column("ro_number", "到店工单"),
            Column("campaign_id", "活动编号"),
        ),
        key=("contact_id",),
        dated_by="contact_date",
        any_of=("vin", "customer_id"),
    ),
    Table(
        "leads",
        "潜客战败",
        (
            _required("lead_id", "线索号"),
            _required("created_date", "建档日期", "date"),
            _required("status", "状态", vocabulary="status"),
            Column("defeated_date", "战败日期", "date"),
            Column("defeat_reason", "战败原因"),
            Column("reactivated_date", "激活日期", "date"),
            Column("reactivated_by", "激活人"),
            Column("won_date", "成交日期", "date"),
            Column("lost_to_same_brand", "败给同品牌", "boolean"),
        ),
        key=("lead_id",),
        dated_by="created_date",
        events=(("defeated_date",), ("reactivated_date", "reactivated_by"), ("won_date",)),
    ),
    Table(
        "referrals",
        "老带新转介绍",
        (
            _required("referral_id", "转介绍号"),
            _required("referral_date", "转介绍日期", "date"),
            Column("referrer_id", "介绍人"),
            _required("matched", "是否匹配", "boolean"),
            Column("rebate_amount", "返利", "number"),
        ),
        key=("referral_id",),
        dated_by="referral_date",
    ),
    Table(
        "campaigns",
        "营销活动",
        (
            _required("campaign_id", "活动编号"),
            _required("name", "活动名称"),
            _required("start_date", "开始日期", "date"),
            Column("end_date", "结束日期", "date"),
            Column("kind", "类型"),
            Column("audience", "对象"),
            Column("budget", "预算", "number"),
            Column("cost", "费用", "number"),
            Column("invited", "邀约数", "integer"),
            Column("arrived", "到店数", "integer"),
            Column("revenue", "活动产值", "number"),
            Column("owner", "负责人"),
        ),
        key=("campaign_id",),
        dated_by="start_date",
    ),
    Table(
        "complaints",
        "投诉",
        (
            _required("complaint_id", "投诉号"),
            _required("complaint_date", "投诉日期", "date"),
            Column("vin", "车架号", "vin"),
            Column("customer_id", "客户编号"),
            Column("severity", "级别", vocabulary="severity"),
            Column("dealer_fault", "我方责任", "boolean"),
            Column("resolved_date", "结案日期", "date"),
            Column("topic", "主题"),
        ),
        key=("complaint_id",),
        dated_by="complaint_date",
        any_of=("vin", "customer_id"),
        events=(("resolved_date",),),
    ),
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

TABLES: dict[str, Table] = {table.name: table for table in _TABLES}
REQUIRED_TABLES = ("vehicle_sales", "service_visits")
