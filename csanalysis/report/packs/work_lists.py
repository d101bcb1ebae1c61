"""The work lists alone, from the tables as they are now: whom to call in the coming weeks."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pandas as pd

from csanalysis.catalogue.filling import filled_from
from csanalysis.chapters import satisfaction
from csanalysis.chapters.churn.lists import BULLETIN_GAP, lists_of
from csanalysis.chapters.customer_base.lists import ALLOCATION
from csanalysis.chapters.satisfaction.lists import RECTIFICATION, WEAKNESS
from csanalysis.chapters.work_lists.book import Books
from csanalysis.chapters.work_lists.call_plan import CallPlan, call_plan
from csanalysis.chapters.work_lists.week import OLD_DAYS
from csanalysis.display.lists.call_workbook import CallBook, write_call_workbook
from csanalysis.display.lists.sheet_names import file_name
from csanalysis.display.lists.worklist import WorkList
from csanalysis.errors import IngestError, ReportError
from csanalysis.ingest import Store, load
from csanalysis.messages import Message, unwritable
from csanalysis.metrics.results import Results
from csanalysis.params import Params, read_params
from csanalysis.report.files.filled import keep_filled
from csanalysis.report.files.lock import only_run
from csanalysis.report.files.metrics_table import read_metrics_table
from csanalysis.report.files.publishing import recover
from csanalysis.report.gate import accepted_or_refused
from csanalysis.schema.workbook import About

FILE = "lists.xlsx"


@dataclass(frozen=True)
class Lists:
    """The workbooks that were made, those that were kept before, and what is to be said of them."""

    paths: list[Path]
    kept: list[Path] = field(default_factory=list)
    notes: list[Message] = field(default_factory=list)


def build_lists(
    params_file: Path,
    output: Path,
    *,
    day: date,
    weeks: int = 1,
    as_of: date | None = None,
    split: bool = False,
) -> Lists:
    """The work lists from ``day`` on, in ``output/<id>/<plan_year>``.

    Parameters
    ----------
    params_file, output
        The dealership, the folder of its reports.
    day : date
        The first day to call on.
    weeks : int
        How many weeks are planned.
    as_of : date, optional
        Last day counted in the exports; the day before ``day`` unless given.
    split : bool
        A workbook a caller besides; so it is too where the params send callers theirs.

    Raises
    ------
    ParamsError, IngestError
        The params or the exports cannot be used, or the gate of the params does not let the exports pass.
    BusyError
        A run of the same dealership and year is going on.
    ReportError
        The folder cannot be written.
    """
    eve = day - timedelta(days=1)
    store = load(params_file, cache=output / ".cache", as_of=min(as_of or eve, eve), publishing=False)
    accepted = _accepted(store, asked=as_of is not None)
    params = store.params.model_copy(update={"as_of": eve})
    place = output / params.dealership.id / str(params.plan_year)
    with filled_from(params):
        plan = call_plan(params, store.tables, weeks=weeks)
        books = Books(
            plan,
            params,
            store.tables,
            [(each, rows(params, store, place)) for each, rows in _sheets(store)],
            known=store.params.as_of,
            accepted=accepted,
        )
        with only_run(output, place):
            recover(place)
            paths, kept = _written(place, books, split=split or _sent_to_owners(params))
        shutil.rmtree(place.parent / "lists" / "failed", ignore_errors=True)
    return Lists(paths, kept, notes_on(plan, store))


def _sent_to_owners(params: Params) -> bool:
    email = params.delivery.email if params.delivery else None
    return email is not None and bool(email.lists_to_owners)


def _accepted(store: Store, *, asked: bool) -> list[str]:
    """What the gate lets pass; exports may end as the report asks, for the lists say how old they are."""
    try:
        return accepted_or_refused(store)
    except IngestError:
        planned = read_params(store.params_file).as_of
        if asked or planned >= store.params.as_of:
            raise
        return accepted_or_refused(replace(store, params=store.params.model_copy(update={"as_of": planned})))


def _given_to_teams(params: Params, store: Store, place: Path) -> pd.DataFrame:
    return ALLOCATION.drawn_up(params, store.tables, Results())


def _to_mend(params: Params, store: Store, place: Path) -> pd.DataFrame:
    """What is to be done about weak items: those of the last report, where there is one, else told anew."""
    told = read_metrics_table(place / "metrics.parquet", WEAKNESS)
    found = satisfaction.measure(store.params, store.tables) if told is None else told
    return RECTIFICATION.drawn_up(params, store.tables, found)


def _counted_otherwise(params: Params, store: Store, place: Path) -> pd.DataFrame:
    return BULLETIN_GAP.drawn_up(store.params, store.tables, Results())


def _sheets(store: Store) -> Iterator[tuple[WorkList, Callable[[Params, Store, Path], pd.DataFrame]]]:
    """The sheets beside the calls and how each is drawn up."""
    yield ALLOCATION, _given_to_teams
    yield RECTIFICATION, _to_mend
    if lists_of(store.tables):
        yield BULLETIN_GAP, _counted_otherwise


def notes_on(plan: CallPlan, store: Store) -> list[Message]:
    """What of a call plan its readers should know: nobody calls, no calls, old exports."""
    staff, department = store.tables.get("staff"), plan.callers["owner"].iloc[0]
    notes = []
    if staff is None:
        notes.append(
            Message(
                "no staff table is given: all calls are planned for {department}",
                "没有给出人员表：全部电话都排给{department}",
                department=department,
            )
        )
    elif not plan.callers["owner"].isin(staff["staff"]).any():
        notes.append(
            Message(
                "nobody on the staff calls (calls.roles: {roles}): all calls are planned for {department}",
                "人员表里没有打电话的岗位（calls.roles：{roles}）：全部电话都排给{department}",
                roles=", ".join(store.params.calls.roles),
                department=department,
            )
        )
    if not len(plan.days):
        notes.append(
            Message(
                "no working day up to {until}: no call is planned; see --weeks",
                "到 {until} 没有工作日：没有排入电话；可用 --weeks 多排几周",
                until=f"{plan.until:%Y-%m-%d}",
            )
        )
    elif not plan.callers["per_day"].sum():
        notes.append(
            Message(
                "callers have 0 calls a day (calls.per_day): no call is planned",
                "每天可打电话为 0（calls.per_day）：没有排入电话",
            )
        )
    last = store.tables["service_visits"]["visit_date"].max()
    if (plan.day - last).days >= OLD_DAYS:
        notes.append(
            Message(
                "the last visit in the exports is of {last}: export anew, or customers are called who have "
                "been in since",
                "导出的最后一次进厂是 {last}：请导出新数据，否则会打给已经来过的客户",
                last=f"{last:%Y-%m-%d}",
            )
        )
    return notes


def _written(place: Path, books: Books, *, split: bool) -> tuple[list[Path], list[Path]]:
    """Write the workbooks into the folder, each whole; what was written in the older ones is kept."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        books_of: dict[str, Callable[[], CallBook]] = {FILE: books.whole}
        owners = {FILE: ""}
        for owner in books.callers if split else ():
            taken = [name.removeprefix("lists-").removesuffix(".xlsx") for name in books_of]
            name = f"lists-{file_name(owner, [*taken, 'filled'])}.xlsx"
            books_of[name], owners[name] = partial(books.of, owner), owner
        kept = keep_filled(place, place, books_of)
        for name, book in books_of.items():
            _whole(place / name, book(), replace(books.about, owner=owners[name]))
    except OSError as error:
        raise ReportError(unwritable(place, error)) from error
    return [place / name for name in books_of], kept


def _whole(path: Path, book: CallBook, about: About) -> None:
    """Write beside a file and put that in its place: who opens it finds the old one or the new one.

    The file stays readable to its maker alone, as :func:`tempfile.mkstemp` makes it.
    """
    handle, draft = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".xlsx", dir=path.parent)
    os.close(handle)
    try:
        write_call_workbook(Path(draft), book, about)
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)
