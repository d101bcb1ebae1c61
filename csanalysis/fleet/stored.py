"""Reports in an object store, made through a working copy on the machine that does the work.

What fsspec can address, such as ``s3://bucket/reports``. Of a dealership's report the machine fetches what is
stored and not yet here, makes the report in its copy as in any folder, and sends back what changed: the
manifest last, by which the next machine knows that its copy is whole. The copy lies in the user's cache
folder, for it holds customers' data.

Two locks keep a report from being made twice at once: one of the machine, and one in the store itself. Who
only reads takes the machine's, looks at the store's and writes nothing there.
"""

import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path, PurePosixPath
from uuid import uuid4

from csanalysis.addresses import shown
from csanalysis.errors import BusyError, CsanalysisError, StoreError
from csanalysis.fleet.job import Job, Outcome, with_params_file
from csanalysis.fleet.objects import Objects, below
from csanalysis.fleet.places import made_in, made_under, numbers_from
from csanalysis.fleet.store_lock import Held, holder, locked
from csanalysis.fleet.working_copy import WorkingCopy
from csanalysis.ingest.objects import explain_error, refuse_no_place
from csanalysis.json_files import parsed_json
from csanalysis.messages import Message, edited, placed
from csanalysis.report.failure import NOTES
from csanalysis.report.files.fingerprint import files_in
from csanalysis.report.files.manifest import runs_in
from csanalysis.report.files.publishing import CARRIED
from csanalysis.report.files.summary import stored_summary
from csanalysis.report.files.sweeping import sweep
from csanalysis.report.index import FILES, write_index

_RUN, _METRICS = "run.json", "metrics.json"
_LISTED = re.compile(rf"[^/]+/(?P<report>[0-9][^/]*/{_RUN})|[^/]+/(?:review/[^/]+/{_RUN}|failed/{NOTES})")
"""What an index is written from, beside the numbers of each report."""
NUMBERS = frozenset({_RUN, _METRICS, "metrics.parquet"})
"""What a group's report is laid out from, of each store's."""
_PATIENCE = 3  # seconds in which what a killed run left behind has ended too
_LOOKS = 3  # at what is stored, a second apart, until it is the same before and after it was read
_AT_A_TIME = 16  # stores whose numbers are fetched


