"""The page of a metric on a company with years behind it: what its months say, and what is ahead."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from metrics.models import Study
from tests.cast import person
from tests.company import Company
from tests.metrics.foresight import expected
from tests.metrics.studied import figure as studied_figure
from tests.metrics.studied import standing, study, with_cash
from tests.prepared import prepared
from tests.reports.shown import board
from units import roles
from units.marks import newest_mark

SignedIn = Callable[..., Client]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@prepared
def lived() -> Company:
    company = with_cash()
    study()
    return company


@pytest.fixture
def historian(lived: Company, signed_in: SignedIn) -> Client:
    return signed_in(person("Erin Executive", roles.EXECUTIVE))


def test_what_is_usual_is_what_was_studied(historian: Client) -> None:
    found = board(historian, "/units/SHOPS/metrics/revenue/").usual
    stored = studied_figure("SHOPS", "revenue")

    assert dict(found.facts)["Months known"] == str(stored["n"])
    assert [row.bar.number for row in found.season] == [
        stored["season"]["indices"][code]
        for code in sorted(stored["season"]["indices"], key=lambda code: code.partition("-")[2])
    ]
    assert found.season_title.startswith("Usually highest in ")


def test_every_month_is_a_dot_and_the_middle_half_holds_the_median(historian: Client) -> None:
    drawn = board(historian, "/units/SHOPS/metrics/revenue/").usual.spread
    first, wide = drawn.band

    assert len(drawn.dots) + 1 == studied_figure("SHOPS", "revenue")["n"]
    assert first <= drawn.median <= first + wide
    assert all(8 <= across <= 552 for across, _ in (*drawn.dots, drawn.newest))


def test_what_moves_with_it_says_n_lag_and_what_to_mind(historian: Client) -> None:
    pair = {
        "first": "headcount",
        "second": "revenue",
        "lag": 2,
        "r": -0.8123,
        "with_trends": -0.9,
        "n": 24,
        "odds": 0.0004,
        "tried": 3,
        "warnings": ["only 24 pairs of months", "moves with, does not cause"],
    }
    said = standing("SHOPS")
    said.pk, said.cutoff_id, said.from_mark = None, said.cutoff_id, newest_mark()
    Study.unscoped.filter(unit=said.unit, until_mark__isnull=True).update(until_mark=newest_mark())
    said.statistics = {**said.statistics, "correlations": [pair]}
    said.save(force_insert=True)
    leads = board(historian, "/units/SHOPS/metrics/revenue/").together
    follows = board(historian, "/units/SHOPS/metrics/headcount/").together

    assert leads.section.title == "Moves against headcount, r −0.81"
    assert [(row.label, row.how, row.r, row.months, row.odds) for row in leads.rows] == [
        ("Headcount", "2 months earlier", "−0.81", 24, "Less than one in a thousand")
    ]
    assert leads.rows[0].warning == "only 24 pairs of months; moves with, does not cause"
    assert follows.rows[0].how == "2 months later"


@pytest.mark.parametrize(
    ("code", "why"),
    [("headcount", "Too few months, or months that never change"), ("receivables", "What it is made of moves with it")],
)
def test_what_is_not_told_says_why(historian: Client, code: str, why: str) -> None:
    found = board(historian, f"/units/SHOPS/metrics/{code}/?period=2026-09")
    stored = studied_figure("SHOPS", code)

    assert "season" not in stored
    assert dict(found.usual.facts)["Season in its movement"] == f"None found in {stored['n']} months"
    assert dict(found.usual.facts)["Trend"] == f"None beyond luck in {stored['trend']['n']} months"
    assert found.together.section.title == "Held against no other metric"
    assert found.together.section.subtitle.startswith(why)
    assert found.together.rows == ()


def test_the_forecast_is_the_stored_one_with_interval_and_past_error(historian: Client) -> None:
    found = board(historian, "/units/SHOPS/metrics/revenue/?period=2026-09").ahead
    rows = expected("SHOPS", "revenue")

    assert [row.figure.number for row in found.rows] == [rows[month].number for month in sorted(rows)][:6]
    assert "wrong by" in found.section.subtitle
    assert historian.get(found.href).status_code == 200


def test_of_a_ratio_of_two_forecasts_the_quotient_is_told_without_an_interval(historian: Client) -> None:
    found = board(historian, "/units/SHOPS/metrics/operating_margin/?period=2026-09").ahead
    top, bottom = expected("SHOPS", "operating_income"), expected("SHOPS", "revenue")

    assert [row.figure.number for row in found.rows] == [top[at].number / bottom[at].number for at in sorted(top)][:6]
    assert {row.interval for row in found.rows} == {"–"}
    assert found.section.subtitle.startswith("Forecast operating income over forecast revenue. No interval:")
    assert historian.get(found.href).status_code == 200


def test_an_earlier_month_has_no_forecast_and_no_study(historian: Client) -> None:
    found = board(historian, "/units/SHOPS/metrics/revenue/?period=2026-03")

    assert (found.ahead, found.usual, found.together) == (None, None, None)
