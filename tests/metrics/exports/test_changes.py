"""Rows compared: new, corrected, or gone on; params and numbers that differ."""

from datetime import date

import pytest

from csanalysis.metrics.exports.changes import (
    Corrected,
    changed_params,
    compare_results,
    merge_long_corrections,
    table_changes,
)
from csanalysis.metrics.results import Results, tidy

AS_OF = date(2025, 12, 31)


def visit(number: str, day: str, **columns: object) -> dict[str, object]:
    return {"ro_number": number, "vin": f"V{number}", "visit_date": day, "service_type": "repair", **columns}


def compared(clean_table, name, before, after, orders=frozenset()):
    return table_changes(
        name, clean_table(name, before), clean_table(name, after), as_of=AS_OF, orders=frozenset(orders)
    )


def test_rows_after_the_last_day_are_new_and_the_past_is_as_it_was(clean_table):
    before = [visit("1", "2025-03-01"), visit("2", "2025-12-31")]
    found = compared(clean_table, "service_visits", before, [*before, visit("3", "2026-01-01")])
    assert found.corrected == ()
    assert [(rows.month, rows.rows) for rows in found.new] == [("2026-01", 1)]
    assert found.past["ro_number"].tolist() == ["1", "2"]


def test_a_row_of_a_past_month_can_be_altered_added_or_removed(clean_table):
    before = [visit(str(number), f"2025-0{number}-01") for number in range(1, 5)]
    after = [
        before[0],
        visit("2", "2025-02-01", mileage_km=100.0),
        before[3],
        visit("9", "2025-06-01"),
        visit("8", "2025-06-02"),
    ]
    found = compared(clean_table, "service_visits", before, after)
    assert [(c.month, c.added, c.removed, c.altered, c.columns) for c in found.corrected] == [
        ("2025-02", 0, 0, 1, ("mileage_km",)),
        ("2025-03", 0, 1, 0, ()),
        ("2025-06", 2, 0, 0, ()),
    ]
    assert found.new == ()


def test_a_row_moved_to_another_day_is_altered_in_the_month_it_was_counted_in(clean_table):
    found = compared(clean_table, "service_visits", [visit("1", "2025-02-01")], [visit("1", "2025-05-01")])
    assert [(c.month, c.altered, c.columns) for c in found.corrected] == [("2025-02", 1, ("visit_date",))]


def test_equal_rows_are_counted_not_merged_and_their_order_says_nothing(clean_table):
    check = {"check_date": "2025-03-01", "record_type": "phone", "correct": True}
    other = {**check, "correct": False}
    found = compared(clean_table, "record_checks", [check, check, other], [other, check])
    assert [(c.month, c.removed) for c in found.corrected] == [("2025-03", 1)]
    assert compared(clean_table, "record_checks", [check, other], [other, check]).corrected == ()


def test_what_happened_to_an_earlier_row_since_is_no_correction(clean_table):
    lead = {"lead_id": "L1", "created_date": "2025-11-01", "status": "open"}
    lost = {**lead, "status": "defeated", "defeated_date": "2026-01-09", "defeat_reason": "price"}
    found = compared(clean_table, "leads", [lead], [lost])
    assert found.corrected == () and found.past["status"].tolist() == ["open"]
    lost["defeated_date"] = "2025-12-09"
    assert compared(clean_table, "leads", [lead], [lost]).corrected[0].altered == 1


@pytest.mark.parametrize(("order", "corrected"), [("R2", 0), ("R1", 1)])
def test_a_call_that_brought_a_visit_since_has_gone_on(clean_table, order, corrected):
    call = {"contact_id": "1", "contact_date": "2025-12-20 10:00", "purpose": "maintenance", "vin": "V"}
    found = compared(
        clean_table, "contacts", [call], [{**call, "ro_number": order, "result": "came"}], orders={"R1"}
    )
    assert len(found.corrected) == corrected


def test_rows_of_a_table_without_dates_are_new_unless_they_were_there(clean_table):
    anna, bert = {"staff": "Anna", "team": "A"}, {"staff": "Bert", "team": "B"}
    found = compared(clean_table, "staff", [anna], [{**anna, "team": "B"}, bert])
    assert [(c.month, c.altered, c.columns) for c in found.corrected] == [("", 1, ("team",))]
    assert [(rows.month, rows.rows) for rows in found.new] == [("", 1)]
    assert found.past["staff"].tolist() == ["Anna"]
    assert found.past["team"].tolist() == ["B"]


def test_many_months_of_a_table_are_told_in_one():
    months = [Corrected("leads", f"202{n % 3}-0{n + 1}", 1, 0, n, ("status",) * (n > 0)) for n in range(7)]
    undated, other = Corrected("leads", "", 1, 0, 0, ()), Corrected("staff", "", 0, 1, 0, ())
    assert merge_long_corrections([*months, undated, other]) == [
        Corrected("leads", "2020/2022", 7, 0, 21, ("status",)), undated, other,
    ]  # fmt: skip
    assert merge_long_corrections(months[:6]) == months[:6]


def test_changed_params_are_named_by_dotted_key():
    before = {
        "churn": {"rule": "a", "years": 5},
        "bands": [{"min": 1}, {"min": 2}],
        "best": [8, 10],
        "x": None,
    }
    after = {"churn": {"rule": "b", "years": 5}, "bands": [{"min": 1}, {"min": 3}], "best": [8, 11], "y": 1}
    assert changed_params(before, after) == [
        ("churn.rule", "a", "b"),
        ("bands.1.min", 2, 3),
        ("best", [8, 10], [8, 11]),
        ("y", None, 1),
    ]
    assert changed_params({"bands": [{"min": 1}]}, {"bands": []}) == [("bands", [{"min": 1}], [])]
    assert changed_params(before, before) == []


def test_numbers_move_are_new_or_go():
    before = Results({"a": tidy(["2024", "2025"], value=[1.0, 2.0]), "b": tidy(["2025"], value=[None])})
    after = Results(
        {"a": tidy(["2025", "2026"], value=[2.0 * (1 + 1e-14), 3.0]), "b": tidy(["2025"], value=[0.0])}
    )
    found = compare_results(before, after)
    assert found.keys == {("b", "2025", ())}, "undefined is not 0"
    assert found.new == (("a", "2026", ()),)
    assert found.gone == (("a", "2024", ()),)


def test_a_correction_means_all_its_rows():
    assert Corrected("leads", "2025-01", added=1, removed=2, altered=4, columns=()).rows == 7


def test_a_campaign_that_was_still_running_has_gone_on_and_one_that_was_over_is_corrected(clean_table):
    campaign = {"campaign_id": "C1", "name": "spring", "start_date": "2025-12-01", "end_date": "2026-01-31"}
    assert compared(clean_table, "campaigns", [campaign], [{**campaign, "cost": 5.0}]).corrected == ()
    over = {**campaign, "end_date": "2025-12-31"}
    (found,) = compared(clean_table, "campaigns", [over], [{**over, "cost": 5.0}]).corrected
    assert (found.altered, found.columns) == (1, ("cost",))


def test_a_list_of_values_and_of_lists_is_compared_entry_by_entry():
    before, after = {"mixed": [1, [2, 3]]}, {"mixed": [1, [2, 4]]}
    assert changed_params(before, after) == [("mixed.1", [2, 3], [2, 4])]
