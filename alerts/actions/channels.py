"""Ways to tell many: adding, changing and retiring channels, and making new secrets. Each leaves a record.

Address and secret go in and never come out again: the secret is shown by the verb that makes it, once.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from alerts.models import Channel
from alerts.telling.outbox import RANKS
from alerts.telling.posting import AddressRefused, target_of
from alerts.telling.strongbox import lock
from audit.actions import record
from units.models import Unit
from units.scope import Scope

ABILITY = "telling.manage"
PREFIX = "plbhook_"
BOTH_SIGN_FOR = timedelta(days=7)


class ChannelRefused(ValueError):
    """A channel cannot be like this; the sentence says why."""


@dataclass(frozen=True)
class Opened:
    """A channel and the secret that signs for it, which is shown once."""

    channel: Channel
    secret: str


@transaction.atomic
def add_channel(
    *, actor: Scope, name: str, kind: str, unit: Unit, address: str, at: datetime, least: str = "warning"
) -> Opened:
    """Tell news of a unit and all below it at an address, from a severity on, in the name of who adds it.

    Writes the channel and the record. Raises AbilityMissing, and ChannelRefused for a program's scope, a name in use,
    and an address that nothing is posted to.
    """
    actor.require(ABILITY, unit)
    reader = _person(actor)
    secret = PREFIX + secrets.token_urlsafe(32)
    channel = Channel(
        public_id=secrets.token_urlsafe(12),
        **_terms(name=name, kind=kind, least=least, unit=unit),
        **_address(address),
        secret=lock(secret),
        reader_id=reader,
        added=at,
    )
    _save(channel)
    _note(actor, channel, "alerts.channel.added", at=at, after=_shown(channel))
    return Opened(channel, secret)


@transaction.atomic
def change_channel(
    *, actor: Scope, channel: Channel, at: datetime, name: str, least: str, address: str = "", reason: str = ""
) -> Channel:
    """Call a channel otherwise, tell it from another severity on, or give it another address (empty: as it was).

    From now on it reads in the name of who changed it. Writes the channel and the record. Raises like adding.
    """
    now = _standing(actor, channel)
    before = _shown(now)
    for field, value in _terms(name=name, kind=now.kind, least=least, unit=now.unit).items():
        setattr(now, field, value)
    if address:
        for field, value in _address(address).items():
            setattr(now, field, value)
    now.reader_id = _person(actor)
    _save(now)
    after = _shown(now) | {"address": "changed" if address else "kept"}
    _note(actor, now, "alerts.channel.changed", at=at, before=before, after=after, reason=reason)
    return now


@transaction.atomic
def rotate_secret(*, actor: Scope, channel: Channel, at: datetime, reason: str = "") -> Opened:
    """Make a new secret; for seven days the former one signs beside it. Writes both and the record."""
    now = _standing(actor, channel)
    secret = PREFIX + secrets.token_urlsafe(32)
    now.former_secret, now.former_until = now.secret, at + BOTH_SIGN_FOR
    now.secret = lock(secret)
    now.save(update_fields=["secret", "former_secret", "former_until"])
    until = {"former_until": now.former_until.isoformat()}
    _note(actor, now, "alerts.channel.rotated", at=at, after=until, reason=reason)
    return Opened(now, secret)


@transaction.atomic
def retire_channel(*, actor: Scope, channel: Channel, at: datetime, reason: str) -> Channel:
    """Tell nothing there any more, and forget address and secrets. Writes its end and the record."""
    if not reason.strip():
        raise ChannelRefused("A channel is retired for a reason: say which, it goes into the record.")
    now = _standing(actor, channel)
    now.retired = at
    now.address = now.secret = now.former_secret = ""
    now.former_until = None
    now.save()
    _note(actor, now, "alerts.channel.retired", at=at, before=_shown(now), reason=reason.strip())
    return now


def _person(actor: Scope) -> int:
    if actor.person_id is None:
        raise ChannelRefused("A channel reads in the name of a person.")
    return actor.person_id


def _standing(actor: Scope, channel: Channel) -> Channel:
    actor.require(ABILITY, channel.unit)
    now = Channel.unscoped.select_related("unit").select_for_update(of=("self",)).get(pk=channel.pk)
    if now.retired is not None:
        raise ChannelRefused(f"{now.name} is retired.")
    return now


def _save(channel: Channel) -> None:
    try:
        with transaction.atomic():
            channel.save()
    except IntegrityError as error:
        raise ChannelRefused(f"There is a channel {channel.name} of {channel.unit.name} already.") from error


def _terms(*, name: str, kind: str, least: str, unit: Unit) -> dict[str, Any]:
    name = " ".join(name.split())
    if not name or len(name) > 80:
        raise ChannelRefused("A channel has a name of at most 80 characters.")
    if kind not in Channel.Kind.values:
        raise ChannelRefused(f"A channel is one of {', '.join(Channel.Kind.values)}.")
    if least not in RANKS:
        raise ChannelRefused(f"The least severity is one of {', '.join(RANKS)}.")
    return {"name": name, "kind": kind, "least": least, "unit": unit}


def _address(address: str) -> dict[str, Any]:
    """The address, locked, and the host that is shown of it."""
    try:
        target = target_of(address)
    except AddressRefused as refused:
        raise ChannelRefused(str(refused)) from refused
    return {"address": lock(address.strip()), "host": target.host}


def _shown(channel: Channel) -> dict[str, Any]:
    """A channel for the record: no address, no secret."""
    return {"kind": channel.kind, "unit": channel.unit_id, "least": channel.least, "host": channel.host}


def _note(actor: Scope, channel: Channel, verb: str, *, at: datetime, reason: str = "", **states: Any) -> None:
    record(
        actor=actor.actor,
        verb=verb,
        target=("alerts.channel", channel.public_id),
        unit=channel.unit_id,
        at=at,
        reason=reason,
        **states,
    )
