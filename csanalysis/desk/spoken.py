"""A metric's frame in the words of its reader: heads, groups, periods and numbers as in the report."""

from typing import Any

import pandas as pd

from csanalysis.catalogue import (
    METRICS,
    Language,
    format_period,
    format_value,
    group_label,
    group_name,
    text,
)
from csanalysis.catalogue.texts import has_text
from csanalysis.metrics.results import NUMBERS, group_columns


def spoken(frame: pd.DataFrame, metric: str, language: Language) -> pd.DataFrame:
    """The same rows to be read: all cells text, numbers without any value left out.

    Parameters
    ----------
    frame : DataFrame
        As :meth:`csanalysis.desk.OpenStore.metric` gives it.
    metric : str
        Of which metric.
    language : Language
        ``zh`` or ``en``.
    """
    columns = {"period": [format_period(period, language) for period in frame["period"]]}
    for name in [column for column in group_columns(frame) if column != "small"]:
        columns[name] = [group_label(name, str(value), language) for value in frame[name]]
    for name in NUMBERS:
        if frame[name].notna().any():
            format = METRICS[metric].format if name in ("value", "low", "high") else "count"
            columns[name] = [format_value(_known(value), format, language) for value in frame[name]]
    if "small" in frame and frame["small"].notna().any():
        columns["small"] = [
            text("answer.true", language) if small is True else "" for small in frame["small"]
        ]
    return pd.DataFrame({head(name, language): cells for name, cells in columns.items()})


def head(column: str, language: Language) -> str:
    """What a column of a metric's frame, or of the list of metrics, is called."""
    if has_text(f"frame.{column}"):
        return text(f"frame.{column}", language)
    return group_name(column, language)


def _known(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
