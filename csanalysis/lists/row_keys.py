"""The key of each row of a work list, by which its answer is known again wherever the row stands."""

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from csanalysis.schema.workbook import WHOM, About, RowKey, cell_text, digest

KEY_COLUMNS = (*WHOM, "item", "declined_on", "measure", "survey_item", "listed_in")
"""The columns that tell rows of one list apart."""


def row_keys(name: str, rows: pd.DataFrame, about: About) -> Iterator[str]:
    """A key for each row, in order; the same rows of the same plan always have the same keys.

    Two rows that nothing tells apart are numbered.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for row in rows.to_dict("records"):
        cells = {str(column): _text(value) for column, value in row.items()}
        identity = tuple(cells.get(column, "") for column in KEY_COLUMNS)
        number = seen[identity]
        seen[identity] += 1
        whom = next((cells[column] for column in WHOM if cells.get(column)), "")
        place = digest(name, about.dealership, str(about.plan_year), about.as_of, *identity, str(number))
        rest = digest(*sorted(cell for cell in cells.values() if cell), length=4)
        yield str(RowKey(name, digest(whom), place, rest))


def _text(value: object) -> str:
    return "" if value is pd.NA else cell_text(value)  # which knows None, NaN and NaT
