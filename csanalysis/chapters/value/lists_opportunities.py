"""Work lists of business that lies in the base: leads given up, cars to trade in, insurance to renew."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csanalysis.catalogue import Language, format_period, text
from csanalysis.chapters.shared import shared
from csanalysis.chapters.store_facts import roster
from csanalysis.display.lists.worklist import Move, WorkList
from csanalysis.metrics.periods import add_months, date_plus_months, last_complete_year
from csanalysis.metrics.plan.moves import YEARS, Candidate, calls_a_case, cases_of
from csanalysis.metrics.stats.intervals import wilson
from csanalysis.metrics.stats.proof import HISTORY
from csanalysis.metrics.value.leads import false_defeat_rate
from csanalysis.metrics.value.opportunities import (
    insurance_ends,
    sold_vehicles_in_base,
    trade_in_candidates,
)
from csanalysis.metrics.workshop.policies import latest
from csanalysis.params import Params

LEAD_MONTHS = 12
"""A lead given up longer ago has bought elsewhere or cooled."""

CALL_WITHIN_DAYS = 30
RENEWAL_MONTHS = 3
REMIND_DAYS = 30
"""Days before an insurance ends by which its owner should have been called."""

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
    known = known_insurance(tables)
    told = pd.Series(False, index=rows.index) if known is None else rows["vin"].isin(known.index)
    rows = rows.assign(insurance_end=insurance_ends(rows, as_of=as_of, known=known), by_policy=told)
    return rows[(rows["insurance_end"] <= date_plus_months(as_of, RENEWAL_MONTHS)).to_numpy()]


def known_insurance(tables: Tables) -> pd.Series | None:
    """The last day on which any known insurance of a vehicle ends: vin → date; None without policies."""
    policies = tables.get("policies")
    return None if policies is None else latest(policies, "insurance")


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


def leads_to_win(params: Params, tables: Tables) -> pd.DataFrame:
    """The leads given up in the last twelve months as reasons to call.

    Returns
    -------
    DataFrame
        One row a lead: ``lead_id``, ``from``, ``until``, ``reason``, ``offer``, ``amount`` [yuan]: what a new
        lead costs at least; for one lost to another store of the brand, invited for first service, the mean
        amount of one.

    Notes
    -----
    Source: 《养羊与薅毛并举，永续经营始于当下》.
    """
    rows = DEFEATED_LEADS.on(params, tables)
    if rows.empty:
        return pd.DataFrame(columns=["lead_id", "from", "until", "reason", "offer", "amount"])
    as_of, language = pd.Timestamp(params.as_of), params.language
    rows = rows.sort_values(["defeated_date", "lead_id"], ascending=[False, True], ignore_index=True)
    elsewhere = lost_to_same_brand(rows).to_numpy()
    first_due = add_months(rows["defeated_date"], params.first_service.lag_months)
    visits = tables["service_visits"]
    first_service = visits.loc[visits["service_type"] == "first_service", "total_amount"].mean()
    kinds = np.where(elsewhere, "lead_same_brand", "lead_again")
    cold = add_months(rows["defeated_date"], LEAD_MONTHS)
    around = pd.Timedelta(days=CALL_WITHIN_DAYS)
    return pd.DataFrame(
        {
            "lead_id": rows["lead_id"],
            "from": (first_due - around).where(elsewhere & (first_due - around > as_of), as_of),
            "until": cold.mask(elsewhere, (first_due + around).where(first_due > as_of, as_of + around)),
            "reason": [
                text(f"list_reason.{kind}", language, date=day)
                for kind, day in zip(kinds, _written(rows["defeated_date"], language), strict=True)
            ],
            "offer": [text(f"list_offer.{kind}", language) for kind in kinds],
            "amount": np.where(elsewhere, first_service, params.value.lead_cost[0]),
        }
    )


def cars_to_trade_in(params: Params, tables: Tables) -> pd.DataFrame:
    """Vehicles that we sold three years ago or earlier and have not lost for good, as reasons to call.

    Returns
    -------
    DataFrame
        One row a vehicle: ``vin``, ``from``, ``until`` (a year), ``reason``, ``offer``, ``amount`` [yuan]:
        what a new lead costs at least.
    """
    as_of, language = pd.Timestamp(params.as_of), params.language
    rows = TRADE_IN.on(params, tables).reset_index(drop=True)
    return pd.DataFrame(
        {
            "vin": rows["vin"],
            "from": as_of,
            "until": date_plus_months(as_of, 12),
            "reason": [
                text("list_reason.trade_in", language, years=int(age) // 12, date=last)
                for age, last in zip(rows["age_months"], _written(rows["last_visit"], language), strict=True)
            ],
            "offer": text("list_offer.trade_in", language),
            "amount": float(params.value.lead_cost[0]),
        }
    )


@shared
def renewal_coverage(params: Params, tables: Tables) -> float:
    """Of the vehicles held the share that is called about its insurance in a year, as a duty [fraction].

    ``calls.coverage`` where params give it, else as in the last complete year; 1 without contacts.
    """
    if params.calls.coverage is not None:
        return float(params.calls.coverage)
    held, made = _held(params, tables), tables.get("contacts")
    if made is None or held.empty:
        return 1.0
    year = last_complete_year(pd.Timestamp(params.as_of))
    asked = made[(made["purpose"] == "insurance") & (made["contact_date"].dt.year == year)]
    return min(1.0, asked["vin"].nunique() / len(held))


def insurance_to_renew(params: Params, tables: Tables) -> pd.DataFrame:
    """Vehicles whose insurance ends in the three months after ``as_of`` as reasons to call.

    Returns
    -------
    DataFrame
        One row a vehicle: ``vin``, ``from`` (thirty days before the insurance ends, or now), ``until`` (the
        day before it ends), ``reason``, ``offer``, ``duty`` (of as many as :func:`renewal_coverage` says, the
        best classes first). An insurance ends when the table ``policies`` says, else on an anniversary of the
        sale.
    """
    as_of, language = pd.Timestamp(params.as_of), params.language
    rows = INSURANCE_DUE.on(params, tables).sort_values(["visit_class", "insurance_end", "vin"])
    rows, place = rows.reset_index(drop=True), np.arange(len(rows))
    remind = rows["insurance_end"] - pd.Timedelta(days=REMIND_DAYS)
    ends = _written(rows["insurance_end"], language)
    return pd.DataFrame(
        {
            "vin": rows["vin"],
            "from": remind.where(remind > as_of, as_of),
            "until": rows["insurance_end"] - pd.Timedelta(days=1),
            "reason": [
                text(f"list_reason.insurance{'_policy' if told else ''}", language, date=day)
                for told, day in zip(rows["by_policy"], ends, strict=True)
            ],
            "offer": [text("list_offer.insurance", language, date=day) for day in ends],
            "duty": place < np.ceil(renewal_coverage(params, tables) * len(rows)),
        }
    )


def _held(params: Params, tables: Tables) -> pd.DataFrame:
    everyone, as_of = roster(params, tables), pd.Timestamp(params.as_of)
    lost = params.lifecycle.permanent_months
    return sold_vehicles_in_base(everyone, tables["vehicle_sales"], as_of=as_of, lost_months=lost)


def _written(dates: pd.Series, language: Language) -> list[str]:
    days = dates.dt.strftime("%Y-%m-%d")
    written = {day: format_period(day, language) for day in days.unique()}
    return [written[day] for day in days]


DEFEATED_LEADS = WorkList(
    "defeated_leads",
    who=given_up,
    reasons=leads_to_win,
    whom="lead_id",
    purpose="lead",
    move=Move(candidate=leads_again),
)
TRADE_IN = WorkList(
    "trade_in",
    who=old_enough,
    reasons=cars_to_trade_in,
    purpose="lead",
    holdout=True,
    move=Move(),
)
INSURANCE_DUE = WorkList(
    "insurance_due",
    who=insured_until_soon,
    reasons=insurance_to_renew,
    purpose="insurance",
    duty=True,
    holdout=True,
    move=Move(),
)
