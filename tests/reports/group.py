"""A group with everything that makes explaining hard: currencies, shares, inner eliminations, odd accounts.

    GROUP (USD)
    ├── EAST          group of its own, with its own elimination unit
    │   ├── PARIS     EUR
    │   ├── BOSTON    taken in with 60 %
    │   └── EELIM
    ├── VENTURE       EUR, taken in with a third
    │   └── LAB
    ├── STAKE         held at equity: never taken in
    └── ELIM

`build_group` makes it; `deliver` brings rows of (unit, account, month, version, amount, counterparty, currency).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction

from ledger.models import Account, Calendar, Delivery, Entry, Hyperinflation, Import, Layer, Period, Rate, Version
from ledger.periods import Months, between
from tests.tables import table
from units.marks import take_mark
from units.models import FormerParent, Holding, Placement, Unit
from units.tree import number

SINCE = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
FIRST, LAST = "2025-01", "2026-03"

UNITS = """
    code    | parent  | kind        | currency | method       | ownership | name
    GROUP   |         | group       | USD      | full         | "1"       | Whole Group
    EAST    | GROUP   | group       |          | full         | "1"       | Eastern Region
    PARIS   | EAST    | unit        | EUR      | full         | "1"       | Paris Works
    BOSTON  | EAST    | unit        |          | proportional | "0.6"     | Boston Works
    EELIM   | EAST    | elimination |          | full         | "1"       | Eastern Eliminations
    VENTURE | GROUP   | unit        | EUR      | proportional | "1/3"     | Joint Venture
    LAB     | VENTURE | unit        | EUR      | full         | "1"       | Laboratory
    STAKE   | GROUP   | unit        |          | equity       | "0.2"     | Minority Stake
    ELIM    | GROUP   | elimination |          | full         | "1"       | Group Eliminations
"""
ACCOUNTS = """
    code  | parent | weight | kind        | rollup  | rate_type | role            | measure
    REV   |        |      1 | income      | sum     | average   | revenue         | money
    SALES | REV    |      1 | income      | sum     | average   |                 | money
    RETS  | REV    |     -1 | income      | sum     | average   |                 | money
    COGS  |        |      1 | expense     | sum     | average   | cost_of_sales   | money
    HOST  | COGS   |      1 | expense     | sum     | average   | cloud           | money
    STAFF |        |      1 | expense     | sum     | average   | personnel       | money
    EXT   | STAFF  |      1 | expense     | sum     | average   | contractors     | money
    MEMO  | STAFF  |      0 | expense     | sum     | average   |                 | money
    RECV  |        |      1 | asset       | last    | closing   | receivables     | money
    HEADS |        |      1 | statistical | last    | none      | headcount       | count
    SEATS |        |      1 | statistical | average | none      |                 | count
    DESKS | SEATS  |      1 | statistical | last    | none      |                 | count
    SCORE |        |      1 | statistical | last    | none      | satisfaction    | score
    CHURN |        |      1 | statistical | last    | none      | churn           | ratio
    SPEND |        |      1 | expense     | sum     | average   | acquisition_spend | money
    WON   |        |      1 | statistical | sum     | none      | new_customers   | count
    CAC   |        |      1 | statistical | last    | none      | cac             | money
