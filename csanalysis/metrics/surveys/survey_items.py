"""Survey items: the store's own scores beside the region's, by month and by year.

The frames of :func:`item_months` and :func:`item_years` are what every metric on items is made from.
"""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
import scipy

from csanalysis.metrics.periods import month_label, month_numbers, months_between, years_between
from csanalysis.metrics.remembered import remembered
from csanalysis.metrics.results import tidy

TOTAL = "total"
"""The item code of a programme as a whole."""

ITEM = ["programme", "item_code"]

_SAME = 1e-9
"""Scores nearer than this are equal: a mean of decimals is not exact in binary."""


def valid_responses(responses: pd.DataFrame) -> pd.DataFrame:
    """The survey responses without those whose score exceeds ``max_score``: nobody can have meant them."""
    return responses[~(responses["score"] > responses["max_score"])]


def item_months(responses: pd.DataFrame, benchmarks: pd.DataFrame) -> pd.DataFrame:
    """Each item and month with anything known of it.

    Parameters
    ----------
    responses : DataFrame
        Sound survey responses, a clean table; the manufacturer's (``source`` oem) are used.
    benchmarks : DataFrame
        Survey benchmarks, a clean table.

    Returns
    -------
    DataFrame
        Indexed by ``programme``, ``item_code``, ``month`` (months since 1970), without the whole programme's
        rows: ``responses``, ``sum``, ``mean``, ``deviation`` of the own responses, ``own_score`` and
        ``regional_mean`` as published, and ``score``, the own mean, else the published one.
    """
    published = benchmarks[benchmarks["item_code"] != TOTAL]
    published = published.set_index(
        [published["programme"], published["item_code"], _months(published["month"])]
    )
    own = manufacturer_responses(responses)
    months = _answered(own, [own["programme"], own["item_code"], _months(own["survey_date"])])
    months = months.join(published[["own_score", "regional_mean"]], how="outer")
    return _scored(months)


def item_years(responses: pd.DataFrame, months: pd.DataFrame) -> pd.DataFrame:
    """Each item and year with anything known of it.

    Parameters
    ----------
    responses : DataFrame
        Sound survey responses, a clean table.
    months : DataFrame
        What :func:`item_months` returns of them.

    Returns
    -------
    DataFrame
        Indexed by ``programme``, ``item_code``, ``year``, with the columns of the months.
        ``own_score`` is the mean of the year's months; ``regional_mean`` weighs the months by the
        own responses, equally where there are none.
    """
    own = manufacturer_responses(responses)
    years = _answered(own, [own["programme"], own["item_code"], own["survey_date"].dt.year.rename("year")])
    published = months.reset_index()
    published["year"] = published["month"] // 12 + 1970
    weight = published["responses"].where(published["regional_mean"].notna())
    published["weight"], published["weighted"] = weight, weight * published["regional_mean"]
    of_year = published.groupby([*ITEM, "year"]).agg(
        own_score=("own_score", "mean"),
        plain=("regional_mean", "mean"),
        weight=("weight", "sum"),
        weighted=("weighted", "sum"),
    )
    weighed = of_year["weighted"].where(of_year["weight"] > 0) / of_year["weight"]
    of_year["regional_mean"] = weighed.fillna(of_year["plain"])
    return _scored(years.join(of_year[["own_score", "regional_mean"]], how="outer"))


