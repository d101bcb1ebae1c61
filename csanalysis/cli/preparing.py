"""Commands before the first report: a params file, demo exports, a look at the exports."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csanalysis.cli.frame import (
    AsOf,
    ParamsFiles,
    Verbose,
    a_folder,
    a_place,
    app,
    each,
    expanded,
    fail,
)
from csanalysis.cli.terminal import next_step, say, spoken
from csanalysis.cli.through import AnyOutput, opened
from csanalysis.errors import CsanalysisError
from csanalysis.messages import BadValueError, Message, placed

if TYPE_CHECKING:
    from csanalysis.fleet.stored import Stored


@app.command()
def init(
    dealership: Annotated[str, typer.Argument(help="Short id of the store: a-z, 0-9, '-' and '_'.")],
    exports: Annotated[
        Path | None,
        typer.Option(
            "--from",
            parser=a_folder,
            metavar="PATH",
            help="Folder of exports to recognise; without it a template is written.",
        ),
    ] = None,
    group: Annotated[
        bool, typer.Option("--group", help="The file of a group and its roster of stores instead.")
    ] = False,
    folder: Annotated[
        Path, typer.Option("--params", parser=a_folder, metavar="PATH", help="Folder to write in.")
    ] = Path("params"),
    language: Annotated[
        str | None, typer.Option(help="zh or en.", show_default="zh, or that of the exports")
    ] = None,
    verbose: Verbose = False,
) -> None:
    """Write a params file for a new dealership: from its exports, or with an empty Excel template to fill."""
    from csanalysis.starter import write_group, write_starter

    if group and exports is not None:
        fail(Message("--group goes without --from: exports are one store's", "--group 不能与 --from 一起用"))
    try:
        if exports is not None:
            from csanalysis.cli.recognising import write_from

            write_from(exports, folder, dealership, language)
            return
        write = write_group if group else write_starter
        written = write(folder, dealership, language=language or "zh")
        for path in written:
            print(path)
        fill_in = Message(
            "next: fill in {workbook}, then csanalysis check {params}",
            "下一步：填写 {workbook}，然后 csanalysis check {params}",
            workbook=written[1],
            params=written[0],
        )
        next_step(fill_in, written[0])
    except CsanalysisError as error:
        fail(error.problems, verbose=verbose)


@app.command()
def demo(
    folder: Annotated[
        Path, typer.Argument(parser=a_folder, metavar="FOLDER", help="Folder to write the raw exports in.")
    ] = Path("demo"),
    params: Annotated[
        Path | None,
        typer.Option(
            "--params",
            parser=a_folder,
            metavar="PATH",
            help="Folder of the params files; default: FOLDER/params.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed writes the same bytes.")] = 7,
    dealerships: Annotated[int, typer.Option(min=1, max=1000, help="How many dealerships.")] = 3,
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="Last day of the exports, 2025-12-31 to 2026-06-30: the same stores, some months later.",
            show_default="2025-12-31, or as_of of an edited params file",
        ),
    ] = None,
    verbose: Verbose = False,
) -> None:
    """Write demo exports: twenty tables over six years, as dealership systems write them.

    A params file that was edited is left as it is, and a line says so.
    """
    from csanalysis.demo import write_demo

    try:
        last = until.date() if until else None
        files = write_demo(
            folder,
            seed=seed,
            params_folder=params,
            dealerships=dealerships,
            until=last,
            on_kept=say,
        )
        for path in files:
            print(path)
        made = params or folder / "params"
        next_step(
            Message(
                "next: csanalysis run {params}/*.yml", "下一步：csanalysis run {params}/*.yml", params=made
            )
        )
    except BadValueError as error:
        fail(error.message, verbose=verbose)
    except OSError as error:
        unwritten = Message(
            "{path}: cannot be written ({why})",
            "{path}：无法写入（{why}）",
            path=error.filename or folder,
            why=error.strerror,
        )
        fail(unwritten, verbose=verbose)


@app.command()
def notebooks(
    folder: Annotated[
        Path,
        typer.Argument(
            parser=a_folder,
            metavar="FOLDER",
            help="Folder to copy to, one a store or a group.",
            show_default=False,
        ),
    ],
    verbose: Verbose = False,
) -> None:
    """Copy the program's notebooks out, to be changed; 'notebooks' in a params file names the folder."""
    from csanalysis.report.notebook.copies import copy_out

    try:
        for path in copy_out(folder):
            print(path)
    except CsanalysisError as error:
        fail(error.problems, code=1, verbose=verbose)


