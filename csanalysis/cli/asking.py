"""Commands that answer a question at once: what a metric means, what a report says, how a run stands."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csanalysis.cli.frame import Verbose, a_place, app, fail
from csanalysis.cli.terminal import Tongue, readable, say
from csanalysis.errors import CsanalysisError
from csanalysis.messages import Message, edited

if TYPE_CHECKING:
    from csanalysis.cli.answers import Answer


@app.command()
def explain(
    metric: Annotated[
        list[str],
        typer.Argument(
            metavar="METRIC",
            help="Its name, such as annual_churn_rate, or words of its label.",
            show_default=False,
        ),
    ],
    verbose: Verbose = False,
) -> None:
    """Say what a metric means: definition, formula, interval, source, and where it stands in the report."""
    from csanalysis.cli.explaining import explained, named

    language = readable()
    try:
        names = named(" ".join(metric))
    except CsanalysisError as error:
        fail(error.problems, verbose=verbose)
    _show(explained(names, language))


@app.command()
def show(
    report: Annotated[
        str,
        typer.Argument(
            parser=a_place,
            metavar="REPORT",
            help="Folder of a report, such as outputs/dezhou/2026, or its address.",
            show_default=False,
        ),
    ],
    metric: Annotated[
        str | None, typer.Argument(help="A metric; without one all of the report are listed.")
    ] = None,
    by: Annotated[
        list[str] | None, typer.Option("--by", help="A split, such as team; twice for two.")
    ] = None,
    period: Annotated[
        str | None, typer.Option("--period", help="One period alone: 2025, 2025-03, 2023/2025.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="The months too, where the years already fill a table.")
    ] = False,
    verbose: Verbose = False,
) -> None:
    """Show the numbers of a report as tables: its metrics, or one metric by period and split."""
    from csanalysis.cli.showing import listed, metric_shown
    from csanalysis.cli.through import report_here
    from csanalysis.desk import read_report

    if metric is None and (by or period or every):
        fail(
            Message(
                "--by, --period and --all go with a metric: csanalysis show {report} annual_churn_rate",
                "--by、--period 和 --all 要与指标一起用：csanalysis show {report} annual_churn_rate",
                report=report,
            )
        )
    folder, shown_as = report_here(report, frozenset({"run.json", "metrics.json"}))
    language = readable(_language_of(folder))
    try:
        read = read_report(folder)
        answer = (
            listed(read, language)
            if metric is None
            else metric_shown(read, metric, by or [], period, language, every=every)
        )
    except CsanalysisError as error:
        fail([edited(line, shown_as) for line in error.problems], verbose=verbose)
    _show(replace(answer, notes=tuple(map(shown_as, answer.notes))))


@app.command()
def status(
    output: Annotated[
        str,
        typer.Argument(
            metavar="OUTPUT", help="Output folder of the runs, or its address.", show_default="outputs"
        ),
    ] = "outputs",
    task: Annotated[
        str | None, typer.Option("--task", help="One run alone, such as report or review-2026-03.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="The stores that are done, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
    verbose: Verbose = False,
) -> None:
    """Say how each store of the last runs stands: done, running, waiting, or failed and why.

    Exit 0 if all are done, 1 if any is not, 2 if no run is known there.
    """
    from csanalysis.cli.through import opened
    from csanalysis.fleet.standing import lines, records, standing

    try:
        found = standing(opened(output)[0], task)
    except CsanalysisError as error:
        fail(error.problems, verbose=verbose)
    if as_json:
        print(json.dumps(records(found, readable()), ensure_ascii=False, indent=1))
    else:
        for line in lines(found, every=every):
            say(line, out=True)
    if any(row.state != "done" for rows in found.values() for row in rows):
        raise typer.Exit(1)


def _show(answer: "Answer") -> None:
    from csanalysis.cli.answers import print_answer

    print_answer(answer)


def _language_of(report: Path) -> Tongue | None:
    """The language of a report, as its run.json says."""
    from csanalysis.json_files import read_json

    try:
        held: Any = read_json((report.parent if report.is_file() else report) / "run.json")
        return "zh" if held["language"] == "zh" else "en"
    except (OSError, ValueError, KeyError, TypeError):
        return None
