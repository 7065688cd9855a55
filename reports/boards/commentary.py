"""Words on a unit's statement: the cells beside its lines, and the list of what needs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from reports.asked import Asked
from reports.boards.actors import Actor, authors
from reports.boards.naming import short_name
from reports.boards.statement import Chart
from reports.commentary import rights
from reports.commentary.lines import Value, may_be_explained
from reports.commentary.needs import Needs, Place, Words, all_words, needs_of
from reports.commentary.reversal import Unreversed, left_of, months_of
from reports.commentary.words import named, written_for
from reports.figures import Action, Comment, CommentarySection, Remarked, Section, Statement, UnitBoard, Variance
from reports.formatting import apart, scale_for, single
from reports.levels import Series
from reports.models import Commentary
from reports.selection import Selection
from reports.wording import count, listed
from units.models import Unit
from units.scope import Scope

STATES = {"draft": ("Draft", ""), "submitted": ("Submitted", "info"), "accepted": ("", "")}
RULE = "Words are asked of the finest lines whose difference is material."
RULE_OF_GROUPS = "A group needs none where words handed in below leave at most a fifth of its difference over."


@dataclass(frozen=True)
class Told:
    """What one unit's statement says in words, as its reader may see it."""

    scope: Scope
    selection: Selection
    values: Mapping[str, Value]
    needs: Needs
    names: Mapping[str, Actor]
    currency: str

    @property
    def may_write(self) -> bool:
        return self.scope.may(rights.WRITE, self.selection.unit)

    @property
    def may_work(self) -> bool:
        return self.scope.may(rights.WORK, self.selection.unit)

    def href(self, line: str) -> str:
        return commentary_href(self.selection, line)


def commentary_href(selection: Selection, line: str) -> str:
    """Where the words on a line stand."""
    return reverse("unit-commentary", args=[selection.unit.code]) + selection.query(line=line)


def href_of(words: Commentary) -> str:
    """The same for words that were read, wherever they stand."""
    against = {} if words.baseline == "budget" else {"against": words.baseline}
    parts = {"period": words.period.code, "basis": words.basis, **against, "line": words.line}
    return f"{reverse('unit-commentary', args=[words.unit.code])}?{urlencode(parts)}"


@dataclass(frozen=True)
class UnitWords:
    """The words that are read of one unit."""

    words: Words

    @classmethod
    def read(cls, scope: Scope, selection: Selection) -> UnitWords | None:
        """As the reader may see them; None where words cannot stand, or are not his. One query."""
        if not may_be_explained(selection) or not scope.may(rights.READ, selection.unit):
            return None
        return cls(all_words(scope, selection, [selection.unit.pk], groups=[selection.unit]))

    def months(self, scope: Scope, selection: Selection) -> Asked[Series]:
        """The question for the months in which the differences could have come back."""
        return months_of(scope, selection, self.words.due)

    def told(
        self,
        scope: Scope,
        selection: Selection,
        found: Mapping[str, Value],
        months: Series,
        *,
        chart: Chart,
        currency: str,
    ) -> Told:
        """The words beside the values of their statement, which are read already."""
        words = self.words
        late = left_of(words.due, months, chart, selection.calendars.calendar)
        names = authors([*words.standing, *(each.commentary for each in late)])
        needs = needs_of(found, words.standing, late, unit=selection.unit, below=words.below)
        return Told(scope, selection, found, needs, names, currency)


def with_words(board: UnitBoard, said: Told | None) -> UnitBoard:
    """The board with the words on its statement: a cell on each line, and the list below."""
    if said is None:
        return board
    places = {place.code: place for place in said.needs.places}
    rows = tuple(replace(row, comment=_cell(said, row.code, places.get(row.code))) for row in board.statement.rows)
    section = section_of(said, board.statement)
    actions = (*board.actions, _comment(said)) if said.may_work else board.actions
    return replace(board, statement=replace(board.statement, rows=rows), commentary=section, actions=actions)


def _comment(said: Told) -> Action:
    """The way to all words on the unit's statement, for who may have his part in them."""
    href = reverse("unit-commentary", args=[said.selection.unit.code]) + said.selection.query()
    return Action("Comment", href, "message-square", is_primary=True)


def section_of(said: Told, statement: Statement | None = None) -> CommentarySection | None:
    """What needs words, what has them, and what has not reversed; None where there is nothing to tell."""
    needs = said.needs
    shown = [each for each in needs.places if each.words is not None or said.may_work]
    if not shown and not needs.unreversed:
        return None
    sizes = [each.value.variance for each in shown if each.value is not None]
    scale = statement.scale if statement is not None else scale_for(sizes, currency=said.currency)
    return CommentarySection(
        Section(_title(said, len(shown)), f"Differences in {scale.unit}. {_rule(said)}" if said.may_work else ""),
        rows=tuple(remarked(said, each) for each in sorted(shown, key=_rank)),
        late=tuple(late_row(each, said.names, said) for each in needs.unreversed),
        scale=scale,
    )


