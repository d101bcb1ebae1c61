"""A manufacturer's published figure beside our own count: which vehicles may be counted otherwise, and why.

What is told are candidates: vehicles that we count, of which something is such that the manufacturer may not.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.customers.maker_rules import Fleet
from csanalysis.metrics.customers.roster import vehicle_customers
from csanalysis.metrics.customers.units import Units
from csanalysis.metrics.periods import month_number, month_numbers
from csanalysis.metrics.results import tidy

SOLD_TWICE, VIN_FORM, OTHER_VIN = "sold_twice", "vin_form", "other_vin"
EXCLUDED_TYPE, MONTH_EDGE, JUST_AFTER = "excluded_type", "month_edge", "just_after"
REASONS = (SOLD_TWICE, VIN_FORM, OTHER_VIN, EXCLUDED_TYPE, MONTH_EDGE, JUST_AFTER)

SELDOM_COUNTED = ("accident", "warranty", "other")
"""Service types that manufacturers often leave out."""

DAYS_AFTER = 3
"""A visit so few days after the month may be in it where orders are entered late."""

VIN = r"[A-HJ-NPR-Z0-9]{17}"

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Count:
    """One rule's count in one month, by unit number.

    ``base`` are those counted, ``hit`` those among them that the rate is of (lost, or kept); ``at`` is the
    month's place in the fleet's months, ``first`` that of the first month whose visits are looked at.
    ``least`` visits between ``first`` and ``at`` make a hit, or 0 where a hit is one that has not come since
    ``first``.
    """

    base: Flags
    hit: Flags
    at: int
    first: int
    least: int = 0


@dataclass(frozen=True)
class Otherwise:
    """Units that may be counted otherwise for one reason: not at all (``leaves``), or as no hit or as one."""

    leaves: Flags
    turns: Flags

    @property
    def units(self) -> Flags:
        """All of them."""
        return self.leaves | self.turns


def counted_otherwise(
    count: Count, fleet: Fleet, numbered: Units, *, visits: pd.DataFrame, sales: pd.DataFrame
) -> dict[str, Otherwise]:
    """By reason the vehicles that we count and the manufacturer may not, or may count otherwise.

    Parameters
    ----------
    count : Count
        Our own count.
    fleet : Fleet
        What it was counted on.
    numbered : Units
        Vehicles by number.
    visits, sales : DataFrame
        The clean tables that these are of.

    Returns
    -------
    dict of str to Otherwise
        Every one of :data:`REASONS`.
    """
    size, nobody = len(numbered.names), np.zeros(len(numbered.names), dtype=bool)
    known = _dated(numbered, visits, first=month_number(pd.Timestamp(f"{fleet.months[0]}-01")))
    lost = count.least == 0
    within = known[(known["month"] == count.first) if lost else known["month"].between(count.first, count.at)]
    sold_twice = np.bincount(numbered.sales["unit"].to_numpy(), minlength=size) > 1
    odd = ~pd.Series(numbered.names.astype("str")).str.fullmatch(VIN).to_numpy(dtype=bool)
    plain = within[~within["service_type"].isin(SELDOM_COUNTED)]
    inside = within[~within["edge"]]
    if lost:
        soon = (known["month"] == count.at + 1) & (known["day"] <= DAYS_AFTER)
        since = known[known["month"].between(count.first + 1, count.at)]
        kept = count.base & ~count.hit
        excluded = _left_or_lost(count.base, kept, plain, since[~since["service_type"].isin(SELDOM_COUNTED)])
        edge = _left_or_lost(count.base, kept, inside, since[~since["edge"]])
        other = count.hit & _owner_came(numbered, visits, sales, since, least=1)
        after = count.hit & _seen(known[soon], size)
    else:
        excluded = Otherwise(nobody, count.hit & (_days(plain, size) < count.least))
        edge = Otherwise(nobody, count.hit & (_days(inside, size) < count.least))
        other = count.base & ~count.hit & _owner_came(numbered, visits, sales, within, least=count.least)
        after = nobody
    return {
        SOLD_TWICE: Otherwise(count.base & sold_twice, nobody),
        VIN_FORM: Otherwise(count.base & odd, nobody),
        OTHER_VIN: Otherwise(nobody, other),
        EXCLUDED_TYPE: excluded,
        MONTH_EDGE: edge,
        JUST_AFTER: Otherwise(nobody, after),
    }


def _left_or_lost(base: Flags, kept: Flags, first: pd.DataFrame, since: pd.DataFrame) -> Otherwise:
    """Who is not counted, and of those kept who is lost, where these visits alone count."""
    leaves = base & ~_seen(first, len(base))
    return Otherwise(leaves, kept & ~leaves & ~_seen(since, len(base)))


def _dated(numbered: Units, visits: pd.DataFrame, *, first: int) -> pd.DataFrame:
    """The visits by unit: month counted from ``first``, day of it, and whether another month may have it.

    Another may where the order was closed in another month, or the visit fell on the first or last day.
    """
    rows = numbered.visits
    closed = visits["close_date"].to_numpy()[rows["row"].to_numpy()]
    opened = rows["month"].to_numpy()
    elsewhere = ~np.isnat(closed) & (month_numbers(pd.Series(closed)) != opened)
    date = rows["visit_date"].dt
    border = (date.day == 1) | date.is_month_end
    return pd.DataFrame(
        {
            "unit": rows["unit"].to_numpy(),
            "visit_date": rows["visit_date"].to_numpy(),
            "month": opened - first,
            "day": date.day.to_numpy(),
            "service_type": rows["service_type"].astype("str").to_numpy(),
            "edge": elsewhere | border.to_numpy(),
        }
    )


def _seen(visits: pd.DataFrame, size: int) -> Flags:
    return np.bincount(visits["unit"].to_numpy(), minlength=size) > 0


def _days(visits: pd.DataFrame, size: int) -> NDArray[np.int64]:
    once = visits.drop_duplicates(["unit", "visit_date"])
    return np.bincount(once["unit"].to_numpy(), minlength=size)


def _owner_came(
    numbered: Units, visits: pd.DataFrame, sales: pd.DataFrame, came: pd.DataFrame, *, least: int
) -> Flags:
    """Units whose owner has another vehicle, with which there were so many visits in all."""
    owner, _ = pd.factorize(
        pd.Series(numbered.names.astype("str")).map(vehicle_customers(visits, sales)), use_na_sentinel=True
    )
    days = _days(came, len(owner))
    known = owner >= 0
    of_owner = np.bincount(owner[known], weights=days[known], minlength=owner.max(initial=-1) + 1)
    cars = np.bincount(owner[known], minlength=len(of_owner))
    found = np.zeros(len(owner), dtype=bool)
    found[known] = (cars[owner[known]] > 1) & (of_owner[owner[known]] >= least)
    return found


def rate_otherwise(count: Count, reasons: list[Otherwise]) -> float:
    """The rate if those vehicles were counted otherwise; NaN where none is left."""
    leaves = np.any([each.leaves for each in reasons], axis=0)
    turns = np.any([each.turns for each in reasons], axis=0)
    base = count.base & ~leaves
    return float((count.hit ^ turns)[base].sum() / base.sum()) if base.any() else np.nan


def bulletin_reasons(
    count: Count, found: dict[str, Otherwise], *, theirs: float, rule: str, month: str
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """How many vehicles each reason is true of, and what would be left of the difference without them.

    Parameters
    ----------
    count, found
        What :func:`counted_otherwise` took and gave.
    theirs : float
        The published rate.
    rule, month : str
        What it is called, and of when.

    Returns
    -------
    (DataFrame, list of DataFrame)
        Vehicles by ``rule`` and ``gap_reason``: ``numerator`` [of them hits], ``denominator`` [all counted],
        ``value`` [vehicles]. Then our rate less theirs if these were counted otherwise [fraction], by
        ``rule`` and ``gap_reason``, and for all reasons together by ``rule``.
    """
    named = list(found)
    counted = tidy(
        [month] * len(named),
        numerator=[(found[name].units & count.hit).sum() for name in named],
        denominator=count.base.sum(),
        value=[found[name].units.sum() for name in named],
        rule=rule,
        gap_reason=named,
    )
    left = tidy(
        [month] * len(named),
        value=[rate_otherwise(count, [found[name]]) - theirs for name in named],
        rule=rule,
        gap_reason=named,
    )
    together = tidy([month], value=rate_otherwise(count, [*found.values()]) - theirs, rule=rule)
    return counted, [left, together]
