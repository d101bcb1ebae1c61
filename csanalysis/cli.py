"""The commands. Heavy imports stay inside them, so that ``--help`` answers at once."""

import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

import csanalysis
from csanalysis.errors import CsanalysisError

if TYPE_CHECKING:
    from csanalysis.fleet import Outcome

app = typer.Typer(
    name="csanalysis",
    help="Plan a car dealership's customer service for next year from the exports its systems already write.",
    epilog="Exit codes: 0 all made; 1 some failed; 2 nothing could be made, or bad usage; "
    "3 an alert stands (review --alert).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ParamsFiles = Annotated[
    list[Path],
    typer.Argument(metavar="PARAMS...", help="Params files, one a dealership.", show_default=False),
]
Output = Annotated[Path, typer.Option("--output", "-o", help="Folder of the reports and of the cache.")]
Jobs = Annotated[
    int | None, typer.Option("--jobs", "-j", min=1, help="Dealerships at a time; default: one a core.")
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show the traceback of an error.")]


def main() -> None:
    """Entry point of the console script."""
    app()


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        print(csanalysis.__version__)
        raise typer.Exit


@app.command()
def init(
    dealership: Annotated[str, typer.Argument(help="Short id of the store: a-z, 0-9, '-' and '_'.")],
    folder: Annotated[Path, typer.Option("--params", help="Folder to write in.")] = Path("params"),
    language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
    verbose: Verbose = False,
) -> None:
    """Write a params file and an empty Excel template for a new dealership."""
    from csanalysis.starter import write_starter

    try:
        for path in write_starter(folder, dealership, language=language):
            print(path)
    except CsanalysisError as error:
        _fail([str(error)], verbose=verbose)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(help="Folder to write the raw exports in.", show_default=False)],
    params: Annotated[
        Path | None, typer.Option("--params", help="Folder of the params files; default: FOLDER/params.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed writes the same bytes.")] = 7,
    dealerships: Annotated[int, typer.Option(min=1, max=1000, help="How many dealerships.")] = 3,
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Last day of the exports, 2025-12-31 to 2026-06-30: the same stores, some months later.",
            show_default="2025-12-31",
        ),
    ] = None,
    verbose: Verbose = False,
) -> None:
    """Write demo exports: sixteen tables over six years, as dealership systems write them."""
    from csanalysis.demo import write_demo

    try:
        last = until.date() if until else None
        for path in write_demo(folder, seed=seed, params_folder=params, dealerships=dealerships, until=last):
            print(path)
    except ValueError as error:
        _fail([str(error)], verbose=verbose)
    except OSError as error:
        _fail([f"{error.filename or folder}: cannot be written ({error.strerror})"], verbose=verbose)


@app.command()
def check(
    params_files: ParamsFiles,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
    output: Output = Path("outputs"),
    verbose: Verbose = False,
) -> None:
    """Read the exports and print what was found in them; exit 1 if a store cannot be reported."""
    import json

    from csanalysis.report.checking import check as check_all

    try:
        summaries = [check_all(path, cache=output / ".cache") for path in _expanded(params_files)]
    except CsanalysisError as error:
        _fail(getattr(error, "problems", [str(error)]), code=1, verbose=verbose)
    if as_json:
        print(json.dumps(summaries if len(summaries) > 1 else summaries[0], ensure_ascii=False, indent=1))
    else:
        from rich.console import Console

        from csanalysis.ingest.summary import rich_summary

        console = Console()
        for summary in summaries:
            console.print(rich_summary(summary))
            for problem in summary["problems"]:
                print(problem, file=sys.stderr)
    if any(summary["unusable"] for summary in summaries):
        raise typer.Exit(1)


