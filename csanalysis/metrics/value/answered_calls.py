"""What speaking to a customer changes: answered against unanswered calls, at the owner's own rate.

Whether a call is answered is a draw that nobody at the store makes. The rate differs from owner to owner, so
each answer is taken as deviation from the owner's answers to other calls. A call that nobody answered is
followed by others that are: the difference of the outcomes is therefore divided by that of being spoken to at
all (an instrumental variable, as after a trial in which not everybody did as drawn).
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.stats import normal

FEWEST = 30
"""Of fewer answered or unanswered calls nothing is said."""

LEAST_CONTRAST = 20.0
"""F of the first stage: below, answering tells too little about being spoken to; Staiger and Stock ask 10."""

_CELL = ["quarter", "purpose", "attempt", "step"]


class Estimate(NamedTuple):
    """Calls answered, what an answer changes [difference of two fractions] and its 95 % interval."""

    answered: int
    value: float
    low: float
    high: float

    @property
    def error(self) -> float:
        """The standard error."""
        return (self.high - self.low) / 2 / normal.Z95


UNKNOWN = Estimate(0, np.nan, np.nan, np.nan)


def answered_effect(
    cases: pd.DataFrame, outcome: str, *, asked: str = "asked_6_months", habit: str = "habit"
) -> Estimate:
    """By how much likelier an outcome is for having been spoken to.

    Parameters
    ----------
    cases : DataFrame
        From :func:`csanalysis.metrics.value.reminder_cases.reminder_cases`.
    outcome : str
        The column that the effect is on; cases where it is NaN are left out.
    asked : str
        The column that tells whether somebody was spoken to at all.
    habit : str
        The column with the owner's habit: ``habit``, or ``habit_rest`` for the outcome ``answered``.

    Returns
    -------
    Estimate
        NaN with fewer than 30 answered or unanswered calls, or where unanswered calls are soon followed by
        answered ones so often that nothing can be told apart.

    Notes
    -----
    Cases are compared within quarter, purpose, attempt and 30 days since the last visit. Attempts are
    weighted by what an answer at them decides. The interval is normal with an error by vehicle, since a
    vehicle has many calls.
    Source: J. Angrist, G. Imbens and D. Rubin (1996), Identification of causal effects using instrumental
    variables.
    """
    draws = drawn_answers(cases, outcome, asked=asked, habit=habit)
    answered, (_, drawn, spoken, came, unit) = draws.answered, draws
    if min(answered, len(drawn) - answered) < FEWEST:
        return Estimate(answered, np.nan, np.nan, np.nan)
    contrast = float((drawn * spoken).sum())
    noise = summed_variance(drawn * (spoken - contrast / float((drawn * drawn).sum() or 1) * drawn), unit)
    if contrast <= 0 or contrast**2 < LEAST_CONTRAST * noise:
        return Estimate(answered, np.nan, np.nan, np.nan)
    value = float((drawn * came).sum()) / contrast
    error = np.sqrt(summed_variance(drawn * (came - value * spoken), unit)) / contrast
    half = float(normal.Z95 * error)
    return Estimate(answered, value, value - half, value + half)


class Draws(NamedTuple):
    """The cases of which an outcome is known, ready to be summed: arrays of one length.

    ``rows`` are the cases; ``drawn`` is how much likelier than its like each was answered, times what an
    answer decides; ``spoken`` and ``came`` are being spoken to and the outcome, less the mean of their like;
    ``unit`` is the vehicle. The effect over any of them is the sum of drawn x came by that of drawn x spoken.
    """

    rows: pd.DataFrame
    drawn: NDArray[np.float64]
    spoken: NDArray[np.float64]
    came: NDArray[np.float64]
    unit: NDArray[np.int64]

    @property
    def answered(self) -> int:
        """Calls that somebody answered."""
        return int(self.rows["reached"].sum())


def drawn_answers(
    cases: pd.DataFrame, outcome: str, *, asked: str = "asked_6_months", habit: str = "habit"
) -> Draws:
    """Answers as draws, compared within quarter, purpose, attempt and 30 days since the last visit.

    Parameters
    ----------
    cases, outcome, asked, habit
        As in :func:`answered_effect`.

    Returns
    -------
    Draws
        Of the cases with a known outcome and habit.
    """
    rows = cases[cases[outcome].notna() & cases[habit].notna()]
    unit = rows["unit"].to_numpy()
    if rows.empty:
        return Draws(rows, *(np.zeros(0),) * 3, unit)
    calls = rows["calls"].to_numpy(float) - (habit != "habit")
    weight = calls / (calls + 1)  # a habit seen in few calls is known the less
    cell = _cells(rows)
    drawn, spoken, came = (
        _within(column, cell, weight)
        for column in (
            (rows["reached"] - rows[habit]).to_numpy(float),
            rows[asked].to_numpy(float),
            rows[outcome].to_numpy(float),
        )
    )
    drawn = drawn * weight * _decided(drawn, spoken, weight, rows["attempt"].to_numpy())
    return Draws(rows, drawn, spoken, came, unit)


def _cells(rows: pd.DataFrame) -> NDArray[np.int64]:
    """A number for each case that those of one cell share."""
    cell = np.zeros(len(rows), dtype=np.int64)
    for name in _CELL:
        code, known = pd.factorize(rows[name])
        cell = pd.factorize(cell * len(known) + code)[0]  # so that the numbers stay small
    return cell


def _within(
    column: NDArray[np.float64], cell: NDArray[np.int64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Deviations from the weighted mean of the cell."""
    mean = np.bincount(cell, weight * column) / np.bincount(cell, weight)
    deviation: NDArray[np.float64] = column - mean[cell]
    return deviation


def _decided(
    drawn: NDArray[np.float64],
    asked: NDArray[np.float64],
    weight: NDArray[np.float64],
    attempt: NDArray[np.int64],
) -> NDArray[np.float64]:
    """By attempt, how much of being spoken to an answer decides: little at the first, all at the last."""
    together = np.bincount(attempt, weight * drawn * asked)
    alone = np.bincount(attempt, weight * drawn * drawn)
    share = np.divide(together, alone, out=np.zeros_like(together), where=alone > 0)
    decided: NDArray[np.float64] = np.maximum(share, 0.0)[attempt]
    return decided


def summed_variance(scores: NDArray[np.float64], unit: NDArray[np.int64]) -> float:
    """The variance of a sum of scores in which a vehicle's hang together."""
    _, place = np.unique(unit, return_inverse=True)
    return float((np.bincount(place, scores) ** 2).sum())
