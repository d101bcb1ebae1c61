"""A metric by any column: the way the report splits it, for columns that the report does not ask for."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

import pandas as pd

from csanalysis.catalogue import METRICS
from csanalysis.catalogue.reading import read_yaml
from csanalysis.chapters.everything import CHAPTERS
from csanalysis.desk.frames import PERSONAL
from csanalysis.desk.names import SPLIT, SplitError, unknown
from csanalysis.messages import Message, joined
from csanalysis.params import Params

FEWEST = 30
"""A group of fewer cases is marked as small: of so few a rate says little."""

MOST_VALUES = 100
"""A column of more values tells cases one by one, not groups."""

MOST_COLUMNS = 2

SOMEBODY = PERSONAL | {"customer_id", "referrer_id"}
"""Columns that tell who somebody is."""


class Countable(Protocol):
    """What a metric counts: :class:`csanalysis.metrics.stats.cases.Cases`, or the like of vehicles."""

    @property
    def always(self) -> tuple[str, ...]:
        """What its frames are split by whatever is asked."""

    def by(self, *names: str) -> pd.DataFrame:
        """The metric's frame by some columns."""

    def column(self, name: str) -> pd.Series:
        """A column as it stands in its table."""

    @property
    def columns(self) -> list[str]:
        """Every column that it can be split by."""


def countables(params: Params, tables: Mapping[str, pd.DataFrame]) -> dict[str, Countable]:
    """By metric what it counts, of every metric that is counted case by case."""
    found: dict[str, Countable] = {}
    for chapter in CHAPTERS:
        if hasattr(chapter, "cases"):
            found |= chapter.cases(params, tables)
    return found


def split_frame(cases: Countable, columns: Sequence[str]) -> pd.DataFrame:
    """The metric by these columns, with ``small``: whether a group has fewer than :data:`FEWEST` cases.

    It is missing where the number has no denominator, such as a plain count or a mean of months.

    Raises
    ------
    UnknownNameError
        There is no such column; the nearest is named.
    SplitError
        It can be split by no such column, and why.
    """
    if len(columns) > MOST_COLUMNS:
        raise SplitError(Message("a metric is split by one or two columns", "指标一次最多按两列拆分"))
    for column in columns:
        if column not in cases.always:
            _refuse(cases, column)
    frame = cases.by(*columns)
    cases_of = frame["denominator"].astype("Float64")
    return frame.assign(small=cases_of < FEWEST)


def public_columns(cases: Countable) -> list[str]:
    """The columns that a metric can be split by: those that tell groups, and not who somebody is."""
    return [
        column
        for column in cases.columns
        if column not in SOMEBODY and cases.column(column).nunique() in range(2, MOST_VALUES + 1)
    ]


def _refuse(cases: Countable, column: str) -> None:
    if column in SOMEBODY:
        line = (
            "{column} tells who somebody is; split by what many share",
            "“{column}”能认出个人，请按多人共有的列拆分",
        )
        raise SplitError(Message(*line, column=column))
    if column not in cases.columns:
        raise unknown(SPLIT, column, public_columns(cases))
    if (values := cases.column(column).nunique()) > MOST_VALUES:
        line = (
            "{column} has {values:,} different values, which are no groups; add a column of bands: "
            "store.with_column(…)",
            "“{column}”有 {values:,} 个不同的值，不成组；请先加一列分段：store.with_column(…)",
        )
        raise SplitError(Message(*line, column=column, values=values))


def not_countable(metric: str, splits: Sequence[str], tables: Collection[str]) -> SplitError:
    """Why a metric has no other splits than the report's, in a store that has these tables."""
    said = {"metric": metric, "why": _why(metric, tables)}
    if not splits:
        return SplitError(Message("{metric} {why}", "{metric} {why}", **said))
    line = "{metric} {why}; it has these splits: {splits}", "{metric} {why}；只有这些拆分：{splits}"
    return SplitError(Message(*line, **said, splits="; ".join(splits)))


def _why(metric: str, tables: Collection[str]) -> Message:
    if metric in (unsplit := why_unsplit()):
        return unsplit[metric]
    if metric not in METRICS.standard:
        return Message("is a notebook's own number", "是自有 notebook 的数")
    if missing := [table for table in METRICS[metric].tables if table not in tables]:
        needed = joined(missing)
        return Message("needs {tables}, which this store has not", "需要 {tables}，本店没有", tables=needed)
    return Message("has no case in this store to be counted", "在本店没有可计的个案")


@cache
def why_unsplit() -> dict[str, Message]:
    """By metric why it is not counted case by case; any other is."""
    reasons = read_yaml(Path(__file__).with_name("unsplit.yml"))
    return {name: Message(each["en"], each["zh"]) for each in reasons.values() for name in each["metrics"]}
