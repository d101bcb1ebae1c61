"""All chapters' numbers at once, without their notebooks: what a run would publish under other conditions."""

from collections.abc import Mapping
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
from csanalysis.json_files import read_json
from csanalysis.metrics.results import Results
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
    return Results.from_records(read_json(Path(published)))
