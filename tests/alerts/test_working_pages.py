"""Working on an alert without script: what a step does, what is said when it comes too late, and undoing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alerts import actions
from alerts.models import Alert
from people.models import Person
from tests.alerts.conftest import OVER_BUDGET, Books
from tests.alerts.test_pages import words
from units.scope import Scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SignIn = Callable[[Person], Client]


@pytest.fixture
def alert(breach: Callable[..., Alert], retail_lead: Person) -> Alert:
    return breach(action="Talk to {unit}; saves {-impact:saving} a year.\n- Call the owner\n- End the contracts")


def take(browser: Client, alert: Alert, name: str, **typed: Any) -> Any:
    return browser.post(f"/alerts/{alert.public_id}/{name}/", typed, follow=True)


def detail_of(answer: Any) -> Any:
    return answer.context["board"].detail


def test_steps_are_taken_by_forms_and_the_page_says_what_came_of_them(
    signed_in: SignIn, retail_lead: Person, executive: Person, alert: Alert
):
    browser = signed_in(retail_lead)
    here = f"/alerts/{alert.public_id}/"

    def said(name: str, **typed: Any) -> str:
        answer = take(browser, alert, name, **typed)
        assert answer.redirect_chain == [(here, 302)]
        found = [str(message) for message in answer.context["messages"]]
        return found[0] if found else str(detail_of(answer).toast.words)

    assert said("acknowledge", due="2026-10-23", text="") == "Alert acknowledged"
    assert said("undo") == "The step is taken back."
    assert said("start") == "Work has begun"
    assert said("comment", text="All <b>six</b> invoices.") == "The comment is added."
    assert said("escalate", to=executive.pk, reason="money") == "Alert escalated"
    assert said("snooze", when="day", until="2026-10-20", reason="wait") == "Alert snoozed"
    assert said("snooze", when="week", reason="wait") == "Alert snoozed"
    assert said("snooze", when="close", reason="wait") == "Alert snoozed"
    assert said("label", verdict="useful") == "Noted what it was worth"
    assert said("resolve", outcome="fixed", text="Ended the contracts.") == "Alert resolved"
    shown = words(browser.get(here))
    for sentence in (
        "All &lt;b&gt;six&lt;/b&gt; invoices.",
        "escalated it to Erin Executive: “money”",
        "snoozed it until 20 Oct 2026: “wait”",
        "snoozed it until the close of 2026-09: “wait”",
        "called it useful",
        "Resolved it as fixed: Ended the contracts.",
    ):
        assert sentence in shown


def test_a_step_that_comes_too_late_says_what_happened_and_loses_no_word(
    signed_in: SignIn, retail_lead: Person, executive: Person, alert: Alert, books: Books
):
    """Rita reads the page, Erin resolves the alert, Rita presses acknowledge."""
    browser = signed_in(retail_lead)
    seen = detail_of(browser.get(f"/alerts/{alert.public_id}/")).actions[-1].form["seen"].value()
    actions.resolve(
        actor=Scope.of(executive, at=books.at), alert=alert, outcome="accepted", text="Agreed in May.", at=books.at
    )
    answer = take(browser, alert, "acknowledge", seen=seen, text="I will call them.", due="2026-10-23")

    detail = detail_of(answer)
    assert (answer.status_code, answer.redirect_chain) == (409, [])
    assert detail.refused.words == "This alert is already resolved: accepted."
    assert [each.what for each in detail.refused.meanwhile] == ["Resolved it as accepted: Agreed in May."]
    assert detail.refused.is_kept and detail.comment.form["text"].value() == "I will call them."
    assert "I will call them.</textarea>" in answer.content.decode()
    alert.refresh_from_db()
    assert alert.handling == "resolved"


def test_a_step_that_somebody_overtook_stands_open_as_it_was_typed(
    signed_in: SignIn, retail_lead: Person, executive: Person, group_lead: Person, alert: Alert, books: Books
):
    browser = signed_in(retail_lead)
    seen = alert.transitions
    actions.assign(actor=Scope.of(executive, at=books.at), alert=alert, to=group_lead, at=books.at)
    answer = take(browser, alert, "snooze", seen=seen, when="day", until="2026-10-20", reason="wait for the invoice")

    detail = detail_of(answer)
    (form,) = (action.form for action in detail.actions if action.is_open)
    assert answer.status_code == 409
    assert (form["reason"].value(), form["until"].value(), form["when"].value()) == (
        "wait for the invoice", "2026-10-20", "day",
    )  # fmt: skip
    assert [each.what for each in detail.refused.meanwhile] == ["gave it to Gina Group"]
    again = take(browser, alert, "snooze", seen=seen + 1, when="day", until="2026-10-20", reason="wait")
    assert again.status_code == 200


@pytest.mark.parametrize(
    ("name", "typed", "field"),
    [
        ("snooze", {"when": "day", "until": "", "reason": "wait"}, "until"),
        ("snooze", {"when": "week", "reason": ""}, "reason"),
        ("escalate", {"to": "", "reason": "money"}, "to"),
        ("list", {"text": ""}, "text"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_the_form_stays_open(
    signed_in: SignIn, retail_lead: Person, alert: Alert, name: str, typed: dict[str, str], field: str
):
    answer = take(signed_in(retail_lead), alert, name, **typed)
    detail = detail_of(answer)
    steps = [*detail.actions, detail.recommendation.add]
    (form,) = (action.form for action in steps if action.is_open)

    assert (answer.status_code, list(form.errors)) == (400, [field])


def test_a_mention_of_somebody_else_is_refused_with_the_words_kept(
    signed_in: SignIn, retail_lead: Person, wholesale_lead: Person, group_lead: Person, alert: Alert
):
    browser = signed_in(retail_lead)
    answer = take(browser, alert, "comment", text="@Walter Wholesale, look.")

    detail = detail_of(answer)
    assert answer.status_code == 400 and detail.comment.form["text"].value() == "@Walter Wholesale, look."
    assert detail.refused.words.startswith("Nobody who can see this alert is called @Walter.")
    assert detail.askable == ("Gina Group",) and "Walter Wholesale" not in words(
        browser.get(f"/alerts/{alert.public_id}/")
    )


def test_undoing_is_offered_for_six_seconds_and_for_the_very_step(
    signed_in: SignIn, retail_lead: Person, executive: Person, alert: Alert, clock: time_machine.Traveller
):
    browser = signed_in(retail_lead)
    toast = detail_of(take(browser, alert, "acknowledge")).toast
    assert (toast.words, toast.undo.href) == ("Alert acknowledged", f"/alerts/{alert.public_id}/undo/")
    assert detail_of(signed_in(executive).get(f"/alerts/{alert.public_id}/")).toast is None

    clock.shift(6)
    assert detail_of(browser.get(f"/alerts/{alert.public_id}/")).toast is not None
    clock.shift(1)
    assert detail_of(browser.get(f"/alerts/{alert.public_id}/")).toast is None
    assert take(browser, alert, "undo", step=toast.undo.form["step"].value()).redirect_chain
    assert take(browser, alert, "undo", step=toast.undo.form["step"].value()).status_code == 409


@pytest.mark.parametrize("beside", ["comment", "tick"])
def test_what_is_said_and_ticked_beside_the_step_does_not_keep_it_from_being_taken_back(
    signed_in: SignIn, retail_lead: Person, alert: Alert, beside: str
):
    """Whether it came before the button was shown, or after."""
    browser = signed_in(retail_lead)
    take(browser, alert, "list", text="Call the owner\nEnd the contracts")
    typed = {"comment": [{"text": "Good."}, {"text": "Very."}], "tick": [{"item": 1}, {"item": 2}]}[beside]
    take(browser, alert, "acknowledge")
    toast = detail_of(take(browser, alert, beside, **typed[0])).toast
    take(browser, alert, beside, **typed[1])

    assert take(browser, alert, "undo", step=toast.undo.form["step"].value()).status_code == 200
    alert.refresh_from_db()
    assert alert.handling == "open"


def test_the_steps_of_the_play_book_become_the_list(signed_in: SignIn, retail_lead: Person, alert: Alert):
    browser = signed_in(retail_lead)
    reco = detail_of(browser.get(f"/alerts/{alert.public_id}/")).recommendation
    assert (reco.title, reco.steps, reco.todos) == (
        "Talk to Shops; saves $360 a year.", ("Call the owner", "End the contracts"), (),
    )  # fmt: skip
    take(browser, alert, "list", text="Call the owner\nEnd the contracts")
    take(browser, alert, "list", text="Tell Gina", person=retail_lead.pk, due="2026-10-08")
    answer = take(browser, alert, "tick", item=2)

    reco = detail_of(answer).recommendation
    assert (reco.steps, reco.adopt) == ((), None)
    assert [(todo.text, todo.note, todo.is_done, todo.is_late) for todo in reco.todos] == [
        ("Call the owner", "", False, False),
        ("End the contracts", "Rita Retail, 9 Oct 2026", True, False),
        ("Tell Gina", "Rita Retail, 8 Oct 2026", False, True),
    ]
    assert take(browser, alert, "untick", item=2).status_code == 200
    assert len(detail_of(take(browser, alert, "strike", item=2)).recommendation.todos) == 2


def test_what_was_promised_is_held_against_what_came_of_it(
    signed_in: SignIn, retail_lead: Person, alert: Alert, books: Books, clock: time_machine.Traveller
):
    browser = signed_in(retail_lead)
    take(browser, alert, "start")
    books.write(OVER_BUDGET.replace("2026-08", "2026-09").replace("130", "120"))
    books.judge()

    here = f"/alerts/{alert.public_id}/"
    browser.get(here)
    with CaptureQueriesContext(connection) as queries:
        bringing = detail_of(browser.get(here)).recommendation.bringing
    assert len(queries) <= 12, "the newest figures that are over come with those that are drawn"
    assert bringing == (
        "Expected to bring $360 a year, by the figures of 2026-08.",
        "By 2026-09 the impact is smaller by +$120 a year, 33% of it.",
    )


def test_the_history_lists_who_did_what_and_when_with_before_and_after(
    signed_in: SignIn, retail_lead: Person, group_lead: Person, alert: Alert
):
    browser = signed_in(retail_lead)
    take(browser, alert, "acknowledge", text="On it.")
    take(browser, alert, "assign", to=group_lead.pk)
    take(browser, alert, "comment", text="Over to you.")

    answer = browser.get(f"/alerts/{alert.public_id}/?show=history")
    rows = [(each.who, each.before, each.after) for each in detail_of(answer).activities]
    assert rows == [
        ("Rita Retail", "Rita Retail", "Gina Group"),
        ("Rita Retail", "open", "acknowledged"),
        ("Rule engine", "", "critical"),
    ]
    assert [(tab.label, tab.count) for tab in detail_of(answer).shown] == [
        ("All activity", None), ("Comments", 1), ("History", 3),
    ]  # fmt: skip
    comments = detail_of(browser.get(f"/alerts/{alert.public_id}/?show=comments")).activities
    assert [each.what for each in comments] == ["Over to you."]
    assert browser.get(f"/alerts/{alert.public_id}/?show=everything").status_code == 404


def test_the_evidence_draws_the_limits_that_were_in_force_in_each_month(
    signed_in: SignIn, executive: Person, books: Books
):
    """The warning stood at 10 % until July; from August on, at 20 %."""
    months = books.company.months
    books.limit(unit="SHOPS", valid_from=months["2026-07"])
    books.limit(unit="SHOPS", valid_from=months["2026-08"], warning="20 %", critical="25 %")
    books.write(OVER_BUDGET)
    books.judge()
    (alert,) = books.alerts()

    table = detail_of(signed_in(executive).get(f"/alerts/{alert.public_id}/")).evidence.charts[0].table
    assert table.head == ("Month", "Actual", "Budget", "+20% warning", "+25% critical")
    assert table.rows == (
        ("Jun 26", "100", "100", "–", "–"),
        ("Jul 26", "100", "100", "110", "125"),
        ("Aug 26", "130", "100", "120", "125"),
    )


def test_due_dates_and_who_is_asked_next_are_shown(
    signed_in: SignIn, retail_lead: Person, executive: Person, alert: Alert
):
    browser = signed_in(executive)
    detail = detail_of(browser.get(f"/alerts/{alert.public_id}/"))
    beside = {line.label: line.text for line in detail.sources}
    assert beside["Escalates"] == "16 Oct 2026 to Erin Executive"
    assert detail.life[1].note == "due 16 Oct 2026"
    (acknowledge,) = (action for action in detail.actions if action.verb == "acknowledge")
    assert acknowledge.form["due"].value() == date(2026, 10, 16)

    detail = detail_of(take(browser, alert, "acknowledge", due="2026-10-12"))
    assert {line.label: line.text for line in detail.properties}["Due"] == "12 Oct 2026"
    assert "Escalates" not in {line.label for line in detail.sources}


def test_the_rules_page_says_what_alerts_were_worth(
    signed_in: SignIn, retail_lead: Person, wholesale_lead: Person, board_reader: Person, alert: Alert
):
    browser = signed_in(retail_lead)
    take(browser, alert, "acknowledge")
    take(browser, alert, "label", verdict="useful")

    board = browser.get("/alerts/rules/").context["board"]
    (row,) = board.rows
    assert board.title == "1 of 1 alerts with a verdict were useful"
    assert (row.alerts, row.useful, row.to_act, row.precision.number, row.profit.number) == (
        1, 1, "the same day", 1.0, 3_600_000,
    )  # fmt: skip
    assert signed_in(wholesale_lead).get("/alerts/rules/").context["board"].rows == ()
    assert signed_in(board_reader).get("/alerts/rules/").status_code == 403


def test_early_warnings_say_that_they_are_early(signed_in: SignIn, retail_lead: Person, alert: Alert):
    browser = signed_in(retail_lead)
    for kind, title in {
        "outlook": "Expected beyond its limit in 2026-08",
        "pace": "Beyond its limit at the pace of 2026-08",
        "pool": "Small differences add up in 2026-08",
    }.items():
        Alert.unscoped.filter(pk=alert.pk).update(kind=kind)
        assert detail_of(browser.get(f"/alerts/{alert.public_id}/")).evidence.title == title


@pytest.mark.parametrize(
    ("kind", "said"), [("outlook", "Expected, August 2026"), ("pace", "At this pace, August 2026")]
)
def test_a_figure_that_is_not_there_yet_is_called_so(
    signed_in: SignIn, retail_lead: Person, alert: Alert, kind: str, said: str
):
    Alert.unscoped.filter(pk=alert.pk).update(kind=kind)

    assert detail_of(signed_in(retail_lead).get(f"/alerts/{alert.public_id}/")).facts[0].label == said


@pytest.mark.parametrize(
    ("comparator", "said"),
    [("budget", "Budget"), ("prior_year", "Last year"), ("trailing", "Its own mean"), ("peers", "Its peers")],
)
def test_the_baseline_is_called_by_its_name(
    signed_in: SignIn, retail_lead: Person, alert: Alert, books: Books, comparator: str, said: str
):
    window = {"trailing": 2, "peers": 5}.get(comparator, 0)
    other = books.limit(unit="SHOPS", code="another", comparator=comparator, window=window, metric="cloud_cost")
    Alert.unscoped.filter(pk=alert.pk).update(version=other)

    assert detail_of(signed_in(retail_lead).get(f"/alerts/{alert.public_id}/")).facts[1].label == said


def test_an_alert_leads_to_its_threshold_where_that_may_be_read(
    signed_in: SignIn, retail_lead: Person, executive: Person, breach: Callable[..., Alert], books: Books
):
    """Rita leads Shops; one rule is of Shops, the other of the whole group."""
    own = breach(code="of-shops")
    books.limit(unit="GROUP", code="of-all", metric="cloud_cost")
    books.write(OVER_BUDGET.replace("contractor", "cloud"))
    books.judge()
    above = Alert.unscoped.get(threshold__code="of-all", unit__code="SHOPS")

    def rule(reader: Person, alert: Alert) -> str:
        return detail_of(signed_in(reader).get(f"/alerts/{alert.public_id}/")).sources[0].href

    assert (rule(retail_lead, own), rule(retail_lead, above)) == ("/thresholds/of-shops/", "")
    assert rule(executive, above) == "/thresholds/of-all/"


def test_a_step_behind_more_opens_its_form_in_place(signed_in: SignIn, retail_lead: Person, alert: Alert):
    browser = signed_in(retail_lead)
    (resolve,) = detail_of(browser.get(f"/alerts/{alert.public_id}/")).more
    opened = [action.verb for action in detail_of(browser.get(resolve.href)).actions if action.is_open]

    assert (resolve.href, opened) == (f"/alerts/{alert.public_id}/?asks=resolve", ["resolve"])
    assert browser.get(f"/alerts/{alert.public_id}/?asks=nonsense").status_code == 404


def test_the_list_is_sorted_and_narrowed_by_menus(signed_in: SignIn, executive: Person, books: Books):
    books.limit(unit="GROUP")
    books.write(
        OVER_BUDGET
        + OVER_BUDGET.replace("SHOPS", "DEPOT").replace("100", "1000").replace("130", "1150").split("\n", 2)[2]
    )
    books.judge()
    browser = signed_in(executive)

    def units(query: str) -> list[str]:
        return [item.unit.partition(" ")[0] for item in browser.get(f"/alerts/{query}").context["board"].items]

    assert (units(""), units("?sort=severity")) == (["Depot", "Shops"], ["Shops", "Depot"])
    assert browser.get("/alerts/?sort=luck").status_code == 404
    menus = {menu.label: menu.choices for menu in browser.get("/alerts/?unit=SHOPS").context["board"].menus}
    assert [choice.label.partition(" ")[0] for choice in menus["SHOPS"]] == ["All", "Shops", "Depot"]
    assert [choice.is_on for choice in menus["SHOPS"]] == [False, True, False]


def test_filters_travel_with_the_reader(signed_in: SignIn, retail_lead: Person, alert: Alert):
    browser = signed_in(retail_lead)
    detail = detail_of(browser.get(f"/alerts/{alert.public_id}/?tab=mine&sort=newest"))
    (assign,) = (action for action in detail.actions if action.verb == "acknowledge")
    answer = browser.post(assign.href, {}, follow=True)

    assert answer.redirect_chain == [(f"/alerts/{alert.public_id}/?tab=mine&sort=newest", 302)]


def test_what_is_recommended_can_be_tried_in_a_scenario_by_whoever_makes_any(
    signed_in: SignIn, retail_lead: Person, auditor: Person, alert: Alert
):
    here = f"/alerts/{alert.public_id}/"
    browser = signed_in(retail_lead)
    trial = detail_of(browser.get(here)).recommendation.trial

    form = browser.get(trial.href).context["board"].form
    resolved = take(browser, alert, "resolve", outcome="fixed", text="Ended the contracts.")

    assert form.initial == {"unit": alert.unit.code, "name": alert.title}
    assert detail_of(signed_in(auditor).get(here)).recommendation.trial is None
    assert detail_of(resolved).recommendation.trial is None
