"""Words on variances: written, submitted, accepted, opened again, taken over from the period before, and replied to.
And problems reported with a figure, in a thread of its own.

Every step is a row of the commentary's history and a record in the same transaction, by compare-and-set on its number.
What it is bound to is read here, within the actor's scope: nobody says himself what he explained.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import Http404

from alerts.telling.owners import people_who_may, span_of
from alerts.working.mentions import Unknown, mentioned
from audit.actions import record
from ledger.company import group_currency
from ledger.periods import Calendar
from ledger.querysets import company_calendars
from reports.commentary import rights
from reports.commentary.lines import LineUnknown, Value, has_moved, is_stale, may_be_explained, value_of
from reports.commentary.problems import Seen, taking_part, whom
from reports.commentary.words import (
    LONGEST,
    OVERTAKEN,
    CommentaryRefused,
    NotAsItStands,
    Words,
    named,
    terms_of,
    vet,
    words_of,
    written_for,
)
from reports.models import Commentary, CommentaryEvent, CommentaryMention
from reports.selection import NothingYet, NotKnownThen, Selection, select
from units.models import Unit
from units.scope import Scope

DRAFT, SUBMITTED, ACCEPTED, THREAD = Commentary.State.values
MOVED_SINCE = "The value has moved since you looked: it was {then} and is {now}. Read it again before you report it."
MOVED = "The value has moved since. {bound} Read the words again and save them for what stands now."


def write(
    *,
    actor: Scope,
    selection: Selection,
    line: str,
    words: Words,
    at: datetime,
    seen: int | None = None,
    shown: int | None = None,
) -> Commentary:
    """Say what a variance comes from, as a draft bound to the value as it stands now; writing again replaces a draft.

    Raises CommentaryRefused where words or line are wanting, NotAsItStands where others were faster than `seen` (0:
    nothing stood there), the words are submitted or the variance is not the one any more that was `shown` to whoever
    wrote. Saying the same of the same value changes nothing.
    """
    actor.require(rights.WRITE, selection.unit)
    vet(words, ordinal=selection.period.ordinal)
    value = _value(actor, selection, line)
    if shown is not None and has_moved(shown, value):
        raise NotAsItStands(MOVED.format(bound=written_for(shown, value.variance, group_currency())))
    bound = _bound(selection, value)
    said = {"text": words.text, "cause": words.cause, "nature": words.nature, "reverses": words.reverses}
    standing = _standing(selection, line)
    if standing is None:
        if seen:
            raise NotAsItStands(OVERTAKEN)
        first = {**said, **bound, "author": actor.actor, "written": at}
        return _begun(actor, selection, line, first, at, verb="reports.commentary.written")
    if standing.state != DRAFT:
        raise NotAsItStands(f"These words are {standing.state}. Open them again before you change them.")
    if standing.rolled_from_id is None and words_of(standing) == words and not _differs(standing, bound):
        return standing
    changes = {**said, **bound, "author": actor.actor, "written": at, "rolled_from": None}
    return _step(actor, standing, changes, at, kind="written", verb="reports.commentary.written", seen=seen)


def roll_forward(*, actor: Scope, selection: Selection, line: str, at: datetime) -> Commentary:
    """Take the words of the period before over as a draft of this one: marked as theirs, until somebody saves them.

    They are bound to this period's value; a reversal that is not ahead any more is left out. Raises CommentaryRefused
    where there are none, NotAsItStands where words stand already.
    """
    actor.require(rights.WRITE, selection.unit)
    bound = _bound(selection, _value(actor, selection, line))
    if _standing(selection, line) is not None:
        raise NotAsItStands("There are words on this line already.")
    before = Commentary.objects.within(actor).right_before(selection).filter(line=line).first()
    if before is None:
        raise CommentaryRefused("There are no words of the period before to take over.")
    ahead = before.reverses if (before.reverses or 0) > selection.period.ordinal else None
    taken = {"text": before.text, "cause": before.cause, "nature": before.nature, "reverses": ahead}
    taken |= {**bound, "rolled_from": before, "author": actor.actor, "written": at}
    return _begun(actor, selection, line, taken, at, verb="reports.commentary.rolled_forward")


def submit(*, actor: Scope, commentary: Commentary, at: datetime, seen: int | None = None) -> Commentary:
    """Hand a draft to whoever accepts it. Words taken over are saved as one's own first; stale ones are read again."""
    actor.require(rights.WRITE, commentary.unit)
    now, calendar = _now(actor, commentary)

    def check(standing: Commentary) -> None:
        _require_state(standing, DRAFT, "Only a draft is submitted; these words are {state}.")
        if standing.rolled_from_id is not None:
            before = named(calendar, standing.period.ordinal - 1)
            raise CommentaryRefused(f"These are still the words of {before}. Read them and save them for this period.")
        vet(words_of(standing), ordinal=standing.period.ordinal)
        _require_fresh(standing, now)

    changes = {"state": SUBMITTED, "submitted_by": actor.actor, "submitted": at}
    verb = "reports.commentary.submitted"
    return _step(actor, commentary, changes, at, kind="submitted", verb=verb, seen=seen, check=check)


