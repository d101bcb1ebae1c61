"""The vehicles behind a churn alert: who lapsed in the month and is still away."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.catalogue import format_period, text
from csanalysis.chapters.customer_base.lists import by_team, valued_roster
from csanalysis.chapters.review.measure import away
from csanalysis.params import Params

CALL_WITHIN_DAYS = 14
"""A vehicle that has just lapsed should have been called so many days after the month."""


def lapsed_in_month(params: Params, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Vehicles that reached 12 months without a visit in the month of ``as_of``, by team.

    Parameters
    ----------
    params, tables
        The dealership's, cut at the month's end.

    Returns
    -------
    DataFrame
        One row a vehicle: the columns of the vehicle lists. ``last_visit`` is the last that counts.
    """
    gone = away(params, tables)[["vin", "last_visit", "lapse_date"]]
    roster = valued_roster(params, tables).drop(columns="last_visit")
    rows = roster.merge(gone, on="vin").reset_index(drop=True)
    due = pd.Series(pd.Timestamp(params.as_of) + pd.Timedelta(days=CALL_WITHIN_DAYS), index=rows.index)
    reasons = [
        text(
            "list_reason.lapsed_in_month",
            params.language,
            date=format_period(f"{day:%Y-%m-%d}", params.language),
        )
        for day in rows["lapse_date"]
    ]
    return by_team(rows, due, reasons, params=params, tables=tables)
