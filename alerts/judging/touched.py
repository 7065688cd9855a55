"""Whom a change of a threshold touches: the units that another limit judges from then on. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from alerts.judging.inheritance import Edition, Effective, Spot, Subject, effective, in_force, silent

NEW = 2**62
"""The threshold and the mark of what is set by nobody yet: after all others."""


@dataclass(frozen=True)
class Moved:
    """What judges a unit on one subject before a change and after it; None where nothing does."""

    unit: int
    subject: Subject
    before: Effective | None
    after: Effective | None


def moved(spots: Iterable[Spot], editions: Collection[Edition], draft: Edition, *, at: int) -> list[Moved]:
    """The units, in the order of the tree, that other terms would judge from a period on if a draft were set.

    A unit with a nearer threshold of its own is not among them, and neither is one whose terms stay the same while
    words, owner or action change. A draft on another metric, or compared otherwise, moves a unit on two subjects.
    """
    before = _judging(editions, at=at)
    after = _judging([*editions, replace(draft, from_mark=NEW)], at=at)
    was = next((each for each in before if each.threshold == draft.threshold), None)
    metrics = {draft.terms.metric} if was is None else {was.terms.metric, draft.terms.metric}
    here = [spot for spot in spots if draft.unit.left <= spot.left and spot.right <= draft.unit.right]
    return [each for spot in sorted(here, key=lambda spot: spot.left) for each in _of(spot, before, after, metrics)]


def judged_from(draft: Edition, *, newest: int | None) -> int:
    """The period in which a draft is compared with what stands: the newest that is over, or the first it judges.

    Of a new threshold that is over by then it is the last it judges.
    """
    since = draft.since if draft.since is not None else newest
    found = max(newest or 0, since or 0)
    if draft.threshold == NEW and draft.until is not None:
        return min(found, draft.until)
    return found


def _judging(editions: Iterable[Edition], *, at: int) -> list[Edition]:
    return [each for each in in_force(editions, at=at).values() if not silent(each, at=at)]


def _of(spot: Spot, before: list[Edition], after: list[Edition], metrics: set[str]) -> list[Moved]:
    was, will = _held(spot, before, metrics), _held(spot, after, metrics)
    subjects = sorted({*was, *will})
    return [
        Moved(spot.unit, subject, was.get(subject), will.get(subject))
        for subject in subjects
        if _judged(was.get(subject)) != _judged(will.get(subject))
    ]


def _held(spot: Spot, editions: list[Edition], metrics: set[str]) -> dict[Subject, Effective]:
    return {each.edition.subject: each for metric in metrics for each in effective(spot, editions, metric)}


def _judged(held: Effective | None) -> tuple[object, ...] | None:
    """What decides how a figure is judged, and until when."""
    return None if held is None else (held.edition.threshold, held.edition.terms, held.edition.until)
