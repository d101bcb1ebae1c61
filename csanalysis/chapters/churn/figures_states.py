"""Figures of the customers there are: by how long ago they came, and how their number moved in a year."""

import numpy as np

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
from csanalysis.display.figures.alt import alt_bars
from csanalysis.display.figures.marks import bars_down, formatter, label_above, label_beside, value_axis
from csanalysis.display.figures.theme import ReportFigure, canvas, finish_figure, plain_axes
from csanalysis.display.figures.told import Told
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT

STATES, BRIDGE = "lifecycle_vehicles", "retention_bridge"
_TONES = {"active": LIGHT.good, "marginal": LIGHT.warn, "churned": LIGHT.bad, "permanent": LIGHT.neutral}
_LEVELS = {"opening", "closing"}
_LOSSES = {"lapsed"}


def lifecycle(results: Results, *, language: Language, title: str | None = None) -> ReportFigure | Missing:
    """Vehicles by how long ago they were last here, at the latest date: count and share."""
    found = results.select(STATES, "date", "state").dropna(subset="value")
    if found.empty:
        return explain_missing([STATES], results, language)
    day = str(found["period"].max())
    counts = found[found["period"] == day].set_index("state")["value"]
    counts = counts.reindex(in_catalogue_order("state", counts.index))
    total, write = counts.sum(), formatter(STATES, language)
    names = [group_label("state", state, language) for state in counts.index]
    shares = [format_value(value / total if total else None, "percent", language) for value in counts]
    with canvas(language, height=1.7) as (figure, ax):
        tones = [_TONES.get(str(state), LIGHT.accent) for state in counts.index]
        bars_down(ax, names, counts, width=0.66, color=tones, linewidth=0)
        Told(STATES, language, by="state", period=day).bars(
            ax, range(len(counts)), counts, width=0.66, flat=True
        )
        for place, (value, share) in enumerate(zip(counts, shares, strict=True)):
            label_beside(ax, value, place, f"{write(value)}  {share}")
        value_axis(ax, STATES, language, axis="x")
        plain_axes(ax, grid="x")
        ax.tick_params(axis="y", length=0)
        by_state = dict(zip(counts.index, zip(map(write, counts), shares, strict=True), strict=True))
        count, share = by_state.get("marginal", ("", ""))
        made = text(
            "figure.lifecycle.title", language, date=format_period(day, language), count=count, share=share
        )
        pairs = [
            (name, f"{write(value)} ({share})")
            for name, value, share in zip(names, counts, shares, strict=True)
        ]
        label = f"{METRICS[STATES].label(language)} {format_period(day, language)}"
        return finish_figure(
            figure,
            id=STATES,
            title=title or (made if count else label),
            alt=alt_bars(label, pairs, language),
            note=text("figure.lifecycle.note", language),
        )


def bridge(
    results: Results, *, language: Language, year: int | None = None, title: str | None = None
) -> ReportFigure | Missing:
    """From the vehicles held at the year's start to those held at its end, flow by flow.

    Parameters
    ----------
    results : Results
        ``retention_bridge`` by year and ``flow``.
    language : Language
        ``zh`` or ``en``.
    year : int, optional
        Which year; by default the latest there is.
    title : str, optional
        Instead of the one made from the numbers.
    """
    rows = results.select(BRIDGE, "year", "flow").dropna(subset="value")
    rows = rows[rows["period"] == (str(year) if year else rows["period"].max())]
    if rows.empty:
        return explain_missing([BRIDGE], results, language)
    sizes = rows.set_index("flow")["value"]
    sizes = sizes.reindex(in_catalogue_order("flow", sizes.index))
    write = formatter(BRIDGE, language)
    names = [group_label("flow", flow, language) for flow in sizes.index]
    with canvas(language) as (figure, ax):
        level, labels, bases = 0.0, [], []
        for place, (flow, size) in enumerate(sizes.items()):
            change = size if flow in _LEVELS else -size if flow in _LOSSES else size
            start = 0.0 if flow in _LEVELS else level
            color = LIGHT.accent if flow in _LEVELS else LIGHT.bad if change < 0 else LIGHT.good
            hatch = "////" if change < 0 else ""
            bases.append(min(start, start + change))
            ax.bar(
                place,
                abs(change),
                bottom=bases[-1],
                width=0.62,
                facecolor=LIGHT.paper if hatch else color,
                edgecolor=color,
                hatch=hatch,
            )
            level = size if flow in _LEVELS else level + change
            labels.append(
                write(size) if flow in _LEVELS else f"{'+' if change >= 0 else '−'}{write(abs(change))}"
            )
            label_above(ax, place, max(start, start + change), labels[-1], weight="bold")
            if place + 1 < len(sizes):
                ax.plot([place + 0.31, place + 0.69], [level, level], color=LIGHT.neutral, linewidth=0.7)
        told = Told(BRIDGE, language, by="flow", period=str(rows["period"].iloc[0]))
        told.bars(ax, range(len(sizes)), sizes, width=0.62, base=bases, at=sizes.abs())
        ax.set_xticks(range(len(names)), names)
        ax.tick_params(axis="x", length=0)
        value_axis(ax, BRIDGE, language)
        plain_axes(ax)
        ax.margins(y=0.1)
        period = format_period(str(rows["period"].iloc[0]), language)
        made = text(
            "figure.bridge.title",
            language,
            year=period,
            opening=write(sizes.get("opening", np.nan)),
            closing=write(sizes.get("closing", np.nan)),
        )
        return finish_figure(
            figure,
            id=f"{BRIDGE}_{rows['period'].iloc[0]}",
            title=title or made,
            alt=alt_bars(
                f"{METRICS[BRIDGE].label(language)} {period}", zip(names, labels, strict=True), language
            ),
            note=text("figure.bridge.note", language),
        )
