"""What the commands over many stores share: the fleet's options, its jobs, how their outcomes are told."""

import inspect
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csanalysis.addresses import is_address
from csanalysis.cli.first_run import tell_what_follows
from csanalysis.cli.frame import Jobs, a_place, expanded, fail
from csanalysis.cli.terminal import say, spoken
from csanalysis.errors import CsanalysisError
from csanalysis.messages import Message, placed, unwritable

if TYPE_CHECKING:
    from csanalysis.fleet import Outcome, Task
    from csanalysis.fleet.stored import Stored
    from csanalysis.report.options import Limits, RunOptions

Scheduler = Annotated[
    str | None,
    typer.Option("--scheduler", help="A Dask scheduler, such as tcp://host:8786, whose workers do the work."),
]
_Deadline = Annotated[float, typer.Option(min=1, help="Seconds after which a chapter or step is ended.")]
_Memory = Annotated[
    int | None, typer.Option(min=512, help="Megabytes that a store may hold; default: no limit.")
]
_Retries = Annotated[
    int,
    typer.Option(
        min=0, max=10, help="Further attempts where a connection, a file in use or a worker was lost."
    ),
]
_Resume = Annotated[
    bool, typer.Option("--resume", help="Take what the run before has done; do what failed or is left.")
]
_Share = Annotated[
    str | None,
    typer.Option("--share", metavar="K/N", help="Only the K-th of N shares of the stores, such as 1/300."),
]
_Deliver = Annotated[bool, typer.Option("--deliver", help="Send what the params' delivery asks for.")]
_Resend = Annotated[bool, typer.Option("--resend", help="With --deliver: send what was sent before, too.")]


@dataclass(frozen=True)
class Fleet:
    """How the jobs of a command are done, as its options say."""

    jobs: int | None = None
    scheduler: str | None = None
    deadline: float = 600
    memory: int | None = None
    retries: int = 2
    resume: bool = False
    deliver: bool = False
    resend: bool = False
    share: str | None = None
    verbose: bool = False

    @property
    def limits(self) -> "Limits":
        """What a chapter may take."""
        from csanalysis.report.options import MEGABYTE, Limits

        return Limits(self.deadline, self.memory * MEGABYTE if self.memory else None)

    def stores(self, params_files: Sequence[Path]) -> list[Path]:
        """The params files of the stores that are this command's to do."""
        if self.share is None:
            return expanded(params_files)
        found = re.fullmatch(r"(\d{1,5})/(\d{1,5})", self.share)
        share, of = (int(found[1]), int(found[2])) if found else (0, 0)
        if not 1 <= share <= of:
            fail(
                Message(
                    "--share {given!r} is no share; write K/N with K from 1 to N, such as 1/300",
                    "--share “{given}”不是一份；请写 K/N，K 从 1 到 N，如 1/300",
                    given=self.share,
                )
            )
        paths = expanded(params_files)[share - 1 :: of]
        if not paths:
            say(Message("share {share}: no store", "第 {share} 份：没有门店", share=self.share), out=True)
            raise typer.Exit
        return paths

    def do(
        self,
        paths: Sequence[Path],
        output: Path,
        task: "Task",
        options: "RunOptions | None" = None,
        *,
        as_of: str | None = None,
        stored: "Stored | None" = None,
    ) -> "list[Outcome]":
        """The task's outcome for each store; bad usage and a cluster that is not there end the command."""
        from csanalysis.fleet.anywhere import run_fleet
        from csanalysis.fleet.driving import Retrying
        from csanalysis.progress import progress
        from csanalysis.report.options import RunOptions

        options = options or RunOptions(self.limits, as_of=as_of)
        try:
            with progress(paths, spoken(paths)) as on_step:
                return run_fleet(
                    paths,
                    output,
                    options,
                    task=task,
                    jobs=self.jobs,
                    scheduler=self.scheduler,
                    on_step=on_step,
                    stored=stored,
                    resume=self.resume,
                    retrying=Retrying(self.retries),
                )
        except CsanalysisError as error:  # the cluster or the store cannot be used: nothing was made
            fail(error.problems, about=paths, verbose=self.verbose)

    def told_of(self, outcomes: "Sequence[Outcome]", folder: Path, stored: "Stored | None" = None) -> int:
        """Send what is to be sent, and say what of it was not; how many messages failed."""
        if not self.deliver:
            return 0
        from csanalysis.delivery.delivering import deliver_all

        undelivered = 0
        for told in deliver_all(outcomes, folder, stored, resend=self.resend):
            undelivered += told.failed
            say(told.line, told.params_file, out=not told.failed)
        return undelivered

    def end(
        self,
        outcomes: "Sequence[Outcome]",
        output: Path,
        stored: "Stored | None" = None,
        *,
        listed: bool = True,
        counted: bool = False,
        first: bool = False,
    ) -> None:
        """Say how each job ended, send, list all reports, and end the command unless all went well.

        After the ``first`` run into a folder it is said what a person does next.
        """
        from csanalysis.fleet.summary import count, summary

        paths = [outcome.params_file for outcome in outcomes]
        shown = stored.shown if stored else str
        tell(outcomes, shown, verbose=self.verbose)
        if first:
            tell_what_follows(outcomes)
        made = sum(outcome.made for outcome in outcomes)
        undelivered = self.told_of(outcomes, output, stored)
        # Last: a folder that takes no page must not keep a report unsent.
        whole = index(output, stored, paths) if listed and (made or counted) else True
        if made < len(outcomes) and (counted or len(outcomes) > 1):
            for line in summary(outcomes, shown) if counted else [count(outcomes)]:
                say(line, *paths)
        if made < len(outcomes) or not whole or undelivered:
            raise typer.Exit(1 if made else 2)


