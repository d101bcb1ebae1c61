"""What the input tables are called, hold and may say."""

from csanalysis.schema.headers import HEADERS
from csanalysis.schema.lookup import column_named, names_of, table_named, word_named
from csanalysis.schema.model import Column, Kind, Table
from csanalysis.schema.naming import folded, folded_header, header_unit, nearest
from csanalysis.schema.tables import REQUIRED_TABLES, TABLES
from csanalysis.schema.words import FALSE_WORDS, TOTAL_WORDS, TRUE_WORDS, VOCABULARIES, WORDS

__all__ = [
    "FALSE_WORDS",
    "HEADERS",
    "REQUIRED_TABLES",
    "TABLES",
    "TOTAL_WORDS",
    "TRUE_WORDS",
    "VOCABULARIES",
    "WORDS",
    "Column",
    "Kind",
    "Table",
    "column_named",
    "folded",
    "folded_header",
    "header_unit",
    "names_of",
    "nearest",
    "table_named",
    "word_named",
]
