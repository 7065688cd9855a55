"""A second person approves exactly what was shown: whatever of it changes meanwhile voids the proposal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from alerts.actions import (
    ProposalOvertaken,
    retire_threshold,
    set_threshold,
)
from alerts.approving.states import EXPIRED, LIVES, MOVED, why_void
from alerts.models import Threshold, ThresholdProposal, ThresholdVersion
from audit.models import Record
from people.models import Person
from tests.alerts.conftest import ENGINE, OVER_BUDGET
from tests.alerts.desk import Desk
from tests.cast import person
from units import roles
from units.models import Grant, Unit

pytestmark = pytest.mark.django_db


def test_another_hash_than_the_one_shown_approves_nothing_and_voids_nothing(desk: Desk):
    made = desk.propose()

    with pytest.raises(ProposalOvertaken, match="not what this proposal says"):
        desk.approve(made, hash_shown="0" * 64)

    assert ThresholdProposal.unscoped.get().state == "waiting"


def edited(desk: Desk) -> None:
    set_threshold(actor=ENGINE, proposal=desk.draft(warning="11 %"), at=desk.at)


def edited_and_set_back(desk: Desk) -> None:
    edited(desk)
    set_threshold(actor=ENGINE, proposal=desk.draft(warning="10 %"), at=desk.at)


def reworded(desk: Desk) -> None:
    set_threshold(actor=ENGINE, proposal=desk.draft(warning="10 %", action="Ask {unit}."), at=desk.at)


def retired(desk: Desk) -> None:
    retire_threshold(actor=ENGINE, threshold=Threshold.unscoped.get(code="costs"), at=desk.at)


def nearer_one_set(desk: Desk) -> None:
    desk.books.limit("revenue", unit="DEPOT", code="nearer")


def unit_added(desk: Desk) -> None:
    Unit.unscoped.filter(code="ELIM").update(kind="unit")


def unit_ended(desk: Desk) -> None:
    desk.books.write(OVER_BUDGET)
    Unit.unscoped.filter(code="DEPOT").update(ends=desk.at.replace(year=2025).date())


def limit_changed(desk: Desk) -> None:
    from django.conf import settings

    settings.APPROVAL_ABOVE = 5


def draft_tampered_with(desk: Desk) -> None:
    made = ThresholdProposal.unscoped.get()
    made.draft["terms"]["warning"] = "50 %"
    made.save()


def reason_tampered_with(desk: Desk) -> None:
    ThresholdProposal.unscoped.update(reason="Another one")


def place_tampered_with(desk: Desk) -> None:
    ThresholdProposal.unscoped.update(unit=desk.books.units["RETAIL"])


MEANWHILE = [
    edited, edited_and_set_back, reworded, retired, nearer_one_set, unit_added, unit_ended, limit_changed,
    draft_tampered_with, reason_tampered_with, place_tampered_with,
]  # fmt: skip


@pytest.mark.parametrize("meanwhile", MEANWHILE, ids=lambda each: each.__name__)
def test_whatever_it_shows_changes_and_the_proposal_is_void(desk: Desk, settings, meanwhile: Callable[[Desk], None]):
    settings.APPROVAL_ABOVE = 100_000
    set_threshold(actor=ENGINE, proposal=desk.draft(warning="10 %"), at=desk.at)
    made = desk.propose()
    assert why_void([made], at=desk.at) == {}

    meanwhile(desk)
    versions = ThresholdVersion.unscoped.count()

    made.refresh_from_db()
    assert why_void([made], at=desk.at) == {made.pk: MOVED}
    with pytest.raises(ProposalOvertaken, match="void"):
        desk.approve(made)
    made.refresh_from_db()
    assert (made.state, made.decided_by, made.comment) == ("void", None, MOVED)
    assert ThresholdVersion.unscoped.count() == versions
    record = Record.objects.get(verb="alerts.proposal.voided")
    assert (record.actor, record.reason) == (f"person:{desk.checker.pk}", MOVED)


def test_what_it_does_not_show_may_change(desk: Desk):
    made = desk.propose()
    desk.books.limit(unit="SHOPS")
    Unit.unscoped.filter(code="DEPOT").update(name="Another name")

    assert desk.approve(made).warning == "0.15"


def test_approving_one_of_two_proposals_voids_the_other(desk: Desk):
    first, second = desk.propose(), desk.propose(desk.draft(warning="20 %"))

    desk.approve(second)

    assert why_void([first], at=desk.at) == {first.pk: MOVED}
    with pytest.raises(ProposalOvertaken, match="void"):
        desk.approve(first)


def test_nobody_approves_after_seven_days(desk: Desk):
    made = desk.propose()

    assert why_void([made], at=desk.at + LIVES - timedelta(seconds=1)) == {}
    with pytest.raises(ProposalOvertaken, match="within seven days"):
        desk.approve(made, at=desk.at + LIVES)
    made.refresh_from_db()
    assert (made.state, made.comment) == ("void", EXPIRED)


def test_the_right_of_who_proposed_it_is_asked_again_when_it_is_set(desk: Desk):
    made = desk.propose()
    Grant.objects.filter(person=desk.maker).update(ends=desk.at)

    with pytest.raises(ProposalOvertaken, match="Fiona Finance may not set thresholds of GROUP any more"):
        desk.approve(made)
    assert not Threshold.unscoped.exists()


def test_what_cannot_be_set_any_more_is_void_and_says_why(desk: Desk, retail_lead: Person):
    made = desk.propose(desk.draft(owner=person("Gina Gone", roles.EXECUTIVE)))
    Grant.objects.filter(person__name="Gina Gone").delete()

    with pytest.raises(ProposalOvertaken, match="Gina Gone cannot see alerts of GROUP"):
        desk.approve(made)
    made.refresh_from_db()
    assert made.state == "void" and not Threshold.unscoped.exists()


def test_a_decision_that_cannot_be_recorded_is_none(desk: Desk, monkeypatch):
    made = desk.propose()

    def fails(**deed: Any) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr("alerts.actions.proposing.record", fails)
    with pytest.raises(RuntimeError), transaction.atomic():
        desk.approve(made)

    made.refresh_from_db()
    assert made.state == "waiting" and not Threshold.unscoped.exists()
