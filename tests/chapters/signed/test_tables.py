"""The signed plan's tables: what is said in them, sums under them, and what stands where something is missing."""

import pytest

from csanalysis.catalogue import Missing
from csanalysis.chapters.signed import losses as signed_losses
from csanalysis.chapters.signed import tables_calendar as calendar
from csanalysis.chapters.signed import tables_churn as churn
from csanalysis.chapters.signed import tables_first_service as first_service
from csanalysis.chapters.signed import tables_losses as losses
from csanalysis.chapters.signed import tables_pay as pay
from csanalysis.chapters.signed import tables_scores as scores
from csanalysis.chapters.signed import tables_sign_off as sign_off
from csanalysis.chapters.signed import tables_targets as targets
from csanalysis.metrics.campaigns.draft_year import draft_budget
from csanalysis.metrics.periods import months_of
from csanalysis.metrics.results import Results, tidy

MONTHS = months_of(2026)
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


def texts(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


@pytest.fixture
def results():
    churned = {"target": "churn_rate_target"}
    return Results(
        {
            "annual_churn_rate": tidy(["2024", "2025"], numerator=[30, 33], denominator=100),
            "annual_churn_rate_average": tidy(["2024/2025"], value=0.315),
            "churn_rate_target": tidy(["2026"], value=0.3),
            "target_level_rate": tidy(["2026"], value=0.28, level="stretch", **churned),
            "target_level_chance": tidy(["2026"], value=0.03, level="stretch", **churned),
            "rule_chance": tidy(["2026"], value=0.012, **churned),
            "forecast_error_rate": tidy(["2023/2025"], value=0.021, method="rule", **churned),
            "lapsed_vehicles": tidy([*months_of(2025), "2025"], value=[5] * 12 + [60]),
            "monthly_lapse_planned": tidy([*MONTHS, "2026"], value=[4] * 12 + [48]),
            "first_service_target": tidy(["2026"], value=131),
            "first_service_planned": [
                tidy([*MONTHS, "2026"], value=[10] * 12 + [120]),
                tidy([*MONTHS, "2026"], value=[6] * 12 + [72], agent="Ann"),
                tidy([*MONTHS, "2026"], value=[4] * 12 + [48], agent="Ben"),
            ],
        }
    )


@LANGUAGES
def test_a_target_that_hardly_any_year_meets_is_a_stretch_alone(results, language):
    row = next(
        row for row in targets.year_targets(results, plan_year=2026, language=language).rows
        if row.cells[0].about == "churn_rate_target"
    )  # fmt: skip
    said = [cell.text for cell in row.cells]
    assert said[4:8] == ["—", "", "—", ""]
    assert said[8:13] == ["28.0%", "3%", "30.0%", "1%", "2.1%"]


@LANGUAGES
def test_a_target_without_a_measure_says_so(results, language):
    table = targets.year_targets(results, plan_year=2026, language=language)
    assert table.rows[0].cells[-1].text == {"zh": "尚无", "en": "None known to work"}[language]


@LANGUAGES
def test_the_months_of_both_counts_add_up(results, language):
    rows = churn.lapse_months(results, plan_year=2026, language=language).rows
    for place in (1, 2):
        assert sum(row.cells[place].value for row in rows[:-1]) == rows[-1].cells[place].value
    assert {row.cells[3].text for row in rows} == {""}


def test_callers_targets_add_up_to_the_stores_and_leave_room_for_what_comes(results):
    rows = first_service.first_service_targets(results, plan_year=2026, language="en").rows
    assert len(rows) == 13
    for row in rows:
        whole, *own = [cell.value for cell in row.cells[1:] if cell.metric]
        assert whole == sum(own)
        assert [cell.text for cell in row.cells[2::2]] == ["", "", ""]


def test_first_service_is_held_against_what_was_sold_three_months_before(params_of):
    months = [*months_of(2024), *months_of(2025)]
    known = Results(
        {
            "first_service_visits": tidy([*months_of(2025), "2025"], value=[*range(1, 13), 78]),
            "new_vehicle_sales": tidy(months, value=range(100, 124)),
            "first_service_return_rate": tidy([*months_of(2025), "2025"], value=0.1),
            "first_service_return_rate_pooled": tidy(["2025"], numerator=78, denominator=1254),
        }
    )
    table = first_service.past_first_services(known, params=params_of(plan_year=2026), language="en")
    january, total = table.rows[0], table.rows[-1]
    assert [cell.text for cell in january.cells] == ["Jan", "1", "109", "10.0%"]  # sold in October 2024
    assert [cell.text for cell in total.cells[1:3]] == ["78", "1,254"]


def test_weekly_meetings_are_on_the_first_working_day_of_each_week(params_of):
    table = scores.meetings(params=params_of(plan_year=2026), language="en")
    assert texts(table)[0][:3] == ["Jan", "5, 12, 19, 26", "4"]  # the 4th is worked in place of a holiday
    days = [each for row in texts(table) for each in (row[1] + ", " + row[4]).split(", ")]
    assert len(days) == 52 - 1  # the week of the spring festival has no working day


@LANGUAGES
def test_nothing_beyond_chance_is_said(language):
    assert isinstance(losses.losses(Results(), plan_year=2026, language=language), Missing)
    assert isinstance(losses.first_thing(Results(), plan_year=2026, language=language), Missing)


def test_who_lies_behind_in_most_comes_first():
    known = Results(
        {
            "process_compliance_rate": [
                tidy(["2025"], numerator=270, denominator=300),
                tidy(["2025"] * 3, numerator=[60, 98, 97], denominator=100, staff=["Ann", "Ben", "Cat"]),
            ],
            "record_accuracy_rate": [
                tidy(["2025"], numerator=180, denominator=200),
                tidy(["2025"] * 2, numerator=[70, 60], denominator=100, staff=["Ann", "Cat"]),
            ],
        }
    )
    known += Results({"shortfall_cases": signed_losses.losses(known, plan_year=2026)})
    table = losses.losses(known, plan_year=2026, language="en")
    assert [row[0] for row in texts(table)] == ["Ann", "", "Cat"]
    assert texts(table)[0][3:] == ["60.0%", "90.0%", "30"]
    assert "Ann" in str(losses.first_thing(known, plan_year=2026, language="en"))


@LANGUAGES
def test_without_a_calendar_there_is_a_draft_that_says_so_and_adds_up(params_of, clean_table, language):
    held = clean_table(
        "campaigns",
        [
            {"campaign_id": "1", "name": "2025 Spring", "start_date": "2025-03-05", "cost": 300.0, "owner": "Ann"},
            {"campaign_id": "2", "name": "Autumn", "start_date": "2025-09-20", "cost": 200.0},
        ],
    )  # fmt: skip
    store = params_of(plan_year=2026)
    known = Results({"draft_budget": draft_budget(held, plan_year=2026)})
    table = calendar.year_calendar(known, params=store, tables={"campaigns": held}, language=language)
    assert {"zh": "草案", "en": "draft"}[language] in table.caption
    assert {"2026 Spring", "Autumn"} < {row.cells[1].text for row in table.rows}
    amounts = [row.cells[3].value for row in table.rows]
    assert sum(each for each in amounts[:-1] if each is not None) == amounts[-1] == 500.0
    months = calendar.calendar_months(known, params=store, language=language).rows[0].cells
    assert sum(cell.value for cell in months[1:-1]) == months[-1].value == 500.0
    assert any(row.kind == "muted" for row in table.rows), "festivals that no campaign belongs to"


@LANGUAGES
def test_the_bands_are_written_out(params_of, language):
    rule = {
        "role": "agent",
        "measure": "process_compliance_rate",
        "bands": [{"min": 0.9, "amount": 200}, {"min": 0, "amount": -50}],
        "streaks": [{"at_least": 0.9, "periods": 3, "amount": 600}],
    }
    known = Results({"incentive_budget": tidy(["2026"], value=-100, scenario="last_year")})
    store = params_of(plan_year=2026, satisfaction={"incentives": [rule]})
    row = texts(pay.pay_bands(known, params=store, language=language))[0]
    assert "90%" in row[2] and "¥200" in row[2] and "\N{MINUS SIGN}¥50" in row[2]
    assert "3" in row[3] and "¥600" in row[3]


@LANGUAGES
def test_everybody_who_signs_has_a_line(language):
    rows = texts(sign_off.signatures(language=language))
    assert len(rows) == 4
    assert all("____" in row[1] and "____" in row[2] for row in rows)


def test_the_sheet_says_how_many_callers_there_are(params_of):
    known = Results({"callers_there": tidy(["2026"], value=1)})
    table = sign_off.means(known, params=params_of(plan_year=2026), language="en")
    assert texts(table)[0][:2] == ["Callers there", "1"]
