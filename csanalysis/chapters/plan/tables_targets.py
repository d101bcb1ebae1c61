"""All targets on one page: past years, target, a normal year, rule, worth, owner, first step."""

from csanalysis.catalogue import (
    METRICS,
    Language,
    Missing,
    explain_missing,
    format_period,
    format_value,
    group_label,
    text,
)
from csanalysis.chapters.goal import GOALS, Goal, goals_of
from csanalysis.chapters.plan.reading import (
    DEFAULT_RULES,
    PLANNED,
    Rules,
    chosen_moves,
    first_working_day,
    goal_label,
    kind_of,
    rule_words,
)
from csanalysis.chapters.satisfaction.tables import Names, item_label
from csanalysis.display.tables.cards import Key
from csanalysis.display.tables.cells import Numbers
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.display.tables.spark import trends
from csanalysis.metrics.results import Results


def headlines(results: Results, *, plan_year: int, language: Language) -> list[Key]:
    """The key figures of the whole plan: two targets, what the moves bring, and what a point is worth."""
    calls = results.value("move_calls", plan_year, **PLANNED)
    written = format_value(calls, "count", language, decimals=0)
    return [
        Key("first_service_target", plan_year, against=("first_service_visits", plan_year - 1)),
        Key("churn_rate_target", plan_year, against=("annual_churn_rate", plan_year - 1)),
        Key(
            "move_value",
            plan_year,
            group=PLANNED,
            label=text("plan.card_moves", language, count=len(chosen_moves(results, plan_year))),
            note=text("plan.card_note", language, calls=written),
        ),
        Key("retention_value", plan_year, group={"points": "1"}),
    ]


def targets(
    results: Results,
    *,
    plan_year: int,
    language: Language,
    rules: Rules = DEFAULT_RULES,
    names: Names | None = None,
    last: int = 3,
    id: str = "targets",
) -> ReportTable | Missing:
    """One row a goal: the last years, the target, a normal year, the rule, worth, owner and first step.

    Parameters
    ----------
    results : Results
        What :func:`csanalysis.chapters.plan.measure` gives.
    plan_year : int
        The year the targets are for.
    language : Language
        ``zh`` or ``en``.
    rules : Rules
        How the churn and first-service rules are set.
    names : mapping, optional
        What survey items are called, by programme and item code.
    last : int
        How many past years to show.
    id : str
        Names the table.
    """
    numbers, plan = Numbers(results, language), str(plan_year)
    goals = goals_of(results, plan_year=plan_year)
    known = [goal for goal in goals if numbers.get(goal.target, plan, goal.group) is not None]
    if not known:
        return explain_missing([goal.target for goal in GOALS[:3]], results, language)
    years = [str(year) for year in range(plan_year - last, plan_year)]
    histories = [(goal.actual, goal.group) for goal in known]
    trend = trends(numbers, histories, kind="year", until=years[-1], language=language)
    columns = (
        Column("metric", text("group.target", language), "left"),
        *(Column(year, year) for year in years),
        *([trend[0]] if trend else []),
        Column("target", text("column.target", language, year=plan)),
        Column("normal", text("column.normal_year", language)),
        Column("rule", text("column.rule", language), "left"),
        Column("worth", text("column.worth", language)),
        Column("owner", text("column.owner", language), "left"),
        Column("first_action", text("column.first_action", language), "left"),
    )
    steps = _Steps(results, plan_year, language, names or {})
    rows = tuple(
        Row(
            (
                Cell(goal_label(goal, language), about=goal.target),
                *(numbers.cell(goal.actual, year, goal.group) for year in years),
                *([trend[1][place]] if trend else []),
                numbers.cell(goal.target, plan, goal.group),
                numbers.interval(
                    f"target_range_{kind_of(goal.target)}", plan, {"target": goal.target, **goal.group}
                ),
                Cell(rule_words(results, goal, plan_year, rules, language)),
                numbers.cell("target_value", plan, {"target": goal.target, **goal.group}),
                Cell(text(f"owner.{goal.owner}", language)),
                Cell(steps.first(goal)),
            )
        )
        for place, goal in enumerate(known)
    )
    table = ReportTable(id, text("table.targets", language, year=plan), columns, rows)
    said = _said(results, plan, {goal.target for goal in known}, language)
    return table.with_note(*said, text("note.trend", language) if trend else None)


