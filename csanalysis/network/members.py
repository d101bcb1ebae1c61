"""The stores of a group: where their published numbers and their clean visits lie."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from csanalysis.chapters.everything import measure_all
from csanalysis.errors import ParamsError, ReportError
from csanalysis.ingest import load, parquet_of
from csanalysis.ingest.cache import entries_of
from csanalysis.json_files import parsed_json, read_json
from csanalysis.messages import Message, joined, placed
from csanalysis.metrics.results import Results
from csanalysis.params import Params, read_params
from csanalysis.params.as_of import given_as_of
from csanalysis.report.files.metrics_table import write_metrics_table

FOLDER = "network"
"""Where the group's report lies, below the folder of all reports."""
METRICS_FILE, METRICS_TABLE = "metrics.json", "metrics.parquet"
VISITS = "service_visits"


@dataclass(frozen=True)
class Member:
    """One store: ``name`` as the report shows it, ``visits`` its clean repair orders as Parquet.

    ``params.as_of`` is the last day counted in its report, whatever the params file says today;
    ``params_file`` is what that report was made of, ``report`` its folder.
    """

    name: str
    params: Params
    params_file: Path
    report: Path
    visits: Path

    def numbers(self, folder: Path) -> Path:
        """Its ``metrics.parquet``; where that is none, one written to ``folder`` from ``metrics.json``.

        Raises
        ------
        ReportError
            Neither can be read.
        """
        table = self.report / METRICS_TABLE
        with suppress(OSError, pa.ArrowException):
            pq.read_metadata(table)
            return table
        return self.numbers_from_json(folder)

    def numbers_from_json(self, folder: Path) -> Path:
        """The same from ``metrics.json``, whatever the table beside it holds."""
        written = folder / f"{self.params.dealership.id}.parquet"
        write_metrics_table(written, self.results)
        return written

    @property
    def results(self) -> Results:
        """All its published numbers, which are tens of thousands."""
        told = _told(self.report, self.params_file)
        with _readable(self.report, self.params_file):
            return Results.from_records(told["metrics"])


@dataclass(frozen=True)
class Measured(Member):
    """A store without a report, whose numbers are measured from its exports when they are asked for."""

    @cached_property
    def results(self) -> Results:
        """All numbers that its report would publish; takes some seconds."""
        store = load(self.params_file, cache=self.visits.parent)
        return measure_all(store.params, store.tables)


def members(
    params_files: Sequence[Path], output: Path, *, cache: Path, measure_missing: bool = False
) -> list[Member]:
    """Every store of the network, in the order given.

    Parameters
    ----------
    params_files : sequence of Path
        One a store, all of one plan year; at least two.
    output : Path
        Where their reports lie.
    cache : Path
        Where their clean tables lie; one that is not there is read anew.
    measure_missing : bool
        Measure a store that has no report from its exports, instead of asking for the report.

    Raises
    ------
    ParamsError
        Params cannot be used, stores are of different plan years, or there is but one store.
    ReportError
        A store has no report yet; or ``--as-of`` was given and some reports are of another day.
    IngestError
        A store's visits cannot be read.
    """
    read = {path: read_params(path) for path in params_files}
    if len(read) < 2:
        raise ParamsError(
            Message(
                "a network needs the params of at least two dealerships", "集团报告至少需要两家店的参数文件"
            )
        )
    years = {params.plan_year for params in read.values()}
    if len(years) > 1:
        raise ParamsError(
            Message(
                "the dealerships plan different years ({years}); give those of one year",
                "各店的规划年度不同（{years}）；请给同一年度的参数文件",
                years=joined(placed(path.name, params.plan_year) for path, params in read.items()),
            )
        )
    titles = [params.dealership.title for params in read.values()]
    reports = {path: output / params.dealership.id / str(params.plan_year) for path, params in read.items()}
    unreported = {
        path for path, report in reports.items() if measure_missing and not (report / METRICS_FILE).exists()
    }
    days = {
        path: read[path].as_of if path in unreported else _last_day(report, path)
        for path, report in reports.items()
    }
    if given_as_of():
        _refuse_other_days({path: (read[path].as_of, day) for path, day in days.items()})
    entries = entries_of(cache, VISITS)
    return [
        (Measured if path in unreported else Member)(
            params.dealership.title
            if titles.count(params.dealership.title) == 1
            else f"{params.dealership.title} ({params.dealership.id})",
            params.model_copy(update={"as_of": days[path]}),
            path,
            reports[path],
            parquet_of(
                path, VISITS, cache=cache, inputs=_inputs(reports[path]), entries=entries, params=params
            ),
        )
        for path, params in read.items()
    ]


