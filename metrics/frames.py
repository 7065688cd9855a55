"""What the engine reads: rows as columns of numbers, one SELECT each, all as they stood at one mark.

Reading at a mark means that an import that commits meanwhile changes nothing here: it takes a later mark.
Columns are int64 arrays; on PostgreSQL they come through a binary COPY, elsewhere from a cursor.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Q

from ledger.company import budgets_in_force
from ledger.models import Account, Delivery, Import, Layer, Rate, Version
from ledger.periods import Calendar, Declared, FiscalPeriod, PeriodUnknown
from ledger.querysets import company_calendars
from metrics.additive import adds_up
from metrics.calc.company import AccountNode, Axis, Chart, Company, Holding, Ints, Tree, UnitNode
from metrics.calc.inputs import BUDGET, NEVER, EntryRows, Inputs, SliceRows, chained, deliveries_of, facts_of
from metrics.rates import RateTable
from units.marks import standing_at
from units.models import Holding as HoldingRow
from units.models import Placement

YEARS_BEFORE = 20

SIGNATURE = b"PGCOPY\n\xff\r\n\0"


def inputs(mark: int) -> Inputs | None:
    """Everything as it stood at a mark; None for a company without figures."""
    delivered, sources = slices(mark)
    if not delivered.standing(mark).any():
        return None
    calendars, units = company_calendars(), tree(mark)
    periods = axis(calendars.calendar, delivered.ordinal.tolist())
    company = Company(periods, units, chart(), own_axes(calendars, periods, units))
    codes = dict(Version.objects.values_list("pk", "code"))
    named = currencies()
    rows = entries(mark, named)
    facts = facts_of(rows, company=company, versions=codes, named=named)
    ever_carried, ever_traded = carried(mark, sources), traded(mark)
    deliveries = deliveries_of(
        delivered,
        ever_carried,
        ever_traded,
        company=company,
        versions=codes,
        mark=mark,
        adjusting=adjusting(sources),
    )
    in_force = {year: version.code for year, version in budgets_in_force(mark).items()}
    chain = chained(facts, deliveries, axis=company.axis, in_force=in_force)
    if chain is not None:
        facts[BUDGET], deliveries[BUDGET] = chain
    return Inputs(
        company=company,
        rates=rates(mark, group=units.currency, periods_in_year=periods.periods_per_year),
        facts=facts,
        deliveries=deliveries,
        in_force=in_force,
        slices=delivered,
        carried=ever_carried,
        traded=ever_traded,
        versions=codes,
    )


def tree(mark: int) -> Tree:
    """All units with where they hung at a mark, in the order of the tree of today, and how they were held."""
    dated = holdings(mark)
    rows = Placement.unscoped.filter(standing_at(mark)).order_by("unit__left").values_list(
        "unit_id", "unit__code", "parent_id", "unit__kind", "unit__currency",
        "method", "ownership", "unit__starts", "unit__ends",
    )  # fmt: skip
    return Tree.of(
        UnitNode(pk, code, parent, kind, currency, method, Fraction(ownership), starts, ends, tuple(dated[pk]))
        for pk, code, parent, kind, currency, method, ownership, starts, ends in rows
    )


def holdings(mark: int) -> dict[int, list[Holding]]:
    """By unit the terms that begin on a day, the earliest first, as known at a mark."""
    found: dict[int, list[Holding]] = defaultdict(list)
    rows = HoldingRow.unscoped.filter(standing_at(mark)).order_by("starts")
    for unit, starts, method, ownership in rows.values_list("unit_id", "starts", "method", "ownership"):
        found[unit].append(Holding(starts, method, Fraction(ownership)))
    return found


def chart() -> Chart:
    """The chart of accounts, in its own order."""
    rows = Account.objects.order_by("position", "pk").values_list(
        "pk", "code", "kind", "parent_id", "weight", "time_rollup", "rate_type", "role", "unit_of_measure"
    )
    return Chart.of(
        AccountNode(pk, code, kind, parent, weight, rollup, rate_type, role, measure == "money", adds_up(role, measure))
        for pk, code, kind, parent, weight, rollup, rate_type, role, measure in rows
    )


def axis(calendar: Calendar, ordinals: Iterable[int]) -> Axis:
    """Whole fiscal years around these periods, with twenty more before and one after, as far as the calendar goes.

    The year after is for units whose own year ends later than the company's.
    """
    found = sorted(ordinals)
    first_year, last_year = calendar.year_and_number(found[0])[0], calendar.year_and_number(found[-1])[0]
    years = [_year(calendar, year) for year in range(first_year - YEARS_BEFORE, last_year + 2)]
    return Axis(tuple(period for year in years for period in year), calendar.periods_in_year)


def own_axes(declared: Declared, axis: Axis, tree: Tree) -> dict[int, Axis]:
    """The axes of units with a calendar of their own, by place: the same months in other quarters and years."""
    axes: dict[Calendar, Axis] = {}
    for calendar in declared.units.values():
        periods = tuple(calendar.at(period.ordinal) for period in axis.periods)
        axes[calendar] = Axis(periods, calendar.periods_in_year)
    return {tree.by_code[code]: axes[each] for code, each in declared.units.items() if code in tree.by_code}


def _year(calendar: Calendar, year: int) -> list[FiscalPeriod]:
    """The periods of a fiscal year; none where the calendar does not know the year."""
    try:
        return [calendar.at(calendar.ordinal(year, number)) for number in range(1, calendar.size(year) + 1)]
    except PeriodUnknown:
        return []


def rates(mark: int, *, group: str, periods_in_year: int) -> RateTable:
    """Exact rates by currency, ordinal and kind, as they stood at a mark."""
    columns = ("currency", "period__ordinal", "period__year", "kind", "rate")
    rows = Rate.objects.filter(standing_at(mark)).values_list(*columns)
    return RateTable.of(
        ((currency, ordinal, year, kind, Fraction(rate)) for currency, ordinal, year, kind, rate in rows),
        group=group,
        periods_in_year=periods_in_year,
    )


def adjusting(sources: Sequence[str]) -> frozenset[int]:
    """Those of the sources that bring adjustments."""
    names = set(Import.objects.filter(layer=Layer.ADJUSTMENT).values_list("source", flat=True).distinct())
    return frozenset(place for place, name in enumerate(sources) if name in names)


def slices(mark: int) -> tuple[SliceRows, list[str]]:
    """Every slice ever delivered up to a mark, and the names of the sources it numbers."""
    known = Delivery.unscoped.filter(from_mark__lte=mark)
    names = sorted(known.order_by().values_list("source", flat=True).distinct())
    number = {name: place for place, name in enumerate(names)}
    rows = known.values_list("source", "unit_id", "period__ordinal", "version_id", "from_mark", "until_mark")
    columns = _columns(
        (
            (number[source], unit, ordinal, version, since, NEVER if until is None else until)
            for source, unit, ordinal, version, since, until in rows.iterator(10_000)
        ),
        6,
    )
    return SliceRows(*columns), names


def carried(mark: int, sources: Sequence[str]) -> dict[int, dict[tuple[int, int], dict[int, int]]]:
    """Version → (source, unit) → account → the mark its first row came with: what each source ever carried there."""
    found: dict[int, dict[tuple[int, int], dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    number = {name: place for place, name in enumerate(sources)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT version_id, source, unit_id, account_id, MIN(from_mark) FROM ledger_entry WHERE from_mark <= %s"
            " GROUP BY version_id, source, unit_id, account_id",
            [mark],
        )
        for version, source, unit, account, since in cursor.fetchall():
            if source in number:
                found[version][number[source], unit][account] = since
    return found


def traded(mark: int) -> dict[int, dict[tuple[int, int], int]]:
    """Version → (unit, counterparty) → the mark the first figure between them came with."""
    found: dict[int, dict[tuple[int, int], int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.version_id, e.unit_id, c.id, MIN(e.from_mark) FROM ledger_entry e"
            " JOIN units_unit c ON c.code = e.counterparty WHERE e.counterparty <> '' AND e.from_mark <= %s"
            " GROUP BY e.version_id, e.unit_id, c.id",
            [mark],
        )
        for version, unit, other, since in cursor.fetchall():
            found[version][unit, other] = since
    return found


def entries(mark: int, currencies: Sequence[str]) -> EntryRows:
    """Entries standing at a mark; a counterparty that is no unit counts as none."""
    cases = " ".join(f"WHEN %s THEN {place}" for place in range(1, len(currencies) + 1))
    currency = f"CASE e.currency {cases} ELSE 0 END" if currencies else "0"
    columns = _select(
        f"SELECT e.unit_id, e.account_id, p.ordinal, e.version_id, COALESCE(c.id, 0), {currency}, e.amount,"  # noqa: S608  (only places are written in)
        " CASE e.layer WHEN 'adjustment' THEN 1 ELSE 0 END"
        " FROM ledger_entry e JOIN ledger_period p ON p.id = e.period_id"
        " LEFT JOIN units_unit c ON c.code = e.counterparty"
        " WHERE e.from_mark <= %s AND (e.until_mark IS NULL OR e.until_mark > %s)",
        [*currencies, mark, mark],
        8,
    )
    return EntryRows(*columns)


def currencies() -> list[str]:
    """The currencies entries name themselves; most take their unit's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT currency FROM ledger_entry WHERE currency <> ''")
        return sorted(row[0] for row in cursor.fetchall())


