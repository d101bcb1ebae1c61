"""First service (首保): do the vehicles we sell come back for it, when, and how often.

:func:`sold_vehicles` makes one row a vehicle from the ledger, :func:`with_first_service` dates each one's
first service; every metric counts those rows. In all of them higher is better.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import scipy
from numpy.typing import ArrayLike, NDArray

from csanalysis.metrics.periods import complete_years, last_complete_year, shift_month, span
from csanalysis.metrics.results import group_columns, tidy, with_period_kind
from csanalysis.metrics.stats.by_period import counts_by_period, split_labels
from csanalysis.metrics.stats.intervals import mean_t, ratio_of_counts


def sold_vehicles(sales: pd.DataFrame, *, as_of: pd.Timestamp, local_only: bool = False) -> pd.DataFrame:
    """The vehicles that count, one row each, with their first counted sale.

    Parameters
    ----------
    sales : DataFrame
        One row a sale: ``vin``, ``sale_date``, ``self_sold``, ``is_local``, ``model``, ``sales_consultant``.
        An empty ``self_sold`` or ``is_local`` means yes.
    as_of : Timestamp
        Last day counted.
    local_only : bool
        Leave out vehicles sold to customers from elsewhere.

    Returns
    -------
    DataFrame
        ``vin``, ``sale_date``, ``model``, ``sales_consultant``, ``is_local``, ``row`` (its place in the
        ledger): of the self-sold (and local) sales the first of each VIN, by date.
    """
    counts = (sales["sale_date"] <= as_of) & sales["self_sold"].fillna(True).astype(bool)
    if local_only:
        counts &= sales["is_local"].fillna(True).astype(bool)
    rows = np.flatnonzero(counts)
    rows = rows[np.argsort(sales["sale_date"].to_numpy()[rows], kind="stable")]
    rows = rows[~sales["vin"].take(rows).duplicated().to_numpy()]
    kept = sales[["vin", "sale_date", "model", "sales_consultant", "is_local"]].take(rows)
    return kept.reset_index(drop=True).assign(row=rows)


def with_first_service(vehicles: pd.DataFrame, visits: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """The vehicles with the date of their first service.

    Parameters
    ----------
    vehicles : DataFrame
        :func:`sold_vehicles`.
    visits : DataFrame
        One row a visit: ``vin``, ``visit_date``, ``service_type``.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        ``vehicles`` with ``first_service_date``, the earliest ``first_service`` visit, and ``return_date``,
        the earliest one on or after the sale: a service before it is no return of that sale. NaT for none.
    """
    counts = (visits["service_type"] == "first_service") & (visits["visit_date"] <= as_of)
    services = visits.loc[counts, ["vin", "visit_date"]]
    # Numbered in order of appearance, the vehicles are their own places; a higher number is not ours.
    number, _ = pd.factorize(pd.concat([vehicles["vin"], services["vin"]]), use_na_sentinel=False)
    place = number[len(vehicles) :]
    ours = place < len(vehicles)
    place, day = place[ours], services["visit_date"].to_numpy(dtype="datetime64[D]")[ours]
    after = day >= vehicles["sale_date"].to_numpy(dtype="datetime64[D]")[place]
    return vehicles.assign(
        first_service_date=_earliest(place, day, len(vehicles)),
        return_date=_earliest(place[after], day[after], len(vehicles)),
    )


def new_vehicle_sales(
    vehicles: pd.DataFrame, *, since: pd.Timestamp, as_of: pd.Timestamp, by: str | None = None
) -> pd.DataFrame:
    """Vehicles sold, by month and year.

    Parameters
    ----------
    vehicles : DataFrame
        :func:`sold_vehicles`: ``sale_date`` and the column ``by``.
    since : Timestamp
        First row of the ledger; NaT where it is empty, which gives no rows.
    as_of : Timestamp
        Last day counted.
    by : str, optional
        Split by this column; vehicles without an entry in it are left out.

    Returns
    -------
    DataFrame
        ``value`` [vehicles] for every month and year from ``since`` to ``as_of``; none is 0.
    """
    return counts_by_period(
        vehicles["sale_date"], since=since, as_of=as_of, labels=split_labels(vehicles, by)
    )


def first_service_visits(
    vehicles: pd.DataFrame, *, since: pd.Timestamp, as_of: pd.Timestamp, by: str | None = None
) -> pd.DataFrame:
    """Vehicles of ours whose first service falls in the period, by month and year.

    Parameters as in :func:`new_vehicle_sales`, with ``vehicles`` from :func:`with_first_service` and
    ``since`` the first row of the visits.

    Returns
    -------
    DataFrame
        ``value`` [vehicles] for every month and year from ``since`` to ``as_of``; none is 0.
    """
    return counts_by_period(
        vehicles["first_service_date"], since=since, as_of=as_of, labels=split_labels(vehicles, by)
    )


def first_service_return_rate(services: pd.DataFrame, sold: pd.DataFrame, *, lag_months: int) -> pd.DataFrame:
    """First services of a month over the vehicles sold ``lag_months`` before.

    Parameters
    ----------
    services : DataFrame
        :func:`first_service_visits`, split or not.
    sold : DataFrame
        :func:`new_vehicle_sales`, split in the same way.
    lag_months : int
        Months from sale to first service.

    Returns
    -------
    DataFrame
        A month: ``numerator`` [first services], ``denominator`` [vehicles sold ``lag_months`` before],
        ``value`` [ratio, may exceed 1], ``low``, ``high`` (95 %, ratio of two counts); NaN without sales
        then. A year: ``value`` = mean of its monthly rates that are known, ``low``, ``high`` (95 % Student,
        over the months, at least three).

    Notes
    -----
    The two counts are of different vehicles; ``first_service_cohort_rate`` is the true proportion.
    Source: 《年初的工作规划该怎样做？——4S店客服篇》.
    """
    monthly = _monthly_ratio(services, sold, lag_months=lag_months)
    return pd.concat([monthly, _yearly_means(monthly)], ignore_index=True)


def first_service_return_rate_by_lag(
    services: pd.DataFrame, sold: pd.DataFrame, *, lags: Iterable[int] = range(1, 7)
) -> pd.DataFrame:
    """The yearly return rate if the lag were another: how far the target hangs on that choice.

    Parameters as in :func:`first_service_return_rate`.

    Returns
    -------
    DataFrame
        The yearly rows of :func:`first_service_return_rate` for each of ``lags``, named in ``lag_months``.
    """
    monthly = [_monthly_ratio(services, sold, lag_months=lag).assign(lag_months=str(lag)) for lag in lags]
    return _yearly_means(pd.concat(monthly, ignore_index=True))


def first_service_return_rate_pooled(rate: pd.DataFrame) -> pd.DataFrame:
    """A year's first services over the vehicles sold a lag before, all months in one.

    Parameters
    ----------
    rate : DataFrame
        :func:`first_service_return_rate`.

    Returns
    -------
    DataFrame
        A year: ``numerator`` and ``denominator`` summed over the months that have a rate, ``value`` [ratio],
        ``low``, ``high`` (95 %, ratio of two counts).
    """
    groups = group_columns(rate)
    monthly = with_period_kind(rate, "month")
    counts = {name: monthly[name].where(monthly["value"].notna()) for name in ("numerator", "denominator")}
    by_year = monthly.assign(year=monthly["period"].str[:4], **counts).groupby([*groups, "year"], sort=False)
    sums = by_year[list(counts)].sum(min_count=1).reset_index()
    return _ratio(sums["year"], sums["numerator"], sums["denominator"], **_columns(sums, groups))


def first_service_return_rate_average(
    rate: pd.DataFrame, *, complete: Sequence[int], years: int, as_of: pd.Timestamp, pooled: bool = False
) -> pd.DataFrame:
    """The rate that next year's target starts from: an average over the last complete years.

    Parameters
    ----------
    rate : DataFrame
        :func:`first_service_return_rate`, not split.
    complete : sequence of int
        The complete years of sales and visits, in order.
    years : int
        How many of the last of them to use; fewer if there are fewer.
    as_of : Timestamp
        Last day counted.
    pooled : bool
        First services over sales of the whole span, instead of the mean of the yearly means.

    Returns
    -------
    DataFrame
        One row, ``period`` the span used: ``value`` [ratio], ``low``, ``high`` (95 %: Student over three or
        more yearly means; ratio of two counts if pooled). NaN without a complete year, under the span it
        would be.

    Notes
    -----
    Source: 《年初的工作规划该怎样做？——4S店客服篇》 (three years measured, their mean taken).
    """
    used = list(complete)[-years:]
    if not used:
        last = last_complete_year(as_of)
        return tidy([span([last - years + 1, last])], value=np.nan)
    labels = [str(year) for year in used]
    if pooled:
        yearly = first_service_return_rate_pooled(rate)
        sums = yearly.loc[yearly["period"].isin(labels), ["numerator", "denominator"]].sum(min_count=1)
        return _ratio([span(used)], [sums["numerator"]], [sums["denominator"]])
    means = rate.loc[rate["period"].isin(labels), "value"]
    low, high = mean_t(means)
    return tidy([span(used)], value=means.mean(), low=np.maximum(low, 0), high=high)


def local_share(sales: pd.DataFrame, *, as_of: pd.Timestamp) -> float:
    """Local part of the self-sold vehicles of the ledger's last complete year [fraction; NaN for none]."""
    complete = complete_years(sales["sale_date"], as_of=as_of)
    if not complete:
        return float("nan")
    sold, local = (
        int((sold_vehicles(sales, as_of=as_of, local_only=only)["sale_date"].dt.year == complete[-1]).sum())
        for only in (False, True)
    )
    return local / sold if sold else float("nan")


