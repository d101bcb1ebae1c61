"""The review of one month against the frozen plan: HTML, PDF, numbers, a work list and a digest."""

import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from csanalysis.catalogue import format_period, text
from csanalysis.catalogue.filling import filled_from
from csanalysis.chapters.review.measure import Review, alerts, prepare
from csanalysis.chapters.review.month import refuse_half_a_month, review_day
from csanalysis.display.lists.workbook import write_workbook
from csanalysis.ingest import held, load
from csanalysis.params import read_params
from csanalysis.report.appendix import appendix
from csanalysis.report.assemble import assemble
from csanalysis.report.build import write_metrics
from csanalysis.report.contract import known_dealerships, refuse_breaches
from csanalysis.report.cover import cover
from csanalysis.report.files.manifest import manifest, write_json
from csanalysis.report.files.plan_file import plan_path, read_plan
from csanalysis.report.files.program import program_as_used
from csanalysis.report.files.publishing import alone
from csanalysis.report.notebook.checking import checked_copies
from csanalysis.report.notebook.session import Chapter, open_chapter
from csanalysis.report.running import Clock, Tell, run_chapters, write_documents
from csanalysis.schema.workbook import About

NOTEBOOK = "monthly_review"
FOLDER = "review"


@dataclass(frozen=True)
class Reviewed:
    """Where a review lies, its digest, and how many alerts stand."""

    place: Path
    digest: str
    alerts: int


def build_review(
    params_file: Path, output: Path, month: str, *, today: date | None = None, tell: Tell = lambda step: None
) -> Reviewed:
    """The review of ``month`` (``2026-03``), in ``output/<id>/review/<month>``.

    Parameters
    ----------
    params_file, output, month
        The dealership, the folder of its reports, the month to review.
    today : date, optional
        A month is reviewed once it is over; default: the day it is.
    tell : callable
        Told each step's name as it begins.

    Raises
    ------
    PlanError
        No frozen plan of this dealership and year, or a month that is not over, of another year, or known
        in part only.
    ParamsError, IngestError, NotebookError, ReportError
        As :func:`csanalysis.report.build.build_report`.
    """
    clock = Clock(tell)
    clock.step("read")
    named = read_params(params_file)
    last = review_day(month, plan_year=named.plan_year, today=today or date.today())
    plan_file = plan_path(output, named.dealership.id, named.plan_year)
    read_plan(plan_file, dealership=named.dealership.id, plan_year=named.plan_year)
    cache = output / ".cache"
    store = load(params_file, cache=cache, as_of=last)
    refuse_half_a_month(store.tables["service_visits"]["visit_date"], month=month)
    params = store.params
    place = output / params.dealership.id / FOLDER / month
    failed = place.parent / "failed"
    changed = checked_copies(params, params_file)
    program = program_as_used(params, params_file)
    shutil.rmtree(failed, ignore_errors=True)
    with filled_from(store.params), alone(output, place) as folder, held(store):
        run = run_chapters(
            [NOTEBOOK],
            params_file,
            folder,
            cache=cache,
            failed=failed,
            clock=clock,
            period=month,
            plan=plan_file,
            own=changed,
        )
        clock.step("export")
        title = text("review.title", params.language, month=format_period(month, params.language))
        made = cover(params, made=clock.started) | {"title": title, "layout": "compact"}
        made |= {"brand": None, "group": None}  # known to those who read it every month
        document = write_documents(
            assemble([*run.notebooks, appendix(run.results, store)], cover=made), folder
        )
        write_metrics(folder / "metrics.json", store, run.results)
        about = About(params.dealership.id, params.plan_year, params.as_of.isoformat(), params.language)
        write_workbook(folder / "lists.xlsx", run.lists, about=about, title=title)
        (folder / "digest.txt").write_text(run.digest, encoding="utf-8")
        standing = len(alerts(run.results))
        clock.stop()
        record = manifest(
            store,
            folder=folder,
            started=clock.started,
            finished=datetime.now().astimezone(),
            seconds=clock.seconds,
            counts={
                "metrics": len(run.results),
                "alerts": standing,
                **{name: len(rows) for name, rows in run.lists.items()},
            },
            program=program,
        )
        write_json(folder / "run.json", record | {"month": month})
        refuse_breaches(document, run.notebooks, run.results, store, folder, others=known_dealerships(output))
    return Reviewed(place, run.digest, standing)


def open_review(
    params_file: str,
    *,
    period: str,
    plan: str,
    language: str | None = None,
    cache: str | None = None,
    workspace: str | None = None,
) -> tuple[Chapter, Review]:
    """Load a dealership and its frozen plan for the review of a month.

    Raises
    ------
    ParamsError, IngestError, NotebookError
        As :func:`open_chapter`.
    PlanError
        No such plan, or a month that cannot be held against it.
    """
    month = pd.Period(period, freq="M").end_time.date()
    chapter = open_chapter(params_file, language=language, cache=cache, workspace=workspace, as_of=month)
    dealership, year = chapter.params.dealership.id, chapter.params.plan_year
    frozen = read_plan(Path(plan), dealership=dealership, plan_year=year)
    return chapter, prepare(chapter.params, chapter.tables, frozen, month=period)
