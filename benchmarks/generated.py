"""A company of any size for the benchmarks: groups of ten units, actuals, and a budget for every year.

Deterministic: the same size gives the same figures. Rows are written straight into the tables, as an import would
leave them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from django.db import transaction

from ledger import rows
from ledger.models import Account, Calendar, Delivery, Entry, Import, Period, Version
from ledger.periods import Months
from ledger.querysets import period_row
from units.marks import take_mark
from units.models import Placement, Unit
from units.tree import number

AT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
FIRST_YEAR = 2021
PER_GROUP = 10

# role, kind, time roll-up, rate type, unit of measure, share of revenue, how many of thirty accounts
LINES = (
    ("revenue", "income", "sum", "average", "money", 1.0, 6),
    ("cost_of_sales", "expense", "sum", "average", "money", 0.42, 5),
    ("personnel", "expense", "sum", "average", "money", 0.21, 5),
    ("contractors", "expense", "sum", "average", "money", 0.05, 2),
    ("marketing", "expense", "sum", "average", "money", 0.05, 2),
    ("other_operating_cost", "expense", "sum", "average", "money", 0.11, 4),
    ("headcount", "statistical", "last", "none", "count", 0.00006, 1),
    ("receivables", "asset", "last", "closing", "money", 1.4, 1),
    ("customers", "statistical", "last", "none", "count", 0.001, 1),
    ("new_customers", "statistical", "sum", "none", "count", 0.00005, 1),
    ("churned_customers", "statistical", "sum", "none", "count", 0.00003, 1),
    ("cash", "asset", "last", "closing", "money", 2.0, 1),
)


@dataclass(frozen=True)
class Size:
    """How large: units that deliver, months, accounts."""

    units: int = 200
    months: int = 60
    accounts: int = 30


def build(size: Size, *, seed: int = 20260101) -> int:
    """Write the company; how many entries it has."""
    with transaction.atomic():
        mark = take_mark(AT).pk
        units = _units(size, mark)
        accounts = _accounts(size)
        periods = _periods(size)
        origin = Import.objects.create(
            public_id="benchmark", source="erp", filename="benchmark.csv", digest="0" * 64,
            actor="process:benchmark", at=AT, mark=mark, status=Import.Status.IMPORTED,
        )  # fmt: skip
        versions = _versions(size, mark)
        amounts = _amounts(size, accounts, seed)
        entry = ("unit", "account", "period", "version", "amount", "layer", "source", "origin", "row", "from_mark",
                 "counterparty", "segment", "currency", "sheet", "column", "text")  # fmt: skip
        rows.insert(Entry, entry, _entries(units, accounts, periods, versions, amounts, origin.pk, mark))
        delivery = ("source", "unit", "period", "version", "origin", "from_mark")
        rows.insert(Delivery, delivery, _deliveries(units, periods, versions, origin.pk, mark))
    return len(units) * len(periods) * len(accounts) * 2


def _units(size: Size, mark: int) -> list[int]:
    groups = max(1, -(-size.units // PER_GROUP))
    pairs: list[tuple[str, str | None]] = [("TOP", None)]
    for group in range(groups):
        pairs.append((f"G{group:03}", "TOP"))
        last = min((group + 1) * PER_GROUP, size.units)
        pairs += [(f"U{place:05}", f"G{group:03}") for place in range(group * PER_GROUP, last)]
    places = number(pairs)
    made = {
        code: Unit(code=code, name=code, currency="EUR" if code == "TOP" else "", left=place.left, right=place.right,
                   depth=place.depth, kind="unit" if code[0] == "U" else "group")
        for code, place in places.items()
    }  # fmt: skip
    Unit.unscoped.bulk_create(made.values())
    Placement.unscoped.bulk_create(
        Placement(unit=made[code], parent=made.get(parent or ""), from_mark=mark) for code, parent in pairs
    )
    return [made[code].pk for code, _ in pairs if code[0] == "U"]


def _accounts(size: Size) -> list[tuple[int, float, int]]:
    """Id, share of revenue, and how many accounts share it."""
    wanted = [(line, index) for line in LINES for index in range(line[6])]
    wanted += [(LINES[5], 100 + index) for index in range(size.accounts - len(wanted))]
    found = []
    for position, (line, index) in enumerate(wanted[: size.accounts]):
        role, kind, rollup, rate_type, measure, share, many = line
        account = Account.objects.create(
            code=f"{role[:4].upper()}{index:03}", name=role, kind=kind, time_rollup=rollup, rate_type=rate_type,
            unit_of_measure=measure, role=role, position=position,
        )  # fmt: skip
        found.append((account.pk, share, many))
    return found


def _periods(size: Size) -> list[Period]:
    Calendar.objects.create(start_month=1)
    calendar = Months(1)
    first = calendar.ordinal(FIRST_YEAR, 1)
    return Period.objects.bulk_create(period_row(calendar.at(first + month)) for month in range(size.months))


def _versions(size: Size, mark: int) -> dict[int, int]:
    """The actual under 0, and the budget of each year."""
    found = {0: Version.objects.create(code="actual", kind="actual").pk}
    for year in range(FIRST_YEAR, FIRST_YEAR + -(-size.months // 12)):
        budget = Version.objects.create(code=f"budget-{year}", kind="budget", year=year, approved_mark=mark)
        found[year] = budget.pk
    return found


def _amounts(size: Size, accounts: list[tuple[int, float, int]], seed: int) -> np.ndarray:
    """Actual and budget × units × months × accounts, in ten-thousandths."""
    rng = np.random.Generator(np.random.PCG64(seed))
    scale = rng.lognormal(13.4, 0.7, size.units)[:, None, None]
    season = 1 + 0.1 * np.sin(2 * np.pi * np.arange(size.months) / 12)[None, :, None]
    shares = np.array([share / many for _, share, many in accounts])[None, None, :]
    plan = scale * season * shares
    noise = rng.normal(0, 0.05, (size.units, size.months, len(accounts)))
    return np.rint(np.stack([plan * np.exp(noise), plan * np.ones_like(noise)]) * 100).astype(np.int64) * 100


def _entries(
    units: list[int],
    accounts: list[tuple[int, float, int]],
    periods: list[Period],
    versions: dict[int, int],
    amounts: np.ndarray,
    origin: int,
    mark: int,
) -> Iterator[tuple[object, ...]]:
    line = 1
    for sort in (0, 1):
        for place, unit in enumerate(units):
            for month, period in enumerate(periods):
                version = versions[period.year if sort else 0]
                for (account, _, _), amount in zip(accounts, amounts[sort, place, month].tolist(), strict=True):
                    line += 1
                    yield (unit, account, period.pk, version, amount, "source", "erp", origin, line, mark,
                           "", "", "", "", "", "")  # fmt: skip


def _deliveries(
    units: list[int], periods: list[Period], versions: dict[int, int], origin: int, mark: int
) -> Iterator[tuple[object, ...]]:
    for unit in units:
        for period in periods:
            for version in (versions[0], versions[period.year]):
                yield "erp", unit, period.pk, version, origin, mark
