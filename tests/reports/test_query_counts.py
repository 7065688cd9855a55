"""No page asks the database more than twelve questions, session, person and frame among them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.access.furniture import furnish
from tests.access.keys import objects
from tests.access.matrix import PAGES
from tests.access.routes import Route
from tests.cast import PARTS, play, session_of
from tests.company import build_company
from tests.metrics.engine import AT
from tests.prepared import prepared

pytestmark = pytest.mark.usefixtures("clock")

MOST = 12
READERS = ("executive", "finance_admin", "approver", "auditor", "retail_lead")

ASKED = [pattern for pattern, row in PAGES.items() if "GET" in row.answers and row.door != "public"]


@dataclass(frozen=True)
class Lived:
    """The furnished company: keys of its objects, and who reads."""

    objects: dict[str, dict[str, object]]
    clients: dict[str, Client]

    def __deepcopy__(self, memo: object) -> Lived:
        return self  # nothing is changed by reading


@prepared
def lived() -> Lived:
    with time_machine.travel(AT, tick=False):
        company = build_company()
        people = {name: play(name, company) for name in PARTS}
        clients = {name: session_of(people[name]) for name in READERS}
        return Lived(objects(furnish(company)), clients)


def address_of(pattern: str, lived: Lived) -> str:
    """The address of a page, of what stands on Retail where it is about something."""
    row, route = PAGES[pattern], Route(pattern, "")
    own = {name: lived.objects[row.of]["own"] for name in route.parameters if name not in row.also} if row.of else {}
    return route.address(own | row.also)


def queries(client: Client, address: str) -> int | None:
    """How many questions the page takes when it is read again; None where this reader is not shown it."""
    if client.get(address).status_code != 200:
        return None
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return len(asked)


@pytest.mark.parametrize("pattern", ASKED)
def test_no_page_asks_more_than_twelve_questions(pattern: str, lived: Lived) -> None:
    address = address_of(pattern, lived)
    found = {who: queries(client, address) for who, client in lived.clients.items()}
    counted = {who: number for who, number in found.items() if number is not None}

    assert max(counted.values(), default=0) <= MOST, counted


ANOTHER_WAY = (
    "/units/RETAIL/?against=prior-year",
    "/units/RETAIL/?against=forecast&basis=ytd",
    "/units/GROUP/?against=forecast",
    "/units/GROUP/explain/operating_margin/?basis=ytd",
    "/units/GROUP/explain/revenue/?by=driver&against=prior-year",
    "/units/GROUP/explain/headcount/?basis=ltm",
    "/units/GROUP/explain/account:REVENUE/?against=forecast",
    "/units/RETAIL/explain/dso/",
    "/record/?who=fiona",
)


@pytest.mark.parametrize("address", ANOTHER_WAY)
def test_nor_does_one_that_is_asked_for_another_way(address: str, lived: Lived) -> None:
    assert (queries(lived.clients["finance_admin"], address) or MOST + 1) <= MOST
