"""From counted years to chances: who comes in a month, and by how much whole years differ.

A customer's chance to come depends on its visit class at the year's beginning and on the months since its
last visit; that of a vehicle sold and not yet seen, on the months since its sale.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.customers.classes import CLASSES
from csanalysis.metrics.simulation.history import Counts, History
from csanalysis.metrics.simulation.spreads import USUAL, Spread, drift, level, log_ratio, spread

Array = NDArray[np.float64]

STRATA = (*CLASSES, "new", "ev")
"""Visit class at the year's beginning; ``new`` came first in the year itself, ``ev`` are electric ones."""
NEW, EV = STRATA.index("new"), STRATA.index("ev")
OLDEST = 36
"""Months since the last visit, or the sale, beyond which all vehicles are treated alike."""
LAPSE_MONTHS = 12
RECENT = 0.65
"""Weight of a year against the one after it: habits and people change."""


@dataclass(frozen=True)
class Model:
    """One store at the end of ``year``, and what it has shown about its flows.

    ``stock`` [stratum, months since the last visit in January] and ``waiting`` [months since sale] are
    vehicles on 31 December; index 1 is a visit in December, the last index that month or earlier.
    ``came`` and ``stayed`` (weighted vehicle-months, with a little of the average added) give each cell's
    chance; ``first_came`` and ``first_stayed`` those of waiting vehicles.
    """

    year: int
    fitted: tuple[int, ...]
    stock: Counts
    waiting: Counts
    came: Array
    stayed: Array
    first_came: Array
    first_stayed: Array
    season: Array
    again: Array
    after_lapse: float
    first_service_share: Array
    sales: float
    sales_months: Array
    ours: float
    elsewhere: float
    excluded: float
    service_orders: float
    amounts: Array
    variations: Array
    proposals: float
    success: float
    proposed_amount: float
    spreads: dict[str, Spread]


def fit_years(past: History, year: int) -> tuple[int, ...]:
    """The years that can be fitted up to ``year``: complete, with a complete year before them."""
    return tuple(y for y in past.years if y <= year and y - 1 in past.years)


def fit(past: History, *, year: int) -> Model:
    """What the years up to ``year`` tell; later months are not looked at.

    Parameters
    ----------
    past : History
        The store's counts.
    year : int
        The last year known.

    Returns
    -------
    Model
        Needs :func:`fit_years` to hold at least one year.
    """
    years = fit_years(past, year)
    weights = np.array([RECENT ** (year - y) for y in years])
    parts = [_year(past, y) for y in years]
    exposed = np.tensordot(weights, np.stack([part.exposed for part in parts]), 1)
    came = np.tensordot(weights, np.stack([part.came for part in parts]), 1)
    waited = np.tensordot(weights, np.stack([part.waited for part in parts]), 1)
    arrived = np.tensordot(weights, np.stack([part.arrived for part in parts]), 1)
    came, stayed = _with_average(came, exposed)
    first = np.clip(_by_age(arrived, waited), 1e-4, 0.9)
    first_came, first_stayed = arrived + first, waited - arrived + 1 - first

    expected = [
        _expected(part, came / (came + stayed), first_came / (first_came + first_stayed)) for part in parts
    ]
    season = sum(w * part.by_month for w, part in zip(weights, parts, strict=True)) + 60.0
    season = season / (sum(w * e.by_month for w, e in zip(weights, expected, strict=True)) + 60.0)
    spreads = {
        name: spread(
            [
                log_ratio(getattr(part, name) + 1, getattr(e, name) + 1)
                for part, e in zip(parts, expected, strict=True)
            ],
            weights,
            usual=USUAL[name],
        )
        for name in ("known", "lost", "waiting")
    }
    stratum, last = _stratum(past, year), past.last[:, past.columns(year).stop - 1]
    end = past.columns(year).stop
    stock = np.zeros((len(STRATA), OLDEST + 1), dtype="int64")
    known = last >= 0
    np.add.at(stock, (stratum[known], np.minimum(end - last[known], OLDEST)), 1)
    waits = (last < 0) & (past.sold < end)
    waiting = np.bincount(np.minimum(end - past.sold[waits], OLDEST), minlength=OLDEST + 1)
    elsewhere, spreads["elsewhere"] = level([part.elsewhere for part in parts], "elsewhere")
    sales, spreads["sales"] = level([part.sales for part in parts], "sales")
    prices, variations, spreads["price"] = _prices(past, years)
    ordered = sum(w * part.orders for w, part in zip(weights, parts, strict=True))
    visitors = sum(w * part.visitors for w, part in zip(weights, parts, strict=True))
    months = np.stack([part.sales_by_month for part in parts[-3:]]).sum(axis=0) + 1e-9
    lapses = sum(w * part.after_lapse for w, part in zip(weights, parts, strict=True))
    kinds = np.stack([past.kinds[past.columns(y)].sum(axis=0) for y in years]).T @ weights
    served = sum(w * past.yearly(past.first_services, y) for w, y in zip(weights, years, strict=True))
    ours = sum(past.yearly(past.our_sales, y) for y in years[-2:])
    ledger = sum(past.yearly(past.ledger_sales, y) for y in years[-2:])
    proposals, success, quoted, spreads["upsell"] = _upsell(past, years)
    return Model(
        year=year,
        fitted=years,
        stock=stock,
        waiting=waiting,
        came=came,
        stayed=stayed,
        first_came=first_came,
        first_stayed=first_stayed,
        season=season,
        again=(ordered + 5 * (ordered.sum() / max(visitors.sum(), 1))) / (visitors + 5) - 1,
        after_lapse=float((lapses[0] + 0.5) / (lapses[1] + 1)),
        first_service_share=_service_shares(past, years, weights, arrived),
        sales=sales,
        sales_months=months / months.sum(),
        ours=ours / ledger if ledger else 0.0,
        elsewhere=elsewhere,
        excluded=float(kinds[2] / max(kinds[:2].sum(), 1)),
        service_orders=float(kinds[0] / served) if served else 0.0,
        amounts=prices,
        variations=variations,
        proposals=proposals,
        success=success,
        proposed_amount=quoted,
        spreads=spreads,
    )


