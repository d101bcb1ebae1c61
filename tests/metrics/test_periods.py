import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.metrics.periods import (
    add_months,
    age_in_months,
    complete_years,
    date_plus_months,
    last_complete_year,
    last_days,
    last_weeks,
    month_label,
    month_labels,
    month_number,
    month_numbers,
    months_between,
    months_of,
    period_days,
    period_kind,
    shift_month,
    span,
    week_label,
    week_numbers,
    years_between,
)

days = st.dates(min_value=pd.Timestamp("1990-01-01").date(), max_value=pd.Timestamp("2080-12-31").date())


def dates_of(*days: object) -> pd.Series:
    return pd.Series(pd.to_datetime(list(days)).astype("datetime64[s]"))


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("2025", "year"),
        ("2025-03", "month"),
        ("2025-W07", "week"),
        ("2023/2025", "span"),
        ("2025-12-31", "date"),
    ],
)
def test_period_kind(label, kind):
    assert period_kind(label) == kind


@pytest.mark.parametrize("label", ["", "25", "2025-3", "2025-W7", "2025/12", "2025-12-31 10:00"])
def test_what_is_no_period(label):
    with pytest.raises(ValueError, match="is no period"):
        period_kind(label)


@pytest.mark.parametrize(
    ("date", "months", "expected"),
    [
        pytest.param("2025-01-31", 1, "2025-02-28", id="cut to the month's last day"),
        pytest.param("2024-01-31", 1, "2024-02-29", id="leap year"),
        pytest.param("2025-02-28", 1, "2025-03-28", id="not stretched to the month's last day"),
        pytest.param("2025-03-31", -1, "2025-02-28", id="backwards"),
        pytest.param("2024-02-29", 12, "2025-02-28", id="a leap day a year on"),
        pytest.param("2025-11-15", 3, "2026-02-15", id="over the year's end"),
        pytest.param("2025-11-15", 0, "2025-11-15", id="not moved"),
    ],
)
def test_adding_months(date, months, expected):
    assert add_months(dates_of(date), months).tolist() == [pd.Timestamp(expected)]
    assert date_plus_months(pd.Timestamp(date), months) == pd.Timestamp(expected)


def test_missing_dates_stay_missing():
    dates = dates_of("2025-01-31", None)
    assert add_months(dates, 1).isna().tolist() == [False, True]
    assert age_in_months(dates, pd.Timestamp("2025-03-01")).isna().tolist() == [False, True]
    assert month_labels(dates).isna().tolist() == [False, True]
    assert month_numbers(dates)[1] < month_number(pd.Timestamp("1900-01-01"))


@given(days, st.integers(-60, 60))
def test_adding_months_agrees_with_pandas(day, months):
    assert date_plus_months(pd.Timestamp(day), months) == pd.Timestamp(day) + pd.DateOffset(months=months)


@pytest.mark.parametrize(
    ("date", "at", "age"),
    [
        pytest.param("2025-01-31", "2025-02-28", 1, id="31 January is a month old on 28 February"),
        pytest.param("2025-01-31", "2025-02-27", 0, id="and not the day before"),
        pytest.param("2025-01-15", "2025-07-14", 5, id="a day short of six months"),
        pytest.param("2025-01-15", "2025-07-15", 6, id="six months to the day"),
        pytest.param("2025-03-15", "2025-03-10", -1, id="not yet"),
    ],
)
def test_age(date, at, age):
    assert age_in_months(dates_of(date), pd.Timestamp(at)).tolist() == [age]


@given(days, days)
def test_age_is_the_largest_n_that_is_reached(day, at):
    date, at = pd.Timestamp(day), pd.Timestamp(at)
    n = int(age_in_months(dates_of(day), at).iloc[0])
    assert date_plus_months(date, n) <= at < date_plus_months(date, n + 1)


@given(days, st.integers(-60, 60))
def test_a_date_moved_by_n_months_is_n_months_old(day, months):
    moved = date_plus_months(pd.Timestamp(day), months)
    assert age_in_months(dates_of(day), moved).tolist() == [months]


