"""Stored forecasts: made from the sheets, adding up, kept as they were seen, and held against what came."""

from __future__ import annotations

from datetime import date

import pytest

from audit.models import Record
from jobs.models import Job
from ledger.querysets import fiscal_calendar
from metrics.models import Forecast
from metrics.outlook import accuracy_by_lag, forecasts, landings, stored_forecasts
from metrics.querysets import computed_mark
from tests.company import Company, build_company
from tests.ledger.imports import bring
from tests.metrics.engine import SYSTEM, compute, number
from tests.metrics.foresight import book, close, expected, forecast, lived_in
from tests.prepared import prepared
from units.guard import ScopeMissing
from units.models import Unit
from units.scope import Scope

AHEAD = ["2026-10", "2026-11", "2026-12", *(f"2027-{month:02}" for month in range(1, 11))]


@prepared
def company() -> Company:
    return lived_in()


def test_nothing_is_forecast_of_an_empty_database(db: None) -> None:
    assert forecast() is None


def test_the_months_after_the_last_closed_one_are_forecast(company: Company) -> None:
    revenue = expected("SHOPS", "revenue")

    assert list(revenue) == AHEAD[:-1]
    assert {row.cutoff.code for row in revenue.values()} == {"2026-09"}
    assert revenue["2026-10"].months == 27


def test_groups_are_the_sum_of_their_units_and_eliminations(company: Company) -> None:
    for metric in ("revenue", "cost_of_sales", "personnel_cost", "operating_income"):
        for period in ("2026-10", "2027-09"):
            parts = [expected(unit, metric).get(period) for unit in ("RETAIL", "WHOLESALE", "ELIM")]
            assert expected("GROUP", metric)[period].number == sum(part.number for part in parts if part)
    assert expected("ELIM", "revenue")["2026-12"].number == -200_0000


def test_the_statement_adds_up(company: Company) -> None:
    for unit in ("SHOPS", "GROUP"):
        line = {metric: row["2026-12"].number for metric in LINES if (row := expected(unit, metric))}
        assert line["gross_profit"] == line["revenue"] - line["cost_of_sales"]
        assert line["operating_cost"] == line["personnel_cost"]
        assert line["operating_income"] == line["gross_profit"] - line["operating_cost"]
        assert line["total_cost"] == line["cost_of_sales"] + line["operating_cost"]


LINES = (
    "revenue",
    "cost_of_sales",
    "personnel_cost",
    "gross_profit",
    "operating_cost",
    "total_cost",
    "operating_income",
)


def test_what_the_chart_does_not_carry_is_not_forecast(company: Company) -> None:
    assert expected("SHOPS", "contractor_cost") == {}
    assert expected("SHOPS", "marketing_cost")["2026-12"].number == 0
    assert expected("RETAIL", "revenue") != {}


def test_every_forecast_shows_its_own_past_error(company: Company) -> None:
    for row in stored_forecasts(SYSTEM):
        assert row.tries == 30
        assert row.low <= row.number <= row.high
        if row.naive:  # of a line that is zero throughout there is no share
            assert row.wape is not None
            assert row.value_added == row.naive_wape - row.wape


def test_forecasting_twice_writes_nothing_the_second_time(company: Company) -> None:
    again = forecast()

    assert again is not None
    assert (again.written, again.closed) == (0, 0)
    assert again.forecasts == Forecast.unscoped.count()
    assert Record.objects.filter(verb="metrics.forecast.made").count() == 1


def test_a_restated_month_replaces_the_forecast_and_keeps_the_one_before(company: Company) -> None:
    before, mark = expected("SHOPS", "revenue")["2026-12"], computed_mark()
    book(company.shops, "2026-08", 500)
    compute()
    made = forecast()
    after = expected("SHOPS", "revenue")["2026-12"]

    assert made is not None and made.written == made.closed > 0
    assert after.number > before.number
    assert after.from_mark == computed_mark()
    assert stored_forecasts(SYSTEM).standing_at(mark).get(pk=before.pk).until_mark == after.from_mark
    assert expected("DEPOT", "revenue")["2026-12"].from_mark == mark


def test_an_open_month_is_forecast_whatever_came_for_it_so_far(company: Company) -> None:
    before = expected("SHOPS", "revenue")["2026-10"].number
    bring(SYSTEM, "unit | account | period | amount\nSHOPS | REVENUE | 2026-10 | 9999", source="second")
    compute()
    made = forecast()

    assert made is not None and made.written == 0
    assert expected("SHOPS", "revenue")["2026-10"].number == before