def accept(*, actor: Scope, commentary: Commentary, at: datetime, seen: int | None = None) -> Commentary:
    """Agree to submitted words; from then on everybody who reads commentary of the unit reads them.

    Nobody accepts what he wrote or submitted himself, nor words whose value has moved.
    """
    rights.require_accept(actor, commentary.unit)
    now, _ = _now(actor, commentary)

    def check(standing: Commentary) -> None:
        _require_state(standing, SUBMITTED, "Only submitted words are accepted; these are {state}.")
        if actor.actor in (standing.author, standing.submitted_by):
            raise CommentaryRefused("Nobody accepts his own words. Somebody else has to.")
        _require_fresh(standing, now)

    changes = {"state": ACCEPTED, "accepted_by": actor.actor, "accepted": at}
    return _step(
        actor, commentary, changes, at, kind="accepted", verb="reports.commentary.accepted", seen=seen, check=check
    )


def reopen(*, actor: Scope, commentary: Commentary, reason: str, at: datetime, seen: int | None = None) -> Commentary:
    """Make submitted or accepted words a draft again, with the reason: sent back, or taken back by who writes."""
    rights.require_reopen(actor, commentary.unit)
    _require_text(reason, "Say why these words are opened again.")

    def check(standing: Commentary) -> None:
        if standing.state == DRAFT:
            raise NotAsItStands("These words are a draft already.")
        if standing.is_thread:
            raise NotAsItStands("A thread is no words that could be opened again.")

    nobody = {"submitted_by": "", "submitted": None, "accepted_by": "", "accepted": None}
    changes = {"state": DRAFT, **nobody}
    verb = "reports.commentary.reopened"
    return _step(
        actor, commentary, changes, at, kind="reopened", verb=verb, seen=seen, check=check, text=reason, reason=reason
    )


def reply(*, actor: Scope, commentary: Commentary, text: str, at: datetime) -> CommentaryEvent:
    """Add to the thread; who is named with an @ is asked, and only people who take part on the unit can be."""
    actor.require(rights.WORK, commentary.unit)
    _require_text(text, "A reply needs words.")
    asked = _named_in(text, commentary.unit, at)
    with transaction.atomic():
        event = _said(actor, commentary, at, kind="replied", text=text, asked=asked)
        _record(actor, commentary, at, verb="reports.commentary.replied", after={"asked": asked})
    return event


def report_problem(*, actor: Scope, seen: Seen, text: str, at: datetime, shown: str = "") -> CommentaryEvent:
    """Say that a figure is wrong, in the thread of that figure, which begins with the first problem.

    Who brought the rows behind it is asked, with who is named with an @. Raises NotAsItStands where the value is
    another one by now than the one that was `shown` (empty: it does not matter), CommentaryRefused where words are
    wanting.
    """
    selection = seen.selection
    unit = selection.unit
    actor.require(rights.WORK, unit)
    _require_text(text, "Say what is wrong.")
    if shown and shown != seen.shown:
        raise NotAsItStands(MOVED_SINCE.format(then=shown, now=seen.shown or "not shown"))
    told = [each.pk for each in whom(taking_part(unit, at=at), seen.importers, reporter=actor.actor)]
    asked = list(dict.fromkeys([*told, *_named_in(text, unit, at)]))
    with transaction.atomic():
        thread, _ = Commentary.unscoped.get_or_create(
            unit=unit,
            line=seen.figure,
            period=selection.period,
            basis=selection.basis,
            baseline="",
            defaults={
                "public_id": secrets.token_urlsafe(12),
                "state": THREAD,
                "mark": selection.mark,
                "author": actor.actor,
                "written": at,
            },
        )
        event = _said(actor, thread, at, kind="reported", text=text, asked=asked, terms=seen.terms())
        place = {"figure": seen.figure, "period": selection.period.code, "basis": selection.basis}
        after = {**place, "version": seen.version, "value": seen.shown, "asked": asked}
        _record(actor, thread, at, verb="reports.commentary.reported", after=after)
    return event


def _named_in(text: str, unit: Unit, at: datetime) -> list[int]:
    """The people whom a text names with an @; only those who take part on the unit can be. Raises CommentaryRefused."""
    able = people_who_may(rights.WORK, at=at, spans=[span_of(unit)])
    readers = {person.name: person.pk for person in able}
    try:
        return [readers[name] for name in mentioned(text, readers, what="commentary")]
    except Unknown as unknown:
        raise CommentaryRefused(str(unknown)) from unknown


def _said(
    actor: Scope,
    thread: Commentary,
    at: datetime,
    *,
    kind: str,
    text: str,
    asked: Iterable[int],
    terms: dict[str, Any] | None = None,
) -> CommentaryEvent:
    """What was added to a thread, with who is asked."""
    event = CommentaryEvent.unscoped.create(
        commentary=thread, at=at, actor=actor.actor, kind=kind, text=text, terms=terms or {}, number=thread.number
    )
    CommentaryMention.unscoped.bulk_create(CommentaryMention(event=event, person_id=person) for person in asked)
    return event


