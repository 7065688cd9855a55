"""A board that is kept says at every moment what a board made anew would say, and nobody is shown another's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alerts.actions import evaluate, set_threshold
from alerts.models import Alert
from alerts.terms import Terms
from alerts.vetting import Proposal
from people.models import Person
from tests.company import Company
from tests.reports.conftest import COMPUTED
from units.marks import Mark
from units.models import Unit
from units.scope import Scope

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def boards_are_kept(settings: Any) -> None:
    kept = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "kept in a test"}
    settings.CACHES = {**settings.CACHES, "pages": kept}
    caches["pages"].clear()


ASKS = count()


def content(browser: Client, address: str = "/overview/") -> bytes:
    """The board, under an address of its own each time: no whole page is kept of that."""
    asked = f"{address}{'&' if '?' in address else '?'}asks={next(ASKS)}"
    return browser.get(asked, headers={"HX-Request": "true"}).content


def anew(browser: Client, address: str = "/overview/") -> bytes:
    caches["pages"].clear()
    return content(browser, address)


def test_a_board_that_is_kept_is_not_made_again(signed_in: SignedIn, executive: Person, computed: Company) -> None:
    browser = signed_in(executive)
    first = content(browser)

    with CaptureQueriesContext(connection) as asked:
        again = content(browser)

    assert again == first
    assert [query["sql"] for query in asked if '"numbers"' in query["sql"]] == []


def test_the_whole_page_is_the_same_the_second_time(signed_in: SignedIn, executive: Person, computed: Company) -> None:
    browser = signed_in(executive)
    browser.get("/overview/")

    assert browser.get("/overview/").content == browser.get("/overview/").content


def test_after_every_change_it_says_what_a_new_one_says(
    signed_in: SignedIn, executive: Person, finance_admin: Person, computed: Company
) -> None:
    browser = signed_in(executive)
    before = content(browser)

    for change in (a_limit_is_passed, a_unit_is_renamed, an_alert_is_assigned):
        change(computed, finance_admin)

        after = content(browser)
        assert after == anew(browser), change.__name__
        assert after != before, change.__name__
        before = after


def a_limit_is_passed(company: Company, actor: Person) -> None:
    proposal = Proposal(
        code="heads",
        unit=Unit.unscoped.get(code="SHOPS"),
        terms=Terms("revenue", "month", "absolute", "level", -1, critical="99999"),
        valid_from=company.months["2026-08"],
    )
    set_threshold(actor=Scope.of(actor, at=COMPUTED), proposal=proposal, at=COMPUTED, reason="Test")
    evaluate(actor=Scope.system("alerts"), at=COMPUTED)
    assert Alert.unscoped.filter(condition="firing").exists()


def a_unit_is_renamed(company: Company, actor: Person) -> None:
    Unit.unscoped.filter(code="RETAIL").update(name="Retail and Outlets")


def an_alert_is_assigned(company: Company, actor: Person) -> None:
    Alert.unscoped.filter(condition="firing").update(owner=actor)


def test_each_reader_is_shown_her_own(
    signed_in: SignedIn, executive: Person, retail_lead: Person, computed: Company
) -> None:
    whole, part = signed_in(executive), signed_in(retail_lead)
    kept = [content(whole, "/overview/?unit=RETAIL"), content(part, "/overview/?unit=RETAIL")]

    assert kept == [anew(whole, "/overview/?unit=RETAIL"), anew(part, "/overview/?unit=RETAIL")]
    assert b"DEPOT" not in kept[1]


@pytest.mark.parametrize(
    "other", ["basis=month", "basis=month&sort=revenue", "measure=headcount", "period=2026-07", "page=2"]
)
def test_another_address_is_another_board(
    other: str, signed_in: SignedIn, executive: Person, computed: Company
) -> None:
    browser = signed_in(executive)
    content(browser)

    assert content(browser, f"/overview/?{other}") == anew(browser, f"/overview/?{other}")


def test_an_alert_grows_older_on_it(
    signed_in: SignedIn, executive: Person, finance_admin: Person, computed: Company
) -> None:
    a_limit_is_passed(computed, finance_admin)
    browser = signed_in(executive)
    with time_machine.travel(COMPUTED + timedelta(hours=1), tick=False):
        content(browser)
    with time_machine.travel(COMPUTED + timedelta(days=3), tick=False):
        browser.force_login(executive, backend="people.backends.SignInBackend")

        assert content(browser) == anew(browser)


def test_marks_that_are_counted_anew_after_a_restore_meet_no_board_of_before(
    signed_in: SignedIn, executive: Person, computed: Company
) -> None:
    browser = signed_in(executive)
    content(browser)
    Mark.objects.update(at=F("at") + timedelta(microseconds=1))

    with CaptureQueriesContext(connection) as asked:
        content(browser)

    assert [query["sql"] for query in asked if '"numbers"' in query["sql"]] != []


def test_a_board_that_another_edition_of_the_program_printed_is_not_shown(
    signed_in: SignedIn, executive: Person, computed: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = signed_in(executive)
    content(browser)
    monkeypatch.setattr("reports.kept.edition", lambda: "the next one")

    with CaptureQueriesContext(connection) as asked:
        content(browser)

    assert [query["sql"] for query in asked if '"numbers"' in query["sql"]] != []
