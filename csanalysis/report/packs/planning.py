"""The year's plan before it is frozen: drafted from the exports, and shown on a terminal to look at."""

import hashlib
from datetime import date, datetime
from pathlib import Path

from rich.table import Table

from csanalysis.catalogue import format_period, text
from csanalysis.chapters.review.frozen_plan import frozen_plan
from csanalysis.chapters.review.plan_model import FrozenPlan
from csanalysis.ingest import Store, load
from csanalysis.metrics.periods import months_of
from csanalysis.params import Params
from csanalysis.report.gate import accepted_or_refused


def draft_plan(params_file: Path, output: Path) -> FrozenPlan:
    """The plan as it would be frozen now; nothing is written but the cache of parsed exports.

    Raises
    ------
    ParamsError, IngestError
        The params or the exports cannot be used.
    PlanError
        Less than a year of history, or no target could be set.
    """
    store = load(params_file, cache=output / ".cache")
    accepted_or_refused(store)
    return _drafted(store, store.params)


def plan_as_it_would_have_been(params_file: Path, year: int, *, cache: Path | None) -> FrozenPlan:
    """The plan of a year from what was known at the end of the one before; raises as :func:`draft_plan`."""
    store = load(params_file, cache=cache, as_of=date(year - 1, 12, 31))
    return _drafted(store, store.params.model_copy(update={"plan_year": year}))


def _drafted(store: Store, params: Params) -> FrozenPlan:
    return frozen_plan(
        params,
        store.tables,
        inputs=store.inputs,
        params_sha256=hashlib.sha256(store.params_file.read_bytes()).hexdigest(),
        frozen=datetime.now().astimezone().isoformat(timespec="seconds"),
    )


def rich_plan(plan: FrozenPlan) -> Table:
    """The targets of the year: each with its months, so that a person can look before freezing."""
    language = plan.language
    months = [format_period(month, language, short=True) for month in months_of(plan.plan_year)]
    table = Table(
        title=f"{plan.name} {text('table.frozen_plan', language, year=plan.plan_year)}",
        title_justify="left",
        show_edge=False,
        pad_edge=False,
    )
    table.add_column(text("column.metric", language), overflow="fold")
    table.add_column(text("review.target", language), justify="right")
    table.add_column(f"{months[0]} – {months[-1]}", overflow="fold", ratio=1)
    for goal in plan.goals:
        written = [goal.written(month, language) for month in goal.months]
        table.add_row(goal.label(language), goal.written(goal.aim, language), " ".join(written))
    return table
