from xml.etree import ElementTree

import pandas as pd
import pytest

from csanalysis.catalogue import Missing
from csanalysis.chapters import calendar
from csanalysis.chapters.calendar.figures import expected_arrivals, workload, year_view
from csanalysis.params.calendar import default_events

A4_TEXT_HEIGHT = 24.7 / 2.54 * 72
"""Points: an A4 page less its margins."""


@pytest.fixture(scope="module")
def make(params_of, clean_table, visits_of):
    def made(language="zh", **params):
        campaigns = [
            {
                "campaign_id": str(n),
                "name": "x",
                "start_date": f"202{3 + n // 2}-0{n + 1}-01",
                "kind": kind,
                "invited": 100,
                "arrived": 10 + n,
            }
            for n in range(6)
            for kind in ("关爱",)
        ]
        tables = {
            "service_visits": visits_of({"A": ["2025-05-03"]}),
            "vehicle_sales": clean_table("vehicle_sales"),
            "campaigns": clean_table("campaigns", campaigns),
        }
        events = [
            event.model_copy(update={"owner": "甲" if place % 2 else "乙"})
            for place, event in enumerate(default_events(language))
        ]
        given = params_of(**{"calendar": events, **params})
        year = calendar.planned(given, tables)
        return year, calendar.measure(given, tables, year)

    return made


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_year_prints_on_one_page(make, language):
    year, results = make(language)
    figure = year_view(year, results, language=language)
    root = ElementTree.fromstring(figure.svg)
    height = float(root.get("height").removesuffix("pt"))
    assert height + 70 < A4_TEXT_HEIGHT  # title and note take 70 points
    assert figure.id == "calendar_year_view"
    for event in year.events["event"]:
        assert event in figure.alt
    months = ["1月", "12月"] if language == "zh" else ["Jan", "Dec"]
    assert all(month in figure.alt for month in months)
    assert str(len(year.events)) in figure.title


def test_the_year_is_the_same_every_time(make):
    year, results = make()
    assert year_view(year, results, language="zh").svg == year_view(year, results, language="zh").svg


def test_a_crowded_month_says_how_many_more(make):
    events = [{"event": f"活动{n}", "month": 3, "day": n + 1} for n in range(12)]
    year, results = make(calendar=events)
    assert "活动11" in year_view(year, results, language="zh").alt


def test_long_names_are_cut_to_the_panel():
    from csanalysis.chapters.calendar.figures import _fitted

    assert _fitted("短") == "短"
    assert _fitted("长" * 60).endswith("…") and len(_fitted("长" * 60)) < 30
    assert len(_fitted("a" * 60)) > len(_fitted("长" * 60))


def test_expectations_and_workload_say_their_numbers(make):
    year, results = make()
    arrivals = expected_arrivals(year, results, language="zh")
    expected = results.select("campaign_expected_arrivals", "date", "event")
    assert all(event in arrivals.alt for event in expected["event"])
    load = workload(results, language="zh")
    most = results.select("calendar_workload", "month", "owner")["value"].max()
    assert f"{most:.0f}项" in load.title


def test_without_a_calendar_the_reader_is_told_how_to_make_one(make):
    year, results = make(calendar=None)
    for shown in (year_view(year, results, language="en"), expected_arrivals(year, results, language="en")):
        assert isinstance(shown, Missing) and "csanalysis init" in str(shown)
    assert isinstance(workload(results, language="en"), Missing)
    assert pd.Series(year.events["event"]).empty
