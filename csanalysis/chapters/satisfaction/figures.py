"""Figures of surveys: monthly scores against the region, and against the tiers."""

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
    text,
)
from csanalysis.display.canvas import Axes
from csanalysis.display.figures.alt import alt_line, period_value_pairs
from csanalysis.display.figures.marks import (
    formatter,
    margin_label,
    month_axis,
    spread_apart,
    value_axis,
    years_axis,
)
from csanalysis.display.figures.theme import SMALL, ReportFigure, canvas, finish_figure, plain_axes
from csanalysis.display.figures.told import Told
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT

SCORE, REGION, RANK = "programme_score", "programme_regional_mean", "programme_rank"
MOST_PROGRAMMES = 4


def programme_scores(
    results: Results, *, language: Language, years: int = 3, title: str | None = None
) -> ReportFigure | Missing:
    """Each programme's monthly score beside the region's, and its rank below.

    Parameters
    ----------
    results : Results
        ``programme_score``, ``programme_regional_mean`` and ``programme_rank`` by month and programme.
    language : Language
        ``zh`` or ``en``.
    years : int
        How many latest years.
    title : str, optional
        Instead of the one made from the numbers.
    """
    lines = {name: _by_month(results, name, years) for name in (SCORE, REGION, RANK)}
    programmes = list(lines[SCORE].columns[lines[SCORE].notna().any()])[:MOST_PROGRAMMES]
    if not programmes:
        return explain_missing([SCORE], results, language)
    months = list(lines[SCORE].index)
    ranked = [name for name in programmes if lines[RANK].get(name, pd.Series(dtype=float)).notna().any()]
    down = 2 if ranked else 1
    write, alts, said = formatter(SCORE, language), [], []
    with canvas(language, height=1.2 + 1.5 * down, nrows=down, ncols=len(programmes), squeeze=False) as (
        figure,
        grid,
    ):
        for place, programme in enumerate(programmes):
            name = group_label("programme", programme, language)
            score, region = lines[SCORE][programme], lines[REGION][programme]
            ax = grid[0][place]
            ax.set_title(name)
            ax.plot(range(len(months)), region, color=LIGHT.neutral, linestyle="--", linewidth=1)
            ax.plot(range(len(months)), score, color=LIGHT.accent, marker="o", markersize=2.5)
            group = {"programme": programme}
            Told(SCORE, language, name=name, group=group).points(ax, range(len(months)), score)
            value_axis(ax, SCORE, language)
            alts.append(
                alt_line(
                    f"{name} {METRICS[SCORE].label(language)}",
                    period_value_pairs(score.dropna(), write, language),
                    language,
                )
            )
            if ranked:
                alts += _ranks(grid[1][place], lines[RANK].get(programme), name, language)
            for row in range(down):
                years_axis(grid[row][place], months, language)
                plain_axes(grid[row][place])
            last = str(months[-1])[:4]
            value, mean = (
                results.value(SCORE, last, programme=programme),
                results.value(REGION, last, programme=programme),
            )
            if value is not None and mean is not None:
                way = "above" if value >= mean else "below"
                gap = format_value(abs(value - mean), "score", language)
                said.append(
                    text(f"figure.standing.{way}", language, programme=name, score=write(value), gap=gap)
                )
        made = text(
            "figure.standing.title",
            language,
            year=format_period(str(months[-1])[:4], language),
            said=text("sign.list", language).join(said),
        )
        note = text("figure.standing.note", language)
        return finish_figure(figure, id=SCORE, title=title or made, alt=" ".join(alts), note=note)


