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

STILL_MORE = {
    "units/<code>/": (18, "a masked share and a hyperinflationary currency are looked up where there are such"),
    "units/<code>/metrics/": (14, "a masked share is looked up where there is one"),
    "alerts/": (13, "what is silenced names its metrics"),
    "units/<code>/explain/<metric>/": (30, "formula, inputs, files, rows and earlier values are each asked for anew"),
    "record/": (14, "names of units, rules and people, the filters, and the check of the seals are each asked for"),
    "alerts/<public_id>/": (35, "the inbox stands beside the alert with all its own menus and counts"),
    "alerts/proposals/": (30, "each proposal is held against the ground it was made on"),
    "alerts/proposals/<public_id>/": (30, "a proposal is held against the ground it was made on"),
    "alerts/quiet/": (40, "every reason for silence is looked for where it is kept"),
    "thresholds/": (20, "the list of rules with all that each of them judges"),
    "thresholds/new/": (20, "the form knows everything that a rule may be set on"),
    "thresholds/<code>/": (40, "a rule is held against the history that was known at each time"),
}
"""Pages that ask more often, the most they may ask, and what for. Nothing is to come in here."""

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

    most, _ = STILL_MORE.get(pattern, (MOST, ""))
    assert max(counted.values(), default=0) <= most, counted
