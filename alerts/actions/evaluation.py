"""Judging all thresholds, and writing what changed.

Figures are read and judged outside any transaction; what must change is then written unit by unit in short
ones, with the alerts locked and compared with what was judged. Evaluating twice equals once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max, Q
from django.utils.timezone import localdate

from alerts.actions.settling import Settlement
from alerts.judging.hearing import cases, knowledge
from alerts.judging.inheritance import Edition, in_force
from alerts.judging.units import WINDOW, Court
from alerts.models import Alert, Evaluation
from alerts.observations import newest_forecast, read_book, units_with_news
from alerts.rulebook import court, editions, times
from alerts.rules import Knowledge
from alerts.telling.owners import Owners, owners
from audit.actions import record
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
            forecasts=session.forecasts,
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
    """What this evaluation works with; None where the last one knew as much.

    Between two evaluations of one day nothing changes but figures, thresholds and forecasts; with a new day a month
    under way has another pace.
    """
    before = Evaluation.objects.order_by("-pk").first()
    mark, terms_mark, forecasts = computed_mark(), newest_mark(), newest_forecast(actor)
    known = times(actor, at=at)
    if known.newest is None:
        return None
    standing = in_force(editions(actor), at=known.newest)
    is_same = before is not None and before.knows(mark, terms_mark, known.newest, forecasts)
    if before is not None and is_same and not _has_new_pace(standing, since=before.at, at=at):
        return None
    units = list(Unit.objects.within(actor).exclude(kind=Unit.Kind.ELIMINATION).order_by("left"))
    began = known.periods[known.newest].starts
    return Session(
        actor=actor,
        at=at,
        before=before,
        mark=mark,
        terms_mark=terms_mark,
        forecasts=forecasts,
        court=court(known, units, standing.values()),
        gone=frozenset(unit.pk for unit in units if unit.ends is not None and unit.ends < began),
        standing=standing,
        owners=owners(at=at),
    )


def _has_new_pace(standing: Mapping[int, Edition], *, since: datetime, at: datetime) -> bool:
    return localdate(since) < localdate(at) and any(edition.terms.pace for edition in standing.values())


@dataclass
class Session:
    """One evaluation at work: what it knows, and what it counts."""

    actor: Scope
    at: datetime
    before: Evaluation | None
    mark: int
    terms_mark: int
    forecasts: int
    court: Court
    gone: frozenset[int]
    standing: dict[int, Edition]
    owners: Owners
    act: UUID = field(default_factory=uuid4)
    counts: Counter[str] = field(default_factory=Counter)

    def units(self) -> list[int]:
        """The units to judge: those with news, or all where rules, the tree or the calendar moved on.

        Peers move with each other, forecasts and the pace of a month without any news of the unit's own; small items
        that offset each other are news of the unit above which its own figures do not show.
        """
        before, spots = self.before, self.court.tree.spots
        if before is None or before.through != self.court.through or before.terms_mark < self.terms_mark_of_rules():
            return list(spots)
        if any(edition.terms.moves_alone for edition in self.court.active):
            return list(spots)
        changed = units_with_news(self.actor, since=before.mark)
        if any(edition.terms.pooled for edition in self.court.active):
            parts = self.court.tree.children.items()
            changed |= {above for above, below in parts if any(each.unit in changed for each in below)}
        return [unit for unit in spots if unit in changed]

    def terms_mark_of_rules(self) -> int:
        """The newest mark that changed a rule or where it holds."""
        from_rules = max((edition.from_mark for edition in self.standing.values()), default=0)
        return max(from_rules, _newest_placement())

    def judge(self, units: Sequence[int]) -> None:
        """Read, judge and write some units."""
        here = [unit for unit in units if unit not in self.gone]
        judged = {edition.version: edition for unit in here for edition in self.court.rules_of(unit)}
        since = self.before.mark if self.before else 0
        book = read_book(self.actor, self.court.wanted(units, judged.values()), mark=self.mark, since=since)
        found = [case for unit in here for case in cases(self.court, self.court.tree.spots[unit], book)]
        for case in found:
            self.counts["judged"] += sum(each.severity is not None for each in case.readings)
            self.counts["unknown"] += sum(each.severity is None for each in case.readings)
        with transaction.atomic():
            Settlement(self, book, found, _locked(units, self.court.through)).write()

    def knowledge_of(self, edition: Edition) -> Knowledge:
        """What the last evaluation knew of these terms."""
        return knowledge(edition, self.before)


def _newest_placement() -> int:
    newest = Placement.unscoped.aggregate(newest=Max("from_mark"))["newest"]
    return newest or 0


def _locked(units: Sequence[int], through: int) -> list[Alert]:
    """The alerts that judging may touch: all that stand, and those of the window that ended."""
    recent = Q(period__ordinal__gt=through - WINDOW) | ~Q(condition=Alert.Condition.ENDED)
    alerts = Alert.unscoped.filter(recent, unit__in=units).select_related("began", "period", "version")
    return list(alerts.select_for_update(of=("self",)).order_by("pk"))
