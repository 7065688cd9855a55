"""Words on variances in one line: pick a statement, write, submit, accept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ledger.querysets import company_calendars
from people.models import Person
from reports.actions import commentary
from reports.commentary.words import Words
from reports.models import Commentary
from reports.selection import Selection, select
from units.models import Unit
from units.scope import Scope

SAID = Words("Two large customers moved to usage plans.", "volume", "permanent")


def scope(who: Person, at: datetime) -> Scope:
    return Scope.of(who, at=at)


def ordinal(code: str) -> int:
    """Of the period of a code."""
    return company_calendars().calendar.parse(code).ordinal


def timing(until: str, text: str = "Billed a month early.") -> Words:
    """Words that call a difference timing."""
    return Words(text, "phasing", "timing", ordinal(until))


def picked(unit: str, period: str = "2026-09", **more: str) -> Selection:
    """The statement of a unit, as a page picks it."""
    return select(
        {"period": period, **more}, scope=Scope.system("test"), unit=Unit.unscoped.get(code=unit), basis="month"
    )


def written(
    who: Person, unit: str = "SHOPS", line: str = "revenue", *, words: Words = SAID, at: datetime, **more: Any
) -> Commentary:
    """A draft."""
    seen = {"seen": more.pop("seen")} if "seen" in more else {}
    return commentary.write(
        actor=Scope.of(who, at=at), selection=picked(unit, **more), line=line, words=words, at=at, **seen
    )


def submitted(who: Person, *args: Any, at: datetime, **more: Any) -> Commentary:
    """Words that wait."""
    return commentary.submit(actor=Scope.of(who, at=at), commentary=written(who, *args, at=at, **more), at=at)


def accepted(who: Person, by: Person, *args: Any, at: datetime, **more: Any) -> Commentary:
    """Words that somebody else agreed to."""
    words = submitted(who, *args, at=at, **more)
    return commentary.accept(actor=Scope.of(by, at=at), commentary=words, at=at)
