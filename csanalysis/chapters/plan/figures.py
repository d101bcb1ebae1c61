"""The rules in use, tested on past years: a small panel each."""

from typing import Any

from csanalysis.catalogue import Language, Missing, explain_missing, group_label, text
from csanalysis.catalogue.texts import has_text
from csanalysis.chapters.plan.goals import GOALS
from csanalysis.chapters.plan.reading import Tested, goal_label, met_years, tested_rules
from csanalysis.display.canvas import Axes
from csanalysis.display.figures.alt import alt_line, period_value_pairs
from csanalysis.display.figures.marks import formatter, value_axis
from csanalysis.display.figures.panels import panels
from csanalysis.display.figures.theme import ReportFigure, finish_figure, plain_axes
from csanalysis.display.figures.told import Told
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT
from csanalysis.params import Params

ACROSS = 3


def rule_backtests(
    results: Results,
    *,
    params: Params,
    language: Language,
    title: str | None = None,
) -> ReportFigure | Missing:
    """What each rule in use would have set in past years, and what came.

    Parameters
    ----------
    results : Results
        ``rule_backtest_*`` and ``rule_met_share`` by ``target`` and ``rule``, and the actuals.
    params : Params
        The plan year, and which rules are in use.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    tested = [each for each in tested_rules(results, params) if each.in_use]
    if not tested:
        return explain_missing(["rule_met_share"], results, language)
    shares = [met_years(results, each) for each in tested]
    with panels(language, len(tested), across=ACROSS, each=1.25, around=0.35) as (figure, axes):
        alts = [_panel(ax, results, each, language) for ax, each in zip(axes, tested, strict=True)]
        figure.legend(axes[0].handles, ncols=2, handlelength=1.6)
        made = text(
            "figure.rule_backtests.title",
            language,
            never=sum(met == 0 for _, met, _ in shares),
            always=sum(met == of for _, met, of in shares),
        )
        note = text("figure.rule_backtests.note", language, goals=_better_when_higher(language))
        return finish_figure(figure, id="rule_backtests", title=title or made, alt=" ".join(alts), note=note)


def _better_when_higher(language: Language) -> str:
    """The goals that are met from above, as they are named in the middle of a sentence."""
    *most, last = (
        text(key, language)
        if has_text(key := f"plan.in_line.{goal.target}")
        else group_label("target", goal.target, language).lower()
        for goal in GOALS
        if goal.better == "higher"
    )
    return text("plan.in_line.and", language, most=text("sign.comma", language).join(most), last=last)


def _panel(ax: Axes, results: Results, tested: Tested, language: Language) -> str:
    """One goal's years; says the same in words."""
    rows = results.select(tested.goal.backtest_metric, "year", **tested.group)
    rows = rows.set_index("period").sort_index()
    came = results.select(tested.goal.actual, "year", **tested.goal.group).set_index("period")["value"]
    actual = came.reindex(rows.index)
    places = range(len(rows))
    words = {name: text(f"figure.rule_backtests.{name}", language) for name in ("set", "came")}
    ax.plot(places, actual, color=LIGHT.accent, marker="o", markersize=4, label=words["came"])
    look: dict[str, Any] = {"marker": "_", "markersize": 15, "markeredgewidth": 2, "linestyle": "none"}
    ax.plot(places, rows["value"], label=words["set"], color=LIGHT.second, **look)
    for metric, group, key, line in (
        (tested.goal.actual, tested.goal.group, "came", actual),
        (tested.goal.backtest_metric, tested.group, "set", rows["value"]),
    ):
        write = formatter(tested.goal.actual, language)
        Told(metric, language, name=words[key], group=group, write=write).points(ax, places, line)
    value_axis(ax, tested.goal.actual, language, ticks=3)
    plain_axes(ax)
    ax.margins(x=0.18, y=0.2)
    ax.set_xticks(places, [str(year) for year in rows.index])
    ax.tick_params(axis="both", labelsize=7)
    ax.tick_params(axis="x", length=0)
    _, met, of = met_years(results, tested)
    name = goal_label(tested.goal, language)
    ax.set_title(f"{name}  {text('plan.met', language, met=met, tested=of)}", fontsize=8)
    parts = [
        alt_line(f"{name}, {words[key]}", period_value_pairs(line, write, language), language)
        for key, line in (("set", rows["value"]), ("came", actual))
    ]
    return " ".join(parts)