def changed(since: int, mark: int) -> tuple[Ints, ...]:
    """Unit, ordinal, version of every entry and slice that began or ended after one mark, up to another."""
    parts = [
        f"SELECT t.unit_id, p.ordinal, t.version_id FROM {table} t JOIN ledger_period p ON p.id = t.period_id"  # noqa: S608  (both names are ours)
        f" WHERE t.{column} > %s AND t.{column} <= %s"
        for table in ("ledger_entry", "ledger_delivery")
        for column in ("from_mark", "until_mark")
    ]
    return _select(" UNION ".join(parts), [since, mark] * len(parts), 3)


def changed_rates(since: int, mark: int) -> set[tuple[str, int, str]]:
    """Currency, ordinal and kind of every rate that began or ended after one mark, up to another."""
    began = Q(from_mark__gt=since, from_mark__lte=mark) | Q(until_mark__gt=since, until_mark__lte=mark)
    return set(Rate.objects.filter(began).values_list("currency", "period__ordinal", "kind"))


def _select(sql: str, params: Sequence[Any], width: int) -> tuple[Ints, ...]:
    """The columns of a query whose every cell is a whole number."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute(sql, params)
            return _columns(cursor, width)
        columns = ", ".join(f"c{place}::bigint" for place in range(width))
        names = ", ".join(f"c{place}" for place in range(width))
        binary = f"COPY (SELECT {columns} FROM ({sql}) q({names})) TO STDOUT (FORMAT BINARY)"  # noqa: S608  (see callers)
        with cursor.copy(binary, params) as copy:
            return _unpacked(b"".join(bytes(part) for part in copy), width)


def _unpacked(data: bytes, width: int) -> tuple[Ints, ...]:
    """The columns in PostgreSQL's binary form: a header, and rows of (2 + 12 × width) bytes each."""
    if not data.startswith(SIGNATURE):
        raise ValueError("The database did not answer in the binary form of COPY.")
    (extension,) = struct.unpack(">i", data[15:19])
    body = memoryview(data)[19 + extension : -2]
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for place in range(width):
        fields += [(f"size{place}", ">i4"), (f"c{place}", ">i8")]
    rows = np.frombuffer(body, dtype=np.dtype(fields))
    return tuple(rows[f"c{place}"].astype(np.int64) for place in range(width))


def _columns(rows: Iterable[Sequence[Any]], width: int) -> tuple[Ints, ...]:
    table = np.array(list(rows), dtype=np.int64).reshape(-1, width)
    return tuple(np.ascontiguousarray(table[:, place]) for place in range(width))