AnyOutput = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        parser=a_place,
        metavar="PATH",
        help="Folder of the reports and of the cache, or an address such as s3://bucket/reports.",
    ),
]


def opened(output: str) -> "tuple[Path, Stored | None]":
    """The folder to work in, and the object store whose working copy it is, where an address was given."""
    if not is_address(output):
        return Path(output), None
    from csanalysis.fleet.addressed import reports_at  # what reaches it is imported for an address only

    try:
        stored = reports_at(output)
    except CsanalysisError as error:
        fail(error.problems)
    return stored.folder, stored


def report_here(given: str, only: frozenset[str] | None = None) -> "tuple[Path, Callable[[str], str]]":
    """The folder of a report, fetched where an address was given, and how a line about it is shown.

    With ``only`` no more than the files of these names are fetched.
    """
    if not is_address(given):
        return Path(given), str
    from csanalysis.fleet.addressed import report_at

    try:
        folder, stored = report_at(given, only)
    except CsanalysisError as error:
        fail(error.problems)
    return folder, stored.with_address


_OPTIONS: dict[str, tuple[Any, Any]] = {
    "jobs": (Jobs, None),
    "scheduler": (Scheduler, None),
    "deadline": (_Deadline, 600),
    "memory": (_Memory, None),
    "retries": (_Retries, 2),
    "resume": (_Resume, False),
    "share": (_Share, None),
    "deliver": (_Deliver, False),
    "resend": (_Resend, False),
}


def through_fleet(*without: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of a fleet, but those named, all of them in its argument ``fleet``."""
    added = {name: about for name, about in _OPTIONS.items() if name not in without}

    def give(command: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(command)
        own = [parameter for parameter in signature.parameters.values() if parameter.name != "fleet"]
        more = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
            for name, (kind, default) in added.items()
        ]
        own = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own]

        @wraps(command)
        def with_fleet(**given: Any) -> None:
            chosen = {name: given.pop(name) for name in added}
            command(**given, fleet=Fleet(**chosen, verbose=given.get("verbose", False)))

        with_fleet.__signature__ = signature.replace(parameters=[*own, *more])  # type: ignore[attr-defined]
        with_fleet.__annotations__ = {parameter.name: parameter.annotation for parameter in (*own, *more)} | {
            "return": None
        }
        return with_fleet

    return give


def tell(outcomes: "Sequence[Outcome]", shown: Callable[[Path], str], *, verbose: bool) -> None:
    """Where each result lies and what is said of it on stdout, what went wrong on stderr."""
    for outcome in outcomes:
        path = outcome.params_file
        for note in outcome.notes:
            say(placed(path, note), path)
        for line in outcome.told:
            say(line, path, out=True)
        if outcome.place is not None and outcome.kind in ("report", "review", "meeting", "group"):
            print(shown(outcome.place / "report.html"))
        if outcome.changed:
            say(placed(path.stem, outcome.changed), path, out=True)
        if outcome.unchanged:
            unchanged = Message(
                "{name}: unchanged since {when}; --force makes it again",
                "{name}：自 {when} 以来没有变化；用 --force 可重新生成",
                name=path.stem,
                when=outcome.unchanged,
            )
            say(unchanged, path, out=True)
        for problem in outcome.problems:
            say(problem, path)
        if verbose and outcome.trace:
            print(outcome.trace, file=sys.stderr)


def index(folder: Path, stored: "Stored | None", paths: "Sequence[Path]") -> bool:
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
