"""A draft of next year's calendar, for a store that has none: last year's campaigns on the same days."""

import pandas as pd

from csanalysis.metrics.results import tidy


def draft_events(campaigns: pd.DataFrame, *, plan_year: int) -> pd.DataFrame:
    """Last year's campaigns, moved to the plan year.

    Parameters
    ----------
    campaigns : DataFrame
        ``name``, ``start_date``, ``end_date``, ``kind``, ``budget``, ``cost``, ``owner``.
    plan_year : int
        The year that is planned.

    Returns
    -------
    DataFrame
        In order of days: the same columns with ``start_date`` and ``end_date`` in the plan year and
        ``amount`` [yuan]: the cost, else the budget, NaN where neither is known.
    """
    held = campaigns[campaigns["start_date"].dt.year == plan_year - 1]
    year = pd.DateOffset(years=1)
    held = held.assign(
        start_date=held["start_date"] + year,
        end_date=held["end_date"] + year,
        amount=held["cost"].astype(float).fillna(held["budget"].astype(float)),
    )
    return held.sort_values(["start_date", "name"], kind="stable", ignore_index=True)


def draft_budget(campaigns: pd.DataFrame, *, plan_year: int) -> list[pd.DataFrame]:
    """What the draft takes [yuan]: by campaign, by month, and in the year; amounts unknown count nothing.

    Parameters are those of :func:`draft_events`. No rows where no campaign was held.
    """
    events = draft_events(campaigns, plan_year=plan_year)
    if events.empty:
        return []
    months = pd.period_range(f"{plan_year}-01", f"{plan_year}-12", freq="M").astype(str)
    sums = (
        events.groupby(events["start_date"].dt.strftime("%Y-%m"))["amount"]
        .sum()
        .reindex(months, fill_value=0.0)
    )
    return [
        tidy([*months, str(plan_year)], value=[*sums, sums.sum()]),
        tidy(
            [str(plan_year)] * len(events),
            value=events["amount"],
            campaign_id=events["campaign_id"].astype("str"),
        ),
    ]
