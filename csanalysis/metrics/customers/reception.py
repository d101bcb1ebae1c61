"""The front desk's load: receptions per advisor and working day."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import mean_t, wilson


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
    return _by_year(
        days,
        by_advisor,
        lambda receptions: (receptions.sum(), len(receptions), receptions.mean(), *mean_t(receptions)),
    )


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
    return _by_year(
        days, by_advisor, lambda receptions: (np.nan, np.nan, (receptions > limit).sum(), np.nan, np.nan)
    )


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

    def share(receptions: pd.Series) -> tuple[float, ...]:
        within = receptions.between(best[0], best[1]).sum()
        low, high = wilson(within, len(receptions))
        return within, len(receptions), within / len(receptions), float(low), float(high)

    return _by_year(days, by_advisor, share)


def _by_year(
    days: pd.DataFrame, by_advisor: bool, numbers: Callable[[pd.Series], tuple[float, ...]]
) -> pd.DataFrame:
    names = ["year", "advisor"] if by_advisor else ["year"]
    groups = list(days.groupby(names)["receptions"])
    columns = np.array([numbers(receptions) for _, receptions in groups], dtype=float).reshape(-1, 5).T
    return tidy(
        [str(key[0]) for key, _ in groups],
        **dict(zip(("numerator", "denominator", "value", "low", "high"), columns, strict=True)),
        **({"advisor": [key[1] for key, _ in groups]} if by_advisor else {}),
    )
