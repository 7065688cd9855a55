"""Changes of thresholds before a second person decides on them: the list, and one exactly as it was shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from alerts.approving.ground import ground
from alerts.approving.need import ABILITY as APPROVE
from alerts.approving.need import approving
from alerts.approving.reading import touched_by
from alerts.approving.states import LIVES, why_not
from alerts.approving.touched import TouchedUnit
from alerts.judging.manual import Manual
from alerts.models import ThresholdProposal
from alerts.rulebook import manual
from alerts.terms import ALL_LEVELS
from alerts.together import Asked, together
from alerts.wording import LEVEL_WORDS
from people.models import Person
from reports.boards.naming import full_name, short_name
from reports.boards.proposed_terms import Words, held_words, origin_words, terms_of
from reports.figures import (
    Action,
    Crumb,
    Deed,
    ProposalBoard,
    ProposalRow,
    ProposalsBoard,
    ProposedTerm,
    ProposedUnit,
)
from reports.formatting import apart, day, moment
from units.scope import Scope

READ, SET = "thresholds.read", "thresholds.set"
State = ThresholdProposal.State
TONES = {State.WAITING: "info", State.APPROVED: "good", State.REFUSED: "bad", State.VOID: "warn"}
NEWEST = 50
"""How many of those that are over the list shows."""
LEVELS = frozenset(LEVEL_WORDS[name] for name in ALL_LEVELS)
IN_A_ROW = 3
"""How many changed terms a row of the list names."""


@dataclass(frozen=True)
class Shown:
    """What pages of proposals print besides the proposals themselves."""

    book: Manual
    people: Mapping[int, Person]
    units: Mapping[int, tuple[TouchedUnit, ...]]
    void: Mapping[int, str]
    approvers: Sequence[str]
    at: datetime

    def words(self, proposal: ThresholdProposal) -> Words:
        return Words(self.book, self.people, proposal.shown["currency"])

    def state(self, proposal: ThresholdProposal) -> tuple[str, str]:
        """How a proposal stands, in a word, with its tone."""
        state = State.VOID if proposal.pk in self.void else State(proposal.state)
        return str(state.label), TONES.get(state, "")


def proposals_board(scope: Scope, *, at: datetime) -> ProposalsBoard:
    """The proposals the reader may see; eight queries at most, however many there are."""
    rows = ThresholdProposal.objects.within(scope)
    newest = rows.exclude(state=State.WAITING).order_by("-decided", "-pk").values("pk")[:NEWEST]
    wanted = rows.filter(Q(state=State.WAITING) | Q(pk__in=newest)).order_by("proposed", "pk")
    found = list(wanted.select_related("unit", "proposed_by", "decided_by"))
    waiting = [each for each in found if each.state == State.WAITING]
    over = sorted((each for each in found if each.decided), key=lambda each: (each.decided, each.pk), reverse=True)
    seen = _shown(found, scope, at=at)
    open_ = [each for each in waiting if each.pk not in seen.void]
    closed = [*(each for each in waiting if each.pk in seen.void), *over]
    return ProposalsBoard(
        title=_title(len(open_)),
        waiting=tuple(_row(each, seen) for each in open_),
        over=tuple(_row(each, seen) for each in closed),
        crumbs=(Crumb("Thresholds", reverse("thresholds")),),
    )


def proposal_board(
    scope: Scope, proposal: ThresholdProposal, *, at: datetime, note: str = "", comment: str = ""
) -> ProposalBoard:
    """One proposal with what its reader may do about it; `note` and `comment` are of a step that was refused."""
    seen = _shown([proposal], scope, at=at, asked=proposal)
    shown, words = proposal.shown, seen.words(proposal)
    terms = terms_of(shown["before"], shown["after"], words)
    touched, void = seen.units[proposal.pk], seen.void.get(proposal.pk, "")
    label, tone = seen.state(proposal)
    is_open = proposal.state == State.WAITING and not void
    return ProposalBoard(
        title=_name(proposal),
        state=label,
        tone=tone,
        why=proposal.why or "It needs nobody's approval, and was asked for all the same.",
        facts=_facts(proposal, seen, is_open=is_open),
        terms=tuple(each for each in terms if each.is_changed),
        unchanged=tuple(each for each in terms if not each.is_changed),
        units_title=_units_title(touched),
        units=tuple(_unit(each, words, is_one=len({row.metric for row in touched}) == 1) for each in touched),
        hash=proposal.hash,
        hash_short=proposal.hash[:12],
        before_title="Stood before" if proposal.state == State.APPROVED else "Stands now",
        after_title="Set" if proposal.state == State.APPROVED else "Proposed",
        crumbs=(Crumb("Thresholds", reverse("thresholds")), Crumb("Approvals", reverse("proposals:list"))),
        void=void,
        note=note,
        comment=comment or proposal.comment,
        threshold=Action(proposal.code, reverse("threshold", args=[proposal.code])) if proposal.threshold_id else None,
        **_deeds(scope, proposal, is_open=is_open),
    )


def waiting_for(scope: Scope, *, at: datetime) -> QuerySet[ThresholdProposal]:
    """The proposals of others that wait for this reader."""
    rows = ThresholdProposal.objects.within(scope, ability=APPROVE)
    waiting = rows.filter(state=State.WAITING, proposed__gt=at - LIVES)
    return waiting.exclude(proposed_by=scope.person_id)


def _shown(
    proposals: Sequence[ThresholdProposal], scope: Scope, *, at: datetime, asked: ThresholdProposal | None = None
) -> Shown:
    """What is printed besides; those who may approve the one that is `asked` about.

    Seven queries where one waits, for it is held against what stands now; else three.
    """
    waiting = [each for each in proposals if each.state == State.WAITING]
    here = ground(at=at) if waiting else None
    people, approvers = _people(proposals, asked, at=at)
    why = {each.pk: why_not(each, here, people, at=at) for each in waiting} if here else {}
    return Shown(
        book=here.book if here else manual(),
        people=people,
        units=touched_by(proposals, scope, here=here),
        void={pk: words for pk, words in why.items() if words},
        approvers=approvers,
        at=at,
    )


def _people(
    proposals: Sequence[ThresholdProposal], asked: ThresholdProposal | None, *, at: datetime
) -> tuple[dict[int, Person], list[str]]:
    """The owners that terms name, by pk, and the names of those who may approve what is asked about; one query."""
    sides = [side for each in proposals for side in (each.shown["before"], each.shown["after"]) if side]
    named = {side["owner"] for side in sides if side["owner"]}
    wanted: dict[str, Asked] = {"owners": (Person.objects.filter(pk__in=named), ("pk", "name"))}
    if asked is not None:
        may = approving(asked.unit, but=asked.proposed_by_id, at=at)
        wanted["approvers"] = (may, ("name",))
    found = together(**wanted)
    owners = {pk: Person(pk=pk, name=name) for pk, name in found["owners"]}
    return owners, sorted(name for (name,) in found.get("approvers", ()))


def _row(proposal: ThresholdProposal, seen: Shown) -> ProposalRow:
    shown = proposal.shown
    changed = [each for each in terms_of(shown["before"], shown["after"], seen.words(proposal)) if each.is_changed]
    state, tone = seen.state(proposal)
    return ProposalRow(
        label=shown["after"]["label"],
        code=proposal.code,
        href=reverse("proposals:detail", args=[proposal.public_id]),
        place=full_name(proposal.unit),
        change=_change(proposal, changed),
        units=len({each.code for each in seen.units[proposal.pk]}),
        proposed_by=proposal.proposed_by.name,
        proposed=moment(proposal.proposed, now=seen.at),
        state=state,
        tone=tone,
        decided=_decided(proposal, at=seen.at),
    )


def _decided(proposal: ThresholdProposal, *, at: datetime) -> str:
    """`Anton Reyes, 21 Nov 23:58`: who decided; empty while nobody has."""
    if proposal.decided is None:
        return ""
    who = proposal.decided_by.name if proposal.decided_by else "Nobody"
    return f"{who}, {moment(proposal.decided, now=at)}"


def _change(proposal: ThresholdProposal, changed: Sequence[ProposedTerm]) -> str:
    """`Warning 10 % → 15 %, critical 25 % → –`; of a new one its levels."""
    if proposal.retires:
        return "Retire it"
    if proposal.shown["before"] is None:
        levels = [f"{each.label.lower()} {each.after}" for each in changed if each.label in LEVELS]
        return f"New: {', '.join(levels)}" if levels else "New"
    named = [f"{each.label} {each.before} → {each.after}" for each in changed[:IN_A_ROW]]
    rest = len(changed) - IN_A_ROW
    return ", ".join([*named, *([f"{rest} more"] if rest > 0 else [])])


def _title(waiting: int) -> str:
    if not waiting:
        return "No change waits for approval"
    return "One change waits for approval" if waiting == 1 else f"{waiting} changes wait for approval"


def _name(proposal: ThresholdProposal) -> str:
    verb = "Retire" if proposal.retires else "New" if proposal.shown["before"] is None else "Change"
    return f"{verb}: {proposal.shown['after']['label']}, {full_name(proposal.unit)}"


def _facts(proposal: ThresholdProposal, seen: Shown, *, is_open: bool) -> tuple[tuple[str, str], ...]:
    asked = f"{apart(proposal.proposed_by.name)}, {moment(proposal.proposed, now=seen.at)}"
    facts = [("Proposed by", asked), ("Reason", proposal.reason)]
    if is_open:
        facts += [
            ("Can approve", ", ".join(seen.approvers) or "nobody"),
            ("Open until", day((proposal.proposed + LIVES).date())),
        ]
    if proposal.decided is not None:
        facts.append((proposal.get_state_display(), _decided(proposal, at=seen.at)))
        if proposal.comment:
            facts.append(("Comment", proposal.comment))
    return tuple(facts)


def _units_title(units: Sequence[TouchedUnit]) -> str:
    count = len({each.code for each in units})
    if not count:
        return "No unit is judged by other limits"
    return "One unit is judged by other terms" if count == 1 else f"{count} units are judged by other terms"


def _unit(row: TouchedUnit, words: Words, *, is_one: bool) -> ProposedUnit:
    """A unit in the list; the metric is said where there are several."""
    return ProposedUnit(
        short=short_name(row.code),
        name=row.name,
        metric="" if is_one else words.book.label(row.metric),
        before=held_words(row.before, row.metric, words),
        before_of=origin_words(row.before),
        after=held_words(row.after, row.metric, words),
        after_of=origin_words(row.after),
    )


def _deeds(scope: Scope, proposal: ThresholdProposal, *, is_open: bool) -> dict[str, Any]:
    """What this reader may do: decide on what others ask for, take back what is one's own."""
    is_own = scope.person_id == proposal.proposed_by_id

    def deed(label: str, icon: str, **more: Any) -> Deed:
        return Deed(label, reverse(f"proposals:{label.lower()}", args=[proposal.public_id]), icon, **more)

    may_decide = is_open and not is_own and scope.may(APPROVE, proposal.unit)
    hash_ = (("hash", proposal.hash),)
    may_withdraw = proposal.state == State.WAITING and is_own and scope.may(SET, proposal.unit)
    return {
        "approve": deed("Approve", "check", is_primary=True, fields=hash_) if may_decide else None,
        "refuse": deed("Refuse", "x") if may_decide else None,
        "withdraw": deed("Withdraw", "rotate-ccw") if may_withdraw else None,
    }
