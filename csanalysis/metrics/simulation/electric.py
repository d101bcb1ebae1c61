"""Electric vehicles: how often they come and what they bring, beside the others at the same age.

Electric ones were sold later, so that plain means compare young vehicles with old ones: what they would have
done had they been like the others is reckoned year of age by year of age. An assumption gives way to what the
store has seen as far as that is sure.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.customers.fuels import ELECTRIC, is_electric
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats import normal

Array = NDArray[np.float64]

DRIVES = (ELECTRIC, "other")
DAYS_A_YEAR = 365.25

FEWEST = 5
"""Nothing is learned from fewer electric vehicles, nor from fewer visits of them."""

DOUBT = 0.5
"""How far an assumption may be off [standard deviation of its logarithm]: by a factor of 1.6 either way."""


@dataclass(frozen=True)
class Fleet:
    """The vehicles sold: by vehicle whether it is electric, and by year of age what happened.

    ``years``, ``visits``, ``paid_visits`` and ``amount`` are vehicles x ages: time observed [years], visits,
    visits with an amount, and their amounts [yuan].
    """

    electric: NDArray[np.bool_]
    years: Array
    visits: Array
    paid_visits: Array
    amount: Array

    @property
    def vehicles(self) -> int:
        """Electric vehicles sold."""
        return int(self.electric.sum())


def fleet(sales: pd.DataFrame, visits: pd.DataFrame, *, as_of: pd.Timestamp) -> Fleet:
    """Follow every vehicle from its first sale in the ledger on.

    Parameters
    ----------
    sales : DataFrame
        ``vin``, ``sale_date``, ``model`` and, if there is one, ``fuel``; a vehicle sold several times is
        electric if any row says so.
    visits : DataFrame
        ``vin``, ``visit_date``, ``total_amount``; those before the sale do not count.
    as_of : Timestamp
        Last day counted. Vehicles sold before the month of the first visit are left out: nobody knows how
        often they came.

    Returns
    -------
    Fleet
        Ages are completed years of 365.25 days since the sale.
    """
    known = sales[sales["sale_date"] <= as_of]
    cars = (
        pd.DataFrame({"vin": known["vin"], "sale": known["sale_date"], "electric": is_electric(known)})
        .groupby("vin", sort=True)
        .agg(sale=("sale", "min"), electric=("electric", "any"))
    )
    begin = visits["visit_date"].min()
    months = cars["sale"].to_numpy(dtype="datetime64[M]")
    cars = cars[months >= np.datetime64(begin, "M")] if pd.notna(begin) else cars[:0]
    sale = cars["sale"].to_numpy(dtype="datetime64[D]")
    observed = (np.datetime64(as_of.date(), "D") - sale).astype("int64") / DAYS_A_YEAR
    ages = int(observed.max(initial=0)) + 1
    years = np.clip(observed[:, None] - np.arange(ages), 0, 1)

    place = pd.Series(np.arange(len(cars)), index=cars.index)
    rows = visits[(visits["visit_date"] <= as_of) & visits["vin"].isin(cars.index)]
    car = place.reindex(rows["vin"]).to_numpy(dtype="int64")
    since = (rows["visit_date"].to_numpy(dtype="datetime64[D]") - sale[car]).astype("int64")
    amount = rows["total_amount"].to_numpy(dtype=float, na_value=np.nan)
    car, amount, since = (column[since >= 0] for column in (car, amount, since))
    at = car * ages + (since / DAYS_A_YEAR).astype("int64")
    paid = ~np.isnan(amount)

    def summed(weights: Array) -> Array:
        sums = np.bincount(at, weights=weights, minlength=len(cars) * ages)
        return np.asarray(sums.reshape(len(cars), ages), dtype=float)

    return Fleet(
        electric=cars["electric"].to_numpy(bool),
        years=years,
        visits=summed(np.ones(len(at))),
        paid_visits=summed(paid.astype(float)),
        amount=summed(np.nan_to_num(amount)),
    )


def vehicle_years(cars: Fleet, *, as_of: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """Visits and spending of a vehicle and year, electric ones and others, whatever their ages.

    Returns
    -------
    dict of DataFrame
        ``electric_vehicles``: ``value`` [vehicles]. ``vehicle_year_visits`` and ``vehicle_year_revenue`` by
        ``drive``: ``numerator`` [visits, yuan], ``denominator`` [vehicle-years], ``value``; NaN without a
        vehicle, revenue where no amount is known.
    """
    day = f"{as_of:%Y-%m-%d}"
    groups = (cars.electric, ~cars.electric)
    years = [cars.years[group].sum() for group in groups]
    visits = [cars.visits[group].sum() for group in groups]
    amounts = [
        cars.amount[group].sum() if cars.paid_visits[group].sum() or not cars.visits[group].sum() else np.nan
        for group in groups
    ]
    return {
        "electric_vehicles": tidy([day], value=cars.vehicles),
        "vehicle_year_visits": tidy([day] * 2, numerator=visits, denominator=years, drive=list(DRIVES)),
        "vehicle_year_revenue": tidy([day] * 2, numerator=amounts, denominator=years, drive=list(DRIVES)),
    }


def electric_visits_ratio(cars: Fleet, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Visits of electric vehicles for each one that others of their ages would have made.

    Returns
    -------
    DataFrame
        On ``as_of``: ``numerator`` [visits], ``denominator`` [visits expected at the others' rate of each
        year of age], ``value`` [ratio], ``low``, ``high`` (95 %, of the logarithm, whole vehicles varying).
        NaN with fewer than :data:`FEWEST` electric vehicles or visits of them.
    """
    return _ratio(cars, cars.visits, cars.years, as_of)


