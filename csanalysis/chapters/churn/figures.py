"""Figures of churn and retention: the yearly rate, next year's ceiling, who stays and for how long."""

import pandas as pd

from csanalysis.catalogue import METRICS, Language, Missing, explain_missing, format_period, group_label, text
from csanalysis.catalogue.texts import in_catalogue_order
from csanalysis.display.canvas import Axes
from csanalysis.display.figures.against_last_year import against_last_year
from csanalysis.display.figures.alt import alt_bars, alt_line, alt_trend, join_pairs, period_value_pairs
from csanalysis.display.figures.marks import (
    BEHIND,
    formatter,
    grid_of_cells,
    interval_offsets,
    label_above,
    label_beside,
    legend_above,
    value_axis,
)
from csanalysis.display.figures.theme import ReportFigure, canvas, finish_figure, plain_axes, series_style
from csanalysis.display.figures.told import Told
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT

RATE, AVERAGE, TARGET = "annual_churn_rate", "annual_churn_rate_average", "churn_rate_target"
CEILING, LAPSES, RETAINED = "monthly_lapse_ceiling", "lapsed_vehicles", "retained_share"
BACKTEST = "churn_rate_target_backtest"


def churn_by_year(
    results: Results, *, language: Language, plan_year: int, title: str | None = None
) -> ReportFigure | Missing:
    """Yearly churn with its interval, the average over its years, and the plan year's target.

    Parameters
    ----------
    results : Results
        ``annual_churn_rate`` by year; its average and ``churn_rate_target``, if there.
    language : Language
        ``zh`` or ``en``.
    plan_year : int
        The year of the target.
    title : str, optional
        Instead of the one made from the numbers.
    """
    rates = results.select(RATE, "year").dropna(subset="value").set_index("period").sort_index()
    if rates.empty:
        return explain_missing([RATE], results, language)
    values, target = rates["value"], results.value(TARGET, plan_year)
    write = formatter(RATE, language)
    years = [*rates.index, *([str(plan_year)] if target is not None else [])]
    with canvas(language) as (figure, ax):
        places, top = range(len(rates)), rates["high"].fillna(values).max()
        ax.bar(places, values, width=0.6, color=LIGHT.accent_soft, edgecolor=LIGHT.accent)
        ax.errorbar(
            places,
            values,
            yerr=interval_offsets(rates),
            fmt="none",
            ecolor=LIGHT.muted,
            elinewidth=0.8,
            capsize=3,
        )
        Told(RATE, language).bars(ax, places, rates, width=0.6)
        for place, value in zip(places, values, strict=True):
            label_above(ax, place, 0, write(value), color=LIGHT.accent, weight="bold")
        if target is not None:
            look = {"color": LIGHT.paper, "edgecolor": LIGHT.second, "hatch": "////"}
            ax.bar(len(rates), target, width=0.6, **look)
            told = Told(TARGET, language, name=METRICS[TARGET].label(language))
            told.bars(ax, [len(rates)], pd.Series({str(plan_year): target}), width=0.6)
            words = text("figure.churn.target", language, value=write(target))
            label_above(ax, len(rates), target, words, color=LIGHT.second, weight="bold")
        _average(ax, results, years, top, language)
        ax.set_xticks(range(len(years)), [format_period(year, language) for year in years])
        ax.tick_params(axis="x", length=0)
        value_axis(ax, RATE, language)
        plain_axes(ax)
        ax.set_ylim(0, max(top, target or 0) * 1.2)
        label, pairs = METRICS[RATE].label(language), list(period_value_pairs(values, write, language))
        made = alt_trend(label, values, RATE, language)
        if target is not None:
            pairs.append((text("column.target", language, year=plan_year), write(target)))
            made = text(
                "figure.churn.title",
                language,
                year=format_period(rates.index[-1], language),
                value=write(values.iloc[-1]),
                plan=format_period(str(plan_year), language),
                target=write(target),
            )
        alt, note = alt_bars(label, pairs, language), text("note.interval", language)
        return finish_figure(figure, id=RATE, title=title or made, alt=alt, note=note)


def _average(ax: Axes, results: Results, years: list[str], top: float, language: Language) -> None:
    """A dashed line over the years that the average is taken of."""
    found = results.select(AVERAGE, "span").dropna(subset="value").tail(1)
    for period, value in zip(found["period"], found["value"], strict=True):
        places = [years.index(year) for year in period.split("/") if year in years]
        if places:
            ends = [places[0] - 0.4, places[-1] + 0.4]
            ax.plot(ends, [value, value], color=LIGHT.ink, linestyle="--", linewidth=1)
            average = formatter(AVERAGE, language)(value)
            words = text(
                "figure.churn.average", language, period=format_period(period, language), value=average
            )
            label_above(ax, ends[0], max(value, top), words, ha="left", xytext=(0, 8), behind=BEHIND)


