"""What a whole column of dates tells of each: the order of its numbers, and where its clock stood."""

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from csanalysis.ingest.dates import ORDERS, Dates, parse_datetimes

_THREE_NUMBERS = re.compile(r"\s*\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*(?:\d{4}|\d{1,2})(?!\d)")
_MOST_ODD = 0.01  # of the cells may be impossible in an order that is nevertheless the one meant
_FEWEST = 3  # dates whose equal times say something
_HALF_DAY = 43_200
_LAST_MINUTES = 86_400 - 600


def ordered(cell: str) -> bool:
    """Whether a cell is three numbers that mean a date only in a known order."""
    return bool(_THREE_NUMBERS.match(cell))


def order_of(words: pd.Series) -> str:
    """The one order in which the three numbers of all cells are dates; ``''`` where none or several are.

    A day above 12 tells it from a month, one above 29 from a year of two digits.
    """
    known = words[[isinstance(word, str) and ordered(word) for word in words.tolist()]]
    if known.empty:
        return ""
    odd = {order: int(np.isnat(parse_datetimes(known, order=order)).sum()) for order in ORDERS}
    fewest = min(odd.values())
    best = [order for order, count in odd.items() if count == fewest]
    return best[0] if len(best) == 1 and fewest <= _MOST_ODD * len(known) else ""


def whole_days(found: Dates, utc: npt.NDArray[np.bool_], *, timezone: str = "") -> Dates:
    """Dates of a column that holds days, each at midnight; ``utc`` are those told in UTC.

    Some programs write a day as the midnight of their own clock, told in UTC, and some a few seconds short of
    it: where every cell has the same time, late in the day before, the next day is meant.
    """
    day = found.astype("datetime64[D]").astype("datetime64[s]")
    seconds = (found - day).astype("int64")
    known = ~np.isnat(found)
    utc = utc & known
    if not timezone and utc.sum() >= _FEWEST and _is_midnight_elsewhere(seconds[utc]):
        day = np.where(utc, day + np.timedelta64(86_400, "s"), day)
    elif known.sum() >= _FEWEST and _is_midnight_cut_short(seconds[known]):
        day = np.where(known, day + np.timedelta64(86_400, "s"), day)
    return day


def _is_midnight_cut_short(seconds: np.ndarray) -> bool:
    """One time of day, in the last minutes of it."""
    return bool((seconds == seconds[0]).all() and seconds[0] >= _LAST_MINUTES)


def _is_midnight_elsewhere(seconds: np.ndarray) -> bool:
    """One time of day after noon, or the two of a place whose clocks change by an hour."""
    times = np.unique(seconds)
    return bool((times % 1800 == 0).all() and times[0] >= _HALF_DAY and times[-1] - times[0] in (0, 3600))
