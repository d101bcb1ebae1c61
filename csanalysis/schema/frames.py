"""pandera schemas of the clean tables: what ingest promises to every metric."""

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from csanalysis.schema.model import Column, Table
from csanalysis.schema.words import VOCABULARIES

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

_DTYPES = {
    "text": "str",
    "vin": "str",
    "number": "float64",
    "fraction": "float64",
    "integer": "Int64",
    "boolean": "boolean",
    "date": "datetime64[s]",
    "datetime": "datetime64[s]",
    "month": "datetime64[s]",
}


def use_python_strings() -> None:
    """Let pandas keep text as Python's own strings in this process; to be called before tables are read.

    Our tables are many and small, our columns say the same few words again and again: they are quicker there
    than Arrow's, of which each step costs a fixed sum, and no slower on a million rows.
    """
    pd.set_option("mode.string_storage", "python")


def dtype_of(column: Column) -> str:
    """The pandas dtype of a clean column."""
    return _DTYPES[column.kind]


def frame_schema(table: Table) -> "DataFrameSchema":
    """Every column with its dtype, required ones without gaps, closed words, and one row a key.

    A row with a part of its key empty is not compared.
    """
    import pandera.pandas as pandera

    def checks(column: Column) -> list[pandera.Check]:
        found = []
        if column.vocabulary:
            found.append(pandera.Check.isin(list(VOCABULARIES[column.vocabulary])))
        if column.kind == "vin":
            found.append(pandera.Check(lambda vins: vins.str.fullmatch(r"[A-Z0-9_-]+"), name="vin"))
        if column.kind in ("date", "datetime", "month"):
            # pandera takes datetimes of any unit for the same.
            found.append(pandera.Check(lambda dates: dates.dt.unit == "s", name="seconds"))
        if column.kind in ("date", "month"):
            found.append(pandera.Check(lambda dates: dates == dates.dt.normalize(), name="midnight"))
        if column.kind == "month":
            found.append(pandera.Check(lambda months: months.dt.day == 1, name="first_of_month"))
        if column.kind == "fraction":
            found.append(pandera.Check.in_range(0, 1))
        return found

    key = list(table.key)
    one_row_a_key = pandera.Check(
        lambda frame: not frame[key].dropna().duplicated().any(), name="one_row_a_key"
    )
    somebody = pandera.Check(lambda frame: frame[list(table.any_of)].notna().any(axis=1), name="any_of")
    return pandera.DataFrameSchema(
        {
            column.name: pandera.Column(
                dtype_of(column),
                checks(column),
                nullable=not column.required and column.default is None,
            )
            for column in table.columns
        },
        checks=[one_row_a_key] * bool(key) + [somebody] * bool(table.any_of),
        strict=True,
        ordered=True,
        name=table.name,
    )


def check_frame(table: Table, frame: pd.DataFrame, *, keys_differ: bool = False) -> None:
    """Raise :class:`pandera.errors.SchemaErrors` where a clean table is not what its schema says.

    ``keys_differ`` says that one row a key has been seen to already.
    """
    if not _is_sound(
        table, frame, keys_differ=keys_differ
    ):  # nearly every table is: pandera is asked, and imported, for what is not
        frame_schema(table).validate(frame, lazy=True)


def _is_sound(table: Table, frame: pd.DataFrame, *, keys_differ: bool) -> bool:
    """Whether nothing of what :func:`frame_schema` demands is lacking."""
    key, any_of = list(table.key), list(table.any_of)
    return (
        list(frame.columns) == [column.name for column in table.columns]
        and all(_holds(column, frame[column.name]) for column in table.columns)
        and (keys_differ or not (key and _stand_twice(frame, key)))
        and not (any_of and not frame[any_of].notna().any(axis=1).all())
    )


def _stand_twice(frame: pd.DataFrame, key: list[str]) -> bool:
    """Whether two rows have one key, with no part of it empty."""
    several = frame[key[0]].duplicated(keep=False)
    return bool(several.any() and frame.loc[several, key].dropna().duplicated().any())


def _holds(column: Column, values: pd.Series) -> bool:
    """Whether a column has its dtype, no gap where there must be none, and values of its kind alone."""
    if values.dtype != dtype_of(column):
        return False
    if (column.required or column.default is not None) and values.isna().any():
        return False
    if column.kind in ("text", "number", "integer", "boolean", "datetime") and not column.vocabulary:
        return True
    known = pd.Series(values.unique(), dtype=values.dtype).dropna()
    if column.vocabulary:
        return set(known) <= VOCABULARIES[column.vocabulary].keys()
    match column.kind:
        case "vin":
            words = pa.array(known.to_numpy(dtype=object), pa.string())
            return pc.all(pc.match_substring_regex(words, r"^[A-Z0-9_-]+$")).as_py() is not False
        case "date":
            return bool((known == known.dt.normalize()).all())
        case "month":
            return bool(((known == known.dt.normalize()) & (known.dt.day == 1)).all())
        case "fraction":
            return bool(known.between(0, 1).all())
    return True