"""
VERSIONS = {"actual": None, "budget-2025": 2025, "budget-2026": 2026}


@dataclass(frozen=True)
class Delivered:
    """A row of a file, the amount in ten-thousandths."""

    unit: str
    account: str
    month: str
    amount: int
    version: str = "actual"
    counterparty: str = ""
    currency: str = ""
    source: str = "erp"


@dataclass(frozen=True)
class Group:
    units: dict[str, Unit]
    accounts: dict[str, Account]
    months: dict[str, Period]
    versions: dict[str, Version]


def build_group() -> Group:
    """The trees, the calendar, the versions and the rates; no figures yet."""
    with transaction.atomic():
        mark = take_mark(SINCE).pk
        Calendar.objects.create(start_month=1)
        rows = table(UNITS)
        places = number((row.code, row.parent or None) for row in rows)
        units: dict[str, Unit] = {}
        for row in rows:
            place = places[row.code]
            unit = Unit.unscoped.create(
                code=row.code, name=row.name, kind=row.kind, currency=row.currency,
                left=place.left, right=place.right, depth=place.depth,
            )  # fmt: skip
            units[row.code] = unit
            Placement.unscoped.create(
                unit=unit, parent=units.get(row.parent), from_mark=mark, method=row.method, ownership=row.ownership
            )
        accounts: dict[str, Account] = {}
        for position, row in enumerate(table(ACCOUNTS)):
            accounts[row.code] = Account.objects.create(
                code=row.code, name=str(row.code).title(), kind=row.kind, parent=accounts.get(row.parent),
                weight=row.weight, time_rollup=row.rollup, rate_type=row.rate_type, role=row.role,
                unit_of_measure=row.measure, position=position,
            )  # fmt: skip
        calendar = Months(1)
        months = {
            each.code: Period.objects.create(
                code=each.code, ordinal=each.ordinal, year=each.year, quarter=each.quarter, number=each.number,
                starts=each.starts, ends=each.ends,
            )
            for each in between(calendar, calendar.parse(FIRST).ordinal, calendar.parse(LAST).ordinal)
        }  # fmt: skip
        for place, month in enumerate(months.values()):
            for kind, rate in (("average", f"1.{1037 + place * 7}"), ("closing", f"1.{1111 + place * 13}")):
                Rate.objects.create(currency="EUR", period=month, kind=kind, rate=rate, from_mark=mark)
        versions = {
            code: Version.objects.create(
                code=code, kind=code.partition("-")[0], year=year, approved_mark=mark if year else None
            )
            for code, year in VERSIONS.items()
        }
    return Group(units, accounts, months, versions)


def deliver(
    group: Group,
    rows: Iterable[Delivered],
    *,
    at: datetime = SINCE,
    actor: str = "process:test",
    name: str = "erp.csv",
    layer: str = Layer.SOURCE,
) -> Import:
    """Bring rows as one file; every row is a new entry, every slice they touch is delivered."""
    rows = list(rows)
    with transaction.atomic():
        mark = take_mark(at).pk
        origin = Import.objects.create(
            public_id=f"import-{mark}", source=rows[0].source if rows else "erp", layer=layer, filename=name,
            digest="0" * 64, actor=actor, at=at, mark=mark,
            status=Import.Status.IMPORTED, rows=len(rows),
        )  # fmt: skip
        Entry.unscoped.bulk_create(
            Entry(
                unit=group.units[row.unit], account=group.accounts[row.account], period=group.months[row.month],
                version=group.versions[row.version], amount=row.amount, counterparty=row.counterparty,
                currency=row.currency, source=row.source, origin=origin, row=line, from_mark=mark, layer=layer,
                text=f"{row.unit},{row.account},{row.month},{row.amount},{row.counterparty}",
            )
            for line, row in enumerate(rows, start=2)
        )  # fmt: skip
        for source, unit, month, version in sorted({(r.source, r.unit, r.month, r.version) for r in rows}):
            slice_ = {
                "source": source, "unit": group.units[unit], "period": group.months[month],
                "version": group.versions[version],
            }  # fmt: skip
            if not Delivery.unscoped.filter(until_mark=None, **slice_).exists():
                Delivery.unscoped.create(origin=origin, from_mark=mark, **slice_)
    return origin


def complicate(group: Group) -> None:
    """Everything consolidation knows at once: minorities, terms that change, a unit that leaves, budget rates."""
    with transaction.atomic():
        mark = take_mark(SINCE).pk
        for code, method, ownership in (("EAST", "full", "0.75"), ("PARIS", "full", "0.6")):
            old = Placement.unscoped.get(unit=group.units[code], until_mark=None)
            Placement.unscoped.filter(pk=old.pk).update(until_mark=mark)
            Placement.unscoped.create(
                unit=old.unit, parent=old.parent, position=old.position, from_mark=mark, method=method,
                ownership=ownership,
            )  # fmt: skip
        for code, starts, method, ownership in HELD:
            Holding.unscoped.create(
                unit=group.units[code], starts=starts, method=method, ownership=ownership, from_mark=mark
            )
        Unit.unscoped.filter(code="LAB").update(ends=date(2026, 1, 31))
        for code, month in group.months.items():
            if code >= "2025-11":
                Rate.objects.create(currency="EUR", period=month, kind="budget", rate="1.0777", from_mark=mark)


def rearrange(group: Group) -> None:
    """Units that hung elsewhere before: one that left, one that came back, and a group below what was below it."""
    with transaction.atomic():
        mark = take_mark(SINCE).pk
        for code, ends, parent in MOVED:
            FormerParent.unscoped.create(unit=group.units[code], parent=group.units[parent], ends=ends, from_mark=mark)


def inflate(group: Group) -> None:
    """The euro as the currency of a hyperinflationary economy, from the last month of a year on."""
    with transaction.atomic():
        Hyperinflation.objects.create(currency="EUR", first=group.months["2025-12"], from_mark=take_mark(SINCE).pk)


MOVED = (
    ("PARIS", date(2025, 11, 30), "VENTURE"),
    ("PARIS", date(2026, 1, 31), "GROUP"),
    ("BOSTON", date(2025, 12, 31), "GROUP"),
    ("LAB", date(2026, 2, 28), "EAST"),
    ("EAST", date(2025, 1, 31), "VENTURE"),
)
HELD = (
    ("VENTURE", date(2025, 12, 1), "full", "0.5"),
    ("STAKE", date(2026, 2, 15), "equity", "0.4"),
    ("BOSTON", date(2025, 2, 1), "equity", "0.3"),
    ("BOSTON", date(2026, 3, 31), "full", "0.9"),
    ("PARIS", date(2026, 2, 1), "full", "0.8"),
)
