"""Every attempt at a customer not spoken to yet, by hand."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.value.reminder_cases import of_purposes, reminder_cases

AS_OF = pd.Timestamp("2025-12-31")


def calls(clean_table, *rows):
    names = ("vin", "contact_date", "purpose", "reached")
    made = [dict(zip(names, row, strict=True)) | {"contact_id": f"{place}"} for place, row in enumerate(rows)]
    return clean_table("contacts", made)


def cases_of(clean_table, contacts, visits, sales=(), as_of=AS_OF):
    return reminder_cases(contacts, visits, clean_table("vehicle_sales", sales), days=30, as_of=as_of)


def test_attempts_up_to_the_first_answer_with_what_came_before_and_after(clean_table, visits_of):
    visits = visits_of({"A": ["2024-05-01", "2025-01-10", "2025-06-20"]})
    contacts = calls(
        clean_table,
        ("A", "2025-06-10 10:00", "maintenance", False),
        ("A", "2025-06-12 10:00", "maintenance", True),
        ("A", "2025-06-14 10:00", "maintenance", True),  # spoken to already
        ("A", "2024-05-04 10:00", "post_service", True),
    )
    found = cases_of(clean_table, contacts, visits)
    assert found["attempt"].tolist() == [1, 2] and found["reached"].tolist() == [0, 1]
    assert found["asked_days"].tolist() == [1, 1] and found["came_days"].tolist() == [1, 1]
    assert found["came_6_months"].tolist() == [1, 1] and found["came_12_months"].isna().all()
    assert found["before"].tolist() == [1, 1]  # May 2024 lies in the year before January 2025
    assert found["age"].tolist() == [4, 5] and found["step"].tolist() == [5, 5]
    assert found["calls"].tolist() == [1, 1] and found["period"].tolist() == ["2025", "2025"]


def test_a_visit_or_a_long_pause_begins_a_new_series(clean_table, visits_of):
    visits = visits_of({"A": ["2025-01-10", "2025-03-10"]})
    contacts = calls(
        clean_table,
        ("A", "2025-03-01", "maintenance", False),
        ("A", "2025-03-12", "maintenance", False),
        ("A", "2025-03-20", "campaign", False),
        ("A", "2025-06-01", "campaign", True),
    )
    found = cases_of(clean_table, contacts, visits)
    assert found["attempt"].tolist() == [1, 1, 2, 1]
    # The first was asked by nobody before it came; the next two by the call of June, within six months alone.
    assert found["asked_6_months"].tolist() == [0, 1, 1, 1] and found["asked_days"].tolist() == [0, 0, 0, 1]
    assert of_purposes(found, ["campaign"])["attempt"].tolist() == [2, 1]


def test_a_visit_on_the_day_of_the_call_came_after_it(clean_table, visits_of):
    contacts = calls(clean_table, ("A", "2025-03-10 09:00", "maintenance", True))
    found = cases_of(clean_table, contacts, visits_of({"A": ["2025-01-10", "2025-03-10"]}))
    assert found["came_days"].tolist() == [1] and found["before"].tolist() == [0]
    eve = cases_of(clean_table, contacts, visits_of({"A": ["2024-12-08", "2025-03-09"]}))
    assert eve["came_days"].tolist() == [0] and eve["age"].tolist() == [0]


def test_the_habit_is_that_of_other_calls(clean_table, visits_of):
    """Two owners, three calls each in one year: one always answers, one never, but for the last."""
    visits = visits_of({"A": ["2025-01-01"], "B": ["2025-01-01"]})
    rows = [(vin, f"2025-{month:02d}-01", "insurance", vin == "A") for vin in "AB" for month in (1, 3)]
    contacts = calls(clean_table, *rows, *((vin, "2025-05-01", "maintenance", vin == "B") for vin in "AB"))
    found = cases_of(clean_table, contacts, visits)
    assert found["calls"].tolist() == [2, 2]
    assert found["habit"].iloc[0] - found["habit"].iloc[1] == pytest.approx(1)
    assert found["answered"].iloc[0] - found["answered"].iloc[1] == pytest.approx(1)
    assert found["habit_rest"].iloc[0] - found["habit_rest"].iloc[1] == pytest.approx(1)


def test_never_seen_counts_from_the_sale_and_unknown_vehicles_are_left_out(clean_table, visits_of):
    sold = [{"vin": "N", "sale_date": "2025-01-10"}]
    contacts = calls(
        clean_table,
        ("N", "2025-04-01", "first_service", True),
        ("X", "2025-04-01", "first_service", True),
        ("N", "2025-01-01", "first_service", True),  # before the sale
        (None, "2025-04-01", "first_service", True),
        ("N", "2025-04-02", "first_service", None),
    )
    found = cases_of(clean_table, contacts, visits_of({}), sold)
    assert found["age"].tolist() == [2] and found["before"].isna().all() and found["calls"].tolist() == [1]


@pytest.mark.parametrize("rows", [[], [("A", "2025-12-20", "maintenance", True)]], ids=["none", "too young"])
def test_nothing_to_say_yet(clean_table, visits_of, rows):
    found = cases_of(clean_table, calls(clean_table, *rows), visits_of({"A": ["2025-01-10"]}))
    assert len(found) == len(rows) and np.isnan(found["came_days"].to_numpy(float)).all()


@pytest.mark.parametrize(("as_of", "known"), [("2025-03-30", False), ("2025-03-31", True)])
def test_what_came_is_known_on_the_last_of_its_days(clean_table, visits_of, as_of, known):
    """30 days from 1 March are over on the 31st."""
    contacts = calls(clean_table, ("A", "2025-03-01", "maintenance", True))
    found = cases_of(clean_table, contacts, visits_of({"A": ["2025-01-10"]}), as_of=pd.Timestamp(as_of))
    assert found["came_days"].notna().tolist() == [known]


def test_the_habit_without_the_call_before_is_that_of_the_others(clean_table, visits_of):
    """Yes, no, yes, yes, all of one usual rate u: at the fourth, 2/3 - u with the third and 1/2 - u without."""
    rows = [("A", f"2025-{month:02d}-15", "maintenance", month != 3) for month in (1, 3, 5, 7)]
    last = cases_of(clean_table, calls(clean_table, *rows), visits_of({"A": ["2025-01-10"]})).iloc[-1]
    assert last["calls"] == 3
    assert last["habit"] - last["habit_rest"] == pytest.approx(2 / 3 - 1 / 2)
    assert last["answered"] - last["habit"] == pytest.approx(1 - 2 / 3)


def test_what_the_purpose_explains_is_no_habit(clean_table, visits_of):
    """Maintenance: A yes, B no; campaign: B yes. Campaigns are answered 1 oftener, by A 1 oftener than by B.

    The rounds end at -1/3 for maintenance and 2/3 for campaigns, so that B is 1/3 above either: 0 + 1/3 = 1 - 2/3.
    """
    contacts = calls(
        clean_table,
        ("A", "2025-02-01", "maintenance", True),
        ("B", "2025-02-01", "maintenance", False),
        ("B", "2025-05-01", "campaign", True),
    )
    found = cases_of(clean_table, contacts, visits_of({"A": ["2025-01-10"], "B": ["2025-01-10"]}))
    assert found["habit"].tolist() == pytest.approx([np.nan, 1 / 3, 1 / 3], nan_ok=True)


@pytest.mark.parametrize(("earlier", "before"), [("2024-01-11", 1), ("2024-01-10", 0)])
def test_the_year_before_the_last_visit_has_365_days(clean_table, visits_of, earlier, before):
    """From 11 January of the leap year to 10 January of the next; and the call is in the first step of 30 days."""
    contacts = calls(clean_table, ("A", "2025-02-08", "maintenance", True))
    found = cases_of(clean_table, contacts, visits_of({"A": [earlier, "2025-01-10"]}))
    assert found["before"].tolist() == [before] and found["step"].tolist() == [0]


def test_the_first_visit_of_all_is_an_answer_too_and_age_counts_in_years(clean_table, visits_of):
    """Sold 1,461 days before the call, four years; the store's only visit is ten days after it."""
    sales = [{"vin": "A", "sale_date": "2021-06-10"}]
    contacts = calls(clean_table, ("A", "2025-06-10 10:00", "maintenance", True))
    found = cases_of(clean_table, contacts, visits_of({"A": ["2025-06-20"]}), sales)
    assert found["came_days"].tolist() == [1] and found["came_6_months"].tolist() == [1]
    assert found["vehicle_age"].tolist() == [4.0] and not found["seen"].any()
