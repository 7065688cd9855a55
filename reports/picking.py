"""The figure a program or a command means: what it does not name is the topmost unit and the newest actuals."""

from __future__ import annotations

from ledger.models import Period
from metrics.querysets import sheets
from reports.levels import ACTUAL
from units.models import Unit
from units.scope import Scope


def picked(scope: Scope, mark: int, *, unit: str, period: str) -> tuple[Unit | None, Period | None]:
    """A unit within the scope (left out: the topmost) and a period it has actuals of (left out: the newest)."""
    units = Unit.objects.within(scope).order_by("depth", "left")
    found = units.filter(code=unit).first() if unit else units.first()
    if found is None:
        return None, None
    known = sheets(scope).standing_at(mark).of_version(ACTUAL).of_units([found.pk])
    newest = (known.filter(period__code=period) if period else known).order_by("-period__ordinal")
    sheet = newest.select_related("period").first()
    return found, None if sheet is None else sheet.period
