import pandas as pd
import pytest

from csanalysis.metrics.value import reminders

AS_OF = pd.Timestamp("2025-12-31")


@pytest.fixture
def contacts_of(clean_table):
    """Contacts from ``"VIN date purpose reached"``; a further word is the agent."""

    def table(*rows):
        made = []
        for number, row in enumerate(rows):
            vin, day, purpose, reached, *agent = row.split()
            made.append(
                {
                    "contact_id": str(number),
                    "vin": vin,
                    "contact_date": day.replace("T", " "),
                    "purpose": purpose,
                    "reached": {"yes": True, "no": False}.get(reached),
                    "agent": agent[0] if agent else None,
                    "attempt": 1,
                }
            )
        return clean_table("contacts", made)

    return table


def yearly(frame, **group):
    for name, value in group.items():
        frame = frame[frame[name] == value]
    frame = frame[frame["period"].str.len() == 4]
    return dict(zip(frame["period"], frame["value"], strict=True))


def test_revenue_of_visits_on_the_day_and_up_to_thirty_days_later(contacts_of, visits_of):
    contacts = contacts_of(
        "A 2025-01-10T15:30 maintenance yes",
        "A 2025-01-12T09:00 maintenance yes",
        "B 2025-03-01T09:00 first_service no",
        "C 2025-03-01T09:00 win_back yes",
    )
    visits = visits_of(
        {
            "A": ["2025-01-09", "2025-01-10", "2025-02-11", "2025-02-12"],
            "B": ["2025-03-02"],
            "C": ["2025-03-02"],
        },
        total_amount=100.0,
    )
    # A: on the day (the hour does not matter) and 30 days after the second call, each once. Not reached: B. Not
    # a reminder: C.
    revenue = reminders.reminder_revenue(contacts, visits, days=30, as_of=AS_OF)
    assert yearly(revenue) == {"2025": 200}
    months = revenue.set_index("period")
    assert months.loc["2025-01", "value"] == 100 and months.loc["2025-02", "value"] == 100
    assert months.loc["2025-03", "value"] == 0
    assert months.loc["2025-02", "denominator"] == 1


def test_revenue_starts_in_the_first_contacts_month(contacts_of, visits_of):
    contacts = contacts_of("A 2025-03-20T09:00 insurance yes", "A 2025-05-01T09:00 maintenance yes")
    revenue = reminders.reminder_revenue(contacts, visits_of({"A": ["2025-05-02"]}), days=5, as_of=AS_OF)
    assert revenue["period"].tolist() == [*(f"2025-{month:02d}" for month in range(3, 13)), "2025"]
    # The visit has no amount: that is not 0.
    assert revenue["value"].isna().tolist() == [month in ("2025-05", "2025") for month in revenue["period"]]


def test_contacts_before_each_visit(contacts_of, visits_of):
    contacts = contacts_of(
        "A 2024-01-01T09:00 maintenance no",
        "A 2024-02-01T09:00 campaign yes",
        "A 2024-02-10T09:00 maintenance yes",
        "A 2024-02-11T09:00 post_service yes",
        "A 2024-02-12T09:00 maintenance no",
        "B 2024-06-01T09:00 first_service yes",
        "X 2024-06-01T09:00 maintenance yes",
    )
    visits = visits_of(
        {"A": ["2024-02-10", "2024-03-01", "2024-03-01"], "B": ["2024-05-31"], "C": ["2025-01-01"]}
    )
    counts = reminders.contacts_to_arrival(contacts, visits, as_of=AS_OF)
    # A came after three (the one on the day counts), then after one; its second order of that day after none.
    # B's call came after its visit, C had none, X is nobody.
    assert {n: yearly(counts, attempts=n)["2024"] for n in "0123"} == {"0": 2, "1": 1, "2": 0, "3": 1}
    assert yearly(counts, attempts="0")["2025"] == 1
    mean = reminders.contacts_per_arrival(contacts, visits, as_of=AS_OF)
    assert mean["value"].tolist()[0] == 2 and mean["value"].isna().tolist() == [False, True]


def test_reached_by_attempt_and_hour(contacts_of):
    contacts = contacts_of(
        "A 2025-01-01T09:10 maintenance yes",
        "A 2025-01-02T09:50 win_back no",
        "A 2025-01-02T14:00 campaign yes",
        "A 2025-01-02T14:00 campaign unknown",
        "A 2025-01-02T14:00 post_sale yes",
    )
    by_hour = reminders.invitation_reached_rate(contacts, by="hour").set_index("hour")
    assert by_hour["value"].to_dict() == {"9": 0.5, "14": 1} and by_hour["denominator"].tolist() == [2, 1]
    by_attempt = reminders.invitation_reached_rate(contacts, by="attempt")
    assert by_attempt["denominator"].tolist() == [3]


def test_without_times_there_is_no_hour(contacts_of):
    contacts = contacts_of("A 2025-01-01T00:00 maintenance yes")
    assert reminders.invitation_reached_rate(contacts, by="hour").empty


