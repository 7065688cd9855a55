"""Words on the pages: the statement's cells, one variance in the drawer and as a page, and who has written what."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people.models import Person
from reports.actions import commentary
from reports.commentary.words import Words
from reports.models import Commentary
from tests.cast import person
from tests.company import Company
from tests.metrics.engine import compute
from tests.metrics.foresight import book
from tests.reports.hostile import HOSTILE, raw_markup_in
from tests.reports.words import SAID, accepted, submitted, timing, written
from units.roles import UNIT_LEADER
from units.scope import Scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PAGE, WORDS = "/units/SHOPS/?period=2026-09", "/units/SHOPS/commentary/?period=2026-09&basis=month"
TYPED = {"line": "revenue", "seen": "0", "text": "Two customers.", "cause": "volume", "nature": "permanent"}


@pytest.fixture
def shops_lead(computed: Company) -> Person:
    return person("Sara Shops", UNIT_LEADER, computed.shops)


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def cells(answer: Any) -> dict[str, Any]:
    return {row.code: row.comment for row in answer.context["board"].statement.rows}


# --- the statement ---------------------------------------------------------------------------------------


def test_the_statement_offers_words_on_every_line_and_says_where_they_are_needed(signed_in, shops_lead):
    answer = signed_in(shops_lead).get(PAGE)

    found = cells(answer)
    assert {code for code, cell in found.items() if cell and cell.is_needed} == {
        "revenue", "cost_of_sales", "personnel_cost",
    }  # fmt: skip
    assert found["operating_income"].is_needed is False and found["gross_margin"] is None
    section = answer.context["board"].commentary
    assert section.section.title == "Three of three material differences still need words"


def test_words_stand_beside_their_line_with_author_state_and_replies(signed_in, shops_lead, executive, at):
    words = submitted(shops_lead, at=at)
    commentary.reply(actor=Scope.of(executive, at=at), commentary=words, text="Which?", at=at)
    cell = cells(signed_in(executive).get(PAGE))["revenue"]

    assert (cell.initials, cell.text, cell.state, cell.replies) == ("SS", SAID.text, "Submitted", 1)


def test_who_reads_only_what_was_accepted_sees_no_draft_no_gap_and_no_reply(
    signed_in, shops_lead, executive, auditor, at
):
    submitted(shops_lead, line="cost_of_sales", words=Words("A secret draft.", "price", "permanent"), at=at)
    words = accepted(shops_lead, executive, at=at)
    commentary.reply(actor=Scope.of(executive, at=at), commentary=words, text="A quiet word.", at=at)
    browser = signed_in(auditor)
    pages = [browser.get(path).content.decode() for path in (PAGE, WORDS, f"{WORDS}&line=revenue", "/commentary/")]
    found = cells(browser.get(PAGE))

    assert all(SAID.text in page for page in pages[:3])
    assert not any("secret draft" in page or "quiet word" in page for page in pages)
    assert (found["revenue"].replies, found["cost_of_sales"]) == (0, None)
    assert browser.get(f"{WORDS}&line=cost_of_sales").status_code == 200  # the difference itself may be read


@pytest.mark.parametrize("more", ["&tree=as-is-now", "&as_of=2026-10-10", "&like=elapsed"])
def test_figures_read_otherwise_carry_no_words(signed_in, shops_lead, at, more):
    written(shops_lead, at=at)
    answer = signed_in(shops_lead).get(PAGE + more)
    if answer.status_code == 200:
        assert SAID.text not in answer.content.decode()


def test_a_restated_import_puts_a_banner_on_the_words(signed_in, shops_lead, executive, computed, at):
    accepted(shops_lead, executive, at=at)
    book(computed.shops, "2026-09", -120)
    compute(full=True)
    browser = signed_in(executive)
    page = browser.get(f"{WORDS}&line=revenue").content.decode()

    assert "Written for +$300, now +$180." in page
    assert cells(browser.get(PAGE))["revenue"].state == "Value moved"
    assert "Written for +$300, now +$180." in browser.get(PAGE).content.decode()


def test_timing_that_has_not_come_back_stands_below_the_statement(signed_in, shops_lead, at):
    written(shops_lead, period="2026-07", words=timing("2026-08"), at=at)
    page = signed_in(shops_lead).get(PAGE).content.decode()

    assert "Was to reverse in Aug 2026: has not. +$300 is left." in page


# --- writing ---------------------------------------------------------------------------------------------


def test_a_draft_is_saved_and_one_press_hands_it_in(signed_in, shops_lead):
    browser = signed_in(shops_lead)
    first = browser.post(WORDS, TYPED, follow=True)
    draft = Commentary.unscoped.get()
    again = browser.post(WORDS, {**TYPED, "seen": "1", "then": "submit"}, follow=True)

    assert (draft.state, said(first)) == ("draft", ["The draft is saved."])
    assert Commentary.unscoped.get().state == "submitted" and said(again)[0].startswith("Submitted.")


def test_handing_in_is_both_or_neither(signed_in, shops_lead, retail_lead, at):
    written(retail_lead, at=at)
    answer = signed_in(shops_lead).post(WORDS, {**TYPED, "then": "submit"})

    assert answer.status_code == 409
    assert "Somebody else was faster" in answer.content.decode() and "Two customers." in answer.content.decode()
    assert Commentary.unscoped.get().state == "draft"
    assert 'name="seen" value="1"' in answer.content.decode()  # now that she has seen it, she may go on


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"text": " "}, "This field is required."),
        ({"nature": "timing"}, "needs the period in which it is expected to reverse"),
        ({"nature": "timing", "reverses": "24320"}, "Select a valid choice"),
        ({"cause": "weather"}, "Select a valid choice"),
        ({"text": "x" * 10_000}, "At most 2,000 characters; these are 10000."),
    ],
)
def test_what_is_wanting_is_said_beside_what_was_typed(signed_in, shops_lead, typed, sentence):
    answer = signed_in(shops_lead).post(WORDS, {**TYPED, **typed})

    assert answer.status_code == 400 and sentence in answer.content.decode()
    assert Commentary.unscoped.count() == 0


def test_a_browser_cuts_nothing_off_what_is_pasted(signed_in, shops_lead):
    form = signed_in(shops_lead).get(f"{WORDS}&line=revenue").context["board"].form

    assert "maxlength" not in str(form["text"]) and form.fields["text"].max_length == 2_000


def test_timing_without_a_period_is_told_beside_the_period(signed_in, shops_lead):
    form = signed_in(shops_lead).post(WORDS, {**TYPED, "nature": "timing"}).context["board"].form

    assert form.errors == {"reverses": ["A timing difference needs the period in which it is expected to reverse."]}


def test_words_typed_while_another_tab_handed_in_are_shown_with_the_reason(signed_in, shops_lead):
    browser = signed_in(shops_lead)
    browser.post(WORDS, {**TYPED, "text": "From the first tab.", "then": "submit"})
    answer = browser.post(WORDS, {**TYPED, "text": "From the second tab.", "then": "submit"})
    page = answer.content.decode()

    assert answer.status_code == 409 and Commentary.unscoped.get().text == "From the first tab."
    assert "Nothing was saved." in page and "These words are submitted. Open them again" in page
    assert "From the second tab." in page


def test_words_are_not_bound_to_a_value_that_moved_while_they_were_typed(signed_in, shops_lead, computed):
    browser = signed_in(shops_lead)
    shown = browser.get(f"{WORDS}&line=revenue").context["board"].form.initial["shown"]
    book(computed.shops, "2026-09", -120)
    compute(full=True)
    answer = browser.post(WORDS, {**TYPED, "shown": str(shown), "then": "submit"})
    page = answer.content.decode()

    assert answer.status_code == 409 and not Commentary.unscoped.exists()
    assert "The value has moved since. Written for +$300, now +$180." in page and "Two customers." in page
    read = answer.context["board"].form.data["shown"]  # now that she has read what stands, she may go on
    browser.post(WORDS, {**TYPED, "shown": read, "then": "submit"})
    assert Commentary.unscoped.get().state == "submitted"


def test_whoever_sees_no_words_before_they_are_accepted_is_not_told_that_there_are_none(
    signed_in, shops_lead, auditor, at
):
    submitted(shops_lead, at=at)
    page = signed_in(auditor).get(f"{WORDS}&line=revenue").content.decode()

    assert "This difference is material and has no accepted words yet." in page


def test_the_drawer_holds_what_the_page_holds(signed_in, shops_lead):
    browser, address = signed_in(shops_lead), f"{WORDS}&line=revenue"
    page, drawer = browser.get(address), browser.get(address, headers={"HX-Request": "true", "HX-Target": "drawer"})

    assert "<html" in page.content.decode() and "<html" not in drawer.content.decode()
    assert all('name="reverses"' in each.content.decode() for each in (page, drawer))


def test_words_of_the_period_before_are_offered_and_marked(signed_in, shops_lead, at):
    written(shops_lead, period="2026-08", at=at)
    browser = signed_in(shops_lead)
    assert "Start from the words of Aug 2026" in browser.get(f"{WORDS}&line=revenue").content.decode()
    page = browser.post(
        "/units/SHOPS/commentary/roll-forward/?period=2026-09", {"line": "revenue"}, follow=True
    ).content.decode()

    assert "These are the words of Aug 2026. Read them, and save them for Sep 2026." in page
    assert Commentary.unscoped.get(period__code="2026-09").state == "draft"


# --- accepting -------------------------------------------------------------------------------------------


def test_who_accepts_finds_what_waits_and_how_far_every_unit_is(signed_in, shops_lead, executive, at):
    words = submitted(shops_lead, at=at)
    browser = signed_in(executive)
    board = browser.get("/commentary/").context["board"]
    answer = browser.post(f"/commentary/{words.public_id}/accept/", {"seen": "2"}, follow=True)

    assert [(row.label, row.text) for row in board.waiting] == [("Shops, Revenue", SAID.text)]
    rows = {row.unit.short: (row.required, row.missing, row.submitted, row.accepted) for row in board.rows}
    assert rows["SHOPS"] == (3, 2, 1, 0)
    assert said(answer) == ["Accepted."] and Commentary.unscoped.get().state == "accepted"


def test_ones_own_words_are_not_offered_for_accepting_and_are_refused(signed_in, executive, computed, at):
    words = submitted(executive, unit="GROUP", at=at)
    browser = signed_in(executive)
    page = browser.get("/units/GROUP/commentary/?period=2026-09&line=revenue").content.decode()
    answer = browser.post(f"/commentary/{words.public_id}/accept/")

    assert f"/commentary/{words.public_id}/accept/" not in page
    assert answer.status_code == 400 and "Nobody accepts his own words" in answer.content.decode()


def test_sending_back_takes_a_reason_and_the_author_reads_it(signed_in, shops_lead, executive, at):
    words = submitted(shops_lead, at=at)
    browser = signed_in(executive)
    refused = browser.post(f"/commentary/{words.public_id}/reopen/", {"reason": ""})
    browser.post(f"/commentary/{words.public_id}/reopen/", {"reason": "Which customers?"})

    assert refused.status_code == 400 and Commentary.unscoped.get().state == "draft"
    page = signed_in(shops_lead).get(f"{WORDS}&line=revenue").content.decode()
    assert "opened it again: “Which customers?”" in page


def test_who_is_asked_finds_it_on_the_page_of_commentary(signed_in, shops_lead, executive, at):
    words = written(shops_lead, at=at)
    signed_in(executive).post(f"/commentary/{words.public_id}/reply/", {"text": "@Sara Shops, which?"})
    board = signed_in(shops_lead).get("/commentary/").context["board"]

    assert [(row.label, row.text, row.who) for row in board.asked] == [
        ("Shops, Revenue", "@Sara Shops, which?", "Erin Executive")
    ]


# --- what is foreign, and what is hostile ----------------------------------------------------------------


def test_no_number_in_a_body_reaches_a_unit_out_of_scope(signed_in, wholesale_lead, shops_lead, computed, at):
    words = submitted(shops_lead, at=at)
    browser = signed_in(wholesale_lead)
    asked = [
        browser.post("/units/SHOPS/commentary/", TYPED),
        browser.post("/units/SHOPS/commentary/roll-forward/", {"line": "revenue"}),
        *(browser.post(f"/commentary/{words.public_id}/{name}/", {"text": "x", "reason": "x"}) for name in
          ("submit", "accept", "reopen", "reply")),
        browser.get(f"{WORDS}&line=revenue"),
    ]  # fmt: skip
    # What the body says of a unit, an id or a state counts for nothing: the address names the unit.
    more = {"unit": "SHOPS", "unit_id": computed.shops.pk, "id": words.pk, "state": "accepted", "author": "person:1"}
    browser.post("/units/DEPOT/commentary/?period=2026-09", {**TYPED, **more})

    assert {answer.status_code for answer in asked} == {404}
    assert Commentary.unscoped.filter(unit=computed.shops).values_list("text", "state").get() == (
        SAID.text,
        "submitted",
    )
    mine = Commentary.unscoped.get(unit=computed.depot)
    assert (mine.state, mine.author) == ("draft", f"person:{wholesale_lead.pk}")


def test_hidden_units_are_in_no_list_count_or_offer(signed_in, shops_lead, wholesale_lead, executive, at):
    submitted(wholesale_lead, unit="DEPOT", words=Words("The canary sings.", "price", "permanent"), at=at)
    board = signed_in(shops_lead).get("/commentary/").context["board"]

    assert ([row.unit.short for row in board.rows], board.waiting) == (["SHOPS"], ())
    page = signed_in(shops_lead).get(f"{WORDS}&line=revenue").content.decode()
    assert "canary" not in page and "Walter Wholesale" not in page


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_printed_as_words(signed_in, shops_lead, executive, at, text):
    words = written(shops_lead, words=Words(text or "–", "price", "permanent"), at=at)
    commentary.reply(actor=Scope.of(executive, at=at), commentary=words, text=text, at=at)
    browser = signed_in(shops_lead)
    for path in (PAGE, WORDS, f"{WORDS}&line=revenue"):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert raw_markup_in(answer.content.decode()) == []


# --- how many queries ------------------------------------------------------------------------------------


def queries(browser: Any, path: str) -> int:
    browser.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(path).status_code == 200
    return len(asked)


@pytest.mark.parametrize("path", [PAGE, WORDS, "/commentary/?period=2026-09"])
def test_a_page_takes_as_many_queries_with_many_words_as_with_few(signed_in, shops_lead, executive, at, path):
    browser = signed_in(executive)
    written(shops_lead, period="2026-07", words=timing("2026-08"), at=at)
    submitted(shops_lead, at=at)
    before = queries(browser, path)
    for line in ("cost_of_sales", "personnel_cost", "gross_profit", "operating_income"):
        submitted(shops_lead, line=line, at=at)
        written(shops_lead, line=line, period="2026-07", words=timing("2026-08"), at=at)
    for unit in ("RETAIL", "DEPOT", "GROUP"):
        submitted(executive, unit=unit, at=at)

    assert queries(browser, path) == before


def test_the_frame_leads_to_commentary_whoever_works_on_it(signed_in, shops_lead, auditor, board_reader):
    assert 'href="/commentary/?period=2026-09"' in signed_in(shops_lead).get(PAGE).content.decode()
    assert signed_in(board_reader).get("/commentary/").status_code == 403


def test_a_unit_that_differs_from_nothing_says_so(signed_in, executive, computed):
    page = signed_in(executive).get("/units/SHOPS/commentary/?period=2026-06").content.decode()

    assert "No difference of this period needs words" in page
