"""Calls that ask customers in: whom they reach, who comes afterwards, and what those visits bring.

Contacts, visits and sales are clean tables. Days are counted without the hour, so a visit on the day of a
call came after it.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from csanalysis.metrics.customers.visit_history import FAR, History, day_number, day_numbers
from csanalysis.metrics.remembered import remembered
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.by_period import amounts_by_period, counts_by_period
from csanalysis.metrics.stats.intervals import wilson

REMINDERS = ("first_service", "maintenance")
INVITATIONS = ("first_service", "maintenance", "win_back", "campaign")


def reminded_visits(
    contacts: pd.DataFrame, visits: pd.DataFrame, *, days: int, purposes: Sequence[str] = REMINDERS
) -> pd.DataFrame:
    """The visits up to so many days after a reached reminder, each once.

    Parameters
    ----------
    contacts, visits : DataFrame
        Clean tables.
    days : int
        A visit on the day of the contact or so many days later follows it.
    purposes : sequence of str
        Which contacts remind.

    Returns
    -------
    DataFrame
        Rows of ``visits``.
    """
    reached = contacts[is_reached_reminder(contacts, purposes)]
    code, _ = pd.factorize(pd.concat([visits["vin"], reached["vin"]], ignore_index=True))
    calls = np.sort(code[len(visits) :] * FAR + day_numbers(reached["contact_date"]))
    unit, day = code[: len(visits)], day_numbers(visits["visit_date"])
    latest = np.searchsorted(calls, unit * FAR + day, side="right")
    earlier = np.searchsorted(calls, unit * FAR + day - days, side="left")
    return visits[latest > earlier]


def reminder_revenue(
    contacts: pd.DataFrame, visits: pd.DataFrame, *, days: int, as_of: pd.Timestamp
) -> pd.DataFrame:
    """What the visits that followed reached reminders brought.

    Parameters
    ----------
    contacts, visits : DataFrame
        Clean tables.
    days : int
        See :func:`reminded_visits`.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        For every month from the first contact's on, then every year: ``denominator`` [visits], ``value``
        [yuan, sum of ``total_amount``]; 0 without such a visit, NaN where none has an amount. Higher is
        better.

    Notes
    -----
    Gross: some of these customers would have come without a call.
    Source: 《养羊与薅毛并举，永续经营始于当下》.
    """
    rows = reminded_visits(contacts, visits, days=days)
    since = contacts["contact_date"].min()
    return amounts_by_period(rows["visit_date"], rows["total_amount"], since=since, as_of=as_of)


@remembered
def contacts_to_arrival(contacts: pd.DataFrame, visits: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Visits by how many contacts came before them.

    Parameters
    ----------
    contacts, visits : DataFrame
        Clean tables. Counted are invitations, reached or not, after the day of the vehicle's previous visit
        and up to that of this one.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        One row a year and number of ``attempts`` ("0" to the largest): ``value`` [visits], from the month of
        the first contact on.

    Notes
    -----
    Source: 《养羊与薅毛并举，永续经营始于当下》.
    """
    attempts = _attempts(contacts, visits)
    since = contacts["contact_date"].min()
    labels = pd.Series(
        pd.Categorical(attempts.astype(str), [str(n) for n in range(attempts.max(initial=0) + 1)]),
        name="attempts",
    )
    dates = visits["visit_date"].reset_index(drop=True)
    counts = counts_by_period(dates, since=since, as_of=as_of, labels=labels)
    return counts[(counts["period"].str.len() == 4).to_numpy()].reset_index(drop=True)


def contacts_per_arrival(
    contacts: pd.DataFrame, visits: pd.DataFrame, *, as_of: pd.Timestamp
) -> pd.DataFrame:
    """How many contacts came before a visit, on average over the visits that had any.

    Returns
    -------
    DataFrame
        One row a year: ``numerator`` [contacts], ``denominator`` [visits], ``value`` [contacts a visit]. NaN
        without such a visit. Lower is better.
    """
    counts = contacts_to_arrival(contacts, visits, as_of=as_of)
    counts = counts.assign(number=counts["attempts"].astype(int))
    called = counts[counts["number"] > 0]
    years = sorted(counts["period"].unique())
    made = (called["number"] * called["value"]).groupby(called["period"]).sum().reindex(years, fill_value=0)
    came = called.groupby("period")["value"].sum().reindex(years, fill_value=0)
    return tidy(years, numerator=made, denominator=came)


