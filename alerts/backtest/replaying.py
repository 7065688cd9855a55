"""Judging again what was known each time: the alerts that rules told, or would have told, from one judging to the next.

Pure. Nothing is judged differently here than live: cases are heard by `alerts.judging.hearing`, held against the
alerts that stand by `alerts.rules.settle`, and moved by `alerts.rules.after`. What is added is the walk from
vintage to vintage. People's handling of alerts is no part of it: whatever somebody resolved stays open here, and
nothing is "reopened".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from operator import attrgetter
from typing import NamedTuple

from alerts.backtest.remembering import Remembering, Telling, oldest
from alerts.judging.book import ACTUAL, Book, Counted, Expected, Page, Place
from alerts.judging.facts import Facts
from alerts.judging.hearing import cases_of, heir, knowledge, why_left
from alerts.judging.inheritance import Edition, Spot, Tree, silent
from alerts.judging.manual import Manual, Times
from alerts.judging.units import WINDOW, Case
from alerts.rules import Breach, Condition, State, Transition, after
from alerts.rules.machine import BEYOND

Forecasts = Mapping[tuple[int, str, int], Sequence[Expected]]

_severity = attrgetter("severity")


@dataclass(frozen=True)
class Vintage:
    """What was known when thresholds were judged once.

    `changed` are the pages that differ from the vintage before (None: the page is gone), `standing` the editions in
    force by threshold, `gone` the units closed by then. `is_assumed` says that nothing was judged at that time: it
    stands for the end of a period before the first judging, with the figures as they were first known.
    """

    mark: int
    terms_mark: int
    through: int
    times: Times
    standing: Mapping[int, Edition]
    changed: Mapping[Place, Page | None] = field(default_factory=dict)
    gone: frozenset[int] = frozenset()
    rates: Mapping[tuple[str, int], Fraction] = field(default_factory=dict)
    forecasts: Forecasts = field(default_factory=dict)
    is_assumed: bool = False

    @property
    def day(self) -> date:
        return self.times.today


@dataclass(frozen=True)
class History:
    """The vintages, the oldest first, and what does not change with them: the manual and the tree are today's."""

    manual: Manual
    tree: Tree
    names: Mapping[int, str]
    currency: str
    codes: Mapping[str, int]
    vintages: Sequence[Vintage]
    window: int = WINDOW


class Step(NamedTuple):
    """One step in the life of an alert: on which day, with which period, and how it stood after."""

    kind: str
    day: date
    period: int
    condition: Condition
    severity: str
    because: str = ""

    @property
    def is_told(self) -> bool:
        """Whether somebody hears of it: it fires, or was found when it was over."""
        return self.condition in ("firing", "recovering") or (self.kind == "opened" and self.condition == "ended")


class Alarm(NamedTuple):
    """An alert as a replay tells it: how it stands after the last vintage, its steps, and what it said last.

    `fired_in` is the period in which it had lasted long enough; None where it never did.
    """

    edition: Edition
    spot: Spot
    kind: str
    state: State
    steps: tuple[Step, ...]
    telling: Telling
    fired_in: int | None = None
    is_late: bool = False

    @property
    def key(self) -> int:
        return self.state.key

    @property
    def unit_id(self) -> int:
        return self.spot.unit

    @property
    def said(self) -> Facts:
        return self.telling.said

    @property
    def impact(self) -> int | None:
        """What it says of money, without all the rest of it."""
        return self.telling.money[0]

    @property
    def is_cash(self) -> bool:
        return self.telling.money[1]

    @property
    def rule(self) -> tuple[int, int, str]:
        return self.edition.version, self.spot.unit, self.kind

    @property
    def fired(self) -> Step | None:
        """The step with which it was told first; None where it never lasted long enough."""
        return next((step for step in self.steps if step.is_told), None)

    @property
    def escalated(self) -> Step | None:
        """The step with which it last became graver."""
        return next((step for step in reversed(self.steps) if step.kind == "escalated"), None)

    @property
    def cleared(self) -> Step | None:
        """The step with which it ended; None while it stands."""
        return None if self.state.is_alive else next(step for step in reversed(self.steps) if step.kind == "ended")


def replayed(history: History, *, edition: Edition | None = None) -> list[Alarm]:
    """The alerts that came of all vintages, in the order in which they were opened.

    With an `edition` only those of its threshold, judged by it at every vintage instead of what was in force then.
    """
    walk = _Walk(history, edition)
    for vintage in history.vintages:
        walk.take(vintage)
    return list(walk.alarms.values())


