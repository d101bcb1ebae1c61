"""Figures of the process at the desk and of what people score."""

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
from csanalysis.display.figures.alt import alt_line, join_pairs, period_value_pairs
from csanalysis.display.figures.marks import formatter, intervals_down, margin_label, value_axis
from csanalysis.display.figures.panels import dashed_line_label, month_panel, panels
from csanalysis.display.figures.theme import ReportFigure, canvas, finish_figure, plain_axes
from csanalysis.display.figures.told import Told
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT

RATE, SCORE = "process_compliance_rate", "staff_score"
ACROSS, MOST_PEOPLE, MOST_PROGRAMMES = 3, 9, 4


def compliance_by_person(
    results: Results, *, language: Language, months: int = 24, title: str | None = None
) -> ReportFigure | Missing:
    """Each person's share of items passed by month with its interval, the store's beside it.

    Parameters
    ----------
    results : Results
        ``process_compliance_rate`` by month, whole and by ``staff``.
    language : Language
        ``zh`` or ``en``.
    months : int
        How many latest months.
    title : str, optional
        Instead of the one made from the numbers.
    """
    rows = results.select(RATE, "month", "staff").dropna(subset="value")
    whole = results.select(RATE, "month").set_index("period")["value"].sort_index()
    labels = list(whole.index)[-months:]
    volume = rows[rows["period"].isin(labels)].groupby("staff")["denominator"].sum()
    people = list(volume.sort_values(ascending=False, kind="stable").index)[:MOST_PEOPLE]
    if not people:
        return explain_missing([RATE], results, language)
    write, store = formatter(RATE, language), whole.reindex(labels)
    alts = [
        alt_line(
            text("column.overall", language), period_value_pairs(store.dropna(), write, language), language
        )
    ]
    across = min(ACROSS, len(people))
    with panels(language, len(people), across=across, each=1.9, sharey=True) as (figure, axes):
        for person, ax in zip(people, axes, strict=True):
            line = rows[rows["staff"] == person].set_index("period").reindex(labels)
            group = {"staff": str(person)}
            month_panel(ax, RATE, labels, language, line=line, beside=store, name=str(person), group=group)
            ax.set_title(person)
            alts.append(
                alt_line(person, period_value_pairs(line["value"].dropna(), write, language), language)
            )
        dashed_line_label(axes[0], text("figure.store_dashed", language))
        year = labels[-1][:4]
        by_staff = results.select(RATE, None, "staff", period=year).dropna(subset="value")["value"]
        made = text(
            "figure.compliance.title",
            language,
            year=format_period(year, language),
            value=write(results.value(RATE, year) or float("nan")),
            low=write(by_staff.min()),
            high=write(by_staff.max()),
        )
        note = text("figure.compliance.note", language)
        return finish_figure(
            figure, id=f"{RATE}_by_staff_and_month", title=title or made, alt=" ".join(alts), note=note
        )


def scores_by_person(
    results: Results, year: int | str, *, language: Language, title: str | None = None
) -> ReportFigure | Missing:
    """Each person's score of the year with its interval and volume, the store's score as a line.

    Parameters
    ----------
    results : Results
        ``staff_score`` by ``staff`` and ``programme``, ``programme_score`` if there.
    year : int
        The year shown.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    period = str(year)
    rows = results.select(SCORE, None, "staff", "programme", period=period).dropna(subset="value")
    programmes = list(dict.fromkeys(rows["programme"]))[:MOST_PROGRAMMES]
    if not programmes:
        return explain_missing([SCORE], results, language)
    write, alts = formatter(SCORE, language, decimals=1), []
    sizes = [int((rows["programme"] == programme).sum()) for programme in programmes]
    with canvas(
        language,
        height=0.55 * len(programmes) + 0.28 * sum(sizes),
        nrows=len(programmes),
        squeeze=False,
        height_ratios=[size + 1 for size in sizes],
    ) as (figure, grid):
        for (ax,), programme in zip(grid, programmes, strict=True):
            people = rows[rows["programme"] == programme].sort_values(
                "value", ascending=False, ignore_index=True
            )
            intervals_down(ax, people, range(len(people)), color=LIGHT.accent)
            ax.plot(people["value"], range(len(people)), "o", color=LIGHT.accent, markersize=5.5)
            for place, row in people.iterrows():
                margin_label(ax, place, 1.02, write(row["value"]), weight="bold")
                margin_label(
                    ax, place, 1.13, format_value(row["denominator"], "count", language), color=LIGHT.muted
                )
            told = Told(
                SCORE, language, by="staff", period=period, group={"programme": programme}, write=write
            )
            told.points(ax, range(len(people)), people.set_index("staff"), flat=True)
            mean = (people["value"] * people["denominator"]).sum() / people["denominator"].sum()
            ax.axvline(mean, color=LIGHT.second, linestyle="--", linewidth=1)
            ax.set_title(group_label("programme", programme, language))
            margin_label(ax, -0.9, 1.13, text("column.responses", language), color=LIGHT.muted)
            ax.set_yticks(range(len(people)), list(people["staff"]))
            ax.set_ylim(len(people) - 0.4, -0.7)
            value_axis(ax, SCORE, language, axis="x")
            plain_axes(ax, grid="x")
            ax.tick_params(axis="y", length=0)
            pairs = zip(people["staff"], map(write, people["value"]), strict=True)
            name = group_label("programme", programme, language)
            alts.append(text("figure.dot_alt", language, metric=name, values=join_pairs(pairs, language)))
        label = METRICS[SCORE].label(language)
        made = text("figure.people.title", language, year=format_period(period, language), metric=label)
        note = text("figure.people.note", language)
        return finish_figure(
            figure, id=f"{SCORE}_by_staff", title=title or made, alt=" ".join(alts), note=note
        )
