"""The key of each row of a work list, by which its answer is known again wherever the row stands."""

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from csanalysis.schema.workbook import WHOM, About, RowKey, cell_text, digest

KEY_COLUMNS = (*WHOM, "item", "measure", "survey_item", "listed_in")
"""The columns that tell rows of one list apart."""


def row_keys(name: str, rows: pd.DataFrame, about: About) -> Iterator[str]:
    """A key for each row, in order; the same rows of the same plan always have the same keys.

    Two rows that nothing tells apart are numbered.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    columns = [str(column) for column in rows]
    identifying = [columns.index(column) if column in columns else None for column in KEY_COLUMNS]
    whom_in = [columns.index(column) for column in WHOM if column in columns]
    plan = (name, about.dealership, str(about.plan_year), about.as_of)
    for cells in zip(*(_texts(rows[column]) for column in rows), strict=True):
        identity = tuple("" if place is None else cells[place] for place in identifying)
        number = seen[identity]
        seen[identity] += 1
        whom = next((cells[place] for place in whom_in if cells[place]), "")
        place = digest(*plan, *identity, str(number))
        rest = digest(*sorted(filter(None, cells)), length=4)
        yield str(RowKey(name, digest(whom), place, rest))


def _texts(column: pd.Series) -> list[str]:
    """A column's cells as they count in a digest; many rows say the same."""
    known: dict[tuple[type, object], str] = {(type(pd.NA), pd.NA): ""}
    texts = []
    for value in column.tolist():
        key = (type(value), value)  # True, 1 and 1.0 are equal and written each in its own way
        if key not in known:
            known[key] = cell_text(value)
        texts.append(known[key])
    return texts
