"""Stored studies: made from sheets and forecasts, only of units that changed, read within the reader's units."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Record
from jobs.models import Job
from jobs.work import drain
from metrics.models import Study
from metrics.querysets import computed_mark
from metrics.studies import stored_studies, studies
from metrics.studying import Made
from tests.company import Company, build_company
from tests.metrics.engine import AT, SYSTEM, compute, number
from tests.metrics.foresight import book, close, forecast, lived_in
from tests.metrics.studied import figure, standing, study
from tests.prepared import prepared
from units.guard import ScopeMissing
from units.scope import Scope


@prepared
def company() -> Company:
    found = lived_in()
    study()
    return found


def test_nothing_is_studied_of_an_empty_database(db: None) -> None:
    assert study() is None


def test_every_unit_but_eliminations_is_studied_up_to_its_newest_known_month(company: Company) -> None:
    found = studies(SYSTEM, computed_mark())

    assert [(row.unit.code, row.cutoff.code) for row in found] == [
        (code, "2026-09") for code in ("GROUP", "RETAIL", "SHOPS", "WHOLESALE", "DEPOT")
    ]


def test_the_newest_month_is_judged_by_trend_and_season(company: Company) -> None:
    revenue = figure("SHOPS", "revenue")

    assert revenue["n"] == 27
    assert revenue["value"] == number("revenue", "SHOPS", "2026-09")
    assert revenue["expected"] == pytest.approx(revenue["value"], rel=0.02)
    assert not revenue["unusual"]
    assert revenue["trend"]["slope"] == pytest.approx(20_0000, rel=0.25)
    assert revenue["trend"]["clear"]
    assert max(revenue["season"]["indices"], key=revenue["season"]["indices"].get) == "2025-10"


def test_a_month_that_is_far_off_is_unusual(company: Company) -> None:
    book(company.shops, "2026-09", 2000)
    compute()
    forecast()
    study()

    assert figure("SHOPS", "revenue")["unusual"]
    assert figure("SHOPS", "revenue")["score"] > 3.5


def test_what_has_no_figures_is_not_studied(company: Company) -> None:
    assert "satisfaction" not in standing("SHOPS").statistics["metrics"]
    assert "marketing_cost" not in standing("SHOPS").statistics["metrics"]  # 0 in every month


def test_studying_twice_writes_nothing_the_second_time_and_looks_at_nobody(company: Company) -> None:
    assert study() == Made(0, 0, 0)
    assert Record.objects.filter(verb="metrics.study.made").count() == 1


def test_only_units_whose_figures_changed_are_studied_again(company: Company) -> None:
    before = {row.unit.code: row.pk for row in studies(SYSTEM, computed_mark())}
    book(company.shops, "2026-08", 500)
    compute()
    forecast()
    made = study()
    after = {row.unit.code: row.pk for row in studies(SYSTEM, computed_mark())}

    assert made == Made(3, 3, 3)
    assert {code for code in after if after[code] != before[code]} == {"SHOPS", "RETAIL", "GROUP"}


def test_an_earlier_study_is_what_was_known_then(company: Company) -> None:
    mark, before = computed_mark(), figure("SHOPS", "revenue")
    book(company.shops, "2026-08", 500)
    compute()
    forecast()
    study()

    assert figure("SHOPS", "revenue") != before
    assert studies(SYSTEM, mark).get(unit__code="SHOPS").statistics["metrics"]["revenue"] == before


def test_a_month_that_is_closed_is_studied(company: Company) -> None:
    close(company, "2026-10")
    compute(full=True)
    forecast()
    study()

    assert standing("SHOPS").cutoff.code == "2026-10"
    assert figure("SHOPS", "revenue")["value"] == number("revenue", "SHOPS", "2026-10")


def test_a_result_that_is_the_same_is_not_written_again(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("metrics.studying.METHOD", "another that says the same")

    assert study() == Made(5, 0, 0)


def test_a_short_history_says_why_it_is_not_judged(db: None) -> None:
    build_company()
    compute()
    forecast()
    study()
    revenue = figure("SHOPS", "revenue")

    assert revenue["reason"] == "not_applicable: fewer than 24 months before the newest"
    assert {"score", "trend", "season", "shifts"}.isdisjoint(revenue)
    assert revenue["distribution"]["median"] > 0


def test_without_cash_there_is_no_cash_ahead_and_a_reason(company: Company) -> None:
    assert standing("SHOPS").cash == {"reason": "not_applicable: no cash is delivered"}


def test_studies_follow_the_forecasts_that_follow_a_recompute(company: Company) -> None:
    drain(clock=lambda: AT, kinds=frozenset({"metrics.forecast"}))

    assert Job.objects.filter(kind="metrics.study", key="units", state="waiting").count() == 1
    drain(clock=lambda: AT, kinds=frozenset({"metrics.study"}))
    assert Job.objects.filter(kind="metrics.study", state="waiting").count() == 0


def test_a_reader_finds_the_studies_of_own_units_only(company: Company) -> None:
    assert list(stored_studies(Scope(actor="person:0"))) == []
    with pytest.raises(ScopeMissing):
        list(Study.objects.all())


def test_reading_costs_one_query_however_many_units_there_are(company: Company) -> None:
    mark = computed_mark()
    for units in (1, 5):
        with CaptureQueriesContext(connection) as queries:
            list(studies(SYSTEM, mark)[:units])
        assert len(queries) == 1
