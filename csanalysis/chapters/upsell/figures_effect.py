"""Figures of what grading changed: before and after at the same mix, and against the trend."""

from typing import Any

import numpy as np
import pandas as pd

from csanalysis.catalogue import METRICS, Language, Missing, explain_missing, format_period, group_label, text
from csanalysis.catalogue.formats import format_interval
from csanalysis.display.canvas import Axes
from csanalysis.display.figures.alt import alt_line, period_value_pairs
from csanalysis.display.figures.marks import (
    end_labels,
    formatter,
    margin_label,
    top_label,
    value_axis,
    years_axis,
)
from csanalysis.display.figures.theme import ReportFigure, canvas, finish_figure, plain_axes
from csanalysis.display.figures.told import Told
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT

CHANGE, STANDARDISED = "upsell_success_change", "upsell_success_change_standardised"
SERIES = {"success": "upsell_success_series", "revenue": "revenue_per_visit_series"}
STEPS = {"success": "upsell_success_step", "revenue": "revenue_per_visit_step"}


def grading_effect(
    results: Results, *, language: Language, title: str | None = None
) -> ReportFigure | Missing:
    """Change of the success rate since grading, crude and at the same mix, whole and by grade.

    Parameters
    ----------
    results : Results
        ``upsell_success_change`` and ``upsell_success_change_standardised``, whole and by ``grade``.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    found = {metric: _whole_and_grades(results, metric) for metric in (CHANGE, STANDARDISED)}
    if all(rows.empty for rows in found.values()):
        return explain_missing([CHANGE], results, language)
    groups = list(dict.fromkeys(group for rows in found.values() for group in rows.index))
    names = [
        group_label("grade", group, language) if group else text("column.overall", language)
        for group in groups
    ]
    looks = {
        CHANGE: (LIGHT.muted, "o", LIGHT.paper, -0.16),
        STANDARDISED: (LIGHT.accent, "D", LIGHT.accent, 0.16),
    }
    write, alts = formatter(CHANGE, language), []
    with canvas(language, height=0.95 + 0.46 * len(groups)) as (figure, ax):
        ax.axvline(0, color=LIGHT.ink, linewidth=0.8)
        for metric, (colour, marker, face, shift) in looks.items():
            rows, label = found[metric], METRICS[metric].label(language)
            for place, group in enumerate(groups):
                if group not in rows.index:
                    continue
                value, low, high = rows.loc[group, ["value", "low", "high"]]
                ax.plot([low, high], [place + shift] * 2, color=colour, linewidth=1)
                handle = {"label": label} if place == 0 else {}
                ax.plot(
                    value,
                    place + shift,
                    marker,
                    color=colour,
                    markerfacecolor=face,
                    markersize=5.5,
                    linestyle="",
                    **handle,
                )
                ends = "–".join(format_interval(low, high, METRICS[metric].format, language))
                words = text("sign.brackets", language, inner=ends)
                margin_label(ax, place + shift, 1.02, f"{write(value)}{words}", color=colour)
            _tell(ax, metric, rows, groups, shift, language)
            alts.append(
                alt_line(label, zip(names, map(write, rows["value"].reindex(groups)), strict=True), language)
            )
        ax.set_yticks(range(len(groups)), names)
        ax.set_ylim(len(groups) - 0.5, -0.5)
        value_axis(ax, CHANGE, language, axis="x")
        plain_axes(ax, grid="x")
        ax.tick_params(axis="y", length=0)
        ax.legend(ncols=2, handlelength=1.2)
        whole = [rows["value"].get("", np.nan) for rows in found.values()]
        made = METRICS[CHANGE].label(language)
        if not np.isnan(whole).any():
            made = text("figure.upsell.effect", language, crude=write(whole[0]), standardised=write(whole[1]))
        note = text("figure.upsell.effect_note", language)
        return finish_figure(figure, id=CHANGE, title=title or made, alt=" ".join(alts), note=note)


def grading_series(
    results: Results,
    *,
    of: str = "success",
    graded_since: object,
    language: Language,
    title: str | None = None,
) -> ReportFigure | Missing:
    """Month by month at the usual mix, with the trend that was there before carried on.

    Parameters
    ----------
    results : Results
        ``upsell_success_series`` or ``revenue_per_visit_series`` by month and ``line``, and the step.
    of : {"success", "revenue"}
        Which of the two.
    graded_since : date or None
        First day of grading.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    metric = SERIES[of]
    rows = results.select(metric, "month", "line").dropna(subset="value")
    if rows.empty or graded_since is None:
        return explain_missing([STEPS[of]], results, language)
    table = rows.pivot(index="period", columns="line", values="value").sort_index()
    months, write = list(table.index), formatter(metric, language)
    begins = months.index(min(month for month in months if month >= f"{graded_since:%Y-%m}"))
    with canvas(language) as (figure, ax):
        places = range(len(months))
        ax.plot(places, table["observed"], color=LIGHT.neutral, marker="o", markersize=3, linewidth=0.7)
        Told(metric, language, group={"line": "observed"}).points(ax, places, table["observed"])
        ax.plot(places[:begins], table["fitted"].iloc[:begins], color=LIGHT.accent, linewidth=1.8)
        ax.plot(places[begins:], table["fitted"].iloc[begins:], color=LIGHT.accent, linewidth=1.8)
        ax.plot(
            places[begins:],
            table["without_grading"].iloc[begins:],
            color=LIGHT.second,
            linestyle="--",
            linewidth=1.4,
        )
        ax.axvline(begins - 0.5, color=LIGHT.ink, linewidth=0.8, linestyle=":")
        day = format_period(f"{graded_since:%Y-%m-%d}", language)
        top_label(ax, begins - 0.5, text("figure.upsell.begins", language, day=day), color=LIGHT.ink)
        years_axis(ax, months, language)
        value_axis(ax, metric, language)
        plain_axes(ax)
        ends = {
            group_label("line", line, language): (float(table[line].iloc[-1]), colour)
            for line, colour in (("fitted", LIGHT.accent), ("without_grading", LIGHT.second))
        }
        end_labels(ax, len(months) - 1, ends)
        step = results.select(STEPS[of], "date").iloc[-1]
        said = formatter(STEPS[of], language)
        interval = "–".join(format_interval(step["low"], step["high"], METRICS[STEPS[of]].format, language))
        way = "up" if step["low"] > 0 else "down" if step["high"] < 0 else "none"
        made = text(
            f"figure.upsell.step_{way}",
            language,
            metric=METRICS[metric].label(language),
            value=said(step["value"]),
            unit=METRICS[STEPS[of]].unit(language),
            interval=interval,
        )
        label = METRICS[metric].label(language)
        alts = [
            alt_line(
                f"{label} {group_label('line', line, language)}",
                period_value_pairs(table[line].iloc[[0, begins - 1, begins, -1]], write, language),
                language,
            )
            for line in ("fitted", "without_grading")
        ]
        note = text("figure.upsell.series_note", language)
        return finish_figure(figure, id=metric, title=title or made, alt=" ".join(alts), note=note)


def _tell(
    ax: Axes, metric: str, rows: pd.DataFrame, groups: list[str], shift: float, language: Language
) -> None:
    """The whole has its date alone, the grades are a split of it."""
    label, places = METRICS[metric].label(language), {group: at + shift for at, group in enumerate(groups)}
    whole = rows[rows.index == ""].set_index("period")
    store: Any = {"names": [text("column.overall", language)] * len(whole), "flat": True}
    Told(metric, language, name=label).points(ax, [places[""]] * len(whole), whole, **store)
    grades = rows[rows.index != ""]
    for day in grades["period"].unique():
        line = grades[grades["period"] == day]
        told = Told(metric, language, name=label, by="grade", period=day)
        told.points(ax, [places[grade] for grade in line.index], line, flat=True)


def _whole_and_grades(results: Results, metric: str) -> pd.DataFrame:
    """The rows of the latest date by grade; the whole has the empty name."""
    whole, grades = results.select(metric, "date"), results.select(metric, "date", "grade")
    rows = pd.concat([whole.assign(grade=""), grades], ignore_index=True).dropna(subset="value")
    return rows.set_index("grade")
