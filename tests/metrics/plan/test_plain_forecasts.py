"""Plain forecasts and how far they were off, worked out on paper."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.plan.plain_forecasts import forecast_error, nearest_method, plain_backtest
from csanalysis.metrics.results import tidy


def by_method(frame, column="value"):
    return {
        method: dict(zip(rows["period"], rows[column], strict=True))
        for method, rows in frame.groupby("method")
    }


def test_last_year_again_and_past_years_smoothed():
    """100, 140, 120: smoothed 100, then 100 + 40 / 2 = 120."""
    told = plain_backtest(pd.Series({2022: 100.0, 2023: 140.0, 2024: 120.0}))
    assert by_method(told) == {
        "last_year": {"2023": 100, "2024": 140},
        "exponential_smoothing": {"2023": 100, "2024": 120},
    }
    assert set(by_method(told, "numerator")["last_year"].values()) == {140, 120}


@pytest.mark.parametrize("past", [pd.Series(dtype=float), pd.Series({2024: 5.0}), pd.Series({2024: np.nan})])
def test_nothing_before_nothing_foretold(past):
    assert plain_backtest(past).empty
    assert forecast_error(plain_backtest(past)).empty


def test_errors_over_the_years_that_all_foretell():
    """2023 and 2024: last year off by 40 and 20, smoothed by 40 and 0; the rule knows 2024 alone, off by 10."""
    told = plain_backtest(pd.Series({2022: 100.0, 2023: 140.0, 2024: 120.0}))
    errors = forecast_error(told).set_index("method")
    assert errors["value"].to_dict() == {"last_year": 30, "exponential_smoothing": 20}
    assert set(errors["period"]) == {"2023/2024"} and set(errors["denominator"]) == {2}
    rule = tidy(["2024"], value=130.0, numerator=120.0, method="rule")
    errors = forecast_error(pd.concat([told, rule])).set_index("method")
    assert errors["value"].to_dict() == {"last_year": 20, "exponential_smoothing": 0, "rule": 10}
    assert set(errors["denominator"]) == {1}


def test_every_split_has_years_of_its_own():
    told = pd.concat(
        [
            tidy(["2023", "2024"], value=[1.0, 2.0], numerator=[2.0, 4.0], method="rule", programme="css"),
            tidy(["2024"], value=[5.0], numerator=[4.0], method="last_year", programme="css"),
            tidy(["2023"], value=[7.0], numerator=[7.5], method="rule", programme="ssi"),
        ]
    )
    errors = forecast_error(told).set_index(["programme", "method"])["value"]
    assert errors.to_dict() == {("css", "rule"): 2, ("css", "last_year"): 1, ("ssi", "rule"): 0.5}


@pytest.mark.parametrize(
    ("rule", "other", "years", "nearest"),
    [(4.4, 3.2, 2, "last_year"), (4.4, 3.2, 1, "rule"), (3.2, 3.2, 3, "rule"), (3.0, 3.2, 3, "rule")],
    ids=["nearer", "one year alone", "as near", "farther"],
)
def test_a_rule_gives_way_to_what_was_nearer_for_two_years(rule, other, years, nearest):
    errors = tidy(
        ["2023/2024"] * 2, numerator=[rule * years, other * years], denominator=years,
        method=["rule", "last_year"],
    )  # fmt: skip
    assert nearest_method(errors) == nearest
    assert nearest_method(errors[errors["method"] != "rule"]) == "rule"