def part_of(params_file: Path, output: Path, *, cache: Path) -> Path:
    """The folder of a store's report, if it can be laid beside others; its clean visits are read meanwhile.

    Raises
    ------
    ParamsError, ReportError, IngestError
        As :func:`members`, of this store alone.
    """
    params = read_params(params_file)
    if params.dealership.id == FOLDER:
        raise ParamsError(
            Message(
                "dealership.id {folder!r} is where the group's report lies; give the store another",
                "dealership.id 不能用“{folder}”，集团报告放在这个文件夹；请给这家店另取代号",
                folder=FOLDER,
            )
        )
    report = output / params.dealership.id / str(params.plan_year)
    day = _last_day(report, params_file)
    if given_as_of():
        _refuse_other_days({params_file: (params.as_of, day)})
    parquet_of(params_file, VISITS, cache=cache)
    return report


def of_one_year(params_files: Sequence[Path]) -> tuple[list[Path], list[Message]]:
    """The stores of the year that most of them plan, and a line for each other one; all if none has most."""
    years = {path: read_params(path).plan_year for path in params_files}
    common = Counter(years.values()).most_common(2)
    if len(common) < 2 or common[0][1] == common[1][1]:
        return list(params_files), []
    year = common[0][0]
    left = [
        Message(
            "{path}: plans {own}, the others {year}; it is left out",
            "{path}：规划年度是 {own}，其他店是 {year}；没有列入",
            path=path,
            own=own,
            year=year,
        )
        for path, own in years.items()
        if own != year
    ]
    return [path for path in params_files if years[path] == year], left


def regions_of(members: Sequence[Member]) -> list[str]:
    """The regions that the stores' params name, in order."""
    return sorted({member.params.dealership.region for member in members} - {""})


def _inputs(report: Path) -> list[dict[str, Any]]:
    """What the report was made from; nothing where its manifest does not say."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        return [
            {key: entry[key] for key in ("table", "file", "sha256")}
            for entry in read_json(report / "run.json")["inputs"]
        ]
    return []


def _refuse_other_days(days: Mapping[Path, tuple[date, date]]) -> None:
    """Whoever asks for a day is given reports of that day alone."""
    problems = [
        Message(
            "{params_file}: its report is of {day}, not of {asked}; run csanalysis run {params_file} "
            "--as-of {asked} first, or leave --as-of out",
            "{params_file}：它的报告截至 {day}，不是 {asked}；请先运行 csanalysis run {params_file} "
            "--as-of {asked}，或不写 --as-of",
            params_file=path,
            day=day,
            asked=asked,
        )
        for path, (asked, day) in days.items()
        if day != asked
    ]
    if problems:
        raise ReportError(problems)


def _last_day(report: Path, params_file: Path) -> date:
    """The last day counted in a store's report: the first line of its metrics.json says it, if that is whole.

    The numbers follow from the second line on: see :func:`csanalysis.report.build.write_metrics`.
    """
    with (
        suppress(OSError, ValueError, KeyError, TypeError),
        (report / METRICS_FILE).open(encoding="utf-8") as file,
    ):
        return date.fromisoformat(parsed_json(file.readline() + "]}")["as_of"])
    told = _told(report, params_file)
    with _readable(report, params_file):
        return date.fromisoformat(told["as_of"])


def _told(report: Path, params_file: Path) -> Any:
    """What a store's ``metrics.json`` says."""
    with _readable(report, params_file):
        return read_json(report / METRICS_FILE)


@contextmanager
def _readable(report: Path, params_file: Path) -> Iterator[None]:
    """What cannot be read within is told with what to do about it."""
    path = report / METRICS_FILE
    try:
        yield
    except FileNotFoundError:
        raise ReportError(
            Message(
                "{path}: there is no report yet; run csanalysis run {params_file} first",
                "{path}：还没有报告；请先运行 csanalysis run {params_file}",
                path=path,
                params_file=params_file,
            )
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise ReportError(
            Message(
                "{path}: cannot be read ({error}); run csanalysis run --force {params_file}",
                "{path}：无法读取（{error}）；请运行 csanalysis run --force {params_file}",
                path=path,
                error=error,
                params_file=params_file,
            )
        ) from None
