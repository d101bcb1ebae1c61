import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.workshop.people import fair_means, fair_rates

WHOSE = {"by": "who", "strata": "kind", "dated_by": "day", "years": [2025]}


def cases(counts):
    """From {(who, kind): (yeses, cases)}."""
    rows = [
        {"who": who, "kind": kind, "day": pd.Timestamp("2025-05-01"), "yes": place < yes}
        for (who, kind), (yes, size) in counts.items()
        for place in range(size)
    ]
    return pd.DataFrame(rows).astype({"who": "str", "kind": "str", "yes": "boolean"})


def test_whoever_has_the_harder_work_is_not_the_worse_for_it():
    """Everybody succeeds in 90 % of the easy and 50 % of the hard cases: all have the store's rate."""
    found = fair_rates(
        cases(
            {
                ("A", "easy"): (90, 100),
                ("B", "easy"): (45, 50),
                ("B", "hard"): (50, 100),
                ("C", "hard"): (50, 100),
            }
        ),
        "yes",
        **WHOSE,
    )
    assert found["who"].tolist() == ["A", "B", "C"]
    assert found["value"].tolist() == pytest.approx([235 / 350] * 3)
    assert found["denominator"].tolist() == [100, 150, 100]
    # The yeses as they would be with the store's mix.
    assert found["numerator"].tolist() == pytest.approx(found["denominator"] * 235 / 350)


def test_chance_is_drawn_in_and_a_clear_difference_is_not():
    near = fair_rates(cases({("A", "x"): (50, 100), ("B", "x"): (52, 100)}), "yes", **WHOSE)
    assert near["value"].tolist() == pytest.approx([0.51, 0.51])
    far = fair_rates(cases({("A", "x"): (100, 1000), ("B", "x"): (900, 1000)}), "yes", **WHOSE)
    assert far["value"].tolist() == pytest.approx([0.1, 0.9], abs=0.01)
    assert (far["low"] < far["value"]).all() and (far["value"] < far["high"]).all()


@pytest.mark.parametrize(
    "counts",
    [{("A", "x"): (90, 100)}, {("A", "x"): (90, 100), ("B", "x"): (20, 29)}, {}],
    ids=["one person", "another with few cases", "nobody"],
)
def test_nobody_is_compared_with_nobody(counts):
    rows = cases(counts) if counts else cases({("A", "x"): (1, 1)})[:0]
    assert fair_rates(rows, "yes", **WHOSE).empty


def test_years_together_are_one_span():
    rows = cases({("A", "x"): (10, 20), ("B", "x"): (10, 20)})
    before = rows.assign(day=pd.Timestamp("2024-05-01"))
    both = pd.concat([before, rows], ignore_index=True)
    found = fair_rates(both, "yes", **{**WHOSE, "years": [2024, 2025]}, together=True)
    assert found["period"].tolist() == ["2024/2025"] * 2 and found["denominator"].tolist() == [40, 40]
    assert fair_rates(both, "yes", **{**WHOSE, "years": [2024, 2025]}).empty  # of 20 a year
    assert fair_rates(both, "yes", **{**WHOSE, "years": []}, together=True).empty


def test_nobody_ever_fails():
    found = fair_rates(cases({("A", "x"): (40, 40), ("B", "x"): (50, 50)}), "yes", **WHOSE)
    assert found["value"].tolist() == [1, 1]
    assert found[["low", "high"]].isna().all(axis=None)


def test_means_like_for_like():
    """A does cheap work (about 10) and B dear (about 100), each as everybody does it: both have the mean, 55."""
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 1, 100) - 0
    noise -= noise.mean()
    rows = pd.DataFrame(
        {
            "who": ["A"] * 100 + ["B"] * 100,
            "kind": ["cheap"] * 100 + ["dear"] * 100,
            "day": pd.Timestamp("2025-05-01"),
            "paid": np.concatenate([10 + noise, 100 + noise]),
        }
    )
    found = fair_means(rows, "paid", **WHOSE)
    assert found["value"].tolist() == pytest.approx([55, 55])
    assert found["numerator"].tolist() == pytest.approx([1000, 10000])
    assert fair_means(rows[:0], "paid", **WHOSE).empty
