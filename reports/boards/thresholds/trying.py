"""A draft tried on the past for a reader, with the names of what came of it: what the picture is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from alerts.backtest.comparing import Backtest
from alerts.backtest.trying import Trial, try_out
from alerts.backtest.vintages import Ground
from alerts.judging.inheritance import Edition
from alerts.models import Alert
from metrics.declaration import Metric
from people.models import Person
from reports.boards.naming import short_name
from reports.figures import Action, Saving
from units.scope import Scope

WINDOWS = (12, 24, 36)


@dataclass(frozen=True)
class Tried:
    """A trial and the names of what is in it, as far as the reader may see them.

    `units` are rows by id, `people` names by id, `lost` the alerts once called useful that the draft would not tell.
    """

    trial: Trial
    active: Edition | None
    draft: Edition
    units: Mapping[int, Any]
    people: Mapping[int, str]
    lost: Sequence[Action]
    metric: Metric | None
    currency: str
    picked: str = ""
    may_edit: bool = True
    saving: Saving | None = None

    @property
    def found(self) -> Backtest:
        return self.trial.found

    @property
    def periods(self) -> Mapping[int, Any]:
        return self.trial.past.vintages[-1].times.periods

    @property
    def ordinals(self) -> list[int]:
        """The months looked at, as far back as there are any."""
        return [each for each in range(self.found.first, self.found.last + 1) if each in self.periods]

    @property
    def months(self) -> int:
        return len(self.ordinals)

    @property
    def window(self) -> int:
        """How many months were asked for."""
        return self.found.last - self.found.first + 1

    @property
    def compares(self) -> bool:
        """Whether the draft says anything else than the terms in force."""
        return self.active is None or not self.active.terms.judges_like(self.draft.terms) or self._holds_elsewhere

    @property
    def _holds_elsewhere(self) -> bool:
        now, then = self.active, self.draft
        return now is not None and (now.inherits, now.unit_type) != (then.inherits, then.unit_type)

    def short(self, unit: int) -> str:
        return short_name(self.units[unit].code)

    def month(self, ordinal: int) -> str:
        return f"{self.periods[ordinal].ends:%b %y}" if ordinal in self.periods else ""


def tried(
    scope: Scope,
    active: Edition | None,
    draft: Edition,
    *,
    at: datetime,
    months: int,
    metric: Metric | None,
    on: Ground,
    picked: str = "",
    may_edit: bool = True,
) -> Tried:
    """The back-test of a draft in the reader's units; as many queries whatever their number. Raises NothingJudged."""
    trial = try_out(scope, active, draft, at=at, periods=months, on=on)
    lost = [each.key for each in trial.found.loses]
    return Tried(
        trial=trial,
        active=active,
        draft=draft,
        units={unit.pk: unit for unit in on.units},
        people=_names(_owners(trial)),
        lost=_alerts(scope, lost) if lost else (),
        metric=metric,
        currency=on.currency,
        picked=picked,
        may_edit=may_edit,
    )


def _owners(trial: Trial) -> set[int]:
    outcomes = (trial.found.active, trial.found.draft)
    return {owner for outcome in outcomes for owner, _ in outcome.by_owner if owner is not None}


def _names(people: Iterable[int]) -> dict[int, str]:
    """Who leads units the reader sees, by name."""
    found = set(people)
    return dict(Person.objects.filter(pk__in=found).values_list("pk", "name")) if found else {}


def _alerts(scope: Scope, keys: Iterable[int]) -> tuple[Action, ...]:
    found = Alert.objects.within(scope).filter(pk__in=list(keys)).select_related("unit", "period").order_by("-pk")
    return tuple(
        Action(f"{short_name(alert.unit.code)}, {alert.period.code}: {alert.title}", _address(alert)) for alert in found
    )


def _address(alert: Alert) -> str:
    return reverse("alerts:detail", args=[alert.public_id])


def and_more(number: int, noun: str, rest: str = "") -> str:
    if number <= 0:
        return ""
    return f"And {number} more {noun}{'' if number == 1 else 's'}{f' {rest}' if rest else ''}."
