"""A company for the engine's tests, from text tables: units, accounts, and what they delivered.

    small = Small(
        units='''
            code  | parent
            GROUP |
            A     | GROUP
        ''',
        figures='''
            unit | account | 2026-01 | 2026-02
            A    | REV     |     100 |     200
        ''',
    )
    small.read("revenue", "GROUP", "2026-02", basis="ytd")    # 300, or the reason why there is no number

A `–` is no row at all. Columns `version`, `source`, `counterparty`, `currency`, `layer` may stand before the
months. `ownership` holds what changes on a day: `unit | from | ownership | method`; `formers` where units hung before:
`unit | until | parent`; `planned` where they will: `unit | from | parent`. `now()` is the same company on today's tree.
The fiscal year is the calendar year unless `start_month` says otherwise. Figures are typed in plain units.
"""

from __future__ import annotations

from copy import copy
from fractions import Fraction

import numpy as np

from ledger.periods import Calendar, FiscalPeriod, Months, last_of_year
from metrics.calc.axis import Axis
from metrics.calc.books import Book
from metrics.calc.building import book_of
from metrics.calc.cells import GROUP_CURRENCY, NOBODY, Facts
from metrics.calc.chart import AccountNode, Chart
from metrics.calc.company import Company
from metrics.calc.coverage import Deliveries
from metrics.calc.evaluate import Place
from metrics.calc.levels import Reasons
from metrics.calc.tree import Former, Holding, Planned, Tree, UnitNode
from metrics.calc.workbook import Workbook
from metrics.catalogue import METRICS
from metrics.declaration import Metric
from metrics.formula import SCALE
from metrics.rates import CONSTANT, CONSTANT_OF, RateTable, at_rates
from tests.tables import Row, table

ACCOUNTS = """
    code  | kind        | role           | rollup | rate_type
    REV   | income      | revenue        | sum    | average
    COST  | expense     | cost_of_sales  | sum    | average
    STAFF | expense     | personnel      | sum    | average
    RECV  | asset       | receivables    | last   | closing
    HEADS | statistical | headcount      | last   | none
"""


