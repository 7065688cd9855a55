"""A threshold tried on the past before it is saved: its active terms and a draft, replayed side by side. Pure.

Both are judged at every vintage as it was known then, by the machine that judges live (`alerts.backtest.replaying`).
What the alerts say of money is by the impact of their rule: a year's money and cash are told apart, each amount once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from typing import Protocol

from alerts.backtest.replaying import Alarm, History, replayed
from alerts.judging.inheritance import AHEAD, Edition, Spot
from alerts.terms import LIMITS
from alerts.working.worth import NOISE, USEFUL, Caught, Past, caught


class Leaders(Protocol):
    """Who an alert on a unit belongs to; None where nobody leads it."""

    def of(self, spot: Spot, *, named: int | None) -> int | None: ...


@dataclass(frozen=True)
class Labelled:
    """A live alert of the rule that has a verdict. `began` and `last` are the ordinals of its periods."""

    key: int
    unit: int
    kind: str
    verdict: str
    began: int
    last: int

    def is_told_by(self, alarm: Alarm) -> bool:
        """Whether an alert of a replay tells of the same: of the same unit in the same way, at the same time."""
        is_same = (alarm.unit_id, alarm.kind) == (self.unit, self.kind)
        return is_same and alarm.state.began <= self.last and self.began <= alarm.state.last


@dataclass(frozen=True)
class Outcome:
    """What terms come to over the periods looked at.

    `alarms` are the alerts that fired in them, in the order in which they were told; `by_owner` counts them by owner
    (None: nobody leads the unit) and the month in which the owner would have heard, by its first day. `beyond` is the
    level that each figure reached, by unit and ordinal, whether it lasted long enough to fire or not.
    """

    edition: Edition
    alarms: tuple[Alarm, ...]
    by_owner: Mapping[tuple[int | None, date], int]
    beyond: Mapping[tuple[int, int], str] = field(default_factory=dict)

    @property
    def units(self) -> tuple[int, ...]:
        """The units that fired, in the order of the tree."""
        spots = {alarm.spot.unit: alarm.spot.left for alarm in self.alarms}
        return tuple(sorted(spots, key=spots.__getitem__))

    @cached_property
    def money(self) -> Caught:
        """What the alerts were about; what only lay ahead has not cost anything."""
        return caught(_as_past(alarm) for alarm in self.alarms if alarm.kind not in AHEAD)

    def tells(self, label: Labelled) -> bool:
        """Whether it would have told of what a live alert told of."""
        return any(label.is_told_by(alarm) for alarm in self.alarms)

    def also(self, alarm: Alarm) -> bool:
        """Whether it tells of what an alert of other terms tells of."""
        state = alarm.state
        return self.tells(Labelled(alarm.key, alarm.unit_id, alarm.kind, "", state.began, state.last))


@dataclass(frozen=True)
class Backtest:
    """Active terms and a draft over the same past, and what the draft makes of alerts that have a verdict.

    `first` and `last` are the ordinals of the periods looked at; `assumed` counts those before anything was judged,
    for which figures are taken as they were first known. Of a threshold that is not there yet the active terms tell
    nothing.
    """

    first: int
    last: int
    assumed: int
    active: Outcome
    draft: Outcome
    labelled: tuple[Labelled, ...]

    @property
    def keeps(self) -> tuple[Labelled, ...]:
        """Alerts once called useful that the draft would have told."""
        return tuple(each for each in self._called(USEFUL) if self.draft.tells(each))

    @property
    def loses(self) -> tuple[Labelled, ...]:
        """Alerts once called useful that the draft would not have told."""
        return tuple(each for each in self._called(USEFUL) if not self.draft.tells(each))

    @property
    def spares(self) -> tuple[Labelled, ...]:
        """Alerts once called noise that the draft would not have told."""
        return tuple(each for each in self._called(NOISE) if not self.draft.tells(each))

    @property
    def adds(self) -> tuple[Alarm, ...]:
        """Alerts of the draft that the active terms do not tell."""
        return tuple(alarm for alarm in self.draft.alarms if not self.active.also(alarm))

    def _called(self, verdict: str) -> tuple[Labelled, ...]:
        return tuple(each for each in self.labelled if each.verdict == verdict)


Replay = Callable[[History, Edition], Sequence[Alarm]]
"""What an edition tells over a history."""


def replay(history: History, edition: Edition) -> Sequence[Alarm]:
    return replayed(history, edition=edition)


def backtest(
    history: History,
    *,
    active: Edition | None,
    draft: Edition,
    first: int,
    leaders: Leaders,
    labelled: Sequence[Labelled] = (),
    replay: Replay = replay,
) -> Backtest:
    """Both editions over a history, as if each had always stood where it stands; `first` is the first period counted.

    All other thresholds are those of each time: where one is nearer to a unit, it judges there and neither of these.
    `replay` may remember what the active one told.
    """
    told = partial(outcome, history, first=first, leaders=leaders)
    last = max(vintage.through for vintage in history.vintages)
    return Backtest(
        first=first,
        last=last,
        assumed=sum(vintage.is_assumed and vintage.through >= first for vintage in history.vintages),
        active=Outcome(draft, (), {}) if active is None else told(active, replay=replay),
        draft=told(draft, replay=replay) if draft == active else told(draft),
        labelled=tuple(each for each in labelled if each.last >= first),
    )


def outcome(history: History, edition: Edition, *, first: int, leaders: Leaders, replay: Replay = replay) -> Outcome:
    """What an edition comes to, as if it had always stood."""
    always = replace(edition, since=None, until=None, retired=False, from_mark=0)
    found = replay(history, always)
    told = [(alarm.fired, alarm) for alarm in found if (alarm.fired_in or 0) >= first]
    alarms = [(step.day, alarm) for step, alarm in told if step is not None]
    heard = Counter((leaders.of(alarm.spot, named=alarm.edition.owner), day.replace(day=1)) for day, alarm in alarms)
    in_order = sorted(alarms, key=lambda each: (each[0], each[1].key))
    return Outcome(edition, tuple(alarm for _, alarm in in_order), heard, _beyond(found, first))


def _beyond(alarms: Iterable[Alarm], first: int) -> dict[tuple[int, int], str]:
    """By unit and period the level its figure reached; what was only ahead reached none."""
    return {
        (alarm.unit_id, ordinal): severity
        for alarm in alarms
        if alarm.kind not in AHEAD
        for ordinal, severity in alarm.state.said.items()
        if ordinal >= first and severity in LIMITS
    }


def _as_past(alarm: Alarm) -> Past:
    """An alarm as far as its money goes: told, it counts like a useful one."""
    return Past(
        key=alarm.key,
        unit=(alarm.spot.left, alarm.spot.right),
        metric=alarm.edition.terms.metric,
        verdict=USEFUL,
        impact=alarm.impact,
        is_cash=alarm.is_cash,
        first=alarm.state.began,
        last=alarm.state.last,
    )
