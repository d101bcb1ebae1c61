"""The table of `make calibrate` itself, and a few stores of every kind."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import yaml

from csanalysis.catalogue import text
from csanalysis.display.tables.calibration import claim_label
from tests.calibration.__main__ import KEPT
from tests.calibration.claims import Claim
from tests.calibration.stores import WORLDS, store, truth
from tests.calibration.table import Rate, as_text, measured, rate_of, registered, write

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
    rates = [Rate(claim(None), 100, 0, 20), Rate(replace(claim(None), world="v", nominal=0.95), 100, 0, 2)]
    lines = as_text(rates).splitlines()
    assert len(lines) == 3 and lines[1].endswith("outside") and "20.0%" in lines[1] and "95%" in lines[2]
    write(rates, tmp_path / "kept.yml", on=date(2026, 1, 2))
    kept = yaml.safe_load((tmp_path / "kept.yml").read_text(encoding="utf-8"))
    assert kept["measured_on"] == "2026-01-02" and [row["rate"] for row in kept["rows"]] == [0.2, 0.02]
    write([rates[1]._replace(hits=5)], tmp_path / "kept.yml", on=date(2026, 1, 3))
    kept = yaml.safe_load((tmp_path / "kept.yml").read_text(encoding="utf-8"))
    assert [(row["world"], row["rate"]) for row in kept["rows"]] == [("v", 0.05)]  # "w" is not registered


def test_every_row_is_named_once_and_has_a_target():
    claims = registered()
    assert len({each.name for each in claims}) == len(claims)
    assert all(each.low > 0 or each.high < 1 for each in claims)
    assert {each.world for each in registered("reminder_effect.")} == {
        name for name, world in WORLDS.items() if world.null
    }


SLOW = {
    "call_gain", "call_order", "call_order_lead", "chance_return", "chance_return_in_every_tenth", "chance_lapse",
    "chance_service_due", "chance_ranks_above_table", "level_floor", "level_target", "level_stretch",
}  # fmt: skip
"""Claims told from whole histories, of which a hundred stores take long: the annex says how many were tried."""


def test_what_the_package_keeps_is_what_is_registered():
    """A claim that is new, renamed or gone is measured again before the annex speaks of it."""
    kept = yaml.safe_load(KEPT.read_text(encoding="utf-8"))["rows"]
    told = {(row["claim"], row["world"], row["kind"]): (row["low"], row["high"]) for row in kept}
    assert told == {(each.subject, each.world, each.kind): (each.low, each.high) for each in registered()}
    assert all(row["stores"] + row["silent"] >= (12 if row["claim"] in SLOW else 100) for row in kept)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_annex_has_a_name_for_every_claim_and_world(language):
    for each in registered():
        assert claim_label(each.subject, language) and text(f"calibration.world.{each.world}", language)


def test_a_store_that_says_many_things_counts_them_and_errs_as_stores_do():
    """Stores of 1 of 2, 3 of 4 and 0 of 4: 4 of 10; they differ by 0.2, 1.4 and -1.6 from 0.4 of theirs."""
    rate = rate_of(claim(None), [(1, 2), (3, 4), (0, 4), (0, 0)])
    assert (rate.tried, rate.silent, rate.said, rate.value) == (3, 1, 10, 0.4)
    assert rate.scatter == pytest.approx((3 / 2 * (0.2**2 + 1.4**2 + 1.6**2)) ** 0.5 / 10)


def test_a_known_limit_is_shown_and_is_no_failure():
    limit = Rate(claim(None, limit=True), 100, 0, 40)
    assert limit.standing == "limit" and not limit.missed and limit.outside
    assert Rate(claim(None), 100, 0, 40).standing == "outside"
    assert as_text([limit]).endswith("known limit")


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
