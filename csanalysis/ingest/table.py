"""One table from its source: read, find the header, clean, check."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from csanalysis.ingest.answer_rows import Answers, places, refused_rows
from csanalysis.ingest.answers import workbook_answers
from csanalysis.ingest.clean import CleanRows, clean_rows
from csanalysis.ingest.conflicts import Remedy
from csanalysis.ingest.files import read_sheets
from csanalysis.ingest.found import Found, Part, with_headers
from csanalysis.ingest.rejects import no_rejects, reject_problem
from csanalysis.ingest.reports import TableReport
from csanalysis.ingest.reshaping import read_otherwise, supplied
from csanalysis.ingest.rows import StackedRows, stack_sheets
from csanalysis.ingest.selecting import selected, unknown_names
from csanalysis.ingest.settling import settled
from csanalysis.ingest.sheets import Sheet, UnreadableFileError
from csanalysis.ingest.sources import Export, file_labels
from csanalysis.messages import Message, joined, placed
from csanalysis.params import Source
from csanalysis.schema import TABLES, VOCABULARIES, Table, folded_header, nearest


@dataclass(frozen=True)
class Reading:
    """A table before the cut by ``as_of``: its rows, what was set aside, and the rows read of each file.

    ``answered`` says of each contact that was filled in in a workbook of ours where: file, sheet, row;
    ``remarks`` has a row, as ``rejects``, for each row that is kept without one of its cells.
    """

    frame: pd.DataFrame
    rejects: pd.DataFrame
    report: TableReport
    rows: dict[str, int]
    answered: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    remarks: pd.DataFrame = field(default_factory=no_rejects)


_LOST = 0.05
_FEWEST_ROWS = 20


class TableProblems(Exception):
    """A table that cannot be used; ``lines`` says why, ``remedy`` what its source might say instead."""

    def __init__(self, lines: Sequence[Message], remedy: Remedy | None = None) -> None:
        self.lines = list(lines)
        self.remedy = remedy
        super().__init__("\n".join(self.lines))


def read_exports(name: str, source: Source, files: Sequence[Export]) -> Reading:
    """One table from its files.

    Raises
    ------
    TableProblems
        A file, sheet or header that cannot be used, no valid row, or two rows under one key.
    """
    sheets: list[tuple[str, list[Sheet]]] = []
    workbooks: list[tuple[str, Answers]] = []
    problems = []
    for label, file in zip(file_labels(files), files, strict=True):
        try:
            ours = workbook_answers(file.name, file.data) if name == "contacts" else None
            if ours is None:
                sheets.append((label, _sheets_of(file, source)))
            else:
                workbooks.append((label, ours))
        except UnreadableFileError as error:
            problems.append(placed(label, error.message))
    if not workbooks:
        return read_table(TABLES[name], source, sheets, problems)
    return _with_answers(source, sheets, settled(workbooks), problems)


def _with_answers(
    source: Source,
    exports: Sequence[tuple[str, list[Sheet]]],
    workbooks: Sequence[tuple[str, Answers]],
    problems: Sequence[Message],
) -> Reading:
    """The contacts of the exports and of filled-in workbooks together."""
    table = TABLES["contacts"]
    files = [*exports, *((label, answers.sheets) for label, answers in workbooks if answers.calls)]
    reading = read_table(table, source, files, problems) if files or problems else _unanswered(table)
    refused = refused_rows(workbooks)
    report = reading.report
    warnings = sum((answers.warnings for _, answers in workbooks), Counter(report.warnings))
    reasons = Counter(report.rejected_reasons)
    reasons.update((refused["column"] + " " + refused["problem"]).tolist())
    return replace(
        reading,
        rejects=pd.concat([reading.rejects, refused], ignore_index=True) if len(refused) else reading.rejects,
        report=replace(
            report,
            files=tuple(dict.fromkeys([*report.files, *(label for label, _ in workbooks)])),
            read=report.read + len(refused),
            rejected=report.rejected + len(refused),
            rejected_reasons=dict(reasons),
            warnings=dict(warnings),
        ),
        answered=places(workbooks),
    )


def _unanswered(table: Table) -> Reading:
    """Workbooks in which nothing is filled in yet: a table without rows."""
    from csanalysis.schema.frames import dtype_of

    frame = pd.DataFrame({column.name: pd.Series([], dtype=dtype_of(column)) for column in table.columns})
    report = TableReport(table.name, (), 0, 0, 0, 0, 0, {}, {}, (), ())
    return Reading(frame, no_rejects(), report, {})


def _sheets_of(file: Export, source: Source) -> list[Sheet]:
    return read_sheets(
        file.name, file.data, source.sheet, hidden=source.hidden == "read", encoding=source.encoding or ""
    )


def read_table(
    table: Table, source: Source, files: Sequence[tuple[str, list[Sheet]]], problems: Sequence[Message] = ()
) -> Reading:
    """One table from the sheets of its files; raises :class:`TableProblems` with ``problems`` and its own."""
    from csanalysis.schema.frames import check_frame

    found = Found()
    lines = [*_word_problems(table, source), *problems]
    for file, sheets in files:
        found += with_headers(file, sheets, table, source)
    lines += found.problems
    if not lines:
        lines += unknown_names([header for _, _, header in found.parts], source)
    if lines:
        raise TableProblems(lines)
    parts, met, notes = _selected(found, source)
    stack = stack_sheets(parts, table, source.words, source)
    result = clean_rows(stack, table, source.words, source)
    report = _report(table, result, parts, [file for file, _ in files], found.skipped, source)
    met["rows_lost"] = report.rejected if _loses_many(report) else 0
    report = replace(report, warnings=dict(+met), notes=dict(+notes) | result.notes)
    if not len(result.frame):
        raise TableProblems([_no_rows(report, result.rejects)])
    if result.conflicts:
        raise TableProblems(result.conflicts, result.remedy)
    check_frame(table, result.frame, keys_differ=True)
    return Reading(result.frame, result.rejects, report, _rows_by_file(stack), remarks=result.remarks)


def _word_problems(table: Table, source: Source) -> list[Message]:
    """Words of the params that mean nothing in the closed vocabulary they are for."""
    problems: list[Message] = []
    for name, words in source.words.items():
        vocabulary = table.by_name[name].vocabulary if name in table.by_name else None
        known = VOCABULARIES.get(vocabulary or "", {})
        spoken = {alias for meant, aliases in known.items() for alias in (meant, *aliases)}
        problems += [
            Message(
                "words.{name}: {word} is mapped onto '{meant}', which is no {vocabulary}{hint}",
                "words.{name}：“{word}”对应到“{meant}”，而 {vocabulary} 里没有这个词{hint}",
                name=name,
                word=word,
                meant=meant,
                vocabulary=vocabulary,
                hint=nearest(meant, known),
            )
            for word, meant in words.items()
            if known and meant and meant not in spoken
        ]
    return problems


def _selected(found: Found, source: Source) -> tuple[list[Part], Counter[str], Counter[str]]:
    """The sheets with the rows that count, warnings and notes."""
    met, notes = Counter(found.warnings), Counter(found.notes)
    parts = []
    for file, sheet, header in found.parts:
        rows = selected(sheet, header, source)
        parts.append((file, rows.sheet, header))
        met.update(rows.warnings)
        met["stray_quotes"] += sheet.mended
        notes["hidden_rows"] += sheet.hidden_rows
        notes["rows_left_out"] += rows.left_out
    return parts, met, notes


def _report(
    table: Table,
    result: CleanRows,
    parts: Sequence[Part],
    files: Sequence[str],
    skipped: Sequence[str],
    source: Source,
) -> TableReport:
    headers = [header for _, _, header in parts]
    present = {name for header in headers for name in header.columns} | supplied(table, source)
    otherwise = set(map(folded_header, read_otherwise(source)))
    unused = (name for header in headers for name in header.unused if folded_header(name) not in otherwise)
    reasons = (result.rejects["column"] + " " + result.rejects["problem"]).value_counts(sort=False)
    return TableReport(
        table=table.name,
        files=tuple(dict.fromkeys(files)),
        read=result.read,
        repeated=result.repeated,
        rejected=len(result.rejects),
        after_as_of=0,
        kept=len(result.frame),
        rejected_reasons={str(reason): int(count) for reason, count in reasons.items()},
        unreadable=result.unreadable,
        missing_columns=tuple(name for name in table.by_name if name not in present),
        unused_headers=tuple(dict.fromkeys(unused)),
        skipped_sheets=tuple(skipped),
    )


def _no_rows(report: TableReport, rejects: pd.DataFrame) -> Message:
    files = joined(report.files)
    if not report.read:
        line = Message(
            "has a header and no row; export it again, or take the table out of the params",
            "只有表头，没有数据行；请重新导出，或从参数文件中去掉这张表",
        )
        return placed(files, line)
    line = Message(
        "none of its {read} rows can be used ({reasons}); first: {reason}",
        "{read} 行都不能用（{reasons}）；第一处：{reason}",
        read=report.read,
        reasons=joined(
            Message(
                "{count} × {problem}", "{problem} {count} 行", count=count, problem=reject_problem(reason)
            )
            for reason, count in report.rejected_reasons.items()
        ),
        reason=Message(rejects["reason"].iloc[0], rejects["reason_zh"].iloc[0]),
    )
    return placed(files, line)


def _loses_many(report: TableReport) -> bool:
    """Whether so many rows were set aside that what is left says something else."""
    return report.read >= _FEWEST_ROWS and report.rejected > _LOST * report.read


def _rows_by_file(stack: StackedRows) -> dict[str, Any]:
    files = pd.Series([file for file, _ in stack.places], dtype="str").iloc[stack.sheet]
    return {str(file): int(count) for file, count in files.value_counts(sort=False).items()}
