import pandas as pd
import pytest

from csanalysis.ingest.cells import comparison_codes, parse
from csanalysis.ingest.words import trim_cells, word_hint
from csanalysis.schema import TABLES, VOCABULARIES, Column

SERVICE_TYPE = TABLES["service_visits"].by_name["service_type"]


def read(cells, column, words=None):
    return parse(pd.Series(cells, dtype="str"), column, words or {})


def test_trimming_takes_blanks_of_every_width_and_what_stands_for_nothing():
    cells = pd.DataFrame(
        {0: pd.Series(["　a ", "\u200bb\t", "NULL", '="00123"', "  ", "\ufeffc"], dtype="str")}
    )
    assert trim_cells(cells)[0].fillna("∅").tolist() == ["a", "b", "∅", "00123", "∅", "c"]


@pytest.mark.parametrize(
    "vin", ["lsvaawck98c000539", " LSVAAWCK98C000539  ", "ＬＳＶＡＡＷＣＫ98C000539", "LSVA AWCK98C000539"]
)
def test_vins_are_one_however_written(vin):
    assert read([vin], Column("vin", "车架号", "vin")).values.tolist() == ["LSVAAWCK98C000539"]


def test_a_vin_of_other_characters_is_unreadable():
    parsed = read(["待补", "—", None, "V1"], Column("vin", "车架号", "vin"))
    assert parsed.unreadable.tolist() == [True, True, False, False]
    assert parsed.values.isna().tolist() == [True, True, True, False]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("首保", "first_service"),
        ("First Service", "first_service"),
        ("first_service", "first_service"),
        (" 首 保 ", "first_service"),
        ("定期保养", "scheduled_service"),
        ("机电维修", "repair"),
        ("钣喷", "accident"),
        ("三包", "warranty"),
        ("其它", "other"),
    ],
)
def test_built_in_words(word, meant):
    assert read([word], SERVICE_TYPE).values.tolist() == [meant]


def test_every_alias_of_a_vocabulary_is_read():
    for name, known in VOCABULARIES.items():
        column = Column(name, name, vocabulary=name)
        for meant, aliases in known.items():
            assert set(read([meant, *aliases], column).values) == {meant}


def test_the_params_words_win_are_folded_and_may_name_a_built_in_word():
    words = {"维修": "warranty", "里程 保养": "scheduled_service", "新车检查": "首保"}
    parsed = read(["维修", "里程保养", "新车检查", "小修"], SERVICE_TYPE, words)
    assert parsed.values.tolist() == ["warranty", "scheduled_service", "first_service", "repair"]


def test_an_unknown_word_is_unreadable_and_the_hint_names_what_is_known():
    assert read(["美容装潢"], SERVICE_TYPE).unreadable.tolist() == [True]
    assert "known: first_service" in word_hint("service_visits", SERVICE_TYPE, "美容装潢")
    assert "did you mean 定期保养" in word_hint("service_visits", SERVICE_TYPE, "定期保养费")
    assert "sources.service_visits.words.service_type" in word_hint("service_visits", SERVICE_TYPE, "x")


@pytest.mark.parametrize("word", ["是", "有", "Y", "yes", "TRUE", "1", "√", "已接通"])
def test_true_words(word):
    assert read([word], TABLES["contacts"].by_name["reached"]).values.tolist() == [True]


@pytest.mark.parametrize("word", ["否", "无", "N", "no", "False", "0", "×", "无人接听"])
def test_false_words(word):
    assert read([word], TABLES["contacts"].by_name["reached"]).values.tolist() == [False]


def test_params_words_for_truth():
    column = TABLES["contacts"].by_name["reached"]
    parsed = read(["通", "断", "未知"], column, {"通": "是", "断": "false"})
    assert parsed.values.tolist() == [True, False, pd.NA]
    assert parsed.unreadable.tolist() == [False, False, True]


def test_item_codes_stay_text_and_digits_are_not_folded_together():
    column = TABLES["survey_responses"].by_name["item_code"]
    parsed = read(["11.10", "1.1", "11", "总分"], column, {"1.1": "x"})
    assert parsed.values.tolist() == ["11.10", "x", "11", "total"]


def test_ids_become_half_width_and_other_text_stays_as_it_stands():
    assert read(["Ｃ００１"], Column("customer_id", "客户编号")).values.tolist() == ["C001"]
    assert read(["（外置）滤芯"], Column("item_name", "题目")).values.tolist() == ["（外置）滤芯"]


def test_dashes_in_text_and_words_mapped_onto_nothing_are_empty():
    parsed = read(["—", "--", "测试"], Column("advisor", "服务顾问"), {"测试": ""})
    assert parsed.values.isna().all()
    assert not parsed.unreadable.any()


@pytest.mark.parametrize(
    ("first", "second", "header", "same"),
    [
        ("2020/1/1", "2020-01-01", "备注", True),
        ("20200101", "2020/1/1", "登记日期", True),
        ("1,280.00", "1280", "金额", True),
        ("Ａ1", "A1", "备注", True),
        ("001", "1", "编号", False),
        ("a", "b", "备注", False),
    ],
)
def test_unmapped_cells_are_compared_by_meaning(first, second, header, same):
    numbers = comparison_codes(pd.Series([first, second], dtype="str"), header)
    assert (numbers[0] == numbers[1]) == same


def test_empty_unmapped_cells_are_equal():
    assert comparison_codes(pd.Series([None, None, "x"], dtype="str"), "备注").tolist()[:2] == [-1, -1]
