"""What was known of one figure at a moment, besides the thresholds: read together, in one query.

The newest evaluations, the manual, the periods and the closings that the newest of them knew, the tree of today, the
silences over the figure and what was missing of its unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from alerts.judging.manual import Manual, Times
from alerts.models import Evaluation, Gap, Silence
from alerts.rulebook import PERIOD, in_manual, in_times, manual_of, period_of, times_among
from alerts.telling.silences import is_over, over
from alerts.together import Found, together
from ledger.actions.closing import Closed
from ledger.models import Period
from people.models import Person
from units.models import Unit
from units.scope import Scope

NEWEST = 5
"""So many evaluations are named."""

EVALUATION = ("pk", "at", "mark", "terms_mark", "through", "actor", "forecasts")
UNIT = ("pk", "left", "right", "depth", "kind", "vertical", "code", "name", "currency")
SILENCE = ("pk", "public_id", "metric", "starts", "ends", "lifted", "actor", "reason")
GAP = ("pk", "public_id", "source", "kind", "text", "opened", "changed", "ended", "ended_because")
AT = {"at", "starts", "ends", "lifted", "opened", "changed", "ended"}


@dataclass(frozen=True)
class Known:
    """The newest evaluations first, and what the newest knew; `units` are the company's, eliminations left out."""

    evaluations: tuple[Evaluation, ...]
    manual: Manual
    periods: tuple[Period, ...]
    closed: Closed
    units: tuple[Unit, ...]
    silences: tuple[Silence, ...]
    gaps: tuple[Gap, ...]

    def times(self, evaluation: Evaluation) -> Times:
        """The periods as the newest evaluation saw them."""
        return times_among(self.periods, at=evaluation.at, closed=self.closed)


def known(unit: Unit, metric: str, ordinal: int, *, as_of: datetime) -> Known:
    """What was known of a figure in a period at a moment."""
    newest = Evaluation.objects.filter(at__lte=as_of).order_by("-pk")
    mark, terms_mark = (Coalesce(Subquery(newest.values(name)[:1]), 0) for name in ("mark", "terms_mark"))
    engine = Scope.system("alerts")
    units = Unit.objects.within(engine).exclude(kind=Unit.Kind.ELIMINATION)
    gap = (*GAP, *(f"period__{name}" for name in PERIOD[:-1]), "owner__pk", "owner__name")
    found = together(
        **in_manual(mark),
        evaluations=(Evaluation.objects.filter(pk__in=newest.values("pk")[:NEWEST]), EVALUATION),
        **in_times(engine, mark=terms_mark),
        units=(units, UNIT),
        silences=(over(metric, ordinal, as_of), (*SILENCE, *(f"unit__{name}" for name in UNIT))),
        gaps=(_gaps(unit, ordinal, as_of), gap),
    )
    return _known(unit, found)


def _known(unit: Unit, found: Found) -> Known:
    at_periods = len(GAP)
    return Known(
        evaluations=tuple(Evaluation(**_named(EVALUATION, row)) for row in sorted(found["evaluations"], reverse=True)),
        manual=manual_of(found),
        periods=tuple(sorted(map(period_of, found["periods"]), key=lambda each: each.ordinal)),
        closed=Closed.of(found["closings"]),
        units=tuple(sorted((Unit(**dict(zip(UNIT, row, strict=True))) for row in found["units"]), key=_left)),
        silences=tuple(each for each in sorted(map(_silence, found["silences"]), key=_begun) if is_over(each, unit)),
        gaps=tuple(
            Gap(
                unit=unit,
                period=period_of([*row[at_periods:-2], True]),
                owner=Person(pk=row[-2], name=row[-1]) if row[-2] is not None else None,
                **_named(GAP, row[:at_periods]),
            )
            for row in sorted(found["gaps"])
        ),
    )


def _gaps(unit: Unit, ordinal: int, as_of: datetime) -> QuerySet[Gap]:
    """What was missing of a unit in a period, or since one before it, as known at a moment."""
    period = Period.objects.filter(ordinal=ordinal)
    still = Q(ended__isnull=True) | Q(ended__date__gt=period.values("ends")[:1])
    rows = Gap.objects.within(Scope.system("alerts")).filter(still, unit=unit, opened__lte=as_of)
    return rows.filter(period__ordinal__lte=ordinal)


def _silence(row: Sequence[Any]) -> Silence:
    unit = Unit(**dict(zip(UNIT, row[len(SILENCE) :], strict=True)))
    return Silence(unit=unit, **_named(SILENCE, row[: len(SILENCE)]))


def _named(names: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    """Columns by name, with moments as such: JSON has them as text."""
    return {name: _moment(value) if name in AT else value for name, value in zip(names, row, strict=True)}


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)  # SQLite keeps them so, and says nothing of it


def _left(unit: Unit) -> int:
    return unit.left


def _begun(silence: Silence) -> tuple[datetime, int]:
    return silence.starts, silence.pk
