"""Reasons for leaving, counted by hand."""

import pandas as pd

from csanalysis.metrics.contacts.churn_reasons import churn_reasons


def reasons(clean_table, rows):
    contacts = [
        {
            "contact_id": f"C{number}",
            "vin": vin,
            "contact_date": day,
            "result": word,
            "purpose": purpose,
            "reached": reached,
        }
        for number, (vin, day, word, purpose, reached) in enumerate(rows)
    ]
    told = churn_reasons(clean_table("contacts", contacts))
    return {(row.period, row.reason): row.value for row in told.itertuples()}


def test_vehicles_by_the_reason_that_was_given(clean_table):
    rows = [(f"V{n}", "2024-05-01", "搬迁", "win_back", True) for n in range(3)]
    rows += [(f"W{n}", "2024-06-01", "价格高", "maintenance", True) for n in range(2)]
    rows += [("W2", "2024-06-01", "sold or moved away", "win_back", None)]
    # A store's own words: said by five vehicles as it stands, by four with the others.
    rows += [(f"X{n}", "2024-07-01", "孩子上学", "win_back", True) for n in range(5)]
    rows += [(f"Y{n}", "2025-07-01", "单位配车", "win_back", True) for n in range(4)]
    # No reasons: booked, refused, nobody there, calls about something else, of another purpose, or of a lead.
    rows += [
        ("Z1", "2024-05-01", "已预约", "win_back", True),
        ("Z2", "2024-05-01", "拒绝", "win_back", True),
        ("Z3", "2024-05-01", "孩子上学", "win_back", False),
        ("Z4", "2024-05-01", "满意", "maintenance", True),
        ("Z5", "2024-05-01", "搬迁", "post_service", True),
        (None, "2024-05-01", "搬迁", "win_back", True),
        ("Z6", "2024-05-01", None, "win_back", True),
    ]
    assert reasons(clean_table, rows) == {
        ("2024", "moved_away"): 3,
        ("2024", "too_dear"): 2,
        ("2024", "sold_or_moved"): 1,
        ("2024", "孩子上学"): 5,
        ("2025", "other"): 4,
    }


def test_a_vehicle_counts_once_a_year_with_its_last_reason(clean_table):
    rows = [
        ("V1", "2024-03-01", "价格高", "win_back", True),
        ("V1", "2024-09-01", "卖车", "win_back", True),
        ("V1", "2025-01-05", "卖车", "win_back", True),
    ]
    assert reasons(clean_table, rows) == {("2024", "car_sold"): 1, ("2025", "car_sold"): 1}


def test_nothing_is_said_where_no_answer_says(clean_table):
    assert reasons(clean_table, [("V1", "2024-03-01", "已预约", "win_back", True)]) == {}
    assert churn_reasons(clean_table("contacts")).empty
    assert isinstance(churn_reasons(clean_table("contacts")), pd.DataFrame)
