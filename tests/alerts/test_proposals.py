"""Changes of thresholds that need a second person: when, who that may be, and that it approves what was shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from alerts.actions import (
    ApprovalNeeded,
    ProposalOvertaken,
    ProposalRefused,
    ThresholdRefused,
    approve,
    propose,
    refuse,
    retire_threshold,
    set_threshold,
    submit,
    submit_retirement,
    withdraw,
)
from alerts.approving.need import needs_approval, retirement_needs_approval, waits_for
from alerts.approving.shown import digest
from alerts.approving.states import EXPIRED, LIVES, MOVED, why_void
from alerts.models import Deputy, Threshold, ThresholdProposal, ThresholdVersion
from alerts.terms import Terms
from alerts.vetting import Proposal
from audit.models import Record
from people.models import Person
from tests.alerts.conftest import ENGINE, OVER_BUDGET, Books
from tests.cast import person
from tests.tables import assert_reads
from units import roles
from units.models import Grant, Unit
from units.scope import AbilityMissing, Scope

pytestmark = pytest.mark.django_db

LATER = timedelta(hours=1)


@dataclass
class Desk:
    """Fiona proposes, Aaron approves."""

    books: Books
    maker: Person
    checker: Person
    at: datetime

    def __post_init__(self) -> None:
        self.proposer, self.approver = Scope.of(self.maker, at=self.at), Scope.of(self.checker, at=self.at)

    def draft(self, unit: str = "GROUP", code: str = "costs", metric: str = "revenue", **more: Any) -> Proposal:
        """Revenue 15 % under budget unless told otherwise."""
        terms = {name: more.pop(name) for name in tuple(more) if name in Terms.__dataclass_fields__}
        given = {"basis": "month", "comparator": "budget", "measure": "percent", "direction": 0, "warning": "15 %"}
        if terms.get("measure") == "level":
            given |= {"comparator": "absolute"}
        return Proposal(code=code, unit=self.books.units[unit], terms=Terms(metric, **(given | terms)), **more)

    def propose(self, draft: Proposal | None = None, reason: str = "Too much noise") -> ThresholdProposal:
        found = submit(actor=self.proposer, draft=draft or self.draft(), at=self.at, reason=reason)
        assert isinstance(found, ThresholdProposal)
        return found

    def approve(self, proposal: ThresholdProposal, **more: Any) -> ThresholdVersion:
        given = {"actor": self.approver, "hash_shown": proposal.hash, "at": self.at + LATER} | more
        return approve(proposal=proposal, **given)

    def why(self, draft: Proposal, actor: Scope | None = None) -> str:
        need = needs_approval(draft, actor=actor or self.proposer, at=self.at)
        return "" if need is None else need.why


@pytest.fixture
def desk(books: Books, finance_admin: Person, approver: Person, at: datetime) -> Desk:
    return Desk(books, finance_admin, approver, at)


# --- when ----------------------------------------------------------------------------------------------------

OF_ALL = "It is a default of the whole group."
NEEDS = [
    # a default of the whole company, always
    ({"unit": "GROUP"}, OF_ALL),
    ({"unit": "GROUP", "unit_type": "unit"}, OF_ALL),
    ({"unit": "GROUP", "inherits": False}, ""),
    ({"unit": "RETAIL"}, ""),
    # money: limits and floors, and nothing that is none
    ({"unit": "RETAIL", "measure": "money", "warning": "100000"}, ""),
    (
        {"unit": "RETAIL", "measure": "money", "warning": "100000", "critical": "100000.01"},
        "It governs 100,000.01 USD, and above 100,000 USD one person does not decide alone.",
    ),
    (
        {"unit": "RETAIL", "floor_amount": "250000"},
        "It governs 250,000 USD, and above 100,000 USD one person does not decide alone.",
    ),
    (
        {"unit": "RETAIL", "measure": "level", "warning": "-250000", "direction": -1},
        "It governs 250,000 USD, and above 100,000 USD one person does not decide alone.",
    ),
    ({"unit": "RETAIL", "measure": "level", "target": "900000", "warning": "1000", "direction": -1}, ""),
    ({"unit": "RETAIL", "metric": "headcount", "measure": "level", "warning": "250000", "direction": 1}, ""),
    (
        {"unit": "RETAIL", "metric": "account:REVENUE", "floor_amount": "250000", "direction": -1},
        "It governs 250,000 USD, and above 100,000 USD one person does not decide alone.",
    ),
    ({"unit": "RETAIL", "metric": "account:HEADS", "floor_amount": "250000", "direction": 1}, ""),
    (
        {"unit": "RETAIL", "floor_amount": "10", "currency": "EUR"},
        "It states money in EUR, and there is no budget rate to hold it against the limit of 100,000 USD by.",
    ),
]


@pytest.mark.parametrize(("terms", "why"), NEEDS)
def test_approval_is_needed_for_a_default_of_the_whole_group_and_above_the_money_limit(
    desk: Desk, terms: dict[str, Any], why: str
):
    Unit.unscoped.filter(code="GROUP").update(currency="USD")

    assert desk.why(desk.draft(**terms)) == why


def test_what_stood_before_counts_as_well_as_what_is_to_be(desk: Desk):
    desk.books.limit("revenue", unit="RETAIL", code="costs", floor_amount="250000")
    default = desk.books.limit("revenue", unit="GROUP", code="default")

    assert desk.why(desk.draft("RETAIL")).startswith("It governs 250,000")
    assert desk.why(desk.draft("GROUP", "default", inherits=False)) == OF_ALL
    need = retirement_needs_approval(default.threshold, actor=desk.proposer, at=desk.at)
    assert need is not None and need.why == OF_ALL


def test_nobody_is_asked_about_nothing_by_a_process_or_where_it_is_switched_off(desk: Desk, settings):
    first = set_threshold(actor=ENGINE, proposal=desk.draft(), at=desk.at)

    assert desk.why(desk.draft(), actor=ENGINE) == ""
    assert submit(actor=desk.proposer, draft=desk.draft(), at=desk.at) == first
    settings.THRESHOLD_APPROVAL = False
    assert desk.why(desk.draft(warning="20 %")) == ""
    assert isinstance(submit(actor=desk.proposer, draft=desk.draft(warning="20 %"), at=desk.at), ThresholdVersion)


def test_a_foreign_currency_is_held_at_its_budget_rate(desk: Desk, settings):
    from ledger.models import Rate

    settings.APPROVAL_ABOVE = 19
    month = desk.books.company.months["2026-08"]
    Rate.objects.create(currency="EUR", period=month, kind=Rate.Kind.BUDGET, rate="2", from_mark=1)

    assert desk.why(desk.draft("RETAIL", floor_amount="9.5", currency="EUR")) == ""
    assert desk.why(desk.draft("RETAIL", floor_amount="10", currency="EUR")).startswith("It governs 20")


def test_the_verb_itself_refuses_whichever_way_it_is_reached(desk: Desk):
    standing = set_threshold(actor=ENGINE, proposal=desk.draft(), at=desk.at)

    with pytest.raises(ApprovalNeeded, match="A second person approves it: Aaron Approver"):
        set_threshold(actor=desk.proposer, proposal=desk.draft(warning="20 %"), at=desk.at)
    with pytest.raises(ApprovalNeeded, match="default of the whole group"):
        retire_threshold(actor=desk.proposer, threshold=standing.threshold, at=desk.at)

    assert ThresholdVersion.unscoped.get() == standing


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


# --- who may -------------------------------------------------------------------------------------------------

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


# --- exactly what was shown ----------------------------------------------------------------------------------


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
