"""A page that is kept whole is what would be printed now, for nobody else, and nothing but what was put there here."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Record
from people.actions import choose_theme
from people.models import Person
from reports.recalled import COMPANY
from reports.signed import PAGES
from tests.cast import person
from tests.company import MARKER_NAME, Company
from tests.metrics.engine import compute
from tests.metrics.foresight import book
from units import roles

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
SESSION_PERSON_GRANTS_AND_RECORD = 4


@pytest.fixture(autouse=True)
def pages_are_kept(settings: Any) -> Iterator[None]:
    kept = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "whole pages in a test"}
    settings.CACHES = {**settings.CACHES, PAGES: kept, COMPANY: kept | {"LOCATION": "the company in a test"}}
    caches[PAGES].clear()
    caches[COMPANY].clear()
    yield
    caches[PAGES].clear()


@pytest.fixture
def browser(computed: Company, signed_in: SignedIn, executive: Person, at: datetime) -> Iterator[Client]:
    with time_machine.travel(at, tick=False):
        yield signed_in(executive)


def is_kept(browser: Client, address: str = "/overview/") -> bool:
    """Whether the next answer comes without being printed."""
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked) <= SESSION_PERSON_GRANTS_AND_RECORD


def test_the_second_answer_is_the_first_and_asks_for_session_person_grants_and_record_only(browser: Client) -> None:
    first = browser.get("/overview/").content

    assert is_kept(browser)
    assert browser.get("/overview/").content == first


def test_a_browser_that_takes_it_gets_it_compressed(browser: Client) -> None:
    plain = browser.get("/overview/")
    packed = browser.get("/overview/", headers={"Accept-Encoding": "gzip, br"})

    assert (packed["Content-Encoding"], gzip.decompress(packed.content)) == ("gzip", plain.content)
    assert {"Accept-Encoding", "Cookie"} <= {each.strip() for each in packed["Vary"].split(",")}
    assert packed["Cache-Control"] == "private, no-store"


def test_figures_that_changed_are_shown_at_once(browser: Client, computed: Company) -> None:
    before = browser.get("/overview/").content
    book(computed.shops, "2026-09", 77_777)
    compute(full=True)

    assert browser.get("/overview/").content != before


def test_any_deed_has_it_printed_again_and_signing_in_is_none(
    browser: Client, executive: Person, finance_admin: Person, signed_in: SignedIn, at: datetime
) -> None:
    browser.get("/overview/")
    signed_in(finance_admin)
    assert is_kept(browser)

    choose_theme(actor=f"person:{executive.pk}", person=executive, theme="dark", at=at)
    assert not is_kept(browser)
    assert b'data-theme="dark"' in browser.get("/overview/").content


def test_what_was_begun_before_and_committed_after_counts_as_a_deed(browser: Client) -> None:
    browser.get("/overview/")
    newest = Record.objects.order_by("-pk")[0]
    Record.objects.bulk_create([Record(pk=newest.pk + 2, at=newest.at, actor="process:a", verb="a", act=newest.act)])
    browser.get("/overview/")
    Record.objects.bulk_create([Record(pk=newest.pk + 1, at=newest.at, actor="process:b", verb="b", act=newest.act)])

    assert not is_kept(browser)


def test_with_the_next_minute_it_is_printed_again(browser: Client, at: datetime) -> None:
    browser.get("/overview/")
    with time_machine.travel(at + timedelta(seconds=60), tick=False):
        assert not is_kept(browser)


def test_another_stretch_part_or_person_is_another_page(
    browser: Client, computed: Company, signed_in: SignedIn, retail_lead: Person
) -> None:
    browser.get("/overview/")
    assert not is_kept(browser, "/overview/?basis=month")
    board = browser.get("/overview/", headers={"HX-Request": "true"}).content
    assert board not in (b"", browser.get("/overview/").content)

    assert MARKER_NAME in browser.get("/overview/").content.decode()
    lead = signed_in(retail_lead)
    assert MARKER_NAME not in lead.get("/overview/").content.decode()
    assert MARKER_NAME not in lead.get("/overview/").content.decode()


def test_people_of_the_same_scope_have_pages_of_their_own(
    browser: Client, computed: Company, signed_in: SignedIn
) -> None:
    browser.get("/overview/")
    other = signed_in(person("Edda Executive", roles.EXECUTIVE))

    assert not is_kept(other)


def test_what_is_said_once_is_not_kept(browser: Client) -> None:
    browser.post("/home/pins/", {"unit": "SHOPS", "metric": "revenue", "next": "/overview/"})
    said = browser.get("/overview/").content

    assert b"It stands on your home." in said
    assert b"It stands on your home." not in browser.get("/overview/").content
    assert b"It stands on your home." not in browser.get("/overview/").content


def test_what_somebody_else_put_there_is_no_page(browser: Client) -> None:
    page = browser.get("/overview/").content
    cache = caches[PAGES]
    for name in list(cache._cache):  # type: ignore[attr-defined]  # the names as they stand in memory
        cache.set(name.split(":", 2)[2], "text/html PGI+MTwvYj4=:forged", timeout=60)

    assert browser.get("/overview/").content == page
