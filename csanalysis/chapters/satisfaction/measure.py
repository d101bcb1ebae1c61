"""Satisfaction: where the store stands, what is weak, whether it is being mended, and what scores pay."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.chapters.shared import shared
from csanalysis.chapters.standing import reckoned_anew, standing
from csanalysis.metrics.results import Results, with_period_kind
from csanalysis.metrics.surveys import internal_survey, programmes, rebates, rectification, score_targets
from csanalysis.metrics.surveys.item_importance import item_importance, item_priority
from csanalysis.metrics.surveys.survey_items import (
    item_gap,
    item_gap_change,
    item_months,
    item_regional_mean,
    item_score,
    item_years,
    valid_responses,
)
from csanalysis.metrics.surveys.survey_warnings import item_names, renamed_items, satisfaction_warnings
from csanalysis.metrics.surveys.weak_items import item_months_below, item_q_value, weak_item, weak_items
from csanalysis.params import Params
from csanalysis.schema import TABLES
from csanalysis.schema.frames import dtype_of


class Surveys(NamedTuple):
    """The sound survey tables, empty where there is none, and what is known of each item and programme."""

    responses: pd.DataFrame
    benchmarks: pd.DataFrame
    months: pd.DataFrame
    years: pd.DataFrame
    programmes: pd.DataFrame


@shared
def surveys(tables: Mapping[str, pd.DataFrame]) -> Surveys:
    """The survey tables without impossible answers and ranks, and the frames that the metrics take."""
    responses = valid_responses(_table(tables, "survey_responses"))
    benchmarks = programmes.valid_benchmarks(_table(tables, "survey_benchmarks"))
    months = item_months(responses, benchmarks)
    years = item_years(responses, months)
    return Surveys(responses, benchmarks, months, years, programmes.programme_months(benchmarks, months))


def measure(params: Params, tables: Mapping[str, pd.DataFrame]) -> Results:
    """The chapter's numbers.

    Parameters
    ----------
    params : Params
        ``as_of``, ``plan_year`` and ``satisfaction`` are used.
    tables : mapping of str to DataFrame
        Clean tables cut at ``as_of``: survey_responses, survey_benchmarks and actions, as far as
        there are any.

    Returns
    -------
    Results
        Programmes and items against the region, weak items and what to mend first, the store's own survey
        beside the manufacturer's, rectification, targets and rebates, and what is odd in the tables.
    """
    as_of, found = pd.Timestamp(params.as_of), surveys(tables)
    raw = _table(tables, "survey_responses"), _table(tables, "survey_benchmarks")
    oddities = Results({"satisfaction_warnings": satisfaction_warnings(*raw, as_of=as_of)})
    return (
        _items(params, found, renamed_items(raw[0]))
        + _own_survey(found, as_of)
        + _rectification(params, tables, found)
        + score_results(params, tables)
        + oddities
    )


def names(tables: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, str]]:
    """The latest name of each item, by programme and item code."""
    return item_names(_table(tables, "survey_responses"))


def tiers_of(params: Params) -> dict[str, rebates.Tiers]:
    """The rebate tiers by programme: least score and amount [yuan] of each."""
    return {
        rebate.programme: [(tier.min_score, tier.amount) for tier in rebate.tiers]
        for rebate in params.satisfaction.rebates
    }


@shared
def likely_scores(params: Params, tables: Mapping[str, pd.DataFrame]) -> dict[str, NDArray[np.float64]]:
    """By programme what the next year may score, as :func:`rebates.likely_scores` tells it.

    The chance of a rebate tier and that of the plan's target are both read from this.
    """
    found, as_of = surveys(tables), pd.Timestamp(params.as_of)
    scores = programmes.programme_series(found.programmes, "programme_score", as_of=as_of)
    items = item_score(found.months, found.years, as_of=as_of)
    return rebates.likely_scores(scores, as_of=as_of, items=with_period_kind(items, "month"))


@shared
def score_results(params: Params, tables: Mapping[str, pd.DataFrame]) -> Results:
    """Scores and ranks of the programmes, their targets, and what the tiers pay."""
    found = surveys(tables)
    as_of, plan_year, year = pd.Timestamp(params.as_of), params.plan_year, params.as_of.year
    series = {
        f"programme_{name}": programmes.programme_series(found.programmes, f"programme_{name}", as_of=as_of)
        for name in ("score", "rank", "regional_mean", "store_count")
    }
    scores, ranks, regional, stores = series.values()
    tiers = tiers_of(params)
    gaps = item_gap(found.years)
    by_rule = score_targets.programme_score_target(
        scores, regional, gaps, rebates=tiers, year=year, plan_year=plan_year
    )
    ruled = score_targets.chosen_score_target(by_rule)
    targets = standing(params, "programme_score_target", ruled)
    improvement, missing = score_targets.item_improvement(gaps, scores, targets, year=year)
    ruled_ranks = score_targets.programme_rank_target(scores, regional, ranks, stores, targets, year=year)
    likely = likely_scores(params, tables)
    chances = rebates.rebate_chances(tiers, likely, plan_year=plan_year)
    mended = rebates.rebate_chances(tiers, _with_gaps_closed(likely, by_rule), plan_year=plan_year).expected
    return Results(
        {
            **series,
            "programme_gap": programmes.programme_gap(scores, regional),
            "programme_score_target": [targets, by_rule],
            "programme_rank_target": standing(params, "programme_rank_target", ruled_ranks),
            **reckoned_anew(params, "score", {"programme_score_target": ruled}),
            **reckoned_anew(params, "count", {"programme_rank_target": ruled_ranks}),
            "item_improvement": improvement,
            "item_rebate_gain": rebates.item_rebate_gain(tiers, likely, gaps, year=year, plan_year=plan_year),
            "points_beyond_region": missing,
            "rebate_amount": rebates.rebate_amount(tiers, plan_year=plan_year),
            "rebate_step_cost": rebates.rebate_step_cost(tiers, plan_year=plan_year),
            "rebate_tier_chance": chances.tier,
            "rebate_none_chance": chances.none,
            "rebate_expected": [
                chances.expected,
                rebates.rebate_expected_in_all(chances.expected),
                mended.assign(scenario="close_gaps"),
                rebates.rebate_expected_in_all(mended).assign(scenario="close_gaps"),
            ],
        }
    )


def _with_gaps_closed(
    likely: Mapping[str, NDArray[np.float64]], by_rule: pd.DataFrame
) -> dict[str, NDArray[np.float64]]:
    """The likely scores, moved by what closing every item's gap to the region would add."""
    wide = by_rule.pivot(index="programme", columns="rule", values="value")
    rules = wide.reindex(columns=["close_gaps", "last_year"])
    gains = (rules["close_gaps"] - rules["last_year"]).dropna()
    return {programme: drawn + gains[programme] for programme, drawn in likely.items() if programme in gains}


