"""When the warranty of each vehicle ends: so many months after its first sale, at so many km if earlier."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

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
        known = self.read[(self.read["day"] <= at).to_numpy()]
        place = pd.Series(np.arange(len(known)), index=known.index)
        belied = place.mask(known["past"]).groupby(known["vehicle"]).transform("max").fillna(-1)
        by_km = known[(place > belied).to_numpy()].groupby("vehicle")["day"].min().reindex(self.by_date.index)
        return self.by_date.mask(self.by_date.isna() | (by_km < self.by_date), by_km)
