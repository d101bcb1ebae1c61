"""Make one dealership's report: chapters, HTML and PDF, numbers, lists, calendar file and manifest."""

import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pandas as pd
from nbformat import NotebookNode

from csanalysis.catalogue import METRICS
from csanalysis.catalogue.filling import filled_from
from csanalysis.chapters import satisfaction
from csanalysis.chapters.review.plan_model import FrozenPlan
from csanalysis.chapters.shared import keeping, measure_shared
from csanalysis.chapters.work_lists import LISTS
from csanalysis.chapters.work_lists.book import Books
from csanalysis.chapters.work_lists.call_plan import call_plan
from csanalysis.display.lists.call_workbook import write_call_workbook
from csanalysis.errors import PlanError
from csanalysis.ingest import Store, load, preloaded
from csanalysis.ingest.rejects import rejects_in_language
from csanalysis.metrics.results import Results
from csanalysis.params import Params, read_params
from csanalysis.params.as_of import given_as_of
from csanalysis.params.standing import plan_given
from csanalysis.privacy.files import keep_private
from csanalysis.report import CHAPTERS
from csanalysis.report.appendix import appendix
from csanalysis.report.changes.changes import what_changed
from csanalysis.report.changes.changes_file import write_changes, write_unreadable
from csanalysis.report.changes.chapter import changes_chapter, headlines
from csanalysis.report.changes.previous import (
    UnreadableRunError,
    drop_older_tables,
    keep_tables,
    previous_run,
)
from csanalysis.report.cover import cover
from csanalysis.report.files.answer_cache import AnswerCache
from csanalysis.report.files.calendar_files import write_calendar_files
from csanalysis.report.files.chapter_cache import ChapterCache
from csanalysis.report.files.filled import keep_filled
from csanalysis.report.files.fingerprint import origin_of
from csanalysis.report.files.held_out import held_out_rows
from csanalysis.report.files.history import keep_in_history
from csanalysis.report.files.manifest import path_from
from csanalysis.report.files.metrics_table import write_metrics_table
from csanalysis.report.files.numbers_workbook import write_numbers
from csanalysis.report.files.plan_file import plan_path, read_plan
from csanalysis.report.files.program import program_as_used, tables_fingerprint
from csanalysis.report.files.publishing import staged
from csanalysis.report.files.reproducing import hashes
from csanalysis.report.files.summary import summary_of
from csanalysis.report.finishing import finish_store
from csanalysis.report.gate import accepted_or_refused
from csanalysis.report.look import page_look
from csanalysis.report.notebook.checking import checked_chapters, checked_copies
from csanalysis.report.notebook.notes import with_notes
from csanalysis.report.notebook.own import metrics_of, reading_order
from csanalysis.report.options import USUAL, RunOptions
from csanalysis.report.running import Chapters, Clock, OnStep, run_chapters
from csanalysis.report.slides.plan import write_plan_slides
from csanalysis.report.strictness import data_warnings, refuse
from csanalysis.schema.workbook import About


def build_report(
    params_file: Path,
    output: Path,
    options: RunOptions = USUAL,
    *,
    others: Sequence[tuple[str, str]] = (),
    on_step: OnStep = lambda step: None,
) -> Path:
    """The report of one dealership, in ``output/<id>/<plan_year>``.

    ``on_step`` is called with each step's name as it begins. ``others`` are ids and names of the other
    dealerships of the run; those that have a report in ``output`` are known anyway. Chapters whose inputs
    are unchanged are taken from the run before, unless the options say otherwise.

    Raises
    ------
    ParamsError, IngestError
        Nothing was run: every problem with the params file, the chapters of its own, or the exports,
        those that the gate of the params does not let pass too.
    NotebookError
        A chapter failed; the executed part stays in ``output/<id>/failed``.
    ReportError
        The report could not be written, or it breaks the contract (:class:`WithheldError`); an older one is
        still in place.
    """
    clock = Clock(on_step)
    clock.step("read")
    cache = output / ".cache"
    asked = read_params(params_file)
    store = load(params_file, cache=cache)
    # Taken now: what is edited while the report is made counts as changed the next time.
    plan_file = plan_path(output, store.params.dealership.id, store.params.plan_year)
    origin = origin_of(asked, params_file, store.inputs, options, plan_file)
    frozen = _frozen(output, store.params)
    if frozen is not None:
        store = replace(store, params=store.params.with_standing(goal.standing for goal in frozen.goals))
    warnings = data_warnings(store.quality)
    if options.strict:
        refuse(warnings, params_file)
    accepted = accepted_or_refused(store)
    chapter_cache = ChapterCache(cache, store, reuse=not options.force)
    chapter_cache.tidy()
    answers = AnswerCache(
        cache,
        store,
        made_from=chapter_cache.common,
        content=chapter_cache.content,
        reuse=not options.force,
    )
    place = output / store.params.dealership.id / str(store.params.plan_year)
    failed = place.parent / "failed"
    last_plan = plan_path(output, store.params.dealership.id, store.params.plan_year - 1)
    shutil.rmtree(failed, ignore_errors=True)
    own = checked_chapters(store.params, params_file, trusted=options.trust_chapters)
    changed = checked_copies(store.params, params_file, trusted=options.trust_chapters)
    program = program_as_used(store.params, params_file)
    with (
        METRICS.with_own(metrics_of(own)),
        filled_from(store.params),
        staged(place) as folder,
        preloaded(store),
        plan_given(plan_file if frozen else None),
        keeping(answers),
    ):
        run = run_chapters(
            reading_order(CHAPTERS, own),
            params_file,
            folder,
            cache=cache,
            failed=failed,
            clock=clock,
            limits=options.limits,
            own={**changed, **{chapter.name: chapter.notebook for chapter in own}},
            chapter_cache=chapter_cache,
            last_plan=last_plan if last_plan.is_file() else None,
            beforehand=lambda: measure_shared(store.params, store.tables),
        )

        clock.step("export")
        with_notes(run.notebooks, store)
        since = _since_last_run(place, cache, folder, store, run, program)
        page = cover(store.params, made=clock.started, plan=frozen, accepted=accepted)
        page |= page_look(store.params, params_file)

        def files() -> None:
            write_metrics(folder / "metrics.json", store, run.results)
            write_metrics_table(folder / "metrics.parquet", run.results)
            write_numbers(folder / "numbers.xlsx", run.results, store.params)
            write_plan_slides(
                folder / "plan.pptx",
                run.results,
                store.params,
                cover=page,
                names=satisfaction.names(store.tables),
                inputs=store.inputs,
                folder=params_file.parent,
            )
            write_lists(folder / "lists.xlsx", store, run, accepted)
            keep_filled(place, folder)
            keep_private(folder / "lists.xlsx", *folder.glob("lists-*.xlsx"))
            write_calendar_files(folder, place, store)
            write_rejects(
                folder / "rejects.csv",
                store,
                also=held_out_rows(store, run.results),
                with_values=options.with_values,
            )

        finish_store(
            run,
            store,
            folder,
            output=output,
            cover=page,
            clock=clock,
            files=files,
            after=[*since, appendix(run.results, store)],
            record={
                "program": program,
                "summary": summary_of(run.results),
                "warnings": warnings,
                "accepted": accepted,
                "hashes": hashes(run.notebooks),
                "reused": chapter_cache.reused,
                "params_file": path_from(place, params_file),
                "made_from": origin,
                "as_of_given": given_as_of(),
                "chapters_trusted": bool(own or changed),
            },
            others=others,
            standard=options.pdf_standard,
        )
        fingerprint = tables_fingerprint(store, program)
        keep_tables(store, place, cache, fingerprint)
    drop_older_tables(place, cache, fingerprint)
    keep_in_history(place, store.params.as_of.isoformat(), most=store.params.history)
    return place


