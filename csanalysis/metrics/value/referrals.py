"""Customers who bring buyers: how many, what the manufacturer pays for them, and which customers they are."""

import numpy as np
import pandas as pd

from csanalysis.metrics.customers.classes import CLASSES, visit_class
from csanalysis.metrics.customers.units import units
from csanalysis.metrics.periods import date_plus_months
from csanalysis.metrics.results import tidy, with_period_kind
from csanalysis.metrics.stats.by_period import amounts_by_period, counts_by_period, share_by_period
from csanalysis.metrics.stats.intervals import wilson

RECENT_MONTHS = 12


def referral_rebate(
    referrals: pd.DataFrame, *, as_of: pd.Timestamp, rebate: float | None = None
) -> pd.DataFrame:
    """Rebates of the referrals that were matched with a buyer.

    Parameters
    ----------
    referrals : DataFrame
        One row a referral: ``referral_date``, ``matched``, ``rebate_amount``.
    as_of : Timestamp
        Last day counted.
    rebate : float, optional
        For a matched referral without an amount [yuan].

    Returns
    -------
    DataFrame
        For every month from the first referral's on, then every year: ``denominator`` [matched referrals],
        ``value`` [yuan]; 0 where none was matched, NaN where some were and none has an amount. Higher is
        better.

    Notes
    -----
    150 referrals x 850 yuan = 127,500 yuan.
    Source: 《养羊与薅毛并举，永续经营始于当下》.
    """
    matched = referrals[_matched(referrals)]
    amounts = matched["rebate_amount"] if rebate is None else matched["rebate_amount"].fillna(rebate)
    since = referrals["referral_date"].min()
    return amounts_by_period(matched["referral_date"], amounts, since=since, as_of=as_of)


def referrals_invited(referrals: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Referrals recorded, matched or not: ``value`` by month and year. Higher is better."""
    return counts_by_period(referrals["referral_date"], since=referrals["referral_date"].min(), as_of=as_of)


def referral_match_rate(referrals: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Of a year's referrals, the share matched with a buyer.

    Returns
    -------
    DataFrame
        One row a year: ``numerator``, ``denominator`` [referrals], ``value`` [fraction 0-1], ``low``,
        ``high`` (95 % Wilson). Higher is better.
    """
    dates = referrals["referral_date"]
    shares = share_by_period(dates, referrals["matched"], since=dates.min(), as_of=as_of)
    return with_period_kind(shares, "year").reset_index(drop=True)


def referrer_share(
    referrals: pd.DataFrame, visits: pd.DataFrame, sales: pd.DataFrame, *, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Share of each class's customers who brought somebody in the last twelve months, matched or not.

    Parameters
    ----------
    referrals : DataFrame
        One row a referral: ``referral_date``, ``referrer_id``.
    visits, sales : DataFrame
        Clean tables; the class is that of the customer's visits in the same twelve months.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        One row a ``visit_class``: ``numerator``, ``denominator`` [customers], ``value`` [fraction 0-1],
        ``low``, ``high`` (95 % Wilson). Higher is better.
    """
    numbered = units(visits, sales, unit="customer")
    classes = visit_class(numbered.visits, numbered.sales, at=as_of)
    recent = referrals[(referrals["referral_date"] > date_plus_months(as_of, -RECENT_MONTHS)).to_numpy()]
    place = numbered.names.get_indexer(pd.Index(recent["referrer_id"].dropna().unique()))
    brought = np.bincount(classes[place[place >= 0]].clip(min=0), minlength=len(CLASSES))
    known = np.bincount(classes[classes >= 0], minlength=len(CLASSES))
    low, high = wilson(brought, known)
    return tidy(
        [f"{as_of:%Y-%m-%d}"] * len(CLASSES),
        numerator=brought,
        denominator=known,
        low=low,
        high=high,
        visit_class=CLASSES,
    )


def _matched(referrals: pd.DataFrame) -> pd.Series:
    return referrals["matched"].fillna(False).astype(bool)