@given(st.lists(days, max_size=20))
def test_month_labels_and_numbers_name_the_same_month(some):
    dates = dates_of(*some)
    assert month_labels(dates).tolist() == [day.strftime("%Y-%m") for day in some]
    assert month_numbers(dates).tolist() == [month_number(pd.Timestamp(day)) for day in some]


def test_month_labels_keep_index_and_name():
    dates = dates_of("2025-01-31").rename("sale_date").set_axis([7])
    assert month_labels(dates).to_dict() == {7: "2025-01"}
    assert month_labels(dates).name == "sale_date"


def test_months_and_years_between():
    first, last = pd.Timestamp("2024-11-30"), pd.Timestamp("2025-01-01")
    assert months_between(first, last) == ["2024-11", "2024-12", "2025-01"]
    assert years_between(first, last) == ["2024", "2025"]


@given(days, st.integers(-40, 40))
def test_shifting_a_month_back_again(day, months):
    month = day.strftime("%Y-%m")
    assert shift_month(shift_month(month, months), -months) == month


def test_months_of_a_year():
    assert months_of(2025) == months_of("2025")
    assert months_of(2025)[::11] == ["2025-01", "2025-12"]


def test_last_days_of_months_and_years():
    ends = last_days(["2024-02", "2025-02", "2025-12", "2025"])
    assert [str(end.date()) for end in ends] == ["2024-02-29", "2025-02-28", "2025-12-31", "2025-12-31"]
    assert len(last_days([])) == 0


@pytest.mark.parametrize(
    ("firsts", "as_of", "years"),
    [
        pytest.param(["2023-01-20"], "2025-12-31", [2023, 2024, 2025], id="January need not be whole"),
        pytest.param(
            ["2023-02-01"], "2025-12-31", [2024, 2025], id="from February on the year is not complete"
        ),
        pytest.param(["2023-01-20"], "2025-12-30", [2023, 2024], id="the last day is missing"),
        pytest.param(
            ["2023-01-20", "2024-01-02"], "2025-12-31", [2024, 2025], id="every table must cover it"
        ),
        pytest.param(["2025-03-01"], "2025-12-31", [], id="less than a year"),
        pytest.param([None], "2025-12-31", [], id="empty table"),
        pytest.param(["2023-01-20", None], "2025-12-31", [], id="one empty table"),
    ],
)
def test_complete_years(firsts, as_of, years):
    tables = [dates_of(first, first) for first in firsts]
    assert complete_years(tables, as_of=pd.Timestamp(as_of)) == years


@pytest.mark.parametrize(
    ("as_of", "year"), [("2025-12-31", 2025), ("2025-12-30", 2024), ("2026-01-01", 2025)]
)
def test_last_complete_year(as_of, year):
    assert last_complete_year(pd.Timestamp(as_of)) == year


def test_span():
    assert span([2023, 2024, 2025]) == "2023/2025"
    assert span([2025]) == "2025/2025"


@given(days)
def test_weeks_are_iso_weeks(day):
    year, week, _ = day.isocalendar()
    (number,) = week_numbers(dates_of(day))
    assert week_label(number) == f"{year}-W{week:02d}"


@given(days)
def test_a_period_holds_the_days_that_are_called_by_it(day):
    date = pd.Timestamp(day)
    (week,) = week_numbers(dates_of(day))
    for label in (week_label(week), f"{date:%Y-%m}", f"{date:%Y}"):
        first, last = period_days(label)
        assert first <= date <= last
    assert month_label(month_number(date)) == f"{date:%Y-%m}"


@pytest.mark.parametrize("period", ["2025-W54", "2025-13", "2025-12-31", "2023/2025"])
def test_what_is_no_week_month_or_year_has_no_days(period):
    with pytest.raises(ValueError):
        period_days(period)


def test_the_last_weeks_end_with_that_of_the_day():
    assert last_weeks(pd.Timestamp("2025-12-31"), 3) == ["2025-W51", "2025-W52", "2026-W01"]
