"""The trees that structure files speak about, as they would stand: of units, and of accounts. Nothing is looked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.report import Problem
from ledger.structure import StructureTable

ONE_DAY = timedelta(days=1)
TODAY = "today"

Dated = tuple[tuple[date, str], ...]
"""Days, each with the parent that goes with it, the earliest first."""


@dataclass(frozen=True)
class Place:
    """Where a unit hangs today, on what until which days before, and on what from which days on that have not come."""

    parent: str | None
    formers: Dated = ()
    planned: Dated = ()

    def on(self, day: date) -> str | None:
        """The parent on a day."""
        before = next((parent for ends, parent in self.formers if ends >= day), None)
        later = [parent for starts, parent in self.planned if starts <= day]
        return before or (later[-1] if later else self.parent)

    def stated(self, dated: Mapping[date | None, str], today: date) -> Place:
        """The place a file states: on what from which day on, and (no day) on what at first.

        Where it says nothing of the time before its first day, what stands at first is left.
        """
        at = dated.get(None) or self.on(date.min)
        formers, planned, now = [], [], at
        for day, parent in sorted((day, parent) for day, parent in dated.items() if day is not None):
            if parent != at and day <= today:
                formers.append((day - ONE_DAY, at or ""))
                now = parent
            elif parent != at:
                planned.append((day, parent))
            at = parent
        return Place(now, tuple(formers), tuple(planned))

    def __str__(self) -> str:
        before = [f"{parent} until {ends}" for ends, parent in self.formers]
        return "; ".join([*before, self.parent or "", *(f"{parent} from {starts}" for starts, parent in self.planned)])


Places = Mapping[str, Place]
"""By unit where it hangs."""


def whole(table: StructureTable, standing: Mapping[str, str | None]) -> dict[str, str | None]:
    """Code → parent's code of the whole tree as it would stand: the file's rows first, in their order."""
    stated = {row.code: row.values.get("parent", standing.get(row.code)) or None for row in table.rows}
    return stated | {code: parent for code, parent in standing.items() if code not in stated}


def circles(parents: Mapping[str, str | None]) -> list[str]:
    """The codes that stand above themselves, in the order given."""
    found = []
    for code in parents:
        above, seen = parents[code], set()
        while above and above not in seen and above != code:
            seen.add(above)
            above = parents.get(above)
        if above == code:
            found.append(code)
    return found


def circles_of_all_days(places: Places, today: date) -> dict[str, str]:
    """The units that stand above themselves on some day, with that time in words: the first one of each unit."""
    days = {today: TODAY}
    days |= {starts: f"from {starts}" for place in places.values() for starts, _ in place.planned}
    days |= {ends: f"until {ends}" for place in places.values() for ends, _ in place.formers}
    found: dict[str, str] = {}
    for day in sorted(days):
        for code in circles({code: place.on(day) for code, place in places.items()}):
            found.setdefault(code, days[day])
    return found


def faults(table: StructureTable, parents: Mapping[str, str | None], noun: str) -> list[Problem]:
    """Problems of the tree, each at its row: parents nobody knows, and units or accounts above themselves."""
    rows = {row.code: row for row in table.rows}
    problems = []
    for code, row in rows.items():
        if parents[code] and parents[code] not in parents and parents[code] not in table.codes:
            reason = f"There is no {noun} with this code to hang {code} under."
            problems.append(Problem(table.file, reason, row=row.number, column="parent", value=str(parents[code])))
    for code in [] if table.problems else circles(parents):
        if code in rows:
            reason = f"The {noun} {code} would stand above itself."
            problems.append(
                Problem(table.file, reason, row=rows[code].number, column="parent", value=str(parents[code]))
            )
    return problems


def faults_of_other_days(table: StructureTable, places: Places, today: date) -> list[Problem]:
    """Problems of the trees of other days, each at its row: units that would stand above themselves."""
    rows = {row.code: row for row in table.rows}
    reason = "In the tree of the time {}, the unit {} would stand above itself."
    return [
        table.fault(rows[code], "parent", reason.format(when, code))
        for code, when in circles_of_all_days(places, today).items()
        if code in rows and when != TODAY
    ]


def moved_since(table: StructureTable, before: Mapping[str, str | None], places: Places) -> list[Problem]:
    """A warning for each row that puts a unit elsewhere than where it moved to, which holds from the move on, and for
    each that puts a unit elsewhere which will move all the same."""
    found = []
    for row in table.rows:
        place = places[row.code]
        if "parent" not in row.values or (row.values["parent"] or None) == before.get(row.code):
            continue
        if place.formers:
            last = place.formers[-1][0]
            reason = f"{row.code} moved after {last}: this parent holds from then on, as if it moved here."
            found.append(table.fault(row, "parent", reason))
        if place.planned:
            starts, parent = place.planned[0]
            reason = f"{row.code} will hang on {parent} from {starts} on all the same."
            found.append(table.fault(row, "parent", reason))
    return found


def left_alone(table: StructureTable, standing: Iterable[str], noun: str) -> list[Problem]:
    """The warning that names what stands and is not in the file; none where everything is."""
    others = sorted(set(standing) - {row.code for row in table.rows})
    if not others:
        return []
    named = ", ".join(others[:5]) + (f" and {len(others) - 5} more" if len(others) > 5 else "")
    reason = f"The file does not mention {noun}s that stand: {named}; they are left as they are."
    return [Problem(table.file, reason)]
