"""Commands of the year: its plan, the monthly reviews, the satisfaction meetings."""

from typing import Annotated

import typer

from csanalysis.cli.frame import AsOf, ParamsFiles, Verbose, app, each, fail
from csanalysis.cli.through import AnyOutput, Fleet, opened, through_fleet
from csanalysis.messages import Message


@app.command()
@through_fleet("deliver", "resend")
def plan(
    params_files: ParamsFiles,
    fleet: Fleet,
    freeze: Annotated[
        bool, typer.Option("--freeze", help="Write plan.json, to be reviewed against.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Freeze anew; the old plan is kept as plan-TIME.json.")
    ] = False,
    output: AnyOutput = "outputs",
    as_of: AsOf = None,
    verbose: Verbose = False,
) -> None:
    """Print the year's targets; with --freeze, write them down for the monthly reviews."""
    if replace and not freeze:
        fail(
            Message(
                "--replace goes with --freeze: nothing is replaced without freezing anew",
                "--replace 要与 --freeze 一起用：不重新冻结就没有可替换的",
            )
        )

    if freeze:
        from csanalysis.fleet import Task

        task = Task("freeze", replace=replace)
        folder, stored = opened(output)
        outcomes = fleet.do(fleet.stores(params_files), folder, task, as_of=as_of, stored=stored)
        fleet.end(outcomes, folder, stored, listed=False)
        return
    from rich.console import Console

    from csanalysis.report.packs.planning import draft_plan, rich_plan

    folder, _ = opened(output)
    each(params_files, lambda path: Console().print(rich_plan(draft_plan(path, folder))), verbose=verbose)


@app.command()
@through_fleet()
def review(
    params_files: ParamsFiles,
    fleet: Fleet,
    month: Annotated[str, typer.Option("--month", help="The month to review, such as 2026-03.")],
    alert: Annotated[bool, typer.Option("--alert", help="Exit 3 if a target is in alarm.")] = False,
    output: AnyOutput = "outputs",
    as_of: AsOf = None,
    verbose: Verbose = False,
) -> None:
    """Hold a month against the frozen plan: report, work list, and a digest for mail or chat."""
    from csanalysis.fleet import Task

    (folder, stored), task = opened(output), Task("review", period=month)
    outcomes = fleet.do(fleet.stores(params_files), folder, task, as_of=as_of, stored=stored)
    fleet.end(outcomes, folder, stored)
    if alert and any(outcome.found for outcome in outcomes):
        raise typer.Exit(3)


@app.command()
@through_fleet()
def meeting(
    params_files: ParamsFiles,
    fleet: Fleet,
    period: Annotated[str, typer.Option(help="2025-11 for all staff, 2025-W48 for the managers.")],
    output: AnyOutput = "outputs",
    as_of: AsOf = None,
    verbose: Verbose = False,
) -> None:
    """Make the pack for a weekly or monthly satisfaction meeting."""
    from csanalysis.fleet import Task

    (folder, stored), task = opened(output), Task("meeting", period=period)
    outcomes = fleet.do(fleet.stores(params_files), folder, task, as_of=as_of, stored=stored)
    fleet.end(outcomes, folder, stored)
