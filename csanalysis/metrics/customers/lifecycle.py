"""How long ago vehicles were last here: lifecycle states, the effective base, the share a team is losing.

Visits are those of :func:`csanalysis.metrics.customers.units.units`: ``unit``, ``visit_date``, ``team``, in
order. Boundaries are the three ages [months] at which a vehicle becomes marginal, churned and permanent.
"""

from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.customers.units import has_next, last_visits
from csanalysis.metrics.periods import age_in_months, months_between
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import wilson

Boundaries = tuple[int, int, int]

STATES = ("active", "marginal", "churned", "permanent")
MARGINAL, CHURNED, PERMANENT = 1, 2, 3
BOUNDARIES: Boundaries = (6, 12, 24)


def with_state(last: pd.DataFrame, *, at: pd.Timestamp, boundaries: Boundaries = BOUNDARIES) -> pd.DataFrame:
    """Last visits with their age at a date, ``months_since`` [months], and ``state``."""
    age = age_in_months(last["visit_date"], at)
    code = np.digitize(age.to_numpy(dtype="int64"), boundaries)
    state = pd.Categorical.from_codes(code, categories=pd.Index(STATES))
    return last.assign(months_since=age, state=state)


def lifecycle_vehicles(
    visits: pd.DataFrame, *, as_of: pd.Timestamp, boundaries: Boundaries = BOUNDARIES, by_team: bool = False
) -> pd.DataFrame:
    """Vehicles by age of the last visit.

    Parameters
    ----------
    visits : DataFrame
        One row a visit.
    as_of : Timestamp
        Last day counted.
    by_team : bool
        Split by the ``team`` of the last visit; a vehicle whose last visit names none is left out.

    Returns
    -------
    DataFrame
        One row a ``state`` (active, marginal, churned, permanent), of each ``team`` if split, at ``as_of``:
        ``value`` [vehicles].

    Notes
    -----
    Source: 《汽车维修企业ERP客户管理现状及改善建议》.
    """
    counts, day = _states_at(visits, at=as_of, boundaries=boundaries), f"{as_of:%Y-%m-%d}"
    if not by_team:
        return tidy([day] * len(STATES), value=counts.sum(axis=1), state=STATES)
    teams = visits["team"].cat.categories
    rows = len(teams) * len(STATES)
    return tidy(
        [day] * rows,
        value=counts[:, 1:].T.ravel(),
        team=np.repeat(teams.to_numpy(), len(STATES)),
        state=STATES * len(teams),
    )


def lifecycle_history(
    visits: pd.DataFrame, *, as_of: pd.Timestamp, boundaries: Boundaries = BOUNDARIES
) -> pd.DataFrame:
    """Vehicles by age of the last visit at each month-end before ``as_of``.

    Returns
    -------
    DataFrame
        As :func:`lifecycle_vehicles`, one row a month-end and ``state``, from that month of data on in
        which a vehicle can have become permanent: the 24th by default.
    """
    ends, counts = _states_at_month_ends(visits, before=as_of, boundaries=boundaries)
    since = boundaries[-1] - 1
    dates = [f"{end:%Y-%m-%d}" for end in ends[since:]]
    counts = counts.sum(axis=1)[:, since:]
    return tidy(np.repeat(dates, len(STATES)), value=counts.T.ravel(), state=STATES * len(dates))


def effective_base(
    visits: pd.DataFrame, *, as_of: pd.Timestamp, boundaries: Boundaries = BOUNDARIES, by_team: bool = False
) -> pd.DataFrame:
    """Vehicles worth looking after: all seen but the permanently lost.

    Parameters
    ----------
    visits : DataFrame
        One row a visit.
    as_of : Timestamp
        Last day counted.
    by_team : bool
        Split by the ``team`` of the last visit; a vehicle whose last visit names none is left out.

    Returns
    -------
    DataFrame
        One row, or one a ``team``, of ``as_of``: ``value`` [vehicles]. Higher is better.

    Notes
    -----
    Source: 《汽车维修企业ERP客户管理现状及改善建议》.
    """
    base = _states_at(visits, at=as_of, boundaries=boundaries)[:PERMANENT].sum(axis=0)
    if not by_team:
        return tidy([f"{as_of:%Y-%m-%d}"], value=base.sum())
    teams = visits["team"].cat.categories
    return tidy([f"{as_of:%Y-%m-%d}"] * len(teams), value=base[1:], team=teams)


