"""What is running on a vehicle: its warranty, a service package, the insurance taken out at the store."""

import numpy as np
import pandas as pd

from csanalysis.demo.diary import Diary
from csanalysis.demo.plan import FIRST_DAY, LAST_DAY, Plan

_WARRANTY, _EXTENDED, _EXTENDED_SHARE = 3, 5, 0.08  # years
_PACKAGE_SHARE = 0.2
_INSURED, _RENEWS, _LATEST_YEARS = 0.62, 0.45, 9
_NEAR = 75  # days before the end within which a call brings the renewal


def policies(plan: Plan, diary: Diary, vehicles: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """One row a warranty, package or year of insurance that began in the years of the exports.

    Whose insurance a call renewed has another year of it; others renew sometimes, as long as they come.
    """
    rng = plan.rng("policies")
    sold = vehicles[vehicles["origin"] == "sold"]
    new = sold[sold["sold"].between(FIRST_DAY, LAST_DAY)]
    years = np.where(rng.random(len(new)) < _EXTENDED_SHARE, _EXTENDED, _WARRANTY)
    warranties = _rows(new, "warranty", 0, years)
    taken = rng.random(len(new)) < _PACKAGE_SHARE
    packages = _rows(new[taken], "package", 0, rng.choice([2, 3], size=int(taken.sum()), p=[0.6, 0.4]))
    table = pd.concat([warranties, packages, *_insured(diary, sold, visits, rng)])
    day = table["start_date"].to_numpy().astype("datetime64[D]").astype(int)
    table = table[(day >= FIRST_DAY) & (day <= LAST_DAY)]
    return table.sort_values(["start_date", "vin", "kind"], kind="stable", ignore_index=True)


def _insured(
    diary: Diary, sold: pd.DataFrame, visits: pd.DataFrame, rng: np.random.Generator
) -> list[pd.DataFrame]:
    """The insurance of each year of a car's life, as long as it is renewed."""
    renewed: dict[int, list[int]] = {}
    for call in diary.calls:
        if call.purpose == "insurance" and call.result == "renewed":
            renewed.setdefault(call.vehicle, []).append(call.day)
    days = visits.groupby("vehicle")["day"].agg(list).to_dict()
    insured = np.flatnonzero((rng.random(len(sold)) < _INSURED) & sold["self_sold"].to_numpy())
    rows = []
    for year in range(_LATEST_YEARS):
        of_year = sold.iloc[insured]
        rows.append(_rows(of_year, "insurance", year, np.ones(len(of_year), dtype=int)))
        ends = (of_year["sold"] + round(365.25 * (year + 1))).tolist()
        cars = of_year.index.tolist()
        draws = rng.random(len(of_year))
        insured = np.array(
            [
                place
                for place, car, end, draw in zip(insured, cars, ends, draws, strict=True)
                if any(end - _NEAR < day <= end for day in renewed.get(car, ()))
                or (draw < _RENEWS and any(end - 365 < day <= end for day in days.get(car, ())))
            ],
            dtype=np.int64,
        )
    return rows


def _rows(cars: pd.DataFrame, kind: str, begin: int, years: np.ndarray) -> pd.DataFrame:
    """Rows that begin so many years after the sale and run for as many as ``years`` says of each."""
    sold = cars["sold"].to_numpy().astype("datetime64[D]")
    start = _later(sold, np.full(len(cars), begin))
    return pd.DataFrame(
        {
            "vin": cars["vin"].to_numpy(),
            "kind": kind,
            "start_date": start,
            "end_date": _later(sold, begin + years),
        }
    )


def _later(days: np.ndarray, years: np.ndarray) -> np.ndarray:
    """The same day so many years on; the 29th of February becomes the 1st of March."""
    month = days.astype("datetime64[M]")
    later: np.ndarray = (month + 12 * years).astype("datetime64[D]") + (days - month)
    return later.astype("datetime64[s]")
