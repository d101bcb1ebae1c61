"""What stands beside the exports: a page for people and the expected counts for tests."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from csanalysis.demo.export import Counts, Export
from csanalysis.demo.plan import AS_OF, EPOCH, Plan

_INTRODUCTION = """\
# Demonstration data

Simulated exports of dealerships over the years 2020–2025{more} and the first days thereafter. Every
person, vehicle and figure is made up by a model of how customers come, stay and leave; telephone numbers
belong to nobody.

## What the exports are like
- CSV in GBK, GB18030, UTF-8 with and without BOM; commas, semicolons and tabs; workbooks with a title row, a
  header cell merged over two columns, a total row, a sheet a year and a sheet of remarks; one Parquet file.
- Dates as `2023-05-07`, `2023/5/7`, `2023/5/7 9:17`, `2023年5月7日`, `20230507`, `202305`, as real dates of
  a workbook and as its serial numbers; yearly files change the form from one year to the next.
- `12,345 km`, `￥1,280.00`, `480.00元`, `58台`, `第3名`, `80%`, 是/否, Y/N, √/×; full-width characters.
- VINs in mixed case, with blanks behind them or full-width. In each store four vehicles were invoiced twice,
  on different dates; three invoices are dated 200 days late, after the first visits; five mileages are
  mistyped and seem to run backwards; some vehicles have two orders on one day; one call in a hundred names
  the customer and not the vehicle.
- Exact repeats; the last rows of a year stand also in the next year's file or sheet.
- Rows without VIN, with unreadable or impossible dates, with words that nobody mapped, and rows after as_of.
- An appointment book begins with the calls; who missed an appointment did not come that day. Electric cars
  come more seldom and pay less. 龙山宏远 keeps no list of warranties, packages and insurance.
- Calls and their effects begin some years in; proposals are graded from 2024-07-01.
- `--until` ends the exports on a later day, at most 2026-06-30. They repeat the earlier rows, what happened
  to them since is filled in, and each yearly table gets a file or sheet of 2026.
- In February and March 2026 海滨众联 loses more customers than its ceiling allows: many of those whom 二组
  served in the same months of 2025 have not come back. Riverside Motors keeps to its ceiling.

## Rows
Read = every row but titles, headers and totals. Repeats are dropped first, then rows are rejected, then rows
after as_of left out. Unreadable cells stand in optional columns: the cell is emptied and the row stays.
The same counts are in `expected.json` of each folder.
"""
_HEAD = (
    "| table | file | read | rejected | repeated | after as_of | kept | unreadable cells "
    "| rejected because |\n"
    "|---|---|---|---|---|---|---|---|---|\n"
)


def readme(stores: Mapping[str, tuple[Plan, tuple[Export, ...], Mapping[str, Counts]]], until: int) -> str:
    """The page: what the exports are like, and a table of counts for each store."""
    more = f", 2026 until {EPOCH + timedelta(until)}" if until > AS_OF else ""
    parts = [_INTRODUCTION.replace("{more}", more)]
    for name, (plan, exports, counts) in stores.items():
        lines = [_line(export, counts[export.table]) for export in exports]
        parts.append(f"\n### {name}: {plan.name} ({plan.brand})\n\n{_HEAD}{''.join(lines)}")
    return "".join(parts)


def _line(export: Export, counts: Counts) -> str:
    file = export.file.replace("{year}", counts.years)
    cells = [
        export.table,
        file,
        counts.read,
        counts.rejected,
        counts.repeated,
        counts.after_as_of,
        counts.kept,
        counts.unreadable_cells,
        counts.rejected_because,
    ]
    return f"| {' | '.join(str(cell) for cell in cells)} |\n"


def write_expected(path: Path, counts: Mapping[str, Counts]) -> None:
    """``expected.json``: the counts by table."""
    expected = {
        table: {
            "read": count.read,
            "rejected": count.rejected,
            "repeated": count.repeated,
            "after_as_of": count.after_as_of,
            "kept": count.kept,
            "unreadable_cells": count.unreadable_cells,
        }
        for table, count in counts.items()
    }
    path.write_bytes((json.dumps(expected, indent=1) + "\n").encode())
