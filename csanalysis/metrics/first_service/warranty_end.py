"""The end of the warranty: how many vehicles still come in the year before it, and in the year after.

The same vehicles are counted in every year, so that what differs is the year alone; even so each year brings
fewer, whence the fall of the year before is set against the fall at the end.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.first_service.warranty import Warranty
from csanalysis.metrics.periods import add_months
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats import normal
from csanalysis.metrics.stats.intervals import wilson

WARRANTY_YEARS = ("before_last", "last", "after")
"""The last year but one of the warranty, its last, and the first one after it."""

YEAR_MONTHS = 12


def warranty_visits(
    vehicles: pd.DataFrame, visits: pd.DataFrame, *, months: int, km: float, as_of: pd.Timestamp
) -> pd.DataFrame:
    """In which years around the end of its warranty each vehicle came.

    Parameters
    ----------
    vehicles : DataFrame
        :func:`csanalysis.metrics.first_service.rates.sold_vehicles`: ``vin``, ``sale_date``.
    visits : DataFrame
        One row a visit of any type: ``vin``, ``visit_date``, ``mileage_km``.
    months : int
        The warranty ends so many months after the sale.
    km : float
        A vehicle that reached so many km before that day is left out: its warranty ended earlier.
    as_of : Timestamp
        Last day counted; only vehicles whose year after the end is over by then.

    Returns
    -------
    DataFrame
        One row a vehicle, a column of bool a year of :data:`WARRANTY_YEARS`. A year begins on the day after
        it is so many months to the end, or since; one that began before the sale has no column.
    """
    over = add_months(vehicles["sale_date"], months + YEAR_MONTHS) <= as_of
    followed = vehicles.loc[over.to_numpy(), ["vin", "sale_date"]].reset_index(drop=True)
    rows = visits.loc[visits["visit_date"] <= as_of, ["vin", "visit_date", "mileage_km"]]
    number, _ = pd.factorize(pd.concat([followed["vin"], rows["vin"]]), use_na_sentinel=False)
    place = number[len(followed) :]
    ours = place < len(followed)
    place, rows = place[ours], rows[ours]
    came = rows["visit_date"].to_numpy(dtype="datetime64[s]")
    sold = followed["sale_date"]

    def day(after: int) -> NDArray[np.datetime64]:
        return add_months(sold, after).to_numpy(dtype="datetime64[s]")[place]

    readings = rows.rename(columns={"visit_date": "day"}).assign(vehicle=place)
    warranty = Warranty.of(sold, readings.sort_values(["vehicle", "day"]), months=months, km=km)
    found = {}
    for shift, year in zip((-2, -1, 0), WARRANTY_YEARS, strict=True):
        begin = months + shift * YEAR_MONTHS
        if begin < 0:
            continue
        inside = (came > day(begin)) & (came <= day(begin + YEAR_MONTHS))
        found[year] = np.bincount(place[inside], minlength=len(followed)) > 0
    kept = (warranty.ends(as_of) == warranty.by_date).to_numpy(dtype=bool)
    return pd.DataFrame(found)[kept].reset_index(drop=True)


def warranty_visit_share(came: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Share of the vehicles with any visit in each year around the end of the warranty.

    Parameters
    ----------
    came : DataFrame
        From :func:`warranty_visits`.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        On ``as_of``, one row a ``warranty_year``: ``numerator`` [vehicles], ``denominator`` [vehicles],
        ``value`` [fraction 0-1], ``low``, ``high`` (95 % Wilson). NaN without a vehicle.
    """
    counts = came.sum().to_numpy(float)
    low, high = wilson(counts, len(came))
    day = [f"{as_of:%Y-%m-%d}"] * len(counts)
    return tidy(
        day, numerator=counts, denominator=len(came), low=low, high=high, warranty_year=list(came.columns)
    )


def warranty_cliff(came: pd.DataFrame, *, as_of: pd.Timestamp) -> list[pd.DataFrame]:
    """By how much the share with a visit falls when the warranty ends, and how much of it no other year has.

    Returns
    -------
    list of DataFrame
        On ``as_of``, ``value`` [fraction, below 0 is a fall] with ``low``, ``high`` (95 %, of the mean of the
        vehicles' own changes), ``denominator`` [vehicles]: undivided the year after against the last one;
        ``change`` ``year_before`` the last against the one before it; ``change`` ``beyond`` the first less
        the second, below 0 where the warranty's end costs more than any year does. NaN under two vehicles.
    """
    years = {name: came[name].to_numpy(float) for name in came}
    changes: dict[str | None, NDArray[np.float64]] = {None: years["after"] - years["last"]}
    if "before_last" in years:
        changes["year_before"] = years["last"] - years["before_last"]
        changes["beyond"] = changes[None] - changes["year_before"]
    parts = []
    for name, each in changes.items():
        size = len(each)
        mean = each.mean() if size else np.nan
        half = normal.Z95 * each.std(ddof=1) / np.sqrt(size) if size > 1 else np.nan
        split = {} if name is None else {"change": [name]}
        parts.append(
            tidy(
                [f"{as_of:%Y-%m-%d}"],
                denominator=size,
                value=mean,
                low=mean - half,
                high=mean + half,
                **split,
            )
        )
    return parts
