"""The calendar file of the one demonstration store that keeps its year in a workbook."""

from itertools import cycle
from pathlib import Path

from csanalysis.demo.plan import LAST_YEAR, Plan
from csanalysis.demo.writing import CREATED
from csanalysis.params.calendar import CalendarEvent, default_events
from csanalysis.params.calendar_workbook import write_calendar

FILE = "年度活动日历.xlsx"

_ROLES = {"祝福短信": "agent", "关爱": "agent", "促销": "agent"}
_UNOWNED = ("春季绿植", "爱车养护课堂")
_STRANGER = {"冬季暖心布置": "展厅经理"}


def write_store_calendar(folder: Path, plan: Plan) -> None:
    """Write the default year with the store's own people as owners: two events have none, one a stranger."""
    names = {role: cycle(person.name for person in plan.role(role)) for role in ("agent", "sales_consultant")}
    events = [
        _owned(event, next(names[_ROLES.get(event.kind or "", "sales_consultant")]))
        for event in default_events("zh")
    ]
    write_calendar(folder / FILE, events, year=LAST_YEAR + 1, language=plan.language, created=CREATED)


def _owned(event: CalendarEvent, name: str) -> CalendarEvent:
    owner = None if event.event in _UNOWNED else _STRANGER.get(event.event, name)
    return event.model_copy(update={"owner": owner})
