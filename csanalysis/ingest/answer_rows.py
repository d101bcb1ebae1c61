"""The answered rows of a workbook of ours: where each stands, what it says, why one cannot be read."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from csanalysis.ingest.rejects import PERSONAL, REJECT_COLUMNS, no_rejects
from csanalysis.ingest.sheets import Sheet
from csanalysis.messages import Message

CONTACT_COLUMNS = (
    "contact_id", "contact_date", "purpose", "vin", "customer_id", "agent", "attempt", "reached",
    "phone_valid", "result", "next_date",
)  # fmt: skip


@dataclass(frozen=True)
class AnsweredCall:
    """One answered call: its sheet, the places of header and row (from 0), its cells as a contact."""

    sheet: str
    header: int
    row: int
    cells: dict[str, str]

    @property
    def contact_id(self) -> str:
        """The same in every copy of the workbook."""
        return self.cells["contact_id"]


@dataclass(frozen=True)
class RefusedRow:
    """An answer that is not read: where it stands (row from 0), the column at fault, and what to do."""

    sheet: str
    row: int
    column: str
    problem: str
    reason: Message
    value: str | None = None


@dataclass
class Answers:
    """What is filled in one workbook, and what of it could not be read back."""

    calls: list[AnsweredCall] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    warnings: Counter[str] = field(default_factory=Counter)

    @property
    def sheets(self) -> list[Sheet]:
        """The calls as an export of contacts: each row where it stands in the workbook, those between blank.

        A row with several calls stands in as many sheets.
        """
        pages: dict[tuple[str, int], dict[int, AnsweredCall]] = {}
        seen: Counter[tuple[str, int]] = Counter()
        for call in self.calls:
            turn = seen[call.sheet, call.row]
            seen[call.sheet, call.row] += 1
            pages.setdefault((call.sheet, turn), {})[call.row] = call
        return [_as_export(name, list(page.values())) for (name, _), page in pages.items()]


def _as_export(name: str, calls: Sequence[AnsweredCall]) -> Sheet:
    blank = ("",) * len(CONTACT_COLUMNS)
    lines = [blank] * (max(call.row for call in calls) + 1)
    lines[calls[0].header] = CONTACT_COLUMNS
    for call in calls:
        lines[call.row] = tuple(call.cells.get(column, "") for column in CONTACT_COLUMNS)
    return Sheet(name, pd.DataFrame(lines, dtype="str").replace("", None))


def refused_rows(workbooks: Iterable[tuple[str, Answers]]) -> pd.DataFrame:
    """The rows that are not read as rejects of the table of contacts, by the labels of their files."""
    lines = [
        {
            "table": "contacts",
            "file": label,
            "sheet": each.sheet,
            "row": each.row + 1,
            "column": each.column,
            "problem": each.problem,
            "reason": str(each.reason),
            "reason_zh": each.reason.zh,
            "cell": each.value or None,
            "value": each.value if each.value and not PERSONAL.search(each.value) else None,
        }
        for label, answers in workbooks
        for each in answers.refused
    ]
    return pd.DataFrame(lines, columns=list(REJECT_COLUMNS)).astype(no_rejects().dtypes.to_dict())


def places(workbooks: Iterable[tuple[str, Answers]]) -> dict[str, tuple[str, str, int]]:
    """File, sheet and row (from 1) of each call that is read, by the number of its contact."""
    return {
        call.contact_id: (label, call.sheet, call.row + 1)
        for label, answers in workbooks
        for call in answers.calls
    }
