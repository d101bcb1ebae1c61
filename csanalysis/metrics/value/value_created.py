"""What customer service brought in, source by source: money counted in the books, and money estimated."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.metrics.results import tidy, with_period_kind
from csanalysis.metrics.stats.by_period import amounts_by_period

COUNTED = ("referral_rebate", "recovered_items")
ESTIMATED = ("lead_cost_saved", "reminder_effect")
SOURCES = (*COUNTED, *ESTIMATED)


def recovered_amount(items: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Declined proposals that were done after all, once somebody had followed them up.

    Parameters
    ----------
    items : DataFrame
        Clean table ``upsell_items``: ``followed_up_date``, ``recovered_date``, ``recovered_amount``.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        By month and year of ``recovered_date``, from the first follow-up on: ``denominator`` [items],
        ``value`` [yuan]; 0 without any, NaN where none has an amount. Higher is better.

    Notes
    -----
    Source: 《借助分级管理机制提升维修增项成功比例》.
    """
    done = items[(items["recovered_date"] >= items["followed_up_date"]).to_numpy()]
    since = items["followed_up_date"].min()
    return amounts_by_period(done["recovered_date"], done["recovered_amount"], since=since, as_of=as_of)


def value_created(parts: Mapping[str, pd.DataFrame]) -> list[pd.DataFrame]:
    """One table of what customer service brought in.

    Parameters
    ----------
    parts : mapping of str to DataFrame
        For each of :data:`SOURCES` that the dealership has data of: ``period``, ``value`` [yuan] and, where
        it is an estimate, ``low`` and ``high``.

    Returns
    -------
    list of DataFrame
        By year: whole; by ``basis`` (counted, estimate); by ``value_source``. The whole is the sum of the
        sources known that year, without interval: a sum of estimates that hang together has none that is
        honest.

    Notes
    -----
    Of the cost of leads saved the low bound, of reminders the difference and not the gross amount.
    """
    yearly = {
        name: with_period_kind(parts[name], "year").assign(
            value_source=name, basis="counted" if name in COUNTED else "estimate"
        )
        for name in SOURCES
        if name in parts
    }
    rows = [frame for frame in yearly.values() if len(frame)]
    if not rows:
        return []
    known = pd.concat(rows, ignore_index=True).sort_values(["value_source", "period"], kind="stable")
    return [
        _sums(known, []),
        _sums(known, ["basis"]),
        tidy(
            known["period"],
            value=known["value"],
            low=known["low"],
            high=known["high"],
            value_source=known["value_source"],
        ),
    ]


def _sums(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    sums = rows.groupby([*by, "period"])["value"].sum(min_count=1).reset_index()
    return tidy(sums["period"], value=sums["value"], **{name: sums[name] for name in by})
