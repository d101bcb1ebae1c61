"""The front desk's load: receptions per advisor and working day."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import means_t, wilson


def reception_days(visits: pd.DataFrame) -> pd.DataFrame:
    """Working days of each advisor: the days on which he or she received anyone.

    Parameters
    ----------
    visits : DataFrame
        Service visits, a clean table, one row a repair order; rows without ``advisor`` are left out.

    Returns
    -------
    DataFrame
        One row an advisor and day, in that order: ``advisor``, ``year``, ``receptions``.
    """
    received = visits[visits["advisor"].notna()]
    number, advisors = pd.factorize(received["advisor"], sort=True)
    day = received["visit_date"].to_numpy(dtype="datetime64[s]").astype("int64") // 86_400
    first, width = (day.min(), np.ptp(day) + 1) if len(day) else (0, 1)
    code, receptions = np.unique(number * width + day - first, return_counts=True)
    year = (code % width + first).astype("datetime64[D]").astype("datetime64[Y]").astype("int64") + 1970
    return pd.DataFrame({"advisor": advisors[code // width], "year": year, "receptions": receptions})


def daily_receptions(days: pd.DataFrame, *, by_advisor: bool = True) -> pd.DataFrame:
    """Receptions per advisor and working day.

    Parameters
    ----------
    days : DataFrame
        What :func:`reception_days` returns.
    by_advisor : bool
        One row an ``advisor``, or one for all of them.

    Returns
    -------
    DataFrame
        One row a year (and ``advisor``): ``numerator`` [receptions], ``denominator`` [working days],
        ``value``, ``low``, ``high`` (Student's 95 % interval of the mean of days).

    Notes
    -----
    8 to 10 a day are recommended, 12 are the limit.
    Source: 《汽车维修企业ERP客户管理现状及改善建议》.
    """
    labels, receptions, starts = _by_year(days, by_advisor)
    total, count = np.add.reduceat(receptions, starts), _sizes(receptions, starts)
    low, high = means_t(receptions, starts)
    return tidy(**labels, numerator=total, denominator=count, value=total / count, low=low, high=high)


def daily_receptions_days_above_limit(
    days: pd.DataFrame, *, limit: int, by_advisor: bool = True
) -> pd.DataFrame:
    """Working days with more receptions than the limit.

    Parameters
    ----------
    days : DataFrame
        What :func:`reception_days` returns.
    limit : int
        Receptions a day that are still not too many.

    Returns
    -------
    DataFrame
        One row a year (and ``advisor``): ``value`` [days]. Lower is better.
    """
    labels, receptions, starts = _by_year(days, by_advisor)
    return tidy(**labels, value=np.add.reduceat((receptions > limit).astype(float), starts))


def daily_receptions_best_share(
    days: pd.DataFrame, *, best: Sequence[int], by_advisor: bool = True
) -> pd.DataFrame:
    """Share of working days within the recommended load.

    Parameters
    ----------
    days : DataFrame
        What :func:`reception_days` returns.
    best : sequence of two int
        Fewest and most receptions a day that are recommended.

    Returns
    -------
    DataFrame
        One row a year (and ``advisor``): ``numerator`` [days within], ``denominator`` [working days],
        ``value`` [fraction 0-1], ``low``, ``high`` (95 % Wilson). Higher is better.
    """
    labels, receptions, starts = _by_year(days, by_advisor)
    recommended = (receptions >= best[0]) & (receptions <= best[1])
    within, count = np.add.reduceat(recommended.astype(float), starts), _sizes(receptions, starts)
    low, high = wilson(within, count)
    return tidy(**labels, numerator=within, denominator=count, value=within / count, low=low, high=high)


def _by_year(
    days: pd.DataFrame, by_advisor: bool
) -> tuple[dict[str, Any], NDArray[np.float64], NDArray[np.intp]]:
    """Labels of each year (and advisor), the receptions of all days in their order, and where each begins."""
    year = days["year"].to_numpy()
    advisor, names = pd.factorize(days["advisor"], sort=True)
    order = np.lexsort((advisor, year)) if by_advisor else np.argsort(year, kind="stable")
    year, advisor = year[order], advisor[order]
    begins = np.append(True, (np.diff(year) != 0) | (by_advisor & (np.diff(advisor) != 0)))[: len(year)]
    starts = np.flatnonzero(begins)
    labels: dict[str, Any] = {"period": year[starts].astype("str")}
    if by_advisor:
        labels["advisor"] = names.take(advisor[starts])
    return labels, days["receptions"].to_numpy(dtype=float)[order], starts


def _sizes(receptions: NDArray[np.float64], starts: NDArray[np.intp]) -> NDArray[np.float64]:
    """Working days of each part."""
    return np.diff(starts, append=len(receptions)).astype(float)
