"""Declined work: who asks again, by when, and what it is worth."""

import pandas as pd
import pytest

from csanalysis.chapters.upsell.lists import DECLINED_C_ITEMS, DECLINED_ITEMS, LISTS, still_open
from csanalysis.display.lists.columns import COLUMNS
from csanalysis.metrics.results import Results

ITEMS = [
    # order, item, grade, amount, outcome, day, due, followed up
    ("R0000", "brakes", "A", 900.0, "declined", "2025-12-30", None, None),
    ("R0001", "tyres", "A", 500.0, "declined", "2025-06-01", None, "2025-06-03"),
    ("R0001", "battery", "B", 400.0, "declined", "2025-12-01", "2026-02-01", None),
    ("R0002", "battery", "B", 400.0, "declined", "2025-11-01", "2025-12-01", None),
    ("R0001", "filter", "C", 50.0, "declined", "2025-11-01", None, None),
    ("R0003", "filter", "C", 60.0, "declined", "2025-12-01", "2026-03-01", None),
    ("R0003", "wash", "C", 80.0, "declined", "2025-12-01", None, None),
    ("R0003", "oil", "B", 80.0, "accepted", "2025-12-01", None, None),
    ("R0000", "oil", "B", 80.0, "declined", "2024-12-01", None, None),
    ("R9", "oil", "B", 70.0, "declined", "2025-12-15", "2026-01-15", None),
]  # fmt: skip


def declined_items(params, tables):
    return DECLINED_ITEMS.drawn_up(params, tables, Results())


def declined_c_items(params, tables):
    return DECLINED_C_ITEMS.drawn_up(params, tables, Results())


@pytest.fixture
def tables(visits_of, clean_table):
    names = (
        "ro_number",
        "item",
        "grade",
        "amount",
        "outcome",
        "proposed_date",
        "due_date",
        "followed_up_date",
    )
    people = {"technician": "Ma", "advisor": "Li"}
    items = clean_table("upsell_items", [dict(zip(names, row, strict=True)) | people for row in ITEMS])
    items.loc[0, "decline_reason"] = "price"
    visits = visits_of(
        {"V": ["2025-12-30", "2025-12-01"], "W": ["2025-11-01", "2025-12-01"]}, customer_id="K1"
    )
    return {
        "service_visits": visits,
        "vehicle_sales": clean_table(
            "vehicle_sales", [{"vin": "V", "sale_date": "2024-01-01", "model": "X5"}]
        ),
        "customers": clean_table("customers", [{"customer_id": "K1", "name": "name", "phone": "phone"}]),
        "upsell_items": items,
        "staff": clean_table(
            "staff",
            [
                {"staff": "Ma", "role": "technician"},
                {"staff": "Li", "role": "service_advisor"},
                {"staff": "Gu", "role": "Service_Manager"},
                {"staff": "Zoe", "role": "agent"},
            ],
        ),
    }


def test_a_and_b_items_that_are_still_open(params_of, tables):
    rows = declined_items(params_of(), tables)
    assert rows["item"].tolist()[:2] == ["brakes", "tyres"]
    assert sorted(rows["item"]) == ["battery", "battery", "brakes", "oil", "tyres"]
    assert rows["rank"].tolist() == [1, 2, 3, 4, 5]
    assert rows.loc[0, ["phone", "model", "quoted"]].tolist() == ["phone", "X5", 900]
    assert "price" in rows["reason"][0]


def test_the_technician_asks_first_and_then_the_service_manager(params_of, tables):
    owners = declined_items(params_of(), tables).set_index("item")["owner"]
    assert owners["brakes"] == "Ma" and owners["tyres"] == "Gu"


@pytest.mark.parametrize(
    ("leaves", "owner_of_brakes", "owner_of_tyres"),
    [(["Gu"], "Ma", "Li"), (["Ma"], "Gu", "Gu"), (["Ma", "Gu"], "Li", "Li"), (["Ma", "Gu", "Li"], "Service department", "Service department"), (["Gu", "Li"], "Ma", "Ma")],
    ids=["no manager", "no technician", "advisor alone", "nobody", "technician alone"],
)  # fmt: skip
def test_somebody_owns_every_item(params_of, tables, leaves, owner_of_brakes, owner_of_tyres):
    tables["staff"] = tables["staff"][~tables["staff"]["staff"].isin(leaves)]
    owners = declined_items(params_of(language="en"), tables).set_index("item")["owner"]
    assert (owners["brakes"], owners["tyres"]) == (owner_of_brakes, owner_of_tyres)


