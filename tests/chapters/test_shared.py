"""What several chapters need is measured once for the same tables, and anew for others."""

from unittest.mock import Mock

import pandas as pd
import pytest

from csanalysis.chapters import shared as sharing
from csanalysis.chapters.shared import keeping, keeping_nothing, measure_shared, shared


@pytest.fixture(autouse=True)
def _registry(monkeypatch):
    """What the tests share is not measured for the tests after them."""
    monkeypatch.setattr(sharing, "_every", [])


@pytest.fixture
def params(params_of):
    return params_of()


@pytest.fixture
def tables():
    return {"sales": pd.DataFrame({"vin": ["A", "B"]}), "visits": pd.DataFrame({"vin": ["A"]})}


@pytest.fixture
def times():
    """How often each measure was really made."""
    return {"sold": 0, "seen": 0}


@pytest.fixture
def sold(times):
    @shared
    def sold(params, tables):
        times["sold"] += 1
        return params.plan_year, len(tables["sales"])

    return sold


@pytest.fixture
def seen(times):
    @shared
    def seen(tables):
        times["seen"] += 1
        return len(tables["visits"]) if tables.get("visits") is not None else None

    return seen


def test_the_same_tables_are_measured_once(params, tables, sold, times):
    assert sold(params, tables) == sold(params, dict(tables)) == (2026, 2)
    assert times["sold"] == 1


def test_while_nothing_is_kept_no_keeper_is_asked_or_told(params, tables, sold):
    keeper = Mock(find=Mock(return_value=None))
    with keeping(keeper):
        with keeping_nothing():
            sold(params, tables)
        assert not keeper.mock_calls
        sold(params, {**tables, "sales": tables["sales"][:1]})
    assert keeper.find.called and keeper.keep.called


def test_another_frame_is_measured_anew_though_it_holds_the_same(params, tables, sold, times):
    sold(params, tables)
    sold(params, {**tables, "sales": tables["sales"].copy()})
    assert times["sold"] == 2


def test_a_table_that_was_not_looked_at_may_change(params, tables, sold, times):
    sold(params, tables)
    sold(params, {**tables, "visits": tables["visits"].head(0)})
    assert times["sold"] == 1


def test_other_params_are_measured_anew_and_equal_ones_are_not(params, tables, sold, times):
    sold(params, tables)
    sold(params.model_copy(), tables)
    assert times["sold"] == 1
    assert sold(params.model_copy(update={"plan_year": 2027}), tables) == (2027, 2)
    assert times["sold"] == 2


def test_a_table_that_comes_or_goes_is_measured_anew(tables, seen, times):
    assert seen({"sales": tables["sales"]}) is None
    assert seen(tables) == 1
    assert times["seen"] == 2


def test_the_reads_of_a_kept_answer_are_made_again(params, tables, sold):
    sold(params, tables)
    asked = []

    class Noting(dict):
        def get(self, name, default=None):
            asked.append(name)
            return super().get(name, default)

    sold(params, Noting(tables))
    assert asked == ["sales"], "whoever notes what a chapter reads hears of it"


def test_what_looks_at_all_tables_is_never_kept(tables):
    times = []

    @shared
    def names(tables):
        times.append(1)
        return sorted(tables)

    assert names(tables) == names(tables) == ["sales", "visits"]
    assert len(times) == 2


def test_a_missing_table_is_the_error_that_it_would_be(params, sold):
    with pytest.raises(KeyError, match="sales"):
        sold(params, {})


def test_beforehand_all_that_can_be_measured_is(params, tables, sold, seen, times):
    @shared
    def broken(params, tables):
        raise ValueError("no visits in any year")

    measure_shared(params, tables)
    assert (sold(params, tables), seen(tables)) == ((2026, 2), 1)
    assert times == {"sold": 1, "seen": 1}
    with pytest.raises(ValueError, match="no visits"):
        broken(params, tables)


def test_two_days_are_both_kept_and_a_third_puts_out_the_one_not_asked_for(params, tables, sold, times):
    earlier, still_earlier = ({**tables, "sales": tables["sales"].head(rows)} for rows in (1, 0))
    for known in (tables, earlier, tables, earlier, tables):
        sold(params, known)
    assert times["sold"] == 2
    assert [sold(params, known)[1] for known in (still_earlier, tables, earlier)] == [0, 2, 1]
    assert times["sold"] == 4, "the earlier one had to go"
