"""``changes.json``, and the one line that a terminal says of what changed since the last run."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from csanalysis.json_files import read_json
from csanalysis.messages import Message, joined
from csanalysis.metrics.exports.changes import merge_long_corrections, records_for_keys
from csanalysis.metrics.results import NUMBERS
from csanalysis.report.changes.changes import Changes, counted

_WHAT = {
    "program": Message("the program", "程序"),
    "corrected": Message("corrected past data", "更正的历史数据"),
    "new_data": Message("new data", "新数据"),
    "params": Message("params", "参数"),
    "data": Message("data, new or corrected", "新的或更正的数据"),
    "unexplained": Message("no known cause", "未知原因"),
}
"""What each cause is called."""


def line(changes: Changes) -> Message:
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


def write_changes(path: Path, changes: Changes, headlines: Sequence[Mapping[str, Any]]) -> None:
    """``changes.json``: what differs, the headlines that moved, and every other number, a line each."""
    counts = counted(changes)
    head = {
        "schema_version": 1,
        "since": changes.since,
        "as_of": list(changes.as_of),
        **_both(line(changes)),
        "new_data": [asdict(rows) for rows in changes.new],
        "corrected": [asdict(rows) for rows in changes.corrected],
        "params": [asdict(change) for change in changes.params],
        "program": [asdict(change) for change in changes.program],
        "note": changes.note,
        "counts": {metric: dict(count) for metric, count in counts.items()},
        "headlines": list(headlines),
    }
    before, after = (records_for_keys(results, changes.causes) for results in (changes.before, changes.after))
    rows = [
        {
            **{name: after[key][name] for name in ("metric", "period", "group")},
            "before": {name: before[key][name] for name in NUMBERS},
            "after": {name: after[key][name] for name in NUMBERS},
            "causes": list(causes),
        }
        for key, causes in changes.causes.items()
    ]
    rows.sort(key=lambda row: (row["metric"], row["period"], str(row["group"])))
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    opening = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    path.write_text(f'{opening},\n "moved": [\n{lines}\n]}}\n', encoding="utf-8")


def _both(said: Message) -> dict[str, str]:
    """The line as ``changes.json`` holds it."""
    return {"line": str(said), "line_zh": said.zh}


def write_unreadable(path: Path, file: str) -> None:
    """``changes.json`` of a run that replaces one whose files cannot be read."""
    said = Message(
        "the last run's {file} cannot be read, so what changed since is not known",
        "上次运行的 {file} 无法读取，不知道有哪些变化",
        file=file,
    )
    held = {"schema_version": 1, **_both(said)}
    path.write_text(json.dumps(held, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def line_of_changes(place: Path) -> Message | None:
    """The line of the report in ``place``; None for a first run."""
    path = place / "changes.json"
    if not path.exists():
        return None
    held = read_json(path)
    return Message(held["line"], held["line_zh"])


def _causes(changes: Changes) -> Iterator[tuple[str, Message | str]]:
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
            for rows in merge_long_corrections(changes.corrected)
        ),
    )
    undated = sorted({rows.table for rows in changes.new if not rows.month})
    moved_on = changes.as_of[0] != changes.as_of[1] and not changes.note
    yield "new_data", joined(changes.months or undated) or (f"as_of {changes.as_of[1]}" if moved_on else "")
    yield "params", joined(change.what for change in changes.params)
    yield "data", _why_unknown(changes)
    yield "unexplained", ""


def _why_unknown(changes: Changes) -> Message | str:
    """Why new data and corrected data cannot be told apart."""
    if changes.note == "cache":
        return Message("the last run's tables are gone from the cache", "缓存里已没有上次运行的数据表")
    if changes.note == "earlier":
        return Message("the last run counted up to {as_of}", "上次运行统计到 {as_of}", as_of=changes.as_of[0])
    return ""


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")