@app.command()
def check(
    params_files: ParamsFiles,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
    as_html: Annotated[
        bool, typer.Option("--html", help="Write a page for each store instead: OUTPUT/<id>/check.html.")
    ] = False,
    output: AnyOutput = "outputs",
    as_of: AsOf = None,
    verbose: Verbose = False,
) -> None:
    """Read the exports and say what they look like; exit 1 if a store cannot be reported."""
    import json

    from csanalysis.report.files.checks import check as check_all

    folder, stored = opened(output)
    try:
        paths = expanded(params_files)
        summaries = [check_all(path, cache=folder / ".cache") for path in paths]
    except CsanalysisError as error:
        fail(error.problems, about=paths, code=1, verbose=verbose)
    if as_json:
        print(json.dumps(summaries if len(summaries) > 1 else summaries[0], ensure_ascii=False, indent=1))
    elif as_html:
        _write_pages(summaries, folder, stored)
    elif any(path.parent.suffix == ".stores" for path in paths) and len(paths) > 1:
        _tell_group(paths, summaries)
    else:
        from rich.console import Console

        from csanalysis.ingest.summary import PASTE, rich_summary

        console = Console()
        for path, summary in zip(paths, summaries, strict=True):
            console.print(rich_summary(summary, spoken([path])))
            if paste := summary["profile"]["paste"]:  # not wrapped, so that it stays YAML
                say(
                    Message("\n{what}\n{paste}", "\n{what}\n{paste}", what=PASTE, paste=paste), path, out=True
                )
            for problem in summary["problems"]:
                say(problem, path)
    if any(summary["unusable"] for summary in summaries):
        raise typer.Exit(1)
    if not as_json:
        given = " ".join(map(str, params_files))
        line = Message("next: csanalysis run {given}", "下一步：csanalysis run {given}", given=given)
        next_step(line, *paths)


def _write_pages(summaries: Sequence[dict[str, Any]], folder: Path, stored: "Stored | None") -> None:
    """A page for each store, sent where the reports lie in an object store."""
    from csanalysis.report.profile_page import write_profile

    for summary in summaries:
        page = write_profile(summary, folder)
        try:
            print(stored.send(page) if stored else page)
        except CsanalysisError as error:
            fail(error.problems)


def _tell_group(paths: Sequence[Path], summaries: Sequence[dict[str, Any]]) -> None:
    """One table of a group's stores, and below it what is wrong with each."""
    from rich.console import Console

    from csanalysis.ingest.summary import rich_group

    Console().print(rich_group(summaries, spoken(paths)))
    for path, summary in zip(paths, summaries, strict=True):
        for problem in summary["problems"]:
            say(problem if problem.startswith(str(path)) else placed(path, problem), path)


@app.command()
def convert(
    params_files: ParamsFiles,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            parser=a_place,
            metavar="PATH",
            help="Folder of the lake, or an address such as s3://bucket/lake.",
        ),
    ],
    output: AnyOutput = "outputs",
    verbose: Verbose = False,
) -> None:
    """Write each store's clean tables into a lake of Parquet: TABLE/store=ID/rows.parquet."""
    from csanalysis.ingest.lake import convert as convert_store

    folder, _ = opened(output)

    def make(path: Path) -> None:
        for place in convert_store(path, to, cache=folder / ".cache"):
            print(place)

    each(params_files, make, verbose=verbose)
