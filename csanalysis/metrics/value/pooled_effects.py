"""Effects of many small cells, each drawn towards its like as far as the cells do not differ beyond chance.

An effect is the overall one plus a deviation for each thing that tells cells apart (a factor: the class, the
state, …). How far the levels of a factor lie apart in truth is told from the data; a level of which little is
known stays near nil, and so does a whole factor whose levels differ no more than chance would have them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.stats.shrinkage import between_levels

SWEEPS = 5
"""The factors are told apart in turn, so many times over; they move little after the second."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PooledEffects:
    """The overall effect and the deviations of the levels that were seen.

    ``names`` are the factors; ``spread`` is the standard deviation between the levels of each [fraction].
    ``levels`` holds the levels seen of each factor whose spread is not nil; ``terms`` is the overall effect,
    then their deviations in that order, and ``covariance`` that of ``terms``.
    """

    names: tuple[str, ...]
    spread: Floats
    levels: tuple[pd.Index, ...]
    terms: Floats
    covariance: Floats

    def of(self, cells: pd.DataFrame) -> tuple[Floats, Floats]:
        """Effect and standard error of cells.

        Parameters
        ----------
        cells : DataFrame
            One row a cell, a column of text a factor.

        Returns
        -------
        (array, array)
            A level never seen deviates by nil and is the less sure by the spread of its factor.
        """
        design, unseen = self._design(cells)
        variance = np.einsum("ij,jk,ik->i", design, self.covariance, design) + unseen.sum(axis=1)
        return design @ self.terms, np.sqrt(np.maximum(variance, 0.0))

    def total(self, cells: pd.DataFrame, weight: Floats) -> tuple[float, float]:
        """Summed weight x effect of cells and its standard error: what they share is shared."""
        design, unseen = self._design(cells)
        total = weight @ design
        variance = total @ self.covariance @ total + ((weight @ np.sqrt(unseen)) ** 2).sum()
        return float(total @ self.terms), float(np.sqrt(max(variance, 0.0)))

    def _design(self, cells: pd.DataFrame) -> tuple[Floats, Floats]:
        """Which terms each cell has, and by factor the variance of a level never seen."""
        columns, unseen = [np.ones((len(cells), 1))], np.zeros((len(cells), len(self.names)))
        for number, (name, levels) in enumerate(zip(self.names, self.levels, strict=True)):
            place = levels.get_indexer(pd.Index(cells[name]))
            columns.append((place[:, np.newaxis] == np.arange(len(levels))).astype(float))
            unseen[:, number] = np.where(place < 0, self.spread[number] ** 2, 0.0)
        return np.concatenate(columns, axis=1), unseen


def pooled_effects(
    cells: pd.DataFrame, *, moment: Floats, contrast: Floats, noise: Floats, factors: Sequence[str]
) -> PooledEffects:
    """Pool the cells partially.

    Parameters
    ----------
    cells : DataFrame
        One row a cell, a column of text a factor.
    moment, contrast, noise : array
        By cell: the summed outcome, by what its effect is multiplied in it, and the variance of the sum at no
        effect. With ``moment / contrast`` as estimate and ``noise / contrast**2`` as its variance these are
        common estimates; said so, a cell that tells nothing (contrast 0) needs no rule of its own.
    factors : sequence of str
        Columns of ``cells``, the more telling first.

    Returns
    -------
    PooledEffects
        NaN throughout without a cell that tells anything.

    Notes
    -----
    The spread of a factor is DerSimonian and Laird's between its levels, the other factors' deviations taken
    off; all terms together then solve one set of equations (best linear unbiased prediction).
    Source: R. DerSimonian and N. Laird (1986), Meta-analysis in clinical trials; G. Robinson (1991), That
    BLUP is a good thing.
    """
    telling = noise > 0
    known = np.divide(contrast**2, noise, out=np.zeros_like(noise), where=telling)
    score = np.divide(contrast * moment, noise, out=np.zeros_like(noise), where=telling)
    codes = [pd.factorize(cells[name]) for name in factors]
    if not known.sum() > 0:
        nothing = tuple(pd.Index([], dtype="str") for _ in factors)
        return PooledEffects(
            tuple(factors), np.zeros(len(factors)), nothing, np.full(1, np.nan), np.full((1, 1), np.nan)
        )
    spread = _spreads([code for code, _ in codes], known, score)
    levels = [
        pd.Index(found if wide else found[:0], dtype="str")
        for (_, found), wide in zip(codes, spread > 0, strict=True)
    ]
    design = np.concatenate(
        [np.ones((len(cells), 1))]
        + [
            (code[:, np.newaxis] == np.arange(len(level))).astype(float)
            for (code, _), level in zip(codes, levels, strict=True)
        ],
        axis=1,
    )
    sizes = [len(level) for level in levels]
    prior = np.concatenate(
        [[0.0], *(np.full(size, 1 / s**2) for size, s in zip(sizes, spread, strict=True) if size)]
    )
    covariance = np.linalg.inv(design.T @ (known[:, np.newaxis] * design) + np.diag(prior))
    return PooledEffects(tuple(factors), spread, tuple(levels), covariance @ (design.T @ score), covariance)


def _spreads(codes: Sequence[NDArray[np.intp]], known: Floats, score: Floats) -> Floats:
    """The standard deviation between the levels of each factor, the others' deviations taken off."""
    spread, deviation = np.zeros(len(codes)), [np.zeros(len(known)) for _ in codes]
    for _ in range(SWEEPS):
        for place, code in enumerate(codes):
            others = sum(deviation[:place] + deviation[place + 1 :], np.zeros(len(known)))
            rest = score - known * others
            level_known: Floats = np.bincount(code, known).astype(float)
            estimate = np.divide(
                np.bincount(code, rest), level_known, out=np.zeros_like(level_known), where=level_known > 0
            )
            variance = between_levels(estimate, level_known)
            spread[place] = np.sqrt(variance)
            mean = _mean(estimate, level_known, variance)
            part = variance * level_known / (variance * level_known + 1)
            deviation[place] = (part * (estimate - mean))[code]
    return spread


def _mean(estimate: Floats, known: Floats, variance: float) -> float:
    """The mean of estimates that vary by themselves and by chance."""
    weight = known / (variance * known + 1)
    return float(weight @ estimate / weight.sum())
