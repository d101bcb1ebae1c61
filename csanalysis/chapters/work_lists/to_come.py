"""Calls to customers who are not known yet: after the sales and visits to come, and for planned campaigns."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csanalysis.chapters.information.measure import cases_to_come, coverage_rates
from csanalysis.chapters.shared import shared
from csanalysis.chapters.value.lists_opportunities import renewal_coverage
from csanalysis.metrics.contacts.contacts import contacts_per_case
from csanalysis.metrics.contacts.working_days import days_worked
from csanalysis.metrics.periods import last_complete_year, month_labels
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]

UNKNOWN_YET = ("post_sale", "post_service", "campaign")
"""Purposes whose customers are known only once they have bought, come, or been invited."""


@shared
def calls_a_customer(params: Params, tables: Tables) -> dict[str, float]:
    """Contacts that a customer took in the last complete year, by purpose; none where nothing is recorded."""
    made = tables.get("contacts")
    if made is None:
        return {}
    times = contacts_per_case(made, by="purpose")
    times = times[times["period"] == str(last_complete_year(pd.Timestamp(params.as_of)))]
    return {
        str(purpose): float(value) for purpose, value in zip(times["purpose"], times["value"], strict=True)
    }


@shared
def calls_to_come(params: Params, tables: Tables) -> pd.DataFrame:
    """Customers to call and the calls they take, by month of the plan year and purpose.

    Returns
    -------
    DataFrame
        ``month``, ``purpose``, ``cases``, ``calls`` (cases x contacts a customer, one where it is not known);
        months that are not known are left out. Of sales, visits and renewals as
        many as ``calls.coverage`` asks for.
    """
    times, covered, parts = calls_a_customer(params, tables), _coverage(params, tables), []
    for purpose, cases in cases_to_come(params, tables).items():
        known = cases.dropna() * covered.get(purpose, 1.0)
        each = times.get(purpose, np.nan)
        calls = known * (1.0 if np.isnan(each) else each)
        parts.append(
            pd.DataFrame(
                {
                    "month": known.index,
                    "purpose": purpose,
                    "cases": known.to_numpy(),
                    "calls": calls.to_numpy(),
                }
            )
        )
    return (
        pd.concat(parts, ignore_index=True)
        if parts
        else pd.DataFrame(columns=["month", "purpose", "cases", "calls"])
    )


def _coverage(params: Params, tables: Tables) -> dict[str, float]:
    """The share of sales, visits and renewals that is called: as params say, else as last year."""
    found = {"insurance": renewal_coverage(params, tables)}
    if params.calls.coverage is not None or "contacts" not in tables:
        return found | dict.fromkeys(("post_sale", "post_service"), found["insurance"])
    year = str(last_complete_year(pd.Timestamp(params.as_of)))
    for rate in coverage_rates(params, tables):
        rows = rate[(rate["period"] == year) & rate["value"].notna()]
        found |= dict(zip(rows["purpose"], rows["value"], strict=True))
    return found


def reserved_calls(params: Params, tables: Tables, days: pd.DatetimeIndex) -> "pd.Series[float]":
    """Of each day's calls those kept for customers not known yet, the same on all days of a month."""
    calls = calls_to_come(params, tables)
    owed = [purpose for purpose in UNKNOWN_YET if purpose in params.calls.duties]
    by_month = calls[calls["purpose"].isin(owed)].groupby("month")["calls"].sum()
    months = month_labels(pd.Series(days))
    wanted = months.map(by_month).astype(float).fillna(0.0)
    worked = {month: days_worked(month, country=params.calls.country) for month in months.unique()}
    return pd.Series((wanted / months.map(worked).astype(float)).to_numpy(float), index=days)
