import pytest

from csanalysis.schema.audiences import RULES, parse_audience


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("base", [("base", "")]),
        ("有效客户", [("base", "")]),
        ("gender=F", [("gender", "female")]),
        ("性别＝女", [("gender", "female")]),
        ("进店客户，职业=教师", [("visitors", ""), ("occupation", "教师")]),
        ("车龄>=3", [("vehicle_age", "3")]),
        ("vehicle_age ≥ 3", [("vehicle_age", "3")]),
        ("客户状态=流失边缘, visit_class=a", [("state", "marginal"), ("visit_class", "A")]),
    ],
)
def test_audiences_are_read_in_both_languages(text, parts):
    assert [(part.rule.name, part.value) for part in parse_audience(text)] == parts


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hobby=golf", "'hobby' is no audience rule; known: base"),
        ("gendre=female", "did you mean gender"),
        ("state=actve", "state=actve: no such value; did you mean active"),
        ("state", "'state' needs a value, such as state=active"),
        ("birthday=3", "takes no value"),
        ("车龄=三年", "write whole years"),
        ("handovers, gender=f", "let it stand alone"),
        (" , ", "names no audience"),
    ],
)
def test_what_is_no_audience_says_what_to_write(text, said):
    with pytest.raises(ValueError, match=said):
        parse_audience(text)


def test_every_rule_has_a_name_in_both_languages():
    assert len({rule.name for rule in RULES} | {rule.zh for rule in RULES}) == 2 * len(RULES)
