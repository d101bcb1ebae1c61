"""What the chapter's scores are made from, so that they can be split by any column."""

from collections.abc import Callable, Mapping
from functools import partial

import pandas as pd

from csanalysis.chapters.satisfaction.measure import surveys
from csanalysis.metrics.periods import month_labels
from csanalysis.metrics.stats.cases import Cases, Count, each_alone
from csanalysis.metrics.surveys.internal_survey import internal_score, response_totals
from csanalysis.metrics.surveys.programmes import programme_months, programme_series
from csanalysis.metrics.surveys.rectification import rectification_actions
from csanalysis.metrics.surveys.survey_items import (
    ITEM,
    item_months,
    item_score,
    item_years,
    manufacturer_responses,
)
from csanalysis.params import Params

Tables = Mapping[str, pd.DataFrame]
Score = Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]


def cases(params: Params, tables: Tables) -> dict[str, Cases]:
    """By metric what it is made from: answers to single items, and actions to mend what was weak.

    Split, the scores are those of the responses alone: what is published is of the store as a whole.
    """
    as_of, acted = pd.Timestamp(params.as_of), {}
    if (actions := tables.get("actions")) is not None:
        count = each_alone(partial(rectification_actions, as_of=as_of))
        of_actions = Cases(actions, count, "actions", "start_date", tables, ("progress",))
        acted["rectification_actions"] = of_actions
    if "survey_responses" not in tables:
        return acted
    found = surveys(tables)
    asked, published = manufacturer_responses(found.responses), found.benchmarks
    of_items = partial(_split, score=partial(_of_items, as_of=as_of), published=published)
    of_whole = partial(_split, score=partial(_of_programmes, as_of=as_of), published=published)
    counts: dict[str, tuple[pd.DataFrame, Count, tuple[str, ...]]] = {
        "item_score": (asked, of_items, tuple(ITEM)),
        "programme_score": (asked, of_whole, ("programme",)),
        "internal_score": (found.responses, _internal, ("programme",)),
    }
    return acted | {
        name: Cases(rows, count, "survey_responses", "survey_date", tables, always)
        for name, (rows, count, always) in counts.items()
    }


def _internal(rows: pd.DataFrame, *, by: tuple[str, ...]) -> pd.DataFrame:
    return internal_score(response_totals(rows, by=by), by=by)


def _split(rows: pd.DataFrame, *, by: tuple[str, ...], score: Score, published: pd.DataFrame) -> pd.DataFrame:
    """The scores of all responses and of what was published; or of each group's responses alone."""
    if not by:
        return score(rows, published)
    frames = [
        score(of, published[:0]).assign(**dict(zip(by, map(str, group), strict=True)))
        for group, of in rows.dropna(subset=[*by]).groupby([*by], observed=True)
    ]
    frame = pd.concat(frames or [score(rows[:0], published[:0]).reindex(columns=["period", *by, "value"])])
    rest = [name for name in frame if name not in ("period", *by)]
    return frame[["period", *by, *rest]].reset_index(drop=True)


def _of_items(rows: pd.DataFrame, published: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    months = item_months(rows, published)
    return item_score(months, item_years(rows, months), as_of=as_of)


def _of_programmes(rows: pd.DataFrame, published: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Of responses alone with how many there were."""
    months = programme_months(published, item_months(rows, published))
    scores = programme_series(months, "programme_score", as_of=as_of)
    if len(published):
        return scores
    days = rows["survey_date"]
    sizes = pd.concat(
        rows.groupby([rows["programme"], labels.rename("period")])["response_id"].nunique()
        for labels in (month_labels(days), days.dt.year.astype("str"))
    )
    wanted = pd.MultiIndex.from_frame(scores[["programme", "period"]])
    return scores.assign(denominator=sizes.reindex(wanted).to_numpy(float))
