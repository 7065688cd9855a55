"""Judging all thresholds, and writing what changed.

Figures are read and judged outside any transaction; what must change is then written unit by unit in short
ones, with the alerts locked and compared with what was judged. Evaluating twice equals once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max, Q

from alerts.actions.settling import Settlement
from alerts.inheritance import Edition, Spot, holding, in_force, silent
from alerts.judging import WINDOW, Court
from alerts.models import Alert, Evaluation
from alerts.observations import read_book, units_with_news
from alerts.owners import Owners, owners
from alerts.rulebook import editions, manual, times
from alerts.rules import Knowledge
from audit.actions import record
from ledger.company import group_currency
from metrics.querysets import computed_mark
from units.marks import newest_mark
from units.models import Placement, Unit
from units.scope import Scope

AT_ONCE = 250  # units read and written together


def evaluate(*, actor: Scope, at: datetime) -> Evaluation | None:
    """Judge every threshold on every unit whose figures or rules changed since the last time.

    Writes alerts, their events, news and records, and the evaluation itself. Returns None where nothing
    changed: neither figures nor thresholds, and no further period has ended. The actor is the engine's own
    scope.
    """
    session = _session(actor, at)
    if session is None:
        return None
    units = session.units()
    for start in range(0, len(units), AT_ONCE):
        session.judge(units[start : start + AT_ONCE])
    with transaction.atomic():
        evaluation = Evaluation.objects.create(
            at=at,
            actor=actor.actor,
            mark=session.mark,
            terms_mark=session.terms_mark,
            through=session.court.through,
            counts=dict(session.counts) | {"thresholds": len(session.standing), "units": len(units)},
        )
        record(
            actor=actor.actor,
            verb="alerts.evaluated",
            target=("alerts.evaluation", evaluation.pk),
            at=at,
            after=evaluation.counts | {"mark": session.mark},
        )
    return evaluation


def _session(actor: Scope, at: datetime) -> Session | None:
    """What this evaluation works with; None where the last one knew as much."""
    before = Evaluation.objects.order_by("-pk").first()
    mark = computed_mark()
    terms_mark = newest_mark()
    known = times(actor, at=at)
    if before and (before.mark, before.terms_mark, before.through) == (mark, terms_mark, known.newest):
        return None
    if known.newest is None:
        return None
    units = list(Unit.objects.within(actor).exclude(kind=Unit.Kind.ELIMINATION).order_by("left"))
    began = known.periods[known.newest].starts
    court = Court(
        book=manual(),
        times=known,
        through=known.newest,
        currency=group_currency(),
        names={unit.pk: unit.name for unit in units},
    )
    return Session(
        actor=actor,
        at=at,
        before=before,
        mark=mark,
        terms_mark=terms_mark,
        court=court,
        spots={unit.pk: Spot(unit.pk, unit.left, unit.right) for unit in units},
        gone=frozenset(unit.pk for unit in units if unit.ends is not None and unit.ends < began),
        standing=in_force(editions(actor), at=known.newest),
        owners=owners(at=at),
    )


@dataclass
class Session:
    """One evaluation at work: what it knows, and what it counts."""

    actor: Scope
    at: datetime
    before: Evaluation | None
    mark: int
    terms_mark: int
    court: Court
    spots: dict[int, Spot]
    gone: frozenset[int]
    standing: dict[int, Edition]
    owners: Owners
    act: UUID = field(default_factory=uuid4)
    counts: Counter[str] = field(default_factory=Counter)

    def units(self) -> list[int]:
        """The units to judge: those with news, or all where rules, the tree or the calendar moved on."""
        before = self.before
        if before is None or before.through != self.court.through or before.terms_mark < self.terms_mark_of_rules():
            return list(self.spots)
        changed = units_with_news(self.actor, since=before.mark)
        return [unit for unit in self.spots if unit in changed]

    def terms_mark_of_rules(self) -> int:
        """The newest mark that changed a rule or where it holds."""
        from_rules = max((edition.from_mark for edition in self.standing.values()), default=0)
        return max(from_rules, _newest_placement())

    def judge(self, units: Sequence[int]) -> None:
        """Read, judge and write some units."""
        active = [edition for edition in self.standing.values() if not silent(edition, at=self.court.through)]
        rules_of = {unit: [] if unit in self.gone else holding(self.spots[unit], active) for unit in units}
        judged = {edition.version: edition for found in rules_of.values() for edition in found}
        since = self.before.mark if self.before else 0
        book = read_book(self.actor, self.court.wanted(units, judged.values()), mark=self.mark, since=since)
        cases = [self.court.hear(edition, self.spots[unit], book) for unit in units for edition in rules_of[unit]]
        for case in cases:
            self.counts["judged"] += sum(each.severity is not None for each in case.readings)
            self.counts["unknown"] += sum(each.severity is None for each in case.readings)
        with transaction.atomic():
            Settlement(self, book, cases, _locked(units, self.court.through)).write()

    def knowledge_of(self, edition: Edition) -> Knowledge:
        """What the last evaluation knew of these terms."""
        before = self.before
        if before is None or before.terms_mark < edition.from_mark:
            return Knowledge(None, 0, edition.since)
        return Knowledge(before.through, before.mark, edition.since)


def _newest_placement() -> int:
    newest = Placement.unscoped.aggregate(newest=Max("from_mark"))["newest"]
    return newest or 0


def _locked(units: Sequence[int], through: int) -> list[Alert]:
    """The alerts that judging may touch: all that stand, and those of the window that ended."""
    recent = Q(period__ordinal__gt=through - WINDOW) | ~Q(condition=Alert.Condition.ENDED)
    alerts = Alert.unscoped.filter(recent, unit__in=units).select_related("began", "period", "version")
    return list(alerts.select_for_update(of=("self",)).order_by("pk"))
