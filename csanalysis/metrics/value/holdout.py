"""A share of each call list kept uncalled, so that what calling changes is measured, not estimated."""

import hashlib
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats import normal
from csanalysis.metrics.value.answered_calls import Estimate

POWER_AT = 0.05
"""The difference [fraction] that a manager would not want to miss: five points."""

_KEPT_APART = 0.5
"""A holdout of whom half as many were called as of the others, or more, was none."""


def in_holdout(names: Iterable[str], *, plan_year: int, share: float) -> NDArray[np.bool_]:
    """Which vehicles of a plan year's call lists are not to be called.

    Parameters
    ----------
    names : iterable of str
        VINs.
    plan_year : int
        Another year draws others.
    share : float
        How many of them [fraction 0-1].

    Returns
    -------
    array of bool
        Decided by each name and the year alone: the same vehicle on every list and in every run. A larger
        share keeps those of a smaller one and adds others.
    """
    bound = share * 2.0**64
    digests = (hashlib.blake2b(f"{plan_year}:{name}".encode(), digest_size=8).digest() for name in names)
    return np.fromiter((int.from_bytes(digest, "big") < bound for digest in digests), dtype=bool)


def holdout_outcomes(
    vins: pd.Series,
    kept: NDArray[np.bool_],
    visits: pd.DataFrame,
    contacts: pd.DataFrame,
    *,
    after: pd.Timestamp,
    until: pd.Timestamp,
    purposes: Iterable[str],
) -> pd.DataFrame:
    """Who of a call list was called and who came, of those to be called and of those kept apart.

    Parameters
    ----------
    vins : Series
        The list, each vehicle once.
    kept : array of bool
        Which of them were kept uncalled (:func:`in_holdout`).
    visits, contacts : DataFrame
        Clean tables.
    after, until : Timestamp
        What happened after the one and up to the other counts.
    purposes : iterable of str
        Contacts of the list's kind, reached or not.

    Returns
    -------
    DataFrame
        Two rows, ``kept`` False and True: ``vehicles``, ``called``, ``came``.
    """
    visited = visits["vin"][visits["visit_date"].between(after, until, inclusive="right")]
    day = contacts["contact_date"].dt.normalize()
    rung = contacts["vin"][
        contacts["purpose"].isin(list(purposes)) & day.between(after, until, inclusive="right")
    ]
    cases = pd.DataFrame(
        {"kept": kept, "called": vins.isin(rung).to_numpy(), "came": vins.isin(visited).to_numpy()}
    )
    counts = cases.groupby("kept")[["called", "came"]].sum().assign(vehicles=cases.groupby("kept").size())
    return counts.reindex([False, True], fill_value=0).reset_index()[["kept", "vehicles", "called", "came"]]


def holdout_called_share(outcomes: pd.DataFrame, *, year: int | str, list_name: str) -> pd.DataFrame:
    """Share that was called, of those to be called and of those kept apart: whether the holdout was kept.

    Returns
    -------
    DataFrame
        Two rows, ``list`` and ``arm`` (to_call, kept): ``numerator``, ``denominator`` [vehicles], ``value``
        [fraction 0-1].
    """
    return tidy(
        [str(year)] * 2,
        numerator=outcomes["called"],
        denominator=outcomes["vehicles"],
        list=list_name,
        arm=("to_call", "kept"),
    )


