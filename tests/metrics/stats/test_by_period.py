"""Counts, shares and amounts by month and year, by hand."""

import numpy as np
import pandas as pd
import pytest

from csanalysis.metrics.stats.by_period import (
    amounts_by_period,
    counts_by_period,
    share_by_period,
    split_labels,
)

SINCE, AS_OF = pd.Timestamp("2024-11-15"), pd.Timestamp("2025-02-10")
DATES = pd.Series(
    pd.to_datetime(["2024-10-31", "2024-11-01", "2024-11-30", "2025-01-05", "2025-03-01", None])
)
PERIODS = ["2024-11", "2024-12", "2025-01", "2025-02", "2024", "2025"]


def values(frame, column="value"):
    return dict(zip(frame["period"], frame[column], strict=True))


def test_counts_of_whole_months_and_of_the_months_of_each_year():
    counted = counts_by_period(DATES, since=SINCE, as_of=AS_OF)
    assert values(counted) == dict(zip(PERIODS, [2, 0, 1, 0, 2, 1], strict=True))


def test_every_category_is_reported_and_a_missing_label_counts_nowhere():
    labels = pd.Series(["a", "a", None, "b", "a", "a"], name="kind").astype(
        pd.CategoricalDtype(["a", "b", "never"])
    )
    counted = counts_by_period(DATES, since=SINCE, as_of=AS_OF, labels=labels).set_index(["kind", "period"])
    assert len(counted) == 3 * 6
    assert counted["value"].sum() == 2 * 2
    assert counted["value"]["a", "2024-11"] == counted["value"]["a", "2024"] == 1
    assert counted["value"]["b", "2025-01"] == counted["value"]["b", "2025"] == 1


@pytest.mark.parametrize(("since", "as_of"), [(pd.NaT, AS_OF), (AS_OF + pd.Timedelta(days=1), AS_OF)])
def test_nothing_to_report_has_no_rows(since, as_of):
    assert counts_by_period(DATES, since=since, as_of=as_of).empty
    labelled = counts_by_period(DATES, since=since, as_of=as_of, labels=pd.Series(["a"] * 6, name="kind"))
    assert labelled.empty and "kind" in labelled
    assert len(counts_by_period(DATES, since=AS_OF, as_of=AS_OF)) == 2, "one day is a month and its year"


def test_no_labels_have_no_rows():
    empty = counts_by_period(
        DATES[:0], since=SINCE, as_of=AS_OF, labels=pd.Series([], dtype="str", name="kind")
    )
    assert empty.empty


def test_an_unknown_answer_is_no_case():
    yes = pd.Series([True, True, None, False, True, True], dtype="boolean")
    shares = share_by_period(DATES, yes, since=SINCE, as_of=AS_OF)
    assert values(shares, "numerator") == dict(zip(PERIODS, [1, 0, 0, 0, 1, 0], strict=True))
    assert values(shares, "denominator") == dict(zip(PERIODS, [1, 0, 1, 0, 1, 1], strict=True))
    found = values(shares)
    assert found["2024"] == 1 and found["2025"] == 0 and np.isnan(found["2024-12"])


def test_amounts_are_0_without_a_case_and_unknown_with_none_known():
    amounts = pd.Series([5.0, 10.0, 20.0, np.nan, 7.0, 9.0])
    summed = amounts_by_period(DATES, amounts, since=SINCE, as_of=AS_OF)
    found = values(summed)
    assert (found["2024-11"], found["2024-12"], found["2025-02"]) == (30, 0, 0)
    assert np.isnan(found["2025-01"]) and np.isnan(found["2025"])
    assert found["2024"] == 30, "a year holds what its reported months hold"
    assert values(summed, "denominator")["2024-11"] == 2


def test_yes_and_no_are_words_as_splits():
    frame = pd.DataFrame(
        {"warranty": pd.array([True, False, None], dtype="boolean"), "team": ["a", "b", "c"]}
    )
    assert split_labels(frame, None) is None
    assert split_labels(frame, "warranty").iloc[:2].tolist() == ["true", "false"]
    assert split_labels(frame, "team").tolist() == ["a", "b", "c"]
