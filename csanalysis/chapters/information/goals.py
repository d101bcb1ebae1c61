"""The goals of the year: how right records are, and how late they are made."""

from csanalysis.catalogue import group_label
from csanalysis.chapters.goal import Goal, Steps, last_year_held


def _first_step(steps: Steps, goal: Goal) -> str:
    """The kind of record that was worst in the latest year."""
    rates = steps.results.select(goal.actual, "year", "record_type").dropna(subset="value")
    if rates.empty:
        return ""
    latest = rates[rates["period"] == rates["period"].max()]
    worst = latest.sort_values("value", ascending=goal.better == "higher", kind="stable").iloc[0]
    record = group_label("record_type", worst["record_type"], steps.language)
    return steps.say(goal.target, record=record, rate=steps.written(worst["value"], goal.actual))


GOALS = (
    Goal(
        "record_accuracy_target",
        "record_accuracy_rate",
        "customer_service",
        planned="record_accuracy_planned",
        part="record_type",
        backtest=last_year_held,
        first_step=_first_step,
    ),
    Goal(
        "late_entry_target",
        "late_entry_rate",
        "customer_service",
        better="lower",
        follows=True,
        planned="late_entry_planned",
        part="record_type",
        backtest=last_year_held,
        first_step=_first_step,
    ),
)
