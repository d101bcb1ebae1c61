"""Control charts of the monthly review, and the year's lapses against their ceiling."""

from typing import Any

import numpy as np
import pandas as pd

from csanalysis.catalogue import METRICS, Language, Missing, explain_missing, format_period, text
from csanalysis.chapters.plan.goals import GOALS
from csanalysis.chapters.review.measure import Review, alerts
from csanalysis.chapters.review.plan_model import FrozenGoal
from csanalysis.display.canvas import Axes
from csanalysis.display.figures.alt import join_pairs
from csanalysis.display.figures.marks import band, label_above, label_beside, month_axis, value_axis
from csanalysis.display.figures.panels import panels
from csanalysis.display.figures.theme import ReportFigure, canvas, finish_figure, plain_axes
from csanalysis.display.figures.told import Told
from csanalysis.metrics.periods import months_of
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT

_ACROSS = 2


def control_charts(review: Review, *, language: Language, title: str | None = None) -> ReportFigure:
    """A panel a target: plan, what is normal, and the months so far.

    Parameters
    ----------
    review : Review
        The month's.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    goals, results = review.goals, review.results
    with panels(language, len(goals), across=_ACROSS, each=1.45, around=0.35) as (figure, axes):
        alts = [
            _panel(ax, goal, results, review.plan.plan_year, language)
            for goal, ax in zip(goals, axes, strict=True)
        ]
        return finish_figure(
            figure,
            id="control_charts",
            title=title or _title(review, language),
            alt=" ".join(alts),
            note=text("review.figure.note", language),
        )


def lapses_to_date(review: Review, *, language: Language, title: str | None = None) -> ReportFigure | Missing:
    """The vehicles lapsed since January against what the year allows, and where it will end.

    Parameters are those of :func:`control_charts`.
    """
    results, year = review.results, review.plan.plan_year
    goal = next((goal for goal in review.goals if goal.is_allowance), None)
    if goal is None:
        allowances = [each.target for each in GOALS if each.kind == "sum" and each.better == "lower"]
        return explain_missing(allowances, results, language)
    plan, actual = (_months(results, metric, goal, year)["value"].cumsum() for metric in _BOTH)
    so_far, allowed = (
        results.value(metric, review.month, scope="to_date", **goal.key) for metric in reversed(_BOTH)
    )
    if so_far is None or allowed is None:
        return explain_missing(["review_actual"], results, language)
    end = results.select("year_end_forecast", None, period=str(year), **goal.key).iloc[0]
    with canvas(language) as (figure, ax):
        for metric in _BOTH:
            rows = results.select(metric, "month", scope="to_date", **goal.key).set_index("period")
            line = rows.reindex(months_of(year))["value"]
            _told(metric, goal, language, scope="to_date").points(ax, range(12), line)
        ax.plot(range(12), plan, color=LIGHT.neutral, linestyle="--", marker="", zorder=2)
        ax.plot(range(12), actual, color=LIGHT.accent, marker="o", zorder=3)
        if not actual.notna().all() and pd.notna(end["low"]):
            reach = [[end["value"] - end["low"]], [end["high"] - end["value"]]]
            look: dict[str, Any] = {"color": LIGHT.accent, "marker": "D", "capsize": 3, "elinewidth": 1}
            ax.errorbar([11.35], [end["value"]], yerr=reach, **look)
            told = _told("year_end_forecast", goal, language)
            told.points(
                ax,
                [11.35],
                results.select("year_end_forecast", None, period=str(year), **goal.key).set_index("period"),
            )
            words = text("review.figure.forecast", language)
            label_beside(
                ax, 11.45, end["value"], f"{words} {goal.written(end['value'], language)}", color=LIGHT.accent
            )
        label_beside(
            ax, 11.45, plan.iloc[-1],
            f"{text('review.figure.allowed', language)} {goal.written(plan.iloc[-1], language)}",
            color=LIGHT.muted,
        )  # fmt: skip
        last = int(np.flatnonzero(actual.notna())[-1])
        lapsed = text("review.figure.lapsed", language)
        label_above(
            ax,
            last,
            actual.iloc[last],
            f"{lapsed} {goal.written(so_far, language)}",
            color=LIGHT.accent,
            weight="bold",
        )
        month_axis(ax, months_of(year), language)
        value_axis(ax, goal.target, language)
        ax.set_ylim(bottom=0)
        ax.set_xlim(-0.4, 11.6)
        plain_axes(ax)
        kind = "over" if so_far > allowed else "within"
        made = text(
            f"review.figure.ceiling_title_{kind}",
            language,
            so_far=goal.written(so_far, language),
            allowed=goal.written(allowed, language),
        )
        pairs = _pairs(actual.dropna(), goal, language)
        return finish_figure(
            figure,
            id="lapses_to_date",
            title=title or made,
            alt=text("figure.line_alt", language, metric=lapsed, values=join_pairs(pairs, language)),
            note=text("review.figure.ceiling_note", language),
        )


_BOTH = ("review_plan", "review_actual")


def _panel(ax: Axes, goal: FrozenGoal, results: Results, year: int, language: Language) -> str:
    plan, actual = (_months(results, metric, goal, year) for metric in _BOTH)
    places = np.arange(12)
    if plan["low"].notna().any():
        band(ax, places, plan["low"], plan["high"], LIGHT.accent)
    ax.plot(places, plan["value"], color=LIGHT.neutral, linestyle="--", linewidth=1, marker="")
    known = actual["value"].notna().to_numpy()
    worse = (actual["value"] < plan["low"]) if goal.better == "higher" else (actual["value"] > plan["high"])
    ax.plot(places[known], actual["value"][known], color=LIGHT.accent, marker="o", markersize=3, linewidth=1)
    for metric, line in zip(_BOTH, (plan, actual), strict=True):
        _told(metric, goal, language, scope="month").points(ax, places, line)
    flagged = worse.to_numpy()
    ax.plot(
        places[flagged], actual["value"][flagged], color=LIGHT.bad, marker="s", markersize=6, linestyle=""
    )
    goal_axes(ax, goal, year, language)
    pairs = _pairs(actual["value"].dropna(), goal, language)
    return text("review.figure.alt", language, label=goal.label(language), values=join_pairs(pairs, language))


def goal_axes(ax: Axes, goal: FrozenGoal, year: int, language: Language) -> None:
    """The axes of a goal's panel: its name above, the year's months, few heights, written as the goal is."""
    ax.set_title(goal.label(language), fontsize=8)
    initials = [format_period(month, language, short=True) for month in months_of(year)]
    ax.set_xticks(range(0, len(initials), 2), initials[::2])
    ax.tick_params(axis="x", length=0, labelsize=7)
    ax.tick_params(axis="y", labelsize=7)
    ax.yaxis.rounded(3)
    ax.yaxis.write = lambda value: goal.written(round(value, 6), language)
    plain_axes(ax)


def _told(metric: str, goal: FrozenGoal, language: Language, **split: str) -> Told:
    def write(value: float) -> str:
        return goal.written(value, language)

    name = METRICS[metric].label(language)
    return Told(metric, language, name=name, group={**goal.key, **split}, write=write, short=True)


def _months(results: Results, metric: str, goal: FrozenGoal, year: int) -> pd.DataFrame:
    rows = results.select(metric, "month", scope="month", **goal.key).set_index("period")
    return rows[["value", "low", "high"]].reindex(months_of(year))


def _pairs(series: "pd.Series[float]", goal: FrozenGoal, language: Language) -> list[tuple[str, str]]:
    return [
        (format_period(str(month), language, short=True), goal.written(value, language))
        for month, value in series.items()
    ]


def _title(review: Review, language: Language) -> str:
    month = format_period(review.month, language)
    standing = [
        {name: value for name, value in each.items() if name != "alert"} for each in alerts(review.results)
    ]
    names = [goal.label(language) for goal in review.goals if goal.key in standing]
    if not names:
        return text("review.figure.title_none", language, month=month)
    comma = text("sign.comma", language)
    return text("review.figure.title_some", language, month=month, count=len(names), names=comma.join(names))
