"""Comments on an alert, and whom they ask."""

from __future__ import annotations

from datetime import datetime

from alerts.actions.taking import Taking
from alerts.models import Alert, AlertEvent, Mention
from alerts.telling.owners import people_who_may, span_of
from alerts.working.mentions import Unknown, mentioned
from alerts.working.steps import HandlingRefused, Step, require_text
from units.scope import Scope


def comment(*, actor: Scope, alert: Alert, text: str, at: datetime) -> Alert:
    """Add words to it; possible on a resolved one too. Who is named with an @ is asked, and told.

    Only people who may see the alert can be asked: any other name is refused in the words for one that nobody has.
    """
    require_text(text, "A comment needs words.")
    readers = {person.name: person.pk for person in people_who_may("alerts.read", at=at, spans=[span_of(alert.unit)])}
    try:
        asked = [readers[name] for name in mentioned(text, readers)]
    except Unknown as unknown:
        raise HandlingRefused(str(unknown)) from unknown

    def plan(alert: Alert) -> Step | None:
        def write(event: AlertEvent) -> None:
            Mention.unscoped.bulk_create(Mention(event=event, person_id=person) for person in asked)

        return Step("commented", text=text, tells=asked, news="mentioned", then=write)

    return Taking(actor, alert, at).take(plan, verb="alerts.alert.commented")
