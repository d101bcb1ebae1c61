"""The appointment book: who books before coming, who comes, and when the desk is full."""

import numpy as np
import pandas as pd

from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats import normal
from csanalysis.metrics.stats.by_period import share_by_period

AHEAD = ("same_day", "days_1_2", "days_3_7", "later")
WEEKDAYS = ("1", "2", "3", "4", "5", "6", "7")
RECENT_MONTHS = 12


def with_arrivals(appointments: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """The appointments with the ``day`` they are for and whether the customer ``came``.

    Parameters
    ----------
    appointments : DataFrame
        Clean table: ``vin``, ``appointment_date``, ``created_date``, ``shown``.
    visits : DataFrame
        Clean table: ``vin``, ``visit_date``.

    Returns
    -------
    DataFrame
        Rows of ``appointments`` with ``day``, ``came`` [boolean]: as written in ``shown``; where nothing is
        written, whether the vehicle has an order of that day, NA where the vehicle is not known; ``lead``
        [days ahead] and ``ahead``, one of :data:`AHEAD`, NA without ``created_date``.
    """
    day = appointments["appointment_date"].dt.normalize()
    keys = pd.MultiIndex.from_arrays([appointments["vin"], day])
    there = keys.isin(pd.MultiIndex.from_frame(visits[["vin", "visit_date"]]))
    seen = pd.Series(there, index=appointments.index).astype("boolean").mask(appointments["vin"].isna())
    lead = (day - appointments["created_date"].dt.normalize()).dt.days
    ahead = pd.cut(lead.where(lead >= 0), [-1, 0, 2, 7, np.inf], labels=list(AHEAD))
    return appointments.assign(
        day=day,
        came=appointments["shown"].astype("boolean").fillna(seen),
        lead=lead,
        ahead=ahead.astype("str"),
    )


def booking_share(
    visits: pd.DataFrame, book: pd.DataFrame, *, as_of: pd.Timestamp, by: str | None = None
) -> pd.DataFrame:
    """Share of the orders whose vehicle had an appointment on the day.

    Parameters
    ----------
    visits : DataFrame
        Clean table.
    book : DataFrame
        What :func:`with_arrivals` returns.
    as_of : Timestamp
        Last day counted. Orders before the first appointment are left out.
    by : str, optional
        A column of ``visits`` to split by.

    Returns
    -------
    DataFrame
        By month and year (and ``by``): ``numerator`` [orders by appointment], ``denominator`` [orders],
        ``value`` [fraction 0-1], ``low``, ``high`` (95 % Wilson). Higher is better.
    """
    since = book["day"].min()
    rows = visits[(visits["visit_date"] >= since).to_numpy()] if pd.notna(since) else visits[:0]
    booked = pd.MultiIndex.from_frame(rows[["vin", "visit_date"]]).isin(
        pd.MultiIndex.from_frame(book[["vin", "day"]].dropna())
    )
    labels = None if by is None else rows[by]
    yes = pd.Series(booked, index=rows.index).astype("boolean")
    return share_by_period(rows["visit_date"], yes, since=since, as_of=as_of, labels=labels)


def show_rate(book: pd.DataFrame, *, as_of: pd.Timestamp, by: str | None = None) -> pd.DataFrame:
    """Share of the appointments that were kept.

    Parameters
    ----------
    book : DataFrame
        What :func:`with_arrivals` returns; an appointment of which nothing is known is no case.
    as_of : Timestamp
        Last day counted.
    by : str, optional
        ``advisor`` or ``ahead``.

    Returns
    -------
    DataFrame
        By month and year (and ``by``): ``numerator`` [kept], ``denominator`` [appointments], ``value``
        [fraction 0-1], ``low``, ``high`` (95 % Wilson). Higher is better.

    Notes
    -----
    The trade asks for 80 %.
    """
    labels = None if by is None else book[by]
    return share_by_period(book["day"], book["came"], since=book["day"].min(), as_of=as_of, labels=labels)


def booking_lead_days(book: pd.DataFrame) -> pd.DataFrame:
    """Days from booking to appointment, by year: ``value``, the median; ``denominator`` [appointments]."""
    known = book[(book["lead"] >= 0).to_numpy()]
    of = known["lead"].groupby(known["day"].dt.year)
    return tidy(of.median().index.astype(str), value=of.median().to_numpy(), denominator=of.size().to_numpy())


def recent(rows: pd.DataFrame, dated_by: str, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """The rows of the last twelve months."""
    since = as_of - pd.DateOffset(months=RECENT_MONTHS)
    return rows[(rows[dated_by] > since).to_numpy()]


def desk_load(visits: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Orders opened on each day of the week.

    Parameters
    ----------
    visits : DataFrame
        Clean table, of which the last twelve months count.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        By ``weekday`` (``1`` Monday to ``7``) in which the store was open: ``numerator`` [orders],
        ``denominator`` [days with an order], ``value`` [orders a day], ``low``, ``high`` (95 %,
        normal; NaN with fewer than three days).
    """
    daily = recent(visits, "visit_date", as_of=as_of).groupby("visit_date").size()
    return _by_weekday(daily, as_of)


def appointment_load(book: pd.DataFrame, visits: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Appointments of each day of the week; as :func:`desk_load`, over the days with an order."""
    days = pd.Index(recent(visits, "visit_date", as_of=as_of)["visit_date"].unique()).sort_values()
    daily = recent(book, "day", as_of=as_of).groupby("day").size().reindex(days, fill_value=0)
    return _by_weekday(daily, as_of)


def desk_capacity(visits: pd.DataFrame, *, limit: int, as_of: pd.Timestamp) -> pd.DataFrame:
    """Orders that the advisors at work can receive on each day of the week.

    Parameters
    ----------
    visits : DataFrame
        Clean table; an advisor is at work on the days on which he or she received anyone.
    limit : int
        Receptions of an advisor on a day that are still not too many.
    as_of : Timestamp
        Last day counted; the last twelve months count.

    Returns
    -------
    DataFrame
        By ``weekday``: ``numerator`` [receptions possible], ``denominator`` [days], ``value`` [a day].
    """
    rows = recent(visits, "visit_date", as_of=as_of)
    daily = rows.groupby("visit_date")["advisor"].nunique() * limit
    return _by_weekday(daily[daily > 0], as_of).assign(low=np.nan, high=np.nan)


def full_days_share(visits: pd.DataFrame, *, limit: int, as_of: pd.Timestamp) -> pd.DataFrame:
    """Share of the days of each weekday with more orders than its advisors can receive.

    Returns
    -------
    DataFrame
        By ``weekday``: ``numerator`` [days over the limit], ``denominator`` [days], ``value``, ``low``,
        ``high`` (95 % Wilson). Lower is better.
    """
    rows = recent(visits, "visit_date", as_of=as_of)
    of_day = rows.groupby("visit_date")
    over = (of_day.size() > of_day["advisor"].nunique() * limit)[of_day["advisor"].nunique() > 0]
    label = f"{as_of:%Y-%m-%d}"
    dates = pd.Series(over.index, index=over.index)
    shares = share_by_period(
        pd.Series(as_of, index=over.index),
        over.astype("boolean"),
        since=as_of,
        as_of=as_of,
        labels=(dates.dt.day_of_week + 1).astype("str").rename("weekday"),
    )
    return shares[shares["period"].str.len() == 4].assign(period=label)


def appointments_by_hour(book: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Appointments by ``weekday`` and ``hour``: ``value`` [a week], of the last twelve months.

    No rows where the book says no hours: all appointments at midnight.
    """
    rows = recent(book, "day", as_of=as_of)
    at = rows["appointment_date"]
    timed = rows[(at != at.dt.normalize()).to_numpy()]
    if timed.empty:
        return tidy([], weekday=[], hour=[])
    first, last = max(rows["day"].min(), as_of - pd.DateOffset(months=RECENT_MONTHS)), as_of
    weeks = max((last - first).days + 1, 7) / 7
    when = timed["appointment_date"].dt
    counts = timed.groupby([(when.day_of_week + 1).rename("weekday"), when.hour.rename("hour")]).size()
    return tidy(
        [f"{as_of:%Y-%m-%d}"] * len(counts),
        numerator=counts.to_numpy(),
        denominator=weeks,
        weekday=counts.index.get_level_values("weekday").astype(str),
        hour=counts.index.get_level_values("hour").astype(str),
    )


def _by_weekday(daily: pd.Series, as_of: pd.Timestamp) -> pd.DataFrame:
    days = pd.DatetimeIndex(daily.index)
    of = pd.Series(daily.to_numpy(float)).groupby(days.day_of_week + 1).agg(["sum", "size", "mean", "std"])
    reach = (normal.Z95 * of["std"] / np.sqrt(of["size"])).where(of["size"] > 2)
    return tidy(
        [f"{as_of:%Y-%m-%d}"] * len(of),
        numerator=of["sum"].to_numpy(),
        denominator=of["size"].to_numpy(),
        low=(of["mean"] - reach).to_numpy(),
        high=(of["mean"] + reach).to_numpy(),
        weekday=of.index.astype(str),
    )
