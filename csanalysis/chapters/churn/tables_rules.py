"""Tables of the manufacturers' rules: our count beside theirs, and what may explain the difference."""

from csanalysis.catalogue import Language, format_period, group_label, text
from csanalysis.display.tables.cells import ResultCells, cell_notes
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.metrics.customers.bulletin import REASONS
from csanalysis.metrics.results import Results

OWN = ("rule_churn_rate", "rule_retention_rate")
THEIRS, GAP = "oem_bulletin_rate", "oem_bulletin_gap"
VEHICLES, LEFT = "bulletin_reason_vehicles", "bulletin_gap_left"

MONTHS = 6
"""So many months are shown."""


def maker_rules(results: Results, *, language: Language) -> ReportTable | None:
    """By each rule the last month's vehicles and rate; nothing without rules.

    Of a rule that the manufacturer publishes the last months, with the published rate and the difference.
    """
    numbers, rows = ResultCells(results, language), list[Row]()
    published = bool(results.rows(THEIRS))
    for metric in OWN:
        for group in _groups(results, metric):
            known = results.select(metric, "month", **group).dropna(subset="value")["period"]
            compared = results.select(GAP, "month", **group)["period"]
            months = sorted(compared)[-MONTHS:] if len(compared) else sorted(known)[-1:]
            for month in reversed(months):
                called = [group_label(name, value, language) for name, value in group.items()]
                cells = [numbers.cell(metric, month, group, part) for part in ("numerator", "denominator")]
                cells.append(numbers.cell(metric, month, group))
                if published:
                    cells += [
                        numbers.cell(each, month, group) if (each, month, group) in numbers else Cell("")
                        for each in (THEIRS, GAP)
                    ]
                label = Cell(text("sign.comma", language).join(called))
                rows.append(Row((label, Cell(format_period(month, language), sort=month), *cells)))
    if not rows:
        return None
    heads = ("hits", "vehicles", "own", *(("theirs", "gap") if published else ()))
    return ReportTable(
        "maker_rules",
        text("table.maker_rules", language),
        (
            Column("rule", text("column.maker_rule", language), "left"),
            Column("month", text("column.month", language), "left"),
            *(Column(name, text(f"column.maker_{name}", language)) for name in heads),
        ),
        tuple(rows),
        cell_notes((cell for row in rows for cell in row.cells), language),
    )


def bulletin_reasons(results: Results, *, language: Language) -> ReportTable | None:
    """By rule and reason: vehicles that may be counted otherwise there, and what would be left to explain."""
    numbers, rows = ResultCells(results, language), list[Row]()
    for group in _groups(results, THEIRS):
        found = results.select(VEHICLES, "month", "gap_reason", **group)
        if found.empty:
            continue
        month = str(found["period"].max())
        for reason in REASONS:
            of = {**group, "gap_reason": reason}
            if not results.value(VEHICLES, month, **of):
                continue
            label = Cell(group_label("gap_reason", reason, language))
            cells = (numbers.cell(VEHICLES, month, of), numbers.cell(VEHICLES, month, of, "numerator"))
            rows.append(
                Row((Cell(_called(group, month, language)), label, *cells, numbers.cell(LEFT, month, of)))
            )
        together = Cell(text("column.maker_together", language))
        last = numbers.cell(LEFT, month, group)
        rows.append(Row((Cell(_called(group, month, language)), together, Cell(""), Cell(""), last), "total"))
    if not rows:
        return None
    return ReportTable(
        "bulletin_reasons",
        text("table.bulletin_reasons", language),
        (
            Column("rule", text("column.maker_rule", language), "left"),
            Column("reason", text("column.maker_reason", language), "left"),
            *(Column(name, text(f"column.maker_{name}", language)) for name in ("count", "hit", "left")),
        ),
        tuple(rows),
        cell_notes((cell for row in rows for cell in row.cells), language),
    ).with_note(text("note.bulletin_reasons", language))


def _groups(results: Results, metric: str) -> list[dict[str, str]]:
    """The groups of a metric, each once, whole rules before their stages."""
    found = {tuple(sorted(row.group.items(), reverse=True)): row.group for row in results.rows(metric)}
    return sorted(found.values(), key=len)


def _called(group: dict[str, str], month: str, language: Language) -> str:
    return text(
        "list_bulletin",
        language,
        rule=group_label("rule", group["rule"], language),
        month=format_period(month, language),
    )
