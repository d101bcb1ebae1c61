"""Declined work: whom to ask again, by when, and what was quoted."""

import pytest

from csanalysis.chapters.upsell.lists import DECLINED_C_ITEMS, DECLINED_ITEMS, LISTS, still_open

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


def test_a_vehicle_s_open_items_are_one_reason(params_of, tables):
    rows = DECLINED_ITEMS.reasons(params_of(), tables).set_index("vin")
    assert sorted(rows.index) == ["V", "W"], "an item of an unknown order has no vehicle to call for"
    assert rows.loc["V", "amount"] == 900 + 500 + 400 and rows.loc["W", "amount"] == 400
    assert rows.loc["V", "offer"] == "brakes（报价¥900）；tyres（报价¥500）；battery（报价¥400）".replace(
        "brakes（报价¥900）；tyres（报价¥500）", "tyres（报价¥500）；brakes（报价¥900）"
    )
    assert "price" in rows.loc["V", "reason"] and rows.loc["V", "reason"].count("；") >= 2
    assert rows["until"].dt.strftime("%Y-%m-%d").to_dict() == {"V": "2026-01-30", "W": "2026-01-30"}


def test_c_items_are_a_reason_of_their_own(params_of, tables):
    rows = DECLINED_C_ITEMS.reasons(params_of(language="en"), tables).set_index("vin")
    assert rows["amount"].to_dict() == {"V": 50.0, "W": 140.0}
    assert rows.loc["W", "offer"] == "filter (quoted ¥60); wash (quoted ¥80)"


def test_the_move_counts_what_nobody_has_asked_for_of_known_vehicles(params_of, tables):
    params = params_of()
    listed = still_open(params, tables, grades=("A", "B"))
    assert len(listed) == len(DECLINED_ITEMS.on(params, tables)) == 5
    counted = still_open(params, tables, grades=("A", "B"), unasked=True)
    # Not the tyres, which were asked for, nor the oil of an unknown order.
    assert sorted(counted["item"]) == ["battery", "battery", "brakes"]
    assert still_open(params, tables, grades=("A",), days=0, unasked=True).empty


@pytest.mark.parametrize("work_list", LISTS, ids=lambda each: each.name)
def test_nothing_to_ask_for(params_of, tables, work_list):
    tables["upsell_items"] = tables["upsell_items"].iloc[:0]
    assert work_list.reasons(params_of(), tables).empty
    assert work_list.move.candidate(params_of(), tables, 2025) is None
    del tables["upsell_items"], tables["staff"], tables["customers"]
    assert work_list.reasons(params_of(), tables).empty
    assert work_list.on(params_of(), tables).empty
    assert work_list.move.candidate(params_of(), tables, 2025) is None
