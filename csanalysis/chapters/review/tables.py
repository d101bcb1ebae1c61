"""Tables of the monthly review: every target against its plan, and what lies behind it."""

from dataclasses import replace

from csanalysis.catalogue import (
    Language,
    Missing,
    explain_missing,
    format_period,
    format_value,
    group_label,
    group_name,
    text,
)
from csanalysis.chapters.review.measure import Review, standing, state
from csanalysis.chapters.review.plan_model import FrozenGoal
from csanalysis.chapters.satisfaction.tables_rectification import action_effects
from csanalysis.display.tables.cards import Card, Cards, Tone
from csanalysis.display.tables.cells import Group, ResultCells, cell_notes
from csanalysis.display.tables.model import Cell, Column, Field, HeaderGroup, ReportTable, Row
from csanalysis.metrics.periods import shift_month


def review_cards(review: Review, *, language: Language) -> Cards:
    """How many targets are in alarm or off track, and the counts that a director asks for first."""
    numbers, month = ResultCells(review.results, language), review.month
    all_goals = format_value(review.results.value("review_goals", month), "count", language)
    of_all = text("review.cards.of_all", language, count=all_goals)
    counts: tuple[tuple[str, str, Group, str], ...] = (
        ("alarmed", "review_goals_alarmed", {}, of_all),
        ("off_track", "review_goals", {"state": "off_track"}, of_all),
    )
    shown = [
        Card(text(f"review.cards.{name}", language), cell, note, "bad" if cell.value else "neutral")
        for name, metric, group, note in counts
        if (cell := numbers.cell(metric, month, group)).value is not None
    ]
    for goal in review.goals:
        cell = _number(numbers, goal, "review_actual", month, "to_date", language)
        if goal.is_total and cell.value is not None:
            shown.append(_goal_card(numbers, goal, cell, month, language))
    return Cards(tuple(shown))


def _goal_card(numbers: ResultCells, goal: FrozenGoal, cell: Cell, month: str, language: Language) -> Card:
    plan = numbers.get("review_plan", month, {**goal.key, "scope": "to_date"})
    tone: Tone = "neutral"
    if plan is not None and cell.value is not None and cell.value != plan:
        tone = "good" if (cell.value > plan) == (goal.better == "higher") else "bad"
    label = text("review.cards.to_date", language, label=goal.label(language))
    note = text("review.cards.to_date_plan", language, value=goal.written(plan, language))
    return Card(label, cell, note, tone)


def review_to_date(review: Review, *, language: Language) -> ReportTable:
    """One row a target: the month and the year to date, actual, plan, what is normal, and the verdict."""
    numbers, month = ResultCells(review.results, language), review.month
    rows = []
    for goal in review.goals:
        cells = [Cell(goal.label(language)), Cell(_verdict(review, numbers, goal, language))]
        for scope in ("month", "to_date"):
            cells += [
                _number(numbers, goal, "review_actual", month, scope, language),
                _number(numbers, goal, "review_plan", month, scope, language),
                _range(numbers, goal, "review_plan", month, {"scope": scope}, language),
            ]
        rows.append(Row(tuple(cells)))
    heads = ("actual", "plan", "normal")
    columns = (
        Column("goal", group_name("goal", language), "left"),
        Column("verdict", text("review.verdict", language), "left"),
        *(
            Column(f"{scope}.{head}", text(f"review.{head}", language))
            for scope in ("month", "to_date")
            for head in heads
        ),
    )
    groups = (
        HeaderGroup("", 2),
        HeaderGroup(format_period(month, language), 3),
        HeaderGroup(text("review.to_date", language), 3),
    )
    note = text("review.note.normal", language)
    table = ReportTable(
        "review_to_date", text("table.review_to_date", language), columns, tuple(rows), note, groups
    )
    return table.with_note(_undefined(table, language))


