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
        ListColumn("lead_id", "text", 12),
        ListColumn("defeated_on", "date", 12),
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
        ListColumn("declined_on", "date", 12),
        ListColumn("programme", "text", 14),
        ListColumn("survey_item", "text", 22),
        ListColumn("measure", "text", 34),
        ListColumn("worth_rebate", "amount", 12),
        ListColumn("result", "choice", 13, filled_in=True),
        ListColumn("result_date", "date", 12, filled_in=True),
        ListColumn("note", "text", 24, filled_in=True),
    )
}
FILLED_IN = tuple(column.name for column in COLUMNS.values() if column.filled_in)
