"""Figures of value created: its sources year by year, the service-due prediction, reminders, lost leads."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

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
from csanalysis.figures.alt import alt_bars, alt_line, pairs_of
from csanalysis.figures.marks import (
    above,
    end_labels,
    legend_above,
    reach,
    value_axis,
    whole_percent,
    written,
)
from csanalysis.figures.theme import DASHES, MARKERS, ReportFigure, canvas, finished, quiet
from csanalysis.metrics.results import Results
from csanalysis.metrics.value_created import COUNTED
from csanalysis.palette import LIGHT, SERIES

VALUE, ERROR, ATTEMPTS = "value_created", "service_due_error_days", "contacts_to_arrival"
ARRIVALS, DEFEATED, FALSE = "reminder_arrival_share", "leads_defeated", "false_defeat_rate"
MOST_ATTEMPTS = 6
_HATCHES = ("////", "....", "xxxx")


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
    write = written(VALUE, language)
    with canvas(language) as (figure, ax):
        _stacked(
            ax,
            grid.fillna(0.0),
            "value_source",
            language,
            hatched={str(name) for name in grid if name not in COUNTED},
        )
        for place, (_, row) in enumerate(grid.iterrows()):
            above(ax, place, row.clip(lower=0).sum(), write(row.sum()), weight="bold")
        ax.axhline(0, color=LIGHT.neutral, linewidth=0.7)
        _years(ax, grid.index, language)
        value_axis(ax, VALUE, language)
        quiet(ax)
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
                pairs_of(grid[name].dropna(), write, language),
                language,
            )
            for name in grid
        ]
        note = text("figure.value_created.note", language)
        return finished(figure, id=VALUE, title=title or made, alt=" ".join(alts), note=note)


def service_due_error(
    results: Results, *, language: Language, title: str | None = None
) -> ReportFigure | Missing:
    """Median error of the service-due prediction by year, beside the two plain guesses.

    Parameters
    ----------
    results : Results
        ``service_due_error_days`` by year and ``method``, and over all years.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    rows = results.select(ERROR, "year", "method").dropna(subset="value")
    if rows.empty:
        return explain_missing([ERROR], results, language)
    years = sorted(rows["period"].unique())
    methods = in_catalogue_order("method", rows["method"].unique())
    write, alts, ends = written(ERROR, language), [], {}
    with canvas(language) as (figure, ax):
        for place, method in enumerate(methods):
            line = rows[rows["method"] == method].set_index("period").reindex(years)
            color = LIGHT.accent if method == "prediction" else SERIES[place % len(SERIES)]
            at = np.arange(len(years)) + (place - 1) * 0.06
            ax.errorbar(
                at,
                line["value"],
                yerr=reach(line),
                color=color,
                marker=MARKERS[place],
                linestyle=DASHES[place],
                elinewidth=0.8,
                capsize=2,
            )
            name = group_label("method", method, language)
            ends[name] = (float(line["value"].iloc[-1]), color)
            alts.append(alt_line(name, pairs_of(line["value"].dropna(), write, language), language))
        ax.set_ylim(0, None)
        _years(ax, years, language)
        value_axis(ax, ERROR, language)
        quiet(ax)
        end_labels(ax, len(years) - 0.8, ends)
        return finished(
            figure,
            id=ERROR,
            title=title or _error_title(results, methods, language),
            alt=" ".join(alts),
            note=text("figure.due_error.note", language),
        )


def _error_title(results: Results, methods: Sequence[str], language: Language) -> str:
    """Ours against the better of the two plain guesses, over all years."""
    day = results.latest(ERROR, "date", method=methods[0])
    known = {method: results.value(ERROR, day, method=method) for method in methods} if day else {}
    others = {method: value for method, value in known.items() if method != methods[0] and value is not None}
    if not others or known[methods[0]] is None:
        return METRICS[ERROR].label(language)
    better = min(others, key=lambda method: others[method])
    write = written(ERROR, language)
    return text(
        "figure.due_error.title",
        language,
        ours=write(known[methods[0]] or 0.0),
        other=group_label("method", better, language),
        theirs=write(others[better]),
    )


