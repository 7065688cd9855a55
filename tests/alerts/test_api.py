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


def post(browser: Client, alert: Alert, step: str, /, **sent: Any) -> Any:
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


def test_the_list_the_verdict_and_the_due_day_go_over_the_api(
    signed_in: SignIn, retail_lead: Person, group_lead: Person, auditor: Person, alert: Alert
):
    browser = signed_in(retail_lead)
    here = f"/api/v1/alerts/{alert.public_id}/items/"

    assert post(browser, alert, "acknowledge", due="2026-10-23").json()["due"] == "2026-10-23"
    assert post(browser, alert, "label", verdict="noise").json()["verdict"] == "noise"
    assert post(browser, alert, "snooze", to_close=True, reason="wait").json()["snoozed_to"] == "2026-09"
    (item,) = post(browser, alert, "items", items=["Call the owner"], to="Gina Group", due="2026-10-16").json()
    assert item == {
        "number": 1, "text": "Call the owner", "person": "Gina Group", "due": "2026-10-16", "done": None, "done_by": "",
    }  # fmt: skip
    assert post(browser, alert, "tick", item=1).status_code == 200
    assert signed_in(auditor).get(here).json()[0]["done_by"] == f"person:{retail_lead.pk}"
    assert post(browser, alert, "tick", item=2).json() == {"detail": "There is no such item on the list of this alert."}
    assert post(browser, alert, "strike", item=1).status_code == 200
    assert browser.get(here).json() == []
    assert post(signed_in(auditor), alert, "items", items=["x"]).status_code == 403


def test_a_caller_who_was_overtaken_gets_409_and_what_happened_since(
    signed_in: SignIn, retail_lead: Person, executive: Person, alert: Alert
):
    hers, his = signed_in(retail_lead), signed_in(executive)
    seen = hers.get(f"/api/v1/alerts/{alert.public_id}/").json()["transitions"]
    post(his, alert, "resolve", outcome="accepted", text="Agreed.")

    answer = post(hers, alert, "acknowledge", seen=seen)
    assert (answer.status_code, answer.json()["detail"]) == (409, "This alert is already resolved: accepted.")
    assert [(event["kind"], event["text"]) for event in answer.json()["since"]] == [("resolved", "Agreed.")]
    assert (
        post(hers, alert, "reopen", reason="not yet", seen=seen).json()["detail"].startswith("Somebody else was faster")
    )
    assert post(hers, alert, "reopen", reason="not yet", seen=seen + 1).status_code == 200
    assert post(hers, alert, "undo").status_code == 409
    assert post(hers, alert, "undo", step=seen).status_code == 409


def test_a_rule_says_what_its_alerts_were_worth_within_the_readers_units(
    signed_in: SignIn, retail_lead: Person, wholesale_lead: Person, executive: Person, alert: Alert, books: Books
):
    nothing = {
        "alerts": 0, "useful": 0, "known": 0, "noise": 0, "precision": None, "days_to_act": None, "unanswered": 0,
        "caught": {"profit": "0.0000", "cash": "0.0000", "unknown": 0}, "drafts": [],
    }  # fmt: skip
    here = "/api/v1/thresholds/contractor_cost-shops/worth/"
    post(signed_in(retail_lead), alert, "acknowledge")
    post(signed_in(retail_lead), alert, "label", verdict="useful")

    found = signed_in(executive).get(here).json()
    assert found == nothing | {
        "alerts": 1, "useful": 1, "precision": 1.0, "days_to_act": 0.0,
        "caught": {"profit": "360.0000", "cash": "0.0000", "unknown": 0},
    }  # fmt: skip
    assert signed_in(wholesale_lead).get(here).status_code == 404
    books.limit(unit="DEPOT", code="quiet")
    assert signed_in(executive).get("/api/v1/thresholds/quiet/worth/").json() == nothing
