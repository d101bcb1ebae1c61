"""Rates of models, advisors, teams side by side: a dot, its interval, and how many cases it rests on."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from csanalysis.catalogue import (
    METRICS,
    Language,
    Missing,
    explain_missing,
    format_period,
    format_value,
    group_label,
    group_name,
    text,
)
from csanalysis.catalogue.texts import in_catalogue_order
from csanalysis.display.figures.alt import join_pairs
from csanalysis.display.figures.marks import formatter, intervals_down, margin_label, top_label, value_axis
from csanalysis.display.figures.theme import ReportFigure, canvas, finish_figure, plain_axes
from csanalysis.display.figures.told import Told
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT


def rates_by_split(
    results: Results,
    metric: str,
    by: str,
    period: str | int,
    *,
    language: Language,
    within: Mapping[str, str] | None = None,
    few: int = 30,
    title: str | None = None,
) -> ReportFigure | Missing:
    """One row a group value: rate, 95 % interval and number of cases; the whole as a line.

    Parameters
    ----------
    results : Results
        The metric by ``by`` at ``period``.
    metric, by : str
        What is shown, and by which split.
    period : str or int
        One period.
    language : Language
        ``zh`` or ``en``.
    within : mapping, optional
        Splits held fixed besides.
    few : int
        Groups with fewer cases have a hollow dot.
    title : str, optional
        Instead of the one made from the numbers.
    """
    fixed, period = dict(within or {}), str(period)
    rows = results.select(metric, None, by, period=period, **fixed).dropna(subset="value")
    if rows.empty:
        return explain_missing([metric], results, language)
    order = in_catalogue_order(by, rows.sort_values("value", ascending=False)[by])
    rows = rows.set_index(by).loc[order]
    whole = results.value(metric, period, **fixed)
    write = formatter(metric, language)
    names = [group_label(by, value, language) for value in order]
    counted = bool(rows["denominator"].notna().any())
    with canvas(language, height=0.75 + 0.27 * len(rows)) as (figure, ax):
        intervals_down(ax, rows, range(len(rows)), color=LIGHT.accent)
        hollow = (rows["denominator"] < few).to_numpy()
        for face, chosen in ((LIGHT.paper, hollow), (LIGHT.accent, ~hollow)):
            look: dict[str, Any] = {"color": LIGHT.accent, "markersize": 5.5, "markerfacecolor": face}
            ax.plot(rows["value"][chosen], np.flatnonzero(chosen), "o", **look)
        for place, (value, cases) in enumerate(zip(rows["value"], rows["denominator"], strict=True)):
            margin_label(ax, place, 1.02, write(value), weight="bold")
            if counted:
                margin_label(ax, place, 1.12, format_value(cases, "count", language), color=LIGHT.muted)
        told = Told(metric, language, by=by, period=period, group=fixed)
        told.points(ax, range(len(rows)), rows, flat=True)
        if counted:
            margin_label(ax, -1, 1.12, text("column.volume", language), color=LIGHT.muted)
        if whole is not None:
            ax.axvline(whole, color=LIGHT.second, linestyle="--", linewidth=1)
            top_label(ax, whole, text("figure.split.whole", language, value=write(whole)), color=LIGHT.second)
        ax.set_yticks(range(len(rows)), names)
        ax.set_ylim(len(rows) - 0.5, -0.6)
        value_axis(ax, metric, language, axis="x")
        plain_axes(ax, grid="x")
        ax.tick_params(axis="y", length=0)
        made = text(
            "figure.split.title",
            language,
            metric=METRICS[metric].label(language),
            by=group_name(by, language).lower(),
            period=format_period(period, language),
            low=write(rows["value"].min()),
            high=write(rows["value"].max()),
        )
        values = join_pairs(zip(names, map(write, rows["value"]), strict=True), language)
        return finish_figure(
            figure,
            id=f"{metric}_by_{by}",
            title=title or made,
            alt=text("figure.dot_alt", language, metric=METRICS[metric].label(language), values=values),
            note=text("figure.split.note", language, count=few)
            if counted
            else text("note.interval", language),
        )
