"""What the commands share: the program itself, its arguments, and how an error is told."""

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

import csanalysis
from csanalysis.addresses import is_address, is_mistyped, shown
from csanalysis.cli.spoken import SpokenGroup
from csanalysis.cli.terminal import FORCED, say
from csanalysis.errors import CsanalysisError
from csanalysis.messages import Message, placed

app = typer.Typer(
    name="csanalysis",
    cls=SpokenGroup,
    help="Plan a car dealership's customer service for next year from the exports its systems already write.",
    epilog="First steps: csanalysis demo writes exports of three stores, csanalysis run demo/params/*.yml "
    "reports them; csanalysis init ID --from FOLDER begins with your own exports.\n\n"
    "Exit codes: 0 all made; 1 some failed; 2 nothing could be made, or bad usage; "
    "3 a target is in alarm (review --alert).",
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
    text = str(given)
    if is_address(text) or is_mistyped(text):
        fail(
            Message(
                "{address}: a folder of this machine is needed here",
                "{address}：这里需要本机的文件夹",
                address=shown(text),
            )
        )
    return Path(given)


def a_place(given: str) -> str:
    """A path or an address as it was given; what is neither, such as ``s3:/bucket``, is refused."""
    if is_mistyped(given):
        fail(
            Message(
                "{given}: is neither a folder nor an address; write it as s3://bucket/reports",
                "{given}：既不是文件夹也不是地址；请写成 s3://bucket/reports 的形式",
                given=shown(given),
            )
        )
    return given


Jobs = Annotated[
    int | None, typer.Option("--jobs", "-j", min=1, help="Dealerships at a time; default: one a core.")
]


def _given(*, moving: bool) -> Callable[[typer.Context, str | None], str | None]:
    """What takes ``--as-of`` for the rest of a command; a word that moves is looked up at every reading."""

    def take(context: typer.Context, day: str | None) -> str | None:
        if day is None or context.resilient_parsing:
            return None
        from csanalysis.messages import BadValueError
        from csanalysis.params.as_of import as_of_given, checked_day

        try:
            checked = checked_day(day, moving=moving)
        except BadValueError as error:
            fail(placed("--as-of", error.message))
        context.with_resource(as_of_given(checked))
        return checked

    return take


_LAST_DAY = (
    "Last day counted, in place of the params' as_of: 2025-12-31, today, yesterday, last_month, last_quarter."
)
_TAKEN, _LOOKED_UP_AGAIN = _given(moving=False), _given(moving=True)
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DAY", help=_LAST_DAY, callback=_TAKEN)]
MovingAsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DAY", help=_LAST_DAY, callback=_LOOKED_UP_AGAIN)
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show the traceback of an error.")]


def _force_language(word: str | None) -> str | None:
    if word is not None and word not in ("zh", "en"):
        fail(
            Message(
                "--language must be zh or en, not {language!r}",
                "--language 应为 zh 或 en，现在是“{language}”",
                language=word,
            )
        )
    if word:
        os.environ[FORCED] = word
    return word


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
    language: Annotated[
        str | None,
        typer.Option(
            is_eager=True,
            callback=_force_language,
            help="zh or en, for all that is said here; default: the params', else the machine's.",
        ),
    ] = None,
) -> None:
    if version:
        print(csanalysis.__version__)
        raise typer.Exit


def each(
    params_files: Sequence[Path],
    make: Callable[[Path], None],
    *,
    verbose: bool,
) -> None:
    """Do something for each store here and now, the others too where one fails."""
    paths, made = expanded(params_files), 0
    for path in paths:
        try:
            make(path)
            made += 1
        except CsanalysisError as error:
            for line in error.problems:
                say(line if line.startswith(str(path)) else placed(path, line), path)
            if verbose:
                traceback.print_exc()
    if made < len(paths):
        raise typer.Exit(1 if made else 2)


def expanded(paths: Sequence[Path]) -> list[Path]:
    """The params files of the stores that the arguments mean."""
    from csanalysis.errors import ParamsError
    from csanalysis.params.group import stores_named

    try:
        return stores_named(paths)
    except ParamsError as error:
        fail(error.problems, about=[path for path in paths if path.is_file()])


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
            twins = Message(
                "{path}: is dealership {id!r} of {year}, as is {other}; give each its own id",
                "{path}：与 {other} 同是 {year} 年的“{id}”；请给每家店不同的代号",
                path=path,
                id=key[0],
                year=key[1],
                other=seen[key],
            )
            fail(twins, about=[path, seen[key]])
        seen[key] = path


def fail(
    lines: Message | Sequence[Message], *, about: Sequence[Path] = (), code: int = 2, verbose: bool = False
) -> NoReturn:
    """Print the lines, and the traceback if wanted, and end with an exit code.

    ``about`` are the params files that they are about.
    """
    for line in [lines] if isinstance(lines, Message) else lines:
        say(line, *about)
    if verbose and sys.exc_info()[0]:
        traceback.print_exc()
    raise typer.Exit(code)
