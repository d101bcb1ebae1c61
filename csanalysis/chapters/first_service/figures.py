"""Figures of the first service: the return rate, how soon vehicles come, and next year's target."""

from typing import Any

import pandas as pd

from csanalysis.catalogue import METRICS, Language, Missing, explain_missing, format_period, group_label, text
from csanalysis.display.figures.against_last_year import against_last_year
from csanalysis.display.figures.alt import alt_line, alt_trend, join_pairs, period_value_pairs
from csanalysis.display.figures.marks import (
    band,
    end_labels,
    formatter,
    interval_offsets,
    label_above,
    label_beside,
    value_axis,
    years_axis,
)
from csanalysis.display.figures.theme import ReportFigure, canvas, finish_figure, plain_axes, series_style
from csanalysis.display.figures.told import Told
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT

RATE, COHORT = "first_service_return_rate", "first_service_cohort_rate"
CURVE, TARGET, VISITS = "first_service_curve", "first_service_target", "first_service_visits"
_RINGED: dict[str, Any] = {"marker": "o", "markeredgecolor": LIGHT.paper, "markeredgewidth": 0.75}


def return_rate_by_month(
    results: Results, *, language: Language, years: int = 3, title: str | None = None
) -> ReportFigure | Missing:
    """Monthly return rate with its interval, and each year's mean as a level.

    Parameters
    ----------
    results : Results
        ``first_service_return_rate`` by month and year.
    language : Language
        ``zh`` or ``en``.
    years : int
        How many latest years.
    title : str, optional
        Instead of the one made from the numbers.
    """
    rate = results.select(RATE, "month").sort_values("period", ignore_index=True)
    known = rate.dropna(subset="value")
    if known.empty:
        return explain_missing([RATE], results, language)
    first_year = int(known["period"].iloc[-1][:4]) - years + 1
    rate = rate[rate["period"].between(f"{first_year}-01", known["period"].iloc[-1])].reset_index(drop=True)
    means = results.select(RATE, "year").set_index("period")["value"].dropna()
    write = formatter(RATE, language)
    with canvas(language) as (figure, ax):
        band(ax, rate.index, rate["low"], rate["high"], LIGHT.neutral)
        look: dict[str, Any] = {"color": LIGHT.neutral, "markersize": 3.5, "linewidth": 0.8, **_RINGED}
        ax.plot(rate.index, rate["value"], **look)
        shown = {year: means[year] for year in dict.fromkeys(rate["period"].str[:4]) if year in means.index}
        for year, mean in shown.items():
            places = rate.index[rate["period"].str[:4] == year]
            ax.plot([places[0] - 0.35, places[-1] + 0.35], [mean, mean], color=LIGHT.accent, linewidth=2.2)
            of_year: Any = {"width": len(places) - 0.3, "base": mean, "at": [0]}
            Told(RATE, language).bars(ax, [places.to_numpy().mean()], pd.Series({year: mean}), **of_year)
        Told(RATE, language).points(ax, rate.index, rate.set_index("period"))
        heads = {
            year: text("figure.return_rate.mean", language, value=write(mean)) for year, mean in shown.items()
        }
        years_axis(ax, list(rate["period"]), language, below=heads)
        value_axis(ax, RATE, language)
        plain_axes(ax)
        label = METRICS[RATE].label(language)
        levels = pd.Series(shown, dtype=float)
        alt = text(
            "figure.return_rate.alt",
            language,
            metric=label,
            first=format_period(rate["period"].iloc[0], language),
            last=format_period(rate["period"].iloc[-1], language),
            low=write(rate["value"].min()),
            high=write(rate["value"].max()),
            means=join_pairs(period_value_pairs(levels, write, language), language),
        )
        whole = levels[[f"{year}-12" in set(rate["period"]) for year in levels.index]]
        values = next(line for line in (whole, levels, known.set_index("period")["value"]) if len(line))
        made = alt_trend(label, values, RATE, language)
        note = text("figure.return_rate.note", language)
        return finish_figure(figure, id=RATE, title=title or made, alt=alt, note=note)


def target_by_month(
    results: Results, *, language: Language, plan_year: int, title: str | None = None
) -> ReportFigure | Missing:
    """Next year's first-service target by month, beside what last year brought."""
    return against_last_year(
        results, target=TARGET, actual=VISITS, plan_year=plan_year, language=language, title=title
    )


