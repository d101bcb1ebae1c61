import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.customers import return_backtest as backtest

TIMES = 50


def cases(told, came, *, table=None, predicted="return"):
    """The cases given, each fifty times."""
    frame = pd.DataFrame({"predicted": predicted, "model": told, "table": table or told, "came": came})
    frame = pd.concat([frame] * TIMES, ignore_index=True)
    return frame.assign(vin=[f"V{number:04d}" for number in range(len(frame))])


def values(frame):
    return {(row.predicted, row.method): row.value for row in frame.itertuples()}


def test_pairs_in_the_right_order_by_hand():
    """0.9 came; 0.5 came and stayed; 0.1 stayed. Of four kinds of pairs three are right, one is a tie."""
    found = backtest.return_model_auc(
        cases([0.9, 0.5, 0.5, 0.1], [True, True, False, False], table=[0.1, 0.1, 0.1, 0.1]), year=2025
    )
    assert values(found)["return", "model"] == pytest.approx(3.5 / 4)
    assert values(found)["return", "table"] == 0.5
    assert np.isnan(values(found)["lapse", "model"]), "nothing tried is no 0"
    assert found["denominator"].max() == 4 * TIMES and set(found["period"]) == {"2025"}


def test_the_likeliest_tenth_by_hand():
    """Of 500 the 25 that were told 0.9 and 25 of the 475 told 0.1 are the tenth."""
    told = [0.9] + [0.1] * 19
    came = [True] + [True] + [False] * 18
    doubled = pd.concat([cases(told, came).iloc[:500]], ignore_index=True)
    found = backtest.return_model_top_tenth(doubled, year=2025).set_index(["predicted", "method"])
    row = found.loc[("return", "model")]
    assert row["denominator"] == 50 and row["value"] == pytest.approx((25 + 25 * 25 / 475) / 50)
    whole = found.loc[("return", "all")]
    assert whole["denominator"] == 500 and whole["value"] == pytest.approx(0.1)


def test_tenths_by_hand():
    told = [(number + 0.5) / 10 for number in range(10)]
    found = backtest.return_model_calibration(cases(told, [number >= 5 for number in range(10)]), year=2025)
    said = found[found["side"] == "told"].set_index("tenth")["value"]
    came = found[found["side"] == "came"].set_index("tenth")["value"]
    assert said.to_dict() == pytest.approx({str(number + 1): value for number, value in enumerate(told)})
    assert came.tolist() == [0] * 5 + [1] * 5
    assert (found["denominator"] == TIMES).all()


@pytest.mark.parametrize("told", [[0.5] * 1, [np.nan] * 4])
def test_few_cases_or_no_model_say_nothing(told):
    tried = cases(told, [True] * len(told))
    assert np.isnan(values(backtest.return_model_auc(tried, year=2025))["return", "model"])
    assert np.isnan(values(backtest.return_model_top_tenth(tried, year=2025))["return", "model"])
    assert backtest.return_model_calibration(tried, year=2025).empty


@pytest.fixture
def regular(visits_of, clean_table):
    """V0 to V199 come for service each half year to 2023; half of them go on to do so, the others stay away."""
    dates = {}
    for number in range(200):
        every = pd.date_range("2019-01-10", "2025-12-31", freq="182D") + pd.Timedelta(days=number % 180)
        goes_on = number % 2 == 0
        dates[f"V{number:03d}"] = [
            str(day.date()) for day in every if goes_on or day < pd.Timestamp("2024-01-01")
        ]
    return visits_of(dates, service_type="scheduled_service"), clean_table("vehicle_sales")


def test_a_year_by_what_was_known_before_it(regular):
    visits, sales = regular
    tried = backtest.return_backtest(visits, sales, year=2025, months=6, km=7500)
    lapse = tried[tried["predicted"] == "lapse"].set_index("vin")
    # All that stayed away had lapsed by the end of 2024, but for those last seen in 2024: nobody was.
    assert not lapse["came"].any() and set(lapse.index) == {f"V{n:03d}" for n in range(0, 200, 2)}
    returns = tried[tried["predicted"] == "return"]
    assert returns["came"].mean() == pytest.approx(0.25, abs=0.12)
    assert returns["model"].between(0, 1).all()
    due = tried[tried["predicted"] == "service_due"]
    assert set(due["vin"]) <= set(returns["vin"]) and len(due)
    before = visits[visits["visit_date"] < "2025-01-01"]
    same = backtest.return_backtest(before.reset_index(drop=True), sales, year=2025, months=6, km=7500)
    first = same[same["predicted"] == "lapse"].set_index("vin")
    assert first["model"].to_dict() == pytest.approx(lapse["model"].to_dict()), (
        "the year itself is not looked at"
    )
    assert first["came"].all()


def test_a_large_store_is_tried_on_some_of_its_vehicles(regular, monkeypatch):
    visits, sales = regular
    monkeypatch.setattr(backtest, "MOST_VISITS", len(visits) // 2)
    tried = backtest.return_backtest(visits, sales, year=2025, months=6, km=7500)
    assert 60 < tried["vin"].nunique() < 140


def test_nobody(visits_of, clean_table):
    tried = backtest.return_backtest(
        visits_of({}), clean_table("vehicle_sales"), year=2025, months=6, km=7500
    )
    assert tried.empty and list(tried) == ["predicted", "vin", "model", "table", "came"]
    assert backtest.return_model_auc(tried, year=2025)["value"].isna().all()
