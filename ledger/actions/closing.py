"""Closing a period: from then on it takes no new figures without a restatement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from audit.actions import record
from ledger.models import Closing, Period
from ledger.signals import figures_changed
from units.marks import hold_marks, standing_at, take_mark
from units.models import Unit
from units.scope import AbilityMissing, Scope

ABILITY = "periods.close"


class PeriodNotClosed(ValueError):
    """The period or the unit is not known to whoever wants to close it."""


@dataclass(frozen=True)
class ClosingReport:
    """`closed`, or `unchanged` where it (or a unit above) was closed already."""

    status: str
    period: str
    unit: str | None

    def as_document(self) -> dict[str, str | None]:
        """The document of `close --json`."""
        return {"status": self.status, "period": self.period, "unit": self.unit}


def close_period(*, actor: Scope, period: str, at: datetime, unit: str | None = None) -> ClosingReport:
    """Close a period for a unit and all below it, or (without a unit) for the whole company.

    Adds a closing that stands from its mark on, leaves a record and tells `figures_changed`: an open month
    reads differently from a closed one. Closing twice changes nothing. Raises AbilityMissing, and
    PeriodNotClosed for codes that this person does not know.
    """
    actor.require(ABILITY)
    with transaction.atomic():
        hold_marks()
        row = Period.objects.filter(code=period).first()
        if row is None:
            raise PeriodNotClosed(f"There is no period {period} with figures.")
        place = _place(actor, unit)
        if _is_closed(row, place):
            return ClosingReport("unchanged", row.code, unit)
        mark = take_mark(at)
        closing = Closing.unscoped.create(period=row, unit=place, actor=actor.actor, at=at, from_mark=mark.pk)
        record(
            actor=actor.actor,
            verb="ledger.period.closed",
            target=("ledger.closing", closing.pk),
            at=at,
            unit=place.pk if place else None,
            after={"period": row.code, "mark": mark.pk},
        )
        figures_changed.send(sender=Closing, mark=mark.pk, actor=actor.actor, at=at)
    return ClosingReport("closed", row.code, unit)


def _place(actor: Scope, unit: str | None) -> Unit | None:
    if unit is None:
        if not actor.may_everywhere(ABILITY):
            raise AbilityMissing("Closing a period for the whole company needs the ability on the whole company.")
        return None
    found = Unit.unscoped.filter(actor.condition("", ABILITY), code=unit).first()
    if found is None:
        raise PeriodNotClosed(f"There is no unit {unit}.")
    return found


def _is_closed(period: Period, unit: Unit | None) -> bool:
    standing = Closing.unscoped.filter(period=period, until_mark__isnull=True)
    if standing.filter(unit__isnull=True).exists():
        return True
    if unit is None:
        return False
    return standing.filter(unit__left__lte=unit.left, unit__right__gte=unit.right).exists()


@dataclass(frozen=True)
class Shut:
    """That a period is closed for a span of the tree, who closed it, and when."""

    ordinal: int
    low: int
    high: int
    actor: str
    at: datetime

    def holds(self, ordinal: int, left: int) -> bool:
        """Whether it closes the unit with this place in the tree for the period."""
        return self.ordinal == ordinal and self.low <= left <= self.high

    @classmethod
    def among(cls, ordinals: Iterable[int], *, mark: int | None = None) -> list[Shut]:
        """What closes these periods as known at a mark (None: now), the earliest first."""
        standing = Closing.unscoped.filter(standing_at(mark), period__ordinal__in=list(ordinals))
        columns = ("period__ordinal", "unit__left", "unit__right", "actor", "at")
        return [
            cls(ordinal, 0 if left is None else left, 2**31 if left is None else right, actor, at)
            for ordinal, left, right, actor, at in standing.order_by("at", "pk").values_list(*columns)
        ]


@dataclass(frozen=True)
class Closed:
    """Which units are closed for which periods, by ordinal; a span of the tree each."""

    spans: dict[int, list[tuple[int, int]]]

    def holds(self, ordinal: int, left: int) -> bool:
        """Whether the unit with this place in the tree is closed for the period."""
        return any(low <= left <= high for low, high in self.spans.get(ordinal, ()))

    @classmethod
    def among(cls, ordinals: Iterable[int], *, mark: int | None = None) -> Closed:
        """What is closed among these periods, as known at a mark (None: now).

        A closing without a unit closes the whole tree.
        """
        rows, columns = cls.asked(mark)
        return cls.of(rows.filter(period__ordinal__in=list(ordinals)).values_list(*columns))

    @classmethod
    def asked(cls, mark: Any = None) -> tuple[QuerySet[Closing], tuple[str, ...]]:
        """The closings known at a mark (None: now), and the columns that `of` reads."""
        return Closing.unscoped.filter(standing_at(mark)), ("period__ordinal", "unit__left", "unit__right")

    @classmethod
    def of(cls, rows: Iterable[Sequence[Any]]) -> Closed:
        """What is closed by these rows."""
        spans: dict[int, list[tuple[int, int]]] = {}
        for ordinal, left, right in rows:
            spans.setdefault(ordinal, []).append((0, 2**31) if left is None else (left, right))
        return cls(spans)

    @classmethod
    def at_each(cls, marks: Collection[int], ordinals: Iterable[int]) -> dict[int, Closed]:
        """By mark what was closed among these periods, as known then: one query however many marks."""
        found: dict[int, Closed] = {mark: cls({}) for mark in marks}
        rows = Closing.unscoped.filter(period__ordinal__in=list(ordinals))
        columns = ("period__ordinal", "unit__left", "unit__right", "from_mark", "until_mark")
        for ordinal, left, right, since, until in rows.values_list(*columns):
            span = (0, 2**31) if left is None else (left, right)
            for mark, closed in found.items():
                if since <= mark and (until is None or mark < until):
                    closed.spans.setdefault(ordinal, []).append(span)
        return found
