"""How units are called where room is short, and where their links lead."""

from __future__ import annotations

import re
from typing import Any

from django.urls import reverse

from reports.figures import UnitName

_NUMBERED = re.compile(r"U0*([0-9]+)")


def number_of(code: str) -> str:
    """`6` for U06; other codes as they stand."""
    match = _NUMBERED.fullmatch(code)
    return match[1] if match else code


def short_name(code: str) -> str:
    """`Unit 6` for U06; other codes as they stand."""
    match = _NUMBERED.fullmatch(code)
    return f"Unit {match[1]}" if match else code


def full_name(unit: Any) -> str:
    """`Unit 6` for U06; others by their name, where there is room for it."""
    return short_name(unit.code) if _NUMBERED.fullmatch(unit.code) else unit.name


def unit_name(unit: Any, query: str = "") -> UnitName:
    """A unit in a row, linked to its page in the same stretch of time."""
    return UnitName(short_name(unit.code), unit.name, reverse("unit", args=[unit.code]) + query)


def forecast_href(unit_code: str, metric: str, query: str) -> str:
    """Where a forecast explains itself."""
    return reverse("forecast", args=[unit_code, metric]) + query


def explain_href(unit_code: str, metric: str, query: str) -> str:
    """Where a figure explains itself."""
    return reverse("explain", args=[unit_code, metric]) + query
