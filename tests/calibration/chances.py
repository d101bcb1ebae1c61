"""Chances told to each vehicle: in every tenth of the vehicles as many come, or lapse, as were told."""

from functools import lru_cache

import pandas as pd

from csanalysis.metrics.customers.return_backtest import (
    EVENTS,
    TENTHS,
    return_backtest,
    return_model_auc,
    return_model_calibration,
)
from tests.calibration.claims import claim
from tests.calibration.stores import WORLDS, store

YEAR = 2025
NEAR = 0.10
"""Told and come may differ by so much in any tenth."""

TOLD_IN = ("null", "loyal_called_more", "brought_forward")


@lru_cache(maxsize=1)
def cases(world: str, seed: int) -> pd.DataFrame:
    """What a store of a world was told of its vehicles for the last year, and what they did."""
    tables = store(WORLDS[world], seed)
    visits = tables["service_visits"]
    nobody = pd.array([None] * len(visits), dtype="str")
    visits = visits.assign(team=nobody, advisor=nobody)
    return return_backtest(visits, tables["vehicle_sales"], year=YEAR, months=6, km=7500)


def gaps(world: str, seed: int, event: str) -> pd.Series:
    """By how much told and come differ, tenth by tenth."""
    found = return_model_calibration(cases(world, seed), year=YEAR)
    sides = found[found["predicted"] == event].pivot(index="tenth", columns="side", values="value")
    return (sides["told"] - sides["came"]).abs()


for _world in TOLD_IN:
    for _event in EVENTS:

        @claim(f"chance_{_event}", _world, "covered", low=0.95)
        def _near(seed: int, world: str = _world, event: str = _event) -> bool:
            """One tenth a store, in turn."""
            return bool(gaps(world, seed, event)[str(seed % TENTHS + 1)] <= NEAR)

    @claim("chance_return_in_every_tenth", _world, "covered", low=0.90)
    def _all_near(seed: int, world: str = _world) -> bool:
        return bool((gaps(world, seed, "return") <= NEAR).all())


@claim("chance_ranks_above_table", "null", "found", low=0.95)
def _better(seed: int) -> bool:
    found = return_model_auc(cases("null", seed), year=YEAR).set_index(["predicted", "method"])["value"]
    return all(found[event, "model"] > found[event, "table"] for event in ("return", "service_due"))
