"""What is said of folders and sheets that cannot be used, or not for sure."""

from collections.abc import Sequence
from pathlib import Path

from csanalysis.ingest.recognise.drafts import Draft
from csanalysis.ingest.recognise.pages import Folder
from csanalysis.ingest.recognise.tables import Candidate
from csanalysis.messages import Message, joined, placed
from csanalysis.schema import REQUIRED_TABLES, TABLES

_CALLED = {"vehicle_sales": "sales ledger", "service_visits": "list of repair orders"}
_FEWEST = 4  # columns of a table, rather than of remarks


def nothing(folder: Path, found: Folder) -> list[Message]:
    """Why a folder holds no table at all."""
    lines = list(found.unreadable)
    if found.others and not lines:
        line = Message(
            "holds no export: its {count} files are of other kinds, such as pictures or documents; export "
            "the tables as CSV or XLSX",
            "没有导出文件：其中 {count} 个文件是图片、文档等其他类型；请把各表导出为 CSV 或 XLSX",
            count=found.others,
        )
    elif lines or found.passed_over:
        line = Message("holds no table that can be read", "没有能读取的表")
    else:
        line = Message(
            "is empty; put the exports of your systems in it", "是空文件夹；请把各系统的导出文件放进去"
        )
    return [placed(folder, line), *lines]


def claimed_twice(second: Candidate, first: Draft) -> Message:
    """Two groups that look like one table and are not two parts of it."""
    return Message(
        "{second} and {first} both look like {table}, and are not two parts of one: {first} is taken; if "
        "{second} is right, name it there instead",
        "{second} 和 {first} 都像{table}，又不是同一张表的两部分：采用 {first}；"
        "如果应为 {second}，请在参数文件里改",
        second=joined(file.name for file in second.group.files[:3]),
        first=joined(file.name for file in first.files[:3]),
        table=Message(first.table, TABLES[first.table].zh),
    )


def left_over(
    found: Folder, drafts: Sequence[Draft], options: dict[int, list[Candidate]], calendar: Path | None
) -> list[Message]:
    """A line for each group of sheets that is no table, or lacks a column of the one that it looks like."""
    taken = {id(part.group) for draft in drafts for part in draft.parts}
    lines = []
    for group in found.groups:
        best = next(iter(options[id(group)]), None)
        if id(group) in taken or (best is not None and not best.lacking):
            continue
        if calendar in group.files or (best is None and len(group.headers) < _FEWEST):
            continue
        names = joined(list(dict.fromkeys(f"{p.file.name} {p.sheet.name}".strip() for p in group.pages))[:3])
        if best is None:
            lines.append(
                Message(
                    "{names}: is none of the tables; not read",
                    "{names}：不是任何一张表；没有读取",
                    names=names,
                )
            )
        else:
            lines.append(_nearly(names, best))
    return lines


def _nearly(names: str, best: Candidate) -> Message:
    table = TABLES[best.table]
    return Message(
        "{names}: looks like {table}, but has no column for {lacking}; headers: {headers}",
        "{names}：像{table}，但没有 {lacking} 这一列；表头：{headers}",
        names=names,
        table=Message(best.table, table.zh),
        lacking=joined(Message(name, table.by_name[name].zh) for name in best.lacking),
        headers=joined(list(best.shapes)[:20]),
    )


def lacking(drafts: Sequence[Draft]) -> list[Message]:
    """A line for each of the two tables without which there is no report."""
    lines = []
    for name in REQUIRED_TABLES:
        if any(draft.table == name for draft in drafts):
            continue
        table = TABLES[name]
        lines.append(
            Message(
                "no file of it is a {table}: one needs {wanted}",
                "其中没有{table}：需要 {wanted} 这几列",
                table=Message(_CALLED[name], table.zh),
                wanted=joined(Message(column, table.by_name[column].zh) for column in table.required),
            )
        )
    return lines
