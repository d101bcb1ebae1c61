"""Why customers leave, in their own words: what was answered when they were asked in."""

from typing import Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from csanalysis.metrics.customers.roster import vehicle_customers
from csanalysis.metrics.periods import span
from csanalysis.metrics.remembered import remembered
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import wilson
from csanalysis.metrics.stats.many import q_values
from csanalysis.schema.call_results import REASONS, known_result

ASKING = ("win_back", "maintenance")
"""Purposes of the calls in which a reason for staying away is heard."""

FEWEST = 5
"""A word of a store's own that fewer vehicles said goes with ``other``,
and so does a group of fewer customers."""

SPLITS = ("vehicle_age", "model")

OTHER, UNKNOWN = "other", "unknown"

DRAWS, SEED = 2000, 24
"""How many tables are drawn to tell by how much reasons differ by chance."""


def churn_reasons(contacts: pd.DataFrame) -> pd.DataFrame:
    """Vehicles by the reason for leaving that was given in a call.

    Parameters
    ----------
    contacts : DataFrame
        Clean table. Calls of other purposes than win-back and maintenance do not count, nor do words that
        give no reason, such as a booking or a plain refusal.

    Returns
    -------
    DataFrame
        One row a year and ``reason``: ``value`` [vehicles], each with the last reason that it gave in the
        year. A reason is one of :data:`~csanalysis.schema.call_results.REASONS`, or a word as the store
        writes it; one that fewer than five vehicles gave in all is ``other``. Empty where no answer says.
    """
    rows = _given(contacts)
    last = rows.drop_duplicates(["vin", "year"], keep="last")
    counts = last.groupby(["year", "reason"]).size().reset_index(name="vehicles")
    return tidy(
        counts["year"].astype("str"), value=counts["vehicles"].to_numpy(), reason=counts["reason"].to_numpy()
    )


def reasons_told_apart(
    contacts: pd.DataFrame, sales: pd.DataFrame, visits: pd.DataFrame, *, fewest: int = FEWEST
) -> pd.DataFrame:
    """The last reason that each vehicle gave, with the groups it belongs to.

    Parameters
    ----------
    contacts, sales, visits : DataFrame
        Clean tables.
    fewest : int
        A group of fewer customers goes with ``other``.

    Returns
    -------
    DataFrame
        One row a vehicle: ``vin``, ``year``, ``reason`` as in :func:`churn_reasons`; ``vehicle_age``
        (completed years from its first sale in the ledger to the day of the call) and ``model`` (of its last
        sale), both ``unknown`` where the ledger does not say.
    """
    last = _given(contacts).drop_duplicates("vin", keep="last")
    sold = sales.sort_values("sale_date", kind="stable").groupby("vin")
    first = sold["sale_date"].min().reindex(last["vin"]).set_axis(last.index)
    known = first.notna() & (first <= last["day"])
    age = (last["day"].dt.year - first.dt.year - _earlier_in_year(last["day"], first)).where(known)
    age = age.astype("Int64").astype("str").where(known, UNKNOWN)
    model = sold["model"].last().reindex(last["vin"]).set_axis(last.index).fillna(UNKNOWN).astype("str")
    owner = vehicle_customers(visits, sales).reindex(last["vin"]).set_axis(last.index).fillna(last["vin"])
    rows = last[["vin", "year", "reason"]].assign(vehicle_age=age, model=model)
    for split in SPLITS:
        customers = owner.groupby(rows[split]).nunique()
        rows[split] = rows[split].mask(rows[split].map(customers) < fewest, OTHER)
    return rows.reset_index(drop=True)


def churn_reason_share(told: pd.DataFrame, *, fewest: int = FEWEST) -> list[pd.DataFrame]:
    """Of the vehicles whose owner said why, the share that gave each reason: all, by age and by model.

    Parameters
    ----------
    told : DataFrame
        From :func:`reasons_told_apart`.
    fewest : int
        ``other`` is left out where even together fewer vehicles are in it.

    Returns
    -------
    list of DataFrame
        Over the years in which anybody said why, one row a ``reason``, then one a reason and group:
        ``numerator`` [vehicles], ``denominator`` [vehicles of the group], ``value`` [fraction 0-1], ``low``,
        ``high`` (95 % Wilson). Empty where no answer says.
    """
    if told.empty:
        return []
    period = span([int(told["year"].min()), int(told["year"].max())])
    frames = [_shares(told.assign(all="all"), "all", period).drop(columns="all")]
    for split in SPLITS:
        sizes = told[split].value_counts()
        shown = told[~((told[split] == OTHER) & (sizes.get(OTHER, 0) < fewest))]
        if len(shown):
            frames.append(_shares(shown, split, period))
    return frames