def review_year_end(review: Review, *, language: Language) -> ReportTable:
    """One row a target: target, forecast with its 80 % interval, the pace so far, and the pace needed."""
    numbers, month, year = ResultCells(review.results, language), review.month, str(review.plan.plan_year)
    rows = tuple(
        Row(
            (
                Cell(goal.label(language)),
                _number(numbers, goal, "review_plan", year, "year", language),
                _number(numbers, goal, "year_end_forecast", year, None, language),
                _range(numbers, goal, "year_end_forecast", year, {}, language),
                _needed(numbers, goal, month, language),
                _number(numbers, goal, "expected_run_rate", month, None, language),
                Cell(group_label("state", state(review.results, goal, review.plan.plan_year), language)),
                Cell(text(f"owner.{goal.owner}", language)),
            )
        )
        for goal in review.goals
    )
    heads = ("target", "forecast", "interval", "needed", "expected_pace")
    columns = (
        Column("goal", group_name("goal", language), "left"),
        *(Column(head, text(f"review.{head}", language)) for head in heads),
        Column("verdict", text("review.verdict", language), "left"),
        Column("owner", text("review.owner", language), "left"),
    )
    table = ReportTable("review_year_end", text("table.review_year_end", language), columns, rows)
    return table.with_note(
        text("review.note.forecast", language), *_restated(review, language), _undefined(table, language)
    )


def review_lapses(review: Review, *, language: Language) -> ReportTable | Missing:
    """One row a team (or advisor): vehicles lapsed in the month and to date, of those in its care."""
    by, month = review.carer, review.month
    if by is None:
        return explain_missing(["review_lapses"], review.results, language)
    numbers = ResultCells(review.results, language)
    found = review.results.select("review_lapses", None, by, period=month, scope="to_date")
    found = found.sort_values(["value", by], ascending=[False, True])
    rows = []
    for name in found[by]:
        whole = {by: str(name), "scope": "to_date"}
        rows.append(
            Row(
                (
                    Cell(group_label(by, str(name), language)),
                    numbers.cell("review_lapses", month, {by: str(name), "scope": "month"}, "numerator"),
                    numbers.cell("review_lapses", month, whole, "numerator"),
                    numbers.cell("review_lapses", month, whole, "denominator"),
                    numbers.cell("review_lapses", month, whole),
                    numbers.interval("review_lapses", month, whole),
                ),
                "muted" if (numbers.get("review_lapses", month, whole, "denominator") or 0) < 30 else "body",
            )
        )
    heads = ("lapsed_month", "lapsed_to_date", "in_care", "share")
    columns = (
        Column(by, group_name(by, language), "left"),
        *(Column(head, text(f"review.{head}", language)) for head in heads),
        Column("interval", text("column.interval", language)),
    )
    table = ReportTable("review_lapses", text("table.review_lapses", language), columns, tuple(rows))
    return table.with_note(text("review.note.care", language), _undefined(table, language))


def review_actions(review: Review, *, language: Language) -> ReportTable | Missing:
    """The item of each action done in the last months, before and after; how few responses where too few."""
    done = review.done_lately
    if done is not None and done.empty:
        return Missing(text("review.none_done", language))
    return action_effects(
        review.results, done, as_of=review.params.as_of, language=language, names=review.names
    )


def review_campaigns(review: Review, *, language: Language) -> ReportTable | Missing:
    """One row a campaign that ended in the month: invited, arrived, and what its kind brought before."""
    campaigns, month = review.tables.get("campaigns"), review.month
    if campaigns is None:
        return explain_missing(["review_campaign_rate"], review.results, language)
    found = review.results.select("review_campaign_rate", None, "campaign_id", period=month)
    if found.empty:
        return Missing(text("review.no_campaign", language))
    names = campaigns.drop_duplicates("campaign_id").set_index("campaign_id")["name"]
    numbers = ResultCells(review.results, language)
    rows = []
    for campaign in found["campaign_id"]:
        group = {"campaign_id": str(campaign)}
        rows.append(
            Row(
                (
                    Cell(str(names.get(campaign, campaign))),
                    numbers.cell("review_campaign_rate", month, group, "denominator"),
                    numbers.cell("review_campaign_rate", month, group, "numerator"),
                    *numbers.shown("review_campaign_rate", month, group, ("value",)),
                    *numbers.shown("review_campaign_expected", month, group, ("value", "interval")),
                )
            )
        )
    columns = (
        Column("campaign", text("review.campaign", language), "left"),
        *(Column(head, text(f"review.{head}", language)) for head in ("invited", "arrived")),
        Column("rate", text("column.value", language)),
        Column("expected", text("review.expected", language)),
        Column("interval", text("column.interval", language)),
    )
    table = ReportTable("review_campaigns", text("table.review_campaigns", language), columns, tuple(rows))
    return table.with_note(text("review.note.expected", language), _undefined(table, language))


