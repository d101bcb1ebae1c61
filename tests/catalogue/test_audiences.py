import pytest

from csanalysis.catalogue.audiences import audience_words
from csanalysis.schema.audiences import RULES


@pytest.mark.parametrize(
    ("audience", "zh", "en"),
    [
        ("visitors, gender=female", "进店客户、女性", "visitors, women"),
        ("客户状态=流失边缘", "流失边缘", "Marginal"),
        ("车龄=3", "车龄满3年", "vehicles sold 3 years ago or more"),
    ],
)
def test_audiences_are_said_in_both_languages(audience, zh, en):
    assert (audience_words(audience, "zh"), audience_words(audience, "en")) == (zh, en)


def test_every_rule_can_be_said():
    for rule in RULES:
        value = f"={rule.words[0][0] if rule.words else 3}" if rule.takes_value else ""
        assert audience_words(rule.name + value, "zh") and audience_words(rule.name + value, "en")