@app.command()
def run(
    params_files: ParamsFiles,
    output: Output = Path("outputs"),
    jobs: Jobs = None,
    deliver: Annotated[
        bool, typer.Option("--deliver", help="Send what the params' delivery asks for.")
    ] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(help="A Dask scheduler, such as tcp://host:8786, whose workers make the reports."),
    ] = None,
    deadline: Annotated[float, typer.Option(min=1, help="Seconds after which a chapter is ended.")] = 600,
    memory: Annotated[
        int | None, typer.Option(min=512, help="Megabytes that a chapter may hold; default: no limit.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Make every report and chapter again, also where nothing changed.")
    ] = False,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="A store fails if any row of its exports is set aside, or if any cell or any answer in a "
            "work list cannot be read; its last report stays.",
        ),
    ] = False,
    verbose: Verbose = False,
) -> None:
    """Make the planning report of each dealership: HTML, PDF, numbers and work lists.

    A store whose params, exports, program and installed packages are unchanged is not run again; after a run
    that was cut off, only what is missing is made.
    """
    from csanalysis.errors import ClusterError
    from csanalysis.fleet import run_fleet
    from csanalysis.fleet.cluster import run_on_cluster
    from csanalysis.fleet.summary import summary
    from csanalysis.progress import progress
    from csanalysis.report.index import write_index
    from csanalysis.report.notebooks import MEGABYTE, Limits

    paths = _expanded(params_files)
    _refuse_twins(paths)
    with progress(paths) as tell:
        limits = Limits(deadline, memory * MEGABYTE if memory else None)
        asked: dict[str, Any] = {"limits": limits, "force": force, "strict": strict, "tell": tell}
        if scheduler is None:
            outcomes = run_fleet(paths, output, jobs=jobs, **asked)
        else:
            try:
                outcomes = run_on_cluster(paths, output, scheduler=scheduler, **asked)
            except ClusterError as error:
                _fail([str(error)], verbose=verbose)
    for outcome in outcomes:
        if outcome.place is not None:
            print(outcome.place / "report.html")
        if outcome.changed:
            print(f"{outcome.params_file.stem}: {outcome.changed}")
        if outcome.unchanged:
            print(f"{outcome.params_file.stem}: unchanged since {outcome.unchanged}; --force makes it again")
        for problem in outcome.problems:
            print(problem, file=sys.stderr)
        if verbose and outcome.trace:
            print(outcome.trace, file=sys.stderr)
    made = sum(outcome.made for outcome in outcomes)
    if output.is_dir():
        print(write_index(output))
    if deliver:
        _deliver(outcomes)
    if made < len(outcomes):
        for line in summary(outcomes):
            print(line, file=sys.stderr)
        raise typer.Exit(1 if made else 2)


@app.command()
def schedule(
    params_files: ParamsFiles,
    output: Output = Path("outputs"),
    jobs: Jobs = None,
    timezone: Annotated[
        str | None,
        typer.Option(help="Zone of the cron lines, such as Asia/Shanghai; default: the machine's."),
    ] = None,
    jitter: Annotated[int, typer.Option(min=0, help="Begin each run up to so many seconds later.")] = 0,
    grace: Annotated[
        float, typer.Option(min=0, help="Seconds for running reports to finish at a stop.")
    ] = 60,
    verbose: Verbose = False,
) -> None:
    """Stay up and make each dealership's report at its own cron time; log lines are JSON."""
    from csanalysis.schedule import Settings, serve

    try:
        settings = Settings(jobs=jobs or 2, jitter=jitter, grace=grace)
        serve(_expanded(params_files), output, settings, timezone=timezone)
    except CsanalysisError as error:
        _fail(getattr(error, "problems", [str(error)]), verbose=verbose)


@app.command()
def network(
    params_files: ParamsFiles,
    output: Output = Path("outputs"),
    language: Annotated[str | None, typer.Option(help="zh or en; default: the first store's.")] = None,
    verbose: Verbose = False,
) -> None:
    """Lay the stores of a group side by side, from the reports that they have in the output folder."""
    from csanalysis.catalogue import Language
    from csanalysis.network.build import build_network

    spoken: Language | None = "zh" if language == "zh" else "en" if language == "en" else None
    if language and not spoken:
        _fail([f"--language must be zh or en, not {language!r}"])
    paths = _expanded(params_files)
    _refuse_twins(paths)
    try:
        print(build_network(paths, output, language=spoken) / "report.html")
    except CsanalysisError as error:
        _fail(getattr(error, "problems", [str(error)]), verbose=verbose)


@app.command()
def meeting(
    params_files: ParamsFiles,
    period: Annotated[str, typer.Option(help="2025-11 for all staff, 2025-W48 for the managers.")],
    output: Output = Path("outputs"),
    verbose: Verbose = False,
) -> None:
    """Make the pack for a weekly or monthly satisfaction meeting."""
    from csanalysis.report.meeting import build_meeting

    def make(path: Path) -> None:
        print(build_meeting(path, output, period) / "report.html")

    _each(params_files, make, verbose=verbose)


@app.command()
def plan(
    params_files: ParamsFiles,
    freeze: Annotated[
        bool, typer.Option("--freeze", help="Write plan.json, to be reviewed against.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Freeze anew; the old plan is kept as plan-TIME.json.")
    ] = False,
    output: Output = Path("outputs"),
    verbose: Verbose = False,
) -> None:
    """Print the year's targets; with --freeze, write them down for the monthly reviews."""
    from csanalysis.report.planning import draft_plan
    from csanalysis.report.planning import freeze as freeze_plan
    from csanalysis.report.planning_summary import rich_plan

    if replace and not freeze:
        _fail(["--replace goes with --freeze: nothing is replaced without freezing anew"])

    def make(path: Path) -> None:
        drafted = draft_plan(path, output)
        if freeze:
            frozen = freeze_plan(drafted, output, replace=replace)
            print(frozen.path)
            if frozen.kept:
                print(f"the plan before: {frozen.kept}", file=sys.stderr)
        else:
            from rich.console import Console

            Console().print(rich_plan(drafted))

    _each(params_files, make, verbose=verbose)


