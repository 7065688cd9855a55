"""Over many units: which variances need words, which have them in which state, and which of them are stale."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from reports.asked import at_once
from reports.boards.actors import with_author
from reports.boards.statement import Chart
from reports.commentary.below import explained_by, said_below
from reports.commentary.lines import Value, is_stale, values_asked
from reports.commentary.reversal import Unreversed, due, is_due, left_of, months_of
from reports.models import Commentary
from reports.selection import Selection
from units.models import Unit
from units.scope import Scope


@dataclass(frozen=True)
class Place:
    """A line of a unit's statement: what it differs by now, and the words on it. One of both may be missing.

    `explained_by` are units below whose words explain it between them, so that it needs none of its own.
    """

    code: str
    value: Value | None
    words: Commentary | None = None
    explained_by: tuple[Unit, ...] = ()

    @property
    def is_required(self) -> bool:
        """Whether words are asked for here, written or not."""
        return self.value is not None and self.value.needs_words and not self.explained_by

    @property
    def is_missing(self) -> bool:
        """Whether words are required here and nobody has written any."""
        return self.words is None and self.is_required

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
        return sum(1 for each in self.places if each.is_required)

    @property
    def missing(self) -> int:
        return sum(1 for each in self.places if each.is_missing)

    @property
    def stale(self) -> int:
        return sum(1 for each in self.places if each.is_stale)

    def in_state(self, state: str) -> int:
        """How many words stand in a state, required or not."""
        return sum(1 for each in self.places if each.words is not None and each.words.state == state)


@dataclass(frozen=True)
class Words:
    """Words on the statements picked, on units `below` them, and timing differences that were to reverse by now."""

    standing: Sequence[Commentary] = ()
    below: Sequence[Commentary] = ()
    due: Sequence[Commentary] = ()


def all_words(scope: Scope, selection: Selection, units: Collection[int], *, groups: Iterable[Unit] = ()) -> Words:
    """All the words that say what units need, the differences that are due with the oldest first; one query.

    Of `groups` among the units what was said below them is read too.
    """
    of_units = Q(unit__in=units)
    asked = (of_units & (_picked(selection) | due(selection))) | (said_below(groups) & _picked(selection))
    found = _replied(Commentary.objects.within(scope).filter(asked))
    rows = list(found.select_related("unit", "period", "rolled_from").order_by("period__ordinal", "pk"))
    place, ids = (selection.period.pk, selection.basis, selection.baseline), set(units)
    here = sorted(
        (each for each in rows if (each.period_id, each.basis, each.baseline) == place), key=lambda each: each.pk
    )
    return Words(
        standing=[each for each in here if each.unit_id in ids],
        below=here,
        due=[each for each in rows if each.unit_id in ids and is_due(each, selection)],
    )


def _replied(words: QuerySet[Commentary]) -> QuerySet[Commentary]:
    told: QuerySet[Commentary] = with_author(words)
    return told.annotate(replies=Count("events", filter=Q(events__kind="replied")))


def _picked(selection: Selection) -> Q:
    """On the statement picked."""
    return Q(period=selection.period, basis=selection.basis, baseline=selection.baseline)


def needs_of(
    values: Mapping[str, Value],
    words: Sequence[Commentary],
    late: Sequence[Unreversed] = (),
    *,
    unit: Unit | None = None,
    below: Sequence[Commentary] = (),
) -> Needs:
    """What one unit's values and the words on them come to; words on a line that is gone stand at the end.

    Of a group (`unit`) lines that words on units `below` explain need none of their own.
    """
    said = {each.line: each for each in words}
    places = [
        Place(code, value, said.get(code), explained_by(unit, code, value.variance, below) if unit else ())
        for code, value in values.items()
        if value.needs_words or code in said
    ]
    gone = [Place(code, None, each) for code, each in said.items() if code not in values]
    return Needs((*places, *gone), tuple(late))


def commentary_board(
    scope: Scope,
    selection: Selection,
    units: Sequence[int],
    *,
    chart: Chart | None = None,
    groups: Sequence[Unit] = (),
) -> dict[int, Needs]:
    """By unit, which lines need words and what stands there; the same number of queries however many units.

    Two queries, and the chart of accounts where it is not read yet. Against a forecast only the selection's own unit is
    read. `groups` are those of the units that may be explained from below.
    """
    chart = chart or Chart.read()
    words, whole = all_words(scope, selection, units, groups=groups), {each.pk: each for each in groups}
    values, months = at_once(values_asked(scope, selection, units, chart), months_of(scope, selection, words.due))
    late = left_of(words.due, months, chart, selection.calendars.calendar)
    return {
        unit: needs_of(
            values[unit],
            [each for each in words.standing if each.unit_id == unit],
            [each for each in late if each.commentary.unit_id == unit],
            unit=whole.get(unit),
            below=words.below,
        )
        for unit in units
    }
