"""Normal ranges against numbers worked out by hand, and the share of false alarms while nothing changes."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from csanalysis.metrics.periods import months_of
from csanalysis.metrics.plan.control_chart import (
    TAIL,
    control_limits,
    past_years,
    run_of_one_side,
    seasonal_pattern,
    share_chances,
)
from csanalysis.metrics.plan.goal_review import (
    FEWEST_FREE,
    Course,
    goal_review,
    signals,
    standing,
    watched,
)
from csanalysis.metrics.plan.outlook import year_end_forecast
from csanalysis.metrics.results import Results, tidy
from csanalysis.metrics.stats.years import PRIOR_YEARS, USUAL

SEASON = np.array([0.5, 0.9, 1.1, 1.0, 1.0, 1.2, 1.0, 0.9, 1.1, 1.0, 1.1, 1.2]) / 12


def by_month(years, values, **columns):
    return tidy([label for year in years for label in months_of(year)], value=values, **columns)


def test_a_score_scatters_as_its_months_do():
    """One year, alternately 9 and 11, neighbours opposed: likeness 0 at least, variance 12 / 11."""
    known = seasonal_pattern(by_month([2024], [9, 11] * 6), kind="score", years=[2024])
    assert known.likeness == 0
    assert known.sigma == pytest.approx(np.sqrt(12 / 11))
    assert known.seasonality == (0,) * 12 and known.years == 1


def test_a_count_scatters_as_a_multiple_of_chance():
    """One year of 100 and 144 in turn: mean 122, z = ±22 / √122, variance of twelve less one mean."""
    known = seasonal_pattern(by_month([2024], [100, 144] * 6), kind="count", years=[2024])
    assert known.sigma == pytest.approx(22 / np.sqrt(122) * np.sqrt(12 / 11))


def test_calmer_than_chance_is_taken_as_chance():
    known = seasonal_pattern(by_month([2024], [100] * 12), kind="count", years=[2024])
    assert known.sigma == 1


def test_counts_learn_each_month_s_share_of_the_years():
    values = [*(1200 * SEASON), *(600 * SEASON)]
    known = seasonal_pattern(by_month([2023, 2024], values), kind="count", years=[2023, 2024])
    assert known.seasonality == pytest.approx(SEASON)


def test_a_step_between_years_does_not_widen_a_score_s_range():
    """Years at 80 and 90, each 79, 81 in turn around its level, or its opposite: the step is not scatter."""
    values = [79, 81] * 6 + [91, 89] * 6
    known = seasonal_pattern(by_month([2023, 2024], values), kind="score", years=[2023, 2024])
    # Freed of their levels ±1 throughout, 24 of them; the years' means are fitted, no season is believed.
    assert known.sigma == pytest.approx(np.sqrt(24 / 22))
    # The step of 10 is a change between years, beside the usual one of two years of such months:
    usual = (24 / 22) * (2 / 12 + 2 * USUAL**2)
    assert known.change == pytest.approx(np.sqrt((PRIOR_YEARS * usual + 10**2) / (PRIOR_YEARS + 1)))


def test_a_season_that_chance_explains_is_not_believed_and_a_clear_one_is():
    random = np.random.default_rng(3)
    noise = by_month([2022, 2023, 2024], random.normal(80, 1, 36))
    clear = by_month([2022, 2023, 2024], np.tile([5.0] + [0] * 11, 3) + random.normal(80, 0.1, 36))
    assert max(np.abs(seasonal_pattern(noise, kind="score", years=[2022, 2023, 2024]).seasonality)) < 0.5
    assert seasonal_pattern(clear, kind="score", years=[2022, 2023, 2024]).seasonality[0] == pytest.approx(
        55 / 12, abs=0.2
    )


@pytest.mark.parametrize(
    ("kind", "centre", "options", "law"),
    [
        ("count", 50, {"spread": 1.0}, stats.poisson(50)),
        (
            "count",
            50,
            {"spread": np.sqrt(2)},
            stats.nbinom(50, 0.5),
        ),  # variance 100: r = 50 / (2 - 1), p = 1 / 2
        ("share", 0.3, {"spread": 1.0, "size": 80}, stats.binom(80, 0.3)),
    ],
    ids=["Poisson", "twice Poisson", "binomial"],
)
def test_limits_of_counts_and_shares_are_those_of_their_law(kind, centre, options, law):
    low, high = control_limits(kind, centre, **options)
    size = options.get("size", 1)
    assert law.cdf(round(low * size) - 1) < TAIL <= law.cdf(round(low * size))
    assert law.sf(round(high * size)) <= TAIL < law.sf(round(high * size) - 1)


@pytest.mark.parametrize("times", [1.5, 2, 3])
def test_a_scattering_share_varies_as_told(times):
    """50 trials at 0.4: mean 20, and so many times the chance variance of 50 * 0.4 * 0.6 = 12."""
    hits, chances = np.arange(51), share_chances(0.4, 50, times)
    mean = (hits * chances).sum()
    assert chances.sum() == pytest.approx(1) and mean == pytest.approx(20)
    assert (hits**2 * chances).sum() - mean**2 == pytest.approx(12 * times)


def test_limits_of_scores_are_three_sigma_and_shrink_with_months():
    assert control_limits("score", 90, spread=2) == pytest.approx((84, 96))
    assert control_limits("score", 90, spread=2, months=4) == pytest.approx((87, 93))
    wider = stats.t.ppf(1 - TAIL, 10)  # 3.96: the scatter itself is known by ten values only
    assert control_limits("score", 90, spread=2, freedom=10) == pytest.approx(
        (90 - 2 * wider, 90 + 2 * wider)
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("score", 90, {"spread": np.nan}),
        ("share", 0.5, {"spread": 1, "size": 0}),
        ("count", np.nan, {"spread": 1}),
    ],
    ids=["no scatter known", "no trials", "no plan"],
)
def test_no_limits_where_nothing_tells_them(arguments):
    kind, centre, options = arguments
    assert np.isnan(control_limits(kind, centre, **options)).all()


@pytest.mark.parametrize(
    ("actual", "length"),
    [
        ([11] * 8, 8), ([9] * 8, -8), ([9, 11, 11], 2), ([9, 11], 1), ([11, 9], -1), ([11, 11, 10], 0), ([11, np.nan, 11], 2), ([], 0),
        ([np.nan], 0),
    ],
)  # fmt: skip
def test_runs(actual, length):
    assert run_of_one_side(actual, [10] * len(actual)) == length


def test_years_with_few_known_months_teach_nothing():
    values = [1.0] * 12 + [1.0] * 9 + [np.nan] * 3 + [1.0] * 8 + [np.nan] * 4 + [1.0] * 12
    months = by_month([2021, 2022, 2023, 2024], values)
    assert past_years(months, before=2024) == [2021, 2022]


def drawn(kind, rng, years, season):
    """Months of some years by a process that never changes, and their trials."""
    if kind == "count":
        mean = 600 * season
        return np.concatenate([rng.negative_binomial(mean / 0.5, 1 / 1.5) for _ in range(years)]).astype(
            float
        ), np.nan
    if kind == "share":
        sizes = rng.integers(120, 220, 12 * years)
        rates = np.tile(0.45 + 0.05 * (season * 12 - 1), years)
        return rng.binomial(sizes, rates) / sizes, sizes.astype(float)
    return np.tile(90 + 4 * (season * 12 - 1), years) + rng.normal(0, 1.5, 12 * years), np.nan


@pytest.mark.parametrize("years", [2, 4])
@pytest.mark.parametrize("kind", ["count", "share", "score"])
def test_fewer_than_one_month_in_a_hundred_is_a_false_alarm(kind, years):
    """A process that goes exactly by plan; seasons and scatter are learned from its own past."""
    rng, alarms, covered, trials = np.random.default_rng(20), 0, 0, 250
    past = list(range(2025 - years, 2025))
    for _ in range(trials):
        values, sizes = drawn(kind, rng, years + 1, SEASON)
        sizes = np.broadcast_to(sizes, values.shape)
        known = seasonal_pattern(
            by_month(past, values[:-12], numerator=values[:-12] * sizes[:-12], denominator=sizes[:-12]),
            kind=kind,
            years=past,
        )
        plan = {"count": 600 * np.array(known.seasonality), "share": 0.45 + np.array(known.seasonality)}.get(
            kind, 90 + np.array(known.seasonality)
        )
        if kind == "share":
            plan = plan + 0.05 * (SEASON * 12 - 1).mean()
        now, size = values[-12:], sizes[-12:]
        for month in (4, 9, 12):
            done = np.where(np.arange(12) < month, now, np.nan)
            course = Course(
                kind, "higher", 600.0 if kind == "count" else float(np.mean(plan)), plan, done, done * size, size, known.sigma, years
            )  # fmt: skip
            alarms += 1 in signals(course, month=month)
            if month == 9:
                _, low, high = year_end_forecast(kind, done, plan, spread=course.spread, sizes=size)
                if kind == "count":
                    truth = now.sum()
                elif kind == "share":
                    truth = (now * size).sum() / size.sum()
                else:
                    truth = now.mean()
                covered += low <= truth <= high
    assert alarms / (3 * trials) < 0.01, alarms
    assert 0.72 < covered / trials < 0.95


def test_a_true_change_is_seen():
    """First services at 0.6 of a plan of 50 a month from the start: seen by the third month."""
    plan = np.full(12, 50.0)
    done = np.array([30.0, 29, 31] + [np.nan] * 9)
    course = Course("count", "higher", 600, plan, done, done, np.full(12, np.nan), 1.0, 4)
    found = Results(goal_review(course, year=2025, month=3, key={"goal": "g"}))
    assert found.value("review_signal", "2025-03", goal="g", rule="to_date") == 1
    assert pd.isna(
        found.select("review_signal", None, period="2025-03", goal="g", rule="run_of_eight")["value"].item()
    )


def steady(*months, **more):
    """A score of plan 90 whose month scatters by 1; four years known, so that its spread is √1.25."""
    done = np.array([*months, *[np.nan] * (12 - len(months))])
    return Course("score", "higher", 90, np.full(12, 90.0), done, done, np.full(12, np.nan), 1.0, 4, **more)


def test_months_that_hang_together_widen_the_year_to_date_alone():
    """Two months of correlation 0.5: variance of their mean (1 + 1 + 2 * 0.5) / 4 in place of 1 / 2."""
    apart, alike = steady(90, 90), steady(90, 90, likeness=0.5)
    reach = [stats.t.isf(TAIL, course.freedom) * np.sqrt(1.25) for course in (apart, alike)]
    assert apart.normal(0)[1] - 90 == pytest.approx(reach[0])
    assert alike.normal(0)[1] - 90 == pytest.approx(reach[1])
    assert apart.normal_to_date()[1] - 90 == pytest.approx(reach[0] * np.sqrt(1 / 2))
    assert alike.normal_to_date()[1] - 90 == pytest.approx(reach[1] * np.sqrt(3 / 4))


def test_years_that_differ_widen_every_range():
    """Four months: 1.25 / 4 of their own, and 0.9² of a year that may lie elsewhere than the one before."""
    low, high = steady(90, 90, 90, 90, change=0.9).normal_to_date()
    within, between = 1.25 / 4, 0.81
    # The variances of the sum of four months are known with 33 and 2 + 3 degrees of freedom.
    freedom = max((within + between) ** 2 / (within**2 / 33 + between**2 / 5), FEWEST_FREE)
    assert high - 90 == pytest.approx(stats.t.isf(TAIL, freedom) * np.sqrt(within + between))
    assert 90 - low == pytest.approx(high - 90)


def test_a_count_s_year_may_lie_a_tenth_off():
    """Plan 100 a month, one month: variance 100 * 1.25 + (0.1 * 100)² = 225, 2.25 times chance."""
    course = Course(
        "count", "lower", 1200, np.full(12, 100.0), np.full(12, np.nan), np.full(12, np.nan),
        np.full(12, np.nan), 1.0, 4, change=0.1,
    )  # fmt: skip
    freedom = 225**2 / (125**2 / 33 + 100**2 / 5)
    wide = stats.t.isf(TAIL, freedom) / stats.norm.isf(TAIL)
    assert course.normal(0) == control_limits("count", 100, spread=1.5 * wide)


@pytest.mark.parametrize(
    ("months", "stands"),
    [([90], 0), ([87.5], 1), ([85.5], 2), ([94.5], 0), ([], np.nan), ([89.9] * 8, 1), ([87.7] * 3, 2)],
    ids=["on plan", "watch", "alarm", "better", "no month", "eight in a row", "year to date"],
)
def test_where_a_goal_stands(months, stands):
    """Limits of a month: 90 ± 1.118 t, 3.64 at 0.135 % and 2.27 at 2.5 % (33 degrees of freedom)."""
    course = steady(*months)
    assert standing(course, month=max(len(months), 1)) == pytest.approx(stands, nan_ok=True)


def test_what_is_watched_is_told_by_rule():
    assert watched(steady(90, 87.5), month=2) == [1.0, pytest.approx(np.nan, nan_ok=True), 0.0]


@pytest.mark.parametrize(("kind", "month"), [("count", 1 / 12), ("share", 0), ("score", 0)])
def test_without_a_past_year_all_months_are_alike(kind, month):
    """A count's months share the year evenly; the months of a share or score lie on the year's level."""
    known = seasonal_pattern(by_month([], []), kind=kind, years=[])
    assert known.seasonality == (month,) * 12 and np.isnan(known.sigma) and known.years == 0


@pytest.mark.parametrize(
    ("years", "likeness", "freedom"),
    [(1, 0.0, 11), (3, 0.0, 22), (3, 0.5, 22 * 0.75 / 1.25), (1, 0.95, 11 * 0.0975 / 1.9025), (1, 0.99, 1)],
)
def test_months_that_hang_together_are_fewer(years, likeness, freedom):
    """36 months less 14 fitted are 22; likeness 0.5 leaves 0.75 / 1.25 of them, and never less than one."""
    done = np.full(12, 90.0)
    course = Course(
        "score", "higher", 90, done, done, done, np.full(12, np.nan), 1.0, years, likeness=likeness
    )
    assert course.freedom == pytest.approx(max(freedom, 1))
