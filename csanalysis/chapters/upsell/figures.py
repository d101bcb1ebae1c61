"""Figures of upsell: the funnel, success by grade, and people against chance."""

import numpy as np

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
from csanalysis.display.figures.alt import alt_bars, alt_line, join_pairs, period_value_pairs
from csanalysis.display.figures.marks import (
    end_labels,
    formatter,
    interval_offsets,
    margin_label,
    top_label,
    value_axis,
)
from csanalysis.display.figures.theme import (
    SMALL,
    ReportFigure,
    canvas,
    finish_figure,
    plain_axes,
    series_style,
)
from csanalysis.display.figures.told import Told
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT

SUCCESS, STANDARDISED, LIMITS = "upsell_success_rate", "upsell_success_standardised", "upsell_success_limits"
FUNNEL, FUNNEL_AMOUNT = "upsell_funnel", "upsell_funnel_amount"
FUNNEL_TITLE = ("visits", "visits_with_items", "proposed", "accepted")
MOST_PEOPLE = 20


def upsell_by_grade(
    results: Results, *, language: Language, title: str | None = None
) -> ReportFigure | Missing:
    """Success rate of each grade over the years, with its interval.

    Parameters
    ----------
    results : Results
        ``upsell_success_rate`` by year and ``grade``.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    rates = results.select(SUCCESS, "year", "grade").dropna(subset="value")
    if rates.empty:
        return explain_missing([SUCCESS], results, language)
    years = sorted(set(rates["period"]))
    write = formatter(SUCCESS, language)
    with canvas(language) as (figure, ax):
        ends, alts = {}, []
        for place, grade in enumerate(in_catalogue_order("grade", dict.fromkeys(rates["grade"]))):
            line = rates[rates["grade"] == grade].set_index("period").reindex(years)
            style, name = series_style(place), group_label("grade", grade, language)
            ax.errorbar(
                range(len(years)),
                line["value"],
                yerr=interval_offsets(line),
                capsize=2.5,
                elinewidth=0.8,
                **style,
            )
            told = Told(SUCCESS, language, name=name, group={"grade": str(grade)})
            told.points(ax, range(len(years)), line)
            last = line["value"].last_valid_index()
            ends[f"{name} {write(line['value'][last])}"] = (line["value"][last], style["color"])
            alts.append(alt_line(name, period_value_pairs(line["value"].dropna(), write, language), language))
        ax.set_xticks(range(len(years)), [format_period(year, language) for year in years])
        ax.set_xlim(-0.3, len(years) - 0.7)
        ax.set_ylim(0, None)
        value_axis(ax, SUCCESS, language)
        plain_axes(ax)
        ax.tick_params(axis="x", length=0)
        end_labels(ax, len(years) - 1, ends)
        latest = rates[rates["period"] == years[-1]].set_index("grade")["value"]
        made = text(
            "figure.upsell.by_grade",
            language,
            year=format_period(years[-1], language),
            rates=text("sign.comma", language).join(
                f"{group_label('grade', grade, language)} {write(latest[grade])}"
                for grade in in_catalogue_order("grade", latest.index)
            ),
        )
        note = text("note.interval", language)
        return finish_figure(
            figure, id=f"{SUCCESS}_by_grade_and_year", title=title or made, alt=" ".join(alts), note=note
        )


def upsell_funnel(
    results: Results, *, year: str | int, language: Language, title: str | None = None
) -> ReportFigure | Missing:
    """How many items, and how much money, reach each stage in a year: one bar a stage.

    Parameters
    ----------
    results : Results
        ``upsell_funnel`` and ``upsell_funnel_amount`` by year and ``stage``.
    year : str or int
        Which year.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    counts = results.select(FUNNEL, None, "stage", period=str(year)).set_index("stage")["value"].dropna()
    if counts.empty:
        return explain_missing([FUNNEL], results, language)
    amounts = results.select(FUNNEL_AMOUNT, None, "stage", period=str(year)).set_index("stage")["value"]
    write, money = formatter(FUNNEL, language), formatter(FUNNEL_AMOUNT, language)
    stages = in_catalogue_order("stage", counts.index)
    names = [group_label("stage", stage, language) for stage in stages]
    # Visits are no items: the title tells how many there were.
    bars = [stage for stage in stages if not stage.startswith("visits")]
    with canvas(language, height=0.65 + 0.34 * len(bars)) as (figure, ax):
        looks = {
            "accepted": {"color": LIGHT.accent},
            "recovered": {"color": LIGHT.accent},
            "declined": {"color": LIGHT.paper, "edgecolor": LIGHT.second, "hatch": "////"},
        }
        for place, stage in enumerate(bars):
            look = looks.get(stage, {"color": LIGHT.accent_soft, "edgecolor": LIGHT.accent, "linewidth": 0.8})
            ax.barh(place, counts[stage], height=0.66, **look)
            words = write(counts[stage])
            if stage in amounts:
                words = f"{words}  {money(amounts[stage])}"
            ax.annotate(
                words,
                (counts[stage], place),
                xytext=(5, 0),
                va="center",
                fontsize=SMALL,
            )
        told = Told(FUNNEL, language, by="stage", period=year)
        told.bars(ax, range(len(bars)), counts[bars], width=0.66, flat=True)
        ax.set_yticks(range(len(bars)), [group_label("stage", stage, language) for stage in bars])
        ax.set_ylim(len(bars) - 0.5, -0.5)
        ax.set_xlim(0, counts[bars].max() * 1.28)
        plain_axes(ax, grid=None)
        ax.set_xticks([])
        ax.despine(bottom=True)
        ax.tick_params(axis="y", length=0)
        said = [
            write(counts[stage]) + (f" {money(amounts[stage])}" if stage in amounts else "")
            for stage in stages
        ]
        made = text(
            "figure.upsell.funnel",
            language,
            year=format_period(str(year), language),
            **{stage: write(counts.get(stage, np.nan)) for stage in FUNNEL_TITLE},
        )
        label = METRICS[FUNNEL].label(language)
        alt = alt_bars(label, zip(names, said, strict=True), language)
        return finish_figure(
            figure, id=FUNNEL, title=title or made, alt=alt, note=text("figure.upsell.funnel_note", language)
        )


