"""The worked group of tests/metrics/calc/test_textbook_group.py, brought in through the verbs as a company would."""

from __future__ import annotations

from datetime import UTC, datetime

from ledger.actions import import_figures, import_ownership, import_structure
from ledger.actions.structure import StructureFile
from ledger.models import Layer
from metrics.recompute import recompute
from tests.ledger.imports import csv
from units.models import Unit
from units.scope import Scope

AT = datetime(2026, 8, 10, 9, 0, tzinfo=UTC)

UNITS = """
    code  | name         | parent | kind        | currency | method | ownership
    TOP   | Top          |        | group       | USD      | full   | 1
    MID   | Middle       | TOP    | unit        |          | full   | 0.6
    SUB   | Subsidiary   | MID    | unit        | EUR      | full   | 0.6
    MELIM | Middle takes | MID    | elimination |          | full   | 1
    SIS   | Sister       | TOP    | unit        |          | full   | 1
    TELIM | Top takes    | TOP    | elimination |          | full   | 1
"""
ACCOUNTS = """
    code | name    | kind    | role
    REV  | Revenue | income  | revenue
    COST | Costs   | expense | cost_of_sales
"""
RATES = """
    currency | period  | kind    | rate
    EUR      | 2026-06 | average | 1.10
    EUR      | 2026-07 | average | 1.20
    EUR      | 2026-06 | budget  | 1.00
    EUR      | 2026-07 | budget  | 1.00
"""
OWNERSHIP = """
    unit | from       | ownership | method
    SUB  | 2026-07-01 | 0.8       | full
"""
FIGURES = """
    unit | account | counterparty | 2026-06 | 2026-07
    SUB  | REV     |              |     200 |     100
    SUB  | REV     | MID          |     100 |       0
    SUB  | REV     | SIS          |      40 |       0
    SUB  | COST    |              |     150 |      50
    MID  | REV     |              |     500 |     300
    MID  | COST    |              |     300 |     100
    MID  | COST    | SUB          |     105 |       0
    SIS  | REV     |              |     400 |     100
    SIS  | COST    |              |     300 |       0
    SIS  | COST    | SUB          |      44 |       0
"""
BUDGET = """
    unit | account | 2026-06 | 2026-07
    SUB  | REV     |     300 |     100
    MID  | REV     |     450 |     300
    SIS  | REV     |     400 |     100
"""
STOCK = """
    unit  | account | 2026-06 | 2026-07
    MELIM | COST    |      20 |     -20
"""


def build_textbook() -> dict[str, Unit]:
    """The group with its figures, computed; its units by code."""
    actor = Scope.system("test")
    files = {
        name: StructureFile(f"{name}.csv", csv(text))
        for name, text in (("units", UNITS), ("accounts", ACCOUNTS), ("rates", RATES))
    }
    assert not import_structure(actor=actor, at=AT, **files).is_refused
    assert not import_ownership(actor=actor, at=AT, file=StructureFile("own.csv", csv(OWNERSHIP))).is_refused
    for source, text, version, layer in (
        ("erp", FIGURES, None, Layer.SOURCE),
        ("plan", BUDGET, "budget-2026", Layer.SOURCE),
        ("group", STOCK, None, Layer.ADJUSTMENT),
    ):
        report = import_figures(
            actor=actor, content=csv(text), filename=f"{source}.csv", source=source, at=AT, version=version, layer=layer
        )
        assert not report.is_refused, report.errors
    recompute(actor="process:test", clock=lambda: AT)
    return {unit.code: unit for unit in Unit.unscoped.all()}
