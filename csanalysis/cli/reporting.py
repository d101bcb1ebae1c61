"""Commands that make reports: now, on a schedule, of a group, once more to prove them."""

import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csanalysis.cli.first_run import tell_what_follows
from csanalysis.cli.frame import (
    AsOf,
    Jobs,
    MovingAsOf,
    Output,
    ParamsFiles,
    Verbose,
    a_folder,
    app,
    expanded,
    fail,
    refuse_twins,
)
from csanalysis.cli.terminal import say, spoken
from csanalysis.errors import CsanalysisError
from csanalysis.messages import Message, joined, placed, unwritable

if TYPE_CHECKING:
    from csanalysis.fleet import Outcome
    from csanalysis.fleet.stored import Stored


@app.command()
def run(
    params_files: ParamsFiles,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="Folder of the reports and of the cache, or an address such as s3://bucket/reports.",
        ),
    ] = "outputs",
    jobs: Jobs = None,
    deliver: Annotated[
        bool, typer.Option("--deliver", help="Send what the params' delivery asks for.")
    ] = False,
    resend: Annotated[
        bool, typer.Option("--resend", help="With --deliver: send what was sent before, too.")
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
    pdf_standard: Annotated[
        str, typer.Option(help="ua-1: PDF/UA-1, accessible; a-2a: PDF/A-2a as well, for the archive.")
    ] = "ua-1",
    trust_chapters: Annotated[
        bool,
        typer.Option(
            "--trust-chapters", help="Run the params' own chapters, which are code, as if they said trusted."
        ),
    ] = False,
    with_values: Annotated[
        bool,
        typer.Option(
            "--with-values",
            help="rejects.csv shows every cell as it was exported, personal data too; else they are masked.",
        ),
    ] = False,
    as_of: AsOf = None,
    verbose: Verbose = False,
) -> None:
    """Make the planning report of each dealership: HTML, PDF, numbers and work lists.

    A store whose params, exports, program and installed packages are unchanged is not run again; after a run
    that was cut off, only what is missing is made.
    """
    from csanalysis.addresses import is_address
    from csanalysis.errors import ClusterError, StoreError
    from csanalysis.fleet.anywhere import run_anywhere
    from csanalysis.fleet.summary import summary
    from csanalysis.progress import progress
    from csanalysis.report.options import MEGABYTE, STANDARDS, Limits, RunOptions

    standard = next((known for known in STANDARDS if known == pdf_standard), None)
    if standard is None:
        fail(
            Message(
                "--pdf-standard must be {known}, not {given!r}",
                "--pdf-standard 应为 {known}，现在是“{given}”",
                known=joined(STANDARDS, " or ", " 或 "),
                given=pdf_standard,
            )
        )
    paths = expanded(params_files)
    refuse_twins(paths)
    limits = Limits(deadline, memory * MEGABYTE if memory else None)
    options = RunOptions(
        limits,
        force=force,
        strict=strict,
        pdf_standard=standard,
        as_of=as_of,
        trust_chapters=trust_chapters,
        with_values=with_values,
    )
    stored = _stored(output) if is_address(output) else None
    folder, shown = (stored.folder, stored.shown) if stored else (Path(output), str)
    first = not (folder / "index.html").exists()
    with progress(paths, spoken(paths)) as on_step:
        try:
            outcomes = run_anywhere(
                paths, folder, options, jobs=jobs, scheduler=scheduler, on_step=on_step, stored=stored
            )
        except (ClusterError, StoreError) as error:
            fail(error.problems, about=paths, verbose=verbose)
    _tell(outcomes, shown, verbose=verbose)
    made = sum(outcome.made for outcome in outcomes)
    if first and stored is None:
        tell_what_follows(outcomes)
    undelivered = 0
    if deliver:
        from csanalysis.delivery.delivering import deliver_all

        for told in deliver_all(outcomes, folder, stored, resend=resend):
            undelivered += told.failed
            say(told.line, told.params_file, out=not told.failed)
    listed = _index(folder, stored, paths)  # last: a folder that takes no page must not keep a report unsent
    if made < len(outcomes):
        for line in summary(outcomes, shown):
            say(line, *paths)
    if made < len(outcomes) or not listed or undelivered:
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
    as_of: MovingAsOf = None,
    verbose: Verbose = False,
) -> None:
    """Stay up and make each dealership's report at its own cron time; log lines are JSON."""
    from csanalysis.schedule import Settings, serve

    try:
        paths = expanded(params_files)
        settings = Settings(jobs=jobs or 2, jitter=jitter, grace=grace)
        serve(paths, output, settings, timezone=timezone)
    except CsanalysisError as error:
        fail(error.problems, about=paths, verbose=verbose)


