"""The inbox and one alert, in a browser without script: who sees what, what a step does, and how often it asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alerts import actions
from alerts.models import Alert
from people.models import Person
from tests.alerts.conftest import OVER_BUDGET, Books
from tests.company import MARKER_NAME
from units.scope import Scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SignIn = Callable[[Person], Client]


@pytest.fixture
def alert(breach: Callable[..., Alert], retail_lead: Person) -> Alert:
    return breach(action="Talk to {unit}; saves {-impact:money} a year.")


def words(answer: Any) -> str:
    bare = re.sub(r"<script.*?</script>|<[^>]+>", " ", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", bare)


def titles(answer: Any) -> list[str]:
    return [item.title for item in answer.context["board"].items]


def test_the_inbox_lists_what_waits_the_costliest_first(signed_in: SignIn, executive: Person, books: Books):
    books.limit(unit="GROUP")
    books.write(
        OVER_BUDGET
        + OVER_BUDGET.replace("SHOPS", "DEPOT").replace("100", "1000").replace("130", "1150").split("\n", 2)[2]
    )
    books.judge()

    answer = signed_in(executive).get("/alerts/")

    assert titles(answer) == ["Contractors 15% over budget", "Contractors 30% over budget"]
    assert [(tab.label, tab.count, tab.is_on) for tab in answer.context["board"].tabs] == [
        ("Open", 2, True), ("Snoozed", 0, False), ("Resolved", 0, False), ("Mine", 0, False),
    ]  # fmt: skip


def test_an_alert_that_only_repeats_one_further_down_stands_under_it(
    signed_in: SignIn, executive: Person, retail_lead: Person, books: Books
):
    """Shops is 360 a year over budget; so is Retail, by nothing of its own, and Depot is beside them."""
    books.limit(unit="GROUP")
    books.limit(unit="SHOPS", metric="contractor_cost", code="own-rule")
    rest = [OVER_BUDGET.replace("SHOPS", unit).split("\n", 2)[2] for unit in ("RETAIL", "DEPOT")]
    books.write(OVER_BUDGET + "".join(rest))
    books.judge()

    browser = signed_in(executive)
    shops, depot = browser.get("/alerts/").context["board"].items
    (retail,) = shops.folded
    assert (shops.unit, retail.unit, retail.of_which) == ("Shops", "Retail", "of which Shops $360")
    assert (depot.unit.partition(" ")[0], depot.folded) == ("Depot", ())
    beside = {line.label: line.text for line in browser.get(retail.href).context["board"].detail.properties}
    assert beside["Repeats"] == "Shops"
    beside = {line.label: line.text for line in browser.get(shops.href).context["board"].detail.properties}
    assert beside["Also in"] == "Retail"
    assert "The same money: Retail" in words(browser.get("/alerts/"))
    retail = words(signed_in(executive).get("/units/RETAIL/?period=2026-08"))
    assert "of which Shops $360" in retail and "2 open alerts, $360 a year" in retail


def test_putting_an_alert_off_takes_it_from_the_inbox_and_leaves_the_unit_as_it_is(
    signed_in: SignIn, executive: Person, retail_lead: Person, alert: Alert, books: Books
):
    browser = signed_in(executive)

    def shown() -> tuple[str, int]:
        answer = browser.get("/units/SHOPS/?period=2026-08")
        return answer.context["board"].headline.meta[0].text, answer.context["frame"].alert_count

    before = shown()
    actions.snooze(
        actor=Scope.of(retail_lead, at=books.at), alert=alert, until=date(2026, 11, 6), reason="wait", at=books.at
    )

    assert (before, shown()) == (("Off plan since August", 1), ("Off plan since August", 0))


def test_an_alert_shows_figures_evidence_action_and_what_one_may_do(
    signed_in: SignIn, retail_lead: Person, alert: Alert
):
    answer = signed_in(retail_lead).get(f"/alerts/{alert.public_id}/")
    detail = answer.context["board"].detail

    assert [(fact.label, fact.note) for fact in detail.facts] == [
        ("August 2026", ""), ("Budget", ""), ("Difference", "+30.0%"), ("If unchanged", "profit a year"),
    ]  # fmt: skip
    assert "+$30" in words(answer)
    assert [action.verb for action in detail.actions] == ["snooze", "escalate", "assign", "acknowledge"]
    assert [action.label for action in detail.more] == ["Resolve"]
    assert [step.state for step in detail.life] == ["now", "todo", "todo", "todo"]
    shown = words(answer)
    for sentence in (
        "Contractors 30% over budget",
        "Talk to Shops; saves $360 a year.",
        "Beyond its limit in August 2026",
        "Rule engine opened the alert 9 Oct 07:41",
        "1 of 1 delivered",
    ):
        assert sentence in shown
    assert detail.evidence.charts[0].table.rows == (
        ("Jun 26", "100", "100", "110", "125"),
        ("Jul 26", "100", "100", "110", "125"),
        ("Aug 26", "130", "100", "110", "125"),
    )


def test_people_are_chosen_among_those_who_may_see_the_alert(
    signed_in: SignIn, retail_lead: Person, wholesale_lead: Person, group_lead: Person, auditor: Person, alert: Alert
):
    detail = signed_in(retail_lead).get(f"/alerts/{alert.public_id}/").context["board"].detail
    forms = {action.verb: action.form for action in detail.actions}

    assert [each.name for each in forms["assign"].fields["to"].queryset] == ["Gina Group", "Rita Retail"]
    assert [each.name for each in forms["escalate"].fields["to"].queryset] == ["Gina Group", "Otto Auditor"]


def test_a_reader_sees_it_without_buttons_and_outsiders_see_nothing(
    signed_in: SignIn, auditor: Person, wholesale_lead: Person, board_reader: Person, alert: Alert
):
    here = f"/alerts/{alert.public_id}/"
    detail = signed_in(auditor).get(here).context["board"].detail
    assert (detail.actions, detail.comment) == ((), None)
    assert signed_in(auditor).post(f"{here}acknowledge/").status_code == 403

    stranger = signed_in(wholesale_lead)
    assert titles(stranger.get("/alerts/")) == []
    assert stranger.get(here).status_code == stranger.get("/alerts/nothing/").status_code == 404
    assert stranger.post(f"{here}acknowledge/").status_code == 404
    assert signed_in(board_reader).get("/alerts/").status_code == 403


def test_tabs_and_chips_narrow_the_inbox(signed_in: SignIn, executive: Person, retail_lead: Person, books: Books):
    books.limit(unit="GROUP")
    books.write(OVER_BUDGET + OVER_BUDGET.replace("SHOPS", "DEPOT").replace("130", "115").split("\n", 2)[2])
    books.judge()
    browser = signed_in(executive)
    high, medium = "Contractors 30% over budget", "Contractors 15% over budget"

    for query, found in {
        "": [high, medium],
        "severity=medium": [medium],
        "unit=SHOPS": [high],
        "unit=NOWHERE": [],
        "condition=firing": [high, medium],
        "condition=recovering": [],
        "handling=acknowledged": [],
        f"owner={retail_lead.pk}": [high],
        "tab=mine": [],
        "tab=resolved": [],
    }.items():
        assert titles(browser.get(f"/alerts/?{query}")) == found
    assert titles(signed_in(retail_lead).get("/alerts/?tab=mine")) == [high]
    for query in ("tab=all", "severity=red", "page=0", "page=x", "owner=me", "condition=no"):
        assert browser.get(f"/alerts/?{query}").status_code == 404


def test_a_guessed_owner_tells_no_name(signed_in: SignIn, retail_lead: Person, wholesale_lead: Person, alert: Alert):
    shown = words(signed_in(retail_lead).get(f"/alerts/?owner={wholesale_lead.pk}"))

    assert wholesale_lead.name not in shown and MARKER_NAME not in shown


def test_a_breach_that_never_fired_has_no_page(signed_in: SignIn, executive: Person, books: Books):
    books.limit(unit="SHOPS", periods=2)
    books.write(OVER_BUDGET)
    books.judge()
    (pending,) = books.alerts()

    assert titles(signed_in(executive).get("/alerts/")) == []
    assert signed_in(executive).get(f"/alerts/{pending.public_id}/").status_code == 404


def test_the_pages_ask_as_often_for_three_as_for_one(signed_in: SignIn, executive: Person, books: Books):
    books.limit(unit="GROUP")
    browser = signed_in(executive)
    asked = []
    for text in (
        OVER_BUDGET,
        OVER_BUDGET.replace("SHOPS", "DEPOT") + OVER_BUDGET.replace("SHOPS", "RETAIL").split("\n", 2)[2],
    ):
        books.write(text)
        books.judge()
        here = f"/alerts/{books.alerts()[0].public_id}/"
        browser.get(here)
        with CaptureQueriesContext(connection) as listing:
            browser.get("/alerts/")
        with CaptureQueriesContext(connection) as showing:
            browser.get(here)
        asked.append((len(listing), len(showing)))

    assert asked == [(12, 12), (12, 12)], "the first alert stands open beside the list"


def test_a_metric_of_every_kind_can_be_shown(signed_in: SignIn, executive: Person, books: Books):
    books.limit(
        unit="SHOPS", metric="operating_margin", comparator="absolute", measure="level", target="20 %", warning="15 %"
    )
    books.limit(unit="SHOPS", metric="dso", comparator="absolute", measure="level", warning="55", critical="70")
    books.limit(unit="SHOPS", metric="ltv_cac", comparator="absolute", measure="level", warning="3")
    books.limit(unit="SHOPS", metric="headcount", direction=1, warning="10 %")
    books.limit(unit="SHOPS", metric="revenue", comparator="absolute", measure="level", warning="2000")
    books.write("""
        unit  | metric           | version | 2026-06 | 2026-07 | 2026-08
        SHOPS | operating_margin | actual  |    0.20 |    0.16 |    0.12
        SHOPS | dso              | actual  |      50 |      60 |      72
        SHOPS | ltv_cac          | actual  |     3.4 |     3.2 |     2.5
        SHOPS | headcount        | actual  |      10 |      10 |      12
        SHOPS | headcount        | budget  |      10 |      10 |      10
        SHOPS | revenue          | actual  |    3000 |    3000 |    1000
    """)
    books.judge()
    browser = signed_in(executive)

    assert sorted(titles(browser.get("/alerts/"))) == [
        "Days sales outstanding 72 days, limit 70 days",
        "Headcount 20% above budget",
        "Lifetime value to acquisition cost 2.5, floor 3",
        "Operating margin 12%, floor 15%",
        "Revenue $1K, floor $2K",
    ]
    for alert in books.alerts():
        assert browser.get(f"/alerts/{alert.public_id}/").status_code == 200
