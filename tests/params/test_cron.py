"""Cron lines mean what crontab says they mean, not what APScheduler does."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csanalysis.params.cron import cron_trigger
from csanalysis.params.schedule import _PLAIN

FRIDAY = datetime(2026, 11, 20, 12, tzinfo=UTC)


def times(line, many=3, since=FRIDAY):
    trigger, found = cron_trigger(line, UTC), []
    for _ in range(many):
        since = trigger.get_next_fire_time(since, since)
        found.append(since.strftime("%a %d %b %H:%M"))
    return found


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("0 6 2 * *", ["Wed 02 Dec 06:00", "Sat 02 Jan 06:00", "Tue 02 Feb 06:00"]),
        ("0 6 * * 1", ["Mon 23 Nov 06:00", "Mon 30 Nov 06:00", "Mon 07 Dec 06:00"]),
        ("0 6 * * 0", ["Sun 22 Nov 06:00", "Sun 29 Nov 06:00", "Sun 06 Dec 06:00"]),
        ("0 6 * * 7", ["Sun 22 Nov 06:00", "Sun 29 Nov 06:00", "Sun 06 Dec 06:00"]),
        ("0 6 * * 5-7", ["Sat 21 Nov 06:00", "Sun 22 Nov 06:00", "Fri 27 Nov 06:00"]),
        ("0 6 * * FRI-SUN", ["Sat 21 Nov 06:00", "Sun 22 Nov 06:00", "Fri 27 Nov 06:00"]),
        ("0 6 * * 1-5/2", ["Mon 23 Nov 06:00", "Wed 25 Nov 06:00", "Fri 27 Nov 06:00"]),
        ("0 6 * * */3", ["Sat 21 Nov 06:00", "Sun 22 Nov 06:00", "Wed 25 Nov 06:00"]),
        ("0 6 1 * 1", ["Mon 23 Nov 06:00", "Mon 30 Nov 06:00", "Tue 01 Dec 06:00"]),
        ("30 7 29 2 *", ["Tue 29 Feb 07:30", "Sun 29 Feb 07:30", "Fri 29 Feb 07:30"]),
    ],
    ids=[
        "day 2",
        "monday",
        "sunday 0",
        "sunday 7",
        "over sunday",
        "names",
        "step in range",
        "step",
        "either day",
        "leap day",
    ],
)
def test_days_are_those_of_crontab(line, expected):
    assert times(line) == expected


@given(st.sets(st.integers(0, 6), min_size=1))
def test_any_set_of_weekdays_fires_on_just_those(days):
    """2026-11-22 is a Sunday: the week from it has each day once."""
    since, found = datetime(2026, 11, 21, 23, tzinfo=UTC), set()
    trigger = cron_trigger(f"0 6 * * {','.join(map(str, days))}", UTC)
    while (since := trigger.get_next_fire_time(since, since)) < datetime(2026, 11, 29, tzinfo=UTC):
        found.add((since.weekday() + 1) % 7)
    assert found == days


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0 6 * *", "4 fields"),
        ("61 6 * * *", "61"),
        ("0 6 * * 8", "'8' is neither 0-7 nor sun-sat"),
        ("0 6 * * mom", "'mom' is no day of the week"),
        ("0 6 * * sat-mon", "run backwards"),
        ("0 6 30 2 *", "no month has that day"),
        ("0 6 31 4,6,9,11 *", "no month has that day"),
    ],
)
def test_what_never_comes_round_is_refused(line, said):
    with pytest.raises(ValueError, match=said):
        cron_trigger(line, UTC)


def test_jitter_only_delays():
    planned = datetime(2026, 11, 21, 6, tzinfo=UTC)
    for line in ("0 6 * * *", "0 6 21 * 6"):
        trigger = cron_trigger(line, UTC, jitter=60)
        late = [(trigger.get_next_fire_time(None, FRIDAY) - planned).total_seconds() for _ in range(50)]
        assert min(late) >= 0 and max(late) <= 60 and len(set(late)) > 1


@pytest.mark.parametrize("line", ["0 6 1 * *", "59 23 28 12 7", "5 0 * * 1"])
def test_a_plain_line_is_known_without_the_library_and_is_one(line):
    assert _PLAIN.fullmatch(line) and cron_trigger(line, UTC)


@pytest.mark.parametrize(
    "line", ["0 6 30 2 *", "60 6 1 * *", "0 24 1 * *", "0 6 0 * *", "0 6 1 13 *", "0 6 1 * 8"]
)
def test_no_plain_line_is_one_that_never_comes(line):
    assert not _PLAIN.fullmatch(line)