def invitation_reached_rate(contacts: pd.DataFrame, *, by: str) -> pd.DataFrame:
    """Share of invitations that reached somebody, by ``attempt`` or by ``hour``.

    Parameters
    ----------
    contacts : DataFrame
        Clean table; a row that does not say whether it reached anybody is left out.
    by : {"attempt", "hour"}
        The row's own ``attempt``, or the hour of ``contact_date``.

    Returns
    -------
    DataFrame
        One row a year and value of ``by``: ``numerator``, ``denominator`` [contacts], ``value`` [fraction
        0-1], ``low``, ``high`` (95 % Wilson). No hours where all contacts have the same. Higher is better.
    """
    rows = contacts[(contacts["purpose"].isin(INVITATIONS) & contacts["reached"].notna()).to_numpy()]
    label = rows["contact_date"].dt.hour if by == "hour" else rows["attempt"]
    rows = rows.assign(year=rows["contact_date"].dt.year, label=label, reached=rows["reached"].astype(bool))
    rows = rows.dropna(subset="label")
    if by == "hour" and rows["label"].nunique() < 2:
        rows = rows.iloc[:0]  # a log that writes the day writes midnight
    found = rows.groupby(["year", "label"])["reached"].agg(["sum", "size"]).reset_index()
    low, high = wilson(found["sum"], found["size"])
    return tidy(
        found["year"].astype(str),
        numerator=found["sum"],
        denominator=found["size"],
        low=low,
        high=high,
        **{by: found["label"].astype("int64").astype(str)},
    )


def reminder_arrival_rate(
    contacts: pd.DataFrame,
    visits: pd.DataFrame,
    sales: pd.DataFrame,
    *,
    days: int,
    as_of: pd.Timestamp,
    by: str | None = None,
) -> pd.DataFrame:
    """Of the reached reminders, the share followed by a visit within so many days.

    Parameters
    ----------
    contacts, visits, sales : DataFrame
        Clean tables.
    days : int
        See :func:`reminded_visits`.
    as_of : Timestamp
        Reminders whose days are not over by then are left out.
    by : str, optional
        Split by this column, such as ``agent`` or ``purpose``.

    Returns
    -------
    DataFrame
        One row a year of the contact (and value of ``by``): ``numerator``, ``denominator`` [reminders],
        ``value`` [fraction 0-1], ``low``, ``high`` (95 % Wilson). Higher is better.
    """
    rows = contacts[is_reached_reminder(contacts)]
    rows = rows[day_numbers(rows["contact_date"]) + days <= day_number(as_of)]
    history = History(visits, sales)
    unit, day = history.units(rows["vin"]), day_numbers(rows["contact_date"])
    came = history.up_to(unit, day + days) > history.up_to(unit, day - 1)
    rows = rows.assign(year=rows["contact_date"].dt.year, came=came)
    found = rows.groupby(["year", *([by] if by else [])])["came"].agg(["sum", "size"]).reset_index()
    low, high = wilson(found["sum"], found["size"])
    return tidy(
        found["year"].astype(str),
        numerator=found["sum"],
        denominator=found["size"],
        low=low,
        high=high,
        **({by: found[by]} if by else {}),
    )


def is_reached_reminder(contacts: pd.DataFrame, purposes: Sequence[str] = REMINDERS) -> pd.Series:
    """Which contacts are reminders that reached the customer of a known vehicle."""
    return (
        contacts["purpose"].isin(purposes)
        & contacts["reached"].fillna(False).astype(bool)
        & contacts["vin"].notna()
    )


def _attempts(contacts: pd.DataFrame, visits: pd.DataFrame) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """How many invitations each visit had before it, by row of ``visits``."""
    history = History(visits, visits[["vin", "visit_date"]].rename(columns={"visit_date": "sale_date"}))
    rows = contacts[(contacts["purpose"].isin(INVITATIONS) & contacts["vin"].isin(history.vins)).to_numpy()]
    unit, day = history.units(rows["vin"]), day_numbers(rows["contact_date"])
    # The visit on or after the day of the call; of several on one day the first.
    place = history.up_to(unit, day - 1)
    visited = history.visits["unit"].to_numpy()
    there = place < len(visited)
    there[there] = visited[place[there]] == unit[there]
    counts = np.zeros(len(visits), dtype="int64")
    np.add.at(counts, history.visits["row"].to_numpy()[place[there]], 1)
    return counts