def churn_backtest(
    results: Results, *, language: Language, title: str | None = None
) -> ReportFigure | Missing:
    """What each backward-looking rule would have allowed in past years, beside the churn that came.

    Parameters
    ----------
    results : Results
        ``churn_rate_target_backtest`` by year and ``rule``, ``annual_churn_rate`` by year.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    limits = results.select(BACKTEST, "year", "rule").dropna(subset="value")
    rates = results.select(RATE, "year").dropna(subset="value").set_index("period")
    rates = rates[rates.index.isin(limits["period"])].sort_index()
    if rates.empty:
        return explain_missing([BACKTEST], results, language)
    grid = limits.pivot(index="period", columns="rule", values="value").reindex(rates.index)
    grid = grid[in_catalogue_order("rule", grid.columns)]
    write, places = formatter(RATE, language), range(len(rates))
    with canvas(language) as (figure, ax):
        name = text("column.actual", language)
        look = {"color": LIGHT.ink, "elinewidth": 0.8, "capsize": 3, "label": name}
        ax.errorbar(places, rates["value"], yerr=interval_offsets(rates), fmt="o", **look)
        Told(RATE, language, name=name).points(ax, places, rates)
        for place, value in zip(places, rates["value"], strict=True):
            label_beside(ax, place, value, write(value), weight="bold", behind=BEHIND, zorder=4)
        alts = [alt_line(name, period_value_pairs(rates["value"], write, language), language)]
        kept = []
        for number, (rule, line) in enumerate(grid.items(), start=1):
            style = series_style(number)
            name = group_label("rule", str(rule), language)
            ax.plot(places, line, label=name, **style)
            Told(BACKTEST, language, name=name, group={"rule": str(rule)}).points(ax, places, line)
            alts.append(alt_line(name, period_value_pairs(line, write, language), language))
            kept.append(
                text("figure.churn.kept", language, rule=name, years=int((rates["value"] <= line).sum()))
            )
        ax.set_xticks(places, [format_period(year, language) for year in rates.index])
        ax.tick_params(axis="x", length=0)
        value_axis(ax, RATE, language)
        plain_axes(ax)
        legend_above(ax)
        made = text(
            "figure.churn.backtest", language, count=len(rates), kept=text("sign.comma", language).join(kept)
        )
        note = text("figure.churn.backtest_note", language)
        return finish_figure(figure, id=BACKTEST, title=title or made, alt=" ".join(alts), note=note)


def ceiling_by_month(
    results: Results, *, language: Language, plan_year: int, title: str | None = None
) -> ReportFigure | Missing:
    """How many vehicles may lapse in each month of the plan year, beside last year's lapses."""
    return against_last_year(
        results, target=CEILING, actual=LAPSES, plan_year=plan_year, language=language, title=title
    )


def retention(results: Results, *, language: Language, title: str | None = None) -> ReportFigure | Missing:
    """Of the vehicles seen in a year, the share seen again one, two, … years later: one row a year.

    Parameters
    ----------
    results : Results
        ``retained_share`` by year and ``years_later``.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    shares = results.select(RETAINED, "year", "years_later")
    grid = shares.assign(later=shares["years_later"].astype(int)).pivot(
        index="period", columns="later", values="value"
    )
    grid = grid.dropna(how="all").dropna(how="all", axis=1)
    if grid.empty:
        return explain_missing([RETAINED], results, language)
    write = formatter(RETAINED, language)
    with canvas(language, height=0.8 + 0.32 * len(grid)) as (figure, ax):
        grid_of_cells(
            ax,
            grid,
            grid.map(write),
            rows=[format_period(year, language) for year in grid.index],
            columns=[group_label("years_later", str(later), language) for later in grid.columns],
        )
        for down, (base, row) in enumerate(grid.iterrows()):
            name = format_period(str(base), language)
            Told(RETAINED, language, name=name, by="years_later", period=str(base)).cells(ax, down, row)
        year = str(grid[grid.columns[0]].dropna().index[-1])
        label = METRICS[RETAINED].label(language)
        rows = [
            (
                format_period(str(base), language),
                text("sign.comma", language).join(write(v) for v in row.dropna()),
            )
            for base, row in grid.iterrows()
        ]
        return finish_figure(
            figure,
            id=RETAINED,
            title=title
            or text(
                "figure.retention.title",
                language,
                year=format_period(year, language),
                value=write(float(grid.loc[year].to_numpy()[0])),
            ),
            alt=text("figure.grid_alt", language, metric=label, values=join_pairs(rows, language)),
            note=text("figure.retention.note", language),
        )
