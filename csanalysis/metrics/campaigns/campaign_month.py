"""The campaigns of one month against what their kind has brought before."""

import pandas as pd

from csanalysis.metrics.campaigns.campaigns import REFERENCE_YEARS, expected_outcome, past_outcome_rate
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.intervals import wilson


def campaigns_of_month(campaigns: pd.DataFrame, *, month: str) -> dict[str, pd.DataFrame]:
    """Campaigns that ended in a month: who came, and who was to be expected.

    Parameters
    ----------
    campaigns : DataFrame
        A clean table; a campaign without an end ends on the day it starts.
    month : str
        Such as ``2026-03``.

    Returns
    -------
    dict of DataFrame
        One row a ``campaign_id`` each. ``review_campaign_rate``: ``numerator`` [arrived], ``denominator``
        [invited], ``value`` [fraction], ``low``, ``high`` (95 % Wilson). ``review_campaign_expected``:
        ``value`` [arrivals] with a 95 % prediction interval, from campaigns of its kind that ended in the
        three years before the month; NaN without any.
    """
    end = campaigns["end_date"].fillna(campaigns["start_date"])
    period = pd.Period(month, freq="M")
    first, last = period.start_time, period.end_time.normalize()
    now = campaigns[(end >= first) & (end <= last)]
    past = campaigns[(end < first) & (end >= first - pd.DateOffset(years=REFERENCE_YEARS))]
    arrived, invited = now["arrived"].astype(float), now["invited"].astype(float)
    low, high = wilson(arrived, invited)
    expected = [
        expected_outcome(
            now.loc[[row]],
            {
                str(kind): past_outcome_rate(
                    past[past["kind"] == kind].astype({"arrived": float, "invited": float}), "arrived"
                )
            },
            most=True,
        )
        if pd.notna(kind)
        else (float("nan"),) * 3
        for row, kind in now["kind"].items()
    ]
    values, lows, highs = zip(*expected, strict=True) if expected else ((), (), ())
    ids, months = now["campaign_id"].tolist(), [month] * len(now)
    return {
        "review_campaign_rate": tidy(
            months, numerator=arrived, denominator=invited, low=low, high=high, campaign_id=ids
        ),
        "review_campaign_expected": tidy(months, value=values, low=lows, high=highs, campaign_id=ids),
    }
