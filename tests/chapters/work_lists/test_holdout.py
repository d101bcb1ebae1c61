"""A share of the call lists is left uncalled, and what calling changes is measured on it a year later."""

import pandas as pd
import pytest

from csanalysis.chapters import work_lists
from csanalysis.chapters.work_lists.holdout import set_apart
from csanalysis.metrics.value.holdout import in_holdout


def lists_of(vins):
    rows = pd.DataFrame({"rank": range(len(vins)), "vin": vins, "phone": "138"})
    return {name: rows.copy() for name in ("service_due", "key_customers", "declined_items", "win_back")}


def test_a_share_of_the_call_lists_is_set_apart():
    vins = [f"V{number:03d}" for number in range(300)]
    lists = lists_of(vins)
    kept = set_apart(lists, share=0.2, plan_year=2026, language="zh")
    drawn = set(pd.Series(vins)[in_holdout(vins, plan_year=2026, share=0.2)])
    assert 30 < len(drawn) < 90
    assert set(kept["service_due"]["vin"]) == set(kept["win_back"]["vin"]) == set(vins) - drawn
    # Whom we have disappointed, and whose brakes are worn, is called whatever the draw.
    assert len(kept["key_customers"]) == len(kept["declined_items"]) == 300
    assert set(kept["holdout"]["vin"]) == drawn and len(kept["holdout"]) == 2 * len(drawn)
    assert (
        set(kept["holdout"].columns) == {"vin", "listed_in", "reason"}
        and "2026" in kept["holdout"]["reason"][0]
    )


def test_without_a_share_the_lists_are_as_they_were():
    lists = lists_of(["V1"])
    assert set_apart(lists, share=0.0, plan_year=2026, language="zh") == lists


def test_a_holdout_of_the_year_before_is_measured(params_of, visits_of, clean_table):
    """Two hundred vehicles last seen in August 2024: those to be called are called, and half of them come."""
    vins = [f"V{number:03d}" for number in range(200)]
    kept = dict(zip(vins, in_holdout(vins, plan_year=2025, share=0.3), strict=True))
    visits = visits_of(
        {v: ["2024-08-10", *(["2025-02-01"] if not kept[v] and int(v[1:]) % 2 else [])] for v in vins}
    )
    contacts = clean_table(
        "contacts",
        [
            {"contact_id": v, "vin": v, "contact_date": "2025-01-20 10:00", "purpose": "maintenance"}
            for v in vins
            if not kept[v]
        ],
    )
    tables = {"service_visits": visits, "vehicle_sales": clean_table("vehicle_sales"), "contacts": contacts}
    results = work_lists.measure(params_of(value={"holdout_share": 0.3}), tables)
    expected = sum(int(v[1:]) % 2 for v in vins if not kept[v]) / (200 - sum(kept.values()))
    assert results.value("holdout_effect", 2025, list="contact_window") == pytest.approx(expected)
    assert results.value("holdout_called_share", 2025, list="contact_window", arm="kept") == 0
    assert results.value("holdout_power", 2025, list="contact_window") is not None
    assert len(work_lists.measure_holdout(params_of(), tables)) == 0
