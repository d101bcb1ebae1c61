"""The one line that a terminal says of what changed since the last run."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from csanalysis.messages import Message, joined
from csanalysis.metrics.exports.changes import in_spans

if TYPE_CHECKING:
    from csanalysis.report.changes.changes import Changes

_WHAT = {
    "program": Message("the program", "程序"),
    "corrected": Message("corrected past data", "更正的历史数据"),
    "new_data": Message("new data", "新数据"),
    "params": Message("params", "参数"),
    "data": Message("data, new or corrected", "新的或更正的数据"),
    "unexplained": Message("no known cause", "未知原因"),
}
"""What each cause is called."""


def line(changes: "Changes") -> Message:
    """How many metrics each cause moved, and what the cause is."""
    metrics: dict[str, set[str]] = {}
    for key, causes in changes.causes.items():
        for cause in causes:
            metrics.setdefault(cause, set()).add(key[0])
    said = [
        Message(
            "{counted} moved by {cause}{what}",
            "{cause}使 {rows} 个指标变动{what}",
            counted=_counted(len(metrics.get(cause, ())), "metric"),
            rows=len(metrics.get(cause, ())),
            cause=_WHAT[cause],
            what=Message(" ({what})", "（{what}）", what=what) if what else "",
        )
        for cause, what in _causes(changes)
        if cause in metrics or what
    ]
    if not said:
        return Message("nothing changed since the last run", "与上次运行相比没有变化")
    return joined(said, "; ", "；")


def line_fields(said: Message) -> dict[str, str]:
    """The line as ``changes.json`` holds it."""
    return {"line": str(said), "line_zh": said.zh}


def write_unreadable(path: Path, file: str) -> None:
    """``changes.json`` of a run that replaces one whose files cannot be read."""
    said = Message(
        "the last run's {file} cannot be read, so what changed since is not known",
        "上次运行的 {file} 无法读取，不知道有哪些变化",
        file=file,
    )
    held = {"schema_version": 1, **line_fields(said)}
    path.write_text(json.dumps(held, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def told(place: Path) -> Message | None:
    """The line of the report in ``place``; None for a first run."""
    path = place / "changes.json"
    if not path.exists():
        return None
    held = json.loads(path.read_text(encoding="utf-8"))
    return Message(held["line"], held["line_zh"])


def _causes(changes: "Changes") -> Iterator[tuple[str, Message | str]]:
    """Each cause, and what of it there was; empty where it is not known or did not take part."""
    yield "program", joined(change.what for change in changes.program)
    yield (
        "corrected",
        joined(
            Message(
                "{table} {month}: {counted}",
                "{table} {month}：{rows} 行",
                table=rows.table,
                month=rows.month or Message("undated", "无日期"),
                counted=_counted(rows.rows, "row"),
                rows=rows.rows,
            )
            for rows in in_spans(changes.corrected)
        ),
    )
    undated = sorted({rows.table for rows in changes.new if not rows.month})
    moved_on = changes.as_of[0] != changes.as_of[1] and not changes.note
    yield "new_data", joined(changes.months or undated) or (f"as_of {changes.as_of[1]}" if moved_on else "")
    yield "params", joined(change.what for change in changes.params)
    yield "data", _why_unknown(changes)
    yield "unexplained", ""


def _why_unknown(changes: "Changes") -> Message | str:
    """Why new data and corrected data cannot be told apart."""
    if changes.note == "cache":
        return Message("the last run's tables are gone from the cache", "缓存里已没有上次运行的数据表")
    if changes.note == "earlier":
        return Message("the last run counted up to {as_of}", "上次运行统计到 {as_of}", as_of=changes.as_of[0])
    return ""


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")
