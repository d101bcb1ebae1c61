"""What the next twelve months may be, worked out by hand where likeness and spread are given."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from csanalysis.metrics.stats.likely_year import (
    LIKENESSES,
    SPREADS,
    history,
    learned,
    likely_means,
    next_year,
    what_is_usual,
    worth_of_each,
)

UP_AND_DOWN = np.array([1.0, -1.0] * 6)


def sure(likeness, spread):
    """All the chance on one likeness and one spread."""
    chances = np.zeros((len(LIKENESSES), len(SPREADS)))
    chances[LIKENESSES.index(likeness), SPREADS.index(spread)] = 1
    return chances


def test_one_year_of_months_that_stand_by_themselves():
    """Squares 12 with 11 degrees of freedom; the means of two years of 12 differ by 2 / 12 of a month's variance."""
    told = history(10 + UP_AND_DOWN)
    assert told.level == 10 and told.freedom == 11
    scale = np.sqrt(12 / 11 * 2 / 12)
    assert told.scale[0, 0] == pytest.approx(scale)
    reach = likely_means(told, sure(0.0, 0.0), [0.1, 0.5, 0.9])
    assert reach == pytest.approx(10 + stats.t.ppf([0.1, 0.5, 0.9], 11) * scale, abs=1e-3)
    widest = np.unravel_index(told.scale.argmax(), told.scale.shape)
    far = likely_means(told, sure(LIKENESSES[widest[0]], SPREADS[widest[1]]), [0.5, 0.999])[1]
    assert far == pytest.approx(10 + stats.t.ppf(0.999, 11) * told.scale.max(), rel=0.01)


def test_two_years_that_differ():
    """Spread 0.3: a change of 2 is 2² / (2 / 12 + 2 * 0.09) more squares, of one more degree of freedom."""
    told = history([*UP_AND_DOWN, *(2 + UP_AND_DOWN)])
    place = SPREADS.index(0.3)
    variance = 2 / 12 + 2 * 0.3**2
    assert told.freedom == 23
    assert told.scale[0, place] == pytest.approx(np.sqrt((24 + 4 / variance) / 23 * variance))
    log = -np.log(variance) / 2 - 23 / 2 * np.log(24 + 4 / variance)
    nothing = -np.log(2 / 12) / 2 - 23 / 2 * np.log(24 + 4 * 6)
    assert told.evidence[0, place] - told.evidence[0, 0] == pytest.approx(log - nothing)
    assert log > nothing


def test_what_is_usual_adds_up_and_halves():
    usual = what_is_usual()
    assert usual.sum() == pytest.approx(1)
    assert usual.sum(axis=1).tolist() == pytest.approx([0.40, 0.25, 0.18, 0.10, 0.07])
    assert (usual[-1] / usual[-1].sum())[4:].sum() > (usual[0] / usual[0].sum())[4:].sum()


def test_like_series_teach_each_other():
    """Months alike in a dozen series, of one year each: no longer believed to stand by themselves."""
    random = np.random.default_rng(2)
    series = []
    for _ in range(12):
        months = [random.normal()]
        for _ in range(11):
            months.append(0.8 * months[-1] + 0.6 * random.normal())
        series.append(history(months))
    one, all_of_them = learned(series[:1], [1.0]).sum(axis=1), learned(series, [1.0] * 12).sum(axis=1)
    assert all_of_them[3:].sum() > 0.95 > one[3:].sum()
    assert learned(series, [0.0] * 12) == pytest.approx(what_is_usual())


def test_a_year_that_is_not_known_breaks_the_chain():
    gone = [*UP_AND_DOWN, *np.full(12, np.nan), *(5 + UP_AND_DOWN)]
    assert history(gone).freedom == 22  # no change between years
    assert history([*UP_AND_DOWN, *np.full(8, np.nan), 1, 2, 1, 3]).freedom == 11 + 3 + 1


@pytest.mark.parametrize("months", [[], [np.nan] * 12, [*UP_AND_DOWN, *[np.nan] * 11, 1.0]])
def test_one_month_of_twelve_tells_nothing(months):
    assert history(months) is None
    level, change = next_year(months)
    assert np.isnan(level) and np.isnan(change.scale)


def test_level_months_leave_no_doubt():
    told = history([5.0] * 12)
    assert likely_means(told, what_is_usual(), [0.1, 0.9]).tolist() == [5, 5]
    assert next_year([5.0] * 12)[1].scale == 0


def test_the_student_s_t_of_one_series_has_its_80_percent_range():
    random = np.random.default_rng(3)
    months = random.normal(50, 4, 36)
    told = history(months)
    level, change = next_year(months)
    high = likely_means(told, learned([told], [1.0]), [0.9])[0]
    assert level == told.level == pytest.approx(months[-12:].mean())
    assert level + stats.t.ppf(0.9, change.freedom) * change.scale == pytest.approx(high, rel=1e-4)


def test_series_that_move_together_are_worth_less():
    """Eight unlike series of five years are worth nearly eight, the same one eight times is worth one."""
    random = np.random.default_rng(3)
    unlike = random.normal(size=(8, 60))
    assert worth_of_each(list(unlike)) == pytest.approx(1 / (1 + 7 / 55), abs=0.04)
    assert worth_of_each([unlike[0]] * 8) == pytest.approx(1 / 8)
    years = np.repeat(random.normal(0, 5, 5), 12)
    assert worth_of_each(list(unlike + years)) == pytest.approx(worth_of_each(list(unlike)))
    half = 0.7 * unlike[0] + np.sqrt(0.51) * unlike[1:]
    assert 1 / 8 < worth_of_each(list(half)) < 0.5


@pytest.mark.parametrize(
    "months", [[[1.0] * 60] * 3, [[np.nan] * 55 + [1.0, 2, 3, 1, 2]] * 3], ids=["still", "few"]
)
def test_series_that_tell_too_little_count_together_as_one(months):
    assert worth_of_each(months) == pytest.approx(1 / 3)
    assert worth_of_each([[1.0, 2.0]]) == 1


def test_the_unit_of_the_months_does_not_matter():
    """Hundredths in place of units: the same year, a hundredth as wide."""
    whole, small = history(UP_AND_DOWN), history(UP_AND_DOWN / 100)
    assert small.scale == pytest.approx(whole.scale / 100)
    assert small.freedom == whole.freedom
    ends = [likely_means(told, sure(0.0, 0.3), [0.1, 0.9]) - told.level for told in (whole, small)]
    assert ends[1] == pytest.approx(ends[0] / 100, rel=1e-6) and ends[1][1] > 0


def test_the_last_five_years_count():
    """Sixty months: five times eleven within the years, and four changes between them."""
    assert history(np.tile(UP_AND_DOWN, 5)).freedom == 59 == history(np.tile(UP_AND_DOWN, 7)).freedom


def test_no_spread_of_years_is_far_from_one_that_is_thought_possible():
    assert SPREADS[0] == 0 and list(SPREADS) == sorted(set(SPREADS))
    assert max(later / earlier for earlier, later in pairwise(SPREADS[1:])) <= 2
