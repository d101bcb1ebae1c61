"""Each demonstration store keeps a calendar: two in the params, one in a workbook."""

from pathlib import Path

import pytest

from csanalysis.demo.stores import plans
from csanalysis.ingest.calendar_files import read_calendar
from csanalysis.params import read_params


@pytest.mark.parametrize("store", ["haibin", "longshan", "riverside"])
def test_the_year_can_be_held_and_has_something_to_warn_of(store: str, demo: Path) -> None:
    params = read_params(demo / "params" / f"{store}.yml")
    events, problems = params.calendar, []
    if isinstance(events, str):
        events, _, problems = read_calendar(events, demo / "params", params.plan_year)
    assert events and problems == []
    people = {person.name for plan in plans(3, 7) if plan.id == store for person in plan.people}
    owners = [event.owner for event in events]
    assert None in owners
    strangers = {owner for owner in owners if owner} - people
    assert len(strangers) == 1
    assert len({owner for owner in owners if owner} & people) >= 4
    kinds = {kind for plan in plans(3, 7) if plan.id == store for _, kind, _ in plan.words.campaigns}
    assert kinds <= {event.kind for event in events}


def test_one_of_them_is_a_workbook(demo: Path) -> None:
    forms = {
        store: type(read_params(demo / "params" / f"{store}.yml").calendar).__name__
        for store in ("haibin", "longshan", "riverside")
    }
    assert forms == {"haibin": "list", "longshan": "str", "riverside": "list"}
