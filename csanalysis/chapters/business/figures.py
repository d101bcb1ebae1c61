"""Figures of the service business: rates by month, people like for like, the week at the front desk."""

from collections.abc import Mapping, Sequence
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
    group_name,
    text,
)
from csanalysis.catalogue.texts import in_catalogue_order
from csanalysis.display.figures.alt import alt_line, join_pairs, period_value_pairs
from csanalysis.display.figures.marks import (
    formatter,
    grid_of_cells,
    label_above,
    legend_above,
    margin_label,
    value_axis,
)
from csanalysis.display.figures.panels import dashed_line_label, month_panel, panels
from csanalysis.display.figures.theme import ReportFigure, canvas, finish_figure, plain_axes
from csanalysis.display.figures.told import Told
from csanalysis.metrics.results import Results
from csanalysis.metrics.workshop.appointments import WEEKDAYS
from csanalysis.palette import LIGHT

RATES = (
    "first_time_fix_rate",
    "on_time_handover_rate",
    "settled_in_time_rate",
    "booking_share",
    "show_rate",
)
FAIR = (
    ("first_time_fix_rate_fair", "technician"),
    ("on_time_handover_rate_fair", "advisor"),
    ("show_rate_fair", "advisor"),
)
ACROSS, MOST_PEOPLE = 3, 12


def rates_by_month(
    results: Results, asked: Mapping[str, float], *, language: Language, months: int = 24
) -> ReportFigure | Missing:
    """Each rate by month with its interval, and what the trade asks as a dashed line.

    Parameters
    ----------
    results : Results
        :data:`RATES` by month; those that are missing are left out.
    asked : mapping of str to float
        By metric what the params ask for.
    language : Language
        ``zh`` or ``en``.
    months : int
        How many latest months.
    """
    lines = {
        name: rows.set_index("period").sort_index()
        for name in RATES
        if len(rows := results.select(name, "month").dropna(subset="value"))
    }
    if not lines:
        return explain_missing(RATES, results, language)
    last = max(line.index[-1] for line in lines.values())
    labels = [str(month) for month in pd.period_range(end=last, periods=months, freq="M")]
    alts = []
    with panels(language, len(lines), across=ACROSS, each=1.4) as (figure, axes):
        for (name, line), ax in zip(lines.items(), axes, strict=True):
            known, target = line.reindex(labels), asked.get(name, np.nan)
            month_panel(ax, name, labels, language, line=known, beside=pd.Series(target, index=labels))
            year = labels[-1][:4]
            value = results.value(name, year)
            head = f"{METRICS[name].label(language)}"
            if value is not None:
                written = formatter(name, language)(value)
                head = text(
                    "figure.business.panel",
                    language,
                    metric=head,
                    year=format_period(year, language),
                    value=written,
                )
            ax.set_title(head)
            if name in asked:
                dashed_line_label(
                    ax, text("figure.business.asked", language, value=formatter(name, language)(target))
                )
            pairs = period_value_pairs(known["value"].dropna(), formatter(name, language), language)
            alts.append(alt_line(METRICS[name].label(language), pairs, language))
        return finish_figure(
            figure,
            id="business_rates_by_month",
            title=text("figure.business.rates", language),
            alt=" ".join(alts),
            note=text("figure.business.note", language),
        )


def people_like_for_like(results: Results, year: int | str, *, language: Language) -> ReportFigure | Missing:
    """Each rate of people, drawn to that of all, with its interval and volume; the whole as a line.

    People stand in the order of their names, for their rates are no ranking.

    Parameters
    ----------
    results : Results
        :data:`FAIR` by their split.
    year : int
        The year shown.
    language : Language
        ``zh`` or ``en``.
    """
    shown = [
        (name, by, rows.sort_values(by).head(MOST_PEOPLE))
        for name, by in FAIR
        if len(rows := results.select(name, None, by, period=str(year)).dropna(subset="value"))
    ]
    if not shown:
        return explain_missing([name for name, _ in FAIR], results, language)
    alts, height = [], 0.75 + 0.24 * max(len(rows) for *_, rows in shown)
    with canvas(language, height=height, ncols=len(shown), squeeze=False) as (figure, grid):
        for (name, by, rows), ax in zip(shown, grid[0], strict=True):
            write = formatter(name, language)
            whole = results.value(name.removesuffix("_fair"), year)
            told = Told(name, language, by=by, period=year)
            told.points(ax, range(len(rows)), rows.set_index(by), flat=True)
            for place, row in enumerate(rows.to_dict("records")):
                ax.plot([row["low"], row["high"]], [place, place], color=LIGHT.accent, linewidth=1)
                ax.plot(row["value"], place, "o", color=LIGHT.accent, markersize=4.5)
                margin_label(ax, place, 1.02, write(row["value"]), weight="bold")
            if whole is not None:
                ax.axvline(whole, color=LIGHT.second, linestyle="--", linewidth=1)
            volumes = [format_value(size, "count", language) for size in rows["denominator"]]
            names = [f"{who} ({size})" for who, size in zip(rows[by], volumes, strict=True)]
            ax.set_yticks(range(len(rows)), names)
            ax.set_ylim(len(rows) - 0.4, -0.6)
            value_axis(ax, name, language, axis="x", ticks=3)
            plain_axes(ax, grid="x")
            ax.tick_params(axis="y", length=0)
            short = METRICS[name.removesuffix("_fair")].label(language)
            ax.set_title(f"{short} · {group_name(by, language)}")
            pairs = zip(rows[by], map(write, rows["value"]), strict=True)
            values = join_pairs(pairs, language)
            label = METRICS[name].label(language)
            alts.append(text("figure.dot_alt", language, metric=label, values=values))
        return finish_figure(
            figure,
            id="people_like_for_like",
            title=text("figure.business.people", language, year=format_period(str(year), language)),
            alt=" ".join(alts),
            note=text("figure.business.people_note", language),
        )


