"""Customers by class and team after allocation, and who is on duty for what."""

from csanalysis.catalogue import Language, Missing, explain_missing, group_label, text
from csanalysis.chapters.signed.forms import head, heads, sheet, total
from csanalysis.display.tables.cells import ResultCells
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.metrics.results import Results
from csanalysis.params import Params

CLASSES = ("A", "B", "C", "D")
METRIC = "allocated_vehicles"

_DUTIES = ("key_customers", "receptions", "lapses", "complaints")


def allocated_classes(results: Results, *, params: Params, language: Language) -> ReportTable | Missing:
    """Vehicles of each class that each team looks after, once all are given to a team."""
    numbers, day = ResultCells(results, language), params.as_of.isoformat()
    teams = list(results.select(METRIC, None, "team", period=day).sort_values("team")["team"])
    if not teams:
        return explain_missing([METRIC], results, language)

    def cells(group: dict[str, str]) -> list[Cell]:
        by_class = [numbers.cell(METRIC, day, {**group, "visit_class": each}) for each in CLASSES]
        return [*by_class, numbers.cell(METRIC, day, group)]

    rows = [Row((Cell(team), *cells({"team": team}))) for team in teams]
    rows.append(total((Cell(text("column.sum", language)), *cells({}))))
    columns = (
        head("team", language, "left"),
        *(Column(each, group_label("visit_class", each, language)) for each in CLASSES),
        Column("all", text("column.sum", language)),
    )
    return sheet("allocated", columns, rows, language, note=text("signed.allocated_note", language))


def duty_rules(*, params: Params, language: Language) -> ReportTable:
    """Who does what, at the front desk and behind it."""
    low, high = params.reception.best
    said = {
        "low": low,
        "high": high,
        "limit": params.reception.limit,
        "marginal": params.lifecycle.marginal_months,
        "churned": params.lifecycle.churned_months,
    }
    rows = [
        Row(
            (
                Cell(text(f"signed.duty.{duty}.what", language)),
                Cell(text(f"signed.duty.{duty}.rule", language, **said)),
                Cell(text(f"signed.duty.{duty}.who", language)),
            )
        )
        for duty in _DUTIES
    ]
    return sheet("duties", heads(("duty", "rule", "owner"), language, "left"), rows, language)
