"""Churn and retention by group of vehicles, and churn month by month over so many months.

Visits are those of :func:`csanalysis.metrics.customers.units.units`.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.customers.retention import HORIZON_YEARS
from csanalysis.metrics.customers.units import seen_in_years
from csanalysis.metrics.customers.vehicle_groups import Labels, sizes_of
from csanalysis.metrics.periods import month_numbers
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import wilson

ROLLING_MONTHS = 6


def year_end(year: int) -> pd.Timestamp:
    """31 December, at whose end the groups of a year's vehicles are told."""
    return pd.Timestamp(year, 12, 31)


def annual_churn_rate_by(
    visits: pd.DataFrame, groups: Mapping[pd.Timestamp, Labels], *, by: str, years: Sequence[int]
) -> pd.DataFrame:
    """The yearly churn rate by the group that a vehicle was in when the year began.

    Parameters
    ----------
    visits : DataFrame
        One row a visit.
    groups : mapping of Timestamp to DataFrame
        What :func:`csanalysis.metrics.customers.vehicle_groups.vehicle_groups` returns, for 31 December of
        each year but the last.
    by : str
        The split, a column of the groups.
    years : sequence of int
        As in :func:`annual_churn_rate`.

    Returns
    -------
    DataFrame
        As of :func:`annual_churn_rate`, one row a year and group. A year has the groups that occur in it;
        together they are the year's vehicles.
    """
    seen = seen_in_years(visits, years=years)
    counted = [
        (str(year), "", *_coded(groups, year - 1, by), seen[:, place], ~seen[:, place + 1])
        for place, year in enumerate(years[1:])
    ]
    return _shares(counted, by)


def retained_share_by(
    visits: pd.DataFrame, groups: Mapping[pd.Timestamp, Labels], *, by: str, years: Sequence[int]
) -> pd.DataFrame:
    """Share of a year's vehicles with a visit one to five years later, by their group at the year's end.

    Parameters
    ----------
    visits, groups, by, years
        As in :func:`annual_churn_rate_by`; ``groups`` for 31 December of each year but the last.

    Returns
    -------
    DataFrame
        As of :func:`csanalysis.metrics.customers.retention.retained_share`, one row a year, group and
        ``years_later``; no row where the later year is not complete.
    """
    seen = seen_in_years(visits, years=years)
    counted = []
    for place, year in enumerate(years[:-1]):
        of_year = _coded(groups, year, by)
        counted += [
            (str(year), str(k), *of_year, seen[:, place], seen[:, place + k])
            for k in range(1, min(HORIZON_YEARS, len(years) - 1 - place) + 1)
        ]
    return _shares(counted, by, "years_later")


def lapsed_vehicles_by(
    visits: pd.DataFrame,
    lapses: pd.Series,
    groups: Mapping[pd.Timestamp, Labels],
    *,
    by: str,
    years: Sequence[int],
) -> pd.DataFrame:
    """Vehicles that lapsed in a year, by the group that they were in when it began.

    Parameters
    ----------
    visits : DataFrame
        One row a visit.
    lapses : Series
        What :func:`csanalysis.metrics.customers.lapses.lapse_dates` returns of these visits.
    groups, by
        As in :func:`annual_churn_rate_by`; for 31 December of the year before each year.
    years : sequence of int
        The years to report: :func:`csanalysis.metrics.customers.lapses.lapse_years`.

    Returns
    -------
    DataFrame
        One row a year and group in which one lapsed: ``value`` [vehicles]. Together they are the year's.
    """
    periods: list[str] = []
    labels: list[str] = []
    numbers: list[int] = []
    of_lapse, unit = lapses.dt.year.to_numpy(), visits["unit"].loc[lapses.index].to_numpy()
    for year in years:
        code, names = _coded(groups, year - 1, by)
        there, _, sizes = sizes_of(code[unit[of_lapse == year]], names)
        periods += [str(year)] * len(there)
        labels += there
        numbers += sizes
    return tidy(periods, value=np.array(numbers, dtype=float), **{by: labels})


def _coded(
    groups: Mapping[pd.Timestamp, Labels], year: int, by: str
) -> tuple[NDArray[np.intp], Sequence[str]]:
    """Of each unit the number of its group at a year's end, and the groups that the numbers stand for."""
    labels = groups[year_end(year)][by].astype("category").cat
    return np.asarray(labels.codes, dtype=np.intp), labels.categories.to_list()


def _shares(
    counted: Iterable[tuple[str, str, NDArray[np.intp], Sequence[str], NDArray[np.bool_], NDArray[np.bool_]]],
    by: str,
    further: str | None = None,
) -> pd.DataFrame:
    """Of the units of some bases, how many of each group are a hit.

    Each one has its period, its value of the split ``further``, its units' codes and the groups of these,
    which units are of it, and which of them are a hit.
    """
    periods: list[str] = []
    others: list[str] = []
    labels: list[str] = []
    hits: list[int] = []
    sizes: list[int] = []
    for period, other, code, names, base, hit in counted:
        there, of_hits, of_all = sizes_of(code[: len(base)][base], names, hit[base])
        periods += [period] * len(there)
        others += [other] * len(there)
        labels += there
        hits += of_hits
        sizes += of_all
    low, high = wilson(hits, sizes)
    split = {by: labels} if further is None else {by: labels, further: others}
    return tidy(periods, numerator=hits, denominator=sizes, low=low, high=high, **split)


def rolling_churn_rate(
    visits: pd.DataFrame, *, months: Sequence[str], lag: int = ROLLING_MONTHS
) -> pd.DataFrame:
    """Of the vehicles with a visit six months ago, or as many as ``lag`` says, the share without one since.

    Parameters
    ----------
    visits : DataFrame
        One row a visit.
    months : sequence of str
        The months that are over, in a row from the data's first on.
    lag : int
        How many months a vehicle has to come again.

    Returns
    -------
    DataFrame
        One row a month from the seventh on: ``numerator`` [vehicles with a visit in month m - 6 and none
        in the months m - 5 to m], ``denominator`` [vehicles with a visit in month m - 6], ``value``
        [fraction 0-1], ``low``, ``high`` (95 % Wilson). Higher is worse.
    """
    later = months[lag:]
    if not later:
        return tidy([])
    number = month_numbers(pd.Series(pd.to_datetime([f"{months[0]}-01"])))[0]
    seen = pd.DataFrame({"unit": visits["unit"].to_numpy(), "month": visits["month"].to_numpy() - number})
    seen = seen[(seen["month"] >= 0) & (seen["month"] < len(months))].drop_duplicates()
    seen = seen.sort_values(["unit", "month"])
    following = seen.groupby("unit")["month"].shift(-1)
    lost = (following.isna() | (following - seen["month"] > lag)).to_numpy()
    month = seen["month"].to_numpy()
    before = np.bincount(month, minlength=len(months))[: len(later)]
    gone = np.bincount(month[lost], minlength=len(months))[: len(later)]
    low, high = wilson(gone, before)
    return tidy(later, numerator=gone, denominator=before, low=low, high=high)
