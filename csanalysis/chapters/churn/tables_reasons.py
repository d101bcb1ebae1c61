"""Tables of the reasons for leaving, by age and by model; nothing where no answer says why."""

from collections.abc import Sequence

from csanalysis.catalogue import Language, Missing, group_label, group_name, text
from csanalysis.display.tables.cells import ResultCells, Show, metric_column
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.display.tables.splits import cross
from csanalysis.metrics.contacts.churn_reasons import SPLITS
from csanalysis.metrics.results import Results

SHARES = "churn_reason_share"
SHOWN: Sequence[Show] = ("numerator", "denominator", "value", "interval")


def reason_shares(results: Results, by: str, *, language: Language) -> ReportTable | Missing | None:
    """One row a group of ``by``, the share of each reason across."""
    if results.select(SHARES, "span", by, "reason").empty:
        return None
    return cross(
        results,
        SHARES,
        rows=by,
        columns="reason",
        kind="span",
        language=language,
        id=f"churn_reasons_by_{by}",
    )


def reasons_in_full(results: Results, *, language: Language) -> ReportTable | None:
    """One row a group and reason: how many, of how many, the share and its interval."""
    numbers = ResultCells(results, language)
    rows = []
    for by in SPLITS:
        found = results.select(SHARES, "span", by, "reason")
        for period, group, reason in zip(found["period"], found[by], found["reason"], strict=True):
            of = text(
                "sign.told", language, name=group_name(by, language), value=group_label(by, group, language)
            )
            heads = (Cell(of), Cell(group_label("reason", reason, language)))
            shown = numbers.shown(SHARES, period, {by: group, "reason": reason}, SHOWN)
            rows.append(Row((*heads, *shown)))
    if not rows:
        return None
    columns = (
        Column("group", text("numbers.column.group", language), "left"),
        Column("reason", group_name("reason", language), "left"),
        *(metric_column(SHARES, part, language, key=part) for part in SHOWN),
    )
    title = text("table.churn_reasons_in_full", language)
    return ReportTable("churn_reasons_in_full", title, columns, tuple(rows))