def item_score(months: pd.DataFrame, years: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """The store's own score of each item.

    Parameters
    ----------
    months, years : DataFrame
        What :func:`item_months` and :func:`item_years` return.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    DataFrame
        One row an item (``programme``, ``item_code``) and month, then year, from the first month known:
        ``numerator`` [points], ``denominator`` [responses], ``value`` [points], ``low``, ``high`` (Student's
        95 %). The published score, without the two and the interval, where there are no responses; NaN where
        there is neither. Higher is better.

    Notes
    -----
    Source: 《2011年客服关系年度工作规划》.
    """
    frames = [_over_time(_own_score, frame, as_of, months) for frame in (months, years)]
    return pd.concat(frames, ignore_index=True)


def item_regional_mean(months: pd.DataFrame, years: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """The region's score of each item, a year weighing its months by the own responses.

    Parameters and rows are those of :func:`item_score`; ``value`` [points], NaN where none was published.
    """
    frames = [_over_time(_regional_mean, frame, as_of, months) for frame in (months, years)]
    return pd.concat(frames, ignore_index=True)


def item_gap(years: pd.DataFrame) -> pd.DataFrame:
    """How far each item lies above the region in a year.

    Parameters
    ----------
    years : DataFrame
        What :func:`item_years` returns.

    Returns
    -------
    DataFrame
        One row an item and year: ``value`` [points, negative where behind], ``low``, ``high``
        (Student's 95 % of the own responses; the region counts as known). NaN without own score or
        region. Higher is better.

    Notes
    -----
    item_score - mean of the regional means, the months weighted by own responses.
    Source: 《2011年客服关系年度工作规划》.
    """
    low, high = _interval(years)
    region = years["regional_mean"]
    return _rows(years, "year", value=score_gap(years), low=low - region, high=high - region)


def item_gap_change(years: pd.DataFrame, *, renamed: Iterable[tuple[str, str, int]] = ()) -> pd.DataFrame:
    """How an item's distance to the region moved from the year before.

    Parameters
    ----------
    years : DataFrame
        What :func:`item_years` returns.
    renamed : iterable of (programme, item_code, year)
        Items whose name differs from the year before: they may ask another thing and are not compared.

    Returns
    -------
    DataFrame
        One row an item and year: ``value`` [points, positive where it gained on the region],
        ``low``, ``high`` (Welch's 95 %). NaN where either year has no gap. Higher is better.
    """
    keys = years.index.to_frame(index=False)
    before = years.set_axis(pd.MultiIndex.from_frame(keys.assign(year=keys["year"] + 1))).reindex(years.index)
    before = before.loc[~before.index.isin(list(renamed))].reindex(years.index)
    change = score_gap(years) - score_gap(before)
    half = welch_half_width(
        *(frame[name] for frame in (years, before) for name in ("deviation", "responses"))
    )
    return _rows(years, "year", value=change, low=change - half, high=change + half)


def item_score_between(
    responses: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp, *, period: str
) -> pd.DataFrame:
    """The own score of each item in any stretch of days, such as a week.

    Parameters
    ----------
    responses : DataFrame
        Sound survey responses, a clean table; the manufacturer's are used.
    first, last : Timestamp
        First and last day.
    period : str
        What the stretch is called.

    Returns
    -------
    DataFrame
        One row an item with responses: the numbers of :func:`item_score`.
    """
    own = manufacturer_responses(responses)
    own = own[own["survey_date"].between(first, last)]
    found = _answered(own, [own["programme"], own["item_code"]])
    keys = found.index.to_frame(index=False)
    return tidy(
        [period] * len(found),
        **{name: column.to_numpy() for name, column in _own_score(found.assign(score=found["mean"])).items()},
        **{name: keys[name] for name in ITEM},
    )


def score_gap(frame: pd.DataFrame) -> pd.Series:
    """Own score less regional mean [points], exactly 0 where they are equal but for binary rounding."""
    gap = frame["score"] - frame["regional_mean"]
    return gap.where(gap.abs() > _SAME, gap * 0)


def welch_half_width(
    deviation: pd.Series, size: pd.Series, other_deviation: pd.Series, other_size: pd.Series
) -> pd.Series:
    """Half the 95 % interval of the difference of two means; NaN where either has fewer than three values.

    Source: B. L. Welch (1947), The generalization of 'Student's' problem, Biometrika 34.
    """
    own, other = deviation**2 / size.where(size >= 3), other_deviation**2 / other_size.where(other_size >= 3)
    variance = own + other
    spread = own**2 / (size - 1) + other**2 / (other_size - 1)
    freedom = (variance**2 / spread.where(spread > 0)).fillna(np.inf)
    half: pd.Series = scipy.stats.t.ppf(0.975, freedom) * np.sqrt(variance)
    return half


@remembered
def manufacturer_responses(responses: pd.DataFrame) -> pd.DataFrame:
    """The manufacturer's responses to single items."""
    return responses[(responses["source"] == "oem") & (responses["item_code"] != TOTAL)]


def _months(dates: pd.Series) -> pd.Series:
    return pd.Series(month_numbers(dates), index=dates.index, name="month")


def _answered(own: pd.DataFrame, by: list[pd.Series]) -> pd.DataFrame:
    return own.groupby(by).agg(
        responses=("score", "size"), sum=("score", "sum"), mean=("score", "mean"), deviation=("score", "std")
    )


def _scored(frame: pd.DataFrame) -> pd.DataFrame:
    frame["responses"] = frame["responses"].fillna(0)
    return frame.assign(score=frame["mean"].fillna(frame["own_score"]))


def _interval(frame: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    size = frame["responses"].where(frame["responses"] >= 3)
    half = scipy.stats.t.ppf(0.975, size - 1) * frame["deviation"] / np.sqrt(size)
    return frame["mean"] - half, frame["mean"] + half


def _own_score(frame: pd.DataFrame) -> dict[str, pd.Series]:
    low, high = _interval(frame)
    answered = frame["responses"].where(frame["responses"] > 0)
    return {
        "numerator": frame["sum"],
        "denominator": answered,
        "value": frame["score"],
        "low": low,
        "high": high,
    }


def _regional_mean(frame: pd.DataFrame) -> dict[str, pd.Series]:
    return {"value": frame["regional_mean"]}


def _over_time(
    numbers: Callable[[pd.DataFrame], dict[str, pd.Series]],
    frame: pd.DataFrame,
    as_of: pd.Timestamp,
    months: pd.DataFrame,
) -> pd.DataFrame:
    """The frame's numbers with a row for every item and month (or year) from the first known to ``as_of``."""
    if months.empty:
        return tidy([], programme=[], item_code=[])
    first = pd.Timestamp(month_label(int(months.index.get_level_values("month").min())))
    kind = str(frame.index.names[2])
    span = (months_between if kind == "month" else years_between)(first, as_of)
    known = _rows(frame, kind, **numbers(frame))
    items = known[ITEM].drop_duplicates()
    return items.merge(pd.DataFrame({"period": span}), how="cross").merge(
        known, how="left", on=[*ITEM, "period"]
    )


def _rows(frame: pd.DataFrame, kind: str, **numbers: pd.Series) -> pd.DataFrame:
    keys = frame.index.to_frame(index=False)
    label = month_label if kind == "month" else str
    return tidy(
        keys[kind].map(label),
        **{name: column.to_numpy() for name, column in numbers.items()},
        **{name: keys[name] for name in ITEM},
    )
