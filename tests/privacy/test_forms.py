"""Personal data in free text, in many a form: none is published, and ordinary words are."""

import pandas as pd
import pytest

from csanalysis.ingest import load
from csanalysis.privacy.owners import owners_in
from csanalysis.privacy.publishing import OTHER, Gate, published
from tests.privacy.forms import FORMS, UNKNOWN_NAMES, tables
from tests.privacy.phrases import NAMES_TOO, PHRASES


def reasons_of(found):
    return list(found["upsell_items"]["decline_reason"])


def test_there_are_forms_enough():
    assert len(set(FORMS)) >= 150 and len(PHRASES) >= 300


@pytest.mark.parametrize(("written", "secret"), FORMS, ids=[ascii(form[0]) for form in FORMS])
def test_no_form_is_published_of_one_customer(written, secret):
    assert secret in written
    found, hidden = published(tables([written, "too dear"]))
    assert reasons_of(found) == [OTHER, "too dear"]
    assert hidden["upsell_items"].as_other == {"decline_reason": 1}


SURE = [form for form in FORMS if form[0].isascii() and sum(map(str.isdigit, form[1])) >= 7]


@pytest.mark.parametrize(("written", "secret"), SURE, ids=[form[0] for form in SURE])
def test_a_number_is_masked_however_many_write_it(written, secret):
    (found, *_), hidden = (
        reasons_of(published(tables([written], of=6))[0]),
        published(tables([written], of=6))[1],
    )
    assert secret not in found and "•••" in found
    assert hidden["upsell_items"].masked == {"decline_reason": 6}


def test_an_item_keeps_its_words_around_what_is_masked():
    given = tables(["too dear"])
    given["upsell_items"]["item"] = "轮胎，欧阳小满 139-1234-5678 要米其林"
    found, hidden = published(given)
    assert list(found["upsell_items"]["item"]) == ["轮胎，••• ••• 要米其林"]
    assert hidden["upsell_items"].masked == {"item": 1}


def test_ordinary_phrases_that_five_customers_share_are_published():
    """Thirty of them are names of customers, too."""
    customers = [(f"C{100000 + n}", name, f"138{n:08d}") for n, name in enumerate(NAMES_TOO.split())]
    found, _ = published(tables(PHRASES, customers=customers, of=5))
    assert sum(a != b for a, b in zip(reasons_of(found), PHRASES * 5, strict=True)) <= 3 * 5


def test_what_four_say_is_counted_as_other_in_a_column_of_many_words():
    words = [f"reason {letter}" for letter in "abcdefghijklm"]
    assert set(reasons_of(published(tables(words, of=4))[0])) == {OTHER}
    assert reasons_of(published(tables(words, of=5))[0]) == words * 5


def test_one_vehicle_that_says_it_five_times_is_one_customer():
    given = tables(["a reason of 1"], of=5)
    given["service_visits"]["vin"] = "V1"
    assert reasons_of(published(given)[0]) == [OTHER] * 5


def test_few_short_words_are_the_vocabulary_of_a_small_store():
    words = ["太贵", "没时间", "too dear", "李建国", "Peter Hall", "第3次", "等他爱人从外地回来以后再说吧"]
    assert reasons_of(published(tables(words))[0]) == [*words[:3], *[OTHER] * 4]


def test_what_the_params_list_is_a_category():
    words = [f"reason {letter}" for letter in "abcdefghijklm"]
    found, _ = published(tables(words), listed=frozenset(words[:2]))
    assert reasons_of(found) == [*words[:2], *[OTHER] * 11]


def test_the_word_that_stands_for_other_already_is_used():
    words = ["其他", *(f"reason {letter}" for letter in "abcdefghijklm")]
    assert set(reasons_of(published(tables(words))[0])) == {"其他"}


