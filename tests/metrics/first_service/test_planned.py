"""Which first-service forecast the plan follows, and what it then asks for."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.first_service.planned import forecast_in_use, method_in_use
from csanalysis.metrics.periods import months_of
from csanalysis.metrics.results import tidy

MONTHS = months_of(2026)
EXPECTED = tidy(MONTHS, value=10.0)
FORECAST = tidy([*MONTHS, "2026"], value=[*[12.5] * 12, 150.0])


def errors(rate, waiting, years):
    """Mean errors of both over some years before 2026."""
    labels = [str(year) for year in range(2026 - years, 2026)]
    span = f"{labels[0]}/{labels[-1]}"
    rows = [
        tidy([*labels, *([span] if years > 1 else [])], value=value, rule=rule)
        for rule, value in (("return_rate", rate), ("lag_kernel", waiting))
    ]
    return pd.concat(rows, ignore_index=True)


@pytest.mark.parametrize(
    ("rate", "waiting", "years", "used"),
    [(4.4, 3.2, 2, "lag_kernel"), (4.4, 3.2, 1, "return_rate"), (3.2, 4.4, 3, "return_rate"), (3.2, 3.2, 3, "return_rate"),
     (4.4, np.nan, 3, "return_rate")],
    ids=["nearer", "one year alone", "farther", "as near", "never known"],
)  # fmt: skip
def test_the_rule_gives_way_where_it_was_farther_off_for_two_years(rate, waiting, years, used):
    assert method_in_use(errors(rate, waiting, years), EXPECTED, FORECAST) == used


def test_a_forecast_that_lacks_a_month_is_none():
    lacking = FORECAST.assign(value=FORECAST["value"].where(FORECAST["period"] != "2026-05"))
    assert method_in_use(errors(4.4, 3.2, 3), EXPECTED, lacking) == "return_rate"
    unknown = EXPECTED.assign(value=EXPECTED["value"].where(EXPECTED["period"] != "2026-05"))
    assert method_in_use(errors(4.4, 3.2, 3), unknown, lacking) == "lag_kernel"


def test_without_a_back_test_the_rule_stays():
    assert method_in_use(tidy([], rule=[]), EXPECTED, FORECAST) == "return_rate"


def test_which_is_in_use_is_said():
    used = forecast_in_use("lag_kernel", plan_year=2026).set_index("method")["value"]
    assert used.to_dict() == {"return_rate": 0, "lag_kernel": 1}


def test_a_rule_that_was_never_tested_as_a_whole_stays():
    """The span is known of the waiting times alone: nothing to be nearer than."""
    both = errors(4.4, 3.2, 3)
    lacking = both[~((both["rule"] == "return_rate") & (both["period"] == "2023/2025"))]
    assert method_in_use(lacking, EXPECTED, FORECAST) == "return_rate"
