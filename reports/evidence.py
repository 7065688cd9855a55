"""What an explanation is made from: trees, sheets and entries as a reader may see them, at one mark.

Everything is read within the reader's scope and once. Who explains a figure says first what it will need
(`want`), and then sheets and entries come in one query each, whatever the formula.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum, Value

from ledger.company import budgets_in_force, group_currency
from ledger.models import Account, Delivery, Entry, Import, Layer, Period, Rate, Version
from ledger.periods import Calendar, Declared
from ledger.querysets import company_calendars
from metrics.additive import adds_up
from metrics.carriers import carriers, kin_of
from metrics.catalogue import Metric
from metrics.definitions import definitions
from metrics.models import Sheet
from metrics.rates import PLAN, RateTable, is_constant, version_and_manner
from metrics.roles import Node, terms
from metrics.shelf import OWN
from people.models import Person
from reports.facts import ELIMINATION, WHOLE, AccountFact, Company, RowFact, Terms, UnitFact
from units.marks import standing_at
from units.models import Holding, Placement, Unit
from units.scope import Scope

BUDGET = "budget"
NEVER = 10**9
GRAIN = (
    "unit_id", "account_id", "period__ordinal", "period__code", "period__year", "version__code", "currency",
    "counterparty", "origin_id", "sheet", "layer",
)  # fmt: skip


class When(NamedTuple):
    """A period as far as rates are concerned."""

    ordinal: int
    code: str
    year: int


SheetKey = tuple[int, str, str]
"""Ordinal, basis, version."""


@dataclass
class Want:
    """Entries that will be needed of a version: from which period to which, on which accounts."""

    first: int
    last: int
    accounts: set[int] = field(default_factory=set)

    def covers(self, window: range, accounts: Collection[int]) -> bool:
        return self.first <= window[0] and window[-1] <= self.last and self.accounts.issuperset(accounts)

    def widen(self, window: range, accounts: Collection[int]) -> None:
        self.first, self.last = min(self.first, window[0]), max(self.last, window[-1])
        self.accounts.update(accounts)


@dataclass(frozen=True)
class Stored:
    """A sheet's numbers and why others are missing; `is_there` is False where there is no sheet at all."""

    numbers: Mapping[str, int | float | str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    coverage: Mapping[str, str] = field(default_factory=dict)
    is_there: bool = True


@dataclass
class Evidence:
    """All there is to know of one unit's figures at a mark, for one reader.

    `by_file` sums entries of one file in the database where they agree in all that decides what they amount to.
    `is_own` counts quarters and years by the unit's own calendar, of `calendars` where they were read already.
    """

    scope: Scope
    mark: int
    unit: int
    by_file: bool = False
    is_own: bool = False
    calendars: Declared | None = None
    _sheets: dict[SheetKey, Stored] = field(default_factory=dict)
    _wanted: dict[str, Want] = field(default_factory=dict)
    _loaded: dict[str, Want] = field(default_factory=dict)
    _entries: dict[str, list[RowFact]] = field(default_factory=dict)
    numbers: dict[Hashable, dict[tuple[int, int], tuple[Any, str]]] = field(default_factory=dict, repr=False)

    def summed_by_file(self) -> Evidence:
        """The same evidence with its entries summed by file; what holds for both is not read again."""
        found = replace(self, by_file=True, _wanted={}, _loaded={}, _entries={})
        found.company, found.definitions, found.calendar = self.company, self.definitions, self.calendar
        return found

    # --- sheets ---------------------------------------------------------------------------------------
    def want_sheets(self, keys: Iterable[SheetKey]) -> None:
        """Read these sheets now, in one query."""
        missing = {key for key in keys if key not in self._sheets}
        missing |= {(ordinal, basis, version_and_manner(version)[0]) for ordinal, basis, version in missing}
        missing -= self._sheets.keys()
        by_shelf: dict[tuple[str, str], set[int]] = {}
        for ordinal, basis, version in missing:
            by_shelf.setdefault((basis, version), set()).add(ordinal)
        condition = Q(pk__in=[])
        for (basis, version), found in by_shelf.items():
            condition |= Q(basis=self.kept_as(basis), version=version, period__ordinal__in=found)
        self._sheets.update((key, Stored(is_there=False)) for key in missing)
        if not missing:
            return
        sheets = Sheet.objects.within(self.scope).filter(standing_at(self.mark), condition, unit=self.unit)
        columns = ("period__ordinal", "basis", "version", "numbers", "reasons", "coverage")
        for ordinal, basis, version, numbers, reasons, coverage in sheets.values_list(*columns):
            asked = basis.removeprefix(OWN) if self.is_own else basis
            self._sheets[ordinal, asked, version] = Stored(numbers, reasons, coverage)
        for ordinal, basis, version in missing:  # constant currency is kept only where it is something else
            if is_constant(version) and not self._sheets[ordinal, basis, version].is_there:
                reported = self._sheets[ordinal, basis, version_and_manner(version)[0]]
                self._sheets[ordinal, basis, version] = reported

    def kept_as(self, basis: str) -> str:
        """The basis of the sheets that hold a quarter or year of this calendar."""
        return f"{OWN}{basis}" if self.is_own and basis in ("qtd", "ytd") else basis

    def sheet(self, ordinal: int, basis: str, version: str) -> Stored:
        """The sheet of a period; an empty one where there is none."""
        self.want_sheets([(ordinal, basis, version)])
        return self._sheets[ordinal, basis, version]

    # --- entries --------------------------------------------------------------------------------------
    def want_entries(self, version: str, window: range, accounts: Collection[int]) -> None:
        """Say that these entries will be asked for; they are read with the first question."""
        known = self._wanted.setdefault(version, Want(window[0], window[-1]))
        known.widen(window, accounts)

    def entries(self, version: str, window: range, accounts: Collection[int]) -> list[RowFact]:
        """The entries on some accounts that count in the unit, in some periods (and maybe more of them)."""
        loaded = self._loaded.get(version)
        if loaded is None or not loaded.covers(window, accounts):
            self.want_entries(version, window, accounts)
            self._load()
        return self._entries[version]

    def _load(self) -> None:
        """All the entries that are wanted, in one query."""
        condition = Q(pk__in=[])
        for version, want in self._wanted.items():
            condition |= self.of_version(version) & Q(
                period__ordinal__gte=want.first, period__ordinal__lte=want.last, account__in=want.accounts
            )
        found = self._facts(self.standing().filter(condition))
        origins = Import.objects.in_bulk({entry.origin_id for entry in found})
        people = self._people(origins.values())
        rows = [(entry, self._row(entry, origins[entry.origin_id], people)) for entry in found]
        for version, want in self._wanted.items():
            manner = version_and_manner(version)[1]
            self._entries[version] = [
                self._translated(row, entry, manner) for entry, row in rows if self._belongs(entry, version)
            ]
            self._loaded[version] = Want(want.first, want.last, set(want.accounts))

    def _facts(self, entries: QuerySet[Entry]) -> list[Any]:
        """Entries, or sums of them by file, in the order they came."""
        if not self.by_file:
            return list(
                entries.annotate(rows=Value(1), last_row=F("row"))
                .order_by("pk")
                .values_list("pk", "amount", "row", "text", "segment", "rows", "last_row", *GRAIN, named=True)
            )
        summed = (
            entries.order_by()
            .values(*GRAIN)
            .annotate(first=Min("pk"), sum=Sum("amount"), first_row=Min("row"), count=Count("pk"), final=Max("row"))
        )
        columns = {"first": "pk", "sum": "amount", "first_row": "row", "count": "rows", "final": "last_row"}
        rows = [{columns.get(name, name): value for name, value in row.items()} for row in summed.order_by("first")]
        return [SimpleNamespace(**row, text="", segment="") for row in rows]

    def standing(self) -> QuerySet[Entry]:
        """The entries of the unit and all below it; of an elimination unit those of the group it eliminates in."""
        entries = Entry.objects.within(self.scope).filter(standing_at(self.mark))
        inside = self.company.below(self.top)
        return entries if len(inside) == len(self.company.units) else entries.filter(unit__in=inside)

    @cached_property
    def top(self) -> int:
        fact = self.company.units[self.unit]
        return fact.parent if fact.kind == ELIMINATION and fact.parent is not None else self.unit

    def of_version(self, version: str) -> Q:
        """Entries of a version; those of `budget` are the approved budget's of each fiscal year."""
        version, _ = version_and_manner(version)
        if version != BUDGET:
            return Q(version__code=version)
        condition = Q(pk__in=[])
        for year, code in self.budgets.items():
            condition |= Q(version__code=code, period__year=year)
        return condition

    def _belongs(self, entry: Any, version: str) -> bool:
        version, _ = version_and_manner(version)
        code = self.budgets.get(entry.period__year) if version == BUDGET else version
        return bool(code == entry.version__code)

    def _row(self, entry: Any, origin: Import, people: Mapping[str, str]) -> RowFact:
        other = self._unit_ids.get(entry.counterparty)
        is_shown = not entry.counterparty or other is not None
        currency = entry.currency or self._currency_of[entry.unit_id] or self._group_currency
        return RowFact(
            id=entry.pk,
            unit=entry.unit_id,
            account=entry.account_id,
            ordinal=entry.period__ordinal,
            period=entry.period__code,
            amount=entry.amount,
            currency=currency,
            rate=None,
            counterparty=other,
            file=origin.filename,
            sheet=entry.sheet,
            row=entry.row,
            person=people[origin.actor],
            time=origin.at,
            text=entry.text if is_shown else "",
            segment=entry.segment,
            pair=self._pairs.setdefault(entry.counterparty, len(self._pairs)),
            origin=entry.origin_id,
            rows=entry.rows,
            last_row=entry.last_row,
            is_adjustment=entry.layer == Layer.ADJUSTMENT,
        )

    def _translated(self, row: RowFact, entry: Any, manner: str) -> RowFact:
        """A row with the rate of its version's manner; None where nobody gave one, which is never 1."""
        fact = self.company.accounts[row.account]
        period = When(row.ordinal, row.period, entry.period__year)
        found = self._rates.rate(row.currency, period, fact.rate_type if fact.is_money else "", manner=manner)
        rate = None if found.reason else found.factor
        return replace(row, rate=rate, reason=found.reason, is_plan=manner == PLAN)

    def _people(self, origins: Iterable[Import]) -> dict[str, str]:
        """Actors of imports as a reader knows them."""
        actors = {origin.actor for origin in origins}
        return names_of(actors)

    # --- deliveries -----------------------------------------------------------------------------------
    def delivered_months(self, account: int, version: str, window: range) -> int:
        """In how many periods the unit's figures on an account were delivered: what a mean is taken over."""
        units = {self.unit}
        if self.company.accounts[account].adds_up:
            units = self.company.below(self.top)
        delivered = Delivery.objects.within(self.scope).filter(
            standing_at(self.mark),
            self.of_version(version),
            self._carriers(list(self.company.weights(account)), version, units),
            unit__in=units,
            period__ordinal__gte=window[0],
            period__ordinal__lte=window[-1],
        )
        by_dates = version_and_manner(version)[1] != PLAN
        places = delivered.order_by().values_list("unit_id", "period__ordinal").distinct()
        share, top = self.company.share, self.top
        return len({at for unit, at in places if unit == self.unit or share(unit, top, (at, by_dates))})

    def _carriers(self, accounts: Collection[int], version: str, units: Collection[int]) -> Q:
        """Slices of the sources that carry one of these accounts for the units, each version's own sources."""
        known = Entry.objects.within(self.scope).filter(self.of_version(version), from_mark__lte=self.mark)
        columns = ("version_id", "source", "unit_id", "account_id")
        carried: dict[int, dict[tuple[str, int], set[int]]] = defaultdict(lambda: defaultdict(set))
        for pk, source, unit, account in known.filter(unit__in=units).order_by().values_list(*columns).distinct():
            carried[pk][source, unit].add(account)
        adjusting = set(Import.objects.filter(layer=Layer.ADJUSTMENT).values_list("source", flat=True).distinct())
        kin = kin_of((each.id, each.parent, each.kind, each.adds_up) for each in self._chart.values())
        condition = Q(pk__in=[])
        for pk, by_pair in carried.items():
            found = carriers(by_pair, kin, adjusting=adjusting)
            pairs = set().union(*(found[account] for account in accounts))
            for source in {source for source, _ in pairs}:
                condition |= Q(version_id=pk, source=source, unit__in=[unit for name, unit in pairs if name == source])
        return condition

    # --- read once ------------------------------------------------------------------------------------
    @cached_property
    def calendar(self) -> Calendar:
        calendars = self.calendars or company_calendars()
        return calendars.of(self.company.units[self.unit].code) if self.is_own else calendars.calendar

    @cached_property
    def definitions(self) -> dict[str, Metric]:
        return definitions(self.mark)

    @cached_property
    def company(self) -> Company:
        return Company(units=units_at(self.scope, self.mark), accounts=self._chart)

    @cached_property
    def budgets(self) -> dict[int, str]:
        """By fiscal year the code of the budget in force."""
        return {year: budget.code for year, budget in budgets_in_force(self.mark).items()}

    @cached_property
    def versions(self) -> frozenset[str]:
        return frozenset([BUDGET, *Version.objects.values_list("code", flat=True)])

    @cached_property
    def account_ids(self) -> dict[str, int]:
        return {account.code: account.id for account in self._chart.values()}

    @cached_property
    def roles(self) -> dict[str, dict[int, int]]:
        """For each role the accounts, with their factors, that add up to it."""
        codes = {account.id: account.code for account in self._chart.values()}
        found = terms(
            Node(each.code, codes[each.parent] if each.parent else "", each.kind, each.weight, each.role)
            for each in self._chart.values()
        )
        return {
            role: {self.account_ids[code]: factor for code, factor in accounts.items()}
            for role, accounts in found.items()
        }

    @cached_property
    def _chart(self) -> dict[int, AccountFact]:
        columns = (
            "pk", "code", "name", "parent_id", "weight", "time_rollup", "rate_type", "unit_of_measure", "role", "kind",
        )  # fmt: skip
        return {
            row.pk: AccountFact(
                id=row.pk,
                code=row.code,
                name=row.name,
                parent=row.parent_id,
                weight=row.weight,
                time_rollup=row.time_rollup,
                rate_type=row.rate_type,
                is_money=row.unit_of_measure == "money",
                role=row.role,
                kind=row.kind,
                adds_up=adds_up(row.role, row.unit_of_measure),
            )
            for row in Account.objects.order_by("position", "pk").values_list(*columns, named=True)
        }

    @cached_property
    def _unit_ids(self) -> dict[str, int]:
        return {unit.code: unit.id for unit in self.company.units.values()}

    @cached_property
    def _pairs(self) -> dict[str, int]:
        """Counterparties, seen or not, by a number that says nothing about them; 0 is nobody."""
        return {"": 0}

    @cached_property
    def _rates(self) -> RateTable:
        columns = ("currency", "period__ordinal", "period__year", "kind", "rate")
        rows = Rate.objects.filter(standing_at(self.mark)).values_list(*columns)
        return RateTable.of(
            ((currency, ordinal, year, kind, Fraction(rate)) for currency, ordinal, year, kind, rate in rows),
            group=self._group_currency,
            periods_in_year=self.calendar.periods_in_year,
        )

    @cached_property
    def _currency_of(self) -> dict[int, str]:
        return dict(Unit.objects.within(self.scope).values_list("pk", "currency"))

    @cached_property
    def _group_currency(self) -> str:
        return group_currency()


def units_at(scope: Scope, mark: int) -> dict[int, UnitFact]:
    """The units a reader may see, in the order of the tree, as they hung and were held at a mark."""
    placements = Placement.objects.within(scope).filter(standing_at(mark)).order_by("unit__left", "pk")
    rows = placements.values_list(
        "unit_id", "unit__code", "unit__name", "unit__kind", "parent_id", "method", "ownership",
        "unit__starts", "unit__ends",
    )  # fmt: skip
    found = {row[0]: row for row in rows}
    later, days = _later_terms(scope, mark), Days()
    facts = {}
    for pk, code, name, kind, parent, method, ownership, starts, ends in found.values():
        dated = kind != ELIMINATION
        terms = _terms(0, method if dated else Placement.Method.FULL, ownership if dated else "1")
        facts[pk] = UnitFact(
            pk, code, name, kind, parent if parent in found else None, terms.share,
            held=terms.held,
            is_equity=terms.is_equity,
            later=tuple(_terms(days.reached(day), *held) for day, *held in later.get(pk, ())) if dated else (),
            first=days.reached(starts) if starts and dated else None,
            last=days.reached(ends, begun=True) if ends and dated else None,
        )  # fmt: skip
    return facts


def _later_terms(scope: Scope, mark: int) -> dict[int, list[tuple[date, str, str]]]:
    """By unit the days terms begin on, with method and ownership."""
    found: dict[int, list[tuple[date, str, str]]] = {}
    rows = Holding.objects.within(scope).filter(standing_at(mark)).order_by("starts")
    for unit, starts, method, ownership in rows.values_list("unit_id", "starts", "method", "ownership"):
        found.setdefault(unit, []).append((starts, method, ownership))
    return found


class Days:
    """Days as ordinals of the periods that have figures; they are read with the first question."""

    @cached_property
    def _periods(self) -> list[tuple[int, date, date]]:
        return list(Period.objects.order_by("ordinal").values_list("ordinal", "starts", "ends"))

    def reached(self, day: date, *, begun: bool = False) -> int:
        """The first period that ends on a day or later; `begun`: the last one that began by then."""
        if begun:
            return max((ordinal for ordinal, starts, _ in self._periods if starts <= day), default=-1)
        return min((ordinal for ordinal, _, ends in self._periods if ends >= day), default=NEVER)


def _terms(first: int, method: str, ownership: str) -> Terms:
    """What a method and an ownership mean: full takes everything in, proportional its share, the others nothing."""
    held = Fraction(0) if method == Placement.Method.NONE else Fraction(ownership)
    share = {Placement.Method.FULL: WHOLE, Placement.Method.PROPORTIONAL: held}.get(method, Fraction(0))  # type: ignore[call-overload]
    return Terms(first, share, held, method == Placement.Method.EQUITY)


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """What the actors of imports are called: `person:7` by name, `process:demo` by its own."""
    actors = set(actors)
    ids = {int(key) for sort, _, key in (actor.partition(":") for actor in actors) if sort == "person"}
    names = dict(Person.objects.filter(pk__in=ids).values_list("pk", "name"))
    return {
        actor: names.get(int(key), "former person") if sort == "person" else key
        for actor, (sort, _, key) in ((actor, actor.partition(":")) for actor in actors)
    }
