"""A problem reported with a figure: whom it reaches, what it is bound to, how it is answered, and who may."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Record
from ledger.models import Import
from metrics.actions import define_metric
from metrics.vetting import Definition
from people.models import Person
from reports.actions import commentary
from reports.commentary.problems import Seen
from reports.commentary.words import NotAsItStands
from reports.models import Commentary, CommentaryEvent, CommentaryMention
from tests.cast import person
from tests.company import Company
from tests.metrics.engine import compute
from tests.metrics.foresight import book
from tests.reports.conftest import COMPUTED
from tests.reports.hostile import HOSTILE, raw_markup_in
from tests.reports.words import accepted, picked, scope, written
from units.roles import FINANCE_ADMIN
from units.scope import Scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PERIOD = "?period=2026-09"
EXPLAINED = f"/units/SHOPS/explain/revenue/{PERIOD}"
PROBLEMS = f"/units/SHOPS/explain/revenue/problems/{PERIOD}"
WRONG = {"text": "An invoice is in here twice."}


@pytest.fixture
def importer(computed: Company) -> Person:
    """Who imported every row there is."""
    found = person("Ida Importer", FINANCE_ADMIN)
    Import.objects.update(actor=f"person:{found.pk}")
    return found


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def asked() -> set[str]:
    return set(CommentaryMention.unscoped.values_list("person__name", flat=True))


# --- reporting -------------------------------------------------------------------------------------------


def test_the_explanation_leads_to_a_form_that_says_which_figure_it_is(signed_in, shops_lead, importer):
    browser = signed_in(shops_lead)
    board = browser.get(EXPLAINED).context["board"]
    page = browser.get(board.report.href)

    found = page.context["board"]
    assert (board.report.label, board.reported) == ("Report a problem", None)
    assert dict(found.facts) == {
        "Unit": "Shops", "Period": "Sep 2026", "Basis": "Month", "Version": "Actual", "As known": "Now",
    }  # fmt: skip
    assert found.figure.number == board.figure.number
    assert found.told == "Ida Importer, who imported its rows, is asked to look at it."


def test_the_drawer_has_the_button_too(signed_in, shops_lead):
    drawer = signed_in(shops_lead).get(EXPLAINED, headers={"HX-Target": "drawer"}).content.decode()
    assert "Report a problem" in drawer and "/units/SHOPS/explain/revenue/problems/?period=2026-09" in drawer


@pytest.mark.parametrize("figure", ["revenue", "operating_margin", "account:REVENUE", "role:revenue"])
def test_any_figure_can_be_reported_and_its_importer_is_asked(signed_in, shops_lead, importer, figure):
    address = f"/units/SHOPS/explain/{figure}/problems/{PERIOD}"
    answer = signed_in(shops_lead).post(address, WRONG, follow=True)

    thread, event = Commentary.unscoped.get(), CommentaryEvent.unscoped.get()
    assert said(answer) == ["The problem is reported."]
    assert (thread.unit.code, thread.line, thread.period.code, thread.basis) == ("SHOPS", figure, "2026-09", "month")
    assert (thread.state, thread.baseline, thread.actual) == ("thread", "", None)
    assert (event.kind, event.text, event.actor) == ("reported", WRONG["text"], f"person:{shops_lead.pk}")
    assert event.terms["version"] == "actual" and event.terms["shown"]
    assert asked() == {"Ida Importer"}


def test_who_is_asked_finds_it_at_commentary_and_answers_there(signed_in, shops_lead, importer):
    signed_in(shops_lead).post(f"/units/SHOPS/explain/operating_margin/problems/{PERIOD}", WRONG)
    browser = signed_in(importer)
    (told,) = browser.get(f"/commentary/{PERIOD}").context["board"].asked
    board = browser.get(told.href).context["board"]
    answer = browser.post(board.reply_href, {"text": "@Sara Shops it is taken out now."}, follow=True)

    assert (told.label, told.text, told.state) == ("Shops, Operating margin", WRONG["text"], "Problem reported")
    assert board.heading == "One problem reported"
    assert [each.what for each in answer.context["board"].thread] == ["@Sara Shops it is taken out now.", WRONG["text"]]
    assert asked() == {"Ida Importer", "Sara Shops"}


def test_where_a_process_imported_finance_is_asked(signed_in, shops_lead, finance_admin, executive):
    page = signed_in(shops_lead).get(PROBLEMS)
    signed_in(shops_lead).post(PROBLEMS, WRONG)

    assert page.context["board"].told == "Fiona Finance, who may import figures here, is asked to look at it."
    assert asked() == {"Fiona Finance"}


def test_nobody_is_asked_by_himself(signed_in, importer, finance_admin):
    signed_in(importer).post(PROBLEMS, WRONG)
    assert asked() == {"Fiona Finance"}


def test_who_is_named_is_asked_too(signed_in, shops_lead, importer, executive):
    signed_in(shops_lead).post(PROBLEMS, {"text": "@Erin Executive said so."})
    assert asked() == {"Ida Importer", "Erin Executive"}


def test_it_is_recorded_with_the_value_and_who_is_asked(shops_lead, importer, at):
    seen = Seen(picked("SHOPS"), "revenue", "actual", "$1.20K", "period=2026-09", (f"person:{importer.pk}",))
    commentary.report_problem(actor=scope(shops_lead, at), seen=seen, text=WRONG["text"], at=at)
    told = Record.objects.get(verb="reports.commentary.reported")

    assert (told.actor, told.target_id) == (f"person:{shops_lead.pk}", Commentary.unscoped.get().public_id)
    place = {"figure": "revenue", "period": "2026-09", "basis": "month", "version": "actual"}
    assert told.after == {**place, "value": "$1.20K", "asked": [importer.pk]}


def test_without_a_record_nothing_is_written(signed_in, shops_lead, importer, monkeypatch):
    def fails(**_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(commentary, "record", fails)
    with pytest.raises(RuntimeError):
        signed_in(shops_lead).post(PROBLEMS, WRONG)
    assert not Commentary.unscoped.exists() and not CommentaryMention.unscoped.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "This field is required."),
        ("   ", "This field is required."),
        ("x" * 2_001, "At most 2,000 characters; these are 2001."),
        ("@Nobody knows.", "Nobody who can see this commentary is called @Nobody."),
    ],
)
def test_what_says_too_little_or_too_much_is_shown_again(signed_in, shops_lead, text, sentence):
    answer = signed_in(shops_lead).post(PROBLEMS, {"text": text})

    assert answer.status_code == 400 and not CommentaryEvent.unscoped.exists()
    assert sentence in answer.content.decode()


def test_a_value_that_moved_while_the_form_was_open_is_read_again(signed_in, shops_lead, computed):
    browser = signed_in(shops_lead)
    shown = browser.get(PROBLEMS).context["board"].form.initial["shown"]
    restate(computed, -120)
    answer = browser.post(PROBLEMS, {**WRONG, "shown": shown})

    form = answer.context["board"].form
    assert answer.status_code == 409 and f"The value has moved since you looked: it was {shown}" in str(form.errors)
    assert browser.post(PROBLEMS, {**WRONG, "shown": form["shown"].value()}).status_code == 302


def restate(computed: Company, amount: int) -> None:
    book(computed.shops, "2026-09", amount)
    compute(full=True)


# --- what is said of it ----------------------------------------------------------------------------------


def test_the_explanation_tells_of_problems_and_whether_they_are_answered(signed_in, shops_lead, importer):
    browser = signed_in(shops_lead)
    browser.post(PROBLEMS, WRONG)
    one = browser.get(EXPLAINED).context["board"].reported
    other = browser.get(f"/units/SHOPS/explain/revenue/{PERIOD}&basis=ytd").context["board"].reported
    browser.post(PROBLEMS, WRONG)
    thread = Commentary.unscoped.get()
    commentary.reply(actor=scope(importer, thread.written), commentary=thread, text="Done.", at=thread.written)

    assert (one.label, other) == ("One problem reported", None)
    assert one.href.endswith("#said") and browser.get(one.href).status_code == 200
    assert browser.get(EXPLAINED).context["board"].reported.label == "Two problems reported, answered"


def test_a_value_that_moved_since_is_told(signed_in, shops_lead, computed):
    browser = signed_in(shops_lead)
    browser.post(PROBLEMS, WRONG)
    then = CommentaryEvent.unscoped.get().terms["shown"]
    assert browser.get(PROBLEMS).context["board"].thread[0].moved == ""
    restate(computed, -120)
    (told,) = browser.get(PROBLEMS).context["board"].thread

    assert told.about == f"Problem with {then}" and told.moved.startswith(f"Written for {then}, now $")
    assert browser.get(f"{PROBLEMS}&as_of=2099-12-31").context["board"].thread[0].moved == ""


def test_a_problem_with_the_budget_stands_in_the_same_thread_and_says_so(signed_in, shops_lead):
    browser = signed_in(shops_lead)
    browser.post(f"{PROBLEMS}&version=budget-2026", WRONG)
    (told,) = browser.get(PROBLEMS).context["board"].thread

    assert told.about.endswith(", budget-2026") and "version=budget-2026" in told.href
    assert browser.get(told.href).status_code == 200


def test_a_share_of_the_unit_above_is_kept_from_who_may_not_read_that(signed_in, executive, shops_lead, computed):
    share = Definition("part_of_parent", "Part of parent", "ratio", "share_of(revenue)", compare="points")
    define_metric(actor=Scope.system("test"), definition=share, at=COMPUTED)
    compute(full=True)
    address = f"/units/SHOPS/explain/part_of_parent/problems/{PERIOD}"
    seen = signed_in(executive).get(address).context["board"].figure
    signed_in(executive).post(address, WRONG)
    (told,) = signed_in(shops_lead).get(address).context["board"].thread

    assert seen.number is not None and CommentaryEvent.unscoped.get().terms["shown"] == ""
    assert told.about == "Problem" and Record.objects.get(verb="reports.commentary.reported").after["value"] == ""


def test_words_on_the_same_line_stay_as_they_are(signed_in, shops_lead, executive, at):
    words = accepted(shops_lead, executive, at=at)
    browser = signed_in(shops_lead)
    browser.post(PROBLEMS, WRONG)

    page = browser.get(f"/units/SHOPS/commentary/{PERIOD}&basis=month&line=revenue")
    assert page.status_code == 200 and WRONG["text"] not in page.content.decode()
    assert Commentary.unscoped.get(pk=words.pk).state == "accepted"
    assert written(shops_lead, line="cost_of_sales", at=at).state == "draft"


def test_what_was_typed_is_printed_as_text(signed_in, shops_lead):
    browser = signed_in(shops_lead)
    browser.post(PROBLEMS, {"text": HOSTILE})
    assert not raw_markup_in(browser.get(PROBLEMS).content.decode())


# --- who may ---------------------------------------------------------------------------------------------


def test_who_only_reads_has_no_button_and_no_thread(signed_in, shops_lead, auditor):
    signed_in(shops_lead).post(PROBLEMS, WRONG)
    browser = signed_in(auditor)
    board = browser.get(EXPLAINED).context["board"]

    assert (board.report, board.reported) == (None, None)
    assert browser.get(PROBLEMS).status_code == browser.post(PROBLEMS, WRONG).status_code == 403
    assert CommentaryEvent.unscoped.count() == 1


@pytest.mark.parametrize("address", ["/units/DEPOT/explain/revenue/problems/", "/units/SHOPS/explain/none/problems/"])
def test_what_names_nothing_of_the_reader_is_not_found(signed_in, shops_lead, address):
    browser = signed_in(shops_lead)
    assert browser.get(address).status_code == browser.post(address, WRONG).status_code == 404


def test_a_thread_is_only_ever_answered(signed_in, shops_lead, executive, at):
    signed_in(shops_lead).post(PROBLEMS, WRONG)
    thread = Commentary.unscoped.get()
    steps = {name: f"/commentary/{thread.public_id}/{name}/" for name in ("submit", "accept", "reopen")}
    answers = {name: signed_in(executive).post(step, {"reason": "Why?"}) for name, step in steps.items()}

    assert {answer.status_code for answer in answers.values()} == {404}
    with pytest.raises(NotAsItStands):
        commentary.reopen(actor=scope(executive, at), commentary=thread, reason="Why?", at=at)


def test_a_reply_that_is_refused_keeps_what_was_typed(signed_in, shops_lead):
    browser = signed_in(shops_lead)
    browser.post(PROBLEMS, WRONG)
    answer = browser.post(browser.get(PROBLEMS).context["board"].reply_href, {"text": "@Nobody?"})

    assert answer.status_code == 400 and "@Nobody?" in answer.content.decode()


def test_a_long_thread_costs_no_more_queries(signed_in, shops_lead, importer):
    browser = signed_in(shops_lead)
    browser.get(PROBLEMS)

    def queries() -> int:
        browser.get(PROBLEMS)  # it has said by then that the last one was reported
        with CaptureQueriesContext(connection) as found:
            assert browser.get(PROBLEMS).status_code == 200
        return len(found)

    browser.post(PROBLEMS, WRONG)
    few = queries()
    for _ in range(5):
        browser.post(PROBLEMS, WRONG)
    assert queries() == few <= 12
