"""What happened, month by month: who came, who was waiting to, and what it brought.

Months are columns, counted from January of the first calendar year of the data.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.customers.lapses import LAPSE_MONTHS, lapse_dates
from csanalysis.metrics.customers.lifecycle import BOUNDARIES, Boundaries
from csanalysis.metrics.customers.units import Unit, units
from csanalysis.metrics.first_service.rates import sold_vehicles, with_first_service
from csanalysis.metrics.periods import complete_years, month_numbers
from csanalysis.metrics.upsell.cases import upsell_cases

Counts = NDArray[np.int64]
KINDS = ("first_service", "other", "excluded")
"""Repair orders by how they are paid and counted: first services, all others, and those that the churn
definition leaves out."""

Small = NDArray[np.int16]
"""Of units x months there are tens of millions in a large store."""

OLDEST = 36
"""So many months, or just more than a lapse takes, are told apart."""


@dataclass(frozen=True)
class History:
    """The store's past as arrays of units x months, or of months alone.

    ``orders`` are the counted repair orders of each unit (those that the churn definition leaves out are not
    in it), ``lapsed`` marks the month in which ``lapse_months`` without one were reached. ``sold`` is the
    column of each unit's first sale, beyond the last column for none. ``kinds`` and ``amounts`` are repair
    orders and their total_amount by month and :data:`KINDS`; ``squares`` holds the squared amounts.
    ``first_services`` and ``our_sales`` are the counts of the first-service chapter. ``upsell`` has, by
    month, items proposed, items accepted, amount proposed; ``years`` are the calendar years that orders and
    sales cover whole (an empty ledger takes none away). ``counted`` is where
    :func:`~csanalysis.metrics.simulation.year_flows.count_year` keeps its years.
    """

    first_year: int
    years: tuple[int, ...]
    orders: Small
    lapsed: NDArray[np.bool_]
    sold: Counts
    kinds: Counts
    amounts: NDArray[np.float64]
    squares: NDArray[np.float64]
    first_services: Counts
    first_service_ages: pd.DataFrame
    our_sales: Counts
    upsell: NDArray[np.float64]
    lapse_months: int = LAPSE_MONTHS
    away_months: int = BOUNDARIES[0]
    counted: dict[int, Any] = field(init=False, default_factory=dict, compare=False, repr=False)

    @property
    def oldest(self) -> int:
        """Months since the last visit, or the sale, beyond which all vehicles are treated alike."""
        return max(OLDEST, self.lapse_months + 1)

    @property
    def months(self) -> int:
        """How many months there are."""
        return self.orders.shape[1]

    @cached_property
    def last(self) -> Small:
        """The column of each unit's last counted visit up to and including each month, -1 for none."""
        columns = np.where(self.orders > 0, np.arange(self.months, dtype=np.int16), np.int16(-1))
        last: Small = np.maximum.accumulate(columns, axis=1) if columns.size else columns
        return last

    @cached_property
    def first(self) -> Counts:
        """The column of each unit's first counted visit, beyond the last column for none."""
        came = self.orders > 0
        return np.where(came.any(axis=1), came.argmax(axis=1), self.months)

    @cached_property
    def ledger_sales(self) -> Counts:
        """Units first sold in each month, whoever sold them, that had not been seen before.

        A sale of before the first repair order's year has no month here.
        """
        new = self.sold[(self.sold >= 0) & (self.sold < self.months) & (self.first >= self.sold)]
        return np.bincount(new, minlength=self.months)

    def columns(self, year: int) -> slice:
        """The twelve columns of a calendar year."""
        start = (year - self.first_year) * 12
        return slice(start, start + 12)

    def yearly(self, series: NDArray[np.float64] | Counts, year: int) -> float:
        """The sum of a monthly series over a year."""
        return float(series[self.columns(year)].sum())


