"""Upsell (维修增项): how often work is proposed, how often it is agreed to, and what becomes of the rest.

Cases are those of :func:`csanalysis.metrics.upsell.cases.upsell_cases`; the timeline places them in the
months reported. Rates come by month and year for every split, 95 % Wilson intervals with them.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.periods import PeriodKind
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import wilson
from csanalysis.metrics.stats.tallies import Split, Timeline, column_split, split_by

VISIT_STAGES = ("visits", "visits_with_items")
ITEM_STAGES = ("proposed", "accepted", "declined", "followed_up", "recovered")


def upsell_visit_rate(
    cases: pd.DataFrame,
    visits: pd.DataFrame,
    *,
    since: pd.Timestamp,
    as_of: pd.Timestamp,
    by: str | None = None,
) -> pd.DataFrame:
    """Share of the visits on which anything was proposed (增修率).

    Parameters
    ----------
    cases : DataFrame
        Proposed items: ``visit``.
    visits : DataFrame
        One row a repair order: ``visit_date`` and the column ``by``.
    since, as_of : Timestamp
        First and last month reported, by the date of the visit.
    by : str, optional
        Split by this column of the visits.

    Returns
    -------
    DataFrame
        By month and year (and ``by``): ``numerator`` [repair orders with an item], ``denominator`` [repair
        orders], ``value`` [fraction 0-1], ``low``, ``high``; NaN without visits. Items of an unknown order
        do not count. Higher is better.

    Notes
    -----
    Source: 《借助分级管理机制提升维修增项成功比例》.
    """
    timeline = Timeline.spanning(visits["visit_date"], since=since, as_of=as_of)
    split = column_split(visits, by)
    return _rate(timeline, split, visits_with_items(cases, visits))


def visits_with_items(cases: pd.DataFrame, visits: pd.DataFrame) -> NDArray[np.bool_]:
    """Which of the visits have a proposed item."""
    proposed = np.zeros(len(visits), dtype=bool)
    proposed[cases["visit"].to_numpy()[cases["visit"].to_numpy() >= 0]] = True
    return proposed


def upsell_success_rate(
    cases: pd.DataFrame, timeline: Timeline, *, by: tuple[str, ...] = (), kind: PeriodKind | None = None
) -> pd.DataFrame:
    """Share of the proposed items that were accepted (增项成功率).

    Parameters
    ----------
    cases : DataFrame
        Proposed items: ``accepted`` and the columns ``by``.
    timeline : Timeline
        Of the cases' dates.
    by : tuple of str
        Split by these labels; an item without one of them is left out.
    kind : {"month", "year"}, optional
        Only months, or only years.

    Returns
    -------
    DataFrame
        By month and year (and ``by``): ``numerator`` [accepted items], ``denominator`` [proposed items],
        ``value`` [fraction 0-1], ``low``, ``high``; NaN where nothing was proposed. Higher is better.

    Notes
    -----
    Source: 《借助分级管理机制提升维修增项成功比例》.
    """
    return _rate(timeline, split_by(cases, *by), cases["accepted"].to_numpy(), kind=kind)


def upsell_amount_success_rate(
    cases: pd.DataFrame, timeline: Timeline, *, by: tuple[str, ...] = (), kind: PeriodKind | None = None
) -> pd.DataFrame:
    """Share of the proposed amount that was accepted.

    Parameters
    ----------
    cases, timeline, by, kind
        As in :func:`upsell_success_rate`; ``amount`` too.

    Returns
    -------
    DataFrame
        By month and year (and ``by``): ``numerator`` [accepted yuan], ``denominator`` [proposed yuan],
        ``value`` [fraction 0-1]; NaN where nothing was proposed. It has no interval: amounts are no trials.
        Higher is better.
    """
    split, periods = split_by(cases, *by), timeline.periods(kind)
    accepted, amount = cases["accepted"].to_numpy(), cases["amount"].to_numpy()
    over = timeline.sums(split, np.where(accepted, amount, 0.0), kind=kind)
    under = timeline.sums(split, amount, kind=kind)
    return tidy(
        periods * len(split), numerator=over.ravel(), denominator=under.ravel(), **split.labels(len(periods))
    )


def upsell_declines(
    declined: pd.DataFrame, timeline: Timeline, *, by: tuple[str, ...] = (), amounts: bool = False
) -> pd.DataFrame:
    """Declined items by year, such as by ``decline_reason``.

    Parameters
    ----------
    declined : DataFrame
        The declined ones of the cases.
    timeline : Timeline
        Of their dates.
    by : tuple of str
        Split by these labels; an item without one of them is left out.
    amounts : bool
        Sum what was quoted instead of counting items.

    Returns
    -------
    DataFrame
        By year (and ``by``): ``value`` [items, or yuan]. Lower is better.
    """
    split, years = split_by(declined, *by), timeline.periods("year")
    weights = declined["amount"].to_numpy() if amounts else None
    sums = timeline.sums(split, weights, kind="year")
    return tidy(years * len(split), value=sums.ravel(), **split.labels(len(years)))


def upsell_funnel(
    cases: pd.DataFrame, timeline: Timeline, *, by: tuple[str, ...] = (), amounts: bool = False
) -> pd.DataFrame:
    """From proposed to recovered: how many items, or how much money, reach each stage.

    Parameters
    ----------
    cases, timeline
        As in :func:`upsell_success_rate`.
    by : tuple of str
        Columns of ``cases`` to split by, such as ``grade``.
    amounts : bool
        Yuan instead of items; recovered is what was paid for it in the end.

    Returns
    -------
    DataFrame
        By month and year of the proposal, ``stage`` (and ``by``): ``value`` [items or yuan]. Followed up
        and recovered are those of the declined.
    """
    split = split_by(cases, *by)
    accepted = cases["accepted"].to_numpy()
    unit = cases["amount"].to_numpy() if amounts else np.ones(len(cases))
    weights = (
        unit,
        np.where(accepted, unit, 0.0),
        np.where(accepted, 0.0, unit),
        np.where(cases["followed_up_date"].notna(), unit, 0.0),
        cases["recovered_amount" if amounts else "recovered"].to_numpy(float),
    )
    periods = timeline.periods()
    sums = np.concatenate([timeline.sums(split, weight).ravel() for weight in weights])
    labels = {name: column * len(weights) for name, column in split.labels(len(periods)).items()}
    stages = np.repeat(ITEM_STAGES, len(periods) * len(split))
    return tidy(periods * len(split) * len(weights), value=sums, stage=stages, **labels)


def upsell_visit_stages(rate: pd.DataFrame) -> pd.DataFrame:
    """The two stages before the items: visits, and those on which anything was proposed.

    ``rate`` is :func:`upsell_visit_rate` of the store; the result goes with :func:`upsell_funnel`.
    """
    counts = np.concatenate([rate["denominator"], rate["numerator"]])
    return tidy([*rate["period"]] * 2, value=counts, stage=np.repeat(VISIT_STAGES, len(rate)))


def followed_up_on_time(
    declined: pd.DataFrame, visits: pd.DataFrame, contacts: pd.DataFrame | None, *, days: int
) -> NDArray[np.float64]:
    """Whether each declined item was followed up in time: 1 or 0, NaN where nothing can tell.

    Parameters
    ----------
    declined : DataFrame
        The declined ones of the cases.
    visits : DataFrame
        One row a repair order: ``vin``.
    contacts : DataFrame or None
        Customer contacts, a clean table; without it nobody knows of grade C.
    days : int
        Grade A is to be followed up so many days after the proposal at the latest.

    Notes
    -----
    A within ``days``, the day of the proposal included; B on or before ``due_date``, never without one; C
    with a campaign contact of the vehicle that was reached on a later day. A follow-up before the proposal
    is none.
    """
    followed, date = declined["followed_up_date"], declined["date"]
    grade = declined["grade"]
    after = followed >= date
    soon = after & (followed <= date + pd.Timedelta(days=days))
    due = after & (followed <= declined["due_date"])
    found = np.where(grade == "A", soon, (grade == "B") & due).astype(float)
    rest = np.flatnonzero(grade == "C")
    if contacts is None:
        found[rest] = np.nan
        return found
    reached = contacts[(contacts["purpose"] == "campaign") & contacts["reached"].fillna(False).astype(bool)]
    latest = reached.groupby("vin")["contact_date"].max().dt.normalize()
    rest = rest[declined["visit"].to_numpy()[rest] >= 0]
    vins = visits["vin"].take(declined["visit"].to_numpy()[rest])
    found[rest] = latest.reindex(vins).to_numpy() > date.to_numpy()[rest]
    return found


def follow_up_on_time_rate(
    declined: pd.DataFrame, timeline: Timeline, on_time: NDArray[np.float64], *, by: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Share of the declined items that were followed up in time.

    Parameters
    ----------
    declined : DataFrame
        The declined ones of the cases.
    timeline : Timeline
        Of their dates.
    on_time : array
        :func:`followed_up_on_time`.
    by : tuple of str
        Split by these labels.

    Returns
    -------
    DataFrame
        By month and year of the proposal (and ``by``): ``numerator`` [items in time], ``denominator``
        [declined items], ``value`` [fraction 0-1], ``low``, ``high``; NaN without declined items, or where
        it is not known of all of them. Higher is better.

    Notes
    -----
    Source: 《借助分级管理机制提升维修增项成功比例》.
    """
    return _rate(timeline, split_by(declined, *by), on_time)


