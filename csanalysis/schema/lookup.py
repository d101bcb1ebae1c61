"""Tables, columns and words by whatever name a person writes for them: English id or Chinese name."""

from functools import lru_cache

from csanalysis.schema.headers import HEADERS
from csanalysis.schema.model import Table
from csanalysis.schema.naming import folded, folded_header
from csanalysis.schema.tables import TABLES
from csanalysis.schema.words import VOCABULARIES


@lru_cache(maxsize=1024)
def table_named(written: str) -> str | None:
    """The table that ``service_visits`` or ``维修委托书`` names; None where none is called so."""
    return next(
        (name for name, table in TABLES.items() if written == name or folded(written) == folded(table.zh)),
        None,
    )


def names_of(table: Table, column: str) -> tuple[str, ...]:
    """Every built-in header of a column, its own names first."""
    special = HEADERS.get(table.name, {}).get(column, ())
    return (column, table.by_name[column].zh, *special, *HEADERS["*"].get(column, ()))


def column_named(table: str, written: str) -> str | None:
    """The column of a table that ``ro_number``, ``委托书号`` or another Chinese header names.

    Names come before other headers; of those, the first column of the table. An English id is to be spelled
    as it is.
    """
    columns = TABLES[table].by_name
    if written in columns:
        return written
    if written.isascii():
        return None
    key = folded_header(written)
    for names in ((lambda name: (name, columns[name].zh)), (lambda name: names_of(TABLES[table], name))):
        for name in columns:
            if key in map(folded_header, names(name)):
                return name
    return None


def word_named(vocabulary: str, written: str) -> str | None:
    """What a word of a closed vocabulary means, in either language; None where it is none of its words."""
    key = folded(written)
    return next(
        (
            meant
            for meant, aliases in VOCABULARIES[vocabulary].items()
            if key in map(folded, (meant, *aliases))
        ),
        None,
    )
