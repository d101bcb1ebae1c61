"""Lapses, counted by hand: the day, the month, who looked after the vehicle."""

import pandas as pd
import pytest

from csanalysis.metrics.customers import lapses
from csanalysis.metrics.customers.units import units


@pytest.fixture
def of(visits_of, clean_table):
    return lambda dates: units(visits_of(dates), clean_table("vehicle_sales")).visits


@pytest.fixture
def visits(visits_of):
    return visits_of(
        {
            "A": ["2023-03-01 one", "2024-02-10 one", "2024-05-01 one"],  # back in February
            "B": ["2023-11-20 two", "2024-12-05 one"],  # lapsed on 20 November, back in December
            "C": ["2023-06-15 one", "2023-09-15 two"],  # lapsed on 15 September 2024, still away
            "D": ["2024-04-01 two"],  # not seen in 2023
        }
    )


@pytest.fixture
def counted(visits, clean_table):
    return units(visits, clean_table("vehicle_sales")).visits


@pytest.mark.parametrize(
    ("dates", "as_of", "expected"),
    [
        (["2023-03-05"], "2024-03-05", ["2024-03-05"]),
        (["2023-03-05"], "2024-03-04", []),
        (["2023-03-05", "2024-03-05"], "2024-12-31", []),
        (["2023-03-05", "2024-03-06"], "2024-12-31", ["2024-03-05"]),
        (["2020-02-29"], "2024-12-31", ["2021-02-28"]),
        (["2023-03-05", "2023-03-05"], "2024-12-31", ["2024-03-05"]),
        (["2020-01-10", "2022-05-01"], "2024-12-31", ["2021-01-10", "2023-05-01"]),
    ],
    ids=[
        "on-the-day",
        "not-yet",
        "back-on-the-last-day",
        "back-a-day-late",
        "cut-to-the-month's-end",
        "two-orders-a-day-lapse-once",
        "lapses-again",
    ],
)
def test_dates(of, dates, as_of, expected):
    found = lapses.lapse_dates(of({"A": dates}), as_of=pd.Timestamp(as_of))
    assert found.dt.strftime("%Y-%m-%d").tolist() == expected


def test_the_next_vehicle_is_no_return(of):
    visits = of({"A": ["2023-01-01"], "B": ["2023-06-01"]})
    assert len(lapses.lapse_dates(visits, as_of=pd.Timestamp("2024-12-31"))) == 2


def test_by_month(of):
    days = lapses.lapse_dates(
        of({"A": ["2023-03-05"], "B": ["2023-03-31"], "C": ["2023-05-01"]}),
        as_of=pd.Timestamp("2024-12-31"),
    )
    counts = lapses.lapsed_vehicles(days, months=["2024-02", "2024-03", "2024-04", "2024-05"])
    assert counts["value"].tolist() == [0, 2, 0, 1]


def test_no_visits(of):
    days = lapses.lapse_dates(of({}), as_of=pd.Timestamp("2024-12-31"))
    assert lapses.lapsed_vehicles(days, months=[]).empty


def test_lapses_by_the_team_of_the_last_visit(visits, counted):
    names = visits["team"].take(counted["row"]).reset_index(drop=True)
    found = lapses.lapses_by_carer(
        counted, names, by="team", month="2024-11", as_of=pd.Timestamp("2024-11-30")
    ).set_index(["scope", "team"])
    # Last visits of 2023: A with one, B and C with two. B lapsed in November, C in September.
    assert found["denominator"].to_dict() == {
        ("month", "two"): 2, ("month", "one"): 1, ("to_date", "two"): 2, ("to_date", "one"): 1,
    }  # fmt: skip
    assert found.loc[("month", "two"), "numerator"] == 1
    assert found.loc[("to_date", "two"), "numerator"] == 2
    assert found.loc[("to_date", "one"), "numerator"] == 0


def test_the_list_names_who_lapsed_in_the_month_and_is_still_away(visits):
    known = visits[visits["visit_date"] <= "2024-09-30"]
    found = lapses.lapsed_and_away(known, as_of=pd.Timestamp("2024-09-30"))
    assert found[["vin", "team"]].to_numpy().tolist() == [["C", "two"]]
    assert found["lapse_date"].item() == pd.Timestamp("2024-09-15")
    december = lapses.lapsed_and_away(visits, as_of=pd.Timestamp("2024-11-30"))
    assert december.empty or "B" not in set(december["vin"])  # its last known visit is of December


@pytest.mark.parametrize(
    ("lapse_months", "expected"),
    [(9, ["2022-10-05"]), (12, ["2023-01-05"]), (18, [])],
    ids=["sooner", "by default", "back in time"],
)
def test_a_store_says_after_how_many_months_a_vehicle_has_lapsed(of, lapse_months, expected):
    """The vehicle is away from 5 January 2022 to 20 June 2023, then stays away but is not seen for long."""
    visits = of({"A": ["2022-01-05", "2023-06-20"]})
    found = lapses.lapse_dates(visits, as_of=pd.Timestamp("2023-12-31"), lapse_months=lapse_months)
    assert found.dt.strftime("%Y-%m-%d").tolist() == expected


def test_lapses_of_other_months_by_the_team_of_the_last_visit(visits, counted):
    """After 18 months C (15 September 2023) would lapse in 2025, B (20 November) too, A's 1 March 2023 in 2024."""
    names = visits["team"].take(counted["row"]).reset_index(drop=True)
    found = lapses.lapses_by_carer(
        counted, names, by="team", month="2025-05", as_of=pd.Timestamp("2025-05-31"), lapse_months=18
    ).set_index(["scope", "team"])
    # In time for 2025: A of 1 May 2024 (one), B and C (two), D (two); B came back.
    assert found["denominator"].to_dict() == {
        ("month", "two"): 3, ("month", "one"): 1, ("to_date", "two"): 3, ("to_date", "one"): 1,
    }  # fmt: skip
    assert found.loc[("month", "two"), "numerator"] == 0 and found.loc[("to_date", "two"), "numerator"] == 1
    listed = lapses.lapsed_and_away(visits, as_of=pd.Timestamp("2025-03-31"), lapse_months=18)
    assert listed["vin"].tolist() == ["C"]


@pytest.mark.parametrize(
    ("lapse_months", "first"), [(9, 2021), (12, 2021), (18, 2022), (24, 2022), (25, 2023)]
)
def test_a_year_counts_once_every_lapse_in_it_can_be_seen(lapse_months, first):
    assert lapses.lapse_years(range(2020, 2026), lapse_months=lapse_months)[0] == first
