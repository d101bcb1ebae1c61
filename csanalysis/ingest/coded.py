"""Columns of cells kept as their distinct values and a number for each row, so that each is looked at once.

Such a column is categorical; its categories are text, or, where the file itself says what it holds, dates
[datetime64[s]], whole numbers or floats. No category is empty, and a text one is trimmed.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Codes = npt.NDArray[np.integer[Any]]

# Spaces of every width, and the marks without width that exports carry at the ends of cells.
_BLANKS = " \t\r\n\v\f\u00a0\u2002\u2003\u2009\u200b\u200c\u200d\u2060\u3000\ufeff"
_NOTHING = ("", "NULL", "Null", "null", "\\N", "NaN", "nan", "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?")


def trimmed(told: pa.Array) -> pa.Array:
    """Texts without blanks around them; what databases and Excel write for nothing is null.

    Some systems write ``="00123"`` to keep Excel from making a number of it: the text inside is meant.
    """
    text = pc.utf8_trim(told, characters=_BLANKS)
    text = pc.replace_substring_regex(text, r'^="(.*)"$', r"\1")
    return pc.if_else(pc.is_in(text, value_set=pa.array(_NOTHING)), None, text)


def coded(column: pa.Array | pa.ChunkedArray) -> pd.Series:
    """A column of text, dates or numbers as the module says; null and NaN are empty cells."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    encoded = whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    return recoded(codes, encoded.dictionary)


def recoded(codes: Codes, values: pa.Array, *, differ: bool = True) -> pd.Series:
    """The column in which a row has that of ``values`` which its code counts to; -1 is an empty cell.

    ``differ`` says that no value stands twice.
    """
    found = trimmed(values.cast(pa.string())) if _is_text(values.type) else _not_nan(values)
    if found.null_count or not differ or not found.equals(values):
        again = found.dictionary_encode()
        places = pc.fill_null(again.indices, -1).to_numpy(zero_copy_only=False)
        codes, found = np.append(places, -1)[codes], again.dictionary
    if _is_text(found.type):
        kinds = pd.Index(pd.array(found.to_numpy(zero_copy_only=False), dtype="str"))
    else:
        kinds = pd.Index(found.to_numpy(zero_copy_only=False))
    return pd.Series(pd.Categorical.from_codes(codes, kinds))


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _not_nan(values: pa.Array) -> pa.Array:
    return pc.if_else(pc.is_nan(values), None, values) if pa.types.is_floating(values.type) else values


def is_coded(cells: pd.Series) -> bool:
    """Whether a column is kept so; others are text [str]."""
    return isinstance(cells.dtype, pd.CategoricalDtype)


def distinct(cells: pd.Series) -> tuple[Codes, pd.Series]:
    """A number for each row, -1 for an empty cell, and the values that they count to, each in some row."""
    if not is_coded(cells):
        places, words = pd.factorize(cells)
        return places, pd.Series(words, dtype="str")
    codes: Codes = cells.cat.codes.to_numpy()
    kinds = cells.cat.categories
    used = np.zeros(len(kinds) + 1, dtype=bool)
    used[codes] = True  # -1 is the place behind the last
    used = used[:-1]
    if not used.all():
        codes, kinds = np.append(np.where(used, np.cumsum(used) - 1, -1), -1)[codes], kinds[used]
    return codes, pd.Series(kinds)


def is_typed(values: pd.Series) -> bool:
    """Whether distinct values are dates or numbers rather than text."""
    return values.dtype != "str"


def texts(values: pd.Series) -> pd.Series:
    """Values as the text that stands for them: a date with its time, ``1001`` for 1001.0."""
    if not is_typed(values):
        return values
    return pd.Series(as_text(pa.array(values)).to_numpy(zero_copy_only=False), values.index, dtype="str")


def plain(cells: pd.Series) -> pd.Series:
    """A column as text [str], NaN where a cell is empty."""
    if not is_coded(cells):
        return cells
    words = texts(pd.Series(cells.cat.categories))
    return pd.Series(words.array.take(cells.cat.codes.to_numpy(), allow_fill=True), cells.index)


def plain_cells(cells: pd.DataFrame) -> pd.DataFrame:
    """Every column as text [str]."""
    return pd.DataFrame({place: plain(column) for place, column in cells.items()}, index=cells.index)


def stacked(columns: list[pd.Series]) -> pd.Series:
    """One column of several, one below the other."""
    if len(columns) == 1:
        return columns[0].reset_index(drop=True)
    if all(
        is_coded(column) and column.cat.categories.dtype == columns[0].cat.categories.dtype
        for column in columns
    ):
        return pd.Series(pd.api.types.union_categoricals(columns))
    return pd.concat([plain(column) for column in columns], ignore_index=True).astype("str")


def arrow(words: pd.Series) -> pa.Array:
    """Texts as Arrow's, null where there is none."""
    return pa.array(words.to_numpy(dtype=object), type=pa.string(), from_pandas=True)


def as_text(column: Any) -> Any:
    """Arrow's values as text: days, times to the second, floats that are whole without a point."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        days = pc.all(pc.equal(column, pc.floor_temporal(column, unit="day"))).as_py()
        return pc.strftime(column, format="%Y-%m-%d" if days else "%Y-%m-%d %H:%M:%S")
    if pa.types.is_floating(kind):
        column = column.cast(pa.float64())
        whole = pc.and_(pc.equal(column, pc.round(column)), pc.less(pc.abs(column), float(2**53)))
        as_whole = pc.cast(pc.if_else(whole, column, 0.0), pa.int64())
        as_words = pc.if_else(whole, as_whole.cast(pa.string()), column.cast(pa.string()))
        return pc.if_else(pc.is_nan(column), None, as_words)
    return column.cast(pa.string())
