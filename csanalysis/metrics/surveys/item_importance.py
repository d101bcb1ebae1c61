"""How much each survey item goes with the programme's total: relative weights, with bootstrap ranks.

An association among answers, no proof that mending an item lifts the total.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.results import tidy
from csanalysis.metrics.surveys.survey_items import ITEM, TOTAL

SEED = 20_110_101
RESAMPLES = 500
FEWEST_PER_ITEM = 3
"""Complete responses needed for each item of the programme."""


class Importance(NamedTuple):
    """Two metric frames: shares and ranks."""

    share: pd.DataFrame
    rank: pd.DataFrame


def relative_weights(
    correlations: NDArray[np.float64], with_total: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Each item's share of what the items together explain of the total.

    Parameters
    ----------
    correlations : array (..., items, items)
        Among the items.
    with_total : array (..., items)
        Of each item with the total.

    Returns
    -------
    array (..., items)
        Shares [fraction 0-1] that add up to 1; NaN where nothing is explained.

    Notes
    -----
    Source: J. W. Johnson (2000), A heuristic method for estimating the relative weight of
    predictor variables in multiple regression, Multivariate Behavioral Research 35.
    """
    sizes, axes = np.linalg.eigh(correlations)
    roots = np.sqrt(np.clip(sizes, 0, None))
    inverse = np.divide(1, roots, out=np.zeros_like(roots), where=roots > 1e-6)
    turned = np.swapaxes(axes, -1, -2)
    loading, unloading = (axes * scale[..., None, :] @ turned for scale in (roots, inverse))
    effect = np.einsum("...ij,...j->...i", unloading, with_total)
    explained = np.einsum("...ij,...j->...i", loading**2, effect**2)
    whole = explained.sum(axis=-1, keepdims=True)
    return np.divide(explained, whole, out=np.full_like(explained, np.nan), where=whole > 0)


def item_importance(
    responses: pd.DataFrame, *, as_of: pd.Timestamp, years: int = 3, min_responses: int = 30
) -> Importance:
    """How much each item goes with the programme's total.

    Parameters
    ----------
    responses : DataFrame
        Sound survey responses, a clean table; the manufacturer's that answer every item are used.
    as_of : Timestamp
        Last day counted.
    years : int
        So many calendar years up to that of ``as_of``.
    min_responses : int
        With fewer complete responses, or fewer than three an item, all is NaN.

    Returns
    -------
    Importance
        Frames of one row a span of years, ``programme`` and ``item_code``: ``share`` with ``value`` [fraction
        0-1; a programme's add up to 1] and ``rank`` with ``value`` [1 the most important]; ``low``, ``high``
        (95 % of 500 bootstrap samples, always the same ones).

    Notes
    -----
    The total is the answer to the item ``total`` where it was asked, else the sum of the items. The items are
    those of the last year with responses.
    """
    first = as_of.year - years + 1
    used = responses[(responses["source"] == "oem") & (responses["survey_date"].dt.year >= first)]
    shares: list[pd.DataFrame] = []
    ranks: list[pd.DataFrame] = []
    for programme, answers in used.groupby("programme"):
        asked = answers.loc[
            answers["survey_date"].dt.year == answers["survey_date"].dt.year.max(), "item_code"
        ]
        sheets = answers.pivot(index="response_id", columns="item_code", values="score")[
            asked.unique()
        ].dropna()
        total = sheets.pop(TOTAL) if TOTAL in sheets else sheets.sum(axis=1)
        if len(sheets) < max(min_responses, FEWEST_PER_ITEM * sheets.shape[1]) or total.nunique() < 2:
            weights = places = np.full((2, sheets.shape[1]), np.nan)
        else:
            weights = _bootstrapped(sheets.to_numpy(float), total.to_numpy(float))
            places = (-weights).argsort(axis=1, kind="stable").argsort(axis=1) + 1.0
        since = max(first, int(answers["survey_date"].dt.year.min()))
        for frames, numbers in ((shares, weights), (ranks, places)):
            low, high = np.percentile(numbers[1:], [2.5, 97.5], axis=0)
            frames.append(
                tidy(
                    [f"{since}/{as_of.year}"] * sheets.shape[1],
                    value=numbers[0],
                    low=low,
                    high=high,
                    programme=str(programme),
                    item_code=sheets.columns,
                )
            )
    none = tidy([], **{name: [] for name in ITEM})
    return Importance(
        *(pd.concat(frames, ignore_index=True) if frames else none for frames in (shares, ranks))
    )


def item_priority(gaps: pd.DataFrame, importance: pd.DataFrame, *, year: int) -> pd.DataFrame:
    """What to mend first: points behind the region x share of importance.

    Parameters
    ----------
    gaps : DataFrame
        ``item_gap``, a metric frame.
    importance : DataFrame
        ``item_importance``, a metric frame.
    year : int
        The year of the gap.

    Returns
    -------
    DataFrame
        One row an item of the year: ``value`` [points, positive where behind]. Higher is more urgent.
    """
    of_year = gaps[gaps["period"] == str(year)]
    joined = of_year[["period", *ITEM, "value"]].merge(
        importance[[*ITEM, "value"]], on=ITEM, suffixes=("", "_share")
    )
    return tidy(
        joined["period"],
        value=-joined["value"] * joined["value_share"],
        **{name: joined[name] for name in ITEM},
    )


def _bootstrapped(items: NDArray[np.float64], total: NDArray[np.float64]) -> NDArray[np.float64]:
    """Relative weights of the sample itself, then of each resample of its rows (1 + RESAMPLES, items)."""
    size, width = items.shape
    rng = np.random.default_rng(SEED)
    counts = rng.multinomial(size, np.full(size, 1 / size), RESAMPLES)
    counts = np.vstack([np.ones(size), counts])
    columns = np.column_stack([items, total])
    columns = columns - columns.mean(axis=0)
    means = counts @ columns / size
    products = (columns[:, :, None] * columns[:, None, :]).reshape(size, -1)
    moments = (counts @ products / size).reshape(-1, width + 1, width + 1)
    covariances = moments - means[:, :, None] * means[:, None, :]
    deviations = np.sqrt(np.clip(np.einsum("bii->bi", covariances), 0, None))
    scale = deviations[:, :, None] * deviations[:, None, :]
    # An item that everybody scores alike goes with nothing.
    correlations = np.divide(covariances, scale, out=np.zeros_like(scale), where=scale > 1e-12)
    return relative_weights(correlations[:, :width, :width], correlations[:, :width, width])
