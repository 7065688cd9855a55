"""The overview against what was picked: one address moves sentence, figures, bridge, units and small charts."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from metrics.models import Forecast, Sheet
from tests.cast import person
from tests.company import Company, build_company
from tests.metrics.engine import compute
from tests.metrics.foresight import book, close, figures, forecast, lived_in
from tests.prepared import prepared
from units import roles

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ADDRESS = "/overview/?period=2026-10&basis=month"
AGAINST = {"budget": "", "prior-year": "&against=prior-year", "forecast": "&against=forecast"}
LABELS = {"budget": "Budget", "prior-year": "Prior year", "forecast": "Forecast"}
NAMES = {"budget": "budget", "prior-year": "prior year", "forecast": "forecast"}
BESIDE = {"budget": "Prior year", "prior-year": "Budget", "forecast": "Budget"}


@prepared
def company() -> Company:
    """October came with 500 more of Shops than its lines say, and was forecast before; only Shops has a budget."""
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


def stored(code: str, period: str, unit: str, version: str = "actual") -> Any:
    row = Sheet.unscoped.filter(
        unit__code=unit, period__code=period, version=version, basis="month", until_mark__isnull=True
    ).first()
    return None if row is None else row.numbers.get(code)


def baseline_of(code: str, against: str, unit: str, period: str = "2026-10") -> Any:
    match against:
        case "budget":
            return stored(code, period, unit, "budget")
        case "prior-year":
            return stored(code, f"2025-{period[-2:]}", unit)
    rows = Forecast.unscoped.filter(until_mark__isnull=True, unit__code=unit, metric=code, period__code=period)
    before = [row for row in rows.select_related("cutoff") if row.cutoff.code < period]
    return max(before, key=lambda row: row.cutoff.code).number if before else None


def board(browser: Client, against: str, address: str = ADDRESS) -> Any:
    answer = browser.get(address + AGAINST[against])
    assert answer.status_code == 200
    return answer.context["board"]


def said(phrases: Any) -> str:
    return "".join(phrase.text for phrase in phrases)


def number_in(text: str) -> float:
    return float(text.replace("\u2212", "-").replace(",", ""))


@pytest.mark.parametrize("against", AGAINST)
def test_the_picker_offers_what_to_compare_with_and_the_address_carries_it(browser: Client, against: str) -> None:
    found = board(browser, against).picker

    assert [(choice.label, choice.is_on) for choice in found.baselines] == [
        (label, each == against) for each, label in LABELS.items()
    ]
    assert all(
        (f"against={against}" in each) == (against != "budget") for each in (found.previous, found.bases[2].href)
    )


@pytest.mark.parametrize("against", AGAINST)
def test_the_headline_says_where_the_group_stands_against_it(browser: Client, against: str) -> None:
    value, was = stored("operating_income", "2026-10", "GROUP"), baseline_of("operating_income", against, "GROUP")

    side = "above" if value > was else "below"
    assert f" {side} {NAMES[against]}" in said(board(browser, against).headline.sentence)


@pytest.mark.parametrize("against", AGAINST)
def test_what_was_picked_stands_first_under_the_four_figures(browser: Client, against: str) -> None:
    for kpi, code in zip(board(browser, against).kpis, ("revenue", "operating_income"), strict=False):
        first, second = kpi.comparisons

        assert (first.label, second.label) == (LABELS[against], BESIDE[against])
        assert first.reference.number == baseline_of(code, against, "GROUP")
        assert first.variance.number == pytest.approx(kpi.figure.number / first.reference.number - 1)
        assert kpi.spark.baseline[-1] == first.reference.number


@pytest.mark.parametrize("against", AGAINST)
def test_the_bridge_leads_from_it_to_actual_and_adds_up(browser: Client, against: str) -> None:
    found = board(browser, against).bridge
    (drawn,) = found.charts
    start, *steps, end = (number_in(text) for _, text in drawn.table.rows)

    assert (drawn.table.rows[0][0], drawn.table.rows[-1][0]) == (LABELS[against], "Actual")
    assert start + sum(steps) == pytest.approx(end, abs=len(steps))  # each is rounded by itself
    assert f"from {NAMES[against]} to actual by unit" in found.subtitle


@pytest.mark.parametrize("against", AGAINST)
def test_the_columns_of_units_are_held_against_it(browser: Client, against: str) -> None:
    matrix = board(browser, against).matrix
    rows = {row.unit.short: row for row in matrix.rows}

    for code in ("RETAIL", "WHOLESALE"):
        was, reading = baseline_of("operating_income", against, code), rows[code].profit
        assert reading.baseline.number == was
        assert reading.variance.number == (None if was is None else reading.actual.number - was)
    assert f"against {NAMES[against]}" in matrix.section.subtitle
    assert NAMES[against] in matrix.phone_subtitle


@pytest.mark.parametrize("against", AGAINST)
def test_the_small_charts_draw_it_month_by_month(browser: Client, against: str) -> None:
    found = browser.get(ADDRESS + AGAINST[against] + "&measure=revenue").context["board"].multiples
    retail = next(item for item in found.items if item.unit.short == "RETAIL")
    months = ["2026-08", "2026-09", "2026-10"]

    assert list(retail.baseline[-3:]) == [baseline_of("revenue", against, "RETAIL", month) for month in months]
    assert f"gap to {NAMES[against]}" in found.section.subtitle
    assert len(retail.baseline) == len(retail.actual)


def test_whether_a_unit_is_on_plan_stays_a_matter_of_its_budget(browser: Client) -> None:
    told = {each: [row.status_label for row in board(browser, each).matrix.rows] for each in AGAINST}

    assert told["prior-year"] == told["forecast"] == told["budget"]


def test_a_unit_without_a_baseline_prints_a_dash_with_its_reason(browser: Client) -> None:
    wholesale = next(row for row in board(browser, "budget").matrix.rows if row.unit.short == "WHOLESALE")

    assert (wholesale.profit.baseline.number, wholesale.profit.variance.number) == (None, None)
    assert wholesale.profit.variance.reason
    assert "Wholesale" not in str(board(browser, "budget").bridge.charts[0].table.rows)
    assert "One unit has nothing to compare with." in board(browser, "budget").bridge.subtitle


def test_headcount_that_nobody_forecasts_is_missing_and_says_so(browser: Client) -> None:
    heads = board(browser, "forecast").kpis[3].comparisons[0]

    assert (heads.label, heads.reference.number, heads.reference.reason) == (
        "Forecast",
        None,
        "not_applicable: no forecast",
    )


@pytest.mark.parametrize(("against", "of"), [("prior-year", "prior year"), ("forecast", "forecast")])
def test_before_there_was_anything_to_compare_with_the_bridge_says_so(browser: Client, against: str, of: str) -> None:
    found = board(browser, against, "/overview/?period=2024-08&basis=month")

    assert found.bridge.title == f"No {of} to bridge from"
    assert found.bridge.charts == ()
    assert found.kpis[0].comparisons[0].reference.number is None
    assert found.kpis[0].comparisons[0].reference.reason


@pytest.mark.parametrize("picked", ["&like=closed", "&basis=rolling:3"])
def test_where_there_is_only_a_budget_there_is_no_choice(browser: Client, picked: str) -> None:
    found = browser.get(f"{ADDRESS}{picked}&against=prior-year").context["board"]

    assert found.picker.baselines == ()
    assert found.kpis[0].comparisons[0].label == "Budget"


def test_a_word_that_is_no_baseline_is_not_found(browser: Client) -> None:
    assert browser.get(f"{ADDRESS}&against=nonsense").status_code == 404


def test_a_board_that_is_kept_is_of_its_own_comparison(browser: Client, settings: Any) -> None:
    kept = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "kept against"}
    settings.CACHES = {**settings.CACHES, "pages": kept}
    caches["pages"].clear()
    pages = {each: browser.get(ADDRESS + each, headers={"HX-Request": "true"}).content for each in AGAINST.values()}

    assert len(set(pages.values())) == 3
    for address, content in pages.items():
        assert browser.get(ADDRESS + address, headers={"HX-Request": "true"}).content == content


def test_a_forecast_made_later_at_the_same_mark_is_shown_at_once(signed_in: Any, settings: Any, db: None) -> None:
    kept = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "kept before a forecast"}
    settings.CACHES = {**settings.CACHES, "pages": kept}
    caches["pages"].clear()
    build_company(figures=figures())
    compute()
    reader = signed_in(person("Emil Executive", roles.EXECUTIVE))
    before = board(reader, "forecast").kpis[0].comparisons[0]
    forecast()

    after = board(reader, "forecast").kpis[0].comparisons[0]
    assert (before.reference.number, after.reference.number) == (None, baseline_of("revenue", "forecast", "GROUP"))


def test_only_a_forecast_costs_more_queries(browser: Client) -> None:
    def cost(against: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            browser.get(ADDRESS + AGAINST[against])
        return len(asked)

    browser.get(ADDRESS)

    assert cost("prior-year") == cost("budget") < cost("forecast") <= 12
