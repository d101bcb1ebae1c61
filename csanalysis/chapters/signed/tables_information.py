"""Information: accuracy and deadlines by kind of record, and what is kept how long."""

from csanalysis.catalogue import Language, Missing, explain_missing, group_label, text
from csanalysis.chapters.signed.forms import EMPTY, head, sheet, total, whole
from csanalysis.display.tables.cells import ResultCells
from csanalysis.display.tables.model import Cell, Column, ReportTable, Row
from csanalysis.metrics.contacts.records import LATE_AFTER_HOURS
from csanalysis.metrics.results import Results

_PAIRS = (
    ("record_accuracy_rate", "record_accuracy_planned"),
    ("late_entry_rate", "late_entry_planned"),
)
_FILES = ("sales", "repair", "complaint")


def information_targets(results: Results, *, plan_year: int, language: Language) -> ReportTable | Missing:
    """By kind of record: last year's accuracy and late entries, and the targets."""
    numbers, plan, last = ResultCells(results, language), str(plan_year), str(plan_year - 1)
    kinds = list(results.select(_PAIRS[0][1], None, "record_type", period=plan)["record_type"])
    if not kinds:
        return explain_missing([_PAIRS[0][1]], results, language)

    def cells(group: dict[str, str]) -> list[Cell]:
        pairs = [(numbers.cell(came, last, group), numbers.cell(aim, plan, group)) for came, aim in _PAIRS]
        return [cell for pair in pairs for cell in pair]

    deadline = Cell(text("signed.within_hours", language, hours=LATE_AFTER_HOURS))

    def row(label: str, group: dict[str, str]) -> tuple[Cell, ...]:
        told = cells(group)
        timed = told[3].value is not None
        return Cell(label), *told, deadline if timed else EMPTY

    rows = [Row(row(group_label("record_type", kind, language), {"record_type": kind})) for kind in kinds]
    rows.append(total(row(text("column.sum", language), {})))
    labels = [text("signed.column.came", language, year=last), text("column.target", language, year=plan)]
    columns = (
        head("record", language, "left"),
        *(
            Column(f"{side}.{place}", label)
            for side in ("accuracy", "late")
            for place, label in enumerate(labels)
        ),
        head("deadline", language, "left"),
    )
    groups = [
        ("", 1),
        (text("signed.column.accuracy", language), 2),
        (text("signed.column.late", language), 2),
        ("", 1),
    ]
    return sheet("information", columns, rows, language, groups=groups, year=plan)


def archive_rules(results: Results, *, plan_year: int, as_of: str, language: Language) -> ReportTable:
    """What is kept how long, how many files are due now, and how many come due in the year."""
    numbers, plan = ResultCells(results, language), str(plan_year)
    rows = [
        Row(
            (
                Cell(group_label("file", file, language)),
                whole(numbers.cell("files_due_for_archiving", as_of, {"file": file}), language),
                whole(numbers.cell("files_due_for_archiving", plan, {"file": file}), language),
            )
        )
        for file in _FILES
    ]
    columns = (head("file", language, "left"), head("due_now", language), head("due_in_year", language))
    return sheet("archive", columns, rows, language)
