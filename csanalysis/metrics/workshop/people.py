"""Advisors, technicians and teams compared like for like: by the mix of work that each was handed."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.periods import span
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats import normal
from csanalysis.metrics.stats.shrinkage import shrunk
from csanalysis.metrics.stats.standardisation import indirect_standardisation
from csanalysis.metrics.stats.tallies import count_hits, split_by

Floats = NDArray[np.float64]

FEWEST = 30
"""Who has fewer cases in the year is not compared."""


def fair_rates(
    cases: pd.DataFrame,
    yes: str,
    *,
    by: str,
    strata: str,
    dated_by: str,
    years: Sequence[int],
    together: bool = False,
) -> pd.DataFrame:
    """A rate of each person as it would be with the store's mix, drawn to the store's as far as chance goes.

    Parameters
    ----------
    cases : DataFrame
        One row a case: the columns ``by``, ``strata`` and ``dated_by``, and ``yes`` [boolean].
    yes, by, strata, dated_by : str
        Columns: what is counted, whose it is, what kind of case, its date.
    years : sequence of int
        Years compared, each by itself, or all together as one span.
    together : bool
        Which of these.

    Returns
    -------
    DataFrame
        One row a period and ``by`` with :data:`FEWEST` cases or more: ``numerator`` [yeses at the store's
        mix], ``denominator`` [cases], ``value`` [fraction 0-1; drawn, so not one by the other], ``low``,
        ``high`` (95 %, normal). No rows of a period in which fewer than two people have so many.

    Notes
    -----
    Indirect standardisation: store's rate x yeses / expected; its error is that of the yeses by chance alone.
    Then empirical Bayes (:func:`csanalysis.metrics.stats.shrinkage.shrunk`): where people differ no more than
    by chance, all have the same.
    """
    periods = {str(year): [year] for year in years}
    if together:
        periods = {span([*years]): [*years]} if years else {}
    known = cases.loc[cases[[yes, by, strata]].notna().all(axis=1).to_numpy(), [yes, by, strata, dated_by]]
    known = known.assign(**{name: known[name].astype("category") for name in (by, strata)})
    year_of = known[dated_by].dt.year
    frames = [
        _of_period(known[year_of.isin(of).to_numpy()], yes, by, strata, period)
        for period, of in periods.items()
    ]
    return _joined(frames, by)


def fair_means(
    cases: pd.DataFrame, amount: str, *, by: str, strata: str, dated_by: str, years: Sequence[int]
) -> pd.DataFrame:
    """A mean of each person as it would be with the store's mix, drawn as in :func:`fair_rates`.

    Parameters
    ----------
    cases, by, strata, dated_by, years
        As in :func:`fair_rates`; ``amount`` is a column of numbers, known in every row.

    Returns
    -------
    DataFrame
        One row a year and ``by``: ``numerator`` [sum], ``denominator`` [cases], ``value``, ``low``, ``high``.
    """
    known = cases.loc[cases[by].notna().to_numpy(), [amount, by, strata, dated_by]]
    of_year = known[dated_by].dt.year.to_numpy()
    frames = []
    for year in years:
        rows = known[of_year == year]
        of = rows[amount].groupby(rows[strata])
        apart = rows[amount] - of.transform("mean")
        own = apart.groupby(rows[by]).agg(["mean", "var", "size"])
        own = own[own["size"] >= FEWEST]
        if len(own) < 2:
            continue
        value, error = shrunk(own["mean"], np.sqrt(own["var"] / own["size"]))
        centre = float(rows[amount].mean()) + value
        sums = rows[amount].groupby(rows[by]).sum().reindex(own.index)
        frames.append(_framed(str(year), by, own.index, sums, own["size"], centre, normal.Z95 * error))
    return _joined(frames, by)


def _of_period(rows: pd.DataFrame, yes: str, by: str, strata: str, period: str) -> pd.DataFrame:
    """Cases of which all is known, person and stratum as categories."""
    person, stratum = split_by(rows, by), split_by(rows, strata)
    shape = max(len(person), 1), max(len(stratum), 1)
    hits, trials = count_hits((person.code, stratum.code), shape, rows[yes].to_numpy(bool))
    expected, variance = indirect_standardisation(hits, trials)
    size, rate = trials.sum(axis=1), hits.sum() / max(trials.sum(), 1)
    enough = (size >= FEWEST) & (expected > 0)
    if enough.sum() < 2:
        return tidy([], **{by: []})
    under, people = expected[enough], np.array(person.groups[by])[enough]
    alike = np.minimum(rate * hits.sum(axis=1)[enough] / under, 1.0)
    value, error = shrunk(alike, rate * np.sqrt(variance[enough]) / under)
    if np.isnan(value).all():  # nobody failed, or nobody did not: there is nothing to tell apart
        value = alike
    return _framed(
        period, by, people, alike * size[enough], size[enough], value, normal.Z95 * error, most=1.0
    )


def _framed(
    period: str,
    by: str,
    people: object,
    over: object,
    size: object,
    value: Floats,
    reach: Floats,
    *,
    most: float = np.inf,
) -> pd.DataFrame:
    low, high = (np.clip(value + side * reach, 0, most) for side in (-1, 1))
    names = [str(name) for name in people]  # type: ignore[attr-defined]
    return tidy(
        [period] * len(names),
        numerator=over,
        denominator=size,
        value=np.clip(value, 0, most),
        low=low,
        high=high,
        **{by: names},
    )


def _joined(frames: Sequence[pd.DataFrame], by: str) -> pd.DataFrame:
    there = [frame for frame in frames if len(frame)]
    return pd.concat(there, ignore_index=True) if there else tidy([], **{by: []})
