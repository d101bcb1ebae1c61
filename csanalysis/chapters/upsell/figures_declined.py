"""Figures of declined work: why customers say no, when they come back, what still lies on the table."""

import numpy as np

from csanalysis.catalogue import (
    METRICS,
    Language,
    Missing,
    explain_missing,
    format_period,
    group_label,
    group_name,
    text,
)
from csanalysis.catalogue.texts import in_catalogue_order
from csanalysis.display.figures.alt import alt_bars, alt_line, join_pairs
from csanalysis.display.figures.marks import (
    band,
    end_labels,
    formatter,
    grid_of_cells,
    label_above,
    legend_above,
    value_axis,
)
from csanalysis.display.figures.theme import ReportFigure, canvas, finish_figure, plain_axes, series_style
from csanalysis.display.figures.told import Told
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT, SEQUENTIAL

DECLINED, CURVE, OPEN = "upsell_declined_amount", "upsell_recovery_curve", "upsell_open_amount"
MOST_REASONS = 10
OLD = "366+"


def declined_by_reason(
    results: Results, *, year: str | int, language: Language, title: str | None = None
) -> ReportFigure | Missing:
    """Money declined in a year by reason and grade: darker cells cost more.

    Parameters
    ----------
    results : Results
        ``upsell_declined_amount`` by year, ``decline_reason`` and ``grade``.
    year : str or int
        Which year.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    rows = results.select(DECLINED, None, "decline_reason", "grade", period=str(year))
    grid = rows.pivot(index="decline_reason", columns="grade", values="value")
    if rows["value"].fillna(0).sum() == 0:
        return explain_missing([DECLINED], results, language)
    order = grid.sum(axis=1).sort_values(ascending=False).index[:MOST_REASONS]
    grid = grid.loc[order, in_catalogue_order("grade", grid.columns)]
    write = formatter(DECLINED, language)
    grades = [group_label("grade", str(grade), language) for grade in grid.columns]
    reasons = [group_label("decline_reason", str(reason), language) for reason in grid.index]
    with canvas(language, height=0.6 + 0.32 * len(grid)) as (figure, ax):
        grid_of_cells(ax, grid, grid.map(write), rows=reasons, columns=grades)
        for down, (name, (why, row)) in enumerate(zip(reasons, grid.iterrows(), strict=True)):
            group = {"decline_reason": str(why)}
            Told(DECLINED, language, name=name, by="grade", period=year, group=group).cells(ax, down, row)
        dearest = rows.sort_values("value").iloc[-1]
        reason, grade = str(dearest["decline_reason"]), str(dearest["grade"])
        pairs = [
            (
                name,
                text("sign.comma", language).join(
                    f"{g} {write(v)}" for g, v in zip(grades, row, strict=True)
                ),
            )
            for name, (_, row) in zip(reasons, grid.iterrows(), strict=True)
        ]
        made = text(
            "figure.upsell.reasons",
            language,
            year=format_period(str(year), language),
            reason=group_label("decline_reason", reason, language),
            grade=group_label("grade", grade, language),
            amount=write(float(dearest["value"])),
        )
        label = METRICS[DECLINED].label(language)
        alt = text("figure.grid_alt", language, metric=label, values=join_pairs(pairs, language))
        return finish_figure(figure, id=DECLINED, title=title or made, alt=alt)


def recovery_curve(
    results: Results, *, language: Language, title: str | None = None
) -> ReportFigure | Missing:
    """Share of the declined items that were done within so many days, by grade.

    Parameters
    ----------
    results : Results
        ``upsell_recovery_curve`` by ``grade`` and ``days``.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    rows = results.select(CURVE, "date", "grade", "days").dropna(subset="value")
    if rows.empty:
        return explain_missing([CURVE], results, language)
    rows = rows.assign(days=rows["days"].astype(int)).sort_values("days")
    write = formatter(CURVE, language)
    with canvas(language) as (figure, ax):
        ends, alts, at_90 = {}, [], {}
        for place, grade in enumerate(in_catalogue_order("grade", dict.fromkeys(rows["grade"]))):
            line = rows[rows["grade"] == grade].set_index("days")
            style, name = series_style(place), group_label("grade", grade, language)
            days = [0, *line.index]
            band(
                ax,
                line.index,
                line["low"].fillna(line["value"]),
                line["high"].fillna(line["value"]),
                style["color"],
            )
            ax.plot(days, [0, *line["value"]], **style)
            ends[f"{name} {write(line['value'].iloc[-1])}"] = (line["value"].iloc[-1], style["color"])
            group = {"grade": str(grade)}
            told = Told(CURVE, language, name=name, by="days", period=line["period"].iloc[0], group=group)
            told.points(ax, line.index, line)
            spoken = [
                (group_label("days", str(day), language), write(value))
                for day, value in line["value"].items()
            ]
            alts.append(alt_line(name, spoken, language))
            if 90 in line.index:
                at_90[name] = write(line["value"][90])
        last = int(rows["days"].max())
        ax.set_xticks([day for day in (0, 30, 90, 180, 270, 365) if day <= last])
        ax.set_xlim(0, last)
        ax.set_ylim(0, None)
        value_axis(ax, CURVE, language)
        plain_axes(ax)
        ax.set_xlabel(group_name("days", language))
        end_labels(ax, last, ends)
        rates = text("sign.comma", language).join(f"{name} {value}" for name, value in at_90.items())
        made = (
            text("figure.upsell.recovery", language, rates=rates) if at_90 else METRICS[CURVE].label(language)
        )
        note = text("figure.upsell.recovery_note", language)
        return finish_figure(figure, id=CURVE, title=title or made, alt=" ".join(alts), note=note)


