import numpy as np
import pytest

from csanalysis.metrics.plan.rule_backtests import (
    ceiling_rule,
    first_service_rule,
    fixed_rule,
    rank_rule,
    rule_met_share,
    score_rules,
    with_actual,
)
from csanalysis.metrics.results import tidy

MONTHS = [f"2025-{month:02d}" for month in range(1, 13)]


def numbers(frame, *names):
    return frame[["period", *names]].to_numpy().tolist()


def test_what_came_stands_beside_what_was_set():
    set_ = tidy(["2024", "2025", "2025"], value=[0.3, 0.31, np.nan], rule=["a", "a", "b"])
    found = with_actual(set_, tidy(["2025"], value=0.29))
    assert numbers(found, "rule", "value", "numerator") == [["2025", "a", 0.31, 0.29]]


def test_first_services_are_asked_for_month_by_month():
    forecast = tidy(
        MONTHS * 2, numerator=[10.4] * 24, denominator=11, rule=["return_rate"] * 12 + ["lag_kernel"] * 12
    )
    # 10.4 x 1.05 = 10.92, so 11 a month.
    assert numbers(first_service_rule(forecast, uplift=0.05), "value", "numerator") == [["2025", 132, 132]]
    plain = first_service_rule(forecast, uplift=0, rule="without_uplift")
    assert numbers(plain, "rule", "value", "numerator") == [["2025", "without_uplift", 120, 132]]
    assert first_service_rule(forecast.iloc[1:12], uplift=0).empty
    assert first_service_rule(tidy([], rule=[]), uplift=0).empty


def test_a_ceiling_is_the_target_of_the_year_s_own_base_in_lapses():
    targets = tidy(["2025"], value=0.29, rule="not_above_average")
    rates = tidy(["2023", "2024", "2025"], numerator=[40, 60, 90], denominator=[200, 280, 300])
    # 0.29 x 300 = 87, though in binary it is less; 110 lapses of 100 churners before: 95.7.
    found = ceiling_rule(targets, rates, tidy(["2023", "2024", "2025"], value=[50, 60, 97]))
    assert numbers(found, "value", "numerator") == [["2025", 95, 97]]


def test_a_rate_from_outside_is_the_same_in_every_year():
    assert fixed_rule(0.3, rule="fixed", years=[2024, 2025])["value"].tolist() == [0.3, 0.3]
    assert fixed_rule(None, rule="fixed", years=[2024, 2025]).empty


@pytest.fixture
def programme():
    css = {"programme": ["css"] * 3}
    scores = tidy(["2023", "2024", "2025"], value=[90, 92, 91], **css)
    regional = tidy(["2023", "2024", "2025"], value=[93, 93, 93], **css)
    gaps = tidy(["2023", "2023"], value=[-4, 1], programme="css", item_code=["a", "b"])
    return scores, regional, gaps


def test_score_rules_know_only_the_year_before(programme):
    found, targets = score_rules(*programme, rebates={"css": [(91, 5), (95, 9)]}, years=[2024, 2025])
    asked = {(row.period, row.rule): (row.value, row.numerator) for row in found.itertuples()}
    assert asked["2024", "next_tier"] == (91, 92)
    assert asked["2024", "close_gaps"] == (94, 92)
    assert asked["2024", "regional_mean"] == (93, 92)
    assert asked["2024", "last_year"] == (90, 92)
    assert asked["2025", "next_tier"] == (95, 91)
    assert ("2025", "close_gaps") not in asked  # nobody knows the gaps of 2024
    assert numbers(targets, "value") == [["2024", 91], ["2025", 95]]
    assert asked["2024", "in_use"] == (91, 92)


def test_a_rank_is_told_from_earlier_months_only():
    months = [f"2024-{month:02d}" for month in range(1, 13)]
    later = [f"2025-{month:02d}" for month in range(1, 13)]
    css = {"programme": "css"}

    def frames(rank_of_2025):
        score = [90, 96] * 6
        return (
            tidy([*months, "2024", *later], value=[*score, 93, *score], **css),
            tidy([*months, "2024", *later], value=93.0, **css),
            tidy(
                [*months, "2024", *later, "2025"], value=[*([15, 5] * 6), 10, *[rank_of_2025] * 12, 9], **css
            ),
            tidy([*months, "2024", *later], value=20.0, **css),
        )

    targets = tidy(["2025"], value=96, **css)
    told = [rank_rule(*frames(rank), targets, years=[2025])["value"].item() for rank in (1, 20)]
    assert told[0] == told[1] == 5


@pytest.mark.parametrize(("better", "met"), [("higher", 2), ("lower", 2)])
def test_the_target_itself_meets_it(better, met):
    rows = tidy(["2023", "2024", "2025"], value=[10, 10, 10], numerator=[9, 10, 11], rule="a")
    found = rule_met_share(rows, better=better)
    assert numbers(found, "rule", "numerator", "denominator", "value") == [
        ["2023/2025", "a", met, 3, met / 3]
    ]


def test_nothing_tested_is_no_share():
    assert rule_met_share(tidy([], rule=[]), better="lower").empty
