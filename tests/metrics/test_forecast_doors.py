"""Forecasts at the command line and over the API: the same rows, of one's own units."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import orjson
import pytest
from django.core.management import call_command
from django.test import Client

from metrics.models import Forecast
from people.models import Person
from tests.cast import person
from tests.company import MARKER_NAME, Company
from tests.metrics.engine import AT, compute
from tests.metrics.foresight import book, expected, forecast, lived_in
from tests.prepared import prepared
from units import roles
from units.commands import WrongCall
from units.marks import take_mark

pytestmark = pytest.mark.usefixtures("clock")
SignedIn = Callable[..., Client]


@prepared
def company() -> Company:
    return lived_in()


def printed(*arguments: str) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("forecast", *arguments, "--json", stdout=out)
    found: list[dict[str, Any]] = orjson.loads(out.getvalue())
    return found


def test_the_command_lists_the_months_ahead_with_their_own_past_error(company: Company) -> None:
    rows = printed("--unit", "SHOPS", "--metric", "revenue", "--horizon", "3")
    stored = expected("SHOPS", "revenue")["2026-10"]

    assert [row["period"] for row in rows] == ["2026-10", "2026-11", "2026-12"]
    assert rows[0]["value"] == f"{stored.number / 10_000:.4f}"
    assert float(rows[0]["low"]) < float(rows[0]["value"]) < float(rows[0]["high"])
    assert rows[0]["wape"] == stored.wape
    assert rows[0]["value_added"] == pytest.approx(stored.naive_wape - stored.wape)
    assert rows[0]["known_from"].startswith("2026-10-")


def test_the_command_prints_where_the_year_lands(company: Company) -> None:
    (row,) = printed("--unit", "SHOPS", "--metric", "revenue", "--landing")

    assert (row["year"], row["cutoff"], row["periods"], row["missing"]) == (2026, "2026-09", [9, 3], [])
    assert float(row["value"]) == pytest.approx(float(row["actual"]) + float(row["forecast"]))


def test_nothing_has_come_true_of_forecasts_made_today(company: Company) -> None:
    assert printed("--accuracy") == []


def test_the_command_makes_what_is_due_when_asked_to(company: Company) -> None:
    before = Forecast.unscoped.count()

    assert len(printed("--refresh", "--metric", "revenue")) > 0
    assert Forecast.unscoped.count() == before


def test_the_command_says_what_every_method_would_have_missed(company: Company) -> None:
    (row,) = printed("--unit", "SHOPS", "--metric", "revenue", "--horizon", "1")

    assert set(row["trials"]) == {"theta", "damped trend", "mean of theta and damped trend", "seasonal naive"}
    assert row["trials"][row["method"]] == row["wape"]


def test_as_of_an_earlier_moment_the_command_prints_what_was_expected_then(company: Company) -> None:
    first = printed("--unit", "SHOPS", "--metric", "revenue", "--horizon", "1")
    take_mark(AT + timedelta(days=2))
    book(company.shops, "2026-08", 500)
    compute()
    forecast()

    assert printed("--unit", "SHOPS", "--metric", "revenue", "--horizon", "1") != first
    assert printed("--unit", "SHOPS", "--metric", "revenue", "--horizon", "1", "--as-of", AT.isoformat()) == first
    with pytest.raises(WrongCall, match="“yesterday” is no date and no time"):
        printed("--as-of", "yesterday")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--unit", "NOWHERE"], "There is no unit “NOWHERE”."),
        (["--metric", "dso"], "“dso” is not forecast; there are revenue, cost_of_sales,"),
        (["--horizon", "0"], "The horizon is a whole number of periods, at least 1."),
    ],
)
def test_a_wrong_call_is_told_what_to_change(company: Company, arguments: list[str], sentence: str) -> None:
    with pytest.raises(WrongCall, match="^" + sentence.replace(".", r"\.")):
        printed(*arguments)


def test_a_person_reads_own_units_only(company: Company) -> None:
    person("Rita Retail", roles.UNIT_LEADER, company.retail)

    assert {row["unit"] for row in printed("--person", "Rita Retail")} == {"RETAIL", "SHOPS"}
    with pytest.raises(WrongCall):
        printed("--person", "Rita Retail", "--unit", "DEPOT")


def test_the_api_says_what_the_command_says(company: Company, finance_admin: Person, signed_in: SignedIn) -> None:
    page = signed_in(finance_admin).get("/api/v1/forecasts/?unit=SHOPS&metric=revenue").json()
    rows = printed("--unit", "SHOPS", "--metric", "revenue")

    assert page["next"] is None
    assert page["results"] == [{name: row[name] for name in page["results"][0]} for row in rows]


def test_the_api_pages_and_keeps_to_the_readers_units(
    company: Company, retail_lead: Person, signed_in: SignedIn
) -> None:
    client = signed_in(retail_lead)
    found, address = [], "/api/v1/forecasts/?page_size=50"
    while address:
        page = client.get(address).json()
        found += page["results"]
        address = page["next"]

    own = Forecast.unscoped.filter(unit__code__in=["RETAIL", "SHOPS"], until_mark=None)
    assert len(found) == own.count()
    assert {row["unit"] for row in found} == {"RETAIL", "SHOPS"}
    assert MARKER_NAME not in str(found)


def test_an_earlier_view_is_asked_for_by_its_cut_off_and_what_was_known_by_its_time(
    company: Company, finance_admin: Person, signed_in: SignedIn
) -> None:
    client = signed_in(finance_admin)

    assert client.get("/api/v1/forecasts/?cutoff=2026-08").json()["results"] == []
    assert client.get("/api/v1/forecasts/?as_of=2020-01-01").json()["results"] == []
    assert len(client.get("/api/v1/forecasts/?cutoff=2026-09&unit=SHOPS&metric=revenue").json()["results"]) == 12
