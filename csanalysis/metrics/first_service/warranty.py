"""When the warranty of each vehicle ends: so many months after its first sale, at so many km if earlier."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.periods import add_months


@dataclass(frozen=True)
class Warranty:
    """The two limits of each vehicle, of which the one reached first counts.

    ``by_date`` is the day on which it ends by its months, NaT where no sale is known, a row a vehicle number.
    ``read`` are the readings of the vehicles that were ever seen with as many km: ``vehicle`` (a number),
    ``day`` and whether they say so (``past``), in order of vehicle and day.
    """

    by_date: pd.Series
    read: pd.DataFrame

    @classmethod
    def of(cls, sold: pd.Series, readings: pd.DataFrame, *, months: int, km: float) -> Self:
        """Set both limits.

        Parameters
        ----------
        sold : Series
            Of each vehicle number the day of its first sale, NaT for none.
        readings : DataFrame
            ``vehicle`` (a number), ``day``, ``mileage_km``, in order of vehicle and day; one that is missing
            or below nil is none.
        months : int
            The warranty ends so many months after the sale.
        km : float
            And when the odometer shows so many.
        """
        driven = readings["mileage_km"].to_numpy(float, na_value=np.nan)
        ever = readings["vehicle"].isin(readings.loc[driven >= km, "vehicle"].unique()).to_numpy()
        read = readings.loc[ever & (driven >= 0), ["vehicle", "day"]]
        return cls(add_months(sold, months), read.assign(past=driven[ever & (driven >= 0)] >= km))

    def ends(self, at: pd.Timestamp) -> pd.Series:
        """The day on which each warranty ended or will end, as far as is known on the evening of ``at``.

        Returns
        -------
        Series
            A row a vehicle number; NaT where neither limit is known. The km are those of the last reading by
            then: where it is past the limit, the warranty ended on the first day since which all are. A
            reading past it that a later one belies is taken for a slip.
        """
        vehicle, day, past = self._readings
        known = np.flatnonzero(day <= pd.Timestamp(at).to_datetime64())
        vehicle, day, past = vehicle[known], day[known], past[known]
        first = np.flatnonzero(np.diff(vehicle, prepend=-1))
        if not len(first):
            return self.by_date.copy()
        # In order of vehicle and day: the place after the last reading that belies those before it.
        since = np.maximum.reduceat(np.where(past, -1, np.arange(len(known))), first) + 1
        since = np.maximum(since, first)
        reached = since < np.append(first[1:], len(known))
        by_km = np.full(len(self.by_date), np.datetime64("NaT"), dtype=day.dtype)
        by_km[vehicle[first[reached]]] = day[since[reached]]
        by_date = self.by_date.to_numpy()
        return self.by_date.mask(np.isnat(by_date) | (by_km < by_date), by_km)

    @cached_property
    def _readings(self) -> tuple[NDArray[np.int64], NDArray[np.datetime64], NDArray[np.bool_]]:
        """``read`` as arrays: the days are asked for month after month."""
        return (
            self.read["vehicle"].to_numpy(),
            self.read["day"].to_numpy(),
            self.read["past"].to_numpy(dtype=bool),
        )
