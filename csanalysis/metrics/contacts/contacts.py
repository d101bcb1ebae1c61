"""Contacts: are customers called after a purchase or a visit, are they reached, who calls how often."""

import numpy as np
import pandas as pd

from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.by_period import counts_by_period, share_by_period, split_labels
from csanalysis.metrics.stats.intervals import mean_t


def contact_coverage_rate(
    cases: pd.DataFrame,
    contacts: pd.DataFrame,
    *,
    purpose: str,
    within_days: int,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """Of the vehicles sold, or the visits, the share followed by a contact within some days.

    Parameters
    ----------
    cases : DataFrame
        One row a sale or a visit: ``vin``, ``date``.
    contacts : DataFrame
        One row a contact: ``vin``, ``contact_date``, ``purpose``.
    purpose : str
        Which contacts count, ``post_sale`` or ``post_service``; reached or not.
    within_days : int
        A contact on the day itself and up to so many days after it counts. A case whose days are not over at
        ``as_of`` is left out.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        ``purpose``, by month and year of the case from the first contact of any purpose on: ``numerator``
        [cases with a contact], ``denominator`` [cases], ``value`` [fraction 0-1], ``low``, ``high`` (95 %
        Wilson). Higher is better.

    Notes
    -----
    Source: 《2011年客服关系年度工作规划》.
    """
    over = cases[cases["date"] + pd.Timedelta(days=within_days) <= as_of]
    followed = _followed(over, contacts[contacts["purpose"] == purpose], within_days)
    since = contacts["contact_date"].min()
    shares = share_by_period(over["date"], pd.Series(followed, index=over.index), since=since, as_of=as_of)
    return shares.assign(purpose=purpose)


def reached_rate(contacts: pd.DataFrame, *, as_of: pd.Timestamp, by: str | None = None) -> pd.DataFrame:
    """Of the contacts made, the share in which somebody was reached.

    Parameters
    ----------
    contacts : DataFrame
        One row a contact: ``contact_date``, ``reached`` (unknown: no case) and the column ``by``.
    as_of : Timestamp
        Last day counted.
    by : str, optional
        Split by this column, such as ``purpose`` or ``agent``.

    Returns
    -------
    DataFrame
        By month and year from the first contact on: ``numerator`` [reached], ``denominator`` [contacts],
        ``value`` [fraction 0-1], ``low``, ``high`` (95 % Wilson). Higher is better.
    """
    return _share_of_contacts(contacts, contacts["reached"], as_of=as_of, by=by)


def invalid_phone_rate(contacts: pd.DataFrame, *, as_of: pd.Timestamp, by: str | None = None) -> pd.DataFrame:
    """Of the contacts tried, the share whose number turned out to be wrong or dead.

    As :func:`reached_rate`, over ``phone_valid`` (unknown: no case). Lower is better.

    Notes
    -----
    Source: 《2011年客服关系年度工作规划》.
    """
    return _share_of_contacts(contacts, ~contacts["phone_valid"], as_of=as_of, by=by)


def invalid_phone_vehicles(contacts: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Vehicles whose number was wrong when it was last tried: the ones to correct.

    Returns
    -------
    DataFrame
        One row at ``as_of``: ``numerator`` and ``value`` [vehicles], ``denominator`` [vehicles ever tried].
    """
    tried = contacts.dropna(subset=["phone_valid", "vin"]).sort_values("contact_date", kind="stable")
    last = tried.drop_duplicates("vin", keep="last")["phone_valid"].astype(bool)
    wrong = (~last).sum()
    return tidy([f"{as_of:%Y-%m-%d}"], numerator=wrong, denominator=len(last), value=wrong)


def contacts_made(contacts: pd.DataFrame, *, as_of: pd.Timestamp, by: str | None = None) -> pd.DataFrame:
    """Contacts by month and year, split by the column ``by`` if one is named: ``value`` [contacts]."""
    dates = contacts["contact_date"]
    return counts_by_period(dates, since=dates.min(), as_of=as_of, labels=split_labels(contacts, by))


def contacts_per_case(contacts: pd.DataFrame, *, by: str | None = None) -> pd.DataFrame:
    """How many contacts one customer takes until reached or given up.

    Parameters
    ----------
    contacts : DataFrame
        One row a contact: ``contact_date``, ``attempt`` (empty: a first one) and the column ``by``.
    by : str, optional
        Split by this column, such as ``purpose``.

    Returns
    -------
    DataFrame
        By year: ``numerator`` [contacts], ``denominator`` [first attempts], ``value`` [ratio]; NaN without a
        first attempt.
    """
    known = contacts if by is None else contacts.dropna(subset=[by])
    first = (known["attempt"].fillna(1) == 1).astype(bool)
    keys = [known["contact_date"].dt.year.rename("year"), *([known[by]] if by else [])]
    counts = pd.DataFrame({"contacts": 1, "first": first}).groupby(keys).sum().reset_index()
    groups = {by: counts[by]} if by else {}
    return tidy(
        counts["year"].astype("str"), numerator=counts["contacts"], denominator=counts["first"], **groups
    )


def daily_contacts(contacts: pd.DataFrame, *, by_agent: bool = True) -> pd.DataFrame:
    """Contacts per agent and working day, a day on which the agent made any.

    Parameters
    ----------
    contacts : DataFrame
        One row a contact: ``contact_date``, ``agent``; those without ``agent`` are left out.
    by_agent : bool
        One row an ``agent``, or one for all of them.

    Returns
    -------
    DataFrame
        By year: ``numerator`` [contacts], ``denominator`` [working days], ``value``, ``low``, ``high``
        (Student's 95 % interval of the mean of days).
    """
    known = contacts.dropna(subset=["agent"])
    day = known["contact_date"].dt.normalize()
    days = known.groupby(["agent", day]).size().rename("contacts").reset_index()
    names = [days["contact_date"].dt.year.rename("year"), *([days["agent"]] if by_agent else [])]
    groups = list(days.groupby(names)["contacts"])
    numbers = [(made.sum(), len(made), made.mean(), *mean_t(made)) for _, made in groups]
    columns = np.array(numbers, dtype=float).reshape(-1, 5).T
    agents = {"agent": [key[1] for key, _ in groups]} if by_agent else {}
    return tidy(
        [str(key[0]) for key, _ in groups],
        **dict(zip(("numerator", "denominator", "value", "low", "high"), columns, strict=True)),
        **agents,
    )


def _share_of_contacts(
    contacts: pd.DataFrame, yes: pd.Series, *, as_of: pd.Timestamp, by: str | None
) -> pd.DataFrame:
    dates = contacts["contact_date"]
    return share_by_period(dates, yes, since=dates.min(), as_of=as_of, labels=split_labels(contacts, by))


def _followed(cases: pd.DataFrame, contacts: pd.DataFrame, within_days: int) -> np.ndarray:
    """Which cases have a contact of their vehicle on the day itself or so many days after it."""
    made = contacts.dropna(subset=["vin"])
    codes, _ = pd.factorize(pd.concat([cases["vin"], made["vin"]], ignore_index=True))
    days = pd.concat([cases["date"], made["contact_date"]], ignore_index=True)
    day = days.to_numpy(dtype="datetime64[D]").astype("int64")
    # A vehicle's days lie so far from the next vehicle's that no window reaches across.
    place = codes.astype("int64") * (np.ptp(day) + within_days + 2 if len(day) else 1) + (
        day - day.min(initial=0)
    )
    wanted, there = place[: len(cases)], np.sort(place[len(cases) :])
    following = np.append(there, np.iinfo(np.int64).max)[np.searchsorted(there, wanted)]
    followed: np.ndarray = following - wanted <= within_days
    return followed
