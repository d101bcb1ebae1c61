"""The commands. Heavy imports stay inside them, so that ``--help`` answers at once."""

import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

import csanalysis
from csanalysis.errors import CsanalysisError

app = typer.Typer(
    name="csanalysis",
    help="Plan a car dealership's customer service for next year from the exports its systems already write.",
    epilog="Exit codes: 0 all made; 1 some failed; 2 nothing could be made, or bad usage.",
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
    verbose: Verbose = False,
) -> None:
    """Write demo exports: sixteen tables over six years, as dealership systems write them."""
    from csanalysis.demo import write_demo

    try:
        for path in write_demo(folder, seed=seed, params_folder=params, dealerships=dealerships):
            print(path)
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
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Dealerships at a time.")] = 2,
    verbose: Verbose = False,
) -> None:
    """Make the planning report of each dealership: HTML, PDF, numbers and work lists."""
    from csanalysis.fleet import run_fleet
    from csanalysis.progress import progress
    from csanalysis.report.index import write_index

    paths = _expanded(params_files)
    _refuse_twins(paths)
    with progress(paths) as tell:
        outcomes = run_fleet(paths, output, jobs=jobs, tell=tell)
    for outcome in outcomes:
        if outcome.place is not None:
            print(outcome.place / "report.html")
        for problem in outcome.problems:
            print(problem, file=sys.stderr)
        if verbose and outcome.trace:
            print(outcome.trace, file=sys.stderr)
    made = sum(outcome.made for outcome in outcomes)
    if made:
        print(write_index(output))
    if made < len(outcomes):
        print(f"{made} of {len(outcomes)} reports made", file=sys.stderr)
        raise typer.Exit(1 if made else 2)


@app.command()
def meeting(
    params_files: ParamsFiles,
    period: Annotated[str, typer.Option(help="2025-11 for all staff, 2025-W48 for the managers.")],
    output: Output = Path("outputs"),
    verbose: Verbose = False,
) -> None:
    """Make the pack for a weekly or monthly satisfaction meeting."""
    from csanalysis.report.meeting import build_meeting

    paths, made = _expanded(params_files), 0
    for path in paths:
        try:
            print(build_meeting(path, output, period) / "report.html")
            made += 1
        except CsanalysisError as error:
            for line in getattr(error, "problems", [f"{path}: {error}"]):
                print(line, file=sys.stderr)
            if verbose:
                traceback.print_exc()
    if made < len(paths):
        raise typer.Exit(1 if made else 2)


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
