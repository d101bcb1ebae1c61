import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.workshop import quality

AS_OF = pd.Timestamp("2025-12-31")
JANUARY = pd.Timestamp("2025-01-01")


def one(frame, period):
    return frame.set_index("period").loc[period]


def order(n, vin, day, **columns):
    return {"ro_number": f"R{n}", "vin": vin, "visit_date": day, "service_type": "repair", **columns}


@pytest.mark.parametrize(
    ("as_of", "days", "until"),
    [("2025-12-31", 30, "2025-11-30"), ("2025-12-30", 30, "2025-11-30"), ("2025-12-29", 30, "2025-10-31")],
    ids=["1 December is no month", "30 November is its end", "29 November is not"],
)
def test_only_whole_months_are_decided(as_of, days, until):
    assert quality.decided_until(pd.Timestamp(as_of), days=days) == pd.Timestamp(until)


@pytest.fixture
def marked(clean_table, monkeypatch):
    """A comes back on day 30 for rework, B on day 31, C the same day; D never, E's work was no rework."""
    monkeypatch.setattr(quality, "FEW_MARKED", 1)
    return clean_table(
        "service_visits",
        [
            order(1, "A", "2025-03-01"),
            order(2, "A", "2025-03-31", is_rework=True),
            order(3, "B", "2025-03-01"),
            order(4, "B", "2025-04-01", is_rework=True),
            order(5, "C", "2025-03-05"),
            order(6, "C", "2025-03-05", is_rework=True),
            order(7, "D", "2025-03-06"),
            order(8, "E", "2025-03-07"),
            order(9, "E", "2025-03-09"),
            order(10, "F", "2025-12-20"),
        ],
    )


def test_rework_within_thirty_days(marked):
    cases = quality.fixed_first_time(marked, days=30, as_of=AS_OF)
    assert set(cases["basis"]) == {"marked"}
    assert cases.set_index("ro_number")["fixed"].to_dict() == {
        "R1": False, "R3": True, "R5": False, "R7": True, "R8": True, "R9": True,
    }  # fmt: skip
    rate = one(quality.first_time_fix_rate(cases, since=JANUARY, as_of=AS_OF), "2025")
    assert rate[["numerator", "denominator"]].tolist() == [4, 6]


def test_where_no_rework_is_marked_a_second_repair_counts(clean_table):
    """A's repair of 1 March is followed by one on the 31st; the same day or a service is no second repair."""
    visits = clean_table(
        "service_visits",
        [
            order(1, "A", "2025-03-01"),
            order(2, "A", "2025-03-31"),
            order(3, "B", "2025-03-01"),
            order(4, "B", "2025-03-01"),
            order(5, "B", "2025-03-09", service_type="scheduled_service"),
        ],
    )
    cases = quality.fixed_first_time(visits, days=30, as_of=AS_OF)
    assert set(cases["basis"]) == {"repeated"}
    fixed = {"R1": False, "R2": True, "R3": True, "R4": True}
    assert cases.set_index("ro_number")["fixed"].to_dict() == fixed


def test_by_technician(marked):
    cases = quality.fixed_first_time(marked.assign(technician="T"), days=30, as_of=AS_OF)
    by = quality.first_time_fix_rate(cases, since=JANUARY, as_of=AS_OF, by="technician")
    assert one(by, "2025")["value"] == pytest.approx(4 / 6)


def test_days_to_settlement(clean_table):
    """Same day, next day, five days: median 1; 2 of 3 within a day. A close date before the visit is none."""
    days = ["2025-03-01", "2025-03-02", "2025-03-06", "2025-02-01", None]
    rows = [order(n, f"V{n}", "2025-03-01", close_date=day, team="一组") for n, day in enumerate(days)]
    closed = quality.settled(clean_table("service_visits", rows))
    assert closed["days"].tolist() == [0, 1, 5]
    waited = quality.days_to_settlement(closed, since=JANUARY, as_of=AS_OF)
    assert one(waited, "2025")[["value", "denominator"]].tolist() == [1, 3]
    assert one(waited, "2025-03")["value"] == 1
    assert np.isnan(one(waited, "2025-04")["value"])
    by = quality.days_to_settlement(closed, since=JANUARY, as_of=AS_OF, by="team")
    assert by[["period", "team", "value"]].to_numpy().tolist() == [["2025", "一组", 1.0]]
    rate = quality.settled_in_time_rate(closed, days=1, since=JANUARY, as_of=AS_OF)
    assert one(rate, "2025")["value"] == pytest.approx(2 / 3)