def score_tiers(
    results: Results, *, plan_year: int, language: Language, title: str | None = None
) -> ReportFigure | Missing:
    """The last twelve months' scores against the tiers, with what each pays and how likely it is.

    Parameters
    ----------
    results : Results
        ``programme_score`` by month, ``rebate_amount`` and ``rebate_tier_chance`` of the plan year.
    plan_year : int
        The year of the tiers.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    plan = str(plan_year)
    tiers = results.select("rebate_amount", None, "programme", "tier", period=plan)
    scores = _by_month(results, SCORE, 1)
    programmes = [
        name for name in dict.fromkeys(tiers["programme"]) if name in scores and scores[name].notna().any()
    ]
    if not programmes:
        return explain_missing(["rebate_amount", SCORE], results, language)
    programmes = programmes[:MOST_PROGRAMMES]
    months, write, alts = list(scores.index), formatter(SCORE, language), []
    with canvas(language, height=0.4 + 1.9 * len(programmes), nrows=len(programmes), squeeze=False) as (
        figure,
        grid,
    ):
        for (ax,), programme in zip(grid, programmes, strict=True):
            name, line = group_label("programme", programme, language), scores[programme]
            ax.plot(range(len(months)), line, color=LIGHT.accent, marker="o")
            group = {"programme": programme}
            Told(SCORE, language, name=name, group=group).points(ax, range(len(months)), line)
            mean = line.mean()
            ax.axhline(mean, color=LIGHT.accent, linestyle=":", linewidth=1)
            of_programme = tiers[tiers["programme"] == programme]
            floors = of_programme["tier"].astype(float)
            for floor in floors:
                ax.axhline(floor, color=LIGHT.second, linestyle="--", linewidth=0.8)
            ax.set_title(name)
            month_axis(ax, months, language)
            value_axis(ax, SCORE, language)
            plain_axes(ax, grid=None)
            said = [
                _tier_words(results, plan, programme, str(tier), amount, language)
                for tier, amount in zip(of_programme["tier"], of_programme["value"], strict=True)
            ]
            _beside_lines(
                ax, [*floors, mean], [*said, text("figure.tiers.mean", language, value=write(mean))]
            )
            alts.append(
                alt_line(name, period_value_pairs(line.dropna(), write, language, short=True), language)
            )
            alts.append(text("sign.list", language).join(said) + text("sign.stop", language))
        expected = results.value("rebate_expected", plan)
        amount = format_value(expected, "amount", language)
        made = text("figure.tiers.title", language, year=format_period(plan, language), amount=amount)
        note = text("figure.tiers.note", language)
        return finish_figure(figure, id="score_tiers", title=title or made, alt=" ".join(alts), note=note)


def _by_month(results: Results, metric: str, years: int) -> pd.DataFrame:
    """Months of the latest years down, programmes across."""
    rows = results.select(metric, "month", "programme")
    table = rows.pivot(index="period", columns="programme", values="value").sort_index()
    table = table[list(dict.fromkeys(rows["programme"]))] if len(rows) else table
    kept = sorted({month[:4] for month in table.index})[-years:]
    return table[table.index.str[:4].isin(kept)] if len(table) else table


def _ranks(ax: Axes, ranks: "pd.Series[float] | None", name: str, language: Language) -> list[str]:
    label, write = METRICS[RANK].label(language), formatter(RANK, language)
    if ranks is None or ranks.isna().all():
        ax.set_visible(False)
        return []
    ax.plot(range(len(ranks)), ranks, color=LIGHT.second, marker="s", markersize=2.5, linewidth=1)
    told = Told(RANK, language, name=f"{name} {label}", group={"programme": str(ranks.name)})
    told.points(ax, range(len(ranks)), ranks)
    value_axis(ax, RANK, language, ticks=4)
    ax.set_ylim(ranks.max() + 1.5, max(0.0, ranks.min() - 1.5))
    ax.set_title(label, bold=False, fontsize=SMALL)
    return [alt_line(f"{name} {label}", period_value_pairs(ranks.dropna(), write, language), language)]


def _tier_words(
    results: Results, plan: str, programme: str, tier: str, amount: float, language: Language
) -> str:
    chance = results.value("rebate_tier_chance", plan, programme=programme, tier=tier)
    return text(
        "figure.tiers.tier",
        language,
        tier=tier,
        amount=format_value(amount, "amount", language),
        chance=format_value(chance, "percent", language, decimals=0),
    )


def _beside_lines(ax: Axes, heights: list[float], words: list[str]) -> None:
    """Words right of level lines, moved apart where they would touch; the last are the mean's."""
    bottom, top = ax.get_ylim()
    order = list(np.argsort(heights, kind="stable"))
    places = spread_apart([heights[place] for place in order], 0.13 * (top - bottom), bottom, top)
    for place, height in zip(order, places, strict=True):
        margin_label(
            ax, height, 1.02, words[place], color=LIGHT.accent if place == len(heights) - 1 else LIGHT.second
        )
