"""Slides of what is done in the plan year, what it brings, and what the general manager decides."""

from collections.abc import Mapping, Sequence
from typing import Any

from csanalysis.catalogue import (
    METRICS,
    Language,
    Missing,
    format_period,
    format_value,
    group_label,
    table_label,
    text,
)
from csanalysis.chapters.plan.tables import moves as move_table
from csanalysis.chapters.simulation.tables import plan_chances, scenarios_of, simulated_scenarios
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.metrics.results import Results
from csanalysis.report.slides.asked import Asked, chart, levelled, only
from csanalysis.report.slides.blocks import Block, Line, Lines, Slide, known

_PLANNED = {"part": "planned"}


def measures(asked: Asked) -> Slide | None:
    """The moves: whom, how many calls, what they bring, how it is known."""
    table = move_table(asked.results, plan_year=asked.params.plan_year, language=asked.language)
    if isinstance(table, Missing):
        return None
    value = asked.cell("move_value", asked.plan, **_PLANNED)
    calls = asked.cell("move_calls", asked.plan, **_PLANNED)
    title = asked.say("measures.title", value=value, calls=calls, year=asked.plan)
    blocks: tuple[Block, ...] = (
        levelled(table, asked.language),
        Lines((Line(asked.word("measures.proof")),)),
    )
    return Slide("measures", title, blocks, shares=(2.6, 1.0))


def calls(asked: Asked) -> Slide | None:
    """Calls that are possible, planned, needed and left out, and what one more caller would bring."""
    possible = asked.cell("calls_possible", asked.plan)
    if not known(possible):
        return None
    kinds = (("needed", "calls_needed"), ("possible", "calls_possible"), ("planned", "calls_planned"))
    drawn = chart(
        asked.word("calls.chart"),
        "columns",
        asked.month_names(),
        [
            (asked.word(f"calls.{key}"), [asked.cell(metric, month) for month in asked.months])
            for key, metric in kinds
        ],
        "count",
    )
    wanted: list[tuple[str, Cell]] = [
        (asked.word("calls.needed"), asked.cell("calls_needed", asked.plan)),
        (asked.word("calls.possible"), possible),
        (asked.word("calls.planned"), asked.cell("calls_planned", asked.plan)),
        (asked.word("calls.duties"), asked.cell("calls_planned", asked.plan, use="duties")),
        (asked.word("calls.choice"), asked.cell("calls_planned", asked.plan, use="choice")),
        (asked.word("calls.left"), asked.cell("cases_not_planned", asked.as_of, why="capacity")),
        (asked.word("calls.agents"), asked.numbers.cell("agents_needed", asked.plan, {"pace": "own"})),
        (asked.word("calls.one_more"), asked.cell("caller_worth", asked.plan)),
    ]
    table = _facts("calls", asked.word("calls.table", year=asked.plan), asked, wanted)
    planned, needed = asked.cell("calls_planned", asked.plan), asked.cell("calls_needed", asked.plan)
    title = asked.say("calls.title", possible=possible, planned=planned, needed=needed)
    blocks = tuple(block for block in (drawn, table) if block is not None)
    return Slide("calls", title, blocks, "beside", (1.7, 1.0)[: len(blocks)])


def _facts(id: str, caption: str, asked: Asked, wanted: Sequence[tuple[str, Cell]]) -> ReportTable:
    """Two columns: what, and the number."""
    columns = (Column("what", asked.word("what"), "left"), Column("number", asked.word("number_head")))
    rows = tuple(Row((Cell(label), cell)) for label, cell in wanted if known(cell))
    return ReportTable(id, caption, columns, rows)


def value(asked: Asked) -> Slide | None:
    """What customer service brought, by source and year."""
    total = asked.cell("value_created", asked.last)
    if not known(total):
        return None
    years = asked.years(4)
    found = asked.results.select("value_created", "year", "value_source")
    sources = list(dict.fromkeys(found["value_source"]))

    def cells(source: str) -> list[Cell]:
        return [asked.cell("value_created", year, value_source=source) for year in years]

    named = [(group_label("value_source", source, asked.language), cells(source)) for source in sources]
    drawn = chart(asked.word("value.chart"), "stacked", years, named, "amount")
    columns = (Column("source", asked.word("value.source"), "left"), *(Column(year, year) for year in years))
    rows = [Row((Cell(label), *numbers)) for label, numbers in named]
    whole = [asked.cell("value_created", year) for year in years]
    rows.append(Row((Cell(text("column.sum", asked.language)), *whole), "total"))
    table = ReportTable("value_created", asked.word("value.table"), columns, tuple(rows))
    blocks = tuple(block for block in (drawn, table) if block is not None)
    title = asked.say("value.title", value=total, year=asked.last)
    return Slide("value", title, blocks, "beside", (0.9, 1.2)[: len(blocks)])


def calendar(asked: Asked) -> Slide | None:
    """The year's events by month, with what they cost."""
    events, budget = asked.cell("calendar_events", asked.plan), asked.cell("calendar_budget", asked.plan)
    if not known(events):
        return None
    held = asked.results.select("event_budget", "date", "event")
    columns = (
        Column("month", asked.word("calendar.month"), "left"),
        Column("count", asked.word("calendar.count")),
        Column("events", asked.word("calendar.events"), "left"),
        Column("budget", asked.word("calendar.budget")),
    )
    rows = []
    for month in asked.months:
        names = held.loc[held["period"].str.startswith(month), "event"]
        rows.append(
            Row(
                (
                    Cell(format_period(month, asked.language, short=True)),
                    asked.cell("calendar_events", month),
                    Cell(text("sign.comma", asked.language).join(dict.fromkeys(names))),
                    asked.cell("calendar_budget", month),
                )
            )
        )
    rows.append(Row((Cell(asked.word("whole_year")), events, Cell(""), budget), "total"))
    table = ReportTable("calendar", asked.word("calendar.table", year=asked.plan), columns, tuple(rows))
    title = asked.say("calendar.title", events=events, budget=budget, year=asked.plan)
    return Slide("calendar", title, (table,))


