"""A store among its peers: those of its region, size and brand, and how far its own figure is to be trusted.

The rate of a small store is half chance, and a target taken from it asks for luck. It is drawn towards the
rate of the store's peers, the further the fewer cases it rests on, and not at all where stores truly lie far
apart.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from csanalysis.metrics.network.funnel import (
    FEWEST_STORES,
    Scale,
    between_store_variance,
    sampling_error,
    turned,
    turned_back,
)
from csanalysis.metrics.results import tidy

KINDS: tuple[tuple[str, ...], ...] = (("region", "size", "brand"), ("size", "brand"), ("brand",), ())
"""What peers have in common, the closest first; the first of which there are enough is taken."""
WHOLE_GROUP = "group"


def peers_of(stores: pd.DataFrame, *, fewest: int = FEWEST_STORES) -> pd.DataFrame:
    """Each store's peers: the closest kind of which there are ``fewest`` or more, itself among them.

    Parameters
    ----------
    stores : DataFrame
        Indexed by store: ``region``, ``size``, ``brand`` (texts; one that is empty for every store tells none
        apart, one that is empty for a store makes it no peer of those of which it is known).

    Returns
    -------
    DataFrame
        Same index: ``kind`` (``region_size_brand``, ``size_brand``, ``brand`` or ``group``), ``cell`` (what
        they have in common, as one text) and ``peers`` (how many).
    """
    known = stores.fillna("")
    told = [name for name in ("region", "size", "brand") if (known[name] != "").any()]
    found = pd.DataFrame({"kind": WHOLE_GROUP, "cell": "", "peers": len(known)}, index=known.index)
    undecided = np.ones(len(known), dtype=bool)
    seen: set[tuple[str, ...]] = set()
    for kind in KINDS:
        names = tuple(name for name in kind if name in told)
        if not names or names in seen:
            continue
        seen.add(names)
        cell = known[names[0]]
        for name in names[1:]:
            cell = cell + "\x1f" + known[name]
        count = cell.map(cell.value_counts())
        here = undecided & (count >= fewest).to_numpy() & (known[list(names)] != "").all(axis=1).to_numpy()
        found.loc[here, "kind"] = "_".join(names)
        found.loc[here, "cell"] = cell[here]
        found.loc[here, "peers"] = count[here]
        undecided &= ~here
    return found


def shrunk_to_peers(rates: pd.DataFrame, peers: pd.DataFrame, *, scale: Scale) -> pd.DataFrame:
    """Stores' rates drawn towards those of their peers, as far as they differ no more than chance.

    Parameters
    ----------
    rates : DataFrame
        Indexed by store: ``value`` (the rate) and ``cases`` (what it rests on).
    peers : DataFrame
        :func:`peers_of`.
    scale : str
        As in :func:`csanalysis.metrics.network.funnel.funnel`.

    Returns
    -------
    DataFrame
        Same index, stores with a rate and cases alone: ``own`` (the rate as it was), ``peer`` (that of the
        peers together), ``weight`` (how much of the own is kept, 0-1; NaN under :data:`FEWEST_STORES` peers,
        who do not show how much stores differ), ``value``, ``error`` (standard error, on the scale of the
        rate) and ``cases``.

    Notes
    -----
    On the turned scale of the funnel a store's own rate x has error s, the peers lie apart by the variance t
    (DerSimonian and Laird) around their mean m: x w + m (1 - w) with w = t / (t + s^2).
    Source: C. N. Morris (1983), Parametric empirical Bayes inference.
    """
    known = rates[(rates["cases"] > 0) & rates["value"].notna()]
    parts = [
        _shrunk(of_cell, scale)
        for _, of_cell in known.groupby([peers.loc[known.index, "kind"], peers.loc[known.index, "cell"]])
    ]
    columns = ["own", "peer", "weight", "value", "error", "cases"]
    return pd.concat(parts).reindex(known.index) if parts else pd.DataFrame(columns=columns, dtype=float)


def _shrunk(rates: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    own, cases = rates["value"].to_numpy(float), rates["cases"].to_numpy(float)
    centre = float((own * cases).sum() / cases.sum())
    errors = sampling_error(cases, centre, scale)
    away = turned(own, scale)
    if len(rates) < FEWEST_STORES:
        weight, value, error = np.full(len(own), np.nan), own, errors
    else:
        aim = float(turned(np.array([centre]), scale)[0])
        between = between_store_variance(away - aim, errors)
        weight = between / (between + errors**2)
        value = turned_back(weight * away + (1 - weight) * aim, scale)
        error = np.sqrt(weight) * errors
    # The slope of the scale at the value turns its error back.
    slope = 2 * np.sqrt(value * (1 - value)) if scale == "proportion" else 2 * np.sqrt(value)
    columns = {
        "own": own,
        "peer": centre,
        "weight": weight,
        "value": value,
        "error": error * slope,
        "cases": cases,
    }
    return pd.DataFrame(columns, index=rates.index)


def shrinkage_backtest(
    before: pd.DataFrame, after: pd.DataFrame, peers: pd.DataFrame, *, metric: str, period: str, scale: Scale
) -> pd.DataFrame:
    """How far the stores' rates of a year lay from what the year before had told, in three ways.

    Parameters
    ----------
    before, after : DataFrame
        Indexed by store: ``value`` and ``cases`` of two years in a row.
    peers, scale
        As in :func:`shrunk_to_peers`.
    metric, period : str
        Whose rates, and the later year.

    Returns
    -------
    DataFrame
        By ``metric`` and ``way`` (``own``, ``shrunk``, ``peers``): mean absolute error over the stores, each
        one voice; ``denominator`` = stores. No rows where nothing was drawn.
    """
    told = shrunk_to_peers(before, peers, scale=scale).dropna(subset="weight")
    came = after["value"].reindex(told.index)
    there = came.notna()
    if not there.any():
        return tidy([], metric=[], way=[])
    ways = {"own": "own", "shrunk": "value", "peers": "peer"}
    errors = {way: (told[column] - came)[there].abs() for way, column in ways.items()}
    sums = [error.sum() for error in errors.values()]
    stores = [int(there.sum())] * len(errors)
    return tidy([period] * len(errors), numerator=sums, denominator=stores, metric=metric, way=list(errors))


def reconciled(values: ArrayLike, weights: ArrayLike, errors: ArrayLike, total: float) -> NDArray[np.float64]:
    """The values moved as little as their errors allow so that their weighted sum is ``total``.

    Parameters
    ----------
    values, weights, errors : array
        Of each store its target, its cases and the standard error of the target.
    total : float
        What ``sum(weights * values)`` shall be.

    Returns
    -------
    array
        Each value + weight x error^2 x (what is missing) / sum(weight^2 x error^2): the surer a target, the
        less it moves; all alike where no error is known.

    Notes
    -----
    Least squares under one sum. Source: S. L. Wickramasuriya, G. Athanasopoulos, R. J. Hyndman (2019),
    Optimal forecast reconciliation, with a diagonal covariance.
    """
    value, weight = np.asarray(values, float), np.asarray(weights, float)
    variance = np.nan_to_num(np.asarray(errors, float)) ** 2
    pull = weight * variance
    if not (weight @ pull) > 0:
        pull = np.ones(len(weight))
    missing = total - weight @ value
    moved: NDArray[np.float64] = value + pull * missing / (weight @ pull)
    return moved