def desk_week(results: Results, day: str, *, language: Language) -> ReportFigure | Missing | None:
    """Receptions and appointments of each day of the week, and what the advisors at work can take.

    Parameters
    ----------
    results : Results
        ``desk_load``, ``appointment_load`` and ``desk_capacity`` by ``weekday``.
    day : str
        The date label of ``as_of``.
    language : Language
        ``zh`` or ``en``.
    """
    load, booked, capacity = (
        results.select(name, None, "weekday", period=day).set_index("weekday")["value"]
        for name in ("desk_load", "appointment_load", "desk_capacity")
    )
    if not results.rows("booking_share"):
        return None  # what is missing has been said of all appointments
    if load.empty or booked.empty:
        return explain_missing(["desk_load", "appointment_load"], results, language)
    days = in_catalogue_order("weekday", load.index)
    places, write = np.arange(len(days)), formatter("desk_load", language)
    with canvas(language, height=2.4) as (figure, ax):
        bars: list[tuple[str, pd.Series, dict[str, Any]]] = [
            ("desk_load", load, {"color": LIGHT.accent}),
            ("appointment_load", booked, {"color": LIGHT.paper, "edgecolor": LIGHT.accent, "hatch": "////"}),
        ]
        for shift, (name, values, look) in zip((-0.2, 0.2), bars, strict=True):
            known = values.reindex(days)
            label = METRICS[name].label(language)
            ax.bar(places + shift, known, width=0.38, label=label, **look)
            Told(name, language, name=label, by="weekday", period=day).bars(
                ax, places + shift, known, width=0.38
            )
            for place, value in zip(places, known, strict=True):
                if not np.isnan(value):
                    label_above(ax, place + shift, value, format_value(value, "count", language))
        if capacity.notna().any():
            ax.plot(
                places,
                capacity.reindex(days),
                color=LIGHT.second,
                linestyle="none",
                marker="_",
                markersize=26,
                markeredgewidth=2,
                label=(label := METRICS["desk_capacity"].label(language)),
            )
            Told("desk_capacity", language, name=label, by="weekday", period=day).points(
                ax, places, capacity.reindex(days)
            )
        ax.set_xticks(places, [group_label("weekday", each, language) for each in days])
        ax.tick_params(axis="x", length=0)
        value_axis(ax, "desk_load", language)
        plain_axes(ax)
        legend_above(ax)
        busiest = str(load.idxmax())
        title = text(
            "figure.business.desk",
            language,
            day=group_label("weekday", busiest, language),
            load=write(load[busiest]),
            limit=write(capacity.get(busiest, np.nan)),
        )
        named = [group_label("weekday", each, language) for each in days]
        alts = [
            alt_line(
                METRICS[name].label(language),
                list(zip(named, map(write, values.reindex(days)), strict=True)),
                language,
            )
            for name, values in (
                ("desk_load", load),
                ("appointment_load", booked),
                ("desk_capacity", capacity),
            )
        ]
        return finish_figure(figure, id="desk_week", title=title, alt=" ".join(alts))


def booking_hours(results: Results, day: str, *, language: Language) -> ReportFigure | Missing | None:
    """Appointments a week by day and hour: darker is more.

    Parameters
    ----------
    results : Results
        ``appointments_by_hour`` by ``weekday`` and ``hour``.
    day : str
        The date label of ``as_of``.
    language : Language
        ``zh`` or ``en``.
    """
    name = "appointments_by_hour"
    rows = results.select(name, None, "weekday", "hour", period=day)
    if not results.rows("booking_share"):
        return None
    if rows.empty:
        return explain_missing([name], results, language)
    hours = sorted(rows["hour"].unique(), key=int)
    days = [each for each in WEEKDAYS if each in set(rows["weekday"])]
    table = rows.pivot(index="weekday", columns="hour", values="value").reindex(index=days, columns=hours)
    words = table.map(lambda value: "" if np.isnan(value) else format_value(value, "count", language))
    named = [group_label("weekday", each, language) for each in days]
    with canvas(language, height=0.6 + 0.26 * len(days)) as (figure, ax):
        grid_of_cells(ax, table, words, rows=named, columns=[f"{hour}:00" for hour in hours])
        for down, (each, called) in enumerate(zip(days, named, strict=True)):
            told = Told(name, language, name=called, by="hour", period=day, group={"weekday": each})
            told.cells(ax, down, table.loc[each])
        fullest = rows.sort_values("value", kind="stable").iloc[-1]
        title = text(
            "figure.business.hours",
            language,
            day=group_label("weekday", fullest["weekday"], language),
            hour=f"{fullest['hour']}:00",
            value=format_value(fullest["value"], "count", language),
        )
        alt = _grid_alt(name, words, named, hours, language)
        return finish_figure(figure, id="booking_hours", title=title, alt=alt)


def _grid_alt(
    name: str, words: pd.DataFrame, days: Sequence[str], hours: Sequence[str], language: Language
) -> str:
    label = METRICS[name].label(language)
    lines = [
        alt_line(f"{label} · {day}", list(zip((f"{hour}:00" for hour in hours), row, strict=True)), language)
        for day, row in zip(days, words.to_numpy().tolist(), strict=True)
    ]
    return " ".join(lines)
