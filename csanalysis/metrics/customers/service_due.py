"""When a vehicle will come for its next service: by its own pace, with a band, and tested on the past."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.customers.mileage import distance_driven, readings
from csanalysis.metrics.customers.service_habits import learn_habits, predict_next_service
from csanalysis.metrics.periods import date_plus_months, months_between
from csanalysis.metrics.remembered import remembered
from csanalysis.metrics.results import tidy

SERVICES = ("first_service", "scheduled_service")


@remembered
def services(visits: pd.DataFrame, sales: pd.DataFrame) -> pd.DataFrame:
    """Every first and scheduled service, with what was known of its vehicle when it left.

    Parameters
    ----------
    visits : DataFrame
        Clean table: ``vin``, ``visit_date``, ``service_type``, ``mileage_km``.
    sales : DataFrame
        Clean table: ``vin``, ``sale_date``.

    Returns
    -------
    DataFrame
        One row a vehicle and day, in that order: ``vin``, ``service_date``, ``driven`` [km] and ``taken``
        [days] (see :func:`csanalysis.metrics.customers.mileage.distance_driven`), ``interval_before`` [days
        since the service before, NaN for the first one], ``next_service``.
    """
    code, _ = pd.factorize(pd.concat([visits["vin"], sales["vin"]], ignore_index=True))
    rows = visits[["vin", "visit_date", "service_type", "mileage_km"]].assign(
        unit=code[: len(visits)], day=_days(visits["visit_date"])
    )
    sold = sales[["vin"]].assign(unit=code[len(visits) :], day=_days(sales["sale_date"]))
    sold = sold.sort_values("day", kind="stable").drop_duplicates("unit")
    done = rows[rows["service_type"].isin(SERVICES)].drop_duplicates(["unit", "day"])
    done = done.sort_values(["unit", "day"], ignore_index=True)
    unit, day = done["unit"].to_numpy(), done["day"].to_numpy()
    driven, taken = distance_driven(readings(rows, sold), unit, day)
    again = np.concatenate([unit[1:] == unit[:-1], [False]]) if len(unit) else np.zeros(0, dtype=bool)
    before = np.roll(day, 1).astype(float)
    before[~np.roll(again, 1)] = np.nan
    return pd.DataFrame(
        {
            "vin": done["vin"],
            "service_date": done["visit_date"],
            "driven": driven,
            "taken": taken,
            "interval_before": day - before,
            "next_service": done["visit_date"].shift(-1).where(again),
        }
    )


def next_services(rows: pd.DataFrame, *, months: int, km: float, as_of: pd.Timestamp) -> pd.DataFrame:
    """The next service of every vehicle that has had one, as it can be told on ``as_of``.

    Parameters
    ----------
    rows : DataFrame
        From :func:`services`.
    months, km
        The service interval.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        In order of ``vin``: ``service_date`` of the last service and the columns of
        :func:`csanalysis.metrics.customers.service_habits.predict_next_service`.
    """
    rows = rows[(rows["service_date"] <= as_of).to_numpy()]
    habits = learn_habits(rows, months=months, km=km, before=as_of + pd.Timedelta(days=1))
    last = rows[rows["next_service"].isna().to_numpy()]
    told = pd.concat(
        [last[["vin", "service_date"]], predict_next_service(last, habits, months=months, km=km)], axis=1
    )
    return told.sort_values("vin", ignore_index=True)


def due_soon(told: pd.DataFrame, *, as_of: pd.Timestamp, months: int = 3) -> pd.DataFrame:
    """The vehicles to remind now: expected within so many months, or by now and still within the band.

    Parameters
    ----------
    told : DataFrame
        From :func:`next_services`.
    as_of : Timestamp
        Last day counted.
    months : int
        How far ahead.

    Returns
    -------
    DataFrame
        Rows of ``told``; ``overdue`` where the expected day has passed.
    """
    overdue = told["expected"] <= as_of
    chosen = (~overdue & (told["expected"] <= date_plus_months(as_of, months))) | (
        overdue & (told["until"] > as_of)
    )
    return told.assign(overdue=overdue)[chosen.to_numpy()]


def service_due_vehicles(told: pd.DataFrame, *, as_of: pd.Timestamp, months: int = 6) -> pd.DataFrame:
    """Vehicles whose next service is to be expected in each of the coming months.

    Parameters
    ----------
    told : DataFrame
        From :func:`next_services`.
    as_of : Timestamp
        Only what is expected after it.
    months : int
        How many months ahead; a vehicle has one next service, so those far off are not all there yet.

    Returns
    -------
    DataFrame
        One row a calendar month: ``value`` [vehicles].
    """
    first = as_of + pd.Timedelta(days=1)
    ahead = (
        told["expected"][(told["expected"] >= first).to_numpy()]
        .dt.to_period("M")
        .astype("str")
        .value_counts()
    )
    coming = months_between(first, date_plus_months(first, months - 1))
    return tidy(coming, value=[float(ahead.get(month, 0)) for month in coming])


def service_due_value(expected: pd.DataFrame, visits: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """What the expected services would bring if all of them came.

    Parameters
    ----------
    expected : DataFrame
        From :func:`service_due_vehicles`.
    visits : DataFrame
        Clean table; the mean amount is that of the scheduled services of the last twelve months.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        One row a month: ``value`` [yuan], NaN without an amount. Higher is better.
    """
    recent = visits["visit_date"] > date_plus_months(as_of, -12)
    scheduled = visits["service_type"] == "scheduled_service"
    mean = float(visits.loc[recent & scheduled, "total_amount"].mean())
    return tidy(expected["period"], value=expected["value"].to_numpy() * mean)


def _days(dates: pd.Series) -> NDArray[np.int64]:
    days: NDArray[np.int64] = dates.to_numpy(dtype="datetime64[D]").astype("int64")
    return days
