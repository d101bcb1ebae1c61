"""What reminders changed: reached customers beside like ones not called. An estimate, no experiment."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from csanalysis.metrics.customers.classes import CLASSES
from csanalysis.metrics.customers.visit_history import FAR, History, day_number, day_numbers
from csanalysis.metrics.results import tidy
from csanalysis.metrics.value.reminders import INVITATIONS, REMINDERS, is_reached_reminder, reminded_visits

MAX_AGE = 24
"""Months since the last visit from which all are alike: lost for good."""

MID_MONTH = 15
"""The day of each month on which those not called are looked at."""

DUE_STEP = 10
"""Days to the expected service are told apart in steps of so many."""

_FARTHEST = 6  # steps before and after the expected day
_UNKNOWN = _FARTHEST + 1
_CELL = ["quarter", "visit_class", "age", "due"]


def matched_cases(
    contacts: pd.DataFrame,
    visits: pd.DataFrame,
    sales: pd.DataFrame,
    *,
    days: int,
    as_of: pd.Timestamp,
    due: pd.DataFrame,
    purposes: Sequence[str] = REMINDERS,
) -> pd.DataFrame:
    """Reached customers and like ones not called, cell by cell.

    Parameters
    ----------
    contacts, visits, sales : DataFrame
        Clean tables.
    days : int
        Who comes within so many days has come.
    as_of : Timestamp
        Cases whose days are not over by then are left out.
    due : DataFrame
        One row a service: ``vin``, ``service_date``, ``expected`` day of the next one.
    purposes : sequence of str
        Which reached contacts count, each vehicle once between two visits.

    Returns
    -------
    DataFrame
        One row a ``quarter``, ``visit_class`` (a place in the classes, the last for vehicles never seen),
        ``age`` [months since the last visit, or since the sale] and ``due`` [steps of ten days to the
        expected service] in which both kinds were seen: ``called`` and ``came`` among them, ``others`` and
        ``others_came``.

    Notes
    -----
    The others are looked at in the middle of each month: vehicles that no invitation had been tried for in
    as many days before. One that is called later in its days still counts among them, which understates the
    difference. Without ``due`` it would be far overstated: agents call those whose service is near.
    """
    return Matched(contacts, visits, sales, days=days, as_of=as_of, due=due).cells(purposes)


class Matched:
    """What :func:`matched_cases` gives for any purposes: the others are the same for all, looked up once."""

    def __init__(
        self,
        contacts: pd.DataFrame,
        visits: pd.DataFrame,
        sales: pd.DataFrame,
        *,
        days: int,
        as_of: pd.Timestamp,
        due: pd.DataFrame,
    ) -> None:
        self._history = history = History(visits, sales)
        self._services, self._days, self._last_day = _Services(history, due), days, day_number(as_of) - days
        invited = contacts["purpose"].isin(INVITATIONS) & contacts["vin"].isin(history.vins)
        self._tried = tried = contacts[invited.to_numpy()]
        tally = _Tally()
        if len(tried):
            last = pd.Timestamp(self._last_day, unit="D")
            middles = pd.period_range(contacts["contact_date"].min(), last, freq="M").to_timestamp()
            middles += pd.Timedelta(days=MID_MONTH - 1)
            # Month by month: a row a vehicle and month would be too many to hold.
            for middle in middles[middles <= last]:
                others = _others(history, self._services, tried, middle, days)
                tally.add(str(middle.to_period("Q")), others)
        self._beside = tally.cells()

    def cells(self, purposes: Sequence[str]) -> pd.DataFrame:
        """The cells of the reached contacts of some purposes."""
        asked = self._tried[is_reached_reminder(self._tried, purposes).to_numpy()]
        called = _called(self._history, self._services, asked, self._days, self._last_day)
        return _cells(called).merge(self._beside, on=_CELL)


def reminder_effect(cells: pd.DataFrame) -> pd.DataFrame:
    """By how much likelier reached customers were to come than like ones not called.

    Parameters
    ----------
    cells : DataFrame
        From :func:`matched_cases`.

    Returns
    -------
    DataFrame
        One row a year: ``denominator`` [reached customers], ``value`` [difference of two fractions], ``low``,
        ``high`` (95 %, normal). Higher is better.

    Notes
    -----
    The differences of the cells, weighted by the reached customers in each. An estimate: alike in class and
    age is not alike in everything.
    Source: 《养羊与薅毛并举，永续经营始于当下》.
    """
    yearly = _yearly(cells)
    difference = yearly["came"] - yearly["expected"]
    half = stats.norm.ppf(0.975) * np.sqrt(yearly["variance"])
    return tidy(
        yearly.index,
        denominator=yearly["called"],
        value=difference,
        low=(difference - half).clip(lower=-1),
        high=(difference + half).clip(upper=1),
    )


def reminder_arrival_share(cells: pd.DataFrame) -> pd.DataFrame:
    """Share that came, of the reached customers (``contacted`` yes) and of like ones not called (no).

    Returns
    -------
    DataFrame
        One row a year and ``contacted``: ``denominator`` [reached customers], ``value`` [fraction 0-1].
        That of the others is weighted as the reached are spread over class and age.
    """
    yearly = _yearly(cells)
    parts = [
        tidy(yearly.index, denominator=yearly["called"], value=yearly[share], contacted=contacted)
        for share, contacted in (("came", "yes"), ("expected", "no"))
    ]
    return pd.concat(parts, ignore_index=True)


def reminder_effect_revenue(
    effect: pd.DataFrame, contacts: pd.DataFrame, visits: pd.DataFrame, *, days: int
) -> pd.DataFrame:
    """What the visits brought that would not have come without a reminder.

    Parameters
    ----------
    effect : DataFrame
        From :func:`reminder_effect`.
    contacts, visits : DataFrame
        Clean tables.
    days : int
        See :func:`csanalysis.metrics.value.reminders.reminded_visits`.

    Returns
    -------
    DataFrame
        One row a year: difference x reached customers x mean amount of a visit that followed a reminder
        [yuan], with the interval of the difference. Higher is better.
    """
    rows = reminded_visits(contacts, visits, days=days)
    mean = rows["total_amount"].groupby(rows["visit_date"].dt.year).mean()
    amount = effect["period"].astype(int).map(mean).to_numpy(float) * effect["denominator"].to_numpy()
    return tidy(
        effect["period"], **{name: effect[name].to_numpy() * amount for name in ("value", "low", "high")}
    )


class _Services:
    """When each vehicle's next service was to be expected, seen from any day after its last one."""

    def __init__(self, history: History, due: pd.DataFrame) -> None:
        rows = due.assign(unit=history.units(due["vin"]), day=day_numbers(due["service_date"]))
        rows = rows[rows["expected"].notna() & (rows["unit"] >= 0)].sort_values(["unit", "day"])
        self._unit, self._expected = rows["unit"].to_numpy(), day_numbers(rows["expected"])
        self._key = self._unit * FAR + rows["day"].to_numpy()

    def steps(self, units: NDArray[np.int64], days: NDArray[np.int64]) -> NDArray[np.int64]:
        """Steps of days to the expected service, cut off far from it; one more where none is known."""
        if not len(self._key):
            return np.full(len(units), _UNKNOWN)
        last = np.searchsorted(self._key, units * FAR + days, side="right") - 1
        known = (last >= 0) & (self._unit[np.maximum(last, 0)] == units)
        steps = (self._expected[np.maximum(last, 0)] - days) // DUE_STEP
        return np.where(known, steps.clip(-_FARTHEST, _FARTHEST), _UNKNOWN)


