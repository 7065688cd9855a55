"""Words for tests of the stored figures: compute, read a number, look at what stands."""

from __future__ import annotations

from datetime import UTC, datetime

from ledger.actions import import_placements
from ledger.actions.structure import StructureFile
from ledger.models import Rate
from metrics.models import Run, Sheet
from metrics.querysets import computed_mark, reading, sheets
from metrics.recompute import recompute
from tests.ledger.imports import csv
from units.marks import take_mark
from units.scope import Scope

AT = datetime(2026, 10, 9, 7, 40, tzinfo=UTC)
SYSTEM = Scope.system("test")


def compute(*, full: bool = False) -> Run | None:
    """Recompute at the moment of the tests."""
    return recompute(actor="process:test", clock=lambda: AT, full=full)


def number(
    metric: str,
    unit: str,
    period: str,
    *,
    basis: str = "month",
    version: str = "actual",
    moment: datetime | None = None,
) -> object:
    """What a reader finds: the stored number, its reason, or None where there is no sheet."""
    found = (
        sheets(SYSTEM)
        .selected(mark=computed_mark(moment), versions=[version], bases=[basis])
        .filter(unit__code=unit, period__code=period)
        .first()
    )
    if found is None:
        return None
    read = reading(found, metric)
    return read.reason if read.number is None else read.number


def standing() -> dict[tuple[str, str, str, str], tuple[object, object, object]]:
    """All sheets that stand, by unit, period, basis and version."""
    current = Sheet.unscoped.filter(until_mark__isnull=True).select_related("unit", "period")
    return {
        (sheet.unit.code, sheet.period.code, sheet.basis, sheet.version): (
            sheet.numbers,
            sheet.reasons,
            sheet.coverage,
        )
        for sheet in current
    }


def set_rate(currency: str, period: int, rate: str, *, kind: str = "average") -> None:
    """A rate as an import would leave it: the old one closed, the new one standing; `period` is an id."""
    mark = take_mark(AT).pk
    Rate.objects.filter(currency=currency, period_id=period, kind=kind, until_mark=None).update(until_mark=mark)
    Rate.objects.create(currency=currency, period_id=period, kind=kind, rate=rate, from_mark=mark)


def move(unit: str, day: str, parent: str) -> None:
    """Move a unit as an import would."""
    file = StructureFile("moves.csv", csv(f"unit | from | parent\n{unit} | {day} | {parent}"))
    assert import_placements(actor=SYSTEM, file=file, at=AT).status == "imported"
