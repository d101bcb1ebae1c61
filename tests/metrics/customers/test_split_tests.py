import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.customers.split_tests import (
    calls_by_group,
    churn_rate_shrunk,
    churn_split_q_value,
    compared,
)
from csanalysis.metrics.results import tidy


def rates(by, counts, period="2025"):
    groups = list(counts)
    lost, size = zip(*counts.values(), strict=True)
    return tidy([period] * len(groups), numerator=lost, denominator=size, **{by: groups})


def test_clear_splits_are_told_and_others_not():
    clear = rates("origin", {"sold_here": (200, 1000), "elsewhere": (300, 1000)})
    alike = rates("model", {"x": (100, 400), "y": (104, 400), "z": (98, 400)})
    found = churn_split_q_value({"origin": clear, "model": alike}, year=2025).set_index("split")
    assert found["value"]["origin"] < 0.001 and found["value"]["model"] > 0.5
    assert found["denominator"].tolist() == [2, 3]


def test_groups_that_are_few_or_have_no_name_are_not_compared():
    rows = rates("model", {"x": (3, 29), "y": (3, 30), "other": (30, 30), "unknown": (30, 30)})
    assert compared(rows, "model")["model"].tolist() == ["y"]
    assert churn_split_q_value({"model": rows}, year=2025).empty
    assert churn_split_q_value({"model": rows}, year=2024).empty


def test_drawn_rates_by_hand():
    # Of all 1000 vehicles 300 are lost; differing by chance alone, both are 30 %.
    found = churn_rate_shrunk(rates("origin", {"a": (152, 500), "b": (148, 500)}), by="origin", year=2025)
    assert found["value"].tolist() == pytest.approx([0.3, 0.3])
    assert (found["high"] - found["low"]).tolist() == pytest.approx(
        [2 * 1.96 * np.sqrt(0.21 / 1000)] * 2, rel=1e-3
    )


def test_where_all_groups_are_alike_few_worlds_tell_a_split():
    rng, told, worlds = np.random.default_rng(5), 0, 250
    for _ in range(worlds):
        splits = {}
        for name, groups in (("age", 6), ("model", 8), ("district", 7), ("origin", 2), ("warranty", 3)):
            size = rng.multinomial(2400, rng.dirichlet(np.full(groups, 3.0)))
            lost = rng.binomial(size, 0.3)
            splits[name] = rates(name, {f"g{n}": (lost[n], size[n]) for n in range(groups)})
        told += bool((churn_split_q_value(splits, year=2025)["value"] <= 0.05).any())
    assert told / worlds <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / worlds)
    assert told > 0  # a test that never tells anything would pass as well


def cases(gain, calls, group):
    rows = pd.DataFrame({"unit": range(len(gain)), "gain": gain, "calls": calls})
    return rows, pd.DataFrame({"model": group})


def test_calls_by_hand():
    # 40 cars of x: 2 calls, half are kept; 40 of y: 2 calls, a tenth.
    gain = [0.5, 0.5, 0.5, 0.5] * 10 + [0.1] * 40
    found = calls_by_group(*cases(gain, [2.0] * 80, ["x"] * 40 + ["y"] * 40))["model"]
    assert found["kept"].tolist() == pytest.approx([20, 4])
    assert found["per_call"].tolist() == pytest.approx([0.25, 0.05])
    assert found["chance"]["x"] < 0.001 and found["chance"]["y"] == 1
    assert found["drawn"]["x"] == pytest.approx(0.25, abs=0.01)


def test_small_and_nameless_groups_are_not_compared():
    group = ["x"] * 40 + ["y"] * 29 + ["other"] * 40
    found = calls_by_group(*cases([0.2] * 40 + [0.9] * 69, [1.0] * 109, group))["model"]
    assert found["chance"].isna().all()


def test_no_cases():
    assert calls_by_group(*cases([], [], []))["model"].empty


def test_where_all_cases_are_alike_few_worlds_name_a_cheapest_group():
    rng, named, worlds = np.random.default_rng(11), 0, 250
    for _ in range(worlds):
        gain, calls = rng.gamma(2.0, 0.05, 1200), rng.choice([2.5, 3.9], 1200)
        rows = pd.DataFrame({"unit": range(1200), "gain": gain, "calls": calls})
        labels = pd.DataFrame({"model": rng.integers(0, 8, 1200).astype(str)})
        named += bool((calls_by_group(rows, labels)["model"]["chance"] <= 0.05).any())
    assert 0 < named / worlds <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / worlds)
