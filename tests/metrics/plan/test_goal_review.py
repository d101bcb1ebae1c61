"""One goal held against its plan, redone by hand."""

import numpy as np
import pytest
from scipy import stats

from csanalysis.metrics.plan.goal_review import Course, goal_review, signals

NAN = float("nan")


def course(kind, plan, actual, **changes):
    """Every month the same plan; what is known of the year, from January on."""
    known = np.array([*actual, *[NAN] * (12 - len(actual))])
    given = {"better": "higher", "aim": 12 * plan if kind == "count" else plan, "sigma": 1.0, "years": 4}
    given |= {"hits": np.full(12, NAN), "sizes": np.full(12, NAN)}
    return Course(kind, plan=np.full(12, plan), actual=known, **given | changes)


def reviewed(given, month):
    """Every number of the review by name, period and scope or rule."""
    found = {}
    for name, frame in goal_review(given, year=2026, month=month, key={"goal": "g"}).items():
        assert set(frame["goal"]) == {"g"}
        for row in frame.to_dict("records"):
            group = row.get("scope") or row.get("rule")
            found[(name, row["period"], group) if group else (name, row["period"])] = row
    return found


def test_a_count_by_hand():
    found = reviewed(course("count", 10.0, [12, 8, 13]), 3)
    assert [found["review_actual", f"2026-{m:02d}", "month"]["value"] for m in (1, 2, 3)] == [12, 8, 13]
    assert ("review_actual", "2026-04", "month") not in found
    assert found["review_actual", "2026-03", "to_date"]["value"] == 33
    assert found["review_plan", "2026-03", "to_date"]["value"] == 30
    assert found["review_plan", "2026-12", "month"]["value"] == 10
    assert found["review_plan", "2026", "year"]["value"] == 120
    assert found["required_run_rate", "2026-03"]["value"] == pytest.approx((120 - 33) / 9)
    # the nine months left bring 1.1 times their plan, as the three before did
    assert found["year_end_forecast", "2026"]["value"] == pytest.approx(33 + 1.1 * 90)
    assert found["expected_run_rate", "2026-03"]["value"] == pytest.approx(11)
    assert np.isnan(found["review_actual", "2026-01", "month"]["numerator"])


def test_a_share_counts_hits_and_trials_of_the_known_months():
    sizes, hits = np.full(12, 20.0), np.array([10, 14, *[5] * 10], float)
    found = reviewed(course("share", 0.5, [0.5, 0.7], hits=hits, sizes=sizes), 2)
    january, so_far = found["review_actual", "2026-01", "month"], found["review_actual", "2026-02", "to_date"]
    assert (january["numerator"], january["denominator"]) == (10, 20)
    assert (so_far["numerator"], so_far["denominator"], so_far["value"]) == (24, 40, pytest.approx(0.6))
    assert found["required_run_rate", "2026-02"]["value"] == pytest.approx((120 - 24) / 200)
    nothing = reviewed(course("share", 0.5, [], hits=hits, sizes=sizes), 1)
    assert np.isnan(nothing["review_actual", "2026-01", "to_date"]["numerator"])


def test_the_normal_range_of_a_score_is_students_and_narrows_over_months():
    given = course("score", 9.0, [9.2, 8.8, 9.0, 9.1], sigma=0.1)
    # four years: the season's own doubt makes the scatter sqrt(1 + 1/4) times as large
    assert given.spread == pytest.approx(0.1 * np.sqrt(1.25))
    # 48 months, less four years' means and eleven of the season.
    assert given.freedom == 33
    half = stats.t.isf(stats.norm.sf(3), 33) * 0.1 * np.sqrt(1.25)
    assert given.normal(0) == pytest.approx((9 - half, 9 + half))
    assert given.normal_to_date() == pytest.approx((9 - half / 2, 9 + half / 2))
    found = reviewed(given, 4)
    month, to_date = found["review_plan", "2026-07", "month"], found["review_plan", "2026-04", "to_date"]
    assert (month["low"], month["high"]) == pytest.approx((9 - half, 9 + half))
    assert (to_date["low"], to_date["high"]) == pytest.approx((9 - half / 2, 9 + half / 2))


def test_without_past_years_the_scatter_is_that_of_one_and_the_freedom_is_the_least():
    given = course("score", 9.0, [9.0], sigma=0.1, years=0)
    assert given.spread == pytest.approx(0.1 * np.sqrt(2))
    assert given.freedom == 1


def test_no_range_reaches_below_the_lowest_value():
    assert course("score", 1.0, [1.0], sigma=1.0).normal(0)[0] == 0
    assert course("score", 1.5, [1.5], sigma=1.0, lowest=1.0).normal(0)[0] == 1


@pytest.mark.parametrize(("better", "sign"), [("higher", 1), ("lower", -1)])
def test_a_month_beyond_its_range_is_worse_or_better(better, sign):
    low, high = course("score", 9.0, [9.0], sigma=0.1).normal(0)
    for value, said in ((low - 0.01, 1), (high + 0.01, -1), (9.0, 0), (low, 0), (high, 0)):
        beyond, run, to_date = signals(course("score", 9.0, [value], sigma=0.1, better=better), month=1)
        assert beyond == said * sign
        assert np.isnan(run) and np.isnan(to_date), "one month is no run and no year to date"


def test_the_year_to_date_speaks_from_two_months_on():
    given = course("score", 9.0, [8.7, 8.7], sigma=0.1)
    assert given.normal(1)[0] < 8.7 < given.normal_to_date()[0]
    beyond, run, to_date = signals(given, month=2)
    assert (beyond, to_date) == (0, 1) and np.isnan(run)


def test_eight_months_on_one_side_are_a_run_and_seven_are_none():
    def run(*actual):
        return signals(course("score", 9.0, actual, sigma=0.1), month=len(actual))[1]

    assert np.isnan(run(*[8.99] * 7))
    assert run(*[8.99] * 8) == 1
    assert run(*[9.01] * 8) == -1
    assert run(9.01, *[8.99] * 7) == 0
    assert np.isnan(run(*[8.99] * 8, NAN)), "this month is not known"


def test_without_scatter_nothing_is_outside_and_the_signals_say_so():
    found = reviewed(course("score", 9.0, [5.0, 5.0], sigma=NAN), 2)
    assert np.isnan(found["review_signal", "2026-02", "beyond_limits"]["value"])
    assert np.isnan(found["review_signal", "2026-02", "to_date"]["value"])
    assert found["year_end_forecast", "2026"]["value"] == pytest.approx(5)


@pytest.mark.parametrize(
    ("kind", "years", "times"),
    [("count", 4, 1.25), ("count", 1, 1.3), ("score", 4, 1.0), ("score", 1, 1.0), ("share", 1, 1.0)],
)
def test_what_is_left_of_a_year_scatters_as_its_kind_does(kind, years, times):
    """Of one year the season is part of the scatter; counts of several years follow a season that is estimated."""
    given = course(kind, 0.5, [0.5], sigma=0.2, years=years)
    assert given.forecast_spread == pytest.approx(0.2 * np.sqrt(times))
