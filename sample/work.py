"""What the people of the demonstration made of its alerts: seen, begun, passed on, asked about, left open.

It goes in through the verbs, in their own names, so that every step stands in the record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from alerts.actions import acknowledge, comment, escalate, start
from alerts.models import Alert
from people.models import Person
from sample.people import CAST, FINANCE
from units.roles import EXECUTIVE
from units.scope import Scope

Verb = Callable[..., Alert]


@dataclass(frozen=True)
class Step:
    """Something that a part of the cast did about the alert of a unit on a metric."""

    unit: str
    metric: str
    who: str
    verb: Verb
    text: str


LEADER_OF = {part.unit: part.name for part in CAST if part.unit}
CHIEF = next(part.name for part in CAST if part.role == EXECUTIVE)
STEPS: tuple[Step, ...] = (
    Step("U10", "revenue", LEADER_OF["U10"], acknowledge, "Two chains closed a third of their branches in spring."),
    Step("U10", "revenue", LEADER_OF["U10"], start, "Strategic review begun; both open positions are frozen."),
    Step("U06", "cloud_cost", LEADER_OF["U06"], acknowledge, "A new commitment is being negotiated."),
    Step("U06", "operating_margin_change", LEADER_OF["U06"], start, "Usage plans are priced anew before renewal."),
    Step("U08", "dso", LEADER_OF["U08"], escalate, "Four invoices wait for one ministry: call it, please."),
    Step("U12", "operating_margin", LEADER_OF["U12"], acknowledge, "Campaigns end with the year."),
    Step("U04", "contractor_cost", FINANCE.name, comment, "All six invoices are against the depot rollout."),
)
"""Contractors of Unit 4 and the cost to acquire a customer of Unit 6 are left as the engine opened them."""


def work(*, at: datetime) -> None:
    """Do all of it. An alert that the figures no longer give is left out."""
    cast = {name: Person.objects.known_as(name) for name in {CHIEF, *(step.who for step in STEPS)}}
    scopes = {name: Scope.of(person, at=at) for name, person in cast.items()}
    for step in STEPS:
        found = Alert.objects.within(scopes[step.who]).unresolved()
        alert = found.filter(unit__code=step.unit, version__metric=step.metric).first()
        if alert is not None:
            step.verb(actor=scopes[step.who], alert=alert, at=at, **_said(step, cast))


def _said(step: Step, cast: Mapping[str, Person]) -> dict[str, object]:
    return {"reason": step.text, "to": cast[CHIEF]} if step.verb is escalate else {"text": step.text}
