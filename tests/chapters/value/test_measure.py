import pandas as pd
import pytest

from csanalysis.catalogue import METRICS
from csanalysis.chapters import value
from csanalysis.chapters.value.effect import measure_effect
from csanalysis.ingest import load
from csanalysis.metrics.results import Results, tidy
from csanalysis.params import Params

OPTIONAL = ("contacts", "leads", "referrals", "complaints", "upsell_items")


@pytest.fixture
def tables(clean_table, visits_of):
    """Two vehicles; one is called and comes, one lead is taken up again, one referral matched."""
    visits = visits_of(
        {"A": ["2025-01-10", "2025-06-20"], "B": ["2025-01-10"]},
        total_amount=400.0,
        service_type="scheduled_service",
    )
    call = {
        "contact_id": "1",
        "contact_date": "2025-06-14 10:00",
        "purpose": "maintenance",
        "vin": "A",
        "reached": True,
    }
    lead = {"lead_id": "L", "created_date": "2025-01-01", "status": "defeated", "defeated_date": "2025-02-01"}
    item = {"ro_number": "R0000", "item": "x", "grade": "A", "amount": 50.0, "outcome": "declined"}
    return {
        "service_visits": visits,
        "vehicle_sales": clean_table("vehicle_sales", [{"vin": "A", "sale_date": "2022-06-01"}]),
        "contacts": clean_table("contacts", [call]),
        "leads": clean_table("leads", [{**lead, "reactivated_date": "2025-03-01"}]),
        "referrals": clean_table(
            "referrals", [{"referral_id": "1", "referral_date": "2025-05-01", "matched": True}]
        ),
        "complaints": clean_table(
            "complaints", [{"complaint_id": "1", "complaint_date": "2025-05-01", "vin": "A"}]
        ),
        "upsell_items": clean_table(
            "upsell_items",
            [
                {
                    **item,
                    "followed_up_date": "2025-02-01",
                    "recovered_date": "2025-03-01",
                    "recovered_amount": 50.0,
                }
            ],
        ),
    }


def test_numbers_by_hand(params_of, tables):
    params = params_of(value={"referral_rebate": 850, "lead_cost": [300, 400]})
    results = value.measure(params, tables)
    assert results.value("referral_rebate", 2025) == 850
    assert results.value("leads_reactivated", "2025-03") == 1
    assert results.value("reactivated_won", 2025) == 0
    assert results.value("lead_cost_saved", 2025, bound="high") == 400
    assert results.value("reminder_revenue", "2025-06") == 400
    assert results.value("contacts_to_arrival", 2025, attempts="1") == 1
    assert results.value("service_due_error_days", "2025-12-31") == results.value(
        "service_due_error_days", "2025-12-31", method="prediction"
    )
    assert results.value("trade_in_vehicles", "2025-12-31") == 1
    assert results.value("insurance_renewals", "2026-06") == 1
    # One call proves nothing, so no revenue is owed to it.
    assert results.value("reminder_effect", 2025) is None
    assert results.value("reminder_proof", 2025, basis="none") == 0
    sources = results.select("value_created", "year", "value_source").set_index("value_source")["value"]
    assert sources.to_dict() == {
        "referral_rebate": 850, "recovered_items": 50, "lead_cost_saved": 300,
    }  # fmt: skip
    assert results.value("value_created", 2025) == 1200
    assert results.value("value_created", 2025, basis="counted") == 900


@pytest.mark.parametrize("missing", [*OPTIONAL, "every optional table"])
def test_without_a_table_the_rest_is_whole(params_of, tables, missing):
    kept = {
        name: table
        for name, table in tables.items()
        if name != missing and (missing in OPTIONAL or name not in OPTIONAL)
    }
    results = value.measure(params_of(), kept)
    assert results.value("trade_in_vehicles", "2025-12-31") == 1
    for name in results.names:
        assert missing not in METRICS[name].tables or name == "value_created"


