"""What ``csanalysis check`` says of one dealership's exports."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from csanalysis.errors import ParamsError
from csanalysis.ingest.profile.measure import profile
from csanalysis.ingest.profile.sections import named, sections
from csanalysis.ingest.rejects import row_told
from csanalysis.ingest.reports import TableReport
from csanalysis.ingest.soundness import way_out
from csanalysis.ingest.store import load_with_problems
from csanalysis.messages import Message, placed, said
from csanalysis.params.language import language_of

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table


def check(params_file: str | Path, cache: Path | None = None) -> dict[str, Any]:
    """Read the exports of one params file and collect what is wrong instead of raising.

    Returns
    -------
    dict
        JSON-ready: ``params_file``, ``language``, ``dealership`` and ``as_of`` (null where the params cannot
        be read), ``tables`` (one :class:`TableReport` each, with ``hints``: how many rows were rejected for
        which reason, in words, and ``remarks``: a line for each row that is kept without a cell), ``profile``
        (:class:`csanalysis.ingest.profile.measure.Profile`), ``sections`` (the same as tables of words),
        ``problems`` (one line each, those of the gate too) and ``unusable``.
    """
    name = str(params_file)
    try:
        store, problems = load_with_problems(params_file, cache=cache)
    except ParamsError as error:
        return {
            "params_file": name,
            "language": language_of(Path(params_file)),
            "dealership": None,
            "as_of": None,
            "tables": [],
            "profile": {"paste": ""},
            "sections": [],
            "problems": error.problems,
            "unusable": True,
        }
    tables = [_plain(report, store.rejects, store.remarks) for report in store.quality]
    found = profile(store)
    if refused := found.judged.refused:
        problems += [placed(f"sources.{finding.table}", finding.line) for finding in refused]
        problems.append(way_out(refused))
    return {
        "params_file": name,
        "language": store.params.language,
        "dealership": store.params.dealership.id,
        "as_of": store.params.as_of.isoformat(),
        "tables": tables,
        "profile": found.plain(),
        "sections": [
            asdict(section) | {"marked": sorted(section.marked)}
            for section in sections(found, tables, store.params)
        ],
        "problems": problems,
        "unusable": bool(problems),
    }


def _plain(report: TableReport, rejects: pd.DataFrame, remarks: pd.DataFrame) -> dict[str, Any]:
    plain = asdict(report)
    reasons = rejects.loc[rejects["table"] == report.table, "reason"].value_counts(sort=False)
    plain["hints"] = {str(reason): int(count) for reason, count in reasons.items()}
    plain["remarks"] = [row_told(row) for row in remarks[remarks["table"] == report.table].to_dict("records")]
    for name, value in plain.items():
        if isinstance(value, tuple):
            plain[name] = list(value)
    for name in ("first_date", "last_date"):
        plain[name] = plain[name] and plain[name].isoformat()
    return plain


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
    """What :func:`check` found as tables for the terminal; those without a row are left out."""
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
    """A line a store of what :func:`check` found of each."""
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
