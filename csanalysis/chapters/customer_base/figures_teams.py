"""Figures of teams and advisors: whom they look after, how many they are losing, how busy they are."""

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
from csanalysis.catalogue.texts import in_catalogue_order
from csanalysis.display.figures.alt import alt_bars, alt_line, period_value_pairs
from csanalysis.display.figures.marks import (
    bars_down,
    formatter,
    label_beside,
    legend_above,
    margin_label,
    top_label,
    whole_percent,
)
from csanalysis.display.figures.panels import dashed_line_label, month_panel, panels
from csanalysis.display.figures.theme import SMALL, ReportFigure, canvas, finish_figure, plain_axes
from csanalysis.display.figures.told import Told
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT, SEQUENTIAL

CLASSES, ASSESSED = "visit_class_vehicles", "assessed_churn_rate"
RECEPTIONS, ABOVE, BEST = (
    "daily_receptions",
    "daily_receptions_days_above_limit",
    "daily_receptions_best_share",
)
MOST_TEAMS = 9


def classes_by_team(
    results: Results, *, language: Language, title: str | None = None
) -> ReportFigure | Missing:
    """Each team's vehicles by how often they come, as shares of the team; the store as a last row."""
    rows = results.select(CLASSES, "date", "team", "visit_class").dropna(subset="value")
    whole = results.select(CLASSES, "date", "visit_class").dropna(subset="value")
    if rows.empty and whole.empty:
        return explain_missing([CLASSES], results, language)
    day = max([*rows["period"], *whole["period"]])
    store = text("column.overall", language)
    counts = rows[rows["period"] == day].pivot(index="team", columns="visit_class", values="value")
    undivided = whole[whole["period"] == day].set_index("visit_class")["value"]
    counts = pd.concat([counts, undivided.to_frame(store).T])  # where no team is known it is the only row
    known = counts[in_catalogue_order("visit_class", counts.columns)]
    counts = known.fillna(0)
    shares = counts.div(counts.sum(axis=1).replace(0, np.nan), axis=0).fillna(0)
    write, percent = formatter(CLASSES, language), whole_percent(language)
    shades = SEQUENTIAL[5::-2] + SEQUENTIAL[:1]
    with canvas(language, height=0.9 + 0.34 * len(counts)) as (figure, ax):
        left = np.zeros(len(counts))
        for shade, (name, share) in zip(shades, shares.items(), strict=False):
            label = group_label("visit_class", str(name), language)
            ax.barh(
                range(len(counts)),
                share,
                left=left,
                color=shade,
                edgecolor=LIGHT.neutral,
                linewidth=0.5,
                height=0.66,
                label=label,
            )
            for place, (start, size, count) in enumerate(zip(left, share, counts[name], strict=True)):
                if size >= 0.07:
                    dark = shade == shades[0]
                    words = f"{percent(size)}  {write(count)}" if size >= 0.14 else percent(size)
                    color = LIGHT.paper if dark else LIGHT.ink
                    ax.text(
                        start + size / 2, place, words, ha="center", va="center", fontsize=SMALL, color=color
                    )
            left = left + share.to_numpy()
        for place, (team, row) in enumerate(known.iterrows()):
            group = {} if team == store else {"team": str(team)}
            told = Told(CLASSES, language, name=str(team), by="visit_class", period=day, group=group)
            at = shares.iloc[place]
            base = at.cumsum() - at
            told.bars(ax, [place] * len(row), row, width=0.66, base=base, at=at, flat=True)
        ax.set_yticks(range(len(counts)), list(counts.index))
        ax.set_ylim(len(counts) - 0.5, -0.5)
        ax.set_xlim(0, 1)
        plain_axes(ax, grid=None)
        ax.despine(left=True, bottom=True)
        ax.tick_params(length=0)
        ax.set_xticks([])
        legend_above(ax)
        names = [group_label("visit_class", str(name), language) for name in shares.columns]
        comma = text("sign.comma", language)
        pairs = [
            (str(team), comma.join(f"{name} {percent(v)}" for name, v in zip(names, row, strict=True)))
            for team, row in shares.iterrows()
        ]
        often = shares.loc[store].reindex(["A", "B"]).sum()
        made = text(
            "figure.classes.title",
            language,
            share=percent(often),
            none=percent(shares.loc[store].get("D", 0)),
        )
        return finish_figure(
            figure,
            id=f"{CLASSES}_by_team",
            title=title or made,
            alt=alt_bars(
                f"{METRICS[CLASSES].label(language)} {format_period(day, language)}", pairs, language
            ),
            note=text("figure.classes.note", language),
        )


