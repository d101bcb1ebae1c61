import json

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.results import NUMBERS, Results, Row, group_columns, row_key, tidy, with_period_kind
from csanalysis.metrics.results_file import read_results, write_results

RATE = tidy(["2024", "2025", "2025-03"], numerator=[1, 3, 0], denominator=[2, 4, 0], low=0.1, high=0.9)
BY_TEAM = tidy(["2025", "2025"], value=[0.5, np.nan], team=["一组", "二组"])
RESULTS = Results({"rate": [RATE, BY_TEAM], "count": tidy(["2025"], value=[7])})


def test_value_is_the_ratio_and_undefined_over_zero():
    assert RATE["value"].tolist() == [0.5, 0.75, pytest.approx(np.nan, nan_ok=True)]


def test_a_given_value_is_kept():
    assert tidy(["2025"], numerator=[1], denominator=[2], value=[9])["value"].tolist() == [9]


def test_one_label_holds_for_every_row():
    assert tidy(["2024", "2025"], value=[1, 2], agent="何丽")["agent"].tolist() == ["何丽", "何丽"]


def test_nullable_integers_become_floats():
    frame = tidy(["2024", "2025"], value=pd.array([1, None], dtype="Int64"))
    assert frame["value"].tolist() == [1.0, pytest.approx(np.nan, nan_ok=True)]


def test_no_rows():
    assert len(tidy([])) == 0
    assert len(Results({"rate": tidy([])})) == 0


def test_group_columns():
    assert group_columns(RATE) == []
    assert group_columns(BY_TEAM) == ["team"]


def test_of_kind():
    assert with_period_kind(RATE, "year")["period"].tolist() == ["2024", "2025"]
    assert with_period_kind(RATE, "week").empty
    assert with_period_kind(tidy([]), "year").empty


def test_frames_split_differently_stand_under_one_name():
    assert RESULTS.names == ["rate", "count"]
    assert len(RESULTS) == 6


@pytest.mark.parametrize(
    ("arguments", "options", "values"),
    [
        pytest.param(("rate",), {}, [0.5, 0.75, None], id="not split"),
        pytest.param(("rate", "year"), {}, [0.5, 0.75], id="years"),
        pytest.param(("rate", None), {"period": "2025-03"}, [None], id="one period"),
        pytest.param(("rate", "year", "team"), {}, [0.5, None], id="by team"),
        pytest.param(("rate", "year"), {"team": "一组"}, [0.5], id="one team"),
        pytest.param(("rate", "year"), {"team": "三组"}, [], id="a team that is not there"),
        pytest.param(("rate", "week"), {}, [], id="a kind that is not there"),
        pytest.param(("rate", "year"), {"period": "1999"}, [], id="a period that is not there"),
        pytest.param(("nothing", "year", "team"), {}, [], id="a metric that is not there"),
    ],
)
def test_select(arguments, options, values):
    chosen = RESULTS.select(*arguments, **options)
    assert [None if pd.isna(value) else value for value in chosen["value"]] == values
    assert chosen.columns[0] == "period"


def test_select_names_the_split():
    assert RESULTS.select("rate", "year", "team")["team"].tolist() == ["一组", "二组"]


def test_select_from_nothing():
    assert Results().select("rate", "year", "team").empty


@pytest.mark.parametrize(
    ("metric", "period", "group", "value"),
    [
        pytest.param("rate", 2025, {}, 0.75, id="year as a number"),
        pytest.param("rate", "2025", {"team": "一组"}, 0.5, id="split"),
        pytest.param("rate", "2025", {"team": "二组"}, None, id="undefined"),
        pytest.param("rate", "2023", {}, None, id="not there"),
        pytest.param("nothing", "2025", {}, None, id="no such metric"),
    ],
)
def test_value(metric, period, group, value):
    assert RESULTS.value(metric, period, **group) == value


def test_adding_keeps_the_first_of_two_equal_rows():
    both = RESULTS + Results({"count": tidy(["2024", "2025"], value=[5, 99])})
    assert both.select("count")[["period", "value"]].to_numpy().tolist() == [["2025", 7.0], ["2024", 5.0]]
    assert len(RESULTS) == 6


def test_adding_nothing():
    assert (Results() + Results()).records() == []
    assert (RESULTS + Results()).records() == RESULTS.records()


def test_records_are_json_with_null_and_whole_numbers():
    first, third = RESULTS.records()[0], RESULTS.records()[2]
    assert first == {
        "metric": "rate", "period": "2024", "group": {}, "numerator": 1, "denominator": 2, "value": 0.5,
        "low": 0.1, "high": 0.9,
    }  # fmt: skip
    assert isinstance(first["numerator"], int)
    assert third["value"] is None
    json.dumps(RESULTS.records(), allow_nan=False)


def test_records_round_trip():
    assert Results.from_records(RESULTS.records()).records() == RESULTS.records()
    assert Results.from_records([]).records() == []


def test_rows_make_results_and_the_first_of_two_stays():
    first = Row("visits", "2025", {"class": "new"}, (1.0, 2.0, 0.5, 0.1, 0.9))
    second = first._replace(numbers=(9.0, 9.0, 1.0, 1.0, 1.0))
    results = Results.from_rows([first, second])
    assert [*results] == [first]
    assert results.keyed == {row_key("visits", "2025", {"class": "new"}): first}
    assert (first.value, first.number("numerator"), first.number("high")) == (0.5, 1.0, 0.9)


def test_what_tells_a_row_apart_does_not_hang_on_the_order_of_its_split():
    assert row_key("visits", "2025", {"a": "1", "b": "2"}) == row_key("visits", "2025", {"b": "2", "a": "1"})


def test_rows_of_a_metric_come_in_order_however_split():
    rows = [
        Row(name, period, group, (1.0,) * 5)
        for name, period, group in (
            ("visits", "2025", {}),
            ("churn", "2025", {}),
            ("visits", "2024", {"class": "new"}),
        )
    ]
    results = Results.from_rows(rows)
    assert [row.period for row in results.rows("visits")] == ["2025", "2024"]
    assert results.rows("nothing") == ()
    assert results.names == ["visits", "churn"]


def test_the_frame_to_explore_has_every_row():
    frame = Results.from_rows(
        [Row("visits", "2025", {"class": "new"}, (1.0, 2.0, 0.5, np.nan, np.nan))]
    ).frame
    assert frame.columns.tolist() == ["metric", "period", "group", *NUMBERS]
    assert frame.loc[0, "group"] == {"class": "new"}
    assert frame.loc[0, ["numerator", "denominator", "value"]].tolist() == [1, 2, 0.5]
    assert np.isnan(frame.loc[0, "low"])
    assert Results().frame.empty


def test_numbers_are_the_same_after_a_file(tmp_path):
    frame = tidy(["2025", "2026"], value=[-0.0, 0.25], low=[float("nan"), 0.1], team=["a", "b"], grade="A")
    results = Results({"rate": [frame, tidy(["2026"], numerator=1, denominator=3)]})
    write_results(tmp_path / "results.arrow", results)
    again = read_results(tmp_path / "results.arrow")
    assert again.records() == results.records() and list(again.keyed) == list(results.keyed)
    assert [list(row.group) for row in again] == [list(row.group) for row in results]
    write_results(tmp_path / "results.arrow", Results())
    assert len(read_results(tmp_path / "results.arrow")) == 0
