"""Where a running year will end, and what the months left must bring to end it on plan."""

import numpy as np
import scipy
from numpy.typing import ArrayLike

from csanalysis.metrics.plan.control_chart import Kind
from csanalysis.metrics.stats.years import likeness_matrix

CONFIDENCE = 0.8
"""Of the forecast of the year's end."""


def year_to_date(
    kind: Kind, actual: ArrayLike, plan: ArrayLike, *, sizes: ArrayLike | None = None
) -> tuple[float, float, float]:
    """The months known so far taken together.

    Parameters
    ----------
    kind : {"count", "share", "score"}
        What is counted.
    actual, plan : array of 12
        By month; NaN where not known. Of shares the rates.
    sizes : array of 12, optional
        Trials of each month of a share.

    Returns
    -------
    tuple of float
        ``actual``, ``plan`` of the same months, and the trials (NaN but for shares). Counts are added,
        scores averaged, shares averaged by their trials; NaN where no month is known.
    """
    done, aim, size = _arrays(actual, plan, sizes)
    known = ~np.isnan(done) & ~np.isnan(aim)
    if not known.any():
        return np.nan, np.nan, np.nan
    if kind == "count":
        return float(done[known].sum()), float(aim[known].sum()), np.nan
    if kind == "score":
        return float(done[known].mean()), float(aim[known].mean()), np.nan
    weight = size[known]
    if not weight.sum() > 0:
        return np.nan, np.nan, 0.0
    return (
        float((done[known] * weight).sum() / weight.sum()),
        float((aim[known] * weight).sum() / weight.sum()),
        float(weight.sum()),
    )


def required_run_rate(
    kind: Kind, target: float, actual: ArrayLike, *, sizes: ArrayLike | None = None
) -> float:
    """What each month left must bring so that the year meets its target.

    Parameters
    ----------
    kind : {"count", "share", "score"}
        What is counted.
    target : float
        Of the year: the sum of its counts, its rate, or the mean of its scores.
    actual : array of 12
        By month; NaN for the months left.
    sizes : array of 12, optional
        Trials of each month of a share; of the months left, those to be expected.

    Returns
    -------
    float
        A count a month, a rate or a score; NaN where no month is left. Where less is better it is what may
        still happen, below 0 once the year's allowance is used up; a rate above 1 cannot be reached.
    """
    done, _, size = _arrays(actual, np.zeros(12), sizes)
    left = np.isnan(done)
    if not left.any():
        return np.nan
    if kind == "count":
        return float((target - np.nansum(done)) / left.sum())
    if kind == "score":
        return float((12 * target - np.nansum(done)) / left.sum())
    ahead = size[left].sum()
    if not ahead > 0:
        return np.nan
    return float((target * size.sum() - np.nansum(done * size)) / ahead)


def year_end_forecast(
    kind: Kind,
    actual: ArrayLike,
    plan: ArrayLike,
    *,
    spread: float,
    sizes: ArrayLike | None = None,
    likeness: float = 0.0,
    freedom: float = np.inf,
) -> tuple[float, float, float]:
    """The year's end if the months left keep to their plan as the year so far has kept to its own.

    Parameters
    ----------
    kind : {"count", "share", "score"}
        What is counted.
    actual, plan : array of 12
        By month; ``actual`` is NaN for the months left.
    spread : float
        How far a month scatters (:attr:`csanalysis.metrics.plan.goal_review.Course.spread`).
    sizes : array of 12, optional
        Trials of each month of a share; of the months left, those to be expected.
    likeness : float
        Correlation of neighbouring months.
    freedom : float
        Degrees of freedom with which ``spread`` is known.

    Returns
    -------
    tuple of float
        Value and 80 % interval. A count's months left are their plan times actual over plan so far; shares
        and scores differ from their plan by as much as so far. The interval holds the scatter of the
        months left and that of the comparison itself; NaN without ``spread``, and all NaN without a month.
    """
    done, aim, size = _arrays(actual, plan, sizes)
    known = ~np.isnan(done) & ~np.isnan(aim)
    so_far, planned, trials = year_to_date(kind, done, aim, sizes=size)
    if np.isnan(so_far) or not planned > 0:
        return np.nan, np.nan, np.nan
    reach = scipy.stats.t.ppf(0.5 + CONFIDENCE / 2, freedom)
    if kind == "count":
        left, ratio = aim[~known].sum(), so_far / planned
        value = so_far + ratio * left
        # A ratio of 0 is known no better than that of one case.
        error = np.sqrt(max(ratio, 1 / planned) * np.clip(aim, 0, None))
        width = spread * _deviation(error, known, left / planned, likeness)
        return value, max(value - reach * width, so_far), value + reach * width
    shift, months, ahead = so_far - planned, known.sum(), (~known).sum()
    if kind == "score":
        value = (done[known].sum() + (aim[~known] + shift).sum()) / 12
        width = spread * _deviation(np.ones(12), known, ahead / months, likeness) / 12
        return value, value - reach * width, value + reach * width
    to_come = size[~known].sum()
    coming = np.clip(aim[~known] + shift, 0, 1)
    value = (so_far * trials + (coming * size[~known]).sum()) / (trials + to_come)
    error = np.sqrt(so_far * (1 - so_far) * np.nan_to_num(size))
    width = spread * _deviation(error, known, to_come / trials, likeness) / (trials + to_come)
    return value, max(value - reach * width, 0.0), min(value + reach * width, 1.0)


def _deviation(error: np.ndarray, known: np.ndarray, ratio: float, likeness: float) -> float:
    """Standard deviation of the months left, less what the months known so far say of them.

    ``error`` is each month's own; ``ratio`` is how many times the known months are carried forward.
    """
    contrast = error * np.where(known, -ratio, 1.0)
    return float(np.sqrt(max(contrast @ likeness_matrix(likeness) @ contrast, 0.0)))


def _arrays(actual: ArrayLike, plan: ArrayLike, sizes: ArrayLike | None) -> tuple[np.ndarray, ...]:
    size = np.full(12, np.nan) if sizes is None else np.asarray(sizes, float)
    return np.asarray(actual, float), np.asarray(plan, float), size
