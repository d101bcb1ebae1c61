"""Process and pay: how many checked items pass, and what scores bring each person."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.chapters import satisfaction
from csanalysis.chapters.process.budgets import applied, budget_at, budget_of, rule_scores
from csanalysis.chapters.process.cases import cases
from csanalysis.metrics.results import Results, with_period_kind
from csanalysis.metrics.surveys import incentives, process_checks, staff_scores
from csanalysis.metrics.surveys.incentives import PROCESS
from csanalysis.params import Params

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
    as_of, compliance = pd.Timestamp(params.as_of), cases(params, tables)[PROCESS]
    return Results(
        {
            PROCESS: [
                # A week of one person in one process is a handful of items.
                compliance.by(*by) if len(by) < 2 else _without_weeks(compliance.by(*by))
                for by in SPLITS
            ],
            "process_warnings": process_checks.process_warnings(raw, as_of=as_of),
        }
    )


def _without_weeks(frame: pd.DataFrame) -> pd.DataFrame:
    """The months and years of a metric frame."""
    return pd.concat([with_period_kind(frame, kind) for kind in ("month", "year")])


def _incentives(params: Params, tables: Mapping[str, pd.DataFrame]) -> Results:
    if not params.satisfaction.incentives or "staff" not in tables:
        return Results()
    responses = satisfaction.surveys(tables).responses
    rows = applied(rule_scores(params, tables))
    if rows.empty:
        return Results()
    ruled = satisfaction.score_results(params, tables)
    asked = {
        rule.measure: ruled.value("programme_score_target", params.plan_year, programme=rule.measure)
        for rule in params.satisfaction.incentives
    }
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
            "incentive_budget": [
                *budget_of(params, rows, scenario="last_year"),
                *budget_at(params, tables, asked, scenario="target"),
            ],
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
