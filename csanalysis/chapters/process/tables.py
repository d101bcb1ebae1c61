"""The table of incentive pay: what the rules cost in a year."""

from csanalysis.catalogue import Language, Missing, explain_missing, group_label, text
from csanalysis.chapters.satisfaction.tables import level_table, text_column
from csanalysis.display.tables.cells import ResultCells
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.metrics.results import Results

SCENARIOS = ("last_year", "target")


def incentive_budget(results: Results, *, plan_year: int, language: Language) -> ReportTable | Missing:
    """What the rules cost in a year, by rule, paid and kept back, at last year's scores and at target.

    Parameters
    ----------
    results : Results
        ``incentive_budget`` of the plan year by ``scenario``, and by ``role`` and ``measure`` or ``part``.
    plan_year : int
        The year it is for.
    language : Language
        ``zh`` or ``en``.
    """
    numbers, plan = ResultCells(results, language), str(plan_year)
    rules = results.select("incentive_budget", None, "role", "measure", period=plan, scenario=SCENARIOS[0])
    lines = [
        (
            group_label("role", role, language),
            group_label("measure", measure, language),
            {"role": role, "measure": measure},
        )
        for role, measure in zip(rules["role"], rules["measure"], strict=True)
    ]
    lines += [("", group_label("part", part, language), {"part": part}) for part in ("paid", "deducted")]
    lines.append(("", text("column.net", language), {}))
    rows = [
        Row(
            (
                Cell(role),
                Cell(label),
                *(numbers.cell("incentive_budget", plan, {**split, "scenario": name}) for name in SCENARIOS),
            ),
            "body" if split.keys() >= {"role"} else "total",
        )
        for role, label, split in lines
    ]
    if rules.empty:
        return explain_missing(["incentive_budget"], results, language)
    columns = (
        text_column("role", language, "group"),
        text_column("measure", language, "group"),
        *(Column(name, group_label("scenario", name, language)) for name in SCENARIOS),
    )
    return level_table("incentive_budget", columns, rows, language)
