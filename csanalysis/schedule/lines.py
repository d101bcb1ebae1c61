"""What is on the schedule: a store's report, lists, review or packs, each at times of its own."""

from datetime import date, timedelta
from pathlib import Path

from csanalysis.catalogue import text
from csanalysis.fleet import Task
from csanalysis.params.schedule import WORKS, Work
from csanalysis.schedule.roster import Member

Line = tuple[Path, Work]
"""A params file, and what is made of it."""

_SENT: frozenset[Work] = frozenset({"report", "review", "meeting_week", "meeting_month"})


def is_sent(member: Member, work: Work) -> bool:
    """Whether readers are told of it; work lists name customers, and the group's report is no store's."""
    if work != "lists":
        return work in _SENT
    delivery = member.params.delivery if member.params else None
    return delivery is not None and delivery.sends_lists


def job_id(path: Path, work: Work) -> str:
    """Under which the scheduler knows a line."""
    return str(path) if work == "report" else f"{path}#{work}"


def line_of(job: str) -> Line:
    """The inverse of :func:`job_id`."""
    path, _, work = job.rpartition("#")
    return (Path(path), work) if work in WORKS and path else (Path(job), "report")


def task_of(work: Work, today: date) -> Task:
    """What is to be made of a store today: lists of the week that begins, the month or week that is over."""
    month = f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"
    year, week, _ = (today - timedelta(days=7)).isocalendar()
    match work:
        case "report":
            return Task()
        case "lists":
            return Task("lists", day=today.isoformat())
        case "review":
            return Task("review", period=month)
        case "meeting_week":
            return Task("meeting", period=f"{year}-W{week:02d}")
        case "meeting_month":
            return Task("meeting", period=month)
        case "network":
            return Task("network")


def job_name(member: Member, work: Work) -> str:
    """What logs call a line: a report goes without saying."""
    return member.name if work == "report" else f"{member.name}/{work}"


def title_of(member: Member, work: Work) -> str:
    """What the page calls a line."""
    if work == "report":
        return member.title
    what = text(f"status.{work}", member.language)
    return what if work == "network" else f"{member.title} · {what}"


def report_link(output: Path, place: Path | None, work: Work) -> str | None:
    """The address of a report from the page; work lists name customers and are not linked."""
    if place is None or work == "lists":
        return None
    below = place.relative_to(output) if place.is_relative_to(output) else Path(*place.parts[-2:])
    return f"{below.as_posix()}/report.html"
