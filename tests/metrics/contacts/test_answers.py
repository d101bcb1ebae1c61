"""What each kind of answer does to the next lists, by hand."""

import pandas as pd
import pytest

from csanalysis.metrics.contacts.answers import (
    Rests,
    call_results,
    case_status,
    do_not_call_vehicles,
    gone_vehicles,
    no_contacts,
)
from csanalysis.schema import folded
from csanalysis.schema.call_results import EFFECTS, GONE, REASONS, RESULT_ALIASES, known_result
from csanalysis.schema.workbook import INVALID_PHONE, NOT_REACHED, RESULT_WORDS

RESTS = {"tries": 3, "again_after_days": 7, "refused_days": 90, "rest_days": 30}


@pytest.fixture
def calls(clean_table):
    """Contacts from ``(vin, day, result[, next date])``, reached unless nobody answered."""

    def table(*rows, **more):
        contacts = []
        for number, (vin, day, result, *agreed) in enumerate(rows):
            effect = EFFECTS.get(known_result(result) or "", "reached")
            contacts.append(
                {
                    "contact_id": f"C{number}",
                    "contact_date": day,
                    "purpose": "maintenance",
                    "vin": vin,
                    "reached": effect not in ("not_reached", "wrong_number"),
                    "result": result,
                    "next_date": agreed[0] if agreed else None,
                    **more,
                }
            )
        return clean_table("contacts", contacts)

    return table


def status(contacts, day, **more):
    return case_status(contacts, pd.Timestamp(day), **(RESTS | more))


def first_free(contacts, start, **more):
    """The first day on which the only vehicle may be called again, looked for day by day."""
    for day in pd.date_range(start, periods=200):
        if not status(contacts, day, **more)["off"].any():
            return f"{day:%Y-%m-%d}"
    return None


TEN = [f"V{number}" for number in range(10)]


@pytest.mark.parametrize(
    ("word", "why", "again"),
    [
        ("车已卖或已迁走", "gone", None),
        ("卖车", "gone", None),
        ("搬迁", "gone", None),
        ("报废", "gone", None),
        ("勿扰", "do_not_call", None),
        ("空号/错号", "wrong_number", None),
        ("不来", "refused", "2025-08-30"),
        ("价格高", "refused", "2025-08-30"),
        ("已预约", "booked", "2025-07-01"),
        ("自行到店", "booked", "2025-07-01"),
        ("已到店", "reached", "2025-07-01"),
        ("再考虑", "reached", "2025-07-01"),
        ("听说过", "reached", "2025-07-01"),
        ("未接通", "tried", "2025-06-08"),
    ],
)
def test_ten_answers_of_each_kind(calls, word, why, again):
    contacts = calls(*((vin, "2025-06-01 10:30", word) for vin in TEN))
    told = status(contacts, "2025-06-02")
    assert told["off"].tolist() == [True] * 10 and set(told["why"]) == {why}
    assert list(told.index) == TEN and told.index.name == "whom"
    ends = told["until"].dt.strftime("%Y-%m-%d").unique().tolist()
    assert ends == [again] if again else told["until"].isna().all()
    before = status(contacts, pd.Timestamp(again or "2035-01-01") - pd.Timedelta(days=1))
    assert before["off"].all()
    if again:
        after = status(contacts, again)
        assert not after["off"].any() and set(after["why"]) == {""} and after["until"].isna().all()


def test_an_answer_is_not_known_before_the_next_day(calls):
    assert status(calls(("V1", "2025-06-01", "卖车")), "2025-06-01").empty


@pytest.mark.parametrize(
    ("word", "again"),
    [("已预约", "2025-06-21"), ("不来", "2025-06-20"), ("再考虑", "2025-06-20"), ("无人接听", "2025-06-20")],
)
def test_a_date_agreed_on_takes_the_place_of_the_days(calls, word, again):
    assert first_free(calls(("V1", "2025-06-01", word, "2025-06-20")), "2025-06-02") == again


def test_a_next_date_before_the_call_says_nothing(calls):
    assert first_free(calls(("V1", "2025-06-10", "不来", "2025-06-01")), "2025-06-11") == "2025-09-08"


