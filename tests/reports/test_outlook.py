"""The months ahead on a unit's page: where the year lands, with interval, own past error and how it was made."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import person
from tests.company import Company
from tests.metrics.engine import compute
from tests.metrics.foresight import close, expected, forecast, lived_in
from tests.prepared import prepared
from units import roles

pytestmark = pytest.mark.usefixtures("clock")
SignedIn = Callable[..., Client]


@prepared
def company() -> Company:
    return lived_in()


@pytest.fixture
def reader(company: Company, signed_in: SignedIn) -> Client:
    return signed_in(person("Erin Executive", roles.EXECUTIVE))


def test_the_year_lands_at_what_is_actual_and_what_is_forecast(reader: Client) -> None:
    board = reader.get("/units/SHOPS/?period=2026-09").context["board"]
    rows = {row.label: row for row in board.landing.rows}

    assert list(rows) == ["Revenue", "Total cost", "Operating income"]
    assert board.landing.labels == ("9 actual months", "3 forecast months")
    for row in rows.values():
        assert row.year.number == row.closed.number + row.ahead.number
    assert rows["Operating income"].year.number == rows["Revenue"].year.number - rows["Total cost"].year.number
    assert board.landing.section.title.startswith("Operating income heads for $")


def test_every_line_says_how_wrong_it_was_before_and_how_it_is_made(reader: Client) -> None:
    page = reader.get("/units/SHOPS/?period=2026-09")
    (revenue, *_) = page.context["board"].landing.rows
    stored = expected("SHOPS", "revenue")["2026-10"]

    assert revenue.error == f"{stored.wape * 100:.1f}%"
    assert revenue.why.startswith(
        f"{stored.method}, from 27 months up to Sep 2026; wrong by {revenue.error} over 30 tries"
    )
    assert revenue.why.endswith("points better than repeating last year")
    assert revenue.why in page.content.decode()


def test_the_months_ahead_continue_the_months_behind_with_their_interval(reader: Client) -> None:
    board = reader.get("/units/SHOPS/?period=2026-09").context["board"]
    chart = board.outlook.charts[0]
    forecast = next(trace for trace in chart.spec["data"] if trace.get("name") == "Forecast")
    stored = expected("SHOPS", "revenue")

    assert forecast["x"] == ["Oct 26", "Nov 26", "Dec 26", "Jan 27", "Feb 27", "Mar 27"]
    assert forecast["y"][0] == pytest.approx(stored["2026-10"].number / 10_000, abs=0.01)
    assert forecast["error_y"]["array"][0] > 0
    assert board.outlook.legend == ("actual", "budget", "forecast", "interval")
    assert chart.table.head == ("Month", "Actual", "Budget", "Forecast", "80% interval", "Past error")
    assert chart.table.rows[-1][0] == "Mar 27"


def test_an_earlier_month_shows_what_came_and_no_forecast(reader: Client) -> None:
    board = reader.get("/units/SHOPS/?period=2026-06").context["board"]

    assert board.landing is None
    assert board.outlook.legend == ("actual", "budget")


def test_a_group_whose_units_are_known_up_to_different_months_says_so(reader: Client, company: Company) -> None:
    close(company, "2026-10", company.retail)
    compute(full=True)
    forecast()
    board = reader.get("/units/GROUP/?period=2026-10").context["board"]

    assert board.landing.notes == (
        "Units are known up to different months (4 up to 2026-09, 2 up to 2026-10). Where one is not known yet its"
        " forecast stands in the sum; months after Sep 2026 are therefore shown as forecast.",
    )


def test_a_unit_leader_reads_the_forecasts_of_the_own_unit(company: Company, signed_in: SignedIn) -> None:
    client = signed_in(person("Rita Retail", roles.UNIT_LEADER, company.retail))

    assert client.get("/units/SHOPS/?period=2026-09").context["board"].landing is not None
    assert client.get("/units/DEPOT/?period=2026-09").status_code == 404


def test_what_is_still_to_come_leads_to_its_explanation(reader: Client) -> None:
    rows = reader.get("/units/SHOPS/?period=2026-09").context["board"].landing.rows

    assert rows[0].ahead.href == "/units/SHOPS/forecast/revenue/?period=2026-09&basis=month"


def test_the_page_tells_how_right_earlier_forecasts_were_once_they_came_true(reader: Client, company: Company) -> None:
    assert reader.get("/units/SHOPS/?period=2026-09").context["board"].landing.lags == ()
    close(company, "2026-10")
    compute(full=True)
    forecast()
    page = reader.get("/units/SHOPS/?period=2026-10")
    (lag,) = page.context["board"].landing.lags

    assert (lag.ahead, lag.forecasts) == ("1 month", 1)
    assert lag.error.endswith("%")
    assert "How right earlier forecasts of operating income were" in page.content.decode()


def test_forecasts_cost_the_page_one_query(reader: Client, company: Company) -> None:
    asked = {}
    for period in ("2026-06", "2026-09"):
        reader.get(f"/units/SHOPS/?period={period}")
        with CaptureQueriesContext(connection) as queries:
            reader.get(f"/units/SHOPS/?period={period}")
        asked[period] = sum("metrics_forecast" in query["sql"] for query in queries), len(queries)

    assert (asked["2026-06"][0], asked["2026-09"][0]) == (1, 1)
    assert asked["2026-09"][1] == asked["2026-06"][1] == 12
