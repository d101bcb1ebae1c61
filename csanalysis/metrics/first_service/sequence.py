"""Maintenance after maintenance: how many of the vehicles sold keep coming in time, and where they stop.

A vehicle is in the sequence as long as each maintenance comes within its limit of the one before (the first
one of the sale); one that comes late, or not at all, has left it. All take :func:`service_steps`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.first_service.cohorts import DAYS_A_MONTH
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import wilson
from csanalysis.metrics.stats.kaplan_meier import kaplan_meier
from csanalysis.metrics.stats.many import clearly_above

MAINTENANCE = ("first_service", "scheduled_service")
"""The service types that are a maintenance."""

STEPS = 8

FEWEST = 20
"""So many vehicles have been observed as long as a step may take, or all of them; else it is not given."""


@dataclass(frozen=True)
class ServiceSteps:
    """Every vehicle's way through the sequence, in days.

    Attributes
    ----------
    vehicles : DataFrame
        One row a vehicle, with ``vin`` and ``sale_date``.
    days : array
        Vehicles x steps: days from the sale to the step if it was reached in time, NaN if not.
    observed : array
        Days from the sale to ``as_of`` of each vehicle.
    limits : tuple of float
        Days that each step may take after the one before.
    as_of : Timestamp
        Last day counted.
    """

    vehicles: pd.DataFrame
    days: NDArray[np.float64]
    observed: NDArray[np.int64]
    limits: tuple[float, ...]
    as_of: pd.Timestamp

    @property
    def reached(self) -> NDArray[np.bool_]:
        """Vehicles x (steps + 1): who has reached the step in time; the sale itself is the first column."""
        sold = np.ones((len(self.days), 1), dtype=bool)
        return np.hstack([sold, ~np.isnan(self.days)])

    @property
    def deadlines(self) -> NDArray[np.float64]:
        """Vehicles x steps: days from the sale until which a step is in time; NaN without the step before."""
        before = np.hstack([np.zeros((len(self.days), 1)), self.days[:, :-1]])
        return before + np.array(self.limits)

    def sold_in(self, year: int) -> "ServiceSteps":
        """The vehicles sold in a calendar year."""
        chosen = (self.vehicles["sale_date"].dt.year == year).to_numpy()
        return ServiceSteps(
            self.vehicles[chosen], self.days[chosen], self.observed[chosen], self.limits, self.as_of
        )


def service_steps(
    vehicles: pd.DataFrame,
    visits: pd.DataFrame,
    *,
    window_months: int,
    step_months: int,
    as_of: pd.Timestamp,
    steps: int = STEPS,
) -> ServiceSteps:
    """When each vehicle reached each maintenance in time.

    Parameters
    ----------
    vehicles : DataFrame
        :func:`csanalysis.metrics.first_service.rates.sold_vehicles`: ``vin``, ``sale_date``.
    visits : DataFrame
        One row a visit: ``vin``, ``visit_date``, ``service_type``. Several maintenances of a vehicle on one
        day are one; those before the sale are none of this owner's.
    window_months : int
        The first maintenance is in time so many months after the sale (each 365.25 / 12 days).
    step_months : int
        Each further one so many months after the one before.
    as_of : Timestamp
        Last day counted.
    steps : int
        How many maintenances are followed.

    Returns
    -------
    ServiceSteps
        In order of ``vehicles``.
    """
    sale = vehicles["sale_date"].to_numpy(dtype="datetime64[D]").astype("int64")
    counts = visits["service_type"].isin(MAINTENANCE) & (visits["visit_date"] <= as_of)
    done = visits.loc[counts, ["vin", "visit_date"]]
    number, _ = pd.factorize(pd.concat([vehicles["vin"], done["vin"]]), use_na_sentinel=False)
    place = number[len(vehicles) :]
    ours = place < len(vehicles)
    day = done["visit_date"].to_numpy(dtype="datetime64[D]").astype("int64")[ours]
    place = place[ours]
    day = day - sale[place]
    rows = pd.DataFrame({"place": place, "day": day})
    rows = rows[rows["day"] >= 0].drop_duplicates().sort_values(["place", "day"], ignore_index=True)
    order = rows.groupby("place").cumcount().to_numpy()
    rows, order = rows[order < steps], order[order < steps]
    limits = (window_months * DAYS_A_MONTH, *[step_months * DAYS_A_MONTH] * (steps - 1))
    came = np.full((len(vehicles), steps), np.nan)
    came[rows["place"].to_numpy(), order] = rows["day"]
    waited = np.diff(came, axis=1, prepend=0.0)
    in_time = np.logical_and.accumulate(waited <= np.array(limits), axis=1)
    until = np.datetime64(as_of.date(), "D").astype("int64")
    return ServiceSteps(vehicles, np.where(in_time, came, np.nan), until - sale, limits, as_of)


def service_sequence_rate(followed: ServiceSteps, *, fewest: int = FEWEST) -> pd.DataFrame:
    """Share of the vehicles sold that reach the first, second, third… maintenance in time.

    Parameters
    ----------
    followed : ServiceSteps
        From :func:`service_steps`.
    fewest : int
        A step is NaN unless so many vehicles, or all, have been observed for as long as it may take.

    Returns
    -------
    DataFrame
        One row a ``step``, on ``as_of`` and by year of sale: ``value`` [fraction 0-1], ``low``, ``high``
        (95 %, log-log). Higher is better.

    Notes
    -----
    The Kaplan-Meier share at the longest time that the step may take, of the days from the sale to the step.
    Whoever has left the sequence waits on until ``as_of``, as that day is known of all alike: the share
    counts those who leave as leaving, and the censoring depends on the day of the sale alone.
    Source: E. L. Kaplan and P. Meier (1958); J. P. Fine and R. J. Gray (1999), for the waiting of those who
    can reach the step no more.
    """
    years = sorted(followed.vehicles["sale_date"].dt.year.unique())
    parts = [_rates(followed, f"{followed.as_of:%Y-%m-%d}", fewest)]
    parts += [_rates(followed.sold_in(year), str(year), fewest) for year in years]
    return pd.concat(parts, ignore_index=True)


def _rates(followed: ServiceSteps, period: str, fewest: int) -> pd.DataFrame:
    steps = len(followed.limits)
    longest = np.cumsum(followed.limits)
    numbers = np.full((3, steps), np.nan)
    for step in range(steps):
        days, sold = followed.days[:, step], len(followed.observed)
        whole = int((followed.observed >= longest[step]).sum())
        if not sold or whole < min(fewest, sold):
            continue
        over = ~np.isnan(days)
        waited = np.where(over, days, followed.observed)
        # Nothing can come of the step after its longest time, nor after the last wait.
        found = kaplan_meier(waited, over, [min(longest[step], waited.max())])
        numbers[:, step] = [part[0] for part in found]
    share, low, high = numbers
    return tidy([period] * steps, value=share, low=low, high=high, step=_names(steps))


def service_step_loss_rate(followed: ServiceSteps) -> list[pd.DataFrame]:
    """Of the vehicles whose next maintenance was due by now, the share that did not come for it in time.

    Returns
    -------
    list of DataFrame
        One row a ``step``, on ``as_of``: ``numerator`` [vehicles], ``denominator`` [vehicles that had
        reached the step before in time, and whose limit for this one is over], ``value`` [fraction 0-1],
        ``low``, ``high`` (95 % Wilson). Before it all steps together. Lower is better.
    """
    steps = len(followed.limits)
    due = followed.reached[:, :-1] & (followed.deadlines <= followed.observed[:, None])
    lost, of = (due & ~followed.reached[:, 1:]).sum(axis=0), due.sum(axis=0)
    day = f"{followed.as_of:%Y-%m-%d}"
    low, high = wilson([lost.sum(), *lost], [of.sum(), *of])
    return [
        tidy([day], numerator=lost.sum(), denominator=of.sum(), low=low[:1], high=high[:1]),
        tidy(
            [day] * steps,
            numerator=lost,
            denominator=of,
            low=low[1:],
            high=high[1:],
            step=_names(steps),
        ),
    ]


def service_step_waiting(followed: ServiceSteps) -> pd.DataFrame:
    """Vehicles that are in the sequence on ``as_of``, by the ``step`` that is next: ``value`` [vehicles]."""
    steps = len(followed.limits)
    counts = np.bincount(_next_step(followed), minlength=steps + 1)[1 : steps + 1]
    return tidy([f"{followed.as_of:%Y-%m-%d}"] * steps, value=counts, step=_names(steps))


def waiting_for(followed: ServiceSteps, step: str) -> pd.Series:
    """``vin`` of the vehicles that are in the sequence now and come to ``step`` next."""
    return followed.vehicles["vin"][_next_step(followed) == int(step)]


def hardest_step(losses: pd.DataFrame) -> str | None:
    """The step at which the greatest share is lost; None where no step loses more than all beyond chance.

    Parameters
    ----------
    losses : DataFrame
        Of :func:`service_step_loss_rate` the rows by ``step``.

    Notes
    -----
    One-sided binomial tests of the steps against the share over all of them, false-discovery rate at most
    5 % (:func:`csanalysis.metrics.stats.many.clearly_above`).
    """
    if not losses["denominator"].sum():
        return None
    whole = float(losses["numerator"].sum() / losses["denominator"].sum())
    clear = losses[clearly_above(losses, whole)]
    return None if clear.empty else str(clear["step"].iloc[int(clear["value"].to_numpy().argmax())])


def _next_step(followed: ServiceSteps) -> NDArray[np.int64]:
    """The step that each vehicle may still reach in time; 0 where it has left the sequence or is through."""
    steps = len(followed.limits)
    after = followed.reached[:, 1:].sum(axis=1)
    place = np.minimum(after, steps - 1)
    open_until = followed.deadlines[np.arange(len(place)), place]
    # On its very last day a step may yet be reached: what was due by now has its limit behind it.
    waits = (after < steps) & (open_until > followed.observed)
    found: NDArray[np.int64] = np.where(waits, after + 1, 0)
    return found


def _names(steps: int) -> Sequence[str]:
    return [str(step) for step in range(1, steps + 1)]
