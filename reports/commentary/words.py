"""What is written on a variance, and what refuses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ledger.periods import Calendar, PeriodUnknown
from reports.formatting import single
from reports.models import Commentary

LONGEST = 2_000
FARTHEST = 24
"""A timing difference comes back within so many periods; what takes longer is no matter of timing."""
NO_REVERSAL = "A timing difference needs the period in which it is expected to reverse."
OVERTAKEN = "Somebody else was faster: these words have changed since you looked. Read them before you go on."


class CommentaryRefused(ValueError):
    """A step on commentary that is not possible; the sentence says why."""


class NotAsItStands(CommentaryRefused):
    """The step does not begin where the commentary stands: whoever takes it believes something else of it."""


@dataclass(frozen=True)
class Words:
    """A text with its cause, and whether the difference comes back; `reverses` is the ordinal of the period it does."""

    text: str
    cause: str
    nature: str
    reverses: int | None = None


def words_of(standing: Commentary) -> Words:
    """The words that stand on a line."""
    return Words(standing.text, standing.cause, standing.nature, standing.reverses)


def vet(words: Words, *, ordinal: int) -> None:
    """Raise CommentaryRefused for words that do not say enough about a variance of the period with this ordinal."""
    if not words.text.strip():
        raise CommentaryRefused("A commentary needs words.")
    if len(words.text) > LONGEST:
        raise CommentaryRefused(f"A commentary has at most {LONGEST:,} characters.")
    if words.cause not in Commentary.Cause.values:
        raise CommentaryRefused(f"Choose a cause: {', '.join(Commentary.Cause.values)}.")
    if words.nature not in Commentary.Nature.values:
        raise CommentaryRefused("Say whether the difference is timing or permanent.")
    if words.nature == Commentary.Nature.PERMANENT and words.reverses is not None:
        raise CommentaryRefused("A permanent difference does not reverse; leave the period out, or say it is timing.")
    if words.nature == Commentary.Nature.TIMING and words.reverses is None:
        raise CommentaryRefused(NO_REVERSAL)
    if words.reverses is not None and not ordinal < words.reverses <= ordinal + FARTHEST:
        raise CommentaryRefused(f"A difference reverses in a later period, at most {FARTHEST} ahead.")


def named(calendar: Calendar, ordinal: int) -> str:
    """A period as people say it: `Nov 2026`; its code where periods are no months."""
    try:
        period = calendar.at(ordinal)
    except PeriodUnknown:
        return f"period {ordinal}"
    return period.code if "-P" in period.code else f"{period.ends:%b %Y}"


def ahead(calendar: Calendar, ordinal: int) -> list[tuple[int, str]]:
    """The periods a difference of this one may reverse in, as a drop-down offers them."""
    found = []
    for later in range(ordinal + 1, ordinal + FARTHEST + 1):
        try:
            calendar.at(later)
        except PeriodUnknown:
            break
        found.append((later, named(calendar, later)))
    return found


def written_for(then: int, now: int | None, currency: str) -> str:
    """What the words were written for, and what stands there now: `Written for −$1.20M, now −$0.90M.`"""
    told = single(now, currency, signed=True) if now is not None else "no figure"
    return f"Written for {single(then, currency, signed=True)}, now {told}."


def terms_of(standing: Commentary) -> dict[str, Any]:
    """What the words stood with, for their history: plain JSON."""
    kept = ("cause", "nature", "reverses", "actual", "compared", "mark")
    return {name: getattr(standing, name) for name in kept}
