"""Work lists of business that lies in the base: leads given up, cars to trade in, insurance to renew."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from csanalysis.catalogue import Language, format_period, text
from csanalysis.chapters.store_facts import roster
from csanalysis.display.lists.owners import agent_weights, by_weight
from csanalysis.display.lists.people import vehicle_models, with_customer
from csanalysis.display.lists.worklist import Move, WorkList
from csanalysis.metrics.periods import add_months, date_plus_months
from csanalysis.metrics.plan.moves import YEARS, Candidate, calls_a_case, cases_of
from csanalysis.metrics.results import Results
from csanalysis.metrics.stats.intervals import wilson
from csanalysis.metrics.stats.proof import HISTORY
from csanalysis.metrics.value.leads import false_defeat_rate
from csanalysis.metrics.value.opportunities import (
    accident_revenue_per_vehicle,
    next_anniversary,
    sold_vehicles_in_base,
    trade_in_candidates,
)
from csanalysis.params import Params

LEAD_MONTHS = 12
"""A lead given up longer ago has bought elsewhere or cooled."""

CALL_WITHIN_DAYS = 30
RENEWAL_MONTHS = 3
REMIND_DAYS = 30
"""Days before an insurance ends by which its owner should have been called."""

_SOON_DAYS = 7
_VEHICLE_COLUMNS = ("customer_name", "phone", "vin", "model", "sale_date", "last_visit", "visit_class")

Tables = Mapping[str, pd.DataFrame]


def given_up(params: Params, tables: Tables, *, same_brand: bool = True) -> pd.DataFrame:
    """Who is on the list of leads: those given up in the last twelve months and not taken up again.

    Parameters
    ----------
    params, tables
        The dealership's; without leads there are none.
    same_brand : bool
        With those lost to another store of the brand, who are invited for first service; the plan's move is
        to win leads and leaves them out.
    """
    leads = tables.get("leads")
    if leads is None:
        return pd.DataFrame(columns=["lead_id"])
    recent = leads["defeated_date"] > date_plus_months(pd.Timestamp(params.as_of), -LEAD_MONTHS)
    open_ones = leads["reactivated_date"].isna() & leads["won_date"].isna() & leads["status"].eq("defeated")
    wanted = same_brand | ~lost_to_same_brand(leads)
    return leads[(recent & open_ones & wanted).to_numpy()]


def lost_to_same_brand(leads: pd.DataFrame) -> pd.Series:
    """Which leads bought at another store of the brand."""
    return leads["lost_to_same_brand"].fillna(False).astype(bool)


def old_enough(params: Params, tables: Tables) -> pd.DataFrame:
    """Whose car may be traded in: see :func:`csanalysis.metrics.value.opportunities.trade_in_candidates`."""
    return trade_in_candidates(_held(params, tables), as_of=pd.Timestamp(params.as_of))


def insured_until_soon(params: Params, tables: Tables) -> pd.DataFrame:
    """Whose insurance ends in the three months after ``as_of``: vehicles in the base, ``insurance_end``."""
    as_of, rows = pd.Timestamp(params.as_of), _held(params, tables)
    rows = rows.assign(insurance_end=next_anniversary(rows["sale_date"], as_of=as_of))
    return rows[(rows["insurance_end"] <= date_plus_months(as_of, RENEWAL_MONTHS)).to_numpy()]


def leads_again(params: Params, tables: Tables, year: int) -> Candidate | None:
    """The leads as a move: the share of such that came to life again, and what a lead costs."""
    rows = given_up(params, tables, same_brand=False)
    if rows.empty:
        return None
    leads = tables["leads"]
    rates = false_defeat_rate(leads[~lost_to_same_brand(leads)], as_of=pd.Timestamp(params.as_of))
    rates = rates[rates["period"].astype(int).between(year - YEARS + 1, year)]
    again, of = rates["numerator"].sum(), rates["denominator"].sum()
    if not of:
        return None
    low, high = wilson(again, of)
    calls = calls_a_case(tables.get("contacts"), year=year, purposes=(("lead",), ()))
    cases = cases_of(rows["lead_id"], params.value.lead_cost[0])
    return Candidate(cases, (float(again / of), float(low), float(high)), calls, HISTORY, float(of))


def defeated_leads(params: Params, tables: Tables, results: Results) -> pd.DataFrame:
    """Leads given up in the last twelve months and not taken up again, the latest first.

    Parameters
    ----------
    params, tables
        The dealership's; without leads the list is empty.
    results : Results
        Not looked at.

    Returns
    -------
    DataFrame
        One row a lead: the list's columns. ``worth`` is what a new lead costs at least [¥]; for a lead lost
        to another store of the brand, to be invited for first service, the mean amount of one.

    Notes
    -----
    Source: 《养羊与薅毛并举，永续经营始于当下》.
    """
    rows = DEFEATED_LEADS.on(params, tables)
    if rows.empty:
        return pd.DataFrame(columns=DEFEATED_LEADS.columns)
    as_of = pd.Timestamp(params.as_of)
    rows = rows.sort_values(["defeated_date", "lead_id"], ascending=[False, True], ignore_index=True)
    elsewhere = lost_to_same_brand(rows).to_numpy()
    first_due = add_months(rows["defeated_date"], params.first_service.lag_months)
    soon, later = (as_of + pd.Timedelta(days=days) for days in (_SOON_DAYS, CALL_WITHIN_DAYS))
    visits = tables["service_visits"]
    first_service = visits.loc[visits["service_type"] == "first_service", "total_amount"].mean()
    kinds = np.where(elsewhere, "lead_same_brand", "lead_again")
    return rows.assign(
        rank=range(1, len(rows) + 1),
        defeated_on=rows["defeated_date"],
        owner=_agents(len(rows), params, tables),
        due_date=pd.Series(later, index=rows.index).mask(elsewhere, first_due.where(first_due > soon, soon)),
        reason=[
            text(f"list_reason.{kind}", params.language, date=day)
            for kind, day in zip(kinds, _written(rows["defeated_date"], params.language), strict=True)
        ],
        worth=np.where(elsewhere, np.round(first_service), params.value.lead_cost[0]),
    )


def trade_in(params: Params, tables: Tables, results: Results) -> pd.DataFrame:
    """Vehicles that we sold three years ago or earlier and have not lost for good, best customers first.

    Parameters
    ----------
    params, tables
        The dealership's.
    results : Results
        Not looked at.

    Returns
    -------
    DataFrame
        One row a vehicle: the list's columns. Due dates are spread evenly over the coming twelve month-ends;
        ``worth`` is what a new lead costs at least [¥].
    """
    as_of = pd.Timestamp(params.as_of)
    rows = TRADE_IN.on(params, tables)
    rows = rows.sort_values(["visit_class", "sale_date", "vin"], ignore_index=True)
    month = np.arange(len(rows)) * 12 // max(len(rows), 1)
    first = (as_of + pd.Timedelta(days=1)).replace(day=1)
    ends = [date_plus_months(first, int(ahead) + 1) - pd.Timedelta(days=1) for ahead in range(12)]
    return _vehicles(rows, tables).assign(
        rank=range(1, len(rows) + 1),
        owner=_agents(len(rows), params, tables),
        due_date=pd.Series([ends[ahead] for ahead in month], index=rows.index, dtype="datetime64[s]"),
        reason=[
            text("list_reason.trade_in", params.language, years=int(age) // 12, date=last)
            for age, last in zip(
                rows["age_months"], _written(rows["last_visit"], params.language), strict=True
            )
        ],
        worth=params.value.lead_cost[0],
    )


def insurance_due(params: Params, tables: Tables, results: Results) -> pd.DataFrame:
    """Vehicles whose insurance ends in the three months after ``as_of``, the first to end first.

    Parameters
    ----------
    params, tables
        The dealership's.
    results : Results
        Not looked at.

    Returns
    -------
    DataFrame
        One row a vehicle: the list's columns. An insurance is taken to end on an anniversary of the sale; it
        is due thirty days before, or soon, but before it ends.
        What a renewal pays is in no table: ``worth`` is what a vehicle's accident repairs bring in a year
        [¥], for these come to the house that insured it; NaN where no such repair is known.
    """
    as_of = pd.Timestamp(params.as_of)
    rows = INSURANCE_DUE.on(params, tables)
    rows = rows.sort_values(["insurance_end", "vin"], ignore_index=True)
    remind, soon = (
        rows["insurance_end"] - pd.Timedelta(days=REMIND_DAYS),
        as_of + pd.Timedelta(days=_SOON_DAYS),
    )
    tomorrow, last = as_of + pd.Timedelta(days=1), rows["insurance_end"] - pd.Timedelta(days=1)
    last = last.where(last > tomorrow, tomorrow)
    ends = _written(rows["insurance_end"], params.language)
    worth = accident_revenue_per_vehicle(tables["service_visits"], since=date_plus_months(as_of, -12))
    basis = text("list_reason.insurance_worth", params.language) if worth == worth else ""
    return _vehicles(rows, tables).assign(
        rank=range(1, len(rows) + 1),
        owner=_agents(len(rows), params, tables),
        due_date=remind.where(remind > soon, last.where(last < soon, soon)),
        reason=[text("list_reason.insurance", params.language, date=day) + basis for day in ends],
        worth=np.round(worth),
    )


def _held(params: Params, tables: Tables) -> pd.DataFrame:
    everyone, as_of = roster(params, tables), pd.Timestamp(params.as_of)
    lost = params.lifecycle.permanent_months
    return sold_vehicles_in_base(everyone, tables["vehicle_sales"], as_of=as_of, lost_months=lost)


def _vehicles(rows: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    model = vehicle_models(tables["vehicle_sales"])
    return with_customer(rows, tables).assign(model=rows["vin"].map(model))


def _agents(count: int, params: Params, tables: Tables) -> Sequence[str]:
    """Who calls: the agents by weight, else customer service."""
    nobody = text("list_owner.customer_service", params.language)
    weights = agent_weights(params.first_service.agents, tables.get("staff"))
    return [owner or nobody for owner in by_weight(count, weights)]


def _written(dates: pd.Series, language: Language) -> list[str]:
    days = dates.dt.strftime("%Y-%m-%d")
    written = {day: format_period(day, language) for day in days.unique()}
    return [written[day] for day in days]


DEFEATED_LEADS = WorkList(
    "defeated_leads",
    ("rank", "lead_id", "defeated_on", "defeat_reason", "owner", "due_date", "reason", "worth"),
    who=given_up,
    rows=defeated_leads,
    purpose="lead",
    move=Move(candidate=leads_again),
)
TRADE_IN = WorkList(
    "trade_in",
    ("rank", *_VEHICLE_COLUMNS, "owner", "due_date", "reason", "worth"),
    who=old_enough,
    rows=trade_in,
    purpose="lead",
    holdout=True,
    move=Move(),
)
INSURANCE_DUE = WorkList(
    "insurance_due",
    ("rank", *_VEHICLE_COLUMNS, "insurance_end", "owner", "due_date", "reason", "worth"),
    who=insured_until_soon,
    rows=insurance_due,
    purpose="insurance",
    holdout=True,
)
LISTS = (DEFEATED_LEADS, TRADE_IN, INSURANCE_DUE)
