"""Whom a call changes, and what it is worth to call those first."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.chapters.store_facts import call_gains, reminder_cases
from csanalysis.metrics.periods import last_complete_year
from csanalysis.metrics.results import Results
from csanalysis.metrics.value.call_gain import call_gain
from csanalysis.metrics.value.call_order import call_order_gain, ordered_cases
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


def measure_calls(params: Params, tables: Tables) -> Results:
    """``call_gain`` of the last three complete years, and ``call_order_gain`` tried on them.

    Parameters
    ----------
    params : Params
        ``as_of``, ``value.reminder_days`` and ``lifecycle``.
    tables : mapping of str to DataFrame
        Clean tables, ``contacts`` among them.
    """
    year = last_complete_year(pd.Timestamp(params.as_of))
    past, gains = reminder_cases(params, tables), call_gains(params, tables)
    tried = ordered_cases(
        past,
        tables["service_visits"],
        tables["vehicle_sales"],
        year=year,
        purposes=gains.known,
        boundaries=gains.boundaries,
    )
    return Results(
        {
            "call_gain": call_gain(gains, past, year=year),
            "call_order_gain": call_order_gain(tried, year=year),
        }
    )
