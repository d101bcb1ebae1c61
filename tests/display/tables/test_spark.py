"""Sparklines say what the results say, and nothing where there is no history."""

import re

import pytest

from csanalysis.chapters.plan.tables_targets import targets
from csanalysis.display.tables.periods import by_period
from csanalysis.display.tables.spark import sparkline
from csanalysis.metrics.results import Results, tidy
from csanalysis.params import Params

PARAMS = Params.model_validate(
    {
        "dealership": {"id": "small"},
        "plan_year": 2026,
        "sources": {"vehicle_sales": "sales.csv", "service_visits": "visits.csv"},
    }
)

SALES = "new_vehicle_sales"


def sales(periods, values):
    return Results({SALES: tidy(periods, value=values)})


def years(first, last):
    return [str(year) for year in range(first, last + 1)]


def trend_of(table):
    assert table.columns[-1].key == "trend"
    return table.rows[0].cells[-1]


def test_the_line_goes_through_every_value_to_scale():
    drawn = sparkline({2021: 10.0, 2022: 30.0, 2023: 20.0})
    assert re.search(r'd="([^"]+)"', drawn)[1] == "M3 15L36 3L69 9"
    assert 'cx="69" cy="9"' in drawn


def test_a_year_without_a_value_breaks_the_line():
    assert re.search(r'd="([^"]+)"', sparkline({2021: 1.0, 2023: 2.0, 2024: 2.0}))[1] == "M3 15M47 3L69 3"


def test_a_level_line_lies_in_the_middle():
    assert re.search(r'd="([^"]+)"', sparkline({1: 5.0, 2: 5.0, 3: 5.0}))[1] == "M3 9L36 9L69 9"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", "2021年：10；2022年：30；2023年：20；2024年：25"),
        ("en", "2021: 10; 2022: 30; 2023: 20; 2024: 25"),
    ],
)
def test_the_whole_history_is_drawn_and_said(language, words):
    cell = trend_of(by_period(sales(years(2021, 2024), [10, 30, 20, 25]), [SALES], language=language))
    assert cell.alt == words
    assert len(cell.svg.encode()) < 400
    assert cell.as_json()["svg"] == cell.svg and cell.as_json()["metric"] is None


def test_twelve_months_with_long_decimals_stay_small():
    months = [f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)]
    table = by_period(
        sales(months, [1000 / (place + 3) for place in range(24)]), [SALES], "month", language="en"
    )
    cell = trend_of(table)
    assert len(cell.svg.encode()) < 400
    assert cell.alt.startswith("Jan 2025: ") and cell.alt.count(";") == 11


def test_two_years_are_no_history():
    table = by_period(sales(years(2023, 2024), [10, 30]), [SALES], language="en")
    assert [column.key for column in table.columns] == ["metric", "2023.value", "2024.value"]


def test_undefined_is_not_drawn_as_nought():
    cell = trend_of(by_period(sales(years(2021, 2024), [10, float("nan"), 20, 25]), [SALES], language="en"))
    assert cell.alt == "2021: 10; 2023: 20; 2024: 25"


def test_a_year_that_is_not_over_is_left_out_of_the_line():
    results = sales([*years(2021, 2024), "2024-01", "2024-02"], [10, 30, 20, 3, 2, 1])
    assert trend_of(by_period(results, [SALES], language="en")).alt == "2021: 10; 2022: 30; 2023: 20"


def test_a_goal_shows_how_its_measure_went_before_the_plan():
    results = Results(
        {
            "first_service_visits": tidy(years(2022, 2025), value=[500, 520, 540, 541]),
            "first_service_target": tidy(["2026"], value=[600]),
        }
    )
    table = targets(results, params=PARAMS, language="en")
    place = [column.key for column in table.columns].index("trend")
    assert table.rows[0].cells[place].alt == "2022: 500; 2023: 520; 2024: 540; 2025: 541"
    assert "own row" in table.note
