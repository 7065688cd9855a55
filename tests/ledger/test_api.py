"""Entries over the API: one's own, with where they came from, as they stand or stood."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ledger.models import Entry
from people.models import Person
from tests.company import MARKER, MARKER_NAME, Company
from tests.tables import assert_reads
from units.marks import take_mark

pytestmark = pytest.mark.usefixtures("clock")
SignedIn = Callable[..., Client]
LATER = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)


def entries(client: Client, asked: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    address = f"/api/v1/entries/?{asked}"
    while address:
        page = client.get(address).json()
        found += page["results"]
        address = page["next"]
    return found


def test_an_entry_says_where_it_came_from(executive: Person, signed_in: SignedIn) -> None:
    found = entries(signed_in(executive), "unit=SHOPS&account=COSTS&period=2026-08&version=actual")

    assert_reads(
        found,
        """
        unit  | account | period  | version | amount   | counterparty | source | file        | row | column
        SHOPS | COSTS   | 2026-08 | actual  | "340.0000" |              | erp    | company.csv |   3 | 2026-08
        SHOPS | COSTS   | 2026-08 | actual  | "200.0000" | DEPOT        | erp    | company.csv |   4 | 2026-08
        """,
    )


def test_the_other_side_is_named_to_its_own_readers_only(retail_lead: Person, signed_in: SignedIn) -> None:
    client = signed_in(retail_lead)

    assert {row["counterparty"] for row in entries(client)} == {""}
    assert {row["unit"] for row in entries(client)} == {"RETAIL", "SHOPS"}
    assert [word for word in (str(MARKER), MARKER_NAME, "DEPOT") if word in str(entries(client))] == []


@pytest.mark.parametrize("name", ["unit", "account", "period", "version", "source"])
def test_an_unknown_code_finds_nothing(retail_lead: Person, signed_in: SignedIn, name: str) -> None:
    assert entries(signed_in(retail_lead), f"{name}=NOWHERE") == []


def test_a_foreign_unit_finds_what_an_unknown_one_finds(retail_lead: Person, signed_in: SignedIn) -> None:
    client = signed_in(retail_lead)

    foreign, unknown = client.get("/api/v1/entries/?unit=DEPOT"), client.get("/api/v1/entries/?unit=NOWHERE")

    assert (foreign.status_code, foreign.content) == (200, unknown.content)


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_pages_of_any_size_hold_every_entry_once(executive: Person, signed_in: SignedIn, size: int) -> None:
    client = signed_in(executive)

    found = [str(row) for row in entries(client, f"page_size={size}")]

    assert (len(found), found) == (76, [str(row) for row in entries(client)])


def test_entries_read_as_they_stood(executive: Person, signed_in: SignedIn, company: Company) -> None:
    with transaction.atomic():
        mark = take_mark(LATER).pk
        old = Entry.unscoped.get(
            unit=company.shops, account__code="REVENUE", period__code="2026-09", version__code="actual"
        )
        Entry.unscoped.filter(pk=old.pk).update(until_mark=mark)
        old.pk, old.amount, old.from_mark = None, 14_000_000, mark
        old.save(force_insert=True)
    client = signed_in(executive)
    asked = "unit=SHOPS&account=REVENUE&period=2026-09&version=actual"

    assert [row["amount"] for row in entries(client, asked)] == ["1400.0000"]
    assert [row["amount"] for row in entries(client, f"{asked}&as_of=2026-10-01")] == ["1300.0000"]
    assert entries(client, f"{asked}&as_of=2026-09-30T00:00:00%2B00:00") == []


@pytest.mark.parametrize(
    "asked", ["as_of=yesterday", "as_of=2026-13-45", "as_of=2026-10-01&as_of=2026-10-02", "unit=%00"]
)
def test_a_filter_that_means_nothing_is_refused(executive: Person, signed_in: SignedIn, asked: str) -> None:
    assert signed_in(executive).get(f"/api/v1/entries/?{asked}").status_code == 400


@pytest.mark.parametrize("year", ["x", "-1", "99999999999999999999", "1e999", "2026.5"])
def test_a_year_is_a_year(executive: Person, signed_in: SignedIn, year: str) -> None:
    answer = signed_in(executive).get("/api/v1/periods/", {"year": year})

    assert answer.status_code == 400 or answer.json()["results"] == []


def test_one_entry_has_no_address(executive: Person, signed_in: SignedIn) -> None:
    assert signed_in(executive).get("/api/v1/entries/1/").status_code == 404


@pytest.mark.parametrize(
    ("route", "first"),
    [("periods", "2026-06"), ("accounts", "REVENUE"), ("versions", "actual")],
)
def test_reference_data_reads_in_its_order(executive: Person, signed_in: SignedIn, route: str, first: str) -> None:
    client = signed_in(executive)

    rows = client.get(f"/api/v1/{route}/").json()["results"]

    assert rows[0]["code"] == first
    assert client.get(f"/api/v1/{route}/{first}/").json() == rows[0]
    assert client.get(f"/api/v1/{route}/?page_size=1").json()["results"] == rows[:1]


@pytest.mark.parametrize("rows", [1, 3])
def test_entries_ask_the_same_questions_whatever_their_number(
    executive: Person, signed_in: SignedIn, rows: int
) -> None:
    client = signed_in(executive)
    client.get("/api/v1/entries/")

    with CaptureQueriesContext(connection) as asked:
        assert len(client.get(f"/api/v1/entries/?page_size={rows}").json()["results"]) == rows

    assert len(asked) == 5
