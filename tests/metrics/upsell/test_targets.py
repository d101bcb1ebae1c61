import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.results import tidy
from csanalysis.metrics.upsell import targets
from csanalysis.metrics.upsell.prices import round_quartiles, with_price_band

YEARS = [2021, 2022, 2023, 2024]
RATES = tidy(
    ["2021", "2022", "2023", "2024", "2025"] * 2 + ["2024-12"] * 2,
    numerator=[90, 50, 60, 55, 99, 10, 20, 10, 30, 9, 99, 99],
    denominator=100,
    grade=["A"] * 5 + ["C"] * 5 + ["A", "C"],
)
AMOUNTS = tidy(
    ["2023", "2023", "2024", "2024"], numerator=1, denominator=[5, 5, 20_000, 8_000], grade=list("ACAC")
)


def by_grade(frame):
    return dict(zip(frame["grade"], frame["value"], strict=True))


def test_the_target_is_the_best_of_the_last_years():
    target = targets.upsell_success_target(RATES, complete=YEARS, years=3, plan_year=2025)
    assert by_grade(target) == {"A": 0.6, "C": 0.3}
    overall = targets.upsell_success_target_overall(target, RATES, complete=YEARS)
    assert overall["value"].tolist() == pytest.approx([0.45])


def test_what_the_rule_would_have_set():
    past = targets.upsell_success_target_backtest(RATES, complete=YEARS, years=2)
    assert past[past["grade"] == "A"].set_index("period")["value"].to_dict() == {
        "2022": 0.9,
        "2023": 0.9,
        "2024": 0.6,
    }


def test_points_and_targets_have_a_worth():
    target = targets.upsell_success_target(RATES, complete=YEARS, years=3, plan_year=2025)
    point = targets.upsell_point_value(AMOUNTS, complete=YEARS, plan_year=2025)
    assert by_grade(point) == {"A": 200, "C": 80}
    gain = targets.upsell_target_value(target, RATES, AMOUNTS, complete=YEARS, plan_year=2025)
    assert by_grade(gain) == pytest.approx({"A": 0.05 * 20_000, "C": 0})
    assert targets.total_of_grades(gain)["value"].tolist() == pytest.approx([1000])


def test_without_a_complete_year_there_is_no_target():
    target = targets.upsell_success_target(RATES, complete=[], years=3, plan_year=2025)
    assert target.empty
    assert targets.upsell_success_target_backtest(RATES, complete=[], years=3).empty
    assert targets.upsell_success_target_overall(target, RATES, complete=[]).empty
    assert targets.upsell_point_value(AMOUNTS, complete=[], plan_year=2025).empty
    assert targets.upsell_target_value(target, RATES, AMOUNTS, complete=[], plan_year=2025).empty


@pytest.mark.parametrize(
    ("amounts", "bounds"),
    [([190, 210, 300, 310, 690, 710, 100, 900], [200, 300, 700]), ([101, 113, 128, 140], [110, 120, 130]), ([50], [50]), ([], [])],
    ids=["one digit", "two digits", "one amount", "none"],
)  # fmt: skip
def test_bands_begin_at_round_amounts(amounts, bounds):
    assert round_quartiles(np.array(amounts, dtype=float)).tolist() == bounds


def test_every_quote_has_a_band():
    cases = with_price_band(pd.DataFrame({"amount": [0.0, 50, 199, 200, 250, 300, 700, 900, 750]}))
    assert cases["price_band"].isna().tolist() == [True] + [False] * 8
    assert cases["price_band"].astype("str").tolist()[1:5] == ["0-200", "0-200", "200-300", "200-300"]
    assert cases["price_band"].cat.categories[-1].endswith("+")
