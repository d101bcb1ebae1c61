"""One goal of the frozen plan held against a year's months so far: actual, normal range, signals, outlook."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csanalysis.metrics.periods import months_of
from csanalysis.metrics.plan.control_chart import RUN_LENGTH, TAIL, Kind, control_limits, run_of_one_side
from csanalysis.metrics.plan.outlook import required_run_rate, year_end_forecast, year_to_date
from csanalysis.metrics.results import tidy
from csanalysis.metrics.stats.years import change_freedom, freedom_of_sum, likeness_matrix

RULES = ("beyond_limits", "run_of_eight", "to_date")

ALARMS = ("beyond_limits", "to_date")
"""The rules that alone give an alarm. Years differ and months hang together, so that eight months on one side
of the plan are no rarity."""

FEWEST_FREE = 5.0
"""Degrees of freedom that limits are held to have at least: with fewer they would be so wide that a store
with one year of history could never be told anything."""

UNKNOWN_SEASON = 0.3
"""By how much [variance of a month] counts are told worse where one year alone is known."""

WATCH_TAIL = 0.025
"""A month, or the year to date, is watched where it lies beyond limits that chance passes so often."""


@dataclass(frozen=True)
class Course:
    """One goal's year: the plan and what happened, by month from January to December.

    ``actual`` (and ``sizes``, a share's trials) is NaN for months after the review's and months without
    data; ``sizes`` of months left are those to be expected. ``aim`` is the year's target in the unit of
    the months, ``sigma`` and ``years`` tell how a normal month scatters and on how many years that rests,
    ``likeness`` and ``change`` how months hang together and years differ
    (:class:`csanalysis.metrics.plan.control_chart.SeasonalPattern`); ``lowest`` is the least value there can
    be.
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
    likeness: float = 0.0
    change: float = 0.0

    @property
    def spread(self) -> float:
        """Scatter of a month on plan: its own, and that of a season known from a few years only."""
        return self.sigma * float(np.sqrt(1 + 1 / max(self.years, 1)))

    @property
    def forecast_spread(self) -> float:
        """Scatter of the months left about a plan that goes on as it went.

        Scores and shares believe a season only as far as it shows, and a single year is taken to be level:
        its season is part of ``sigma`` already. Counts always follow theirs, and a season that is not known
        misleads them a little longer than chance does.
        """
        unsure = 0.0 if self.kind != "count" else 1 / self.years if self.years > 1 else UNKNOWN_SEASON
        return self.sigma * float(np.sqrt(1 + unsure))

    @property
    def freedom(self) -> float:
        """Degrees of freedom of ``sigma``: twelve months a year less what was fitted to them."""
        known = 12 * self.years - (1 if self.years < 2 else self.years + 11)
        alike = (1 - self.likeness**2) / (1 + self.likeness**2)
        return max(known * alike, 1.0)

    def normal(self, place: int, tail: float = TAIL) -> tuple[float, float]:
        """Range of a normal month on plan; ``place`` counts from 0."""
        return self._range(np.arange(12) == place, tail)

    def normal_to_date(self, tail: float = TAIL) -> tuple[float, float]:
        """Range of the months known so far taken together, on plan."""
        return self._range(~np.isnan(self.actual) & ~np.isnan(self.plan), tail)

    def _range(self, months: NDArray[np.bool_], tail: float) -> tuple[float, float]:
        """The range of some months together: they scatter, hang together, and are of a year of its own."""
        centre = year_to_date(self.kind, np.where(months, self.plan, np.nan), self.plan, sizes=self.sizes)[1]
        size = float(self.sizes[months].sum()) if self.kind == "share" else np.nan
        if np.isnan(centre) or (self.kind == "share" and not size > 0):
            return np.nan, np.nan
        # Variances in cases (counts), successes (shares), or points of the sum of months (scores).
        rate = float(np.clip(centre, 0, 1))
        unit = {
            "count": np.clip(self.plan, 0, None),
            "share": self.sizes * rate * (1 - rate),
            "score": np.ones(12),
        }[self.kind][months]
        error = np.sqrt(unit)
        alike = likeness_matrix(self.likeness)[np.ix_(months, months)]
        within = self.spread**2 * float(error @ alike @ error)
        whole = {"count": max(centre, 0.0), "share": size, "score": float(months.sum())}[self.kind]
        between = (self.change * whole) ** 2
        freedom = freedom_of_sum(within, self.freedom, between, change_freedom(max(self.years - 1, 0)))
        freedom = max(freedom, FEWEST_FREE)
        spread = np.sqrt((within + between) / unit.sum()) if unit.sum() > 0 else self.spread
        if self.kind == "score":
            spread /= np.sqrt(months.sum())
        low, high = control_limits(self.kind, centre, spread=spread, size=size, freedom=freedom, tail=tail)
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
        none, NaN where it cannot be told. ``review_standing`` (:func:`standing`), and ``review_watch`` by
        ``rule`` (:func:`watched`). ``required_run_rate`` and ``expected_run_rate``: a mean month of those
        left, for the year to meet its target, and as things go. ``year_end_forecast``: ``low``, ``high`` are
        its 80 % interval.
    """
    months, label = months_of(year), f"{year}-{month:02d}"
    done = course.actual[:month]
    so_far, planned, size = year_to_date(course.kind, course.actual, course.plan, sizes=course.sizes)
    known = (~np.isnan(course.actual)).any()
    ranges = np.array([course.normal(place) for place in range(12)])
    to_date = course.normal_to_date()
    ahead = required_run_rate(course.kind, course.aim, course.actual, sizes=course.sizes)
    end = year_end(course)
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
        "review_standing": tidy([label], value=standing(course, month=month), **key),
        "review_watch": tidy(
            [label] * len(RULES), value=watched(course, month=month), rule=RULES, **_columns(key, len(RULES))
        ),
        "review_signal": tidy([label] * len(RULES), **said, **_columns(key, len(RULES))),
        "expected_run_rate": tidy([label], value=pace, **key),
        "required_run_rate": tidy([label], value=ahead, **key),
        "year_end_forecast": tidy([str(year)], value=end[0], low=end[1], high=end[2], **key),
    }  # fmt: skip


def year_end(course: Course) -> tuple[float, float, float]:
    """Where the year ends if it goes on as it went, with its 80 % interval."""
    return year_end_forecast(
        course.kind,
        course.actual,
        course.plan,
        spread=course.forecast_spread,
        sizes=course.sizes,
        likeness=course.likeness,
        freedom=course.freedom,
    )


def signals(course: Course, *, month: int) -> list[float]:
    """What each of :data:`RULES` says at the end of a month: 1 worse than plan, -1 better, 0 none, or NaN.

    The year to date says nothing before there are two months of it.
    """
    return _said(course, month, TAIL)


def _said(course: Course, month: int, tail: float) -> list[float]:
    done = course.actual[:month]
    so_far, _, _ = year_to_date(course.kind, course.actual, course.plan, sizes=course.sizes)
    several = (~np.isnan(done)).sum() > 1
    return [
        _outside(course, float(done[-1]), *course.normal(month - 1, tail)),
        _run(course, done, month),
        _outside(course, so_far, *course.normal_to_date(tail)) if several else np.nan,
    ]


def standing(course: Course, *, month: int) -> float:
    """Where a goal stands at the end of a month: 0 on plan, 1 to be watched, 2 an alarm; NaN: cannot be told.

    Notes
    -----
    An alarm is a month, or the year to date, on the worse side of its control limits, of which chance passes
    0.135 % each (:data:`csanalysis.metrics.plan.control_chart.TAIL`).
    """
    said = dict(zip(RULES, signals(course, month=month), strict=True))
    alarms = [said[rule] for rule in ALARMS]
    if np.isnan(alarms).all():
        return np.nan
    return 2.0 if 1 in alarms else float(1 in watched(course, month=month))


def watched(course: Course, *, month: int) -> list[float]:
    """Which of :data:`RULES` is for the worse within wider bounds: 1, 0 or NaN.

    A month and the year to date beyond limits of :data:`WATCH_TAIL`; eight months in a row as in
    :func:`signals`.
    """
    return [float(said == 1) if not np.isnan(said) else np.nan for said in _said(course, month, WATCH_TAIL)]


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
