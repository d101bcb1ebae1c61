"""The service business: what orders bring, how well they are done, appointments, and what runs out."""

from collections.abc import Callable, Mapping

import pandas as pd

from csanalysis.chapters.store_facts import roster
from csanalysis.metrics.periods import complete_years
from csanalysis.metrics.results import Results, with_period_kind
from csanalysis.metrics.stats.tallies import Timeline
from csanalysis.metrics.workshop import appointments, income, people, policies, quality
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]

TEAMS = ("team", "advisor")
"""Whom an order is held against: who received it."""

HANDS = ("team", "advisor", "technician")
"""Whom its work is held against: those and who did it."""

KIND_OF_WORK = "service_type"

COMPLAINT_YEARS = 3
"""So many complete years together: in one a team has too few complaints to be told from another."""


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
    results = _income(params, tables) + _work(params, tables) + _handover(params, tables)
    results += _complaints(params, tables)
    return results + _appointments(params, tables) + _policies(params, tables)


def _income(params: Params, tables: Tables) -> Results:
    visits, as_of = tables["service_visits"], pd.Timestamp(params.as_of)
    years = complete_years(visits["visit_date"], as_of=as_of)
    found = {
        "revenue_per_vehicle_year": [
            income.revenue_per_vehicle_year(visits, years=years),
            income.revenue_per_vehicle_year_by_age(visits, tables["vehicle_sales"], years=years[-1:]),
        ]
    }
    known = income.both_known(visits)
    if known.empty:
        return Results(found)
    timeline = Timeline.spanning(known["visit_date"], since=known["visit_date"].min(), as_of=as_of)
    splits = (None, *TEAMS)
    found |= {
        "labor_share": [income.labor_share(known, timeline, by=by) for by in splits],
        "parts_share": [income.parts_share(known, timeline)],
        "parts_per_labor": [income.parts_per_labor(known, timeline, by=by) for by in splits],
        "labor_per_visit": [income.labor_per_visit(known, timeline, by=by) for by in (*splits, KIND_OF_WORK)],
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


def _work(params: Params, tables: Tables) -> Results:
    """Whether the work held; undefined where no repair was ever done."""
    visits, as_of = tables["service_visits"], pd.Timestamp(params.as_of)
    cases = quality.fixed_first_time(visits, days=params.workshop.rework_days, as_of=as_of)
    return _shares("first_time_fix_rate", cases, "fixed", quality.first_time_fix_rate, HANDS, as_of)


def _handover(params: Params, tables: Tables) -> Results:
    visits, as_of = tables["service_visits"], pd.Timestamp(params.as_of)
    closed, asked = quality.settled(visits), quality.promised(visits)
    if closed.empty:
        return Results()
    days, since = params.workshop.settle_days, closed["visit_date"].min()
    closed = closed.assign(in_time=closed["days"] <= days)

    def in_time(orders: pd.DataFrame, **options: object) -> pd.DataFrame:
        return quality.settled_in_time_rate(orders, days=days, **options)  # type: ignore[arg-type]

    waited = {
        "days_to_settlement": [
            quality.days_to_settlement(closed, since=since, as_of=as_of, by=by)
            for by in (None, *TEAMS, KIND_OF_WORK)
        ]
    }
    return (
        Results(waited)
        + _shares("settled_in_time_rate", closed, "in_time", in_time, TEAMS, as_of)
        + _shares("on_time_handover_rate", asked, "on_time", quality.on_time_handover_rate, TEAMS, as_of)
    )


def _shares(
    metric: str,
    cases: pd.DataFrame,
    yes: str,
    rate: Callable[..., pd.DataFrame],
    hands: tuple[str, ...],
    as_of: pd.Timestamp,
) -> Results:
    """A rate of the whole by month and year, of people by year, and theirs like for like."""
    if cases.empty:
        return Results()
    since = cases["visit_date"].min()
    whole = rate(cases, since=since, as_of=as_of)
    split = [with_period_kind(rate(cases, since=since, as_of=as_of, by=by), "year") for by in hands]
    fair = [_fair(cases, yes, by, strata=KIND_OF_WORK, dated_by="visit_date") for by in hands]
    return Results({metric: [whole, *split], f"{metric}_fair": fair})


def _fair(cases: pd.DataFrame, yes: str, by: str, *, strata: str, dated_by: str) -> pd.DataFrame:
    return people.fair_rates(
        cases, yes, by=by, strata=strata, dated_by=dated_by, years=_years(cases, dated_by)
    )


def _years(cases: pd.DataFrame, dated_by: str) -> list[int]:
    return sorted(int(year) for year in cases[dated_by].dt.year.unique())


def _complaints(params: Params, tables: Tables) -> Results:
    if (rows := tables.get("complaints")) is None:
        return Results()
    as_of, days = pd.Timestamp(params.as_of), params.complaints.close_days
    cases = quality.decided_complaints(rows, days=days, as_of=as_of)
    whole, by_severity = (
        quality.complaints_closed_in_time(cases, as_of=as_of, by=by) for by in (None, "severity")
    )
    cases = quality.with_their_orders(cases, tables["service_visits"])
    years = complete_years(rows["complaint_date"], as_of=as_of)[-COMPLAINT_YEARS:]
    together = [quality.closed_in_time_together(cases, years=years, by=by) for by in (None, *TEAMS)]
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
            "complaints_closed_in_time": [whole, with_period_kind(by_severity, "year"), *together],
            "complaints_closed_in_time_fair": fair,
        }
    )


def _appointments(params: Params, tables: Tables) -> Results:
    if (rows := tables.get("appointments")) is None or rows.empty:
        return Results()
    visits, as_of, limit = tables["service_visits"], pd.Timestamp(params.as_of), params.reception.limit
    book = appointments.with_arrivals(rows, visits)
    booked = [appointments.booking_share(visits, book, as_of=as_of, by=by) for by in (None, KIND_OF_WORK)]
    kept = [appointments.show_rate(book, as_of=as_of, by=by) for by in (None, "advisor", "ahead")]
    return Results(
        {
            "booking_share": [booked[0], with_period_kind(booked[1], "year")],
            "show_rate": [kept[0], *(with_period_kind(frame, "year") for frame in kept[1:])],
            "show_rate_fair": _fair(book, "came", "advisor", strata="ahead", dated_by="day"),
            "booking_lead_days": appointments.booking_lead_days(book),
            "appointment_load": appointments.appointment_load(book, visits, as_of=as_of),
            "appointments_by_hour": appointments.appointments_by_hour(book, as_of=as_of),
            "desk_load": appointments.desk_load(visits, as_of=as_of),
            "desk_capacity": appointments.desk_capacity(visits, limit=limit, as_of=as_of),
            "full_days_share": appointments.full_days_share(visits, limit=limit, as_of=as_of),
        }
    )


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
