"""The plan in sentences: what the targets ask for, why each move, and what the past says of each rule."""

from collections.abc import Sequence

from csanalysis.catalogue import Language, Missing, group_label, text
from csanalysis.chapters.goal import Asked, Goal
from csanalysis.chapters.plan.goals import GOALS, goals_of
from csanalysis.chapters.plan.reading import (
    MOSTLY,
    PLANNED,
    TOLD,
    Tested,
    basis_of,
    best_item,
    chosen_moves,
    goal_label,
    inferred_share,
    met_years,
    outcome_of,
    tested_label,
    tested_rules,
)
from csanalysis.chapters.plan.sentences_cheapest import cheapest_group
from csanalysis.chapters.plan.sentences_left import cases_left, lists_left, whole_calls
from csanalysis.chapters.satisfaction.sentences import Names, item_called
from csanalysis.display.prose import Prose, SentenceWriter
from csanalysis.metrics.plan.plain_forecasts import RULE, nearest_method
from csanalysis.metrics.results import Results
from csanalysis.metrics.stats.proof import HISTORY
from csanalysis.params import Params

FEWEST_YEARS = 3
"""Of a rule tested on fewer years nothing is said for certain."""


def about_plan(results: Results, *, plan_year: int, language: Language) -> Prose | Missing:
    """A sentence a target that is worth money, and which targets a normal year does not reach."""
    tell = SentenceWriter(results, language)
    goals = goals_of(results, plan_year=plan_year)
    lines = [_asked(tell, goal, plan_year) for goal in goals]
    hard: dict[str, list[str]] = {"beyond": [], "beyond_else": []}
    for goal in goals:
        if line := _beyond(tell, goal, plan_year):
            hard["beyond" if _asks_last_year(tell, goal, plan_year) else "beyond_else"].append(line)
    said = (tell.say(f"plan.{key}", goals=tell.enumerated(each)) for key, each in hard.items() if each)
    return tell.prose(lines, *said, needs=[goal.target for goal in GOALS if goal.headline])


def _asked(tell: SentenceWriter, goal: Goal, plan_year: int) -> str:
    known = tell.defined_values(goal.actual, "year", **goal.group)
    past = [str(year) for year in known.index if int(year) < plan_year]
    if not past:
        return ""
    said = {
        "target": tell.number(goal.metric(tell.results), plan_year, **goal.group),
        "before": tell.year_of(goal.actual, past[-1]) if goal.kind == "sum" else tell.period(past[-1]),
        "worth": tell.number("target_value", plan_year, **goal.key),
    }
    came = tell.number(goal.actual, past[-1], **goal.group)
    worth = tell.value("target_value", plan_year, **goal.key)
    said_of = Asked(tell, plan_year, came, worth, said)
    sentence = goal.sentence(said_of, goal)
    if not sentence:
        return ""
    if (metric := goal.reckoned(tell.results, plan_year)) is not None:
        now = tell.number(metric, plan_year, **goal.key)
        stands = said_of.say("plan.goal_stands", goal=goal_label(goal, tell.language), came=came)
        return tell.paragraph(stands, tell.say("plan.goal_now", now=now))
    return tell.paragraph(sentence, _ruled(tell, goal, plan_year))


def _ruled(tell: SentenceWriter, goal: Goal, plan_year: int) -> str:
    """What the rule gives and how likely that is, where the plan asks for another number."""
    ruled, asked = tell.number(goal.target, plan_year, **goal.group), goal.metric(tell.results)
    if ruled == tell.number(asked, plan_year, **goal.group):
        return ""
    chance = tell.number("rule_chance", plan_year, **goal.key)
    return tell.say("plan.ruled", ruled=ruled, chance=chance)


def _beyond(tell: SentenceWriter, goal: Goal, plan_year: int) -> str:
    """The goal whose target a normal year falls short of, if this is one."""
    metric, group = goal.range_metric, goal.key
    rows = tell.results.select(metric, "year", period=str(plan_year), **group)
    if rows.empty or rows[["value", "low", "high"]].iloc[0].isna().any():
        return ""
    value, low, high = rows[["value", "low", "high"]].iloc[0]
    if not (value > high if goal.better == "higher" else value < low):
        return ""
    return tell.say(
        "plan.beyond_each",
        goal=goal_label(goal, tell.language),
        target=tell.number(goal.metric(tell.results), plan_year, **goal.group),
        interval=tell.interval(metric, plan_year, **group),
    )


def _asks_last_year(tell: SentenceWriter, goal: Goal, plan_year: int) -> bool:
    """Whether a goal asks for just what last year gave; lapses follow the churn rate."""
    came = tell.number(goal.actual, plan_year - 1, **goal.group)
    return came == tell.number(goal.metric(tell.results), plan_year, **goal.group)


