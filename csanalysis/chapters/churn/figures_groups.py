"""Last year's churn by every split: a block of rows a split, and which splits differ beyond chance."""

from collections.abc import Sequence

import pandas as pd

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
from csanalysis.display.canvas import Axes
from csanalysis.display.figures.alt import join_pairs
from csanalysis.display.figures.marks import formatter, margin_label, value_axis
from csanalysis.display.figures.panels import panels
from csanalysis.display.figures.theme import SMALL, ReportFigure, finish_figure, plain_axes
from csanalysis.display.figures.told import Told
from csanalysis.metrics.customers.vehicle_groups import SPLITS, UNNAMED
from csanalysis.metrics.results import Results
from csanalysis.metrics.stats.many import Q_VALUE
from csanalysis.palette import LIGHT

RATE, DRAWN, DIFFERS = "annual_churn_rate", "churn_rate_shrunk", "churn_split_q_value"

_PLOT = 0.7
"""The share of a panel's width that the rates take; the numbers stand right of them."""

Block = tuple[str, pd.DataFrame]


def splits_told_apart(results: Results, year: str) -> list[str]:
    """The splits whose groups differ in churn beyond chance, the clearest first."""
    found = results.select(DIFFERS, "year", "split", period=year)
    return list(found[found["value"] <= Q_VALUE].sort_values("value", kind="stable")["split"])


def groups_in_order(results: Results, split: str, year: str) -> pd.DataFrame:
    """Last year's churn of each group of a split, by drawn rate where the split differs beyond chance.

    Otherwise as counted, for then no order means anything; ages always rise, and what is other or not known
    comes last.
    """
    rows = results.select(RATE, "year", split, period=year).rename(columns={split: "group"})
    drawn = results.select(DRAWN, "year", split, period=year).set_index(split)["value"]
    last = rows["group"].isin(UNNAMED).to_numpy()
    named = rows[~last]
    if split != "vehicle_age" and split in splits_told_apart(results, year):
        order = drawn.reindex(named["group"]).reset_index(drop=True).sort_values(ascending=False).index
        named = named.iloc[order]
    return pd.concat([named, rows[last]], ignore_index=True)


def churn_by_groups(
    results: Results, *, language: Language, title: str | None = None
) -> ReportFigure | Missing:
    """Churn of the last complete year by age, model, district, origin, customer, fuel, warranty and last job.

    Parameters
    ----------
    results : Results
        ``annual_churn_rate`` by each split, ``churn_rate_shrunk``, ``churn_split_q_value``.
    language : Language
        ``zh`` or ``en``.
    title : str, optional
        Instead of the one made from the numbers.
    """
    year = results.latest(RATE, "year")
    blocks = [(split, groups_in_order(results, split, year)) for split in SPLITS] if year else []
    blocks = [(split, rows) for split, rows in blocks if len(rows)]
    if year is None or not blocks:
        return explain_missing([RATE], results, language)
    told, whole = splits_told_apart(results, year), results.value(RATE, year)
    columns = _in_two(blocks)
    tallest = max(sum(len(rows) + 1 for _, rows in column) for column in columns)
    top = max(float(rows["high"].max()) for _, rows in blocks)
    with panels(language, len(columns), across=2, each=0.165 * tallest + 0.35, around=0.1) as (figure, axes):
        for ax, column in zip(axes, columns, strict=True):
            _column(ax, column, told, language)
            if whole is not None:
                ax.axvline(whole, color=LIGHT.second, linestyle="--", linewidth=0.8)
            ax.set_xlim(0, top / _PLOT)
            ax.set_ylim(tallest - 0.5, -0.7)
            value_axis(ax, RATE, language, axis="x", ticks=6)
            ax.set_xticks([tick for tick in ax.get_xticks() if 0 <= tick <= top])
            plain_axes(ax, grid="x")
            ax.tick_params(axis="y", length=0)
        return finish_figure(
            figure,
            id="churn_by_groups",
            title=title or _title(told, year, language),
            alt=_alt(blocks, language),
            note=text("figure.churn_groups.note", language),
        )


def _in_two(blocks: Sequence[Block]) -> list[list[Block]]:
    """The blocks in two columns of about the same length, in their order."""
    lengths = [len(rows) + 1 for _, rows in blocks]
    cut = min(
        range(1, len(blocks) + 1), key=lambda at: max(sum(lengths[:at]), sum(lengths[at:])) - 0.001 * at
    )
    return [list(part) for part in (blocks[:cut], blocks[cut:]) if part]


def _column(ax: Axes, blocks: Sequence[Block], told: Sequence[str], language: Language) -> None:
    write, place = formatter(RATE, language), 0
    ticks: list[tuple[int, str, bool]] = []
    for split, rows in blocks:
        ticks.append((place, group_name(split, language), True))
        Told(RATE, language, by=split, period=rows["period"].iloc[0]).points(
            ax, range(place + 1, place + 1 + len(rows)), rows.set_index("group"), flat=True
        )
        shown = rows[["group", "value", "low", "high", "denominator"]]
        for group, value, low, high, size in shown.itertuples(index=False):
            place += 1
            face = LIGHT.accent if split in told else LIGHT.paper
            ax.plot([low, high], [place, place], color=LIGHT.accent, linewidth=1)
            ax.plot(value, place, "o", color=LIGHT.accent, markersize=4, markerfacecolor=face)
            count = format_value(size, "count", language)
            margin_label(ax, place, 0.86, write(value), ha="right")
            margin_label(ax, place, 1.0, count, color=LIGHT.muted, ha="right")
            ticks.append((place, group_label(split, str(group), language), False))
        place += 1
    heads = [number for number, (_, _, head) in enumerate(ticks) if head]
    ax.set_yticks([at for at, _, _ in ticks], [words for _, words, _ in ticks], heads=heads, size=SMALL)


def _title(told: Sequence[str], year: str, language: Language) -> str:
    said = text("sign.comma", language).join(group_label("split", split, language) for split in told)
    key = "apart" if told else "alike"
    return text(
        f"figure.churn_groups.title_{key}",
        language,
        year=format_period(year, language),
        **({"splits": said} if told else {}),
    )


def _alt(blocks: Sequence[Block], language: Language) -> str:
    write = formatter(RATE, language)
    said = [
        text(
            "figure.dot_alt",
            language,
            metric=f"{METRICS[RATE].label(language)} {group_name(split, language)}",
            values=join_pairs(
                (
                    (group_label(split, str(group), language), write(value))
                    for group, value in zip(rows["group"], rows["value"], strict=True)
                ),
                language,
            ),
        )
        for split, rows in blocks
    ]
    return " ".join(said)
