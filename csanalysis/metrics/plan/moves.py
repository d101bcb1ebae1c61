"""The year's moves: which work lists bring most for the calls that the department can make.

A move works one list off in a quarter. Its cases are vehicles (or leads), each on its best list only.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.proof import ESTIMATES, NONE, Proof

ROUND_MONTHS = 3
"""A list is worked through in a quarter, then drawn up again."""

MOST = 5
"""So many moves a department can be asked to mind."""

DUTIES = ("post_sale", "post_service", "insurance")
"""Calls that are made whatever the plan asks for."""

LEAST_CASES = 5

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

    @property
    def unsure(self) -> bool:
        """Whether the effect is an estimate that may as well be nil."""
        return self.basis in ESTIMATES and not self.effect[1] > 0


def cases_of(keys: pd.Series, amount: float | NDArray[np.float64]) -> pd.DataFrame:
    """One row a vehicle or lead: ``key`` and ``amount`` [yuan] of a success."""
    return pd.DataFrame({"key": keys.to_numpy(), "amount": amount}).drop_duplicates("key", ignore_index=True)


def department_capacity(contacts: pd.DataFrame | None, *, year: int) -> pd.DataFrame:
    """Calls that the department makes in a month, and what duties leave of them.

    Parameters
    ----------
    contacts : DataFrame or None
        One row a contact: ``contact_date``, ``purpose``.
    year : int
        The last complete year.

    Returns
    -------
    DataFrame
        Of that year: all (no ``use``), ``duties`` (calls after sales and visits, insurance) and ``moves``
        (the rest): ``value`` [contacts a month, median of the year's twelve months]; NaN without contacts.
    """
    uses = ("all", "duties", "moves")
    if contacts is None or not (rows := contacts[contacts["contact_date"].dt.year == year]).size:
        return tidy([str(year)] * 3, value=np.nan, use=uses)
    month, duty = rows["contact_date"].dt.month, rows["purpose"].isin(DUTIES)
    everything, duties = (
        float(months.value_counts().reindex(range(1, 13), fill_value=0).median())
        for months in (month, month[duty.to_numpy(dtype=bool)])
    )
    return tidy([str(year)] * 3, value=[everything, duties, max(0.0, everything - duties)], use=uses)


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
    of_year = contacts["contact_date"].dt.year == year
    rows = contacts[of_year & (contacts["purpose"].isin(list(purposes)) | (not purposes))]
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
    found = [
        calls for asked in purposes if (calls := calls_per_case(contacts, purposes=asked, year=year)[0]) > 0
    ]
    return found[0] if found else 1.0


def scale_effect(effect: Effect, factor: float) -> Effect:
    """The effect and its ends times a factor."""
    return effect[0] * factor, effect[1] * factor, effect[2] * factor


def weighted_mean_effect(effects: Mapping[str, Effect], weights: Mapping[str, float]) -> Effect:
    """One effect of several kinds of cases: mean and interval weighted by how many of each there are."""
    parts = [(effects.get(kind, (np.nan,) * 3), weight) for kind, weight in weights.items() if weight > 0]
    whole = sum(weight for _, weight in parts)
    if not whole:
        return np.nan, np.nan, np.nan
    value = sum(effect[0] * weight for effect, weight in parts) / whole
    half = np.sqrt(sum(((effect[2] - effect[1]) / 2 * weight) ** 2 for effect, weight in parts)) / whole
    return float(value), float(value - half), float(value + half)


def assign_to_best_list(
    lists: Mapping[str, pd.DataFrame],
    *,
    effect: Mapping[str, float],
    calls: Mapping[str, float],
    estimates: Collection[str] = (),
) -> dict[str, pd.DataFrame]:
    """Each case on the one list where a call to it brings most, so that nobody is counted or called twice.

    Parameters
    ----------
    lists : mapping of str to DataFrame
        By move, one row a case: ``key`` (the vehicle or lead) and ``amount`` [yuan] of a success.
    effect, calls : mapping of str to float
        By move: chance gained by working a case, and calls it takes.
    estimates : collection of str
        The moves whose chance is an estimate; that of the others is the most it can be, so they have the
        cases that no estimate asks for.

    Returns
    -------
    dict
        The same moves with the cases left to each. Where nothing is known to be gained, or as much, the move
        named first keeps the case.
    """
    if not lists:
        return {}
    rows = pd.concat([cases.assign(move=move) for move, cases in lists.items()], ignore_index=True)
    gained = rows["move"].map(effect).astype(float) * rows["amount"] / rows["move"].map(calls).astype(float)
    gained = gained.where(gained > 0, 0.0)
    rows = rows.assign(gained=gained, sure=rows["move"].isin(list(estimates)) & (gained > 0))
    ordered = rows.sort_values(["sure", "gained"], ascending=False, kind="stable")
    best = ordered.drop_duplicates("key").index
    kept = rows.loc[sorted(best), ["move", "key", "amount"]]
    return {move: kept.loc[kept["move"] == move, ["key", "amount"]].reset_index(drop=True) for move in lists}


def ranked_moves(moves: pd.DataFrame, *, capacity: float) -> pd.DataFrame:
    """The moves to make, those with an estimate first; upper bounds have the calls that are left.

    Parameters
    ----------
    moves : DataFrame
        As in :func:`chosen_moves`, with ``sure``: whether ``value`` is an estimate.
    capacity : float
        Calls for a whole round; NaN sets no limit.

    Returns
    -------
    DataFrame
        As :func:`chosen_moves` gives them, five at most, with ``sure``.
    """
    sure = moves["sure"].to_numpy(dtype=bool)
    first = chosen_moves(moves[sure], capacity=capacity).assign(sure=True)
    used = float((first["planned"] * first["move"].map(moves.set_index("move")["per_case"])).sum())
    rest = chosen_moves(moves[~sure], capacity=capacity - used, most=MOST - len(first)).assign(sure=False)
    parts = [part for part in (first, rest) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else first


def chosen_moves(moves: pd.DataFrame, *, capacity: float, most: int = MOST) -> pd.DataFrame:
    """Which moves to make, and how many cases of each, within the calls there are.

    Parameters
    ----------
    moves : DataFrame
        One row a ``move``: ``cases``, ``per_case`` [calls], ``value`` [yuan] of all its cases (NaN where
        nobody knows).
    capacity : float
        Calls for a whole round; NaN sets no limit.
    most : int
        So many moves at most.

    Returns
    -------
    DataFrame
        The chosen moves in order of value: ``move``, ``planned`` [cases, whole] and ``gain`` [yuan]. Of all
        choices of at most so many moves that bring something, the one that brings most; in each the calls go
        first to the move that brings most for a call, the last as far as they reach: what is left for fewer
        than five of its cases is no move.
    """
    worth = moves[(moves["value"] > 0) & (moves["cases"] >= 1)]
    calls = (worth["cases"] * worth["per_case"]).to_numpy(float)
    rate = np.divide(worth["value"], calls, out=np.full(len(worth), np.inf), where=calls > 0)
    best_first = worth.iloc[np.argsort(-np.asarray(rate), kind="stable")]
    numbers = best_first[["cases", "per_case", "value"]].to_numpy(float)
    rows = list(zip(best_first["move"], *numbers.T.tolist(), strict=True))
    options = combinations(rows, min(most, len(rows)))
    filled = [_filled(option, np.inf if np.isnan(capacity) else capacity) for option in options]
    best = max(filled, key=lambda option: sum(gain for _, _, gain in option))
    found = pd.DataFrame(best, columns=["move", "planned", "gain"])
    found = found.astype({"move": "str", "planned": float, "gain": float})
    return found.sort_values("gain", ascending=False, kind="stable", ignore_index=True)


def _filled(moves: Sequence[tuple[str, float, float, float]], room: float) -> list[tuple[str, float, float]]:
    """Whole cases of each move in turn until the calls are used up."""
    rows = []
    for name, cases, per_case, value in moves:
        planned = min(cases, float(np.floor(room / per_case + 1e-9)) if per_case else np.inf)
        if planned >= min(cases, LEAST_CASES):
            room -= planned * per_case
            rows.append((name, planned, value * planned / cases))
    return rows