def test_a_code_that_is_a_phone_stays_apart_from_the_others():
    codes = ["13912345678", "13912345679", "A1"]
    campaigns = pd.DataFrame({"campaign_id": codes, "name": "spring"}, dtype="str")
    contacts = pd.DataFrame({"contact_id": ["1"], "campaign_id": ["13912345679"]}, dtype="str")
    found, hidden = published({"campaigns": campaigns, "contacts": contacts})
    assert list(found["campaigns"]["campaign_id"]) == ["•••1", "•••2", "A1"]
    assert list(found["contacts"]["campaign_id"]) == ["•••2"]
    assert (hidden["campaigns"].masked, hidden["contacts"].masked) == ({"campaign_id": 2}, {"campaign_id": 1})


def test_staff_and_whom_the_params_name_are_no_secret():
    given = {
        **tables(["too dear"]),
        "campaigns": pd.DataFrame(
            {
                "campaign_id": ["1", "2", "3"],
                "name": ["热线 400-820-8888", "王伟讲堂", "打 13912345678"],
                "owner": ["张经理", "欧阳小满", "王伟 13912345678"],
            },
            dtype="str",
        ),
        "staff": pd.DataFrame({"staff": ["王伟"]}, dtype="str"),
    }
    found, _ = published(given, params_text='{"hotline": "400-820-8888"}')
    assert list(found["campaigns"]["name"]) == ["热线 400-820-8888", "王伟讲堂", "打 •••"]
    assert list(found["campaigns"]["owner"]) == ["张经理", "•••", "王伟 •••"]


@pytest.mark.parametrize(
    "text",
    [
        "2025-10-01 至 2025-10-07",
        "20251001 国庆活动",
        "满1,000减100",
        "205/55R16 91V",
        "10:00-12:00，14:00-16:00",
        "春节·感恩回馈",
        "方向盘总成",
        "施工质量",
        "周总结会",
        "5W-30 4L 机油",
        "12,345,678",
    ],
)
def test_dates_amounts_and_parts_are_no_personal_data(text):
    assert Gate(owners_in(tables(["too dear"]))).masked(text) == text


def test_a_cell_that_is_set_aside_keeps_all_but_what_is_personal():
    gate = Gate(owners_in(tables(["too dear"])))
    assert gate.told("20251345 or 2025-13-45, 12345678") == "20251345 or 2025-13-45, 12345678"
    assert gate.told("欧阳小满 139.1234.5678 鲁n12345") == "••• ••• •••"
    assert (gate.told("139 12345678"), gate.told("0534-2661234")) == ("•••", "0534-2661234")


@pytest.mark.parametrize("form", sorted(set(FORMS) - set(UNKNOWN_NAMES)), ids=lambda form: ascii(form[0]))
def test_a_word_that_no_vocabulary_has_keeps_nothing_personal(form):
    assert form[1] not in Gate(owners_in(tables(["too dear"]))).told(form[0], word=True)


def test_the_reason_of_a_row_set_aside_says_no_more_than_its_cell(tmp_path):
    """A landline where the job type should stand, and a word that is only not known."""
    rows = "".join(
        f"R{n},V1,2025-03-01,{word}\n" for n, word in enumerate(["repair", "0534-2661234", "wash"])
    )
    (tmp_path / "v.csv").write_text("RO,VIN,date in,job type\n" + rows, encoding="utf-8")
    (tmp_path / "s.csv").write_text("VIN,sale_date,手机号2,139 12345678\nV1,2025-01-05,,\n")
    (tmp_path / "a.yml").write_text(
        "dealership: {id: a}\nplan_year: 2026\nsources: {vehicle_sales: s.csv, service_visits: v.csv}\n"
    )
    store = load(tmp_path / "a.yml")
    assert [*store.rejects["value"]] == ["•••", "wash"] and [*store.cells] == ["0534-2661234", "wash"]
    said = "\n".join([*store.rejects["reason"], *store.rejects["reason_zh"]])
    assert "2661234" not in said and "nobody mapped '•••'" in said and "“wash”" in said
    assert store.quality[0].unused_headers == ("手机号2", "•••")
