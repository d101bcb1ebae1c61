"""All chapters' numbers at once, without their notebooks: what a run would publish under other conditions."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from csanalysis.chapters import (
    business,
    calendar,
    churn,
    customer_base,
    first_service,
    information,
    plan,
    process,
    satisfaction,
    signed,
    simulation,
    upsell,
    value,
    work_lists,
)
from csanalysis.metrics.results import Results
from csanalysis.metrics.results_file import read_results
from csanalysis.params import Params

CHAPTERS = (
    satisfaction,
    process,
    first_service,
    churn,
    customer_base,
    upsell,
    business,
    value,
    work_lists,
    calendar,
    information,
)


def measure_all(params: Params, tables: Mapping[str, pd.DataFrame]) -> Results:
    """What every chapter publishes, but for data quality, which counts rows that are in no clean table.

    Parameters
    ----------
    params : Params
        With the calendar's events in place of its file.
    tables : mapping of str to DataFrame
        Clean tables cut at ``params.as_of``, vehicles filled in.
    """
    planned = plan.measure(params, tables)
    results = planned + simulation.measure(params, tables, planned)
    for chapter in CHAPTERS:
        results += chapter.measure(params, tables)
    return results + signed.measure(params, tables, results)


PUBLISHED = "published.arrow"
"""The file in which a notebook leaves its numbers."""

_held: dict[str, Results] = {}


@contextmanager
def held(place: Path, results: Results) -> Iterator[None]:
    """While the block runs, these are the numbers of ``place``: what is forked meanwhile reads no file."""
    _held[str(place)] = results
    try:
        yield
    finally:
        del _held[str(place)]


def all_results(params: Params, tables: Mapping[str, pd.DataFrame], published: str | None) -> Results:
    """The numbers of all chapters, for one that sums them up.

    Parameters
    ----------
    params : Params
        With the calendar's events in place of its file.
    tables : mapping of str to DataFrame
        Clean tables cut at ``as_of``.
    published : str, optional
        The file to which the other chapters' numbers were published; None measures them anew.
    """
    if published is None:
        return measure_all(params, tables)
    found = _held.get(published)
    return read_results(Path(published)) if found is None else found
