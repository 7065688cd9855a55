"""Statistics and cash ahead at the command line and over the API: the same documents, of one's own units."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import orjson
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ledger.amounts import as_text
from people.models import Person
from tests.cast import person
from tests.company import MARKER_NAME, Company
from tests.metrics.engine import number
from tests.metrics.studied import standing, study, with_cash
from tests.prepared import prepared
from units import roles
from units.commands import WrongCall

pytestmark = pytest.mark.usefixtures("clock")
SignedIn = Callable[..., Client]


@prepared
def company() -> Company:
    found = with_cash()
    study()
    return found


def printed(command: str, *arguments: str) -> list[dict[str, Any]]:
    out = StringIO()
    call_command(command, *arguments, "--json", stdout=out)
    found: list[dict[str, Any]] = orjson.loads(out.getvalue())
    return found


def test_statistics_are_a_document_a_unit_with_money_as_text_and_ratios_as_numbers(company: Company) -> None:
    (shops,) = printed("statistics", "--unit", "SHOPS", "--metric", "revenue", "--metric", "gross_margin")
    revenue, margin = shops["metrics"]

    assert (shops["unit"], shops["period"]) == ("SHOPS", "2026-09")
    assert revenue["value"] == as_text(number("revenue", "SHOPS", "2026-09"))
    assert revenue["sizes"] == "share"
    assert float(revenue["trend"]["low"]) < float(revenue["trend"]["slope"]) < float(revenue["trend"]["high"])
    assert isinstance(margin["value"], float)
    assert margin["sizes"] == "difference"
    assert shops["known_from"].startswith("2026-10-")


def test_what_is_not_studied_is_null_and_says_why(company: Company) -> None:
    (shops,) = printed("statistics", "--unit", "SHOPS", "--metric", "satisfaction")
    (satisfaction,) = shops["metrics"]

    assert (satisfaction["value"], satisfaction["score"], satisfaction["trend"]) == (None, None, None)
    assert satisfaction["reason"] == "not_applicable: no figures to study"


def test_correlations_name_lag_n_and_warnings(company: Company) -> None:
    (shops,) = printed("statistics", "--unit", "SHOPS")

    for pair in shops["correlations"]:
        assert -6 <= pair["lag"] <= 6
        assert pair["n"] >= 18
        assert pair["warnings"][-1] == "moves with, does not cause"


def test_cash_ahead_adds_up_month_by_month_to_its_low_point(company: Company) -> None:
    (shops,) = printed("cash", "--unit", "SHOPS")
    opening, lowest = float(shops["value"]), min(shops["months"], key=lambda month: float(month["cash"]))

    assert shops["value"] == as_text(number("cash", "SHOPS", "2026-09"))
    assert [month["period"] for month in shops["months"]][:4] == ["2026-10", "2026-11", "2026-12", "2027-01"]
    for month in shops["months"]:
        collected, paid, staff = (float(month[name]) for name in ("collected", "paid", "staff"))
        assert float(month["cash"]) == pytest.approx(opening + collected - paid - staff + float(month["other"] or 0))
        opening = float(month["cash"])
    assert shops["low"] == {
        "period": lowest["period"], "value": lowest["cash"], "low": lowest["low"], "high": lowest["high"],
    }  # fmt: skip
    assert 0.5 < shops["collection_months"] < 1.5


def test_cash_has_an_interval_around_it_that_does_not_narrow(company: Company) -> None:
    (shops,) = printed("cash", "--unit", "SHOPS")
    ends = [tuple(float(month[name]) for name in ("low", "cash", "high")) for month in shops["months"]]
    widths = [high - low for low, _, high in ends]

    assert all(low < cash < high for low, cash, high in ends)
    assert all(cash - low == pytest.approx(high - cash) for low, cash, high in ends)
    assert widths == sorted(widths)


def test_what_cash_does_not_know_is_said(company: Company) -> None:
    (shops,) = printed("cash", "--unit", "SHOPS")
    (depot,) = printed("cash", "--unit", "DEPOT")

    assert shops["unknown"] == ["No payables are delivered: purchases are taken as paid at once."]
    assert shops["payment_months"] is None
    assert (depot["value"], depot["low"], depot["months"]) == (None, None, [])
    assert depot["reason"] == "not_applicable: no cash is delivered"


def test_for_people_the_commands_print_tables(company: Company) -> None:
    out = StringIO()
    call_command("cash", "--unit", "SHOPS", stdout=out)
    call_command("statistics", "--unit", "SHOPS", "--metric", "revenue", stdout=out)
    text = out.getvalue()

    assert text.splitlines()[0].split() == [
        "unit",
        "period",
        "collected",
        "paid",
        "staff",
        "other",
        "cash",
        "low",
        "high",
    ]
    assert sum(line.endswith("lowest") for line in text.splitlines()) == 1
    assert "! SHOPS: No payables are delivered" in text
    assert "expected" in text


def test_the_commands_study_what_is_due_when_asked_to(company: Company) -> None:
    before = standing("SHOPS").pk

    assert printed("cash", "--refresh", "--unit", "SHOPS")[0]["unit"] == "SHOPS"
    assert standing("SHOPS").pk == before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["statistics", "--unit", "NOWHERE"], "There is no unit “NOWHERE”."),
        (["cash", "--unit", "NOWHERE"], "There is no unit “NOWHERE”."),
        (["statistics", "--metric", "ltv"], "“ltv” is not studied; there are revenue, "),
        (["cash", "--as-of", "soon"], "“soon” is no date and no time"),
    ],
)
def test_a_wrong_call_is_told_what_to_change(company: Company, arguments: list[str], sentence: str) -> None:
    with pytest.raises(WrongCall, match="^" + sentence.replace(".", r"\.")):
        printed(*arguments)


def test_before_anything_was_known_there_is_nothing(company: Company) -> None:
    assert printed("statistics", "--as-of", "2020-01-01") == printed("cash", "--as-of", "2020-01-01") == []


def test_a_person_reads_own_units_only(company: Company) -> None:
    person("Rita Retail", roles.UNIT_LEADER, company.retail)

    for command in ("statistics", "cash"):
        assert {row["unit"] for row in printed(command, "--person", "Rita Retail")} == {"RETAIL", "SHOPS"}
        with pytest.raises(WrongCall):
            printed(command, "--person", "Rita Retail", "--unit", "DEPOT")


@pytest.mark.parametrize("door", ["statistics", "cash"])
def test_the_api_says_what_the_command_says(
    company: Company, finance_admin: Person, signed_in: SignedIn, door: str
) -> None:
    page = signed_in(finance_admin).get(f"/api/v1/{door}/?unit=SHOPS&unit=DEPOT").json()
    by_unit = {row["unit"]: row for row in printed(door, "--unit", "SHOPS", "--unit", "DEPOT")}

    assert page["next"] is None
    assert {row["unit"] for row in page["results"]} == set(by_unit)
    for row in page["results"]:
        assert {**row, "known_from": ""} == {**by_unit[row["unit"]], "known_from": ""}


@pytest.mark.parametrize("door", ["statistics", "cash"])
def test_the_api_keeps_to_the_readers_units_and_to_three_queries(
    company: Company, retail_lead: Person, signed_in: SignedIn, door: str
) -> None:
    client = signed_in(retail_lead)
    asked = {}
    for units in ("unit=SHOPS", "unit=SHOPS&unit=RETAIL", "unit=SHOPS&unit=RETAIL&unit=DEPOT"):
        client.get(f"/api/v1/{door}/?{units}")
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"/api/v1/{door}/?{units}").json()
        asked[units] = len(queries)

    assert len(set(asked.values())) == 1
    assert {row["unit"] for row in page["results"]} == {"RETAIL", "SHOPS"}
    assert MARKER_NAME not in str(page)


def test_the_api_picks_figures_and_refuses_what_is_not_studied(
    company: Company, finance_admin: Person, signed_in: SignedIn
) -> None:
    client = signed_in(finance_admin)
    picked = client.get("/api/v1/statistics/?unit=SHOPS&metric=revenue").json()["results"][0]

    assert [each["metric"] for each in picked["metrics"]] == ["revenue"]
    assert all("revenue" in (pair["first"], pair["second"]) for pair in picked["correlations"])
    assert client.get("/api/v1/statistics/?metric=ltv").status_code == 400
    assert client.get("/api/v1/cash/?metric=cash").status_code == 400
    assert client.get("/api/v1/cash/?as_of=2020-01-01").json()["results"] == []
