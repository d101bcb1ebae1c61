"""The review of one month against the frozen plan: HTML, PDF, numbers, a work list and a digest."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from csanalysis.catalogue import format_period, text
from csanalysis.chapters.review.lists import LISTS
from csanalysis.chapters.review.measure import Review, alerts, prepare
from csanalysis.chapters.review.month import refuse_half_a_month, review_day
from csanalysis.display.lists.workbook import write_workbook
from csanalysis.ingest import load
from csanalysis.params import read_params
from csanalysis.params.as_of import given_as_of
from csanalysis.privacy.files import keep_private
from csanalysis.report.appendix import appendix
from csanalysis.report.build import about, write_metrics
from csanalysis.report.cover import cover
from csanalysis.report.files.plan_file import plan_path, read_plan
from csanalysis.report.files.program import program_as_used
from csanalysis.report.finishing import finish_store, one_notebook
from csanalysis.report.gate import accepted_or_refused
from csanalysis.report.look import page_look
from csanalysis.report.notebook.checking import checked_copies
from csanalysis.report.notebook.session import Chapter, open_chapter
from csanalysis.report.options import NO_HURRY, Limits
from csanalysis.report.packs.planning import plan_as_it_would_have_been
from csanalysis.report.running import Clock, OnStep
from csanalysis.report.slides.pack import write_pack_slides
from csanalysis.report.slides.review import review_charts

NOTEBOOK = "monthly_review"
FOLDER = "review"


@dataclass(frozen=True)
class Reviewed:
    """Where a review lies, its digest, and how many alerts stand."""

    place: Path
    digest: str
    alerts: int


def build_review(
    params_file: Path,
    output: Path,
    month: str,
    *,
    today: date | None = None,
    limits: Limits = NO_HURRY,
    on_step: OnStep = lambda step: None,
) -> Reviewed:
    """The review of ``month`` (``2026-03``), in ``output/<id>/review/<month>``.

    Parameters
    ----------
    params_file, output, month
        The dealership, the folder of its reports, the month to review.
    today : date, optional
        A month is reviewed once it is over; default: the day it is.
    limits : Limits
        What the chapter may take.
    on_step : callable
        Told each step's name as it begins.

    Raises
    ------
    PlanError
        No frozen plan of this dealership and year, or a month that is not over, of another year, or known
        in part only.
    ParamsError, IngestError, NotebookError, ReportError
        As :func:`csanalysis.report.build.build_report`.
    """
    clock = Clock(on_step)
    clock.step("read")
    asked = read_params(params_file)
    last = review_day(month, plan_year=asked.plan_year, today=today or _known_until())
    plan_file = plan_path(output, asked.dealership.id, asked.plan_year)
    frozen = read_plan(plan_file, dealership=asked.dealership.id, plan_year=asked.plan_year)
    store = load(params_file, cache=output / ".cache", as_of=last)
    refuse_half_a_month(store.tables["service_visits"]["visit_date"], month=month)
    accepted = accepted_or_refused(store)
    params = store.params
    place = output / params.dealership.id / FOLDER / month
    given = {"period": month, "plan": plan_file, "own": checked_copies(params, params_file), "limits": limits}
    program = program_as_used(params, params_file)
    with one_notebook(NOTEBOOK, store, output, place, clock, **given) as (folder, run):
        clock.step("export")
        title = text("review.title", params.language, month=format_period(month, params.language))
        page = cover(params, made=clock.started, accepted=accepted)
        page |= {"title": title, "layout": "compact", "standing": None}
        page |= page_look(params, params_file)
        page |= {"brand": None, "group": None}  # known to those who read it every month
        standing = len(alerts(run.results))

        def files() -> None:
            write_metrics(folder / "metrics.json", store, run.results)
            write_pack_slides(
                folder / "review.pptx",
                run.notebooks[0],
                params,
                cover=page,
                folder=params_file.parent,
                charts=review_charts(run.results, frozen, params.language),
            )
            write_workbook(folder / "lists.xlsx", LISTS, run.lists, about=about(params), title=title)
            keep_private(folder / "lists.xlsx")
            (folder / "digest.txt").write_text(run.digest, encoding="utf-8")

        finish_store(
            run,
            store,
            folder,
            output=output,
            cover=page,
            clock=clock,
            files=files,
            after=[appendix(run.results, store)],
            record={"program": program, "month": month},
            counts={"alerts": standing},
        )
    return Reviewed(place, run.digest, standing)


def _known_until() -> date:
    """Today, or the morning after the last day that the command says is known."""
    given = given_as_of()
    return date.fromisoformat(given) + timedelta(days=1) if given else date.today()


def _last_month(day: date) -> date:
    """A day of the last month that is over at the end of ``day``."""
    tomorrow = day + timedelta(days=1)
    return tomorrow.replace(day=1) - timedelta(days=1)


def open_review(
    params_file: str,
    *,
    period: str | None = None,
    plan: str | None = None,
    language: str | None = None,
    cache: str | None = None,
    workspace: str | None = None,
) -> tuple[Chapter, Review]:
    """Load a dealership and its frozen plan for the review of a month.

    Without ``period`` the last month that is over, without ``plan`` against the plan as it would have been
    frozen before that year: so an analyst can look at a review before any plan was frozen.

    Raises
    ------
    ParamsError, IngestError, NotebookError
        As :func:`open_chapter`.
    PlanError
        No such plan, or a month that cannot be held against it.
    """
    month = period or f"{_last_month(read_params(Path(params_file)).as_of):%Y-%m}"
    day = pd.Period(month, freq="M").end_time.date()
    chapter = open_chapter(params_file, language=language, cache=cache, workspace=workspace, as_of=day)
    if plan is None:
        kept = Path(cache) if cache else None
        frozen = plan_as_it_would_have_been(Path(params_file), day.year, cache=kept)
        chapter = replace(chapter, params=chapter.params.model_copy(update={"plan_year": day.year}))
    else:
        dealership, year = chapter.params.dealership.id, chapter.params.plan_year
        frozen = read_plan(Path(plan), dealership=dealership, plan_year=year)
    return chapter, chapter.measure(prepare, frozen, month=month)
