"""Judging again what was known each time: the alerts that rules told, or would have told, from one judging to the next.

Pure. Nothing is judged differently here than live: cases are heard by `alerts.judging.hearing`, held against the
alerts that stand by `alerts.rules.settle`, and moved by `alerts.rules.after`. What is added is the walk from
vintage to vintage. People's handling of alerts is no part of it: whatever somebody resolved stays open here, and
nothing is "reopened".
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from alerts.judging.book import ACTUAL, Book, Expected, Page, Place
from alerts.judging.facts import Facts, facts
from alerts.judging.hearing import cases_of, heir, knowledge, why_left
from alerts.judging.inheritance import Edition, Spot, Tree, silent
from alerts.judging.manual import Manual, Times
from alerts.judging.units import WINDOW, Case, Court
from alerts.rules import Breach, Condition, Reading, State, Transition, after

Forecasts = Mapping[tuple[int, str, int], Sequence[Expected]]


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


@dataclass(frozen=True)
class Step:
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


@dataclass(frozen=True)
class Alarm:
    """An alert as a replay tells it: how it stands after the last vintage, its steps, and what it said last.

    `fired_in` is the period in which it had lasted long enough; None where it never did.
    """

    edition: Edition
    spot: Spot
    kind: str
    state: State
    steps: tuple[Step, ...]
    said: Facts
    fired_in: int | None = None
    is_late: bool = False

    @property
    def key(self) -> int:
        return self.state.key

    @property
    def unit_id(self) -> int:
        return self.spot.unit

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


@dataclass(frozen=True)
class _Remembering(Court):
    """A court that reads a period again only where something it is judged by has changed.

    `remembered` are, by unit and version, the readings up to a period that is to be judged next.
    """

    remembered: dict[tuple[int, int], tuple[int, tuple[Reading, ...]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def hear(self, edition: Edition, spot: Spot, book: Book) -> Case:
        if edition.terms.comparator == "forecast" or edition.until is not None:
            return super().hear(edition, spot, book)
        key = spot.unit, edition.version
        begins, kept = self.remembered.get(key, (self.first, ()))
        again = range(max(begins, self.first), self.through + 1)
        inside = kept[bisect_left(kept, self.first, key=_ordinal) :]
        readings = (*inside, *self.readings(edition, spot, book, again))
        self.remembered[key] = _settled(self, spot, readings, kept=len(inside))
        return Case(edition, spot, readings)


def _ordinal(reading: Reading) -> int:
    return reading.ordinal


def _settled(court: Court, spot: Spot, readings: tuple[Reading, ...], *, kept: int) -> tuple[int, tuple[Reading, ...]]:
    """The readings that the next vintage may keep: of finished periods, up to the first that told of a change.

    The first so many were kept before, and a period that is over stays so.
    """
    for place in range(kept, len(readings)):
        each = readings[place]
        if each.was_known or not court.times.is_finished(each.ordinal, spot.left):
            return each.ordinal, readings[:place]
    return court.through + 1, readings


@dataclass
class _Walk:
    """A replay under way: the pages as they stand at a vintage, and the alerts so far."""

    history: History
    edition: Edition | None
    before: Vintage | None = None
    pages: dict[Place, Page] = field(default_factory=dict)
    alarms: dict[int, Alarm] = field(default_factory=dict)
    of_unit: dict[int, list[int]] = field(default_factory=dict)
    court: _Remembering | None = None

    def take(self, vintage: Vintage) -> None:
        """Judge once more, with what was known then."""
        earlier = frozenset(self._turned(vintage))
        court = self._court(vintage)
        book = Book(self.history.codes, self.pages, earlier, vintage.forecasts)
        for spot in court.tree.spots.values():
            found = [] if spot.unit in vintage.gone else list(self._heard(court, spot, book))
            if spot.unit in self.of_unit or any(each.is_breach for case in found for each in case.readings):
                _Settling(self, vintage, court, book, spot, found).settle()
        self.before = vintage
        self.court = court

    def _turned(self, vintage: Vintage) -> Iterator[tuple[Place, str]]:
        """Put the changed pages in; the numbers of actual figures that were known at the vintage before."""
        for place, page in vintage.changed.items():
            old = self.pages.pop(place, None)
            if page is not None:
                self.pages[place] = page
            if old is not None and place[1] == ACTUAL:
                yield from ((place, code) for code, at in self.history.codes.items() if old.numbers[at] is not None)

    def _court(self, vintage: Vintage) -> _Remembering:
        """The court of a vintage, with what the one before has made ready and still holds."""
        standing = self._standing(vintage)
        active = tuple(edition for edition in standing.values() if not silent(edition, at=vintage.through))
        last, before = self.court, self.before
        has_same_rates = before is not None and before.rates == vintage.rates
        if last is not None and has_same_rates:
            is_shared = any(edition.terms.comparator == "peers" for edition in active)
            _forget(last.remembered, vintage.changed, is_shared=is_shared)
        kept = last if last is not None and has_same_rates else None
        history = self.history
        return _Remembering(
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

    def _standing(self, vintage: Vintage) -> Mapping[int, Edition]:
        edition = self.edition
        return vintage.standing if edition is None else {**vintage.standing, edition.threshold: edition}

    def _heard(self, court: Court, spot: Spot, book: Book) -> Iterator[Case]:
        for edition in court.rules_of(spot.unit):
            if self.edition is None or edition is self.edition:
                yield from cases_of(court, edition, spot, book)

    def current(self, vintage: Vintage, alarm: Alarm) -> Edition | None:
        """What is in force of an alert's threshold."""
        return self._standing(vintage).get(alarm.edition.threshold)

    def standing(self, spot: Spot, through: int) -> list[Alarm]:
        """The alerts of a unit that judging may touch: all that stand, and those of the window that ended."""
        found = (self.alarms[key] for key in self.of_unit.get(spot.unit, ()))
        return [each for each in found if each.state.is_alive or each.state.last > through - WINDOW]

    def keep(self, alarm: Alarm) -> None:
        if alarm.key not in self.alarms:
            self.of_unit.setdefault(alarm.unit_id, []).append(alarm.key)
        self.alarms[alarm.key] = alarm


