"""A store's past by month, and what a past year really brought, counted by hand."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.simulation.fit import fit
from csanalysis.metrics.simulation.history import history
from csanalysis.metrics.simulation.outcomes import observed_months, observed_outcomes
from csanalysis.metrics.simulation.run import simulate

AS_OF = pd.Timestamp("2024-12-31")


@pytest.fixture
def tables(visits_of, clean_table):
    """Repair orders of 100, 200, … yuan, the last without an amount; two vehicles sold."""
    visits = visits_of(
        {
            "first": ["2023-03-10", "2023-03-20"],
            "second": ["2023-01-05", "2024-01-05", "2024-06-05", "2024-06-09"],
        }
    )
    visits["service_type"] = ["first_service", "repair", "repair", "recall", "repair", "repair"]
    visits["total_amount"] = [100.0, 200, 300, 400, 500, np.nan]
    sales = [
        {"vin": "first", "sale_date": "2023-01-15", "is_local": True},
        {"vin": "other", "sale_date": "2024-02-01", "is_local": False},
    ]
    return clean_table("vehicle_sales", sales), visits


def nonzero(series):
    return {int(month): series[month].tolist() for month in np.flatnonzero(np.asarray(series).any(axis=-1))}


def test_orders_and_amounts_by_month_and_kind(tables):
    past = history(*tables, None, as_of=AS_OF, excluded=["recall"])
    # First services, others, excluded: of March 2023, and so on.
    assert nonzero(past.kinds) == {0: [0, 1, 0], 2: [1, 1, 0], 12: [0, 0, 1], 17: [0, 2, 0]}
    assert nonzero(past.amounts) == {0: [0, 300, 0], 2: [100, 200, 0], 12: [0, 0, 400], 17: [0, 500, 0]}
    assert nonzero(past.squares)[2] == [100**2, 200**2, 0]
    assert past.orders.sum() == 5, "a recall is no visit"
    assert past.months == 24 and past.first_year == 2023


def test_first_services_and_their_age(tables):
    past = history(*tables, None, as_of=AS_OF)
    assert np.flatnonzero(past.first_services).tolist() == [2] and past.first_services.sum() == 1
    assert past.first_service_ages.to_numpy().tolist() == [[2, 2]]
    assert np.flatnonzero(past.our_sales).tolist() == [0, 13]
    assert np.flatnonzero(past.ledger_sales).tolist() == [0, 13]
    local = history(*tables, None, as_of=AS_OF, local_only=True)
    assert np.flatnonzero(local.our_sales).tolist() == [0]


def test_what_is_later_than_the_last_day_is_not_known(tables):
    past = history(*tables, None, as_of=pd.Timestamp("2024-01-31"))
    assert past.months == 13 and past.kinds.sum() == 4 and past.our_sales.sum() == 1


def test_amounts_nobody_entered_are_unknown_and_not_0(tables):
    sales, visits = tables
    past = history(sales, visits.assign(total_amount=np.nan), None, as_of=AS_OF)
    assert np.isnan(observed_outcomes(past, 2024)["revenue"]) and past.kinds.sum() == 6


def test_items_by_month(tables, clean_table):
    rows = [
        {"ro_number": "R0002", "item": item, "grade": "A", "amount": amount, "outcome": outcome, "proposed_date": day}
        for item, amount, outcome, day in [
            ("brakes", 400, "accepted", "2023-01-05"),
            ("filter", 100, "declined", "2023-01-05"),
            ("tyres", 900, "accepted", "2024-12-31"),
            ("battery", 700, "accepted", "2022-12-31"),
            ("wipers", 50, "accepted", "2025-01-01"),
        ]
    ]  # fmt: skip
    past = history(*tables, clean_table("upsell_items", rows), as_of=AS_OF)
    # Proposed, accepted, yuan; what was proposed before the first month or after the last is left out.
    assert nonzero(past.upsell) == {0: [2, 1, 500], 23: [1, 1, 900]}


def test_without_visits_there_is_no_month(tables):
    sales, visits = tables
    past = history(sales, visits.iloc[:0], None, as_of=AS_OF)
    assert past.months == 0 and past.years == () and past.kinds.shape == (0, 3)


def test_a_past_year_month_by_month(visits_of, clean_table):
    dates = {"lapses": ["2023-02-10"], "comes": ["2023-01-05", "2024-01-05", "2024-03-05", "2024-03-06"]}
    past = history(clean_table("vehicle_sales"), visits_of(dates, total_amount=100.0), None, as_of=AS_OF)
    months = observed_months(past, 2024).set_index(["quantity", "period"])["value"]
    assert len(months) == 4 * 12
    assert months[months > 0].to_dict() == {
        ("visits", "2024-01"): 1, ("visits", "2024-03"): 2, ("lapses", "2024-02"): 1,
        ("revenue", "2024-01"): 100, ("revenue", "2024-03"): 200,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("back", "counts"),
    [("2024-05-09", 0), ("2024-05-10", 0), ("2024-05-11", 1), ("2024-06-01", 1), ("2024-04-30", 0)],
    ids=["a day before", "on the day", "a day after", "the month after", "the month before"],
)
def test_won_back_is_who_comes_after_the_lapse(visits_of, clean_table, back, counts):
    dates = {"a": ["2023-05-10", back], "steady": ["2023-01-05", "2024-01-05"]}
    past = history(clean_table("vehicle_sales"), visits_of(dates), None, as_of=AS_OF)
    found = observed_outcomes(past, 2024)
    assert (found["won_back"], found["lapses"], found["churn_rate"]) == (counts, counts, 0)


def test_the_months_of_a_lapse_govern_what_is_learned_and_drawn(visits_of, clean_table):
    """After 18 months nobody has lapsed who was last here 13 months ago, and who comes then was not lost."""
    dates = {
        "a": ["2023-05-10", "2024-06-11"],
        "steady": [f"{year}-{month}-05" for year in (2021, 2022, 2023, 2024) for month in ("01", "07")],
        "away": ["2022-01-05", "2022-12-20"],
    }
    usual, later = (
        history(clean_table("vehicle_sales"), visits_of(dates), None, as_of=AS_OF, boundaries=boundaries)
        for boundaries in ((6, 12, 24), (6, 18, 36))
    )
    found = [observed_outcomes(past, 2024) for past in (usual, later)]
    assert [(each["lapses"], each["won_back"]) for each in found] == [(1, 1), (1, 0)]
    years = [simulate(fit(past, year=2024), draws=1, exact=True, year_noise=False) for past in (usual, later)]
    assert [year.base for year in years] == [2, 2]
    assert [year.opening for year in years] == [2, 2]
    assert years[0].lapses[0, :6].sum() > 0 and years[1].lapses[0, :5].sum() == 0
    for year in years:
        flows = year.new + year.won_back - year.lapses
        assert year.opening + flows.cumsum(axis=1) == pytest.approx(year.active)


def test_a_lapse_of_many_months_is_told_apart_too(visits_of, clean_table):
    dates = {"a": ["2021-01-05", "2022-01-05", "2023-01-05", "2024-01-05"]}
    past = history(clean_table("vehicle_sales"), visits_of(dates), None, as_of=AS_OF, boundaries=(6, 48, 60))
    assert fit(past, year=2024).stock.shape[1] == 50
