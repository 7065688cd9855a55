"""When a second person must approve a change of a threshold, and who that can be.

Always for a default of the whole company, and where the money that a threshold states, before or after the change,
is above `APPROVAL_ABOVE`: its limits in money and its floor, in the group's currency. Percentages alone state none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.conf import settings
from django.db.models import QuerySet

from alerts.approving.ground import Ground, ground
from alerts.models import Threshold, ThresholdProposal, ThresholdVersion
from alerts.planned import Planned, plan, plan_retirement, vetted
from alerts.rulebook import terms_of
from alerts.telling.owners import people_who_may, span_of
from alerts.terms import ALL_LEVELS, Terms, whole
from alerts.vetting import Proposal
from people.models import Person
from units.models import Unit
from units.scope import Scope

ABILITY = "thresholds.approve"
OF_ALL = "It is a default of the whole group."
NO_RATE = "It states money in {currency}, and there is no budget rate to hold it against the limit of {limit} by."
ABOVE = "It governs {amount}, and above {limit} one person does not decide alone."
REASON = "Say why: whoever is to approve it reads it, and it goes into the record."
NOBODY = (
    "Nobody else can approve it. Ask an access administrator to make somebody approver of {unit}, or have approval"
    " switched off (THRESHOLD_APPROVAL)."
)


@dataclass(frozen=True)
class Need:
    """That a change needs a second person: why, as a sentence, and the names of those who can approve it."""

    why: str
    unit: Unit
    approvers: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Why, and who, ready to print."""
        return f"{self.why} {self.who}"

    @property
    def who(self) -> str:
        if not self.approvers:
            return NOBODY.format(unit=self.unit.code)
        return f"A second person approves it: {' or '.join(self.approvers)}."


def needs_approval(draft: Proposal, *, actor: Scope, at: datetime) -> Need | None:
    """Whether a second person must approve a threshold as somebody wants it; None where the actor decides alone.

    A change of nothing needs nobody. Raises ThresholdRefused for what cannot be set at all.
    """
    if is_exempt(actor):
        return None
    here = ground(at=at)
    return need_of(planned_on(here, draft, scope=actor, at=at), here, actor=actor, at=at)


def retirement_needs_approval(threshold: Threshold, *, actor: Scope, at: datetime) -> Need | None:
    """The same for its end."""
    if is_exempt(actor):
        return None
    here = ground(at=at)
    return need_of(plan_retirement(here.standing[threshold.code]), here, actor=actor, at=at)


def is_exempt(actor: Scope) -> bool:
    """Whether nobody is asked: approval is switched off, or a process sets what an operator gave it.

    Who runs a command on the server has the database as well; the record names the process.
    """
    return actor.is_system or not settings.THRESHOLD_APPROVAL


def planned_on(here: Ground, draft: Proposal, *, scope: Scope, at: datetime) -> Planned:
    """A draft beside what stands; raises ThresholdRefused for what cannot be set."""
    terms = vetted(draft, scope=scope, book=here.book, at=at)
    before = here.standing.get(draft.code)
    return plan(draft, terms, label=here.book.label(terms.metric), before=before, newest=lambda: here.newest_period)


def need_of(change: Planned, here: Ground, *, actor: Scope, at: datetime) -> Need | None:
    """Whether a change needs a second person, on the ground that was read."""
    why = "" if change.is_same else reason_for(change, here)
    return Need(why, change.unit, approvers(change.unit, but=actor.person_id, at=at)) if why else None


def reason_for(change: Planned, here: Ground) -> str:
    """Why a second person is needed, as a sentence; empty where nobody is."""
    versions = [here.after(change), *([change.before] if change.before else [])]
    if any(here.is_default(each) for each in versions):
        return OF_ALL
    amounts = [amount for each in versions for amount in _stated(each, here)]
    limit = f"{here.limit:,} {here.currency}"
    if None in amounts:
        currency = next(each.currency for each in versions if each.currency not in here.rates and each.currency)
        return NO_RATE.format(currency=currency, limit=limit)
    largest = max((amount for amount in amounts if amount is not None), default=Fraction(0))
    if largest <= here.limit:
        return ""
    return ABOVE.format(amount=f"{whole(largest)} {here.currency}", limit=limit)


def approvers(unit: Unit, *, but: int | None, at: datetime) -> tuple[str, ...]:
    """The names of those who may approve thresholds of a unit, without one person."""
    return tuple(approving(unit, but=but, at=at).values_list("name", flat=True))


def approving(unit: Unit, *, but: int | None, at: datetime) -> QuerySet[Person]:
    """Those who may approve thresholds of a unit, by name, without one person."""
    people = people_who_may(ABILITY, at=at, spans=[span_of(unit)])
    return people if but is None else people.exclude(pk=but)


def waits_for(proposal: ThresholdProposal, *, at: datetime) -> str:
    """What whoever proposed it is told: that it waits, and for whom."""
    people = approvers(proposal.unit, but=proposal.proposed_by_id, at=at)
    return f"Sent for approval. It is set once {' or '.join(people) or 'a second person'} approves it."


def _stated(version: ThresholdVersion, here: Ground) -> Iterator[Fraction | None]:
    """The money a version states, in the group's currency; None for a currency without a budget rate."""
    terms = terms_of(version)
    is_foreign = terms.currency and terms.currency != here.currency
    worth = here.rates.get(terms.currency) if is_foreign else Fraction(1)
    for amount in _amounts(terms, is_money=terms.metric in here.money):
        yield None if worth is None else abs(amount) * worth


def _amounts(terms: Terms, *, is_money: bool) -> Iterator[Fraction]:
    """Limits in money and the floor, in the currency of the terms; a target never fires."""
    if terms.measure == "money" or (is_money and terms.measure in ("level", "points")):
        yield from (level for name in ALL_LEVELS if name != "target" and (level := terms.level(name)) is not None)
    if is_money and terms.floor_amount:
        yield Fraction(terms.floor_amount)
