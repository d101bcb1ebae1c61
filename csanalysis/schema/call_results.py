"""What a call may end in: a closed vocabulary, what each result does, and the words that say it."""

from typing import Literal

from csanalysis.schema.naming import folded

Effect = Literal["gone", "do_not_call", "wrong_number", "refused", "booked", "came", "reached", "not_reached"]

EFFECTS: dict[str, Effect] = {
    "booked": "booked",
    "will_come": "booked",
    "came": "came",
    "later": "reached",
    "other": "reached",
    "reached": "reached",
    "no_answer": "not_reached",
    "wrong_number": "wrong_number",
    "declined": "refused",
    "too_dear": "refused",
    "too_far": "refused",
    "poor_service": "refused",
    "elsewhere": "refused",
    "sold_or_moved": "gone",
    "car_sold": "gone",
    "moved_away": "gone",
    "scrapped": "gone",
    "do_not_call": "do_not_call",
}
"""What a result does to the next lists.

``gone`` takes the vehicle out of base, lists and forecast until it is seen again; ``do_not_call`` off all
call lists for good; ``wrong_number`` off them until the number is mended; ``refused`` and ``booked`` for a
while; ``came`` ends the matter; ``reached`` and ``not_reached`` bring another try.
"""

GONE = tuple(result for result, effect in EFFECTS.items() if effect == "gone")
REASONS = (*GONE, "too_dear", "too_far", "poor_service", "elsewhere")
"""The results that say why a customer has left."""


def _words(*lines: str) -> tuple[str, ...]:
    return tuple(word for line in lines for word in line.split(", "))


RESULT_ALIASES: dict[str, tuple[str, ...]] = {
    "booked": _words(
        "已预约, 预约, 预约成功, 预约到店, 预约进店, 已约, 同意到店, appointment, appointment made",
        "booking made, scheduled",
    ),
    "will_come": _words(
        "自行到店, 会来, 愿意到店, 自己过来, will drop in, will come in",
    ),
    "came": _words(
        "已到店, 到店, 已来店, 已进店, 已回厂, 已保养, 已续保, 续保成功, arrived, visited, renewed",
    ),
    "later": _words(
        "再考虑, 考虑中, 考虑, 有意向, 暂不需要, 暂时不需要, 稍后再联系, 未到保养, 未到里程",
        "稍后联系, 再联系, 改天再联系, 稍后再打, 没时间, 不方便, call later, callback, thinking",
        "thinking about it, interested, not yet, not due yet",
    ),
    "other": _words(
        "其他, 其它",
    ),
    "reached": _words(
        "已接通, 接通, 满意, 非常满意, 不满意, 一般, 正常, 已告知, 已通知, answered, satisfied",
        "dissatisfied, spoken to, informed, ok, done",
    ),
    "no_answer": _words(
        "未接通, 无人接听, 未接, 无应答, 不接, 不接电话, 未接听, 拒接, 挂断, 关机, 占线, 忙线",
        "正在通话, 不在服务区, 无法接通, 语音信箱, not reached, unanswered, busy",
        "voice mail, switched off, no reply, hung up",
    ),
    "wrong_number": _words(
        "号码无效, 无效号码, 空号, 错号, 空号错号, 停机, 号码错误, 打错, 号码不存在",
        "invalid number, number invalid, bad number, disconnected",
    ),
    "declined": _words(
        "拒绝, 不来, 不愿来, 不需要, 不考虑, 拒绝到店, 不来店, 明确拒绝, refused, not interested",
        "will not come, rejected",
    ),
    "too_dear": _words(
        "价格高, 价格偏高, 太贵, 价格贵, 收费高, 嫌贵, 嫌价格高, too expensive, price",
    ),
    "too_far": _words(
        "距离远, 离店远, 太远, 路远, 离得远, distance, far away, too far away",
    ),
    "poor_service": _words(
        "服务不满, 对服务不满, 不满意服务, 服务差, 态度差, 质量不满, unhappy with service",
        "unhappy with the service",
    ),
    "elsewhere": _words(
        "外面做, 在外保养, 在别处保养, 外修, 外面修, 修理厂, 去其他店, 他店保养, 别处保养, another garage",
        "goes elsewhere, other workshop",
    ),
    "sold_or_moved": _words(
        "车已卖或已迁走, 已卖或已迁走, sold or moved away",
    ),
    "car_sold": _words(
        "车已卖, 已卖, 卖车, 车卖了, 已卖车, 车辆已卖, 已出售, 已转让, 转让, 已过户, 过户, 换车",
        "已换车, 车辆已售, sold the car, sold car, vehicle sold, traded in",
    ),
    "moved_away": _words(
        "已迁走, 搬迁, 搬家, 已搬走, 迁走, 迁外地, 外迁, 去外地, 在外地, 人在外地, 车在外地, 长期外地",
        "relocated, moved house",
    ),
    "scrapped": _words(
        "报废, 已报废, 车已报废, 全损, written off, scrap, total loss",
    ),
    "do_not_call": _words(
        "勿扰, 免打扰, 请勿来电, 不要再打, 不再接受来电, 别再打, 不要打电话, 拒访, 拒绝回访, 拒绝来电",
        "投诉来电, 黑名单, dnd, do not disturb, do not call again, opt out, opted out, unsubscribe, no calls",
    ),
}
"""The words that exports and callers write for each; any other word says nothing but that a call was made."""

_KNOWN = {folded(word): result for result, words in RESULT_ALIASES.items() for word in (result, *words)}


def known_result(word: str) -> str | None:
    """The result of the closed vocabulary that a word says; None for a word that nobody knows."""
    return _KNOWN.get(folded(word))