def recovery_rate(declined: pd.DataFrame, timeline: Timeline, *, by: tuple[str, ...] = ()) -> pd.DataFrame:
    """Share of the declined items that were done later, however much later.

    Parameters
    ----------
    declined, timeline, by
        As in :func:`follow_up_on_time_rate`.

    Returns
    -------
    DataFrame
        By month and year of the proposal (and ``by``): ``numerator`` [recovered items], ``denominator``
        [declined items], ``value`` [fraction 0-1], ``low``, ``high``; NaN without declined items. The latest
        periods are low, since their customers have had less time. Higher is better.
    """
    return _rate(timeline, split_by(declined, *by), declined["recovered"].to_numpy())


def _rate(
    timeline: Timeline,
    split: Split,
    yes: NDArray[np.bool_] | NDArray[np.float64],
    *,
    kind: PeriodKind | None = None,
) -> pd.DataFrame:
    """Share of the rows that are a yes by split and period; NaN where a row says neither yes nor no."""
    periods = timeline.periods(kind)
    over = timeline.sums(split, yes.astype(float), kind=kind).ravel()
    under = timeline.sums(split, kind=kind).ravel()
    low, high = wilson(over, under)
    return tidy(
        periods * len(split),
        numerator=over,
        denominator=under,
        low=low,
        high=high,
        **split.labels(len(periods)),
    )
