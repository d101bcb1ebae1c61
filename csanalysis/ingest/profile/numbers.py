"""Amounts and odometers: median and range, and cells that cannot be meant."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from csanalysis.schema import TABLES

_HIGHEST_KM = 1_000_000
_TIMES_MEDIAN = 1_000


@dataclass(frozen=True)
class Numbers:
    """Of one column: how many cells, their least, median and greatest, and how many cannot be meant.

    Those are negative amounts and readings, readings above a million km, and amounts a thousand times the
    median.
    """

    table: str
    column: str
    count: int
    least: float
    median: float
    greatest: float
    implausible: int


def numbers(tables: Mapping[str, pd.DataFrame]) -> list[Numbers]:
    """Every column of amounts or of the odometer that has a cell."""
    found = []
    for name, frame in tables.items():
        for column in TABLES[name].columns:
            values = frame[column.name].dropna()
            if not (column.is_amount or column.name == "mileage_km") or values.empty:
                continue
            median = float(values.median())
            most = _HIGHEST_KM if column.name == "mileage_km" else max(_TIMES_MEDIAN * median, _TIMES_MEDIAN)
            odd = int(((values < 0) | (values > most)).sum())
            found.append(
                Numbers(name, column.name, len(values), float(values.min()), median, float(values.max()), odd)
            )
    return found
