"""What last year's calls gained, by the same reckoning as the plan's: past flows hold it already."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.chapters.shared import shared
from csanalysis.chapters.store_facts import call_gains, reminder_cases
from csanalysis.metrics.periods import last_complete_year
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.stats.proof import ESTIMATES
from csanalysis.metrics.value.call_amounts import expected_amounts
from csanalysis.metrics.value.call_cells import as_cases
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]


@shared
def gained_last_year(params: Params, tables: Tables) -> pd.DataFrame:
    """The invitations of the last complete year, a row a series of calls.

    Returns
    -------
    DataFrame
        ``purpose``, ``age`` [months since the last visit], ``gained`` [visits that would not have come; 0
        where no gain is proven] and ``worth`` [yuan]. Empty without contacts.
    """
    if "contacts" not in tables:
        return pd.DataFrame({"purpose": pd.array([], dtype="str"), "age": [], "gained": [], "worth": []})
    year, past = last_complete_year(pd.Timestamp(params.as_of)), reminder_cases(params, tables)
    first = (past["period"] == str(year)) & (past["attempt"] == 1)
    rows = past[first.to_numpy(dtype=bool)].drop_duplicates("series").reset_index(drop=True)
    found = call_gains(params, tables).of(as_cases(rows))
    proven = found["proof"].isin(ESTIMATES)
    gained = found["gain"].where(proven).fillna(0.0).clip(lower=0.0)
    amounts = expected_amounts(tables["service_visits"], pd.Timestamp(year - 1, 12, 31)).of(rows)
    return rows[["purpose", "age"]].assign(gained=gained, worth=(gained * amounts).fillna(0.0))


def measure_last_year(params: Params, tables: Tables) -> Results:
    """``calls_gained``: visits gained by the plan year's calls and by last year's, and their worth."""
    rows = gained_last_year(params, tables)
    if rows.empty:
        return Results()
    year = str(last_complete_year(pd.Timestamp(params.as_of)))
    return Results(
        {
            "calls_gained": [tidy([year], denominator=[len(rows)], value=[rows["gained"].sum()])],
            "calls_gained_worth": [tidy([year], value=[rows["worth"].sum()])],
        }
    )
