"""The API lets in who may read figures, shows their units and no others, and refuses what it does not know."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.api import Cursor
from people.models import Person
from tests.company import Company
from units.models import Unit

pytestmark = pytest.mark.usefixtures("clock")
ROUTES = ("units", "periods", "accounts", "versions", "entries", "metrics", "values")
SignedIn = Callable[..., Client]


def codes(client: Client, address: str) -> list[str]:
    """The codes of all pages, one after the other."""
    found: list[str] = []
    while address:
        page = client.get(address).json()
        found += [row["code"] for row in page["results"]]
        address = page["next"]
    return found


@pytest.mark.parametrize("route", ROUTES)
def test_nobody_reads_without_signing_in(company: Company, route: str) -> None:
    answer = Client().get(f"/api/v1/{route}/")

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("route", ROUTES)
def test_who_has_no_ability_is_refused(access_admin: Person, signed_in: SignedIn, route: str) -> None:
    assert signed_in(access_admin).get(f"/api/v1/{route}/").status_code == 403


@pytest.mark.parametrize("route", ROUTES)
def test_answers_are_kept_by_nobody(executive: Person, signed_in: SignedIn, route: str) -> None:
    answer = signed_in(executive).get(f"/api/v1/{route}/")

    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert answer["Content-Type"] == "application/json"


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("name", ["unti", "unit__code__gt", "ordering", "search", "pk", "format", "code\x00"])
def test_a_filter_that_is_none_is_refused(executive: Person, signed_in: SignedIn, route: str, name: str) -> None:
    answer = signed_in(executive).get(f"/api/v1/{route}/", {name: "1"})

    assert (answer.status_code, answer.json()) == (400, {name: ["There is no such filter."]})


@pytest.mark.parametrize("route", ROUTES)
def test_nothing_is_written(finance_admin: Person, signed_in: SignedIn, route: str) -> None:
    client = signed_in(finance_admin)

    written = [getattr(client, verb)(f"/api/v1/{route}/", {}, "application/json") for verb in ("post", "put", "delete")]

    assert [answer.status_code for answer in written] == [405, 405, 405]


def test_an_executive_reads_the_whole_tree(executive: Person, signed_in: SignedIn) -> None:
    assert codes(signed_in(executive), "/api/v1/units/") == [
        "GROUP", "RETAIL", "SHOPS", "WHOLESALE", "DEPOT", "ELIM",
    ]  # fmt: skip


def test_a_leader_reads_her_units_and_no_parent_above_them(retail_lead: Person, signed_in: SignedIn) -> None:
    rows = signed_in(retail_lead).get("/api/v1/units/").json()["results"]

    assert [(row["code"], row["parent"]) for row in rows] == [("RETAIL", None), ("SHOPS", "RETAIL")]


def test_a_program_reads_the_units_of_its_token(retail_token: str, calling: Callable[[str], Client]) -> None:
    assert codes(calling(retail_token), "/api/v1/units/") == ["SHOPS"]


def test_a_foreign_unit_answers_like_one_that_never_was(retail_lead: Person, signed_in: SignedIn) -> None:
    client = signed_in(retail_lead)

    foreign, absent = client.get("/api/v1/units/DEPOT/"), client.get("/api/v1/units/NOWHERE/")

    assert (foreign.status_code, foreign.content) == (404, absent.content)
    assert codes(client, "/api/v1/units/?code=DEPOT") == codes(client, "/api/v1/units/?code=NOWHERE") == []


def test_several_codes_may_be_asked_for(executive: Person, signed_in: SignedIn) -> None:
    assert codes(signed_in(executive), "/api/v1/units/?code=SHOPS&code=DEPOT") == ["SHOPS", "DEPOT"]


def test_pages_follow_one_another(executive: Person, signed_in: SignedIn) -> None:
    client = signed_in(executive)

    assert codes(client, "/api/v1/units/?page_size=2") == codes(client, "/api/v1/units/")


def test_a_link_to_the_next_page_tells_codes_the_reader_has_seen_and_nothing_else(
    executive: Person, signed_in: SignedIn
) -> None:
    link = signed_in(executive).get("/api/v1/units/?page_size=2").json()["next"]

    assert Cursor.read(QueryDict(urlsplit(link).query)["cursor"], width=1) == Cursor(("RETAIL",), 1)


@pytest.mark.parametrize(
    "cursor",
    [
        "", "x", "%00", "bnVsbA", "W10", "WzEsMiwzXQ", Cursor(("DEPOT",), 1).written(),
        Cursor(("NOWHERE",), 1).written(), Cursor(("SHOPS",), -1).written(), Cursor(("SHOPS\x00",), 1).written(),
        Cursor((2**60,), 1).written(), Cursor(("SHOPS",), 2**60).written(),
    ],
)  # fmt: skip
def test_a_cursor_that_leads_nowhere_is_refused_alike(retail_lead: Person, signed_in: SignedIn, cursor: str) -> None:
    answer = signed_in(retail_lead).get(f"/api/v1/units/?cursor={cursor}")

    assert (answer.status_code, answer.json()) == (
        400,
        {"cursor": ["This cursor leads nowhere; begin again without one."]},
    )


@pytest.mark.parametrize("size", ["0", "-1", "1001", "many", "²", "9" * 30, ""])
def test_a_page_has_a_size_within_bounds(executive: Person, signed_in: SignedIn, size: str) -> None:
    assert signed_in(executive).get("/api/v1/units/", {"page_size": size}).status_code == 400


@pytest.mark.parametrize("code", ["%00", "SHOPS%00", "%F0%9F%98%80", "'", "a" * 3_000])
def test_a_strange_address_is_just_not_found(executive: Person, signed_in: SignedIn, code: str) -> None:
    assert [
        signed_in(executive).get(f"/api/v1/{route}/{code}/").status_code
        for route in ("units", "periods", "accounts", "versions", "metrics")
    ] == [404] * 5


@pytest.mark.parametrize("units", [1, 3])
def test_a_list_asks_the_same_questions_whatever_its_length(executive: Person, signed_in: SignedIn, units: int) -> None:
    client = signed_in(executive)
    chosen = "&".join(f"code={code}" for code in ["SHOPS", "DEPOT", "RETAIL"][:units])
    client.get("/api/v1/units/")

    with CaptureQueriesContext(connection) as asked:
        assert len(client.get(f"/api/v1/units/?{chosen}").json()["results"]) == units

    assert len(asked) == 4


def test_reading_does_not_depend_on_what_others_have(
    retail_lead: Person, signed_in: SignedIn, company: Company
) -> None:
    client = signed_in(retail_lead)
    before = client.get("/api/v1/units/?page_size=1").content

    Unit.unscoped.create(code="EXTRA", name="One more", left=50, right=51, depth=1)

    assert client.get("/api/v1/units/?page_size=1").content == before


def test_the_schema_describes_every_operation_without_a_warning() -> None:
    out = StringIO()

    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)

    assert out.getvalue().startswith("openapi: 3")


def test_the_schema_is_for_readers_only(executive: Person, signed_in: SignedIn) -> None:
    assert Client().get("/api/v1/schema/").status_code == 401
    assert signed_in(executive).get("/api/v1/schema/").json()["openapi"].startswith("3")
