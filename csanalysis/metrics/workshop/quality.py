"""How well orders are done: fixed at once, settled soon, handed over when promised; complaints closed."""

import pandas as pd

from csanalysis.metrics.periods import month_labels, months_between, span
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.by_period import share_by_period
from csanalysis.metrics.stats.intervals import wilson

FEW_MARKED = 20
"""With fewer orders marked as rework than this a store does not mark them."""

COMPLAINED_WITHIN = 30
"""A complaint so many days after a visit is taken to be about it [days]."""


def decided_until(as_of: pd.Timestamp, *, days: int) -> pd.Timestamp:
    """The end of the last month whose cases are all ``days`` old: of a month cut in two little is known."""
    last = as_of - pd.Timedelta(days=days)
    return last if last.is_month_end else last.replace(day=1) - pd.Timedelta(days=1)


def fixed_first_time(visits: pd.DataFrame, *, days: int, as_of: pd.Timestamp) -> pd.DataFrame:
    """The orders of which it is known whether the work held, and whether it did.

    Parameters
    ----------
    visits : DataFrame
        Clean table: ``ro_number``, ``vin``, ``visit_date``, ``service_type``, ``is_rework``.
    days : int
        Days after the visit within which a vehicle that comes back shows that it did not.
    as_of : Timestamp
        Last day counted; visits after :func:`decided_until` are left out.

    Returns
    -------
    DataFrame
        Rows of ``visits`` with ``fixed`` [boolean] and ``basis`` (``marked`` or ``repeated``).

    Notes
    -----
    Where the store marks rework (:data:`FEW_MARKED` orders or more), an order failed if the same vehicle has
    another marked so from the same day to ``days`` later; marked orders are no cases themselves. Where it
    does not, only repairs are cases, and one failed if the vehicle has another repair within ``days`` days
    after its own.
    """
    marked = visits["is_rework"].fillna(False).astype(bool).to_numpy()
    by_mark = int(marked.sum()) >= FEW_MARKED
    repair = visits["service_type"].eq("repair").to_numpy()
    cases = visits[~marked if by_mark else repair]
    again = visits.loc[marked if by_mark else repair, ["vin", "visit_date"]]
    back = _first_after(cases, again, strictly=not by_mark)
    came_back = (back - cases["visit_date"]).dt.days.le(days)
    old_enough = cases["visit_date"] <= decided_until(as_of, days=days)
    found = cases.assign(fixed=~came_back, basis="marked" if by_mark else "repeated")
    return found[old_enough.to_numpy()]


def _first_after(cases: pd.DataFrame, again: pd.DataFrame, *, strictly: bool) -> pd.Series:
    """The day on which each case's vehicle has its first row of ``again`` at or after the case's day."""
    order = cases[["vin", "visit_date"]].reset_index(names="row").sort_values("visit_date", kind="stable")
    later = again.assign(back=again["visit_date"]).sort_values("visit_date", kind="stable")
    joined = pd.merge_asof(
        order, later, on="visit_date", by="vin", direction="forward", allow_exact_matches=not strictly
    )
    return joined.set_index("row")["back"].reindex(cases.index)


def first_time_fix_rate(
    cases: pd.DataFrame, *, since: pd.Timestamp, as_of: pd.Timestamp, by: str | None = None
) -> pd.DataFrame:
    """Share of orders after which the vehicle did not come back to have the work done again.

    Parameters
    ----------
    cases : DataFrame
        What :func:`fixed_first_time` returns.
    since, as_of : Timestamp
        First and last month reported.
    by : str, optional
        A column to split by.

    Returns
    -------
    DataFrame
        By month and year (and ``by``): ``numerator`` [orders that held], ``denominator`` [orders], ``value``
        [fraction 0-1], ``low``, ``high`` (95 % Wilson). Higher is better.
    """
    return _rate(cases, "visit_date", cases["fixed"], since, as_of, by)


