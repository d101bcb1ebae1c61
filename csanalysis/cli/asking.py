"""Commands that answer a question at once: what a metric means, what a report says."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csanalysis.cli.frame import Verbose, a_folder, app, fail
from csanalysis.cli.terminal import Tongue, readable
from csanalysis.errors import CsanalysisError
from csanalysis.messages import Message

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
        Path,
        typer.Argument(
            parser=a_folder,
            metavar="REPORT",
            help="Folder of a report, such as outputs/dezhou/2026.",
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
    from csanalysis.desk import read_report

    if metric is None and (by or period or every):
        fail(
            Message(
                "--by, --period and --all go with a metric: csanalysis show {report} annual_churn_rate",
                "--by、--period 和 --all 要与指标一起用：csanalysis show {report} annual_churn_rate",
                report=report,
            )
        )
    language = readable(_language_of(report))
    try:
        read = read_report(report)
        answer = (
            listed(read, language)
            if metric is None
            else metric_shown(read, metric, by or [], period, language, every=every)
        )
    except CsanalysisError as error:
        fail(error.problems, verbose=verbose)
    _show(answer)


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
