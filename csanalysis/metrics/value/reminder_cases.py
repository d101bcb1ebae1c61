"""Every call that asked a customer in: whether somebody answered, and who came before and after it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.customers.classes import CLASSES
from csanalysis.metrics.customers.visit_history import History, day_number, day_numbers
from csanalysis.metrics.value.reminders import INVITATIONS

HORIZONS = {"days": 0, "6_months": 182, "12_months": 365}
"""Within so many days of a call somebody has come; ``days`` is the caller's own (reminder_days)."""

ASKED = HORIZONS | {"12_months": HORIZONS["6_months"]}
"""Who is spoken to within so many days has been asked; a later call is another matter and may reach all."""

COUNTED = "6_months"
"""The horizon that an effect is counted by: what only came earlier is level again by then."""

SERIES_GAP = 45
"""A call so many days after the one before, with no visit between, is a further attempt of one series."""

MOST_ATTEMPTS = 3
"""Later attempts count with the third."""

ROUNDS = 20
"""So many rounds part the habits of owners from those of purposes."""

YEAR_DAYS = 365.25

STEP_DAYS, MOST_STEPS = 30, 14
"""Days since the last visit (or the sale) are told apart in steps of so many, and no more steps."""


def reminder_cases(
    contacts: pd.DataFrame,
    visits: pd.DataFrame,
    sales: pd.DataFrame,
    *,
    days: int,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """The attempts at customers who had not been spoken to yet, answered or not.

    Parameters
    ----------
    contacts, visits, sales : DataFrame
        Clean tables.
    days : int
        The shortest horizon.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        One row an attempt: ``unit``, ``vin``, ``purpose``, ``day`` (since 1970), ``period`` (year),
        ``quarter``, ``series`` (a number that attempts of one series share), ``attempt``, ``step``,
        ``age`` [months since the last visit or the sale], ``seen`` (whether it ever came before),
        ``visit_class`` (A to D, that of one never seen is D), ``vehicle_age`` [years since the sale, NaN for
        one sold elsewhere], ``reached`` (0 or 1), ``asked_days`` and
        ``asked_6_months`` (whether somebody answered, now or later, before the next visit and within so
        long; ``asked_12_months`` is the same as that of six), ``came_days``, ``came_6_months``,
        ``came_12_months`` (0 or 1, NaN where the days are not over by ``as_of``),
        ``habit`` and ``calls`` (how often the owner answers other calls, as deviation from the mean of
        their purpose and year, and how many those are), and two outcomes that the call cannot have changed:
        ``before`` (came in the year before the last visit, NaN for one never seen) and ``answered`` with
        ``habit_rest`` (whether the call before was answered, and the habit without it).

    Notes
    -----
    A further attempt counts only while nobody has answered: whether somebody does is a throw of the dice at
    the rate of the owner's own habit, whoever is on the list and whenever the list is drawn up.
    """
    history = History(visits, sales)
    known = contacts["reached"].notna() & contacts["vin"].isin(history.vins)
    rows = _in_series(contacts[known.to_numpy(dtype=bool)], history)
    rows = _with_habit(rows)
    asked_in = rows[rows["purpose"].isin(INVITATIONS)].reset_index(drop=True)
    asked_in = asked_in.assign(
        **{f"asked_{name}": _asked(asked_in, until or days) for name, until in ASKED.items()}
    )
    open_still = (asked_in["spoken"] == 0) & (asked_in["age"] >= 0)
    return _outcomes(asked_in[open_still], history, days, day_number(as_of))


def of_purposes(cases: pd.DataFrame, purposes: Sequence[str]) -> pd.DataFrame:
    """The cases of some purposes."""
    return cases[cases["purpose"].isin(list(purposes))].reset_index(drop=True)


def _in_series(contacts: pd.DataFrame, history: History) -> pd.DataFrame:
    """Contacts in order of time with their place in a series, and how the vehicle stood the day before."""
    rows = pd.DataFrame(
        {
            "unit": history.units(contacts["vin"]),
            "day": day_numbers(contacts["contact_date"]),
            "time": contacts["contact_date"].to_numpy(),
            "purpose": contacts["purpose"].astype("str").to_numpy(),
            "reached": contacts["reached"].astype(bool).to_numpy().astype(float),
        }
    )
    # Invitations of several purposes ask the same; every other purpose retries on its own.
    rows["kind"] = rows["purpose"].where(~rows["purpose"].isin(INVITATIONS), "invitation")
    rows = rows.sort_values(["unit", "kind", "time"], kind="stable", ignore_index=True)
    moments = history.at(rows["unit"].to_numpy(), rows["day"].to_numpy() - 1)
    rows = rows.assign(
        last=moments.last, following=moments.following, age=moments.age, visit_class=moments.visit_class
    )
    before = rows[["unit", "kind", "last"]].shift()
    same = (rows[["unit", "kind", "last"]] == before).all(axis=1) & (rows["day"].diff() <= SERIES_GAP)
    series = (~same).cumsum()
    spoken = rows.groupby(series)["reached"].cumsum() - rows["reached"]
    return rows.assign(series=series, attempt=rows.groupby(series).cumcount() + 1, spoken=spoken)


def _with_habit(rows: pd.DataFrame) -> pd.DataFrame:
    """How often the owner answers the first calls of all other series."""
    first = rows["attempt"] == 1
    above = rows["reached"].where(first, 0.0)
    above[first] -= _usual(rows[first])
    total = above.groupby(rows["unit"]).transform("sum")
    count = first.astype(float).groupby(rows["unit"]).transform("sum")
    own = above.groupby(rows["series"]).transform("first")
    calls = count - 1
    # The latest first call before this series, of whatever purpose.
    order = rows[first].sort_values(["unit", "time"], kind="stable")
    latest = above[order.index].groupby(order["unit"]).shift()
    answered = rows["series"].map(latest.groupby(order["series"]).first())
    rest = (total - own - answered) / (calls - 1).where(calls > 1)
    return rows.assign(
        calls=calls, habit=(total - own) / calls.where(calls > 0), answered=answered, habit_rest=rest
    )


def _usual(rows: pd.DataFrame) -> NDArray[np.float64]:
    """How often calls of the purpose and year are answered, told from who is called by them."""
    kind = rows.groupby(["purpose", rows["time"].dt.year]).ngroup().to_numpy()
    unit, reached = pd.factorize(rows["unit"])[0], rows["reached"].to_numpy()
    usual = np.zeros(len(rows))
    for _ in range(ROUNDS):  # owner and purpose in turn, until neither moves
        owner = np.bincount(unit, reached - usual) / np.bincount(unit)
        usual = (np.bincount(kind, reached - owner[unit]) / np.bincount(kind))[kind]
    return usual


def _asked(rows: pd.DataFrame, days: int) -> NDArray[np.float64]:
    """Whether an invitation, this or a later one, was answered before the next visit and in so many days."""
    place = np.where(rows["reached"] > 0, np.arange(len(rows)), len(rows))
    following = np.minimum.accumulate(place[::-1])[::-1]
    there = following < len(rows)
    at = np.where(there, following, 0)
    unit, last, day = (rows[name].to_numpy() for name in ("unit", "last", "day"))
    if not len(rows):
        return np.zeros(0)
    same = there & (unit[at] == unit) & (last[at] == last) & (day[at] - day <= days)
    return same.astype(float)


def _outcomes(rows: pd.DataFrame, history: History, days: int, last_day: int) -> pd.DataFrame:
    """Who came within each horizon, and who had come in the year before the last visit."""
    unit, day, last = (rows[name].to_numpy() for name in ("unit", "day", "last"))
    following = rows["following"].to_numpy()
    came = {}
    for name, horizon in HORIZONS.items():
        horizon = horizon or days
        until = day + horizon
        inside = (following >= 0) & (history.day(following) <= until)
        came[f"came_{name}"] = np.where(until <= last_day, inside, np.nan)
    seen = last >= 0
    standing = np.where(seen, history.day(last), day)
    earlier = history.up_to(unit, standing - 1) > history.up_to(unit, standing - 1 - HORIZONS["12_months"])
    since = np.where(seen, standing, history.sold[unit])
    time = rows["time"].dt
    sold = history.sold[unit]
    return pd.DataFrame(
        {
            "unit": unit,
            "vin": pd.array(history.vins[unit], dtype="str"),
            "purpose": rows["purpose"].to_numpy(),
            "day": day,
            "period": time.year.astype(str).to_numpy(),
            "quarter": time.to_period("Q").astype(str).to_numpy(),
            "series": rows["series"].to_numpy(),
            "attempt": np.minimum(rows["attempt"].to_numpy(), MOST_ATTEMPTS),
            "seen": seen,
            "visit_class": pd.array(np.array([*CLASSES, CLASSES[-1]])[rows["visit_class"]], dtype="str"),
            "vehicle_age": np.where(sold <= day, (day - sold) / YEAR_DAYS, np.nan),
            "step": np.clip((day - since) // STEP_DAYS, 0, MOST_STEPS),
            **{name: rows[name].to_numpy() for name in ("age", "reached")},
            **{f"asked_{name}": rows[f"asked_{name}"].to_numpy() for name in ASKED},
            **came,
            **{name: rows[name].to_numpy() for name in ("habit", "calls", "answered", "habit_rest")},
            "before": np.where(seen, earlier, np.nan),
        }
    )