@app.command()
def network(
    params_files: ParamsFiles,
    output: Output = Path("outputs"),
    language: Annotated[str | None, typer.Option(help="zh or en; default: the first store's.")] = None,
    as_of: AsOf = None,
    verbose: Verbose = False,
) -> None:
    """Lay the stores of a group side by side, from the reports that they have in the output folder."""
    from csanalysis.catalogue import Language
    from csanalysis.network.build import build_network

    spoken: Language | None = "zh" if language == "zh" else "en" if language == "en" else None
    if language and not spoken:
        fail(
            Message(
                "--language must be zh or en, not {language!r}",
                "--language 应为 zh 或 en，现在是“{language}”",
                language=language,
            )
        )
    paths = expanded(params_files)
    refuse_twins(paths)
    try:
        print(build_network(paths, output, language=spoken) / "report.html")
    except CsanalysisError as error:
        fail(error.problems, about=paths, verbose=verbose)


@app.command()
def verify(
    places: Annotated[
        list[Path],
        typer.Argument(
            parser=a_folder,
            metavar="REPORT...",
            help="Folders of reports, such as outputs/dezhou/2026.",
            show_default=False,
        ),
    ],
    params: Annotated[
        Path | None, typer.Option("--params", help="The params file, should it have moved since.")
    ] = None,
    as_of: AsOf = None,
    verbose: Verbose = False,
) -> None:
    """Make a report again elsewhere and compare every number, figure and table with it.

    Says what differs and why. Exit 0 if all is the same, 1 if anything differs, 2 if it cannot be told.
    """
    from csanalysis.errors import ReportError
    from csanalysis.fleet import verifying

    codes, about = set(), [params] if params else []
    for place in places:
        try:
            verdict = verifying.verify(place, params_file=params)
        except ReportError as error:
            for line in error.problems:
                say(line, *about)
            if verbose:
                traceback.print_exc()
            codes.add(2)
            continue
        for line in verifying.verdict_lines(verdict, place):
            say(line, *about, out=True)
        codes.add(0 if verdict.same else 1)
    if max(codes):
        raise typer.Exit(max(codes))


def _stored(address: str) -> "Stored":
    """Reports in an object store; what reaches it is imported for an address only."""
    from csanalysis.fleet.stored import Stored

    return Stored(address)


def _tell(outcomes: "Sequence[Outcome]", shown: Callable[[Path], str], *, verbose: bool) -> None:
    """Where each report lies and what changed on stdout, what went wrong on stderr."""
    for outcome in outcomes:
        if outcome.place is not None:
            print(shown(outcome.place / "report.html"))
        if outcome.changed:
            say(placed(outcome.params_file.stem, outcome.changed), outcome.params_file, out=True)
        if outcome.unchanged:
            unchanged = Message(
                "{name}: unchanged since {when}; --force makes it again",
                "{name}：自 {when} 以来没有变化；用 --force 可重新生成",
                name=outcome.params_file.stem,
                when=outcome.unchanged,
            )
            say(unchanged, outcome.params_file, out=True)
        for problem in outcome.problems:
            say(problem, outcome.params_file)
        if verbose and outcome.trace:
            print(outcome.trace, file=sys.stderr)


def _index(folder: Path, stored: "Stored | None", paths: "Sequence[Path]") -> bool:
    """Write the page that lists all reports and say where it is; False if it cannot be written."""
    from csanalysis.report.listed import list_reports

    try:
        if stored:
            print(stored.write_index())
        elif folder.is_dir():
            print(list_reports(folder))
    except CsanalysisError as error:
        for line in error.problems:
            say(line, *paths)
        return False
    except OSError as error:
        say(unwritable(folder, error), *paths)
        return False
    return True