def about_moves(
    results: Results, *, plan_year: int, language: Language, names: Names | None = None
) -> Prose | Missing:
    """Two sentences a move: whom and how many calls, then what the past says and what it brings."""
    tell, chosen = SentenceWriter(results, language), chosen_moves(results, plan_year)
    if not chosen:
        return tell.prose("", needs=["move_value"])
    head = tell.say(
        "plan.moves_total",
        count=len(chosen),
        possible=whole_calls(tell, tell.value("calls_possible", plan_year)),
        planned=whole_calls(tell, tell.value("calls_planned", plan_year)),
        duties=whole_calls(tell, tell.value("calls_planned", plan_year, use="duties")),
        calls=whole_calls(tell, tell.value("move_calls", plan_year, **PLANNED)),
    )
    lines = [
        tell.paragraph(_who(tell, move, rank, plan_year, names or {}), _why(tell, move, plan_year))
        for rank, move in enumerate(chosen, start=1)
    ]
    head = tell.paragraph(
        head,
        _others(tell, plan_year),
        *_worth(tell, plan_year, chosen),
        _last_year(tell, plan_year),
        one_more_caller(tell, plan_year),
    )
    last = tell.paragraph(lists_left(tell, plan_year, chosen), cheapest_group(tell, plan_year))
    return tell.prose(head, *lines, last, needs=["move_value"])


def _others(tell: SentenceWriter, plan_year: int) -> str:
    """Where the calls go that are neither owed nor a move's."""
    return tell.say(
        "plan.other_calls", calls=whole_calls(tell, tell.value("move_calls", plan_year, part="others"))
    )


def _worth(tell: SentenceWriter, plan_year: int, chosen: Sequence[str]) -> list[str]:
    """What is proven and what is an upper bound, each by itself."""
    proven = tell.value("move_value", plan_year, **PLANNED)
    bounds = tell.number("move_value", plan_year, basis=HISTORY, **PLANNED)
    return [
        tell.say("plan.moves_worth", value=tell.formatted("move_value", proven)) if proven else "",
        *(
            tell.say(
                "plan.moves_inferred",
                move=group_label("move", move, tell.language),
                value=tell.number("move_value", plan_year, move=move, **PLANNED),
            )
            for move in chosen
            if inferred_share(tell.results, plan_year, move) > MOSTLY
        ),
        tell.say("plan.moves_at_most", value=bounds),
    ]


def _last_year(tell: SentenceWriter, plan_year: int) -> str:
    """What last year's calls brought by the same reckoning: past flows hold it already."""
    if not tell.value("calls_gained_worth", plan_year - 1):
        return ""
    worth = tell.number("calls_gained_worth", plan_year - 1)
    return tell.say("plan.last_year", year=tell.period(plan_year - 1), worth=worth)


def one_more_caller(tell: SentenceWriter, plan_year: int) -> str:
    """What one caller more would make, bring and cost in the year."""
    rows = tell.results.select("caller_worth", "year", period=str(plan_year))
    if rows.empty or not (more := rows["numerator"].iloc[0]):
        return ""
    calls = whole_calls(tell, more)
    if not (value := rows["value"].iloc[0]):
        return tell.say("plan.one_more_nothing", calls=calls)
    price = tell.number("caller_cost", plan_year)
    cost = "" if price is None else tell.say("plan.one_more_cost", cost=price)
    return tell.say("plan.one_more", calls=calls, value=tell.formatted("caller_worth", value), cost=cost)


def _who(tell: SentenceWriter, move: str, rank: int, plan_year: int, names: Names) -> str:
    if move == "weak_item":
        programme, code = best_item(tell.results, plan_year) or ("", "")
        gap = tell.defined_values("item_gap", "year", programme=programme, item_code=code)
        return tell.say(
            "plan.weak_item",
            rank=rank,
            programme=group_label("programme", programme, tell.language),
            item=item_called(names, programme, code),
            gap=tell.formatted("item_gap", abs(gap.iloc[-1])) if len(gap) else None,
        )
    rows = tell.results.select("move_cases", "year", period=str(plan_year), move=move)
    cases = tell.value("move_cases", plan_year, move=move)
    planned = tell.value("move_cases", plan_year, move=move, **PLANNED)
    known, some = cases or 0.0, planned or 0.0
    key = "reach_all" if some == known else "reach_part" if some < known else "reach_more"
    said = {
        "calls": whole_calls(tell, tell.value("move_calls", plan_year, move=move, **PLANNED)),
        **({} if key == "reach_all" else {"planned": tell.formatted("move_cases", planned)}),
        **({"left": cases_left(tell, plan_year, move)} if key == "reach_part" else {}),
    }
    reach, listed = tell.say(f"plan.{key}", **said), max([known, *rows["denominator"].dropna()])
    if listed > known:  # the others are called for what brings more, or is owed
        reach = tell.say("plan.mainly", main=tell.formatted("move_cases", cases)) + reach
    return tell.say(f"plan.{move}", rank=rank, cases=tell.formatted("move_cases", listed), reach=reach)