def _standing(selection: Selection, line: str) -> Commentary | None:
    anchor = {"basis": selection.basis, "baseline": selection.baseline, "line": line}
    found = Commentary.unscoped.select_related("unit", "period")
    return found.filter(unit=selection.unit, period=selection.period, **anchor).first()


def _value(actor: Scope, selection: Selection, line: str) -> Value:
    if not may_be_explained(selection):
        raise CommentaryRefused("Words stand on figures as reported and as known now.")
    try:
        return value_of(actor, selection, line)
    except LineUnknown as unknown:
        raise CommentaryRefused(str(unknown)) from unknown


def _now(actor: Scope, commentary: Commentary) -> tuple[Value | None, Calendar]:
    """What stands today where the words are bound; None where no figure does."""
    place = {"period": commentary.period.code, "basis": commentary.basis, "against": commentary.baseline}
    try:
        selection = select(place, scope=actor, unit=commentary.unit, basis=commentary.basis)
        return value_of(actor, selection, commentary.line), selection.calendars.calendar
    except (Http404, NothingYet, NotKnownThen, LineUnknown):
        return None, company_calendars().calendar


def _bound(selection: Selection, value: Value) -> dict[str, int]:
    return {"actual": value.actual, "compared": value.compared, "mark": selection.mark}


def _differs(standing: Commentary, bound: dict[str, int]) -> bool:
    return (standing.actual, standing.compared) != (bound["actual"], bound["compared"])


def _require_state(standing: Commentary, state: str, sentence: str) -> None:
    if standing.state != state:
        raise NotAsItStands(sentence.format(state=standing.state))


def _require_fresh(standing: Commentary, now: Value | None) -> None:
    if is_stale(standing, now):
        told = written_for(standing.variance, now.variance if now else None, group_currency())
        raise NotAsItStands(MOVED.format(bound=told))


def _require_text(text: str, sentence: str) -> None:
    if not text.strip():
        raise CommentaryRefused(sentence)
    if len(text) > LONGEST:
        raise CommentaryRefused(f"At most {LONGEST:,} characters.")


def _begun(
    actor: Scope, selection: Selection, line: str, first: dict[str, Any], at: datetime, *, verb: str
) -> Commentary:
    """The first words of a line, unless somebody else's have come in between."""
    try:
        with transaction.atomic():
            begun = Commentary.unscoped.create(
                public_id=secrets.token_urlsafe(12),
                unit=selection.unit,
                line=line,
                period=selection.period,
                basis=selection.basis,
                baseline=selection.baseline,
                **first,
            )
            _note(actor, begun, at, kind=verb.rpartition(".")[2], verb=verb)
    except IntegrityError as taken:
        raise NotAsItStands(OVERTAKEN) from taken
    return begun


def _step(
    actor: Scope,
    commentary: Commentary,
    changes: dict[str, Any],
    at: datetime,
    *,
    kind: str,
    verb: str,
    seen: int | None,
    check: Callable[[Commentary], None] = lambda _: None,
    text: str = "",
    reason: str = "",
) -> Commentary:
    """Carry out a step on the commentary as it stands; whoever came first wins and the other one looks again."""
    with transaction.atomic():
        standing = Commentary.unscoped.select_related("unit", "period").get(pk=commentary.pk)
        if seen is not None and seen != standing.number:
            raise NotAsItStands(OVERTAKEN)
        check(standing)
        before = standing.state
        same = Commentary.unscoped.filter(pk=standing.pk, number=standing.number)
        if not same.update(**changes, number=F("number") + 1):
            raise NotAsItStands(OVERTAKEN)
        standing.refresh_from_db()
        _note(actor, standing, at, kind=kind, verb=verb, before=before, text=text, reason=reason)
    return standing


def _note(
    actor: Scope,
    standing: Commentary,
    at: datetime,
    *,
    kind: str,
    verb: str,
    before: str = "",
    text: str = "",
    reason: str = "",
) -> None:
    """The row of its history, with the words as they stand, and the record."""
    CommentaryEvent.unscoped.create(
        commentary=standing,
        at=at,
        actor=actor.actor,
        kind=kind,
        text=text or standing.text,
        terms=terms_of(standing),
        number=standing.number,
    )
    place = {"line": standing.line, "period": standing.period.code, "basis": standing.basis}
    after = {**place, "baseline": standing.baseline, "state": standing.state, "variance": standing.variance}
    _record(actor, standing, at, verb=verb, before=before or None, after=after, reason=reason)


def _record(
    actor: Scope, standing: Commentary, at: datetime, *, verb: str, before: Any = None, after: Any, reason: str = ""
) -> None:
    target = ("reports.commentary", standing.public_id)
    record(
        actor=actor.actor,
        verb=verb,
        target=target,
        unit=standing.unit_id,
        at=at,
        before=before,
        after=after,
        reason=reason,
    )
