"""How a step on an alert is taken, whichever it is: by compare-and-set, with its event, its record and its news.

A step is planned on the alert as it stands and written only if it still stands so; otherwise it is planned anew.
Who acts on what has meanwhile become something else is told so and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from alerts.models import Alert, AlertEvent
from alerts.telling.outbox import tell
from alerts.working.steps import OVERTAKEN, WORK, NotAsItStands, Plan, Step, as_kept
from audit.actions import record
from units.scope import Scope


@dataclass(frozen=True)
class Taking:
    """Somebody who takes a step on an alert at a moment.

    `seen` is the number of the last step that the person knew of: what others have done to the alert since then
    overtakes a step that changes it. None asks nothing of the kind.
    """

    actor: Scope
    alert: Alert
    at: datetime
    seen: int | None = None

    def take(self, plan: Plan, *, verb: str, reason: str = "", ability: str = WORK) -> Alert:
        """Carry out a step on the alert as it stands now; whoever came first wins and the other one looks again."""
        self.actor.require(ability, self.alert.unit)
        while True:
            with transaction.atomic():
                now = Alert.unscoped.select_related("unit").get(pk=self.alert.pk)
                step = plan(now)
                if step is None:
                    return now
                self._require_not_overtaken(step)
                restores = {column: as_kept(getattr(now, column)) for column in step.changes}
                same = Alert.unscoped.filter(pk=now.pk, transitions=now.transitions)
                if not same.update(**step.changes, changed=self.at, transitions=F("transitions") + 1):
                    continue
                now.refresh_from_db()
                self._note(now, step, restores, verb=verb, reason=reason)
                return now

    def _require_not_overtaken(self, step: Step) -> None:
        if not step.changes or self.seen is None:
            return
        since = AlertEvent.objects.within(self.actor).of_itself(self.alert).after(self.seen)
        if since.exclude(actor=self.actor.actor).exists():
            raise NotAsItStands(OVERTAKEN)

    def _note(self, alert: Alert, step: Step, restores: dict[str, Any], *, verb: str, reason: str) -> None:
        event = AlertEvent.unscoped.create(
            alert=alert,
            at=self.at,
            actor=self.actor.actor,
            kind=step.kind,
            period_id=alert.period_id,
            before=step.before,
            after=step.after,
            text=step.text,
            number=alert.transitions,
            restores=restores,
        )
        if step.then is not None:
            step.then(event)
        record(
            actor=self.actor.actor,
            verb=verb,
            target=("alerts.alert", alert.public_id),
            unit=alert.unit_id,
            at=self.at,
            before=step.before or None,
            after=step.after or None,
            reason=reason,
        )
        others = [person for person in step.tells if person is not None and person != self.actor.person_id]
        if others:
            tell(alert, (step.news,), at=self.at, to=others)
