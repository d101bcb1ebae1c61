"""The columns a work list may have: how each is written in the workbook, and how wide."""

from dataclasses import dataclass
from typing import Literal

Style = Literal["text", "date", "count", "amount", "percent", "choice"]


@dataclass(frozen=True)
class ListColumn:
    """One column; ``filled_in`` ones are empty for staff to write in."""

    name: str
    style: Style
    width: int
    filled_in: bool = False


COLUMNS: dict[str, ListColumn] = {
    column.name: column
    for column in (
        ListColumn("rank", "count", 6),
        ListColumn("customer_name", "text", 11),
        ListColumn("phone", "text", 14),
        ListColumn("vin", "text", 20),
        ListColumn("model", "text", 12),
        ListColumn("sale_date", "date", 12),
        ListColumn("last_visit", "date", 12),
        ListColumn("months_since", "count", 9),
        ListColumn("visit_class", "text", 7),
        ListColumn("team", "text", 10),
        ListColumn("owner", "text", 12),
        ListColumn("due_date", "date", 12),
        ListColumn("reason", "text", 46),
        ListColumn("chance", "percent", 9),
        ListColumn("worth", "amount", 10),
        ListColumn("spent", "amount", 11),
        ListColumn("result", "choice", 13, filled_in=True),
        ListColumn("result_date", "date", 12, filled_in=True),
        ListColumn("note", "text", 24, filled_in=True),
    )
}
FILLED_IN = tuple(column.name for column in COLUMNS.values() if column.filled_in)
RESULTS = ("booked", "will_come", "no_answer", "wrong_number", "declined", "sold_or_moved", "other")
"""What a call may end in; the drop-down of the result column."""

LISTS = (
    "first_service_invitations",
    "service_due",
    "contact_window",
    "marginal",
    "win_back",
    "key_customers",
    "allocation",
)
"""The sheets of ``lists.xlsx``, in order."""
