"""The simulated year in tables: chances by target and scenario, scenarios side by side, the back-test."""

from collections.abc import Sequence
from dataclasses import replace

from csanalysis.catalogue import METRICS, Format, Language, Missing, explain_missing, format_value, text
from csanalysis.catalogue.texts import group_label, group_name
from csanalysis.chapters.plan.goals import goals_of
from csanalysis.chapters.plan.reading import goal_label
from csanalysis.display.tables.cells import ResultCells, cell_notes
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.metrics.results import Results

CHANCE, MET, POINT = "target_chance", "plan_targets_met", "target_point_value"
COMPARED = (
    "simulated_visits",
    "simulated_first_service_visits",
    "simulated_lapses",
    "simulated_churn_rate",
    "simulated_upsell_success_rate",
    "simulated_revenue",
)
BACKTEST, ACTUAL = "simulation_backtest", "simulation_backtest_actual"
_FORMATS: dict[str, Format] = {"churn_rate": "percent", "revenue": "amount"}


def scenarios_of(results: Results) -> list[str]:
    """The scenarios that were run, in the order of the params."""
    return list(results.select("simulated_visits", "year", "scenario")["scenario"])


def _without(results: Results) -> dict[str, str]:
    """The group of the chances without the plan's moves; empty where no move is proven."""
    rows = results.select(CHANCE, "year", "target", "measures")
    return {"measures": "none"} if (rows["measures"] == "none").any() else {}


def plan_chances(results: Results, *, plan_year: int, language: Language) -> ReportTable | Missing:
    """One row a target, and how many are met: the target, its chance by scenario, a point's worth."""
    numbers, plan, scenarios = ResultCells(results, language), str(plan_year), scenarios_of(results)
    without = _without(results)
    runs = [{}, *([without] if without else []), *({"scenario": name} for name in scenarios)]
    goals = [
        goal
        for goal in goals_of(results, plan_year=plan_year)
        if (CHANCE, plan, {"target": goal.target, **goal.group}) in numbers
    ]
    if not goals:
        return explain_missing([CHANCE], results, language)
    columns = (
        Column("target", group_name("target", language), "left"),
        Column("aim", text("column.target", language, year=plan)),
        Column("base", text("column.with_moves" if without else "column.base_run", language)),
        *([Column("without", text("column.without_moves", language))] if without else []),
        *(Column(f"scenario{place}", name) for place, name in enumerate(scenarios)),
        Column("point", text("column.one_point", language)),
    )
    rows = []
    for goal in goals:
        label = goal_label(goal, language)
        group = {"target": goal.target, **goal.group}
        cells = (
            Cell(label if goal.simulated else f"{label}*"),
            numbers.cell(goal.metric(results), plan, goal.group),
            *(numbers.cell(CHANCE, plan, {**group, **run}) for run in runs),
            numbers.cell(POINT, plan, {"target": goal.target}),
        )
        rows.append(Row(cells))
    if (MET, plan, {}) in numbers:
        met = (numbers.cell(MET, plan, {}), *[Cell("")] * (len(runs) - 1))
        head = Cell(text("simulation.targets_met", language))
        rows.append(Row((head, Cell(""), *met, Cell("")), "total"))
    table = ReportTable(
        "plan_chances",
        text("table.plan_chances", language),
        columns,
        tuple(rows),
        cell_notes((cell for row in rows for cell in row.cells), language),
    )
    apart = any(goal.simulated is None for goal in goals)
    return table.with_note(text("simulation.apart", language)) if apart else table


def simulated_scenarios(results: Results, *, plan_year: int, language: Language) -> ReportTable | Missing:
    """One row a measure: the base run's median and band, then each scenario's median."""
    numbers, plan, scenarios = ResultCells(results, language), str(plan_year), scenarios_of(results)
    shown = [name for name in COMPARED if numbers.get(name, plan, {}) is not None]
    if not shown:
        return explain_missing(["simulated_visits"], results, language)
    columns = (
        Column("metric", text("column.metric", language), "left"),
        Column("base", text("column.with_moves" if _without(results) else "column.base_run", language)),
        Column("band", text("column.band", language)),
        *(Column(f"scenario{place}", name) for place, name in enumerate(scenarios)),
    )
    rows = tuple(
        Row(
            (
                Cell(METRICS[name].label_with_unit(language)),
                numbers.cell(name, plan, {}),
                numbers.interval(name, plan, {}),
                *(numbers.cell(name, plan, {"scenario": scenario}) for scenario in scenarios),
            )
        )
        for name in shown
    )
    return ReportTable("simulated_scenarios", text("table.simulated_scenarios", language), columns, rows)


