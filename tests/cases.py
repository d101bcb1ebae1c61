"""Small stores that once failed, each looked at anew: what is seen, and whether it is right, held back or wrong.

``python -m tests.cases FOLDER [--reports]`` prints a table. Each folder in FOLDER is a store with its params
file and, as ``expected.txt``, what is right. With ``--reports`` those whose fault lay in the report are made.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csanalysis.errors import CsanalysisError
from csanalysis.ingest import check

ROWS, FIRST, LAST = 271, "2021-03-26", "2025-12-29"


@dataclass(frozen=True)
class Seen:
    """What ``check`` says of a store, and what came of its report, if one was asked for."""

    summary: dict[str, Any]
    report: str | None = None

    def table(self, name: str) -> dict[str, Any]:
        return next((each for each in self.summary["tables"] if each["table"] == name), {})

    @property
    def words(self) -> str:
        return "\n".join(self.summary["problems"])


Judge = Callable[[Seen], bool]


def whole(seen: Seen) -> bool:
    """All visits on their days."""
    visits = seen.table("service_visits")
    return (visits.get("kept"), visits.get("first_date"), visits.get("last_date")) == (ROWS, FIRST, LAST)


def tells(pattern: str) -> Judge:
    return lambda seen: bool(re.search(pattern, seen.words))


def warns(table: str, kind: str, rows: int | None = None) -> Judge:
    def judge(seen: Seen) -> bool:
        report = seen.table(table)
        found = {**report.get("warnings", {}), **report.get("notes", {})}.get(kind, 0)
        return found == rows if rows is not None else bool(found)

    return judge


def kept(table: str, rows: int, **rest: int) -> Judge:
    return lambda seen: all(
        seen.table(table).get(name) == count for name, count in {"kept": rows, **rest}.items()
    )


def both(*judges: Judge) -> Judge:
    return lambda seen: all(judge(seen) for judge in judges)


def made(seen: Seen) -> bool:
    """The report is made; without --reports nobody knows."""
    return seen.report == "made"


CASES: dict[str, tuple[Judge, bool]] = {
    **dict.fromkeys(
        ("01", "02", "07", "09", "11", "25", "31", "370", "372", "376", "75", "94", "95"), (whole, False)
    ),
    "08": (tells("visit_date holds 271 formulas"), False),
    "54": (tells("total_amount holds 271 formulas"), False),
    "12": (lambda seen: seen.table("service_visits")["unreadable"] == {"customer_id": ROWS}, False),
    "14": (both(whole, warns("upsell_items", "orders_completed", 55)), False),
    "15": (both(whole, warns("service_visits", "hidden_sheets")), False),
    "17": (
        kept("service_visits", 269, rejected=2),
        False,
    ),  # a header merged with two rows leaves them no day
    "18": (tells("lines: sum"), False),
    "19": (both(whole, warns("service_visits", "cancelled_rows", 68)), False),
    "20": (both(whole, warns("service_visits", "sheets_not_read")), False),
    "34": (lambda seen: seen.summary["profile"]["numbers"][-1]["median"] == 894.92, False),
    "65": (tells("109 of 271 rows are lost"), False),
    "66": (both(whole, warns("service_visits", "vins_completed", ROWS)), False),
    "70": (both(whole, kept("service_visits", ROWS, rejected=1)), False),
    "72": (tells("key_by_year"), False),
    "74": (tells("repeats: last_file"), False),
    "100": (made, True),
    "105": (made, True),
    "110": (lambda seen: seen.table("customers").get("unused_headers") == [], False),
    "111": (made, True),
    "hostile-02": (made, True),
    "hostile-04": (made, True),
    "hostile-09": (both(kept("service_visits", 300), warns("service_visits", "stray_quotes", 2)), False),
    "hostile-10": (tells("export ends on 2023-01-25"), False),
    "hostile-12": (tells("nested too deeply"), False),
    "hostile-13": (made, True),
    "hostile-16": (kept("service_visits", 295, rejected=5), False),
    "hostile-18": (kept("staff", 8), False),
    "hostile-19": (lambda seen: "phone" in seen.table("customers")["unreadable"], False),
    "hostile-20": (made, True),
    "hostile-21": (lambda seen: bool(seen.words) and "13800000000" not in seen.words, False),
}
"""By the case's number: what is right, and whether only its report tells."""


def look(folder: Path, output: Path, *, reports: bool) -> tuple[str, str, str]:
    """Case, what is seen, and right, gate (held back with the way out) or wrong."""
    number = re.match(r"hostile-\d+|\d+", folder.name)
    judge, needs_report = CASES.get(number.group() if number else "", (lambda seen: False, False))
    params = next(iter(sorted([*folder.glob("*.yml"), *folder.glob("params/*.yml")])))
    summary = check(params, cache=output / ".cache")
    report = _made(params, output / folder.name) if reports and needs_report else None
    seen = Seen(summary, report)
    if needs_report and not reports:
        verdict = "not made"
    elif not judge(seen):
        verdict = "wrong"
    else:
        verdict = "gate" if summary["unusable"] else "right"
    return folder.name, _described(seen), verdict


def _made(params: Path, output: Path) -> str:
    from csanalysis.report.making import make_report
    from csanalysis.report.options import RunOptions

    try:
        # Two stores have chapters of their own, which are looked at before they are put among the cases.
        make_report(params, output, RunOptions(trust_chapters=True))
    except CsanalysisError as error:
        return error.problems[0]
    return "made"


def _described(seen: Seen) -> str:
    visits = seen.table("service_visits")
    parts = [f"{visits['kept']} of {visits['read']} visits" if visits else "no visits"]
    for report in seen.summary["tables"]:
        told = {**report["warnings"], **report["notes"], **report["unreadable"]}
        parts += [f"{report['table']}: {count} × {kind}" for kind, count in told.items() if count]
    parts += [str(seen.summary["problems"][0])[:90]] if seen.summary["problems"] else []
    return "; ".join([*parts, *([f"report {seen.report[:60]}"] if seen.report else [])])


def main() -> int:
    """Print the table; 1 if any case is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reports", action="store_true")
    given = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as output:
        for folder in sorted(path for path in given.folder.iterdir() if path.is_dir()):
            case, what, verdict = look(folder, Path(output), reports=given.reports)
            wrong += verdict == "wrong"
            print(f"{verdict:9} {case:42} {what}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
