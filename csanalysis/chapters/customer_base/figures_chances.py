"""The figure of chances told and what came of them."""

import pandas as pd

from csanalysis.catalogue import Language, Missing, explain_missing, format_value, group_label, text
from csanalysis.catalogue.texts import in_catalogue_order
from csanalysis.display.figures.alt import alt_line
from csanalysis.display.figures.marks import value_axis, whole_percent
from csanalysis.display.figures.panels import panels
from csanalysis.display.figures.theme import ReportFigure, finish_figure, plain_axes
from csanalysis.display.figures.told import Told
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT

CALIBRATION = "return_model_calibration"


def told_and_came(results: Results) -> pd.DataFrame:
    """``told`` and ``came`` [fractions] by ``period``, ``predicted`` and ``tenth`` of the last year."""
    rows = results.select(CALIBRATION, "year", "predicted", "tenth", "side").dropna(subset="value")
    rows = rows[rows["period"] == rows["period"].max()]
    sides = rows.assign(tenth=rows["tenth"].astype(int)).pivot(
        index=["period", "predicted", "tenth"], columns="side", values="value"
    )
    return sides.reset_index()


def return_model_calibration(
    results: Results, *, language: Language, title: str | None = None
) -> ReportFigure | Missing:
    """Each tenth of the vehicles by the chance told: how many came; on the dashed line as many as told.

    Parameters
    ----------
    results : Results
        ``return_model_calibration`` of the last complete year.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    tenths = told_and_came(results)
    if tenths.empty:
        return explain_missing([CALIBRATION], results, language)
    write, alts = whole_percent(language), []
    sides = {side: group_label("side", side, language) for side in ("told", "came")}
    comma = text("sign.comma", language)
    events = in_catalogue_order("predicted", tenths["predicted"].unique())
    with panels(language, len(events), across=3, each=1.8, sharex=True, sharey=True) as (figure, plots):
        for ax, event in zip(plots, events, strict=True):
            line = tenths[tenths["predicted"] == event]
            ax.plot([0, 1], [0, 1], color=LIGHT.neutral, linestyle="--", linewidth=1)
            ax.plot(line["told"], line["came"], color=LIGHT.accent, marker="o", markersize=3.5, linewidth=0.8)
            name = group_label("predicted", event, language)
            group = {"predicted": str(event), "side": "came"}
            year, came = str(line["period"].iloc[0]), line.set_index("tenth")["came"]
            called = [f"{sides['told']} {write(told)}{comma}{sides['came']}" for told in line["told"]]
            marks = Told(CALIBRATION, language, by="tenth", period=year, group=group)
            marks.points(ax, line["told"], came, names=called)
            ax.set_title(name, bold=False, color=LIGHT.muted)
            ax.set_xlim(0, 1)
            ax.set_ylim(0, 1)
            value_axis(ax, CALIBRATION, language, ticks=4)
            value_axis(ax, CALIBRATION, language, axis="x", ticks=4)
            plain_axes(ax)
            ax.set_xlabel(sides["told"])
            pairs = [
                (write(told), write(came)) for told, came in zip(line["told"], line["came"], strict=True)
            ]
            alts.append(alt_line(name, pairs, language))
        plots[0].set_ylabel(sides["came"])
        gap = format_value(float((tenths["told"] - tenths["came"]).abs().max()) * 100, "count", language)
        return finish_figure(
            figure,
            id=CALIBRATION,
            title=title or text("figure.return_model.title", language, gap=gap),
            alt=" ".join(alts),
            note=text("figure.return_model.note", language),
        )
