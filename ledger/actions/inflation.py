"""Flagging a currency as hyperinflationary: its books are translated wholly at the closing rate from then on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from audit.actions import record
from ledger.company import group_currency
from ledger.models import Hyperinflation, Period
from ledger.periods import FiscalPeriod, PeriodUnknown, as_written
from ledger.querysets import fiscal_calendar, period_row, periods_by_ordinal
from ledger.signals import figures_changed
from units.marks import hold_marks, take_mark
from units.models import Unit
from units.scope import AbilityMissing, Scope

ABILITY = "structure.import"


class FlagRefused(ValueError):
    """This currency cannot be flagged like this; the sentence says why."""


@dataclass(frozen=True)
class FlagReport:
    """`flagged`, `settled` (the flag was taken back), or `unchanged` where it stood like this already."""

    status: str
    currency: str
    first: str
    last: str | None

    def as_document(self) -> dict[str, str | None]:
        """The document of `hyperinflation --json`."""
        return {"status": self.status, "currency": self.currency, "from": self.first, "to": self.last}


def flag_hyperinflation(
    *, actor: Scope, currency: str, first: str, at: datetime, last: str | None = None
) -> FlagReport:
    """Say that a currency is hyperinflationary from a period on, and up to another where that is known.

    Adds a flag that stands from its mark on, in the place of one from the same period; leaves a record and tells
    `figures_changed`. Saying the same again changes nothing. Raises AbilityMissing, and FlagRefused for the group's
    own currency, one that no unit keeps books in, periods that are none, and a stretch that meets another one.
    """
    _require(actor)
    with transaction.atomic():
        hold_marks()
        begins, ends = _period(first), _period(last) if last else None
        _check(currency, begins, ends)
        before = _standing(currency, begins)
        if before is not None and _last(before) == (ends and ends.ordinal):
            return _report("unchanged", before)
        mark = take_mark(at).pk
        if before is not None:
            Hyperinflation.objects.filter(pk=before.pk).update(until_mark=mark)
        flag = Hyperinflation.objects.create(
            currency=currency, first=_row(begins), last=_row(ends) if ends else None, from_mark=mark
        )
        report = _report("flagged", flag)
        record(
            actor=actor.actor,
            verb="ledger.currency.inflated",
            target=("ledger.hyperinflation", flag.pk),
            at=at,
            before=_report("", before).as_document() if before else None,
            after={**report.as_document(), "mark": mark},
        )
        figures_changed.send(sender=Hyperinflation, mark=mark, actor=actor.actor, at=at)
    return report


def take_back_hyperinflation(*, actor: Scope, currency: str, first: str, at: datetime) -> FlagReport:
    """Take the flag of a currency from a period on back, as if it had never been hyperinflationary then.

    Closes the flag under a mark, leaves a record and tells `figures_changed`. Raises AbilityMissing, and FlagRefused
    where there is no such flag. An economy that has calmed down is said by the last period of its flag instead.
    """
    _require(actor)
    with transaction.atomic():
        hold_marks()
        flag = _standing(currency, _period(first))
        if flag is None:
            raise FlagRefused(f"{currency} is not flagged from {first} on.")
        mark = take_mark(at).pk
        Hyperinflation.objects.filter(pk=flag.pk).update(until_mark=mark)
        report = _report("settled", flag)
        record(
            actor=actor.actor,
            verb="ledger.currency.settled",
            target=("ledger.hyperinflation", flag.pk),
            at=at,
            before=report.as_document(),
            after={"mark": mark},
        )
        figures_changed.send(sender=Hyperinflation, mark=mark, actor=actor.actor, at=at)
    return report


def _require(actor: Scope) -> None:
    if not actor.may_everywhere(ABILITY):
        raise AbilityMissing("Flagging a currency needs the ability on the whole company.")


def _check(currency: str, begins: FiscalPeriod, ends: FiscalPeriod | None) -> None:
    """Refuses what cannot be: nothing of the group's own currency is translated."""
    if currency == group_currency():
        raise FlagRefused(f"{currency} is the currency of the group, into which everything is translated.")
    if not Unit.unscoped.filter(currency=currency).exists():
        raise FlagRefused(f"No unit keeps its books in {currency}.")
    if ends is not None and ends.ordinal < begins.ordinal:
        raise FlagRefused(f"{ends.code} is before {begins.code}.")
    others = Hyperinflation.objects.filter(until_mark__isnull=True, currency=currency)
    for other in others.exclude(first__ordinal=begins.ordinal).select_related("first", "last"):
        last = _last(other)
        is_before = last is not None and last < begins.ordinal
        is_after = ends is not None and ends.ordinal < other.first.ordinal
        if not (is_before or is_after):
            raise FlagRefused(f"{currency} is flagged from {other.first.code} on already: say when that ends.")


def _standing(currency: str, begins: FiscalPeriod) -> Hyperinflation | None:
    standing = Hyperinflation.objects.filter(until_mark__isnull=True, currency=currency)
    return standing.filter(first__ordinal=begins.ordinal).select_related("first", "last").first()


def _last(flag: Hyperinflation) -> int | None:
    """The ordinal of the last period; None where it goes on."""
    return flag.last.ordinal if flag.last else None


def _period(text: str) -> FiscalPeriod:
    try:
        return as_written(fiscal_calendar(), text)
    except PeriodUnknown as unknown:
        raise FlagRefused(str(unknown)) from unknown


def _row(period: FiscalPeriod) -> Period:
    """The period's row of the table; one that nobody used yet gets its row here."""
    found = periods_by_ordinal([period.ordinal]).get(period.ordinal)
    if found is None:
        found = period_row(period)
        found.save()
    return found


def _report(status: str, flag: Hyperinflation) -> FlagReport:
    return FlagReport(status, flag.currency, flag.first.code, flag.last.code if flag.last else None)
