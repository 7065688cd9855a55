"""Alerts and thresholds over the API: read within the scope, worked on by the same verbs as on the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alerts.models import Alert, AlertEvent
from people.models import Person
from tests.alerts.conftest import OVER_BUDGET, Books

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SignIn = Callable[[Person], Client]


@pytest.fixture
def alert(breach: Callable[..., Alert], retail_lead: Person) -> Alert:
    return breach(action="Talk to {unit}.")


def post(browser: Client, alert: Alert, step: str, **sent: Any) -> Any:
    return browser.post(f"/api/v1/alerts/{alert.public_id}/{step}/", sent, content_type="application/json")


def test_an_alert_reads_with_all_that_it_says(signed_in: SignIn, retail_lead: Person, alert: Alert):
    (found,) = signed_in(retail_lead).get("/api/v1/alerts/").json()["results"]

    assert {name: found[name] for name in (
        "id", "threshold", "metric", "basis", "unit", "began", "period", "condition", "handling", "severity",
        "shown_as", "title", "action", "impact", "owner",
    )} == {
        "id": alert.public_id, "threshold": "contractor_cost-shops", "metric": "contractor_cost", "basis": "month",
        "unit": "SHOPS", "began": "2026-08", "period": "2026-08", "condition": "firing", "handling": "open",
        "severity": "critical", "shown_as": "high", "title": "Contractors 30% over budget", "action": "Talk to Shops.",
        "impact": "-360.0000", "owner": "Rita Retail",
    }  # fmt: skip


def test_an_alert_is_worked_on_step_by_step(signed_in: SignIn, retail_lead: Person, executive: Person, alert: Alert):
    browser = signed_in(retail_lead)

    assert post(browser, alert, "acknowledge", text="On it.").json()["handling"] == "acknowledged"
    assert post(browser, alert, "start").json()["handling"] == "in_progress"
    assert post(browser, alert, "snooze", until="2026-10-20", reason="wait").json()["snoozed_until"] == "2026-10-20"
    assert (
        post(browser, alert, "escalate", to="Erin Executive", reason="money").json()["escalated_to"] == "Erin Executive"
    )
    assert post(browser, alert, "undo").json()["escalated_to"] is None
    assert post(browser, alert, "assign", to="erin.executive@example.com").json()["owner"] == "Erin Executive"
    assert post(browser, alert, "comment", text="Done soon.").status_code == 200
    assert post(browser, alert, "resolve", outcome="fixed").json()["outcome"] == "fixed"
    assert post(browser, alert, "reopen", reason="not yet").json()["handling"] == "open"
    events = browser.get(f"/api/v1/alerts/{alert.public_id}/events/").json()
    assert [event["kind"] for event in events] == [
        "opened", "acknowledged", "started", "snoozed", "passed_on", "undone", "assigned", "commented",
        "resolved", "reopened",
    ]  # fmt: skip


def test_refusals_say_what_is_wrong(signed_in: SignIn, retail_lead: Person, wholesale_lead: Person, alert: Alert):
    browser = signed_in(retail_lead)
    nobody = {"detail": "This person cannot work on alerts of the unit. Choose somebody who can."}

    assert post(browser, alert, "snooze", reason="wait").json() == {"until": ["Say until when."]}
    assert post(browser, alert, "assign", to="Walter Wholesale").json() == nobody
    assert post(browser, alert, "assign", to="Nobody At All").json() == nobody
    assert post(browser, alert, "comment").status_code == 400
    post(browser, alert, "resolve", outcome="accepted")
    again = post(browser, alert, "acknowledge")
    assert (again.status_code, again.json()) == (409, {"detail": "This alert is already resolved: accepted."})


def test_readers_read_and_strangers_find_nothing(
    signed_in: SignIn, auditor: Person, wholesale_lead: Person, board_reader: Person, alert: Alert
):
    assert post(signed_in(auditor), alert, "acknowledge").status_code == 403
    assert post(signed_in(auditor), alert, "comment").status_code == 403
    assert post(signed_in(wholesale_lead), alert, "acknowledge").status_code == 404
    assert signed_in(wholesale_lead).get("/api/v1/alerts/").json()["results"] == []
    assert signed_in(board_reader).get("/api/v1/alerts/").status_code == 403
    assert AlertEvent.unscoped.count() == 1


def test_filters_narrow_and_unknown_ones_are_refused(signed_in: SignIn, executive: Person, alert: Alert):
    browser = signed_in(executive)

    def found(query: str) -> int:
        return len(browser.get(f"/api/v1/alerts/?{query}").json()["results"])

    assert [found(f"{name}={value}") for name, value in (
        ("unit", "SHOPS"), ("unit", "DEPOT"), ("condition", "firing"), ("handling", "resolved"),
        ("severity", "critical"), ("owner", "Rita Retail"), ("metric", "revenue"), ("period", "2026-08"),
        ("threshold", "contractor_cost-shops"),
    )] == [1, 0, 1, 0, 1, 1, 0, 1, 1]  # fmt: skip
    assert browser.get("/api/v1/alerts/?unit__name=Shops").status_code == 400


def test_thresholds_read_with_their_terms_of_today(signed_in: SignIn, retail_lead: Person, books: Books):
    books.limit(unit="SHOPS", code="mine")
    books.limit(unit="SHOPS", code="mine", warning="12 %")
    books.limit(unit="DEPOT", code="theirs")
    browser = signed_in(retail_lead)

    (found,) = browser.get("/api/v1/thresholds/").json()["results"]
    assert (found["code"], found["unit"], found["warning"], found["retired"]) == ("mine", "SHOPS", "0.12", False)
    assert browser.get("/api/v1/thresholds/mine/").json() == found
    assert (
        browser.get("/api/v1/thresholds/theirs/").status_code
        == browser.get("/api/v1/thresholds/none/").status_code
        == 404
    )


def test_the_list_asks_as_often_for_three_as_for_one(signed_in: SignIn, executive: Person, books: Books):
    books.limit(unit="GROUP")
    browser = signed_in(executive)
    asked = []
    for text in (
        OVER_BUDGET,
        OVER_BUDGET.replace("SHOPS", "DEPOT") + OVER_BUDGET.replace("SHOPS", "RETAIL").split("\n", 2)[2],
    ):
        books.write(text)
        books.judge()
        browser.get("/api/v1/alerts/")
        with CaptureQueriesContext(connection) as queries:
            found = browser.get("/api/v1/alerts/").json()["results"]
        asked.append((len(found), len(queries)))

    assert asked == [(1, 4), (3, 4)]
