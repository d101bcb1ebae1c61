"""Customer information and contacts: records, files, calls made, and the calls that next year needs."""

from collections.abc import Callable, Mapping

import pandas as pd

from csanalysis.chapters import calendar
from csanalysis.chapters.information.cases import cases
from csanalysis.chapters.shared import shared
from csanalysis.chapters.standing import reckoned_anew, standing
from csanalysis.metrics.campaigns.audience import audience_by_month
from csanalysis.metrics.contacts import calls, contacts, records
from csanalysis.metrics.customers.lapses import lapse_dates
from csanalysis.metrics.customers.units import units
from csanalysis.metrics.first_service.rates import new_vehicle_sales, sold_vehicles
from csanalysis.metrics.first_service.targets import units_by_month
from csanalysis.metrics.periods import date_plus_months, month_labels, months_of
from csanalysis.metrics.results import Results, with_period_kind
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]

PURPOSES: tuple[tuple[str, ...], ...] = ((), ("purpose",))


def measure(params: Params, tables: Tables) -> Results:
    """The chapter's numbers.

    Parameters
    ----------
    params : Params
        Contact, lifecycle and service-interval settings, plan year and calendar.
    tables : mapping of str to DataFrame
        Clean tables cut at ``as_of``; ``record_checks``, ``contacts``, ``complaints``, ``sales_targets`` and
        ``campaigns`` where there are any.

    Returns
    -------
    Results
        Accuracy and lateness of records, files to archive, contacts made.
    """
    as_of = pd.Timestamp(params.as_of)
    results = measure_plan(params, tables) + _files(params, tables, as_of)
    if "contacts" in tables:
        results += _contacts(params, tables, as_of)
    return results


@shared
def measure_plan(params: Params, tables: Tables) -> Results:
    """Of :func:`measure` what the year's plan needs: how right and how late records are, and the targets."""
    if "record_checks" not in tables:
        return Results()
    found: dict[str, list[pd.DataFrame]] = {}
    ruled: dict[str, pd.DataFrame] = {}
    counted = cases(params, tables)
    for metric in ("record_accuracy", "late_entry"):
        rate = counted[f"{metric}_rate"]
        by_type = [rate.by(), rate.by("record_type")]
        found[f"{metric}_rate"] = [*by_type, with_period_kind(rate.by("staff"), "year")]
        name = f"{metric}_target"
        whole, split = (records.last_year_as_target(frame, plan_year=params.plan_year) for frame in by_type)
        found[name], ruled[name] = [standing(params, name, whole), split], whole
    return Results({**found, **reckoned_anew(params, "rate", ruled)})


def _files(params: Params, tables: Tables, as_of: pd.Timestamp) -> Results:
    dates = {"sales": tables["vehicle_sales"]["sale_date"], "repair": tables["service_visits"]["visit_date"]}
    if "complaints" in tables:
        dates["complaint"] = tables["complaints"]["complaint_date"]
    due = records.files_due_for_archiving(dates, as_of=as_of, plan_year=params.plan_year)
    return Results({"files_due_for_archiving": due})


@shared
def coverage_rates(params: Params, tables: Tables) -> list[pd.DataFrame]:
    """The share of sales, and of visits, that was followed by a call in time; ``contacts`` must be there."""
    made, as_of = tables["contacts"], pd.Timestamp(params.as_of)
    sold = sold_vehicles(
        tables["vehicle_sales"], as_of=as_of, local_only=params.first_service.local_only
    ).rename(columns={"sale_date": "date"})
    visited = tables["service_visits"].rename(columns={"visit_date": "date"})
    return [
        contacts.contact_coverage_rate(cases, made, purpose=purpose, within_days=days, as_of=as_of)
        for purpose, cases, days in (
            ("post_sale", sold, params.contacts.post_sale_days),
            ("post_service", visited, params.contacts.post_service_days),
        )
    ]


