"""Who may decide on a proposal: nobody on an own one, and nobody beyond the own units."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404

from alerts.actions import (
    ProposalRefused,
    approve,
    propose,
    refuse,
    withdraw,
)
from alerts.models import Deputy, ThresholdProposal
from tests.alerts.conftest import ENGINE
from tests.alerts.desk import Desk
from tests.cast import person
from units import roles
from units.models import Grant
from units.scope import AbilityMissing, Scope

pytestmark = pytest.mark.django_db

WHO = [
    # who            | approves          | refuses           | withdraws
    ("approver",       None,               None,               AbilityMissing),
    ("finance_admin",  AbilityMissing,     AbilityMissing,     None),
    ("executive",      AbilityMissing,     AbilityMissing,     AbilityMissing),
    ("group_lead",     AbilityMissing,     AbilityMissing,     AbilityMissing),
    ("auditor",        AbilityMissing,     AbilityMissing,     AbilityMissing),
    ("access_admin",   AbilityMissing,     AbilityMissing,     AbilityMissing),
    ("retail_lead",    Http404,            Http404,            Http404),
    ("stranger",       Http404,            Http404,            Http404),
]  # fmt: skip


@pytest.mark.parametrize(("who", "approves", "refuses", "withdraws"), WHO)
def test_who_decides(desk: Desk, request: pytest.FixtureRequest, who: str, approves, refuses, withdraws):
    scope = Scope.of(request.getfixturevalue(who), at=desk.at)
    made = desk.propose()

    def outcome(verb: Callable[..., object], **more: object) -> type[Exception] | None:
        try:
            with transaction.atomic():
                verb(actor=scope, proposal=made, at=desk.at, **more)
                transaction.set_rollback(True)
        except (PermissionDenied, Http404) as refused:
            return type(refused)
        return None

    assert outcome(approve, hash_shown=made.hash) is approves
    assert outcome(refuse, comment="No.") is refuses
    assert outcome(withdraw) is withdraws


def test_nobody_decides_on_an_own_proposal_with_whichever_roles(desk: Desk):
    made = desk.propose()
    Grant.objects.filter(person=desk.maker).update(role=roles.APPROVER)
    both = Scope.of(desk.maker, at=desk.at)

    for step in (
        lambda: approve(actor=both, proposal=made, hash_shown=made.hash, at=desk.at),
        lambda: refuse(actor=both, proposal=made, comment="No.", at=desk.at),
    ):
        with pytest.raises(ProposalRefused, match="a second person does"):
            step()


def test_the_database_refuses_an_own_decision_too(desk: Desk):
    made = desk.propose()
    rows = ThresholdProposal.unscoped.filter(pk=made.pk)
    version = desk.books.limit(unit="SHOPS")

    for columns in (
        {"state": "approved", "decided_by": desk.maker, "version": version},
        {"state": "approved", "decided_by": None, "version": version},
        {"state": "approved", "decided_by": desk.checker, "version": None},
        {"state": "refused", "decided_by": desk.maker},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**columns)


def test_who_stands_in_for_the_proposer_does_not_decide(desk: Desk):
    made = desk.propose()
    Deputy.objects.create(
        public_id="deputy", person=desk.maker, deputy=desk.checker, starts=desk.at.date(), actor="person:1"
    )

    with pytest.raises(ProposalRefused, match="stands in"):
        desk.approve(made)


def test_an_approver_of_a_part_decides_there_and_a_process_nowhere(desk: Desk):
    part = Scope.of(person("Paula Part", roles.APPROVER, desk.books.units["RETAIL"]), at=desk.at)
    whole = desk.propose()
    retail = propose(actor=desk.proposer, draft=desk.draft("RETAIL", "retail"), at=desk.at, reason="To be sure")

    with pytest.raises(Http404):
        desk.approve(whole, actor=part)
    with pytest.raises(ProposalRefused, match="a program cannot"):
        desk.approve(retail, actor=ENGINE)
    assert desk.approve(retail, actor=part).warning == "0.15"