def _called(
    history: History, services: _Services, rows: pd.DataFrame, days: int, last_day: int
) -> pd.DataFrame:
    """Reached vehicles, each once between two visits, as they stood on the day before."""
    rows = rows[day_numbers(rows["contact_date"]) <= last_day].sort_values("contact_date", kind="stable")
    # The day before: a visit on the day of the call came after it.
    unit, day = history.units(rows["vin"]), day_numbers(rows["contact_date"]) - 1
    quarter = rows["contact_date"].dt.to_period("Q").astype("str").to_numpy()
    cases = _standing(history, services, unit, day, days + 1)
    return cases.assign(quarter=quarter[cases.index]).drop_duplicates(["unit", "last"])


def _others(
    history: History, services: _Services, tried: pd.DataFrame, at: pd.Timestamp, days: int
) -> pd.DataFrame:
    """Every vehicle that no invitation had been tried for in the days up to one."""
    noon, day = day_number(at), day_numbers(tried["contact_date"])
    free = np.ones(len(history.vins), dtype=bool)
    free[history.units(tried["vin"][(day <= noon) & (day > noon - days)])] = False
    unit = np.flatnonzero(free)
    return _standing(history, services, unit, np.full(len(unit), noon), days)


def _standing(
    history: History,
    services: _Services,
    unit: NDArray[np.int64],
    day: NDArray[np.int64],
    days: int,
) -> pd.DataFrame:
    """How vehicles stood at the end of a day, and whether they came within so many days of it."""
    moments = history.at(unit, day)
    cases = pd.DataFrame(
        {
            "unit": unit,
            "last": moments.last,
            "visit_class": moments.visit_class,
            "age": np.minimum(moments.age, MAX_AGE),
            "due": services.steps(unit, day),
            "came": history.came(moments, day + days),
        }
    )
    return cases[moments.age >= 0]


