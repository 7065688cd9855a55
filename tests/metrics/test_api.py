"""Values over the API: sheets of one's own units, with the numbers asked for and since when each is known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ledger.models import Entry
from metrics.recompute import recompute
from people.models import Person
from tests.company import MARKER, MARKER_NAME, Company
from tests.prepared import prepared
from units.marks import take_mark

pytestmark = pytest.mark.usefixtures("clock", "computed")
SignedIn = Callable[..., Client]
FIRST, LATER = datetime(2026, 10, 1, 6, 0, tzinfo=UTC), datetime(2026, 10, 5, 9, 0, tzinfo=UTC)


@prepared
def computed(company: Company) -> None:
    recompute(actor="process:test", clock=lambda: FIRST)


def values(client: Client, asked: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    address = f"/api/v1/values/?{asked}"
    while address:
        page = client.get(address).json()
        found += page["results"]
        address = page["next"]
    return found


def one(client: Client, asked: str) -> dict[str, Any]:
    """The only number of the only sheet."""
    (sheet,) = values(client, asked)
    (number,) = sheet["values"]
    found: dict[str, Any] = number
    return found


def restate(company: Company) -> None:
    """September's sales of Shops turn out to be 1,400 instead of 1,300."""
    with transaction.atomic():
        mark = take_mark(LATER).pk
        old = Entry.unscoped.get(
            unit=company.shops, account__code="REVENUE", period__code="2026-09", version__code="actual"
        )
        Entry.unscoped.filter(pk=old.pk).update(until_mark=mark)
        old.pk, old.amount, old.from_mark = None, 14_000_000, mark
        old.save(force_insert=True)
    recompute(actor="process:test", clock=lambda: LATER)


SEPTEMBER = "unit=SHOPS&period=2026-09&basis=month&version=actual"


def test_money_is_exact_text_and_a_ratio_a_number(executive: Person, signed_in: SignedIn) -> None:
    client = signed_in(executive)

    assert values(client, f"{SEPTEMBER}&metric=revenue&metric=gross_margin") == [
        {
            "unit": "SHOPS",
            "period": "2026-09",
            "basis": "month",
            "version": "actual",
            "values": [
                {
                    "metric": "revenue",
                    "value": "1300.0000",
                    "reason": "",
                    "coverage": "1 of 1",
                    "known_from": "2026-10-01T06:00:00+00:00",
                },
                {
                    "metric": "gross_margin",
                    "value": 0.569230769231,
                    "reason": "",
                    "coverage": "1 of 1",
                    "known_from": "2026-10-01T06:00:00+00:00",
                },
            ],
        }
    ]


def test_a_missing_number_is_null_and_says_why(executive: Person, signed_in: SignedIn) -> None:
    found = one(signed_in(executive), f"{SEPTEMBER.replace('month', 'ltm')}&metric=revenue")

    assert (found["value"], found["reason"]) == (None, "not_applicable: fewer than 12 periods")


def test_an_account_is_a_metric(executive: Person, signed_in: SignedIn) -> None:
    assert one(signed_in(executive), f"{SEPTEMBER}&metric=account:PEOPLE")["value"] == "260.0000"


def test_without_a_metric_a_sheet_has_all_its_numbers(executive: Person, signed_in: SignedIn) -> None:
    (sheet,) = values(signed_in(executive), SEPTEMBER)
    found = {number["metric"]: number["value"] for number in sheet["values"]}

    assert (found["revenue"], found["account:HEADS"], found["headcount"]) == ("1300.0000", "11.0000", "11.0000")
    assert list(found) == sorted(found)


def test_a_number_is_known_since_it_last_changed_not_since_its_sheet_did(
    executive: Person, signed_in: SignedIn, company: Company
) -> None:
    restate(company)
    client = signed_in(executive)

    assert [
        (number["metric"], number["value"], number["known_from"])
        for number in values(client, f"{SEPTEMBER}&metric=revenue&metric=headcount")[0]["values"]
    ] == [
        ("revenue", "1400.0000", "2026-10-05T09:00:00+00:00"),
        ("headcount", "11.0000", "2026-10-01T06:00:00+00:00"),
    ]


