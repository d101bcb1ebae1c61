"""What reminders changed: by the holdout where one was kept, else by answered against unanswered calls."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from csanalysis.chapters.store_facts import reminder_cases
from csanalysis.metrics.periods import date_plus_months, last_complete_year
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.stats.proof import HOLDOUT
from csanalysis.metrics.value import reminder_effect
from csanalysis.metrics.value.answered_calls import UNKNOWN, Estimate
from csanalysis.metrics.value.holdout import pooled_effect
from csanalysis.metrics.value.reminder_cases import of_purposes
from csanalysis.metrics.value.reminders import REMINDERS
from csanalysis.params import Params

REMINDER_LISTS = ("first_service_invitations", "service_due")
"""The call lists that reminders work off."""

LIST_MONTHS = 3
"""A list is worked through in a quarter; the reminder's days come on top."""

Tables = Mapping[str, pd.DataFrame]


def holdout_is_over(params: Params) -> bool:
    """Whether a holdout was set apart for the year in which ``as_of`` lies and its time is over.

    What reminders change is then told where the work lists are drawn up again.
    """
    as_of, start = pd.Timestamp(params.as_of), pd.Timestamp(params.as_of.year - 1, 12, 31)
    until = date_plus_months(start, LIST_MONTHS) + pd.Timedelta(days=params.value.reminder_days)
    return bool(params.value.holdout_share) and until <= as_of


def measure_effect(params: Params, tables: Tables, drawn: Results) -> Results:
    """What reminders changed, how that was checked, how well it is proven and what it is worth.

    Parameters
    ----------
    params : Params
        ``value.reminder_days``, ``as_of``.
    tables : mapping of str to DataFrame
        Clean tables, ``contacts`` among them.
    drawn : Results
        ``holdout_effect`` where a holdout was kept: then it alone speaks.

    Returns
    -------
    Results
        ``reminder_effect`` and its sisters.
    """
    year = last_complete_year(pd.Timestamp(params.as_of))
    lists = drawn.select("holdout_effect", "year", "list").dropna(subset="value")
    lists = lists[lists["list"].isin(REMINDER_LISTS)]
    if len(lists):
        return _of_holdout(params, tables, lists[lists["period"] == lists["period"].max()])
    cases = of_purposes(reminder_cases(params, tables), REMINDERS)
    rows, span = reminder_effect.of_span(cases, year=year)
    found = reminder_effect.finding(rows)
    effect = reminder_effect.reminder_effect(rows, found, span=span)
    spoken = rows["reached"].groupby(rows["period"]).sum()
    return Results(
        {
            "reminder_effect": effect,
            "reminder_effect_within": reminder_effect.reminder_effect_within(found, span=span),
            "reminder_control": reminder_effect.reminder_control(found, span=span),
            "reminder_proof": reminder_effect.reminder_proof(found.basis, claimed=found.claimed, span=span),
            "reminder_arrival_share": reminder_effect.reminder_arrival_share(rows, effect),
            "reminder_effect_revenue": _revenue(
                params, tables, found.effect if found.claimed else UNKNOWN, spoken
            ),
        }
    )


def _of_holdout(params: Params, tables: Tables, lists: pd.DataFrame) -> Results:
    """The holdout's lists of a year together."""
    year, effect = str(lists["period"].iloc[0]), pooled_effect(lists)
    called = pd.Series([float(lists["denominator"].sum())], index=[year])
    claimed = effect.low > 0
    return Results(
        {
            "reminder_effect": tidy(
                [year], denominator=effect.answered, value=effect.value, low=effect.low, high=effect.high
            ),
            "reminder_proof": reminder_effect.reminder_proof(HOLDOUT, claimed=claimed, span=year),
            "reminder_effect_revenue": _revenue(params, tables, effect if claimed else UNKNOWN, called),
        }
    )


def _revenue(params: Params, tables: Tables, effect: Estimate, customers: "pd.Series[float]") -> pd.DataFrame:
    if np.isnan(effect.value):
        return tidy([])
    return reminder_effect.reminder_effect_revenue(
        effect,
        customers,
        tables["contacts"],
        tables["service_visits"],
        days=params.value.reminder_days,
    )
