"""The company of the tests: small enough to add up by hand, recognisable wherever a figure turns up.

    GROUP                 three closed months (2026-06 to 2026-08) and one open (2026-09)
    ├── RETAIL            in 1,000s
    │   └── SHOPS         buys 200 a month from Depot
    ├── WHOLESALE         in 2,000s; its marker 77,777 and its name are what leaks are looked for by
    │   └── DEPOT         sells 200 a month to Shops
    └── ELIM

`company` is the whole of it. `build_company` takes other figures and names, for tests that need two worlds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from ledger.models import ONE, Account, Calendar, Closing, Delivery, Entry, Import, Period, Version
from ledger.periods import Months, between
from tests.prepared import prepared
from tests.tables import Row, table
from units.marks import take_mark
from units.models import Placement, Unit
from units.tree import number

KNOWN_SINCE = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)
MARKER = 77_777
MARKER_NAME = "Zephyrgoods"

UNITS = f"""
    code      | parent | kind        | name
    GROUP     |        | group       | Example Group
    RETAIL    | GROUP  | unit        | Retail
    SHOPS     | RETAIL | unit        | Shops
    WHOLESALE | GROUP  | unit        | Wholesale {MARKER_NAME}
    DEPOT     | WHOLESALE | unit     | Depot {MARKER_NAME}
    ELIM      | GROUP  | elimination | Eliminations
"""

ACCOUNTS = """
    code      | kind        | time_rollup | role           | better | measure
    REVENUE   | income      | sum         | revenue        | higher | money
    COSTS     | expense     | sum         | cost_of_sales  | lower  | money
    PEOPLE    | expense     | sum         | personnel      | lower  | money
    MARKETING | expense     | sum         | marketing      | lower  | money
    HEADS     | statistical | last        | headcount      | none   | count
"""

FIGURES = f"""
    unit      | account   | counterparty | version     | 2026-06 | 2026-07 | 2026-08 | 2026-09
    SHOPS     | REVENUE   |              | actual      |    1000 |    1100 |    1200 |    1300
    SHOPS     | COSTS     |              | actual      |     300 |     320 |     340 |     360
    SHOPS     | COSTS     | DEPOT        | actual      |     200 |     200 |     200 |     200
    SHOPS     | PEOPLE    |              | actual      |     250 |     250 |     260 |     260
    SHOPS     | HEADS     |              | actual      |      10 |      10 |      11 |      11
    RETAIL    | PEOPLE    |              | actual      |     100 |     100 |     100 |     100
    RETAIL    | HEADS     |              | actual      |       2 |       2 |       2 |       2
    DEPOT     | REVENUE   |              | actual      |    2000 |    2100 |    2200 |    2300
    DEPOT     | REVENUE   | SHOPS        | actual      |     200 |     200 |     200 |     200
    DEPOT     | COSTS     |              | actual      |     900 |     950 |     990 |    1040
    DEPOT     | PEOPLE    |              | actual      |     400 |     400 |     400 |     410
    DEPOT     | HEADS     |              | actual      |      20 |      20 |      21 |      21
    WHOLESALE | MARKETING |              | actual      | {MARKER} | {MARKER} | {MARKER} | {MARKER}
    SHOPS     | REVENUE   |              | budget-2026 |    1000 |    1000 |    1000 |    1000
    SHOPS     | COSTS     |              | budget-2026 |     500 |     500 |     500 |     500
    SHOPS     | PEOPLE    |              | budget-2026 |     250 |     250 |     250 |     250
    DEPOT     | REVENUE   |              | budget-2026 |    2000 |    2000 |    2000 |    2000
    DEPOT     | COSTS     |              | budget-2026 |     900 |     900 |     900 |     900
    DEPOT     | PEOPLE    |              | budget-2026 |     400 |     400 |     400 |     400