def upsell_people(
    results: Results, by: str, *, year: str | int, language: Language, title: str | None = None
) -> ReportFigure | Missing:
    """Each person's rate at the same mix against the limits of chance; those with most items first.

    Parameters
    ----------
    results : Results
        ``upsell_success_standardised``, ``upsell_success_limits`` and ``upsell_success_rate`` by year and
        ``by``.
    by : str
        ``advisor``, ``technician`` or ``team``.
    year : str or int
        Which year.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    rates, limits, crude = (
        results.select(metric, None, by, period=str(year)).dropna(subset="value").set_index(by)
        for metric in (STANDARDISED, LIMITS, SUCCESS)
    )
    if rates.empty:
        return explain_missing([STANDARDISED], results, language)
    rates = rates.sort_values("denominator", ascending=False)[:MOST_PEOPLE]
    people, write = list(rates.index), formatter(STANDARDISED, language)
    outside = [
        not limits["low"][person] <= rates["value"][person] <= limits["high"][person] for person in people
    ]
    with canvas(language, height=0.85 + 0.3 * len(people)) as (figure, ax):
        for place, person in enumerate(people):
            low, high = limits.loc[person, ["low", "high"]]
            ax.barh(place, high - low, left=low, height=0.62, color=LIGHT.grid, linewidth=0)
            colour = LIGHT.second if outside[place] else LIGHT.accent
            ax.plot(
                crude["value"][person],
                place,
                "o",
                color=LIGHT.muted,
                markersize=5,
                markerfacecolor=LIGHT.paper,
            )
            ax.plot(rates["value"][person], place, "D" if outside[place] else "o", color=colour, markersize=6)
            weight = "bold" if outside[place] else "normal"
            margin_label(ax, place, 1.02, write(rates["value"][person]), weight=weight, color=colour)
            volume = format_value(rates["denominator"][person], "count", language)
            margin_label(ax, place, 1.12, volume, color=LIGHT.muted)
        Told(STANDARDISED, language, by=by, period=year).points(
            ax, range(len(people)), rates["value"], flat=True
        )
        margin_label(ax, -1, 1.12, text("figure.upsell.items", language), color=LIGHT.muted)
        store = float(limits["value"].iloc[0])
        ax.axvline(store, color=LIGHT.ink, linestyle="--", linewidth=0.8)
        top_label(ax, store, text("figure.split.whole", language, value=write(store)), color=LIGHT.ink)
        ax.set_yticks(range(len(people)), [group_label(by, person, language) for person in people])
        ax.set_ylim(len(people) - 0.5, -0.6)
        ax.xaxis.sticky.clear()
        ax.margins(x=0.04)
        value_axis(ax, STANDARDISED, language, axis="x")
        plain_axes(ax, grid="x")
        ax.tick_params(axis="y", length=0)
        names = [person for person, is_outside in zip(people, outside, strict=True) if is_outside]
        made = text(
            "figure.upsell.people_outside" if names else "figure.upsell.people_inside",
            language,
            year=format_period(str(year), language),
            by=group_name(by, language).lower(),
            names=text("sign.comma", language).join(names),
        )
        values = join_pairs(zip(people, map(write, rates["value"]), strict=True), language)
        return finish_figure(
            figure,
            id=f"{STANDARDISED}_by_{by}",
            title=title or made,
            alt=text("figure.dot_alt", language, metric=METRICS[STANDARDISED].label(language), values=values),
            note=text("figure.upsell.people_note", language),
        )
