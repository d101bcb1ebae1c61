"""Every target rule of the plan, tested on past years."""

from typing import Literal

import numpy as np
import pandas as pd

from csanalysis.chapters.goal import GOALS
from csanalysis.metrics.periods import last_complete_year
from csanalysis.metrics.plan import rule_backtests
from csanalysis.metrics.results import Results, of_kind, tidy
from csanalysis.metrics.upsell.targets import upsell_success_target_overall
from csanalysis.params import Params

LAST_YEAR, BEST_YEAR = "last_year_held", "best_of_years"


def backtests(params: Params, results: Results, gaps: pd.DataFrame) -> Results:
    """What each rule would have set in each past year, what came, and how often it was met.

    Parameters
    ----------
    params : Params
        Rules, tiers and the last day counted.
    results : Results
        The targets, their actuals and the back-tests that other chapters make.
    gaps : DataFrame
        ``item_gap`` of all years.

    Returns
    -------
    Results
        ``rule_backtest_rate``, ``rule_backtest_count`` and ``rule_backtest_score`` by ``target`` and
        ``rule``, ``rule_met_share`` over the years tested.
    """
    last = last_complete_year(pd.Timestamp(params.as_of))
    tested = {
        "first_service_target": ("count", _first_service(params, results)),
        "churn_rate_target": ("rate", _churn(params, results)),
        "monthly_churn_ceiling": ("count", _ceiling(params, results)),
        "upsell_success_target": ("rate", _upsell(results)),
        "record_accuracy_target": ("rate", _last_year(results, "record_accuracy")),
        "late_entry_target": ("rate", _last_year(results, "late_entry")),
        **_programmes(params, results, gaps, last),
    }
    better: dict[str, Literal["higher", "lower"]] = {goal.target: goal.better for goal in GOALS}
    found: dict[str, list[pd.DataFrame]] = {}
    for target, (kind, rows) in tested.items():
        over = rows[rows["period"].astype(int) <= last] if len(rows) else rows
        if over.empty:
            continue
        found.setdefault(f"rule_backtest_{kind}", []).append(over.assign(target=target))
        share = rule_backtests.rule_met_share(over, better=better[target])
        found.setdefault("rule_met_share", []).append(share.assign(target=target))
    return Results(found)


def _first_service(params: Params, results: Results) -> pd.DataFrame:
    """The rule in use and, where it asks for more than it expects, the same without that."""
    past, uplift = _by(results, "first_service_backtest", "month", "rule"), params.first_service.uplift
    in_use = rule_backtests.first_service_rule(past, uplift=uplift)
    plain = rule_backtests.first_service_rule(past, uplift=0.0, rule="without_uplift")
    return pd.concat([in_use, plain], ignore_index=True) if uplift else in_use


def _churn(params: Params, results: Results) -> pd.DataFrame:
    """The rules that look back; the industry's and a fixed rate as if they had held then."""
    rates = _by(results, "annual_churn_rate", "year")
    looking_back = _by(results, "churn_rate_target_backtest", "year", "rule")
    years = sorted(looking_back["period"].astype(int).unique())
    given = (("not_above_industry", params.churn.industry_rate), ("fixed", params.churn.fixed_rate))
    outside = [rule_backtests.fixed_rule(rate, rule=rule, years=years) for rule, rate in given]
    return rule_backtests.with_actual(pd.concat([looking_back, *outside], ignore_index=True), rates)


def _ceiling(params: Params, results: Results) -> pd.DataFrame:
    """The ceiling of the churn rule in use: the others differ from it as their rates do."""
    targets = _churn(params, results)
    targets = targets[targets["rule"] == params.churn.rule].reset_index(drop=True)
    return rule_backtests.ceiling_rule(
        targets, _by(results, "annual_churn_rate", "year"), _by(results, "lapsed_vehicles", "year")
    )


def _upsell(results: Results) -> pd.DataFrame:
    """The store's own best of the years before, grade by grade, weighted by the mix of the year before."""
    rates = _by(results, "upsell_success_rate", "year", "grade")
    targets = _by(results, "upsell_success_target_backtest", "year", "grade")
    parts = [tidy([])]
    for year in sorted(targets["period"].unique()):
        before = [int(past) for past in sorted(rates["period"].unique()) if past < year]
        of_year = targets[targets["period"] == year].reset_index(drop=True)
        parts.append(upsell_success_target_overall(of_year, rates, complete=before))
    asked = pd.concat(parts, ignore_index=True).assign(rule=BEST_YEAR)
    return rule_backtests.with_actual(asked, _by(results, "upsell_success_rate", "year"))


def _last_year(results: Results, metric: str) -> pd.DataFrame:
    targets = _by(results, f"{metric}_target", "year").assign(rule=LAST_YEAR)
    return rule_backtests.with_actual(targets, _by(results, f"{metric}_rate", "year"))


def _programmes(
    params: Params, results: Results, gaps: pd.DataFrame, last: int
) -> dict[str, tuple[str, pd.DataFrame]]:
    scores, regional, ranks, stores = (
        _by(results, f"programme_{name}", None, "programme")
        for name in ("score", "regional_mean", "rank", "store_count")
    )
    if scores.empty:
        return {}
    years = range(int(of_kind(scores, "year")["period"].min()) + 1, last + 1)
    tiers = {
        rebate.programme: [(tier.min_score, tier.amount) for tier in rebate.tiers]
        for rebate in params.satisfaction.rebates
    }
    by_rule, targets = rule_backtests.score_rules(scores, regional, gaps, rebates=tiers, years=years)
    rank = rule_backtests.rank_rule(scores, regional, ranks, stores, targets, years=years)
    return {"programme_score_target": ("score", by_rule), "programme_rank_target": ("count", rank)}


def _by(results: Results, metric: str, kind: str | None, *by: str) -> pd.DataFrame:
    """One metric as the frame it was made from."""
    rows = results.select(metric, kind, *by)  # type: ignore[arg-type]
    for name in by:
        rows[name] = pd.array(rows[name].tolist(), dtype="str")
    return rows.astype(dict.fromkeys(("numerator", "denominator", "value", "low", "high"), float)).replace(
        {None: np.nan}
    )
