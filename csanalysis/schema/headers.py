"""Header words that dealership systems write for each column, Chinese and English."""

# Beside each column's canonical and Chinese name; the first that a file has wins.
# Those under "*" hold in every table.
_LISTS = """
[*]
vin: 车架号 | 底盘号 | 车辆识别代号 | 车架号码 | VIN码 | VIN号 | chassis number | chassis no | VIN编码
    | 车辆VIN | 车辆识别码 | 车辆识别号 | 车辆识别号码 | VIN number | VIN no | chassis
    | vehicle identification number
customer_id: 客户编号 | 客户号 | 客户代码 | 会员号 | customer number | customer no | 客户编码 | 客户ID
    | 会员编号 | CustNo | cust no | customer # | cust # | account no | client id
ro_number: 委托书号 | 工单号 | 委托书编号 | 工单编号 | 维修单号 | 施工单号 | repair order | RO no | RO
    | work order | 工单编码 | 维修工单号 | 维修单编号 | RO number | RO # | R.O. number | repair order number
    | repair order no | RO num | job number | job no | job card no | WIP no | work order no
    | work order number | service order
advisor: 服务顾问 | 接待 | 接待员 | 业务接待 | service advisor | SA | 接车员 | 服务接待 | 服务顾问姓名
    | SA姓名 | service writer | writer | advisor name | adviser | service adviser
team: 班组 | 接车小组 | 小组 | 组别 | 维修班组 | 所属班组
technician: 技师 | 主修技师 | 主修人 | 维修技师 | 主修 | 维修工 | 修理工 | 施工人 | 技工 | tech
    | technician name | mechanic
programme: 调查项目 | 项目 | program | 问卷名称 | 问卷类型 | survey name | survey type
item_code: 题号 | 指标编号 | item | question no | 题目编号 | 指标代码 | question id | question code
month: 月份 | 年月 | 统计月份 | 月度 | period
[vehicle_sales]
sale_date: 销售日期 | 开票日期 | 交车日期 | invoice date | delivery date | date sold | 销售时间 | 开票时间
    | 交车时间 | 提车日期 | 购车日期 | 交付日期 | deal date | sold date | contract date | retail date
    | delivered | date of sale | handover date | sales date
model: 车型 | 车系 | vehicle model | 车型名称 | 车型描述 | 车型配置 | model name | model description
    | vehicle | vehicle description | carline
sales_consultant: 销售顾问 | 销售员 | consultant | salesperson | 销售人员 | 销售顾问姓名 | sales rep
    | salesman | sales person | sales executive | sold by
self_sold: 是否自销 | 自销 | sold here
is_local: 是否本地 | 本地客户 | 本地 | local | 是否本市 | local customer
price: 成交价 | 售价 | 车价 | sale price | 含税车价 | 成交价格 | 实际售价 | 销售价格 | 开票价 | 开票金额
    | 车款 | 裸车价 | selling price | sales price | cash price | vehicle price | invoice amount | net price
fuel: 燃料类型 | 燃料 | 燃料种类 | 能源类型 | 动力类型 | 动力形式 | 能源种类 | 动力 | fuel type | powertrain
    | drivetrain type | energy type | propulsion
customer_name: 客户名称 | 购车人 | 购车人姓名 | 车主 | 车主姓名 | customer | customer name | buyer
    | buyer name
customer_phone: 联系电话 | 电话 | 手机 | 手机号 | 手机号码 | 客户手机 | 客户手机号 | 联系方式 | 车主电话
    | phone | mobile | telephone | cell phone | phone number | customer phone
[service_visits]
visit_date: 进厂日期 | 开单日期 | 来厂日期 | 接车日期 | date in | opened | open date | 进店时间 | 进店日期
    | 进厂时间 | 开单时间 | 接车时间 | 来厂时间 | 来店时间 | 来店日期 | 到店时间 | 到店日期 | 送修日期
    | 工单日期 | RO date | date opened | opened date | repair date | service date | check-in date
    | arrival date
service_type: 维修类型 | 业务类型 | 维修类别 | job type | type | 业务类别 | 业务分类 | 修理类别 | 工单类型
    | 作业类型 | 作业分类 | 维修性质 | 修理性质 | 维修种类 | repair type | RO type | job category
    | work type | op description | opcode description | op code description | operation description
mileage_km: 行驶里程 | 里程 | 公里数 | mileage | odometer | 行驶公里 | 行驶公里数 | 行驶里程数 | 进厂里程
    | 里程数 | 里程表读数 | mileage in | odometer in | odometer reading | km | km reading | kilometers
    | kilometres
labor_amount: 工时费 | 工时金额 | labour | labor | 工时应收 | 工时费用 | 工时收入 | 人工费 | labor sale
    | labor total | labour total | labour amount | labour sale
parts_amount: 材料费 | 配件费 | 备件费 | parts | 配件应收 | 配件金额 | 配件费用 | 配件收入 | 材料金额
    | 备件金额 | 零件费 | 零件金额 | parts sale | parts total
total_amount: 结算金额 | 总金额 | 产值 | 应收金额 | total | invoice total | amount | 实收金额 | 应收合计
    | 合计金额 | 费用合计 | 维修金额 | 工单金额 | 结算总额 | 总费用 | RO total | total sale | total charged
    | amount due
is_rework: 是否返修 | 返修 | rework | comeback | 内返 | 是否内返 | 返工 | is comeback
close_date: 结算日期 | 出厂日期 | closed | date out | 结算时间 | 交车时间 | 交车日期 | 出厂时间 | 完工日期
    | 完工时间 | 竣工日期 | 竣工时间 | date closed | closed date | invoice date | completed date
promised_date: 预计交车日期 | 预计交车时间 | 预交车时间 | 预交车日期 | 约定交车时间 | 约定交车日期
    | 承诺交车时间 | 承诺交车日期 | 预计完工时间 | 预计完工日期 | 预计出厂日期 | promised | promised date
    | promise date | promised time | promised for | due out | date promised | estimated completion
ro_number: 单号 | 结算单号 | 结算单编号 | 维修结算单号 | invoice no | invoice number | order no
customer_name: 送修人姓名 | 报修人 | 客户姓名 | 客户名称 | 车主 | 车主姓名 | customer | customer name
    | owner | owner name
customer_phone: 送修人手机 | 送修人手机号 | 联系电话 | 联系人电话 | 电话 | 手机 | 手机号 | 手机号码
    | 客户电话 | 客户手机 | 车主电话 | 车主手机 | phone | mobile | telephone | cell phone | phone number
    | customer phone
plate: 车牌号 | 车牌 | 车牌号码 | 牌照号 | number plate | registration
[customers]
name: 姓名 | 客户姓名 | 客户名称 | 车主 | 会员姓名 | 车主姓名 | customer name | full name | customer
phone: 手机 | 电话 | 联系电话 | 手机号 | mobile | 手机号码 | 移动电话 | 联系方式 | 客户手机 | cell phone
    | phone number | telephone | mobile phone
gender: 性别 | sex
birthday: 生日 | 出生日期 | date of birth | birth date | DOB | birthdate | 出生年月日
occupation: 职业 | 职业类型 | 从事职业
district: 区县 | 区域 | 地区 | area | 所在区域 | 所属区域 | 所在区县 | 居住区域 | 所在地区
do_not_call: 免打扰 | 是否勿扰 | 勿扰标记 | 是否免打扰 | 拒访 | 拒绝来电 | DND | opt out
customer_type: 客户性质 | 客户类型 | 客户类别 | 客户属性 | 车主性质 | 车主类型 | 公私 | customer type
    | customer kind | customer class | private or company | account type
[survey_responses]
response_id: 问卷号 | 问卷编号 | response | 问卷ID | 样本编号 | survey id | response no
survey_date: 调查日期 | 回访日期 | date | 调研日期 | 访问日期 | 回访时间 | 填写时间 | 填写日期
    | response date | date of survey
score: 得分 | 分数 | 评分 | 打分 | 分值 | rating
item_name: 题目 | 题目名称 | 问题 | question | 指标名称 | 指标 | question text | topic
max_score: 满分 | max | max score | scale
source: 来源 | 数据来源
staff: 被评人 | 人员 | employee | 服务顾问 | 销售顾问 | 员工 | 受访顾问 | advisor | service advisor
    | consultant
[survey_benchmarks]
regional_mean: 分中心均值 | 区域均值 | 区域平均 | region mean | regional average | 区域均分 | 分中心平均
    | 大区均值 | region average | district average
own_score: 本店得分 | 本店 | own | our score | 本店均分 | 店均分 | dealer score
rank: 排名 | 名次 | 区域排名 | ranking | position
store_count: 参评店数 | 店数 | stores | 店数合计 | dealers | dealer count
[oem_bulletin]
measure: 指标 | 指标名称 | 考核指标 | 通报指标 | KPI | indicator | KPI name | metric
value: 数值 | 指标值 | 通报值 | 厂家数值 | 完成值 | published | published value | actual | reported
[upsell_items]
item: 增项 | 增项项目 | 项目名称 | 维修项目 | work item | 增修项目 | 建议项目 | 推荐项目 | recommendation
    | recommended service | service item
grade: 等级 | 级别 | 分级 | 增项等级 | 重要程度
amount: 报价 | 金额 | 增项金额 | quote | quoted amount | 报价金额 | 预估金额 | 估价 | estimate
    | quote amount
outcome: 客户意见 | 结果 | 是否同意 | customer decision | 客户决定 | 是否接受 | decision | customer response
decline_reason: 拒绝原因 | 失败原因 | reason | 未做原因 | 不做原因 | decline reason | reason declined
proposed_date: 提报日期 | 报价日期 | date proposed | 增项日期 | 提出日期 | 建议日期时间 | recommended on
    | quoted on
due_date: 建议完成日 | 建议日期 | 到期日 | due | 建议完成日期 | due by
confirmed_by: 技术确认 | 确认人
followed_up_date: 跟进日期 | follow-up date
followed_up_by: 跟进人 | follow-up by
recovered_date: 补做日期 | 回厂日期 | date recovered
recovered_amount: 补做金额 | 回厂金额
[contacts]
contact_id: 回访编号 | 联系编号 | 通话编号 | call id | 外呼编号 | 呼叫编号 | call no | contact no
contact_date: 回访时间 | 回访日期 | 联系时间 | 联系日期 | call time | date | 外呼时间 | 拨打时间 | 通话时间
    | 呼叫时间 | call date | called at | contact time
purpose: 回访类型 | 回访目的 | 联系目的 | call type | 外呼类型 | 任务类型 | call purpose | reason for call
    | campaign type
agent: 回访员 | 客服专员 | 联系人员 | caller | 外呼员 | 坐席 | 客服 | BDC agent | operator | called by
attempt: 第几次 | 次数 | 呼叫次数 | 外呼次数 | attempt no
reached: 是否接通 | 接通 | answered | 接通状态 | 是否通话 | connected
phone_valid: 号码有效 | 电话有效 | number valid | 号码状态 | phone ok
result: 结果 | 回访结果 | outcome | 外呼结果 | 跟进结果 | disposition
ro_number: 到店工单
campaign_id: 活动编号 | campaign
next_date: 下次联系 | 下次跟进日期 | 约定日期 | 预约日期 | next contact
[leads]
lead_id: 线索号 | 线索编号 | 潜客编号 | lead | 潜客号 | 意向编号 | 线索ID | lead no | lead number
    | opportunity id | prospect no
created_date: 建档日期 | 创建日期 | created | 创建时间 | 建档时间 | 留资时间 | 留资日期 | lead date
    | date created | enquiry date
status: 状态 | 线索状态 | 跟进状态 | 潜客状态 | lead status | stage
defeated_date: 战败日期 | lost date | 失败日期 | 战败时间 | date lost
defeat_reason: 战败原因 | lost reason | 失败原因 | reason lost
reactivated_date: 激活日期 | reactivated
reactivated_by: 激活人
won_date: 成交日期 | sold date | 成交时间 | date won
lost_to_same_brand: 败给同品牌 | 同品牌 | same brand
name: 姓名 | 客户姓名 | 客户名称 | 潜客姓名 | customer | customer name
phone: 手机 | 电话 | 联系电话 | 手机号 | mobile
model: 意向车型 | 车型 | 车系 | vehicle model
[referrals]
referral_id: 转介绍号 | 转介绍编号 | referral | 推荐编号 | referral no
referral_date: 转介绍日期 | 介绍日期 | date | 推荐日期 | referred on
referrer_id: 介绍人 | 介绍人编号 | referrer | 推荐人 | 推荐人编号 | referred by
matched: 是否匹配 | 匹配
rebate_amount: 返利 | 返利金额 | rebate | 奖励金额 | reward
[campaigns]
campaign_id: 活动编号
name: 活动名称 | campaign | campaign name | 活动主题 | event name | event
start_date: 开始日期 | 开始 | start | 活动开始日期 | 活动日期 | from
end_date: 结束日期 | 结束 | end | 活动结束日期 | to | until
kind: 类型 | 活动类型 | type
audience: 对象 | 目标客户
budget: 预算
cost: 费用 | 实际费用 | spend | 活动费用 | 实际花费 | actual cost
invited: 邀约 | 邀约数 | 邀约人数 | invitations
arrived: 到店 | 到店数 | 到店人数 | 到场人数 | attended
revenue: 活动产值 | 产值
owner: 负责人
[complaints]
complaint_id: 投诉号 | 投诉编号 | 投诉单号 | case no | complaint no
complaint_date: 投诉日期 | date | 投诉时间 | complained on | date received
severity: 级别 | 严重程度 | 投诉级别 | 投诉等级 | priority
dealer_fault: 我方责任 | 本店责任 | our fault
resolved_date: 结案日期 | 解决日期 | resolved | 关闭日期 | 处理完成日期 | date resolved | closed
topic: 主题 | 投诉主题 | subject | 投诉内容 | 投诉类别 | category
[appointments]
appointment_id: 预约号 | 预约编号 | 预约单号 | 预约ID | appointment | appointment no | appointment number
    | booking | booking no | booking number | booking id | booking ref
appointment_date: 预约时间 | 预约日期 | 预约到店时间 | 预约到店日期 | 预约进厂时间 | 预约进厂日期
    | 预计到店时间 | appointment time | booked for | booking date | booking time | date and time
created_date: 登记日期 | 登记时间 | 创建日期 | 创建时间 | 预约登记日期 | 建单日期 | 受理日期 | created
    | created on | booked on | date booked | date created
shown: 是否到店 | 到店 | 是否来店 | 是否进店 | 到店状态 | 履约状态 | 是否履约 | 预约状态 | showed | arrived
    | attended | kept | show | show status
[policies]
kind: 类别 | 类型 | 种类 | 险种 | 项目 | 产品类型 | 保单类型 | type | policy type | product | cover
end_date: 到期日期 | 到期日 | 终止日期 | 截止日期 | 失效日期 | 有效期至 | 保险到期日 | 质保到期日 | 终保日期
    | expiry | expiry date | expires | end | ends | valid until | renewal date
start_date: 生效日期 | 起始日期 | 开始日期 | 起保日期 | 生效日 | 购买日期 | start | valid from | inception
    | effective date
[record_checks]
check_date: 核查日期 | 检查日期 | date
record_type: 资料类型 | 档案类型 | record
correct: 是否正确 | 正确
staff: 责任人 | 人员 | employee
field: 核查字段 | 字段
hours_to_entry: 录入小时 | 录入时长 | hours to enter
[process_checks]
check_date: 检查日期 | date
staff: 被检查人 | 人员 | employee
role: 岗位 | 职务
process: 流程 | 检查流程
items_checked: 检查项 | 检查项数 | checked
items_passed: 合格项 | 合格项数 | passed
[sales_targets]
units: 目标台数 | 销量目标 | 目标 | target | target units | 计划台数 | 任务台数 | 目标销量 | plan units
    | budget units
[staff]
staff: 姓名 | 人员 | name | employee | 员工 | 员工姓名 | employee name | full name
role: 岗位 | 职务 | 职位 | 岗位名称 | position | job title
weight: 权重 | share
[team_requests]
team: 认领班组 | 申请班组 | requested by
request_date: 认领日期 | 申请日期 | request date | requested
[actions]
action_id: 编号 | 措施编号 | action
measure: 措施 | 整改措施
owner: 负责人
start_date: 开始日 | 开始日期 | start
due_date: 期限 | 完成期限 | due
done_date: 完成日 | 完成日期 | done
"""


def _read(text: str) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    table = column = ""
    for line in text.strip().splitlines():
        if line.startswith("["):
            table = line.strip("[]")
            found[table] = {}
            continue
        if not line.startswith(" "):
            column, _, line = line.partition(":")
        words = [word.strip() for word in line.split("|") if word.strip()]
        found[table][column] = (*found[table].get(column, ()), *words)
    return found


HEADERS: dict[str, dict[str, tuple[str, ...]]] = _read(_LISTS)
"""Header words by table and column; those under ``*`` hold in every table."""
