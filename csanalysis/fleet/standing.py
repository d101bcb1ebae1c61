"""How the stores of a fleet's last runs stand, told to a person or to another program."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from csanalysis.errors import ReportError
from csanalysis.fleet.run_table import FOLDER, Row, RunTable
from csanalysis.messages import Message, said
from csanalysis.schema import nearest

STATES = {
    "failed": Message("failed", "失败"),
    "running": Message("running", "进行中"),
    "waiting": Message("waiting", "等待"),
    "done": Message("done", "完成"),
}
"""What a row's state is called, what asks for a person first."""

Standing = Mapping[str, Sequence[Row]]
"""The rows of each task, by its name, such as ``report`` or ``review-2026-03``."""


def standing(output: Path, task: str | None = None) -> dict[str, list[Row]]:
    """The rows of each run table in an output folder, of one ``task`` alone if it is given.

    Rows come in the order of :data:`STATES`, those of one state as the run has them.

    Raises
    ------
    ReportError
        No run was noted there, none of that task, or a table cannot be read.
    """
    tables = {table.name: table for table in RunTable.all_in(output)}
    if not tables:
        raise ReportError(
            Message(
                "{folder}: no run is noted there; name the output folder of a run of many stores",
                "{folder}：没有运行记录；请写多店运行时的输出文件夹",
                folder=output / FOLDER,
            )
        )
    if task is not None and task not in tables:
        raise ReportError(
            Message(
                "--task {task!r}: no such run{hint}; there is {known}",
                "--task “{task}”：没有这次运行{hint}；现有 {known}",
                task=task,
                hint=nearest(task, tables),
                known=", ".join(tables),
            )
        )
    order = list(STATES)
    return {
        name: sorted(table.rows().values(), key=lambda row: order.index(row.state))
        for name, table in tables.items()
        if task in (None, name)
    }


def lines(found: Standing, *, every: bool) -> Iterator[Message]:
    """How many of each task are in which state; a line a store: of those not done, or of ``every`` one."""
    for name, rows in found.items():
        counts = Counter[str](row.state for row in rows)
        told = [(STATES[state], counts[state]) for state in STATES if counts[state]]
        yield Message(
            "{name}: {counts}",
            "{name}：{counts}",
            name=name,
            counts=Message(
                ", ".join(f"{count} {said(word, 'en')}" for word, count in told),
                "，".join(f"{said(word, 'zh')} {count}" for word, count in told),
            ),
        )
        yield from (_line(row) for row in rows if every or row.state != "done")


def _line(row: Row) -> Message:
    first = row.why[0] if row.why else Message("", "")
    more = len(row.why) - 1
    others = Message(" (and {count} more)", "（另有 {count} 处）", count=more) if more > 0 else ""
    return Message(
        "  {state}  {store}  {at}  attempts: {tries}{gap}{why}{others}",
        "  {state}  {store}  {at}  次数：{tries}{gap}{why}{others}",
        state=STATES[row.state],
        store=row.store,
        at=row.at,
        tries=row.tries,
        gap="  " if row.why else "",
        why=first,
        others=others,
    )


def records(found: Standing, language: str) -> list[dict[str, Any]]:
    """The same for another program: a mapping a row, with the whole reason in one language."""
    return [
        {
            "task": name,
            "store": row.store,
            "state": row.state,
            "attempts": row.tries,
            "at": row.at,
            "why": [said(line, language) for line in row.why],
        }
        for name, rows in found.items()
        for row in rows
    ]
