"""Campaigns: what past ones cost and brought, and what the plan's may bring, judged by them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from csanalysis.metrics.periods import span
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import wilson

REFERENCE_YEARS = 3
"""The reference rates rest on the campaigns of this many last complete years."""

FEWEST_CAMPAIGNS = 3
"""Fewer past campaigns of a kind say nothing about how much one differs from the next: no interval."""

RATIOS = {
    "campaign_cost_per_arrival": ("cost", "arrived"),
    "campaign_revenue_per_arrival": ("revenue", "arrived"),
    "campaign_return_on_cost": ("revenue", "cost"),
}
"""By metric of :func:`campaign_ratios` the columns that are summed and divided."""


def campaign_ratios(
    campaigns: pd.DataFrame, *, as_of: pd.Timestamp, by: str | None = None, years: Sequence[int] | None = None
) -> dict[str, pd.DataFrame]:
    """What campaigns cost and brought.

    Parameters
    ----------
    campaigns : DataFrame
        One row a campaign: ``start_date``, ``cost``, ``arrived``, ``revenue`` and the column ``by``.
    as_of : Timestamp
        Last day counted.
    by : str, optional
        Split by this column, such as ``kind`` or ``campaign_id``.
    years : sequence of int, optional
        One figure for these years together, instead of one a year.

    Returns
    -------
    dict of str to DataFrame
        ``campaign_cost_per_arrival`` [money], ``campaign_revenue_per_arrival`` [money] and
        ``campaign_return_on_cost`` [revenue over cost], each sum over sum of the campaigns that give both
        numbers, with ``numerator`` and ``denominator``; NaN over 0.

    Notes
    -----
    Source: 《年初的工作规划该怎样做？——4S店客服篇》.
    """
    return {metric: campaign_ratio(campaigns, metric, as_of=as_of, by=by, years=years) for metric in RATIOS}


def campaign_ratio(
    campaigns: pd.DataFrame,
    metric: str,
    *,
    as_of: pd.Timestamp,
    by: str | None = None,
    years: Sequence[int] | None = None,
) -> pd.DataFrame:
    """One metric of :func:`campaign_ratios`, which says what it takes."""
    columns = RATIOS[metric]
    sums = _sums(campaigns, columns, as_of=as_of, by=by, years=years)
    groups = {} if by is None else {by: sums[by]}
    return tidy(sums["period"], numerator=sums[columns[0]], denominator=sums[columns[1]], **groups)


def campaign_arrival_rate_of_years(
    campaigns: pd.DataFrame, *, as_of: pd.Timestamp, years: Sequence[int], by: str | None = None
) -> pd.DataFrame:
    """Arrivals over invitations of several years together, as :func:`campaign_arrival_rate` by year.

    Returns
    -------
    DataFrame
        One row, or one a group, with the span of years: ``numerator`` [arrived], ``denominator`` [invited],
        ``value`` [fraction], ``low``, ``high`` (95 % Wilson).
    """
    sums = _sums(campaigns, ("arrived", "invited"), as_of=as_of, by=by, years=years)
    low, high = wilson(sums["arrived"], sums["invited"])
    groups = {} if by is None else {by: sums[by]}
    return tidy(
        sums["period"], numerator=sums["arrived"], denominator=sums["invited"], low=low, high=high, **groups
    )


def campaign_dispersion(
    campaigns: pd.DataFrame, *, as_of: pd.Timestamp, years: Sequence[int]
) -> pd.DataFrame:
    """How far campaigns of one kind differ in what they draw, as a multiple of what chance would do.

    Parameters
    ----------
    campaigns : DataFrame
        One row a campaign: ``start_date``, ``kind``, ``invited``, ``arrived``.
    as_of : Timestamp
        Last day counted.
    years : sequence of int
        Of these years together.

    Returns
    -------
    DataFrame
        One row, the span: ``numerator`` [campaigns], ``denominator`` = campaigns less kinds, ``value`` =
        variance of arrivals about their kind's rate over that of independent invitations, 1 at least. NaN
        without two campaigns of one kind.

    Notes
    -----
    Sum over sum, and not the mean of ratios: large campaigns weigh in a kind's rate as much as they do here.
    Source: W. G. Cochran (1977), Sampling Techniques, section 6.4.
    """
    known = campaigns[(campaigns["start_date"] <= as_of) & campaigns["start_date"].dt.year.isin(list(years))]
    known = known.dropna(subset=["invited", "arrived", "kind"])
    known = known[known["invited"] > 0]
    invited, arrived = (known[name].to_numpy(float) for name in ("invited", "arrived"))
    sums = known.groupby("kind")[["arrived", "invited"]].transform("sum").to_numpy(float)
    rate = sums[:, 0] / sums[:, 1]
    chance = invited * rate * (1 - rate)
    freedom = len(known) - known["kind"].nunique()
    times = np.nan
    if freedom > 0:
        squares = float(((arrived - rate * invited) ** 2).sum()) * len(known) / freedom
        times = max(1.0, squares / chance.sum()) if chance.sum() > 0 else 1.0
    return tidy([span(list(years))], value=[times], numerator=[len(known)], denominator=[freedom])


@dataclass(frozen=True)
class OutcomeRate:
    """What one invitation brings, judged by past campaigns of one kind.

    ``per_invitation`` is the rate, ``scatter`` how far a campaign is from it (variance over invitations),
    ``invitations`` how many it rests on, ``freedom`` the campaigns less one; ``scatter`` is NaN where they
    are too few.
    """

    per_invitation: float
    scatter: float
    invitations: float
    freedom: int

    def variance(self, invited: float) -> float:
        """Of what so many new invitations bring: their own scatter, and the rate's own uncertainty."""
        return self.scatter * invited * (1 + invited / self.invitations)


