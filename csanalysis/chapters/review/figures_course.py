"""How the year's targets came on: done so far, and where the year was expected to end, month by month."""

from typing import Any

import pandas as pd

from csanalysis.catalogue import Language, Missing, explain_missing, format_period, group_label, text
from csanalysis.chapters.review.figures import goal_axes
from csanalysis.chapters.review.measure import Review, state
from csanalysis.chapters.review.plan_model import FrozenGoal
from csanalysis.display.canvas import Axes
from csanalysis.display.figures.alt import alt_line, period_value_pairs
from csanalysis.display.figures.marks import interval_offsets
from csanalysis.display.figures.panels import panels
from csanalysis.display.figures.theme import ReportFigure, finish_figure
from csanalysis.display.figures.told import Told
from csanalysis.metrics.periods import months_of
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT

COURSE = "target_course"
_ACROSS = 2


def target_course(review: Review, *, language: Language, title: str | None = None) -> ReportFigure | Missing:
    """A panel a target: the year's target, the year to date, and the year's end as expected at each month.

    Parameters
    ----------
    review : Review
        The month's.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    results, year = review.results, review.plan.plan_year
    goals = [goal for goal in review.goals if _line(results, goal, "expected", year).notna().any(axis=None)]
    if not goals:
        return explain_missing([COURSE], results, language)
    with panels(language, len(goals), across=_ACROSS, each=1.45, around=0.6) as (figure, axes):
        alts = [_panel(ax, goal, results, year, language) for goal, ax in zip(goals, axes, strict=True)]
        figure.legend(axes[0].handles, ncols=3)
        off = sum(state(results, goal, year) == "off_track" for goal in review.goals)
        month = format_period(review.month, language)
        made = text("review.figure.course_title", language, month=month, off=off, count=len(review.goals))
        note = text("review.figure.course_note", language)
        return finish_figure(figure, id=COURSE, title=title or made, alt=" ".join(alts), note=note)


def _panel(ax: Axes, goal: FrozenGoal, results: Results, year: int, language: Language) -> str:
    def write(value: float) -> str:
        return goal.written(value, language)

    target, so_far, expected = (_line(results, goal, name, year) for name in ("target", "so_far", "expected"))
    names = {name: group_label("course", name, language) for name in ("target", "so_far", "expected")}
    places = range(12)
    whole = [target["value"].dropna().iloc[0]] * 2
    ax.plot([-0.4, 11.4], whole, color=LIGHT.second, linestyle="--", linewidth=1, label=names["target"])
    plain: dict[str, Any] = {"color": LIGHT.neutral, "marker": "s", "markersize": 2.5, "linewidth": 0.8}
    ax.plot(places, so_far["value"], label=names["so_far"], **plain)
    look: dict[str, Any] = {
        "color": LIGHT.accent,
        "marker": "o",
        "markersize": 3.5,
        "linewidth": 1,
        "elinewidth": 0.8,
    }
    ax.errorbar(
        places, expected["value"], yerr=interval_offsets(expected), capsize=2, label=names["expected"], **look
    )
    for name, line in (("target", target), ("so_far", so_far), ("expected", expected)):
        group = {**goal.key, "course": name}
        told = Told(COURSE, language, name=names[name], group=group, write=write, short=True)
        told.points(ax, places, line)
    goal_axes(ax, goal, year, language)
    ax.set_xlim(-0.5, 11.5)
    pairs = period_value_pairs(expected["value"].dropna(), write, language, short=True)
    return alt_line(f"{goal.label(language)}, {names['expected']}", pairs, language)


def _line(results: Results, goal: FrozenGoal, course: str, year: int) -> pd.DataFrame:
    rows = results.select(COURSE, "month", course=course, **goal.key).set_index("period")
    return rows[["value", "low", "high"]].reindex(months_of(year))