@dataclass(frozen=True)
class Stored:
    """The reports at ``url``. Every method raises StoreError where they cannot be reached.

    Raises
    ------
    StoreError
        The address names no bucket or folder.
    """

    url: str

    def __post_init__(self) -> None:
        refuse_no_place(self.url)

    @property
    def folder(self) -> Path:
        """This machine's working copy."""
        return self._copy.reports

    @property
    def _copy(self) -> WorkingCopy:
        return WorkingCopy(self.url)

    @property
    def _objects(self) -> Objects:
        return Objects(self.url)

    def prepare(self) -> None:
        """Make the working copy's folder, which is this user's alone."""
        self._copy.prepare()

    def shown(self, path: Path) -> str:
        """The address at which a file of the working copy is stored."""
        return self.with_address(str(path))

    def with_address(self, line: str) -> str:
        """A line in which the working copy goes by its address."""
        return line.replace(str(self.folder), shown(self.url).rstrip("/"))

    def made(self, job: Job, make: Callable[[Job], Outcome]) -> Outcome:
        """What ``make`` makes of a job in the working copy, sent to the store; no error leaves it."""
        try:
            here = replace(job, output=self.folder, url=None)
            self._fetch_numbers(job)
            outcome = make(here) if job.task.kind == "network" else self._made_alone(here, make)
            sweep(self.folder)
        except CsanalysisError as error:
            return Outcome(
                job.params_file,
                problems=tuple(with_params_file(line, job.params_file) for line in error.problems),
                passing=error.passing,
            )
        problems, told, notes = (
            tuple(edited(line, self.with_address) for line in lines)
            for lines in (outcome.problems, outcome.told, outcome.notes)
        )
        return replace(outcome, problems=problems, told=told, notes=notes)

    def _made_alone(self, job: Job, make: Callable[[Job], Outcome]) -> Outcome:
        places = made_in(job)
        with self._alone(places[0]) as lock:
            before = {place: self._fetch(place, self._manifest(place)) for place in places}
            self._fetch_last_plan(places[0])
            outcome = make(job)
            self._refuse_if_lost(lock, places[0])
            for place in places:
                self._send(place, *before[place])
        return outcome

    def fetch(
        self, place: str, only: Collection[str] | None = None, *, params_file: Path | None = None
    ) -> Path:
        """A folder of the working copy, made what is stored; nothing is written to the store.

        With ``only`` no more than the files of these names are fetched. ``params_file`` is the store's, where
        the place may lie beside its report, under whose lock it is made. What lies there and is not stored
        is deleted: a place that leads out of the copy raises StoreError.

        Raises
        ------
        BusyError
            What is stored is being replaced.
        """
        told = self.shown(self.folder / below(place))
        under = place if params_file is None else made_under(params_file, place)
        with self._copy.alone(under, patience=_PATIENCE, told=told):
            for look in range(_LOOKS):
                time.sleep(look)
                busy = self._holder(under, told)
                if not busy:
                    before = self._manifest(place)
                    self._fetch(place, before, only)
                    busy = self._holder(under, told)
                    if not busy and before == self._manifest(place):
                        return self.folder / place
        changing = Message(
            "{place}: keeps changing; try again later", "{place}：一直在变化；请稍后重试", place=told
        )
        raise BusyError(busy or changing)

    def _manifest(self, place: str) -> dict[str, bytes]:
        """What is stored of a place's manifest: empty where there is none."""
        return self._objects.found(below(place), _RUN)

    def _fetch(
        self, place: str, run: Mapping[str, bytes], only: Collection[str] | None = None
    ) -> tuple[set[str], dict[str, str]]:
        """As :meth:`fetch`, under a lock; the names that are stored, and sha256 of each file here.

        ``run`` is the place's manifest, read before its names are listed: if it is the same afterwards, no
        report was sent meanwhile.
        """
        folder, copy = self.folder / below(place), self._copy
        stored = self._objects.names(place)
        with copy.usable():
            if not (run and _holds(folder / _RUN, run[_RUN])):
                copy.empty(folder)
            here = {*files_in(folder)}
            gone = {name for name in here if _carried(name)} | (here - stored)
            for name in gone:  # a plan is written by hand, and no manifest speaks for it
                copy.forget(folder / name)
            wanted = stored if only is None else stored & {*only}
            copy.save(folder, self._objects.read(place, wanted - (here - gone) - {_RUN}))
            copy.save(folder, run)  # last: with it, what is here counts as this report's
            return stored, files_in(folder)

    def _fetch_numbers(self, job: Job) -> None:
        """What a group's report is laid out from, of the stores that the job reads."""
        with ThreadPoolExecutor(_AT_A_TIME) as pool:
            list(pool.map(self.fetch, numbers_from(job), repeat(NUMBERS)))

    def _fetch_last_plan(self, place: str) -> None:
        """The frozen plan of the year before, by which this year's is measured too."""
        store, _, year = place.partition("/")
        if year.isdigit():
            last = f"{store}/{int(year) - 1}"
            plan = self._objects.found(last, "plan.json")
            with self._copy.usable():
                self._copy.save(self.folder / last, plan)

    def send(self, path: Path) -> str:
        """Store one file of the working copy as it is here; returns its address."""
        name = path.relative_to(self.folder).as_posix()
        self._objects.write("", self._copy.read(self.folder, [name]))
        return self.shown(path)

    @contextmanager
    def probe(self) -> Iterator[str]:
        """The address of an object that is there while the block runs, so the store can be written."""
        name = f".seen-{uuid4().hex[:12]}"
        self._objects.touch(name)
        try:
            yield f"{self.url.rstrip('/')}/{name}"
        finally:
            self._objects.delete("", [name])

    def known(self) -> list[tuple[str, str]]:
        """Id and name of every dealership that has a report in the store, which must be fit to write in."""
        with self.probe(), self._alone("overview", patience=60):
            return [(run["dealership"], run["name"]) for run in runs_in(self._overview())]

    def write_index(self) -> str:
        """List every stored report in ``index.html``; returns its address."""
        with self._alone("overview", patience=60):
            page = write_index(self._overview())
            self._objects.write("", {page.name: page.read_bytes()})
        return f"{shown(self.url).rstrip('/')}/{page.name}"

    def _overview(self) -> Path:
        """A folder with as much of every stored report as an index is written from."""
        folder, names = self._copy.own / "overview", self._objects.names("")
        listed = {name: match for name in names if (match := _LISTED.fullmatch(name))}
        said = self._objects.read("", listed)
        new = [name for name in listed if listed[name]["report"] and not _holds(folder / name, said[name])]
        new = [name for name in new if not _has_summary(said[name])]
        numbers = {PurePosixPath(name).with_name(_METRICS).as_posix() for name in new} & names
        with self._copy.usable():
            for path in [path for path in folder.rglob("*") if path.is_file()]:
                if path.relative_to(folder).as_posix() not in names:
                    self._copy.forget(path)
            self._copy.save(folder, self._objects.read("", numbers))
            self._copy.save(folder, said)
            for name in names:
                beside = PurePosixPath(name).with_name(_RUN).as_posix()
                if PurePosixPath(name).name in FILES and beside in said:
                    (folder / name).touch()
            folder.mkdir(exist_ok=True)
        return folder

    def _send(self, place: str, stored: set[str], before: Mapping[str, str]) -> None:
        """Make what is stored what lies in the working copy."""
        folder = self.folder / place
        after = files_in(folder)
        changed = {name for name in after if after[name] != before.get(name) or name not in stored}
        for names in (changed - {_RUN}, changed & {_RUN}):
            self._objects.write(place, self._copy.read(folder, names))
        if after != before:
            gone = [name for name in before if name in stored - after.keys() and not _carried(name)]
            self._objects.delete(place, gone)

    @contextmanager
    def _alone(self, place: str, *, patience: float = _PATIENCE) -> Iterator[Held]:
        """No other process, of this machine or another, works on ``place`` while the block runs."""
        told = self.shown(self.folder / place)
        with self._copy.alone(place, patience=patience, told=told), ExitStack() as stack:
            try:
                ours = stack.enter_context(locked(self.url, place, patience=patience, told=told))
            except BusyError:
                raise
            except Exception as error:  # each store's library has errors of its own
                raise StoreError(placed(told, explain_error(error))) from error
            yield ours

    def _holder(self, place: str, told: str) -> Message | None:
        """That another makes ``place`` just now, on whichever machine."""
        try:
            return holder(self.url, place, told=told)
        except Exception as error:  # each store's library has errors of its own
            raise StoreError(placed(told, explain_error(error))) from error

    def _refuse_if_lost(self, lock: Held, place: str) -> None:
        """Raise BusyError where another may have begun meanwhile, so that nothing is sent over its report."""
        if not lock.still():
            raise BusyError(
                Message(
                    "{place}: took longer than its lock holds, and nothing was sent; run it again",
                    "{place}：用时超过锁的有效期，没有上传；请重新运行",
                    place=self.shown(self.folder / place),
                )
            )


def _carried(name: str) -> bool:
    return any(PurePosixPath(name).match(pattern) for pattern in CARRIED)


def _has_summary(manifest: bytes) -> bool:
    """Whether the index needs no other file of the report for its numbers."""
    with suppress(ValueError, AttributeError):  # damaged
        return stored_summary(parsed_json(manifest)) is not None
    return False


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data
