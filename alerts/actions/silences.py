"""Not telling for a while, and telling again. Judging goes on, alerts stay where everybody sees them."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate, localtime

from alerts.models import AlertNews, Silence
from alerts.telling.outbox import ask_for_sending
from audit.actions import record
from metrics.definitions import definitions
from units.models import Unit
from units.scope import Scope

ABILITY = "alerts.silence"
LONGEST = timedelta(days=92)


class SilenceRefused(ValueError):
    """Something cannot be silenced like this; the sentence says why."""


@transaction.atomic
def silence(*, actor: Scope, unit: Unit, until: datetime, reason: str, at: datetime, metric: str = "") -> Silence:
    """Tell nobody of alerts on a unit and all below it, of one metric or all, until an end; emergencies are told.

    What is held back is told after the end where it still stands. Writes the silence and the record. Raises
    AbilityMissing, and SilenceRefused for an end that has passed or is too far, a metric that there is not, and
    without a reason.
    """
    actor.require(ABILITY, unit)
    if not reason.strip():
        raise SilenceRefused("Say why nobody is to be told; it goes into the record.")
    if not at < until or localdate(until) > localdate(at) + LONGEST:
        raise SilenceRefused(f"A silence ends within {LONGEST.days} days, and not before now.")
    if metric and metric not in definitions() and not metric.startswith("account:"):
        raise SilenceRefused(f"There is no metric {metric}.")
    made = Silence.objects.create(
        public_id=secrets.token_urlsafe(12),
        unit=unit,
        metric=metric,
        starts=at,
        ends=until,
        reason=reason.strip(),
        actor=actor.actor,
    )
    record(
        actor=actor.actor,
        verb="alerts.silence.begun",
        target=("alerts.silence", made.public_id),
        unit=unit.pk,
        at=at,
        after={"metric": metric, "until": localtime(until).isoformat()},
        reason=made.reason,
    )
    return made


@transaction.atomic
def lift_silence(*, actor: Scope, silence: Silence, reason: str, at: datetime) -> Silence:
    """End a silence before its end; what it held back is looked at again at once. Writes the end and the record."""
    actor.require(ABILITY, silence.unit)
    standing = Silence.objects.select_for_update().filter(pk=silence.pk, lifted__isnull=True, ends__gt=at).first()
    if standing is None:
        raise SilenceRefused("This silence is over already.")
    standing.lifted = at
    standing.save(update_fields=["lifted"])
    part = silence.unit
    held = AlertNews.unscoped.filter(
        state=AlertNews.State.WAITING, unit__left__gte=part.left, unit__left__lte=part.right
    )
    held.filter(due__gt=at).update(due=at)
    record(
        actor=actor.actor,
        verb="alerts.silence.lifted",
        target=("alerts.silence", standing.public_id),
        unit=standing.unit_id,
        at=at,
        reason=reason.strip(),
    )
    ask_for_sending(at=at)
    return standing
