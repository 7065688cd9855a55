"""The time zones people may live in."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones


@cache
def time_zones() -> frozenset[str]:
    """Their names, read once: asking for them opens some six hundred files."""
    return frozenset(available_timezones())
