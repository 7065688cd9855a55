"""What a unit's months say of themselves, and its cash ahead, on its page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from metrics.models import Study
from reports.boards.cash import cash_ahead
from reports.boards.months import findings, month_of
from reports.selection import select
from tests.cast import person
from tests.company import Company
from tests.metrics.engine import SYSTEM, compute
from tests.metrics.foresight import book, forecast
from tests.metrics.studied import figure, standing, study, with_cash
from tests.prepared import prepared
from units import roles

pytestmark = pytest.mark.usefixtures("clock")
SignedIn = Callable[..., Client]


@prepared
def company() -> Company:
    found = with_cash()
    study()
    return found


@pytest.fixture
def reader(company: Company, signed_in: SignedIn) -> Client:
    return signed_in(person("Erin Executive", roles.EXECUTIVE))


def board(reader: Client, address: str = "/units/SHOPS/?period=2026-09") -> Any:
    return reader.get(address).context["board"]


def told(statistics: dict[str, Any], company: Company) -> dict[str, str]:
    """Sentences by sort and figure, of a study that says so."""
    row = Study(unit=company.shops, cutoff=company.months["2026-09"], statistics=statistics, cash={})
    selection = select({"period": "2026-09"}, scope=SYSTEM, unit=company.shops, basis="month")
    found = findings(selection, row, currency="USD")
    return {f"{item.sort} {item.label}": item.text for item in found.items} if found else {}


USUAL = {"median": 100, "q1": 90, "q3": 110, "mad": 10, "skew": 0.0, "in_words": "balanced"}
QUIET = {"n": 33, "missing": 0, "share": True, "distribution": USUAL}


def test_the_page_says_trend_and_season_in_words_with_links_to_the_figures(reader: Client) -> None:
    found = board(reader).findings
    said = {(item.sort, item.label): item for item in found.items}
    slope = figure("SHOPS", "revenue")["trend"]["slope"] / 10_000

    assert said["Trend", "Revenue"].text == f"+${slope:.0f} a month over 24 months"
    assert said["Season", "Revenue"].text.startswith("usually highest in October (+1")
    assert said["Trend", "Revenue"].href == "/units/SHOPS/explain/revenue/?period=2026-09&basis=month"
    assert reader.get(said["Trend", "Revenue"].href).status_code == 200
    assert "What its months say" in reader.get("/units/SHOPS/?period=2026-09").content.decode()


def test_an_unusual_month_comes_first_and_heads_the_section(reader: Client, company: Company) -> None:
    book(company.shops, "2026-09", 2000)
    compute()
    forecast()
    study()
    found = board(reader).findings

    assert found.section.title == f"{found.items[0].label} is unusual in Sep 2026"
    assert {item.label for item in found.items if item.sort == "Unusual"} >= {"Revenue"}


def test_every_sort_of_finding_in_the_words_of_a_finance_officer(company: Company) -> None:
    odd = {"value": 300_0000, "expected": 500_0000, "spread": 60_0000, "score": -3.4, "unusual": True}
    trend = {"slope": 120_000_0000, "low": 1, "high": 2, "clear": True, "n": 24, "span": 24}
    season = {"strength": 0.9, "indices": {"2025-12": 0.14, "2026-02": -0.05}}
    shift = [{"period": "2026-05", "size": 15.3}, {"period": "2024-05", "size": 9.0}]
    pair = {"first": "headcount", "second": "revenue", "lag": 2, "r": 0.82, "n": 34, "tried": 15, "odds": 0.001}
    said = told(
        {
            "metrics": {
                "revenue": QUIET | {"trend": trend, "season": season},
                "operating_income": QUIET | odd,
                "dso": QUIET | {"share": False, "shifts": shift},
            },
            "correlations": [pair | {"warnings": ["moves with, does not cause"]}],
        },
        company,
    )

    assert said == {
        "Unusual Operating income": "$300, 3.4 times the usual spread below the $500 that trend and season say",
        "Shift Days sales outstanding": "on another level since May 2026, +15 days",
        "Trend Revenue": "+$120K a month over 24 months",
        "Season Revenue": "usually highest in December (+14.0%), lowest in February (−5.0%)",
        "Together Revenue": "moves with headcount 2 months earlier (r 0.82, n 34; 15 pairs tried)",
    }


def test_what_is_likely_luck_unclear_or_weak_is_not_told(company: Company) -> None:
    pair = {"first": "headcount", "second": "revenue", "lag": 0, "r": 0.3, "n": 34, "tried": 15, "odds": 0.4}
    trend = {"slope": 1, "low": -1, "high": 2, "clear": False, "n": 24, "span": 24}
    season = {"strength": 0.1, "indices": {"2025-12": 0.14, "2026-02": -0.05}}
    metrics = {"revenue": QUIET | {"trend": trend, "season": season}}

    assert told({"metrics": metrics, "correlations": [pair | {"warnings": []}]}, company) == {}


def test_ratios_and_days_trend_by_the_year_and_what_is_too_little_to_print_is_not_told(company: Company) -> None:
    clear = {"low": 0, "high": 0, "clear": True, "n": 24, "span": 24}
    margin, days = (QUIET | {"share": False, "trend": clear | {"slope": slope}} for slope in (-0.001, 0.03))

    assert told({"metrics": {"operating_margin": margin, "dso": days}, "correlations": []}, company) == {
        "Trend Operating margin": "−1.2 pp a year over 24 months"
    }


def test_an_earlier_month_tells_nothing_of_what_came_after_it(reader: Client) -> None:
    earlier = board(reader, "/units/SHOPS/?period=2026-06")

    assert (earlier.findings, earlier.cash) == (None, None)


def test_the_low_point_of_cash_heads_its_section_and_the_table_adds_up(reader: Client) -> None:
    section = board(reader).cash.section
    low = standing("SHOPS").cash["low"]
    table = section.charts[0].table

    assert month_of(low["period"], "%B %Y") in section.title
    assert table.head == ("Month", "Collected", "To suppliers", "Staff", "Other", "Cash", "80% interval")
    assert len(table.rows) == 24
    assert section.link.href == "/units/SHOPS/explain/cash/?period=2026-09&basis=month"
    assert "customers owe 0.9 months of sales" in section.subtitle
    assert "on average over 30 month ends before" in section.subtitle


def test_a_unit_without_cash_has_no_such_section(reader: Client) -> None:
    assert board(reader, "/units/DEPOT/?period=2026-09").cash is None


@pytest.mark.parametrize(
    ("ahead", "title"),
    [
        ((90, 40, 80), "Cash is lowest at $40 in November 2026, $60 below today's"),
        ((90, -10, -30), "Cash runs out in November 2026 and is lowest at −$30 in December 2026"),
        ((120, 110, 130), "Cash does not fall below today's $100; its lowest month end is $110 in November 2026"),
    ],
)
def test_the_low_point_in_words(company: Company, ahead: tuple[int, ...], title: str) -> None:
    months = [{"period": f"2026-{10 + at}", "cash": cash * 10_000} for at, cash in enumerate(ahead)]
    said = {
        "opening": 100_0000,
        "behind": [{"period": "2026-09", "cash": 100_0000}],
        "months": months,
        "low": min(months, key=lambda month: month["cash"]),
        "lags": {},
        "unknown": [],
    }
    row = Study(unit=company.shops, cutoff=company.months["2026-09"], statistics={}, cash=said)
    found = cash_ahead(row, currency="USD", href="/somewhere/")

    assert found is not None
    assert found.section.title == title
    assert found.section.subtitle.endswith("The history is too short to say how good such a forecast is.")
