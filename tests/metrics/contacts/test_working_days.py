import pandas as pd

from csanalysis.metrics.contacts.working_days import days_worked, working_days


def days(after, until, **options):
    return list(working_days(pd.Timestamp(after), pd.Timestamp(until), **options).strftime("%m-%d"))


def test_new_year_2026_is_off_until_the_sunday_that_is_worked_instead():
    assert days("2025-12-31", "2026-01-10") == ["01-04", "01-05", "01-06", "01-07", "01-08", "01-09"]


def test_the_weekend_before_spring_festival_is_worked_and_the_week_after_is_not():
    assert days("2026-02-12", "2026-02-25") == ["02-13", "02-14", "02-24", "02-25"]


def test_a_year_without_announced_holidays_has_those_of_the_law():
    assert "01-01" not in days("2034-12-31", "2035-01-05") and len(days("2034-12-31", "2035-12-31")) > 240


def test_another_country_has_its_own():
    assert days("2026-07-02", "2026-07-06", country="US") == [
        "07-06"
    ]  # the fourth is a Saturday, observed before


def test_no_days_between():
    assert days("2026-01-05", "2026-01-05") == [] == days("2026-01-06", "2026-01-05")


def test_days_worked_are_counted_from_the_first_to_the_last_of_the_month():
    # July 2025 begins on a Tuesday and ends on a Thursday: 4 + 5 + 5 + 5 + 4, and no holiday.
    assert days_worked("2025-07") == 23
    assert days_worked("2025-07", country="US") == 22, "the fourth is a Friday"
