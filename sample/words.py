"""The words of the demonstration: what leaders said of September 2026, in every state that words can have.

They go in through the verbs, so that each is bound to the value that stood when it was written. Lines are named by
their accounts; a line that the figures leave without a variance is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ledger.querysets import company_calendars
from people.models import Person
from reports.actions import commentary
from reports.commentary.words import CommentaryRefused, Words
from reports.selection import select
from sample.people import CAST, Part
from units.models import Unit
from units.roles import EXECUTIVE
from units.scope import Scope

PERIOD, LATER = "2026-09", "2026-11"


@dataclass(frozen=True)
class Said:
    """Words on a line of a leader's unit; `stage` is how far they came. Timing reverses in November."""

    unit: str
    line: str
    text: str
    cause: str
    stage: str = "accepted"
    is_timing: bool = False
    reply: str = ""


SAID: tuple[Said, ...] = (
    Said("U06", "account:4200", "Two large customers moved to usage plans in July.", "mix"),
    Said("U06", "account:5100", "Support grows with customers.", "volume", "submitted"),
    Said(
        "U06",
        "account:5310",
        "Committed capacity ran out in June; burst runs at list price.",
        "price",
        reply="@Noor Haddad, when does the new commitment begin?",
    ),
    Said("U06", "account:5330", "A migration was billed at once; credit follows.", "phasing", "draft", is_timing=True),
)


def write_words(*, at: datetime) -> None:
    """Write them, in the names of the leaders and of the executive."""
    wanted = {said.unit for said in SAID} | {EXECUTIVE}
    people = {who: _scope(part, at) for part in CAST if (who := part.unit or part.role) in wanted}
    for said in SAID:
        _write(said, people[said.unit], people[EXECUTIVE], at)


def _scope(part: Part, at: datetime) -> Scope:
    return Scope.of(Person.objects.known_as(part.name), at=at)


def _write(said: Said, leader: Scope, executive: Scope, at: datetime) -> None:
    unit = Unit.objects.within(leader).get(code=said.unit)
    selection = select({"period": PERIOD}, scope=leader, unit=unit, basis="month")
    later = company_calendars().calendar.parse(LATER).ordinal if said.is_timing else None
    words = Words(said.text, said.cause, "timing" if said.is_timing else "permanent", later)
    try:
        standing = commentary.write(actor=leader, selection=selection, line=said.line, words=words, at=at)
    except CommentaryRefused:
        return
    if said.stage != "draft":
        standing = commentary.submit(actor=leader, commentary=standing, at=at)
    if said.stage == "accepted":
        standing = commentary.accept(actor=executive, commentary=standing, at=at)
    if said.reply:
        commentary.reply(actor=executive, commentary=standing, text=said.reply, at=at)
