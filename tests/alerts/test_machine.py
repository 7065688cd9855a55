"""How long a breach must last, and how it ends: N of the last M, exits of their own. One letter a month:

.  inside      n  near: inside the limits, beyond the exit      w  warning      ?  unknown
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.rules import Breach, Counts, Reading, replay

WORDS = {".": "", "n": "near", "w": "warning", "?": None}


def conditions(series: str, *, strikes: int = 1, out_of: int = 0, calm: int = 0) -> list[str]:
    """The condition of the newest breach after each month; – where there is none."""
    counts = Counts(strikes, out_of or strikes, calm or strikes)
    found = []
    for length in range(1, len(series) + 1):
        readings = [Reading(month, WORDS[letter]) for month, letter in enumerate(series[:length])]
        breaches: list[Breach] = replay(readings, counts)
        found.append(breaches[-1].condition if breaches else "–")
    return found


def test_two_of_three_fire_with_a_calm_month_between():
    assert conditions("w.w", strikes=2, out_of=3) == ["pending", "pending", "firing"]
    assert conditions("w..w", strikes=2, out_of=3) == ["pending", "pending", "ended", "pending"]


def test_in_a_row_a_calm_month_starts_the_count_anew():
    assert conditions("w.ww", strikes=2) == ["pending", "ended", "pending", "firing"]


def test_unknown_months_are_not_among_the_last_ones():
    assert conditions("w??.w", strikes=2, out_of=3)[-1] == "firing"


def test_what_can_no_longer_help_to_fire_is_dropped():
    assert conditions("w...", strikes=3, out_of=5) == ["pending", "pending", "pending", "ended"]
    assert conditions("w.w.w", strikes=3, out_of=5)[-1] == "firing"


def test_an_alert_that_fires_recovers_only_inside_its_exit():
    assert conditions("wnn.", calm=1) == ["firing", "firing", "firing", "ended"]


def test_near_starts_nothing_and_is_no_strike():
    assert conditions("nnn") == ["–"] * 3
    assert conditions("wnw", strikes=2)[-1] == "pending"


def test_near_takes_a_recovery_back():
    assert conditions("w.n.", calm=2) == ["firing", "recovering", "firing", "recovering"]


def test_the_way_out_has_its_own_count():
    assert conditions("w...", calm=3) == ["firing", "recovering", "recovering", "ended"]
    assert conditions("www.", strikes=3, calm=1)[-1] == "ended"


@settings(derandomize=True, max_examples=300)
@given(st.text(alphabet=".nw?", max_size=16), st.integers(1, 4), st.integers(0, 4), st.integers(1, 3))
def test_whatever_fires_had_enough_of_the_last_months_beyond_and_whatever_had_them_fires(
    series: str, strikes: int, more: int, calm: int
):
    counts = Counts(strikes, strikes + more, calm)
    readings = [Reading(month, WORDS[letter]) for month, letter in enumerate(series)]
    known = [each for each in readings if each.severity is not None]
    enough = {
        each.ordinal
        for place, each in enumerate(known)
        if each.is_breach
        and sum(one.is_breach for one in known[max(0, place + 1 - counts.out_of) : place + 1]) >= strikes
    }
    found = replay(readings, counts)

    assert {breach.fired for breach in found if breach.fired is not None} <= enough
    first = min(enough, default=None)
    assert min((breach.fired for breach in found if breach.fired is not None), default=None) == first


@pytest.mark.parametrize("series", ["w?", "wn?", "w.?", "?"])
def test_what_is_unknown_changes_nothing(series: str):
    known = series.rstrip("?") or "."
    assert conditions(series, calm=2)[-1] == conditions(known, calm=2)[-1]
