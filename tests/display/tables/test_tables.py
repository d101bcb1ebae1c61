import json
import re

import pytest

from csanalysis.catalogue import METRICS, Missing
from csanalysis.chapters.plan.tables_targets import targets
from csanalysis.display.tables.cards import Key, cards
from csanalysis.display.tables.definitions import definitions
from csanalysis.display.tables.model import MIME_TYPE, ReportTable
from csanalysis.display.tables.periods import by_period, periods_down
from csanalysis.display.tables.splits import cross, split
from csanalysis.metrics.results import Results, tidy
from csanalysis.params import Params

PARAMS = Params.model_validate(
    {
        "dealership": {"id": "small"},
        "plan_year": 2026,
        "sources": {"vehicle_sales": "sales.csv", "service_visits": "visits.csv"},
    }
)

DAY = "2025-12-31"
FIRST_SERVICE = ["new_vehicle_sales", "first_service_visits", "first_service_return_rate"]


def texts(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def tables(results, language):
    """One of each kind."""
    return {
        "by_period": by_period(results, [*FIRST_SERVICE, "first_service_cohort_rate"], language=language),
        "periods_down": periods_down(
            results,
            ["first_service_return_rate", "first_service_visits"],
            language=language,
            year=2025,
            show=("numerator", "denominator", "value", "interval"),
        ),
        "split": split(results, "first_service_cohort_rate", "model", 2024, language=language),
        "cross": cross(
            results, "visit_class_vehicles", rows="team", columns="visit_class", language=language
        ),
        "cross_periods": cross(
            results, "retained_share", rows="period", columns="years_later", kind="year", language=language
        ),
        "targets": targets(results, params=PARAMS, language=language),
    }


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["by_period", "periods_down", "split", "cross", "cross_periods", "targets"])
def test_every_number_is_the_one_in_the_results(plan_results, language, kind):
    table = tables(plan_results, language)[kind]
    numbers = list(table.numbers)
    assert numbers
    for number in numbers:
        row = plan_results.select(number.metric, None, period=number.period, **number.group)
        assert len(row) == 1
        found = row[number.field].iloc[0]
        assert (number.value is None and found != found) or number.value == found


@pytest.mark.parametrize("kind", ["by_period", "periods_down", "split", "cross", "cross_periods", "targets"])
def test_html_and_json_carry_the_same_references(plan_results, kind):
    table = tables(plan_results, "en")[kind]
    data, _ = table._repr_mimebundle_()
    in_html = [json.loads(value) for value in re.findall(r'data-value="([^"]+)"', data["text/html"])]
    said = json.loads(data[MIME_TYPE])
    cells = [cell for row in said["rows"] for cell in row["cells"]]
    parts = [part for cell in cells for part in (cell.get("parts") or ([cell] if cell["metric"] else []))]
    assert in_html == [part["value"] for part in parts]
    assert all(len(row["cells"]) == len(said["columns"]) for row in said["rows"])


def test_header_groups_cover_every_column(plan_results):
    table = tables(plan_results, "en")["by_period"]
    assert sum(group.span for group in table.header_groups) == len(table.columns)


def test_measures_down_periods_across(plan_results):
    table = by_period(plan_results, FIRST_SERVICE, language="en", with_interval=False)
    assert [column.label for column in table.columns] == ["Measure", "2024", "2025"]
    assert texts(table)[2][1:] == ["71.1%", "73.5%"]


def test_an_interval_is_one_cell_with_two_references(plan_results):
    table = by_period(plan_results, ["first_service_return_rate"], language="en", last=1)
    cell = table.rows[0].cells[-1]
    assert cell.text == "67.0–80.0%"
    assert [(part.field, part.value) for part in cell.parts] == [("low", 0.67), ("high", 0.80)]


def test_periods_down_closes_with_the_year(plan_results):
    table = periods_down(
        plan_results, ["first_service_target", "first_service_expected"], language="en", year=2026
    )
    assert len(table.rows) == 13
    assert table.rows[-1].kind == "total"
    # The expectation has no year: its cell is blank and points to nothing, which is not "undefined".
    assert texts(table)[-1] == ["2026", "666", ""]


def test_undefined_is_a_dash_that_the_note_explains(plan_results):
    table = by_period(plan_results, ["first_service_cohort_rate"], language="en")
    assert "—" in texts(table)[0]
    assert "not 0" in table.note
    assert "not 0" not in (by_period(plan_results, ["annual_churn_rate"], language="en").note or "")


def test_small_samples_are_muted_and_the_note_says_so(plan_results):
    table = split(plan_results, "first_service_cohort_rate", "model", 2024, language="en")
    assert [row.kind for row in table.rows] == ["muted", "body", "total"]
    assert "30" in table.note


def test_a_closed_set_comes_in_its_own_order(plan_results):
    table = split(plan_results, "lifecycle_vehicles", "state", DAY, language="en")
    assert [row[0] for row in texts(table)] == ["Active", "Marginal", "Churned", "Permanently lost"]


def test_the_chosen_rule_is_no_sum(plan_results):
    table = split(plan_results, "churn_rate_target", "rule", 2026, language="en", show=("value",))
    assert texts(table)[-1] == ["Rule chosen", "33.0%"]


