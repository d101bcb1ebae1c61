"""Customer information and contacts: records, files, calls made, and the calls that next year needs."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.chapters import calendar
from csanalysis.metrics import calls, contacts, records
from csanalysis.metrics.churn import lapse_dates
from csanalysis.metrics.first_service import new_vehicle_sales, sold_vehicles
from csanalysis.metrics.periods import date_plus_months, last_complete_year, month_labels
from csanalysis.metrics.results import Results, of_kind
from csanalysis.metrics.targets import units_by_month
from csanalysis.metrics.units import units
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]
Months = "pd.Series[float]"


def measure(params: Params, tables: Tables, year: calendar.PlannedYear | None = None) -> Results:
    """The chapter's numbers.

    Parameters
    ----------
    params : Params
        Contact, lifecycle and service-interval settings, plan year and calendar.
    tables : mapping of str to DataFrame
        Clean tables cut at ``as_of``; ``record_checks``, ``contacts``, ``complaints``, ``sales_targets`` and
        ``campaigns`` where there are any.
    year : PlannedYear, optional
        :func:`csanalysis.chapters.calendar.planned`, if it was called already.

    Returns
    -------
    Results
        Accuracy and lateness of records, files to archive, contacts made; the plan year's calls and agents.
    """
    as_of = pd.Timestamp(params.as_of)
    results = _records(tables, as_of) + _files(params, tables, as_of)
    if "contacts" in tables:
        results += _contacts(params, tables, as_of)
    return results + _calls(params, tables, calendar.planned(params, tables) if year is None else year)


def _records(tables: Tables, as_of: pd.Timestamp) -> Results:
    checks = tables.get("record_checks")
    if checks is None:
        return Results()
    found: dict[str, list[pd.DataFrame]] = {}
    for metric, rate in (
        ("record_accuracy", records.record_accuracy_rate),
        ("late_entry", records.late_entry_rate),
    ):
        by_type = [rate(checks, as_of=as_of, by=by) for by in (None, "record_type")]
        found[f"{metric}_rate"] = [*by_type, of_kind(rate(checks, as_of=as_of, by="staff"), "year")]
        found[f"{metric}_target"] = [records.last_year_as_target(frame, as_of=as_of) for frame in by_type]
    return Results(found)


def _files(params: Params, tables: Tables, as_of: pd.Timestamp) -> Results:
    dates = {"sales": tables["vehicle_sales"]["sale_date"], "repair": tables["service_visits"]["visit_date"]}
    if "complaints" in tables:
        dates["complaint"] = tables["complaints"]["complaint_date"]
    due = records.files_due_for_archiving(dates, as_of=as_of, plan_year=params.plan_year)
    return Results({"files_due_for_archiving": due})


def _contacts(params: Params, tables: Tables, as_of: pd.Timestamp) -> Results:
    made = tables["contacts"]
    sold = sold_vehicles(
        tables["vehicle_sales"], as_of=as_of, local_only=params.first_service.local_only
    ).rename(columns={"sale_date": "date"})
    visited = tables["service_visits"].rename(columns={"visit_date": "date"})
    coverage = [
        contacts.contact_coverage_rate(cases, made, purpose=purpose, within_days=days, as_of=as_of)
        for purpose, cases, days in (
            ("post_sale", sold, params.contacts.post_sale_days),
            ("post_service", visited, params.contacts.post_service_days),
        )
    ]
    whole = (None, "purpose")
    return Results(
        {
            "contact_coverage_rate": coverage,
            "reached_rate": [
                *(contacts.reached_rate(made, as_of=as_of, by=by) for by in whole),
                of_kind(contacts.reached_rate(made, as_of=as_of, by="agent"), "year"),
            ],
            "invalid_phone_rate": [contacts.invalid_phone_rate(made, as_of=as_of, by=by) for by in whole],
            "invalid_phone_vehicles": contacts.invalid_phone_vehicles(made, as_of=as_of),
            "contacts_made": [
                contacts.contacts_made(made, as_of=as_of, by=by) for by in (None, "purpose", "agent")
            ],
            "contacts_per_case": [contacts.contacts_per_case(made, by=by) for by in whole],
            "daily_contacts": [contacts.daily_contacts(made, by_agent=split) for split in (False, True)],
        }
    )


def _calls(params: Params, tables: Tables, year: calendar.PlannedYear) -> Results:
    as_of, made = pd.Timestamp(params.as_of), tables.get("contacts")
    last = str(last_complete_year(as_of))
    per_case: dict[str, float] = {}
    if made is not None:
        of_last = contacts.contacts_per_case(made, by="purpose").query("period == @last")
        per_case = dict(zip(of_last["purpose"], of_last["value"], strict=True))
    needed = calls.calls_needed(_cases(params, tables, year), per_case, plan_year=params.plan_year)
    if not needed:
        return Results()
    agents = [calls.agents_needed(needed[0])]
    if made is not None:
        pace = Results({"pace": contacts.daily_contacts(made, by_agent=False)}).value("pace", last)
        if pace:
            agents.append(calls.agents_needed(needed[0], calls_per_day=pace, pace="own"))
    return Results({"calls_needed": needed, "agents_needed": agents})


def _cases(params: Params, tables: Tables, year: calendar.PlannedYear) -> dict[str, pd.Series]:
    """Whom to call in each month of the plan year, by purpose."""
    as_of, plan = pd.Timestamp(params.as_of), params.plan_year
    over = f"{date_plus_months(as_of + pd.Timedelta(days=1), -1):%Y-%m}"
    visits, sales = tables["service_visits"], tables["vehicle_sales"]

    def repeated(dates: pd.Series) -> pd.Series:
        return calls.repeated(month_labels(dates).value_counts(), plan_year=plan, over=over)

    sold = new_vehicle_sales(
        sold_vehicles(sales, as_of=as_of, local_only=params.first_service.local_only),
        since=sales["sale_date"].min(),
        as_of=as_of,
    )
    known = units_by_month(sold, tables.get("sales_targets"), plan_year=plan, as_of=as_of)
    counts = of_kind(sold, "month").set_index("period")["value"]
    planned_units = calls.repeated(counts, plan_year=plan, over=over)
    planned_units = known.reindex(planned_units.index).fillna(planned_units)
    vehicles = visits.assign(month=month_labels(visits["visit_date"])).drop_duplicates(["vin", "month"])
    seen = vehicles["month"].value_counts()
    seen = seen[seen.index <= over]
    return {
        "first_service": calls.shifted(
            counts[counts.index <= over], planned_units, months=params.first_service.lag_months, plan_year=plan
        ),
        "maintenance": calls.shifted(
            seen,
            calls.repeated(seen, plan_year=plan, over=over),
            months=params.service_interval.months,
            plan_year=plan,
        ),
        "win_back": repeated(lapse_dates(units(visits, sales).visits, as_of=as_of)),
        "campaign": _invited(params, tables, year),
        "post_sale": planned_units,
        "post_service": repeated(visits["visit_date"]),
        **_as_last_year(tables, repeated),
    }
