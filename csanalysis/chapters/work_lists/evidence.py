"""What calling the cases of each list changes, how well that is proven, and what a success pays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from csanalysis.chapters.answered import call_status
from csanalysis.chapters.shared import shared
from csanalysis.chapters.store_facts import call_gains, roster
from csanalysis.chapters.work_lists.lists import CALL_LISTS
from csanalysis.chapters.work_lists.measure import called_in, measure_holdout
from csanalysis.display.lists.worklist import WorkList
from csanalysis.metrics.periods import age_in_months, last_complete_year
from csanalysis.metrics.plan import moves
from csanalysis.metrics.plan.moves import UNKNOWN, Effect
from csanalysis.metrics.stats.proof import ESTIMATES, HOLDOUT, NONE, Proof
from csanalysis.metrics.value.call_amounts import expected_amounts
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Evidence:
    """What is known of the cases of one list together.

    ``effect`` is by how much likelier a case is to succeed for being called (mean, low, high), ``calls`` how
    many calls a case takes, ``seen`` how many past cases show the effect; ``inferred`` of ``of`` cases are of
    a kind that was hardly called for this before, so that their effect is taken from calls to others.
    """

    effect: Effect = UNKNOWN
    basis: Proof = NONE
    calls: float = 1.0
    seen: float = np.nan
    inferred: float = np.nan
    of: float = np.nan

    @property
    def unsure(self) -> bool:
        """Whether the effect is an estimate that may as well be nil."""
        return self.basis in ESTIMATES and not self.effect[1] > 0


@shared
def features(params: Params, tables: Tables) -> pd.DataFrame:
    """What a call's gain and worth go by, indexed by ``vin``.

    ``state``, ``visit_class``, ``vehicle_age`` [years since the sale], ``times_called`` and ``amount`` [yuan]
    that a visit is expected to bring.
    """
    as_of, rows = pd.Timestamp(params.as_of), roster(params, tables).set_index("vin")
    sold = tables["vehicle_sales"].groupby("vin")["sale_date"].min().reindex(rows.index)
    known = sold.notna() & (sold <= as_of)
    age = pd.Series(np.nan, index=rows.index)
    age[known] = age_in_months(sold[known], as_of) // 12
    tries = call_status(params, tables)["tries"].reindex(rows.index).fillna(0)
    amounts = expected_amounts(tables["service_visits"], as_of).of(rows.reset_index())
    return rows[["state", "visit_class"]].assign(
        vehicle_age=age, times_called=tries, amount=amounts.to_numpy(float)
    )


@shared
def evidence(params: Params, tables: Tables) -> dict[str, Evidence]:
    """By name of the call list, what calling its cases changes."""
    year, made = last_complete_year(pd.Timestamp(params.as_of)), tables.get("contacts")
    drawn = {str(row.group["list"]): row for row in measure_holdout(params, tables).rows("holdout_effect")}
    vehicles = {each.name: vins for each, vins in called_in(params, tables)} if made is not None else {}
    found = {}
    for each in CALL_LISTS:
        known = Evidence(calls=_calls(made, (each.purpose or "",), year))
        if each.move is not None and each.move.candidate is not None:
            candidate = each.move.candidate(params, tables, year)
            if candidate is not None:
                known = Evidence(candidate.effect, candidate.basis, candidate.calls, candidate.seen)
        elif each.move is not None and each.move.called_in and made is not None:
            known = _called_in(params, tables, each, vehicles[each.name], known)
            row = drawn.get(each.name)
            if row is not None and not np.isnan(row.value):
                _, seen, *interval = row.numbers
                effect = (interval[0], interval[1], interval[2])
                known = replace(known, effect=effect, basis=HOLDOUT, seen=seen, of=np.nan)
        found[each.name] = known
    return found


def gains(params: Params, tables: Tables, work_list: WorkList, vins: pd.Series) -> pd.DataFrame:
    """By how much likelier each vehicle comes for being called: ``gain``, ``low``, ``high``, ``proof``.

    Of a list that a holdout tried, or whose effect is told as a whole, all vehicles have the same.
    """
    known = evidence(params, tables)[work_list.name]
    asked = work_list.move is not None and work_list.move.called_in and "contacts" in tables
    if asked and known.basis != HOLDOUT:
        return call_gains(params, tables).of(_cases(params, tables, work_list, vins))
    value = np.nan if known.unsure else known.effect[0]
    ends = {"gain": value, "low": known.effect[1], "high": known.effect[2]}
    return pd.DataFrame({**ends, "proof": known.basis}, index=vins.index)


def _cases(params: Params, tables: Tables, work_list: WorkList, vins: pd.Series) -> pd.DataFrame:
    rows = features(params, tables).reindex(vins.to_numpy()).set_axis(vins.index)
    return rows.assign(purpose=work_list.purpose)


def _called_in(
    params: Params, tables: Tables, work_list: WorkList, vins: pd.Series, known: Evidence
) -> Evidence:
    """Effect, proof and how many past answers show it, of the vehicles that no list before it has."""
    told = call_gains(params, tables)
    cases = _cases(params, tables, work_list, vins)
    whole = told.total(cases)
    if work_list.purpose not in told.purposes.index:
        return known
    purpose = told.purposes.loc[[work_list.purpose]].iloc[0].to_dict()
    known = replace(known, seen=float(purpose["answered"]))
    if not whole.answered:
        return known
    inferred = float(told.seldom(cases).sum())
    effect = (whole.value, whole.low, whole.high)
    return replace(known, effect=effect, basis=purpose["basis"], inferred=inferred, of=float(len(cases)))


def _calls(contacts: pd.DataFrame | None, purposes: Sequence[str], year: int) -> float:
    return moves.calls_a_case(contacts, year=year, purposes=(purposes, ()))
