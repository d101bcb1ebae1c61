"""Commands that make reports: now, on a schedule, of a group, once more to prove them."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csanalysis.addresses import is_address, shown
from csanalysis.cli.frame import (
    AsOf,
    MovingAsOf,
    ParamsFiles,
    Verbose,
    a_place,
    app,
    expanded,
    fail,
    refuse_twins,
)
from csanalysis.cli.terminal import say
from csanalysis.cli.through import AnyOutput, Fleet, Scheduler, opened, report_here, through_fleet
from csanalysis.errors import CsanalysisError
from csanalysis.messages import Message, edited, joined

if TYPE_CHECKING:
    pass


@app.command()
@through_fleet()
def run(
    params_files: ParamsFiles,
    fleet: Fleet,
    output: AnyOutput = "outputs",
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
            "--trust-chapters",
            help="Run own chapters and changed notebooks, which are code, as if the params trusted them.",
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
    from csanalysis.fleet import Task
    from csanalysis.report.options import STANDARDS, RunOptions

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
    paths = fleet.stores(params_files)
    refuse_twins(paths)
    options = RunOptions(
        fleet.limits,
        force=force,
        strict=strict,
        pdf_standard=standard,
        as_of=as_of,
        trust_chapters=trust_chapters,
        with_values=with_values,
    )
    folder, stored = opened(output)
    first = stored is None and not (folder / "index.html").exists()
    outcomes = fleet.do(paths, folder, Task(), options, stored=stored)
    fleet.end(outcomes, folder, stored, counted=True, first=first)


@app.command()
def schedule(
    params_files: ParamsFiles,
    output: AnyOutput = "outputs",
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", "-j", min=1, help="Jobs at a time; default: 2, with --scheduler 64."),
    ] = None,
    scheduler: Scheduler = None,
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
    """Stay up and make each dealership's report, lists, reviews and packs at their cron times, as the params
    say.

    Log lines are JSON. Params files, a group's file and its roster are read again when they change.
    """
    from csanalysis.schedule import Settings, serve

    folder, stored = opened(output)
    settings = Settings(
        jobs=jobs or (64 if scheduler else 2),
        jitter=jitter,
        grace=grace,
        scheduler=scheduler,
        url=stored.url if stored else None,
    )
    try:
        if stored:
            with stored.probe():  # a service must not find out at night
                pass
        serve(params_files, folder, settings, timezone=timezone)
    except CsanalysisError as error:
        about = [path for path in params_files if path.is_file()]
        fail(error.problems, about=about, verbose=verbose)


@app.command()
@through_fleet("deliver", "resend", "share")
def network(
    params_files: ParamsFiles,
    fleet: Fleet,
    output: AnyOutput = "outputs",
    language: Annotated[str | None, typer.Option(help="zh or en; default: the first store's.")] = None,
    as_of: AsOf = None,
    verbose: Verbose = False,
) -> None:
    """Lay the stores of a group side by side, from the reports that they have in the output folder."""
    from csanalysis.catalogue import Language
    from csanalysis.fleet.networking import side_by_side

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
    folder, stored = opened(output)
    laid = side_by_side(
        paths,
        lambda files, task: fleet.do(files, folder, task, as_of=as_of, stored=stored),
        spoken or "",
    )
    for line in laid.left if laid.outcome.made else ():
        say(line, *paths)
    fleet.end([laid.outcome], folder, stored)
    if laid.left:
        raise typer.Exit(1)


@app.command()
@through_fleet("deliver", "resend", "resume", "share")
def verify(
    fleet: Fleet,
    places: Annotated[
        list[str],
        typer.Argument(
            parser=a_place,
            metavar="REPORT...",
            help="Folders of reports, such as outputs/dezhou/2026, or their addresses.",
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
    from csanalysis.fleet import Task

    task = Task("verify", params=str(params.resolve()) if params else None)
    if fleet.scheduler and (addresses := [place for place in places if is_address(place)]):
        fail(
            Message(
                "{address}: is proven on this machine; leave --scheduler out",
                "{address}：只能在本机核对；请不要用 --scheduler",
                address=shown(addresses[0]),
            )
        )
    here = dict(map(report_here, dict.fromkeys(places)))
    outcomes = fleet.do(list(here), Path(), task, as_of=as_of)
    about = [params] if params else []
    for outcome in outcomes:
        shown_as = here[outcome.params_file]
        for line in outcome.told:
            say(edited(line, shown_as), *about, out=True)
        for line in outcome.problems:
            say(edited(line, shown_as), *about)
        if verbose and outcome.trace:
            print(outcome.trace, file=sys.stderr)
    worst = max(0 if outcome.made and not outcome.found else 1 if outcome.made else 2 for outcome in outcomes)
    if worst:
        raise typer.Exit(worst)
