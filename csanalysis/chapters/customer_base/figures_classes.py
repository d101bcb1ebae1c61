"""The figure of classes: where last year's are now."""

import numpy as np
import pandas as pd

from csanalysis.catalogue import (
    METRICS,
    Language,
    Missing,
    explain_missing,
    format_value,
    group_label,
    group_name,
    text,
)
from csanalysis.catalogue.texts import in_catalogue_order
from csanalysis.display.figures.alt import join_pairs
from csanalysis.display.figures.marks import formatter, grid_of_cells
from csanalysis.display.figures.theme import ReportFigure, canvas, finish_figure
from csanalysis.display.figures.told import Told
from csanalysis.metrics.results import Results
from csanalysis.palette import LIGHT

MIGRATION = "visit_class_migration"


def class_migration(
    results: Results, *, language: Language, title: str | None = None
) -> ReportFigure | Missing:
    """Where the vehicles of each class a year ago are now: share of the row, and vehicles."""
    rows = results.select(MIGRATION, "date", "from", "to").dropna(subset="value")
    rows = rows[rows["period"] == rows["period"].max()]
    if rows.empty:
        return explain_missing([MIGRATION], results, language)
    counts = rows.pivot(index="from", columns="to", values="value")
    counts = counts.loc[in_catalogue_order("from", counts.index), in_catalogue_order("to", counts.columns)]
    shares = counts.div(counts.sum(axis=1).replace(0, np.nan), axis=0)
    write = formatter(MIGRATION, language)
    percent = shares.map(lambda share: format_value(share, "percent", language, decimals=0))
    words = percent + "\n" + counts.map(write)
    with canvas(language, height=0.9 + 0.38 * len(counts)) as (figure, ax):
        rows_labels = [group_label("from", name, language) for name in counts.index]
        columns_labels = [group_label("to", name, language) for name in counts.columns]
        grid_of_cells(ax, shares, words, rows=rows_labels, columns=columns_labels)
        day = str(rows["period"].iloc[0])
        for down, (name, (old, row)) in enumerate(zip(rows_labels, counts.iterrows(), strict=True)):
            told = Told(MIGRATION, language, name=f"{name} →", by="to", period=day, group={"from": str(old)})
            told.cells(ax, down, row)
        ax.set_ylabel(group_name("from", language))
        ax.set_title(group_name("to", language), center=True, bold=False, color=LIGHT.muted)
        label = METRICS[MIGRATION].label(language)
        pairs = [
            (
                name,
                text("sign.comma", language).join(
                    f"{c} {v}" for c, v in zip(columns_labels, row, strict=True)
                ),
            )
            for name, row in zip(rows_labels, percent.to_numpy(), strict=True)
        ]
        return finish_figure(
            figure,
            id=MIGRATION,
            title=title or _stayed(shares, language) or label,
            alt=text("figure.grid_alt", language, metric=label, values=join_pairs(pairs, language)),
            note=text("figure.migration.note", language),
        )


def _stayed(shares: pd.DataFrame, language: Language) -> str:
    """What became of the vehicles that came most often."""
    if "A" not in shares.index or shares.loc["A"].isna().all():
        return ""
    first = shares.loc["A"].to_dict()
    kept, lost = (format_value(first.get(name), "percent", language) for name in ("A", "D"))
    return text("figure.migration.title", language, kept=kept, lost=lost)
