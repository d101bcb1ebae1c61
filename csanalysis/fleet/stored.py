"""Reports in an object store, made through a working copy on the machine that does the work.

What fsspec can address, such as ``s3://bucket/reports``. Of a dealership's report the machine fetches what is
stored and not yet here, makes the report in its copy as in any folder, and sends back what changed: the
manifest last, by which the next machine knows that its copy is whole. The copy lies in the user's cache
folder, for it holds customers' data.

Two locks keep a report from being made twice at once: one of the machine, and one in the store itself.
"""

import hashlib
import re
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import uuid4

from filelock import Timeout
from platformdirs import user_cache_path

from csanalysis.addresses import shown
from csanalysis.errors import BusyError, CsanalysisError, ParamsError, StoreError
from csanalysis.fleet import objects
from csanalysis.fleet.job import Job, Outcome, Task, with_params_file
from csanalysis.fleet.store_lock import Held, locked
from csanalysis.ingest.objects import explain_error, file_system, put
from csanalysis.json_files import parsed_json
from csanalysis.messages import Message, edited, placed
from csanalysis.params import read_params
from csanalysis.report.failure import NOTES
from csanalysis.report.files.fingerprint import files_in
from csanalysis.report.files.lock import acquired
from csanalysis.report.files.manifest import runs_in
from csanalysis.report.files.publishing import CARRIED
from csanalysis.report.files.summary import stored_summary
from csanalysis.report.files.sweeping import sweep
from csanalysis.report.index import FILES, write_index

_RUN, _METRICS = "run.json", "metrics.json"
_LISTED = re.compile(rf"[^/]+/(?P<report>[0-9][^/]*/{_RUN})|[^/]+/(?:review/[^/]+/{_RUN}|failed/{NOTES})")
"""What an index is written from, beside the numbers of each report."""
_PATIENCE = 3  # seconds in which what a killed run left behind has ended too
_AT_A_TIME = 16  # objects; a file system that is no store of objects gets them one by one


