"""How far a vehicle runs in a day, from what its odometer showed; implausible readings set aside."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

READINGS = 6
"""So many last readings say how a vehicle is used now."""

HALF_LIFE_DAYS = 365
"""A stretch driven a year ago counts half as much as one driven now."""

FASTEST = 1000.0
"""Kilometres a day that no private car runs for long."""

_FAR = 1 << 20  # more days than any history has


class Readings(NamedTuple):
    """Odometer readings in order of unit and day, one a unit and day: three arrays of the same length."""

    unit: NDArray[np.int64]
    day: NDArray[np.int64]
    km: NDArray[np.float64]


def readings(visits: pd.DataFrame, sales: pd.DataFrame) -> Readings:
    """What the odometers showed: 0 on the day a new vehicle was sold, then at every visit.

    Parameters
    ----------
    visits : DataFrame
        ``unit`` (a number), ``day`` (days since 1970), ``mileage_km``; a missing or negative one says
        nothing.
    sales : DataFrame
        ``unit``, ``day`` of the first sale.

    Returns
    -------
    Readings
        Of two readings on one day the larger.
    """
    rows = pd.concat(
        [visits[["unit", "day", "mileage_km"]], sales[["unit", "day"]].assign(mileage_km=0.0)],
        ignore_index=True,
    )
    rows = rows[(rows["mileage_km"] >= 0).to_numpy()]
    rows = rows.sort_values(["unit", "day", "mileage_km"], kind="stable")
    rows = rows.drop_duplicates(["unit", "day"], keep="last")
    return Readings(
        rows["unit"].to_numpy("int64"), rows["day"].to_numpy("int64"), rows["mileage_km"].to_numpy(float)
    )


def distance_driven(
    known: Readings, units: NDArray[np.int64], days: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Kilometres, and the days they took, by which to judge each unit's pace as it was known on a day.

    Parameters
    ----------
    known : Readings
        All readings; those after the day asked for are not looked at.
    units, days : array of int
        Which unit, and when; of the same length.

    Returns
    -------
    tuple of arrays
        Weighted kilometres and weighted days between the last plausible readings; their ratio is the pace
        [km a day]. Both 0 where fewer than two readings are plausible.

    Notes
    -----
    Of the last six readings those are set aside that contradict most others (smaller than an earlier one, or
    more than 1,000 km a day apart). Each stretch between two that are left weighs half as much for every year
    that has passed since it ended.
    """
    key = known.unit * _FAR + known.day
    last = np.searchsorted(key, units * _FAR + days, side="right") - 1
    places = last[:, None] - np.arange(READINGS)
    there = (
        (places >= 0) & (known.unit[np.maximum(places, 0)] == units[:, None]) if len(key) else places > places
    )
    places = np.maximum(places, 0)
    at, km = (column[places] if len(key) else places * 0.0 for column in (known.day, known.km))
    there = _plausible(at, km, there)
    driven, taken = np.zeros(len(units)), np.zeros(len(units))
    later_at, later_km = at[:, 0], km[:, 0]
    begun = there[:, 0].copy()
    for place in range(1, READINGS):
        both = begun & there[:, place]
        weight = np.where(both, 0.5 ** ((days - later_at) / HALF_LIFE_DAYS), 0.0)
        driven += weight * (later_km - km[:, place])
        taken += weight * (later_at - at[:, place])
        later_at = np.where(there[:, place], at[:, place], later_at)
        later_km = np.where(there[:, place], km[:, place], later_km)
        begun |= there[:, place]
    return driven, taken


def _plausible(at: NDArray[np.int64], km: NDArray[np.float64], there: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which readings stay once those at odds with most others are gone; newest first in each row."""
    there = there.copy()
    odd = np.flatnonzero(_conflicts(at, km, there).any(axis=1))
    while len(odd):
        conflicts = _conflicts(at[odd], km[odd], there[odd])
        worst = conflicts.max(axis=1, keepdims=True)
        there[odd] &= (conflicts < worst) | (worst == 0)
        odd = odd[worst[:, 0] > 0]
    return there


def _conflicts(at: NDArray[np.int64], km: NDArray[np.float64], there: NDArray[np.bool_]) -> NDArray[np.int64]:
    """With how many other readings of its row each one cannot be true."""
    found = np.zeros(there.shape, dtype="int64")
    for later in range(READINGS):
        for earlier in range(later + 1, READINGS):
            driven, taken = km[:, later] - km[:, earlier], at[:, later] - at[:, earlier]
            clash = (driven < 0) | (driven > FASTEST * np.maximum(taken, 1))
            clash &= there[:, later] & there[:, earlier]
            found[:, later] += clash
            found[:, earlier] += clash
    return found
