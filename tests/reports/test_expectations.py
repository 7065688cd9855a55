"""The gap to what was forecast: by unit and by line, as it was seen before the period began."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from tests.company import Company
from tests.metrics.engine import compute
from tests.metrics.foresight import book, close, expected, forecast, lived_in
from tests.prepared import prepared
from units.commands import DataRefused

ONE = 10_000


@prepared
def company() -> Company:
    """October came with 500 more of Shops than its lines say, and was forecast before."""
    found = lived_in()
    book(found.shops, "2026-10", 500)
    close(found, "2026-10")
    compute(full=True)
    return found


def asked(*options: str) -> dict[str, Any]:
    out = StringIO()
    call_command("attribution", "--baseline", "forecast", "--period", "2026-10", "--json", *options, stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def worth(level: dict[str, Any]) -> int:
    return round(float(level["value"]) * ONE)


def test_what_came_is_read_against_what_was_forecast_before(company: Company) -> None:
    was = expected("SHOPS", "revenue")["2026-10"].number
    forecast()
    told = asked("--metric", "operating_income", "--unit", "SHOPS")
    revenue = next(part for part in told["parts"] if part["code"] == "revenue")

    assert worth(revenue["compared"]) == was
    assert worth(revenue["favourable"]) == worth(revenue["actual"]) - was


@pytest.mark.parametrize("by", ["unit", "line"])
def test_the_parts_of_a_group_add_up_to_its_gap(company: Company, by: str) -> None:
    forecast()
    told = asked("--metric", "operating_income", "--unit", "GROUP", "--by", by)

    parts = sum(worth(part["favourable"]) for part in told["parts"]) + worth(told["rest"])
    assert parts == worth(told["favourable"]) == worth(told["actual"]) - worth(told["compared"])


def test_what_nobody_forecast_has_no_gap(company: Company) -> None:
    with pytest.raises(DataRefused, match="no number to compare: no forecast"):
        asked("--metric", "revenue", "--unit", "GROUP", "--basis", "ytd")
