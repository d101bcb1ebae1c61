"""Counts and sums by month, year and split of rows whose labels are numbered once, in one pass each."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.periods import PeriodKind, month_number, month_numbers, months_between

Sums = NDArray[np.float64]


@dataclass(frozen=True)
class Timeline:
    """The months and years reported, and in which of the months each row falls (-1: in none)."""

    months: list[str]
    place: NDArray[np.int64]

    @classmethod
    def spanning(cls, dates: pd.Series, *, since: pd.Timestamp, as_of: pd.Timestamp) -> Self:
        """From the month of ``since`` to that of ``as_of``; none where ``since`` is NaT or later."""
        if pd.isna(since) or since > as_of:
            return cls([], np.full(len(dates), -1))
        months = months_between(since, as_of)
        place = month_numbers(dates) - month_number(since)
        return cls(months, np.where((place >= 0) & (place < len(months)), place, -1))

    @property
    def years(self) -> list[str]:
        """The years that these months belong to."""
        return list(dict.fromkeys(month[:4] for month in self.months))

    @property
    def year_of_row(self) -> NDArray[np.int64]:
        """Which of the years each row falls in, -1 for none."""
        of_month = np.array([self.years.index(month[:4]) for month in self.months] + [-1])
        return of_month[self.place]

    def periods(self, kind: PeriodKind | None = None) -> list[str]:
        """Labels of the columns of :meth:`sums`."""
        return [*(self.months if kind != "year" else []), *(self.years if kind != "month" else [])]

    def sums(
        self, split: "Split", weights: NDArray[np.float64] | None = None, *, kind: PeriodKind | None = None
    ) -> Sums:
        """Rows, or their weights, by split and period: one row a group, one column a period.

        A year holds what its reported months hold.
        """
        width = len(self.months)
        rows = (self.place >= 0) & (split.code >= 0)
        place = split.code * width + self.place
        if not rows.all():
            place, weights = place[rows], None if weights is None else weights[rows]
        size = len(split) * width
        by_month = np.bincount(place, weights, minlength=size)[:size].reshape(len(split), width).astype(float)
        starts = [self.months.index(next(m for m in self.months if m[:4] == year)) for year in self.years]
        by_year = np.add.reduceat(by_month, starts, axis=1) if width else by_month
        return {"month": by_month, "year": by_year}[kind] if kind else np.hstack([by_month, by_year])


@dataclass(frozen=True)
class Split:
    """Groups of rows: the number of each row's group (-1: in none), and each group's label by split."""

    code: NDArray[np.int64]
    groups: dict[str, list[str]]
    size: int

    def __len__(self) -> int:
        return self.size

    def labels(self, periods: int) -> dict[str, list[str]]:
        """The group columns of a metric frame that has so many periods a group, group by group."""
        return {
            name: [label for label in labels for _ in range(periods)] for name, labels in self.groups.items()
        }

    def within(self, rows: NDArray[np.bool_]) -> "Split":
        """The same groups of some of the rows."""
        return Split(self.code[rows], self.groups, self.size)


def split_by(cases: pd.DataFrame, *names: str) -> Split:
    """Groups by the combinations of some categorical columns that occur; without columns, one of all rows.

    A row with any of them missing is in no group.
    """
    code = np.zeros(len(cases), dtype="int64")
    missing = np.zeros(len(cases), dtype=bool)
    sizes = []
    for name in names:
        codes = cases[name].cat.codes.to_numpy().astype("int64")
        sizes.append(max(len(cases[name].cat.categories), 1))
        missing |= codes < 0
        code = code * sizes[-1] + codes
    code[missing] = -1
    if not names:
        return Split(code, {}, 1)
    seen = np.flatnonzero(np.bincount(code[~missing], minlength=int(np.prod(sizes))))
    number = np.full(int(np.prod(sizes)) + 1, -1)
    number[seen] = np.arange(len(seen))
    places = np.unravel_index(seen, sizes)
    groups = {
        name: [str(label) for label in cases[name].cat.categories.to_numpy(dtype=object)[place]]
        for name, place in zip(names, places, strict=True)
    }
    return Split(number[code], groups, len(seen))


def column_split(rows: pd.DataFrame, by: str | None) -> Split:
    """Groups by one column of a clean table as it stands; one group of all rows without it."""
    return split_by(rows) if by is None else split_by(rows[[by]].astype("category"), by)


def count_hits(
    codes: tuple[NDArray[np.int64], ...], shape: tuple[int, ...], yes: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rows by several codes: how many are a yes, and how many there are; a code below 0 is none."""
    keep = np.all([code >= 0 for code in codes], axis=0)
    size = int(np.prod(shape))
    if not size:
        return np.zeros(shape), np.zeros(shape)
    place = np.ravel_multi_index(tuple(code[keep].astype("int64") for code in codes), shape)
    both = np.bincount(place * 2 + yes[keep], minlength=2 * size).reshape(*shape, 2).astype(float)
    return both[..., 1], both.sum(axis=-1)