def test_after_so_many_calls_without_success_there_is_a_rest(calls):
    tried = calls(
        ("V1", "2025-06-01", "未接通"),
        ("V1", "2025-06-08", "再考虑", "2025-06-15"),
        ("V1", "2025-06-15", "未接通"),
    )
    assert status(tried.iloc[:2], "2025-06-15")["tries"].tolist() == [2]
    told = status(tried, "2025-06-22")
    assert told[["off", "why", "tries"]].to_numpy().tolist() == [[True, "tried", 3]]
    assert first_free(tried, "2025-06-16") == "2025-09-13"
    assert status(tried, "2025-09-13")["tries"].tolist() == [0]
    assert first_free(tried, "2025-06-16", tries=5) == "2025-06-22"


def test_a_settled_matter_ends_the_round(calls):
    contacts = calls(("V1", "2025-06-01", "未接通"), ("V1", "2025-06-08", "已预约", "2025-06-10"))
    assert status(contacts, "2025-06-11")[["off", "tries"]].to_numpy().tolist() == [[False, 0]]
    again = pd.concat([contacts, calls(("V1", "2025-06-12", "未接通"))], ignore_index=True)
    assert status(again, "2025-06-19")["tries"].tolist() == [1]


def test_an_unanswered_call_takes_no_refusal_back(calls):
    contacts = calls(("V1", "2025-06-01", "拒绝"), ("V1", "2025-06-20", "未接通"))
    told = status(contacts, "2025-06-21")
    assert told["why"].tolist() == ["refused"] and f"{told['until'].iloc[0]:%m-%d}" == "08-30"
    booked = pd.concat([contacts, calls(("V1", "2025-06-25", "已预约", "2025-06-28"))], ignore_index=True)
    assert status(booked, "2025-06-29")["off"].tolist() == [False]


def test_a_visit_ends_what_was_answered_before_it(calls, visits_of):
    words = {"V1": "卖车", "V2": "空号", "V3": "不来", "V4": "未接通", "V5": "勿扰"}
    contacts = calls(*((vin, "2025-06-01", word) for vin, word in words.items()))
    visits = visits_of({vin: ["2025-06-03"] for vin in words})
    assert status(contacts, "2025-06-03", visits=visits)["off"].all()
    told = status(contacts, "2025-06-04", visits=visits)
    assert told["off"].tolist() == [False, False, False, False, True]


def test_gone_stands_until_the_vehicle_is_seen_or_its_owner_books(calls, visits_of):
    contacts = calls(
        ("V1", "2025-06-01", "车已卖"),
        ("V2", "2025-06-01", "报废"),
        ("V2", "2025-07-01", "已预约"),
        ("V3", "2025-06-01", "搬迁"),
        ("V3", "2025-07-01", "未接通"),
        ("V4", "2025-06-01", "sold or moved away"),
        ("V5", "2025-06-01", "再考虑"),
        ("V6", "2025-06-01", "搬迁"),
    )
    visits = visits_of({"V1": ["2025-05-01"], "V4": ["2025-08-01"], "V6": ["2025-06-01"]})
    gone = gone_vehicles(contacts, visits, pd.Timestamp("2025-09-01"))
    assert {vin: f"{day:%m-%d}" for vin, day in gone.items()} == {"V1": "06-01", "V3": "06-01", "V6": "06-01"}
    assert list(gone_vehicles(contacts, visits, pd.Timestamp("2025-06-15")).index) == [
        "V1",
        "V2",
        "V3",
        "V4",
        "V6",
    ]
    assert gone_vehicles(contacts, None, pd.Timestamp("2025-06-01")).empty


def test_a_wrong_number_is_mended_by_a_call_that_gets_through(calls):
    contacts = calls(
        ("V1", "2025-06-01", "空号"), ("V2", "2025-06-01", "空号"), ("V2", "2025-06-20", "再考虑")
    )
    told = status(contacts, "2025-07-20")
    assert told["why"].tolist() == ["wrong_number", ""]
    silent = calls(("V1", "2025-06-01", "未接通"), phone_valid=False)
    assert status(silent, "2025-07-20")["why"].tolist() == ["wrong_number"]
    rings = pd.concat([silent, calls(("V1", "2025-07-21", "未接通"), phone_valid=True)], ignore_index=True)
    assert status(rings, "2025-07-22")["why"].tolist() == ["tried"]


