"""What a source says of columns that do not stand in the export as the table has them.

Answers side by side become one row each (``wide``), several amounts one (``sums``), and what an export does
not say is said by the params (``constants``).
"""

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from csanalysis.ingest.coded import plain
from csanalysis.ingest.header import Header
from csanalysis.ingest.numbers import decimal_of, parse_numbers
from csanalysis.params import Source
from csanalysis.schema import Table, folded_header

_ANSWER = ("item_code", "item_name", "score")


def read_otherwise(source: Source) -> list[str]:
    """Headers of the export that are read, but as no column."""
    return [*source.wide, *(name for parts in source.sums.values() for name in parts)]


def supplied(table: Table, source: Source) -> set[str]:
    """Columns that the source gives without a header of their own."""
    wide = {*_ANSWER, *table.key} if source.wide else set()
    return {*source.sums, *source.constants, *wide} & set(table.by_name)


def reshaped(
    named: pd.DataFrame, header: Header, source: Source
) -> tuple[pd.DataFrame, npt.NDArray[np.intp]]:
    """Rows under our column names and ``=header`` as the table has them, and which row each was.

    A column that the export has is left as it is, but for a constant's empty cells. Answers that nobody gave
    are no rows; of a survey without any, one stays.
    """
    for column, parts in source.sums.items():
        if column not in header.columns and (cells := _places(named, header, parts)):
            named = named.assign(**{column: _sum(cells, source)})
    for column, value in source.constants.items():
        given = plain(named[column]) if column in named else pd.Series(None, index=named.index, dtype="str")
        named = named.assign(**{column: given.fillna(value)})
    if not source.wide:
        return named, np.arange(len(named))
    return _long(
        pd.DataFrame({name: plain(cells) for name, cells in named.items()}, index=named.index), source
    )


def _places(named: pd.DataFrame, header: Header, names: Sequence[str]) -> list[pd.Series]:
    """The cells under some headers, whatever they were read as."""
    ours = {place: column for column, place in header.columns.items()}
    keys = {folded_header(name): ours.get(place, "=" + name) for place, name in header.names.items()}
    found = [name if name in named else keys.get(folded_header(name), "") for name in names]
    return [plain(named[key]) for key in found if key in named]


def _sum(parts: Sequence[pd.Series], source: Source) -> pd.Series:
    numbers = np.array(
        [
            parse_numbers(part, decimal=source.decimal or decimal_of(part), currency=source.currency or "")
            for part in parts
        ]
    )
    total = np.where(np.isnan(numbers).all(axis=0), np.nan, np.nansum(numbers, axis=0))
    mark = source.decimal or "."
    texts = [None if value != value else f"{value:.6f}".replace(".", mark) for value in total]
    return pd.Series(texts, index=parts[0].index, dtype="str")


def _long(named: pd.DataFrame, source: Source) -> tuple[pd.DataFrame, npt.NDArray[np.intp]]:
    """One row an answer; a survey without a number has one made of what it says."""
    items = {
        key: (code, str(key).lstrip("="))
        for key in map(str, named)
        for header, code in source.wide.items()
        if folded_header(key.lstrip("=")) == folded_header(header)
    }
    rest = named.drop(columns=list(items))
    if "response_id" not in rest:
        rest = rest.assign(response_id=_digests(named))
    answers = named[list(items)]
    given = answers.notna().to_numpy()
    given[~given.any(axis=1), :1] = True
    row, item = np.nonzero(given)
    codes = [code for code, _ in items.values()]
    names = [name for _, name in items.values()]
    long = rest.iloc[row].reset_index(drop=True)
    scores = answers.to_numpy(dtype=object)[row, item]
    return (
        long.assign(
            item_code=pd.Series([codes[place] for place in item], dtype="str"),
            item_name=pd.Series([names[place] for place in item], dtype="str"),
            score=pd.Series(scores, dtype="str"),
        ),
        row,
    )


def _digests(rows: pd.DataFrame) -> pd.Series:
    texts = rows.fillna("").astype("str").agg("\x1f".join, axis=1)
    made = [hashlib.sha256(text.encode()).hexdigest()[:12] for text in texts]
    return pd.Series(made, index=rows.index, dtype="str")
