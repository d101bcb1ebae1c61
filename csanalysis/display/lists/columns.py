"""The columns a work list may have: how each is written in the workbook, and how wide."""

from dataclasses import dataclass
from typing import Literal

from csanalysis.schema.workbook import OPEN_COLUMNS, try_column

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
        ListColumn("lead_id", "text", 12),
        ListColumn("defeat_reason", "text", 16),
        ListColumn("sale_date", "date", 12),
        ListColumn("insurance_end", "date", 12),
        ListColumn("listed_in", "text", 20),
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
        ListColumn("campaign", "text", 24),
        ListColumn("item", "text", 16),
        ListColumn("grade", "text", 7),
        ListColumn("quoted", "amount", 10),
        ListColumn("programme", "text", 14),
        ListColumn("survey_item", "text", 22),
        ListColumn("measure", "text", 34),
        ListColumn("worth_rebate", "amount", 12),
        ListColumn("bulletin", "text", 26),
        ListColumn("counted_here", "text", 16),
        ListColumn("result", "choice", 13, filled_in=True),
        ListColumn("result_date", "date", 12, filled_in=True),
        ListColumn("note", "text", 24, filled_in=True),
        ListColumn("day", "date", 11),
        ListColumn("plate", "text", 10),
        ListColumn("mileage_km", "count", 8),
        ListColumn("call_reason", "text", 48),
        ListColumn("offer", "text", 28),
        ListColumn("script", "text", 34),
        ListColumn("tries", "count", 6),
        ListColumn("proof", "text", 10),
        ListColumn("purpose", "text", 13),
        ListColumn("why_not", "text", 30),
    )
}
FILLED_IN = tuple(column.name for column in COLUMNS.values() if column.filled_in)

CASE_SHEET = (
    "day", "customer_name", "phone", "plate", "model", "last_visit", "mileage_km", "call_reason", "offer",
    "script", "tries", "worth", "proof",
)  # fmt: skip
"""What stands before the calls on a caller's sheet."""

CASE_IDS = ("vin", "lead_id")
"""What stands behind them."""

_PARTS: dict[str, tuple[Style, int]] = {"date": ("date", 10), "result": ("choice", 12), "next": ("date", 10)}

OPEN: dict[str, ListColumn] = {
    name: ListColumn(name, *_PARTS[name.rpartition("_")[2]], filled_in=True)
    if name != "note"
    else COLUMNS["note"]
    for name in OPEN_COLUMNS
}
"""The columns of a caller's sheet that are filled in."""

LAST_PRINTED = try_column("next", 2)
"""The last column of a caller's sheet that is printed: with more calls nobody could read the page."""
