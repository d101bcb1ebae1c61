"""Whom a call changes: gains claimed where there are none, and how near the order comes to perfect knowledge."""

from functools import lru_cache

import numpy as np
import pandas as pd

from csanalysis.metrics.value.call_cells import as_cases
from csanalysis.metrics.value.call_gain import CallGains, fit_call_gains
from csanalysis.metrics.value.call_order import LEAD, call_order_gain, first_part, ordered_cases
from csanalysis.metrics.value.reminder_cases import COUNTED, HORIZONS, of_purposes
from tests.calibration.claims import claim
from tests.calibration.effects import AS_OF, NULLS, past_calls, planted
from tests.calibration.stores import WORLDS, store, true_gains

ALIKE, BY_CLASS = "ten_points", "by_class"
FIRST_PART, ENOUGH = 0.2, 0.8


@lru_cache(maxsize=1)
def gains(world: str, seed: int) -> CallGains:
    """What is told from all calls of a store."""
    return fit_call_gains(past_calls(world, seed), year=AS_OF.year)


def share_of_perfect(world: str, seed: int) -> float:
    """Gain of the first fifth of the last year's maintenance calls, by that of an order by the true effects.

    Gains are told from the years before; where none is claimed the calls have no order.
    """
    past = past_calls(world, seed)
    known = fit_call_gains(past, year=AS_OF.year - 1)
    of_year = (past["period"] == str(AS_OF.year)) & (past["purpose"] == "maintenance")
    cases = as_cases(past[of_year & (past["attempt"] == 1)])
    cases = cases.assign(gain=known.of(cases)["gain"].fillna(0.0))
    cases = cases.merge(true_gains(WORLDS[world], seed), on=["vin", "day"])
    first = round(FIRST_PART * len(cases))
    found = cases.sort_values("gain", ascending=False, kind="stable")["effect"].head(first).mean()
    return float(found / cases["effect"].nlargest(first).mean())


for _world in NULLS:

    @claim("call_gain", _world, "false_claim", high=0.05)
    def _false(seed: int, world: str = _world) -> bool:
        return bool(gains(world, seed).known)


@claim("call_gain", BY_CLASS, "found", low=0.80)
def _found(seed: int) -> bool:
    return "maintenance" in gains(BY_CLASS, seed).known


@claim("call_gain", ALIKE, "covered", low=0.90, nominal=0.95)
def _covered(seed: int) -> bool | None:
    known = gains(ALIKE, seed)
    if "maintenance" not in known.known:
        return None
    past = past_calls(ALIKE, seed)
    rows = of_purposes(past, ["maintenance"])
    found = known.total(as_cases(rows[(rows["attempt"] == 1) & (rows["period"] >= "2023")]))
    return found.low <= planted(HORIZONS[COUNTED]) * known.reach["maintenance", "0"] <= found.high


@claim("call_order", BY_CLASS, "found", low=0.80)
def _ordered(seed: int) -> bool:
    return share_of_perfect(BY_CLASS, seed) >= ENOUGH


@claim("call_order_lead", ALIKE, "false_claim", high=0.05)
def _lead(seed: int) -> bool | None:
    tables, past = store(WORLDS[ALIKE], seed), past_calls(ALIKE, seed)
    visits = tables["service_visits"].assign(
        team=pd.array([None] * len(tables["service_visits"]), dtype="str")
    )
    known = gains(ALIKE, seed).known
    cases = ordered_cases(past, visits, tables["vehicle_sales"], year=AS_OF.year, purposes=known)
    found = call_order_gain(cases, year=AS_OF.year)
    low = first_part(found, 20)[LEAD][1] if len(found) else np.nan
    return None if np.isnan(low) else low > 0