def risks(asked: Asked) -> Slide | None:
    """The chance of each target, with the moves, without them, and under other conditions."""
    table = plan_chances(asked.results, plan_year=asked.params.plan_year, language=asked.language)
    if isinstance(table, Missing):
        return None
    keys = [column.key for column in table.columns if column.key != "point"]
    title = asked.say("risks.title", year=asked.plan)
    shown = levelled(only(table, keys), asked.language)
    if not any(row.cells[0].text.endswith("*") for row in shown.rows):
        return Slide("risks", title, (shown,))
    apart = Lines((Line(text("simulation.apart", asked.language)),))
    return Slide("risks", title, (shown, apart), shares=(8.0, 1.0))


def scenarios(asked: Asked) -> Slide | None:
    """The year simulated as planned and under other conditions."""
    table = simulated_scenarios(asked.results, plan_year=asked.params.plan_year, language=asked.language)
    if isinstance(table, Missing):
        return None
    runs = [{}, *({"scenario": name} for name in scenarios_of(asked.results))]
    drawn = chart(
        METRICS["simulated_revenue"].label(asked.language),
        "bars",
        [run.get("scenario", asked.word("scenarios.as_planned")) for run in runs],
        [
            (
                asked.word("target", year=asked.plan),
                [asked.cell("simulated_revenue", asked.plan, **r) for r in runs],
            )
        ],
        "amount",
    )
    blocks = tuple(block for block in (levelled(table, asked.language), drawn) if block is not None)
    return Slide(
        "scenarios", asked.say("scenarios.title", year=asked.plan), blocks, shares=(1.3, 1.0)[: len(blocks)]
    )


def decisions(asked: Asked) -> Slide:
    """What the general manager is asked to decide, and where he signs."""
    asks = []
    for key, parts in (
        ("first_service", {"target": (asked.aim("first_service_target"), {})}),
        ("churn", {"target": (asked.aim("churn_rate_target"), {})}),
        ("measures", {"calls": ("move_calls", _PLANNED), "value": ("move_value", _PLANNED)}),
        ("rebate", {"amount": ("rebate_expected", {})}),
        ("budget", {"budget": ("calendar_budget", {})}),
        ("caller", {"worth": ("caller_worth", {})}),
    ):
        cells = {name: asked.cell(metric, asked.plan, **group) for name, (metric, group) in parts.items()}
        if known(*cells.values()) and any(cell.value for cell in cells.values()):
            asks.append(asked.say(f"decisions.{key}", **cells, **_besides(asked, key)))
    columns = tuple(
        Column(key, asked.word(f"decisions.{key}"), "left") for key in ("who", "name", "signature", "day")
    )
    signing = ("general_manager", "service_manager", "customer_service")
    rows = tuple(Row((Cell(asked.word(f"decisions.{who}")), *[Cell("")] * 3)) for who in signing)
    signed = ReportTable("signatures", asked.word("decisions.signatures"), columns, rows)
    return Slide(
        "decisions",
        asked.say("decisions.title", year=asked.plan),
        (Lines(tuple(asks) or (asked.say("decisions.none"),)), signed),
        shares=(1.6, 1.0),
    )


def _besides(asked: Asked, key: str) -> dict[str, str]:
    """What the params say of a decision."""
    if key != "caller":
        return {}
    cost = asked.params.calls.caller_cost
    said = asked.word("decisions.cost_unknown")
    if cost is not None:
        said = asked.word("decisions.cost", cost=format_value(cost, "amount", asked.language))
    return {"cost": said}


def sources(asked: Asked, inputs: Sequence[Mapping[str, Any]]) -> Slide:
    """The tables read, how many rows were kept, and the documents that the rules come from."""
    numbers = ("rows_read", "rows_rejected", "rows_kept")
    columns = (
        Column("table", asked.word("sources.table"), "left"),
        *(Column(name, METRICS[name].label(asked.language)) for name in numbers),
    )
    tables = list(dict.fromkeys(str(entry["table"]) for entry in inputs))
    rows = tuple(
        Row(
            (
                Cell(table_label(table, asked.language)),
                *(asked.cell(name, asked.as_of, table=table) for name in numbers),
            )
        )
        for table in tables
    )
    day = format_period(asked.as_of, asked.language)
    read = ReportTable("sources", asked.word("sources.caption", day=day), columns, rows)
    said = [
        Line(asked.word("sources.documents")),
        *(Line(name) for name in _documents(asked.results, asked.language)),
    ]
    return Slide(
        "sources",
        asked.say("sources.title"),
        (read, Lines((*said, Line(asked.word("sources.more"))))),
        "beside",
        (1.2, 1.0),
    )


def _documents(results: Results, language: Language) -> list[str]:
    """The documents that the numbers' definitions name, the most often named first."""
    named = [METRICS[name].cited(language) for name in results.names if name in METRICS]
    known = [each for each in named if each]
    return sorted(dict.fromkeys(known), key=lambda each: -known.count(each))[:6]
