"""What the chapter's rates count, so that they can be split by any column."""

from collections.abc import Mapping
from functools import partial

import pandas as pd

from csanalysis.metrics.periods import complete_years
from csanalysis.metrics.stats.cases import Cases, Count, OfRows, by_one, each_alone
from csanalysis.metrics.stats.tallies import Timeline
from csanalysis.metrics.workshop import appointments, income, quality
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]

COMPLAINT_YEARS = 3


def cases(params: Params, tables: Tables) -> dict[str, Cases]:
    """By metric what it counts: repair orders, of which there must be any, complaints or appointments."""
    return order_cases(params, tables) | complaint_cases(params, tables) | appointment_cases(params, tables)


def order_cases(params: Params, tables: Tables) -> dict[str, Cases]:
    """What counts repair orders."""
    visits, as_of = tables["service_visits"], pd.Timestamp(params.as_of)
    held = quality.fixed_first_time(visits, days=params.workshop.rework_days, as_of=as_of)
    closed, promised = quality.settled(visits), quality.promised(visits)
    days = params.workshop.settle_days
    years = complete_years(visits["visit_date"], as_of=as_of)
    of_year = each_alone(partial(income.revenue_per_vehicle_year, years=years))
    found = _of_amounts(tables, as_of) | {
        "revenue_per_vehicle_year": Cases(visits, of_year, "service_visits", "visit_date", tables)
    }
    for metric, rows, count in (
        ("first_time_fix_rate", held, quality.first_time_fix_rate),
        ("days_to_settlement", closed, quality.days_to_settlement),
        (
            "settled_in_time_rate",
            closed.assign(in_time=closed["days"] <= days),
            partial(quality.settled_in_time_rate, days=days),
        ),
        ("on_time_handover_rate", promised if len(closed) else promised[:0], quality.on_time_handover_rate),
    ):
        since = rows["visit_date"].min()
        found[metric] = _of_visits(rows, partial(count, since=since, as_of=as_of), tables)
    return {metric: each for metric, each in found.items() if len(each.rows)}


def _of_amounts(tables: Tables, as_of: pd.Timestamp) -> dict[str, Cases]:
    known = income.both_known(tables["service_visits"])
    timeline = Timeline.spanning(known["visit_date"], since=known["visit_date"].min(), as_of=as_of)
    counts = (income.labor_share, income.parts_share, income.parts_per_labor, income.labor_per_visit)
    return {count.__name__: _of_visits(known, partial(count, timeline=timeline), tables) for count in counts}


def _of_visits(rows: pd.DataFrame, count: Count, tables: Tables) -> Cases:
    return Cases(rows, by_one(count), "service_visits", "visit_date", tables)


def complaint_cases(params: Params, tables: Tables) -> dict[str, Cases]:
    """What counts complaints, where there are any."""
    as_of = pd.Timestamp(params.as_of)
    if (rows := tables.get("complaints")) is None:
        return {}
    decided = quality.decided_complaints(rows, days=params.complaints.close_days, as_of=as_of)
    decided = quality.with_their_orders(decided, tables["service_visits"])
    years = complaint_years(tables, as_of)

    def count(rows: pd.DataFrame, *, by: str | None) -> pd.DataFrame:
        alone = quality.complaints_closed_in_time(rows, as_of=as_of, by=by)
        together = quality.closed_in_time_together(rows, years=years, by=by)
        return pd.concat([alone, together], ignore_index=True)

    return {
        "complaints_closed_in_time": Cases(decided, by_one(count), "complaints", "complaint_date", tables)
    }


def complaint_years(tables: Tables, as_of: pd.Timestamp) -> list[int]:
    """The complete years whose complaints are told together: in one a team has too few to be told apart."""
    return complete_years(tables["complaints"]["complaint_date"], as_of=as_of)[-COMPLAINT_YEARS:]


def appointment_cases(params: Params, tables: Tables) -> dict[str, Cases]:
    """What counts appointments, where there are any.

    Appointments of a group are laid over the days on which the store had an order.
    """
    if (rows := tables.get("appointments")) is None or rows.empty:
        return {}
    visits, as_of = tables["service_visits"], pd.Timestamp(params.as_of)
    book = appointments.with_arrivals(rows, visits)
    booked, kept = (
        partial(appointments.booking_share, book=book, as_of=as_of),
        partial(appointments.show_rate, as_of=as_of),
    )
    by_hour = partial(appointments.appointments_by_hour, as_of=as_of)
    load = partial(appointments.appointment_load, visits=visits, as_of=as_of)
    alone: dict[str, tuple[OfRows, tuple[str, ...]]] = {
        "booking_lead_days": (appointments.booking_lead_days, ()),
        "appointment_load": (load, ("weekday",)),
        "appointments_by_hour": (by_hour, ("weekday", "hour")),
    }
    return {
        name: Cases(book, each_alone(count), "appointments", "day", tables, always)
        for name, (count, always) in alone.items()
    } | {
        "booking_share": _of_visits(visits, booked, tables),
        "show_rate": Cases(book, by_one(kept), "appointments", "day", tables),
    }
