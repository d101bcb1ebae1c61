"""Whom a calendar event is for: the closed set of rules that count an audience from the data.

A rule is a name, some with a value: ``gender=female``, ``车龄=3``. Several, with commas between them, must
all hold. Rules about the customer alone count customers, all others count vehicles.
"""

from dataclasses import dataclass

from csanalysis.messages import BadValueError, Message, joined
from csanalysis.schema.naming import folded, nearest


@dataclass(frozen=True)
class AudienceRule:
    """One rule: its names, the table and column it looks at, and the words its value may be (none: any).

    ``monthly`` rules count anew for each month that an event lasts.
    """

    name: str
    zh: str
    table: str
    column: str
    takes_value: bool = False
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()
    monthly: bool = False
    of_customers: bool = False


@dataclass(frozen=True)
class AudiencePart:
    """A rule as an event states it; ``value`` is the canonical word where the rule has a closed set."""

    rule: AudienceRule
    value: str = ""


_STATES = (
    ("active", ("活跃", "活跃客户")),
    ("marginal", ("流失边缘", "边缘")),
    ("churned", ("流失", "流失客户")),
    ("permanent", ("永久流失",)),
)
_GENDERS = (
    ("female", ("女", "女士", "女性", "f", "woman", "women")),
    ("male", ("男", "男士", "男性", "m", "man", "men")),
)
_CLASSES = tuple((name, (f"{name}类", f"class {name}")) for name in "ABCD")

RULES = (
    AudienceRule("base", "有效客户", "service_visits", "visit_date"),
    AudienceRule("state", "客户状态", "service_visits", "visit_date", True, _STATES),
    AudienceRule("visit_class", "客户类别", "service_visits", "visit_date", True, _CLASSES),
    AudienceRule("visitors", "进店客户", "service_visits", "visit_date", monthly=True),
    AudienceRule("handovers", "交车客户", "sales_targets", "units", monthly=True),
    AudienceRule("vehicle_age", "车龄", "vehicle_sales", "sale_date", True),
    AudienceRule("sale_anniversary", "购车纪念日", "vehicle_sales", "sale_date", monthly=True),
    AudienceRule("model", "车型", "vehicle_sales", "model", True),
    AudienceRule("gender", "性别", "customers", "gender", True, _GENDERS, of_customers=True),
    AudienceRule("occupation", "职业", "customers", "occupation", True, of_customers=True),
    AudienceRule("district", "区县", "customers", "district", True, of_customers=True),
    AudienceRule("birthday", "生日", "customers", "birthday", monthly=True, of_customers=True),
)
_BY_NAME = {folded(name): rule for rule in RULES for name in (rule.name, rule.zh)}


def parse_audience(text: str) -> tuple[AudiencePart, ...]:
    """The rules of one audience, such as ``visitors, gender=female`` or ``进店客户，性别=女``.

    Raises
    ------
    ValueError
        An unknown rule or word (the nearest is named), a value too many or too few, or ``handovers`` joined
        with another rule.
    """
    pieces = [piece.strip() for piece in text.replace("，", ",").replace("、", ",").split(",")]
    parts = tuple(_part(piece) for piece in pieces if piece)
    if not parts:
        line = "'{text}' names no audience; known: {known}", "“{text}”没有写明对象；可用的有：{known}"
        raise BadValueError(*line, text=text, known=_known())
    if len(parts) > 1 and any(part.rule.name == "handovers" for part in parts):
        raise BadValueError(
            "handovers (交车客户) are planned sales, of which no more is known; let it stand alone",
            "handovers（交车客户）来自销售计划，没有其他资料；请单独写",
        )
    return parts


def gender_of(word: str) -> str:
    """``female`` or ``male`` for any word for them; ``""`` for another."""
    return next((name for name, words in _GENDERS if folded(word) in map(folded, (name, *words))), "")


def _part(piece: str) -> AudiencePart:
    name, sign, value = piece.replace("≥", "=").replace(">=", "=").replace("＝", "=").partition("=")
    value = value.strip()
    rule = _BY_NAME.get(folded(name))
    if rule is None:
        line = "'{name}' is no audience rule{hint}", "“{name}”不是对象条件{hint}"
        raise BadValueError(*line, name=name.strip(), hint=_near(name.strip()))
    if rule.takes_value and not value:
        line = "'{piece}' needs a value, such as {example}", "“{piece}”需要一个值，如 {example}"
        raise BadValueError(*line, piece=piece, example=_example(rule))
    if sign and not rule.takes_value:
        line = "'{piece}': {name} ({zh}) takes no value", "“{piece}”：{zh}（{name}）不带值"
        raise BadValueError(*line, piece=piece, name=rule.name, zh=rule.zh)
    return AudiencePart(rule, _checked(rule, value))


def _checked(rule: AudienceRule, value: str) -> str:
    if rule.name == "vehicle_age":
        if not value.isdecimal() or not 0 < int(value) < 100:
            line = "{said}: write whole years, such as vehicle_age=3", "{said}：请写整年数，如 vehicle_age=3"
            raise BadValueError(*line, said=f"vehicle_age={value}")
        return str(int(value))
    if not rule.words:
        return value
    for canonical, words in rule.words:
        if folded(value) in map(folded, (canonical, *words)):
            return canonical
    spoken = [word for canonical, words in rule.words for word in (canonical, *words)]
    line = "{said}: no such value{hint}", "{said}：没有这个值{hint}"
    raise BadValueError(*line, said=f"{rule.name}={value}", hint=nearest(value, spoken))


def _example(rule: AudienceRule) -> str:
    return (
        f"{rule.name}={rule.words[0][0]}"
        if rule.words
        else f"{rule.name}={'3' if rule.name == 'vehicle_age' else '…'}"
    )


def _near(name: str) -> Message:
    close = nearest(name, [each for rule in RULES for each in (rule.name, rule.zh)])
    if close.startswith("; did"):
        return close
    return Message("; known: {known}", "；可用的有：{known}", known=_known())


def _known() -> Message:
    return joined(f"{rule.name} ({rule.zh})" for rule in RULES)
