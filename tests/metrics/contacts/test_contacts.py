import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.metrics.contacts.contacts import (
    contact_coverage_rate,
    contacts_made,
    contacts_per_case,
    daily_contacts,
    invalid_phone_rate,
    invalid_phone_vehicles,
    reached_rate,
)

AS_OF = pd.Timestamp("2025-03-31")


@pytest.fixture
def contacts(clean_table):
    def call(day, vin, purpose="post_sale", **more):
        return {"contact_date": f"{day} 10:30", "vin": vin, "purpose": purpose, **more}

    return clean_table(
        "contacts",
        [
            call("2025-01-20", "A", "maintenance", agent="甲", reached=True, phone_valid=True),
            call("2025-02-03", "A", agent="甲", reached=True, phone_valid=True, attempt=1),
            call("2025-02-04", "B", agent="甲", reached=False, phone_valid=False, attempt=1),
            call("2025-02-04", "B", agent="乙", attempt=2),
            call("2025-03-30", "C", agent="乙", reached=False, phone_valid=True),
        ],
    )


def cases(*rows):
    frame = pd.DataFrame(rows, columns=["vin", "date"])
    return frame.assign(date=pd.to_datetime(frame["date"]))


def rates(frame, **group):
    for name, value in group.items():
        frame = frame[frame[name] == value]
    return {row["period"]: (row["numerator"], row["denominator"]) for row in frame.to_dict("records")}


def test_coverage_by_hand(contacts):
    sold = cases(
        ("A", "2025-01-31"),  # called three days later: within
        ("B", "2025-01-31"),  # four days later: not
        ("B", "2025-02-04"),  # the same day
        ("D", "2025-02-10"),  # never
        ("C", "2025-03-30"),  # its three days are not over
        ("A", "2024-12-31"),  # before the first contact
    )
    found = contact_coverage_rate(sold, contacts, purpose="post_sale", within_days=3, as_of=AS_OF)
    assert rates(found) == {"2025-01": (1, 2), "2025-02": (1, 2), "2025-03": (0, 0), "2025": (2, 4)}
    assert set(found["purpose"]) == {"post_sale"}
    march = found[found["period"] == "2025-03"].iloc[0]
    assert pd.isna(march["value"])


def test_a_contact_before_the_case_or_for_another_purpose_does_not_count(contacts):
    found = contact_coverage_rate(
        cases(("A", "2025-01-20"), ("A", "2025-02-04")),
        contacts,
        purpose="post_sale",
        within_days=3,
        as_of=AS_OF,
    )
    assert rates(found)["2025"] == (0, 2)


def test_the_last_day_over_counts(contacts):
    on_time = contact_coverage_rate(
        cases(("C", "2025-03-28")), contacts, purpose="post_sale", within_days=3, as_of=AS_OF
    )
    assert rates(on_time)["2025-03"] == (1, 1)


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 20)), max_size=6),
    st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 20)), min_size=1, max_size=6),
    st.integers(0, 5),
)
def test_coverage_is_what_looking_at_every_pair_gives(sold, called, within):
    first = pd.Timestamp("2025-01-01")
    dated = pd.DataFrame(sold, columns=["vin", "day"])
    dated["date"] = first + pd.to_timedelta(dated["day"], unit="D")
    made = pd.DataFrame(called, columns=["vin", "day"])
    made = made.assign(contact_date=first + pd.to_timedelta(made["day"], unit="D"), purpose="post_sale")
    found = contact_coverage_rate(dated, made, purpose="post_sale", within_days=within, as_of=AS_OF)
    pairs = [any(v == vin and 0 <= d - day <= within for v, d in called) for vin, day in sold]
    assert rates(found)["2025"] == (sum(pairs), len(pairs))


def test_reached_and_invalid_by_purpose(contacts):
    assert rates(reached_rate(contacts, as_of=AS_OF, by="purpose"), purpose="post_sale")["2025"] == (1, 3)
    assert rates(reached_rate(contacts, as_of=AS_OF))["2025"] == (2, 4)
    assert rates(invalid_phone_rate(contacts, as_of=AS_OF))["2025-02"] == (1, 2)


def test_a_vehicle_is_to_correct_by_its_last_try(contacts, clean_table):
    assert invalid_phone_vehicles(contacts, as_of=AS_OF)[
        ["numerator", "denominator"]
    ].to_numpy().tolist() == [[1, 3]]
    assert invalid_phone_vehicles(clean_table("contacts"), as_of=AS_OF)["value"].tolist() == [0]


def test_contacts_per_case_counts_first_attempts(contacts):
    found = contacts_per_case(contacts, by="purpose")
    assert rates(found, purpose="post_sale") == {"2025": (4, 3)}
    assert rates(contacts_per_case(contacts)) == {"2025": (5, 4)}


def test_daily_contacts_over_days_worked(contacts):
    assert rates(daily_contacts(contacts), agent="甲") == {"2025": (3, 3)}
    assert rates(daily_contacts(contacts, by_agent=False)) == {"2025": (5, 5)}


def test_no_contacts(clean_table):
    none = clean_table("contacts")
    frames = [
        contact_coverage_rate(
            cases(("A", "2025-01-01")), none, purpose="post_sale", within_days=3, as_of=AS_OF
        ),
        reached_rate(none, as_of=AS_OF, by="purpose"),
        contacts_made(none, as_of=AS_OF),
        contacts_per_case(none, by="purpose"),
        daily_contacts(none),
    ]
    assert all(frame.empty for frame in frames)


def test_one_contact(contacts):
    one = contacts.iloc[:1]
    assert rates(reached_rate(one, as_of=AS_OF))["2025"] == (1, 1)
    assert daily_contacts(one)[["value", "low"]].to_numpy().tolist()[0][0] == 1


def test_a_case_is_not_followed_where_its_vehicle_was_never_called(contacts):
    """The contact is of another purpose's vehicle alone, and the case the earliest day of all."""
    found = contact_coverage_rate(
        cases(("Z", "2025-02-01")),
        contacts.iloc[1:].assign(vin=None),
        purpose="post_sale",
        within_days=3,
        as_of=AS_OF,
    )
    assert rates(found)["2025"] == (0, 1)


def test_contacts_are_counted_from_the_month_of_the_first(contacts):
    found = contacts_made(contacts, as_of=AS_OF).set_index("period")["value"].to_dict()
    assert found == {"2025-01": 1, "2025-02": 3, "2025-03": 1, "2025": 5}
