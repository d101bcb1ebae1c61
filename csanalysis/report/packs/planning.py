"""The plan on a terminal: a line a target, to look at before it is frozen."""

from rich.table import Table

from csanalysis.catalogue import format_period, text
from csanalysis.chapters.review.plan_model import FrozenPlan
from csanalysis.metrics.periods import months_of


def rich_plan(plan: FrozenPlan) -> Table:
    """The targets of the year: each with its months, so that a person can look before freezing."""
    language = plan.language
    months = [format_period(month, language, short=True) for month in months_of(plan.plan_year)]
    table = Table(
        title=f"{plan.name} {text('table.frozen_plan', language, year=plan.plan_year)}",
        title_justify="left",
        show_edge=False,
        pad_edge=False,
    )
    table.add_column(text("column.metric", language), overflow="fold")
    table.add_column(text("review.target", language), justify="right")
    table.add_column(f"{months[0]} – {months[-1]}", overflow="fold", ratio=1)
    for goal in plan.goals:
        written = [goal.written(month, language) for month in goal.months]
        table.add_row(goal.label(language), goal.written(goal.aim, language), " ".join(written))
    return table
