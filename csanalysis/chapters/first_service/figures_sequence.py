"""The figure of maintenance after maintenance: a staircase down from all vehicles sold."""

import pandas as pd

from csanalysis.catalogue import METRICS, Language, Missing, explain_missing, group_label, text
from csanalysis.display.canvas import Axes
from csanalysis.display.figures.alt import alt_bars
from csanalysis.display.figures.marks import (
    formatter,
    interval_offsets,
    label_above,
    label_beside,
    value_axis,
)
from csanalysis.display.figures.theme import ReportFigure, canvas, finish_figure, plain_axes
from csanalysis.display.figures.told import Told
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT

RATE = "service_sequence_rate"
TRADE = {"1": 0.94, "2": 0.63, "3": 0.42}
"""What the trade says of the first, second and third maintenance; nobody says how it is counted."""

BESIDE = 0.2
"""Right of a stair's middle, where its interval stands."""


def service_sequence(
    results: Results, *, language: Language, title: str | None = None
) -> ReportFigure | Missing:
    """Share of the vehicles sold that reach each maintenance in time, with its interval and the trade's.

    Parameters
    ----------
    results : Results
        ``service_sequence_rate`` by ``step``.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    rates = results.select(RATE, "date", "step").dropna(subset="value")
    if rates.empty:
        return explain_missing([RATE], results, language)
    rates = rates.assign(place=rates["step"].astype(int)).sort_values("place", ignore_index=True)
    write = formatter(RATE, language)
    with canvas(language, height=2.6) as (figure, ax):
        edges = [*(rates["place"] - 0.5), rates["place"].iloc[-1] + 0.5]
        ax.stairs(rates["value"], edges, facecolor=LIGHT.accent_soft, edgecolor=LIGHT.accent, linewidth=1)
        bars = {"fmt": "none", "ecolor": LIGHT.muted, "elinewidth": 0.8, "capsize": 3}
        ax.errorbar(rates["place"], rates["value"], yerr=interval_offsets(rates), **bars)
        for place, value in zip(rates["place"], rates["value"], strict=True):
            label_above(ax, place, 0, write(value), color=LIGHT.accent, weight="bold")
        Told(RATE, language, by="step", period=rates["period"].iloc[-1]).points(
            ax, rates["place"], rates.set_index("step")
        )
        _trade(ax, rates, language)
        names = [group_label("step", step, language) for step in rates["step"]]
        ax.set_xticks(rates["place"], names)
        ax.tick_params(axis="x", length=0)
        value_axis(ax, RATE, language)
        plain_axes(ax)
        ax.set_ylim(0, 1)
        ax.set_xlabel(text("figure.sequence.x", language))
        shares = [write(value) for value in rates["value"]]
        made = text(
            "figure.sequence.title",
            language,
            first=shares[0],
            last=rates["step"].iloc[-1],
            at_last=shares[-1],
        )
        return finish_figure(
            figure,
            id=RATE,
            title=title or made,
            alt=alt_bars(METRICS[RATE].label(language), zip(names, shares, strict=True), language),
            note=text("figure.sequence.note", language),
        )


def _trade(ax: Axes, rates: pd.DataFrame, language: Language) -> None:
    """The trade's figures at their steps, as far as there are such steps."""
    known = rates[rates["step"].isin(list(TRADE))]
    places, shares = known["place"] + BESIDE, known["step"].map(TRADE)
    ax.plot(places, shares, "D", color=LIGHT.second, markersize=5, markerfacecolor="none")
    write = formatter(RATE, language, decimals=0)
    for place, share in zip(places, shares, strict=True):
        label_beside(ax, place, share, write(share), color=LIGHT.second)
    for place, share in zip(places[:1], shares[:1], strict=True):
        words = text("figure.sequence.trade", language)
        label_beside(ax, place, share, words, color=LIGHT.second, xytext=(30, 0))