def _said(results: Results, plan: str, known: set[str], language: Language) -> list[str]:
    said = [text("plan.normal", language), text("plan.no_price", language)]
    if (revenue := results.value("revenue_per_vehicle", plan)) is not None:
        written = format_value(revenue, "amount", language)
        said.append(text("plan.revenue", language, amount=written))
        last = str(int(plan) - 1)
        if (measured := results.value("revenue_per_vehicle", last)) is not None and measured != revenue:
            told = {
                "year": format_period(last, language),
                "amount": format_value(measured, "amount", language),
            }
            said.append(text("plan.revenue_measured", language, **told))
    absent = [METRICS[goal.target].label(language) for goal in GOALS if goal.target not in known]
    if absent:
        said.append(text("plan.absent", language, targets=text("sign.comma", language).join(absent)))
    return said


class _Steps:
    """The first step toward each goal, from the numbers; empty where they do not tell."""

    def __init__(self, results: Results, plan_year: int, language: Language, names: Names) -> None:
        self.results, self.plan, self.language, self.names = results, plan_year, language, names
        self.day = _short(first_working_day(plan_year), language)

    def first(self, goal: Goal) -> str:
        """One short line."""
        match goal.target:
            case "first_service_target":
                month = f"{self.plan}-01"
                return self._call(goal) or self._count("first_service_month", goal.target, month)
            case "churn_rate_target":
                date = self.results.latest("lifecycle_vehicles", "date", state="marginal")
                marginal = self._count("churn_by_advisors", "lifecycle_vehicles", date, state="marginal")
                return self._call(goal) or marginal
            case "monthly_churn_ceiling":
                return self._count(goal.target, goal.target, f"{self.plan}-01")
            case "programme_score_target":
                return self._item(goal)
            case "programme_rank_target":
                score = self.results.value("programme_score_target", self.plan, **goal.group)
                return self._say(goal.target, score=self._written(score, "programme_score_target"))
            case "upsell_success_target":
                date = self.results.latest("upsell_open_items", "date", grade="A")
                waiting = self._count("upsell_at_visit", "upsell_open_items", date, grade="A")
                return self._call(goal) or waiting
            case _:
                return self._record(goal)

    def _call(self, goal: Goal) -> str:
        """The plan's most valuable call list that serves the goal, as far as the calls reach."""
        move = next(iter(chosen_moves(self.results, self.plan, serving=goal.target)), None)
        return self._count(move, "move_cases", str(self.plan), move=move, **PLANNED) if move else ""

    def _count(self, key: str, metric: str, period: str | None, **group: str) -> str:
        value = None if period is None else self.results.value(metric, period, **group)
        return self._say(key, count=self._written(value, metric)) if value else ""

    def _item(self, goal: Goal) -> str:
        """The item that is furthest behind the region, or least ahead."""
        programme = goal.group["programme"]
        gaps = self.results.select("item_gap", "year", "item_code", **goal.group).dropna(subset="value")
        if gaps.empty:
            return ""
        worst = gaps[gaps["period"] == gaps["period"].max()].sort_values("value", kind="stable").iloc[0]
        key = goal.target if worst["value"] < 0 else "programme_score_ahead"
        item = item_label(self.names, programme, worst["item_code"], self.language)
        return self._say(key, item=item, gap=self._written(abs(worst["value"]), "item_gap"))

    def _record(self, goal: Goal) -> str:
        """The kind of record that was worst in the latest year."""
        rates = self.results.select(goal.actual, "year", "record_type").dropna(subset="value")
        if rates.empty:
            return ""
        latest = rates[rates["period"] == rates["period"].max()]
        worst = latest.sort_values("value", ascending=goal.better == "higher", kind="stable").iloc[0]
        record = group_label("record_type", worst["record_type"], self.language)
        return self._say(goal.target, record=record, rate=self._written(worst["value"], goal.actual))

    def _written(self, value: float | None, metric: str) -> str | None:
        return None if value is None else format_value(value, METRICS[metric].format, self.language)

    def _say(self, key: str, **values: str | None) -> str:
        if None in values.values():
            return ""
        month = format_period(f"{self.plan}-01", self.language, short=True)
        return text(f"plan.action.{key}", self.language, day=self.day, month=month, **values)


def _short(day: str, language: Language) -> str:
    """``1月5日``, ``5 Jan``: the plan's year is known."""
    return format_period(day, language).removeprefix(f"{day[:4]}年").removesuffix(f" {day[:4]}")
