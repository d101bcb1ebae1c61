"""The command of every week: whom to call."""

from datetime import date, timedelta
from typing import Annotated

import typer

from csanalysis.cli.frame import ParamsFiles, Verbose, app, fail
from csanalysis.cli.through import AnyOutput, Fleet, opened, through_fleet
from csanalysis.messages import Message

MOST_WEEKS = 13
"""The call plan reaches a quarter ahead; then who qualifies is another question."""


@app.command()
@through_fleet()
def lists(
    params_files: ParamsFiles,
    fleet: Fleet,
    day: Annotated[
        str, typer.Option("--day", help="First day to call on: today, tomorrow, or such as 2026-03-02.")
    ] = "today",
    weeks: Annotated[int, typer.Option("--weeks", help="Weeks to plan, 1 to 13.")] = 1,
    split: Annotated[str | None, typer.Option("--split", help="owner: a workbook a caller besides.")] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            help="Last day counted in the exports, a date or today, yesterday, last_month, last_quarter; "
            "default: the day before --day.",
        ),
    ] = None,
    output: AnyOutput = "outputs",
    verbose: Verbose = False,
) -> None:
    """Write the work lists of the coming weeks alone, from the exports as they are now."""
    first, last = first_day(day, today=date.today()), None if as_of is None else last_day(as_of)
    if not 1 <= weeks <= MOST_WEEKS:
        fail(
            Message(
                "--weeks {weeks}: the lists reach 1 to {most} weeks ahead",
                "--weeks {weeks}：清单可排 1 至 {most} 周",
                weeks=weeks,
                most=MOST_WEEKS,
            )
        )
    if split not in (None, "owner"):
        fail(
            Message(
                "--split {split}: lists are split by 'owner' alone",
                "--split {split}：只能按“owner”（电话人员）拆分",
                split=split,
            )
        )
    from csanalysis.fleet import Task

    task = Task(
        "lists",
        day=first.isoformat(),
        weeks=weeks,
        until=last.isoformat() if last else None,
        split=split is not None,
    )
    folder, stored = opened(output)
    fleet.end(fleet.do(fleet.stores(params_files), folder, task, stored=stored), folder, stored, listed=False)


def first_day(word: str, *, today: date) -> date:
    """The day that ``--day`` means."""
    if word in ("today", "tomorrow"):
        return today + timedelta(days=word == "tomorrow")
    try:
        return date.fromisoformat(word)
    except ValueError:
        fail(
            Message(
                "--day {word!r} is no day; write today, tomorrow, or a date such as 2026-03-02",
                "--day “{word}”不是日期；请写 today、tomorrow 或 2026-03-02 这样的日期",
                word=word,
            )
        )


def last_day(word: str) -> date:
    """The day that ``--as-of`` means."""
    from csanalysis.params.as_of import WORDS, day_of

    if word in WORDS:
        return day_of(word, today=date.today())
    try:
        return date.fromisoformat(word)
    except ValueError:
        fail(
            Message(
                "--as-of {word!r} is no day; write a date such as 2026-02-28, or {words}",
                "--as-of “{word}”不是日期；请写 2026-02-28 这样的日期，或 {words}",
                word=word,
                words=", ".join(WORDS),
            )
        )