def _why(tell: SentenceWriter, move: str, plan_year: int) -> str:
    basis = basis_of(tell.results, plan_year, move)
    group = {"move": move, "basis": basis}
    value = tell.number("move_value", plan_year, move=move, **PLANNED)
    if move == "weak_item":
        return tell.say("plan.why_rebate", value=value)
    effect = tell.value("move_effect", plan_year, **group) or 0.0
    said = {
        "interval": tell.interval("move_effect", plan_year, **group),
        "amount": tell.number("move_amount", plan_year, move=move),
        "value": value,
    }
    outcome = outcome_of(move)
    if basis == HISTORY:
        if outcome == "declined":
            return tell.say("plan.why_history_work", effect=tell.points(effect), **said)
        return tell.say("plan.why_history", effect=tell.number("move_effect", plan_year, **group), **said)
    spoken = text(f"plan.outcome.{outcome}", tell.language)
    why = tell.say(f"plan.why_{basis}", effect=tell.points(effect), outcome=spoken, **said)
    return tell.paragraph(why, _inferred(tell, move, plan_year))


def _inferred(tell: SentenceWriter, move: str, plan_year: int) -> str:
    """Which part of a move's cases nobody called for this before: their effect is taken from other calls."""
    share = inferred_share(tell.results, plan_year, move)
    key = "inferred_all" if share == 1 else "inferred" if share > TOLD else ""
    said = {"share": tell.formatted("move_inferred_share", share)} if share < 1 else {}
    return tell.say(f"plan.{key}", **said) if key else ""


def about_rule_backtests(results: Results, *, params: Params, language: Language) -> Prose | Missing:
    """Of each rule in use whether it was ever met, always met, or is fit to manage by."""
    tell = SentenceWriter(results, language)
    tested = tested_rules(results, params)
    lines, mixed = [], []
    for each in tested:
        if not each.in_use:
            continue
        period, met, of = met_years(results, each)
        said = {"goal": goal_label(each.goal, language), "tested": of}
        if of >= FEWEST_YEARS and 0 < met < of:
            mixed.append(tell.say("plan.rule_mixed_each", met=met, **said))
            continue
        key = "rule_few" if of < FEWEST_YEARS else "rule_always" if met else "rule_never"
        rule = tested_label(results, each, params, language)
        spoken = {
            "rule": rule,
            **said,
            **({"met": met} if key == "rule_few" else {"period": tell.period(period)}),
        }
        others = [other for other in tested if other.goal == each.goal and not other.in_use]
        better = "" if key == "rule_few" else _better(tell, others, params)
        lines.append(tell.paragraph(tell.say(f"plan.{key}", **spoken), better))
    if mixed:
        lines.append(tell.say("plan.rule_mixed", rules=tell.listed(mixed)))
    lines.append(_nearer(tell, [each.goal for each in tested if each.in_use]))
    return tell.prose(lines, needs=["rule_met_share"])


def _nearer(tell: SentenceWriter, goals: Sequence[Goal]) -> str:
    """The goals that a plain forecast came nearer to than their rule, over two years or more."""
    said = []
    for goal in goals:
        errors = tell.results.select(goal.error_metric, "span", "method", **goal.key)
        method = nearest_method(errors)
        if method == RULE:
            continue
        off = errors.set_index("method")["value"]
        said.append(
            tell.say(
                "plan.rule_nearer_each",
                goal=goal_label(goal, tell.language),
                method=group_label("method", method, tell.language),
                less=tell.formatted(goal.error_metric, off[method]),
                more=tell.formatted(goal.error_metric, off[RULE]),
            )
        )
    return tell.say("plan.rule_nearer", goals=tell.enumerated(said)) if said else ""


def _better(tell: SentenceWriter, others: Sequence[Tested], params: Params) -> str:
    """Which rules not in use were met in some years and not in others."""
    said = []
    for other in others:
        _, met, of = met_years(tell.results, other)
        rule = tested_label(tell.results, other, params, tell.language)
        if 0 < met < of:
            said.append(tell.say("plan.rule_better_each", rule=rule, met=met, tested=of))
    return tell.say("plan.rule_better", rules=tell.listed(said)) if said else ""
