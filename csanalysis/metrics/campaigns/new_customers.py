"""New customers: which work brings vehicles in for the first time, and what invitations have brought."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.periods import complete_years, date_plus_months
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.by_period import counts_by_period
from csanalysis.metrics.stats.intervals import wilson

UNKNOWN_MONTHS = 12


def new_service_vehicles(visits: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Vehicles seen for the first time, by the type of that visit.

    Parameters
    ----------
    visits : DataFrame
        One row a visit: ``vin``, ``visit_date``, ``service_type``, ``ro_number``.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        ``service_type`` (every type in ``visits``) and ``value`` [vehicles] by month, and by year where all
        twelve months are known and over. The first 12 months of the data are not reported: a vehicle that
        seems new then may have come before. Higher is better.

    Notes
    -----
    Of several visits on the first day the one with the smallest ``ro_number`` counts.
    Source: 《年初的工作规划该怎样做？——4S店客服篇》.
    """
    known = visits["visit_date"] <= as_of
    first = _first_visits(visits, known.to_numpy(dtype=bool))
    since = date_plus_months(visits["visit_date"].where(known).min(), UNKNOWN_MONTHS)
    types = first["service_type"].astype(
        pd.CategoricalDtype(sorted(visits.loc[known, "service_type"].unique()))
    )
    counts = counts_by_period(first["visit_date"], since=since, as_of=as_of, labels=types)
    whole_years = [str(year) for year in complete_years(pd.Series([since]), as_of=as_of)]
    return counts[counts["period"].isin(whole_years) | (counts["period"].str.len() == 7)].reset_index(
        drop=True
    )


def campaign_arrival_rate(
    campaigns: pd.DataFrame, *, as_of: pd.Timestamp, by: str | None = None
) -> pd.DataFrame:
    """Of the customers invited to a year's campaigns, the share that came.

    Parameters
    ----------
    campaigns : DataFrame
        One row a campaign: ``start_date``, ``invited``, ``arrived`` and the column ``by``.
    as_of : Timestamp
        Last day counted.
    by : str, optional
        Split by this column, such as ``kind`` or ``campaign_id``; campaigns without an entry in it are left
        out.

    Returns
    -------
    DataFrame
        By year of the start: ``numerator`` [arrived], ``denominator`` [invited], ``value`` [fraction],
        ``low``, ``high`` (95 % Wilson). Only campaigns that give both counts; no row for a year without one.
        Where more came than were invited the value exceeds 1 and has no interval. Higher is better.

    Notes
    -----
    Source: 《年初的工作规划该怎样做？——4S店客服篇》.
    """
    split = [] if by is None else [by]
    known = campaigns[campaigns["start_date"] <= as_of].dropna(subset=["invited", "arrived", *split])
    known = known.assign(period=known["start_date"].dt.year.astype(int).astype("str"))
    sums = known.groupby(["period", *split])[["arrived", "invited"]].sum().astype(float).reset_index()
    low, high = wilson(sums["arrived"], sums["invited"])
    groups = {name: sums[name] for name in split}
    return tidy(
        sums["period"], numerator=sums["arrived"], denominator=sums["invited"], low=low, high=high, **groups
    )


def _first_visits(visits: pd.DataFrame, known: NDArray[np.bool_]) -> pd.DataFrame:
    """The first known visit of each vehicle: by date, then by the smallest ``ro_number``."""
    codes, vins = pd.factorize(visits["vin"])
    days = visits["visit_date"].to_numpy(dtype="datetime64[D]").astype("int64")
    first_day = np.full(len(vins), np.iinfo(np.int64).max)
    np.minimum.at(first_day, codes[known], days[known])
    rows = np.flatnonzero(known & (days == first_day[codes]))
    on_first_day = visits[["vin", "visit_date", "service_type", "ro_number"]].take(rows)
    # Ordered by text only where a vehicle came twice that day: few of a million rows.
    tied = np.bincount(codes[rows], minlength=len(vins))[codes[rows]] > 1
    settled = on_first_day[tied].sort_values("ro_number").drop_duplicates("vin")
    first: pd.DataFrame = pd.concat([on_first_day[~tied], settled])
    return first