@dataclass(frozen=True)
class Stored:
    """The reports at ``url``. Every method raises StoreError where they cannot be reached."""

    url: str

    @property
    def folder(self) -> Path:
        """This machine's working copy."""
        return self._own / "reports"

    @property
    def _own(self) -> Path:
        name = hashlib.sha256(shown(self.url).rstrip("/").encode()).hexdigest()[:16]
        return user_cache_path("csanalysis") / name

    def shown(self, path: Path) -> str:
        """The address at which a file of the working copy is stored."""
        return self.with_address(str(path))

    def with_address(self, line: str) -> str:
        """A line in which the working copy goes by its address."""
        return line.replace(str(self.folder), shown(self.url).rstrip("/"))

    def made(self, job: Job, make: Callable[[Job], Outcome]) -> Outcome:
        """What ``make`` makes of a job in the working copy, sent to the store; no error leaves it."""
        try:
            places = _places(job.params_file, job.task)
            with self._alone(places[0]) as lock:
                before = {place: self.fetch(place) for place in places}
                self._fetch_last_plan(places[0])
                outcome = make(replace(job, output=self.folder, url=None))
                self._refuse_if_lost(lock, places[0])
                for place in places:
                    self._send(place, *before[place])
                sweep(self.folder)
        except CsanalysisError as error:
            return Outcome(
                job.params_file,
                problems=tuple(with_params_file(line, job.params_file) for line in error.problems),
                passing=error.passing,
            )
        return replace(outcome, problems=tuple(edited(line, self.with_address) for line in outcome.problems))

    def fetch(self, place: str) -> tuple[set[str], dict[str, str]]:
        """Make a folder of the working copy what is stored; the names there, and sha256 of each file here.

        What lies there and is not stored is deleted: a place that leads out of the copy raises StoreError.
        """
        folder = self.folder / objects.below(place)
        stored = self._names(place)
        run = self._read(place, stored & {_RUN})
        whole = bool(run) and _holds(folder / _RUN, run[_RUN])
        with self._here():
            if not whole:
                shutil.rmtree(folder, ignore_errors=True)
            for path in [path for pattern in CARRIED for path in folder.glob(pattern)]:
                path.unlink()  # a plan is written by hand, and no manifest speaks for it
            missing = stored - {_RUN} if not whole else set(filter(_carried, stored))
            _save(folder, self._read(place, missing))
            _save(folder, run)
            return stored, files_in(folder)

    def _fetch_last_plan(self, place: str) -> None:
        """The frozen plan of the year before, by which this year's is measured too."""
        store, _, year = place.partition("/")
        if year.isdigit():
            last = f"{store}/{int(year) - 1}"
            plan = self._read(last, self._names(last) & {"plan.json"})
            with self._here():
                _save(self.folder / last, plan)

    @contextmanager
    def probe(self) -> Iterator[str]:
        """The address of an object that is there while the block runs, so the store can be written."""
        name = f".seen-{uuid4().hex[:12]}"
        self._each("", [name], objects.touch)
        try:
            yield f"{self.url.rstrip('/')}/{name}"
        finally:
            self._each("", [name], objects.delete)

    def known(self) -> list[tuple[str, str]]:
        """Id and name of every dealership that has a report in the store, which must be fit to write in."""
        with self.probe(), self._alone("overview", patience=60):
            return [(run["dealership"], run["name"]) for run in runs_in(self._overview())]

    def write_index(self) -> str:
        """List every stored report in ``index.html``; returns its address."""
        with self._alone("overview", patience=60):
            page = write_index(self._overview())
            self._write("", {page.name: page.read_bytes()})
        return f"{shown(self.url).rstrip('/')}/{page.name}"

    def _overview(self) -> Path:
        """A folder with as much of every stored report as an index is written from."""
        folder, names = self._own / "overview", self._names("")
        listed = {name: match for name in names if (match := _LISTED.fullmatch(name))}
        said = self._read("", listed)
        new = [name for name in listed if listed[name]["report"] and not _holds(folder / name, said[name])]
        new = [name for name in new if not _has_summary(said[name])]
        numbers = {PurePosixPath(name).with_name(_METRICS).as_posix() for name in new} & names
        with self._here():
            for path in [path for path in folder.rglob("*") if path.is_file()]:
                if path.relative_to(folder).as_posix() not in names:
                    path.unlink()
            _save(folder, self._read("", numbers))
            _save(folder, said)
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
            with self._here():
                data = {name: (folder / name).read_bytes() for name in names}
            self._write(place, data)
        if after != before:
            gone = [name for name in stored - after.keys() if not _carried(name)]
            self._each(place, gone, objects.delete)

    def _names(self, place: str) -> set[str]:
        (found,) = self._each("", [place], objects.below_objects)
        return found

    def _read(self, place: str, names: Collection[str]) -> dict[str, bytes]:
        return dict(zip(names, self._each(place, names, objects.get), strict=True))

    def _write(self, place: str, data: Mapping[str, bytes]) -> None:
        self._each(place, data, put, data.values())

    def _each(
        self, place: str, names: Collection[str], call: Callable[..., Any], *more: Iterable[Any]
    ) -> list[Any]:
        """What ``call`` gives for each object, of fsspec's file system and its path, ``place`` before it."""
        try:
            files, root = file_system(self.url)
            paths = ["/".join(filter(None, (root.rstrip("/"), place, name))) for name in names]
            with ThreadPoolExecutor(_AT_A_TIME if files.async_impl else 1) as pool:
                return list(pool.map(call, repeat(files), paths, *more))
        except Exception as error:  # each store's library has errors of its own
            raise StoreError(placed(self.shown(self.folder / place), explain_error(error))) from error

    @contextmanager
    def _alone(self, place: str, *, patience: float = _PATIENCE) -> Iterator[Held]:
        """No other process, of this machine or another, works on ``place`` while the block runs."""
        with self._here():
            self._own.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = self._own / ".locks" / f"{place.replace('/', '-')}.lock"
        try:
            held = acquired(self._own, lock, patience=patience)
        except Timeout:
            raise BusyError(
                Message(
                    "{place}: is being made by another process; wait, or end that",
                    "{place}：另一个进程正在生成；请等它结束，或先停止它",
                    place=self.shown(self.folder / place),
                )
            ) from None
        with held, ExitStack() as stack:
            try:
                told = self.shown(self.folder / place)
                ours = stack.enter_context(locked(self.url, place, patience=patience, told=told))
            except BusyError:
                raise
            except Exception as error:  # each store's library has errors of its own
                raise StoreError(placed(told, explain_error(error))) from error
            yield ours

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

    @contextmanager
    def _here(self) -> Iterator[None]:
        """Tell what is wrong with the working copy as such."""
        try:
            yield
        except OSError as error:
            raise StoreError(
                Message(
                    "{folder}: the working copy cannot be written ({error}); free some space, "
                    "or mend its rights",
                    "{folder}：工作副本无法写入（{error}）；请腾出空间，或检查权限",
                    folder=self._own,
                    error=error.strerror or error,
                )
            ) from error


_FOLDERS = {"review": "review", "meeting": "meetings", "lists": "lists"}
"""Where each kind of task writes beside the report, below the store's own folder."""


def _places(params_file: Path, task: Task) -> list[str]:
    """The folders that a task of a params file may read or write in, that of the report first."""
    own: list[str] = []
    with suppress(ParamsError):  # its own run names every problem
        params = read_params(params_file)
        names = [str(params.plan_year), "failed", *filter(None, [_FOLDERS.get(task.kind)])]
        own = [f"{params.dealership.id}/{name}" for name in names]
    return list(dict.fromkeys([*own, f"{params_file.stem}/failed"]))


def _carried(name: str) -> bool:
    return any(PurePosixPath(name).match(pattern) for pattern in CARRIED)


def _has_summary(manifest: bytes) -> bool:
    """Whether the index needs no other file of the report for its numbers."""
    with suppress(ValueError, AttributeError):  # damaged
        return stored_summary(parsed_json(manifest)) is not None
    return False


def _holds(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


def _save(folder: Path, data: Mapping[str, bytes]) -> None:
    for name, content in data.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
