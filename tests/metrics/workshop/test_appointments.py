import pandas as pd
import pytest

from csanalysis.metrics.workshop import appointments

AS_OF = pd.Timestamp("2025-12-31")


def one(frame, period):
    return frame.set_index("period").loc[period]


@pytest.fixture
def visits(visits_of):
    return visits_of(
        {"A": ["2025-06-02", "2025-12-01"], "B": ["2025-12-01"], "C": ["2025-12-02"]}, advisor="S"
    )


@pytest.fixture
def book(clean_table, visits):
    """On 1 December A came and B is written as missed though it has an order; nothing is written of C and D."""
    rows = [
        ("1", "A", "2025-12-01 09:30", "2025-12-01", True),
        ("2", "B", "2025-12-01 09:45", "2025-11-29", False),
        ("3", "C", "2025-12-02 14:00", "2025-11-25", None),
        ("4", "D", "2025-12-02 14:30", "2025-11-01", None),
        ("5", None, "2025-12-03 14:30", None, None),
    ]
    names = ("appointment_id", "vin", "appointment_date", "created_date", "shown")
    table = clean_table("appointments", [dict(zip(names, row, strict=True)) for row in rows])
    return appointments.with_arrivals(table, visits)


def test_who_came_is_as_written_else_as_the_orders_say(book):
    assert book["came"].astype(object).where(book["came"].notna(), None).tolist() == [
        True,
        False,
        True,
        False,
        None,
    ]
    assert book["ahead"].fillna("?").tolist() == ["same_day", "days_1_2", "days_3_7", "later", "?"]


def test_show_rate(book):
    assert one(appointments.show_rate(book, as_of=AS_OF), "2025")[["numerator", "denominator"]].tolist() == [
        2,
        4,
    ]
    by = appointments.show_rate(book, as_of=AS_OF, by="ahead")
    assert by[by["period"] == "2025"].set_index("ahead")["value"].to_dict() == {
        "same_day": 1, "days_1_2": 0, "days_3_7": 1, "later": 0,
    }  # fmt: skip


def test_booking_share_begins_with_the_first_appointment(book, visits):
    """A's order of June was before the book; all three of December had an appointment that day."""
    share = appointments.booking_share(visits, book, as_of=AS_OF)
    assert share["period"].tolist() == ["2025-12", "2025"]
    assert one(share, "2025")[["numerator", "denominator"]].tolist() == [3, 3]


def test_days_booked_ahead(book):
    """0, 2, 7, 31: the median is 4.5."""
    assert one(appointments.booking_lead_days(book), "2025")[["value", "denominator"]].tolist() == [4.5, 4]


def test_the_week_at_the_desk(visits_of):
    """Three Mondays with 1, 2 and 30 orders for one or two advisors; a Tuesday with none written."""
    rows = visits_of({"A": ["2025-12-01", "2025-12-08"], "B": ["2025-12-08"]}, advisor="S")
    many = visits_of({f"V{n}": ["2025-12-15"] for n in range(30)}, advisor="S").assign(
        advisor=["S", "T"] * 15, ro_number=[f"M{n}" for n in range(30)]
    )
    unknown = visits_of({"Z": ["2025-12-16"]}).assign(ro_number="Z")
    visits = pd.concat([rows, many, unknown], ignore_index=True)
    load = appointments.desk_load(visits, as_of=AS_OF).set_index("weekday")
    assert load.loc["1", ["numerator", "denominator", "value"]].tolist() == [33, 3, 11]
    assert load.loc["2", "value"] == 1
    able = appointments.desk_capacity(visits, limit=12, as_of=AS_OF).set_index("weekday")
    assert able["value"].to_dict() == {"1": (12 + 12 + 24) / 3}
    full = appointments.full_days_share(visits, limit=12, as_of=AS_OF).set_index("weekday")
    assert full[["numerator", "denominator"]].loc["1"].tolist() == [1, 3]
    assert set(full["period"]) == {"2025-12-31"}


def test_appointments_of_a_weekday_are_over_all_days_open(book, visits):
    load = appointments.appointment_load(book, visits, as_of=AS_OF).set_index("weekday")
    # Two Mondays were open, 2 June and 1 December, and had two appointments; Tuesday, 2 December, had two.
    assert load.loc["1", ["numerator", "denominator"]].tolist() == [2, 2]
    assert load.loc["2", "value"] == 2


def test_hours(book):
    """Five appointments in the 31 days from 1 December: at nine on Monday 2 in 31 / 7 weeks."""
    hours = appointments.appointments_by_hour(book, as_of=AS_OF).set_index(["weekday", "hour"])
    assert hours.loc[("1", "9"), "value"] == pytest.approx(2 / (31 / 7))
    assert hours["numerator"].sum() == 5
    no_hours = book.assign(appointment_date=book["day"])
    assert appointments.appointments_by_hour(no_hours, as_of=AS_OF).empty


def test_an_empty_book(clean_table, visits):
    book = appointments.with_arrivals(clean_table("appointments"), visits)
    assert appointments.show_rate(book, as_of=AS_OF).empty
    assert appointments.booking_share(visits, book, as_of=AS_OF).empty
    assert appointments.booking_lead_days(book).empty
    assert appointments.appointments_by_hour(book, as_of=AS_OF).empty