def settled(visits: pd.DataFrame) -> pd.DataFrame:
    """The orders with a close date on or after their visit, with ``days`` from one to the other."""
    days = (visits["close_date"] - visits["visit_date"]).dt.days
    return visits.assign(days=days)[(days >= 0).to_numpy()]


def days_to_settlement(
    orders: pd.DataFrame, *, since: pd.Timestamp, as_of: pd.Timestamp, by: str | None = None
) -> pd.DataFrame:
    """Days from the visit to the settlement of an order.

    Parameters
    ----------
    orders : DataFrame
        What :func:`settled` returns.
    since, as_of : Timestamp
        First and last month reported.
    by : str, optional
        A column to split by; then by year alone.

    Returns
    -------
    DataFrame
        By month and year, or year and ``by``: ``denominator`` [orders], ``value`` [days], the median; NaN
        without an order. Lower is better.
    """
    rows = (
        orders[(orders["visit_date"] >= since.replace(day=1)).to_numpy()] if pd.notna(since) else orders[:0]
    )
    month = month_labels(rows["visit_date"])
    if by is not None:
        of = rows["days"].groupby([month.str[:4], rows[by]])
        medians, counts = of.median(), of.size()
        period, split = (medians.index.get_level_values(level) for level in (0, 1))
        return tidy(period, value=medians.to_numpy(), denominator=counts.to_numpy(), **{by: split})
    months = months_between(since, as_of) if len(rows) else []
    periods = [*months, *dict.fromkeys(label[:4] for label in months)]
    parts = [rows["days"].groupby(label) for label in (month, month.str[:4])]
    medians, counts = (pd.concat([getattr(part, name)() for part in parts]) for name in ("median", "size"))
    return tidy(
        periods, value=medians.reindex(periods).to_numpy(), denominator=counts.reindex(periods, fill_value=0)
    )


def settled_in_time_rate(
    orders: pd.DataFrame, *, days: int, since: pd.Timestamp, as_of: pd.Timestamp, by: str | None = None
) -> pd.DataFrame:
    """Share of the settled orders that were settled within ``days`` of the visit; as the other rates."""
    return _rate(orders, "visit_date", orders["days"] <= days, since, as_of, by)


def promised(visits: pd.DataFrame) -> pd.DataFrame:
    """The orders that say when the car was promised and when it was settled, with ``on_time``."""
    rows = visits[visits[["close_date", "promised_date"]].notna().all(axis=1).to_numpy()]
    return rows.assign(on_time=rows["close_date"] <= rows["promised_date"])


def on_time_handover_rate(
    orders: pd.DataFrame, *, since: pd.Timestamp, as_of: pd.Timestamp, by: str | None = None
) -> pd.DataFrame:
    """Share of the :func:`promised` orders closed on or before the day promised; as the other rates.

    Notes
    -----
    The trade asks for 95 % or more.
    """
    return _rate(orders, "visit_date", orders["on_time"], since, as_of, by)


def complaints_closed_in_time(
    complaints: pd.DataFrame, *, as_of: pd.Timestamp, by: str | None = None
) -> pd.DataFrame:
    """Share of the complaints closed within the days that one may take; an open one is not in time.

    Parameters
    ----------
    complaints : DataFrame
        What :func:`decided_complaints` returns.
    as_of : Timestamp
        Last day counted.
    by : str, optional
        A column to split by.

    Returns
    -------
    DataFrame
        By month and year (and ``by``), as the other rates.
    """
    rows = complaints
    return _rate(rows, "complaint_date", rows["in_time"], rows["complaint_date"].min(), as_of, by)


