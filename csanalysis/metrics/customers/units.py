"""Whose visits are counted: every vehicle, or every customer, as a number in place of its name."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.first_service.warranty import Warranty
from csanalysis.metrics.periods import month_numbers
from csanalysis.metrics.remembered import remembered

Unit = Literal["vehicle", "customer"]


class Units(NamedTuple):
    """Visits and sales by unit.

    ``visits`` has one row a visit in order of unit, date and repair order: ``unit`` (a number from 0),
    ``visit_date``, ``month`` (counted from January 1970), ``service_type``, ``team``, ``total_amount``,
    ``row`` (its place in the clean table). ``sales`` has one row a sale: ``unit``, ``sale_date``.
    ``names[n]`` is the VIN, or the customer_id, that number n stands for.
    """

    visits: pd.DataFrame
    sales: pd.DataFrame
    names: pd.Index


@remembered
def units(visits: pd.DataFrame, sales: pd.DataFrame, *, unit: Unit = "vehicle") -> Units:
    """Number the units once, so that all counting is done on integers.

    Parameters
    ----------
    visits : DataFrame
        Service visits, a clean table.
    sales : DataFrame
        Vehicle sales, a clean table.
    unit : {"vehicle", "customer"}
        What is counted. A row without customer_id belongs to the customer of its VIN's latest other
        visit, else of its latest sale; a vehicle that no row gives a customer is its own unit.

    Returns
    -------
    Units
        Units without a visit, or without a sale, are in ``names`` too.
    """
    code, names = pd.factorize(pd.concat([visits["vin"], sales["vin"]], ignore_index=True))
    if unit == "customer":
        code, names = _customers(code, names, visits, sales)
    visited, sold = code[: len(visits)], code[len(visits) :]
    order = _visit_order(visited, visits)
    ordered = pd.DataFrame({"unit": visited[order]})
    ordered["visit_date"] = visits["visit_date"].array.take(order)
    ordered["month"] = month_numbers(ordered["visit_date"])
    for name in ("service_type", "team"):
        ordered[name] = visits[name].astype("category").array.take(order)
    ordered["total_amount"] = visits["total_amount"].array.take(order)
    ordered["row"] = order
    return Units(
        ordered, pd.DataFrame({"unit": sold, "sale_date": sales["sale_date"].array}), pd.Index(names)
    )


def unit_warranty(
    rows: pd.DataFrame, first_sale: pd.Series, *, visits: pd.DataFrame, months: int, km: float
) -> Warranty:
    """The limits of each unit's warranty, of the readings of some visits.

    Parameters
    ----------
    rows : DataFrame
        Visits of :class:`Units`.
    first_sale : Series
        Of each unit number the first sale, NaT for none.
    visits : DataFrame
        The clean table that they are of.
    months, km
        Whichever is reached first ends it.
    """
    driven = visits["mileage_km"].to_numpy(float, na_value=np.nan)[rows["row"].to_numpy()]
    readings = pd.DataFrame(
        {"vehicle": rows["unit"].array, "day": rows["visit_date"].array, "mileage_km": driven}
    )
    return Warranty.of(first_sale, readings, months=months, km=km)


def has_next(visits: pd.DataFrame) -> NDArray[np.bool_]:
    """Which visits are followed, in the next row, by another of the same unit."""
    unit = visits["unit"].to_numpy()
    followed = np.zeros(len(visits), dtype=bool)
    followed[:-1] = unit[1:] == unit[:-1]
    return followed


def last_visits(visits: pd.DataFrame, *, at: pd.Timestamp) -> pd.DataFrame:
    """The last visit of each unit up to and including ``at``; on one day the largest ro_number's."""
    known = visits[(visits["visit_date"] <= at).to_numpy()]
    return known[~has_next(known)].reset_index(drop=True)


def seen_in_years(visits: pd.DataFrame, *, years: Sequence[int]) -> NDArray[np.bool_]:
    """Which units had a visit in which years: one row a unit number, one column a year in a row."""
    unit = visits["unit"].to_numpy()
    seen = np.zeros((unit.max(initial=-1) + 1, len(years)), dtype=bool)
    if len(years):
        column = visits["month"].to_numpy() // 12 + 1970 - years[0]
        inside = (column >= 0) & (column < len(years))
        seen[unit[inside], column[inside]] = True
    return seen


def _customers(
    vin: NDArray[np.intp], vins: pd.Index, visits: pd.DataFrame, sales: pd.DataFrame
) -> tuple[NDArray[np.intp], pd.Index]:
    own, customers = pd.factorize(pd.concat([visits["customer_id"], sales["customer_id"]], ignore_index=True))
    sold = len(visits) + np.argsort(sales["sale_date"].to_numpy(), kind="stable")
    rows = np.concatenate([sold, _visit_order(vin[: len(visits)], visits)])
    rows = rows[own[rows] >= 0]
    customer = np.full(len(vins), -1)
    customer[vin[rows]] = own[rows]  # later rows overwrite: a visit any sale, a later visit an earlier one
    code = np.where(own >= 0, own, customer[vin])
    code, used = pd.factorize(np.where(code >= 0, code, len(customers) + vin))
    return code, pd.Index([*customers, *vins]).take(used)


def _visit_order(code: NDArray[np.intp], visits: pd.DataFrame) -> NDArray[np.intp]:
    """Row numbers in order of unit, date and ro_number."""
    day = visits["visit_date"].to_numpy(dtype="datetime64[s]").astype("int64") // 86_400
    order = np.argsort(code * (np.ptp(day) + 1 if len(day) else 1) + day)
    same = (np.diff(code[order]) == 0) & (np.diff(day[order]) == 0)
    if same.any():
        # Few visits share a day, so only theirs are compared by the text of the number.
        tied = np.concatenate([same, [False]]) | np.concatenate([[False], same])
        rows = order[tied]
        number, _ = pd.factorize(visits["ro_number"].iloc[rows], sort=True)
        order[tied] = rows[np.lexsort((number, day[rows], code[rows]))]
    return order
