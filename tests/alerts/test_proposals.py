"""Changes of thresholds that wait for a second person: proposing them, and deciding on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from alerts.actions import (
    ProposalOvertaken,
    ProposalRefused,
    ThresholdRefused,
    propose,
    refuse,
    set_threshold,
    submit,
    submit_retirement,
    withdraw,
)
from alerts.approving.need import waits_for
from alerts.approving.shown import digest
from alerts.approving.states import why_void
from alerts.models import Threshold, ThresholdProposal, ThresholdVersion
from audit.models import Record
from people.models import Person
from tests.alerts.conftest import ENGINE, OVER_BUDGET
from tests.alerts.desk import LATER, OF_ALL, Desk
from tests.cast import person
from tests.tables import assert_reads
from units import roles
from units.models import Grant
from units.scope import Scope

pytestmark = pytest.mark.django_db

# --- proposing -----------------------------------------------------------------------------------------------


def test_what_needs_nobody_is_set_at_once(desk: Desk):
    found = submit(actor=desk.proposer, draft=desk.draft("RETAIL"), at=desk.at)

    assert isinstance(found, ThresholdVersion)
    assert not ThresholdProposal.unscoped.exists()
    ended = submit_retirement(actor=desk.proposer, threshold=found.threshold, at=desk.at)
    assert isinstance(ended, ThresholdVersion) and ended.retired


def test_a_proposal_sets_nothing_and_holds_exactly_what_is_shown(desk: Desk):
    desk.books.write(OVER_BUDGET)
    before = desk.books.limit("revenue", unit="GROUP", code="costs", warning="10 %")
    desk.books.limit("revenue", unit="RETAIL", code="nearer", warning="12 %")

    made = desk.propose()

    shown = made.shown
    assert ThresholdVersion.unscoped.filter(threshold=before.threshold).count() == 1
    assert (made.state, made.unit.code, made.threshold, made.metric) == (
        "waiting", "GROUP", before.threshold, "revenue",
    )  # fmt: skip
    assert (shown["before"]["warning"], shown["before"]["version"]) == ("0.1", before.pk)
    assert (shown["after"]["warning"], shown["after"]["valid_from"]) == ("0.15", "2026-08")
    assert [row["code"] for row in shown["touched"]] == ["GROUP", "WHOLESALE", "DEPOT"]
    assert (shown["why"], shown["limit"], shown["reason"]) == (OF_ALL, 100_000, "Too much noise")
    assert made.hash == digest(shown) and len(made.hash) == 64
    record = Record.objects.get(verb="alerts.proposal.made")
    assert (record.actor, record.unit_id, record.reason, record.after["hash"]) == (
        f"person:{desk.maker.pk}", made.unit_id, "Too much noise", made.hash,
    )  # fmt: skip
    assert "Aaron" in waits_for(made, at=desk.at)


def test_one_may_ask_a_second_person_without_having_to(desk: Desk):
    made = propose(actor=desk.proposer, draft=desk.draft("RETAIL"), at=desk.at, reason="To be sure")

    assert (made.why, made.state) == ("", "waiting")
    assert desk.approve(made).warning == "0.15"


def test_a_proposal_that_nobody_could_decide_on_or_that_says_nothing_is_refused(desk: Desk):
    with pytest.raises(ThresholdRefused, match="Say why"):
        desk.propose(reason="  ")
    with pytest.raises(ThresholdRefused, match="not a number"):
        desk.propose(desk.draft(warning="a lot"))
    set_threshold(actor=ENGINE, proposal=desk.draft(), at=desk.at)
    with pytest.raises(ThresholdRefused, match="stands already"):
        propose(actor=desk.proposer, draft=desk.draft(), at=desk.at, reason="Why not")
    with pytest.raises(ProposalRefused, match="a program cannot"):
        propose(actor=ENGINE, draft=desk.draft(warning="30 %"), at=desk.at, reason="Why not")
    Grant.objects.filter(person=desk.checker).delete()
    with pytest.raises(ThresholdRefused, match="make somebody approver of GROUP"):
        desk.propose(desk.draft(warning="20 %"))
    assert not ThresholdProposal.unscoped.exists()


# --- deciding ------------------------------------------------------------------------------------------------


def test_approving_sets_it_through_the_verb_with_both_names_in_the_record(desk: Desk):
    made = desk.propose()

    version = desk.approve(made, comment="Agreed")

    made.refresh_from_db()
    assert (made.state, made.decided_by, made.decided, made.comment, made.version) == (
        "approved", desk.checker, desk.at + LATER, "Agreed", version,
    )  # fmt: skip
    assert (version.warning, version.actor, version.reason, version.until_mark) == (
        "0.15", f"person:{desk.maker.pk}", "Too much noise", None,
    )  # fmt: skip
    rows = Record.objects.filter(verb__in=("alerts.threshold.set", "alerts.proposal.approved")).order_by("pk")
    assert_reads(
        [{"verb": each.verb, "who": each.actor == f"person:{desk.checker.pk}", "at": each.at} for each in rows],
        f"""
        verb                     | who   | at
        alerts.threshold.set     | False | {desk.at + LATER}
        alerts.proposal.approved | True  | {desk.at + LATER}
        """,
    )
    assert (rows[0].after["approved_by"], rows[0].after["proposal"], rows[0].after["hash"]) == (
        desk.checker.pk, made.public_id, made.hash,
    )  # fmt: skip
    assert (rows[1].after["proposed_by"], rows[1].after["version"]) == (desk.maker.pk, version.pk)


def test_retiring_a_default_is_proposed_and_approved_like_any_change(desk: Desk):
    threshold = set_threshold(actor=ENGINE, proposal=desk.draft(), at=desk.at).threshold

    made = submit_retirement(actor=desk.proposer, threshold=threshold, at=desk.at, reason="Not needed")

    assert isinstance(made, ThresholdProposal) and made.retires
    assert made.shown["after"]["retired"] and len(made.shown["touched"]) == 5
    assert desk.approve(made).retired


def test_a_month_that_ends_meanwhile_does_not_move_the_first_period_that_was_shown(desk: Desk):
    desk.books.write(OVER_BUDGET)
    desk.books.limit("revenue", unit="GROUP", code="costs", warning="10 %")
    made = desk.propose()
    desk.books.write(OVER_BUDGET.replace("2026-08", "2026-09"))

    version = desk.approve(made)

    assert version.valid_from is not None and version.valid_from.code == "2026-08"


def test_terms_are_set_as_they_were_typed_shares_beyond_one_included(desk: Desk):
    made = desk.propose(desk.draft(warning="150 %", critical="200%", floor_amount="1,000"))

    version = desk.approve(made)

    assert (version.warning, version.critical, version.floor_amount) == ("1.5", "2", "1000")


def test_refusing_says_why_and_sets_nothing(desk: Desk):
    made = desk.propose()

    with pytest.raises(ProposalRefused, match="Say why"):
        refuse(actor=desk.approver, proposal=made, comment=" ", at=desk.at)
    refuse(actor=desk.approver, proposal=made, comment="Ask again in October.", at=desk.at)

    made.refresh_from_db()
    assert (made.state, made.decided_by, made.comment) == ("refused", desk.checker, "Ask again in October.")
    assert not Threshold.unscoped.exists()
    assert Record.objects.get(verb="alerts.proposal.refused").reason == "Ask again in October."


def test_only_the_proposer_withdraws(desk: Desk):
    made = desk.propose()
    other = Scope.of(person("Felix Finance", roles.FINANCE_ADMIN), at=desk.at)

    with pytest.raises(ProposalRefused, match="Only who proposed"):
        withdraw(actor=other, proposal=made, at=desk.at)
    withdraw(actor=desk.proposer, proposal=made, at=desk.at)

    made.refresh_from_db()
    assert made.state == "withdrawn"
    assert Record.objects.filter(verb="alerts.proposal.withdrawn", actor=f"person:{desk.maker.pk}").exists()


DECIDED = [
    lambda desk, made: desk.approve(made),
    lambda desk, made: refuse(actor=desk.approver, proposal=made, comment="No.", at=desk.at),
    lambda desk, made: withdraw(actor=desk.proposer, proposal=made, at=desk.at),
]


@pytest.mark.parametrize("first", DECIDED)
@pytest.mark.parametrize("second", DECIDED)
def test_of_two_who_decide_the_first_one_does(desk: Desk, first: Any, second: Any):
    made = desk.propose()
    first(desk, made)
    state = ThresholdProposal.unscoped.get().state

    with pytest.raises(ProposalOvertaken, match="waits no more"):
        second(desk, made)

    assert ThresholdProposal.unscoped.get().state == state
    assert Record.objects.filter(verb__startswith="alerts.proposal.").count() == 2


def test_a_decision_written_between_the_look_and_the_write_is_not_overwritten(desk: Desk, monkeypatch):
    from alerts.actions import proposing

    made = desk.propose()
    look = proposing._require_second_person

    def refused_meanwhile(actor: Scope, proposal: ThresholdProposal, *, at: datetime) -> None:
        look(actor, proposal, at=at)
        columns = {"state": "refused", "decided_by": desk.checker, "decided": at}
        ThresholdProposal.unscoped.filter(pk=proposal.pk).update(**columns)

    monkeypatch.setattr(proposing, "_require_second_person", refused_meanwhile)

    with pytest.raises(ProposalOvertaken, match="meanwhile"), transaction.atomic():
        desk.approve(made)
    assert not Threshold.unscoped.exists()


# --- how often it asks ---------------------------------------------------------------------------------------


def test_many_proposals_are_held_against_what_stands_in_as_many_queries_as_one(desk: Desk, finance_admin: Person):
    desk.books.write(OVER_BUDGET)
    counts = []
    for number in range(3):
        desk.propose(
            desk.draft(code=f"costs-{number}", owner=finance_admin, metric=("revenue", "operating_cost", "dso")[number])
        )
        waiting = list(ThresholdProposal.unscoped.select_related("unit"))
        with CaptureQueriesContext(connection) as queries:
            why_void(waiting, at=desk.at)
        counts.append(len(queries))

    assert len(set(counts)) == 1, counts
