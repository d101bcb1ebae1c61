"""Partial pooling, by hand."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.stats.shrinkage import between_levels
from csanalysis.metrics.value.pooled_effects import pooled_effects


def cells_of(**factors):
    return pd.DataFrame({name: pd.array(levels, dtype="str") for name, levels in factors.items()})


def pooled(cells, estimates, errors, factors=("kind",)):
    """As if each cell's effect were multiplied by 1 in it."""
    return pooled_effects(
        cells,
        moment=np.array(estimates, float),
        contrast=np.ones(len(estimates)),
        noise=np.array(errors, float) ** 2,
        factors=factors,
    )


def test_two_levels_by_hand():
    """0.1 and 0.3, each ± 0.1: Q = 2, so between is (2 - 1) / (200 - 100) = 0.01; half of each deviation counts."""
    assert between_levels(np.array([0.1, 0.3]), np.array([100.0, 100.0])) == pytest.approx(0.01)
    cells = cells_of(kind=["a", "b"])
    found = pooled(cells, [0.1, 0.3], [0.1, 0.1])
    assert found.spread == pytest.approx([0.1])
    value, error = found.of(cells)
    assert value == pytest.approx([0.15, 0.25])
    # Half of its own variance, and the mean's (0.02 / 2) for the half that it borrows: 0.005 + 0.01 / 4.
    assert error == pytest.approx([np.sqrt(0.0075)] * 2)


def test_levels_that_differ_no_more_than_chance_are_one():
    cells = cells_of(kind=["a", "b", "c"])
    found = pooled(cells, [0.10, 0.15, 0.20], [0.1, 0.1, 0.1])
    assert found.spread == pytest.approx([0])
    value, error = found.of(cells_of(kind=["a", "never seen"]))
    assert value == pytest.approx([0.15, 0.15]) and error == pytest.approx([0.1 / np.sqrt(3)] * 2)


def test_a_small_cell_does_not_jump():
    cells = cells_of(kind=["a", "b", "c", "small"])
    value, _ = pooled(cells, [0.0, 0.2, 0.1, 0.9], [0.02, 0.02, 0.02, 0.5]).of(cells)
    assert value[:3] == pytest.approx([0.0, 0.2, 0.1], abs=0.01)
    assert value[3] == pytest.approx(0.1, abs=0.05)


def test_a_level_never_seen_is_the_mean_and_less_sure():
    cells = cells_of(kind=["a", "b"])
    found = pooled(cells, [0.1, 0.3], [0.1, 0.1])
    value, error = found.of(cells_of(kind=["z"]))
    assert value == pytest.approx([0.2])
    assert error == pytest.approx([np.sqrt(0.01 + 0.01)])  # of the mean, and between levels


def test_the_sum_knows_what_cells_share():
    cells = cells_of(kind=["a", "b", "b"])
    found = pooled(cells[:2], [0.1, 0.3], [0.1, 0.1])
    value, error = found.total(cells, np.array([1.0, 1.0, 1.0]))
    assert value == pytest.approx(0.15 + 0.25 * 2)
    separate = found.of(cells)[1]
    assert np.sqrt((separate**2).sum()) < error < separate.sum()
    assert found.total(cells[:1], np.array([2.0]))[1] == pytest.approx(2 * separate[0])


def test_what_one_factor_tells_is_not_told_again_by_another():
    """The state says nothing beyond the class that goes with it."""
    rows = [(c, s) for c in "ABCD" for s in ("x", "y") for _ in range(1)]
    cells = cells_of(kind=[c for c, _ in rows], state=[s for _, s in rows])
    effects = [{"A": 0.0, "B": 0.1, "C": 0.2, "D": 0.3}[c] for c, _ in rows]
    found = pooled(cells, effects, [0.01] * len(rows), factors=("kind", "state"))
    assert found.spread[1] == 0 and found.spread[0] > 0.1
    assert found.of(cells)[0] == pytest.approx(effects, abs=0.002)


@pytest.mark.parametrize("contrast", [[], [0.0, 0.0]], ids=["no cell", "cells that tell nothing"])
def test_nothing_is_told_of_nothing(contrast):
    cells = cells_of(kind=["a", "b"][: len(contrast)])
    empty = np.array(contrast, float)
    found = pooled_effects(cells, moment=empty, contrast=empty, noise=empty, factors=("kind",))
    assert np.isnan(found.of(cells_of(kind=["a"]))[0]).all()
    assert between_levels(np.array([0.5]), np.array([1.0])) == 0
