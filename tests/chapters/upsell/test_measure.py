import numpy as np
import pandas as pd
import pytest

from csanalysis.catalogue import METRICS
from csanalysis.chapters import upsell
from csanalysis.ingest import load

NAMES = ("ro_number", "item", "grade", "amount", "outcome", "proposed_date")
ITEMS = [
    ("R0000", "brakes", "A", 400.0, "declined", "2023-01-10"),
    ("R0000", "filter", "C", 100.0, "accepted", "2023-01-10"),
    ("R0001", "brakes", "A", 600.0, "accepted", "2024-06-20"),
    ("R0002", "brakes", "A", 1000.0, "accepted", None),
    ("R0003", "filter", "C", 100.0, "declined", "2025-12-31"),
]
INTERFACE = (
    "upsell_visit_rate",
    "upsell_success_rate",
    "upsell_amount_success_rate",
    "upsell_declines",
    "follow_up_on_time_rate",
    "recovery_rate",
    "revenue_per_visit",
    "upsell_success_change",
    "upsell_success_change_standardised",
)


@pytest.fixture
def tables(visits_of, clean_table):
    visits = visits_of(
        {"V": ["2023-01-10 T1", "2024-06-20 T1"], "W": ["2025-03-01 T2", "2025-12-31"]}, total_amount=500.0
    )
    rows = [dict(zip(NAMES, row, strict=True), advisor="Li", technician="Ma", team="T1") for row in ITEMS]
    items = clean_table("upsell_items", rows)
    items.loc[0, ["decline_reason", "followed_up_date", "recovered_date"]] = [
        "price",
        "2023-01-13",
        "2024-06-20",
    ]
    return {
        "service_visits": visits,
        "vehicle_sales": clean_table("vehicle_sales"),
        "upsell_items": items,
        "contacts": clean_table("contacts"),
    }


def test_numbers_by_hand(params_of, tables):
    results = upsell.measure(params_of(upsell={"graded_since": "2024-07-01"}), tables)
    assert results.value("upsell_visit_rate", 2025) == 1
    assert results.value("upsell_visit_rate", "2024-06") == 1
    assert results.value("upsell_success_rate", 2025) == pytest.approx(1 / 2)
    assert results.value("upsell_success_rate", "2025-03", grade="A") == 1
    assert results.value("upsell_success_rate", 2023, advisor="Li", grade="A") == 0
    assert results.value("upsell_success_rate", 2023, technician="Ma") == pytest.approx(1 / 2)
    assert results.value("upsell_success_rate", "2024-07", team="T1") is None
    assert results.value("upsell_amount_success_rate", 2025) == pytest.approx(1000 / 1100)
    assert results.value("upsell_declines", 2023, decline_reason="price") == 1
    assert results.value("upsell_declines", 2023, decline_reason="price", grade="A") == 1
    assert results.value("follow_up_on_time_rate", 2023, grade="A") == 1
    assert results.value("follow_up_on_time_rate", 2025, grade="C") == 0
    assert results.value("recovery_rate", 2023, grade="A") == 1
    assert results.value("revenue_per_visit", 2025, team="T2") == 500
    assert results.value("revenue_per_visit", "2024-06", service_type="repair") == 500
    # Before 2 of 3, after 1 of 2; brakes 1 of 2 and then 1 of 1, filters 1 of 1 and then 0 of 1.
    assert results.value("upsell_success_change", "2025-12-31") == pytest.approx(1 / 2 - 2 / 3)
    assert results.value("upsell_success_change", "2025-12-31", grade="A") == pytest.approx(1 / 2)
    same_mix = results.value("upsell_success_change_standardised", "2025-12-31")
    assert same_mix == pytest.approx((2 / 3 * 0.5 + 1 / 2 * -1) / (2 / 3 + 1 / 2))
    assert results.value("upsell_warnings", "2025-12-31", warning="single_advisor") == 5
    assert set(INTERFACE) <= set(results.names)


def test_the_days_of_follow_up_come_from_the_params(params_of, tables):
    results = upsell.measure(params_of(upsell={"follow_up_days": 2}), tables)
    assert results.value("follow_up_on_time_rate", 2023, grade="A") == 0


def test_costly_items_are_checked_where_the_params_say_what_is_costly(params_of, tables):
    tables["upsell_items"]["confirmed_by"] = pd.Series(["Zhou", None, None, None, None], dtype="str")
    assert "upsell_unconfirmed_rate" not in upsell.measure(params_of(), tables).names
    results = upsell.measure(params_of(upsell={"confirm_above": 400}), tables)
    assert results.value("upsell_unconfirmed_rate", 2025) == 1
    assert results.value("upsell_unconfirmed_rate", 2023) is None


