"""Naming who stands in, and ending it: one's own deputy, or anybody's by who grants roles."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from alerts.models import Deputy
from audit.actions import record
from people.models import Person
from units.scope import AbilityMissing, Scope

FOR_OTHERS = "grants.manage"


class DeputyRefused(ValueError):
    """Somebody cannot stand in like this; the sentence says why."""


@transaction.atomic
def name_deputy(
    *,
    actor: Scope,
    person: Person,
    deputy: Person,
    starts: date,
    at: datetime,
    ends: date | None = None,
    instead: bool = False,
    reason: str = "",
) -> Deputy:
    """Have somebody stand in for a person on these days: asked after her, or told in her place while she is away.

    Whom a deputy is told of is asked when it is told: a right that is missing then is not lent by this. Writes the
    deputy and the record. Raises AbilityMissing and DeputyRefused.
    """
    _require_own(actor, person)
    if why := _why_not(person, deputy, first=starts, last=ends, instead=instead, today=localdate(at)):
        raise DeputyRefused(why)
    made = Deputy.objects.create(
        public_id=secrets.token_urlsafe(12),
        person=person,
        deputy=deputy,
        starts=starts,
        ends=ends,
        instead=instead,
        actor=actor.actor,
    )
    record(
        actor=actor.actor,
        verb="alerts.deputy.named",
        target=("person", person.pk),
        at=at,
        after={
            "deputy": deputy.pk,
            "starts": starts.isoformat(),
            "ends": ends.isoformat() if ends else None,
            "instead": instead,
        },
        reason=reason.strip(),
    )
    return made


def _why_not(person: Person, deputy: Person, *, first: date, last: date | None, instead: bool, today: date) -> str:
    """Why somebody cannot stand in for somebody on these days; empty where she can."""
    if person.pk == deputy.pk:
        return "Nobody stands in for himself."
    if not deputy.is_active:
        return f"{deputy.name} has left."
    if last is not None and last < max(first, today):
        return "The last day lies before the first, or before today."
    return "Whoever is away comes back: say the last day." if instead and last is None else ""


@transaction.atomic
def end_deputy(*, actor: Scope, deputy: Deputy, at: datetime, reason: str = "") -> None:
    """Have nobody stand in any more from now on: the row ends yesterday, or goes if it had not begun. Recorded."""
    _require_own(actor, deputy.person)
    standing = Deputy.objects.select_for_update().filter(pk=deputy.pk).first()
    today = localdate(at)
    if standing is None or (standing.ends is not None and standing.ends < today):
        raise DeputyRefused("This is over already.")
    said = {"deputy": standing.deputy_id, "starts": standing.starts.isoformat(), "instead": standing.instead}
    if standing.starts >= today:
        standing.delete()
    else:
        standing.ends = date.fromordinal(today.toordinal() - 1)
        standing.save(update_fields=["ends"])
    record(
        actor=actor.actor,
        verb="alerts.deputy.ended",
        target=("person", deputy.person_id),
        at=at,
        before=said,
        reason=reason.strip(),
    )


def _require_own(actor: Scope, person: Person) -> None:
    if actor.person_id != person.pk and not actor.may(FOR_OTHERS):
        raise AbilityMissing(f"This needs the ability {FOR_OTHERS}.", ability=FOR_OTHERS)
