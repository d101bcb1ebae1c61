"""What calling the cases of a list changes, and how many calls a case takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.stats.proof import NONE, Proof

ROUND_MONTHS = 3
"""A list is worked through in a quarter, then drawn up again."""

Effect = tuple[float, float, float]
"""By how much a case is likelier to succeed for being worked: estimate, low, high [fractions]."""

UNKNOWN: Effect = (np.nan, np.nan, np.nan)

YEARS = 3
"""So many last complete years show what a move changes."""


@dataclass(frozen=True)
class Candidate:
    """A list that might be a move: ``cases`` (:func:`cases_of`), what working one changes, its calls.

    ``basis`` tells how well the effect is proven: one of :data:`csanalysis.metrics.stats.proof.PROOFS`.
    ``seen`` is how many past cases show it.
    """

    cases: pd.DataFrame
    effect: Effect = UNKNOWN
    calls: float = 1.0
    basis: Proof = NONE
    seen: float = np.nan


def cases_of(keys: pd.Series, amount: float | NDArray[np.float64]) -> pd.DataFrame:
    """One row a vehicle or lead: ``key`` and ``amount`` [yuan] of a success."""
    return pd.DataFrame({"key": keys.to_numpy(), "amount": amount}).drop_duplicates("key", ignore_index=True)


def calls_per_case(contacts: pd.DataFrame, *, purposes: Sequence[str], year: int) -> tuple[float, float]:
    """How many calls a case takes, and how often somebody is reached.

    Parameters
    ----------
    contacts : DataFrame
        One row a contact: ``contact_date``, ``purpose``, ``attempt`` (empty: a first one), ``reached``.
    purposes : sequence of str
        Which contacts; none for all.
    year : int
        The last complete year.

    Returns
    -------
    (float, float)
        Contacts and reached contacts (one at most) a first attempt; NaN without one.
    """
    rows = contacts[contacts["contact_date"].dt.year == year]
    if purposes:
        rows = rows[rows["purpose"].isin(list(purposes))]
    first = int((rows["attempt"].fillna(1) == 1).sum())
    if not first:
        return np.nan, np.nan
    return len(rows) / first, min(1.0, float(rows["reached"].fillna(False).sum()) / first)


def calls_a_case(
    contacts: pd.DataFrame | None, *, year: int, purposes: Sequence[Sequence[str]] = ((),)
) -> float:
    """Calls that a case takes, by the first set of purposes that there were calls of; 1 unless known."""
    if contacts is None:
        return 1.0
    found = (calls_per_case(contacts, purposes=asked, year=year)[0] for asked in purposes)
    return next((calls for calls in found if calls > 0), 1.0)


def weighted_mean_effect(effects: Mapping[str, Effect], weights: Mapping[str, float]) -> Effect:
    """One effect of several kinds of cases: mean and interval weighted by how many of each there are."""
    parts = [(effects.get(kind, (np.nan,) * 3), weight) for kind, weight in weights.items() if weight > 0]
    whole = sum(weight for _, weight in parts)
    if not whole:
        return np.nan, np.nan, np.nan
    value = sum(effect[0] * weight for effect, weight in parts) / whole
    half = np.sqrt(sum(((effect[2] - effect[1]) / 2 * weight) ** 2 for effect, weight in parts)) / whole
    return float(value), float(value - half), float(value + half)