def test_handover_when_promised(clean_table):
    """Closed on the day promised or before is in time; without either date an order is no case."""
    dates = [("03-02", "03-02"), ("03-01", "03-04"), ("03-05", "03-04"), (None, "03-04"), ("03-05", None)]
    full = [[day and f"2025-{day}" for day in pair] for pair in dates]
    rows = [
        order(n, f"V{n}", "2025-03-01", close_date=closed, promised_date=asked)
        for n, (closed, asked) in enumerate(full)
    ]
    asked = quality.promised(clean_table("service_visits", rows))
    rate = one(quality.on_time_handover_rate(asked, since=JANUARY, as_of=AS_OF), "2025")
    assert rate[["numerator", "denominator"]].tolist() == [2, 3]


def test_complaints_closed_within_fourteen_days(clean_table):
    """Day 14 is in time and day 15 not; an old one that is open is not; one of 20 December is not yet decided."""
    rows = [("11-01", "11-15"), ("11-01", "11-16"), ("11-02", None), ("12-20", "12-21")]
    complaints = clean_table(
        "complaints",
        [
            {
                "complaint_id": str(n),
                "complaint_date": f"2025-{began}",
                "resolved_date": ended and f"2025-{ended}",
                "vin": "A",
            }
            for n, (began, ended) in enumerate(rows)
        ],
    )
    cases = quality.decided_complaints(complaints, days=14, as_of=AS_OF)
    rate = quality.complaints_closed_in_time(cases, as_of=AS_OF)
    assert one(rate, "2025")[["numerator", "denominator"]].tolist() == [1, 3]
    never = quality.decided_complaints(complaints.assign(resolved_date=pd.NaT), days=14, as_of=AS_OF)
    assert quality.complaints_closed_in_time(never, as_of=AS_OF).empty


def test_a_complaint_belongs_to_the_order_that_it_names_else_to_the_last_one(clean_table):
    visits = clean_table(
        "service_visits",
        [
            order(1, "A", "2025-03-01", advisor="Ann", team="East"),
            order(2, "A", "2025-03-05", advisor="Bob", team="West"),
            order(3, "A", "2025-03-05", advisor="Cid", team="West"),  # of one day the larger number
        ],
    )
    rows = [
        ("2025-03-04", "A", None, "Ann"),
        ("2025-03-05", "A", None, "Cid"),
        ("2025-04-04", "A", None, "Cid"),  # 30 days after
        ("2025-04-05", "A", None, None),
        ("2025-04-05", "A", visits["ro_number"][0], "Ann"),
        ("2025-03-06", "A", "nobody's", "Cid"),
        ("2025-03-06", "B", None, None),
        ("2025-02-28", "A", None, None),
    ]
    complaints = clean_table(
        "complaints",
        [
            {"complaint_id": str(n), "complaint_date": day, "vin": vin, "ro_number": named,
             "resolved_date": "2025-04-06"}
            for n, (day, vin, named, _) in enumerate(rows)
        ],
    )  # fmt: skip
    cases = quality.with_their_orders(complaints, visits)
    assert [None if pd.isna(who) else who for who in cases["advisor"]] == [who for *_, who in rows]
    assert cases["team"].value_counts().to_dict() == {"West": 3, "East": 2}
    cases = quality.decided_complaints(cases, days=14, as_of=AS_OF)
    found = quality.closed_in_time_together(cases, years=[2024, 2025], by="advisor")
    assert found["period"].unique().tolist() == ["2024/2025"]
    told = found.set_index("advisor")[["numerator", "denominator"]].T.to_dict("list")
    assert told == {"Ann": [1, 2], "Cid": [1, 3]}  # in time are those of 5 April and, of Cid, of 4 April
    assert quality.closed_in_time_together(cases, years=[], by="advisor").empty


def test_nothing_at_all(clean_table, visits_of):
    visits = visits_of({})
    cases = quality.fixed_first_time(visits, days=30, as_of=AS_OF)
    assert cases.empty
    assert quality.first_time_fix_rate(cases, since=pd.NaT, as_of=AS_OF, by="team").empty
    closed = quality.settled(visits)
    assert quality.days_to_settlement(closed, since=pd.NaT, as_of=AS_OF).empty
    assert quality.promised(visits).empty
    none = quality.decided_complaints(clean_table("complaints"), days=14, as_of=AS_OF)
    assert quality.complaints_closed_in_time(none, as_of=AS_OF).empty
    assert quality.with_their_orders(none, visits).empty