def _earliest(place: NDArray[np.intp], day: NDArray[np.datetime64], size: int) -> NDArray[np.datetime64]:
    """The earliest day at each of ``size`` places [datetime64[s]]; NaT where there is none."""
    never, missing = np.iinfo(np.int64).max, np.datetime64("NaT").astype("int64")
    first = np.full(size, never)
    np.minimum.at(first, place, day.astype("int64"))
    return np.where(first == never, missing, first).astype("datetime64[D]").astype("datetime64[s]")


def _monthly_ratio(services: pd.DataFrame, sold: pd.DataFrame, *, lag_months: int) -> pd.DataFrame:
    groups = group_columns(services)
    monthly, before = with_period_kind(services, "month"), with_period_kind(sold, "month")
    # Moved once a label, not once a row: a split has every month many times.
    moved = {month: shift_month(month, lag_months) for month in before["period"].unique()}
    before = before.assign(period=before["period"].map(moved)).rename(columns={"value": "sold"})
    both = monthly.merge(before[["period", *groups, "sold"]], on=["period", *groups], how="left")
    return _ratio(both["period"], both["value"], both["sold"], **_columns(both, groups))


def _yearly_means(monthly: pd.DataFrame) -> pd.DataFrame:
    groups = group_columns(monthly)
    means = monthly.assign(year=monthly["period"].str[:4]).groupby([*groups, "year"], sort=False)["value"]
    yearly = means.agg(["mean", "sem", "count"]).reset_index()
    known = yearly["count"] >= 3
    half = (yearly["sem"] * scipy.stats.t.ppf(0.975, yearly["count"].where(known, 2) - 1)).where(known)
    low, high = (yearly["mean"] - half).clip(lower=0), yearly["mean"] + half
    return tidy(yearly["year"], value=yearly["mean"], low=low, high=high, **_columns(yearly, groups))


def _ratio(
    period: Iterable[str], numerator: ArrayLike, denominator: ArrayLike, **groups: pd.Series
) -> pd.DataFrame:
    low, high = ratio_of_counts(numerator, denominator)
    return tidy(period, numerator=numerator, denominator=denominator, low=low, high=high, **groups)


def _columns(frame: pd.DataFrame, names: Iterable[str]) -> dict[str, pd.Series]:
    return {name: frame[name] for name in names}