def assessed_churn_rate(
    visits: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    boundaries: Boundaries = BOUNDARIES,
    by_team: bool = False,
    present: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Share of the effective base that is marginal at each month's end.

    Parameters
    ----------
    visits : DataFrame
        One row a visit.
    as_of : Timestamp
        Last day counted; it stands for the end of a month that is not over.
    by_team : bool
        Split by the ``team`` of the last visit; a vehicle whose last visit names none is left out.
    present : DataFrame, optional
        The visits of those that are of the base at ``as_of``, if some are known to be gone; all of them else.

    Returns
    -------
    DataFrame
        One row a month (and ``team``) from that of :func:`lifecycle_history` on: ``numerator`` [marginal
        vehicles], ``denominator`` [effective base], ``value`` [fraction 0-1], ``low``, ``high`` (95 %
        Wilson). NaN for a team without a base. Higher is worse.

    Notes
    -----
    A vehicle that stays away is assessed at every month-end while it is marginal, six by default, and then
    no more.
    Source: 《汽车维修企业ERP客户管理现状及改善建议》.
    """
    if visits.empty:
        return tidy([], **({"team": []} if by_team else {}))
    _, past = _states_at_month_ends(visits, before=as_of, boundaries=boundaries)
    now = _states_at(visits if present is None else present, at=as_of, boundaries=boundaries)
    counts = np.concatenate([past, now[:, :, np.newaxis]], axis=2)[:, :, boundaries[-1] - 1 :]
    counts = counts[:, 1:] if by_team else counts.sum(axis=1, keepdims=True)
    marginal, base = counts[MARGINAL].ravel(), counts[:PERMANENT].sum(axis=0).ravel()
    low, high = wilson(marginal, base)
    months = months_between(visits["visit_date"].min(), as_of)[boundaries[-1] - 1 :]
    teams = visits["team"].cat.categories
    split = {"team": np.repeat(teams.to_numpy(), len(months))} if by_team else {}
    return tidy(months * counts.shape[1], numerator=marginal, denominator=base, low=low, high=high, **split)


def _states_at(visits: pd.DataFrame, *, at: pd.Timestamp, boundaries: Boundaries) -> NDArray[np.int64]:
    """Units at one date by state and team, the first team being none."""
    last = with_state(last_visits(visits, at=at), at=at, boundaries=boundaries)
    shape = len(STATES), len(visits["team"].cat.categories) + 1
    place = np.ravel_multi_index((last["state"].cat.codes, last["team"].cat.codes + 1), shape)
    return np.bincount(place, minlength=shape[0] * shape[1]).reshape(shape)


def _states_at_month_ends(
    visits: pd.DataFrame, *, before: pd.Timestamp, boundaries: Boundaries
) -> tuple[pd.DatetimeIndex, NDArray[np.int64]]:
    """Units by state, team (the first being none) and month-end, for the months before that of ``before``.

    At a month's end an age is a plain difference of months. So each visit holds its unit in a state from
    one month-end up to another, unless the next visit comes sooner; counting where these stretches begin
    and end gives all month-ends in one pass.
    """
    if visits.empty:
        return pd.DatetimeIndex([]), np.zeros((len(STATES), 1, 0), dtype="int64")
    first = visits["month"].to_numpy() - visits["month"].min()
    months = pd.period_range(visits["visit_date"].min(), before, freq="M")[:-1]
    width = len(months)
    until = np.where(has_next(visits), np.minimum(np.roll(first, -1), width), width)
    team = visits["team"].cat.codes.to_numpy(dtype="int64") + 1
    shape = len(visits["team"].cat.categories) + 1, width + 1

    def starting(at: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.bincount(team * shape[1] + at, minlength=shape[0] * shape[1]).reshape(shape)

    edges = [starting(np.minimum(first + age, until)) for age in (0, *boundaries)] + [starting(until)]
    counts = np.stack([np.cumsum(a - b, axis=1)[:, :-1] for a, b in pairwise(edges)])
    return months.to_timestamp(how="end").normalize(), counts
