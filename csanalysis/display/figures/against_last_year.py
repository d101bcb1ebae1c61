"""Next year's monthly numbers beside what last year brought."""

import pandas as pd

from csanalysis.catalogue import METRICS, Language, Missing, explain_missing, format_period, text
from csanalysis.display.figures.alt import alt_bars, period_value_pairs
from csanalysis.display.figures.marks import formatter, label_above, legend_above, month_axis, value_axis
from csanalysis.display.figures.theme import ReportFigure, canvas, finish_figure, plain_axes
from csanalysis.display.figures.told import Told
from csanalysis.metrics.periods import months_of
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT


def against_last_year(
    results: Results,
    *,
    target: str,
    actual: str,
    plan_year: int,
    language: Language,
    title: str | None = None,
    id: str | None = None,
) -> ReportFigure | Missing:
    """Bars for the plan's months, a line for the same months of the year before.

    Parameters
    ----------
    results : Results
        ``target`` by month of the plan year, ``actual`` by month of the year before, if there.
    target, actual : str
        The two measures.
    plan_year : int
        Year of the bars.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    id : str, optional
        Names the figure; by default the target measure.
    """
    bars, line = _by_month(results, target, plan_year), _by_month(results, actual, plan_year - 1)
    if bars.isna().all():
        return explain_missing([target], results, language)
    write = formatter(target, language)
    plan, past = format_period(str(plan_year), language), format_period(str(plan_year - 1), language)
    heads = [
        text("figure.plan.series", language, metric=METRICS[name].label(language), year=year)
        for name, year in ((target, plan), (actual, past))
    ]
    with canvas(language) as (figure, ax):
        look = {"color": LIGHT.accent_soft, "edgecolor": LIGHT.accent, "linewidth": 0.8}
        ax.bar(range(12), bars, width=0.7, label=heads[0], **look)
        Told(target, language, name=heads[0], short=True).bars(ax, range(12), bars, width=0.7)
        for place, value in enumerate(bars):
            if pd.notna(value):
                label_above(ax, place, 0, write(value), color=LIGHT.accent, weight="bold")
        if line.notna().any():
            ax.plot(
                range(12), line, color=LIGHT.second, marker="s", linestyle="--", linewidth=1.1, label=heads[1]
            )
            Told(actual, language, name=heads[1], short=True).points(ax, range(12), line)
        month_axis(ax, list(bars.index), language)
        value_axis(ax, target, language)
        plain_axes(ax)
        legend_above(ax)
        shown = [(heads[0], bars), *([(heads[1], line)] if line.notna().any() else [])]
        alts = [
            alt_bars(head, period_value_pairs(months, write, language, short=True), language)
            for head, months in shown
        ]
        total, before = _year(results, target, plan_year, bars), _year(results, actual, plan_year - 1, line)
        key = "plain" if total is None else "title_alone" if before is None else "title"
        made = text(
            f"figure.plan.{key}",
            language,
            metric=METRICS[target].label(language),
            unit=METRICS[target].unit(language),
            year=plan,
            total=write(total or 0),
            past=past,
            before=write(before or 0),
        )
        return finish_figure(figure, id=id or target, title=title or made, alt=" ".join(alts))


def _by_month(results: Results, metric: str, year: int) -> pd.Series:
    return results.select(metric, "month").set_index("period")["value"].reindex(months_of(year))


def _year(results: Results, metric: str, year: int, months: pd.Series) -> float | None:
    """The year's number once all its months are known: its own, else their sum."""
    if months.isna().any():
        return None
    own = results.value(metric, year)
    return float(months.sum()) if own is None else own
