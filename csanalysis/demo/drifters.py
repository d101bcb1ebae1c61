"""Cars that moved within a dealer group: one store saw them until some day, another from then on."""

import zlib
from datetime import date

import numpy as np
import pandas as pd

from csanalysis.demo.plan import Plan, day_number

_CARS = 300
"""Cars of a group that moved, of which a store may know some from before and some from after."""

_BEFORE, _AFTER = 0.3, 0.6
_NEAR = 240  # days around the move within which the last visit at one store or the first at another lies
_MOVED = (date(2021, 1, 1), date(2024, 10, 1))  # so that at the end they have been away for a year


def with_drifters(plan: Plan, vehicles: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """The vehicles, some of those bought elsewhere under the VIN of a car that moved.

    A car's VIN and the day on which it moved are the same for every store that speaks the language, so that
    a car that one store saw before that day and another after it is lost to the first and came to the other.
    """
    group = np.random.default_rng([plan.seed, zlib.crc32(plan.language.encode())])
    vins = [f"{prefix}ZZZ{number:011d}" for prefix, number in _numbers(plan, group)]
    first, last = map(day_number, _MOVED)
    moved = group.integers(first, last, size=_CARS)
    fate = plan.rng("drifters").random(_CARS)

    days = visits.groupby("vehicle")["day"].agg(["min", "max"])
    days = days[(vehicles["origin"].iloc[days.index] == "elsewhere").to_numpy()]
    left, came = days.sort_values("max")["max"], days.sort_values("min")["min"]
    taken: dict[int, str] = {}
    for vin, day, place in zip(vins, moved, fate, strict=True):
        if place < _BEFORE:
            near = left[(left <= day) & (left > day - _NEAR)].index[::-1]
        elif place < _AFTER:
            near = came[(came > day) & (came <= day + _NEAR)].index
        else:
            continue
        vehicle = next((number for number in near if number not in taken), None)
        if vehicle is not None:
            taken[vehicle] = vin
    return vehicles.assign(vin=pd.Series(taken).reindex(vehicles.index).fillna(vehicles["vin"]))


def _numbers(plan: Plan, group: np.random.Generator) -> list[tuple[str, int]]:
    makes = {"zh": ("LSV", "LFM"), "en": ("WVW", "WVG")}[plan.language]
    return [(makes[number % len(makes)], int(number)) for number in group.permutation(10**6)[:_CARS]]
