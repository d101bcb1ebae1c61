"""How work is graded: whether a grade means anything to customers, who grades higher than the colleagues.

Cases are those of :func:`csanalysis.metrics.upsell.cases.upsell_cases`.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import wilson
from csanalysis.metrics.stats.standardisation import mantel_haenszel_difference, risk_difference
from csanalysis.metrics.stats.tallies import Timeline, count_hits, split_by
from csanalysis.metrics.upsell.cases import GRADES

PAIRS = (("A", "B"), ("B", "C"), ("A", "C"))


def upsell_grade_gap(
    cases: pd.DataFrame, *, since: pd.Timestamp | None, as_of: pd.Timestamp, standardised: bool = False
) -> pd.DataFrame:
    """How much more often items of a more urgent grade are accepted.

    Parameters
    ----------
    cases : DataFrame
        Proposed items: ``accepted``, ``grade``, ``item``, ``date``.
    since : Timestamp or None
        Only items from this day on, such as the beginning of grading; all of them unless given.
    as_of : Timestamp
        Last day counted.
    standardised : bool
        Compare the same items in both grades with each other (Mantel-Haenszel) instead of all items.

    Returns
    -------
    DataFrame
        Of ``as_of``, one row a ``pair`` (A-B, B-C, A-C): ``value`` [difference of fractions], ``low``,
        ``high`` (95 % Newcombe, or Klingenberg). NaN where a grade has no items, or standardised no item has
        both grades. Higher is better.
    """
    used = cases if since is None else cases[cases["date"] >= since]
    grade, item = _codes(used["grade"].cat.set_categories(GRADES)), _codes(used["item"])
    items = len(used["item"].cat.categories)
    accepted, proposed = count_hits((grade, item), (len(GRADES), items), used["accepted"].to_numpy())
    found = []
    for first, second in PAIRS:
        rows = GRADES.index(first), GRADES.index(second)
        table = [counts[row] for row in rows for counts in (accepted, proposed)]
        found.append(
            mantel_haenszel_difference(*table)
            if standardised
            else risk_difference(*(counts.sum() for counts in table))
        )
    value, low, high = np.array(found).T
    pairs = ["-".join(pair) for pair in PAIRS]
    return tidy([f"{as_of:%Y-%m-%d}"] * len(PAIRS), value=value, low=low, high=high, pair=pairs)


def upsell_grade_a_share(
    cases: pd.DataFrame, timeline: Timeline, *, by: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Share of the proposed items that were graded A.

    Parameters
    ----------
    cases : DataFrame
        Proposed items: ``grade`` and the columns ``by``.
    timeline : Timeline
        Of the cases' dates.
    by : tuple of str
        Split by these labels.

    Returns
    -------
    DataFrame
        By year (and ``by``): ``numerator`` [A items], ``denominator`` [proposed items], ``value`` [fraction
        0-1], ``low``, ``high`` (95 % Wilson).
    """
    return _share_of_rows((cases["grade"] == "A").to_numpy(), cases, timeline, by)


def upsell_grade_a_excess(cases: pd.DataFrame, timeline: Timeline, *, by: str) -> pd.DataFrame:
    """How much more often a person grades the same items A than the colleagues do.

    Parameters
    ----------
    cases : DataFrame
        Proposed items: ``grade``, ``item`` and the column ``by``.
    timeline : Timeline
        Of the cases' dates.
    by : str
        ``technician`` or ``advisor``; items without an entry in it are left out.

    Returns
    -------
    DataFrame
        By year and ``by``: ``denominator`` [proposed items], ``value`` [difference of fractions], the
        Mantel-Haenszel difference over the items, ``low``, ``high`` (95 % Klingenberg). NaN for a person
        whose items nobody else proposed.
    """
    split, years = split_by(cases, by), timeline.periods("year")
    shape = len(years), len(split), len(cases["item"].cat.categories)
    labels = timeline.year_of_row, split.code, _codes(cases["item"])
    graded_a, proposed = count_hits(labels, shape, (cases["grade"] == "A").to_numpy())
    all_a, all_proposed = graded_a.sum(axis=1), proposed.sum(axis=1)
    found = [
        mantel_haenszel_difference(a, n, all_a[year] - a, all_proposed[year] - n)
        for person in range(len(split))
        for year, (a, n) in enumerate(zip(graded_a[:, person], proposed[:, person], strict=True))
    ]
    value, low, high = np.array(found, dtype=float).reshape(-1, 3).T
    volume = proposed.sum(axis=2).T.ravel()
    periods = years * len(split)
    return tidy(periods, denominator=volume, value=value, low=low, high=high, **split.labels(len(years)))


def upsell_unconfirmed_rate(
    cases: pd.DataFrame, timeline: Timeline, *, above: float | None, by: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Of the costly items, the share that no technical manager confirmed.

    Parameters
    ----------
    cases : DataFrame
        Proposed items: ``amount``, ``confirmed`` and the columns ``by``.
    timeline : Timeline
        Of the cases' dates.
    above : float or None
        Items are costly above this amount [yuan]; None where nothing is checked.
    by : tuple of str
        Split by these labels.

    Returns
    -------
    DataFrame
        By year (and ``by``): ``numerator`` [costly items not confirmed], ``denominator`` [costly items],
        ``value`` [fraction 0-1], ``low``, ``high`` (95 % Wilson). No rows where nothing is checked or no item
        was ever confirmed, so that confirmation is not recorded. Lower is better.

    Notes
    -----
    Source: 《借助分级管理机制提升维修增项成功比例》.
    """
    if above is None or not cases["confirmed"].any():
        return tidy([], **{name: [] for name in by})
    costly = (cases["amount"] > above).to_numpy()
    place = np.where(costly, timeline.place, -1)
    return _share_of_rows(~cases["confirmed"].to_numpy(), cases, Timeline(timeline.months, place), by)


def _codes(labels: pd.Series) -> NDArray[np.int64]:
    return np.asarray(labels.cat.codes, dtype="int64")


def _share_of_rows(
    yes: NDArray[np.bool_], cases: pd.DataFrame, timeline: Timeline, by: tuple[str, ...]
) -> pd.DataFrame:
    split, years = split_by(cases, *by), timeline.periods("year")
    over = timeline.sums(split, yes.astype(float), kind="year").ravel()
    under = timeline.sums(split, kind="year").ravel()
    low, high = wilson(over, under)
    labels = split.labels(len(years))
    return tidy(years * len(split), numerator=over, denominator=under, low=low, high=high, **labels)
