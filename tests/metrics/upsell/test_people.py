"""People judged by the mix of work they got, and how they grade it."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.stats.tallies import Timeline
from csanalysis.metrics.upsell import grading
from csanalysis.metrics.upsell import people as upsell_people

AS_OF = pd.Timestamp("2025-12-31")


def cases_of(*groups) -> pd.DataFrame:
    """Cases from ``(advisor, grade, item, proposed, accepted)``."""
    rows = [
        {"advisor": advisor, "grade": grade, "item": item, "accepted": number < accepted, "amount": 100.0, "confirmed": number % 2 == 0}
        for advisor, grade, item, proposed, accepted in groups
        for number in range(proposed)
    ]  # fmt: skip
    frame = pd.DataFrame(rows).assign(date=pd.Timestamp("2025-05-01"))
    return frame.astype(dict.fromkeys(["advisor", "grade", "item"], "category"))


def timeline(cases):
    return Timeline.spanning(cases["date"], since=cases["date"].min(), as_of=AS_OF)


def of(frame, by="advisor"):
    return frame.set_index(by)


# Li is the better of both at every grade, yet gets mostly C: 60 % against 62 % and 30 % against 20 %.
MIXED = cases_of(
    ("Li", "A", "brakes", 20, 13), ("Li", "C", "filter", 80, 24), ("Wu", "A", "brakes", 80, 48), ("Wu", "C", "filter", 20, 4)
)  # fmt: skip


def test_an_advisor_who_got_the_hard_work_is_not_the_worse():
    standardised = of(upsell_people.upsell_success_standardised(MIXED, timeline(MIXED), by="advisor"))
    crude = standardised["numerator"] / standardised["denominator"]
    assert crude["Li"] < crude["Wu"]
    assert standardised["value"]["Li"] > standardised["value"]["Wu"]
    expected = of(upsell_people.upsell_success_expected(MIXED, timeline(MIXED), by="advisor"))
    # The store accepts 61 of 100 brakes and 28 of 100 filters.
    assert expected["numerator"]["Li"] == pytest.approx(20 * 0.61 + 80 * 0.28)
    assert standardised["value"]["Li"] == pytest.approx(89 / 200 * 37 / (20 * 0.61 + 80 * 0.28))
    assert expected["numerator"].sum() == pytest.approx(89)
    assert (standardised["low"] < standardised["value"]).all()
    assert (standardised["value"] < standardised["high"]).all()


def test_limits_are_wider_for_fewer_items():
    cases = cases_of(("Li", "A", "x", 400, 200), ("Wu", "A", "x", 20, 10), ("Xu", "A", "x", 200, 40))
    limits = of(upsell_people.upsell_success_limits(cases, timeline(cases), by="advisor"))
    width = limits["high"] - limits["low"]
    assert width["Wu"] > width["Xu"] > width["Li"]
    rate = of(upsell_people.upsell_success_standardised(cases, timeline(cases), by="advisor"))["value"]
    outside = (rate < limits["low"]) | (rate > limits["high"])
    assert outside.to_dict() == {"Li": True, "Wu": False, "Xu": True}
    p = 250 / 620
    # Of three people each has 0.95 to the third root, 98.3 %: 2.388 standard errors.
    assert limits["high"]["Wu"] == pytest.approx(p + 2.38774 * np.sqrt(p * (1 - p) / 20), rel=1e-5)


def test_noise_is_not_told_apart():
    random = np.random.default_rng(3)
    outside = 0
    for _ in range(50):
        cases = cases_of(*((f"P{n}", "A", "x", 60, random.binomial(60, 0.4)) for n in range(10)))
        limits = upsell_people.upsell_success_limits(cases, timeline(cases), by="advisor")
        rate = upsell_people.upsell_success_standardised(cases, timeline(cases), by="advisor")["value"]
        outside += ((rate < limits["low"]) | (rate > limits["high"])).sum()
    assert outside <= 5


def test_one_person_is_compared_with_nobody():
    cases = cases_of(("Li", "A", "x", 10, 5))
    for metric in (
        upsell_people.upsell_success_standardised,
        upsell_people.upsell_success_expected,
        upsell_people.upsell_success_limits,
    ):
        assert metric(cases, timeline(cases), by="advisor")["value"].isna().all()


def test_items_of_nobody_belong_to_the_store_and_to_no_person():
    cases = cases_of(("Li", "A", "x", 10, 5), ("Wu", "A", "x", 10, 5), (None, "A", "x", 20, 0))
    expected = of(upsell_people.upsell_success_expected(cases, timeline(cases), by="advisor"))
    assert expected["value"].to_dict() == {"Li": 0.25, "Wu": 0.25}


def test_limits_of_what_is_expected_by_hand():
    expected = of(upsell_people.upsell_success_expected(MIXED, timeline(MIXED), by="advisor"))
    spread = 1.959964 * np.sqrt(20 * 0.61 * 0.39 + 80 * 0.28 * 0.72)
    assert expected["denominator"]["Li"] == 100
    assert expected["low"]["Li"] == pytest.approx((34.6 - spread) / 100)
    assert expected["high"]["Li"] == pytest.approx((34.6 + spread) / 100)


def test_limits_at_each_mix_by_hand():
    limits = of(upsell_people.upsell_success_limits(MIXED, timeline(MIXED), by="advisor"))
    # The store's rate, and the spread as a share of what is expected of Li: 34.6 items.
    # Of two people each has the square root of 0.95, 97.47 %: 2.236 standard errors.
    reach = 2.236477 * 0.445 * np.sqrt(20 * 0.61 * 0.39 + 80 * 0.28 * 0.72) / 34.6
    assert limits["value"].to_dict() == pytest.approx({"Li": 0.445, "Wu": 0.445})
    assert limits["low"]["Li"] == pytest.approx(0.445 - reach)
    assert limits["high"]["Li"] == pytest.approx(0.445 + reach)
    assert limits["numerator"].isna().all() and limits["denominator"].to_dict() == {"Li": 100, "Wu": 100}


def test_limits_stay_between_0_and_1():
    cases = cases_of(("Li", "A", "x", 1, 1), ("Wu", "A", "x", 1, 0))
    for metric in (upsell_people.upsell_success_expected, upsell_people.upsell_success_limits):
        found = metric(cases, timeline(cases), by="advisor")
        assert found["value"].tolist() == [0.5, 0.5]
        assert found["low"].tolist() == [0, 0] and found["high"].tolist() == [1, 1]


def test_wilson_limits_are_scaled_as_the_rate_is():
    found = of(upsell_people.upsell_success_standardised(MIXED, timeline(MIXED), by="advisor"))
    # Wilson's 95 % limits of 37 of 100 are 0.2818 and 0.4678; 34.6 were expected where the store has 44.5 %.
    scale = 0.445 * 100 / 34.6
    assert found["low"]["Li"] == pytest.approx(0.2818 * scale, abs=1e-4)
    assert found["high"]["Li"] == pytest.approx(0.4678 * scale, abs=1e-4)


def test_where_nobody_accepts_anything_no_rate_is_standardised():
    cases = cases_of(("Li", "A", "x", 10, 5), ("Wu", "A", "x", 10, 5), ("Xu", "C", "y", 5, 0))
    found = of(upsell_people.upsell_success_standardised(cases, timeline(cases), by="advisor"))
    assert found["value"]["Li"] == pytest.approx(10 / 25 * 5 / 5) and np.isnan(found["value"]["Xu"])


def test_each_year_is_compared_within_itself():
    alone, both = cases_of(("Li", "A", "x", 4, 4)), cases_of(("Li", "A", "x", 4, 1), ("Wu", "A", "x", 4, 3))
    cases = pd.concat([alone.assign(date=pd.Timestamp("2024-05-01")), both], ignore_index=True)
    cases["advisor"] = cases["advisor"].astype("category")
    found = upsell_people.upsell_success_expected(cases, timeline(cases), by="advisor")
    found = found.set_index(["period", "advisor"])["value"].dropna()
    assert found.to_dict() == {("2025", "Li"): 0.5, ("2025", "Wu"): 0.5}


GRADED = cases_of(
    ("Li", "A", "brakes", 30, 0), ("Li", "B", "brakes", 10, 0), ("Wu", "A", "brakes", 10, 0), ("Wu", "B", "brakes", 30, 0),
    ("Wu", "C", "filter", 40, 0), ("Xu", "C", "filter", 10, 0),
)  # fmt: skip


def test_who_grades_the_same_items_higher():
    excess = of(grading.upsell_grade_a_excess(GRADED, timeline(GRADED), by="advisor"))
    assert excess["value"]["Li"] == pytest.approx(0.5)
    assert excess["low"]["Li"] > 0
    # Of the brakes alone; nobody gave a filter an A.
    assert excess["value"]["Wu"] == pytest.approx(-0.5 * 20 / (20 + 8))
    assert excess["value"]["Xu"] == 0
    share = of(grading.upsell_grade_a_share(GRADED, timeline(GRADED), by=("advisor",)))
    assert share["value"].to_dict() == {"Li": 0.75, "Wu": 0.125, "Xu": 0}


def test_items_that_only_one_person_proposes_say_nothing_of_grading():
    alone = cases_of(("Li", "A", "x", 5, 0), ("Wu", "B", "y", 5, 0))
    assert grading.upsell_grade_a_excess(alone, timeline(alone), by="advisor")["value"].isna().all()


def test_a_is_accepted_more_than_b_and_c():
    cases = cases_of(("Li", "A", "x", 50, 40), ("Li", "B", "x", 50, 20), ("Li", "C", "y", 100, 20))
    gap = grading.upsell_grade_gap(cases, since=None, as_of=AS_OF).set_index("pair")
    assert gap["value"].to_dict() == pytest.approx({"A-B": 0.4, "B-C": 0.2, "A-C": 0.6})
    assert (gap["low"] > 0).all()
    same = grading.upsell_grade_gap(cases, since=None, as_of=AS_OF, standardised=True).set_index("pair")
    assert same["value"]["A-B"] == pytest.approx(0.4)
    assert same["value"].isna().to_dict() == {"A-B": False, "B-C": True, "A-C": True}
    later = grading.upsell_grade_gap(cases, since=pd.Timestamp("2025-06-01"), as_of=AS_OF)
    assert later["value"].isna().all()
    that_day = grading.upsell_grade_gap(cases, since=pd.Timestamp("2025-05-01"), as_of=AS_OF)
    assert that_day["value"].tolist() == pytest.approx([0.4, 0.2, 0.6])


def test_costly_items_that_nobody_confirmed():
    cases = MIXED.assign(amount=np.where(MIXED["grade"] == "A", 900.0, 100.0))
    rate = grading.upsell_unconfirmed_rate(cases, timeline(cases), above=800, by=("advisor",))
    assert of(rate)["denominator"].to_dict() == {"Li": 20, "Wu": 80}
    assert of(rate)["value"].to_dict() == {"Li": 0.5, "Wu": 0.5}


@pytest.mark.parametrize(
    ("above", "confirmed"), [(None, True), (800, False)], ids=["not asked for", "never recorded"]
)
def test_nothing_is_said_of_confirmation(above, confirmed):
    cases = MIXED.assign(confirmed=confirmed)
    assert grading.upsell_unconfirmed_rate(cases, timeline(cases), above=above).empty


def test_the_more_people_the_wider_each_one_s_limits():
    """The square root of 0.95 is 0.9747; of 25 people each has 99.795 %."""
    each = upsell_people.confidence_each([1, 2, 25, 100])
    assert each.tolist() == pytest.approx([0.95, 0.974679, 0.99795, 0.999487], abs=1e-6)
    assert (each ** [1, 2, 25, 100]).tolist() == pytest.approx([0.95] * 4)
