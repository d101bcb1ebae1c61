"""A day and a caller for each case, the first in order first, until the calls are used up."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def schedule(
    cases: pd.DataFrame,
    callers: pd.DataFrame,
    days: pd.DatetimeIndex,
    *,
    reserved: Sequence[float] | NDArray[np.float64] | None = None,
) -> pd.DataFrame:
    """Who calls whom on which day.

    Parameters
    ----------
    cases : DataFrame
        In the order in which they are to be planned: ``from`` and ``until`` (first and last day to call),
        ``calls`` (how many calls a case takes), ``late`` (whether it is called after ``until`` rather than
        not at all: a duty).
    callers : DataFrame
        ``owner``, ``per_day`` [calls].
    days : DatetimeIndex
        The working days there are, in order.
    reserved : sequence of float, optional
        Of each day's calls so many are kept for cases that are not known yet; each caller keeps a like part.

    Returns
    -------
    DataFrame
        As ``cases`` is indexed: ``owner`` and ``day``, empty for those left out. A case is given the first
        day of its own that has room for a call, there the caller with most room left; equal ones in the order
        of ``callers``. What a case takes beyond the day's room, its further attempts, is taken from the
        caller's next day, so that nobody has more cases on a day than calls.
    """
    owners, day_of = np.full(len(cases), -1), np.full(len(cases), -1)
    room = _room(callers, len(days), reserved)
    if room.size:
        starts = days.searchsorted(cases["from"].to_numpy(), side="left")
        ends = days.searchsorted(cases["until"].to_numpy(), side="right")
        late, calls = cases["late"].to_numpy(dtype=bool), cases["calls"].to_numpy(dtype=float)
        ends = np.where(late, len(days), ends)
        _fill(room, starts, ends, calls, owners, day_of)
    names = callers["owner"].to_numpy(dtype=object)
    found = owners >= 0
    return pd.DataFrame(
        {
            "owner": pd.array([names[place] if place >= 0 else None for place in owners], dtype="str"),
            "day": pd.Series(
                np.where(
                    found,
                    days.to_numpy()[day_of] if len(days) else np.datetime64("NaT", "s"),
                    np.datetime64("NaT", "s"),
                ),
                dtype="datetime64[s]",
            ).to_numpy(),
        },
        index=cases.index,
    )


def _room(
    callers: pd.DataFrame, days: int, reserved: Sequence[float] | NDArray[np.float64] | None
) -> NDArray[np.float64]:
    """Calls left by day and caller."""
    pace = callers["per_day"].to_numpy(dtype=float)
    whole = pace.sum()
    if not whole or not days:
        return np.zeros((0, 0))
    kept = np.zeros(days) if reserved is None else np.asarray(reserved, dtype=float)
    left = np.clip(1 - kept / whole, 0, 1)
    room: NDArray[np.float64] = left[:, None] * pace[None, :]
    return room


def _fill(
    room: NDArray[np.float64],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    calls: NDArray[np.float64],
    owners: NDArray[np.int64],
    day_of: NDArray[np.int64],
) -> None:
    """Walk through the cases; a day without room for a call is stepped over at once."""
    free = list(range(len(room) + 1))  # the first day at or after each that may have room

    def first_free(day: int) -> int:
        found = day
        while free[found] != found:
            found = free[found]
        while free[day] != found:
            free[day], day = found, free[day]
        return found

    for case in range(len(starts)):
        day = first_free(int(starts[case]))
        while day < ends[case]:
            caller = int(room[day].argmax())
            if room[day, caller] + 1e-9 >= 1.0:
                _take(room, day, caller, calls[case])
                owners[case], day_of[case] = caller, day
                break
            free[day] = day + 1
            day = first_free(day)


def _take(room: NDArray[np.float64], day: int, caller: int, calls: float) -> None:
    """Take a case's calls from a day and, as far as they do not fit, from the days after it."""
    while day < len(room) and calls > 0:
        taken = min(calls, max(room[day, caller], 0.0))
        room[day, caller] -= taken
        calls, day = calls - taken, day + 1