def test_overdue_items_are_due_soon_after_the_reporting_date(params_of, tables):
    rows = declined_items(params_of(), tables).set_index("declined_on")["due_date"].dt.strftime("%Y-%m-%d")
    assert rows[pd.Timestamp("2025-12-30")] == "2026-01-02"
    assert rows[pd.Timestamp("2025-06-01")] == "2026-01-03"
    assert rows[pd.Timestamp("2025-12-01")] == "2026-02-01"
    assert rows[pd.Timestamp("2025-11-01")] == "2026-01-07"


def test_an_item_of_an_unknown_order_is_listed_without_a_customer(params_of, tables):
    row = declined_items(params_of(), tables).query("item == 'oil'").iloc[0]
    assert pd.isna(row["phone"]) and row["owner"] == "Ma"
    assert row["reason"].endswith("工单R9不在维修委托书中，请按单号找到车辆")


def test_c_items_are_gathered_for_campaigns(params_of, tables):
    rows = declined_c_items(params_of(language="en"), tables)
    assert rows["campaign"].tolist() == ["filter: 2 to offer"] * 2 + ["wash: 1 to offer"]
    assert set(rows["owner"]) == {"Zoe"}
    assert rows["due_date"].dt.strftime("%Y-%m-%d").tolist()[2] == "2026-01-30"


def test_worth_is_chance_times_quote(params_of, tables, clean_table):
    row = ("R0000", "brakes", "A", 100.0, "declined", "2025-01-01", None, None)
    names = (
        "ro_number",
        "item",
        "grade",
        "amount",
        "outcome",
        "proposed_date",
        "due_date",
        "followed_up_date",
    )
    rows = [
        dict(zip(names, row, strict=True))
        | {"ro_number": f"X{n}", "recovered_date": "2025-02-01" if n < 20 else None}
        for n in range(40)
    ]
    tables["upsell_items"] = clean_table("upsell_items", [*rows, dict(zip(names, ITEMS[0], strict=True))])
    first = declined_items(params_of(), tables).query("quoted == 900").iloc[0]
    # Half of the 40 were done after 31 days, one more of 41 has waited a day.
    assert first["chance"] == pytest.approx(0.5)
    assert first["worth"] == 450


@pytest.mark.parametrize("work_list", LISTS, ids=lambda each: each.name)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_column_is_known(params_of, tables, work_list, language):
    assert set(work_list.drawn_up(params_of(language=language), tables, Results())) <= set(COLUMNS)


def test_the_move_counts_what_nobody_has_asked_for_of_known_vehicles(params_of, tables):
    params = params_of()
    listed = still_open(params, tables, grades=("A", "B"))
    assert len(listed) == len(DECLINED_ITEMS.on(params, tables)) == len(declined_items(params, tables)) == 5
    counted = still_open(params, tables, grades=("A", "B"), unasked=True)
    # Not the tyres, which were asked for, nor the oil of an unknown order.
    assert sorted(counted["item"]) == ["battery", "battery", "brakes"]
    assert still_open(params, tables, grades=("A",), days=0, unasked=True).empty


@pytest.mark.parametrize("work_list", LISTS, ids=lambda each: each.name)
def test_nothing_to_ask_for(params_of, tables, work_list):
    tables["upsell_items"] = tables["upsell_items"].iloc[:0]
    assert work_list.drawn_up(params_of(), tables, Results()).empty
    assert work_list.move.candidate(params_of(), tables, 2025) is None
    del tables["upsell_items"], tables["staff"], tables["customers"]
    assert work_list.drawn_up(params_of(), tables, Results()).empty
    assert work_list.on(params_of(), tables).empty
    assert work_list.move.candidate(params_of(), tables, 2025) is None