def curve(
    results: Results, *, language: Language, window_months: int = 6, title: str | None = None
) -> ReportFigure | Missing:
    """Share returned by months since the sale, with the latest full cohort's share at the window.

    Parameters
    ----------
    results : Results
        ``first_service_curve`` by ``months_since_sale``; ``first_service_cohort_rate`` by year, if there.
    language : Language
        ``zh`` or ``en``.
    window_months : int
        The cohort rate's window, where it is marked.
    title : str, optional
        Instead of the one made from the numbers.
    """
    found = results.select(CURVE, "date", "months_since_sale").dropna(subset="value")
    if found.empty:
        return explain_missing([CURVE], results, language)
    share = found[found["period"] == found["period"].max()].copy()
    share["month"] = share["months_since_sale"].astype(int)
    share = share.sort_values("month", ignore_index=True)
    write = formatter(CURVE, language)
    cohort = results.select(COHORT, "year").dropna(subset="value").sort_values("period").tail(1)
    with canvas(language) as (figure, ax):
        band(ax, share["month"], share["low"], share["high"], LIGHT.accent)
        ax.plot(share["month"], share["value"], color=LIGHT.accent, **_RINGED)
        told = Told(CURVE, language, by="months_since_sale", period=share["period"].iloc[0])
        told.points(ax, share["month"], share.set_index("months_since_sale"))
        for month, value in zip(share["month"], share["value"], strict=True):
            if month in {1, 2, 3, window_months, share["month"].max()}:
                label_above(ax, month, value, write(value), color=LIGHT.accent, xytext=(-7, 4), ha="right")
        for period, value in zip(cohort["period"], cohort["value"], strict=True):
            told = Told(COHORT, language, name=METRICS[COHORT].label(language))
            told.points(ax, [window_months], pd.Series({period: value}))
            ax.plot([window_months], [value], "D", color=LIGHT.second, markersize=6, markerfacecolor="none")
            words = text(
                "figure.curve.cohort",
                language,
                period=format_period(period, language),
                months=window_months,
                value=formatter(COHORT, language)(value),
            )
            over = share.loc[share["month"] == window_months, "value"].max() > value
            label_beside(ax, window_months, value, words, color=LIGHT.second, xytext=(8, -10 if over else 6))
        ax.set_xticks(share["month"])
        value_axis(ax, CURVE, language)
        plain_axes(ax)
        ax.set_ylim(bottom=0)
        ax.set_xlabel(text("figure.curve.x", language))
        at = share.set_index("month")["value"]
        month = window_months if window_months in at.index else int(at.index.max())
        pairs = [(group_label("months_since_sale", str(m), language), write(v)) for m, v in at.items()]
        label = METRICS[CURVE].label(language)
        return finish_figure(
            figure,
            id=CURVE,
            title=title or text("figure.curve.title", language, months=month, value=write(at[month])),
            alt=alt_line(label, pairs, language),
            note=text("figure.curve.note", language),
        )


def ratio_and_cohort(
    results: Results, *, language: Language, years: int = 5, title: str | None = None
) -> ReportFigure | Missing:
    """The source's ratio by year of visit beside the true share by year of sale, each with its interval."""
    lines = {
        name: results.select(name, "year").dropna(subset="value").set_index("period").sort_index()
        for name in (RATE, COHORT)
    }
    missing = [name for name, line in lines.items() if line.empty]
    if missing:
        return explain_missing(missing, results, language)
    labels = sorted({*lines[RATE].index, *lines[COHORT].index})[-years:]
    write = formatter(RATE, language)
    with canvas(language) as (figure, ax):
        ends, alts = {}, []
        for place, (name, line) in enumerate(lines.items()):
            line = line[line.index.isin(labels)]
            label, style = METRICS[name].label(language), series_style(place) | {"linestyle": "none"}
            x = [labels.index(year) + (place - 0.5) * 0.16 for year in line.index]
            ax.errorbar(x, line["value"], yerr=interval_offsets(line), capsize=2, elinewidth=0.8, **style)
            Told(name, language, name=label).points(ax, x, line)
            side = {"xytext": (-5, 0), "ha": "right"} if place == 0 else {"xytext": (5, 0), "ha": "left"}
            for at, value in zip(x, line["value"], strict=True):
                label_above(ax, at, value, write(value), color=style["color"], va="center", **side)
            for value in line["value"].iloc[-1:]:
                ends[label] = (value, style["color"])
            alts.append(alt_line(label, period_value_pairs(line["value"], write, language), language))
        ax.set_xticks(range(len(labels)), [format_period(year, language) for year in labels])
        ax.set_xlim(-0.6, len(labels) - 0.5)
        value_axis(ax, RATE, language)
        plain_axes(ax)
        end_labels(ax, len(labels) - 0.5, ends)
        both = sorted(set(lines[RATE].index) & set(lines[COHORT].index))
        made = METRICS[RATE].label(language)
        if both:
            made = text(
                "figure.ratio_and_cohort.title",
                language,
                year=format_period(both[-1], language),
                ratio=write(lines[RATE]["value"][both[-1]]),
                cohort=write(lines[COHORT]["value"][both[-1]]),
            )
        return finish_figure(
            figure,
            id="first_service_ratio_and_cohort",
            title=title or made,
            alt=" ".join(alts),
            note=text("figure.ratio_and_cohort.note", language),
        )
