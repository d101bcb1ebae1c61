"""Declined work: how long until it is done after all, and what still lies on the table.

Declined cases are those of :func:`csanalysis.metrics.upsell.cases.upsell_cases` that were not accepted.
"""

import numpy as np
import pandas as pd

from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.kaplan_meier import kaplan_meier
from csanalysis.metrics.stats.tallies import split_by

CURVE_DAYS = (7, 14, 30, 60, 90, 120, 150, 180, 270, 365)
AGES = {"0-30": 31, "31-90": 91, "91-180": 181, "181-365": 366, "366+": np.inf}
"""Ages [days] of declined work, each up to its bound, not included."""

HORIZON_DAYS = 90
"""A follow-up is credited with a recovery in so many days."""

FEWEST = 30
"""Of fewer declined items of a grade no curve is drawn."""


def upsell_recovery_curve(
    declined: pd.DataFrame, *, as_of: pd.Timestamp, by_grade: bool = False
) -> pd.DataFrame:
    """Share of the declined items that were done within k days.

    Parameters
    ----------
    declined : DataFrame
        ``date``, ``recovered_days`` and ``grade``; items without a date are left out.
    as_of : Timestamp
        Items not done by then are right-censored.
    by_grade : bool
        Split by ``grade``; a grade with fewer than 30 declined items has no curve.

    Returns
    -------
    DataFrame
        Of ``as_of``, one row a ``days`` of :data:`CURVE_DAYS` (and ``grade``): ``value`` [fraction 0-1],
        ``low``, ``high`` (95 %, log-log). NaN beyond the longest time seen.

    Notes
    -----
    1 - Kaplan-Meier survival of the days from decline to recovery. Source: E. L. Kaplan and P. Meier (1958),
    Nonparametric estimation from incomplete observations.
    """
    dated = declined[declined["date"].notna()]
    waited, over = _waits(dated, as_of)
    split = split_by(dated, *(("grade",) if by_grade else ()))
    parts = []
    for number in range(len(split)):
        rows = split.code == number
        if rows.sum() < FEWEST:
            continue
        share, low, high = kaplan_meier(waited[rows], over[rows], CURVE_DAYS)
        grade = {name: labels[number] for name, labels in split.groups.items()}
        parts.append(
            tidy(
                [f"{as_of:%Y-%m-%d}"] * len(CURVE_DAYS),
                value=share,
                low=low,
                high=high,
                days=[str(days) for days in CURVE_DAYS],
                **grade,
            )
        )
    names: dict[str, list[str]] = {"days": [], **({"grade": []} if by_grade else {})}
    return pd.concat(parts, ignore_index=True) if parts else tidy([], **names)


def open_items(cases: pd.DataFrame, visits: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """The declined items that are still to be done.

    Parameters
    ----------
    cases : DataFrame
        All proposed items.
    visits : DataFrame
        One row a repair order: ``vin``.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        The declined cases not recovered, with ``vin`` (missing where the order is unknown) and ``age`` [days
        since the decline, NaN where it has no date] and ``age_days``, the one of :data:`AGES` (missing where
        it has no date). Of one item proposed to one vehicle several times the
        latest decides: once that was accepted or recovered, nothing is open.
    """
    vehicle, _ = pd.factorize(visits["vin"])
    known = np.flatnonzero((cases["visit"] >= 0) & cases["date"].notna())
    day = cases["date"].to_numpy()[known].astype("datetime64[D]").astype("int64")
    item = cases["item"].cat.codes.to_numpy()[known].astype("int64")
    work = vehicle[cases["visit"].to_numpy()[known]] * len(cases["item"].cat.categories) + item
    order = np.lexsort((day, work))
    latest = np.ones(len(cases), dtype=bool)
    latest[known[order[:-1][work[order[:-1]] == work[order[1:]]]]] = False
    still_open = latest & ~cases["accepted"].to_numpy() & ~cases["recovered"].to_numpy()
    rows = cases[still_open]
    named = pd.Series(pd.NA, index=rows.index, dtype="str")
    with_order = rows["visit"] >= 0
    named[with_order] = visits["vin"].take(rows["visit"][with_order]).to_numpy()
    age = (as_of - rows["date"]).dt.days
    return rows.assign(vin=named, age=age, age_days=age_bands(age))


def age_bands(age: pd.Series) -> pd.Series:
    """The one of :data:`AGES` in which each age [days] is; missing for NaN."""
    place = np.where(age.isna(), -1, np.searchsorted(list(AGES.values()), age, side="right"))
    bands = pd.Categorical.from_codes(place, categories=pd.Index(list(AGES)), ordered=True)
    return pd.Series(bands, index=age.index)


def upsell_open(
    items: pd.DataFrame, *, as_of: pd.Timestamp, by: tuple[str, ...] = (), amounts: bool = False
) -> pd.DataFrame:
    """Declined work that is still to be done, by age or grade: items, or their value.

    Parameters
    ----------
    items : DataFrame
        :func:`open_items`.
    as_of : Timestamp
        Last day counted.
    by : tuple of str
        Split by these labels, such as ``age_days`` and ``grade``.
    amounts : bool
        What was quoted [yuan] instead of the number of items.

    Returns
    -------
    DataFrame
        Of ``as_of`` (and ``by``): ``value``. Items without one of the labels are left out. Lower is better.
    """
    split = split_by(items, *by)
    weights = items["amount"].to_numpy() if amounts else None
    counted = split.code >= 0
    sums = np.bincount(
        split.code[counted], None if weights is None else weights[counted], minlength=len(split)
    )
    value = np.round(sums[: len(split)], 2)
    return tidy([f"{as_of:%Y-%m-%d}"] * len(split), value=value, **split.labels(1))


def _waits(dated: pd.DataFrame, as_of: pd.Timestamp) -> tuple[np.ndarray, np.ndarray]:
    """Days waited, and whether the wait is over."""
    over = dated["recovered"].to_numpy()
    waiting = (as_of - dated["date"]).dt.days.to_numpy(float)
    return np.where(over, dated["recovered_days"].to_numpy(), waiting), over