def contacts_to_arrival(
    results: Results, *, language: Language, title: str | None = None
) -> ReportFigure | Missing:
    """How many invitations came before the visits of the last year that had any.

    Parameters
    ----------
    results : Results
        ``contacts_to_arrival`` by year and ``attempts``.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    rows = results.select(ATTEMPTS, "year", "attempts").dropna(subset="value")
    rows = rows[rows["period"] == rows["period"].max()].assign(attempts=rows["attempts"].astype(int))
    counts = rows[rows["attempts"] > 0].set_index("attempts")["value"]
    if not counts.sum():
        return explain_missing([ATTEMPTS], results, language)
    grouped = counts.groupby(np.minimum(counts.index, MOST_ATTEMPTS)).sum()
    year = str(rows["period"].iloc[0])
    names = [
        text("figure.attempts.more", language, count=MOST_ATTEMPTS)
        if n == MOST_ATTEMPTS and counts.index.max() > n
        else group_label("attempts", str(n), language)
        for n in grouped.index
    ]
    write, percent = written(ATTEMPTS, language), whole_percent(language)
    with canvas(language, height=2.5) as (figure, ax):
        ax.bar(range(len(grouped)), grouped, width=0.66, color=LIGHT.accent_soft, edgecolor=LIGHT.accent)
        for place, value in enumerate(grouped):
            above(ax, place, value, f"{write(value)}  {percent(value / counts.sum())}")
        ax.set_xticks(range(len(names)), names)
        ax.tick_params(axis="x", length=0)
        value_axis(ax, ATTEMPTS, language)
        quiet(ax)
        ax.margins(y=0.14)
        made = text(
            "figure.attempts.title",
            language,
            year=format_period(year, language),
            share=format_value(counts[counts.index >= 3].sum() / counts.sum(), "percent", language),
        )
        label = f"{METRICS[ATTEMPTS].label(language)} {format_period(year, language)}"
        alt = alt_bars(label, zip(names, map(write, grouped), strict=True), language)
        note = text("figure.attempts.note", language)
        return finished(figure, id=ATTEMPTS, title=title or made, alt=alt, note=note)


def reminder_effect(
    results: Results, *, language: Language, title: str | None = None
) -> ReportFigure | Missing:
    """Share that came, of reached customers and of like ones not called, by year.

    Parameters
    ----------
    results : Results
        ``reminder_arrival_share`` by year and ``contacted``.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    rows = results.select(ARRIVALS, "year", "contacted").dropna(subset="value")
    if rows.empty:
        return explain_missing([ARRIVALS], results, language)
    grid = rows.pivot(index="period", columns="contacted", values="value").sort_index()
    write, alts = written(ARRIVALS, language), []
    looks = {
        "yes": {"color": LIGHT.accent_soft, "edgecolor": LIGHT.accent},
        "no": {"color": LIGHT.paper, "edgecolor": LIGHT.second, "hatch": "////"},
    }
    with canvas(language, height=2.6) as (figure, ax):
        for place, (contacted, look) in enumerate(looks.items()):
            name = group_label("contacted", contacted, language)
            at = np.arange(len(grid)) + (place - 0.5) * 0.38
            ax.bar(at, grid[contacted], width=0.36, label=name, **look)
            for x, value in zip(at, grid[contacted], strict=True):
                above(ax, x, value, write(value), color=look["edgecolor"])
            alts.append(alt_bars(name, pairs_of(grid[contacted], write, language), language))
        _years(ax, grid.index, language)
        value_axis(ax, ARRIVALS, language)
        quiet(ax)
        ax.margins(y=0.14)
        legend_above(ax)
        year = str(grid.index[-1])
        made = text(
            "figure.effect.title",
            language,
            year=format_period(year, language),
            called=write(float(grid["yes"].iloc[-1])),
            others=write(float(grid["no"].iloc[-1])),
        )
        note = text("figure.effect.note", language)
        return finished(figure, id=ARRIVALS, title=title or made, alt=" ".join(alts), note=note)


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
    write = written(DEFEATED, language)
    with canvas(language) as (figure, ax):
        _stacked(ax, grid, "verdict", language, hatched={"same_brand", "stands"}, numbers=True)
        _years(ax, grid.index, language)
        value_axis(ax, DEFEATED, language)
        quiet(ax)
        _two_columns(ax)
        year = results.latest(FALSE, "year")
        made = METRICS[DEFEATED].label(language)
        if year is not None:
            share = written(FALSE, language)(results.value(FALSE, year) or 0.0)
            made = text("figure.verdicts.title", language, year=format_period(year, language), share=share)
        names = [group_label("verdict", str(name), language) for name in grid]
        alts = [
            alt_bars(format_period(str(period), language), zip(names, map(write, row), strict=True), language)
            for period, row in grid.iterrows()
        ]
        note = text("figure.verdicts.note", language)
        return finished(figure, id=f"{DEFEATED}_verdicts", title=title or made, alt=" ".join(alts), note=note)


def _stacked(
    ax: Axes,
    grid: pd.DataFrame,
    group: str,
    language: Language,
    *,
    hatched: set[str],
    numbers: bool = False,
) -> None:
    """Bars on one another, what is below zero beneath it; ``hatched`` parts differ in print too."""
    up, down = np.zeros(len(grid)), np.zeros(len(grid))
    largest = grid.clip(lower=0).sum(axis=1).max()
    hatches = iter(_HATCHES)
    for place, name in enumerate(map(str, grid)):
        sizes = grid[name].to_numpy(float)
        color = SERIES[place % len(SERIES)]
        plain = name not in hatched
        look: dict[str, Any] = {
            "color": color if plain else LIGHT.paper,
            "edgecolor": color,
            "linewidth": 0.8,
        }
        if not plain:
            look["hatch"] = next(hatches, _HATCHES[0])
        base = np.where(sizes >= 0, up, down)
        ax.bar(
            range(len(grid)), sizes, bottom=base, width=0.6, label=group_label(group, name, language), **look
        )
        if numbers:
            for x, (start, size) in enumerate(zip(base, sizes, strict=True)):
                if size > 0.06 * largest:
                    words = format_value(size, "count", language)
                    box = {} if plain else {"bbox": {"facecolor": LIGHT.paper, "edgecolor": "none", "pad": 1}}
                    ink = LIGHT.paper if plain else LIGHT.ink
                    ax.text(
                        x, start + size / 2, words, ha="center", va="center", fontsize=7.5, color=ink, **box
                    )
        up, down = up + np.maximum(sizes, 0), down + np.minimum(sizes, 0)


def _two_columns(ax: Axes) -> None:
    """Long names above the plot, two side by side."""
    place: Any = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0.2}
    ax.legend(ncols=2, handlelength=2.4, **place)


def _years(ax: Axes, years: Sequence[str] | pd.Index, language: Language) -> None:
    ax.set_xticks(range(len(years)), [format_period(str(year), language) for year in years])
    ax.tick_params(axis="x", length=0)
    ax.set_xlim(-0.6, len(years) - 0.4)
