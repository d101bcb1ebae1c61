import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.value import reminder_effect as effect
from csanalysis.metrics.value.reminders import REMINDERS

AS_OF = pd.Timestamp("2025-12-31")
NO_DUE = pd.DataFrame(
    {"vin": pd.Series([], dtype="str"), "service_date": pd.to_datetime([]), "expected": pd.to_datetime([])}
)


def called(clean_table, vins, day, **columns):
    rows = [
        {
            "contact_id": vin,
            "vin": vin,
            "contact_date": day,
            "purpose": "maintenance",
            "reached": True,
            **columns,
        }
        for vin in vins
    ]
    return clean_table("contacts", rows)


def matched_cases(*tables, purposes=REMINDERS, **given):
    return effect.matched_by_purposes(*tables, purposes={"asked": purposes}, **given)["asked"]


def test_like_is_compared_with_like(clean_table, visits_of):
    """Four class C vehicles five months away, two of them called: one of those comes, none of the others."""
    visits = visits_of(
        {"A": ["2025-01-10", "2025-06-20"], "B": ["2025-01-10"], "C": ["2025-01-10"], "D": ["2025-01-10"]}
    )
    # A vehicle of another class (two visits) comes without a call, and is like neither.
    visits = pd.concat(
        [visits, visits_of({"E": ["2025-01-10", "2025-01-11", "2025-06-16"]})], ignore_index=True
    )
    contacts = called(clean_table, "AB", "2025-06-15 10:00")
    cells = matched_cases(contacts, visits, clean_table("vehicle_sales"), days=30, as_of=AS_OF, due=NO_DUE)
    assert cells[["called", "came", "others", "others_came"]].to_numpy().tolist() == [[2, 1, 2, 0]]
    found = effect.reminder_effect(cells)
    assert found["value"].item() == 0.5 and found["denominator"].item() == 2
    assert found["low"].item() < 0.5 < found["high"].item()
    shares = effect.reminder_arrival_share(cells).set_index("contacted")["value"]
    assert shares.to_dict() == {"yes": 0.5, "no": 0}
    revenue = effect.reminder_effect_revenue(found, contacts, visits.assign(total_amount=600.0), days=30)
    assert revenue["value"].item() == 0.5 * 2 * 600


def test_those_whose_service_is_near_are_compared_with_each_other(clean_table, visits_of):
    visits = visits_of({"A": ["2025-01-10"], "B": ["2025-01-10"], "C": ["2025-01-10"]})
    due = pd.DataFrame(
        {
            "vin": pd.Series(["A", "B", "C"], dtype="str"),
            "service_date": pd.to_datetime(["2025-01-10"] * 3),
            "expected": pd.to_datetime(["2025-06-20", "2025-06-20", "2025-12-01"]),
        }
    )
    contacts = called(clean_table, "A", "2025-06-16 10:00")
    cells = matched_cases(contacts, visits, clean_table("vehicle_sales"), days=30, as_of=AS_OF, due=due)
    # B, and A itself the day before its call; not C, whose service is far off.
    assert cells["others"].tolist() == [2]


def test_each_vehicle_once_between_two_visits(clean_table, visits_of):
    visits = visits_of({"A": ["2025-01-10"], "B": ["2025-01-10"]})
    contacts = pd.concat(
        [called(clean_table, "A", f"2025-06-{day} 10:00") for day in (11, 12, 14)], ignore_index=True
    )
    cells = matched_cases(contacts, visits, clean_table("vehicle_sales"), days=30, as_of=AS_OF, due=NO_DUE)
    assert cells["called"].tolist() == [1]


@pytest.mark.parametrize("empty", ["contacts", "visits", "both"])
def test_nothing_to_compare(clean_table, visits_of, empty):
    contacts = called(clean_table, "" if empty != "visits" else "A", "2025-06-15 10:00")
    visits = visits_of({} if empty != "contacts" else {"A": ["2025-01-10"]})
    cells = matched_cases(contacts, visits, clean_table("vehicle_sales"), days=30, as_of=AS_OF, due=NO_DUE)
    assert cells.empty
    assert effect.reminder_effect(cells).empty and effect.reminder_arrival_share(cells).empty


def test_calls_without_effect_show_none(clean_table, visits_of):
    """Vehicles that come or not by chance, half of them called by chance: the interval holds 0."""
    random = np.random.default_rng(3)
    held = 0
    for _ in range(30):
        dates = {}
        for number in range(200):
            comes = random.random() < 0.4
            dates[f"V{number:03d}"] = ["2025-01-10", *(["2025-06-20"] if comes else [])]
        contacts = called(clean_table, [vin for vin in dates if random.random() < 0.5], "2025-06-15 10:00")
        cells = matched_cases(
            contacts, visits_of(dates), clean_table("vehicle_sales"), days=30, as_of=AS_OF, due=NO_DUE
        )
        row = effect.reminder_effect(cells).iloc[0]
        held += row["low"] <= 0 <= row["high"]
    assert held >= 26


def test_several_purposes_at_once_give_what_each_gives_alone(clean_table, visits_of):
    days = [f"2025-{month:02d}-16" for month in range(1, 12)]
    visits = visits_of({f"V{number}": days[number % 3 :: 3] for number in range(30)})
    calls = clean_table(
        "contacts",
        [
            {"contact_id": f"{number}", "contact_date": f"2025-{number % 9 + 1:02d}-10", "vin": f"V{number}",
             "purpose": "win_back" if number % 2 else "maintenance", "reached": True}
            for number in range(20)
        ],
    )  # fmt: skip
    given = {
        "contacts": calls,
        "visits": visits,
        "sales": clean_table("vehicle_sales"),
        "days": 30,
        "as_of": pd.Timestamp("2025-12-31"),
        "due": pd.DataFrame({"vin": [], "service_date": [], "expected": []}).astype(
            {"vin": "str", "service_date": "datetime64[s]", "expected": "datetime64[s]"}
        ),
    }
    purposes = {"due": ("maintenance",), "back": ("win_back",)}
    found = effect.matched_by_purposes(**given, purposes=purposes)
    for name, asked in purposes.items():
        alone = matched_cases(**given, purposes=asked)
        assert len(alone) and found[name].equals(alone)


def test_those_not_called_are_counted_cell_by_cell():
    tally = effect._Tally()
    month = pd.DataFrame(
        {
            "visit_class": [0, 0, 1, 0],
            "age": [2, 2, 2, 3],
            "due": [-1, -1, 0, -1],
            "came": [True, False, True, False],
        }
    )
    tally.add("2025Q1", month)
    tally.add("2025Q1", month.head(1))
    tally.add("2024Q4", month.tail(1))
    found = tally.cells()
    assert found.columns.tolist() == ["quarter", "visit_class", "age", "due", "others", "others_came"]
    assert found.to_numpy().tolist() == [
        ["2024Q4", 0, 3, -1, 1, 0],
        ["2025Q1", 0, 2, -1, 3, 2],
        ["2025Q1", 0, 3, -1, 1, 0],
        ["2025Q1", 1, 2, 0, 1, 1],
    ]
    assert effect._Tally().cells().empty
