"""What reading one table came to."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self


@dataclass(frozen=True)
class TableReport:
    """How many rows of a table were read, set aside and kept, and why.

    ``read`` = ``repeated`` + ``rejected`` + ``after_as_of`` + ``kept``. ``rejected_reasons`` counts
    ``"<column> missing"``, ``"<column> unreadable"`` and ``"<column> unknown_word"``; ``unreadable`` counts,
    by optional column, the cells left empty in rows that were not rejected. ``first_date`` and ``last_date``
    are those of the kept rows, None for a table that ``as_of`` does not cut. ``warnings`` counts what
    may be wrong, ``notes`` what was done as the params or the data ask, by kind
    (:mod:`csanalysis.ingest.notices`). ``masked`` counts, by column, the cells that are published without
    what looked personal in them, ``as_other`` those whose value too few share to be a category.
    """

    table: str
    files: tuple[str, ...]
    read: int
    repeated: int
    rejected: int
    after_as_of: int
    kept: int
    rejected_reasons: dict[str, int]
    unreadable: dict[str, int]
    missing_columns: tuple[str, ...]
    unused_headers: tuple[str, ...]
    skipped_sheets: tuple[str, ...] = ()
    warnings: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    masked: dict[str, int] = field(default_factory=dict)
    as_other: dict[str, int] = field(default_factory=dict)
    first_date: date | None = None
    last_date: date | None = None

    def naming(self, told: Callable[[str], str]) -> Self:
        """The same with columns and sheets that nobody asked for as ``told`` names them.

        Where a header is missing a row of customers stands in its place.
        """
        headers, sheets = (
            tuple(dict.fromkeys(map(told, names))) for names in (self.unused_headers, self.skipped_sheets)
        )
        return replace(self, unused_headers=headers, skipped_sheets=sheets)
