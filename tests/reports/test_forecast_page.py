"""The page of a forecast: the method and what the others would have missed, the months, the parts, the past."""

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


def test_the_page_explains_what_the_landing_adds_to_the_actuals(reader: Client) -> None:
    landing = reader.get("/units/SHOPS/?period=2026-09").context["board"].landing
    ahead = landing.rows[0].ahead
    page = reader.get(ahead.href)
    board = page.context["board"]
    rows = [expected("SHOPS", "revenue")[month] for month in ("2026-10", "2026-11", "2026-12")]

    assert board.figure.number == ahead.number == sum(row.number for row in rows)
    assert [month.figure.number for month in board.months] == [row.number for row in rows]
    assert [month.naive.number for month in board.months] == [row.naive for row in rows]
    assert board.title == "Revenue, Shops, forecast, Oct 2026 to Dec 2026"
    assert b"Four figures in five are meant to fall inside the interval" in page.content


def test_the_method_chosen_stands_among_those_it_was_tried_against(reader: Client) -> None:
    board = reader.get("/units/SHOPS/forecast/revenue/?period=2026-09").context["board"]
    stored = expected("SHOPS", "revenue")["2026-10"]
    (chosen,) = [method for method in board.methods if method.is_chosen]

    assert len(board.methods) == 4
    assert chosen.name.lower() == stored.method
    assert chosen.error == f"{stored.wape * 100:.1f}%"
    assert "from 27 months up to Sep 2026" in board.how[0]


def test_parts_add_up_to_the_figure_and_lead_on(reader: Client) -> None:
    for unit, metric in (("GROUP", "operating_income"), ("GROUP", "revenue"), ("RETAIL", "personnel_cost")):
        board = reader.get(f"/units/{unit}/forecast/{metric}/?period=2026-09").context["board"]

        assert sum(part.figure.number for part in board.parts) == board.figure.number
        for part in board.parts:
            assert not part.figure.href or reader.get(part.figure.href).status_code == 200


def test_a_sum_has_no_method_of_its_own(reader: Client) -> None:
    board = reader.get("/units/GROUP/forecast/operating_income/?period=2026-09").context["board"]

    assert board.methods == ()
    assert board.how[0].startswith("Sum of the lines, from 27 months up to Sep 2026; wrong by")
    assert board.parts_label.startswith("Lines with their past error, ")


def test_what_came_true_is_told_by_how_far_ahead_it_was_seen(reader: Client, company: Company) -> None:
    close(company, "2026-10")
    compute(full=True)
    forecast()
    (lag,) = reader.get("/units/SHOPS/forecast/revenue/?period=2026-10").context["board"].lags

    assert (lag.ahead, lag.forecasts) == ("1 month", 1)


def test_the_drawer_holds_the_same_panel(reader: Client) -> None:
    drawer = reader.get("/units/SHOPS/forecast/revenue/?period=2026-09", headers={"HX-Target": "drawer"})

    assert b"<html" not in drawer.content
    assert b"Methods tried on the months before" in drawer.content


def test_a_line_without_a_forecast_says_so_and_what_is_never_forecast_has_no_page(reader: Client) -> None:
    board = reader.get("/units/SHOPS/forecast/contractor_cost/?period=2026-09").context["board"]

    assert board.figure.number is None
    assert board.how == ("There is none: no forecast of this line.",)
    assert reader.get("/units/SHOPS/forecast/dso/?period=2026-09").status_code == 404


def test_a_leader_reads_the_forecasts_of_the_own_units_only(company: Company, signed_in: SignedIn) -> None:
    client = signed_in(person("Rita Retail", roles.UNIT_LEADER, company.retail))

    assert client.get("/units/SHOPS/forecast/revenue/?period=2026-09").status_code == 200
    assert client.get("/units/DEPOT/forecast/revenue/?period=2026-09").status_code == 404


def test_the_page_costs_as_many_queries_for_a_group_as_for_a_unit(reader: Client) -> None:
    asked = []
    for unit in ("SHOPS", "GROUP"):
        reader.get(f"/units/{unit}/forecast/operating_income/?period=2026-09")
        with CaptureQueriesContext(connection) as queries:
            reader.get(f"/units/{unit}/forecast/operating_income/?period=2026-09")
        asked.append(len(queries))

    assert asked[0] == asked[1]
