"""Charts of a monthly review: each target's months beside their plan."""

from collections.abc import Iterator

from csanalysis.catalogue import METRICS, Language, format_period, text
from csanalysis.chapters.review.plan_model import FrozenGoal, FrozenPlan
from csanalysis.display.tables.cells import ResultCells
from csanalysis.metrics.results import Results
from csanalysis.report.slides.asked import chart
from csanalysis.report.slides.blocks import Chart

_MOST = 8


def review_charts(results: Results, plan: FrozenPlan, language: Language) -> list[Chart]:
    """A chart for each target of the whole store that has been followed, the first eight."""
    goals = [goal for goal in plan.goals if goal.is_total]
    return [drawn for goal in goals for drawn in _course(results, goal, plan.plan_year, language)][:_MOST]


def _course(results: Results, goal: FrozenGoal, year: int, language: Language) -> Iterator[Chart]:
    numbers = ResultCells(results, language)
    months = [f"{year}-{month:02d}" for month in range(1, 13)]
    actual, planned = (
        [numbers.cell(metric, month, {**goal.key, "scope": "month"}) for month in months]
        for metric in ("review_actual", "review_plan")
    )
    if not any(cell.value is not None for cell in actual):
        return
    drawn = chart(
        goal.label(language),
        "lines",
        [format_period(month, language, short=True) for month in months],
        [(text("review.actual", language), actual), (text("review.plan", language), planned)],
        METRICS[goal.measured].format,
    )
    if drawn is not None:
        yield drawn
