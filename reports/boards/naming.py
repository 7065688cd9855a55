"""How units are called where room is short, and where their links lead."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from reports.figures import UnitName
from reports.formatting import apart

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
    return short_name(unit.code) if _NUMBERED.fullmatch(unit.code) else apart(unit.name)


def unit_name(unit: Any, query: str = "") -> UnitName:
    """A unit in a row, linked to its page in the same stretch of time."""
    return UnitName(short_name(unit.code), unit.name, reverse("unit", args=[unit.code]) + query)


def forecast_href(unit_code: str, metric: str, query: str) -> str:
    """Where a forecast explains itself."""
    return reverse("forecast", args=[unit_code, metric]) + query


def place(unit: Any) -> str:
    """`Unit 4, Field Services`, or the name alone where there is no number."""
    name = apart(unit.name)
    return name if short_name(unit.code) == unit.code else f"{short_name(unit.code)}, {name}"


def quiet_href(unit_code: str, metric: str, period: str) -> str:
    """Where a figure answers why it was quiet in a period; without a metric, where one is chosen."""
    parts = {"unit": unit_code, "metric": metric, "period": period}
    return f"{reverse('why-quiet')}?{urlencode({name: value for name, value in parts.items() if value})}"


def explain_href(unit_code: str, metric: str, query: str) -> str:
    """Where a figure explains itself."""
    return reverse("explain", args=[unit_code, metric]) + query


def metric_href(unit_code: str, metric: str, query: str) -> str:
    """Where everything about a metric of a unit stands."""
    return reverse("unit-metric", args=[unit_code, metric]) + query