def _frozen(output: Path, params: Params) -> FrozenPlan | None:
    """The year's frozen plan; None where there is none that can be read."""
    id, year = params.dealership.id, params.plan_year
    with suppress(PlanError):
        return read_plan(plan_path(output, id, year), dealership=id, plan_year=year)
    return None


def _since_last_run(
    place: Path, cache: Path, folder: Path, store: Store, run: Chapters, program: Mapping[str, str]
) -> list[NotebookNode]:
    """Write ``changes.json`` and give its chapter: none on a first run, or after one that cannot be read."""
    try:
        previous = previous_run(place, cache)
    except UnreadableRunError as error:
        write_unreadable(folder / "changes.json", str(error))
        return []
    if previous is None:
        return []
    changes = what_changed(previous, store, run.results, program)
    main = headlines(changes, run.notebooks)
    write_changes(folder / "changes.json", changes, main)
    return [changes_chapter(changes, main, store.params.language)]


def write_rejects(path: Path, store: Store, *, with_values: bool, also: pd.DataFrame | None = None) -> None:
    """The rows set aside, or kept without a cell, and others worth a line; no file where there is none."""
    rows = pd.concat([store.rejects, store.remarks], ignore_index=True)
    if with_values:
        rows = rows.assign(value=store.cells)
    if also is not None and len(also):
        rows = pd.concat([rows, also], ignore_index=True)
    if rows.empty:
        return
    path.touch(mode=0o600)
    keep_private(path)
    rejects_in_language(store.params.language, rows).to_csv(path, index=False, encoding="utf-8-sig")


def about(params: Params) -> About:
    """Whose workbook it is, for who reads its answers back."""
    return About(params.dealership.id, params.plan_year, params.as_of.isoformat(), params.language)


def write_metrics(path: Path, store: Store, results: Results) -> None:
    """``metrics.json``: a line a number, which keeps tens of thousands small and their diffs readable."""
    head = {
        "schema_version": 1,
        "dealership": store.params.dealership.id,
        "plan_year": store.params.plan_year,
        "as_of": store.params.as_of.isoformat(),
    }
    # Encoded at once, then broken: no text of a record can hold these quotes, they would have backslashes.
    records = json.dumps(results.records(), ensure_ascii=False, allow_nan=False)[1:-1]
    lines = records.replace('}, {"metric": ', '},\n{"metric": ')
    opening = json.dumps(head, ensure_ascii=False)[:-1]
    path.write_text(f'{opening}, "metrics": [\n{lines}\n]}}\n', encoding="utf-8")


def write_lists(path: Path, store: Store, run: Chapters, accepted: Sequence[str]) -> None:
    """The calls of the coming quarter, in customers' own words, and the lists that the chapters drew up."""
    tables = {**store.tables, **store.own_words}
    lists = [(each, run.lists[each.name]) for each in LISTS if each.name in run.lists]
    books = Books(call_plan(store.params, tables), store.params, tables, lists, accepted=accepted)
    write_call_workbook(path, books.whole(), books.about)
