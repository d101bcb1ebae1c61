"""One sheet of an export as text, and what its format says beside the cells."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from typing import Any

import pandas as pd
import pyarrow as pa

from csanalysis.ingest.coded import coded
from csanalysis.messages import MessageError

Merge = tuple[int, int, int, int]  # first row, first column, last row, last column, from 0


class UnreadableFileError(MessageError):
    """A file that cannot be read; ``message`` says what is wrong and what to do."""


@dataclass(frozen=True)
class Sheet:
    """One sheet as text.

    ``cells`` has columns 0, 1, …, str or coded; ``headers`` stands where the format itself names the columns
    (Parquet, a database), else the header is one of the rows. ``merged`` are the areas of merged cells,
    ``formulas`` counts by column the formulas that no program ever calculated, ``days_shift`` is
    what bare serials are to be moved by (1,462 where days count from 1904). ``mended`` counts lines
    with a stray quotation mark, ``hidden_rows`` rows that the sheet hides or filters away; ``cut_short``
    says that the last line ends before its last cell.
    """

    name: str
    cells: pd.DataFrame
    headers: tuple[str, ...] | None = None
    hidden: bool = False
    merged: tuple[Merge, ...] = ()
    formulas: Mapping[int, int] = field(default_factory=dict)
    days_shift: int = 0
    mended: int = 0
    hidden_rows: int = 0
    cut_short: bool = False


def coded_cells(rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """As :func:`text_cells`, each column coded and its cells trimmed."""
    texts = (
        [value if type(value) is str else _text(value) for value in column] for column in zip_longest(*rows)
    )
    return pd.DataFrame({place: coded(pa.array(column, pa.string())) for place, column in enumerate(texts)})


def text_cells(rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """Rows of Python values as text cells: ``1001.0`` is ``1001``, a date ``2023-05-07``."""
    columns = zip_longest(*rows)
    return pd.DataFrame(
        {
            place: pd.array([value if type(value) is str else _text(value) for value in column], dtype="str")
            for place, column in enumerate(columns)
        }
    ).replace("", None)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, float):
        if value != value:
            return None
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")[:19]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)
