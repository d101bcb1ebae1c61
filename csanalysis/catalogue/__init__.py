"""What every number is called, how it is written, and where it comes from, in both languages."""

from csanalysis.catalogue.entries import METRICS, Better, Metric, described_in
from csanalysis.catalogue.formats import UNDEFINED, Format, Language, format_period, format_value
from csanalysis.catalogue.missing import Missing, explain_missing
from csanalysis.catalogue.texts import group_label, group_name, table_label, text

__all__ = [
    "METRICS",
    "UNDEFINED",
    "Better",
    "Format",
    "Language",
    "Metric",
    "Missing",
    "described_in",
    "explain_missing",
    "format_period",
    "format_value",
    "group_label",
    "group_name",
    "table_label",
    "text",
]