def test_without_a_date_of_grading_nothing_is_claimed(params_of, tables):
    results = upsell.measure(params_of(), tables)
    assert results.value("upsell_success_change", "2025-12-31") is None
    assert results.value("upsell_success_step", "2025-12-31") is None


def test_without_items_there_is_the_revenue(params_of, tables):
    del tables["upsell_items"]
    results = upsell.measure(params_of(), tables)
    assert results.value("revenue_per_visit", 2025) == 500
    assert "upsell_success_rate" not in results.names


def test_without_contacts_grade_c_is_not_known(params_of, tables):
    del tables["contacts"]
    results = upsell.measure(params_of(), tables)
    assert results.value("follow_up_on_time_rate", 2025, grade="C") is None
    assert results.value("follow_up_on_time_rate", 2023, grade="A") == 1


@pytest.mark.parametrize("rows", [0, 1])
@pytest.mark.parametrize("table", ["upsell_items", "service_visits", "contacts"])
def test_hardly_any_rows(params_of, tables, table, rows):
    tables[table] = tables[table].iloc[:rows]
    upsell.measure(params_of(upsell={"graded_since": "2024-07-01", "confirm_above": 1}), tables)


def test_missing_columns_are_no_crash(params_of, tables, clean_table):
    rows = [dict(zip(NAMES, row, strict=True)) for row in ITEMS]
    tables["upsell_items"] = clean_table("upsell_items", rows)
    tables["service_visits"]["total_amount"] = np.nan
    results = upsell.measure(params_of(upsell={"graded_since": "2024-07-01", "confirm_above": 1}), tables)
    assert results.value("upsell_success_rate", 2025) == pytest.approx(1 / 2)
    assert results.select("upsell_success_rate", "year", "advisor").empty
    assert results.value("revenue_per_visit", 2025) is None


def test_every_number_is_in_the_catalogue(params_of, tables):
    results = upsell.measure(params_of(upsell={"graded_since": "2024-07-01", "confirm_above": 1}), tables)
    assert set(results.names) <= set(METRICS)


def test_inputs_are_left_as_they_are(params_of, tables):
    before = {name: table.copy(deep=True) for name, table in tables.items()}
    upsell.measure(params_of(upsell={"graded_since": "2024-07-01"}), tables)
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, before[name])


@pytest.mark.parametrize(
    ("words", "written"),
    [("红: A, 黄: B, 绿: C", "红黄绿"), ("red: A, yellow: B, green: C", ["Red", "yellow", "GREEN"]), ("1: A, 2: B, 3: C", "123")],
    ids=["Chinese colours", "English colours", "numbers"],
)  # fmt: skip
def test_grades_in_other_words(tmp_path, words, written):
    (tmp_path / "sales.csv").write_text("vin,sale_date\nV1,2025-01-01\n", encoding="utf-8")
    visits = "ro_number,vin,visit_date,service_type\nR1,V1,2025-06-01,repair\n"
    (tmp_path / "visits.csv").write_text(visits, encoding="utf-8")
    lines = [f"R1,item{place},{grade},100,declined\n" for place, grade in enumerate(written)]
    items = "ro_number,item,grade,amount,outcome\n" + "".join(lines)
    (tmp_path / "items.csv").write_text(items, encoding="utf-8")
    (tmp_path / "store.yml").write_text(
        "dealership: {id: small}\nplan_year: 2026\nsources:\n  vehicle_sales: sales.csv\n"
        "  service_visits: visits.csv\n"
        f"  upsell_items: {{path: items.csv, words: {{grade: {{{words}}}}}}}\n",
        encoding="utf-8",
    )
    store = load(tmp_path / "store.yml")
    assert store.rejects.empty
    results = upsell.measure(store.params, store.tables)
    for grade in "ABC":
        assert results.value("upsell_declines", 2025, grade=grade) == 1


def test_the_year_shown_is_the_last_whole_one_that_has_items(params_of, tables):
    at_year_end, in_spring = params_of(), params_of(as_of="2025-04-30")
    assert upsell.year_shown(at_year_end, upsell.measure(at_year_end, tables)) == "2025"
    assert upsell.year_shown(in_spring, upsell.measure(in_spring, tables)) == "2024"
    tables["upsell_items"] = tables["upsell_items"].iloc[3:4]
    assert upsell.year_shown(in_spring, upsell.measure(in_spring, tables)) == "2025"
