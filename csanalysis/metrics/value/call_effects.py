"""What being spoken to changes for each kind of case, from answered against unanswered calls."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.customers.lifecycle import Boundaries
from csanalysis.metrics.value.answered_calls import Draws, drawn_answers, summed_variance
from csanalysis.metrics.value.call_cells import FACTORS, alike, as_cases, cells_of
from csanalysis.metrics.value.pooled_effects import PooledEffects, pooled_effects
from csanalysis.metrics.value.reminder_cases import COUNTED

_ROUNDS = 4
"""The means of kinds that cross are taken off in turn; after so many rounds none is left."""

_PRIOR_CASES = 30.0
"""A kind of so many cases varies half as itself, half as all do."""

Floats = NDArray[np.float64]


def spoken_effects(rows: pd.DataFrame, boundaries: Boundaries) -> PooledEffects:
    """What being spoken to changes in each cell of :func:`~csanalysis.metrics.value.call_cells.cells_of`.

    Parameters
    ----------
    rows : DataFrame
        From :func:`csanalysis.metrics.value.reminder_cases.reminder_cases`.
    boundaries : tuple of int
        Ages [months] at which a vehicle becomes marginal, churned and permanent.

    Returns
    -------
    PooledEffects
        By how much likelier to have come within six months [fraction]; NaN where nothing can be told.

    Notes
    -----
    Answers are compared as in :func:`~csanalysis.metrics.value.answered_calls.answered_effect`; a cell's
    estimate is that effect over its cases alone, so that the cells' mean is about the effect of all.
    """
    draws = drawn_answers(rows, f"came_{COUNTED}")
    cells = cells_of(as_cases(draws.rows), boundaries)
    place, each = alike(cells)
    drawn = level_draws(draws, cells)
    return pooled_effects(
        each,
        moment=np.bincount(place, weights=drawn * draws.came).astype(float),
        contrast=np.bincount(place, weights=drawn * draws.spoken).astype(float),
        noise=_noise(draws, drawn, cells, place),
        factors=FACTORS,
    )


def level_draws(draws: Draws, cells: pd.DataFrame, *more: NDArray[Any]) -> Floats:
    """The draws less the mean of their cell and age, lest kinds of cases that come oftener lean on chance."""
    drawn = draws.drawn
    kinds = [pd.factorize(cells["cell"])[0], pd.factorize(cells["purpose"] + cells["car_age"])[0], *more]
    for _ in range(_ROUNDS):
        for kind in kinds:
            drawn = drawn - (np.bincount(kind, drawn) / np.bincount(kind))[kind]
    return drawn


def _noise(draws: Draws, drawn: Floats, cells: pd.DataFrame, place: NDArray[Any]) -> Floats:
    """The variance of each cell's sum: what the rows of its purpose, state and class vary by, by vehicle."""
    contrast = float((drawn * draws.spoken).sum())
    effect = float((drawn * draws.came).sum()) / contrast if contrast > 0 else 0.0
    rest = draws.came - effect * draws.spoken
    square, size = rest**2, drawn**2
    whole = float((size * square).sum() / size.sum()) if size.sum() > 0 else 0.0
    kind = pd.factorize(cells["cell"])[0]
    typical = float(size.mean()) * _PRIOR_CASES if len(size) else 0.0
    varies = (np.bincount(kind, size * square) + typical * whole) / (np.bincount(kind, size) + typical)
    together = summed_variance(drawn * rest, draws.unit) / max(float((size * square).sum()), 1e-300)
    noise: Floats = np.bincount(place, size * varies[kind]).astype(float) * max(together, 1.0)
    return noise