def churn_reason_q_value(told: pd.DataFrame) -> pd.DataFrame:
    """How likely reasons differ by chance as much as they do between ages, and between models.

    Parameters
    ----------
    told : DataFrame
        From :func:`reasons_told_apart`.

    Returns
    -------
    DataFrame
        Over the same years, one row a ``split``: ``value`` [fraction 0-1], the chance of the chi-square
        statistic among tables drawn with the same sums, corrected for the two splits (Benjamini and
        Hochberg); NaN with one group or one reason. Vehicles in ``other`` and ``unknown`` are not looked at:
        they have no more in common than that nothing is known of them.
    """
    if told.empty:
        return tidy([], split=[])
    chances = []
    for split in SPLITS:
        known = told[~told[split].isin([OTHER, UNKNOWN])]
        chances.append(_chance(pd.crosstab(known[split], known["reason"]).to_numpy()))
    period = span([int(told["year"].min()), int(told["year"].max())])
    return tidy([period] * len(SPLITS), value=q_values(chances), split=SPLITS)


def _shares(told: pd.DataFrame, split: str, period: str) -> pd.DataFrame:
    """Every group's share of every reason."""
    counts = pd.crosstab(told[split], told["reason"])
    counts = counts.reindex(columns=sorted(told["reason"].unique()), fill_value=0)
    grid = counts.reset_index().melt(id_vars=split, var_name="reason", value_name="vehicles")
    whole = grid[split].map(counts.sum(axis=1)).to_numpy()
    low, high = wilson(grid["vehicles"], whole)
    return tidy(
        [period] * len(grid),
        numerator=grid["vehicles"].to_numpy(),
        denominator=whole,
        low=low,
        high=high,
        **{split: grid[split].tolist(), "reason": grid["reason"].tolist()},
    )


def _chance(counts: NDArray[Any]) -> float:
    """The chance of a chi-square statistic as large, among tables with the same sums."""
    if min(counts.shape) < 2:
        return np.nan
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    expected = np.outer(rows, columns) / counts.sum()
    drawn = scipy.stats.random_table(rows, columns).rvs(DRAWS, random_state=SEED)
    found = ((drawn - expected) ** 2 / expected).sum(axis=(1, 2))
    own = ((counts - expected) ** 2 / expected).sum()
    return float((1 + (found >= own - 1e-9).sum()) / (DRAWS + 1))


def _earlier_in_year(day: pd.Series, than: pd.Series) -> pd.Series:
    """1 where the day of the year is earlier than another's, else 0."""
    return (day.dt.month * 100 + day.dt.day < than.dt.month * 100 + than.dt.day).astype("int64")


@remembered
def _given(contacts: pd.DataFrame) -> pd.DataFrame:
    """Every reason given: ``vin``, ``day``, ``year``, ``reason``, by vehicle and day."""
    asked = contacts[contacts["purpose"].isin(ASKING) & contacts["result"].notna() & contacts["vin"].notna()]
    known = asked["result"].map({word: known_result(word) for word in asked["result"].unique()})
    # A word that nobody knows says why only if somebody was there to say it.
    heard = asked["reached"].fillna(False).astype(bool)
    reason = known.where(known.isin(REASONS), asked["result"].where(known.isna() & heard))
    rows = pd.DataFrame(
        {"vin": asked["vin"], "day": asked["contact_date"], "reason": reason, "own": known.isna()}
    ).dropna(subset=["reason"])
    rows = rows.assign(year=rows["day"].dt.year).sort_values(["vin", "day"], kind="stable")
    said = rows.groupby("reason")["vin"].nunique()
    rows["reason"] = rows["reason"].mask(rows["own"] & (rows["reason"].map(said) < FEWEST), OTHER)
    return rows.drop(columns="own")
