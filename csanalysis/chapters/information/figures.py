"""Figures of customer records and contacts: accuracy by month against its target, coverage by month."""

from typing import Any

import pandas as pd

from csanalysis.catalogue import METRICS, Language, Missing, explain_missing, format_period, group_label, text
from csanalysis.catalogue.texts import in_catalogue_order
from csanalysis.display.figures.alt import alt_line, period_value_pairs
from csanalysis.display.figures.marks import band, formatter, label_beside, value_axis, years_axis
from csanalysis.display.figures.panels import dashed_line_label, month_panel, panels
from csanalysis.display.figures.theme import ReportFigure, canvas, finish_figure, plain_axes
from csanalysis.display.figures.told import Told
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT

ACCURACY, TARGET, COVERAGE = "record_accuracy_rate", "record_accuracy_target", "contact_coverage_rate"
MOST_TYPES = 6


def accuracy_by_month(
    results: Results, *, language: Language, months: int = 24, title: str | None = None
) -> ReportFigure | Missing:
    """Each record type's monthly accuracy with its interval, and the target of each year as a level.

    Parameters
    ----------
    results : Results
        ``record_accuracy_rate`` and ``record_accuracy_target``, undivided and by ``record_type``.
    language : Language
        ``zh`` or ``en``.
    months : int
        How many latest months.
    title : str, optional
        Instead of the one made from the numbers.
    """
    rows = results.select(ACCURACY, "month", "record_type").sort_values("period")
    if rows["value"].isna().all():
        return explain_missing([ACCURACY], results, language)
    labels = sorted(rows["period"].unique())[-months:]
    targets = results.select(TARGET, "year", "record_type").set_index(["record_type", "period"])["value"]
    known = rows.dropna(subset="value")
    types = in_catalogue_order("record_type", dict.fromkeys(known["record_type"]))[:MOST_TYPES]
    write, alts = formatter(ACCURACY, language), []
    with panels(language, len(types), across=min(2, len(types)), each=1.55, sharey=True) as (figure, axes):
        for kind, ax in zip(types, axes, strict=True):
            line = rows[rows["record_type"] == kind].set_index("period").reindex(labels)
            level = pd.Series([targets.get((kind, month[:4])) for month in labels], dtype=float)
            name, group = group_label("record_type", kind, language), {"record_type": str(kind)}
            look: Any = {"color": LIGHT.second, "name": name, "group": group}
            month_panel(ax, ACCURACY, labels, language, line=line, beside=level, **look)
            ax.set_title(name)
            alts.append(alt_line(name, period_value_pairs(line["value"].dropna(), write, language), language))
        dashed_line_label(axes[0], text("figure.accuracy.target", language), color=LIGHT.second)
        return finish_figure(
            figure,
            id=f"{ACCURACY}_by_month",
            title=title or _accuracy_title(results, labels[-1][:4], language),
            alt=" ".join(alts),
            note=text("figure.accuracy.note", language),
        )


def coverage_by_month(
    results: Results, *, language: Language, months: int = 36, title: str | None = None
) -> ReportFigure | Missing:
    """The share of sales and of visits that were followed by a contact in time, by month.

    Parameters
    ----------
    results : Results
        ``contact_coverage_rate`` by ``purpose``.
    language : Language
        ``zh`` or ``en``.
    months : int
        How many latest months.
    title : str, optional
        Instead of the one made from the numbers.
    """
    rows = results.select(COVERAGE, "month", "purpose").dropna(subset="value").sort_values("period")
    if rows.empty:
        return explain_missing([COVERAGE], results, language)
    labels = sorted(rows["period"].unique())[-months:]
    write = formatter(COVERAGE, language)
    looks = {
        "post_sale": {"color": LIGHT.accent, "marker": "o", "linestyle": "-"},
        "post_service": {"color": LIGHT.second, "marker": "s", "linestyle": "--"},
    }
    with canvas(language) as (figure, ax):
        alts = []
        for purpose, look in looks.items():
            line = rows[rows["purpose"] == purpose].set_index("period").reindex(labels)
            if line["value"].isna().all():
                continue
            band(ax, range(len(labels)), line["low"], line["high"], look["color"])
            ax.plot(range(len(labels)), line["value"], markersize=3, **look)
            name = group_label("purpose", purpose, language)
            told = Told(COVERAGE, language, name=name, group={"purpose": purpose})
            told.points(ax, range(len(labels)), line)
            end = line["value"].last_valid_index()
            label_beside(ax, labels.index(str(end)), line["value"][end], name, color=look["color"])
            alts.append(alt_line(name, period_value_pairs(line["value"].dropna(), write, language), language))
        years_axis(ax, labels, language)
        value_axis(ax, COVERAGE, language)
        plain_axes(ax)
        ax.set_ylim(0, 1)
        year = labels[-1][:4]
        sale, service = (results.value(COVERAGE, year, purpose=purpose) for purpose in looks)
        label = METRICS[COVERAGE].label(language)
        made = label
        if sale is not None and service is not None:
            made = text(
                "figure.coverage.title",
                language,
                year=format_period(year, language),
                sale=write(sale),
                service=write(service),
            )
        return finish_figure(
            figure,
            id=f"{COVERAGE}_by_month",
            title=title or made,
            alt=" ".join(alts),
            note=text("figure.coverage.note", language),
        )


def _accuracy_title(results: Results, year: str, language: Language) -> str:
    write = formatter(ACCURACY, language)
    value, target = results.value(ACCURACY, year), results.value(TARGET, year)
    if value is None:
        return METRICS[ACCURACY].label(language)
    said = {"year": format_period(year, language), "value": write(value)}
    if target is None:
        return text("figure.accuracy.title_alone", language, **said)
    return text("figure.accuracy.title", language, **said, target=write(target))
