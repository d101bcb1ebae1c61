"""The manufacturer's rebates: what each score tier pays, what a step down costs, how likely it is."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.likely_year import (
    LAST_YEARS,
    History,
    history,
    learned,
    likely_means,
    worth_of_each,
)

Tiers = Sequence[tuple[float, float]]
"""The least score and the amount of each tier."""

RESAMPLES = 10_000
FEWEST_MONTHS = 3


class RebateChances(NamedTuple):
    """Three metric frames: the chance of each tier, that of none, and the amount to be expected."""

    tier: pd.DataFrame
    none: pd.DataFrame
    expected: pd.DataFrame


def tier_label(min_score: float) -> str:
    """``960``, ``71.5``."""
    return str(int(min_score)) if float(min_score).is_integer() else str(min_score)


def rebate_amount(rebates: Mapping[str, Tiers], *, plan_year: int) -> pd.DataFrame:
    """What each tier pays a year.

    Parameters
    ----------
    rebates : mapping of programme to tiers
        From the params.
    plan_year : int
        The year they are for.

    Returns
    -------
    DataFrame
        One row a ``programme`` and ``tier`` (its least score), highest first: ``value`` [amount].

    Notes
    -----
    Source: 《养羊与薅毛并举，永续经营始于当下》.
    """
    return _by_tier(rebates, plan_year, lambda amounts: amounts)


def rebate_step_cost(rebates: Mapping[str, Tiers], *, plan_year: int) -> pd.DataFrame:
    """What it costs to fall from each tier to the next lower one, from the lowest to none at all.

    Parameters are those of :func:`rebate_amount`.

    Returns
    -------
    DataFrame
        One row a ``programme`` and ``tier``: ``value`` [amount]. 820,000 in eight equal steps cost
        102,500 each.

    Notes
    -----
    Source: 《养羊与薅毛并举，永续经营始于当下》.
    """
    return _by_tier(rebates, plan_year, lambda amounts: -np.diff([*amounts, 0.0]))


def likely_scores(
    scores: pd.DataFrame, *, as_of: pd.Timestamp, items: pd.DataFrame | None = None
) -> dict[str, NDArray[np.float64]]:
    """Yearly scores that the next year may bring if it goes as the last twelve months did.

    Parameters
    ----------
    scores : DataFrame
        ``programme_score``, a metric frame.
    as_of : Timestamp
        Last day counted.
    items : DataFrame, optional
        ``item_score``, a metric frame: the programmes' items, which show how alike months are and how far
        years lie apart where a programme alone has too few years. The items of a programme count together
        as one more programme where they move as one, as more the less they do.

    Returns
    -------
    dict
        By programme, 10,000 equally likely yearly means in rising order, always the same; programmes with
        fewer than three months known in the last twelve are not in it.

    Notes
    -----
    About the mean of the last twelve months, as far apart as whole years are
    (:mod:`csanalysis.metrics.stats.likely_year`): the scatter of months, which may hang together, in both of
    the years, and years that differ, weighed over what is possible after all programmes and items were seen.
    """
    quantiles = (np.arange(RESAMPLES) + 0.5) / RESAMPLES
    told = _histories(_months(scores, ["programme"], as_of))
    months = _months(items, ["programme", "item_code"], as_of) if items is not None else {}
    alike = _histories(months)
    programmes = {key[0] for key in alike}
    worth = {each: worth_of_each([months[key] for key in alike if key[0] == each]) for each in programmes}
    every = [*told.values(), *alike.values()]
    chances = learned(every, [*[1.0] * len(told), *(worth[key[0]] for key in alike)])
    return {key[0]: likely_means(each, chances, quantiles).round(9) for key, each in told.items()}


def _months(
    scores: pd.DataFrame, by: list[str], as_of: pd.Timestamp
) -> dict[tuple[str, ...], NDArray[np.float64]]:
    """The last months of each series that has at least three in the last twelve."""
    months = pd.period_range(end=as_of.to_period("M"), periods=12 * LAST_YEARS, freq="M").astype(str)
    found = {}
    for key, rows in scores.dropna(subset="value").groupby(by):
        value = rows.drop_duplicates("period").set_index("period")["value"].reindex(months).to_numpy(float)
        known = int((~np.isnan(value[-12:])).sum())
        if known >= FEWEST_MONTHS:
            found[tuple(map(str, key))] = value
    return found


def _histories(
    months: Mapping[tuple[str, ...], NDArray[np.float64]],
) -> dict[tuple[str, ...], History]:
    read = {key: history(value) for key, value in months.items()}
    return {key: told for key, told in read.items() if told is not None}


def rebate_chances(
    rebates: Mapping[str, Tiers], likely: Mapping[str, NDArray[np.float64]], *, plan_year: int
) -> RebateChances:
    """How likely it is to end the plan year in each tier if it goes as the last twelve months did.

    Parameters
    ----------
    rebates, plan_year
        As in :func:`rebate_amount`.
    likely : mapping of programme to array
        What :func:`likely_scores` returns.

    Returns
    -------
    Chances
        ``tier``: one row a ``programme`` and ``tier``, ``value`` [fraction 0-1]; ``none``: one row a
        ``programme``; ``expected``: one row a ``programme``, ``value`` [amount], ``low``,
        ``high`` (95 % of the years drawn; NaN where these are all of one amount and the mean is another).
        NaN where the programme has too few months.

    Notes
    -----
    A tier is reached by its least score; the highest reached counts, so that a programme's chances
    add up to 1 and expected = sum of chance x amount.
    """
    tiers: list[tuple[str, str, float]] = []
    rows = []
    for programme, table in rebates.items():
        floors, amounts = _ordered(table)
        chances, paid = _outcomes(floors, amounts, likely.get(programme))
        tiers += zip([programme] * len(floors), map(tier_label, floors), chances, strict=False)
        low, high = np.percentile(paid, [2.5, 97.5])
        if not low <= paid.mean() <= high:  # all but sure of one tier, which is no interval of the mean
            low = high = np.nan
        rows.append((programme, chances[-1], paid.mean(), low, high))
    by_tier = pd.DataFrame(tiers, columns=["programme", "tier", "value"])
    whole = pd.DataFrame(rows, columns=["programme", "none", "value", "low", "high"])
    return RebateChances(
        _of_year(plan_year, by_tier),
        _of_year(plan_year, whole[["programme"]].assign(value=whole["none"])),
        _of_year(plan_year, whole.drop(columns="none")),
    )


def rebate_expected_in_all(expected: pd.DataFrame) -> pd.DataFrame:
    """The amount to be expected of all programmes together: ``value`` [amount], NaN where one is unknown."""
    return tidy(expected["period"][:1], value=expected["value"].sum(skipna=False) if len(expected) else [])


def item_rebate_gain(
    rebates: Mapping[str, Tiers],
    likely: Mapping[str, NDArray[np.float64]],
    gaps: pd.DataFrame,
    *,
    year: int,
    plan_year: int,
) -> pd.DataFrame:
    """What bringing one item alone up to the region would add to the expected rebate.

    Parameters
    ----------
    rebates, likely, plan_year
        As in :func:`rebate_chances`.
    gaps : DataFrame
        ``item_gap``, a metric frame.
    year : int
        The year of the gap.

    Returns
    -------
    DataFrame
        One row a ``programme`` and ``item_code`` that is behind and whose programme has tiers: ``value``
        [amount], NaN where the programme has too few months.
    """
    behind = gaps[(gaps["period"] == str(year)) & (gaps["value"] < 0) & gaps["programme"].isin(list(rebates))]
    gains = []
    for programme, gap in zip(behind["programme"], behind["value"], strict=True):
        table, drawn = _ordered(rebates[programme]), likely.get(programme)
        now, then = (
            _outcomes(*table, None if drawn is None else drawn + more)[1].mean() for more in (0.0, -gap)
        )
        gains.append(float(then - now))
    rows = behind[["programme", "item_code"]].assign(value=gains)
    return _of_year(plan_year, rows)


def _outcomes(
    floors: NDArray[np.float64], amounts: NDArray[np.float64], drawn: NDArray[np.float64] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The chance of each tier and of none, and the amount of each drawn year."""
    if drawn is None:
        return np.full(len(floors) + 1, np.nan), np.array([np.nan])
    place = (drawn[:, None] < floors).sum(axis=1)
    return np.bincount(place, minlength=len(floors) + 1) / len(drawn), np.append(amounts, 0.0)[place]


def _ordered(tiers: Tiers) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Least scores and amounts, highest tier first."""
    table = np.array(sorted(tiers, reverse=True), dtype=float)
    return table[:, 0], table[:, 1]


def _by_tier(
    rebates: Mapping[str, Tiers],
    plan_year: int,
    numbers: Callable[[NDArray[np.float64]], NDArray[np.float64]],
) -> pd.DataFrame:
    rows: list[tuple[str, str, float]] = []
    for programme, tiers in rebates.items():
        floors, amounts = _ordered(tiers)
        rows += zip([programme] * len(floors), map(tier_label, floors), numbers(amounts), strict=True)
    return _of_year(plan_year, pd.DataFrame(rows, columns=["programme", "tier", "value"]))


def _of_year(year: int, rows: pd.DataFrame) -> pd.DataFrame:
    return tidy([str(year)] * len(rows), **{str(name): column.tolist() for name, column in rows.items()})
