"""What was known of a vehicle on any day: its last visit, how many in twelve months, and the one to come."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.customers.classes import CLASSES, WINDOW_MONTHS
from csanalysis.metrics.periods import add_months

FAR = 1 << 20
"""More days than any history has: ``unit * FAR + day`` orders by unit, then day."""


class VehicleSnapshots(NamedTuple):
    """What was known of some vehicles, each on its own day; arrays of one length.

    ``last`` and ``following`` are places among the visits, -1 for none. ``visit_class`` is a place in
    :data:`~csanalysis.metrics.customers.classes.CLASSES`, after them one for vehicles never seen. ``age``
    counts whole months since the last visit, for those never seen since the sale; -1 where neither is known.
    """

    last: NDArray[np.int64]
    following: NDArray[np.int64]
    visit_class: NDArray[np.int64]
    age: NDArray[np.int64]


class History:
    """The visits of every vehicle in order of time, ready to be asked about many vehicles and days at once.

    ``visits`` holds them as ``unit``, ``day`` (days since 1970), ``row`` (place in the clean table);
    ``vins[n]`` is the VIN of unit n, ``sold[n]`` the day of its first sale (a day far ahead for none).
    """

    def __init__(self, visits: pd.DataFrame, sales: pd.DataFrame) -> None:
        code, vins = pd.factorize(pd.concat([visits["vin"], sales["vin"]], ignore_index=True))
        unit, day = code[: len(visits)].astype("int64"), day_numbers(visits["visit_date"])
        order = np.lexsort((visits["ro_number"].to_numpy(), day, unit))
        self.visits = pd.DataFrame({"unit": unit[order], "day": day[order], "row": order})
        self.vins = pd.Index(vins)
        self.sold = np.full(len(vins), FAR)
        np.minimum.at(self.sold, code[len(visits) :], day_numbers(sales["sale_date"]))
        self._key = self.visits["unit"].to_numpy() * FAR + self.visits["day"].to_numpy()

    def units(self, vins: pd.Series) -> NDArray[np.int64]:
        """The number of each VIN, -1 for one neither sold nor seen."""
        return self.vins.get_indexer(vins).astype("int64")

    def up_to(self, units: NDArray[np.int64], days: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many visits, counted over all vehicles in order, end with each vehicle's visits up to a day."""
        return np.searchsorted(self._key, units * FAR + days, side="right")

    def at(self, units: NDArray[np.int64], days: NDArray[np.int64]) -> VehicleSnapshots:
        """What was known at the end of each day, and the first visit after it."""
        unit = self.visits["unit"].to_numpy()
        end = self.up_to(units, days)
        begin = np.searchsorted(self._key, units * FAR)
        last = np.where(end > begin, end - 1, -1)
        there = end < len(unit)
        following = np.where(there & (unit[np.where(there, end, 0)] == units), end, -1) if len(unit) else last
        year_before = day_numbers(add_months(_dates(days), -WINDOW_MONTHS))
        recent = end - np.maximum(self.up_to(units, year_before), begin)
        classes = np.where(last >= 0, 3 - np.digitize(recent, [1, 2, 4]), len(CLASSES))
        since = np.where(last >= 0, self.day(last), self.sold[units])
        return VehicleSnapshots(last, following, classes, np.where(since <= days, _months(since, days), -1))

    def came(self, moments: VehicleSnapshots, until: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether the visit that followed was on or before each day."""
        return (moments.following >= 0) & (self.day(moments.following) <= until)

    def day(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """The day of each visit, by its place; of the places of no visit any day."""
        if self.visits.empty:
            return np.zeros(len(places), dtype="int64")
        return self.visits["day"].to_numpy()[places]


def day_numbers(dates: pd.Series) -> NDArray[np.int64]:
    """Whole days since 1970; a missing date is far below zero."""
    days: NDArray[np.int64] = dates.to_numpy(dtype="datetime64[D]").astype("int64")
    return days


def day_number(date: pd.Timestamp) -> int:
    """Days since 1970 of one date."""
    return int((date - pd.Timestamp(0)).days)


def _dates(days: NDArray[np.int64]) -> pd.Series:
    return pd.Series(days.astype("datetime64[D]").astype("datetime64[s]"))


def _months(since: NDArray[np.int64], days: NDArray[np.int64]) -> NDArray[np.int64]:
    first, last = (moment.astype("datetime64[D]") for moment in (np.minimum(since, days), days))
    months = last.astype("datetime64[M]").astype("int64") - first.astype("datetime64[M]").astype("int64")
    day_of_month = [
        (moment - moment.astype("datetime64[M]").astype("datetime64[D]")).astype("int64")
        for moment in (first, last)
    ]
    return months - (day_of_month[1] < day_of_month[0])
