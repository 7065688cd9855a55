"""Verbs on rights: granting and ending roles, making and revoking API tokens."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from audit.actions import record
from people.models import Person
from units.models import ApiToken, Grant, Unit
from units.roles import ABILITIES, LABELS, SEPARATED
from units.scope import Scope
from units.tokens import KEY_PREFIX, NEVER_BY_TOKEN, PREFIX_LENGTH, digest

LONGEST = timedelta(days=90)


class GrantRefused(ValueError):
    """A role cannot be given or ended like this; the sentence says why."""


class TokenRefused(ValueError):
    """A token cannot be made like this; the sentence says why."""


@dataclass(frozen=True)
class Made:
    """A token and its key, which is shown once and stored nowhere."""

    token: ApiToken
    key: str


@transaction.atomic
def grant_role(
    *,
    actor: str,
    person: Person,
    role: str,
    at: datetime,
    unit: Unit | None = None,
    until: datetime | None = None,
    reason: str = "",
) -> Grant:
    """Give a person a role on a unit and all below it (no unit: the whole company), from now on.

    Writes the grant and the record; the person's next request has it. Raises GrantRefused for an
    unknown role, a role held already, an end in the past, and a pair of roles that may not meet.
    """
    if role not in ABILITIES:
        raise GrantRefused(f"There is no role {role}; there are {', '.join(ABILITIES)}.")
    if until is not None and until <= at:
        raise GrantRefused("A role ends after it began.")
    Person.objects.select_for_update().get(pk=person.pk)  # two grants to one person come one after the other
    held = Grant.objects.filter(Q(ends__isnull=True) | Q(ends__gt=at), person=person)
    _require_separate(person, role, set(held.values_list("role", flat=True)))
    if held.filter(role=role, unit=unit).exists():
        raise GrantRefused(f"{person.name} is {LABELS[role].lower()} of {_place(unit)} already.")
    grant = Grant.objects.create(person=person, role=role, unit=unit, starts=at, ends=until, granted_by=actor)
    record(
        actor=actor,
        verb="units.grant.given",
        target=("person", person.pk),
        unit=unit.pk if unit else None,
        at=at,
        after={"grant": grant.pk, "role": role, "until": until.isoformat() if until else None},
        reason=reason,
    )
    return grant


@transaction.atomic
def end_role(*, actor: str, grant: Grant, at: datetime, reason: str = "") -> Grant:
    """End a grant now: the person's next request no longer has it, and her tokens neither.

    Writes the end and the record; the row stays. Raises GrantRefused for a grant that ended before.
    """
    grant = Grant.objects.select_for_update().get(pk=grant.pk)
    if grant.ends is not None and grant.ends <= at:
        raise GrantRefused("This role ended before.")
    grant.ends = max(at, grant.starts)
    grant.save(update_fields=["ends"])
    record(
        actor=actor,
        verb="units.grant.ended",
        target=("person", grant.person_id),
        unit=grant.unit_id,
        at=at,
        before={"grant": grant.pk, "role": grant.role},
        reason=reason,
    )
    return grant


@transaction.atomic
def make_token(
    *,
    actor: str,
    person: Person,
    name: str,
    abilities: Collection[str],
    at: datetime,
    units: Iterable[Unit] = (),
    expires: datetime | None = None,
) -> Made:
    """Make a key for a program that acts for a person, never wider than the person.

    `units` are subtrees (none: all the person's units); without `expires` it lives for 90 days, the
    longest there is. Writes the token (a keyed digest, never the key) and the record. Raises
    TokenRefused for another person's token, an ability the person lacks or a token never carries, a
    unit out of reach, and a life that is too long.
    """
    expires = expires or at + LONGEST
    if actor.startswith("person:") and actor != f"person:{person.pk}":
        raise TokenRefused("A token acts for a person, so only she can make it.")
    if not at < expires <= at + LONGEST:
        raise TokenRefused(f"A token lives for at most {LONGEST.days} days.")
    chosen = list(units)
    _require_reach(Scope.of(person, at=at), set(abilities), chosen)
    made = _key_for(person, name, abilities, at=at, expires=expires)
    made.token.units.add(*chosen)
    record(
        actor=actor,
        verb="units.token.made",
        target=("token", made.token.pk),
        at=at,
        after={
            "person": person.pk,
            "abilities": made.token.abilities,
            "units": [unit.pk for unit in chosen],
            "expires": expires.isoformat(),
        },
    )
    return made


@transaction.atomic
def revoke_token(*, actor: str, token: ApiToken, at: datetime, reason: str = "") -> None:
    """Make a key worthless from the next request on. Writes the time and, the first time, the record."""
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.revoked is None:
        token.revoked = at
        token.save(update_fields=["revoked"])
        record(actor=actor, verb="units.token.revoked", target=("token", token.pk), at=at, reason=reason)


def _key_for(person: Person, name: str, abilities: Collection[str], *, at: datetime, expires: datetime) -> Made:
    """A new key and its row, which knows the beginning and a keyed digest of it, never the key."""
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        person=person,
        name=name.strip() or "without a name",
        prefix=key[:PREFIX_LENGTH],
        digest=digest(key),
        abilities=sorted(set(abilities)),
        created=at,
        expires=expires,
    )
    return Made(token, key)


def _require_separate(person: Person, role: str, held: set[str]) -> None:
    """Roles that would let one person do and approve, or do and audit, do not meet."""
    for pair in SEPARATED:
        if role in pair:
            (other,) = set(pair) - {role}
            if other in held:
                raise GrantRefused(
                    f"{person.name} is {LABELS[other].lower()}: that and {LABELS[role].lower()} may not meet in "
                    "one person."
                )


def _require_reach(scope: Scope, abilities: set[str], units: list[Unit]) -> None:
    """What the token asks for is part of what the person has."""
    if not abilities:
        raise TokenRefused("A token needs at least one ability.")
    for ability in sorted(abilities):
        if ability in NEVER_BY_TOKEN:
            raise TokenRefused(f"A token never carries {ability}: that is for people.")
        if not scope.may(ability):
            raise TokenRefused(f"The person does not have the ability {ability}.")
    for unit in units:
        if not any(scope.may(ability, unit) for ability in abilities):
            raise TokenRefused(f"There is no unit {unit.code} in the person's reach.")


def _place(unit: Unit | None) -> str:
    return unit.code if unit else "the whole company"
