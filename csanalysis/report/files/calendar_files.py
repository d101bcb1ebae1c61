"""What a report's folder holds of the calendar: the year to subscribe to, or a draft to fill in."""

import shutil
from datetime import datetime, time
from pathlib import Path

import pandas as pd

from csanalysis.chapters.calendar.ics import write_ics
from csanalysis.chapters.calendar.measure import planned
from csanalysis.chapters.signed.draft_calendar import drafted_events
from csanalysis.ingest import Store
from csanalysis.params.calendar_workbook import write_calendar
from csanalysis.report.files.filled import written_in

DRAFT = "calendar-draft.xlsx"


def write_calendar_files(folder: Path, place: Path, store: Store) -> None:
    """``calendar.ics`` where the params give a calendar, else :data:`DRAFT` in the form of its template.

    A draft in ``place`` that somebody has written in is taken along as it is.
    """
    params = store.params
    if params.calendar:
        write_ics(
            folder / "calendar.ics",
            planned(params, store.tables).events,
            language=params.language,
            dealership=params.dealership.id,
            title=params.dealership.title,
            plan_year=params.plan_year,
            as_of=pd.Timestamp(params.as_of),
        )
    elif (place / DRAFT).is_file() and written_in(place / DRAFT):
        shutil.copy2(place / DRAFT, folder / DRAFT)
    else:
        write_calendar(
            folder / DRAFT,
            drafted_events(params, store.tables),
            year=params.plan_year,
            language=params.language,
            created=datetime.combine(params.as_of, time()),
        )
