"""The figure of survey items by gap and importance."""

from collections.abc import Mapping

import pandas as pd

from csanalysis.catalogue import METRICS, Language, Missing, explain_missing, format_period, group_label, text
from csanalysis.display.canvas import Axes
from csanalysis.display.figures.alt import join_pairs
from csanalysis.display.figures.marks import (
    formatter,
    intervals_down,
    label_beside,
    spread_apart,
    value_axis,
    whole_percent,
)
from csanalysis.display.figures.theme import ReportFigure, canvas, finish_figure, plain_axes
from csanalysis.display.figures.told import Told
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT

MOST_PROGRAMMES = 4
Names = Mapping[str, Mapping[str, str]]


def gap_and_importance(
    results: Results, year: int | str, *, language: Language, names: Names, title: str | None = None
) -> ReportFigure | Missing:
    """Each item by how far it is from the region and how much it goes with the total; weak ones named.

    Parameters
    ----------
    results : Results
        ``item_gap`` and ``weak_item`` of the year, ``item_importance``, by programme and item.
    year : int
        The year of the gap.
    language : Language
        ``zh`` or ``en``.
    names : mapping
        What each item is called, by programme and item code.
    title : str, optional
        Instead of the one made from the numbers.
    """
    by, period = ["programme", "item_code"], str(year)
    gaps = results.select("item_gap", None, *by, period=period).set_index(by)
    weak = results.select("weak_item", None, *by, period=period).set_index(by)["value"]
    importance = results.select("item_importance", "span", *by).set_index(by)["value"]
    items = gaps.assign(weak=weak, importance=importance).dropna(subset=["value", "importance"])
    programmes = list(dict.fromkeys(items.index.get_level_values(0)))[:MOST_PROGRAMMES]
    if not programmes:
        return explain_missing(["item_gap", "item_importance"], results, language)
    write, percent = formatter("item_gap", language), whole_percent(language)
    alts, count = [], 0
    with canvas(language, height=3.4, ncols=len(programmes), squeeze=False) as (figure, grid):
        for ax, programme in zip(grid[0], programmes, strict=True):
            rows = items.loc[programme]
            behind = rows[rows["weak"] == 1].sort_values("importance")
            others = rows.drop(behind.index)
            ax.axvline(0, color=LIGHT.neutral, linewidth=0.8)
            ax.plot(
                others["value"], others["importance"], "o", color=LIGHT.neutral, markerfacecolor=LIGHT.paper
            )
            intervals_down(ax, behind, list(behind["importance"]), color=LIGHT.bad, width=0.8)
            ax.plot(behind["value"], behind["importance"], "D", color=LIGHT.bad, markersize=5)
            told = Told("item_gap", language, by="item_code", period=period, group={"programme": programme})
            called = [_called(names, programme, str(code)) for code in rows.index]
            told.points(ax, rows["importance"], rows, names=called, flat=True)
            ax.margins(x=0.08, y=0.12)
            # Names stand right of zero, where only items that are not behind lie, moved apart if need be.
            _name_weak(ax, behind, names.get(programme, {}), language)
            ax.set_title(group_label("programme", programme, language))
            value_axis(ax, "item_gap", language, axis="x", ticks=4)
            value_axis(ax, "item_importance", language)
            plain_axes(ax)
            ax.set_xlabel(text("figure.gap.x", language))
            count += len(behind)
            pairs = [
                (
                    _called(names, programme, str(code)),
                    f"{write(row['value'])} / {percent(row['importance'])}",
                )
                for code, row in rows.sort_values("value").iterrows()
            ]
            alts.append(
                text(
                    "figure.dot_alt",
                    language,
                    metric=group_label("programme", programme, language),
                    values=join_pairs(pairs, language),
                )
            )
        grid[0][0].set_ylabel(METRICS["item_importance"].label(language))
        worst = _most_urgent(results, period, names)
        key = "none" if not worst else "one" if count == 1 else "some"
        shown = format_period(period, language)
        made = text(
            f"figure.gap.{key}",
            language,
            year=shown,
            count=count,
            **({"first": worst} if worst else {}),
        )
        note = text("figure.gap.note", language)
        return finish_figure(
            figure, id="gap_and_importance", title=title or made, alt=" ".join(alts), note=note
        )


def _name_weak(ax: Axes, behind: pd.DataFrame, names: Mapping[str, str], language: Language) -> None:
    bottom, top = ax.get_ylim()
    heights = spread_apart(list(behind["importance"]), 0.07 * (top - bottom), bottom, top)
    for (code, row), height in zip(behind.iterrows(), heights, strict=True):
        words = f"{code} {names.get(str(code), '')}".rstrip()
        edge = row["high"] if pd.notna(row["high"]) else row["value"]
        label_beside(ax, edge, height, words, color=LIGHT.bad)


def _called(names: Names, programme: str, code: str) -> str:
    return f"{code} {names.get(programme, {}).get(code, '')}".rstrip()


def _most_urgent(results: Results, period: str, names: Names) -> str:
    """The weak item to mend first; empty where none is weak."""
    by = ["programme", "item_code"]
    weak = results.select("weak_item", None, *by, period=period).set_index(by)["value"]
    priority = results.select("item_priority", None, *by, period=period).set_index(by)["value"]
    urgent = priority[weak.reindex(priority.index) == 1].dropna()
    if urgent.empty:
        return ""
    programme, code = urgent.sort_values(kind="stable").index[-1]
    return _called(names, str(programme), str(code))
