"""What kind of case a call is: its purpose and what is known of the vehicle, in the words effects go by."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.customers.lifecycle import BOUNDARIES, STATES, Boundaries
from csanalysis.metrics.value.reminder_cases import MOST_ATTEMPTS, YEAR_DAYS

NEVER = "never"
"""The state of a vehicle that was never seen here."""

CAR_AGES = (1, 3, 6)
"""Ages [years] at which a vehicle passes to the next of four groups."""

FACTORS = ("purpose", "state", "visit_class", "car_age", "times_called", "cell")


def cells_of(cases: pd.DataFrame, boundaries: Boundaries = BOUNDARIES) -> pd.DataFrame:
    """The cell that each case belongs to: the columns :data:`FACTORS` and ``whole``, all of them; all text.

    ``cases`` are those of :meth:`CallGains.of`.
    """
    if "state" in cases:
        state = cases["state"].astype("object").where(cases["state"].notna(), NEVER).astype(str)
        state = state.where(~state.isin(["", "nan", "<NA>"]), NEVER)
    else:
        months = cases["months_since"].to_numpy(float, na_value=np.nan)
        places = np.where(np.isnan(months), len(STATES), np.digitize(months, boundaries))
        state = pd.Series(np.array([*STATES, NEVER])[places], index=cases.index)
    age = cases.get("vehicle_age", pd.Series(np.nan, index=cases.index)).to_numpy(float, na_value=np.nan)
    called = cases.get("times_called", pd.Series(0, index=cases.index)).to_numpy(float, na_value=0)
    cells = pd.DataFrame(
        {
            "purpose": cases["purpose"].astype(str),
            "state": state,
            "visit_class": cases["visit_class"].astype(str),
            "car_age": np.where(np.isnan(age), "", np.digitize(age, CAR_AGES).astype(str)),
            "times_called": np.clip(called, 0, MOST_ATTEMPTS - 1).astype(int).astype(str),
        },
        index=cases.index,
    )
    cell = cells["purpose"] + "|" + cells["state"] + "|" + cells["visit_class"]
    return cells.assign(cell=cell, whole=cell + "|" + cells["car_age"] + "|" + cells["times_called"])


def vehicle_ages(sales: pd.DataFrame, day: pd.Timestamp) -> "pd.Series[float]":
    """Years from the first sale of each vehicle to a day, by VIN; vehicles sold later are left out.

    ``sales`` is a clean table.
    """
    first = sales.groupby("vin")["sale_date"].min()
    return ((day - first[first <= day]).dt.days / YEAR_DAYS).rename("vehicle_age")


def alike(cells: pd.DataFrame) -> tuple[NDArray[np.intp], pd.DataFrame]:
    """A number for each case that those of one cell share, and the cells in the order of the numbers."""
    place, _ = pd.factorize(cells["whole"])
    return place, cells.iloc[np.unique(place, return_index=True)[1]]


def as_cases(past: pd.DataFrame) -> pd.DataFrame:
    """Past calls with the columns that :meth:`CallGains.of` asks for."""
    return past.assign(months_since=past["age"].where(past["seen"]), times_called=past["attempt"] - 1)