def test_cross_leaves_out_what_is_wholly_undefined():
    frame = tidy(
        ["2024", "2024", "2025"], value=[0.6, float("nan"), float("nan")], years_later=["1", "2", "1"]
    )
    table = cross(
        Results({"retained_share": frame}), "retained_share", rows="period", columns="years_later",
        kind="year", language="en",
    )  # fmt: skip
    assert texts(table) == [["2024", "60.0%"]]
    assert [column.label for column in table.columns] == ["Year", "1 year later"]


def test_cross_adds_totals_the_results_have(plan_results):
    table = cross(plan_results, "visit_class_vehicles", rows="team", columns="visit_class", language="en")
    assert texts(table) == [["一组", "20", "250", "200", "330"], ["Total", "40", "500", "400", "1,060"]]


def test_goals_without_a_target_are_named_below_the_table():
    results = Results(
        {"first_service_target": tidy(["2026"], value=600), "first_service_visits": tidy(["2025"], value=540)}
    )
    table = targets(results, params=PARAMS, language="en")
    (first,) = texts(table)
    assert first[:6] == ["First services", "", "", "540", "600", ""]
    assert "Churn rate planned" in table.note and "Late entries planned" in table.note
    assert isinstance(targets(Results(), params=PARAMS, language="en"), Missing)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_table_without_numbers_says_what_would_give_them(language):
    missing = by_period(Results(), ["first_service_return_rate"], language=language)
    assert isinstance(missing, Missing)
    assert "vehicle_sales" in str(missing)


def test_tables_do_not_change(plan_results):
    table = by_period(plan_results, ["annual_churn_rate"], language="en")
    assert table.with_note("More.").note.endswith("More.")
    assert not table.note.endswith("More.")
    assert table.with_note(None, "") == table


def test_text_from_data_is_escaped():
    results = Results({"effective_base": tidy([DAY], value=1, team=["<script>alert(1)</script>"])})
    html = split(results, "effective_base", "team", DAY, language="en")._repr_mimebundle_()[0]["text/html"]
    assert "<script>" not in html


@pytest.mark.parametrize(
    ("before", "tone"),
    [((0.20, 0.18, 0.22), "bad"), ((0.29, 0.26, 0.32), "neutral"), ((0.50, 0.48, 0.52), "good")],
    ids=["surely less", "may be alike", "surely more"],
)
def test_a_card_judges_only_what_is_beyond_chance(before, tone):
    values, lows, highs = zip(before, (0.3, 0.28, 0.33), strict=True)
    results = Results({"annual_churn_rate": tidy(["2024", "2025"], value=values, low=lows, high=highs)})
    (card,) = cards(results, [Key("annual_churn_rate", 2025, against=2024)], language="en").cards
    assert card.tone == tone


def test_a_card_names_the_other_metric_that_it_is_held_against(plan_results):
    key = Key("first_service_target", 2026, against=("first_service_visits", 2025))
    (card,) = cards(plan_results, [key], language="en").cards
    assert card.note.startswith("First-service visits, 2025: ")


def test_a_card_is_coloured_by_the_better_direction(plan_results):
    shown = cards(
        plan_results,
        [
            Key("annual_churn_rate", 2025, against=2024),
            Key("first_service_target", 2026, against=("first_service_visits", 2025)),
            Key("first_service_return_rate", 2025),
            Key("churn_rate_target", 2026, {"rule": "fixed"}),
        ],
        language="en",
    )
    assert [(card.number.text, card.tone) for card in shown.cards] == [
        ("35.0%", "neutral"),  # its interval overlaps that of the year before
        ("666 vehicles", "neutral"),
        ("73.5%", "neutral"),
    ]
    assert shown.cards[2].note == "95% interval 67.0–80.0%"
    assert 'data-value="0.35"' in shown.as_html()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_definitions_have_a_row_for_every_metric_shown(plan_results, language):
    table = definitions(plan_results, language=language)
    assert isinstance(table, ReportTable)
    assert {row.cells[0].text.split()[-1] for row in table.rows} == set(plan_results.names)
    churn = next(row for row in table.rows if row.cells[0].text.endswith(" annual_churn_rate"))
    assert METRICS["annual_churn_rate"].numerator(language) in churn.cells[1].text


def test_a_year_that_is_not_over_is_named_in_the_note():
    months = [f"2025-{month:02d}" for month in range(1, 9)]
    results = Results(
        {"first_service_visits": [tidy(months, value=40), tidy(["2024", "2025"], value=[500, 320])]}
    )
    running = by_period(results, ["first_service_visits"], language="en")
    assert running.note == "Data of 2025 end in Aug."
    assert by_period(results, ["first_service_visits"], language="en", periods=["2024"]).note is None


def test_counts_of_a_column_line_up(plan_results):
    results = Results({"first_service_expected": tidy(["2026-01", "2026-02"], value=[44.0, 52.75])})
    table = periods_down(results, ["first_service_expected"], language="en")
    assert [row[1] for row in texts(table)] == ["44.0", "52.8"]


def test_the_caption_of_a_cross_table_says_the_unit(plan_results):
    table = cross(plan_results, "visit_class_vehicles", rows="team", columns="visit_class", language="en")
    assert table.caption == "Vehicles by visit class by team × class, vehicles"
