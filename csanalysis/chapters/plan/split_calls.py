"""Where a point of churn is cheapest: calls for each vehicle kept, by the groups that churn is told by."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.chapters.churn.groups import vehicle_labels
from csanalysis.chapters.store_facts import call_gains
from csanalysis.chapters.work_lists.call_plan import call_plan
from csanalysis.chapters.work_lists.evidence import features
from csanalysis.metrics.customers.split_tests import calls_by_group
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.stats import normal
from csanalysis.metrics.stats.many import q_values
from csanalysis.metrics.stats.proof import ESTIMATES, HOLDOUT
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]

AGAINST_CHURN = ("maintenance", "win_back")
"""The purposes of calls that keep a vehicle from being lost, or win it back."""


def measure_split_calls(params: Params, tables: Tables) -> Results:
    """Calls for each vehicle kept, by split, and which splits differ beyond chance.

    Returns
    -------
    Results
        Of the plan year: ``calls_per_vehicle_kept`` of all cases and by group, ``calls_per_vehicle_drawn`` by
        group, ``calls_split_q_value``. Nothing where no call's effect is proven.
    """
    plan = call_plan(params, tables)
    cases = plan.cases
    proven = cases["purpose"].isin(AGAINST_CHURN) & cases["proof"].isin(ESTIMATES) & (cases["gain"] > 0)
    cases = cases[proven & (cases["why_not"] != "holdout") & cases["vin"].notna()].reset_index(drop=True)
    if cases.empty:
        return Results()
    labels = vehicle_labels(params, tables).reindex(cases["vin"]).reset_index(drop=True)
    found = calls_by_group(cases.assign(unit=range(len(cases))), labels)
    year, chances, drawn = str(params.plan_year), dict[str, float](), []
    frames = [_calls(year, cases, pd.Series("", index=cases.index))]
    for split, rows in found.items():
        frames.append(_calls(year, cases, labels[split], split=split))
        drawn.append(
            tidy(
                [year] * len(rows),
                value=1 / rows["drawn"],
                denominator=rows["cases"],
                **{split: rows.index.astype("str")},
            )
        )
        if rows["chance"].notna().any():
            best, compared = str(rows["chance"].idxmin()), int(rows["chance"].notna().sum())
            known = _chance_of_effects(params, tables, cases, (labels[split] == best).to_numpy())
            chances[split] = max(float(rows["chance"].min()), min(known * compared, 1.0))
    return Results(
        {
            "calls_per_vehicle_kept": frames,
            "calls_per_vehicle_drawn": drawn,
            "calls_split_q_value": tidy(
                [year] * len(chances), value=q_values([*chances.values()]), split=[*chances]
            ),
        }
    )


def _calls(year: str, cases: pd.DataFrame, group: pd.Series, *, split: str | None = None) -> pd.DataFrame:
    """Calls and vehicles kept by group; what is unsure of the effects is unsure of all cases at once."""
    summed = cases.groupby(group.to_numpy())[["calls", "gain", "low", "high"]].sum()
    calls = summed["calls"]
    low, high = (calls / summed[end].where(summed[end] > 0) for end in ("high", "low"))
    return tidy(
        [year] * len(summed),
        numerator=calls,
        denominator=summed["gain"],
        low=low,
        high=high,
        **({split: summed.index.astype("str")} if split else {}),
    )


def _chance_of_effects(
    params: Params, tables: Tables, cases: pd.DataFrame, inside: NDArray[np.bool_]
) -> float:
    """How likely the effects themselves, not known exactly, show so much more kept a call in a group.

    0 where effects come from a holdout, which gives all cases of a list the same.
    """
    if "contacts" not in tables or (cases["proof"] == HOLDOUT).any():
        return 0.0
    calls = cases["calls"].to_numpy(float)
    weight = np.where(inside, 1 / calls[inside].sum(), 0.0) - 1 / calls.sum()
    asked = features(params, tables).reindex(cases["vin"].to_numpy()).set_axis(cases.index)
    found = call_gains(params, tables).total(asked.assign(purpose=cases["purpose"]), weight)
    error = (found.value - found.low) / normal.Z95
    return float(normal.above(found.value / error)) if error > 0 else 1.0
