"""First-service invitations: the vehicles we sold that have not come yet."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.catalogue import format_period, text
from csanalysis.catalogue.formats import Language
from csanalysis.display.lists.worklist import Move, WorkList
from csanalysis.metrics.first_service.rates import sold_vehicles, with_first_service
from csanalysis.metrics.periods import add_months, age_in_months
from csanalysis.params import Params

OVERDUE_DAYS = 90
"""Days after ``as_of`` in which somebody whose service is overdue may be called."""

AROUND_DAYS = 15
"""So many days before the day on which the first service is due the call begins to make sense."""

LAST_MONTH = 11
"""A vehicle sold longer ago than this many months is no first-service case any more but a lost customer."""


def waiting(params: Params, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Who is on the list: the vehicles of our ledger that still wait, with ``months_since`` the sale."""
    as_of = pd.Timestamp(params.as_of)
    sold = sold_vehicles(tables["vehicle_sales"], as_of=as_of, local_only=params.first_service.local_only)
    rows = with_first_service(sold, tables["service_visits"], as_of=as_of)
    rows = rows[rows["return_date"].isna()].drop(columns=["first_service_date", "return_date"])
    rows = rows.assign(months_since=age_in_months(rows["sale_date"], as_of))
    return rows[rows["months_since"] <= LAST_MONTH]


def invited(params: Params, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The vehicles still waiting for their first service as reasons to call.

    Returns
    -------
    DataFrame
        One row a vehicle: ``vin``, ``from`` and ``until`` (from half a month before the day that is so many
        months after the sale to as long after it; from now on where that has passed), ``reason``, ``duty``
        (where that day is still to come).
    """
    as_of, lag = pd.Timestamp(params.as_of), params.first_service.lag_months
    rows = FIRST_SERVICE_INVITATIONS.on(params, tables).reset_index(drop=True)
    due = add_months(rows["sale_date"], lag)
    around, overdue = pd.Timedelta(days=AROUND_DAYS), due <= as_of
    first = (due - around).where(due - around > as_of, as_of)
    last = (due + around).mask(overdue, as_of + pd.Timedelta(days=OVERDUE_DAYS))
    words = _reasons(rows["months_since"], due, as_of=as_of, lag=lag, language=params.language)
    return pd.DataFrame(
        {"vin": rows["vin"], "from": first, "until": last, "reason": words, "duty": ~overdue.to_numpy()}
    )


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
    who=waiting,
    reasons=invited,
    purpose="first_service",
    duty=True,
    holdout=True,
    move=Move(serves="first_service_target", called_in=True),
)
LISTS = (FIRST_SERVICE_INVITATIONS,)