def assessed_churn(
    results: Results, *, language: Language, months: int = 24, title: str | None = None
) -> ReportFigure | Missing:
    """Each team's share of marginal vehicles by month with its interval, the store's beside it.

    Parameters
    ----------
    results : Results
        ``assessed_churn_rate`` by month, whole and by ``team``.
    language : Language
        ``zh`` or ``en``.
    months : int
        How many latest months.
    title : str, optional
        Instead of the one made from the numbers.
    """
    rows = results.select(ASSESSED, "month", "team").dropna(subset="value").sort_values("period")
    whole = results.select(ASSESSED, "month").dropna(subset="value").set_index("period")["value"].sort_index()
    if rows.empty and whole.empty:
        return explain_missing([ASSESSED], results, language)
    labels = list(whole.index)[-months:]
    largest = rows[rows["period"] == rows["period"].max()].sort_values("denominator", ascending=False)["team"]
    teams = list(largest[:MOST_TEAMS])
    across = min(3, max(1, len(teams)))
    write, store = formatter(ASSESSED, language), whole.reindex(labels)
    alts = [alt_line(text("column.overall", language), period_value_pairs(store, write, language), language)]
    with panels(language, max(1, len(teams)), across=across, each=1.9, sharey=True) as (figure, axes):
        if not teams:
            month_panel(axes[0], ASSESSED, labels, language, line=None, beside=store)
        for team, ax in zip(teams, axes, strict=False):
            line = rows[rows["team"] == team].set_index("period").reindex(labels)
            group = {"team": str(team)}
            month_panel(ax, ASSESSED, labels, language, line=line, beside=store, name=str(team), group=group)
            last = line["value"].iloc[-1]
            label_beside(ax, len(labels) - 1, last, write(last), color=LIGHT.accent)
            ax.set_title(team)
            alts.append(alt_line(team, period_value_pairs(line["value"], write, language), language))
        dashed_line_label(axes[0], text("figure.store_dashed", language))
        made = text(
            "figure.assessed.title",
            language,
            month=format_period(labels[-1], language),
            value=write(store.iloc[-1]),
        )
        return finish_figure(
            figure,
            id=ASSESSED,
            title=title or made,
            alt=" ".join(alts),
            note=text("figure.assessed.note", language),
        )


def receptions(
    results: Results,
    *,
    language: Language,
    best: tuple[int, int] | list[int] = (8, 10),
    limit: int = 12,
    title: str | None = None,
) -> ReportFigure | Missing:
    """Each advisor's receptions a working day in the latest year, against the recommended load and the limit.

    Parameters
    ----------
    results : Results
        ``daily_receptions`` by year and ``advisor``, and the two measures beside it.
    language : Language
        ``zh`` or ``en``.
    best : two int
        The recommended load, shaded.
    limit : int
        The load not to exceed, a line.
    title : str, optional
        Instead of the one made from the numbers.
    """
    rows = results.select(RECEPTIONS, "year", "advisor").dropna(subset="value")
    if rows.empty:
        return explain_missing([RECEPTIONS], results, language)
    year = str(rows["period"].max())
    rows = rows[rows["period"] == year].sort_values("value", ascending=False, ignore_index=True)
    write = formatter(RECEPTIONS, language, decimals=1)
    with canvas(language, height=0.9 + 0.27 * len(rows)) as (figure, ax):
        ax.axvspan(*best, color=LIGHT.accent_soft)
        ax.axvline(limit, color=LIGHT.bad, linestyle="--", linewidth=1)
        bars_down(ax, list(rows["advisor"]), rows["value"], width=0.5, color=LIGHT.accent)
        told = Told(RECEPTIONS, language, by="advisor", period=year, write=write)
        told.bars(ax, range(len(rows)), rows.set_index("advisor")["value"], width=0.5, flat=True)
        words = []
        for place, row in enumerate(rows.to_dict("records")):
            above_limit = results.value(ABOVE, year, advisor=row["advisor"])
            share = results.value(BEST, year, advisor=row["advisor"])
            said = text(
                "figure.receptions.days",
                language,
                days=format_value(above_limit, "count", language),
                limit=limit,
                share=format_value(share, "percent", language, decimals=0),
                low=best[0],
                high=best[1],
            )
            words.append(f"{write(row['value'])} ({said})")
            label_beside(ax, row["value"], place, write(row["value"]), weight="bold")
            margin_label(ax, place, 1.02, said, color=LIGHT.muted)
        ax.set_xlim(0, max(limit * 1.08, rows["value"].max() * 1.12))
        top_label(
            ax,
            sum(best) / 2,
            text("figure.receptions.best", language, low=best[0], high=best[1]),
            color=LIGHT.accent,
        )
        top_label(ax, limit, text("figure.receptions.limit", language, limit=limit), color=LIGHT.bad)
        plain_axes(ax, grid=None)
        ax.tick_params(axis="y", length=0)
        label = METRICS[RECEPTIONS].label(language)
        made = text(
            "figure.receptions.title",
            language,
            year=format_period(year, language),
            low=write(rows["value"].min()),
            high=write(rows["value"].max()),
        )
        return finish_figure(
            figure,
            id=RECEPTIONS,
            title=title or made,
            alt=alt_bars(
                f"{label} {format_period(year, language)}", zip(rows["advisor"], words, strict=True), language
            ),
            note=text("figure.receptions.note", language, low=best[0], high=best[1], limit=limit),
        )
