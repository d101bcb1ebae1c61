"""What is odd in the survey tables, so that the reader knows how far to trust which number."""

import pandas as pd

from csanalysis.metrics.periods import month_labels
from csanalysis.metrics.remembered import remembered
from csanalysis.metrics.results import tidy
from csanalysis.metrics.surveys.programmes import impossible_ranks
from csanalysis.metrics.surveys.survey_items import ITEM, TOTAL, manufacturer_responses, valid_responses

HALF = 0.5
FEWEST_PEOPLE = 3
"""With two people in a programme one of them always has half of the responses."""


@remembered
def renamed_items(responses: pd.DataFrame) -> pd.DataFrame:
    """Items whose name differs from the year before: they may ask another thing.

    Parameters
    ----------
    responses : DataFrame
        Survey responses, a clean table; those without ``item_name`` say nothing.

    Returns
    -------
    DataFrame
        ``programme``, ``item_code``, ``year``, ``before``, ``name``: the last name of each of the two years.
    """
    rows = responses.dropna(subset="item_name")
    year = rows["survey_date"].dt.year.rename("year")
    names = rows["item_name"].groupby([rows["programme"], rows["item_code"], year]).last()
    last = names.str.strip().rename("name").reset_index()
    before = last.groupby(ITEM)["name"].shift()
    return last.assign(before=before)[before.notna() & (before != last["name"])].reset_index(drop=True)


def item_names(responses: pd.DataFrame) -> dict[str, dict[str, str]]:
    """The latest name of each item, by programme and item code."""
    rows = responses.dropna(subset="item_name").sort_values("survey_date", kind="stable")
    latest = rows.drop_duplicates(ITEM, keep="last")
    names: dict[str, dict[str, str]] = {}
    for programme, code, name in zip(
        latest["programme"], latest["item_code"], latest["item_name"], strict=True
    ):
        names.setdefault(programme, {})[code] = name.strip()
    return names


def one_person_months(responses: pd.DataFrame) -> pd.DataFrame:
    """Months in which one person's customers gave at least half of a programme's responses.

    Parameters
    ----------
    responses : DataFrame
        Survey responses, a clean table; the manufacturer's that name ``staff`` are used, of
        programmes and years with three people or more.

    Returns
    -------
    DataFrame
        ``programme``, ``month`` (``2025-03``), ``staff``, ``share`` [fraction 0-1].
    """
    own = responses[responses["source"] == "oem"].dropna(subset="staff").drop_duplicates("response_id")
    year = own["survey_date"].dt.year
    people = own.groupby([own["programme"], year])["staff"].transform("nunique")
    own = own[people >= FEWEST_PEOPLE].assign(month=month_labels(own["survey_date"]))
    counts = own.groupby(["programme", "month", "staff"]).size()
    share = (
        (counts / counts.groupby(level=["programme", "month"]).transform("sum")).rename("share").reset_index()
    )
    return share[share["share"] >= HALF].reset_index(drop=True)


def satisfaction_warnings(
    responses: pd.DataFrame, benchmarks: pd.DataFrame, *, as_of: pd.Timestamp
) -> list[pd.DataFrame]:
    """How much of each oddity there is, and where.

    Parameters
    ----------
    responses, benchmarks : DataFrame
        Survey responses and benchmarks, clean tables, nothing left out.
    as_of : Timestamp
        Last day counted.

    Returns
    -------
    list of DataFrame
        One row a ``warning`` and ``programme`` that has any: ``value`` [rows, items or months].
        Then the same by ``item_code``, at ``as_of``, or by month, as far as the oddity is one of
        items or of months.

    Notes
    -----
    ``score_over_max``: answers over their highest score, left out of every mean. ``item_renamed``: items that
    changed their name, not compared over the change. ``rank_beyond_stores``: months whose rank exceeds the
    number of stores, left out. ``total_only``: programmes (1) without items. ``one_person_half``: months in
    which one person has half of the responses. ``no_benchmark``: items that the region's bulletin lacks
    throughout, never called weak.
    """
    listed = pd.concat([benchmarks[ITEM], manufacturer_responses(responses)[ITEM]]).drop_duplicates()
    has_items = set(listed.loc[listed["item_code"] != TOTAL, "programme"])
    programmes = pd.concat([benchmarks["programme"], responses["programme"]]).drop_duplicates()
    known = pd.MultiIndex.from_frame(benchmarks.loc[benchmarks["regional_mean"].notna(), ITEM])
    asked = manufacturer_responses(responses)[ITEM].drop_duplicates()
    beyond = benchmarks[impossible_ranks(benchmarks)]
    found = {
        "score_over_max": responses.drop(valid_responses(responses).index)[ITEM],
        "item_renamed": renamed_items(responses)[ITEM].drop_duplicates(),
        "no_benchmark": asked[~pd.MultiIndex.from_frame(asked).isin(known)],
        "rank_beyond_stores": beyond[["programme"]].assign(period=month_labels(beyond["month"])),
        "one_person_half": one_person_months(responses)[["programme", "month"]].set_axis(
            ["programme", "period"], axis=1
        ),
        "total_only": programmes[~programmes.isin(list(has_items))].to_frame(),
    }
    rows = pd.concat([frame.assign(warning=warning) for warning, frame in found.items()], ignore_index=True)
    rows = rows.reindex(columns=["warning", "programme", "item_code", "period"])
    day = str(as_of.date())
    return [
        _counted(rows.assign(period=day), ["warning", "programme"]),
        _counted(rows.dropna(subset="item_code").assign(period=day), ["warning", "programme", "item_code"]),
        _counted(rows.dropna(subset="period"), ["warning", "programme"]),
    ]


def _counted(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    counts = rows.groupby(["period", *by], sort=False).size().rename("value").reset_index()
    return tidy(counts["period"], value=counts["value"], **{name: counts[name] for name in by})
