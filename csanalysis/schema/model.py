"""What an input table is made of: its columns, their kinds, its key and its dates."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "vin", "number", "integer", "fraction", "boolean", "date", "datetime", "month"]


@dataclass(frozen=True)
class Column:
    """One column of an input table.

    ``vocabulary`` names a closed set of words in :mod:`csanalysis.schema.words`;
    ``default`` fills empty cells and stands in for a column that the export lacks. ``free`` is text that
    somebody typed about one customer, of which only what several say is published.
    """

    name: str
    zh: str
    kind: Kind = "text"
    required: bool = False
    vocabulary: str | None = None
    default: str | bool | None = None
    free: bool = False

    @property
    def is_id(self) -> bool:
        """Whether the text is a number or code that identifies something, rather than a word."""
        return self.kind == "text" and self.name.endswith(("_id", "_code", "_number"))

    @property
    def is_phone(self) -> bool:
        """Whether the text is a phone number."""
        return self.name in ("phone", "customer_phone")

    @property
    def is_amount(self) -> bool:
        """Whether the numbers are sums of money."""
        return self.kind == "number" and (
            self.name.endswith("_amount") or self.name in ("price", "amount", "budget", "cost", "revenue")
        )


def required_column(name: str, zh: str, kind: Kind = "text", vocabulary: str | None = None) -> Column:
    """A column without which its table cannot be used."""
    return Column(name, zh, kind, required=True, vocabulary=vocabulary)


@dataclass(frozen=True)
class Table:
    """One input table.

    ``key`` identifies a row; ``dated_by`` is the column compared with ``as_of``; a row needs at least
    one of ``any_of`` filled. Each of ``events`` is a date on which something happens after the row was made,
    with the columns that are known only from then on.
    """

    name: str
    zh: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    dated_by: str | None = None
    any_of: tuple[str, ...] = ()
    events: tuple[tuple[str, ...], ...] = ()
    by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    @property
    def is_spoken(self) -> bool:
        """Whether what customers said stands in it, as free text."""
        return any(column.free for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Columns without which the table cannot be used."""
        return tuple(column.name for column in self.columns if column.required)