def holdout_effect(outcomes: pd.DataFrame, *, year: int | str, list_name: str) -> pd.DataFrame:
    """By how much likelier vehicles were to come for being on the call list and not kept apart.

    Parameters
    ----------
    outcomes : DataFrame
        From :func:`holdout_outcomes`.
    year : int or str
        The plan year whose lists they were.
    list_name : str
        Which list.

    Returns
    -------
    DataFrame
        One row, ``list``: ``numerator`` [vehicles kept apart], ``denominator`` [vehicles to be called],
        ``value`` [difference of two fractions], ``low``, ``high`` (95 %, Agresti and Caffo). NaN where
        nobody was kept apart, or those kept apart were called half as often as the others or more: then
        nothing was tried.

    Notes
    -----
    Everybody counts as planned, called or not, so that the draw alone makes the difference.
    Source: A. Agresti and B. Caffo (2000), Simple and effective confidence intervals for proportions.
    """
    to_call, apart = outcomes.iloc[0], outcomes.iloc[1]
    sizes = {"numerator": apart["vehicles"], "denominator": to_call["vehicles"], "list": list_name}
    if not holdout_was_kept(outcomes):
        return tidy([str(year)], value=np.nan, **sizes)
    value = to_call["came"] / to_call["vehicles"] - apart["came"] / apart["vehicles"]
    shares, spread = [], 0.0
    for arm in (to_call, apart):
        share, size = (arm["came"] + 1) / (arm["vehicles"] + 2), arm["vehicles"] + 2
        shares.append(share)
        spread += share * (1 - share) / size
    middle, half = shares[0] - shares[1], normal.Z95 * np.sqrt(spread)
    return tidy([str(year)], value=value, low=max(middle - half, -1), high=min(middle + half, 1), **sizes)


def pooled_effect(lists: pd.DataFrame) -> Estimate:
    """The effect over several lists of a year, weighted by the vehicles to be called.

    Parameters
    ----------
    lists : DataFrame
        Rows of :func:`holdout_effect` of which the value is known.

    Returns
    -------
    Estimate
        With the 95 % interval of independent lists.
    """
    called = lists["denominator"].to_numpy(float)
    weight = called / called.sum()
    value = float((weight * lists["value"].to_numpy(float)).sum())
    width = lists["high"].to_numpy(float) - lists["low"].to_numpy(float)
    half = float(np.sqrt(((weight * width / 2) ** 2).sum()))
    return Estimate(int(called.sum()), value, value - half, value + half)


def holdout_power(outcomes: pd.DataFrame, *, year: int | str, list_name: str) -> pd.DataFrame:
    """How likely a difference of five points is to be seen with so many vehicles.

    Parameters
    ----------
    outcomes : DataFrame
        From :func:`holdout_outcomes`.
    year : int or str
        The plan year whose lists they were.
    list_name : str
        Which list.

    Returns
    -------
    DataFrame
        One row, ``list``: ``value`` [chance that a two-sided test at 5 % finds it, fraction 0-1]. NaN where
        nobody was kept apart. Higher is better.
    """
    to_call, apart = outcomes.iloc[0], outcomes.iloc[1]
    value = np.nan
    if apart["vehicles"] and to_call["vehicles"]:
        base = (outcomes["came"].sum() + 1) / (outcomes["vehicles"].sum() + 2)
        value = two_proportion_power(base, POWER_AT, int(to_call["vehicles"]), int(apart["vehicles"]))
    return tidy([str(year)], value=value, list=list_name)


def two_proportion_power(base: float, difference: float, first: int, second: int) -> float:
    """Chance that a two-sided test at 5 % tells two such shares apart (normal approximation)."""
    higher = min(base + difference, 1.0)
    spread = np.sqrt(base * (1 - base) / second + higher * (1 - higher) / first)
    if spread == 0:
        return 1.0
    return float(
        normal.below(difference / spread - normal.Z95) + normal.below(-difference / spread - normal.Z95)
    )


def holdout_was_kept(outcomes: pd.DataFrame) -> bool:
    """Whether a holdout was kept: there are both kinds, and those apart were called far less often."""
    to_call, apart = outcomes.iloc[0], outcomes.iloc[1]
    if not (to_call["vehicles"] and apart["vehicles"] and to_call["called"]):
        return False
    rate = to_call["called"] / to_call["vehicles"]
    return bool(apart["called"] / apart["vehicles"] < _KEPT_APART * rate)
