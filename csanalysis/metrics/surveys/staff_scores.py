"""What each person scored: in the manufacturer's survey by month and year, in process checks by week."""

from collections.abc import Collection

import numpy as np
import pandas as pd
import scipy

from csanalysis.metrics.periods import month_numbers, week_numbers
from csanalysis.metrics.results import tidy
from csanalysis.metrics.surveys.survey_items import TOTAL


def monthly_staff_scores(responses: pd.DataFrame, *, programme: str, staff: Collection[str]) -> pd.DataFrame:
    """What each person scored in each month.

    Parameters
    ----------
    responses : DataFrame
        Sound survey responses, a clean table; the manufacturer's are used.
    programme : str
        Its name.
    staff : collection of str
        Whom to give.

    Returns
    -------
    DataFrame
        One row a person and month with responses: ``staff``, ``place`` (months since 1970), ``score`` (sum
        over the items of their mean), ``size`` [responses].
    """
    rows = _of_people(responses, programme, staff)
    return _summed_means(rows.assign(place=month_numbers(rows["survey_date"])))


def yearly_staff_scores(responses: pd.DataFrame, *, programme: str, staff: Collection[str]) -> pd.DataFrame:
    """What each person scored in each year, with what chance alone could make of it.

    Parameters are those of :func:`monthly_staff_scores`.

    Returns
    -------
    DataFrame
        A metric frame: one row a year, ``staff`` and ``programme``: ``denominator`` [responses], ``value``
        [points: sum over the items of their mean], ``low``, ``high`` (Student's 95 % of the
        responses' totals). Higher is better.
    """
    rows = _of_people(responses, programme, staff)
    rows = rows.assign(place=rows["survey_date"].dt.year)
    found = _summed_means(rows)
    totals = rows.groupby(["staff", "place", "response_id"])["score"].sum().groupby(level=["staff", "place"])
    deviation = totals.std().reindex(pd.MultiIndex.from_frame(found[["staff", "place"]])).to_numpy()
    size = found["size"].where(found["size"] >= 3)
    half = scipy.stats.t.ppf(0.975, size - 1) * deviation / np.sqrt(size)
    return tidy(
        found["place"].astype(str),
        value=found["score"],
        denominator=found["size"],
        low=found["score"] - half,
        high=found["score"] + half,
        staff=found["staff"],
        programme=[programme] * len(found),
    )


def _of_people(responses: pd.DataFrame, programme: str, staff: Collection[str]) -> pd.DataFrame:
    """The manufacturer's responses on these people; the whole counts only where no item is asked."""
    rows = responses[
        (responses["source"] == "oem")
        & (responses["programme"] == programme)
        & responses["staff"].isin(list(staff))
    ]
    items = rows[rows["item_code"] != TOTAL]
    return items if len(items) else rows


def _summed_means(rows: pd.DataFrame) -> pd.DataFrame:
    by_item = rows.groupby(["staff", "place", "item_code"])["score"].mean()
    found = by_item.groupby(level=["staff", "place"]).sum().round(9).rename("score").to_frame()
    found["size"] = rows.groupby(["staff", "place"])["response_id"].nunique()
    return found.reset_index()


def highest_score(responses: pd.DataFrame, *, programme: str) -> float:
    """The most points a programme can give: the sum of its items' highest scores; NaN where one is unknown.

    The items are those of the last year with the manufacturer's responses.
    """
    rows = responses[(responses["source"] == "oem") & (responses["programme"] == programme)]
    year = rows["survey_date"].dt.year
    rows = rows[(year == year.max()) & (rows["item_code"] != TOTAL)]
    highest = rows.groupby("item_code")["max_score"].max()
    return float(highest.sum(skipna=False)) if len(highest) else np.nan


def weekly_staff_scores(checks: pd.DataFrame, *, staff: Collection[str]) -> pd.DataFrame:
    """The share of items that each person passed in each ISO week.

    Parameters
    ----------
    checks : DataFrame
        Sound process checks, a clean table.
    staff : collection of str
        Whom to give.

    Returns
    -------
    DataFrame
        One row a person and week with items checked: ``staff``, ``place`` (weeks since 1970),
        ``score`` [fraction 0-1], ``size`` [items].
    """
    rows = checks[checks["staff"].isin(list(staff))]
    rows = rows.assign(place=week_numbers(rows["check_date"]))
    sums = rows.groupby(["staff", "place"])[["items_passed", "items_checked"]].sum().astype(float)
    sums = sums[sums["items_checked"] > 0]
    score = (sums["items_passed"] / sums["items_checked"]).round(9)
    return pd.DataFrame({"score": score, "size": sums["items_checked"]}).reset_index()
