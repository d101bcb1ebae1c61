"""Reports of earlier days are kept as many as the params say, and the index leads to them."""

import json

import pytest
from bs4 import BeautifulSoup

from csanalysis.errors import ReportError
from csanalysis.report.files.history import KEPT, keep_in_history, kept_days
from csanalysis.report.files.summary import HEADLINES
from csanalysis.report.index import write_index


@pytest.fixture
def place(tmp_path):
    """A report as a run leaves it."""
    place = tmp_path / "east" / "2026"
    place.mkdir(parents=True)
    for name in (*KEPT, "lists.xlsx", "plan.json"):
        (place / name).write_text(f"first {name}", encoding="utf-8")
    summary = dict.fromkeys(HEADLINES, 0.3)
    run = {"dealership": "east", "name": "East", "plan_year": 2026, "as_of": "2026-04-30", "language": "en"}
    (place / "run.json").write_text(json.dumps({**run, "summary": summary}), encoding="utf-8")
    return place


def test_the_newest_days_stay_each_with_what_may_be_shared(place):
    for day in ("2026-01-31", "2025-12-31", "2026-03-31", "2026-02-28"):
        keep_in_history(place, day, most=2)
    assert kept_days(place) == ["2026-03-31", "2026-02-28"]
    folder = place.parent / "history" / "2026"
    assert {path.name for path in folder.iterdir()} == {"2026-03-31", "2026-02-28"}
    assert {path.name for path in (folder / "2026-03-31").iterdir()} == {*KEPT}


def test_a_second_run_of_a_day_takes_the_place_of_the_first(place):
    keep_in_history(place, "2026-01-31", most=3)
    (place / "metrics.json").write_text("second", encoding="utf-8")
    keep_in_history(place, "2026-01-31", most=3)
    assert (place.parent / "history/2026/2026-01-31/metrics.json").read_text() == "second"


def test_nothing_is_kept_and_nothing_thrown_away_where_none_is_asked_for(place):
    keep_in_history(place, "2026-01-31", most=1)
    keep_in_history(place, "2026-02-28", most=0)
    assert kept_days(place) == ["2026-01-31"]


def test_a_folder_that_cannot_be_written_is_told(place):
    (place.parent / "history").write_text("a file in the way")
    with pytest.raises(ReportError, match="could not be kept there"):
        keep_in_history(place, "2026-01-31", most=1)


def test_the_index_leads_to_other_days_alone(place):
    assert "history" not in write_index(place.parent.parent).read_text(encoding="utf-8")
    for day in ("2026-04-30", "2026-02-28", "2026-03-31"):
        keep_in_history(place, day, most=9)
    index = write_index(place.parent.parent)
    links = BeautifulSoup(index.read_text(encoding="utf-8"), "html.parser").select("td.history a")
    assert [link["href"].split("/")[-2] for link in links] == ["2026-03-31", "2026-02-28"]
    assert all((index.parent / link["href"]).is_file() for link in links)
