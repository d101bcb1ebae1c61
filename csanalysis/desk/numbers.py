"""One metric as a tidy table, from the results of a store or of a report."""

from collections.abc import Iterable, Sequence

import pandas as pd

from csanalysis.catalogue import METRICS
from csanalysis.desk.names import METRIC, SPLIT, unknown
from csanalysis.metrics.results import Results

WHOLE = "(whole)"
"""What the rows without a split are called."""


def metric_frame(
    results: Results, name: str, *, by: str | Sequence[str] | None = None, period: str | int | None = None
) -> pd.DataFrame:
    """The rows of one metric that are split in just this way.

    Parameters
    ----------
    results : Results
        To look in.
    name : str
        The metric.
    by : str or sequence of str, optional
        The columns of the split; unless given the whole, or of a metric without a whole its first split.
    period : str or int, optional
        One period, such as 2025 or "2025-03"; all unless given.

    Returns
    -------
    DataFrame
        ``period``, a column a split, ``numerator``, ``denominator``, ``value``, ``low``, ``high``.

    Raises
    ------
    UnknownNameError
        No such metric, or it is not split so; the nearest, or the splits that there are, are named.
    """
    rows = results.rows(name)
    if not rows and name not in METRICS:
        raise unknown(METRIC, name, results.names)
    known = splits(results, name)
    split = columns_of(by) or ([] if WHOLE in known or not known else known[0].split(", "))
    found = results.select(name, None, *split, period=None if period is None else str(period))
    if found.empty and not any(row.group.keys() == {*split} for row in rows) and rows:
        raise unknown(SPLIT, ", ".join(split) or WHOLE, known)
    return found


def columns_of(by: str | Sequence[str] | None) -> list[str]:
    """The columns that a split names, each once."""
    return [by] if isinstance(by, str) else [*dict.fromkeys(by or ())]


def splits(results: Results, name: str) -> list[str]:
    """How a metric is split, each as its columns joined by commas."""
    return list(dict.fromkeys(", ".join(row.group) or WHOLE for row in results.rows(name)))


def told(results: Results) -> str:
    """How many numbers, of how many metrics and which periods."""
    years = _years(row.period for row in results)
    return f"{len(results):,} numbers of {len(results.names)} metrics, {years}"


def _years(periods: Iterable[str]) -> str:
    seen = sorted({period[:4] for period in periods})
    return "no period" if not seen else seen[0] if len(seen) == 1 else f"{seen[0]}–{seen[-1]}"
