"""Every key of the params file is explained, in both languages, and no key that there is not."""

import yaml

from csanalysis.params.keys import _MEANINGS, keys


def test_every_key_has_its_meaning_and_none_is_stale():
    told = yaml.safe_load(_MEANINGS.read_text(encoding="utf-8"))
    known = {key.path for key in keys()}
    assert known - told.keys() == set() and told.keys() - known == set()
    assert [path for path, said in told.items() if set(said) != {"zh", "en"} or not all(said.values())] == []


def test_kinds_and_defaults_are_those_of_the_models():
    known = {key.path: (key.kind, key.default, key.required) for key in keys()}
    assert known["churn.years"] == ("whole number", "5", False)
    assert known["language"] == ("one of zh, en", "zh", False)
    assert known["reception.best"] == ("list of whole number", "[8, 10]", False)
    assert known["dealership.id"] == ("text", "", True)
    assert known["delivery.email.from"] == ("text", "", True)
    assert known["churn.fixed_rate"] == ("number", "", False)
