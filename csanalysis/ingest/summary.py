"""What ``csanalysis check`` says of one dealership's exports: plain data as tables of words."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csanalysis.messages import Message, said
from csanalysis.schema import TABLES

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table


def named(table: str) -> Message:
    """A table by the id that the params use, and by its name in Chinese."""
    return Message(table, f"{table} {TABLES[table].zh}")


COUNTS = (
    ("read", Message("read", "读入")),
    ("repeated", Message("repeats", "重复")),
    ("rejected", Message("rejects", "搁置")),
    ("after_as_of", Message("late", "截至日后")),
    ("kept", Message("kept", "采用")),
)
"""What became of the rows of a table: fields of a report, and how they are headed."""

_OVERVIEW = (
    Message("table", "数据表"),
    *(head for _, head in COUNTS),
    Message("lost", "损失"),
    Message("from", "始于"),
    Message("to", "止于"),
)
PASTE = Message(
    "To take the place of these sources in the params file; look at each word first:",
    "可用来替换参数文件里的这些来源；每个用词请先看一遍：",
)


def overview(summary: dict[str, Any]) -> tuple[Message, tuple[Message, ...], list[tuple[Any, ...]]]:
    """Title, head and rows of the table that says what became of all rows."""
    title = Message(
        "{name} · as of {day}",
        "{name} · 数据截至 {day}",
        name=summary["dealership"] or summary["params_file"],
        day=summary["as_of"] or "?",
    )
    rows = [
        (
            named(report["table"]),
            *(f"{report[field]:,}" for field, _ in COUNTS),
            f"{report['rejected'] / report['read']:.1%}" if report["rejected"] else "",
            report["first_date"] or "",
            report["last_date"] or "",
        )
        for report in summary["tables"]
    ]
    return title, _OVERVIEW, rows


def rich_summary(summary: dict[str, Any], language: str) -> "Group":
    """What :func:`csanalysis.ingest.checking.check` found as tables for the terminal, but for empty ones."""
    from rich.console import Group
    from rich.text import Text

    title, head, rows = overview(summary)
    parts: list[Any] = [_rich(title, head, rows, language) if rows else Text(said(title, language))]
    for section in summary["sections"]:
        if section["rows"]:
            parts += [Text(), _rich(section["title"], section["head"], section["rows"], language)]
    return Group(*parts)


_GROUP = (
    Message("store", "门店"),
    Message("as of", "数据截至"),
    Message("tables", "数据表"),
    Message("read", "读入"),
    Message("rejects", "搁置"),
    Message("from", "始于"),
    Message("to", "止于"),
    Message("problems", "问题"),
)


def rich_group(summaries: Sequence[dict[str, Any]], language: str) -> "Table":
    """A line a store of what :func:`csanalysis.ingest.checking.check` found of each."""
    rows = []
    for summary in summaries:
        tables = summary["tables"]
        first = [report["first_date"] for report in tables if report["first_date"]]
        last = [report["last_date"] for report in tables if report["last_date"]]
        rows.append(
            (
                summary["dealership"] or Path(summary["params_file"]).stem,
                summary["as_of"] or "",
                str(len(tables)),
                f"{sum(report['read'] for report in tables):,}",
                f"{sum(report['rejected'] for report in tables):,}",
                min(first, default=""),
                max(last, default=""),
                str(len(summary["problems"]) or ""),
            )
        )
    bad = sum(summary["unusable"] for summary in summaries)
    title = Message(
        "{count} stores, {bad} of them cannot be reported",
        "共 {count} 家店，其中 {bad} 家不能出报告",
        count=len(summaries),
        bad=bad,
    )
    return _rich(title, _GROUP, rows, language)


def _rich(title: str, head: Any, rows: Any, language: str) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=said(title, language),
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
    )
    for place, label in enumerate(head):
        table.add_column(said(label, language), overflow="fold", no_wrap=not place)
    for row in rows:
        table.add_row(
            *(Text(said(str(cell) if not isinstance(cell, str) else cell, language)) for cell in row)
        )
    return table
