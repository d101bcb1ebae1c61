"""Rows set aside: which cell is to blame, and what to do about it."""

import re
from collections.abc import Callable, Hashable, Mapping
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from csanalysis.ingest.cells import Parsed
from csanalysis.ingest.date_columns import ordered
from csanalysis.ingest.rows import StackedRows
from csanalysis.ingest.words import word_hint
from csanalysis.messages import Message, joined
from csanalysis.schema import Column, Kind, Table

REJECT_COLUMNS = (
    "table", "file", "sheet", "row", "column", "problem", "reason", "reason_zh", "value", "cell",
)  # fmt: skip
"""``cell`` is what stands in the export, ``value`` the same where its kind may be shown."""

_EMPTY = "{column} is empty; fill it in the export", "{column} 为空；请在导出里补上"
_WRITE: dict[Kind, tuple[str, str]] = {
    "date": (
        "{column} is no date that can be read; write it as 2025-03-31",
        "{column} 不是能识别的日期；请写成 2025-03-31",
    ),
    "datetime": (
        "{column} is no date and time that can be read; write it as 2025-03-31 09:30",
        "{column} 不是能识别的日期和时间；请写成 2025-03-31 09:30",
    ),
    "month": (
        "{column} is no month that can be read; write it as 2025-03",
        "{column} 不是能识别的月份；请写成 2025-03",
    ),
    "number": (
        "{column} is no number that can be read; write it in digits",
        "{column} 不是能识别的数字；请用数字填写",
    ),
    "integer": ("{column} is no whole number; write it in digits", "{column} 不是整数；请用数字填写"),
    "fraction": (
        "{column} is no share between 0 and 1; write it as 0.85 or 85%",
        "{column} 不是 0 到 1 之间的比例；请写成 0.85 或 85%",
    ),
    "boolean": (
        "{column} is neither yes nor no; write 是 or 否, or map the word under "
        "sources.{table}.words.{column}",
        "{column} 既不是“是”也不是“否”；请写“是”或“否”，或在 sources.{table}.words.{column} 下写明这个词",
    ),
    "vin": (
        "{column} is no VIN that can be read; it has letters and digits only",
        "{column} 不是能识别的车架号；只能有字母和数字",
    ),
    "text": (
        "{column} was made a number and rounded by a spreadsheet; export it again with the column as text",
        "{column} 被表格软件变成了数字并舍入；请把这一列设为文本后重新导出",
    ),
}
_AMBIGUOUS = (
    "{column} is a date only once it is known whether the day or the month comes first; say "
    "'date_order: dmy' or mdy under sources.{table}",
    "{column} 要先知道日在前还是月在前；请在 sources.{table} 下写“date_order: dmy”或 mdy",
)
_LONE = (
    "{column} stands alone, long before all others; correct it, or say 'lone_rows: keep' under "
    "sources.{table}",
    "{column} 远早于其他所有行，只此一处；请更正，或在 sources.{table} 下写“lone_rows: keep”",
)
_CUT_SHORT = (
    "the file ends in the middle of this row; copy or export it again",
    "文件在这一行中间断了；请重新拷贝或导出",
)
_PROBLEMS = {
    "missing": Message("missing", "为空"),
    "unreadable": Message("unreadable", "无法识别"),
    "unknown_word": Message("unknown", "用词没有对应"),
    "lone": Message("long before all others", "远早于其他行"),
    "cut_short": Message("cut short", "不完整"),
    "disagrees": Message("answered twice, differently", "有两个不同的结果"),
    "held_out": Message("was kept apart and called all the same", "属于对照组，却被联系了"),
    "not_in_exports": Message("in no export any more", "导出里已没有"),
}
_CALCULATED = re.compile(r"[=@\t\r\n]|[-+](?![\d.,]+$)")
PERSONAL = re.compile(r"\d{9,}|[A-HJ-NPR-Z0-9]{17}", re.IGNORECASE)


def reject_problem(reason: str) -> Message:
    """``"<column> <problem>"`` of a rejected row, to be read."""
    column, problem = reason.split(" ")
    return Message("{column} {problem}", "{column} {problem}", column=column, problem=_PROBLEMS[problem])


def rejects_in_language(language: str, rejects: pd.DataFrame) -> pd.DataFrame:
    """Rejects as a reader of ``zh`` or ``en`` should see them: with one ``reason``, and no formula."""
    reason = rejects["reason_zh" if language == "zh" else "reason"]
    return rejects.drop(columns="reason_zh").assign(reason=reason, value=rejects["value"].map(_as_words))


def row_told(row: Mapping[Hashable, Any]) -> Message:
    """One row of rejects as a line: file, sheet, row, what to do."""
    return Message(
        "{place} row {row}: {reason}",
        "{place} 第 {row} 行：{reason}",
        place=" ".join(str(row[name]) for name in ("file", "sheet") if row[name] and not pd.isna(row[name])),
        row=row["row"],
        reason=Message(row["reason"], row["reason_zh"]),
    )


def _as_words(cell: object) -> object:
    """A cell that a spreadsheet shows and does not calculate."""
    calculated = isinstance(cell, str) and _CALCULATED.match(cell)
    return f"'{cell}" if calculated else cell


