"""The simulated year: its months with their band beside last year, and the chance of each target."""

import pandas as pd

from csanalysis.catalogue import METRICS, Language, Missing, explain_missing, text
from csanalysis.chapters.plan.goals import goals_of
from csanalysis.chapters.plan.reading import goal_label
from csanalysis.display.figures.alt import alt_bars, alt_line, period_value_pairs
from csanalysis.display.figures.marks import (
    band,
    formatter,
    label_beside,
    legend_above,
    month_axis,
    value_axis,
)
from csanalysis.display.figures.theme import ReportFigure, canvas, finish_figure, plain_axes, series_style
from csanalysis.display.figures.told import Told
from csanalysis.metrics.periods import months_of
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT

QUANTITIES = {
    "simulated_visits": "visits",
    "simulated_first_service_visits": "first_services",
    "simulated_lapses": "lapses",
    "simulated_revenue": "revenue",
}
"""Which past months stand beside a simulated flow."""


def simulated_months(
    results: Results, metric: str, *, plan_year: int, language: Language
) -> ReportFigure | Missing:
    """The median of each month of the plan year with its 80 % band, beside last year's months.

    Parameters
    ----------
    results : Results
        ``metric`` by month and year of the plan year; ``simulation_last_year`` by month, if it is there.
    metric : str
        A simulated flow, such as ``simulated_visits``.
    plan_year : int
        Year of the band.
    language : Language
        ``zh`` or ``en``.
    """
    months = months_of(plan_year)
    rows = results.select(metric, "month").set_index("period").reindex(months)
    year = results.select(metric, None, period=str(plan_year))
    if rows["value"].isna().all() or year.empty:
        return explain_missing([metric], results, language)
    write, label = formatter(metric, language), METRICS[metric].label(language)
    medians = text("simulation.median", language, year=plan_year)
    shown = [alt_line(medians, period_value_pairs(rows["value"], write, language, short=True), language)]
    with canvas(language) as (figure, ax):
        place = list(range(12))
        band(ax, place, rows["low"], rows["high"], LIGHT.accent)
        ax.plot(place, rows["value"], label=medians, **series_style(0))
        Told(metric, language, name=medians, short=True).points(ax, place, rows)
        known = results.select("simulation_last_year", "month", quantity=QUANTITIES.get(metric, ""))
        past = known.set_index("period")["value"].reindex(months_of(plan_year - 1))
        if past.notna().any():
            name = text("simulation.last_year", language, year=plan_year - 1)
            ax.plot(place, past, label=name, **series_style(1))
            group = {"quantity": QUANTITIES[metric]}
            told = Told("simulation_last_year", language, name=name, write=write, group=group, short=True)
            told.points(ax, place, past)
            shown.append(alt_line(name, period_value_pairs(past, write, language, short=True), language))
        month_axis(ax, months, language)
        value_axis(ax, metric, language)
        plain_axes(ax)
        legend_above(ax)
        low, middle, high = (write(year[name].iloc[0]) for name in ("low", "value", "high"))
        title = text(
            "simulation.fan", language, metric=label, year=plan_year, value=middle, low=low, high=high
        )
        return finish_figure(figure, id=f"{metric}_by_month", title=title, alt=" ".join(shown))


def target_chances(results: Results, *, plan_year: int, language: Language) -> ReportFigure | Missing:
    """A bar for the chance of each target, the surest on top."""
    chances, goals = {}, {}
    for goal in goals_of(results, plan_year=plan_year):
        value = results.value("target_chance", plan_year, target=goal.target, **goal.group)
        if value is not None:
            chances[goal_label(goal, language)] = value
            goals[goal_label(goal, language)] = goal
    if not chances:
        return explain_missing(["target_chance"], results, language)
    bars = pd.Series(chances).sort_values(kind="stable")
    write = formatter("target_chance", language, decimals=0)
    with canvas(language, height=0.9 + 0.3 * len(bars)) as (figure, ax):
        ax.barh(
            range(len(bars)), bars, height=0.6, color=LIGHT.accent_soft, edgecolor=LIGHT.accent, linewidth=0.8
        )
        for place, (name, value) in enumerate(bars.items()):
            label_beside(ax, value, place, write(value))
            goal = goals[str(name)]
            told = Told(
                "target_chance", language, by="target", period=plan_year, group=goal.group, write=write
            )
            one = pd.Series({goal.target: value})
            told.bars(ax, [place], one, width=0.6, names=[str(name)], flat=True)
        ax.set_yticks(range(len(bars)), list(bars.index))
        ax.set_xlim(0, 1.12)
        value_axis(ax, "target_chance", language, axis="x")
        plain_axes(ax, grid="x")
        title = text(
            "simulation.chances",
            language,
            best=bars.index[-1],
            high=write(bars.iloc[-1]),
            worst=bars.index[0],
            low=write(bars.iloc[0]),
        )
        pairs = [(str(name), write(value)) for name, value in bars.items()]
        label = METRICS["target_chance"].label(language)
        return finish_figure(figure, id="target_chances", title=title, alt=alt_bars(label, pairs, language))
