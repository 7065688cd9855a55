"""Accounts inside a line that a driver may act on alone, and how such a driver travels."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from django.http import QueryDict

from metrics.scenarios.base import LinePart
from reports.scenarios.asking import Typed, address, carried, kept, packed
from reports.scenarios.parts import inside, shares
from tests.metrics.scenarios import CALENDAR, setting

CHART = (
    ("4000", None, "income", 1, "revenue", "Revenue"),
    ("4100", "4000", "income", 1, "", "Subscriptions"),
    ("4200", "4000", "income", 1, "", "Usage"),
    ("4210", "4200", "income", 1, "", "Peaks"),
    ("4900", "4000", "income", -1, "", "Discounts"),
    ("5000", None, "expense", 1, "cost_of_sales", "Cost of sales"),
    ("5300", "5000", "expense", 1, "cloud", "Cloud"),
    ("5310", "5300", "expense", 1, "", "Compute"),
    ("6000", None, "expense", 1, "other_operating_cost", "Other"),
    ("6100", "6000", "expense", 1, "marketing", "Campaigns"),
)


def test_parts_are_the_accounts_inside_a_line_without_what_counts_against_it_or_lies_in_another() -> None:
    found = inside(CHART)

    assert found["revenue"] == {"4100": "Subscriptions", "4200": "Usage", "4210": "Peaks"}
    assert found["cloud_cost"] == {"5310": "Compute"}
    assert found["other_operating_cost"] == {"6000": "Other"}


def test_a_share_is_of_the_newest_three_months_and_of_some_of_the_line() -> None:
    months = [
        {"revenue": 100, "account:4100": 100},
        *[{"revenue": 100, "account:4100": 60, "account:4200": 40}] * 2,
        {"revenue": 200, "account:4100": 80, "account:4200": 120},
    ]

    assert shares({"revenue": {"4000": "Revenue", "4200": "Usage", "4210": "Peaks"}}, months)["revenue"] == {
        "4200": LinePart("Usage", Fraction(200, 400))
    }
    assert shares({"revenue": {"4200": "Usage"}}, []) == {"revenue": {}}


def test_the_part_goes_along_in_the_address_whatever_its_code_is() -> None:
    rows = [Typed("U:06", "price", "+6", "2027-01", "4:2@00"), Typed("U06", "price", "+1")]

    assert carried(QueryDict(address(rows))) == rows
    assert address(rows[1:]) == "d=price%3A%2B1%3A%3AU06"


def test_the_part_is_kept_with_the_scenario() -> None:
    settings = [replace(setting("price", "6"), part="4200"), setting("price", "1")]
    rows = packed(settings, CALENDAR)

    assert [row.part for row in kept(rows)] == ["4200", ""]
    assert "part" not in rows[1]