def told_apart(rejects: pd.DataFrame, told: Callable[[str, bool], str]) -> tuple[pd.DataFrame, pd.Series]:
    """Rows set aside as anybody may see them, and their cells as they were exported.

    ``told`` masks a cell, be it a word (true) or a date or number that cannot be read; what a reason says
    of the cell is masked with it. A word in the wrong column may be a customer's name.
    """
    masked, shown = cache(told), rejects.drop(columns="cell")
    cells, words = rejects["value"], rejects["problem"] == "unknown_word"
    for name in ("value", "reason", "reason_zh"):
        shown[name] = [
            text if pd.isna(cell) else text.replace(cell, masked(cell, word))
            for text, cell, word in zip(rejects[name], cells, words, strict=True)
        ]
        shown[name] = shown[name].astype("str")
    return shown, rejects["cell"]


def no_rejects() -> pd.DataFrame:
    """An empty frame of rejects, the caller's own."""
    return _no_rejects().copy()


@cache
def _no_rejects() -> pd.DataFrame:
    return pd.DataFrame(
        {name: pd.Series([], dtype="int64" if name == "row" else "str") for name in REJECT_COLUMNS}
    )


class Problems:
    """For each row ``"<column> <problem>"``, or none.

    Problems are ``missing``, ``unreadable``, ``unknown_word``, ``lone`` and ``cut_short``.
    """

    def __init__(self, rows: int) -> None:
        self._kinds: list[str] = []
        self._number = np.zeros(rows, dtype=np.int16)

    @property
    def found(self) -> npt.NDArray[np.bool_]:
        """Rows that have one."""
        return self._number > 0

    def of(self, row: int) -> str:
        """That of a row that has one."""
        return self._kinds[self._number[row] - 1]

    def note(self, where: npt.NDArray[np.bool_], problem: str, *, first: bool = True) -> None:
        """These rows have a problem; unless ``first``, instead of the one they had."""
        if where.any():
            self._kinds.append(problem)
            self._number[where & ~self.found if first else where] = len(self._kinds)


def first_problems(table: Table, parsed: Mapping[str, Parsed], rows: int) -> Problems:
    """Of each row the first cell that makes it unusable."""
    problems = Problems(rows)
    note = problems.note
    for name, column in parsed.items():
        schema = table.by_name[name]
        if schema.vocabulary:
            note(column.unreadable, f"{name} unknown_word")
        elif schema.required:
            note(column.unreadable, f"{name} unreadable")
        if schema.required:
            note(column.codes < 0, f"{name} missing")
    if table.any_of:
        nobody = np.ones(rows, dtype=bool)
        for name in table.any_of:
            if name in parsed:
                nobody &= parsed[name].values.isna().to_numpy()
        note(nobody, f"{'/'.join(table.any_of)} missing")
    return problems


def reject_rows(
    table: Table,
    stack: StackedRows,
    parsed: Mapping[str, Parsed],
    problems: Problems,
    where: npt.NDArray[np.bool_],
) -> pd.DataFrame:
    """One row for each of ``where`` with a problem, in the order of the files; see ``REJECT_COLUMNS``."""
    rows = np.flatnonzero(problems.found & where)
    if not len(rows):
        return no_rejects()
    blamed = [problems.of(int(row)).split(" ") for row in rows]
    cells = [
        _cell(parsed[column], int(row)) if column in parsed else None
        for row, (column, _) in zip(rows, blamed, strict=True)
    ]
    reasons = [
        _reason(table, column, problem, cell) for (column, problem), cell in zip(blamed, cells, strict=True)
    ]
    places = [stack.places[number] for number in stack.sheet[rows]]
    return pd.DataFrame(
        {
            "table": table.name,
            "file": [file for file, _ in places],
            "sheet": [sheet for _, sheet in places],
            "row": stack.row[rows].astype("int64"),
            "column": [column for column, _ in blamed],
            "problem": [problem for _, problem in blamed],
            "reason": [str(reason) for reason in reasons],
            "reason_zh": [reason.zh for reason in reasons],
            "cell": cells,
            "value": [
                cell if problem != "missing" and _may_show(table.by_name.get(column), cell) else None
                for (column, problem), cell in zip(blamed, cells, strict=True)
            ],
        }
    ).astype({name: "str" for name in REJECT_COLUMNS if name != "row"})


def _cell(column: Parsed, row: int) -> str | None:
    code = column.codes[row]
    return None if code < 0 else str(column.words.iloc[code])


def _reason(table: Table, column: str, problem: str, cell: str | None) -> Message:
    if problem == "missing" and "/" in column:
        line = "{columns} are empty; fill it in the export", "{columns} 都为空；请在导出里补上"
        return Message(*line, columns=joined(column.split("/"), " and "))
    if problem == "missing":
        return Message(*_EMPTY, column=column)
    if problem == "cut_short":
        return Message(*_CUT_SHORT)
    schema = table.by_name[column]
    if problem == "lone":
        return Message(*_LONE, table=table.name, column=column)
    if schema.kind in ("date", "datetime") and cell and ordered(cell):
        return Message(*_AMBIGUOUS, table=table.name, column=column)
    if problem == "unknown_word":
        return word_hint(table.name, schema, cell if cell and _may_show(schema, cell) else "…")
    return Message(*_WRITE[schema.kind], table=table.name, column=column)


def _may_show(column: Column | None, cell: str | None) -> bool:
    """Dates, numbers and words of vocabularies may leave the file; names, phones, ids and VINs may not.

    A shifted row may hold a phone where a date should stand, so long runs of digits stay back as well.
    """
    if column is None or cell is None or PERSONAL.search(cell):
        return False
    return bool(column.vocabulary) or (column.kind not in ("text", "vin") and column.name != "birthday")
