"""Tables that show themselves without names, phones, VINs and plates; they are whole to reckon with.

What is derived from such a table (rows, columns, groups, joins) shows itself so too. ``reveal()`` gives the
plain pandas object.
"""

from typing import Any, cast

import pandas as pd

from csanalysis.privacy.looks import MASK, hidden
from csanalysis.privacy.publishing import PRIVATE
from csanalysis.schema import TABLES

PERSONAL = PRIVATE | {"vin", "birthday", "id_number", "address"}
"""Columns whose cells are never shown."""

KNOWN_WORDS = (
    frozenset(column.name for table in TABLES.values() for column in table.columns)
    | {"metric", "period", "group", "list", "purpose", "owner", "state", "visit_class", "chapter"}
) - PERSONAL
"""Columns of words that are shown as they are; of any other nobody knows what its words tell."""


class Series(pd.Series):
    """A column that shows itself without personal data."""

    @property
    def _constructor(self) -> Any:
        return Series

    @property
    def _constructor_expanddim(self) -> Any:
        return Frame

    def __repr__(self) -> str:
        return hidden(repr(_shown_series(self)))

    def value_counts(self, *args: Any, **kwargs: Any) -> "Series":
        """As pandas has it, which gives a plain Series with the values as its index."""
        return Series(super().value_counts(*args, **kwargs))

    def reveal(self) -> pd.Series:
        """The plain Series, which shows everything."""
        return pd.Series(self)


class Frame(pd.DataFrame):
    """A table that shows itself without personal data."""

    @property
    def _constructor(self) -> Any:
        return Frame

    @property
    def _constructor_sliced(self) -> Any:
        return Series

    def __repr__(self) -> str:
        return hidden(repr(_shown_frame(self)))

    def _repr_html_(self) -> str:
        return hidden(cast(Any, _shown_frame(self))._repr_html_() or "")

    def reveal(self) -> pd.DataFrame:
        """The plain DataFrame, which shows everything."""
        return pd.DataFrame(self)


def _shown_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """A plain copy of it, masked."""
    columns = range(frame.shape[1])
    shown = pd.DataFrame({place: _masked(frame.iloc[:, place], frame.columns[place]) for place in columns})
    shown = shown.reindex(columns=columns) if len(shown.columns) else pd.DataFrame(index=frame.index)
    return shown.set_axis(_masked_index(frame.index), axis=0).set_axis(_masked_index(frame.columns), axis=1)


def _shown_series(series: pd.Series) -> pd.Series:
    return _masked(series, series.name).set_axis(_masked_index(series.index))


def _masked(values: pd.Series, name: object) -> pd.Series:
    """The cells with a mask over what may tell who somebody is: by the column's name, or the row's.

    A row or a column turned over has the columns' names as its index; words under a name that nobody knows
    are hidden.
    """
    plain = pd.Series(values)
    if name in KNOWN_WORDS or not (_of_words(plain.dtype) or name == "birthday"):
        return plain
    shown = plain.isna() if name in PERSONAL else plain.isna() | _known_labels(plain.index)
    return plain.astype("object").where(shown, MASK)


def _known_labels(index: pd.Index) -> "pd.Series[bool]":
    known = [label in KNOWN_WORDS if isinstance(label, str) else False for label in index]
    return pd.Series(known, index=index, dtype=bool)


def _masked_index(index: pd.Index) -> pd.Index:
    if isinstance(index, pd.MultiIndex):
        levels = [_masked_index(index.get_level_values(place)) for place in range(index.nlevels)]
        return pd.MultiIndex.from_arrays(levels, names=index.names)
    if not (index.name in PERSONAL and _of_words(index.dtype)):
        return index
    return pd.Index([MASK] * len(index), name=index.name)


def _of_words(kind: Any) -> bool:
    return bool(pd.api.types.is_object_dtype(kind) or pd.api.types.is_string_dtype(kind))
