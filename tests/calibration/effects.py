"""What calls change: claimed where nothing is there, found where something is, and the interval's coverage."""

from functools import cache, lru_cache

import pandas as pd

from csanalysis.metrics.value.reminder_cases import HORIZONS, of_purposes, reminder_cases
from csanalysis.metrics.value.reminder_effect import Finding, finding, of_span
from csanalysis.metrics.value.reminders import REMINDERS
from tests.calibration.claims import claim
from tests.calibration.stores import WORLDS, store, truth

AS_OF = pd.Timestamp("2025-12-31")
MOVES = {"first_service_invitations": ("first_service",), "service_due": ("maintenance",)}
NULLS = [name for name, world in WORLDS.items() if world.null]
PLANTED = "ten_points"
COVERED = ("days", "6_months", "12_months")


@lru_cache(maxsize=1)
def past_calls(world: str, seed: int) -> pd.DataFrame:
    """Every call of a store with what became of it; kept for the rows that read it."""
    tables = store(WORLDS[world], seed)
    return reminder_cases(
        tables["contacts"], tables["service_visits"], tables["vehicle_sales"], days=30, as_of=AS_OF
    )


@lru_cache(maxsize=1)
def findings(world: str, seed: int) -> dict[str, Finding]:
    """What a store of a world finds for all reminders and for the moves; kept for the other rows."""
    cases = past_calls(world, seed)
    purposes = {"reminder_effect": REMINDERS} | {f"move_{move}": asked for move, asked in MOVES.items()}
    return {
        subject: finding(of_span(of_purposes(cases, asked), year=AS_OF.year)[0])
        for subject, asked in purposes.items()
    }


@cache
def planted(days: int) -> float:
    """What being spoken to really changes, within so many days."""
    return truth(WORLDS[PLANTED], days=days)


for _world in NULLS:
    for _subject in ("reminder_effect", *(f"move_{move}" for move in MOVES)):

        @claim(_subject, _world, "false_claim", high=0.05)
        def _false(seed: int, world: str = _world, subject: str = _subject) -> bool:
            return findings(world, seed)[subject].claimed


@claim("move_service_due", PLANTED, "found", low=0.80)
def _found(seed: int) -> bool:
    return findings(PLANTED, seed)["move_service_due"].claimed


for _within in COVERED:

    @claim(f"effect_within_{_within}", PLANTED, "covered", low=0.90, nominal=0.95)
    def _covered(seed: int, within: str = _within) -> bool:
        estimate = findings(PLANTED, seed)["move_service_due"].within[within]
        return estimate.low <= planted(HORIZONS[within] or 30) <= estimate.high