def test_reminders_followed_by_a_visit(contacts_of, visits_of, clean_table):
    contacts = contacts_of(
        "A 2025-01-10T09:00 maintenance yes 甲",
        "B 2025-01-10T09:00 maintenance yes 甲",
        "C 2025-01-10T09:00 first_service yes 乙",
        "A 2025-12-10T09:00 maintenance yes 甲",
    )
    visits = visits_of({"A": ["2025-01-10", "2025-12-11"], "B": ["2025-02-10"]})
    sales = clean_table("vehicle_sales", [{"vin": "C", "sale_date": "2024-12-01"}])
    shares = reminders.reminder_arrival_rate(contacts, visits, sales, days=30, as_of=AS_OF, by="agent")
    # B came on the 31st day; the last call's 30 days are not over.
    assert yearly(shares, agent="甲") == {"2025": 0.5} and yearly(shares, agent="乙") == {"2025": 0}
    whole = reminders.reminder_arrival_rate(contacts, visits, sales, days=30, as_of=AS_OF)
    assert (whole["numerator"].item(), whole["denominator"].item()) == (1, 3)


def test_no_contacts_or_no_visits(contacts_of, visits_of, clean_table):
    none, no_visits, sales = contacts_of(), visits_of({}), clean_table("vehicle_sales")
    one, visits = contacts_of("A 2025-01-10T09:00 maintenance yes"), visits_of({"A": ["2025-01-10"]})
    assert reminders.reminder_revenue(none, visits, days=30, as_of=AS_OF).empty
    assert reminders.contacts_to_arrival(none, visits, as_of=AS_OF).empty
    assert reminders.contacts_per_arrival(none, visits, as_of=AS_OF).empty
    assert reminders.invitation_reached_rate(none, by="hour").empty
    assert reminders.reminder_arrival_rate(none, visits, sales, days=30, as_of=AS_OF).empty
    assert set(reminders.reminder_revenue(one, no_visits, days=30, as_of=AS_OF)["value"]) == {0}
    assert set(reminders.contacts_to_arrival(one, no_visits, as_of=AS_OF)["value"]) <= {0}
    assert reminders.reminder_arrival_rate(one, no_visits, sales, days=30, as_of=AS_OF)["value"].tolist() == [
        0
    ]


def test_a_call_reminds_its_own_vehicle_alone(contacts_of, visits_of):
    contacts = contacts_of("B 2025-03-10T09:00 maintenance yes", "C 2025-05-10T09:00 maintenance yes")
    visits = visits_of({"A": ["2025-03-11"], "B": ["2025-03-11"], "C": ["2025-03-11", "2025-05-11"]})
    found = reminders.reminded_visits(contacts, visits, days=30)
    assert found["vin"].tolist() == ["B", "C"] and found["visit_date"].dt.month.tolist() == [3, 5]


def test_numbers_of_contacts_end_with_the_largest(contacts_of, visits_of):
    contacts = contacts_of("A 2025-03-10T09:00 maintenance yes", "A 2025-03-11T09:00 maintenance no")
    found = reminders.contacts_to_arrival(contacts, visits_of({"A": ["2025-03-12"]}), as_of=AS_OF)
    assert found["attempts"].tolist() == ["0", "1", "2"] and found["value"].tolist() == [0, 0, 1]


def test_thirty_days_are_over_on_the_thirtieth_and_begin_on_the_day_of_the_call(
    contacts_of, visits_of, clean_table
):
    """Calls of 1 December are followed up to the 31st; that of the 2nd is not over yet."""
    contacts = contacts_of(
        *(f"{vin} 2025-12-01T09:00 maintenance yes" for vin in "ABCD"), "E 2025-12-02T09:00 maintenance yes"
    )
    visits = visits_of(
        {
            "A": ["2025-12-01"],
            "B": ["2025-12-31"],
            "C": ["2025-11-30"],
            "D": ["2026-01-01"],
            "E": ["2025-12-05"],
        }
    )
    found = reminders.reminder_arrival_rate(
        contacts, visits, clean_table("vehicle_sales"), days=30, as_of=AS_OF
    )
    assert found[["period", "numerator", "denominator"]].to_numpy().tolist() == [["2025", 2, 4]]


def test_a_call_after_the_last_visit_belongs_to_none(contacts_of, visits_of):
    contacts = contacts_of(
        "A 2025-02-01T09:00 maintenance no",
        "B 2025-02-01T09:00 maintenance no",
        "B 2025-03-01T09:00 insurance no",
        "B 2025-04-01T09:00 maintenance no",
        "B 2025-06-01T09:00 maintenance no",
    )
    visits = visits_of({"A": ["2025-01-10"], "B": ["2025-01-10", "2025-05-01"]})
    counts = reminders.contacts_to_arrival(contacts, visits, as_of=AS_OF)
    # B's second visit came after the calls of February and April. The first visits lie before the first contact's month.
    assert {n: yearly(counts, attempts=n)["2025"] for n in "012"} == {"0": 0, "1": 0, "2": 1}
    mean = reminders.contacts_per_arrival(contacts, visits, as_of=AS_OF)
    assert mean[["numerator", "denominator", "value"]].to_numpy().tolist() == [[2, 1, 2]]


def test_without_invitations_no_visit_had_an_attempt(contacts_of, visits_of):
    contacts = contacts_of("A 2025-03-10T09:00 insurance yes")
    found = reminders.contacts_to_arrival(contacts, visits_of({"A": ["2025-03-12"]}), as_of=AS_OF)
    assert found[["attempts", "value"]].to_numpy().tolist() == [["0", 1]]
