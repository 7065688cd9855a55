"""Over many units: which variances need words, which have them in which state, and which of them are stale."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from reports.commentary.lines import Value, is_stale, read_values
from reports.commentary.reversal import Unreversed, unreversed
from reports.models import Commentary
from reports.selection import Selection
from units.scope import Scope


@dataclass(frozen=True)
class Place:
    """A line of a unit's statement: what it differs by now, and the words on it. One of both may be missing."""

    code: str
    value: Value | None
    words: Commentary | None = None

    @property
    def is_missing(self) -> bool:
        """Whether words are required here and nobody has written any."""
        return self.words is None and self.value is not None and self.value.needs_words

    @property
    def is_stale(self) -> bool:
        """Whether the words were written for another value than stands now."""
        return self.words is not None and is_stale(self.words, self.value)


@dataclass(frozen=True)
class Needs:
    """The lines of one unit that need words or have some, in the order of the statement, and what has not reversed."""

    places: tuple[Place, ...]
    unreversed: tuple[Unreversed, ...] = ()

    @property
    def required(self) -> int:
        """How many lines need words."""
        return sum(1 for each in self.places if each.value is not None and each.value.needs_words)

    @property
    def missing(self) -> int:
        return sum(1 for each in self.places if each.is_missing)

    @property
    def stale(self) -> int:
        return sum(1 for each in self.places if each.is_stale)

    def in_state(self, state: str) -> int:
        """How many words stand in a state, required or not."""
        return sum(1 for each in self.places if each.words is not None and each.words.state == state)


def standing(scope: Scope, selection: Selection, units: Collection[int]) -> list[Commentary]:
    """The words a reader may see on the statements picked, with `replies` counted; one query."""
    found = Commentary.objects.within(scope).filter(
        unit__in=units, period=selection.period, basis=selection.basis, baseline=selection.baseline
    )
    replies = Count("events", filter=Q(events__kind="replied"))
    return list(found.annotate(replies=replies).order_by("pk"))


def needs_of(values: Mapping[str, Value], words: Sequence[Commentary], late: Sequence[Unreversed] = ()) -> Needs:
    """What one unit's values and the words on them come to; words on a line that is gone stand at the end."""
    said = {each.line: each for each in words}
    places = [Place(code, value, said.get(code)) for code, value in values.items() if value.needs_words or code in said]
    gone = [Place(code, None, each) for code, each in said.items() if code not in values]
    return Needs((*places, *gone), tuple(late))


def commentary_board(scope: Scope, selection: Selection, units: Sequence[int]) -> dict[int, Needs]:
    """By unit, which lines need words and what stands there; the same number of queries however many units.

    Against a forecast only the selection's own unit is read.
    """
    values = read_values(scope, selection, units)
    words, late = standing(scope, selection, units), unreversed(scope, selection, units)
    return {
        unit: needs_of(
            values[unit],
            [each for each in words if each.unit_id == unit],
            [each for each in late if each.commentary.unit_id == unit],
        )
        for unit in units
    }
