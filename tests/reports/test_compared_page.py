"""A unit's page against what was picked: one address moves statement, bridge, sentence and what explains the gap."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from metrics.models import Forecast, Sheet
from tests.company import Company
from tests.metrics.engine import compute
from tests.metrics.foresight import book, close, forecast, lived_in
from tests.prepared import prepared

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ADDRESS = "/units/SHOPS/?period=2026-10"
AGAINST = {"budget": "", "prior-year": "&against=prior-year", "forecast": "&against=forecast"}
LABELS = {"budget": "Budget", "prior-year": "Prior year", "forecast": "Forecast"}
NAMES = {"budget": "budget", "prior-year": "prior year", "forecast": "forecast"}


@prepared
def company() -> Company:
    """October came with 500 more of Shops than its lines say, and was forecast before."""
    found = lived_in()
    book(found.shops, "2026-10", 500)
    close(found, "2026-10")
    compute(full=True)
    forecast()
    return found


@pytest.fixture
def browser(company: Company, signed_in: Any, executive: Any) -> Client:
    found: Client = signed_in(executive)
    return found


def stored(code: str, period: str, version: str = "actual", unit: str = "SHOPS") -> Any:
    row = Sheet.unscoped.get(
        unit__code=unit, period__code=period, version=version, basis="month", until_mark__isnull=True
    )
    return row.numbers[code]


def baseline_of(code: str, against: str) -> Any:
    match against:
        case "budget":
            return stored(code, "2026-10", "budget")
        case "prior-year":
            return stored(code, "2025-10")
    standing = Forecast.unscoped.filter(until_mark__isnull=True, unit__code="SHOPS", metric=code)
    return standing.get(cutoff__code="2026-09", period__code="2026-10").number


def board(browser: Client, against: str, address: str = ADDRESS) -> Any:
    answer = browser.get(address + AGAINST[against])
    assert answer.status_code == 200
    return answer.context["board"]


def lines(statement: Any) -> dict[str, Any]:
    return {row.code: row for row in statement.rows}


@pytest.mark.parametrize("against", AGAINST)
def test_the_variance_columns_of_the_statement_move(browser: Client, against: str) -> None:
    found = board(browser, against).statement
    revenue, was = lines(found)["revenue"].first, baseline_of("revenue", against)

    assert found.baseline_label == LABELS[against]
    assert [(choice.label, choice.is_on) for choice in found.baselines] == [
        (label, each == against) for each, label in LABELS.items()
    ]
    assert revenue.baseline.number == was
    assert revenue.variance.number == revenue.actual.number - was
    assert revenue.percent.number == pytest.approx((revenue.actual.number - was) / was)
    assert f" {NAMES[against]}" in found.section.title


@pytest.mark.parametrize("against", AGAINST)
def test_the_bridge_leads_from_what_was_picked_to_actual(browser: Client, against: str) -> None:
    found = board(browser, against)
    start, end = (lines(found.statement)["operating_income"].first.baseline, stored("operating_income", "2026-10"))
    (drawn,) = found.bridge.charts

    assert start.number == baseline_of("operating_income", against)
    assert (drawn.table.rows[0][0], drawn.table.rows[-1][0]) == (LABELS[against], "Actual")
    assert f"from {NAMES[against]} to actual" in found.bridge.subtitle
    assert end == lines(found.statement)["operating_income"].first.actual.number


@pytest.mark.parametrize("against", AGAINST)
def test_the_sentence_and_what_accounts_for_the_gap_say_the_same(browser: Client, against: str) -> None:
    found = board(browser, against)
    gap = lines(found.statement)["operating_income"].first.variance
    sentence = "".join(phrase.text for phrase in found.headline.sentence)
    listed = {row.label: row.variance.number for row in found.contributors.rows}

    assert f"{'above' if gap.number > 0 else 'below'} {NAMES[against]}" in sentence
    assert f"against {NAMES[against]}" in found.contributors.section.subtitle
    assert listed["Revenue"] == lines(found.statement)["revenue"].first.variance.number


def test_a_margin_was_forecast_where_both_of_its_legs_were(browser: Client) -> None:
    margin = lines(board(browser, "forecast").statement)["operating_margin"].first
    income, revenue = (baseline_of(code, "forecast") for code in ("operating_income", "revenue"))

    assert margin.baseline.number == pytest.approx(income / revenue)
    assert margin.variance.number == pytest.approx(margin.actual.number - income / revenue)


def test_what_nobody_forecast_is_missing_and_says_so(browser: Client) -> None:
    statement = board(browser, "forecast").statement
    year = lines(statement)["revenue"].second

    assert (year.baseline.number, year.variance.number) == (None, None)
    assert year.baseline.reason == "not_applicable: no forecast"


def test_the_budget_stands_beside_a_comparison_with_the_prior_year(browser: Client) -> None:
    found = board(browser, "prior-year").statement

    assert (found.baseline_label, found.beside_label) == ("Prior year", "Budget")
    assert lines(found)["revenue"].first.prior.number == stored("revenue", "2026-10", "budget")


def test_figures_lead_to_explanations_against_the_same(browser: Client) -> None:
    found = lines(board(browser, "prior-year").statement)["revenue"].first.actual

    assert "against=prior-year" in found.href
    explained = browser.get(found.href).context["board"]
    assert explained.against == "against prior year $1.50K"
    assert [choice.label for choice in explained.contributors.baselines if choice.is_on] == ["Prior year"]


def test_headline_figures_and_the_parts_of_a_group_stay_against_budget(browser: Client) -> None:
    boards = [board(browser, each, "/units/RETAIL/?period=2026-10") for each in ("budget", "prior-year")]

    assert boards[0].kpis == boards[1].kpis or [kpi.comparisons for kpi in boards[0].kpis] == [
        kpi.comparisons for kpi in boards[1].kpis
    ]
    assert [row.profit.variance for row in boards[0].children.rows] == [
        row.profit.variance for row in boards[1].children.rows
    ]


@pytest.mark.parametrize("picked", ["&like=closed", "&basis=rolling:3"])
def test_where_there_is_only_a_budget_there_is_no_choice(browser: Client, picked: str) -> None:
    found = browser.get(f"{ADDRESS}{picked}&against=prior-year").context["board"]

    assert found.statement.baselines == ()
    assert found.statement.baseline_label == "Budget"