def test_closing_a_month_makes_new_forecasts_and_leaves_the_earlier_ones_standing(company: Company) -> None:
    old = expected("SHOPS", "revenue")
    close(company, "2026-10")
    compute(full=True)
    forecast()
    new = expected("SHOPS", "revenue")

    assert list(new)[0] == "2026-11"
    assert new["2026-11"].cutoff.code == "2026-10"
    assert Forecast.unscoped.get(pk=old["2026-11"].pk).until_mark is None


def test_units_closed_to_different_months_have_their_own_cut_off_and_the_group_says_so(company: Company) -> None:
    close(company, "2026-10", company.retail)
    compute(full=True)
    forecast()
    group = expected("GROUP", "revenue")

    assert expected("SHOPS", "revenue")["2026-11"].cutoff.code == "2026-10"
    assert expected("DEPOT", "revenue")["2026-11"].cutoff.code == "2026-09"
    assert group["2026-11"].cutoff.code == "2026-09"
    assert group["2026-11"].cutoffs["2026-10"] == 2
    october = number("revenue", "SHOPS", "2026-10")
    others = expected("DEPOT", "revenue")["2026-10"].number + expected("ELIM", "revenue")["2026-10"].number
    assert group["2026-10"].number == october + others


def test_accuracy_by_lag_is_of_the_forecasts_as_they_were_made(company: Company) -> None:
    made = expected("SHOPS", "revenue")["2026-10"]
    assert accuracy_by_lag(SYSTEM, unit=company.shops.pk, metric="revenue", mark=computed_mark()) == {}

    close(company, "2026-10")
    compute(full=True)
    forecast()
    ((lag, read),) = accuracy_by_lag(SYSTEM, unit=company.shops.pk, metric="revenue", mark=computed_mark()).items()
    came = number("revenue", "SHOPS", "2026-10")

    assert (lag, read.pairs) == (1, 1)
    assert read.wape == pytest.approx(abs(came - made.number) / came)
    assert read.bias == pytest.approx((made.number - came) / came)
    assert read.value_added == pytest.approx((abs(came - made.naive) - abs(came - made.number)) / came)


def test_the_year_lands_at_what_is_closed_and_what_is_forecast(company: Company) -> None:
    mark = computed_mark()
    found = landings(SYSTEM, list(forecasts(SYSTEM, mark)), mark=mark, calendar=fiscal_calendar())
    landing = found[company.shops.pk, "revenue"]
    closed = sum(number("revenue", "SHOPS", f"2026-{month:02}") for month in range(1, 10))
    ahead = sum(expected("SHOPS", "revenue")[f"2026-{month}"].number for month in (10, 11, 12))

    assert (landing.number, landing.actual, landing.forecast) == (closed + ahead, closed, ahead)
    assert landing.months == (9, 3)
    assert landing.low < landing.number < landing.high
    assert landing.budget is None  # November and December have none


def test_a_reader_finds_the_forecasts_of_own_units_only(company: Company) -> None:
    blind = Scope(actor="person:0")

    assert list(stored_forecasts(blind)) == []
    with pytest.raises(ScopeMissing):
        list(Forecast.objects.all())


def test_a_recompute_asks_for_forecasts(company: Company) -> None:
    assert Job.objects.filter(kind="metrics.forecast", key="statement", state="waiting").count() == 1


def test_a_company_of_four_months_repeats_its_last_one_and_claims_nothing(db: None) -> None:
    build_company()
    compute()
    forecast()
    row = expected("SHOPS", "revenue")["2026-10"]

    assert (row.method, row.number, row.wape, row.low) == ("seasonal naive", 1200_0000, None, None)


def test_a_unit_that_has_left_the_company_is_not_forecast_any_more(company: Company) -> None:
    assert expected("SHOPS", "revenue") != {}
    before = expected("RETAIL", "revenue")["2026-12"].number
    Unit.unscoped.filter(code="SHOPS").update(ends=date(2026, 9, 30))
    compute(full=True)
    forecast()

    assert expected("SHOPS", "revenue") == {}
    assert expected("RETAIL", "personnel_cost")["2026-12"].number == 100_0000
    assert expected("RETAIL", "revenue")["2026-12"].number == 0 < before
    assert Forecast.unscoped.filter(unit=company.shops).exists()


def test_a_unit_that_left_long_ago_does_not_hold_back_its_group(company: Company) -> None:
    Unit.unscoped.filter(code="SHOPS").update(ends=date(2026, 3, 31))
    compute(full=True)
    forecast()

    group = expected("GROUP", "revenue")["2026-12"]
    assert group.cutoff.code == "2026-09"
    assert list(group.cutoffs) == ["2026-09"]