def _items(params: Params, found: Surveys, renamed: pd.DataFrame) -> Results:
    as_of, rules = pd.Timestamp(params.as_of), params.satisfaction
    weak = weak_items(found.years, found.months, min_responses=rules.min_responses, q_value=rules.q_value)
    gaps = item_gap(found.years)
    changes = item_gap_change(
        found.years, renamed=zip(renamed["programme"], renamed["item_code"], renamed["year"], strict=True)
    )
    importance = item_importance(found.responses, as_of=as_of, min_responses=rules.min_responses)
    return Results(
        {
            "item_score": item_score(found.months, found.years, as_of=as_of),
            "item_regional_mean": item_regional_mean(found.months, found.years, as_of=as_of),
            "item_gap": gaps,
            "item_gap_change": changes,
            "weak_item": weak_item(weak),
            "item_q_value": item_q_value(weak),
            "item_months_below": item_months_below(weak),
            "item_importance": importance.share,
            "item_importance_rank": importance.rank,
            "item_priority": item_priority(gaps, importance.share, year=as_of.year),
        }
    )


def _own_survey(found: Surveys, as_of: pd.Timestamp) -> Results:
    totals = internal_survey.response_totals(found.responses)
    return Results(
        {
            "internal_score": internal_survey.internal_score(totals),
            "internal_oem_gap": internal_survey.internal_oem_gap(totals),
            "internal_oem_correlation": internal_survey.internal_oem_correlation(
                found.responses, totals, as_of=as_of
            ),
        }
    )


def _rectification(params: Params, tables: Mapping[str, pd.DataFrame], found: Surveys) -> Results:
    if (actions := tables.get("actions")) is None:
        return Results()
    as_of = pd.Timestamp(params.as_of)
    effects = rectification.action_effects(
        actions, found.responses, as_of=as_of, min_responses=params.satisfaction.min_responses
    )
    return Results(
        {"rectification_actions": rectification.rectification_actions(actions, as_of=as_of), **effects}
    )


def _table(tables: Mapping[str, pd.DataFrame], name: str) -> pd.DataFrame:
    """The table, or one without rows."""
    columns = {column.name: pd.Series(dtype=dtype_of(column)) for column in TABLES[name].columns}
    return tables.get(name, pd.DataFrame(columns))
