import pandas as pd
import pytest

from csanalysis.metrics.contacts.capacity import callers

STAFF = pd.DataFrame(
    {"staff": ["甲", "乙", "丙", "丁"], "role": ["agent", "客服专员", "service_advisor", "agent"],
     "weight": [1.0, 0.5, 1.0, 0.0]}
)  # fmt: skip


def contacts(**made):
    rows = [
        (day, agent) for agent, count in made.items() for day in pd.date_range("2025-01-01", periods=count)
    ]
    return pd.DataFrame(rows, columns=["contact_date", "agent"])


def found(*given, **options):
    rows = callers(*given, **{"year": 2025, "days": 100, **options})
    return list(zip(rows["owner"], rows["per_day"], rows["basis"], strict=True))


def test_a_caller_s_pace_is_the_calls_of_the_year_over_its_working_days():
    assert found(STAFF, contacts(甲=200, 乙=50)) == [("甲", 2.0, "own"), ("乙", 0.5, "own")]


def test_who_has_no_record_calls_as_the_others_do_by_weight():
    # 甲, a whole person, makes 2 a day; half a person makes 1.
    assert found(STAFF, contacts(甲=200)) == [("甲", 2.0, "own"), ("乙", 1.0, "mean")]
    assert found(STAFF, None) == [("甲", 60.0, "standard"), ("乙", 30.0, "standard")]


def test_the_pace_of_half_a_person_is_half_that_of_a_whole_one():
    assert found(STAFF, contacts(乙=50)) == [("甲", 1.0, "mean"), ("乙", 0.5, "own")]


def test_params_give_a_whole_person_s_calls():
    assert found(STAFF, contacts(甲=200), per_day=40) == [("甲", 40.0, "params"), ("乙", 20.0, "params")]
    assert found(STAFF, None, per_day=0) == [("甲", 0.0, "params"), ("乙", 0.0, "params")]


def test_advisors_call_only_where_params_name_them():
    assert [owner for owner, *_ in found(STAFF, None, roles=["service_advisor"])] == ["丙"]


@pytest.mark.parametrize(
    "staff", [None, STAFF.iloc[2:3], STAFF.iloc[:0]], ids=["no table", "no caller", "no row"]
)
def test_without_a_caller_the_department_calls(staff):
    assert found(staff, contacts(甲=300, 乙=100), department="客服部") == [("客服部", 4.0, "own")]
    assert found(staff, None, department="客服部") == [("客服部", 60.0, "standard")]


def test_contacts_of_other_years_do_not_count():
    assert found(STAFF, contacts(甲=200), year=2024)[0] == ("甲", 60.0, "standard")