def test_a_lead_is_known_by_its_number(clean_table):
    row = {"contact_id": "C1", "contact_date": "2025-06-01", "purpose": "lead", "customer_id": "L7"}
    told = status(clean_table("contacts", [{**row, "reached": True, "result": "declined"}]), "2025-06-02")
    assert told.loc["L7", ["off", "why", "last_purpose"]].tolist() == [True, "refused", "lead"]


def test_unknown_words_count_by_whether_anybody_was_reached(clean_table):
    row = {"contact_date": "2025-06-01", "purpose": "maintenance", "vin": "V1"}
    found = [
        ("哎", True, True),
        ("哎", False, True),
        (None, None, None),
        (None, False, False),
        ("booked", False, None),
    ]
    contacts = clean_table(
        "contacts",
        [
            {**row, "contact_id": f"C{n}", "result": word, "reached": reached, "phone_valid": valid}
            for n, (word, reached, valid) in enumerate(found)
        ],
    )
    assert call_results(contacts).tolist() == ["reached", "no_answer", "no_answer", "wrong_number", "booked"]


def test_without_contacts_nobody_is_off(clean_table):
    told = status(clean_table("contacts"), "2025-06-01")
    assert told.empty and "off" in told
    pd.testing.assert_frame_equal(no_contacts(), clean_table("contacts"))
    known = status(no_contacts(), "2025-06-01", do_not_call=["V9"])
    assert known.loc["V9", ["off", "why", "tries"]].tolist() == [True, "do_not_call", 0]


def test_do_not_call_is_of_the_customer_and_of_all_vehicles(clean_table, visits_of, calls):
    visits = visits_of({"V1": ["2025-01-01"], "V2": ["2025-01-02"], "V3": ["2025-01-03"]})
    visits["customer_id"] = ["K1", "K2", "K2"]
    sales = clean_table("vehicle_sales", [{"vin": "V4", "sale_date": "2024-01-01", "customer_id": "K1"}])
    customers = clean_table(
        "customers", [{"customer_id": "K1", "do_not_call": True}, {"customer_id": "K2", "do_not_call": False}]
    )
    never = do_not_call_vehicles(customers, visits, sales, clean_table("contacts"))
    assert sorted(never) == ["K1", "V1", "V4"]
    never = do_not_call_vehicles(None, visits, sales, calls(("V3", "2025-02-01", "免打扰")))
    assert sorted(never) == ["K2", "V2", "V3"]


def test_every_word_means_one_thing_and_every_result_is_written_somehow():
    said = [folded(word) for result, words in RESULT_ALIASES.items() for word in (result, *words)]
    assert sorted(set(said)) == sorted(said)
    assert set(RESULT_ALIASES) == set(EFFECTS)
    assert set(GONE) < set(REASONS) < set(EFFECTS)


def test_every_word_of_the_drop_down_is_a_result_and_says_whether_anybody_was_reached():
    for result, words in RESULT_WORDS.items():
        assert {known_result(word) for word in words.values()} == {result}
        assert (EFFECTS[result] in ("not_reached", "wrong_number")) == (result in NOT_REACHED), result
        assert (EFFECTS[result] == "wrong_number") == (result in INVALID_PHONE), result


@pytest.mark.parametrize(
    ("rests", "pause"),
    [((3, 7, 90, 30), 90), ((3, 7, 0, 30), 31), ((3, 40, 0, 30), 41)],
    ids=["as after a refusal", "longer than a rest", "longer than between calls"],
)
def test_a_new_round_begins_after_the_longest_rest(rests, pause):
    assert Rests(*rests).pause == pause


def test_a_date_agreed_on_for_the_day_of_the_call_is_none(calls):
    on_the_day, none, later = (
        first_free(calls(("V0", "2025-03-03", "reached", *agreed)), "2025-03-04")
        for agreed in (["2025-03-03"], [], ["2025-03-20"])
    )
    assert on_the_day == none != later
