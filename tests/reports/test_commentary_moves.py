"""Words when what they explain moves: stale values, the period after, and timing that has to come back."""

from __future__ import annotations

from datetime import datetime

import pytest

from audit.models import Record
from reports.actions import commentary
from reports.commentary.lines import is_stale, value_of
from reports.commentary.needs import commentary_board
from reports.commentary.words import CommentaryRefused, NotAsItStands
from tests.alerts.conftest import Books
from tests.company import Company
from tests.metrics.engine import SYSTEM, compute
from tests.metrics.foresight import book
from tests.reports.words import accepted, picked, scope, submitted, timing, written
from units.models import Unit

pytestmark = pytest.mark.django_db
ONE = 10_000


def restate(computed: Company, amount: int) -> None:
    book(computed.shops, "2026-09", amount)
    compute(full=True)


@pytest.mark.parametrize(("by", "stale"), [(-9, False), (9, False), (-10, True), (10, True), (-120, True)])
def test_words_are_stale_once_the_variance_has_moved_by_what_would_be_material(computed, shops_lead, at, by, stale):
    words = written(shops_lead, at=at)
    restate(computed, by)

    now = value_of(SYSTEM, picked("SHOPS"), "revenue")
    assert (now.variance, is_stale(words, now)) == ((300 + by) * ONE, stale)


def test_stale_words_are_neither_submitted_nor_accepted_until_they_are_saved_for_what_stands(
    computed, shops_lead, executive, at
):
    words = written(shops_lead, at=at)
    restate(computed, -120)
    with pytest.raises(NotAsItStands, match=r"Written for \+\$300, now \+\$180"):
        commentary.submit(actor=scope(shops_lead, at), commentary=words, at=at)

    again = submitted(shops_lead, at=at)
    assert (again.variance, again.state) == (180 * ONE, "submitted")
    restate(computed, -50)
    with pytest.raises(NotAsItStands, match=r"Written for \+\$180, now \+\$130"):
        commentary.accept(actor=scope(executive, at), commentary=again, at=at)


def test_a_variance_that_is_gone_has_moved(computed, shops_lead, at):
    assert is_stale(written(shops_lead, at=at), None)


def test_words_of_the_period_before_are_taken_over_as_a_marked_draft_bound_to_the_new_value(
    computed, shops_lead, executive, at
):
    accepted(shops_lead, executive, period="2026-08", words=timing("2026-09"), at=at)
    draft = commentary.roll_forward(actor=scope(shops_lead, at), selection=picked("SHOPS"), line="revenue", at=at)

    assert (draft.state, draft.text, draft.reverses) == ("draft", "Billed a month early.", None)
    assert draft.variance == 300 * ONE
    assert draft.rolled_from.period.code == "2026-08"
    assert Record.objects.filter(verb="reports.commentary.rolled_forward").count() == 1
    with pytest.raises(CommentaryRefused, match="still the words of Aug 2026"):
        commentary.submit(actor=scope(shops_lead, at), commentary=draft, at=at)


def test_once_saved_they_are_words_of_this_period_even_where_nothing_was_changed(computed, shops_lead, at):
    written(shops_lead, period="2026-08", at=at)
    commentary.roll_forward(actor=scope(shops_lead, at), selection=picked("SHOPS"), line="revenue", at=at)

    assert submitted(shops_lead, at=at).rolled_from is None


@pytest.mark.parametrize(
    ("before", "now", "sentence"), [(False, False, "no words of the period"), (True, True, "already")]
)
def test_nothing_is_taken_over_where_there_is_nothing_or_something_stands(
    computed, shops_lead, at, before, now, sentence
):
    if before:
        written(shops_lead, period="2026-08", at=at)
    if now:
        written(shops_lead, at=at)
    with pytest.raises(CommentaryRefused, match=sentence):
        commentary.roll_forward(actor=scope(shops_lead, at), selection=picked("SHOPS"), line="revenue", at=at)


def late(period: str, at: datetime) -> list[tuple[str, int]]:
    shops = Unit.unscoped.get(code="SHOPS").pk
    needs = commentary_board(SYSTEM, picked("SHOPS", period), [shops])[shops]
    return [(each.commentary.period.code, each.left // ONE) for each in needs.unreversed]


def test_timing_whose_month_has_passed_and_that_has_not_come_back_is_told(computed, shops_lead, at):
    """July is 100 over, August 200 over: nothing came back."""
    written(shops_lead, period="2026-07", words=timing("2026-08"), at=at)

    assert late("2026-07", at) == []
    assert late("2026-08", at) == late("2026-09", at) == [("2026-07", 300)]


@pytest.mark.parametrize(("august", "left"), [(-291, []), (-290, [("2026-07", 10)]), (-300, []), (-400, [])])
def test_what_is_left_counts_up_to_what_stays_grey_and_not_beyond_the_other_side(
    computed, shops_lead, at, august, left
):
    written(shops_lead, period="2026-07", words=timing("2026-08"), at=at)  # +100, and +200 in August
    book(computed.shops, "2026-08", august)
    compute(full=True)

    assert late("2026-08", at) == left


def test_a_month_without_both_legs_leaves_it_open(computed, shops_lead, at):
    written(shops_lead, period="2026-07", words=timing("2026-08"), at=at)
    Books(computed, at).write("unit | metric | version | 2026-08\nSHOPS | revenue | actual | –")

    assert late("2026-09", at) == []


def test_permanent_differences_have_nothing_to_reverse(computed, shops_lead, at):
    written(shops_lead, period="2026-07", at=at)

    assert late("2026-09", at) == []
