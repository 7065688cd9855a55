"""Words on variances: who may do what in which state, what they are bound to, and when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from audit.models import Record
from metrics.arrangement import AS_IS_NOW
from metrics.rates import AT_BUDGET
from people.models import Person
from reports.actions import commentary
from reports.commentary.lines import read_values
from reports.commentary.needs import commentary_board
from reports.commentary.words import CommentaryRefused, NotAsItStands, Words
from reports.models import Commentary, CommentaryEvent, CommentaryMention
from tests.cast import play
from tests.company import Company
from tests.metrics.engine import SYSTEM
from tests.reports.words import SAID, accepted, ordinal, picked, scope, submitted, timing, written
from units.models import Unit
from units.scope import AbilityMissing

pytestmark = pytest.mark.django_db
ONE = 10_000


# --- which lines need words ------------------------------------------------------------------------------


def needing(unit: str, period: str = "2026-09") -> list[str]:
    found = read_values(SYSTEM, picked(unit, period), [Unit.unscoped.get(code=unit).pk])
    (values,) = found.values()
    return [code for code, value in values.items() if value.needs_words]


def test_words_are_asked_of_the_finest_material_lines_and_of_no_total_or_ratio(computed: Company):
    assert needing("SHOPS") == ["revenue", "cost_of_sales", "personnel_cost"]


def test_a_line_that_differs_by_less_than_the_floor_needs_none(computed: Company):
    assert needing("SHOPS", "2026-06") == []  # revenue, costs and people are on budget


def test_an_account_inside_a_line_is_asked_instead_of_the_line():
    from reports.boards.statement import Line
    from reports.commentary.lines import Value, _finest

    def value(code: str, level: int, is_material: bool, kind: str = "line") -> tuple[Line, Value]:
        line = Line(code, code, kind, level)
        return line, Value(line, 0, 0, "", is_material, 0)

    rows = [
        value("sum", 0, True, "sum"), value("part", 1, True), value("piece", 2, False),
        value("offset", 0, False, "sum"),
        value("up", 1, True), value("down", 1, True), value("small", 0, True, "sum"), value("bit", 1, False),
        value("profit", 0, True, "total"),
    ]  # fmt: skip
    found = {line.code: each for line, each in rows}

    assert list(_finest([line for line, _ in rows], found)) == ["part", "up", "down", "small"]


# --- writing ---------------------------------------------------------------------------------------------


def test_a_draft_is_bound_to_both_legs_of_the_value_and_recorded(computed, retail_lead, at):
    said = written(retail_lead, at=at)

    assert (said.actual, said.compared, said.variance, said.state) == (1300 * ONE, 1000 * ONE, 300 * ONE, "draft")
    deed = Record.objects.get(verb="reports.commentary.written")
    assert (deed.actor, deed.unit_id, deed.target_id) == (said.author, computed.shops.pk, said.public_id)
    assert deed.after["variance"] == 300 * ONE and SAID.text not in str(deed.after)


def test_writing_again_replaces_the_draft_and_keeps_the_former_text(computed, retail_lead, at):
    first = written(retail_lead, at=at)
    again = written(retail_lead, words=replace(SAID, text="Three customers."), at=at)

    assert (first.pk, again.number, Commentary.unscoped.count()) == (again.pk, 2, 1)
    assert [each.text for each in CommentaryEvent.unscoped.order_by("pk")] == [SAID.text, "Three customers."]


def test_saying_the_same_of_the_same_value_changes_nothing(computed, retail_lead, at):
    assert [written(retail_lead, at=at).number for _ in range(2)] == [1, 1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (Words("  ", "price", "permanent"), "needs words"),
        (Words("x" * 2001, "price", "permanent"), "at most 2,000"),
        (Words("Price.", "weather", "permanent"), "Choose a cause"),
        (Words("Price.", "price", ""), "timing or permanent"),
        (Words("Early.", "phasing", "timing"), "needs the period"),
        (Words("Early.", "phasing", "timing", 2026 * 12 + 8), "in a later period"),  # its own, September
        (Words("Early.", "phasing", "timing", 2026 * 12 + 7), "in a later period"),
        (Words("Early.", "phasing", "timing", 2030 * 12), "in a later period"),
        (Words("Price.", "price", "permanent", 2026 * 12 + 9), "does not reverse"),
    ],
)
def test_words_that_do_not_say_enough_are_refused(computed, retail_lead, at, words, sentence):
    with pytest.raises(CommentaryRefused, match=sentence):
        written(retail_lead, words=words, at=at)
    assert Commentary.unscoped.count() == 0


@pytest.mark.parametrize("line", ["gross_margin", "headcount", "account:NOWHERE", ""])
def test_a_line_without_a_variance_on_the_statement_is_refused(computed, retail_lead, at, line):
    with pytest.raises(CommentaryRefused, match="no variance"):
        written(retail_lead, line=line, at=at)


@pytest.mark.parametrize("how", ["tree", "as_of", "rates"])
def test_words_stand_on_figures_as_reported_and_as_known_now_only(computed, retail_lead, at, how):
    others: dict[str, Any] = {"tree": AS_IS_NOW, "as_of": at, "rates": AT_BUDGET}
    selection = replace(picked("SHOPS"), **{how: others[how]})
    with pytest.raises(CommentaryRefused, match="as reported and as known now"):
        commentary.write(actor=scope(retail_lead, at), selection=selection, line="revenue", words=SAID, at=at)


def test_who_looked_before_somebody_else_wrote_is_told_so_and_nothing_is_lost(computed, retail_lead, group_lead, at):
    written(retail_lead, at=at)
    for seen in (0, 7):
        with pytest.raises(NotAsItStands, match="Somebody else was faster"):
            written(group_lead, words=replace(SAID, text="Other words."), at=at, seen=seen)

    assert Commentary.unscoped.get().text == SAID.text


# --- who may do what in which state ----------------------------------------------------------------------

STEPS: dict[str, Callable[..., Any]] = {
    "write": lambda who, words, at: written(who, words=replace(SAID, text="Anew."), at=at),
    "submit": lambda who, words, at: commentary.submit(actor=scope(who, at), commentary=words, at=at),
    "accept": lambda who, words, at: commentary.accept(actor=scope(who, at), commentary=words, at=at),
    "reopen": lambda who, words, at: commentary.reopen(actor=scope(who, at), commentary=words, reason="Why", at=at),
    "reply": lambda who, words, at: commentary.reply(actor=scope(who, at), commentary=words, text="Aha", at=at),
}
#                       write  submit accept reopen reply
OF_A_DRAFT = {
    "shops_lead":      ("done", "done", "403",  "409",  "done"),
    "retail_lead":     ("done", "done", "409",  "409",  "done"),
    "executive":       ("done", "done", "409",  "409",  "done"),
    "finance_admin":   ("403",  "403",  "409",  "409",  "done"),
    "approver":        ("403",  "403",  "403",  "403",  "403"),
    "auditor":         ("403",  "403",  "403",  "403",  "403"),
    "board_reader":    ("403",  "403",  "403",  "403",  "403"),
    "wholesale_lead":  ("404",  "404",  "404",  "404",  "404"),
    "stranger":        ("404",  "404",  "404",  "404",  "404"),
}  # fmt: skip
SUBMITTED = {
    "shops_lead":      ("409",  "409",  "403",  "done", "done"),
    "retail_lead":     ("409",  "409",  "done", "done", "done"),
    "executive":       ("409",  "409",  "done", "done", "done"),
    "finance_admin":   ("403",  "403",  "done", "done", "done"),
    "approver":        ("403",  "403",  "403",  "403",  "403"),
    "auditor":         ("403",  "403",  "403",  "403",  "403"),
    "wholesale_lead":  ("404",  "404",  "404",  "404",  "404"),
}  # fmt: skip
ACCEPTED = {
    "shops_lead":      ("409",  "409",  "403",  "done", "done"),
    "retail_lead":     ("409",  "409",  "409",  "done", "done"),
    "finance_admin":   ("403",  "403",  "409",  "done", "done"),
    "auditor":         ("403",  "403",  "403",  "403",  "403"),
    "wholesale_lead":  ("404",  "404",  "404",  "404",  "404"),
}  # fmt: skip


def tried(step: Callable[[], Any]) -> str:
    try:
        with transaction.atomic():
            step()
            return "done"
    except AbilityMissing:
        return "403"
    except Http404:
        return "404"
    except NotAsItStands:
        return "409"
    except CommentaryRefused:
        return "400"


@pytest.mark.parametrize(("state", "table"), [("draft", OF_A_DRAFT), ("submitted", SUBMITTED), ("accepted", ACCEPTED)])
def test_states_and_roles(computed, shops_lead, at, state, table):
    people = {name: shops_lead if name == "shops_lead" else play(name, computed) for name in table}
    admin = people.get("finance_admin") or play("finance_admin", computed)
    found = {}
    for name, who in people.items():
        answers = []
        for step in STEPS.values():
            point = transaction.savepoint()
            words = written(shops_lead, at=at)
            if state != "draft":
                words = commentary.submit(actor=scope(shops_lead, at), commentary=words, at=at)
            if state == "accepted":
                words = commentary.accept(actor=scope(admin, at), commentary=words, at=at)
            answers.append(tried(lambda step=step, who=who, words=words: step(who, words, at)))
            transaction.savepoint_rollback(point)
        found[name] = tuple(answers)

    assert found == table


@pytest.mark.parametrize("own", ["author", "submitted_by"])
def test_nobody_accepts_what_he_wrote_or_submitted(computed, executive, shops_lead, at, own):
    words = written(executive if own == "author" else shops_lead, at=at)
    hand = shops_lead if own == "author" else executive
    words = commentary.submit(actor=scope(hand, at), commentary=words, at=at)

    with pytest.raises(CommentaryRefused, match="Nobody accepts his own words"):
        commentary.accept(actor=scope(executive, at), commentary=words, at=at)


def test_the_database_holds_words_that_one_person_accepted_himself_to_be_impossible(computed, retail_lead, at):
    words = submitted(retail_lead, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Commentary.unscoped.filter(pk=words.pk).update(state="accepted", accepted_by=words.author)


def test_every_step_is_recorded_with_who_and_where(computed, shops_lead, executive, at):
    words = accepted(shops_lead, executive, at=at)
    words = commentary.reopen(actor=scope(executive, at), commentary=words, reason="Which customers?", at=at)
    commentary.reply(actor=scope(executive, at), commentary=words, text="Please name them.", at=at)

    deeds = Record.objects.filter(target_type="reports.commentary").order_by("pk")
    assert [(deed.verb, deed.before, (deed.after or {}).get("state"), deed.reason) for deed in deeds] == [
        ("reports.commentary.written", None, "draft", ""),
        ("reports.commentary.submitted", "draft", "submitted", ""),
        ("reports.commentary.accepted", "submitted", "accepted", ""),
        ("reports.commentary.reopened", "accepted", "draft", "Which customers?"),
        ("reports.commentary.replied", None, None, ""),
    ]
    assert {(deed.unit_id, deed.target_id) for deed in deeds} == {(computed.shops.pk, words.public_id)}
    assert (words.state, words.submitted_by, words.accepted_by) == ("draft", "", "")


def test_opening_again_needs_a_reason(computed, shops_lead, executive, at):
    words = submitted(shops_lead, at=at)
    with pytest.raises(CommentaryRefused, match="Say why"):
        commentary.reopen(actor=scope(executive, at), commentary=words, reason=" ", at=at)


def test_drafts_and_submitted_words_are_for_who_works_on_them_and_accepted_ones_for_readers(
    computed, shops_lead, executive, auditor, approver, wholesale_lead, at
):
    def sees(who: Person) -> int:
        return Commentary.objects.within(scope(who, at)).count()

    submitted(shops_lead, at=at)
    before = [sees(who) for who in (shops_lead, executive, auditor, approver, wholesale_lead)]
    commentary.accept(actor=scope(executive, at), commentary=Commentary.unscoped.get(), at=at)
    after = [sees(who) for who in (shops_lead, executive, auditor, approver, wholesale_lead)]

    assert (before, after) == ([1, 1, 0, 0, 0], [1, 1, 1, 1, 0])
    kinds = CommentaryEvent.objects.within(scope(auditor, at)).values_list("kind", flat=True)
    assert list(kinds) == ["accepted"]


# --- the value moves -------------------------------------------------------------------------------------


# --- the period after ------------------------------------------------------------------------------------


# --- timing that has to come back ------------------------------------------------------------------------


# --- the thread ------------------------------------------------------------------------------------------


def test_who_is_named_in_a_reply_is_asked(computed, shops_lead, executive, retail_lead, at):
    words = written(shops_lead, at=at)
    commentary.reply(actor=scope(executive, at), commentary=words, text="@Sara Shops and @Rita Retail: why?", at=at)

    asked = CommentaryMention.unscoped.order_by("pk").values_list("person__name", flat=True)
    assert list(asked) == ["Sara Shops", "Rita Retail"]
    assert Record.objects.get(verb="reports.commentary.replied").after == {"asked": [shops_lead.pk, retail_lead.pk]}


@pytest.mark.parametrize("name", ["Walter Wholesale", "Otto Auditor", "Nobody Atall"])
def test_who_may_not_take_part_is_refused_like_one_who_does_not_exist(
    computed, shops_lead, wholesale_lead, auditor, at, name
):
    with pytest.raises(CommentaryRefused, match=f"Nobody who can see this commentary is called @{name.split()[0]}"):
        commentary.reply(actor=scope(shops_lead, at), commentary=written(shops_lead, at=at), text=f"@{name}!", at=at)
    assert CommentaryMention.unscoped.count() == 0


# --- the question ----------------------------------------------------------------------------------------


def test_the_board_says_what_is_required_missing_and_how_far_the_words_have_come(computed, shops_lead, executive, at):
    accepted(shops_lead, executive, at=at)
    submitted(shops_lead, line="cost_of_sales", at=at)
    shops, depot = computed.shops.pk, computed.depot.pk
    found = commentary_board(scope(executive, at), picked("SHOPS"), [shops, depot])

    needs = found[shops]
    assert (needs.required, needs.missing) == (3, 1)
    assert [needs.in_state(state) for state in ("draft", "submitted", "accepted")] == [0, 1, 1]
    assert found[depot].missing == found[depot].required == 3


def test_the_question_takes_as_many_queries_for_many_units_as_for_one(computed, shops_lead, executive, at):
    written(shops_lead, period="2026-07", words=timing("2026-08"), at=at)
    everyone = [unit.pk for unit in Unit.unscoped.order_by("left")]
    counts = []
    for units in ([computed.shops.pk], everyone):
        selection = picked("SHOPS")
        with CaptureQueriesContext(connection) as asked:
            commentary_board(scope(executive, at), selection, units)
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 4


def test_ordinals_of_the_tests_are_those_of_the_calendar(computed):
    assert ordinal("2026-09") == 2026 * 12 + 8
