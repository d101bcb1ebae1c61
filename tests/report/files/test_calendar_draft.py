"""A store without a calendar gets the draft of one as the template that it may fill in and give back."""

import sys
from types import SimpleNamespace
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from csanalysis.chapters.signed.draft_calendar import drafted_events
from csanalysis.ingest.calendar_files import read_calendar
from csanalysis.report.files.calendar_files import DAMAGED, DRAFT, write_calendar_files

ROWS = [
    {"campaign_id": "C1", "name": "2025夏季检测", "start_date": "2025-07-01", "end_date": "2025-07-14",
     "kind": "service", "audience": "active owners", "cost": 2500.5, "budget": 3000, "owner": "李经理"},
    {"campaign_id": "C2", "name": "感恩周", "start_date": "2025-12-28", "end_date": "2026-01-05", "budget": 800},
    {"campaign_id": "C3", "name": "感恩周", "start_date": "2025-12-28"},
    {"campaign_id": "C5", "name": "国庆抽奖", "start_date": "2025-10-06", "audience": "state=active"},
    {"campaign_id": "C4", "name": "旧活动", "start_date": "2024-05-01"},
]  # fmt: skip


@pytest.fixture
def tables(clean_table):
    """Last year's campaigns: one is told twice, one is older."""
    return {"campaigns": clean_table("campaigns", ROWS)}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_draft_is_read_back_as_it_was_made(tmp_path, params_of, tables, language):
    params = params_of(language=language)
    write_calendar_files(tmp_path, tmp_path / "none", SimpleNamespace(params=params, tables=tables))
    events, _, problems = read_calendar(DRAFT, tmp_path, 2026)
    assert problems == [] and events == drafted_events(params, tables)
    check, thanks = (
        next(each for each in events if each.event == name) for name in ("2026夏季检测", "感恩周")
    )
    assert [day.isoformat() for day in check.span_in(2026)] == ["2026-07-01", "2026-07-14"]
    assert (check.kind, check.budget, check.owner, check.audience) == ("service", 2500.5, "李经理", None)
    assert "active owners" in check.activity
    assert thanks.budget == 800 and thanks.span_in(2026).end.isoformat() == "2026-12-31"
    assert next(each.audience for each in events if each.event == "国庆抽奖") == "state=active"
    festivals = [event.festival for event in events if event.festival]
    assert len(festivals) == 11 and {"国庆节", "National Day"}.isdisjoint(festivals)


def test_a_store_without_campaigns_is_reminded_of_festivals(params_of):
    events = drafted_events(params_of(), {})
    assert len(events) == 12 and all(event.festival for event in events)
    days = [event.span_in(2026).start for event in events]
    assert days == sorted(days)


def test_a_draft_that_was_written_in_stays(tmp_path, params_of, tables):
    store = SimpleNamespace(params=params_of(), tables=tables)
    place, folder = tmp_path / "place", tmp_path / "folder"
    place.mkdir()
    folder.mkdir()
    write_calendar_files(place, place, store)
    write_calendar_files(folder, place, store)
    assert (folder / DRAFT).read_bytes() == (place / DRAFT).read_bytes()
    book = load_workbook(place / DRAFT)
    book.active["A2"] = "改过的活动"
    book.save(place / DRAFT)
    write_calendar_files(folder, place, store)
    assert load_workbook(folder / DRAFT).active["A2"].value == "改过的活动"


@pytest.mark.parametrize("damage", ["cut short", "a byte flipped"])
def test_a_draft_that_is_damaged_is_kept_closed_beside_a_new_one(tmp_path, params_of, tables, damage):
    store = SimpleNamespace(params=params_of(), tables=tables)
    place, folder, later = (tmp_path / name for name in ("place", "folder", "later"))
    for each in (place, folder, later):
        each.mkdir()
    write_calendar_files(place, place, store)
    good = (place / DRAFT).read_bytes()
    book = load_workbook(place / DRAFT)
    book.save(place / DRAFT)
    written = bytearray((place / DRAFT).read_bytes())
    if damage == "cut short":
        del written[200:]
    else:
        with ZipFile(place / DRAFT) as parts:
            written[parts.getinfo("xl/worksheets/sheet1.xml").header_offset + 80] ^= 255
    (place / DRAFT).write_bytes(written)
    write_calendar_files(folder, place, store)
    write_calendar_files(later, folder, store)
    for each in (folder, later):
        assert (each / DRAFT).read_bytes() == good and (each / DAMAGED).read_bytes() == written
        assert sys.platform == "win32" or not (each / DAMAGED).stat().st_mode & 0o077


def test_a_store_with_a_calendar_gets_no_draft(tmp_path, params_of, clean_table):
    params = params_of(calendar=[{"event": "Check", "date": "2026-07-01"}])
    tables = {name: clean_table(name) for name in ("service_visits", "vehicle_sales")}
    write_calendar_files(tmp_path, tmp_path, SimpleNamespace(params=params, tables=tables))
    assert {path.name for path in tmp_path.iterdir()} == {"calendar.ics"}
