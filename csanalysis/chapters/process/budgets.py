"""What the bands that people are paid by cost: at last year's scores, and at scores that are asked for."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csanalysis.chapters import satisfaction
from csanalysis.chapters.shared import shared
from csanalysis.metrics.surveys import incentives, process_checks, staff_scores
from csanalysis.metrics.surveys.incentives import PROCESS
from csanalysis.params import Incentive, Params

Tables = Mapping[str, pd.DataFrame]

Scored = list[tuple[Incentive, pd.DataFrame]]
"""Each incentive rule of the params, and the scores it judges."""


@shared
def rule_scores(params: Params, tables: Tables) -> Scored:
    """Rules whose table is missing have no scores."""
    staff, responses, scored = tables["staff"], satisfaction.surveys(tables).responses, []
    for rule in params.satisfaction.incentives:
        people = staff.loc[staff["role"] == rule.role, "staff"].tolist()
        if rule.measure != PROCESS:
            scores = staff_scores.monthly_staff_scores(responses, programme=rule.measure, staff=people)
        elif "process_checks" in tables:
            checks = process_checks.valid_checks(tables["process_checks"])
            scores = staff_scores.weekly_staff_scores(checks, staff=people)
        else:
            continue
        scored.append((rule, scores))
    return scored


def applied(scored: Scored) -> pd.DataFrame:
    """What each rule pays each person in each of its periods."""
    frames = [
        incentives.incentive_rows(
            scores,
            measure=rule.measure,
            role=rule.role,
            bands=[(band.min, band.amount) for band in rule.bands],
            streaks=[streak.model_dump() for streak in rule.streaks],
        )
        for rule, scores in scored
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def budget_of(params: Params, rows: pd.DataFrame, *, scenario: str) -> list[pd.DataFrame]:
    """The cost of the plan year if it is as those rows of the last one."""
    of_year = incentives.rows_in_year(rows, params.as_of.year)
    budget = incentives.incentive_budget(of_year, scenario=scenario, plan_year=params.plan_year)
    return list(budget.values())


def budget_at(
    params: Params, tables: Tables, asked: Mapping[str, float | None], *, scenario: str
) -> list[pd.DataFrame]:
    """``incentive_budget`` of the plan year where programmes reach the scores asked for.

    Parameters
    ----------
    params, tables
        The dealership's.
    asked : mapping of str to float or None
        The year's score of each programme; of one that is missing or None the cost is not known.
    scenario : str
        Its name in the metric's group.

    Notes
    -----
    Everybody's scores move by what last year's whole is short of it, a share at most to 1. Process compliance
    is asked for its highest band.
    """
    scored = rule_scores(params, tables)
    return budget_of(params, applied(_lifted(params, tables, scored, asked)), scenario=scenario)


def _lifted(params: Params, tables: Tables, scored: Scored, asked: Mapping[str, float | None]) -> Scored:
    year, results = str(params.as_of.year), satisfaction.score_results(params, tables)
    moved = []
    for rule, scores in scored:
        if rule.measure == PROCESS:
            of_year = scores[scores["place"].map(incentives.LABELS["week"]).astype("str").str[:4] == year]
            mean = np.average(of_year["score"], weights=of_year["size"]) if len(of_year) else np.nan
            shift, ceiling = max(band.min for band in rule.bands) - mean, 1.0
        else:
            target, score = (
                asked.get(rule.measure),
                results.value("programme_score", year, programme=rule.measure),
            )
            shift, ceiling = (np.nan if target is None or score is None else target - score), np.inf
        lifted = (scores["score"] + np.maximum(shift, 0.0)).clip(upper=ceiling).round(9)
        moved.append((rule, scores.assign(score=lifted)))
    return moved