@dataclass
class _Walk:
    """A replay under way: the pages as they stand at a vintage, and the alerts so far."""

    history: History
    edition: Edition | None
    before: Vintage | None = None
    pages: dict[Place, Page] = field(default_factory=dict)
    counted: Counted = field(default_factory=dict)
    alarms: dict[int, Alarm] = field(default_factory=dict)
    of_unit: dict[int, list[int]] = field(default_factory=dict)
    living: set[int] = field(default_factory=set)
    court: Remembering | None = None
    told: dict[int, dict[int, Telling]] = field(default_factory=dict)
    heard: dict[int, list[Case]] = field(default_factory=dict)

    def take(self, vintage: Vintage) -> None:
        """Judge once more, with what was known then."""
        changed = oldest(vintage.changed)
        self._speak_before(changed)
        earlier = frozenset(self._turned(vintage))
        court = self._court(vintage, changed)
        book = Book(self.history.codes, self.pages, earlier, vintage.forecasts, self.counted)
        for spot in court.tree.spots.values():
            found = [] if spot.unit in vintage.gone else self._heard(court, spot, book)
            if found != self.heard.get(spot.unit) and not self._stays_calm(court, spot, found):
                _Settling(self, vintage, court, book, spot, found).settle()
            self.heard[spot.unit] = found
        self.before = vintage
        self.court = court

    def _stays_calm(self, court: Remembering, spot: Spot, found: Sequence[Case]) -> bool:
        """Whether nothing can come of what is known of a unit."""
        mine = self.of_unit.get(spot.unit)
        if not mine:
            return all(BEYOND.isdisjoint(map(_severity, case.readings)) for case in found)
        before = self.before
        if before is None or not self.living.isdisjoint(mine):
            return False
        return all(
            case.edition.from_mark <= before.terms_mark and court.stays_calm(case, since=before.through)
            for case in found
        )

    def _speak_before(self, changed: Mapping[int, int]) -> None:
        """Have alerts say what they say by pages that are about to change."""
        for unit, ordinal in changed.items():
            if self.before is None or ordinal > self.before.through:
                continue  # no alert tells of so late a period yet
            said = [key for key, telling in self.told.get(unit, {}).items() if telling.told.ordinal >= ordinal]
            for key in said:
                self.told[unit].pop(key).speak()

    def _turned(self, vintage: Vintage) -> Iterator[tuple[Place, str]]:
        """Put the changed pages in; the numbers of actual figures that were known at the vintage before."""
        counted = {code for _, _, _, code in self.counted}
        for place, page in vintage.changed.items():
            old = self.pages.pop(place, None)
            if page is not None:
                self.pages[place] = page
            unit, version, basis, ordinal = place
            for code in counted:
                series = self.counted.get((unit, version, basis, code))
                if series:
                    series.pop(ordinal, None)
            if old is not None and place[1] == ACTUAL:
                yield from ((place, code) for code, at in self.history.codes.items() if old.numbers[at] is not None)

    def _court(self, vintage: Vintage, changed: Mapping[int, int]) -> Remembering:
        """The court of a vintage, with what the one before has made ready and still holds."""
        standing = self._standing(vintage)
        active = tuple(edition for edition in standing.values() if not silent(edition, at=vintage.through))
        last, before = self.court, self.before
        has_same_rates = before is not None and before.rates == vintage.rates
        kept = last if last is not None and has_same_rates else None
        history = self.history
        court = Remembering(
            book=replace(history.manual, rates=vintage.rates),
            times=vintage.times,
            through=vintage.through,
            currency=history.currency,
            tree=history.tree,
            names=history.names,
            active=active,
            window=history.window,
            yardsticks=kept.yardsticks if kept else {},
            held=last.held if last is not None and last.active == active else {},
            remembered=kept.remembered if kept else {},
        )
        court.forget(changed)
        return court

    def _standing(self, vintage: Vintage) -> Mapping[int, Edition]:
        edition = self.edition
        return vintage.standing if edition is None else {**vintage.standing, edition.threshold: edition}

    def _heard(self, court: Remembering, spot: Spot, book: Book) -> list[Case]:
        mine = self.edition
        judged = [each for each in court.rules_of(spot.unit) if mine is None or each is mine]
        return [case for edition in judged for case in cases_of(court, edition, spot, book)]

    def current(self, vintage: Vintage, alarm: Alarm) -> Edition | None:
        """What is in force of an alert's threshold."""
        return self._standing(vintage).get(alarm.edition.threshold)

    def standing(self, spot: Spot, through: int) -> list[Alarm]:
        """The alerts of a unit that judging may touch: all that stand, and those of the window that ended."""
        found = (self.alarms[key] for key in self.of_unit.get(spot.unit, ()))
        return [each for each in found if each.state.is_alive or each.state.last > through - WINDOW]

    def keep(self, alarm: Alarm) -> None:
        key, unit, telling = alarm.key, alarm.unit_id, alarm.telling
        if key not in self.alarms:
            self.of_unit.setdefault(unit, []).append(key)
        self.alarms[key] = alarm
        (self.living.add if alarm.state.is_alive else self.living.discard)(key)
        if telling.is_of_one_unit:
            self.told.setdefault(unit, {})[key] = telling
        else:
            telling.speak()