class Small:
    def __init__(
        self,
        *,
        figures: str,
        units: str = "code\n",
        accounts: str = ACCOUNTS,
        rates: str = "currency | period | kind | rate",
        inflated: str = "currency | first | last",
        ownership: str = "unit | from | ownership",
        formers: str = "unit | until | parent",
        planned: str = "unit | from | parent",
        calendar: Calendar | None = None,
        metrics: dict[str, Metric] | None = None,
    ) -> None:
        self.calendar = calendar or Months(1)
        self.metrics = metrics or dict(METRICS)
        self.cells = _cells(table(figures), self.calendar)
        self.tree = Tree.of(_units(table(units), table(ownership), table(formers), table(planned)))
        self.chart = Chart.of(_accounts(table(accounts)))
        self.company = Company(_axis([cell["period"] for cell in self.cells], self.calendar), self.tree, self.chart)
        self.rates = RateTable.of(
            (
                (row.currency, period.ordinal, period.year, row.kind, Fraction(str(row.rate)))
                for row in table(rates)
                for period in [self.calendar.parse(row.period)]
            ),
            group=self.tree.currency,
            periods_in_year=self.calendar.periods_in_year,
            inflated=(
                (row.currency, *(self.calendar.parse(code).ordinal if code else None for code in (row.first, row.last)))
                for row in table(inflated)
            ),
        )
        self.reasons = Reasons()
        self.books = self._books()

    def now(self) -> Small:
        """The same company on today's tree at all times."""
        found = copy(self)
        found.company = self.company.as_is_now or self.company
        found.tree = found.company.tree
        found.books = found._books()
        return found

    def book(self, *, columns: list[str] | None = None) -> Workbook:
        places = [self.tree.by_code[code] for code in columns] if columns else list(range(len(self.tree)))
        return Workbook(
            self.books,
            self.metrics,
            company=self.company,
            columns=np.array(places, dtype=np.int64),
            reasons=self.reasons,
        )

    def read(self, code: str, unit: str, period: str, *, basis: str = "month", version: str = "actual") -> float | str:
        """A number in plain units, or the reason why there is none."""
        level, reason = self._level(code, unit, period, basis, version)
        return reason or float(level.plain[0, 0])

    def amount(self, code: str, unit: str, period: str, *, basis: str = "month", version: str = "actual") -> int | str:
        """A number in ten-thousandths, exactly."""
        level, reason = self._level(code, unit, period, basis, version)
        return reason or int(level.values[0, 0])

    def part(self, stage: str, code: str, unit: str, period: str, *, basis: str = "month") -> float:
        """How much of a figure adjustments or eliminations make up, in plain units."""
        row = self.company.axis.row(self.calendar.parse(period).ordinal)
        workbook = self.book().stage("actual", stage)
        place = self.tree.by_code[unit]
        if workbook is None or place not in workbook.columns:
            return 0.0
        level = workbook.level(Place("actual", basis, np.array([row])), code)
        return float(level.plain[0, workbook.columns.tolist().index(place)])

    def coverage(self, code: str, unit: str, period: str, *, basis: str = "month", version: str = "actual") -> str:
        level, _ = self._level(code, unit, period, basis, version)
        return f"{level.coverage.have[0, 0]} of {level.coverage.of[0, 0]}"

    def _level(self, code: str, unit: str, period: str, basis: str, version: str):  # noqa: ANN202 -- cells of a table, read as they come
        row = self.company.axis.row(self.calendar.parse(period).ordinal)
        level = self.book(columns=[unit]).level(Place(version, basis, np.array([row])), code)
        return level, self.reasons.texts[level.reason[0, 0]]

    def _books(self) -> dict[str, Book]:
        found = {}
        for version in sorted({cell["version"] for cell in self.cells}):
            cells = [cell for cell in self.cells if cell["version"] == version]
            book = book_of(
                version,
                self._facts(cells),
                self._deliveries(cells),
                company=self.company,
                rates=self.rates,
                reasons=self.reasons,
            )
            assert book is not None
            found[version] = book
            for name in [at_rates(version, manner) for manner in CONSTANT if version == CONSTANT_OF]:
                variant = book_of(
                    name,
                    self._facts(cells),
                    self._deliveries(cells),
                    company=self.company,
                    rates=self.rates,
                    reasons=self.reasons,
                )
                assert variant is not None
                found[name] = variant
        return found

    def _facts(self, cells: list[dict]) -> Facts:
        codes = sorted({self._currency(cell) for cell in cells} - {""})
        return Facts(
            unit=_ints(self.tree.by_code[cell["unit"]] for cell in cells),
            account=_ints(self.chart.by_code[cell["account"]] for cell in cells),
            row=_ints(self.company.axis.row(cell["period"].ordinal) for cell in cells),
            amount=_ints(cell["amount"] for cell in cells),
            counterparty=_ints(self.tree.by_code.get(cell["counterparty"], NOBODY) for cell in cells),
            currency=_ints(
                codes.index(self._currency(cell)) if self._currency(cell) else GROUP_CURRENCY for cell in cells
            ),
            layer=_ints(int(cell["layer"] == "adjustment") for cell in cells),
            currencies=tuple(codes),
        )

    def _pairs(self, cells: list[dict]) -> frozenset[tuple[int, int]]:
        place = self.tree.by_code
        pairs = ((cell["unit"], cell["counterparty"]) for cell in cells)
        return frozenset((place[unit], place[other]) for unit, other in pairs if other in place)

    def _currency(self, cell: dict) -> str:
        own = cell["currency"] or self.tree.currency_of(self.tree.by_code[cell["unit"]])
        return "" if own == self.tree.currency else own

    def _deliveries(self, cells: list[dict]) -> Deliveries:
        sources = sorted({cell["source"] for cell in cells})
        slices = sorted(
            {(sources.index(cell["source"]), self.tree.by_code[cell["unit"]], cell["period"].ordinal) for cell in cells}
        )
        carried: dict[tuple[int, int], set[int]] = {}
        for cell in cells:
            pair = sources.index(cell["source"]), self.tree.by_code[cell["unit"]]
            carried.setdefault(pair, set()).add(self.chart.by_code[cell["account"]])
        return Deliveries(
            source=_ints(source for source, _, _ in slices),
            unit=_ints(unit for _, unit, _ in slices),
            row=_ints(self.company.axis.row(ordinal) for _, _, ordinal in slices),
            ever=frozenset((source, unit) for source, unit, _ in slices),
            carried={pair: frozenset(accounts) for pair, accounts in carried.items()},
            traded={None: self._pairs(cells)},
            adjusting=frozenset(sources.index(cell["source"]) for cell in cells if cell["layer"] == "adjustment"),
        )


