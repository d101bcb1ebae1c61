"""A store's lines on the schedule: its report and its work lists, each with times of its own."""

from pathlib import Path
from typing import cast

from csanalysis.catalogue import text
from csanalysis.params.schedule import Work
from csanalysis.schedule.roster import Member

Line = tuple[Path, Work]
"""A params file, and what is made of it."""

_LISTS = "#lists"


def job_id(path: Path, work: Work) -> str:
    """Under which the scheduler knows a line."""
    return f"{path}{_LISTS}" if work == "lists" else str(path)


def line_of(job: str) -> Line:
    """The inverse of :func:`job_id`."""
    work = "lists" if job.endswith(_LISTS) else "report"
    return Path(job.removesuffix(_LISTS)), cast(Work, work)


def job_name(member: Member, work: Work) -> str:
    """What logs call a line: a report goes without saying."""
    return member.name if work == "report" else f"{member.name}/{work}"


def title_of(member: Member, work: Work) -> str:
    """What the page calls a line."""
    if work == "report":
        return member.title
    return f"{member.title} · {text('status.lists', member.language)}"


def report_link(place: Path | None, work: Work) -> str | None:
    """The address of a report from the page; work lists name customers and are not linked."""
    return "/".join((*place.parts[-2:], "report.html")) if place and work == "report" else None