def _forget(
    remembered: dict[tuple[int, int], tuple[int, tuple[Reading, ...]]], changed: Collection[Place], *, is_shared: bool
) -> None:
    """Drop what was read by a changed page: of its own period and of later ones, which may look back on it.

    `is_shared` says that figures are judged by those of other units as well.
    """
    oldest: dict[int, int] = {}
    for unit, _, _, ordinal in changed:
        oldest[unit] = min(ordinal, oldest.get(unit, ordinal))
    least = min(oldest.values(), default=None) if is_shared else None
    for (unit, version), (begins, known) in remembered.items():
        first = oldest.get(unit) if least is None else least
        if first is not None and first < begins:
            remembered[unit, version] = first, tuple(each for each in known if each.ordinal < first)


@dataclass
class _Settling:
    """One unit at one vintage: what its thresholds found, held against its alerts."""

    walk: _Walk
    vintage: Vintage
    court: Court
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
            return replace(alarm, edition=successor.edition)
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
        changes = case.settle([alarm.state for alarm in alarms], knowledge(case.edition, self.walk.before))
        moved = {change.key for change in changes}
        for alarm in alarms:
            if alarm.key not in moved:
                self.walk.keep(self._renewed(alarm, case))
        for change in sorted(changes, key=lambda change: change.key is None):
            if change.key is None:
                self._open(case, change)
            else:
                self._change(by_key[change.key], change, case)

    def _renewed(self, alarm: Alarm, case: Case) -> Alarm:
        """An alert that says the same by another figure, or by new words, says it anew."""
        state = alarm.state
        if state.condition not in ("pending", "firing"):
            return alarm
        told = case.told_by(Breach(state.began, state.last, state.severity, state.condition))
        said = alarm.said.evidence
        if told is None or (said.get("mark"), said.get("version")) == (told.mark, case.edition.version):
            return alarm
        return replace(alarm, said=facts(self.court, case, told, self.book))

    def _open(self, case: Case, change: Transition) -> None:
        told = case.told_by(change.breach)
        assert told is not None  # a breach that no alert tells of is made of figures that stand
        state = after(change, None, key=len(self.walk.alarms) + 1)
        said = facts(self.court, case, told, self.book)
        steps = self._steps(change)
        self.walk.keep(
            Alarm(case.edition, case.spot, case.kind, state, steps, said, change.breach.fired, change.is_late)
        )

    def _change(self, alarm: Alarm, change: Transition, case: Case | None) -> None:
        is_told = case is not None and change.breach.condition in ("pending", "firing")
        told: Reading | None = case.told_by(change.breach) if case is not None and is_told else None
        said = facts(self.court, case, told, self.book) if case is not None and told is not None else alarm.said
        # Whatever people did with it, here it stays open, so that no step comes of their handling.
        state = replace(after(change, alarm.state, key=alarm.key), handling="open", outcome="")
        steps = (*alarm.steps, *self._steps(change))
        fired_in = alarm.fired_in if change.breach.fired is None else change.breach.fired
        self.walk.keep(replace(alarm, state=state, steps=steps, said=said, fired_in=fired_in))

    def _steps(self, change: Transition) -> tuple[Step, ...]:
        breach = change.breach
        of_all: dict[str, Any] = {"day": self.vintage.day, "period": breach.last}
        return tuple(
            Step(kind, condition=breach.condition, severity=breach.severity, because=change.because, **of_all)
            for kind in change.kinds
        )