def _rule(said: Told) -> str:
    unit = said.selection.unit
    return f"{RULE} {RULE_OF_GROUPS}" if unit.right > unit.left + 1 else RULE


def _title(said: Told, shown: int) -> str:
    needs = said.needs
    if not said.may_work:
        return f"{count(shown).capitalize()} {'difference is' if shown == 1 else 'differences are'} explained"
    if not needs.required:
        return "No difference needs words"
    if not needs.missing:
        return "Every material difference has words"
    wanting = "needs" if needs.missing == 1 else "need"
    return f"{count(needs.missing).capitalize()} of {count(needs.required)} material differences still {wanting} words"


def _rank(place: Place) -> tuple[bool, bool]:
    """What has no words first, then what is stale."""
    return (not place.is_missing, not place.is_stale)


def _cell(said: Told, code: str, place: Place | None) -> Comment | None:
    """What stands beside a line: its words, the way to write them, or nothing."""
    if place is None or place.words is None:
        if not said.may_write or code not in said.values:
            return None
        is_needed = place is not None and place.is_missing
        return Comment("", "", "", href=said.href(code), is_needed=is_needed)
    words, who = place.words, said.names[place.words.author]
    state, tone = state_of(place)
    replies = words.replies if said.may_work else 0  # type: ignore[attr-defined]  # counted with the words
    return Comment(who.initials, who.name, words.text, replies, href=said.href(code), state=state, tone=tone)


def state_of(place: Place) -> tuple[str, str]:
    """How words stand, as a tag says it; accepted words that fit their value need none."""
    assert place.words is not None  # asked of words only
    if place.is_stale:
        return "Value moved", "warn"
    if place.words.rolled_from_id is not None:
        return "Rolled forward", "warn"
    return STATES[place.words.state]


def remarked(said: Told, place: Place) -> Remarked:
    """A line in the list below the statement."""
    label = place.value.line.label if place.value is not None else place.code.removeprefix("account:")
    href = said.href(place.code)
    shown = difference(place.value, said.currency)
    if place.words is None and place.explained_by:
        return Remarked(label, href, shown, text=f"Explained by {named_units(place.explained_by)}.", is_quiet=True)
    if place.words is None:
        return Remarked(label, href, shown, state="Needs words", tone="warn")
    who = said.names[place.words.author]
    state, tone = state_of(place)
    moved = place.value.variance if place.value is not None else None
    return Remarked(
        label,
        href,
        shown,
        text=place.words.text,
        who=who.name,
        initials=who.initials,
        state=state,
        tone=tone,
        note=written_for(place.words.variance, moved, said.currency) if place.is_stale else "",
        is_quiet=not place.is_stale,
    )


def named_units(units: Sequence[Unit]) -> str:
    """`Units 4 and 6`, or names where units have no numbers."""
    shorts = [short_name(each.code) for each in units]
    if len(shorts) > 1 and all(each.startswith("Unit ") for each in shorts):
        return f"Units {listed([each.removeprefix('Unit ') for each in shorts])}"
    called = zip(units, shorts, strict=True)
    return listed([apart(each.name) if short == each.code else short for each, short in called])


def late_row(late: Unreversed, names: Mapping[str, Actor], said: Any) -> Remarked:
    """A timing difference that has not come back: `Was to reverse in Nov 2026: has not.`"""
    words = late.commentary
    calendar = said.selection.calendars.calendar
    month, began = named(calendar, words.reverses or 0), named(calendar, words.period.ordinal)
    line = said.values.get(words.line)
    label = line.line.label if line is not None else words.line.removeprefix("account:")
    who = names[words.author]
    return Remarked(
        f"{label}, {began}",
        href_of(words),
        Variance(late.left, currency=said.currency),
        text=words.text,
        who=who.name,
        initials=who.initials,
        state="Has not reversed",
        tone="bad",
        note=f"Was to reverse in {month}: has not. {single(late.left, said.currency, signed=True)} is left.",
    )


def difference(value: Value | None, currency: str) -> Variance:
    """The variance a line stands for."""
    if value is None:
        return Variance(None, reason="not_applicable: no variance here any more")
    return Variance(value.variance, effect=value.effect, is_material=value.is_material, currency=currency)  # type: ignore[arg-type]  # an effect
