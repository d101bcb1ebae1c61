"""Process and pay: how many checked items pass, and what scores bring each person."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from csanalysis.chapters import satisfaction
from csanalysis.metrics import incentives, process_checks
from csanalysis.metrics.incentives import PROCESS
from csanalysis.metrics.results import Results
from csanalysis.params import Params

SPLITS = ((), ("staff",), ("process",), ("process", "staff"))


def measure(params: Params, tables: Mapping[str, pd.DataFrame]) -> Results:
    """The chapter's numbers.

    Parameters
    ----------
    params : Params
        ``as_of``, ``plan_year`` and ``satisfaction.incentives`` are used.
    tables : mapping of str to DataFrame
        Clean tables cut at ``as_of``: process_checks, survey_responses, survey_benchmarks and staff, as far as
        there are any.

    Returns
    -------
    Results
        Process compliance; scores, amounts and flags of each person; the budget at last year's scores and at
        target.
    """
    return _process(params, tables) + _incentives(params, tables)


def _process(params: Params, tables: Mapping[str, pd.DataFrame]) -> Results:
    if (raw := tables.get("process_checks")) is None:
        return Results()
    as_of, checks = pd.Timestamp(params.as_of), process_checks.sound_checks(raw)
    return Results(
        {
            PROCESS: [
                process_checks.process_compliance_rate(checks, kind=kind, as_of=as_of, by=by)
                for by in SPLITS
                for kind in ("week", "month", "year")
                # A week of one person in one process is a handful of items.
                if not (len(by) == 2 and kind == "week")
            ],
            "process_warnings": process_checks.process_warnings(raw, as_of=as_of),
        }
    )


def _incentives(params: Params, tables: Mapping[str, pd.DataFrame]) -> Results:
    scored = rule_scores(params, tables)
    if not scored:
        return Results()
    year = str(params.as_of.year)
    rows = _applied(scored)
    past = incentives.of_calendar_year(rows, params.as_of.year)
    lifted = incentives.of_calendar_year(_applied(_at_target(params, tables, scored, year)), params.as_of.year)
    budgets = [
        incentives.incentive_budget(chosen, scenario=scenario, plan_year=params.plan_year)
        for scenario, chosen in (("last_year", past), ("target", lifted))
    ]
    return Results(
        {
            "staff_score": incentives.staff_score(rows),
            "staff_incentive": [
                incentives.staff_incentive(rows),
                incentives.staff_incentive(rows, by_measure=True),
            ],
            "staff_flag": incentives.staff_flag(rows),
            "incentive_budget": [frame for budget in budgets for frame in budget.values()],
        }
    )


def rule_scores(
    params: Params, tables: Mapping[str, pd.DataFrame]
) -> list[tuple[dict[str, Any], pd.DataFrame]]:
    """Each incentive rule of the params and the scores it judges; rules whose tables are missing are left out."""
    staff, found = tables.get("staff"), []
    if staff is None:
        return []
    for rule in params.satisfaction.incentives:
        people = staff.loc[staff["role"] == rule.role, "staff"].tolist()
        if rule.measure == PROCESS:
            if (checks := tables.get("process_checks")) is None:
                continue
            scores = incentives.weekly_staff_scores(process_checks.sound_checks(checks), staff=people)
        else:
            if "survey_responses" not in tables:
                continue
            responses = satisfaction.surveys(tables).responses
            scores = incentives.monthly_staff_scores(responses, programme=rule.measure, staff=people)
        terms = {
            "measure": rule.measure,
            "role": rule.role,
            "bands": [(band.min, band.amount) for band in rule.bands],
            "streaks": [streak.model_dump() for streak in rule.streaks],
        }
        found.append((terms, scores))
    return found


def _applied(scored: list[tuple[dict[str, Any], pd.DataFrame]]) -> pd.DataFrame:
    return pd.concat([incentives.incentive_rows(scores, **terms) for terms, scores in scored], ignore_index=True)


def _at_target(
    params: Params, tables: Mapping[str, pd.DataFrame], scored: list[tuple[dict[str, Any], pd.DataFrame]], year: str
) -> list[tuple[dict[str, Any], pd.DataFrame]]:
    """Everybody's scores moved by what the whole is short of its target; a share at most to 1.

    The target of process compliance is its highest band.
    """
    results = satisfaction.score_results(params, satisfaction.surveys(tables))
    moved = []
    for terms, scores in scored:
        measure = terms["measure"]
        if measure == PROCESS:
            of_year = scores[scores["place"].map(incentives.LABELS["week"]).str[:4] == year]
            passed = (of_year["score"] * of_year["size"]).sum()
            shift = max(floor for floor, _ in terms["bands"]) - passed / of_year["size"].sum()
            lifted = (scores["score"] + max(shift, 0.0)).clip(upper=1.0)
        else:
            target = results.value("programme_score_target", params.plan_year, programme=measure)
            score = results.value("programme_score", year, programme=measure)
            shift = np.nan if target is None or score is None else max(target - score, 0.0)
            lifted = scores["score"] + shift
        moved.append((terms, scores.assign(score=lifted.round(9))))
    return moved
