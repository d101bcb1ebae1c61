"""A share of the call lists is left uncalled, and what calling changes is measured on it a year later."""

import pytest

from csanalysis.chapters import work_lists
from csanalysis.metrics.value.holdout import in_holdout


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
