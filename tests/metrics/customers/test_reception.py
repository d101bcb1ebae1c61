import math

import pytest

from csanalysis.metrics.customers import reception
from csanalysis.metrics.stats.intervals import wilson


@pytest.fixture
def days_of(clean_table):
    """Working days from ``{advisor: {day: receptions}}``."""

    def make(load):
        rows = [
            {"ro_number": f"{advisor}{day}{n}", "vin": "V", "visit_date": day, "advisor": advisor}
            for advisor, days in load.items()
            for day, receptions in days.items()
            for n in range(receptions)
        ]
        return reception.reception_days(clean_table("service_visits", rows))

    return make


LOAD = {
    "Wang": {"2024-03-01": 8, "2024-03-02": 13, "2024-03-04": 12, "2025-01-01": 1},
    "Li": {"2024-03-01": 10},
    None: {"2024-03-01": 5},
}


def test_receptions_a_working_day(days_of):
    loads = reception.daily_receptions(days_of(LOAD))
    assert list(zip(loads["period"], loads["advisor"], loads["value"], strict=True)) == [
        ("2024", "Li", 10),
        ("2024", "Wang", 11),
        ("2025", "Wang", 1),
    ]
    assert loads["numerator"].tolist() == [10, 33, 1]
    assert loads["denominator"].tolist() == [1, 3, 1]


def test_interval_of_the_mean_of_days(days_of):
    wang = reception.daily_receptions(days_of(LOAD)).iloc[1]
    # Mean 11, standard error sqrt(7 / 3), t(2) = 4.3027.
    assert wang["low"] == pytest.approx(11 - 4.302653 * math.sqrt(7 / 3), abs=1e-5)
    assert wang["high"] == pytest.approx(11 + 4.302653 * math.sqrt(7 / 3), abs=1e-5)
    assert math.isnan(reception.daily_receptions(days_of(LOAD)).iloc[0]["low"])


def test_whole_store_counts_each_advisor_s_day(days_of):
    store = reception.daily_receptions(days_of(LOAD), by_advisor=False)
    assert "advisor" not in store
    assert store["value"].tolist() == [43 / 4, 1]


def test_days_above_the_limit_are_above_it(days_of):
    days = reception.daily_receptions_days_above_limit(days_of(LOAD), limit=12)
    assert dict(zip(zip(days["period"], days["advisor"], strict=True), days["value"], strict=True)) == {
        ("2024", "Li"): 0,
        ("2024", "Wang"): 1,
        ("2025", "Wang"): 0,
    }


def test_best_share_takes_both_ends(days_of):
    shares = reception.daily_receptions_best_share(days_of(LOAD), best=[8, 10])
    assert shares["numerator"].tolist() == [1, 1, 0]
    assert shares["value"].tolist() == pytest.approx([1, 1 / 3, 0])
    low, high = wilson(1, 3)
    assert (shares["low"].iloc[1], shares["high"].iloc[1]) == pytest.approx((float(low), float(high)))


def test_no_receptions(days_of):
    days = days_of({})
    assert reception.daily_receptions(days).empty
    assert reception.daily_receptions(days, by_advisor=False).empty
    assert reception.daily_receptions_best_share(days, best=[8, 10]).empty


def test_one_reception(days_of):
    days = days_of({"Li": {"1999-12-31": 1}})
    assert days.to_dict("records") == [{"advisor": "Li", "year": 1999, "receptions": 1}]