def review_contacts(review: Review, *, language: Language) -> ReportTable | Missing:
    """One row a purpose: contacts of the month, the month before and a year before; share reached."""
    numbers, results, month = ResultCells(review.results, language), review.results, review.month
    found = results.select("contacts_made", None, "purpose", period=month)
    if found.empty:
        return explain_missing(["contacts_made"], results, language)
    months = (shift_month(month, -12), shift_month(month, -1), month)
    groups: list[Group] = [{"purpose": str(purpose)} for purpose in found["purpose"]]
    rows = tuple(
        Row(
            (
                Cell(
                    group_label("purpose", group["purpose"], language)
                    if group
                    else text("column.sum", language)
                ),
                *(numbers.cell("contacts_made", each, group) for each in months),
                numbers.cell("reached_rate", month, group),
            ),
            "body" if group else "total",
        )
        for group in (*groups, {})
    )
    columns = (
        Column("purpose", group_name("purpose", language), "left"),
        *(Column(each, format_period(each, language)) for each in months),
        Column("reached", text("review.reached", language)),
    )
    table = ReportTable("review_contacts", text("table.review_contacts", language), columns, rows)
    return table.with_note(_undefined(table, language))


def _number(
    numbers: ResultCells, goal: FrozenGoal, metric: str, period: str, scope: str | None, language: Language
) -> Cell:
    """A number of a goal, written as the goal's measure is."""
    cell = numbers.cell(metric, period, {**goal.key, **({"scope": scope} if scope else {})})
    return replace(cell, text=goal.written(cell.value, language)) if cell.metric else cell


def _range(
    numbers: ResultCells, goal: FrozenGoal, metric: str, period: str, more: Group, language: Language
) -> Cell:
    group, ends = {**goal.key, **more}, []
    low, high = (numbers.get(metric, period, group, end) for end in ("low", "high"))
    if low is None or high is None:
        return Cell("")
    texts = goal.range_written(low, high, language)
    bounds: tuple[tuple[Field, float], ...] = (("low", low), ("high", high))
    for written, (end, value) in zip(texts, bounds, strict=True):
        ends.append(Cell(written, metric, period, group, end, value))
    return Cell("–".join(texts), parts=tuple(ends))


def _needed(numbers: ResultCells, goal: FrozenGoal, month: str, language: Language) -> Cell:
    cell = _number(numbers, goal, "required_run_rate", month, None, language)
    word = goal.needed_word(cell.value)
    return replace(cell, text=text(f"review.{word}", language)) if word else cell


def _verdict(review: Review, numbers: ResultCells, goal: FrozenGoal, language: Language) -> str:
    """On plan, watch or alarm; better where it is so beyond the limits."""
    results, month = review.results, review.month
    signals = results.select("review_signal", None, "rule", period=month, **goal.key)["value"].dropna()
    if signals.empty:
        return text("review.no_data", language)
    said = standing(results, goal, month)
    better = said == "on_plan" and (signals == -1).any()
    return text("review.better" if better else f"review.standing.{said}", language)


def _restated(review: Review, language: Language) -> list[str | None]:
    """What the forecasts of counts that stand in for a measure say of the measure."""
    year = review.plan.plan_year
    return [
        goal.stand_in.note(review.results, year, goal.year, language)
        for goal in review.goals
        if goal.stand_in is not None
    ]


def _undefined(table: ReportTable, language: Language) -> str | None:
    cells = [cell for row in table.rows for cell in row.cells if not cell.parts]
    return cell_notes(cells, language)
