"""Figures of value created: its sources year by year, and what became of leads given up."""

from typing import Any

import numpy as np
import pandas as pd

from csanalysis.catalogue import (
    METRICS,
    Language,
    Missing,
    explain_missing,
    format_period,
    format_value,
    group_label,
    text,
)
from csanalysis.catalogue.texts import in_catalogue_order
from csanalysis.chapters.value.figures_reminders import year_places
from csanalysis.display.canvas import Axes
from csanalysis.display.figures.alt import alt_bars, period_value_pairs
from csanalysis.display.figures.marks import formatter, label_above, value_axis
from csanalysis.display.figures.theme import ReportFigure, canvas, finish_figure, plain_axes
from csanalysis.display.figures.told import Told
from csanalysis.metrics.results import Results
from csanalysis.metrics.value.value_created import COUNTED
from csanalysis.palette import LIGHT, SERIES

VALUE, DEFEATED, FALSE = "value_created", "leads_defeated", "false_defeat_rate"
_HATCHES = ("////", r"\\\\", "xxxx")  # dots are a thousand circles each


def value_created(
    results: Results, *, language: Language, last: int = 5, title: str | None = None
) -> ReportFigure | Missing:
    """What customer service brought in, by year and source; estimates hatched.

    Parameters
    ----------
    results : Results
        ``value_created`` by year, whole, by ``basis`` and by ``value_source``.
    language : Language
        ``zh`` or ``en``.
    last : int
        How many years.
    title : str, optional
        Instead of the one made from the numbers.
    """
    rows = results.select(VALUE, "year", "value_source").dropna(subset="value")
    if rows.empty:
        return explain_missing([VALUE], results, language)
    grid = rows.pivot(index="period", columns="value_source", values="value").sort_index().tail(last)
    grid = grid[in_catalogue_order("value_source", grid.columns)].dropna(how="all", axis=1)
    write = formatter(VALUE, language)
    with canvas(language) as (figure, ax):
        _stacked(
            ax,
            grid,
            (VALUE, "value_source"),
            language,
            hatched={str(name) for name in grid if name not in COUNTED},
        )
        for place, (_, row) in enumerate(grid.iterrows()):
            label_above(ax, place, row.clip(lower=0).sum(), write(row.sum()), weight="bold")
        ax.axhline(0, color=LIGHT.neutral, linewidth=0.7)
        year_places(ax, grid.index, language)
        value_axis(ax, VALUE, language)
        plain_axes(ax)
        ax.margins(y=0.12)
        _two_columns(ax)
        year = str(grid.index[-1])
        counted = results.value(VALUE, year, basis="counted")
        made = text(
            "figure.value_created.title_plain" if counted is None else "figure.value_created.title",
            language,
            year=format_period(year, language),
            total=write(results.value(VALUE, year) or 0.0),
            counted=write(counted or 0.0),
        )
        alts = [
            alt_bars(
                group_label("value_source", str(name), language),
                period_value_pairs(grid[name].dropna(), write, language),
                language,
            )
            for name in grid
        ]
        note = text("figure.value_created.note", language)
        return finish_figure(figure, id=VALUE, title=title or made, alt=" ".join(alts), note=note)


def lead_verdicts(
    results: Results, *, language: Language, last: int = 5, title: str | None = None
) -> ReportFigure | Missing:
    """What became of the leads given up in each year.

    Parameters
    ----------
    results : Results
        ``leads_defeated`` by year and ``verdict``; ``false_defeat_rate`` by year.
    language : Language
        ``zh`` or ``en``.
    last : int
        How many years.
    title : str, optional
        Instead of the one made from the numbers.
    """
    rows = results.select(DEFEATED, "year", "verdict").dropna(subset="value")
    if not rows["value"].sum():
        return explain_missing([DEFEATED], results, language)
    grid = rows.pivot(index="period", columns="verdict", values="value").sort_index().tail(last)
    grid = grid[in_catalogue_order("verdict", grid.columns)]
    write = formatter(DEFEATED, language)
    with canvas(language) as (figure, ax):
        _stacked(ax, grid, (DEFEATED, "verdict"), language, hatched={"same_brand", "stands"}, numbers=True)
        year_places(ax, grid.index, language)
        value_axis(ax, DEFEATED, language)
        plain_axes(ax)
        _two_columns(ax)
        year = results.latest(FALSE, "year")
        made = METRICS[DEFEATED].label(language)
        if year is not None:
            share = formatter(FALSE, language)(results.value(FALSE, year) or 0.0)
            made = text("figure.verdicts.title", language, year=format_period(year, language), share=share)
        names = [group_label("verdict", str(name), language) for name in grid]
        alts = [
            alt_bars(format_period(str(period), language), zip(names, map(write, row), strict=True), language)
            for period, row in grid.iterrows()
        ]
        note = text("figure.verdicts.note", language)
        return finish_figure(
            figure, id=f"{DEFEATED}_verdicts", title=title or made, alt=" ".join(alts), note=note
        )


def _stacked(
    ax: Axes,
    grid: pd.DataFrame,
    shown: tuple[str, str],
    language: Language,
    *,
    hatched: set[str],
    numbers: bool = False,
) -> None:
    """Bars on one another, what is below zero beneath it; ``hatched`` parts differ in print too.

    ``shown`` is the metric and its split.
    """
    metric, group = shown
    up, down = np.zeros(len(grid)), np.zeros(len(grid))
    largest = grid.clip(lower=0).sum(axis=1).max()
    hatches = iter(_HATCHES)
    for number, name in enumerate(map(str, grid)):
        sizes = grid[name].fillna(0.0).to_numpy(float)
        color = SERIES[number % len(SERIES)]
        plain = name not in hatched
        look: dict[str, Any] = {
            "color": color if plain else LIGHT.paper,
            "edgecolor": color,
            "linewidth": 0.8,
        }
        if not plain:
            look["hatch"] = next(hatches, _HATCHES[0])
        base = np.where(sizes >= 0, up, down)
        label = group_label(group, name, language)
        ax.bar(range(len(grid)), sizes, bottom=base, width=0.6, label=label, **look)
        told = Told(metric, language, name=label, group={group: name})
        told.bars(ax, range(len(grid)), grid[name], width=0.6, base=base, at=sizes)
        if numbers:
            for x, (start, size) in enumerate(zip(base, sizes, strict=True)):
                if size > 0.06 * largest:
                    words = format_value(size, "count", language)
                    behind = "" if plain else LIGHT.paper
                    ink = LIGHT.paper if plain else LIGHT.ink
                    place: Any = {"ha": "center", "va": "center", "fontsize": 7.5}
                    ax.text(x, start + size / 2, words, color=ink, behind=behind, **place)
        up, down = up + np.maximum(sizes, 0), down + np.minimum(sizes, 0)


def _two_columns(ax: Axes) -> None:
    """Long names above the plot, two side by side."""
    ax.legend(ncols=2)
