"""One table from its source: read, find the header, clean, check."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from csanalysis.ingest.answers import workbook_answers
from csanalysis.ingest.clean import CleanRows, clean_rows
from csanalysis.ingest.files import Sheet, UnreadableFileError, read_sheets
from csanalysis.ingest.header import Header, find_header, missing_columns_problem, no_header_problem
from csanalysis.ingest.rejects import reject_problem
from csanalysis.ingest.reports import TableReport
from csanalysis.ingest.rows import StackedRows, stack_sheets
from csanalysis.ingest.sources import Export, file_labels
from csanalysis.ingest.words import trim_cells
from csanalysis.messages import Message, joined, placed
from csanalysis.params import Source
from csanalysis.schema import TABLES, VOCABULARIES, Table, nearest

Part = tuple[str, Sheet, Header]  # file name, sheet, and where its columns stand


@dataclass(frozen=True)
class Reading:
    """A table before the cut by ``as_of``: its rows, what was set aside, and the rows read of each file."""

    frame: pd.DataFrame
    rejects: pd.DataFrame
    report: TableReport
    rows: dict[str, int]


class TableProblems(Exception):
    """A table that cannot be used; ``lines`` says why."""

    def __init__(self, lines: Sequence[Message]) -> None:
        self.lines = list(lines)
        super().__init__("\n".join(self.lines))


def read_exports(name: str, source: Source, files: Sequence[Export]) -> Reading:
    """One table from its files.

    Raises
    ------
    TableProblems
        A file, sheet or header that cannot be used, no valid row, or two rows under one key.
    """
    sheets: list[tuple[str, list[Sheet]]] = []
    problems = []
    warnings: Counter[str] = Counter()
    for label, file in zip(file_labels(files), files, strict=True):
        try:
            ours = workbook_answers(file.name, file.data) if name == "contacts" else None
            if ours is None:
                sheets.append((label, read_sheets(file.name, file.data, source.sheet)))
            else:
                sheets.append((label, ours.sheets))
                warnings += ours.warnings
        except UnreadableFileError as error:
            problems.append(placed(label, error.message))
    reading = read_table(TABLES[name], source, sheets, problems)
    return replace(reading, report=replace(reading.report, warnings=dict(warnings)))


def read_table(
    table: Table, source: Source, files: Sequence[tuple[str, list[Sheet]]], problems: Sequence[Message] = ()
) -> Reading:
    """One table from the sheets of its files; raises :class:`TableProblems` with ``problems`` and its own."""
    from csanalysis.schema.frames import check_frame

    parts: list[Part] = []
    skipped: list[str] = []
    lines = [*_word_problems(table, source), *problems]
    for file, sheets in files:
        found, missed, wrong = _with_headers(file, sheets, table, source)
        parts += found
        skipped += missed
        lines += wrong
    if lines:
        raise TableProblems(lines)
    stack = stack_sheets(parts, table, source.words)
    result = clean_rows(stack, table, source.words)
    report = _report(table, result, parts, [file for file, _ in files], skipped)
    if not len(result.frame):
        raise TableProblems([_no_rows(report, result.rejects)])
    if result.conflicts:
        raise TableProblems(result.conflicts)
    check_frame(table, result.frame)
    return Reading(result.frame, result.rejects, report, _rows_by_file(stack))


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


def _with_headers(
    file: str, sheets: Sequence[Sheet], table: Table, source: Source
) -> tuple[list[Part], list[str], list[Message]]:
    """Sheets with a usable header, names of the sheets passed over, and problems."""
    named = bool(source.sheet) and "*" not in source.sheet
    found, skipped, problems = [], [], []
    for sheet in sheets:
        where: str = file
        if sheet.name:
            where = Message("{file} (sheet {name})", "{file}（工作表 {name}）", file=file, name=sheet.name)
        sheet = replace(sheet, cells=trim_cells(sheet.cells))
        header = find_header(sheet, table, source.columns)
        if header is None:
            if named:
                problems.append(placed(where, no_header_problem([sheet], table)))
            elif sheet.cells.size and sheet.cells.notna().to_numpy().any():
                skipped.append(f"{file} {sheet.name}")
        elif lacking := missing_columns_problem(header, table):
            problems.append(placed(where, lacking))
        else:
            found.append((file, sheet, header))
    if not found and not problems:
        problems.append(placed(file, no_header_problem(sheets, table)))
    return found, skipped if found else [], problems


def _report(
    table: Table,
    result: CleanRows,
    parts: Sequence[Part],
    files: Sequence[str],
    skipped: Sequence[str],
) -> TableReport:
    headers = [header for _, _, header in parts]
    present = {name for header in headers for name in header.columns}
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
        unused_headers=tuple(dict.fromkeys(name for header in headers for name in header.unused)),
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


def _rows_by_file(stack: StackedRows) -> dict[str, Any]:
    files = pd.Series([file for file, _ in stack.places], dtype="str").iloc[stack.sheet]
    return {str(file): int(count) for file, count in files.value_counts(sort=False).items()}
