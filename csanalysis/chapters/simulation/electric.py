"""What the store's own electric vehicles say of the scenarios that sell more of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.simulation.electric import (
    as_far_as_sure,
    electric_revenue_ratio,
    electric_visits_ratio,
    fleet,
    vehicle_years,
)
from csanalysis.metrics.simulation.run import Change
from csanalysis.params import Params, Scenario
from csanalysis.params.scenarios import ASSUMED

Tables = Mapping[str, pd.DataFrame]

RATIOS = {"ev_visits": "electric_visits_ratio", "ev_revenue": "electric_revenue_ratio"}
"""What a scenario may say of electric vehicles, and the metric that tells it."""


@dataclass(frozen=True)
class Electric:
    """What was seen of electric vehicles: ``frames`` by metric, and the scenarios that are to use it."""

    frames: Mapping[str, pd.DataFrame]
    scenarios: tuple[Scenario, ...]

    def used(self, scenario: Scenario, asks: str) -> tuple[float, float, float]:
        """The ratio that a scenario takes for ``ev_visits`` or ``ev_revenue``, with bounds (NaN: none).

        What its params say; else what was learned, as far as that is sure, and the assumption.
        """
        given = getattr(scenario, asks)
        if given is not None:
            return given, np.nan, np.nan
        return as_far_as_sure(self.frames[RATIOS[asks]], ASSUMED)

    def change(self, scenario: Scenario) -> Change:
        """What a scenario changes."""
        ratios = {asks: self.used(scenario, asks)[0] for asks in RATIOS} if scenario.ev_share else {}
        return Change(**scenario.model_dump(exclude={"name", *RATIOS}), **ratios)

    def results(self, plan_year: int) -> Results:
        """Everything that was seen, and in the plan year what each scenario with electric vehicles uses."""
        asked = [scenario for scenario in self.scenarios if scenario.ev_share]
        used = {}
        for asks, metric in RATIOS.items():
            rows = [self.used(scenario, asks) for scenario in asked]
            value, low, high = zip(*rows, strict=True) if rows else ((), (), ())
            names = [scenario.name for scenario in asked]
            used[metric] = tidy([str(plan_year)] * len(rows), value=value, low=low, high=high, scenario=names)
        frames = {
            name: [frame, *([used[name]] if name in used else [])] for name, frame in self.frames.items()
        }
        return Results(frames)


def learn(params: Params, tables: Tables) -> Electric:
    """Follow the vehicles of the ledger, electric ones and others."""
    as_of = pd.Timestamp(params.as_of)
    cars = fleet(tables["vehicle_sales"], tables["service_visits"], as_of=as_of)
    frames = {
        **vehicle_years(cars, as_of=as_of),
        "electric_visits_ratio": electric_visits_ratio(cars, as_of=as_of),
        "electric_revenue_ratio": electric_revenue_ratio(cars, as_of=as_of),
    }
    return Electric(frames, tuple(params.scenarios))