@app.command()
def review(
    params_files: ParamsFiles,
    month: Annotated[str, typer.Option("--month", help="The month to review, such as 2026-03.")],
    alert: Annotated[bool, typer.Option("--alert", help="Exit 3 if an alert stands.")] = False,
    output: Output = Path("outputs"),
    verbose: Verbose = False,
) -> None:
    """Hold a month against the frozen plan: report, work list, and a digest for mail or chat."""
    from csanalysis.report.index import write_index
    from csanalysis.report.review import build_review

    standing = 0

    def make(path: Path) -> None:
        nonlocal standing
        made = build_review(path, output, month)
        standing += made.alerts
        print(made.digest, end="")
        print(made.place / "report.html")

    made = _each(params_files, make, verbose=verbose, last=lambda: print(write_index(output)))
    if alert and standing and made:
        raise typer.Exit(3)


def _each(
    params_files: Sequence[Path],
    make: Callable[[Path], None],
    *,
    verbose: bool,
    last: Callable[[], None] = lambda: None,
) -> bool:
    """Do something for each store, the others too where one fails; ``last`` once any was made."""
    paths, made = _expanded(params_files), 0
    for path in paths:
        try:
            make(path)
            made += 1
        except CsanalysisError as error:
            for line in getattr(error, "problems", [str(error)]):
                print(line if line.startswith(str(path)) else f"{path}: {line}", file=sys.stderr)
            if verbose:
                traceback.print_exc()
    if made:
        last()
    if made < len(paths):
        raise typer.Exit(1 if made else 2)
    return made > 0


@app.command()
def verify(
    places: Annotated[
        list[Path],
        typer.Argument(
            metavar="REPORT...", help="Folders of reports, such as outputs/dezhou/2026.", show_default=False
        ),
    ],
    params: Annotated[
        Path | None, typer.Option("--params", help="The params file, should it have moved since.")
    ] = None,
    verbose: Verbose = False,
) -> None:
    """Make a report again elsewhere and compare every number, figure and table with it.

    Says what differs and why. Exit 0 if all is the same, 1 if anything differs, 2 if it cannot be told.
    """
    from csanalysis.errors import ReportError
    from csanalysis.fleet import verifying

    codes = set()
    for place in places:
        try:
            verdict = verifying.verify(place, params_file=params)
        except ReportError as error:
            print(error, file=sys.stderr)
            if verbose:
                traceback.print_exc()
            codes.add(2)
            continue
        for line in verifying.told(verdict, place):
            print(line)
        codes.add(0 if verdict.same else 1)
    if max(codes):
        raise typer.Exit(max(codes))


def _deliver(outcomes: "Sequence[Outcome]") -> None:
    """Send what was made and what was not; a message that fails is a line on stderr and no more."""
    from csanalysis.delivery import deliver

    for outcome in outcomes:
        for receipt in deliver(outcome):
            for problem in receipt.problems:
                print(f"{outcome.params_file}: {receipt.channel}: {problem}", file=sys.stderr)


def _expanded(paths: Sequence[Path]) -> list[Path]:
    """The paths, with wildcards resolved where the shell did not (Windows)."""
    found: list[Path] = []
    for path in paths:
        if "*" in path.name:
            matches = sorted(path.parent.glob(path.name))
            if not matches:
                _fail([f"{path}: no such file; name params files, such as params/*.yml"])
            found += matches
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def _refuse_twins(paths: Sequence[Path]) -> None:
    """Two params files of one store and year would overwrite each other's report."""
    from csanalysis.errors import ParamsError
    from csanalysis.params import read_params

    seen: dict[tuple[str, int], Path] = {}
    for path in paths:
        try:
            params = read_params(path)
        except ParamsError:
            continue  # its own run names every problem
        key = (params.dealership.id, params.plan_year)
        if key in seen:
            _fail([f"{path}: is dealership {key[0]!r} of {key[1]}, as is {seen[key]}; give each its own id"])
        seen[key] = path


def _fail(lines: Sequence[str], *, code: int = 2, verbose: bool = False) -> NoReturn:
    for line in lines:
        print(line, file=sys.stderr)
    if verbose and sys.exc_info()[0]:
        traceback.print_exc()
    raise typer.Exit(code)