def electric_revenue_ratio(cars: Fleet, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """What a visit of an electric vehicle brings for each yuan that one of others of its age does.

    Returns
    -------
    DataFrame
        As :func:`electric_visits_ratio`, in yuan, of the visits with an amount.
    """
    return _ratio(cars, cars.amount, cars.paid_visits, as_of)


def as_far_as_sure(told: pd.DataFrame, assumed: float) -> tuple[float, float, float]:
    """An assumed ratio that gives way to the one that was seen, as far as that is sure.

    Parameters
    ----------
    told : DataFrame
        One row of :func:`electric_visits_ratio` or :func:`electric_revenue_ratio`.
    assumed : float
        What was taken for it, off by :data:`DOUBT` or so.

    Returns
    -------
    tuple of float
        Ratio, and its 95 % bounds; ``assumed`` and NaN where nothing was learned.

    Notes
    -----
    The mean of the two logarithms, each weighted by its inverse variance.
    """
    seen, low, high = (float(told[name].iloc[0]) for name in ("value", "low", "high"))
    if np.isnan(seen) or np.isnan(low):
        return assumed, np.nan, np.nan
    error = (np.log(high) - np.log(low)) / (2 * normal.Z95)
    weights = np.array([1 / max(error, 1e-6) ** 2, 1 / DOUBT**2])
    middle = float(weights @ np.log([seen, assumed]) / weights.sum())
    half = normal.Z95 / np.sqrt(weights.sum())
    return float(np.exp(middle)), float(np.exp(middle - half)), float(np.exp(middle + half))


def _ratio(cars: Fleet, counted: Array, of: Array, as_of: pd.Timestamp) -> pd.DataFrame:
    """Of electric vehicles what was ``counted`` over what it would be at the others' rate by age."""
    day, ours, others = f"{as_of:%Y-%m-%d}", cars.electric, ~cars.electric
    known = of[others].sum(axis=0) > 0
    rate = np.divide(
        counted[others].sum(axis=0), of[others].sum(axis=0), out=np.zeros(of.shape[1]), where=known
    )
    seen, like = counted[:, known].sum(axis=1), of @ rate
    total, expected = seen[ours].sum(), like[ours].sum()
    if cars.vehicles < FEWEST or cars.visits[ours].sum() < FEWEST or not (total > 0 and expected > 0):
        return tidy([day], numerator=total, denominator=expected, value=np.nan)
    ratio = total / expected
    error = np.sqrt(
        _scatter(seen[ours] - ratio * like[ours]) / total**2
        + _scatter(seen[others] - like[others]) / like[others].sum() ** 2
    )
    low, high = ratio * np.exp(np.array([-1, 1]) * normal.Z95 * error)
    return tidy([day], numerator=total, denominator=expected, value=ratio, low=low, high=high)


def _scatter(apart: Array) -> float:
    """The variance of a sum of whole vehicles' deviations."""
    return float((apart**2).sum() * len(apart) / max(len(apart) - 1, 1))
