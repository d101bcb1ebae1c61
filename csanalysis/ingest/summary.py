"""What ``csanalysis check`` says of one dealership's exports."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from csanalysis.errors import ParamsError
from csanalysis.ingest.notices import NOTES, WARNINGS
from csanalysis.ingest.rejects import row_told
from csanalysis.ingest.reports import TableReport
from csanalysis.ingest.store import load_with_problems

if TYPE_CHECKING:
    from rich.console import Group


def check(params_file: str | Path, cache: Path | None = None) -> dict[str, Any]:
    """Read the exports of one params file and collect what is wrong instead of raising.

    Returns
    -------
    dict
        JSON-ready: ``params_file``, ``dealership`` and ``as_of`` (null where the params cannot be read),
        ``tables`` (one :class:`TableReport` each, with ``hints``: how many rows were rejected for which
        reason, in words, and ``remarks``: a line for each row that is kept without a
        cell), ``problems`` (one line each) and ``unusable``.
    """
    name = str(params_file)
    try:
        store, problems = load_with_problems(params_file, cache=cache)
    except ParamsError as error:
        return {
            "params_file": name,
            "dealership": None,
            "as_of": None,
            "tables": [],
            "problems": error.problems,
            "unusable": True,
        }
    return {
        "params_file": name,
        "dealership": store.params.dealership.id,
        "as_of": store.params.as_of.isoformat(),
        "tables": [_plain(report, store.rejects, store.remarks) for report in store.quality],
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


def rich_summary(summary: dict[str, Any]) -> "Group":
    """The counts of :func:`check` as a table for the terminal, and below it what to look at, a line each."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    title = f"{summary['dealership'] or summary['params_file']} · as of {summary['as_of'] or '?'}"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 1, 0, 0))
    table.add_column("table", no_wrap=True)
    for header in ("read", "repeats", "rejects", "late", "kept"):
        table.add_column(header, justify="right", no_wrap=True)
    table.add_column("from", no_wrap=True)
    table.add_column("to", no_wrap=True)
    for report in summary["tables"]:
        counts = [report[name] for name in ("read", "repeated", "rejected", "after_as_of", "kept")]
        dates = (report["first_date"] or "", report["last_date"] or "")
        table.add_row(report["table"], *(f"{count:,}" for count in counts), *dates)
    remarks = [f"{report['table']}: {remark}" for report in summary["tables"] for remark in _remarks(report)]
    return Group(table if summary["tables"] else Text(title), *map(Text, remarks))


def _remarks(report: dict[str, Any]) -> list[str]:
    remarks = [f"{count} × {reason}" for reason, count in report["hints"].items()] + report["remarks"]
    remarks += [f"{count} × {column} emptied" for column, count in report["unreadable"].items()]
    remarks += [f"{count} × {WARNINGS[kind]}" for kind, count in report["warnings"].items() if count]
    remarks += [f"{count} × {NOTES[kind]}" for kind, count in report["notes"].items() if count]
    for name, label in (
        ("missing_columns", "not in the export"),
        ("unused_headers", "headers not used"),
        ("skipped_sheets", "sheets not read"),
    ):
        if report[name]:
            remarks.append(f"{label}: {', '.join(report[name])}")
    return remarks