def _ints(values) -> np.ndarray:  # noqa: ANN001 -- cells of a table, read as they come
    return np.array(list(values), dtype=np.int64)


def _cells(rows: list[Row], calendar: Calendar) -> list[dict]:
    found = []
    for row in rows:
        for column, amount in row.items():
            if (
                column in ("unit", "account", "version", "source", "counterparty", "currency", "layer")
                or amount is None
            ):
                continue
            found.append(
                {
                    "unit": row.unit,
                    "account": row.account,
                    "period": calendar.parse(column),
                    "amount": round(Fraction(str(amount)) * SCALE),
                    "version": row.get("version") or "actual",
                    "source": row.get("source") or row.get("layer") or "erp",
                    "layer": row.get("layer") or "source",
                    "counterparty": row.get("counterparty") or "",
                    "currency": row.get("currency") or "",
                }
            )
    return found


def _axis(periods: list[FiscalPeriod], calendar: Calendar) -> Axis:
    first = calendar.ordinal(min(period.year for period in periods) - 3, 1)
    last = last_of_year(calendar, max(period.year for period in periods)).ordinal
    periods = tuple(calendar.at(ordinal) for ordinal in range(first, last + 1))
    return Axis(periods, calendar.periods_in_year, calendar.restates_week_53)


def _units(rows: list[Row], ownership: list[Row], formers: list[Row], planned: list[Row]) -> list[UnitNode]:
    ids = {row.code: place for place, row in enumerate(rows, start=1)}
    return [
        UnitNode(
            id=ids[row.code],
            code=row.code,
            parent=ids[row.parent] if row.get("parent") else None,
            kind=row.get("kind") or "unit",
            currency=row.get("currency") or "",
            method=row.get("method") or "full",
            ownership=Fraction(str(row.get("ownership") or 1)),
            starts=_day(row.get("starts")),
            ends=_day(row.get("ends")),
            holdings=tuple(
                Holding(_day(each["from"]), each.get("method") or "full", Fraction(str(each.ownership)))
                for each in ownership
                if each.unit == row.code
            ),
            formers=tuple(Former(_day(each.until), ids[each.parent]) for each in formers if each.unit == row.code),
            planned=tuple(Planned(_day(each["from"]), ids[each.parent]) for each in planned if each.unit == row.code),
        )
        for row in rows
    ]


def _day(cell):  # noqa: ANN001, ANN202 -- cells of a table, read as they come
    from datetime import date

    return date.fromisoformat(cell) if cell else None


def _accounts(rows: list[Row]) -> list[AccountNode]:
    ids = {row.code: place for place, row in enumerate(rows, start=1)}
    return [
        AccountNode(
            id=ids[row.code],
            code=str(row.code),
            kind=row.kind,
            parent=ids[row.parent] if row.get("parent") else None,
            weight=row.get("weight") if row.get("weight") not in (None, "") else 1,
            rollup=row.get("rollup") or "sum",
            rate_type=row.get("rate_type") or "average",
            role=row.get("role") or "",
            is_money=(row.get("measure") or "money") == "money",
            additive=row.get("additive") is not False,
        )
        for row in rows
    ]
