"""No page asks the database more than twelve questions, session, person and frame among them, however many units."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.access.policy import PLACES
from tests.company import FIGURES, UNITS, build_company
from tests.metrics.engine import AT
from tests.prepared import Ground
from tests.reports.edges.companies import Edge, lived
from tests.reports.edges.walking import address_of, addresses

pytestmark = pytest.mark.usefixtures("clock")

MOST = 12
MORE = 30
UNITS_OF_MORE = UNITS + "".join(
    f"    N{number:02} | {'SHOPS' if number % 2 else 'GROUP'} | unit | Number {number}\n" for number in range(MORE)
)
FIGURES_OF_MORE = FIGURES.rstrip() + "".join(
    f"\n    N{number:02} | {account} | | {version} | 10 | 20 | 30 | {40 + number}"
    for number in range(MORE)
    for account, version in (("REVENUE", "actual"), ("REVENUE", "budget-2026"), ("PEOPLE", "actual"))
)
COMPANIES: dict[str, Callable[[], Edge]] = {
    "few": lambda: lived(build_company(), PLACES),
    "more": lambda: lived(build_company(UNITS_OF_MORE, FIGURES_OF_MORE), PLACES),
}
ASKED = {"few": addresses(), "more": addresses(with_admin=False)}
"""The admin lists what there is a page at a time."""
Counts = dict[str, dict[str, dict[str, int]]]
"""By company and page, for each of two readers, how many questions the page takes."""


@pytest.fixture(scope="module")
def counts(migrated_database: None, ground: Ground, django_db_blocker: Any) -> Counts:
    """Each company is built, read and rolled back in turn."""
    found: Counts = {}
    with django_db_blocker.unblock(), time_machine.travel(AT, tick=False):
        ground.clear()
        for name, build in COMPANIES.items():
            with transaction.atomic():
                edge = build()
                for client in edge.clients.values():
                    client.get("/")  # a session notes its first request
                found[name] = {asked: dict(_counted(asked, edge)) for asked in ASKED[name]}
                transaction.set_rollback(True)
    return found


def _counted(asked: str, edge: Edge) -> Iterator[tuple[str, int]]:
    """For the first reader who is shown the page and for the leader of a unit; in the drawer too where it has one."""
    address, seen = address_of(asked, edge), False
    for who, client in edge.clients.items():
        if seen and who != "retail_lead":
            continue
        for header in ({}, {"HX-Request": "true"}) if "/explain/" in f"/{asked}" else ({},):
            with CaptureQueriesContext(connection) as questions:
                status = client.get(address, headers=header).status_code
            if status == 200:
                seen = True
                yield f"{who}{' in the drawer' if header else ''}", len(questions)


@pytest.mark.parametrize("asked", ASKED["few"])
def test_no_page_asks_more_than_twelve_questions(asked: str, counts: Counts) -> None:
    assert {who: number for who, number in counts["few"][asked].items() if number > MOST} == {}


@pytest.mark.parametrize("asked", ASKED["more"])
def test_nor_does_it_ask_more_of_more_units(asked: str, counts: Counts) -> None:
    assert counts["more"][asked] == counts["few"][asked]
