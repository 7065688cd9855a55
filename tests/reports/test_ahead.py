"""After a run a reader finds her board made, whoever she is; what is made ahead is what would be made for her."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.actions import record
from people.models import Person
from reports.ahead import BASES, make_ahead
from tests.company import Company
from tests.reports.conftest import COMPUTED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SignedIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def boards_are_shared(settings: Any) -> None:
    """As with Redis: what the worker keeps, the web processes find."""
    kept = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "made ahead in a test"}
    settings.CACHES = {**settings.CACHES, "pages": kept}
    settings.REDIS_URL = "redis://in.a.test/0"
    caches["pages"].clear()


def for_ever() -> bool:
    return True


def make(goes_on: Callable[[], bool] = for_ever) -> int:
    return make_ahead(at=COMPUTED, goes_on=goes_on)


def read(browser: Client, address: str) -> tuple[bytes, bool]:
    """The board, and whether its figures had to be read."""
    with CaptureQueriesContext(connection) as asked:
        content = browser.get(address, headers={"HX-Request": "true"}).content
    return content, any('"numbers"' in query["sql"] for query in asked)


@pytest.mark.parametrize("address", ["/overview/", *(f"/overview/?period=2026-08&basis={basis}" for basis in BASES)])
def test_a_board_that_was_made_ahead_is_the_one_that_would_be_made(
    signed_in: SignedIn, executive: Person, retail_lead: Person, computed: Company, address: str
) -> None:
    browsers = [signed_in(executive), signed_in(retail_lead)]
    made_anew = [read(browser, address) for browser in browsers]
    caches["pages"].clear()

    make()

    found = [read(browser, address) for browser in browsers]
    assert [is_read for _, is_read in made_anew] == [True, True]
    assert found == [(content, False) for content, _ in made_anew]


def test_it_goes_on_where_it_stopped(executive: Person, computed: Company) -> None:
    rounds = []
    while made := make(goes_on=lambda: False):
        rounds.append(made)
    caches["pages"].clear()

    assert rounds == [1] * make()
    assert len(rounds) % len(BASES) == 0


def test_nothing_is_made_twice_and_it_costs_one_query_to_know(executive: Person, computed: Company) -> None:
    make()

    with CaptureQueriesContext(connection) as asked:
        again = make()

    assert again == 0
    assert len(asked) == 1


def test_it_looks_again_after_something_was_done(executive: Person, computed: Company) -> None:
    make()
    record(actor="process:test", verb="ledger.figures.imported", target=("import", 1), at=COMPUTED)

    with CaptureQueriesContext(connection) as asked:
        again = make()

    assert again == 0
    assert len(asked) > 1


def test_somebody_who_sees_one_unit_or_nothing_has_no_board_to_be_made(shops_lead: Person, computed: Company) -> None:
    assert make() == 0


def test_nothing_is_made_where_every_process_keeps_its_own(executive: Person, computed: Company, settings: Any) -> None:
    settings.REDIS_URL = ""

    assert make() == 0