def simulation_backtest(
    results: Results, *, language: Language, quantities: Sequence[str] = ("visits", "lapses", "revenue")
) -> ReportTable | Missing:
    """One row a past year and quantity: simulated, its band, what happened, and whether it lies inside."""
    rows = results.select(BACKTEST, "year", "quantity")
    rows = rows[rows["quantity"].isin(quantities)]
    if rows.empty:
        return explain_missing([BACKTEST], results, language)
    numbers = ResultCells(results, language)
    lines, inside = [], 0
    for row in rows.to_dict("records"):
        group = {"quantity": row["quantity"]}
        actual = numbers.get(ACTUAL, row["period"], group)
        hit = actual is not None and row["low"] <= actual <= row["high"]
        inside += hit
        write = _FORMATS.get(row["quantity"], "count")
        band = numbers.interval(BACKTEST, row["period"], group)
        parts = tuple(_as(part, write, language) for part in band.parts)
        lines.append(
            Row(
                (
                    Cell(row["period"]),
                    Cell(group_label("quantity", row["quantity"], language)),
                    _as(numbers.cell(BACKTEST, row["period"], group), write, language),
                    Cell("–".join(part.text for part in parts), parts=parts),
                    _as(numbers.cell(ACTUAL, row["period"], group), write, language),
                    Cell(text("simulation.yes" if hit else "simulation.no", language)),
                ),
                "body",
            )
        )
    columns = (
        Column("year", text("column.period", language), "left"),
        Column("quantity", group_name("quantity", language), "left"),
        Column("simulated", METRICS[BACKTEST].label(language)),
        Column("band", text("column.band", language)),
        Column("actual", text("column.actual", language)),
        Column("inside", text("column.inside", language), "center"),
    )
    note = text("simulation.coverage", language, inside=inside, years=len(lines))
    return ReportTable(
        "simulation_backtest", text("table.simulation_backtest", language), columns, tuple(lines), note
    )


def target_contradictions(results: Results, *, plan_year: int, language: Language) -> ReportTable | Missing:
    """Pairs of targets: the chance of both, what it would be if they were independent, and the ratio."""
    pairs = results.select("target_contradiction", None, "target", "against", period=str(plan_year))
    if pairs.empty:
        if results.value("simulated_visits", plan_year) is None:
            return explain_missing(["target_contradiction"], results, language)
        return Missing(f"> {text('simulation.no_pairs', language)}")
    numbers, name = ResultCells(results, language), "target_contradiction"
    metric = METRICS[name]

    def cells(pair: dict[str, str]) -> Sequence[Cell]:
        both, apart = (
            _as(numbers.cell(name, str(plan_year), pair, field), "percent", language)
            for field in ("numerator", "denominator")
        )
        heads = (Cell(group_label("target", pair[side], language)) for side in ("target", "against"))
        return (*heads, both, apart, numbers.cell(name, str(plan_year), pair))

    columns = (
        Column("target", group_name("target", language), "left"),
        Column("against", group_name("against", language), "left"),
        Column("both", metric.numerator(language) or ""),
        Column("apart", metric.denominator(language) or ""),
        Column("ratio", metric.label(language)),
    )
    sides = zip(pairs["target"], pairs["against"], strict=True)
    rows = tuple(Row(tuple(cells({"target": one, "against": other}))) for one, other in sides)
    return ReportTable("target_contradictions", text("table.target_contradictions", language), columns, rows)


def _as(cell: Cell, format: Format, language: Language) -> Cell:
    return replace(cell, text=format_value(cell.value, format, language)) if cell.metric else cell
