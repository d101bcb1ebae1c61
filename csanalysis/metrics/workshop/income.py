"""What repair orders bring: labour, parts, and the amount of a vehicle in a year."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.periods import PeriodKind
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats import normal
from csanalysis.metrics.stats.tallies import Sums, Timeline, column_split

LABOR, PARTS = "labor_amount", "parts_amount"
AGES = (1, 2, 3, 4, 5, 6)
"""Years since the sale that begin: the sixth and all later ones are one."""


def both_known(visits: pd.DataFrame) -> pd.DataFrame:
    """The orders on which labour and parts are written."""
    return visits[visits[[LABOR, PARTS]].notna().all(axis=1).to_numpy()]


def labor_share(visits: pd.DataFrame, timeline: Timeline, *, by: str | None = None) -> pd.DataFrame:
    """Labour's part of what orders bring.

    Parameters
    ----------
    visits : DataFrame
        :func:`both_known` of the clean table.
    timeline : Timeline
        Of their ``visit_date``.
    by : str, optional
        A column to split by; then by year alone.

    Returns
    -------
    DataFrame
        By month and year: ``numerator`` [yuan of labour], ``denominator`` [yuan of labour and parts],
        ``value`` [fraction 0-1; NaN without an amount]. No interval: it is counted in full.
    """
    labor, parts = _sums(visits, timeline, by)
    return _over(visits, timeline, by, labor, labor + parts)


def parts_share(visits: pd.DataFrame, timeline: Timeline, *, by: str | None = None) -> pd.DataFrame:
    """Parts' part of what orders bring: what :func:`labor_share` leaves."""
    labor, parts = _sums(visits, timeline, by)
    return _over(visits, timeline, by, parts, labor + parts)


def parts_per_labor(visits: pd.DataFrame, timeline: Timeline, *, by: str | None = None) -> pd.DataFrame:
    """Yuan of parts sold with each yuan of labour, else as :func:`labor_share`."""
    labor, parts = _sums(visits, timeline, by)
    return _over(visits, timeline, by, parts, labor)


def labor_per_visit(visits: pd.DataFrame, timeline: Timeline, *, by: str | None = None) -> pd.DataFrame:
    """Labour of an order.

    Parameters
    ----------
    visits : DataFrame
        Orders on which labour is written.
    timeline : Timeline
        Of their ``visit_date``.
    by : str, optional
        A column to split by; then by year alone.

    Returns
    -------
    DataFrame
        By month and year: ``numerator`` [yuan], ``denominator`` [orders], ``value`` [yuan], ``low``, ``high``
        (95 %, normal, from the scatter of the orders; NaN with fewer than three). Higher is better.
    """
    split, kind = column_split(visits, by), _kind(by)
    amount = visits[LABOR].to_numpy(float)
    count, total, squares = (timeline.sums(split, of, kind=kind) for of in (None, amount, amount**2))
    low, high = _mean_interval(count, total, squares)
    return tidy(
        timeline.periods(kind) * len(split),
        numerator=total.ravel(),
        denominator=count.ravel(),
        low=low.ravel(),
        high=high.ravel(),
        **split.labels(len(timeline.periods(kind))),
    )


def revenue_per_vehicle_year(visits: pd.DataFrame, *, years: list[int]) -> pd.DataFrame:
    """What a vehicle that came in a year brought in it.

    Parameters
    ----------
    visits : DataFrame
        ``vin``, ``visit_date``, ``total_amount``.
    years : list of int
        Complete years.

    Returns
    -------
    DataFrame
        One row a year: ``numerator`` [yuan], ``denominator`` [vehicles with a visit], ``value`` [yuan]; NaN
        where no visit has an amount. Higher is better.
    """
    of_year = visits.groupby(visits["visit_date"].dt.year)
    amounts = of_year["total_amount"].sum(min_count=1).reindex(years).to_numpy(float)
    vehicles = of_year["vin"].nunique().reindex(years, fill_value=0).to_numpy(float)
    return tidy(map(str, years), numerator=amounts, denominator=vehicles)


def revenue_per_vehicle_year_by_age(
    visits: pd.DataFrame, sales: pd.DataFrame, *, years: list[int]
) -> pd.DataFrame:
    """:func:`revenue_per_vehicle_year` by ``car_age``: the year of a car's life in which the year ends.

    ``1`` to ``5``, and ``6`` for all later ones; of the vehicles of the ledger, from their latest sale.
    """
    if visits.empty or sales.empty:
        return tidy([], car_age=[])
    sold = sales.groupby("vin")["sale_date"].max()
    rows = visits.assign(year=visits["visit_date"].dt.year, sold=visits["vin"].map(sold).dt.year)
    rows = rows[rows["year"].isin(years) & (rows["sold"] <= rows["year"])]
    age = (rows["year"] - rows["sold"] + 1).clip(upper=AGES[-1]).astype(int).astype(str)
    of_age = rows.assign(car_age=age).groupby(["year", "car_age"])
    amounts = of_age["total_amount"].sum(min_count=1)
    return tidy(
        amounts.index.get_level_values("year").astype(str),
        numerator=amounts.to_numpy(float),
        denominator=of_age["vin"].nunique().to_numpy(float),
        car_age=amounts.index.get_level_values("car_age"),
    )


def _kind(by: str | None) -> PeriodKind | None:
    return None if by is None else "year"


def _sums(visits: pd.DataFrame, timeline: Timeline, by: str | None) -> tuple[Sums, Sums]:
    split = column_split(visits, by)
    labor, parts = (
        timeline.sums(split, visits[name].to_numpy(float), kind=_kind(by)) for name in (LABOR, PARTS)
    )
    return labor, parts


def _over(visits: pd.DataFrame, timeline: Timeline, by: str | None, over: Sums, under: Sums) -> pd.DataFrame:
    split, periods = column_split(visits, by), timeline.periods(_kind(by))
    return tidy(
        periods * len(split),
        numerator=over.ravel(),
        denominator=under.ravel(),
        **split.labels(len(periods)),
    )


def _mean_interval(
    count: Sums, total: Sums, squares: Sums
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Around the mean of so many with these sums; NaN with fewer than three."""
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(count > 2, total / count, np.nan)
        variance = np.maximum(squares - count * mean**2, 0) / (count - 1)
        half = normal.Z95 * np.sqrt(variance / count)
    return mean - half, mean + half
