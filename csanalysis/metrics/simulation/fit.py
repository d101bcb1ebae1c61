"""From counted years to chances: who comes in a month, and by how much whole years differ.

A customer's chance to come depends on its visit class at the year's beginning and on the months since its
last visit; that of a vehicle sold and not yet seen, on the months since its sale.
"""

from itertools import pairwise

import numpy as np
import pandas as pd

from csanalysis.metrics.simulation.history import History
from csanalysis.metrics.simulation.model import EV, NEW, RECENT, STRATA, Array, Model
from csanalysis.metrics.simulation.spreads import (
    USUAL,
    Spread,
    drift_spread,
    last_year_level,
    log_ratio,
    pooled_spread,
)
from csanalysis.metrics.simulation.year_flows import class_place, count_year, expected_year


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
    years, oldest = fit_years(past, year), past.oldest
    weights = np.array([RECENT ** (year - y) for y in years])
    parts = [count_year(past, y) for y in years]
    exposed = np.tensordot(weights, np.stack([part.exposed for part in parts]), 1)
    came = np.tensordot(weights, np.stack([part.came for part in parts]), 1)
    waited = np.tensordot(weights, np.stack([part.waited for part in parts]), 1)
    arrived = np.tensordot(weights, np.stack([part.arrived for part in parts]), 1)
    came, stayed = _with_average(came, exposed)
    first = np.clip(_by_age(arrived, waited), 1e-4, 0.9)
    first_came, first_stayed = arrived + first, waited - arrived + 1 - first

    expected = [
        expected_year(
            part,
            came / (came + stayed),
            first_came / (first_came + first_stayed),
            lapse_months=past.lapse_months,
        )
        for part in parts
    ]
    season = sum(w * part.by_month for w, part in zip(weights, parts, strict=True)) + 60.0
    season = season / (sum(w * e.by_month for w, e in zip(weights, expected, strict=True)) + 60.0)
    spreads = {
        name: pooled_spread(
            [
                log_ratio(getattr(part, name) + 1, getattr(e, name) + 1)
                for part, e in zip(parts, expected, strict=True)
            ],
            weights,
            usual=USUAL[name],
            noise=[1 / (getattr(part, name) + 1) for part in parts],
        )
        for name in ("known", "lost", "waiting")
    }
    stratum, last = class_place(past, year), past.last[:, past.columns(year).stop - 1]
    end = past.columns(year).stop
    stock = np.zeros((len(STRATA), oldest + 1), dtype="int64")
    known = last >= 0
    np.add.at(stock, (stratum[known], np.minimum(end - last[known], oldest)), 1)
    waits = (last < 0) & (past.sold < end)
    waiting = np.bincount(np.minimum(end - past.sold[waits], oldest), minlength=oldest + 1)
    elsewhere, spreads["elsewhere"] = last_year_level([part.elsewhere for part in parts], "elsewhere")
    sales, spreads["sales"] = last_year_level([part.sales for part in parts], "sales")
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
        lapse_months=past.lapse_months,
        away_months=past.away_months,
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
    return means[-1], variation, drift_spread(changes, usual=USUAL["price"])


def _service_shares(past: History, years: tuple[int, ...], weights: Array, arrived: Array) -> Array:
    """Of the first visits by months since sale, the share that is a first service the chapter counts."""
    ages = past.first_service_ages
    oldest = past.oldest
    services = np.zeros(oldest + 1)
    for weight, year in zip(weights, years, strict=True):
        columns = past.columns(year)
        of_year = ages["month"].between(columns.start, columns.stop - 1)
        services += weight * np.bincount(ages.loc[of_year, "age"].clip(0, oldest), minlength=oldest + 1)
    return np.clip(services / np.maximum(arrived, 1e-9), 0, 1)


def _upsell(past: History, years: tuple[int, ...]) -> tuple[float, float, float, Spread]:
    """Items a visit, the share agreed to, the amount of one, and how the share moves from year to year."""
    counts = np.stack([past.upsell[past.columns(y)].sum(axis=0) for y in years])
    proposed, accepted, amount = counts.T
    if not proposed[-1]:
        return 0.0, np.nan, np.nan, drift_spread([], usual=USUAL["upsell"])
    rates = pd.Series((accepted + 0.5) / (proposed + 1))[proposed > 0]
    odds = np.log(rates / (1 - rates)).to_numpy()
    visits = past.kinds[past.columns(years[-1])].sum()
    told = proposed[proposed > 0]
    noise = 1 / ((told + 1) * rates.to_numpy() * (1 - rates.to_numpy()))
    moves = drift_spread(list(np.diff(odds)), usual=USUAL["upsell"], noise=list(noise))
    return proposed[-1] / visits, float(rates.iloc[-1]), amount[-1] / proposed[-1], moves
