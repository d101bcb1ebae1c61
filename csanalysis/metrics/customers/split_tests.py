"""Which splits tell vehicles apart beyond chance, and where keeping one takes the fewest calls."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.customers.vehicle_groups import UNNAMED, Labels
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats import normal
from csanalysis.metrics.stats.many import chance_of_extremes, q_values
from csanalysis.metrics.stats.shrinkage import shrunk, shrunk_shares

FEWEST = 30
"""A group of fewer vehicles, or of fewer cases to call, is not compared."""


def churn_split_q_value(rates: Mapping[str, pd.DataFrame], *, year: int) -> pd.DataFrame:
    """Which splits' groups differ in churn beyond chance.

    Parameters
    ----------
    rates : mapping of str to DataFrame
        By split what :func:`csanalysis.metrics.customers.churn_splits.annual_churn_rate_by` returns.
    year : int
        The year compared.

    Returns
    -------
    DataFrame
        One row a ``split`` with two groups or more: ``value`` [share of false findings to be borne if it and
        all clearer ones are told apart], ``denominator`` [groups compared].

    Notes
    -----
    The highest and the lowest rate by the studentized range; of all splits together the false-discovery rate.
    Groups of fewer than :data:`FEWEST` vehicles and what is other or not known are not compared.
    """
    chances, sizes = {}, {}
    for split, frame in rates.items():
        rows = compared(frame[frame["period"] == str(year)], split)
        if len(rows) > 1:
            chances[split] = chance_of_extremes(rows["numerator"], rows["denominator"])
            sizes[split] = len(rows)
    return tidy(
        [str(year)] * len(chances),
        value=q_values([*chances.values()]),
        denominator=[*sizes.values()],
        split=[*chances],
    )


def compared(rows: pd.DataFrame, split: str) -> pd.DataFrame:
    """The rows of groups that are large enough and have a name."""
    return rows[(rows["denominator"] >= FEWEST) & ~rows[split].isin(UNNAMED)]


def churn_rate_shrunk(rates: pd.DataFrame, *, by: str, year: int) -> pd.DataFrame:
    """The churn rate of each group drawn towards the mean of the groups, as far as they differ by chance.

    Parameters
    ----------
    rates : DataFrame
        What :func:`csanalysis.metrics.customers.churn_splits.annual_churn_rate_by` returns.
    by : str
        The split.
    year : int
        The year.

    Returns
    -------
    DataFrame
        One row a group: ``denominator`` [vehicles], ``value`` [fraction 0-1], ``low``, ``high`` (95 %,
        normal). Higher is worse.
    """
    rows = rates[rates["period"] == str(year)]
    value, error = shrunk_shares(rows["numerator"], rows["denominator"])
    return tidy(
        [str(year)] * len(rows),
        denominator=rows["denominator"],
        value=value,
        low=np.clip(value - normal.Z95 * error, 0, 1),
        high=np.clip(value + normal.Z95 * error, 0, 1),
        **{by: rows[by]},
    )


def calls_by_group(cases: pd.DataFrame, labels: Labels) -> dict[str, pd.DataFrame]:
    """Calls and vehicles kept of each group, and how clearly its calls keep more than the others'.

    Parameters
    ----------
    cases : DataFrame
        One row a vehicle that may be called: ``unit`` (a number), ``calls`` it takes, ``gain`` (by how much
        likelier it comes for being called).
    labels : DataFrame
        The groups of all unit numbers.

    Returns
    -------
    dict of str to DataFrame
        By split, indexed by group: ``cases``, ``calls``, ``kept`` [vehicles], ``per_call`` [vehicles kept a
        call], ``drawn`` (the same drawn towards the mean), ``chance`` (that a group keeps so many more a call
        than the whole by chance; NaN where it is not compared).

    Notes
    -----
    A group's calls keep more than the whole by the mean of gain - r x calls over its cases, r the whole's
    vehicles a call; its error is that of a sample of as many cases drawn from all of them. The chance is that
    of the most striking of as many groups (Bonferroni).
    """
    unit, calls = cases["unit"].to_numpy(), cases["calls"].to_numpy(float)
    gain = cases["gain"].to_numpy(float)
    whole = gain.sum() / calls.sum() if calls.sum() > 0 else np.nan
    excess, size = gain - whole * calls, len(cases)
    spread = float(np.std(excess, ddof=1)) if size > 1 else np.nan
    return {
        str(split): _of_split(labels[split].take(unit).to_numpy(), calls, gain, excess, spread)
        for split in labels
    }


def _of_split(
    group: NDArray[np.object_],
    calls: NDArray[np.float64],
    gain: NDArray[np.float64],
    excess: NDArray[np.float64],
    spread: float,
) -> pd.DataFrame:
    rows = pd.DataFrame({"group": group, "cases": 1.0, "calls": calls, "kept": gain, "excess": excess})
    summed = rows.groupby("group").sum()
    of_mean = summed["excess"] / summed["cases"]
    error = spread * np.sqrt((1 / summed["cases"] - 1 / max(len(rows), 1)).clip(lower=0))
    per_call, calls_a_case = summed["kept"] / summed["calls"], summed["calls"] / summed["cases"]
    drawn, _ = shrunk(per_call, (error / calls_a_case).to_numpy(float))
    named = ((summed["cases"] >= FEWEST) & ~summed.index.isin(UNNAMED)).to_numpy()
    z = (of_mean / error.where(error > 0)).to_numpy(float)
    chance = np.clip(normal.above(z) * named.sum(), 0, 1)
    return summed[["cases", "calls", "kept"]].assign(
        per_call=per_call,
        drawn=np.where(np.isnan(drawn), per_call, drawn),
        chance=np.where(named & (named.sum() > 1), chance, np.nan),
    )
