"""A small company in a text table, against which formulas are read: one row per month, one column per role.

    book = Book('''
        month   | revenue | headcount
        2026-08 |     100 |        10
        2026-09 |     120 |        11
    ''', stocks=("headcount",))
    book.read("revenue / headcount", basis="ytd")      # as of the last month of the table, or of `at`

Figures are typed in plain units and kept exact; `late` and other reasons may stand where a number is missing.
Metrics of the shipped catalogue are computed by their own formulas. The fiscal year is the calendar year.
"""

from __future__ import annotations

from calendar import monthrange

from metrics.catalogue import METRICS
from metrics.formula import SCALE, Calendar, Context, Name, Value, evaluate, parse
from metrics.formula.values import NO_ACCOUNT, missing
from tests.tables import Row, table

STOCKS = (
    "headcount",
    "open_positions",
    "contractors_fte",
    "receivables",
    "payables",
    "cash",
    "customers",
    "satisfaction",
)


class Months(Calendar):
    """The calendar of a formula read at one month, counted in months since the year 0."""

    periods_per_year = 12

    def __init__(self, at: int) -> None:
        self.at = at

    def window(self, context: Context) -> tuple[int, int]:
        """First and last month of a basis."""
        end = self.at - context.lag
        number = end % 12 + 1
        match context.basis:
            case "month":
                return end, end
            case "qtd":
                return end - (number - 1) % 3, end
            case "ytd":
                return end - number + 1, end
            case "ltm":
                return end - 11, end
            case "year":
                return end - number + 1, end - number + 12
        return end - int(context.basis.removeprefix("last:")) + 1, end

    def periods(self, context: Context) -> int:
        first, last = self.window(context)
        return last - first + 1

    def days(self, context: Context) -> int:
        first, last = self.window(context)
        return sum(monthrange(month // 12, month % 12 + 1)[1] for month in range(first, last + 1))


class Book:
    def __init__(self, text: str, *, at: str = "", stocks: tuple[str, ...] = STOCKS, **versions: str) -> None:
        tables = {"actual": text} | versions
        self.months = {version: {_month(str(row["month"])): row for row in table(t)} for version, t in tables.items()}
        self.at = _month(at) if at else max(self.months["actual"])
        self.stocks = stocks

    def value(self, formula: str, *, basis: str = "month", version: str = "actual") -> Value:
        calendar = Months(self.at)

        def resolve(name: Name, context: Context) -> Value:
            if name.code in METRICS:
                return evaluate(parse(METRICS[name.code].formula), context, resolve=resolve, calendar=calendar)
            return self.figure(name.code.partition(":")[2] or name.code, context, calendar)

        return evaluate(parse(formula), Context(version, basis), resolve=resolve, calendar=calendar)

    def read(self, formula: str, *, basis: str = "month", version: str = "actual") -> float | str:
        """The number in plain units, or the reason why there is none."""
        value = self.value(formula, basis=basis, version=version)
        return value.reason if value.plain is None else value.plain

    def figure(self, code: str, context: Context, calendar: Months) -> Value:
        rows = self.months.get(context.version, {})
        if not any(code in row for row in rows.values()):
            return missing(f"{NO_ACCOUNT} with role {code}", exact=True)
        first, last = calendar.window(context)
        cells = [_cell(rows.get(month), code) for month in range(last if code in self.stocks else first, last + 1)]
        reasons = [cell for cell in cells if isinstance(cell, str)]
        if reasons:
            return missing(reasons[0], exact=True)
        return Value(sum(round(float(cell) * SCALE) for cell in cells), True)


def _cell(row: Row | None, code: str) -> float | str:
    if row is None:
        return "not_due"
    cell = row[code]
    return "late" if cell is None else cell


def _month(text: str) -> int:
    year, month = text.split("-")
    return int(year) * 12 + int(month) - 1
