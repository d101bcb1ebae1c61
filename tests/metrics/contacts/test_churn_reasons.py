"""Reasons for leaving, counted by hand."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.contacts.churn_reasons import (
    churn_reason_q_value,
    churn_reason_share,
    churn_reasons,
    reasons_told_apart,
)
from csanalysis.metrics.stats.intervals import wilson


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


def store_of(clean_table, said, *, sold=()):
    """Contacts of (vin, day, reason), sales of (vin, day, model, customer), and no visits."""
    contacts = [
        {
            "contact_id": f"C{number}",
            "vin": vin,
            "contact_date": day,
            "result": word,
            "purpose": "win_back",
            "reached": True,
        }
        for number, (vin, day, word) in enumerate(said)
    ]
    sales = [{"vin": v, "sale_date": day, "model": m, "customer_id": c} for v, day, m, c in sold]
    return (
        clean_table("contacts", contacts),
        clean_table("vehicle_sales", sales),
        clean_table("service_visits"),
    )


def test_the_last_reason_of_each_vehicle_with_its_age_and_model(clean_table):
    store = store_of(
        clean_table,
        [
            ("A", "2023-05-01", "太远"),
            ("A", "2024-03-09", "太贵"),  # three years are full the day after: age 2
            ("B", "2024-03-10", "太贵"),  # three years full: age 3
            ("C", "2024-03-10", "太贵"),  # not in the ledger
            ("D", "2024-03-10", "太贵"),  # sold after the call
        ],
        sold=[
            ("A", "2021-03-10", "X", "1"),
            ("B", "2021-03-10", "X", "2"),
            ("B", "2023-06-01", "Y", "3"),  # sold again: the age goes on, the model is the last one said
            ("D", "2025-01-01", "Y", "4"),
        ],
    )
    told = reasons_told_apart(*store, fewest=1).set_index("vin")
    assert told["reason"].tolist() == ["too_dear"] * 4
    assert told["vehicle_age"].to_dict() == {"A": "2", "B": "3", "C": "unknown", "D": "unknown"}
    assert told["model"].to_dict() == {"A": "X", "B": "Y", "C": "unknown", "D": "Y"}


def fleet_of(clean_table):
    """Model X: 6 of 8 too dear, 2 too far; Y: 1 of 5 too dear, 4 too far; Z: 3 vehicles, too few."""
    counts = {("X", "太贵"): 6, ("X", "太远"): 2, ("Y", "太贵"): 1, ("Y", "太远"): 4, ("Z", "太贵"): 3}
    vins = [(f"{m}{w}{n}", m, w) for (m, w), count in counts.items() for n in range(count)]
    said = [(vin, "2024-05-01" if m == "X" else "2025-05-01", word) for vin, m, word in vins]
    sold = [(vin, "2023-01-01", m, vin) for vin, m, _ in vins]
    return store_of(clean_table, said, sold=sold)


def test_shares_by_model_redone_by_hand(clean_table):
    whole, by_age, by_model = churn_reason_share(reasons_told_apart(*fleet_of(clean_table)))
    assert set(whole["period"]) == {"2024/2025"}
    assert dict(zip(whole["reason"], whole["value"], strict=True)) == {"too_dear": 10 / 16, "too_far": 6 / 16}
    rows = {(r.model, r.reason): (r.numerator, r.denominator) for r in by_model.itertuples()}
    # Z has three customers and would be alone in other: it is left out, but counts in the whole.
    assert rows == {
        ("X", "too_dear"): (6, 8), ("X", "too_far"): (2, 8), ("Y", "too_dear"): (1, 5), ("Y", "too_far"): (4, 5),
    }  # fmt: skip
    low, high = wilson([6], [8])
    assert (by_model["low"][0], by_model["high"][0]) == (low[0], high[0])
    # X was asked at one year, Y and Z at two.
    assert by_age.groupby("vehicle_age")["numerator"].sum().to_dict() == {"1": 8, "2": 8}


def test_a_group_of_few_customers_goes_with_the_others(clean_table):
    """Six vehicles of one company are one customer; with the three of Z they are nine in other."""
    contacts, sales, visits = fleet_of(clean_table)
    owned = sales.assign(customer_id=sales["customer_id"].where(sales["model"] != "Y", "fleet"))
    *_, by_model = churn_reason_share(reasons_told_apart(contacts, owned, visits))
    sizes = by_model.drop_duplicates("model").set_index("model")["denominator"]
    assert sizes.to_dict() == {"X": 8, "other": 8}


def test_reasons_are_told_apart_only_beyond_chance(clean_table):
    # Fisher's exact chance of 6 of 8 against 1 of 5 (and 3 of 3 pooled in other) is no proof on 16 vehicles.
    few = churn_reason_q_value(reasons_told_apart(*fleet_of(clean_table)))
    assert few["split"].tolist() == ["vehicle_age", "model"] and (few["value"] > 0.05).all()
    said = [(f"X{n}", "2024-05-01", "太贵" if n < 30 else "太远") for n in range(40)]
    said += [(f"Y{n}", "2024-05-01", "太贵" if n < 10 else "太远") for n in range(40)]
    store = store_of(clean_table, said, sold=[(vin, "2022-01-01", vin[0], vin) for vin, *_ in said])
    clear = churn_reason_q_value(reasons_told_apart(*store)).set_index("split")["value"]
    assert clear["model"] < 0.01 and pd.isna(clear["vehicle_age"])  # all were two years old
    # A group of which nothing is known is none: what sets it apart is not its model.
    unknown = store_of(clean_table, said, sold=[(v, "2022-01-01", "X", v) for v, *_ in said if v[0] == "X"])
    assert churn_reason_q_value(reasons_told_apart(*unknown))["value"].isna().all()
    again = churn_reason_q_value(reasons_told_apart(*store)).set_index("split")["value"]
    assert clear["model"] == again["model"]


def test_the_chance_of_a_difference_by_hand():
    """Of 14 vehicles six said one reason, six another, two a third; seven are X, of which 4, 3 and none said so.

    3, 3 and 1 are expected. Half the statistic is (1 + 0) / 3 + 1 / 1. Of the C(14, 7) = 3,432 ways to draw X, as
    far off are all whose third reason is not 1 (1,584), and with 1 of it 1 : 5, 5 : 1, 0 : 6 and 6 : 0 of the
    others, 2 x (36 + 36 + 1 + 1) = 148.
    """
    said = ["a"] * 4 + ["b"] * 3 + ["a"] * 2 + ["b"] * 3 + ["c"] * 2
    told = pd.DataFrame(
        {"year": 2024, "reason": said, "vehicle_age": "3", "model": ["X"] * 7 + ["Y"] * 7}, dtype="object"
    )
    found = churn_reason_q_value(told).set_index("split")["value"]
    assert found["model"] == pytest.approx(1732 / 3432, abs=0.02) and pd.isna(found["vehicle_age"])


def test_equal_groups_are_hardly_ever_told_apart(clean_table):
    """Of 60 stores whose ages and models give the same reasons, about three are told apart all the same."""
    rng = np.random.default_rng(5)
    found = 0
    for _ in range(60):
        told = pd.DataFrame(
            {
                "year": 2024,
                "reason": rng.choice(["too_dear", "too_far", "elsewhere"], 60),
                "vehicle_age": rng.choice(["1", "2", "3"], 60),
                "model": rng.choice(["X", "Y"], 60),
            }
        )
        found += (churn_reason_q_value(told)["value"] <= 0.05).any()
    assert found <= 9  # 5 % of 60 expected; more than 9 in under one of two hundred


def test_nothing_to_tell_apart(clean_table):
    told = reasons_told_apart(*store_of(clean_table, []))
    assert told.empty and churn_reason_share(told) == [] and churn_reason_q_value(told).empty
    alone = reasons_told_apart(*store_of(clean_table, [("A", "2024-05-01", "太贵")]))
    (whole,) = churn_reason_share(alone)
    assert (whole["value"].item(), whole["denominator"].item()) == (1, 1)
    assert churn_reason_q_value(alone)["value"].isna().all()
