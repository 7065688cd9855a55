"""Sheets written by hand, thresholds in one line, and what is read of alerts afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from alerts.actions import evaluate, set_threshold
from alerts.models import Alert, Evaluation, ThresholdVersion
from alerts.terms import Terms
from alerts.vetting import Proposal
from metrics.catalogue import METRICS
from metrics.models import Run, Sheet
from people.models import Person
from tests.alerts.desk import Desk
from tests.company import Company
from tests.tables import table
from units.marks import take_mark
from units.models import Unit
from units.scope import Scope

ENGINE = Scope.system("alerts")
ONE = 10_000


@dataclass
class Books:
    """A company whose sheets are written by hand; each writing is a run with its own mark."""

    company: Company
    at: datetime
    units: dict[str, Unit] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.units = {unit.code: unit for unit in Unit.unscoped.all()}

    def write(self, text: str, *, basis: str = "month", coverage: str = "1 of 1") -> int:
        """Figures that stand from now on, in whole units: `unit | metric | version | 2026-06 | …`; – is late."""
        with transaction.atomic():
            mark = take_mark(self.at).pk
            run = Run.objects.create(state=Run.State.DONE, actor="process:test", mark=mark, started=self.at)
            pages: dict[tuple[str, str, str], dict[str, Any]] = {}
            for row in table(text):
                for period in self.company.months:
                    if period in row:
                        pages.setdefault((row.unit, row.version, period), {})[row.metric] = row[period]
            for (unit, version, period), cells in pages.items():
                self._page(run, mark, self.units[unit], version, period, cells, basis=basis, coverage=coverage)
        return mark

    def _page(
        self,
        run: Run,
        mark: int,
        unit: Unit,
        version: str,
        period: str,
        cells: dict[str, Any],
        *,
        basis: str,
        coverage: str,
    ) -> None:
        place = {"unit": unit, "version": version, "period": self.company.months[period], "basis": basis}
        standing = Sheet.unscoped.filter(**place, until_mark__isnull=True)
        before = standing.first()
        numbers = dict(before.numbers) if before else {}
        reasons = dict(before.reasons) if before else {}
        for code, cell in cells.items():
            numbers.pop(code, None)
            reasons.pop(code, None)
            if cell is None:
                reasons[code] = "late"
            else:
                exact = code not in METRICS or METRICS[code].kind in ("money", "count")
                numbers[code] = round(cell * ONE) if exact else cell
        if before and (before.numbers, before.reasons, before.coverage) == (numbers, reasons, {"*": coverage}):
            return
        standing.update(until_mark=mark)
        Sheet.unscoped.create(
            **place, numbers=numbers, reasons=reasons, coverage={"*": coverage}, run=run, from_mark=mark
        )

    def limit(
        self, metric: str = "contractor_cost", unit: str = "GROUP", code: str = "", reason: str = "", **more: Any
    ) -> ThresholdVersion:
        """A threshold: 10 % and 25 % over budget unless told otherwise. It has stood since before the figures."""
        rest = {name: more.pop(name) for name in tuple(more) if name in Proposal.__dataclass_fields__}
        terms = {"comparator": "budget", "measure": "percent", "direction": 0, "basis": "month"}
        if "warning" not in more and "critical" not in more and more.get("comparator") != "absolute":
            terms |= {"warning": "10 %", "critical": "25 %"}
        proposal = Proposal(
            code=code or f"{metric}-{unit}".lower(),
            unit=self.units[unit],
            terms=Terms(metric, **(terms | more)),
            **rest,
        )
        return set_threshold(actor=ENGINE, proposal=proposal, at=self.at, reason=reason)

    def judge(self) -> Evaluation | None:
        """Judge, a minute later than before."""
        self.at += timedelta(minutes=1)
        return evaluate(actor=ENGINE, at=self.at)

    def alerts(self) -> list[Alert]:
        found = Alert.unscoped.select_related("unit", "began", "period", "owner").order_by(
            "began__ordinal", "unit__code", "pk"
        )
        return list(found)


@pytest.fixture
def books(company: Company, at: datetime) -> Iterator[Books]:
    yield Books(company, at)


@pytest.fixture
def breach(books: Books) -> Callable[..., Alert]:
    """One firing alert on Shops, on contractors 30 % over budget in August."""

    def make(**more: Any) -> Alert:
        books.limit(unit="SHOPS", **more)
        books.write(OVER_BUDGET)
        books.judge()
        (alert,) = books.alerts()
        return alert

    return make


@pytest.fixture
def desk(books: Books, finance_admin: Person, approver: Person, at: datetime) -> Desk:
    return Desk(books, finance_admin, approver, at)


OVER_BUDGET = """
    unit  | metric          | version | 2026-06 | 2026-07 | 2026-08
    SHOPS | contractor_cost | actual  |     100 |     100 |     130
    SHOPS | contractor_cost | budget  |     100 |     100 |     100
"""

EVERYWHERE = """
    unit      | metric          | version | 2026-06 | 2026-07 | 2026-08
    RETAIL    | contractor_cost | actual  |     100 |     100 |     115
    RETAIL    | contractor_cost | budget  |     100 |     100 |     100
    SHOPS     | contractor_cost | actual  |     100 |     100 |     130
    SHOPS     | contractor_cost | budget  |     100 |     100 |     100
    SHOPS     | marketing_cost     | actual  |     100 |     100 |     115
    SHOPS     | marketing_cost     | budget  |     100 |     100 |     100
    WHOLESALE | contractor_cost | actual  |     100 |     100 |     130
    WHOLESALE | contractor_cost | budget  |     100 |     100 |     100
"""


@pytest.fixture
def release(books: Books, group_lead: Person, retail_lead: Person) -> Books:
    """A release of figures that opens two alerts on Shops, one on Retail and one on Wholesale."""
    books.limit(unit="GROUP")
    books.limit(metric="marketing_cost", unit="GROUP")
    books.write(EVERYWHERE)
    books.judge()
    return books
