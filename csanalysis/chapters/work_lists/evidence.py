"""What calling the cases of each list changed in the past, how well that is proven, and what a success pays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from csanalysis.chapters.shared import shared
from csanalysis.chapters.store_facts import reminder_cases
from csanalysis.chapters.work_lists.lists import CALL_LISTS
from csanalysis.chapters.work_lists.measure import measure as measure_holdout
from csanalysis.display.lists.worklist import Move
from csanalysis.metrics.periods import last_complete_year
from csanalysis.metrics.plan import moves
from csanalysis.metrics.plan.moves import UNKNOWN, YEARS, Effect
from csanalysis.metrics.stats.proof import ESTIMATES, HOLDOUT, MATCHED, NONE, Proof
from csanalysis.metrics.value.reminder_cases import of_purposes
from csanalysis.metrics.value.reminder_effect import finding, of_span
from csanalysis.metrics.value.reminders import reminded_visits
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Evidence:
    """What is known of the cases of one list.

    ``effect`` is by how much likelier a case is to succeed for being called (estimate, low, high), ``amount``
    what a success pays [yuan] where the list does not say it case by case, ``calls`` how many calls a case
    takes, ``seen`` how many past cases show the effect.
    """

    effect: Effect = UNKNOWN
    basis: Proof = NONE
    amount: float = np.nan
    calls: float = 1.0
    seen: float = np.nan

    @property
    def unsure(self) -> bool:
        """Whether the effect is an estimate that may as well be nil."""
        return self.basis in ESTIMATES and not self.effect[1] > 0

    @property
    def gain(self) -> float:
        """The effect that counts; NaN where nothing is known to be gained."""
        return np.nan if self.unsure else self.effect[0]


@shared
def evidence(params: Params, tables: Tables) -> dict[str, Evidence]:
    """By name of the call list, what calling its cases changed."""
    year, made = last_complete_year(pd.Timestamp(params.as_of)), tables.get("contacts")
    drawn = {str(row.group["list"]): row for row in measure_holdout(params, tables).rows("holdout_effect")}
    found = {}
    for each in CALL_LISTS:
        known = Evidence(calls=_calls(made, (each.purpose or "",), year))
        if each.move is not None and each.move.candidate is not None:
            candidate = each.move.candidate(params, tables, year)
            if candidate is not None:
                known = replace(
                    known, effect=candidate.effect, basis=candidate.basis, seen=candidate.seen, calls=candidate.calls
                )
        elif each.move is not None and each.move.shown_by and made is not None:
            known = _called_in(params, tables, year, each.move)
            row = drawn.get(each.name)
            if row is not None and not np.isnan(row.value):
                _, seen, *interval = row.numbers
                effect = (interval[0], interval[1], interval[2])
                known = replace(known, effect=effect, basis=HOLDOUT, seen=seen)
        found[each.name] = known
    return found


def _calls(contacts: pd.DataFrame | None, purposes: Sequence[str], year: int) -> float:
    return moves.calls_a_case(contacts, year=year, purposes=(purposes, ()))


def _called_in(params: Params, tables: Tables, year: int, move: Move) -> Evidence:
    """Vehicles to call in: what such calls changed, and what came of them."""
    contacts = tables["contacts"]
    calls, reached = moves.calls_per_case(contacts, purposes=move.shown_by, year=year)
    rows, _ = of_span(of_purposes(reminder_cases(params, tables), move.shown_by), year=year)
    found = finding(move.alike(params, rows))
    effect, basis = UNKNOWN, NONE
    if found.basis == MATCHED and not (found.effect.low > 0 and not found.claimed):  # gone again after a year
        effect, basis = (found.effect.value, found.effect.low, found.effect.high), MATCHED
    return Evidence(
        moves.scale_effect(effect, reached),
        basis,
        _amount_after(params, tables, move.shown_by, year),
        calls if calls > 0 else 1.0,
        float(found.effect.answered),
    )


def _amount_after(params: Params, tables: Tables, purposes: Sequence[str], year: int) -> float:
    """Mean amount of the last complete years' visits that followed such a call [yuan]."""
    rows = reminded_visits(
        tables["contacts"], tables["service_visits"], days=params.value.reminder_days, purposes=purposes
    )
    recent = rows["visit_date"].dt.year.between(year - YEARS + 1, year)
    return float(rows.loc[recent, "total_amount"].mean())
