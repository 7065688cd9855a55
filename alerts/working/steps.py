"""What a step on an alert is, and what can stand against it. Nothing here writes: `alerts.actions.taking` does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from alerts.models import Alert, AlertEvent
from people.models import Person
from units.scope import Scope

WORK, ESCALATE = "alerts.work", "alerts.escalate"
NOBODY = "This person cannot work on alerts of the unit. Choose somebody who can."
OVERTAKEN = "Somebody else was faster: this alert has changed since you looked. See what happened before you go on."


class HandlingRefused(ValueError):
    """A step that is not possible; the sentence says why."""


class NotAsItStands(HandlingRefused):
    """The step does not begin where the alert stands: whoever takes it believes something else of the alert."""


class AlreadyResolved(NotAsItStands):
    """The alert was resolved before the step came: by the figures, or by somebody else."""


@dataclass(frozen=True)
class Step:
    """What a verb does to an alert: the columns it sets, and its event. None from a verb means: nothing to do.

    `then` writes what belongs to the step beside the alert, in the same transaction; `tells` are the people who hear
    the news of it.
    """

    kind: str
    changes: dict[str, Any] = field(default_factory=dict)
    before: str = ""
    after: str = ""
    text: str = ""
    tells: Sequence[int | None] = ()
    news: str = ""
    then: Callable[[AlertEvent], object] | None = None


Plan = Callable[[Alert], Step | None]


def require_unresolved(alert: Alert) -> None:
    """Raise AlreadyResolved, by whom it was: the figures or a person."""
    if alert.condition == Alert.Condition.ENDED:
        raise AlreadyResolved(f"This alert is already resolved: {alert.ended_because}.")
    if alert.handling == Alert.Handling.RESOLVED:
        raise AlreadyResolved(f"This alert is already resolved: {alert.get_outcome_display().lower()}.")


def require_reader(person: Person, alert: Alert, ability: str, at: datetime) -> None:
    """Nobody is handed an alert that he may not see: the same words whether the person or the right is missing."""
    if not Scope.of(person, at=at).may(ability, alert.unit):
        raise HandlingRefused(NOBODY)


def require_text(text: str, sentence: str) -> None:
    """Raise HandlingRefused where nothing but blanks was typed."""
    if not text.strip():
        raise HandlingRefused(sentence)


def as_kept(value: Any) -> Any:
    """A column's value as an event keeps it: plain JSON."""
    return value.isoformat() if isinstance(value, date) else value


def as_stored(column: str, kept: Any) -> Any:
    """What an event keeps of a column, as the column takes it."""
    return date.fromisoformat(kept) if column in ("due", "snoozed_until") and kept else kept