@pytest.mark.parametrize("rows", [0, 1], ids=["empty tables", "one row each"])
def test_few_rows(params_of, tables, rows):
    results = value.measure(params_of(), {name: table.iloc[:rows] for name, table in tables.items()})
    assert results.value("service_due_error_days", "2025-12-31") is None
    assert set(results.names) <= set(METRICS)


def test_empty_optional_columns(params_of, tables):
    bare = {}
    for name, table in tables.items():
        required = {"vin"} | {
            column
            for column in table
            if column.endswith("_date") or (table[column].notna().all() and column != "vin")
        }
        bare[name] = table.assign(
            **{
                column: pd.Series([None] * len(table), dtype=table[column].dtype)
                for column in table
                if column not in required
            }
        )
    bare["service_visits"] = tables["service_visits"].assign(
        mileage_km=float("nan"), total_amount=float("nan")
    )
    bare["contacts"] = tables["contacts"].assign(reached=pd.array([None], dtype="boolean"))
    results = value.measure(params_of(), bare)
    assert results.value("reminder_revenue", 2025) == 0
    assert results.value("service_due_value", "2026-01") is None


def test_every_number_is_in_the_catalogue(params_of, tables):
    assert set(value.measure(params_of(value={"holdout_share": 0.5}), tables).names) <= set(METRICS)


def test_where_a_holdout_was_kept_it_alone_speaks(params_of, tables):
    """Lists of 300 and 100 vehicles to be called: (300 x 0.10 + 100 x 0.02) / 400."""
    lists = tidy(
        ["2025"] * 3, numerator=50.0, denominator=[300.0, 100.0, 900.0], value=[0.10, 0.02, 0.9],
        low=[0.04, -0.06, 0.8], high=[0.16, 0.10, 1.0], list=["service_due", "first_service_invitations", "win_back"],
    )  # fmt: skip
    results = measure_effect(params_of(), tables, Results({"holdout_effect": lists}))
    assert results.value("reminder_effect", 2025) == pytest.approx(0.08)
    row = results.select("reminder_effect", None, period="2025").iloc[0]
    assert row["high"] - 0.08 == pytest.approx((0.045**2 + 0.02**2) ** 0.5)
    assert results.value("reminder_proof", 2025, basis="holdout") == 1
    assert results.value("reminder_effect_revenue", 2025) == pytest.approx(0.08 * 400 * 400)
    unsure = lists.assign(low=-0.2, high=0.3)
    results = measure_effect(params_of(), tables, Results({"holdout_effect": unsure}))
    assert results.value("reminder_proof", 2025, basis="holdout") == 0
    assert results.value("reminder_effect_revenue", 2025) is None


@pytest.mark.slow
@pytest.mark.parametrize("store", ["haibin", "longshan", "riverside"])
def test_the_prediction_beats_both_plain_guesses_and_its_band_is_calibrated(demo, store):
    loaded = load(demo / "params" / f"{store}.yml")
    results = value.measure(loaded.params, loaded.tables)
    day = loaded.params.as_of.isoformat()
    error = {
        method: results.value("service_due_error_days", day, method=method)
        for method in ("prediction", "same_interval", "params_interval")
    }
    assert error["prediction"] < error["same_interval"] and error["prediction"] < error["params_interval"]
    coverage = results.value("service_due_coverage", day)
    assert coverage is not None and 0.75 <= coverage <= 0.85


def test_the_holdout_share_is_at_most_a_half():
    from pydantic import ValidationError

    required = {
        "dealership": {"id": "a"},
        "plan_year": 2026,
        "sources": {"vehicle_sales": "a.csv", "service_visits": "b.csv"},
    }
    assert Params.model_validate(required).value.holdout_share == 0
    with pytest.raises(ValidationError, match="0.5"):
        Params.model_validate({**required, "value": {"holdout_share": 0.6}})
