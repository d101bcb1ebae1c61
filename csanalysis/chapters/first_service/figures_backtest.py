"""Figures that test the first-service rule: another lag, another forecast, the same years again."""

import numpy as np

from csanalysis.catalogue import METRICS, Language, Missing, explain_missing, format_period, group_label, text
from csanalysis.catalogue.texts import in_catalogue_order
from csanalysis.display.figures.alt import alt_line, period_value_pairs
from csanalysis.display.figures.marks import (
    end_labels,
    formatter,
    legend_above,
    top_label,
    value_axis,
    years_axis,
)
from csanalysis.display.figures.theme import (
    DASHES,
    ReportFigure,
    canvas,
    finish_figure,
    plain_axes,
    series_style,
)
from csanalysis.display.figures.told import Told
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT, SERIES

RATE, BACKTEST, ERROR = "first_service_return_rate", "first_service_backtest", "first_service_backtest_error"
VISITS = "first_service_visits"


def lag_sensitivity(
    results: Results, *, language: Language, lag_months: int = 3, years: int = 3, title: str | None = None
) -> ReportFigure | Missing:
    """How the yearly return rate moves with the lag it assumes; the chosen lag is marked.

    Parameters
    ----------
    results : Results
        ``first_service_return_rate`` by year and ``lag_months``.
    language : Language
        ``zh`` or ``en``.
    lag_months : int
        The lag in use.
    years : int
        How many latest years, a line each.
    title : str, optional
        Instead of the one made from the numbers.
    """
    rates = results.select(RATE, "year", "lag_months").dropna(subset="value")
    if rates.empty:
        return explain_missing([RATE], results, language)
    grid = rates.assign(lag=rates["lag_months"].astype(int)).pivot(
        index="lag", columns="period", values="value"
    )
    grid = grid.iloc[:, -years:]
    write = formatter(RATE, language)
    with canvas(language) as (figure, ax):
        ends, alts = {}, []
        for place, (year, line) in enumerate(grid.items()):
            style = series_style(place)
            name = format_period(str(year), language)
            ax.plot(line.index, line, **style)
            told = Told(RATE, language, name=name, by="lag_months", period=str(year))
            told.points(ax, line.index, line)
            ends[name] = (float(line.iloc[-1]), style["color"])
            labels = [group_label("lag_months", str(lag), language) for lag in line.index]
            alts.append(alt_line(name, zip(labels, map(write, line), strict=True), language))
        ax.axvline(lag_months, color=LIGHT.muted, linewidth=0.8, linestyle=":")
        ax.set_xticks(grid.index)
        value_axis(ax, RATE, language)
        plain_axes(ax)
        top_label(ax, lag_months, text("figure.lag.chosen", language))
        end_labels(ax, float(grid.index[-1]), ends)
        ax.set_xlabel(text("figure.lag.x", language))
        last = grid.iloc[:, -1].dropna()
        made = text(
            "figure.lag.title",
            language,
            year=format_period(str(grid.columns[-1]), language),
            first=last.index[0],
            last=last.index[-1],
            low=write(last.min()),
            high=write(last.max()),
        )
        return finish_figure(
            figure,
            id="first_service_lag",
            title=title or made,
            alt=" ".join(alts),
            note=text("figure.lag.note", language),
        )


def backtest(
    results: Results, *, language: Language, years: int = 3, title: str | None = None
) -> ReportFigure | Missing:
    """What each rule would have forecast for the months of past years, and what then came.

    Parameters
    ----------
    results : Results
        ``first_service_backtest`` by month and ``rule`` (numerator the forecast, denominator what came), and
        its mean error over all years, ``first_service_backtest_error``.
    language : Language
        ``zh`` or ``en``.
    years : int
        How many latest years.
    title : str, optional
        Instead of the one made from the numbers.
    """
    rows = results.select(BACKTEST, "month", "rule").dropna(subset="numerator")
    if rows.empty:
        return explain_missing([BACKTEST], results, language)
    first = int(rows["period"].max()[:4]) - years + 1
    rows = rows[rows["period"] >= f"{first}-01"]
    forecast = rows.pivot(index="period", columns="rule", values="numerator").sort_index()
    forecast = forecast[in_catalogue_order("rule", forecast.columns)]
    came = rows.groupby("period")["denominator"].first().sort_index()
    places = np.arange(len(forecast))
    write, whole = formatter(VISITS, language), formatter(VISITS, language, decimals=0)
    with canvas(language) as (figure, ax):
        name = text("column.actual", language)
        ax.plot(places, came, "o", color=LIGHT.ink, markersize=3.5, label=name)
        first_rule = {"rule": str(forecast.columns[0])}
        told = Told(BACKTEST, language, name=name, write=write, field="denominator", group=first_rule)
        told.points(ax, places, came)
        alts = [alt_line(name, period_value_pairs(came, write, language), language)]
        for color, dash, (rule, line) in zip(SERIES, DASHES, forecast.items(), strict=False):
            name = group_label("rule", str(rule), language)
            ax.plot(places, line, color=color, linestyle=dash, linewidth=1.2, label=name)
            group = {"rule": str(rule)}
            told = Told(BACKTEST, language, name=name, write=whole, field="numerator", group=group)
            told.points(ax, places, line)
            alts.append(alt_line(name, period_value_pairs(line.round(), write, language), language))
        years_axis(ax, list(forecast.index), language)
        value_axis(ax, VISITS, language)
        plain_axes(ax)
        ax.set_ylim(bottom=0)
        legend_above(ax)
        return finish_figure(
            figure,
            id=BACKTEST,
            title=title or _by_error(results, language) or METRICS[BACKTEST].label(language),
            alt=" ".join(alts),
            note=text("figure.backtest.note", language),
        )


def _by_error(results: Results, language: Language) -> str:
    """Which rule came nearer, over all years tested."""
    errors = results.select(ERROR, "span", "rule").dropna(subset="value").sort_values("value")
    if len(errors) < 2:
        return ""
    write = formatter(ERROR, language, decimals=1)
    better, worse = errors.iloc[0], errors.iloc[-1]
    return text(
        "figure.backtest.title",
        language,
        better=group_label("rule", better["rule"], language),
        less=write(better["value"]),
        worse=group_label("rule", worse["rule"], language),
        more=write(worse["value"]),
    )