def history(
    sales: pd.DataFrame,
    visits: pd.DataFrame,
    items: pd.DataFrame | None,
    *,
    as_of: pd.Timestamp,
    unit: Unit = "vehicle",
    excluded: Sequence[str] = (),
    local_only: bool = False,
    boundaries: Boundaries = BOUNDARIES,
) -> History:
    """Count the clean tables once, for every fit and back-test.

    Parameters
    ----------
    sales, visits : DataFrame
        vehicle_sales and service_visits.
    items : DataFrame or None
        upsell_items.
    as_of : Timestamp
        Last day counted.
    unit : {"vehicle", "customer"}
        Whose visits make a customer.
    excluded : sequence of str
        Service types that do not count as visits for churn.
    local_only : bool
        First services and sales of local customers alone.
    boundaries : (int, int, int)
        Months without a visit after which a vehicle is marginal, churned and permanently lost.

    Returns
    -------
    History
        Without a visit it has no month.
    """
    visits = visits[visits["visit_date"] <= as_of].reset_index(drop=True)
    sales = sales[sales["sale_date"] <= as_of].reset_index(drop=True)
    # Before the ledger begins, a vehicle of ours looks like one from elsewhere: the sales would count twice.
    covered = [visits["visit_date"], *([sales["sale_date"]] if len(sales) else [])]
    begin = visits["visit_date"].min()
    first_year = begin.year if len(visits) else as_of.year
    origin = (first_year - 1970) * 12
    months = (as_of.year - first_year) * 12 + as_of.month if len(visits) else 0

    numbered = units(visits, sales, unit=unit)
    every = numbered.visits
    counted = every[~every["service_type"].isin(list(excluded))]
    size = len(numbered.names)
    orders = np.zeros((size, months), dtype=np.int16)
    of_unit = counted["unit"].to_numpy() * months + counted["month"].to_numpy() - origin
    np.add.at(orders.reshape(-1), of_unit, np.int16(1))
    lapses = lapse_dates(counted, as_of=as_of, lapse_months=boundaries[1])
    lapsed = np.zeros((size, months), dtype=bool)
    lapsed[counted["unit"].loc[lapses.index].to_numpy(), month_numbers(lapses) - origin] = True
    sold = np.full(size, 1 << 20)
    np.minimum.at(
        sold, numbered.sales["unit"].to_numpy(), month_numbers(numbered.sales["sale_date"]) - origin
    )

    kind = np.select(
        [every["service_type"].isin(list(excluded)), every["service_type"] == "first_service"],
        [2, 0],
        default=1,
    )
    place = (every["month"].to_numpy() - origin) * len(KINDS) + kind
    amount = every["total_amount"].to_numpy(dtype=float, na_value=np.nan)
    known = not np.isnan(amount).all()
    paid = np.nan_to_num(amount) if known else amount
    ours = with_first_service(sold_vehicles(sales, as_of=as_of, local_only=local_only), visits, as_of=as_of)
    served = ours.dropna(subset="first_service_date")
    service_month = month_numbers(served["first_service_date"]) - origin
    ages = pd.DataFrame(
        {"month": service_month, "age": service_month - (month_numbers(served["sale_date"]) - origin)}
    )

    def by_kind(weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        sums = np.bincount(place, weights=weights, minlength=months * len(KINDS))
        return np.asarray(sums.reshape(months, len(KINDS)), dtype=float)

    def by_month(columns: NDArray[np.int64]) -> Counts:
        return np.bincount(columns[(columns >= 0) & (columns < months)], minlength=months)

    return History(
        first_year=first_year,
        years=tuple(complete_years(covered, as_of=as_of)),
        orders=orders,
        lapsed=lapsed,
        sold=sold,
        kinds=by_kind().astype("int64"),
        amounts=by_kind(paid),
        squares=by_kind(paid**2),
        first_services=by_month(service_month),
        first_service_ages=ages,
        our_sales=by_month(month_numbers(ours["sale_date"]) - origin),
        upsell=_upsell(items, visits, as_of=as_of, origin=origin, months=months),
        lapse_months=boundaries[1],
        away_months=boundaries[0],
    )


def _upsell(
    items: pd.DataFrame | None, visits: pd.DataFrame, *, as_of: pd.Timestamp, origin: int, months: int
) -> NDArray[np.float64]:
    counts = np.zeros((months, 3))
    if items is None or items.empty:
        return counts
    cases = upsell_cases(items, visits, as_of=as_of).dropna(subset="date")
    column = month_numbers(cases["date"]) - origin
    inside = (column >= 0) & (column < months)
    cases, column = cases[inside], column[inside]
    weights = (np.ones(len(cases)), cases["accepted"].to_numpy(float), cases["amount"].to_numpy(float))
    for place, weight in enumerate(weights):
        counts[:, place] = np.bincount(column, weights=weight, minlength=months)
    return counts
