"""The store's own calls beside the manufacturer's survey: how much kinder, and do they tell the same?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import scipy

from csanalysis.metrics.periods import month_labels
from csanalysis.metrics.results import tidy
from csanalysis.metrics.surveys.survey_items import TOTAL, welch_half_width

SOURCES = ("internal", "oem")


def response_totals(responses: pd.DataFrame, *, by: Sequence[str] = ()) -> pd.DataFrame:
    """The points of each response over all items.

    Parameters
    ----------
    responses : DataFrame
        Sound survey responses, a clean table. Items that not both sources ask, and responses that
        leave an item out, are not used: their sums would not compare.
    by : sequence of str
        Columns that split the points, too, such as whose work was judged; an answer without an entry in one
        is left out.

    Returns
    -------
    DataFrame
        One row a response (and group): ``programme``, ``source``, ``survey_date``, ``total`` [points].
    """
    split = [*dict.fromkeys(["programme", "source", *by])]
    items = _comparable(responses).dropna(subset=[*by])
    totals = items.groupby([*split, "response_id"], as_index=False, observed=True).agg(
        survey_date=("survey_date", "first"), total=("score", "sum")
    )
    return totals[[*split, "survey_date", "total"]]


def internal_score(totals: pd.DataFrame, *, by: Sequence[str] = ()) -> pd.DataFrame:
    """Mean points of the store's own survey.

    Parameters
    ----------
    totals : DataFrame
        What :func:`response_totals` returns, of the same ``by``.
    by : sequence of str
        Columns that split it.

    Returns
    -------
    DataFrame
        One row a month, then year, and ``programme`` (and group): ``denominator`` [responses], ``value``
        [points], ``low``, ``high`` (Student's 95 %).
    """
    own = totals[totals["source"] == "internal"]
    split = [*dict.fromkeys(["programme", *by])]
    rows = []
    for labels in (month_labels(own["survey_date"]), own["survey_date"].dt.year.astype(str)):
        found = _described(own, [labels.rename("period"), *(own[name] for name in split)])
        half = (
            scipy.stats.t.ppf(0.975, found["size"].where(found["size"] >= 3) - 1)
            * found["std"]
            / np.sqrt(found["size"])
        )
        rows.append(
            tidy(
                found["period"],
                value=found["mean"],
                denominator=found["size"],
                low=found["mean"] - half,
                high=found["mean"] + half,
                **{name: found[name] for name in split},
            )
        )
    return pd.concat(rows, ignore_index=True)


def score_between(
    responses: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp, *, period: str
) -> pd.DataFrame:
    """What both surveys gave in any stretch of days, such as a week.

    Parameters
    ----------
    responses : DataFrame
        Sound survey responses, a clean table.
    first, last : Timestamp
        First and last day.
    period : str
        What the stretch is called.

    Returns
    -------
    DataFrame
        One row a ``programme`` and ``source`` with responses: ``denominator`` [responses],
        ``value`` [points: sum over the items of their mean].
    """
    rows = responses[responses["survey_date"].between(first, last) & (responses["item_code"] != TOTAL)]
    by = ["programme", "source"]
    value = rows.groupby([*by, "item_code"])["score"].mean().groupby(level=by).sum()
    size = rows.groupby(by)["response_id"].nunique()
    keys = value.index.to_frame(index=False)
    return tidy(
        [period] * len(value),
        value=value.to_numpy(),
        denominator=size.to_numpy(),
        **{name: keys[name] for name in by},
    )


def internal_oem_gap(totals: pd.DataFrame) -> pd.DataFrame:
    """How much kinder the store's own survey is than the manufacturer's.

    Parameters are those of :func:`internal_score`.

    Returns
    -------
    DataFrame
        One row a year and ``programme`` with both: ``value`` [points, positive where kinder],
        ``low``, ``high`` (Welch's 95 %).
    """
    found = _described(totals, [totals["survey_date"].dt.year.astype(str).rename("period"), *_by(totals)])
    own, oem = (found[found["source"] == source].set_index(["period", "programme"]) for source in SOURCES)
    both = own.index.intersection(oem.index).sort_values()
    own, oem = own.loc[both], oem.loc[both]
    gap = own["mean"] - oem["mean"]
    half = welch_half_width(own["std"], own["size"], oem["std"], oem["size"])
    return tidy(
        both.get_level_values("period"),
        value=gap,
        low=gap - half,
        high=gap + half,
        programme=both.get_level_values("programme"),
    )


def internal_oem_correlation(
    responses: pd.DataFrame, totals: pd.DataFrame, *, as_of: pd.Timestamp, years: int = 3
) -> pd.DataFrame:
    """Whether the store's own survey moves with the manufacturer's.

    Parameters
    ----------
    responses : DataFrame
        Sound survey responses, a clean table.
    totals : DataFrame
        What :func:`response_totals` returns of them.
    as_of : Timestamp
        Last day counted.
    years : int
        So many calendar years up to that of ``as_of``.

    Returns
    -------
    DataFrame
        One row a span of years, ``programme`` and ``over``: ``months`` (is a good month of the one survey
        a good month of the other?) or ``items`` (do both rank the items alike, each as a share of
        its highest score?). ``denominator`` [months or items], ``value`` [Pearson's r], ``low``,
        ``high`` (95 % by Fisher's z). NaN with fewer than four. Higher means that the own survey
        foretells more.
    """
    first = as_of.year - years + 1
    totals = totals[totals["survey_date"].dt.year >= first]
    items = responses[(responses["survey_date"].dt.year >= first) & (responses["item_code"] != TOTAL)]
    highest = items.groupby(["programme", "item_code"])[["max_score", "score"]].transform("max")
    items = items.assign(share=items["score"] / highest["max_score"].fillna(highest["score"]))
    pairs = {
        "months": totals.groupby([*_by(totals), month_labels(totals["survey_date"])])["total"].mean(),
        "items": items.groupby([*_by(items), items["item_code"]])["share"].mean(),
    }
    rows = []
    since = responses.groupby("programme")["survey_date"].min().dt.year.clip(lower=first)
    for over, means in pairs.items():
        for programme, of_programme in means.groupby(level="programme"):
            sides = of_programme.unstack("source").reindex(columns=list(SOURCES)).dropna()
            span = f"{since[programme]}/{as_of.year}"
            rows.append((span, str(programme), over, len(sides), *_correlation(sides)))
    frame = pd.DataFrame(rows, columns=["period", "programme", "over", "denominator", "value", "low", "high"])
    return tidy(frame.pop("period"), **{str(name): column for name, column in frame.items()})


def _comparable(responses: pd.DataFrame) -> pd.DataFrame:
    """The answers to items that both sources ask, of responses that answer them all."""
    items = responses[responses["item_code"] != TOTAL]
    asked = items.groupby(["programme", "item_code"])["source"].nunique()
    common = asked[asked == len(SOURCES)].index
    items = items[pd.MultiIndex.from_frame(items[["programme", "item_code"]]).isin(common)]
    answered = items.groupby(["programme", "source", "response_id"])["score"].transform("size")
    wanted = items["programme"].map(common.get_level_values("programme").value_counts())
    return items[answered == wanted]


def _by(frame: pd.DataFrame) -> list[pd.Series]:
    return [frame["programme"], frame["source"]]


def _described(totals: pd.DataFrame, by: list[pd.Series]) -> pd.DataFrame:
    return totals.groupby(by, observed=True)["total"].agg(["size", "mean", "std"]).reset_index()


def _correlation(sides: pd.DataFrame) -> tuple[float, float, float]:
    if len(sides) < 4 or (sides.std() < 1e-12).any():
        return np.nan, np.nan, np.nan
    found = scipy.stats.pearsonr(sides["internal"], sides["oem"])
    low, high = found.confidence_interval(0.95)
    return float(found.statistic), float(low), float(high)
