"""What is known of a store before its next year is simulated: its vehicles and the chances of each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csanalysis.metrics.customers.classes import CLASSES
from csanalysis.metrics.customers.lapses import LAPSE_MONTHS
from csanalysis.metrics.customers.lifecycle import BOUNDARIES
from csanalysis.metrics.simulation.history import Counts
from csanalysis.metrics.simulation.spreads import Spread

Array = NDArray[np.float64]


STRATA = (*CLASSES, "new", "ev")
"""Visit class at the year's beginning; ``new`` came first in the year itself, ``ev`` are electric ones."""


NEW, EV = STRATA.index("new"), STRATA.index("ev")


RECENT = 0.65
"""Weight of a year against the one after it: habits and people change."""


@dataclass(frozen=True)
class Model:
    """One store at the end of ``year``, and what it has shown about its flows.

    ``stock`` [stratum, months since the last visit in January] and ``waiting`` [months since sale] are
    vehicles on 31 December; index 1 is a visit in December, the last index that month or earlier.
    ``came`` and ``stayed`` (weighted vehicle-months, with a little of the average added) give each cell's
    chance; ``first_came`` and ``first_stayed`` those of waiting vehicles. ``lapse_months`` without a visit
    are a lapse, ``away_months`` a long absence.
    """

    year: int
    fitted: tuple[int, ...]
    stock: Counts
    waiting: Counts
    came: Array
    stayed: Array
    first_came: Array
    first_stayed: Array
    season: Array
    again: Array
    after_lapse: float
    first_service_share: Array
    sales: float
    sales_months: Array
    ours: float
    elsewhere: float
    excluded: float
    service_orders: float
    amounts: Array
    variations: Array
    proposals: float
    success: float
    proposed_amount: float
    spreads: dict[str, Spread]
    lapse_months: int = LAPSE_MONTHS
    away_months: int = BOUNDARIES[0]
