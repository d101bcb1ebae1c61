"""The service business: what orders bring, how well they are done, appointments, and what runs out."""

from collections.abc import Mapping, Sequence

import pandas as pd

from csanalysis.chapters.business.cases import (
    appointment_cases,
    complaint_cases,
    complaint_years,
    order_cases,
)
from csanalysis.chapters.shared import kept
from csanalysis.chapters.store_facts import roster
from csanalysis.metrics.periods import complete_years
from csanalysis.metrics.results import Results, with_period_kind
from csanalysis.metrics.stats.cases import Cases
from csanalysis.metrics.workshop import appointments, income, people, policies
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]

TEAMS = ("team", "advisor")
"""Whom an order is held against: who received it."""

HANDS = ("team", "advisor", "technician")
"""Whom its work is held against: those and who did it."""

KIND_OF_WORK = "service_type"

AMOUNTS: Mapping[str, Sequence[tuple[str, ...]]] = {
    "labor_share": ((), ("team",), ("advisor",)),
    "parts_share": ((),),
    "parts_per_labor": ((), ("team",), ("advisor",)),
    "labor_per_visit": ((), ("team",), ("advisor",), (KIND_OF_WORK,)),
}
"""How each is split."""

OF_ORDERS = {
    "first_time_fix_rate": HANDS,
    "days_to_settlement": (*TEAMS, KIND_OF_WORK),
    "settled_in_time_rate": TEAMS,
    "on_time_handover_rate": TEAMS,
}
"""What each is split by, year by year."""

YES = {"first_time_fix_rate": "fixed", "settled_in_time_rate": "in_time", "on_time_handover_rate": "on_time"}
"""Of the shares that are compared like for like the column that says yes."""

Counted = Mapping[str, Cases]


def measure(params: Params, tables: Tables) -> Results:
    """The chapter's numbers.

    Parameters
    ----------
    params : Params
        ``as_of``, ``workshop``, ``complaints``, ``reception`` and ``lifecycle`` are used.
    tables : mapping of str to DataFrame
        Clean tables cut at ``as_of``, vehicles filled in: service_visits and vehicle_sales; complaints,
        appointments and policies where there are any.

    Returns
    -------
    Results
        What needs a table or a column that is missing is left out.
    """
    results = _orders(params, tables) + _complaints(params, tables)
    return results + _appointments(params, tables) + _policies(params, tables)


@kept
def _orders(params: Params, tables: Tables) -> Results:
    """What needs repair orders alone: another complaint or appointment leaves it as it is."""
    counted = order_cases(params, tables)
    return _income(params, tables, counted) + _work(counted)


def _income(params: Params, tables: Tables, counted: Counted) -> Results:
    visits, as_of = tables["service_visits"], pd.Timestamp(params.as_of)
    years = complete_years(visits["visit_date"], as_of=as_of)
    found = {
        "revenue_per_vehicle_year": [
            income.revenue_per_vehicle_year(visits, years=years),
            income.revenue_per_vehicle_year_by_age(visits, tables["vehicle_sales"], years=years[-1:]),
        ]
    }
    if "labor_share" not in counted:
        return Results(found)
    known = counted["labor_share"].rows
    found |= {name: [counted[name].by(*by) for by in splits] for name, splits in AMOUNTS.items()}
    found |= {
        "labor_per_visit_fair": [
            people.fair_means(
                known,
                income.LABOR,
                by=by,
                strata=KIND_OF_WORK,
                dated_by="visit_date",
                years=_years(known, "visit_date"),
            )
            for by in TEAMS
        ],
    }
    return Results(found)


def _work(counted: Counted) -> Results:
    """Whether the work held, how soon it was settled, and whether the car was ready when promised."""
    results = Results()
    for metric, splits in OF_ORDERS.items():
        if metric not in counted:
            continue
        results += Results({metric: _yearly(counted[metric], splits)})
        if yes := YES.get(metric):
            rows = counted[metric].rows
            fair = [_fair(rows, yes, by, strata=KIND_OF_WORK, dated_by="visit_date") for by in splits]
            results += Results({f"{metric}_fair": fair})
    return results


def _yearly(cases: Cases, splits: tuple[str, ...]) -> list[pd.DataFrame]:
    """A metric of the whole by month and year, of each group by year."""
    return [cases.by(), *(with_period_kind(cases.by(by), "year") for by in splits)]


def _fair(cases: pd.DataFrame, yes: str, by: str, *, strata: str, dated_by: str) -> pd.DataFrame:
    return people.fair_rates(
        cases, yes, by=by, strata=strata, dated_by=dated_by, years=_years(cases, dated_by)
    )


def _years(cases: pd.DataFrame, dated_by: str) -> list[int]:
    return sorted(int(year) for year in cases[dated_by].dt.year.unique())


def _complaints(params: Params, tables: Tables) -> Results:
    if (rows := complaint_cases(params, tables).get("complaints_closed_in_time")) is None:
        return Results()
    cases = rows.rows
    years = complaint_years(tables, pd.Timestamp(params.as_of))
    together = [with_period_kind(rows.by(by), "span") for by in TEAMS]
    # Serious complaints take longer than slight ones: like for like is by severity, where it is known.
    cases = cases.assign(severity=cases["severity"].astype("str").fillna("unknown"))
    fair = [
        people.fair_rates(
            cases,
            "in_time",
            by=by,
            strata="severity",
            dated_by="complaint_date",
            years=years,
            together=True,
        )
        for by in TEAMS
    ]
    return Results(
        {
            "complaints_closed_in_time": [*_yearly(rows, ("severity",)), *together],
            "complaints_closed_in_time_fair": fair,
        }
    )


@kept
def _appointments(params: Params, tables: Tables) -> Results:
    counted = appointment_cases(params, tables)
    if "show_rate" not in counted:
        return Results()
    visits, as_of, limit = tables["service_visits"], pd.Timestamp(params.as_of), params.reception.limit
    book = counted["show_rate"].rows
    return Results(
        {
            "booking_share": _yearly(counted["booking_share"], (KIND_OF_WORK,)),
            "show_rate": _yearly(counted["show_rate"], ("advisor", "ahead")),
            "show_rate_fair": _fair(book, "came", "advisor", strata="ahead", dated_by="day"),
            "booking_lead_days": appointments.booking_lead_days(book),
            "appointment_load": appointments.appointment_load(book, visits, as_of=as_of),
            "appointments_by_hour": appointments.appointments_by_hour(book, as_of=as_of),
            "desk_load": appointments.desk_load(visits, as_of=as_of),
            "desk_capacity": appointments.desk_capacity(visits, limit=limit, as_of=as_of),
            "full_days_share": appointments.full_days_share(visits, limit=limit, as_of=as_of),
        }
    )


@kept
def _policies(params: Params, tables: Tables) -> Results:
    if (rows := tables.get("policies")) is None or rows.empty:
        return Results()
    as_of, everyone = pd.Timestamp(params.as_of), roster(params, tables)
    held = pd.Index(everyone.loc[everyone["state"].ne("permanent").to_numpy(), "vin"])
    return Results(
        {
            "policies_running": policies.policies_running(rows, held, as_of=as_of),
            "policies_ending": policies.policies_ending(rows, held, as_of=as_of),
        }
    )