"""


@dataclass(frozen=True)
class Company:
    """The tree, by name, and the months, by code."""

    group: Unit
    retail: Unit
    shops: Unit
    wholesale: Unit
    depot: Unit
    elimination: Unit
    months: dict[str, Period]

    @property
    def open_month(self) -> Period:
        return self.months["2026-09"]


@prepared
def company() -> Company:
    return build_company()


def build_company(units: str = UNITS, figures: str = FIGURES, accounts: str = ACCOUNTS) -> Company:
    """The company of these text tables; figures in whole units of currency, `–` where nothing was delivered.

    Where it has no Retail, or no other unit of the company of the tests, the first one stands in its place.
    """
    with transaction.atomic():
        mark = take_mark(KNOWN_SINCE).pk
        tree = _tree(table(units), mark)
        months = _months(table(figures))
        _entries(table(figures), tree, _chart(table(accounts)), months, mark)
        for code in list(months)[:-1]:
            Closing.unscoped.create(period=months[code], from_mark=mark, actor="process:test", at=KNOWN_SINCE)
    first = next(iter(tree.values()))
    return Company(
        group=tree.get("GROUP", first),
        retail=tree.get("RETAIL", first),
        shops=tree.get("SHOPS", first),
        wholesale=tree.get("WHOLESALE", first),
        depot=tree.get("DEPOT", first),
        elimination=tree.get("ELIM", first),
        months=months,
    )


def _tree(rows: list[Row], mark: int) -> dict[str, Unit]:
    places = number((row.code, row.parent or None) for row in rows)
    units = {
        row.code: Unit.unscoped.create(
            code=row.code,
            name=row.name,
            kind=row.kind,
            currency="" if row.parent else "USD",
            left=places[row.code].left,
            right=places[row.code].right,
            depth=places[row.code].depth,
        )
        for row in rows
    }
    for position, row in enumerate(rows):
        Placement.unscoped.create(unit=units[row.code], parent=units.get(row.parent), position=position, from_mark=mark)
    return units


def _chart(rows: list[Row]) -> dict[str, Account]:
    return {
        row.code: Account.objects.create(
            code=row.code,
            name=str(row.code).capitalize(),
            kind=row.kind,
            unit_of_measure=row.measure,
            time_rollup=row.time_rollup,
            rate_type="none" if row.measure == "count" else "average",
            role=row.role,
            better=row.better,
            position=position,
        )
        for position, row in enumerate(rows)
    }


def _months(rows: list[Row]) -> dict[str, Period]:
    """The months that are columns of the table, in a calendar that starts in January."""
    Calendar.objects.create(start_month=1)
    codes = [column for column in rows[0] if column[:2] == "20"]
    months = Months(1)
    first, last = months.parse(codes[0]).ordinal, months.parse(codes[-1]).ordinal
    return {
        row.code: Period.objects.create(
            code=row.code,
            ordinal=row.ordinal,
            year=row.year,
            quarter=row.quarter,
            number=row.number,
            starts=row.starts,
            ends=row.ends,
        )
        for row in between(months, first, last)
    }


def _entries(
    rows: list[Row], units: dict[str, Unit], chart: dict[str, Account], months: dict[str, Period], mark: int
) -> None:
    origin = Import.objects.create(
        public_id="company-of-the-tests",
        source="erp",
        filename="company.csv",
        digest="0" * 64,
        actor="process:test",
        at=KNOWN_SINCE,
        mark=mark,
        status=Import.Status.IMPORTED,
        rows=len(rows),
    )
    versions = {
        "actual": Version.objects.create(code="actual", kind="actual"),
        "budget-2026": Version.objects.create(code="budget-2026", kind="budget", year=2026, approved_mark=mark),
    }
    lines = enumerate(rows, start=2)
    cells = [(line, row, code) for line, row in lines for code in months if row[code] is not None]
    Entry.unscoped.bulk_create(
        Entry(
            unit=units[row.unit],
            account=chart[row.account],
            period=months[code],
            version=versions[row.version],
            counterparty=row.counterparty,
            amount=int(str(row[code])) * ONE,
            source="erp",
            origin=origin,
            row=line,
            column=code,
            from_mark=mark,
        )
        for line, row, code in cells
    )
    _deliveries({(row.unit, row.version, code) for _, row, code in cells}, units, versions, months, origin, mark)


def _deliveries(
    slices: Iterable[tuple[str, str, str]],
    units: dict[str, Unit],
    versions: dict[str, Version],
    months: dict[str, Period],
    origin: Import,
    mark: int,
) -> None:
    Delivery.unscoped.bulk_create(
        Delivery(
            source="erp",
            unit=units[unit],
            version=versions[version],
            period=months[month],
            origin=origin,
            from_mark=mark,
        )
        for unit, version, month in sorted(slices)
    )
