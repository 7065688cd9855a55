"""Verbs on people: adding, changing and deactivating them, and setting passwords.

The record holds ids and the names of what changed, never a person's name, address or password.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q

from audit.actions import record
from jobs.actions import enqueue
from people.factors import APP, second_factor
from people.models import Person, QuietWindow
from people.passwords import one_time_password
from people.zones import time_zones

MOST_QUIET_WINDOWS = 20
NOTICE = "people.notice"


class PersonRefused(ValueError):
    """Somebody cannot be added or changed like this; the sentence says why."""


class PasswordRefused(ValueError):
    """The password is too easy to guess; the sentences say why."""


@dataclass(frozen=True)
class Added:
    """A person and the password that is shown once."""

    person: Person
    password: str


@transaction.atomic
def add_person(
    *, actor: str, name: str, at: datetime, email: str = "", password: str | None = None, must_change: bool = True
) -> Added:
    """Add a person who may sign in and, without a grant, sees nothing.

    Without a password one is made, and must be changed at the first sign-in. Writes the person and the
    record. Raises PersonRefused and, for a given password, PasswordRefused.
    """
    name, email = _checked(name, email)
    person = Person(name=name, email=email, joined=at, must_change_password=must_change)
    if password is not None:
        _require_strong(password, person)
    secret = password if password is not None else one_time_password()
    person.set_password(secret)
    person.save()
    record(actor=actor, verb="people.person.added", target=("person", person.pk), at=at)
    return Added(person, secret)


@transaction.atomic
def change_person(
    *,
    actor: str,
    person: Person,
    at: datetime,
    name: str | None = None,
    email: str | None = None,
    is_active: bool | None = None,
) -> Person:
    """Change a name or an address, or let somebody back in; None leaves as it is.

    Writes the person and, where anything changed, the record with the names of the changed fields.
    Raises PersonRefused.
    """
    wanted = {
        "name": person.name if name is None else name,
        "email": person.email if email is None else email,
        "is_active": person.is_active if is_active is None else is_active,
    }
    wanted["name"], wanted["email"] = _checked(str(wanted["name"]), str(wanted["email"]), but=person)
    changed = sorted(field for field, value in wanted.items() if getattr(person, field) != value)
    if changed:
        for field in changed:
            setattr(person, field, wanted[field])
        person.save(update_fields=changed)
        record(
            actor=actor, verb="people.person.changed", target=("person", person.pk), at=at, after={"changed": changed}
        )
    return person


@transaction.atomic
def deactivate_person(*, actor: str, person: Person, at: datetime, reason: str = "") -> None:
    """Close the door for somebody: sessions and tokens are dead with the next request.

    Writes the person and the record; grants stay as they are. Raises PersonRefused for somebody who
    would lock himself out, and for somebody already deactivated.
    """
    if actor == f"person:{person.pk}":
        raise PersonRefused("Nobody deactivates himself: ask another access administrator.")
    if not person.is_active:
        raise PersonRefused(f"{person.name} is deactivated already.")
    person.is_active = False
    person.save(update_fields=["is_active"])
    record(actor=actor, verb="people.person.deactivated", target=("person", person.pk), at=at, reason=reason)


@transaction.atomic
def set_password(
    *, actor: str, person: Person, at: datetime, password: str | None = None, must_change: bool = False
) -> str:
    """Give somebody a new password (without one, a random one), which ends his other sessions.

    A password that another person set must be changed at the next sign-in: `must_change`. Writes the
    person and the record; returns the password. Raises PasswordRefused.
    """
    if password is not None:
        _require_strong(password, person)
    secret = password if password is not None else one_time_password()
    person.set_password(secret)
    person.must_change_password = must_change
    person.save(update_fields=["password", "must_change_password"])
    record(
        actor=actor,
        verb="people.password.set",
        target=("person", person.pk),
        at=at,
        after={"must_change": must_change},
    )
    return secret


@transaction.atomic
def note_second_factor(*, actor: str, person: Person, before: Mapping[str, int], at: datetime) -> None:
    """Record what somebody just changed of the own second factor; `before` is what was enrolled until then.

    Call it in the transaction of the change. Where nothing changed, nothing is recorded; a removal is told by mail.
    """
    after = second_factor(person.pk)
    if after == before:
        return
    verb = "people.factor.enrolled" if APP in after.keys() - before.keys() else "people.codes.made"
    if APP in before and APP not in after:
        _tell_of_removal(actor, person, at)
    record(
        actor=actor,
        verb=verb if APP in after else "people.factor.removed",
        target=("person", person.pk),
        at=at,
        before={"factors": sorted(before)},
        after={"factors": sorted(after)},
    )


@transaction.atomic
def remove_second_factor(*, actor: str, person: Person, at: datetime, reason: str) -> None:
    """Take off somebody's second factor with its recovery codes: the next sign-in asks for the password only.

    For somebody who lost it. Writes its end and the record, and has the person told by mail. Raises PersonRefused
    without a reason, for the own (which is removed on the own account page, with the password) and where nothing is
    enrolled.
    """
    if actor == f"person:{person.pk}":
        raise PersonRefused("Your own second factor is removed on your account page, not here.")
    if not reason.strip():
        raise PersonRefused("A second factor is removed for a reason: say which, it goes into the record.")
    before = second_factor(person.pk)
    if not before:
        raise PersonRefused(f"{person.name} has no second factor.")
    Authenticator.objects.filter(user_id=person.pk).delete()
    _tell_of_removal(actor, person, at)
    record(
        actor=actor,
        verb="people.factor.removed",
        target=("person", person.pk),
        at=at,
        before={"factors": sorted(before)},
        after={"factors": []},
        reason=reason.strip(),
    )


@transaction.atomic
def choose_theme(*, actor: str, person: Person, theme: str, at: datetime) -> None:
    """Show the pages to this person light, dark or as her device is set; writes the person and the record."""
    if theme not in dict(Person._meta.get_field("theme").choices or ()):
        raise PersonRefused("There are light, dark and system.")
    before, person.theme = person.theme, theme
    if before != theme:
        person.save(update_fields=["theme"])
        record(
            actor=actor,
            verb="people.theme.chosen",
            target=("person", person.pk),
            at=at,
            before={"theme": before},
            after={"theme": theme},
        )


@transaction.atomic
def choose_morning(*, actor: str, person: Person, hour: int, time_zone: str, at: datetime) -> None:
    """Have news of the night read at an hour of a time zone (empty: the company's); writes the person and the record.

    Raises PersonRefused for an hour or a zone that there is not.
    """
    if not 0 <= hour < 24:
        raise PersonRefused("An hour is a whole number from 0 to 23.")
    if time_zone and time_zone not in time_zones():
        raise PersonRefused(f"There is no time zone {time_zone}. One is called Europe/Berlin, for example.")
    before = {"morning": person.morning, "time_zone": person.time_zone}
    after = {"morning": hour, "time_zone": time_zone}
    if before != after:
        person.morning, person.time_zone = hour, time_zone
        person.save(update_fields=["morning", "time_zone"])
        record(
            actor=actor,
            verb="people.morning.chosen",
            target=("person", person.pk),
            at=at,
            before=before,
            after=after,
        )


@transaction.atomic
def keep_quiet(*, actor: str, person: Person, days: str, begins: time, ends: time, at: datetime) -> QuietWindow:
    """Not ring a person in a stretch of every week; writes the window and the record.

    `days` are digits, Monday is 1. Raises PersonRefused for days that are none, and for too many windows.
    """
    chosen = "".join(sorted(set(days)))
    if not chosen or set(chosen) - set("1234567"):
        raise PersonRefused("Choose at least one day of the week.")
    if person.quiet_windows.count() >= MOST_QUIET_WINDOWS:
        raise PersonRefused(f"There are {MOST_QUIET_WINDOWS} quiet windows already; take one away first.")
    window = QuietWindow.objects.create(
        public_id=secrets.token_urlsafe(12), person=person, days=chosen, begins=begins, ends=ends
    )
    record(actor=actor, verb="people.quiet.added", target=("person", person.pk), at=at, after={"window": str(window)})
    return window


@transaction.atomic
def end_quiet(*, actor: str, window: QuietWindow, at: datetime) -> None:
    """Take a quiet window away; writes its end and the record."""
    said = str(window)
    QuietWindow.objects.filter(pk=window.pk).delete()
    record(actor=actor, verb="people.quiet.ended", target=("person", window.person_id), at=at, before={"window": said})


@transaction.atomic
def note_sign_in(*, actor: str, at: datetime) -> None:
    """Record that a person signed in."""
    record(actor=actor, verb="people.session.started", target=("person", actor.partition(":")[2]), at=at)


@transaction.atomic
def note_refusal(*, actor: str, login: str, at: datetime, reason: str) -> None:
    """Record a refused sign-in: of the person it was tried for, or of nobody where the name is unknown."""
    known = Person.objects.filter(Q(name__iexact=login) | Q(email__iexact=login)).first() if login else None
    target = ("person", known.pk) if known else ("person", "unknown")
    record(actor=actor, verb="people.session.refused", target=target, at=at, reason=reason)


def _tell_of_removal(actor: str, person: Person, at: datetime) -> None:
    """Whoever took it off, the person hears of it: it is what a thief of the password would do first."""
    by = "own" if actor == f"person:{person.pk}" else "other"
    enqueue(
        kind=NOTICE, key=f"{person.pk} {at.isoformat()}", at=at, actor=actor, payload={"person": person.pk, "by": by}
    )


def _require_strong(password: str, person: Person) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise PasswordRefused(" ".join(error.messages)) from error


def _checked(name: str, email: str, *, but: Person | None = None) -> tuple[str, str]:
    """A name and an address that nobody else signs in by."""
    name, email = " ".join(name.split()), email.strip()
    if not name:
        raise PersonRefused("A person needs a name.")
    if len(name) > 80:
        raise PersonRefused("A name has at most 80 characters.")
    if "@" in name:
        raise PersonRefused("A name has no “@”: it would read like somebody's e-mail address.")
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise PersonRefused(f"“{email}” is not an e-mail address.") from error
    others = Person.objects.exclude(pk=but.pk) if but else Person.objects.all()
    if others.filter(name__iexact=name).exists():
        raise PersonRefused(f"There is already a person named {name}.")
    if email and others.filter(email__iexact=email).exists():
        raise PersonRefused(f"There is already a person with the address {email}.")
    return name, email