def _contacts(params: Params, tables: Tables, as_of: pd.Timestamp) -> Results:
    made, counted = tables["contacts"], cases(params, tables)
    return Results(
        {
            "contact_coverage_rate": coverage_rates(params, tables),
            "reached_rate": [
                *(counted["reached_rate"].by(*by) for by in PURPOSES),
                with_period_kind(counted["reached_rate"].by("agent"), "year"),
            ],
            "invalid_phone_rate": [counted["invalid_phone_rate"].by(*by) for by in PURPOSES],
            "invalid_phone_vehicles": contacts.invalid_phone_vehicles(made, as_of=as_of),
            "contacts_made": [counted["contacts_made"].by(*by) for by in (*PURPOSES, ("agent",))],
            "contacts_per_case": [counted["contacts_per_case"].by(*by) for by in PURPOSES],
            "daily_contacts": [contacts.daily_contacts(made, by_agent=split) for split in (False, True)],
        }
    )


@shared
def cases_to_come(params: Params, tables: Tables) -> dict[str, pd.Series]:
    """How many customers there will be to call in each month of the plan year, by purpose.

    Sales, visits and lapses are taken to come as in the same months before, campaigns as the calendar plans
    them. A month that is NaN is not known.
    """
    year = calendar.planned(params, tables)
    as_of, plan = pd.Timestamp(params.as_of), params.plan_year
    over = f"{date_plus_months(as_of + pd.Timedelta(days=1), -1):%Y-%m}"
    visits = tables["service_visits"]

    def by_month(dates: pd.Series) -> pd.Series:
        months = month_labels(dates).value_counts()
        return months[months.index <= over]

    def repeated(months: pd.Series) -> pd.Series:
        return calls.seasonal_naive_forecast(months, plan_year=plan, over=over)

    sold, to_sell = _units(params, tables, repeated)
    seen = by_month(visits.drop_duplicates(["vin", "visit_date"])["visit_date"])
    lapses = lapse_dates(
        units(visits, tables["vehicle_sales"]).visits,
        as_of=as_of,
        lapse_months=params.lifecycle.churned_months,
    )
    first, last = pd.Timestamp(plan, 1, 1), pd.Timestamp(plan, 12, 31)
    cases = {
        "first_service": calls.lagged_forecast(
            sold, to_sell, months=params.first_service.lag_months, plan_year=plan
        ),
        "maintenance": calls.lagged_forecast(
            seen, repeated(seen), months=params.service_interval.months, plan_year=plan
        ),
        "win_back": repeated(by_month(lapses)),
        "campaign": _invited(year, calendar.reference_kinds(params, tables)),
        "post_sale": to_sell,
        "post_service": repeated(by_month(visits["visit_date"])),
        "insurance": audience_by_month("base, sale_anniversary", year.known, start=first, end=last),
    }
    made = tables.get("contacts")
    if made is not None and (made["purpose"] == "lead").any():
        leads = made[(made["purpose"] == "lead") & (made["attempt"].fillna(1) == 1)]
        cases["lead"] = repeated(by_month(leads["contact_date"]))
    return cases


def _units(
    params: Params, tables: Tables, repeated: Callable[[pd.Series], pd.Series]
) -> tuple[pd.Series, pd.Series]:
    """Vehicles sold, by month that is over; to be sold in the plan year: as last year without a target."""
    sales, as_of = tables["vehicle_sales"], pd.Timestamp(params.as_of)
    vehicles = sold_vehicles(sales, as_of=as_of, local_only=params.first_service.local_only)
    sold = new_vehicle_sales(vehicles, since=sales["sale_date"].min(), as_of=as_of)
    known = units_by_month(sold, tables.get("sales_targets"), plan_year=params.plan_year, as_of=as_of)
    past = known[known.index < f"{params.plan_year}-01"]
    as_before = repeated(past)
    return past, known.reindex(as_before.index).fillna(as_before)


def _invited(year: calendar.PlannedYear, kinds: set[str]) -> pd.Series:
    """Customers whom the plan's campaigns invite; events of other kinds call nobody."""
    calling = year.portions["place"].map(year.events["kind"]).isin(kinds)
    invited = year.portions[calling].groupby("month")["invited"].sum(min_count=1)
    months = months_of(year.year)
    return invited.reindex(months) if invited.empty else invited.reindex(months, fill_value=0.0)
