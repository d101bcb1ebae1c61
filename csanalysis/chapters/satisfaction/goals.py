"""The goals of the year: each programme's score, and the rank that it brings."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.catalogue import Language, group_label
from csanalysis.chapters.goal import Asked, Goal, Steps, Tables, as_measured
from csanalysis.chapters.satisfaction.measure import likely_scores, surveys, tiers_of
from csanalysis.chapters.satisfaction.tables import item_label
from csanalysis.metrics.periods import last_complete_year
from csanalysis.metrics.plan import rule_backtests
from csanalysis.metrics.remembered import remembered
from csanalysis.metrics.results import Results, tidy, with_period_kind
from csanalysis.metrics.simulation.run import SEED
from csanalysis.metrics.surveys.survey_items import item_gap
from csanalysis.params import Params

SCORE, TARGET = "programme_score", "programme_score_target"


def _worth(params: Params, results: Results, goal: Goal) -> float:
    """The rebate of the target's tier above that of last year's score."""
    plan, last = params.plan_year, results.value(SCORE, params.as_of.year, **goal.group)
    before = np.nan if last is None else last
    return _paid(results, goal, plan, goal.value(results, plan)) - _paid(results, goal, plan, before)


def _paid(results: Results, goal: Goal, plan: int, score: float) -> float:
    """The rebate of the tier that a score reaches; NaN where the programme pays none or nobody knows it."""
    tiers = results.select("rebate_amount", None, "tier", period=str(plan), **goal.group)
    if tiers.empty or np.isnan(score):
        return np.nan
    reached = tiers["tier"].astype(float) <= score + 1e-9
    return float(tiers.loc[reached, "value"].max()) if reached.any() else 0.0


def _rule(params: Params, results: Results, goal: Goal, language: Language) -> str:
    """Of the rules that were asked the one whose score was taken."""
    value, plan = results.value(goal.target, params.plan_year, **goal.group), str(params.plan_year)
    by_rule = results.select(goal.target, None, "rule", period=plan, **goal.group)
    taken = by_rule.loc[(by_rule["value"] - (value or 0.0)).abs() < 1e-9, "rule"]
    return group_label("rule", taken.iloc[0], language) if len(taken) else ""


def _years(params: Params, scores: pd.DataFrame) -> range:
    """The complete years that have one before them to be told from."""
    first = int(with_period_kind(scores, "year")["period"].min())
    return range(first + 1, last_complete_year(pd.Timestamp(params.as_of)) + 1)


@remembered
def _past_targets(params: Params, tables: Tables, results: Results) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What each score rule would have asked for, and the targets that would have been chosen."""
    scores, regional = (
        as_measured(results, f"programme_{name}", None, "programme") for name in ("score", "regional_mean")
    )
    if scores.empty:
        return tidy([], programme=[], rule=[]), tidy([], programme=[])
    return rule_backtests.score_rules(
        scores,
        regional,
        item_gap(surveys(tables).years),
        rebates=tiers_of(params),
        years=_years(params, scores),
    )


def _backtest(params: Params, tables: Tables, results: Results, goal: Goal) -> pd.DataFrame:
    by_rule, _ = _past_targets(params, tables, results)
    return by_rule


def _backtest_rank(params: Params, tables: Tables, results: Results, goal: Goal) -> pd.DataFrame:
    """The rank that each past score target would have been thought to bring."""
    scores, regional, ranks, stores = (
        as_measured(results, f"programme_{name}", None, "programme")
        for name in ("score", "regional_mean", "rank", "store_count")
    )
    if scores.empty:
        return tidy([], programme=[], rule=[])
    _, targets = _past_targets(params, tables, results)
    years = _years(params, scores)
    return rule_backtests.rank_rule(scores, regional, ranks, stores, targets, years=years)


def _drawn(params: Params, tables: Tables, goal: Goal, draws: int) -> NDArray[np.float64] | None:
    """Years as likely as the rebate tiers are told by, shuffled: a score is independent of the vehicles."""
    likely = likely_scores(params, tables).get(goal.group["programme"])
    if likely is None:
        return None
    places = ((np.arange(draws) + 0.5) / draws * len(likely)).astype(int)
    shuffled = np.random.default_rng([SEED, len(goal.group["programme"])])
    return np.asarray(shuffled.permutation(likely[places]), dtype=float)


def _first_step(steps: Steps, goal: Goal) -> str:
    """The item that is furthest behind the region, or least ahead."""
    gaps = steps.results.select("item_gap", "year", "item_code", **goal.group).dropna(subset="value")
    if gaps.empty:
        return ""
    worst = gaps[gaps["period"] == gaps["period"].max()].sort_values("value", kind="stable").iloc[0]
    key = goal.target if worst["value"] < 0 else "programme_score_ahead"
    item = item_label(steps.names, goal.group["programme"], worst["item_code"], steps.language)
    return steps.say(key, item=item, gap=steps.written(abs(worst["value"]), "item_gap"))


def _with_the_score(steps: Steps, goal: Goal) -> str:
    score = steps.results.value("programme_score_planned", steps.plan_year, **goal.group)
    return steps.say(goal.target, score=steps.written(score, TARGET))


def _sentence(asked: Asked, goal: Goal) -> str:
    programme = group_label("programme", goal.group["programme"], asked.tell.language)
    if asked.worth == 0:
        return asked.say("satisfaction.goal_hold", programme=programme)
    return asked.say("satisfaction.goal", programme=programme, score=asked.came)


GOALS = (
    Goal(
        TARGET,
        SCORE,
        "customer_service",
        unit="score",
        by=("programme",),
        planned="programme_score_planned",
        drawn=_drawn,
        worth=_worth,
        rule=_rule,
        backtest=_backtest,
        rule_in_use=lambda params: rule_backtests.IN_USE,
        first_step=_first_step,
        sentence=_sentence,
    ),
    Goal(
        "programme_rank_target",
        "programme_rank",
        "customer_service",
        unit="count",
        follows=True,
        better="lower",
        by=("programme",),
        planned="programme_rank_planned",
        lowest=1.0,
        backtest=_backtest_rank,
        own_rule=rule_backtests.IN_USE,
        first_step=_with_the_score,
    ),
)
