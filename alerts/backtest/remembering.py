"""What a replay remembers from one judging to the next, so that it reads again only what has become another. Pure.

Nothing here changes what is found: a court that remembers hears the same cases as one that does not.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from alerts.judging.book import Book, Place
from alerts.judging.facts import Facts, facts, impact_now
from alerts.judging.inheritance import Edition, Spot
from alerts.judging.units import BREACH, Case, Court
from alerts.rules import Counts, Course, Reading

Key = tuple[int, int]
"""A unit and the version of a threshold."""


@dataclass
class Memory:
    """What was read of a unit by a version: the readings of periods before `begins`, and the course they take.

    `fresh` are those that were read at the newest hearing, from `began` on.
    """

    begins: int
    course: Course
    readings: tuple[Reading, ...] = ()
    fresh: tuple[Reading, ...] = ()
    began: int = 0

    def forget(self, ordinal: int) -> None:
        """Read again from a period on."""
        if ordinal < self.begins:
            self.begins = ordinal
            self.readings = self.readings[: bisect_left(self.readings, (ordinal,))]


@dataclass(frozen=True)
class Remembering(Court):
    """A court that reads a period again only where something it is judged by has changed."""

    remembered: dict[Key, Memory] = field(default_factory=dict, compare=False, repr=False)

    def hear(self, edition: Edition, spot: Spot, book: Book) -> Case:
        if edition.terms.comparator == "forecast" or edition.until is not None:
            return super().hear(edition, spot, book)
        key, first = (spot.unit, edition.version), self.first
        memory = self.remembered.get(key)
        if memory is None:
            memory = self.remembered[key] = Memory(first, Course(Counts.of(edition.terms)))
        inside = memory.readings[bisect_left(memory.readings, (first,)) :]
        memory.began = max(memory.begins, first)
        memory.fresh = tuple(self.readings(edition, spot, book, range(memory.began, self.through + 1)))
        readings = inside + memory.fresh
        memory.begins, memory.readings = self._settled(spot, readings, kept=len(inside))
        return Case(edition, spot, readings)

    def course(self, case: Case) -> Course | None:
        """What is known of a case's readings from before."""
        memory = self.remembered.get((case.spot.unit, case.edition.version))
        return memory.course if memory is not None and case.kind == BREACH else None

    def stays_calm(self, case: Case, *, since: int) -> bool:
        """Whether a case on which no alert stands can have no news: nothing is beyond a limit in the periods after one.

        Those up to `since` were judged before, and say what they said.
        """
        memory = self.remembered.get((case.spot.unit, case.edition.version))
        if memory is None or case.kind != BREACH or memory.began <= since:
            return False
        if any(each.is_breach for each in memory.fresh):
            return False
        memory.course.over(case.readings)
        return memory.course.current is None

    def forget(self, changed: Mapping[int, int]) -> None:
        """Drop what was read by pages that change, the oldest period by unit, and later, which may look back on it.

        Where figures are judged by those of other units as well, all of it is dropped from the oldest on.
        """
        if not changed:
            return
        is_shared = any(edition.terms.comparator == "peers" for edition in self.active)
        least = min(changed.values())
        for (unit, _), memory in self.remembered.items():
            ordinal = least if is_shared else changed.get(unit)
            if ordinal is not None:
                memory.forget(ordinal)

    def _settled(self, spot: Spot, readings: tuple[Reading, ...], *, kept: int) -> tuple[int, tuple[Reading, ...]]:
        """The readings that the next vintage may keep: of finished periods, up to the first that told of a change.

        The first so many were kept before, and a period that is over stays so.
        """
        for place in range(kept, len(readings)):
            each = readings[place]
            if each.was_known or not self.times.is_finished(each.ordinal, spot.left):
                return each.ordinal, readings[:place]
        return self.through + 1, readings


@dataclass(eq=False)
class Telling:
    """What an alert says by the figures of a vintage, made when somebody asks for it.

    It must be asked for before a page it is made of becomes another one: of its unit, of its period or an earlier one.
    """

    court: Court
    case: Case
    told: Reading
    book: Book

    @cached_property
    def said(self) -> Facts:
        return facts(self.court, self.case, self.told, self.book)

    def speak(self) -> Facts:
        """Say it while all it is made of stands."""
        return self.said

    @cached_property
    def money(self) -> tuple[int | None, bool]:
        """The impact, and whether it is cash."""
        if "said" in self.__dict__ or self.case.kind != BREACH:
            return self.said.impact, self.said.is_cash
        metric = self.court.metric(self.case.edition.terms.metric)
        found = impact_now(self.court, self.case, self.told.ordinal, self.book)
        return None if found.number is None else int(found.number), bool(metric and metric.impact_on == "cash")

    @property
    def is_of_one_unit(self) -> bool:
        """Whether only pages of its own unit are behind it, none of them of a later period."""
        return self.case.kind == BREACH and self.case.edition.terms.comparator != "peers"


def oldest(changed: Iterable[Place]) -> dict[int, int]:
    """By unit the oldest period of which a page changes."""
    found: dict[int, int] = {}
    for unit, _, _, ordinal in changed:
        if ordinal < found.get(unit, ordinal + 1):
            found[unit] = ordinal
    return found
