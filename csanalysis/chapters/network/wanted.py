"""Which numbers the network report needs of each store: some hundred of the tens of thousands it has."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from csanalysis.metrics.results import NUMBERS

YEAR, MONTH, SPAN = len("2025"), len("2025-12"), len("2023/2025")


@dataclass(frozen=True)
class Wanted:
    """A metric of just this split, of periods that begin so and are at most so long."""

    metric: str
    group: Mapping[str, str] = field(default_factory=dict)
    begins: str = ""
    longest: int = YEAR

    @property
    def text(self) -> str:
        """The split as ``metrics.parquet`` writes it."""
        return json.dumps(dict(self.group), ensure_ascii=False, sort_keys=True)

    @property
    def name(self) -> str:
        """``contact_coverage_rate/post_sale``."""
        return "/".join([self.metric, *self.group.values()])


class Numbers:
    """Numbers of many stores: ``dealership``, ``metric``, ``period``, ``group`` and five numbers a row."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._of = {
            (str(metric), str(group)): rows.reset_index(drop=True)
            for (metric, group), rows in frame.groupby(["metric", "group"], sort=False, observed=True)
        }
        self._none = frame.iloc[:0]

    def select(self, metric: str, *, longest: int = YEAR, **group: str) -> pd.DataFrame:
        """``period``, ``dealership`` and the five numbers of one metric and split."""
        rows = self._of.get((metric, Wanted(metric, group).text), self._none)
        rows = rows[rows["period"].str.len() <= longest]
        return rows[["period", "dealership", *NUMBERS]].reset_index(drop=True)

    def latest(self, wanted: Wanted) -> pd.DataFrame:
        """Of each store the row of its last span of years, else of its last year."""
        rows = self.select(wanted.metric, longest=wanted.longest, **wanted.group)
        spans = rows["period"].str.len() == SPAN
        rows = rows[spans] if spans.any() else rows
        return rows.sort_values("period", kind="stable").drop_duplicates("dealership", keep="last")
