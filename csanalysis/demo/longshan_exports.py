"""How 龙山宏远 writes its tables: a file or a sheet for each year, semicolons and tabs."""

from csanalysis.demo.export import Export, Fault, parse_columns
from csanalysis.demo.forms import (
    as_is,
    chinese,
    commas,
    digit_month,
    digits,
    iso_time,
    mixed_forms,
    plain,
    slashed,
    vin,
    vocabulary,
    whole,
    with_affixes,
)
from csanalysis.demo.longshan_records import RECORDS, YES_NO

_FUELS = vocabulary("petrol 汽油 / 油电混动 | plug_in_hybrid 插电式混合动力 / PHEV | electric 纯电动 / EV")

EXPORTS = (
    Export(
        "vehicle_sales",
        "销售明细_{year}.csv",
        parse_columns(
            "vin 车辆识别代号 | sale_date 交车日期 | customer_id 会员号 | model 车系 | trim 配置 | "
            "sales_consultant 销售员 | self_sold 自销 | is_local 本地 | price 售价 | fuel 动力类型"
        ),
        {
            "vin": vin,
            "sale_date": digits,
            "self_sold": YES_NO,
            "is_local": YES_NO,
            "price": whole,
            "fuel": _FUELS,
        },
        apart=("fuel",),
        encoding="utf-8",
        faults=(
            Fault("vin", "", 2, "without VIN"),
            Fault("sale_date", "20230231", 2, "with an impossible date"),
            Fault("price", "面谈", 3, "unreadable price", rejects=False),
        ),
        repeats=3,
    ),
    Export(
        "service_visits",
        "工单_{year}.csv",
        parse_columns(
            "ro_number 工单号 | visit_date 开单日期 | vin 车架号码 | customer_id 会员号 | "
            "service_type 维修类别 | mileage_km 里程(km) | advisor 服务顾问 | team 小组 | "
            "technician 维修技师 | labor_amount 工时金额 | parts_amount 配件费 | total_amount 应收金额 | "
            "is_rework 返修 | close_date 出厂日期 | promised_date 承诺交车日期"
        ),
        {
            "vin": vin,
            "visit_date": slashed,
            "service_type": vocabulary(
                "first_service 首次保养 / 5000公里首保 | scheduled_service 定期保养 / 常规保养 | "
                "repair 机修 / 小修 | accident 事故维修 / 钣金喷漆 | warranty 三包 / 质保 | other 其它"
            ),
            "mileage_km": mixed_forms(whole, (with_affixes("", whole, "公里"), 0.05)),
            "labor_amount": commas,
            "parts_amount": commas,
            "total_amount": mixed_forms(commas, (with_affixes("¥", commas), 0.05)),
            "is_rework": YES_NO,
            "close_date": slashed,
            "promised_date": slashed,
        },
        odd_forms={"visit_date": chinese, "close_date": chinese, "promised_date": chinese},
        apart=("promised_date",),
        encoding="gb18030",
        delimiter=";",
        faults=(
            Fault("vin", "  ", 3, "without VIN"),
            Fault("visit_date", "0000-00-00", 4, "without a readable date (0000-00-00)"),
            Fault("service_type", "年检代办", 4, "with a job type nobody mapped (年检代办)"),
            Fault("mileage_km", "未抄表", 10, "unreadable mileage", rejects=False),
        ),
        repeats=6,
    ),
    Export(
        "customers",
        "会员档案.csv",
        parse_columns(
            "customer_id 会员号 | name 车主 | phone 手机号 | gender 性别 | birthday 生日 | "
            "occupation 职业 | district 地区 | customer_type 公私"
        ),
        {"birthday": digits, "customer_type": vocabulary("person 私户 | company 公户 / 单位")},
        apart=("customer_type",),
        encoding="gbk",
        delimiter="\t",
        repeats=3,
    ),
    Export(
        "survey_responses",
        "满意度明细.xlsx",
        parse_columns(
            "response_id 问卷编号 | survey_date 回访日期 | programme 项目 | item_code 题号 | "
            "item_name 问题 | score 分数 | max_score 满分 | source 数据来源 | staff 人员 | team 小组 | "
            "ro_number 工单号"
        ),
        {
            "survey_date": mixed_forms(as_is, (chinese, 0.01)),
            "score": as_is,
            "max_score": as_is,
            "source": vocabulary("oem 厂方 | internal 自店 / 店内"),
        },
        sheet="{year}年",
        title="{year}年满意度明细表",
        remarks=("填表说明", "每题一行，满分见表；厂方与自店问卷分开统计。"),
        faults=(
            Fault("score", "弃答", 3, "without a readable score (弃答)"),
            Fault("survey_date", "未知", 2, "without a readable date (未知)"),
        ),
        repeats=4,
    ),
    Export(
        "survey_benchmarks",
        "区域通报.csv",
        parse_columns(
            "month 年月 | programme 项目 | item_code 指标编号 | regional_mean 区域均值 | "
            "own_score 本店 | rank 名次 | store_count 店数"
        ),
        {
            "month": digit_month,
            "item_code": vocabulary("total 合计得分"),
            "rank": with_affixes("第", plain, "名"),
        },
        encoding="utf-8",
    ),
    Export(
        "upsell_items",
        "增项登记.csv",
        parse_columns(
            "ro_number 工单号 | item 项目名称 | grade 分级 | amount 增项金额 | outcome 是否同意 | "
            "decline_reason 失败原因 | advisor 服务顾问 | technician 技师 | team 小组 | "
            "proposed_date 报价日期 | due_date 到期日 | confirmed_by 确认人 | "
            "followed_up_date 跟进日期 | followed_up_by 跟进人 | recovered_date 回厂日期 | "
            "recovered_amount 回厂金额"
        ),
        {
            "grade": with_affixes("", plain, "类"),
            "amount": mixed_forms(with_affixes("", commas, "元"), (commas, 0.5)),
            "outcome": vocabulary("accepted 已同意 | declined 未同意 / 不同意"),
        },
        encoding="utf-8",
        faults=(
            Fault("grade", "D类", 2, "with a grade nobody mapped (D类)"),
            Fault("amount", "待报", 2, "without a readable amount (待报)"),
            Fault("due_date", "下次", 7, "unreadable due date", rejects=False),
        ),
        repeats=4,
    ),
    Export(
        "contacts",
        "通话记录_{year}.csv",
        parse_columns(
            "contact_id 通话编号 | contact_date 联系时间 | purpose 联系目的 | vin 车架号 | "
            "customer_id 会员号 | agent 客服专员 | attempt 次数 | reached 接通 | phone_valid 电话有效 | "
            "result 回访结果 | ro_number 到店工单 | campaign_id 活动编号"
        ),
        {
            "contact_date": iso_time,
            "purpose": vocabulary(
                "first_service 首保邀约 | maintenance 保养提醒 / 保养邀约 | win_back 流失唤醒 | "
                "campaign 营销活动 | post_sale 售车回访 | post_service 维修回访 / 服务回访 | "
                "insurance 保险到期 | lead 潜客回访"
            ),
            "vin": vin,
            "reached": YES_NO,
            "phone_valid": YES_NO,
        },
        encoding="gb18030",
        faults=(
            Fault("contact_date", "", 2, "without a date"),
            Fault("purpose", "内部测试", 3, "with a purpose nobody mapped (内部测试)"),
            Fault(("vin", "customer_id"), "", 3, "with neither VIN nor customer"),
        ),
        repeats=6,
    ),
    Export(
        "leads",
        "潜客.csv",
        parse_columns(
            "lead_id 潜客编号 | created_date 创建日期 | status 线索状态 | defeated_date 战败日期 | "
            "defeat_reason 战败原因 | reactivated_date 激活日期 | reactivated_by 激活人 | "
            "won_date 成交日期 | lost_to_same_brand 同品牌"
        ),
        {
            "created_date": slashed,
            "status": vocabulary("open 在跟 / 未成交 | won 已成交 | defeated 已战败"),
            "defeated_date": slashed,
            "reactivated_date": slashed,
            "won_date": slashed,
            "lost_to_same_brand": YES_NO,
        },
        encoding="gbk",
        faults=(Fault("created_date", "昨天", 3, "without a readable date (昨天)"),),
        repeats=3,
    ),
    Export(
        "referrals",
        "转介绍.csv",
        parse_columns(
            "referral_id 转介绍号 | referral_date 转介绍日期 | referrer_id 介绍人编号 | matched 匹配 | "
            "rebate_amount 返利"
        ),
        {"matched": YES_NO},
        repeats=2,
    ),
    Export(
        "campaigns",
        "活动汇总.xlsx",
        parse_columns(
            "campaign_id 活动编号 | name 活动名称 | start_date 开始 | end_date 结束 | kind 活动类型 | "
            "audience 目标客户 | budget 预算 | cost 实际费用 | invited 邀约 | arrived 到店 | "
            "revenue 产值 | owner 负责人"
        ),
        {
            "start_date": as_is,
            "end_date": as_is,
            "budget": as_is,
            "cost": as_is,
            "invited": as_is,
            "arrived": as_is,
            "revenue": as_is,
        },
        sheet="汇总",
        title="营销活动汇总表",
        total="总计",
    ),
    Export(
        "complaints",
        "投诉登记.csv",
        parse_columns(
            "complaint_id 投诉号 | complaint_date 投诉日期 | vin 车架号 | customer_id 会员号 | "
            "severity 严重程度 | dealer_fault 本店责任 | resolved_date 解决日期 | topic 投诉主题"
        ),
        {
            "complaint_date": slashed,
            "vin": vin,
            "severity": vocabulary("minor 轻微 / 普通 | major 严重"),
            "dealer_fault": YES_NO,
            "resolved_date": slashed,
        },
        encoding="gb18030",
        faults=(Fault("complaint_date", "近日", 1, "without a readable date (近日)"),),
    ),
    *RECORDS,
)