def with_their_orders(complaints: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """The complaints with ``team`` and ``advisor`` of the order that each is about.

    Parameters
    ----------
    complaints : DataFrame
        Clean table: ``complaint_date``, ``vin`` and, if there is one, ``ro_number``.
    visits : DataFrame
        Clean table: ``ro_number``, ``vin``, ``visit_date``, ``team``, ``advisor``.

    Returns
    -------
    DataFrame
        Rows of ``complaints``. The order is the one that is named; where none is, or nobody knows it, the
        vehicle's last one in the :data:`COMPLAINED_WITHIN` days up to the complaint, on one day the largest
        number. NA where there is none.
    """
    hands = ["team", "advisor"]
    named = complaints["ro_number"] if "ro_number" in complaints else pd.Series([], dtype="str")
    ours = visits["vin"].isin(complaints["vin"]) | visits["ro_number"].isin(named)
    orders = visits[ours.to_numpy()].sort_values(["visit_date", "ro_number"], kind="stable")
    asked = complaints[["vin", "complaint_date"]].reset_index(names="row").sort_values("complaint_date")
    last = pd.merge_asof(
        asked,
        orders[["vin", "visit_date", *hands]],
        left_on="complaint_date",
        right_on="visit_date",
        by="vin",
        tolerance=pd.Timedelta(days=COMPLAINED_WITHIN),
    )
    found = last.set_index("row")[hands].reindex(complaints.index)
    known = named[named.isin(orders["ro_number"]).to_numpy()]
    of_order = orders.drop_duplicates("ro_number").set_index("ro_number")[hands]
    found.loc[known.index] = of_order.reindex(known).to_numpy()
    return complaints.assign(**{name: found[name] for name in hands})


def decided_complaints(complaints: pd.DataFrame, *, days: int, as_of: pd.Timestamp) -> pd.DataFrame:
    """Those of which it is known whether they were closed within ``days``, with ``in_time`` [boolean].

    None at all where no complaint has ever been closed: then nobody writes it down.
    """
    rows = complaints[(complaints["complaint_date"] <= decided_until(as_of, days=days)).to_numpy()]
    if rows["resolved_date"].isna().all():
        rows = rows[:0]
    took = (rows["resolved_date"] - rows["complaint_date"]).dt.days
    return rows.assign(in_time=(took <= days).astype("boolean"))


def closed_in_time_together(
    complaints: pd.DataFrame, *, years: list[int], by: str | None = None
) -> pd.DataFrame:
    """The share closed in time of the complaints of some years together: of a year there are few.

    Parameters
    ----------
    complaints : DataFrame
        What :func:`decided_complaints` returns.
    years : list of int
        In a row; without any there are no rows.
    by : str, optional
        A column to split by.

    Returns
    -------
    DataFrame
        One row, or one a ``by``, of the span: ``numerator`` [closed in time], ``denominator`` [complaints],
        ``value`` [fraction 0-1], ``low``, ``high`` (95 % Wilson). Higher is better.
    """
    rows = complaints[complaints["complaint_date"].dt.year.isin(years).to_numpy()]
    if rows.empty:
        return tidy([], **({by: []} if by else {}))
    label = pd.Series("", index=rows.index) if by is None else rows[by]
    counted = rows["in_time"].astype(int).groupby(label.to_numpy()).agg(["sum", "size"])
    low, high = wilson(counted["sum"], counted["size"])
    return tidy(
        [span(years)] * len(counted),
        numerator=counted["sum"].to_numpy(),
        denominator=counted["size"].to_numpy(),
        low=low,
        high=high,
        **({by: counted.index} if by else {}),
    )


def _rate(
    rows: pd.DataFrame,
    dated_by: str,
    yes: pd.Series,
    since: pd.Timestamp,
    as_of: pd.Timestamp,
    by: str | None,
) -> pd.DataFrame:
    if rows.empty:
        return tidy([], **({by: []} if by else {}))
    labels = None if by is None else rows[by]
    # A month after the last case has none because nothing is known of it yet.
    last = min(as_of, rows[dated_by].max())
    return share_by_period(rows[dated_by], yes.astype("boolean"), since=since, as_of=last, labels=labels)
