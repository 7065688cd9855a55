"""Overviews that are printed before anybody asks: after a run a reader finds her board made.

A board that has to be read and printed takes several times as long as one that is kept. So a worker makes them in short
rounds while nothing asks for them, for the people who signed in last first, the newest periods first. Nothing depends
on it: a board that is not made ahead is made when it is asked for. Only where the web processes share what is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils.timezone import localdate

from audit.models import Record
from people.models import Person
from reports import signed
from reports.boards.family import children, children_of
from reports.boards.frame import Statuses
from reports.footing import Footing, picked
from reports.kept import SECONDS, edition
from reports.overviews import Options, printed, standing_of, unresolved_of
from reports.selection import NothingYet, Selection, select
from units.models import Unit
from units.scope import Scope

PEOPLE = 50
"""For how many people: those who signed in last."""
RECENT = 13
"""Of how many periods quarters and years are made beside months: of older ones few people ask for them."""
BASES = ("qtd", "month", "ytd")
MADE_FOR = SECONDS // 2
"""Seconds until boards that were made are looked at again: before they are forgotten."""


def make_ahead(*, at: datetime, goes_on: Callable[[], bool]) -> int:
    """Make boards as long as it `goes_on`; how many. Goes on the next time where it stopped.

    One query where nothing was done since everything was made. What stands already is not made again.
    """
    if not settings.REDIS_URL:
        return 0
    today = localdate(at)
    whole = _name("all", today, Record.objects.newest())
    if signed.found(whole) is not None:
        return 0
    made = 0
    for reader in _readers(at):
        for _ in reader.boards(today):
            made += 1
            if not goes_on():
                return made
    signed.put(whole, "made", seconds=MADE_FOR)
    return made


@dataclass(frozen=True)
class _Reader:
    """Whoever has this scope: the unit that pages begin with, and how the units stand."""

    scope: Scope
    on: Footing
    standing: Statuses

    def boards(self, today: date) -> Iterator[None]:
        """Make one board after the other, from the one after the last that was made."""
        name = _name(self.scope.key, today, self.on.mark, self.on.computed_at, self.standing)
        made = int(signed.found(name) or 0)
        for number, selection in enumerate(self._selections(today)):
            if number < made:
                continue
            below = children(self.scope, selection, self.on)
            if below:
                printed(self.scope, selection, below, on=self.on, standing=self.standing, options=Options())
            signed.put(name, str(number + 1), seconds=MADE_FOR)
            yield

    def _selections(self, today: date) -> Iterator[Selection]:
        """What is asked for most: the newest periods, over each stretch of time."""
        known: dict[tuple[object, ...], Any] = {}

        def recalled(name: tuple[object, ...], ask: Callable[[], Any]) -> Any:
            return known[name] if name in known else known.setdefault(name, ask())

        def selected(**asked: str) -> Selection:
            unit = self.on.unit
            return select(asked, scope=self.scope, unit=unit, basis="qtd", today=today, on=self.on, recall=recalled)

        try:
            periods = selected().periods
        except NothingYet:
            return
        for age, period in enumerate(reversed(periods)):
            for basis in BASES if age < RECENT else ("month",):
                yield selected(period=period.code, basis=basis)


def _readers(at: datetime) -> Iterator[_Reader]:
    """A reader for every scope there is among those who signed in last."""
    seen = set()
    active = Person.objects.filter(is_active=True).order_by(F("last_login").desc(nulls_last=True), "pk")
    for person in active[:PEOPLE]:
        scope = Scope.of(person, at=at)
        if scope.key in seen or not scope.may("figures.read"):
            continue
        seen.add(scope.key)
        on = picked(Unit.objects.within(scope), {}, children=children_of(scope))
        if on is not None and on.beside["children"]:
            yield _Reader(scope, on, standing_of(unresolved_of(scope), today=localdate(at)))


def _name(*made_of: object) -> str:
    return "ahead:" + hashlib.sha256(repr((edition(), *made_of)).encode()).hexdigest()
