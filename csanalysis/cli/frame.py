"""What the commands share: the program itself, its arguments, and how an error is told."""

import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

import csanalysis
from csanalysis.addresses import is_address, shown
from csanalysis.errors import CsanalysisError

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


def a_folder(given: str) -> Path:
    """A path as it was given; an address is refused where a folder of this machine is needed."""
    if is_address(str(given)):
        fail(
            [f"{shown(given)}: only 'csanalysis run' works there; copy the reports to a folder and name that"]
        )
    return Path(given)


Output = Annotated[
    Path,
    typer.Option(
        "--output", "-o", parser=a_folder, metavar="PATH", help="Folder of the reports and of the cache."
    ),
]
Jobs = Annotated[
    int | None, typer.Option("--jobs", "-j", min=1, help="Dealerships at a time; default: one a core.")
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show the traceback of an error.")]


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        print(csanalysis.__version__)
        raise typer.Exit


def each(
    params_files: Sequence[Path],
    make: Callable[[Path], None],
    *,
    verbose: bool,
    last: Callable[[], None] = lambda: None,
) -> bool:
    """Do something for each store, the others too where one fails; ``last`` once any was made."""
    paths, made = expanded(params_files), 0
    for path in paths:
        try:
            make(path)
            made += 1
        except CsanalysisError as error:
            for line in error.problems:
                print(line if line.startswith(str(path)) else f"{path}: {line}", file=sys.stderr)
            if verbose:
                traceback.print_exc()
    if made:
        last()
    if made < len(paths):
        raise typer.Exit(1 if made else 2)
    return made > 0


def expanded(paths: Sequence[Path]) -> list[Path]:
    """The paths, with wildcards resolved where the shell did not (Windows)."""
    found: list[Path] = []
    for path in paths:
        if "*" in path.name:
            matches = sorted(path.parent.glob(path.name))
            if not matches:
                fail([f"{path}: no such file; name params files, such as params/*.yml"])
            found += matches
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def refuse_twins(paths: Sequence[Path]) -> None:
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
            fail([f"{path}: is dealership {key[0]!r} of {key[1]}, as is {seen[key]}; give each its own id"])
        seen[key] = path


def fail(lines: Sequence[str], *, code: int = 2, verbose: bool = False) -> NoReturn:
    """Print the lines, and the traceback if wanted, and end with an exit code."""
    for line in lines:
        print(line, file=sys.stderr)
    if verbose and sys.exc_info()[0]:
        traceback.print_exc()
    raise typer.Exit(code)
