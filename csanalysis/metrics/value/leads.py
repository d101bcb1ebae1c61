"""Leads given up and taken up again: what became of them, and the cost of new ones that it saved."""

import numpy as np
import pandas as pd

from csanalysis.metrics.results import tidy, with_period_kind
from csanalysis.metrics.stats.by_period import counts_by_period, share_by_period

VERDICTS = ("won_after_all", "taken_up", "same_brand", "stands")


def leads_reactivated(leads: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Leads taken up again after they had been given up, by the day on which they were.

    Parameters
    ----------
    leads : DataFrame
        One row a lead: ``created_date``, ``reactivated_date``.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        ``value`` [leads] for every month from the first lead's on, then every year. Higher is better.

    Notes
    -----
    Source: 《养羊与薅毛并举，永续经营始于当下》.
    """
    return counts_by_period(leads["reactivated_date"], since=leads["created_date"].min(), as_of=as_of)


def reactivated_won(leads: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Of the leads taken up again, those that bought on or after that day; by the day of being taken up.

    Columns as in :func:`leads_reactivated`. The last months' leads may still buy.
    """
    won = leads["reactivated_date"].where(_won_again(leads))
    return counts_by_period(won, since=leads["created_date"].min(), as_of=as_of)


def lead_cost_saved(reactivated: pd.DataFrame, *, costs: tuple[float, float]) -> pd.DataFrame:
    """What as many new leads would have cost.

    Parameters
    ----------
    reactivated : DataFrame
        From :func:`leads_reactivated`.
    costs : tuple of float
        Low and high cost of a new lead [yuan].

    Returns
    -------
    DataFrame
        One row a period and ``bound`` (low, high): ``value`` [yuan]. Higher is better.

    Notes
    -----
    316 leads x 300...400 yuan = 94,800...126,400 yuan.
    Source: 《养羊与薅毛并举，永续经营始于当下》.
    """
    parts = [
        tidy(reactivated["period"], value=reactivated["value"].to_numpy() * cost, bound=bound)
        for bound, cost in zip(("low", "high"), costs, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)


def leads_defeated(leads: pd.DataFrame, *, as_of: pd.Timestamp, by: str | None = None) -> pd.DataFrame:
    """Leads given up, by the day on which they were.

    Parameters
    ----------
    leads : DataFrame
        One row a lead.
    as_of : Timestamp
        Last day counted.
    by : str, optional
        Split by this column, such as ``defeat_reason``, or ``verdict`` of :func:`verdicts`; a lead without
        an entry in it counts nowhere.

    Returns
    -------
    DataFrame
        ``value`` [leads] by month and year; split, by year alone. Lower is better.
    """
    labels = leads[by] if by else None
    counts = counts_by_period(
        leads["defeated_date"], since=leads["created_date"].min(), as_of=as_of, labels=labels
    )
    return with_period_kind(counts, "year").reset_index(drop=True) if by else counts


def false_defeat_rate(leads: pd.DataFrame, *, as_of: pd.Timestamp, by: str | None = None) -> pd.DataFrame:
    """Of the leads given up in a year, the share that was taken up again or bought here after all.

    Parameters
    ----------
    leads : DataFrame
        One row a lead.
    as_of : Timestamp
        Last day counted.
    by : str, optional
        Split by this column, such as ``defeat_reason``.

    Returns
    -------
    DataFrame
        One row a year (and value of ``by``): ``numerator``, ``denominator`` [leads], ``value`` [fraction
        0-1], ``low``, ``high`` (95 % Wilson); NaN in a year without any. Lower is better.

    Notes
    -----
    A floor: of the leads that nobody called again it is not known.
    Source: 《养羊与薅毛并举，永续经营始于当下》.
    """
    false = pd.Series(verdicts(leads).isin(VERDICTS[:2]), index=leads.index)
    return _yearly_share(leads, leads["defeated_date"], false, as_of, None if by is None else leads[by])


def reactivated_won_rate(leads: pd.DataFrame, *, as_of: pd.Timestamp, by_agent: bool = False) -> pd.DataFrame:
    """Of the leads taken up again in a year, the share that bought; columns as in :func:`false_defeat_rate`.

    ``by_agent`` splits by the ``agent`` who took them up. Higher is better.
    """
    agent = leads["reactivated_by"].rename("agent") if by_agent else None
    return _yearly_share(leads, leads["reactivated_date"], _won_again(leads), as_of, agent)


def _yearly_share(
    leads: pd.DataFrame, dates: pd.Series, yes: pd.Series, as_of: pd.Timestamp, labels: pd.Series | None
) -> pd.DataFrame:
    since = leads["created_date"].min()
    shares = with_period_kind(share_by_period(dates, yes, since=since, as_of=as_of, labels=labels), "year")
    return shares.reset_index(drop=True)


def _won_again(leads: pd.DataFrame) -> pd.Series:
    return leads["won_date"] >= leads["reactivated_date"]


def verdicts(leads: pd.DataFrame) -> pd.Categorical:
    """What became of each lead since it was given up, one of :data:`VERDICTS`.

    Bought here after all (``won_after_all``), taken up again (``taken_up``), lost to another store of the
    brand (``same_brand``), or not heard of since (``stands``).
    """
    bought = (leads["won_date"] >= leads["defeated_date"]).to_numpy()
    became = np.select(
        [
            bought | _won_again(leads).to_numpy(),
            leads["reactivated_date"].notna().to_numpy(),
            leads["lost_to_same_brand"].fillna(False).to_numpy(dtype=bool),
        ],
        VERDICTS[:3],
        VERDICTS[3],
    )
    return pd.Categorical(became, VERDICTS)
