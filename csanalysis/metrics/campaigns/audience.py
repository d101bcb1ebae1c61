"""How many customers or vehicles an event of the calendar is for, counted by its audience rule."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.customers.lifecycle import BOUNDARIES, STATES, Boundaries
from csanalysis.metrics.customers.roster import vehicle_roster
from csanalysis.metrics.first_service.targets import round_half_up
from csanalysis.metrics.periods import add_months, date_plus_months, month_labels, months_between
from csanalysis.schema import folded
from csanalysis.schema.audiences import AudiencePart, gender_of, parse_audience

Tables = Mapping[str, pd.DataFrame]

_OF_CUSTOMERS = ["gender", "occupation", "district", "birthday"]
_NOT_LOST = STATES[:-1]


@dataclass(frozen=True)
class Register:
    """Who can be invited.

    ``vehicles`` has one row a vehicle sold or seen: ``vin``, ``state``, ``visit_class``, ``model``,
    ``sale_date`` (of the first sale) and what is known of its customer; ``customers`` one row a customer;
    ``visits`` one row a vehicle and day: ``vin``, ``visit_date``; ``units`` the vehicles to be sold, by month
    label. ``lacking`` are columns, as ``table.column``, that rules look at and the data do not have.
    """

    vehicles: pd.DataFrame
    customers: pd.DataFrame
    visits: pd.DataFrame
    units: pd.Series
    as_of: pd.Timestamp
    lacking: frozenset[str]


def register(
    tables: Tables, owners: pd.Series, *, as_of: pd.Timestamp, boundaries: Boundaries = BOUNDARIES
) -> Register:
    """Put together who can be invited.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Clean tables; ``customers`` and ``sales_targets`` may be missing.
    owners : Series
        The customer of each vehicle: ``customer_id`` by VIN.
    as_of : Timestamp
        Last day counted; states and classes are those of that day.
    boundaries : tuple of int
        Ages [months] at which a vehicle becomes marginal, churned and permanent.
    """
    visits, sales = tables["service_visits"], tables["vehicle_sales"]
    customers = tables.get("customers", pd.DataFrame(columns=["customer_id", *_OF_CUSTOMERS]))
    customers = customers.drop_duplicates("customer_id")[["customer_id", *_OF_CUSTOMERS]]
    targets = tables.get("sales_targets", pd.DataFrame({"month": pd.to_datetime([]), "units": []}))
    first_sales = sales.sort_values("sale_date", kind="stable").drop_duplicates("vin")
    vehicles = vehicle_roster(visits, sales, as_of=as_of, boundaries=boundaries)
    vehicles = vehicles.merge(first_sales[["vin", "model", "sale_date"]], on="vin", how="left")
    vehicles = vehicles.assign(customer_id=vehicles["vin"].map(owners).astype("str"))
    vehicles = vehicles.merge(customers, on="customer_id", how="left")
    used = {"vehicle_sales": ["sale_date", "model"], "customers": _OF_CUSTOMERS, "sales_targets": ["units"]}
    lacking = frozenset(
        f"{table}.{column}"
        for table, columns in used.items()
        for column in columns
        if table not in tables or tables[table][column].isna().all()
    )
    units = pd.Series(targets["units"].to_numpy(float), index=month_labels(targets["month"]))
    days = visits[["vin", "visit_date"]].drop_duplicates(ignore_index=True)
    return Register(vehicles, customers, days, units, as_of, lacking)


def missing_columns_for(audience: str, known: Register) -> list[str]:
    """The columns, as ``table.column``, that an audience rule needs and the data do not have."""
    needed = [f"{part.rule.table}.{part.rule.column}" for part in parse_audience(audience)]
    return [column for column in dict.fromkeys(needed) if column in known.lacking]


def audience_by_month(
    audience: str, known: Register, *, start: pd.Timestamp, end: pd.Timestamp
) -> "pd.Series[float]":
    """How many an event is for.

    Parameters
    ----------
    audience : str
        The rule, such as ``visitors, gender=female``.
    known : Register
        Who can be invited.
    start, end : Timestamp
        First and last day of the event.

    Returns
    -------
    Series
        Customers (rules about the customer alone) or vehicles (all others) by month label: each month of the
        event for a rule that counts anew each month, else its first month alone. NaN where the data lack a
        column, or a month of it.
    """
    parts = parse_audience(audience)
    monthly = any(part.rule.monthly for part in parts)
    months = months_between(start, end if monthly else start)
    if missing_columns_for(audience, known):
        return pd.Series(np.nan, index=months)
    counts = []
    for month in months:
        first = max(start, pd.Timestamp(f"{month}-01"))
        last = min(end, first + pd.offsets.MonthEnd(0)) if monthly else end
        counts.append(_count(parts, known, first, last))
    return pd.Series(counts, index=months, dtype=float)


def _count(parts: Sequence[AudiencePart], known: Register, first: pd.Timestamp, last: pd.Timestamp) -> float:
    """How many meet every part in these days of one month."""
    share = ((last - first).days + 1) / first.days_in_month
    if parts[0].rule.name == "handovers":
        return _rounded(known.units.get(f"{first:%Y-%m}", np.nan) * share)
    rows = known.customers if all(part.rule.of_customers for part in parts) else known.vehicles
    met = np.ones(len(rows), dtype=bool)
    for part in parts:
        if part.rule.name != "visitors":
            met &= _met(part, rows, first, last)
    if any(part.rule.name == "visitors" for part in parts):
        visitors = _visitors(known, first)
        return np.nan if visitors is None else _rounded(visitors.isin(rows.loc[met, "vin"]).sum() * share)
    return float(met.sum())


def _rounded(number: float) -> float:
    return float(round_half_up(number))


def _met(
    part: AudiencePart, rows: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp
) -> NDArray[np.bool_]:
    name, value = part.rule.name, part.value
    if name == "base":
        found = rows["state"].isin(_NOT_LOST)
    elif name in ("state", "visit_class"):
        found = rows[name] == value
    elif name == "vehicle_age":
        found = add_months(rows["sale_date"], 12 * int(value)) <= first
    elif name in ("birthday", "sale_anniversary"):
        day = rows["birthday" if name == "birthday" else "sale_date"]
        found = _anniversary(day, first.year).between(first, last) & (day.dt.year < first.year)
    elif name == "gender":
        found = _word_by_word(rows[name], lambda word: gender_of(word) == value)
    else:
        found = _word_by_word(rows[name], lambda word: folded(word) == folded(value))
    return found.astype("boolean").fillna(False).to_numpy(dtype=bool)


def _word_by_word(words: pd.Series, test: Callable[[str], bool]) -> pd.Series:
    """The test's answer for each row, asked once a distinct word."""
    return words.map({word: test(word) for word in words.dropna().unique()}).astype("boolean")


def _anniversary(days: pd.Series, year: int) -> pd.Series:
    """The day's return in a year; 29 February returns on the 28th where there is no other."""
    known = days.to_numpy(dtype="datetime64[D]")
    month = known.astype("datetime64[M]")
    day = known - month  # 0 on the first
    turn = np.datetime64(f"{year}", "M") + (month - known.astype("datetime64[Y]").astype("datetime64[M]"))
    last = (turn + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    return pd.Series(np.minimum(turn + day, last), index=days.index).astype("datetime64[s]")


def _visitors(known: Register, day: pd.Timestamp) -> pd.Series | None:
    """The vehicle of each visit in that month of the latest year in which it is over; None before the data.

    A vehicle counts once a day. One day's visitors are few and differ much from year to year: an event of
    some days takes its share of the month.
    """
    begin = day.replace(day=1)
    while begin + pd.offsets.MonthEnd(0) > known.as_of:
        begin = date_plus_months(begin, -12)
    if known.visits.empty or begin < known.visits["visit_date"].min().replace(day=1):
        return None
    return known.visits.loc[known.visits["visit_date"].between(begin, begin + pd.offsets.MonthEnd(0)), "vin"]
