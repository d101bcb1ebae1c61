"""Logistic regression with a ridge penalty: the chance of an outcome from what is known beforehand."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit

Floats = NDArray[np.float64]

_BLOCK = 96

_FREE = 1e-6
"""Penalty of the constant: next to none, so that the mean chance is met."""


def fit_logistic(features: Floats, outcomes: NDArray[np.bool_], *, penalty: float = 1.0) -> Floats:
    """The coefficients by which features tell the chance of an outcome.

    Parameters
    ----------
    features : array
        One row a case; the first column is 1 everywhere.
    outcomes : array of bool
        Whether it came about.
    penalty : float
        Half of it times the sum of squared coefficients, but for the first, is added to the loss: what few
        cases speak for is drawn to no effect.

    Returns
    -------
    array
        One coefficient a column [log odds]. The same rows always give the same.

    Notes
    -----
    Maximum of the penalised likelihood by Newton steps within a trust region; it is the only one.
    """
    came, blocks = outcomes.astype(float), _blocks(features)
    weighted = np.empty_like(blocks)  # one for all steps: to fetch memory takes as long as to multiply
    ridge = np.full(features.shape[1], penalty)
    ridge[0] = _FREE

    def loss(at: Floats) -> tuple[float, Floats]:
        odds = _odds(features, at)
        value = np.logaddexp(0, odds).sum() - came @ odds + (ridge * at * at).sum() / 2
        return float(value), np.einsum("ij,i->j", features, expit(odds) - came) + ridge * at

    def curvature(at: Floats) -> Floats:
        told = expit(blocks @ at)[..., None]
        np.multiply(blocks, told, out=weighted)
        np.multiply(weighted, 1 - told, out=weighted)
        curved: Floats = (weighted.swapaxes(1, 2) @ blocks).sum(axis=0) + np.diag(ridge)
        return curved

    start = np.zeros(features.shape[1])
    start[0] = logit(np.clip(came.mean(), 1e-6, 1 - 1e-6))
    found = minimize(
        loss, start, jac=True, hess=curvature, method="trust-exact", options={"gtol": 1e-6 * len(came)}
    )
    coefficients: Floats = found.x
    return coefficients


def logistic_chance(features: Floats, coefficients: Floats) -> Floats:
    """The chance [fraction 0-1] of each row."""
    chance: Floats = expit(_odds(features, coefficients))
    return chance


def _odds(features: Floats, coefficients: Floats) -> Floats:
    odds: Floats = np.einsum("ij,j->i", features, coefficients)
    return odds


def _blocks(features: Floats) -> Floats:
    """The rows in blocks of a few, rows of 0 at the end.

    Products of small matrices are never shared out to threads: that takes longer than the work where other
    processes run, and adds up in another order, so that the last digits would hang on the machine.
    """
    count, columns = features.shape
    blocks = np.zeros((-(-count // _BLOCK), _BLOCK, columns))
    blocks.reshape(-1, columns)[:count] = features
    return blocks


def hats(values: Floats, knots: tuple[float, ...]) -> Floats:
    """Each value as weights of the two knots about it, so that an effect may bend at every knot.

    Parameters
    ----------
    values : array
        Beyond the outermost knots they count as these; NaN weighs nowhere.
    knots : tuple of float
        Ascending.

    Returns
    -------
    array
        One row a value, one column a knot; rows sum to 1, or 0 for NaN.
    """
    at = np.asarray(knots, dtype=float)
    inside = np.clip(np.nan_to_num(values, nan=at[0]), at[0], at[-1])
    left = np.clip(np.searchsorted(at, inside, side="right") - 1, 0, len(at) - 2)
    known = ~np.isnan(values)
    right_weight = (inside - at[left]) / (at[left + 1] - at[left])
    weights, rows = np.zeros((len(values), len(at))), np.arange(len(values))
    weights[rows, left] = (1 - right_weight) * known
    weights[rows, left + 1] = right_weight * known
    return weights
