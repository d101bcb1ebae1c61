"""The figure of the order of calls: what the first part of a list gains, in the new and in the old order."""

import numpy as np

from csanalysis.catalogue import METRICS, Language, Missing, explain_missing, group_label, text
from csanalysis.display.figures.alt import alt_line
from csanalysis.display.figures.marks import band, formatter, legend_above, value_axis
from csanalysis.display.figures.theme import DASHES, ReportFigure, canvas, finish_figure, plain_axes
from csanalysis.display.figures.told import Told
from csanalysis.metrics.results import Results
from csanalysis.metrics.value.call_order import ORDERS
from csanalysis.palette import LIGHT

GAIN, ORDER, FIRST = "call_gain", "call_order_gain", "20"
_COLORS = {"worth": LIGHT.accent, "chance": LIGHT.second, "random": LIGHT.muted}


def not_proven(results: Results, metric: str, why: str, language: Language) -> Missing:
    """The note in place of a number that no proof stands behind, or that has no calls at all."""
    if GAIN not in results.names:
        return explain_missing([metric], results, language)
    return Missing("> " + text(f"missing.{why}", language, metric=METRICS[metric].label(language)))


def call_order(results: Results, *, language: Language, title: str | None = None) -> ReportFigure | Missing:
    """Revenue gained by calling the first part of every hundred cases, by order.

    Parameters
    ----------
    results : Results
        ``call_order_gain`` by ``share`` and ``order``.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    rows = results.select(ORDER, None, "share", "order").dropna(subset="value")
    first = rows.loc[rows["share"] == FIRST, "order"]
    if not {"worth", "chance"} <= {*first}:  # one order without the other tells nothing
        return not_proven(results, ORDER, "order_untried", language)
    rows = rows.assign(called=rows["share"].astype(int)).sort_values("called", kind="stable")
    write, alts = formatter(ORDER, language), []
    with canvas(language, height=2.6) as (figure, ax):
        for order, dash in zip(ORDERS, DASHES, strict=False):
            line = rows[rows["order"] == order].set_index("called")
            at = np.array([0, *line.index])
            gained = {end: at * np.array([0.0, *line[end]]) for end in ("value", "low", "high")}
            if order == "worth":
                band(ax, at, gained["low"], gained["high"], _COLORS[order])
            name = group_label("order", order, language)
            ax.plot(at, gained["value"], color=_COLORS[order], linestyle=dash, label=name)
            told = Told(
                ORDER,
                language,
                name=name,
                by="share",
                period=str(rows["period"].iloc[0]),
                group={"order": order},
            )
            told.points(ax, line.index, line, at=gained["value"][1:])
            parts = [group_label("share", str(part), language) for part in line.index]
            alts.append(alt_line(name, zip(parts, map(write, line["value"]), strict=True), language))
        ax.set_xlim(0, 100)
        value_axis(ax, ORDER, language)
        plain_axes(ax)
        ax.set_xlabel(text("figure.call_order.axis", language))
        legend_above(ax)
        said = rows[rows["share"] == FIRST].set_index("order")["value"].map(write)
        made = text(
            "figure.call_order.title", language, share=f"{FIRST}%", worth=said["worth"], chance=said["chance"]
        )
        note = text("figure.call_order.note", language)
        return finish_figure(figure, id=ORDER, title=title or made, alt=" ".join(alts), note=note)