def test_values_read_as_they_were_known(executive: Person, signed_in: SignedIn, company: Company) -> None:
    restate(company)
    client = signed_in(executive)

    then = one(client, f"{SEPTEMBER}&metric=revenue&as_of=2026-10-04")

    assert (then["value"], then["known_from"]) == ("1300.0000", "2026-10-01T06:00:00+00:00")
    assert values(client, f"{SEPTEMBER}&as_of=2026-09-01") == []


def test_a_leader_reads_her_units_only(retail_lead: Person, signed_in: SignedIn) -> None:
    found = values(signed_in(retail_lead), "page_size=1000")

    assert {sheet["unit"] for sheet in found} == {"RETAIL", "SHOPS"}
    assert [word for word in (f"{MARKER}.0000", MARKER_NAME, "DEPOT") if word in str(found)] == []


@pytest.mark.parametrize("rest", ["", "&metric=revenue", "&basis=ytd", "&as_of=2026-10-04"])
def test_a_foreign_unit_answers_like_an_unknown_one(retail_lead: Person, signed_in: SignedIn, rest: str) -> None:
    client = signed_in(retail_lead)

    foreign, unknown = (client.get(f"/api/v1/values/?unit={code}{rest}") for code in ("DEPOT", "NOWHERE"))

    assert (foreign.status_code, foreign.content) == (200, unknown.content)


def test_a_program_reads_the_units_of_its_token(retail_token: str, calling: Callable[[str], Client]) -> None:
    assert {sheet["unit"] for sheet in values(calling(retail_token), "metric=revenue")} == {"SHOPS"}


@pytest.mark.parametrize("metric", ["profitt", "account:NOWHERE", "account:", "account:%00", "%00", "", "role:revenue"])
def test_a_metric_that_is_none_is_refused(executive: Person, signed_in: SignedIn, metric: str) -> None:
    assert signed_in(executive).get(f"/api/v1/values/?metric={metric}").status_code == 400


def test_only_so_many_metrics_at_a_time(executive: Person, signed_in: SignedIn) -> None:
    asked = "&".join(f"metric=m{i}" for i in range(61))

    assert signed_in(executive).get(f"/api/v1/values/?{asked}").json() == {"metric": ["At most 60 at a time."]}


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_pages_of_any_size_hold_every_sheet_once(executive: Person, signed_in: SignedIn, size: int) -> None:
    client = signed_in(executive)
    everything = values(client, "metric=revenue&unit=SHOPS")

    assert len(everything) == len({str(sheet) for sheet in everything}) == 48
    assert values(client, f"metric=revenue&unit=SHOPS&page_size={size}") == everything


@pytest.mark.parametrize("sheets", [1, 3])
def test_values_ask_the_same_questions_whatever_their_number(
    executive: Person, signed_in: SignedIn, sheets: int
) -> None:
    client = signed_in(executive)
    client.get("/api/v1/values/?metric=revenue")

    with CaptureQueriesContext(connection) as asked:
        assert len(client.get(f"/api/v1/values/?metric=revenue&page_size={sheets}").json()["results"]) == sheets

    assert len(asked) == 8


def test_only_the_numbers_asked_for_leave_the_database(executive: Person, signed_in: SignedIn) -> None:
    client = signed_in(executive)

    with CaptureQueriesContext(connection) as asked:
        client.get("/api/v1/values/?metric=revenue")

    assert [query for query in asked if 'AS "numbers"' in query["sql"]] == []


def test_the_catalogue_is_there_to_read(executive: Person, signed_in: SignedIn) -> None:
    client = signed_in(executive)
    page = client.get("/api/v1/metrics/").json()

    assert (page["next"], page["results"][0]["code"]) == (None, "revenue")
    assert client.get("/api/v1/metrics/gross_margin/").json()["formula"] == "gross_profit / revenue"
    assert client.get("/api/v1/metrics/profitt/").status_code == 404
    assert client.get("/api/v1/metrics/revenue/?x=1").status_code == 400