class _Year(NamedTuple):
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


def _stratum(past: History, year: int) -> Counts:
    """Of each unit the place of its class on 31 December of a year, by its orders in that year."""
    orders = past.orders[:, past.columns(year)].sum(axis=1)
    classes: Counts = 3 - np.digitize(orders, [1, 2, 4])
    return classes


def _year(past: History, year: int) -> _Year:
    """What was exposed and what happened in one year, cell by cell."""
    columns = past.columns(year)
    start = columns.start
    months = np.arange(start, columns.stop)
    before = past.last[:, start - 1 : columns.stop - 1]
    stratum = np.where(past.first < start, _stratum(past, year - 1), NEW)[:, None]
    came = past.orders[:, columns] > 0
    known = before >= 0
    age = np.clip(months - before, 0, OLDEST)
    since = np.clip(months - past.sold[:, None], -1, OLDEST)
    waits = ~known & (since >= 0)
    shape = (12, len(STRATA), OLDEST + 1)
    month = np.broadcast_to(np.arange(12), known.shape)
    cell = (month * len(STRATA) + stratum) * (OLDEST + 1) + age
    exposed = np.bincount(cell[known], minlength=np.prod(shape)).reshape(shape).astype(float)
    visited = np.bincount(cell[known & came], minlength=np.prod(shape)).reshape(shape).astype(float)
    waited = np.bincount((month * (OLDEST + 1) + since)[waits], minlength=12 * (OLDEST + 1))
    arrived = np.bincount(since[waits & came], minlength=OLDEST + 1)
    elsewhere = ~known & ~waits & came
    groups = np.broadcast_to(stratum, known.shape)
    at_lapse = came & known & (age == LAPSE_MONTHS)
    lost = visited[:, :, LAPSE_MONTHS + 1 :].sum()
    sales = past.ledger_sales[columns].astype(float)
    return _Year(
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


class _Expected(NamedTuple):
    known: float
    lost: float
    waiting: float
    by_month: Array


def _expected(part: _Year, chance: Array, first_chance: Array) -> _Expected:
    """What a year's vehicles would have done, had it been like all the others."""
    visits, firsts = part.exposed_by_month * chance, part.waited_by_month * first_chance
    lost = visits[:, :, LAPSE_MONTHS + 1 :].sum()
    return _Expected(
        float(visits.sum() - lost),
        float(lost),
        float(firsts.sum()),
        visits.sum(axis=(1, 2)) + firsts.sum(axis=1),
    )


def _with_average(came: Array, exposed: Array, *, weight: float = 25.0) -> tuple[Array, Array]:
    """Visits and no-visits by cell, each cell with ``weight`` vehicle-months of the average of its age."""
    by_age = _by_age(came.sum(axis=0), exposed.sum(axis=0))
    # A class that differs from the average does so at every age.
    lift = (came.sum(axis=1) + weight * 0.1) / ((exposed * by_age).sum(axis=1) + weight * 0.1)
    lift[EV] = lift[NEW]
    average = np.clip(lift[:, None] * by_age, 1e-4, 0.9)
    came, exposed = came.copy(), exposed.copy()
    came[EV], exposed[EV] = came[NEW], exposed[NEW]
    return came + weight * average, exposed - came + weight * (1 - average)


def _by_age(came: Array, exposed: Array, *, weight: float = 10.0) -> Array:
    """The average chance at each age; where few were so old, that of the age before."""
    chance = np.zeros(len(came))
    before = came.sum() / max(exposed.sum(), 1.0)
    for age in range(len(came)):
        before = chance[age] = (came[age] + weight * before) / (exposed[age] + weight)
    return chance


def _prices(past: History, years: tuple[int, ...]) -> tuple[Array, Array, Spread]:
    """Last year's mean amount by kind, the variation of single orders, and how the level moves by year."""
    orders = np.stack([past.kinds[past.columns(y)].sum(axis=0) for y in years]).astype(float)
    amounts = np.stack([past.amounts[past.columns(y)].sum(axis=0) for y in years])
    squares = np.stack([past.squares[past.columns(y)].sum(axis=0) for y in years])
    means = np.divide(amounts, orders, out=np.zeros_like(amounts), where=orders > 0)
    levels = means @ orders[-1]
    last, spent = orders.sum(axis=0), amounts.sum(axis=0)
    mean = np.divide(spent, last, out=np.zeros(len(last)), where=last > 0)
    square = np.divide(squares.sum(axis=0), last, out=np.zeros(len(last)), where=last > 0)
    variation = np.sqrt(np.maximum(square - mean**2, 0)) / np.where(mean > 0, mean, 1)
    changes = [log_ratio(b, a) for a, b in pairwise(levels) if a > 0 and b > 0]
    return means[-1], variation, drift(changes, usual=USUAL["price"])


def _service_shares(past: History, years: tuple[int, ...], weights: Array, arrived: Array) -> Array:
    """Of the first visits by months since sale, the share that is a first service the chapter counts."""
    ages = past.first_service_ages
    services = np.zeros(OLDEST + 1)
    for weight, year in zip(weights, years, strict=True):
        columns = past.columns(year)
        of_year = ages["month"].between(columns.start, columns.stop - 1)
        services += weight * np.bincount(ages.loc[of_year, "age"].clip(0, OLDEST), minlength=OLDEST + 1)
    return np.clip(services / np.maximum(arrived, 1e-9), 0, 1)


def _upsell(past: History, years: tuple[int, ...]) -> tuple[float, float, float, Spread]:
    """Items a visit, the share agreed to, the amount of one, and how the share moves from year to year."""
    counts = np.stack([past.upsell[past.columns(y)].sum(axis=0) for y in years])
    proposed, accepted, amount = counts.T
    if not proposed[-1]:
        return 0.0, np.nan, np.nan, drift([], usual=USUAL["upsell"])
    rates = pd.Series((accepted + 0.5) / (proposed + 1))[proposed > 0]
    odds = np.log(rates / (1 - rates)).to_numpy()
    visits = past.kinds[past.columns(years[-1])].sum()
    moves = drift(list(np.diff(odds)), usual=USUAL["upsell"])
    return proposed[-1] / visits, float(rates.iloc[-1]), amount[-1] / proposed[-1], moves
