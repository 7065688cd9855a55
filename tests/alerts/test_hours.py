"""A reader's day: the morning on her own clock, and hours in which nothing rings."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.telling.hours import Hours, Quiet

BERLIN, NEW_YORK, KOLKATA = (ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Kolkata"))
WORKDAYS = frozenset(range(5))
NIGHT = Quiet(WORKDAYS, time(20), time(7))
WEEKEND = Quiet(frozenset({5, 6}), time(0), time(0))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "hour", "written", "morning"),
    [
        (BERLIN, 7, "2026-10-09 07:40", "2026-10-10 05:00"),  # 9:40 at home: tomorrow
        (BERLIN, 7, "2026-10-09 03:00", "2026-10-09 05:00"),  # 5:00 at home: today
        (BERLIN, 7, "2026-10-09 05:00", "2026-10-09 05:00"),  # the very moment
        (NEW_YORK, 8, "2026-10-09 07:40", "2026-10-09 12:00"),
        (KOLKATA, 7, "2026-10-09 22:00", "2026-10-10 01:30"),
        (BERLIN, 7, "2026-10-24 12:00", "2026-10-25 06:00"),  # clocks went back in the night
        (BERLIN, 7, "2026-03-28 12:00", "2026-03-29 05:00"),  # and forward
        (BERLIN, 2, "2026-03-28 12:00", "2026-03-29 01:00"),  # an hour that is skipped: when it would have been
        (BERLIN, 2, "2026-10-24 12:00", "2026-10-25 00:00"),  # an hour that comes twice: the first
    ],
)
def test_the_next_morning_is_by_the_clock_on_the_readers_wall(zone, hour, written, morning):
    assert Hours(zone, hour).next_morning(utc(written)) == utc(morning)


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        ("2026-10-09 12:00", None),  # Friday at noon
        ("2026-10-08 19:00", "2026-10-09 05:00"),  # Thursday night
        ("2026-10-09 02:00", "2026-10-09 05:00"),  # still Thursday's
        ("2026-10-09 18:00", "2026-10-11 22:00"),  # Friday night runs into the weekend, which runs until Monday
        ("2026-10-10 12:00", "2026-10-11 22:00"),
    ],
)
def test_quiet_that_touches_is_one(moment, until):
    hours = Hours(BERLIN, 7, (NIGHT, WEEKEND))

    assert hours.quiet_until(utc(moment)) == (until and utc(until))


def test_quiet_without_end_is_over_after_a_week():
    always = Hours(BERLIN, 7, (Quiet(frozenset(range(7)), time(0), time(0)),))

    assert always.quiet_until(utc("2026-10-09 12:00")) == utc("2026-10-16 12:00")


def test_what_is_written_in_quiet_without_end_goes_out_a_week_later():
    always, written = Hours(BERLIN, 7, (Quiet(frozenset(range(7)), time(0), time(0)),)), utc("2026-10-09 12:00")
    terms = {"is_urgent": True, "rings_anyway": False}

    ready = [always.ready(written, now=written + timedelta(days=days), **terms) for days in (0, 3, 7, 9)]

    week = written + timedelta(days=7)
    assert ready == [week, week, week, written + timedelta(days=9)]


def test_quiet_that_ends_is_kept_however_long_ago_it_was_written():
    """A silence of weeks that ends at midnight wakes nobody."""
    hours, night = Hours(BERLIN, 7, (NIGHT,)), utc("2026-10-08 22:00")

    ready = hours.ready(night - timedelta(days=20), now=night, is_urgent=False, rings_anyway=False)

    assert ready == utc("2026-10-09 05:00")


def test_what_is_urgent_goes_at_once_unless_it_is_quiet_and_what_rings_anyway_always():
    hours, night = Hours(BERLIN, 9, (NIGHT,)), utc("2026-10-08 20:00")

    assert hours.ready(night, now=night, is_urgent=True, rings_anyway=True) == night
    assert hours.ready(night, now=night, is_urgent=True, rings_anyway=False) == utc("2026-10-09 05:00")
    assert hours.ready(night, now=night, is_urgent=False, rings_anyway=False) == utc("2026-10-09 07:00")


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
QUIETS = st.lists(st.builds(Quiet, st.frozensets(st.integers(0, 6), max_size=7), st.times(), st.times()), max_size=3)


@given(MOMENTS, st.sampled_from([BERLIN, NEW_YORK, KOLKATA, ZoneInfo("Pacific/Apia")]), st.integers(0, 23))
def test_a_morning_is_never_past_and_never_more_than_a_day_and_an_hour_away(moment, zone, hour):
    morning = Hours(zone, hour).next_morning(moment)

    assert 0 <= (morning - moment).total_seconds() <= 25 * 3600


@given(MOMENTS, QUIETS)
def test_quiet_ends_in_no_quiet_or_after_a_week(moment, quiet):
    hours = Hours(BERLIN, 7, tuple(quiet))
    until = hours.quiet_until(moment)

    if until is not None:
        assert moment < until
        assert hours.quiet_until(until) is None or (until - moment).days >= 6
