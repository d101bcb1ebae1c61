"""The year's calendar: events with their days, audiences and budgets, and what past campaigns say of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from csanalysis.chapters.calendar.cases import cases, reference_years
from csanalysis.chapters.shared import shared
from csanalysis.metrics.campaigns import campaigns, event_plan
from csanalysis.metrics.campaigns.audience import Register, missing_columns_for, register
from csanalysis.metrics.customers.roster import vehicle_customers
from csanalysis.metrics.periods import span
from csanalysis.metrics.results import Results, with_period_kind
from csanalysis.metrics.stats.cases import Cases
from csanalysis.params import CalendarEvent, Params

_FIELDS = list(CalendarEvent.model_fields)
_TEXTS = ["event", "festival", "kind", "audience", "activity", "gift", "owner"]
_NUMBERS = ["size", "unit_cost", "budget", "penalty", "preparation_days"]


@dataclass(frozen=True)
class PlannedYear:
    """The events of the plan year.

    ``events`` has one row an event, in order of its days: the fields of
    :class:`csanalysis.params.CalendarEvent`, ``start``, ``end``, ``preparation``, ``invited``, ``budget``,
    ``gift_cost`` and ``lacking`` (the columns that its audience rule needs and the data do not have);
    ``portions`` one row an event and month; ``clashes`` one row a pair; ``known`` who can be invited;
    ``staff`` the names known, None where no table names them.
    """

    year: int
    events: pd.DataFrame
    portions: pd.DataFrame
    clashes: pd.DataFrame
    known: Register
    staff: tuple[str, ...] | None

    @property
    def gaps(self) -> dict[str, Any]:
        """Which events lack what."""
        return event_plan.gaps(self.events, staff=self.staff)


@shared
def planned(params: Params, tables: Mapping[str, pd.DataFrame]) -> PlannedYear:
    """The calendar's events with their days, audiences and costs.

    Parameters
    ----------
    params : Params
        As loaded: the calendar is a list of events, or None.
    tables : mapping of str to DataFrame
        Clean tables cut at ``as_of``.
    """
    as_of, ages = pd.Timestamp(params.as_of), params.lifecycle
    owners = vehicle_customers(tables["service_visits"], tables["vehicle_sales"])
    known = register(tables, owners, as_of=as_of, boundaries=ages.boundaries)
    events = _events(params)
    portions = event_plan.event_portions(events, known)
    events = event_plan.with_totals(events, portions).assign(
        lacking=[
            "" if pd.isna(audience) else ", ".join(missing_columns_for(audience, known))
            for audience in events["audience"]
        ]
    )
    staff = tuple(tables["staff"]["staff"]) if "staff" in tables else None
    return PlannedYear(params.plan_year, events, portions, event_plan.clashes(events), known, staff)


def measure(params: Params, tables: Mapping[str, pd.DataFrame], year: PlannedYear | None = None) -> Results:
    """The chapter's numbers.

    Parameters
    ----------
    params : Params
        Plan year and calendar.
    tables : mapping of str to DataFrame
        Clean tables cut at ``as_of``; ``campaigns`` gives the reference rates.
    year : PlannedYear, optional
        :func:`planned`, if it was called already.

    Returns
    -------
    Results
        Events, budgets, workload, clashes and gaps where there is a calendar; what past campaigns cost and
        brought where there are any; with both, what the events may bring.
    """
    year = planned(params, tables) if year is None else year
    references = {}
    results = Results()
    if (held := tables.get("campaigns")) is not None:
        as_of = pd.Timestamp(params.as_of)
        years = reference_years(held, as_of)
        results += _past(held, cases(params, tables), as_of, years)
        references = _references(held, years)
    return results + _calendar(year) + _expected(year, references) if len(year.events) else results


def reference_kinds(params: Params, tables: Mapping[str, pd.DataFrame]) -> set[str]:
    """The kinds of past campaigns, whose events invite customers one by one."""
    held = tables.get("campaigns")
    if held is None:
        return set()
    return set(_references(held, reference_years(held, pd.Timestamp(params.as_of)))["arrived"])


def reference_period(params: Params, tables: Mapping[str, pd.DataFrame]) -> str:
    """The years on which the reference rates rest, as a period; last year where there is none complete."""
    held = tables.get("campaigns")
    years = [] if held is None else reference_years(held, pd.Timestamp(params.as_of))
    return span(years) if years else str(params.plan_year - 1)


def _events(params: Params) -> pd.DataFrame:
    listed = params.calendar if isinstance(params.calendar, list) else []
    rows = [{**event.model_dump(), **event.span_in(params.plan_year)._asdict()} for event in listed]
    frame = pd.DataFrame(rows, columns=[*(name for name in _FIELDS if name != "end"), "start", "end"])
    frame = frame.astype(
        {
            **dict.fromkeys(_TEXTS, "str"),
            **dict.fromkeys(_NUMBERS, "float64"),
            **dict.fromkeys(["start", "end"], "datetime64[s]"),
        }
    )
    return frame.sort_values(["start", "end"], kind="stable", ignore_index=True)


def _calendar(year: PlannedYear) -> Results:
    events, portions, plan = year.events, year.portions, year.year

    def budget(by: str | None) -> pd.DataFrame:
        return event_plan.calendar_budget(events, portions, plan_year=plan, by=by)

    return Results(
        {
            "calendar_events": [
                event_plan.calendar_events(events, plan_year=plan, by=by) for by in (None, "kind", "owner")
            ],
            "calendar_budget": [budget(None), budget("kind"), with_period_kind(budget("owner"), "year")],
            "calendar_workload": event_plan.calendar_workload(events, plan_year=plan),
            "calendar_clashes": event_plan.calendar_clashes(year.clashes, plan_year=plan),
            "calendar_gaps": event_plan.calendar_gaps(events, staff=year.staff, plan_year=plan),
            "event_audience": event_plan.event_metric(events, "invited"),
            "event_unit_cost": event_plan.event_metric(events, "unit_cost"),
            "event_budget": event_plan.event_metric(events, "budget"),
            "event_penalty": event_plan.event_metric(events, "penalty"),
        }
    )


def _past(held: pd.DataFrame, counted: Mapping[str, Cases], as_of: pd.Timestamp, years: list[int]) -> Results:
    """What campaigns cost and brought: by year and over the reference years, whole and split."""
    frames = {
        metric: [
            campaign.by(),
            campaign.by("kind"),
            with_period_kind(campaign.by("campaign_id"), "year"),
        ]
        for metric, campaign in counted.items()
    }
    if years:
        frames["campaign_dispersion"] = [campaigns.campaign_dispersion(held, as_of=as_of, years=years)]
    return Results(frames)


def _references(held: pd.DataFrame, years: list[int]) -> dict[str, dict[str, campaigns.OutcomeRate | None]]:
    """What an invitation of each kind brings, by outcome and kind."""
    used = held[held["start_date"].dt.year.isin(years)].dropna(subset=["kind"])
    return {
        outcome: {
            str(kind): found
            for kind, rows in used.groupby("kind")
            if (found := campaigns.past_outcome_rate(rows, outcome)) is not None
        }
        for outcome in ("arrived", "revenue")
    }


def _expected(year: PlannedYear, references: dict[str, dict[str, campaigns.OutcomeRate | None]]) -> Results:
    return Results(
        {
            metric: event_plan.expected_results(
                year.events,
                year.portions,
                references[outcome],
                plan_year=year.year,
                most=outcome == "arrived",
            )
            for metric, outcome in (
                ("campaign_expected_arrivals", "arrived"),
                ("campaign_expected_revenue", "revenue"),
            )
            if outcome in references
        }
    )