class _Tally:
    """Those not called, counted cell by cell as the months are gone through."""

    _SHAPE = (len(CLASSES) + 1, MAX_AGE + 1, _FARTHEST + _UNKNOWN + 1)

    def __init__(self) -> None:
        self._counts: dict[str, NDArray[np.int64]] = {}

    def add(self, quarter: str, cases: pd.DataFrame) -> None:
        """Count a month's vehicles, and among them those that came."""
        places = [cases[name].to_numpy() for name in ("visit_class", "age", "due")]
        places[2] = places[2] + _FARTHEST
        cell = np.ravel_multi_index(tuple(places), self._SHAPE)
        counts = self._counts.setdefault(quarter, np.zeros((2, np.prod(self._SHAPE)), dtype="int64"))
        for place, chosen in enumerate((cell, cell[cases["came"].to_numpy()])):
            counts[place] += np.bincount(chosen, minlength=counts.shape[1])

    def cells(self) -> pd.DataFrame:
        """``others`` and ``others_came`` of each cell that has any, in order."""
        parts = []
        for quarter, (others, came) in sorted(self._counts.items()):
            seen = np.flatnonzero(others)
            visit_class, age, due = np.unravel_index(seen, self._SHAPE)
            named = {"visit_class": visit_class, "age": age, "due": due - _FARTHEST}
            counted = {"others": others[seen], "others_came": came[seen]}
            parts.append(pd.DataFrame({"quarter": quarter} | named | counted))
        columns = dict.fromkeys([*_CELL, "others", "others_came"], "int64") | {"quarter": "str"}
        return (
            pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*columns]).astype(columns)
        )


def _cells(cases: pd.DataFrame) -> pd.DataFrame:
    found = cases.groupby(_CELL)["came"].agg(called="size", came="sum")
    return found.astype("int64").reset_index()


def _yearly(cells: pd.DataFrame) -> pd.DataFrame:
    """By year: reached customers, share that came, share that would have, variance of the difference."""
    year = cells["quarter"].str[:4]
    called, others = cells["called"], cells["others"]
    size = called.groupby(year).sum()
    weight = called / called.groupby(year).transform("sum")
    came = cells["came"].groupby(year).sum() / size
    expected = (weight * cells["others_came"] / others).groupby(year).sum()
    # One more of each kind: a cell of few others does not know its share for certain.
    likely = (cells["others_came"] + 1) / (others + 2)
    unsure = (weight**2 * likely * (1 - likely) / others).groupby(year).sum()
    return pd.DataFrame(
        {"called": size, "came": came, "expected": expected, "variance": came * (1 - came) / size + unsure}
    )