def on_the_table(results: Results, *, language: Language, title: str | None = None) -> ReportFigure | Missing:
    """Value of the work declined within a year and still to be done, by age, stacked by grade.

    Parameters
    ----------
    results : Results
        ``upsell_open_amount`` by ``age_days`` and ``grade``.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    rows = results.select(OPEN, "date", "age_days", "grade").dropna(subset="value")
    if rows.empty:
        return explain_missing([OPEN], results, language)
    day = str(rows["period"].iloc[0])
    table = rows.pivot(index="age_days", columns="grade", values="value").fillna(0)
    table = table.loc[in_catalogue_order("age_days", table.index), in_catalogue_order("grade", table.columns)]
    # Old work would dwarf the rest and is hardly to be had any more; the title tells how much it is.
    old = results.value(OPEN, day, age_days=OLD) or 0.0
    table = table[table.index != OLD]
    write, totals = formatter(OPEN, language), table.sum(axis=1)
    if not totals.sum():
        return explain_missing([OPEN], results, language)
    names = [group_label("age_days", str(age), language) for age in table.index]
    with canvas(language, height=2.6) as (figure, ax):
        bottom = np.zeros(len(table))
        for grade, shade, hatch in zip(table.columns, SEQUENTIAL[5::-2], ("", "", "////"), strict=False):
            ax.bar(
                range(len(table)),
                table[grade],
                bottom=bottom,
                width=0.62,
                color=shade,
                edgecolor=LIGHT.accent,
                linewidth=0.5,
                hatch=hatch,
                label=group_label("grade", str(grade), language),
            )
            name, group = group_label("grade", str(grade), language), {"grade": str(grade)}
            told = Told(OPEN, language, name=name, by="age_days", period=day, group=group)
            told.bars(ax, range(len(table)), table[grade], width=0.62, base=bottom)
            bottom = bottom + table[grade].to_numpy()
        for place, total in enumerate(totals):
            label_above(ax, place, total, write(total), weight="bold")
        ax.set_xticks(range(len(table)), names)
        ax.tick_params(axis="x", length=0)
        ax.set_ylim(0, totals.max() * 1.12)
        value_axis(ax, OPEN, language)
        plain_axes(ax)
        legend_above(ax)
        made = text("figure.upsell.open", language, recent=write(totals.sum()), old=write(old))
        label = METRICS[OPEN].label(language)
        alt = alt_bars(label, zip(names, map(write, totals), strict=True), language)
        return finish_figure(
            figure, id=OPEN, title=title or made, alt=alt, note=text("figure.upsell.open_note", language)
        )
