"""Scores of the signed plan: three years of score, rank and region, weak items, rectification, meetings."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.catalogue import Language, Missing, explain_missing, group_label, text
from csanalysis.chapters.satisfaction.tables import Names, item_label, level_table, programmes
from csanalysis.chapters.signed.forms import head, heads, month_name, sheet, whole, years_before
from csanalysis.chapters.signed.people import item_owner
from csanalysis.display.tables.cells import ResultCells
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.metrics.contacts.working_days import working_days
from csanalysis.metrics.periods import months_of
from csanalysis.metrics.results import Results
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


def scores(results: Results, *, plan_year: int, language: Language) -> ReportTable | Missing:
    """Each programme's score, rank and region in three years, with the targets of the plan year."""
    numbers, plan, years = ResultCells(results, language), str(plan_year), years_before(plan_year, 3)
    rows = []
    for programme in programmes(results, "programme_score_planned"):
        group = {"programme": programme}
        cells = [Cell(group_label("programme", programme, language))]
        for year in years:
            cells.append(numbers.cell("programme_score", year, group))
            cells.append(whole(numbers.cell("programme_rank", year, group), language))
            cells.append(numbers.cell("programme_regional_mean", year, group))
        for target in ("programme_score_planned", "programme_rank_planned"):
            cells.append(whole(numbers.cell(target, plan, group), language))
        rows.append(Row(tuple(cells)))
    if not rows:
        return explain_missing(["programme_score_planned"], results, language)
    columns = [head("programme", language, "left")]
    for year in years:
        columns += [
            Column(f"{year}.{key}", text(f"signed.column.{key}", language))
            for key in ("score", "rank", "region")
        ]
    columns += [Column(f"plan.{key}", text(f"signed.column.{key}", language)) for key in ("score", "rank")]
    groups = [
        ("", 1),
        *((year, 3) for year in years),
        (text("signed.column.rule_goal", language, year=plan), 2),
    ]
    made = sheet("scores", columns, rows, language, groups=groups, note=text("signed.rank_note", language))
    return _level(made, language)


def weak_items(
    results: Results, *, params: Params, tables: Tables, names: Names, language: Language
) -> ReportTable | Missing:
    """The weak items of last year: score, region, gap, the rectification, who does it until when."""
    numbers, last = ResultCells(results, language), str(params.as_of.year)
    weak = results.select("weak_item", None, "programme", "item_code", period=last)
    weak = weak[weak["value"] == 1]
    if weak.empty:
        return Missing(f"> {text('signed.no_weak_item', language)}")
    rows = []
    for programme, code in zip(weak["programme"], weak["item_code"], strict=True):
        group = {"programme": str(programme), "item_code": str(code)}
        measure, due = _last_action(tables, str(code), params)
        rows.append(
            Row(
                (
                    Cell(group_label("programme", programme, language)),
                    Cell(item_label(names, programme, code, language)),
                    *(numbers.cell(metric, last, group) for metric in ("item_score", "item_regional_mean")),
                    numbers.cell("item_gap", last, group),
                    Cell(measure),
                    Cell(item_owner(tables, str(programme), str(code), language)),
                    Cell(due),
                )
            )
        )
    columns = (
        *heads(("programme", "item"), language, "left"),
        *heads(("score", "region", "gap"), language),
        *heads(("action", "owner", "due"), language, "left"),
    )
    return _level(sheet("weak_items", columns, rows, language, year=last), language)


def meetings(*, params: Params, language: Language) -> ReportTable:
    """The days of the satisfaction meetings: the managers' each week, that of all staff each month."""
    rows = []
    # A week that began in December has had its meeting.
    first, last = pd.Timestamp(params.plan_year - 1, 12, 24), pd.Timestamp(params.plan_year, 12, 31)
    worked = working_days(first, last, country=params.calls.country)
    weeks = worked.to_series().groupby(worked.to_period("W")).min()
    for month in months_of(params.plan_year):
        days = worked[worked.strftime("%Y-%m") == month]
        weekly = text("sign.comma", language).join(str(day.day) for day in weeks if f"{day:%Y-%m}" == month)
        rows.append((Cell(month_name(month, language)), Cell(weekly), Cell(str(days[0].day))))
    half = len(rows) // 2
    beside = [(*left, *right) for left, right in zip(rows[:half], rows[half:], strict=True)]
    keys = ("month", "weekly", "monthly")
    columns = [
        Column(f"{key}.{side}", text(f"signed.column.{key}", language), "left")
        for side in (1, 2)
        for key in keys
    ]
    note = text("signed.meeting_note", language)
    return sheet("meetings", columns, beside, language, note=note, year=params.plan_year)


def _level(table: ReportTable, language: Language) -> ReportTable:
    """Scores with equally many decimals."""
    level = level_table(table.id, table.columns, table.rows, language, caption=table.caption)
    return ReportTable(table.id, table.caption, table.columns, level.rows, table.note, table.header_groups)


def _last_action(tables: Tables, code: str, params: Params) -> tuple[str, str]:
    """The last action on an item and when it is due; a line to write in where there is none."""
    actions = tables.get("actions")
    own = pd.DataFrame() if actions is None else actions[actions["item_code"] == code]
    if own.empty:
        return "", ""
    last = own.sort_values("start_date", kind="stable").iloc[-1]
    due = last["due_date"]
    overdue = pd.isna(due) or due <= pd.Timestamp(params.as_of)
    measure = "" if pd.isna(last["measure"]) else str(last["measure"])
    return measure, (f"{params.plan_year}-03-31" if overdue else f"{due:%Y-%m-%d}")
