"""What a unit has delivered of a period, and what is still awaited: one state for each of the two.

Only actual figures of the source layer count: nobody waits for adjustments. Whoever delivered a unit in one of the
periods before is awaited again, as in `alerts.judging.gaps`; a source that fell silent for good is not.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from django.db.models import Q
from django.utils.timezone import localdate

from alerts.judging.gaps import EXPECTED_FOR, is_expected
from ledger.actions.closing import Shut
from ledger.models import Delivery, Layer, Version
from units.scope import Scope

State = Literal["outside", "none", "not_due", "late", "partial", "received", "restated", "closed"]
IN: frozenset[State] = frozenset({"received", "restated", "closed"})
"""The states in which all that is awaited has come."""


@dataclass(frozen=True)
class Arrival:
    """One import that filled a slice: when it came, who brought it, its file, and the import's own name."""

    at: datetime
    actor: str
    file: str
    origin: str


@dataclass
class Source:
    """What one source brought for one unit: by ordinal its imports, the oldest first, and the ordinals that stand."""

    arrivals: dict[int, list[Arrival]] = field(default_factory=dict)
    standing: set[int] = field(default_factory=set)

    def is_awaited(self, ordinal: int, *, newest: int) -> bool:
        """Whether a period is still to come from it: it was emptied, or its neighbours stand. `newest` is over."""
        if ordinal in self.standing:
            return False
        if ordinal in self.arrivals:
            return True
        last = max(self.standing, default=ordinal)
        return is_expected(ordinal, self.standing) and (last > ordinal or newest - last <= EXPECTED_FOR)

    def changed(self, ordinal: int) -> Arrival | None:
        """The newest import of a period that came on a later day than its first; None where there is none."""
        first, *later = self.arrivals[ordinal]
        return next((each for each in reversed(later) if localdate(each.at) > localdate(first.at)), None)


Delivered = Mapping[int, Mapping[str, Source]]
"""By unit and the name of the source what it brought."""


@dataclass(frozen=True)
class Cell:
    """How one unit stands in one period.

    `there` and `missing` are sources, `withdrawn` those of the missing that stood once and were emptied; `days` is how
    many days after `due` the missing ones are, 0 before. `first` is the first import of all that stands, `changed` the
    newest that replaced figures on a later day, `shut` what closes it.
    """

    state: State
    due: date | None = None
    days: int = 0
    there: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    first: Arrival | None = None
    changed: Arrival | None = None
    shut: Shut | None = None


def delivered(scope: Scope, *, first: int, last: int, mark: int | None) -> Delivered:
    """What was delivered of these periods and of those just before, as known at a mark (None: now). One query."""
    known = Q() if mark is None else Q(from_mark__lte=mark)
    rows = (
        Delivery.objects.within(scope)
        .filter(known, version__kind=Version.Kind.ACTUAL, origin__layer=Layer.SOURCE)
        .filter(period__ordinal__range=(first - EXPECTED_FOR, last))
        .order_by("from_mark", "pk")
        .values_list(
            *("unit_id", "source", "period__ordinal", "until_mark"),
            *("origin__at", "origin__actor", "origin__filename", "origin__public_id"),
        )
    )
    found: dict[int, dict[str, Source]] = {}
    for unit, name, ordinal, until, *arrival in rows.iterator(chunk_size=2_000):
        source = found.setdefault(unit, {}).setdefault(name, Source())
        source.arrivals.setdefault(ordinal, []).append(Arrival(*arrival))
        if until is None or (mark is not None and until > mark):
            source.standing.add(ordinal)
    return found


def cell(
    sources: Mapping[str, Source],
    ordinal: int,
    *,
    due: date | None,
    newest: int,
    today: date,
    shut: Shut | None,
) -> Cell:
    """The state of a unit in a period. `due` is None where it is not in the company; `newest` is over."""
    there = tuple(name for name, source in sources.items() if ordinal in source.standing)
    missing = tuple(name for name, source in sources.items() if source.is_awaited(ordinal, newest=newest))
    came = [sources[name].arrivals[ordinal] for name in there]
    changes = [change for name in there if (change := sources[name].changed(ordinal))]
    found = Cell(
        state="outside",
        due=due,
        days=max((today - due).days, 0) if due and missing else 0,
        there=there,
        missing=missing,
        withdrawn=tuple(name for name in missing if ordinal in sources[name].arrivals),
        first=min((arrivals[0] for arrivals in came), key=_at, default=None),
        changed=max(changes, key=_at, default=None),
        shut=shut,
    )
    return replace(found, state=_state(found, today=today))


def _state(found: Cell, *, today: date) -> State:
    if not found.there:
        if found.due is None:
            return "outside"
        if found.due >= today:
            return "not_due"
        return "late" if found.missing else "none"
    if found.missing:
        return "partial"
    if found.shut and not (found.changed and found.changed.at > found.shut.at):
        return "closed"
    return "restated" if found.changed else "received"


def _at(arrival: Arrival) -> datetime:
    return arrival.at


def closing_of(shut: Sequence[Shut], ordinal: int, left: int) -> Shut | None:
    """The first closing that holds for the unit with this place in the tree."""
    return next((each for each in shut if each.holds(ordinal, left)), None)


def states(cells: Collection[Cell], *among: State) -> int:
    """How many are in one of these states."""
    return sum(each.state in among for each in cells)
