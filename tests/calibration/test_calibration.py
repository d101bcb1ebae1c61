"""The table of `make calibrate` itself, and a few stores of every kind."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import yaml

from tests.calibration.claims import Claim
from tests.calibration.stores import WORLDS, store, truth
from tests.calibration.table import Rate, as_text, measured, registered, write

FEW = 6


def claim(trial, **target):
    return Claim("a", "w", "false_claim", **({"low": 0.0, "high": 0.05} | target), trial=trial)


def test_rates_count_the_stores_that_say_something():
    (rate,) = [Rate(claim(None), 100, 3, 4)]
    assert rate.value == 0.04 and rate.met and not rate.missed
    assert rate.error == pytest.approx((5 / 102 * 97 / 102 / 102) ** 0.5)
    assert Rate(claim(None), 100, 0, 20).missed and not Rate(claim(None), 100, 0, 8).met
    assert Rate(claim(None, low=0.9, high=1.0), 100, 0, 80).missed
    assert np.isnan(Rate(claim(None), 0, 5, 0).value)


def test_the_table_is_printed_and_kept(tmp_path):
    rates = [Rate(claim(None), 100, 0, 20), Rate(replace(claim(None), nominal=0.95), 100, 0, 2)]
    lines = as_text(rates).splitlines()
    assert len(lines) == 3 and lines[1].endswith("outside") and "20.0%" in lines[1] and "95%" in lines[2]
    write(rates, tmp_path / "kept.yml", on=date(2026, 1, 2))
    kept = yaml.safe_load((tmp_path / "kept.yml").read_text(encoding="utf-8"))
    assert kept["measured_on"] == "2026-01-02" and kept["rows"][0]["rate"] == 0.2


def test_every_row_is_named_once_and_has_a_target():
    claims = registered()
    assert len({each.name for each in claims}) == len(claims)
    assert all(each.low > 0 or each.high < 1 for each in claims)
    assert {each.world for each in registered("reminder_effect.")} == {
        name for name, world in WORLDS.items() if world.null
    }


def test_a_store_is_the_same_for_the_same_seed_and_holds_what_its_world_says():
    small = replace(WORLDS["loyal_answer_more"], vehicles=300)
    first, again, other = store(small, 1), store(small, 1), store(small, 2)
    assert all(first[name].equals(again[name]) for name in first)
    assert not first["contacts"].equals(other["contacts"])
    sold = first["vehicle_sales"].set_index("vin")["self_sold"]
    invited = first["contacts"][first["contacts"]["purpose"] == "first_service"]["vin"]
    assert sold[invited].all() and not sold.all()
    assert truth(replace(small, effect=0.1), days=182, vehicles=3000) == pytest.approx(0.08, abs=0.02)
    assert truth(small, days=182, vehicles=300) == 0


@pytest.mark.slow
def test_few_stores_of_every_kind_claim_nothing_false_and_find_what_is_there():
    wanted = [
        each
        for each in registered()
        if each.subject in ("reminder_effect", "move_service_due", "effect_within_6_months")
    ]
    for rate in measured(wanted, stores=FEW):
        assert rate.tried == FEW
        if rate.claim.kind == "false_claim":
            assert rate.hits <= 1, rate
        else:
            assert rate.hits >= FEW - 2, rate
