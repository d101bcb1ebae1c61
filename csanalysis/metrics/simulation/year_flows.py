"""One past year counted cell by cell: who could have come in each month, and who did."""

from typing import NamedTuple

import numpy as np

from csanalysis.metrics.customers.lapses import LAPSE_MONTHS
from csanalysis.metrics.simulation.history import Counts, History
from csanalysis.metrics.simulation.model import NEW, STRATA, Array


class YearFlows(NamedTuple):
    """Vehicles exposed, visits and sales of one year.

    ``known`` and ``lost`` are visits before and after a lapse; ``waiting`` and ``elsewhere`` the first visits
    of vehicles sold here and of others.
    """

    exposed: Array  # stratum x months since the last visit
    came: Array
    waited: Array  # months since sale
    arrived: Array
    by_month: Array
    orders: Array  # by stratum
    visitors: Array
    known: float
    lost: float
    waiting: float
    elsewhere: float
    sales: float
    sales_by_month: Array
    after_lapse: Array  # visits in the month of a lapse that came after it, and all of them
    exposed_by_month: Array  # month x stratum x months since the last visit
    waited_by_month: Array


def class_place(past: History, year: int) -> Counts:
    """Of each unit the place of its class on 31 December of a year, by its orders in that year."""
    orders = past.orders[:, past.columns(year)].sum(axis=1)
    classes: Counts = 3 - np.digitize(orders, [1, 2, 4])
    return classes


def count_year(past: History, year: int) -> YearFlows:
    """What was exposed and what happened in one year, cell by cell; each year is counted once."""
    if year not in past.counted:
        past.counted[year] = _counted(past, year)
    flows: YearFlows = past.counted[year]
    return flows


def _counted(past: History, year: int) -> YearFlows:
    columns, oldest, lapse = past.columns(year), past.oldest, past.lapse_months
    start = columns.start
    months = np.arange(start, columns.stop)
    before = past.last[:, start - 1 : columns.stop - 1]
    stratum = np.where(past.first < start, class_place(past, year - 1), NEW)[:, None]
    came = past.orders[:, columns] > 0
    known = before >= 0
    age = np.clip(months - before, 0, oldest)
    since = np.clip(months - past.sold[:, None], -1, oldest)
    waits = ~known & (since >= 0)
    shape = (12, len(STRATA), oldest + 1)
    month = np.broadcast_to(np.arange(12), known.shape)
    cell = (month * len(STRATA) + stratum) * (oldest + 1) + age
    exposed = np.bincount(cell[known], minlength=np.prod(shape)).reshape(shape).astype(float)
    visited = np.bincount(cell[known & came], minlength=np.prod(shape)).reshape(shape).astype(float)
    waited = np.bincount((month * (oldest + 1) + since)[waits], minlength=12 * (oldest + 1))
    arrived = np.bincount(since[waits & came], minlength=oldest + 1)
    elsewhere = ~known & ~waits & came
    groups = np.broadcast_to(stratum, known.shape)
    at_lapse = came & known & (age == lapse)
    lost = visited[:, :, lapse + 1 :].sum()
    sales = past.ledger_sales[columns].astype(float)
    return YearFlows(
        exposed=exposed.sum(axis=0),
        came=visited.sum(axis=0),
        waited=waited.reshape(12, -1).sum(axis=0).astype(float),
        arrived=arrived.astype(float),
        by_month=came.sum(axis=0) - elsewhere.sum(axis=0).astype(float),
        orders=np.bincount(groups[came], weights=past.orders[:, columns][came], minlength=len(STRATA)).astype(
            float
        ),
        visitors=np.bincount(groups[came], minlength=len(STRATA)).astype(float),
        known=float(visited.sum() - lost),
        lost=float(lost),
        waiting=float(arrived.sum()),
        elsewhere=float(elsewhere.sum()),
        sales=float(sales.sum()),
        sales_by_month=sales,
        after_lapse=np.array([(at_lapse & past.lapsed[:, columns]).sum(), at_lapse.sum()], dtype=float),
        exposed_by_month=exposed,
        waited_by_month=waited.reshape(12, -1).astype(float),
    )


class ExpectedYear(NamedTuple):
    """Visits that :class:`YearFlows` would have shown in an average year."""

    known: float
    lost: float
    waiting: float
    by_month: Array


def expected_year(
    part: YearFlows, chance: Array, first_chance: Array, *, lapse_months: int = LAPSE_MONTHS
) -> ExpectedYear:
    """What a year's vehicles would have done, had it been like all the others."""
    visits, firsts = part.exposed_by_month * chance, part.waited_by_month * first_chance
    lost = visits[:, :, lapse_months + 1 :].sum()
    return ExpectedYear(
        float(visits.sum() - lost),
        float(lost),
        float(firsts.sum()),
        visits.sum(axis=(1, 2)) + firsts.sum(axis=1),
    )
