"""First-service invitations: the vehicles we sold that have not come yet, by what a call is worth."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csanalysis.catalogue import format_period, text
from csanalysis.catalogue.formats import Language
from csanalysis.display.lists.owners import agent_weights, by_weight
from csanalysis.display.lists.people import with_customer
from csanalysis.display.lists.worklist import Move, WorkList
from csanalysis.metrics.first_service.rates import sold_vehicles, with_first_service
from csanalysis.metrics.periods import add_months, age_in_months
from csanalysis.metrics.results import Results
from csanalysis.params import Params

GRACE_DAYS = 7
"""Days after ``as_of`` by which somebody whose service is overdue should have been called."""

LAST_MONTH = 11
"""A vehicle sold longer ago than this many months is no first-service case any more but a lost customer."""

HORIZON_MONTHS = 3
"""A call is credited with a return in so many months."""


def waiting(params: Params, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Who is on the list: the vehicles of our ledger that still wait, with ``months_since`` the sale."""
    as_of = pd.Timestamp(params.as_of)
    sold = sold_vehicles(tables["vehicle_sales"], as_of=as_of, local_only=params.first_service.local_only)
    rows = with_first_service(sold, tables["service_visits"], as_of=as_of)
    rows = rows[rows["return_date"].isna()].drop(columns=["first_service_date", "return_date"])
    rows = rows.assign(months_since=age_in_months(rows["sale_date"], as_of))
    return rows[rows["months_since"] <= LAST_MONTH]


def first_service_invitations(
    params: Params, tables: Mapping[str, pd.DataFrame], results: Results
) -> pd.DataFrame:
    """The vehicles still waiting for their first service, most valuable call first.

    Parameters
    ----------
    params, tables
        The dealership's.
    results : Results
        Holds ``first_service_curve``, from which the chance of return comes.

    Returns
    -------
    DataFrame
        One row a vehicle: the list's columns. ``chance`` is the share of vehicles that had waited as long and
        then came within three months; ``worth`` is chance x mean amount of a first service [¥], empty where
        visits have no amounts.
    """
    as_of = pd.Timestamp(params.as_of)
    settings, language = params.first_service, params.language
    listed = FIRST_SERVICE_INVITATIONS.on(params, tables)
    chance = listed["months_since"].map(_chances(results))
    due = add_months(listed["sale_date"], settings.lag_months)
    rows = listed.assign(
        chance=chance,
        worth=(chance * _amount_of_first_service(tables["service_visits"])).round(0),
        due_date=due.where(due > as_of, as_of + pd.Timedelta(days=GRACE_DAYS)),
        reason=_reasons(listed["months_since"], due, as_of=as_of, lag=settings.lag_months, language=language),
    )
    rows = with_customer(rows, tables)
    rows = rows.sort_values(["worth", "chance", "due_date", "vin"], ascending=[False, False, True, True])
    owners = by_weight(len(rows), agent_weights(settings.agents, tables.get("staff")))
    return rows.assign(
        rank=range(1, len(rows) + 1),
        owner=[owner or text("list_owner.customer_service", language) for owner in owners],
    ).reset_index(drop=True)


def _chances(results: Results) -> dict[int, float]:
    """Chance to come within the horizon, by whole months already waited; from the Kaplan-Meier curve."""
    curve = results.select("first_service_curve", "date", "months_since_sale").dropna(subset=["value"])
    returned = {0: 0.0} | dict(zip(curve["months_since_sale"].astype(int), curve["value"], strict=True))
    last = max(returned)
    chances = {}
    for month in range(LAST_MONTH + 1):
        now, then = returned.get(month), returned.get(min(month + HORIZON_MONTHS, last))
        chances[month] = (
            (then - now) / (1 - now) if now is not None and then is not None and now < 1 else np.nan
        )
    return chances


def _amount_of_first_service(visits: pd.DataFrame) -> float:
    return float(visits.loc[visits["service_type"] == "first_service", "total_amount"].mean())


def _reasons(
    months: pd.Series, due: pd.Series, *, as_of: pd.Timestamp, lag: int, language: Language
) -> list[str]:
    return [
        text(
            f"list_reason.first_service_{'due' if day > as_of else 'overdue'}",
            language,
            months=waited,
            lag=lag,
            due=format_period(str(day.date()), language),
        )
        for waited, day in zip(months, due, strict=True)
    ]


FIRST_SERVICE_INVITATIONS = WorkList(
    "first_service_invitations",
    (
        "rank", "customer_name", "phone", "vin", "model", "sale_date", "months_since", "owner", "due_date",
        "reason", "chance", "worth",
    ),
    who=waiting,
    rows=first_service_invitations,
    purpose="first_service",
    holdout=True,
    move=Move(serves="first_service_target", shown_by=("first_service",)),
)  # fmt: skip
LISTS = (FIRST_SERVICE_INVITATIONS,)
