"""Figures of reminders: when services are due, how often to call, and what a call changes."""

from collections.abc import Sequence

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
from csanalysis.chapters.value.effect_sentences import proof_of
from csanalysis.display.canvas import Axes
from csanalysis.display.figures.alt import alt_bars, alt_line, period_value_pairs
from csanalysis.display.figures.marks import (
    end_labels,
    formatter,
    interval_offsets,
    label_above,
    legend_above,
    value_axis,
    whole_percent,
)
from csanalysis.display.figures.theme import DASHES, MARKERS, ReportFigure, canvas, finish_figure, plain_axes
from csanalysis.display.figures.told import Told
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT, SERIES

ERROR, ATTEMPTS, ARRIVALS = "service_due_error_days", "contacts_to_arrival", "reminder_arrival_share"
MOST_ATTEMPTS = 6


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
    write, alts, ends = formatter(ERROR, language), [], {}
    with canvas(language) as (figure, ax):
        for place, method in enumerate(methods):
            line = rows[rows["method"] == method].set_index("period").reindex(years)
            color = LIGHT.accent if method == "prediction" else SERIES[place % len(SERIES)]
            at = np.arange(len(years)) + (place - 1) * 0.06
            ax.errorbar(
                at,
                line["value"],
                yerr=interval_offsets(line),
                color=color,
                marker=MARKERS[place],
                linestyle=DASHES[place],
                elinewidth=0.8,
                capsize=2,
            )
            name = group_label("method", method, language)
            Told(ERROR, language, name=name, group={"method": method}).points(ax, at, line)
            ends[name] = (float(line["value"].iloc[-1]), color)
            alts.append(alt_line(name, period_value_pairs(line["value"].dropna(), write, language), language))
        ax.set_ylim(0, None)
        year_places(ax, years, language)
        value_axis(ax, ERROR, language)
        plain_axes(ax)
        end_labels(ax, len(years) - 0.8, ends)
        return finish_figure(
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
    write = formatter(ERROR, language)
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
    write, percent = formatter(ATTEMPTS, language), whole_percent(language)
    with canvas(language, height=2.5) as (figure, ax):
        ax.bar(range(len(grouped)), grouped, width=0.66, color=LIGHT.accent_soft, edgecolor=LIGHT.accent)
        for place, value in enumerate(grouped):
            label_above(ax, place, value, f"{write(value)}  {percent(value / counts.sum())}")
        single = counts[counts.index < MOST_ATTEMPTS]  # what is joined in the last bar stands in it
        told = Told(ATTEMPTS, language, by="attempts", period=year)
        told.bars(ax, range(len(single)), single, width=0.66)
        ax.set_xticks(range(len(names)), names)
        ax.tick_params(axis="x", length=0)
        value_axis(ax, ATTEMPTS, language)
        plain_axes(ax)
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
        return finish_figure(figure, id=ATTEMPTS, title=title or made, alt=alt, note=note)


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
    write, alts = formatter(ARRIVALS, language), []
    looks = {
        "yes": {"color": LIGHT.accent_soft, "edgecolor": LIGHT.accent},
        "no": {"color": LIGHT.paper, "edgecolor": LIGHT.second, "hatch": "////"},
    }
    with canvas(language, height=2.6) as (figure, ax):
        for place, (contacted, look) in enumerate(looks.items()):
            name = group_label("contacted", contacted, language)
            at = np.arange(len(grid)) + (place - 0.5) * 0.38
            ax.bar(at, grid[contacted], width=0.36, label=name, **look)
            told = Told(ARRIVALS, language, name=name, group={"contacted": contacted})
            told.bars(ax, at, grid[contacted], width=0.36)
            for x, value in zip(at, grid[contacted], strict=True):
                label_above(ax, x, value, write(value), color=look["edgecolor"])
            alts.append(alt_bars(name, period_value_pairs(grid[contacted], write, language), language))
        year_places(ax, grid.index, language)
        value_axis(ax, ARRIVALS, language)
        plain_axes(ax)
        ax.margins(y=0.14)
        legend_above(ax)
        note = text("figure.effect.note", language)
        made = _effect_title(results, language)
        return finish_figure(figure, id=ARRIVALS, title=title or made, alt=" ".join(alts), note=note)


def _effect_title(results: Results, language: Language) -> str:
    """What the years together show, as the effect is told: a year alone has too few unanswered calls."""
    _, span, claimed = proof_of(results)
    years = format_period(span, language)
    if not claimed:
        return text("figure.effect.title_unproven", language, years=years)
    write = formatter(ARRIVALS, language)
    shares = {side: results.value(ARRIVALS, span, contacted=side) for side in ("yes", "no")}
    called, others = (write(share) if share is not None else None for share in shares.values())
    return text("figure.effect.title", language, years=years, called=called, others=others)


def year_places(ax: Axes, years: Sequence[str] | pd.Index, language: Language) -> None:
    """Years at 0, 1, …, named below."""
    ax.set_xticks(range(len(years)), [format_period(str(year), language) for year in years])
    ax.tick_params(axis="x", length=0)
    ax.set_xlim(-0.6, len(years) - 0.4)
