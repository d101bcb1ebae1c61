"""Ordinary words of why work was declined, why a lead was lost and what a complaint is about."""

import re

NAMES_TOO = "马力 高价 安康 方便 时间 温度 雷达 万一 常规 周到 钱多 白天 黄灯 金属 毛病 石子 江边 龙头 严重 平常 明确 高明 余款 程度 安全 康复 路远 季度 文明 项目 任务"  # fmt: skip
"""Words of two letters that are also somebody's name."""

_WORDS = f"""
{NAMES_TOO}
太贵 价格高 价格偏高 嫌贵 暂不需要 不需要 外面做 要商量 等保险 没时间 赶时间 下次再做 再考虑 回家商量 没带钱 预算不足
车要卖了 准备换车 还能用 还没坏 还可以 刚换过 刚做过 自己换 朋友店里做 亲戚开修理厂 网上买便宜 外面便宜 路边店便宜 已经预约
等活动 等优惠 等打折 等年终奖 等发工资 等过完年 等老公决定 问老婆 家人不同意 单位付款要审批 公车要审批 领导没批 保险没批
不急 不着急 下次保养一起 下个月再说 过段时间 先观察 看看再说 用着没问题 没感觉 没异响 没必要 不影响 不影响开 不相信
马力不足 高价配件 方便时再来 时间不够 温度偏高 雷达误报 万一不行再换 常规保养 周到不够 黄灯亮 金属异响 小毛病 石子打的 严重漏油
平常不开 安全带异响 路远不便 季度末再说 项目不清楚 任务太重 白天没空 余款未付 江边停车 龙头漏水 明确拒绝 文明用语 高明之处
质量不信任 配件没货 配件要等 等配件 订货时间长 等待时间长 排队太久 工期太长 取车太晚 交车延误 服务态度 态度不好 收费不透明 收费不合理
多收费 报价不清 没有解释 解释不清 没人接待 接待慢 维修质量 修不好 返修 异响未解决 漏油 油耗高 空调不凉 刹车异响 方向跑偏 轮胎鼓包
轮胎偏磨 电瓶没电 发动机抖动 变速箱顿挫 车漆有色差 洗车不干净 车内弄脏 物品丢失 车辆划伤 钣金不平 喷漆流挂 配件缺货 保养提醒太多
电话太多 短信太多 回访打扰 承诺未兑现 赠品未给 礼品少 保养券过期 积分没到账 发票开错 发票慢 上牌慢 贷款慢 保险理赔慢 理赔金额少
定损偏低 提车慢 等车久 现车不足 没有现车 颜色没有 配置不合适 同品牌他店 买了别的品牌 失联 电话打不通 贷款未批 首付不够 征信问题
家里反对 暂时不买 推迟购车 观望 等新款 等降价 二手车估价低 置换价低 优惠不够 赠送少 试驾不满意 空间小 动力不足 油耗担心
续航不够 充电不便 车机卡顿 导航不准 蓝牙断连 倒车影像模糊 座椅不舒服 噪音大 胎噪大 隔音差 异味 新车有味 车身抖 底盘松散 转向沉
雨刮不净 玻璃水没加 灯不亮 大灯进水 钥匙没电 天窗异响 门关不严 后备箱异响 儿童座椅难装 休息区吵 休息区没水 餐食不好 没有停车位 停车难
4S店太贵 还差500公里 差2000公里再做 里程7500公里再换 10月再说 2026年再做 2025年10月8日再约 国庆后 五一后 春节前 下周六 周末再来
满1000减100再来 报价1,280元太高 比外面贵300元 贵了20% 205/55R16没货 5W-30没货 0W-20机油贵 12V电瓶还行 第3次才说 3个月后
三个月后再做 一年后再换 一周后 两万公里再换 二手配件 十一以后 一次做不完 两个轮胎先换 四轮定位不用 前制动片还厚 后制动片还能用
""".split()  # fmt: skip

_LINES = """
too expensive; too dear; not needed yet; done elsewhere; ask partner; insurance; no time today; next visit; will think about it; price
cheaper online; waiting for salary; car will be sold; still good; just replaced; warranty claim; company car; no budget; not convinced
does it himself; friend has a garage; waiting for parts; wants second quote; after holidays; after 5000 km; in 3 months; by March 2026
charges; attitude; parts delay; late handover; noise from brakes; oil leak; battery flat; wrong invoice; car not washed; no courtesy car
waited 2 hours; called 3 times; paint damage; air conditioning; engine warning light; tyre wear; steering pulls; quote unclear
same brand elsewhere; no stock; no answer; no finance; bought another brand; trade-in offer too low; test drive; colour not available
""".strip()

PHRASES = tuple(dict.fromkeys([*_WORDS, *(part.strip() for part in re.split("[;\n]", _LINES))]))
