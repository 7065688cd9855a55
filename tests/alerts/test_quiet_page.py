"""Why it was quiet, asked on a page and over the API; and the page of what is missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alerts.models import Gap, Silence
from people.models import Person
from tests.alerts.conftest import Books
from tests.company import MARKER_NAME

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

SignIn = Callable[[Person], Client]
ASKED = "/alerts/quiet/?unit=SHOPS&metric=contractor_cost&period={month}"
QUERIES = 11
"""Five of them are those of every page."""

SERIES = """
    unit  | metric          | version | 2026-06 | 2026-07 | 2026-08
    SHOPS | contractor_cost | actual  |     100 |     115 |     130
    SHOPS | contractor_cost | budget  |     100 |     100 |     100
"""


@pytest.fixture
def judged(books: Books, clock: Any) -> Books:
    """Contractors of Shops: on budget in June, 15 % over it in July and 30 % in August; small ones are not told."""
    books.limit(unit="GROUP", floor_amount="20", reason="Agreed with the board")
    books.write(SERIES)
    books.judge()
    clock.shift(600)
    return books


def words(answer: Any) -> str:
    bare = re.sub(r"<(script|select|nav).*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", bare)


def missing(books: Books, unit: str, **more: Any) -> Gap:
    given = {
        "period": books.company.months["2026-08"], "kind": "late", "source": "erp", "text": f"erp of {unit} was due",
        "public_id": f"gap-of-{unit}", "opened": books.at, "changed": books.at,
    }  # fmt: skip
    return Gap.unscoped.create(unit=books.units[unit], **(given | more))


# --- the page ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "said"),
    [
        ("2026-06", "It was quiet: inside its limits."),
        ("2026-07", "It was quiet: beyond the warning level by less than is worth attention."),
        ("2026-08", "It was not quiet: an alert was firing, critical, since 2026-08."),
    ],
)
def test_each_month_is_answered_in_one_sentence(
    judged: Books, signed_in: SignIn, executive: Person, month: str, said: str
):
    answer = signed_in(executive).get(ASKED.format(month=month))

    assert (answer.status_code, answer.context["board"].sentence) == (200, said)


def test_the_answer_shows_the_value_the_terms_then_in_force_where_they_come_from_and_who_set_them(
    judged: Books, signed_in: SignIn, executive: Person
):
    answer = signed_in(executive).get(ASKED.format(month="2026-07"))
    (heard,) = answer.context["board"].heard

    assert [(fact.label, fact.figure.number) for fact in heard.facts] == [
        ("Value", 1_150_000), ("Budget", 1_000_000), ("Limit", 1_100_000),
    ]  # fmt: skip
    assert heard.facts[0].figure.href == "/units/SHOPS/explain/contractor_cost/?period=2026-07&basis=month"
    assert dict(heard.terms) == {
        "Judged": "against budget, month",
        "Limits": "Warning from 10%, Critical from 25%",
        "Fires after": "the first month",
        "Holds for": "All of Example Group",
        "State": "No alert standing",
    }
    assert [(change.who, change.reason) for change in heard.changes] == [("Rule engine", "Agreed with the board")]


def test_the_alert_that_fired_is_a_link(judged: Books, signed_in: SignIn, executive: Person):
    (heard,) = signed_in(executive).get(ASKED.format(month="2026-08")).context["board"].heard
    (alert,) = judged.alerts()

    assert [(each.label, each.href) for each in heard.alerts] == [(alert.title, f"/alerts/{alert.public_id}/")]


def test_silences_and_gaps_of_that_time_are_named(judged: Books, signed_in: SignIn, executive: Person):
    since = judged.at - timedelta(days=1)
    given = {"starts": since, "ends": since + timedelta(days=3), "reason": "Closing", "actor": "process:test"}
    Silence.objects.create(public_id="one", unit=judged.units["RETAIL"], **given)
    Silence.objects.create(public_id="two", unit=judged.units["DEPOT"], **given)
    missing(judged, "SHOPS")
    missing(judged, "DEPOT")

    board = signed_in(executive).get(ASKED.format(month="2026-08")).context["board"]

    assert [(each.words, each.note) for each in board.silences] == [("Silenced on Retail", "By Test: Closing")]
    assert [(each.words, each.until) for each in board.gaps] == [
        ("Late: erp of SHOPS was due", "2026-08, still missing")
    ]


def test_it_is_answered_as_known_on_a_day(judged: Books, signed_in: SignIn, executive: Person):
    day = judged.at.date() - timedelta(days=1)
    answer = signed_in(executive).get(ASKED.format(month="2026-08") + f"&as_of={day}")

    assert answer.context["board"].sentence == "It was quiet: nothing was judged by then."


def test_where_no_threshold_holds_the_figure_is_shown_all_the_same(
    books: Books, signed_in: SignIn, executive: Person, clock: Any
):
    books.limit(unit="DEPOT")
    books.write(SERIES)
    books.judge()
    clock.shift(600)
    board = signed_in(executive).get(ASKED.format(month="2026-08")).context["board"]

    assert board.sentence == "It was quiet: no threshold holds for this figure."
    assert [fact.figure.number for fact in board.facts] == [1_300_000]


def test_nothing_is_answered_before_it_is_asked(judged: Books, signed_in: SignIn, executive: Person):
    answer = signed_in(executive).get("/alerts/quiet/?period=2026-07")

    assert (answer.status_code, answer.context["board"].title) == (200, "")
    assert '<option value="2026-07" selected>' in answer.content.decode()


def test_what_stands_on_a_unit_above_is_told_without_its_name_its_reason_and_who_set_it(
    judged: Books, signed_in: SignIn, retail_lead: Person
):
    since = judged.at - timedelta(days=1)
    Silence.objects.create(
        public_id="one", unit=judged.units["GROUP"], starts=since, ends=since + timedelta(days=3), reason="A deal",
        actor="process:test",
    )  # fmt: skip
    answer = signed_in(retail_lead).get(ASKED.format(month="2026-07"))

    (heard,) = answer.context["board"].heard
    assert dict(heard.terms)["Holds for"] == "All of a unit above"
    assert [(change.who, change.reason) for change in heard.changes] == [("", "")]
    assert [(each.words, each.note) for each in answer.context["board"].silences] == [("Silenced on a unit above", "")]


@pytest.mark.parametrize("unit", ["DEPOT", "NOWHERE"])
def test_a_foreign_unit_is_answered_like_an_unknown_one(
    judged: Books, signed_in: SignIn, retail_lead: Person, unit: str
):
    answer = signed_in(retail_lead).get(ASKED.format(month="2026-07").replace("SHOPS", unit))

    assert (answer.status_code, answer.context["board"].title) == (400, "")
    assert "There is no such unit" in words(answer)
    assert MARKER_NAME not in answer.content.decode()


@pytest.mark.parametrize("wrong", ["metric=nonsense", "period=1999-01", "as_of=soon"])
def test_what_cannot_be_asked_is_said_at_its_field(judged: Books, signed_in: SignIn, executive: Person, wrong: str):
    name = wrong.partition("=")[0]
    answer = signed_in(executive).get(re.sub(f"{name}=[^&]*", "", ASKED.format(month="2026-07")) + f"&{wrong}")

    assert answer.status_code == (200 if name == "metric" and not wrong else 400)
    assert answer.context["board"].form.errors.keys() == {name}


def test_it_asks_as_often_for_many_thresholds_as_for_one(judged: Books, signed_in: SignIn, executive: Person):
    browser = signed_in(executive)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(ASKED.format(month="2026-08")).status_code == 200
        return sum("SAVEPOINT" not in query["sql"] for query in queries.captured_queries)

    asked()  # what only the first request of a session asks for
    alone = asked()
    judged.limit(unit="SHOPS", comparator="prior_year", code="against-last-year")
    judged.judge()

    assert (asked(), alone) == (alone, QUERIES)


# --- where it is linked from --------------------------------------------------------------------------


def test_the_empty_inbox_and_the_page_of_a_unit_lead_there(judged: Books, signed_in: SignIn, retail_lead: Person):
    judged.write(SERIES.replace("contractor_cost", "dso            "))
    browser = signed_in(retail_lead)

    assert 'href="/alerts/quiet/"' in browser.get("/alerts/?tab=snoozed").content.decode()
    page = browser.get("/units/SHOPS/?period=2026-08").content.decode()
    assert 'href="/alerts/quiet/?unit=SHOPS&amp;period=2026-08"' in page


# --- what is missing ----------------------------------------------------------------------------------


def test_what_is_missing_is_listed_what_is_ones_own_to_bring_first(
    judged: Books, signed_in: SignIn, finance_admin: Person
):
    missing(judged, "RETAIL")
    missing(judged, "SHOPS", owner=finance_admin)
    missing(judged, "DEPOT", ended=judged.at)
    browser = signed_in(finance_admin)
    board = browser.get("/alerts/gaps/").context["board"]

    assert board.title == "Two gaps in the figures, one of them yours to close"
    assert [(row.unit, row.owner, row.is_mine) for row in board.rows] == [
        ("Shops", finance_admin.name, True), ("Retail", "Nobody", False),
    ]  # fmt: skip
    assert "2 gaps in the figures, one of them yours to close" in words(browser.get("/alerts/"))


def test_units_that_wait_for_the_same_thing_are_one_line_that_opens(
    judged: Books, signed_in: SignIn, finance_admin: Person
):
    for unit in ("RETAIL", "SHOPS", "DEPOT"):
        missing(judged, unit, text="erp was due by 13 September 2026")
    answer = signed_in(finance_admin).get("/alerts/gaps/")

    assert [(cause.note, cause.is_open, len(cause.rows)) for cause in answer.context["board"].causes] == [
        ("3 units", False, 3),
    ]  # fmt: skip
    assert answer.content.decode().count("<summary>") == 1


def test_what_is_missing_elsewhere_is_not_told(judged: Books, signed_in: SignIn, retail_lead: Person):
    missing(judged, "DEPOT")
    browser = signed_in(retail_lead)

    assert browser.get("/alerts/gaps/").context["board"].title == "Nothing is missing"
    assert "gaps in the figures" not in words(browser.get("/alerts/"))


def test_the_list_of_what_is_missing_asks_as_often_for_many_as_for_one(
    judged: Books, signed_in: SignIn, executive: Person, finance_admin: Person
):
    browser, asked = signed_in(executive), []
    browser.get("/alerts/gaps/")
    for unit in ("SHOPS", "DEPOT"):
        missing(judged, unit, owner=finance_admin)
        with CaptureQueriesContext(connection) as queries:
            browser.get("/alerts/gaps/")
        asked.append(len(queries.captured_queries))

    assert asked == [asked[0]] * 2


# --- over the API -------------------------------------------------------------------------------------


def test_the_api_answers_the_same_question(judged: Books, signed_in: SignIn, retail_lead: Person):
    missing(judged, "SHOPS")
    answer = signed_in(retail_lead).get(ASKED.format(month="2026-07").replace("/alerts/", "/api/v1/")).json()

    (heard,) = answer["thresholds"]
    assert (heard["outcome"], heard["value"], heard["limit"]) == ("suppressed", "115.0000", "110.0000")
    assert (heard["changes"][0]["actor"], heard["changes"][0]["reason"]) == ("", "")
    assert [gap["text"] for gap in answer["gaps"]] == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("unit=DEPOT&metric=revenue&period=2026-07", {"unit": ["There is no unit DEPOT."]}),
        ("unit=SHOPS&metric=nonsense&period=2026-07", {"metric": ["There is no metric nonsense."]}),
        ("unit=SHOPS&metric=revenue&period=1999-01", {"period": ["There is no period 1999-01."]}),
    ],
)
def test_the_api_says_what_it_does_not_know(
    judged: Books, signed_in: SignIn, retail_lead: Person, asked: str, said: dict[str, list[str]]
):
    answer = signed_in(retail_lead).get(f"/api/v1/quiet/?{asked}")

    assert answer.status_code == 400
    assert {name: errors for name, errors in answer.json().items() if name in said} == said


def test_the_api_lists_gaps_within_the_scope_and_narrows_them(
    judged: Books, signed_in: SignIn, retail_lead: Person, executive: Person
):
    missing(judged, "SHOPS")
    missing(judged, "DEPOT")
    missing(judged, "RETAIL", ended=judged.at, ended_because="delivered", kind="error")

    def listed(person: Person, query: str = "") -> list[str]:
        return sorted(each["unit"] for each in signed_in(person).get(f"/api/v1/gaps/{query}").json()["results"])

    assert listed(retail_lead) == ["RETAIL", "SHOPS"]
    assert listed(executive, "?standing=true") == ["DEPOT", "SHOPS"]
    assert listed(executive, "?kind=error") == ["RETAIL"]
    assert listed(retail_lead, "?unit=DEPOT") == []
