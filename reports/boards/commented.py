"""One variance with the words on it: both legs, what was written and for which value, and what may be done now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime

from alerts.telling.owners import people_who_may, span_of
from reports.baselines import LABELS
from reports.boards.actors import Actor, actors
from reports.boards.commentary import commentary_href, difference, named_units, state_of
from reports.boards.naming import explain_href, full_name
from reports.commentary import rights
from reports.commentary.asking import CommentaryForm, ReasonForm, ReplyForm
from reports.commentary.lines import Value
from reports.commentary.needs import Place
from reports.commentary.words import named, written_for
from reports.figures import Activity, CommentaryPage, Crumb, Deed, Figure
from reports.models import Commentary, CommentaryEvent
from reports.selection import Selection
from units.scope import Scope

DRAFT, SUBMITTED, ACCEPTED, _ = Commentary.State.values
DID = {
    "written": "wrote",
    "rolled_forward": "took over the words of the period before",
    "submitted": "submitted it",
    "accepted": "accepted it",
    "reopened": "opened it again: “{text}”",
}


@dataclass(frozen=True)
class Refused:
    """A step that was not possible: which one, the form as it was sent, and why."""

    name: str
    form: Any
    sentence: str = ""


@dataclass(frozen=True)
class Asked:
    """One line of a statement, read with its words and their history; `before` are the words of the period before."""

    scope: Scope
    selection: Selection
    place: Place
    label: str
    events: Sequence[CommentaryEvent]
    names: Mapping[str, Actor]
    before: Commentary | None
    currency: str
    at: datetime
    refused: Refused | None = None

    @property
    def words(self) -> Commentary | None:
        return self.place.words

    @property
    def may_write(self) -> bool:
        """Whether a form is offered: to who writes on the unit, while there is a value and nobody is to accept."""
        is_open = self.words is None or self.words.state == DRAFT
        return is_open and self.place.value is not None and self.scope.may(rights.WRITE, self.selection.unit)

    def form_of(self, name: str, otherwise: Any) -> Any:
        """The form of a step: as it was sent where it was refused, with the sentence on it."""
        if self.refused is None or self.refused.name != name:
            return otherwise
        form = self.refused.form
        if self.refused.sentence and not form.errors:
            form.add_error(None, self.refused.sentence)
        now = {}  # what stands is on the page now: the next try begins from it
        if self.words is not None:
            now["seen"] = str(self.words.number)
        if self.place.value is not None:
            now["shown"] = str(self.place.value.variance)
        form.data = {**form.data.dict(), **now}
        return form

    def unsaved(self) -> dict[str, Any]:
        """Why a draft was not saved and what was typed, where no form could hold either."""
        if self.refused is None or self.refused.name != "write" or self.may_write:
            return {}
        typed = self.refused.form.data.get("text", "").strip()
        return {"refused": self.refused.sentence or "These words cannot be changed now.", "unsaved": typed}


def read_asked(
    scope: Scope, selection: Selection, place: Place, *, currency: str, at: datetime, refused: Refused | None = None
) -> Asked:
    """Read what stands beside one line: the history of its words, who spoke, and the words of the period before."""
    words = place.words
    events = list(CommentaryEvent.objects.within(scope).filter(commentary=words).order_by("-pk")) if words else []
    before = None
    if words is None and scope.may(rights.WRITE, selection.unit):
        before = Commentary.objects.within(scope).right_before(selection).filter(line=place.code).first()
    spoke = [*(each.actor for each in events), *([words.author, words.accepted_by] if words else [])]
    label = place.value.line.label if place.value is not None else place.code.removeprefix("account:")
    names = actors(each for each in spoke if each)
    return Asked(scope, selection, place, label, events, names, before, currency, at, refused)


def commentary_page(asked: Asked) -> CommentaryPage:
    """The page, and what stands in the drawer."""
    selection, words, value = asked.selection, asked.words, asked.place.value
    unit = selection.unit
    state, tone = state_of(asked.place) if words is not None else ("", "")
    may_work = asked.scope.may(rights.WORK, unit)
    return CommentaryPage(
        title=f"{asked.label}, {full_name(unit)}",
        subtitle=f"{selection.label}, actual against {LABELS[selection.baseline].lower()}",
        crumbs=(Crumb(full_name(unit), reverse("unit", args=[unit.code]) + selection.query() + "#statement"),),
        href=commentary_href(selection, asked.place.code),
        legs=_legs(asked, value),
        variance=difference(value, asked.currency),
        state="Accepted" if words is not None and not state else state,
        tone="good" if words is not None and not state else tone,
        banner=_banner(asked),
        note=_note(asked),
        **asked.unsaved(),
        text="" if words is None else words.text,
        facts=() if words is None else tuple(_facts(asked, words)),
        byline="" if words is None else _byline(asked, words),
        form=asked.form_of("write", _form(asked)) if asked.may_write else None,
        deeds=tuple(_deeds(asked)),
        **(_thread(asked, words) if words is not None and may_work else {}),
    )


def _legs(asked: Asked, value: Value | None) -> tuple[tuple[str, Figure], ...]:
    if value is None:
        return ()
    href = explain_href(asked.selection.unit.code, asked.place.code, asked.selection.query())
    return (
        ("Actual", Figure(value.actual, currency=asked.currency, href=href)),
        (LABELS[asked.selection.baseline], Figure(value.compared, currency=asked.currency)),
    )


def _banner(asked: Asked) -> str:
    """`Written for −$1.20M, now −$0.90M.`"""
    if asked.words is None or not asked.place.is_stale:
        return ""
    now = asked.place.value.variance if asked.place.value is not None else None
    return written_for(asked.words.variance, now, asked.currency)


def _note(asked: Asked) -> str:
    words = asked.words
    if words is not None and words.rolled_from_id is not None:
        before = named(asked.selection.calendars.calendar, asked.selection.period.ordinal - 1)
        return f"These are the words of {before}. Read them, and save them for {asked.selection.label}."
    if words is None and asked.place.explained_by:
        return f"Explained by {named_units(asked.place.explained_by)}: no words of its own are needed."
    if words is None and asked.place.is_missing:
        sees_all = asked.scope.may(rights.WORK, asked.selection.unit)  # others read what was accepted
        return f"This difference is material and has no {'words' if sees_all else 'accepted words'} yet."
    return ""


def _facts(asked: Asked, words: Commentary) -> Iterator[tuple[str, str]]:
    yield "Cause", Commentary.Cause(words.cause).label
    if words.nature == Commentary.Nature.PERMANENT:
        yield "Lasting", "Permanent"
    elif words.reverses is None:
        yield "Lasting", "Timing"
    else:
        yield "Lasting", f"Timing, to reverse in {named(asked.selection.calendars.calendar, words.reverses)}"


def _byline(asked: Asked, words: Commentary) -> str:
    said = f"{asked.names[words.author].name}, {_when(words.written)}"
    if words.accepted is None:
        return said
    return f"{said}. Accepted by {asked.names[words.accepted_by].name}, {_when(words.accepted)}"


def _form(asked: Asked) -> CommentaryForm:
    """What stands already is there to be changed; a draft that was taken over as well."""
    selection, words = asked.selection, asked.words
    first: dict[str, Any] = {"line": asked.place.code, "seen": 0}
    if asked.place.value is not None:
        first["shown"] = asked.place.value.variance
    if words is not None:
        kept = {name: getattr(words, name) for name in ("text", "cause", "nature", "reverses")}
        first |= {**kept, "seen": words.number}
    return CommentaryForm(initial=first, calendar=selection.calendars.calendar, ordinal=selection.period.ordinal)


def _deeds(asked: Asked) -> Iterator[Deed]:
    """What one press does: take over, submit, accept."""
    words, scope, unit = asked.words, asked.scope, asked.selection.unit
    if words is None:
        if asked.before is not None and asked.place.value is not None:
            month = named(asked.selection.calendars.calendar, asked.selection.period.ordinal - 1)
            href = reverse("commentary-roll", args=[unit.code]) + asked.selection.query()
            yield Deed(f"Start from the words of {month}", href, "copy", fields=(("line", asked.place.code),))
        return
    fields = (("seen", str(words.number)),)
    is_own = scope.actor in (words.author, words.submitted_by)
    if words.state == SUBMITTED and rights.may_accept(scope, unit) and not is_own:
        yield Deed("Accept", _step(words, "accept"), "check", is_primary=True, fields=fields)


def _thread(asked: Asked, words: Commentary) -> dict[str, Any]:
    """The replies and steps, the field to answer in, and the way back to a draft."""
    scope, unit = asked.scope, asked.selection.unit
    may_reopen = words.state != DRAFT and (scope.may(rights.WRITE, unit) or rights.may_accept(scope, unit))
    able = people_who_may(rights.WORK, at=asked.at, spans=[span_of(unit)])
    sends_back = words.state == SUBMITTED and scope.actor not in (words.author, words.submitted_by)
    return {
        "thread": tuple(_activity(each, asked.names) for each in asked.events),
        "reply": asked.form_of("reply", ReplyForm()),
        "reply_href": _step(words, "reply"),
        "askable": tuple(able.values_list("name", flat=True)),
        "back": asked.form_of("reopen", ReasonForm(initial={"seen": words.number})) if may_reopen else None,
        "back_href": _step(words, "reopen") if may_reopen else "",
        "back_label": "Send back" if sends_back else "Open again",
    }


def _activity(event: CommentaryEvent, names: Mapping[str, Actor]) -> Activity:
    who, when = names[event.actor], _when(event.at)
    if event.kind in ("replied", "written"):
        return Activity(who.name, event.text, when, who.initials, is_comment=True)
    return Activity(who.name, DID[event.kind].format(text=event.text), when, who.initials)


def _step(words: Commentary, name: str) -> str:
    return reverse("commentary-step", args=[words.public_id, name])


def _when(at: datetime) -> str:
    return f"{localtime(at):%-d %b %H:%M}"
