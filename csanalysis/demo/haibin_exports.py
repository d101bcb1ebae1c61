"""How 海滨众联 writes its tables: a workbook from sales, yearly GBK files from the workshop."""

from csanalysis.demo.bulletin import EXPORT as BULLETIN
from csanalysis.demo.export import Export, Fault, parse_columns
from csanalysis.demo.forms import (
    as_is,
    chinese,
    chinese_month,
    commas,
    digits,
    mixed_forms,
    plain,
    serial,
    slashed,
    slashed_time,
    vin,
    vocabulary,
    whole,
    with_affixes,
    yes_no,
)
from csanalysis.demo.haibin_records import RECORDS, YES_NO

_MONEY = mixed_forms(commas, (with_affixes("￥", commas), 0.03))

EXPORTS = (
    Export(
        "vehicle_sales",
        "整车销售台账.xlsx",
        parse_columns(
            "vin 车架号 | sale_date 开票日期 | customer_id 客户编号 | model 车型 | trim | "
            "sales_consultant 销售顾问 | self_sold 是否自销 | is_local 本地客户 | price 成交价（元） | "
            "fuel 能源类型"
        ),
        {
            "vin": vin,
            "sale_date": mixed_forms(as_is, (chinese, 0.02), (serial, 0.01)),
            "self_sold": yes_no("是", "否", blank=0.2),
            "is_local": YES_NO,
            "price": as_is,
            "fuel": vocabulary("petrol 汽油 / 燃油 | plug_in_hybrid 插混 / 插电混动 | electric 纯电 / 电动"),
        },
        apart=("fuel",),
        sheet="台账",
        title="整车销售台账（2020年起）",
        total="合计",
        faults=(
            Fault("vin", "", 3, "without VIN"),
            Fault("sale_date", "待开票", 2, "without a readable date (待开票)"),
        ),
        repeats=5,
    ),
    Export(
        "service_visits",
        "维修委托书_{year}.csv",
        parse_columns(
            "ro_number 单号 | vin 底盘号 | visit_date 进厂日期 | service_type 业务类型 | "
            "customer_id 客户编号 | mileage_km 行驶里程 | advisor 接待 | team 接车小组 | "
            "technician 主修技师 | labor_amount 工时费 | parts_amount 材料费 | total_amount 结算金额 | "
            "is_rework 是否返修 | promised_date 预计交车时间 | close_date 结算日期"
        ),
        {
            "vin": vin,
            "visit_date": slashed,
            "service_type": vocabulary(
                "first_service 首保 / 免费首保 | scheduled_service 定保 / 保养 / 里程保养 | "
                "repair 一般维修 / 机电维修 | accident 事故 / 钣喷 | warranty 索赔 | other 其他"
            ),
            "mileage_km": mixed_forms(whole, (with_affixes("", whole, " km"), 0.04)),
            "labor_amount": _MONEY,
            "parts_amount": _MONEY,
            "total_amount": _MONEY,
            "is_rework": YES_NO,
            "promised_date": slashed,
            "close_date": slashed,
        },
        odd_forms={"visit_date": digits, "promised_date": digits, "close_date": digits},
        apart=("promised_date",),
        encoding="gbk",
        junk=("备注",),
        faults=(
            Fault("vin", "", 4, "without VIN"),
            Fault("visit_date", "2023-13-45", 3, "with an impossible date"),
            Fault("service_type", "精品加装", 3, "with a job type nobody mapped (精品加装)"),
            Fault("mileage_km", "—", 12, "unreadable mileage", rejects=False),
        ),
        repeats=8,
    ),
    Export(
        "customers",
        "客户档案.csv",
        parse_columns(
            "customer_id 客户编号 | name 客户姓名 | phone 联系电话 | gender 性别 | birthday 出生日期 | "
            "occupation 职业 | district 区县 | customer_type 客户性质"
        ),
        {"birthday": chinese, "customer_type": vocabulary("person 个人 / 私人 | company 单位 / 公司")},
        apart=("customer_type",),
        encoding="gb18030",
        faults=(Fault("birthday", "不详", 9, "unknown birthday", rejects=False),),
        repeats=4,
    ),
    Export(
        "survey_responses",
        "满意度回访_{year}.csv",
        parse_columns(
            "response_id 问卷号 | survey_date 调查日期 | programme 调查项目 | item_code 题号 | "
            "item_name 题目 | score 得分 | max_score 满分 | source 来源 | staff 被评人 | team 班组 | "
            "ro_number 委托书号"
        ),
        {"source": vocabulary("oem 厂家 / 主机厂 | internal 本店")},
        encoding="utf-8-sig",
        faults=(
            Fault("score", "拒答", 4, "without a readable score (拒答)"),
            Fault("survey_date", "", 2, "without a date"),
        ),
        repeats=6,
    ),
    Export(
        "survey_benchmarks",
        "分中心通报.xlsx",
        parse_columns(
            "month 月份 | programme 调查项目 | item_code 题号 | regional_mean 分中心均值 | "
            "own_score 本店得分 | rank 排名 | store_count 参评店数"
        ),
        {
            "month": chinese_month,
            "item_code": vocabulary("total 总分"),
            "regional_mean": as_is,
            "own_score": as_is,
            "rank": as_is,
            "store_count": as_is,
        },
        sheet="通报",
        title="分销中心满意度通报",
        remarks=("说明", "本表按月更新，总分一行为整个项目。"),
    ),
    BULLETIN,
    Export(
        "upsell_items",
        "维修增项.csv",
        parse_columns(
            "ro_number 委托书号 | item 增项项目 | grade 等级 | amount 报价 | outcome 客户意见 | "
            "decline_reason 拒绝原因 | advisor 服务顾问 | technician 技师 | team 班组 | "
            "proposed_date 提报日期 | due_date 建议完成日 | confirmed_by 技术确认 | "
            "followed_up_date 跟进日期 | followed_up_by 跟进人 | recovered_date 补做日期 | "
            "recovered_amount 补做金额"
        ),
        {
            "grade": mixed_forms(with_affixes("", plain, "级"), (vocabulary("A Ａ | B Ｂ | C Ｃ"), 0.05)),
            "amount": _MONEY,
            "outcome": vocabulary("accepted 同意 / 成功 | declined 拒绝 / 失败"),
            "proposed_date": slashed,
            "due_date": slashed,
            "followed_up_date": slashed,
            "recovered_date": slashed,
            "recovered_amount": commas,
        },
        faults=(
            Fault("amount", "面议", 3, "without a readable amount (面议)"),
            Fault("outcome", "考虑一下", 2, "with an outcome nobody mapped (考虑一下)"),
        ),
        repeats=5,
    ),
    Export(
        "contacts",
        "回访邀约.csv",
        parse_columns(
            "contact_id 回访编号 | contact_date 回访时间 | purpose 回访类型 | vin 车架号 | "
            "customer_id 客户编号 | agent 回访员 | attempt 第几次 | reached 是否接通 | "
            "phone_valid 号码有效 | result 结果 | ro_number 到店工单 | campaign_id 活动编号"
        ),
        {
            "contact_date": slashed_time,
            "purpose": vocabulary(
                "first_service 首保邀约 / 首保提醒 | maintenance 定保提醒 | "
                "win_back 流失招揽 / 流失激活 | campaign 活动邀约 | post_sale 新车回访 | "
                "post_service 售后回访 | insurance 续保提醒 | lead 战败回访"
            ),
            "vin": vin,
            "reached": YES_NO,
            "phone_valid": YES_NO,
        },
        encoding="gbk",
        faults=(
            Fault("contact_date", "2023/2/30 10:05", 3, "with an impossible date"),
            Fault("purpose", "节日问候", 2, "with a purpose nobody mapped (节日问候)"),
            Fault(("vin", "customer_id"), "", 2, "with neither VIN nor customer"),
            Fault("attempt", "多次", 6, "unreadable number of attempts", rejects=False),
        ),
        repeats=9,
    ),
    Export(
        "leads",
        "潜客战败.csv",
        parse_columns(
            "lead_id 线索号 | created_date 建档日期 | status 状态 | defeated_date 战败日期 | "
            "defeat_reason 战败原因 | reactivated_date 激活日期 | reactivated_by 激活人 | "
            "won_date 成交日期 | lost_to_same_brand 败给同品牌"
        ),
        {
            "created_date": digits,
            "status": vocabulary("open 跟进中 | won 成交 / 已成交 | defeated 战败"),
            "defeated_date": digits,
            "reactivated_date": digits,
            "won_date": digits,
            "lost_to_same_brand": YES_NO,
        },
        encoding="gb18030",
        faults=(
            Fault("created_date", "0", 2, "without a readable date"),
            Fault("status", "重复", 2, "with a status nobody mapped (重复)"),
        ),
        repeats=4,
    ),
    Export(
        "referrals",
        "老带新.csv",
        parse_columns(
            "referral_id 转介绍编号 | referral_date 介绍日期 | referrer_id 介绍人 | matched 是否匹配 | "
            "rebate_amount 返利金额"
        ),
        {"matched": YES_NO, "rebate_amount": _MONEY},
        encoding="utf-8",
        repeats=1,
    ),
    Export(
        "campaigns",
        "营销活动.csv",
        parse_columns(
            "campaign_id 活动编号 | name 活动名称 | start_date 开始日期 | end_date 结束日期 | "
            "kind 类型 | audience 对象 | budget 预算 | cost 费用 | invited 邀约数 | arrived 到店数 | "
            "revenue 活动产值 | owner 负责人"
        ),
        {"start_date": chinese, "end_date": chinese, "budget": _MONEY, "cost": _MONEY, "revenue": _MONEY},
    ),
    Export(
        "complaints",
        "投诉.csv",
        parse_columns(
            "complaint_id 投诉编号 | complaint_date 投诉日期 | vin 车架号 | customer_id 客户编号 | "
            "severity 级别 | dealer_fault 我方责任 | resolved_date 结案日期 | topic 主题"
        ),
        {"vin": vin, "severity": vocabulary("minor 一般 | major 重大"), "dealer_fault": YES_NO},
        encoding="gbk",
        faults=(Fault("complaint_date", "", 2, "without a date"),),
        repeats=1,
    ),
    *RECORDS,
)
