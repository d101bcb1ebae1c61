"""Process and pay: how many checked items pass, and what scores bring each person."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csanalysis.chapters import satisfaction
from csanalysis.metrics.results import Results
from csanalysis.metrics.surveys import incentives, process_checks, staff_scores
from csanalysis.metrics.surveys.incentives import PROCESS
from csanalysis.params import Incentive, Params

SPLITS = ((), ("staff",), ("process",), ("process", "staff"))


def measure(params: Params, tables: Mapping[str, pd.DataFrame]) -> Results:
    """The chapter's numbers.

    Parameters
    ----------
    params : Params
        ``as_of``, ``plan_year`` and ``satisfaction.incentives`` are used.
    tables : mapping of str to DataFrame
        Clean tables cut at ``as_of``: process_checks, survey_responses, survey_benchmarks and
        staff, as far as there are any.

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
    as_of, checks = pd.Timestamp(params.as_of), process_checks.valid_checks(raw)
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
    if not params.satisfaction.incentives or "staff" not in tables:
        return Results()
    responses = satisfaction.surveys(tables).responses
    scored = _rule_scores(params, tables, responses)
    rows = _applied(scored)
    if rows.empty:
        return Results()
    budgets = [
        incentives.incentive_budget(
            incentives.rows_in_year(chosen, params.as_of.year),
            scenario=scenario,
            plan_year=params.plan_year,
        )
        for scenario, chosen in (
            ("last_year", rows),
            ("target", _applied(_at_target(params, tables, scored))),
        )
    ]
    return Results(
        {
            "staff_score": [
                incentives.staff_score(rows),
                *_staff_years(params, tables["staff"], responses),
            ],
            "staff_incentive": [
                incentives.staff_incentive(rows),
                incentives.staff_incentive(rows, by_measure=True),
            ],
            "staff_flag": incentives.staff_flag(rows),
            "process_warnings": _unreachable(params, responses),
            "incentive_budget": [frame for budget in budgets for frame in budget.values()],
        }
    )


def _unreachable(params: Params, responses: pd.DataFrame) -> pd.DataFrame:
    """Bands of the programmes that no score reaches; the params themselves refuse shares above 1."""
    floors: dict[str, list[float]] = {}
    for rule in params.satisfaction.incentives:
        if rule.measure != PROCESS:
            floors.setdefault(rule.measure, []).extend(band.min for band in rule.bands)
    highest = {name: staff_scores.highest_score(responses, programme=name) for name in floors}
    return incentives.unreachable_bands(floors, highest, as_of=pd.Timestamp(params.as_of))


def _staff_years(params: Params, staff: pd.DataFrame, responses: pd.DataFrame) -> list[pd.DataFrame]:
    """Each programme that anybody is paid by, once."""
    roles: dict[str, set[str]] = {}
    for rule in params.satisfaction.incentives:
        if rule.measure != PROCESS:
            roles.setdefault(rule.measure, set()).add(rule.role)
    return [
        staff_scores.yearly_staff_scores(
            responses, programme=programme, staff=staff.loc[staff["role"].isin(of_role), "staff"].tolist()
        )
        for programme, of_role in roles.items()
    ]


Scored = list[tuple[Incentive, pd.DataFrame]]
"""Each incentive rule of the params, and the scores it judges."""


def _rule_scores(params: Params, tables: Mapping[str, pd.DataFrame], responses: pd.DataFrame) -> Scored:
    """Rules whose table is missing have no scores."""
    staff, scored = tables["staff"], []
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


def _applied(scored: Scored) -> pd.DataFrame:
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


def _at_target(params: Params, tables: Mapping[str, pd.DataFrame], scored: Scored) -> Scored:
    """Everybody's scores moved by what last year's whole is short of its target; a share at most to 1.

    The target of process compliance is its highest band.
    """
    year, results = str(params.as_of.year), satisfaction.score_results(params, tables)
    moved = []
    for rule, scores in scored:
        if rule.measure == PROCESS:
            of_year = scores[scores["place"].map(incentives.LABELS["week"]).astype("str").str[:4] == year]
            mean = np.average(of_year["score"], weights=of_year["size"]) if len(of_year) else np.nan
            shift, ceiling = max(band.min for band in rule.bands) - mean, 1.0
        else:
            target = results.value("programme_score_target", params.plan_year, programme=rule.measure)
            score = results.value("programme_score", year, programme=rule.measure)
            shift, ceiling = (np.nan if target is None or score is None else target - score), np.inf
        lifted = (scores["score"] + np.maximum(shift, 0.0)).clip(upper=ceiling).round(9)
        moved.append((rule, scores.assign(score=lifted)))
    return moved
