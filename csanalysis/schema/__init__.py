"""What the input tables are called, hold and may say."""

from csanalysis.schema.model import Column, Kind, Table
from csanalysis.schema.naming import folded, folded_header, header_unit, nearest
from csanalysis.schema.tables import REQUIRED_TABLES, TABLES
from csanalysis.schema.words import FALSE_WORDS, HEADERS, TOTAL_WORDS, TRUE_WORDS, VOCABULARIES, WORDS

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
    "folded",
    "folded_header",
    "header_unit",
    "nearest",
]
