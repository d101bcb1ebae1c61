"""Comparisons at the same mix: the admissions of Berkeley, statsmodels, and what can be reckoned by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.metrics.stats.standardisation import (
    indirect_standardisation,
    mantel_haenszel_difference,
    mantel_haenszel_odds_ratio,
    risk_difference,
)

# Admitted and refused of the six largest departments in 1973: P. J. Bickel and others (1975), Science 187.
MEN = np.array([[512, 313], [353, 207], [120, 205], [138, 279], [53, 138], [22, 351]], dtype=float)
WOMEN = np.array([[89, 19], [17, 8], [202, 391], [131, 244], [94, 299], [24, 317]], dtype=float)
BERKELEY = (WOMEN[:, 0], WOMEN.sum(axis=1), MEN[:, 0], MEN.sum(axis=1))

COUNTS = st.integers(1, 60)
TABLES = st.lists(st.tuples(COUNTS, COUNTS, COUNTS, COUNTS), min_size=1, max_size=8)


def columns(tables):
    a, b, c, d = np.array(tables, dtype=float).T
    return a, a + b, c, c + d


def test_berkeley_reverses():
    crude = risk_difference(*(column.sum() for column in BERKELEY))
    same_departments = mantel_haenszel_difference(*BERKELEY)
    assert crude.high < 0 < same_departments.value
    assert crude.value == pytest.approx(557 / 1835 - 1198 / 2691)
    assert mantel_haenszel_odds_ratio(*BERKELEY).value > 1


def test_berkeley_reverses_for_people_too():
    admitted, applied = np.array([BERKELEY[2], BERKELEY[0]]), np.array([BERKELEY[3], BERKELEY[1]])
    crude = admitted.sum(axis=1) / applied.sum(axis=1)
    expected, variance = indirect_standardisation(admitted, applied)
    against_expected = admitted.sum(axis=1) / expected
    assert crude[0] > crude[1]
    assert against_expected[0] < 1 < against_expected[1]
    assert expected.sum() == pytest.approx(admitted.sum())
    assert (variance > 0).all()


@pytest.mark.parametrize(
    "tables", [[(5, 3, 2, 9)], np.column_stack([WOMEN, MEN]).tolist()], ids=["one", "Berkeley"]
)
def test_the_odds_ratio_is_that_of_statsmodels(tables):
    from statsmodels.stats.contingency_tables import StratifiedTable

    theirs = StratifiedTable([np.array(table, dtype=float).reshape(2, 2) for table in tables])
    ours = mantel_haenszel_odds_ratio(*columns(tables))
    assert ours.value == pytest.approx(theirs.oddsratio_pooled, rel=1e-9)
    assert ours[1:] == pytest.approx(theirs.oddsratio_pooled_confint(), rel=1e-9)


@given(TABLES)
def test_the_odds_ratio_is_that_of_statsmodels_for_any_table(tables):
    from statsmodels.stats.contingency_tables import StratifiedTable

    theirs = StratifiedTable([np.array(table, dtype=float).reshape(2, 2) for table in tables])
    ours = mantel_haenszel_odds_ratio(*columns(tables))
    assert ours == pytest.approx((theirs.oddsratio_pooled, *theirs.oddsratio_pooled_confint()), rel=1e-9)


def test_the_difference_by_hand():
    # Strata of 10 + 10 and 10 + 30: differences 0.3 and 0.1, weights 5 and 7.5.
    found = mantel_haenszel_difference([7, 4], [10, 10], [4, 9], [10, 30])
    assert found.value == pytest.approx((5 * 0.3 + 7.5 * 0.1) / 12.5)
    # Sato: P = 0 + (100 * 9 - 900 * 4 + 300 * 10) / 1600 - 0.75 and so on, Q from the discordant pairs.
    p = (100 * 4 - 100 * 7 + 100 * (10 - 10) / 2) / 20**2 + (100 * 9 - 900 * 4 + 300 * (30 - 10) / 2) / 40**2
    q = (7 * 6 + 4 * 3) / 40 + (4 * 21 + 9 * 6) / 80
    z = 1.959963984540054
    middle = found.value + z**2 * p / (2 * 12.5**2)
    half = np.sqrt(middle**2 - found.value**2 + z**2 * q / 12.5**2)
    assert found[1:] == pytest.approx((middle - half, middle + half))


def test_the_limits_of_the_difference_hold_it_in_95_of_100_stores():
    random = np.random.default_rng(5)
    base, trials, other = np.array([0.7, 0.4, 0.2, 0.1]), np.array([40, 60, 25, 8]), np.array([20, 80, 30, 9])
    held = 0
    for _ in range(1000):
        found = mantel_haenszel_difference(
            random.binomial(trials, base + 0.08), trials, random.binomial(other, base), other
        )
        held += found.low <= 0.08 <= found.high
    assert 0.93 <= held / 1000 <= 0.97


def test_newcombes_own_example():
    # 56 of 70 against 48 of 80: 0.0524 to 0.3339 (method 10).
    assert risk_difference(56, 70, 48, 80) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


@given(TABLES)
def test_the_other_way_round_is_the_opposite(tables):
    a, n, b, m = columns(tables)
    one, other = mantel_haenszel_difference(a, n, b, m), mantel_haenszel_difference(b, m, a, n)
    assert one == pytest.approx((-other.value, -other.high, -other.low), abs=1e-9)


@pytest.mark.parametrize(
    "table",
    [([], [], [], []), ([0], [0], [3], [5]), ([2, 0], [4, 0], [0, 1], [0, 9])],
    ids=["nothing", "one group alone", "never in one stratum"],
)
def test_nothing_to_compare(table):
    assert np.isnan(mantel_haenszel_difference(*table)).all()
    assert np.isnan(mantel_haenszel_odds_ratio(*table)).all()


def test_one_trial_each_by_hand():
    """1 of 1 against 0 of 1: Wilson's limits are 0.2065 to 1 and 0 to 0.7935."""
    away = np.hypot(1 - 0.20655, 0.79345)
    assert risk_difference(1, 1, 0, 1) == pytest.approx((1, 1 - away, 1), abs=1e-4)
    assert mantel_haenszel_difference([1], [1], [0], [1]).value == 1


def test_a_group_without_trials_has_no_difference():
    assert np.isnan(risk_difference(0, 0, 1, 2)).all()


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=3),
        min_size=1,
        max_size=5,
    )
)
def test_as_many_are_expected_as_there_were(people):
    counts = np.array(people, dtype=float)
    successes, trials = counts.min(axis=2), counts.max(axis=2)
    expected, _ = indirect_standardisation(successes, trials)
    assert expected.sum() == pytest.approx(successes.sum())


def test_one_case_of_a_kind_is_expected_of_who_had_it():
    """One trial, one success: the store's rate is 1, without chance; a kind that nobody had expects nothing."""
    found = indirect_standardisation([[1, 0], [0, 0]], [[1, 0], [0, 0]])
    assert found.expected.tolist() == [1, 0]
    assert found.variance.tolist() == [0, 0]
