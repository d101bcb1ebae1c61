"""The vehicles behind a churn alert: who lapsed in the month and is still away."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.catalogue import format_period, text
from csanalysis.chapters.customer_base.lists import VEHICLE_COLUMNS, by_team
from csanalysis.chapters.review.lapses import away
from csanalysis.chapters.store_facts import roster
from csanalysis.display.lists.worklist import WorkList
from csanalysis.metrics.results import Results
from csanalysis.params import Params

CALL_WITHIN_DAYS = 14
"""A vehicle that has just lapsed should have been called so many days after the month."""


def gone(params: Params, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Who is on the list: rows of the roster with the ``last_visit`` that counts and ``lapse_date``."""
    lapsed = away(params, tables)[["vin", "last_visit", "lapse_date"]]
    rows = roster(params, tables).drop(columns="last_visit")
    return rows.merge(lapsed, on="vin").reset_index(drop=True)


def lapsed_in_month(params: Params, tables: Mapping[str, pd.DataFrame], results: Results) -> pd.DataFrame:
    """Vehicles that lapsed in the month of ``as_of``, by team.

    Parameters
    ----------
    params, tables
        The dealership's, cut at the month's end.
    results : Results
        Not looked at.

    Returns
    -------
    DataFrame
        One row a vehicle: the columns of the vehicle lists. ``last_visit`` is the last that counts.
    """
    rows = LAPSED_IN_MONTH.on(params, tables)
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


LAPSED_IN_MONTH = WorkList("lapsed_in_month", VEHICLE_COLUMNS, who=gone, rows=lapsed_in_month)
LISTS = (LAPSED_IN_MONTH,)