@dataclass
class _Settling:
    """One unit at one vintage: what its thresholds found, held against its alerts."""

    walk: _Walk
    vintage: Vintage
    court: Remembering
    book: Book
    spot: Spot
    cases: list[Case]

    def settle(self) -> None:
        by_rule: dict[tuple[int, int, str], list[Alarm]] = {}
        found = {(case.edition.version, case.spot.unit, case.kind): case for case in self.cases}
        for alarm in self.walk.standing(self.spot, self.vintage.through):
            left = alarm.state.is_alive and alarm.rule not in found
            stays = self._left(alarm) if left else alarm
            if stays is not None:
                by_rule.setdefault(stays.rule, []).append(stays)
        for rule, case in found.items():
            self._settle(case, by_rule.get(rule, []))

    def _left(self, alarm: Alarm) -> Alarm | None:
        """An alert whose rule judges this unit no more goes over to a version that judges alike, or ends (None)."""
        current = self.walk.current(self.vintage, alarm)
        successor = heir(alarm, alarm.edition.terms, current, self.cases)
        if successor is not None:
            return alarm._replace(edition=successor.edition)
        because = why_left(
            alarm.edition.version,
            current,
            through=self.vintage.through,
            is_closed=self.spot.unit in self.vintage.gone,
        )
        state = alarm.state
        self._change(alarm, Transition(("ended",), state.as_ended, state.key, because, said=state.said), None)
        return None

    def _settle(self, case: Case, alarms: list[Alarm]) -> None:
        by_key = {alarm.key: alarm for alarm in alarms}
        known = knowledge(case.edition, self.walk.before)
        changes = case.settle([alarm.state for alarm in alarms], known, self.court.course(case))
        moved = {change.key for change in changes}
        for alarm in alarms:
            if alarm.key not in moved and alarm.state.is_alive:
                self.walk.keep(self._renewed(alarm, case))
        for change in sorted(changes, key=lambda change: change.key is None):
            if change.key is None:
                self._open(case, change)
            else:
                self._change(by_key[change.key], change, case)

    def _renewed(self, alarm: Alarm, case: Case) -> Alarm:
        """An alert that says the same by another figure, or by new words, says it anew."""
        state, told_by = alarm.state, alarm.telling
        if state.condition == "recovering":
            return alarm
        told = case.told_by(Breach(state.began, state.last, state.severity, state.condition))
        if told is None or (told_by.told.mark, told_by.case.edition.version) == (told.mark, case.edition.version):
            return alarm
        return alarm._replace(telling=Telling(self.court, case, told, self.book))

    def _open(self, case: Case, change: Transition) -> None:
        told = case.told_by(change.breach)
        assert told is not None  # a breach that no alert tells of is made of figures that stand
        state = after(change, None, key=len(self.walk.alarms) + 1)
        telling = Telling(self.court, case, told, self.book)
        steps = self._steps(change)
        self.walk.keep(
            Alarm(case.edition, case.spot, case.kind, state, steps, telling, change.breach.fired, change.is_late)
        )

    def _change(self, alarm: Alarm, change: Transition, case: Case | None) -> None:
        is_told = case is not None and change.breach.condition in ("pending", "firing")
        told = case.told_by(change.breach) if case is not None and is_told else None
        telling = alarm.telling if case is None or told is None else Telling(self.court, case, told, self.book)
        state = after(change, alarm.state, key=alarm.key)
        if state.handling != "open":  # whatever people did with it, here it stays open: no step comes of their handling
            state = state._replace(handling="open", outcome="")
        steps = (*alarm.steps, *self._steps(change))
        fired_in = alarm.fired_in if change.breach.fired is None else change.breach.fired
        self.walk.keep(alarm._replace(state=state, steps=steps, telling=telling, fired_in=fired_in))

    def _steps(self, change: Transition) -> tuple[Step, ...]:
        breach, day = change.breach, self.vintage.day
        condition, severity, because = breach.condition, breach.severity, change.because
        return tuple(Step(kind, day, breach.last, condition, severity, because) for kind in change.kinds)
