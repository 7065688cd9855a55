"""Moments as people and programs write them: a date, which means its end, or an ISO 8601 time."""

from __future__ import annotations

from datetime import datetime

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import get_current_timezone, make_aware

EXAMPLES = "a date such as 2026-10-09, or a time such as 2026-10-09T07:40:00+00:00"


def moment(text: str) -> datetime | None:
    """The moment of a text, local where it names no offset; None where it is neither a date nor a time."""
    try:
        day = parse_date(text)
        if day is not None:
            return datetime(day.year, day.month, day.day, 23, 59, 59, 999_999, tzinfo=get_current_timezone())
        known = parse_datetime(text.replace(" ", "+"))  # an unescaped plus of an address arrives as a space
    except ValueError:
        return None
    return known if known is None or known.tzinfo else make_aware(known)
