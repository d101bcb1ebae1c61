"""The few numbers of a report that the page of all reports shows, as ``run.json`` holds them."""

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csanalysis.json_files import read_json

if TYPE_CHECKING:
    from csanalysis.metrics.results import Results

HEADLINES = ("first_service_return_rate_average", "first_service_planned", "churn_rate_planned")

BEFORE = {"first_service_planned": "first_service_target", "churn_rate_planned": "churn_rate_target"}
"""What stands in a report from before the plan had a target of its own."""

Summary = dict[str, int | float | None]
"""Each of :data:`HEADLINES` with its number, None where it is undefined."""


def summary_of(results: "Results") -> Summary:
    """The headline numbers of results: the whole store's first figure that is of no month."""
    names = {*HEADLINES, *BEFORE.values()}
    return _chosen(
        (row.metric, row.period, row.group, row.value) for name in names for row in results.rows(name)
    )


def stored_summary(run: Mapping[str, Any]) -> Summary | None:
    """The summary that a manifest holds; None where there is none, or none that can be used."""
    summary = run.get("summary")
    if not isinstance(summary, dict) or not all(_is_number(summary.get(name, "")) for name in HEADLINES):
        return None
    return {name: _plain(summary[name]) for name in HEADLINES}


def summary_from(metrics: Path) -> Summary:
    """The summary of a report from before ``run.json`` held one, out of all its numbers.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError
        There is no such file, or it is damaged.
    """
    records = read_json(metrics)["metrics"]
    return _chosen((row["metric"], row["period"], row["group"], row["value"]) for row in records)


def _chosen(rows: Iterable[tuple[str, str, Mapping[str, str], float | None]]) -> Summary:
    first: dict[str, float | None] = {}
    for metric, period, group, value in rows:
        if not group and len(period) != 7:  # a month's label has seven letters
            first.setdefault(metric, value)
    return {name: _plain(first.get(name, first.get(BEFORE.get(name, name)))) for name in HEADLINES}


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _plain(value: float | None) -> int | float | None:
    """As ``metrics.json`` writes it: undefined is None, a whole number has no decimals."""
    if value is None or not math.isfinite(value):
        return None
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else float(value)