def past_outcome_rate(campaigns: pd.DataFrame, outcome: str) -> OutcomeRate | None:
    """The rate of an outcome per invitation, and its scatter.

    Parameters
    ----------
    campaigns : DataFrame
        Past campaigns of one kind: ``invited`` and the column ``outcome``.
    outcome : str
        ``arrived`` or ``revenue``.

    Returns
    -------
    Reference or None
        None without a campaign that gives both numbers and invited anyone. Arrivals scatter at least as much
        as so many independent yes-or-no answers.

    Notes
    -----
    A line through the origin, its variance in proportion to the invitations (ratio estimator).
    Source: W. G. Cochran (1977), Sampling Techniques, chapter 6.
    """
    known = campaigns.dropna(subset=["invited", outcome])
    known = known[known["invited"] > 0]
    if known.empty:
        return None
    invited, brought = known["invited"].to_numpy(float), known[outcome].to_numpy(float)
    rate, freedom = brought.sum() / invited.sum(), len(known) - 1
    scatter = np.nan
    if len(known) >= FEWEST_CAMPAIGNS:
        scatter = float(((brought - rate * invited) ** 2 / invited).sum() / freedom)
        if outcome == "arrived" and rate <= 1:
            scatter = max(scatter, rate * (1 - rate))
    return OutcomeRate(float(rate), scatter, float(invited.sum()), freedom)


def expected_outcome(
    planned: pd.DataFrame, references: dict[str, OutcomeRate | None], *, most: bool = False
) -> tuple[float, float, float]:
    """What several planned events bring together: value and 95 % prediction interval.

    Parameters
    ----------
    planned : DataFrame
        One row an event: ``kind``, ``invited``; those of a kind without reference are left out.
    references : dict
        By kind.
    most : bool
        Nobody can come twice: keep the interval below the number invited.

    Returns
    -------
    tuple of float
        ``value``, ``low``, ``high``; NaN where no event has a reference, the interval also where one of the
        references has no scatter.
    """
    invited = planned.groupby("kind")["invited"].sum(min_count=1).dropna()
    known = [(invited[kind], found) for kind in invited.index if (found := references.get(str(kind)))]
    if not known:
        return np.nan, np.nan, np.nan
    value = sum(count * found.per_invitation for count, found in known)
    variance = sum(found.variance(count) for count, found in known)
    reach = scipy.stats.t.ppf(0.975, min(found.freedom for _, found in known)) * np.sqrt(variance)
    highest = sum(count for count, _ in known) if most else np.inf
    low, high = np.clip([value - reach, value + reach], 0, highest)
    return float(value), float(low), float(high)


def _sums(
    campaigns: pd.DataFrame,
    columns: tuple[str, str],
    *,
    as_of: pd.Timestamp,
    by: str | None,
    years: Sequence[int] | None,
) -> pd.DataFrame:
    """Two columns added up by period and split, over the campaigns that give both."""
    split = [] if by is None else [by]
    known = campaigns[campaigns["start_date"] <= as_of].dropna(subset=[*columns, *split])
    year = known["start_date"].dt.year.astype(int)
    if years is None:
        known = known.assign(period=year.astype("str"))
    else:
        known = known[year.isin(list(years))].assign(period=span(list(years)) if years else "")
    return known.groupby(["period", *split])[list(columns)].sum().astype(float).reset_index()
