"""One goal of the frozen plan held against a year's months so far: actual, normal range, signals, outlook."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.periods import months_of
from csanalysis.metrics.plan.control_chart import RUN_LENGTH, Kind, control_limits, run_of_one_side
from csanalysis.metrics.plan.outlook import required_run_rate, year_end_forecast, year_to_date
from csanalysis.metrics.results import tidy

RULES = ("beyond_limits", "run_of_eight", "to_date")


@dataclass(frozen=True)
class Course:
    """One goal's year: the plan and what happened, by month from January to December.

    ``actual`` (and ``sizes``, a share's trials) is NaN for months after the review's and months without
    data; ``sizes`` of months left are those to be expected. ``aim`` is the year's target in the unit of
    the months, ``sigma`` and ``years`` tell how a normal month scatters and on how many years that rests;
    ``lowest`` is the least value there can be.
    """

    kind: Kind
    better: Literal["higher", "lower"]
    aim: float
    plan: NDArray[np.float64]
    actual: NDArray[np.float64]
    hits: NDArray[np.float64]
    sizes: NDArray[np.float64]
    sigma: float
    years: int
    lowest: float = 0.0

    @property
    def spread(self) -> float:
        """Scatter of a month on plan: its own, and that of a season known from a few years only."""
        return self.sigma * float(np.sqrt(1 + 1 / max(self.years, 1)))

    @property
    def freedom(self) -> float:
        """Degrees of freedom of ``sigma``: a distance of neighbours is worth 0.62 of a free value."""
        return max(0.62 * (12 * self.years - 1), 1.0)

    def normal(self, place: int) -> tuple[float, float]:
        """Range of a normal month on plan; ``place`` counts from 0."""
        return self._range(float(self.plan[place]), float(self.sizes[place]), 1)

    def normal_to_date(self) -> tuple[float, float]:
        """Range of the months known so far taken together, on plan."""
        _, planned, size = year_to_date(self.kind, self.actual, self.plan, sizes=self.sizes)
        return self._range(planned, size, max(int((~np.isnan(self.actual)).sum()), 1))

    def _range(self, centre: float, size: float, months: int) -> tuple[float, float]:
        low, high = control_limits(
            self.kind, centre, spread=self.spread, size=size, months=months, freedom=self.freedom
        )
        return max(low, self.lowest), high

    def worse(self, sign: float) -> int:
        """1 for the side of the plan that is worse, -1 for the better one, 0 for neither."""
        return int(-np.sign(sign) if self.better == "higher" else np.sign(sign))


def goal_review(course: Course, *, year: int, month: int, key: dict[str, str]) -> dict[str, pd.DataFrame]:
    """The review of one goal at the end of one month.

    Parameters
    ----------
    course : Course
        Plan and actual.
    year, month : int
        The month under review, 1 to 12.
    key : dict of str to str
        Names the goal; the splits of every row.

    Returns
    -------
    dict of str to DataFrame
        ``review_actual`` and ``review_plan`` by ``scope``: month (``low``, ``high`` of the plan: what is
        normal), to_date, year (the plan's). ``review_signal`` by ``rule``: 1 worse than plan, -1 better, 0
        none, NaN where it cannot be told. ``required_run_rate`` and ``expected_run_rate``: a mean month of
        those left, for the year to meet its target, and as things go. ``year_end_forecast``: ``low``,
        ``high`` are its 80 % interval.
    """
    months, label = months_of(year), f"{year}-{month:02d}"
    done = course.actual[:month]
    so_far, planned, size = year_to_date(course.kind, course.actual, course.plan, sizes=course.sizes)
    known = (~np.isnan(course.actual)).any()
    ranges = np.array([course.normal(place) for place in range(12)])
    to_date = course.normal_to_date()
    ahead = required_run_rate(course.kind, course.aim, course.actual, sizes=course.sizes)
    end = year_end_forecast(course.kind, course.actual, course.plan, spread=course.spread, sizes=course.sizes)
    pace = required_run_rate(course.kind, end[0], course.actual, sizes=course.sizes)
    said = {"value": signals(course, month=month), "rule": RULES}
    share = course.kind == "share"
    hits = np.where(np.isnan(course.actual), np.nan, course.hits) if share else np.full(12, np.nan)
    trials = np.where(np.isnan(course.actual), np.nan, course.sizes) if share else np.full(12, np.nan)
    return {
        "review_actual": pd.concat(
            [
                tidy(
                    months[:month], value=done, numerator=hits[:month], denominator=trials[:month],
                    scope="month", **key,
                ),
                tidy(
                    [label], value=so_far, numerator=np.nansum(hits) if share and known else np.nan,
                    denominator=size, scope="to_date", **key,
                ),
            ],
            ignore_index=True,
        ),
        "review_plan": pd.concat(
            [
                tidy(months, value=course.plan, low=ranges[:, 0], high=ranges[:, 1], scope="month", **key),
                tidy([label], value=planned, low=to_date[0], high=to_date[1], scope="to_date", **key),
                tidy([str(year)], value=course.aim, scope="year", **key),
            ],
            ignore_index=True,
        ),
        "review_signal": tidy([label] * len(RULES), **said, **_columns(key, len(RULES))),
        "expected_run_rate": tidy([label], value=pace, **key),
        "required_run_rate": tidy([label], value=ahead, **key),
        "year_end_forecast": tidy([str(year)], value=end[0], low=end[1], high=end[2], **key),
    }  # fmt: skip


def signals(course: Course, *, month: int) -> list[float]:
    """What each of :data:`RULES` says at the end of a month: 1 worse than plan, -1 better, 0 none, or NaN.

    The year to date says nothing before there are two months of it.
    """
    done = course.actual[:month]
    so_far, _, _ = year_to_date(course.kind, course.actual, course.plan, sizes=course.sizes)
    several = (~np.isnan(done)).sum() > 1
    return [
        _outside(course, float(done[-1]), *course.normal(month - 1)),
        _run(course, done, month),
        _outside(course, so_far, *course.normal_to_date()) if several else np.nan,
    ]


def _outside(course: Course, value: float, low: float, high: float) -> float:
    if np.isnan([value, low, high]).any():
        return np.nan
    return course.worse(float(value > high) - float(value < low))


def _run(course: Course, done: NDArray[np.float64], month: int) -> float:
    """A run that this month belongs to; NaN before the year is long enough, or without this month."""
    if np.isnan(done[-1]) or (~np.isnan(done)).sum() < RUN_LENGTH:
        return np.nan
    length = run_of_one_side(done, course.plan[:month])
    return course.worse(length) if abs(length) >= RUN_LENGTH else 0


def _columns(key: dict[str, str], rows: int) -> dict[str, list[str]]:
    return {name: [value] * rows for name, value in key.items()}
