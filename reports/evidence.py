"""What an explanation is made from: trees, sheets and entries as a reader may see them, at one mark.

Everything is read within the reader's scope and once. Who explains a figure says first what it will need
(`want`), and then sheets and entries come in one query each with the first question, whatever the formula.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet

from ledger.company import budgets_in_force, group_currency
from ledger.models import Account, Entry, Version
from ledger.periods import Calendar, Declared
from ledger.querysets import company_calendars
from metrics.additive import adds_up
from metrics.arrangement import chosen, stored_names
from metrics.catalogue import Metric
from metrics.definitions import definitions
from metrics.formula import Context
from metrics.models import Sheet
from metrics.querysets import rate_table, rates_of
from metrics.rates import RateTable, is_constant, version_and_manner
from metrics.roles import Node, terms
from metrics.shelf import OWN
from metrics.timeframes import CalendarAt
from reports.asked import Asked, at_once
from reports.asked import Rows as Answers
from reports.baselines import FORESEEN
from reports.expectations import foreseen
from reports.facts import ELIMINATION, AccountFact, Company, RowFact
from reports.footing import Footing
from reports.holdings import TreeRows, tree_at
from reports.importers import names_of
from reports.nodes import other_tree_at
from reports.postings import Postings
from units.marks import standing_at
from units.scope import Scope

BUDGET = "budget"
SheetKey = tuple[int, str, str]
"""Ordinal, basis, version."""


class Cell(NamedTuple):
    """One number of a sheet: whose, of which period, basis and version."""

    unit: int
    ordinal: int
    basis: str
    version: str
    code: str


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
    `is_own` counts quarters and years by the unit's own calendar, of `calendars` where they were read already. What its
    page stands `on` at the same mark is not read again.
    `is_now` reads every period on the tree of today. `forecasts` by stretch of time are kept once they were read.
    """

    scope: Scope
    mark: int
    unit: int
    by_file: bool = False
    is_own: bool = False
    is_now: bool = False
    on: Footing | None = None
    calendars: Declared | None = None
    _sheets: dict[SheetKey, Stored] = field(default_factory=dict)
    _wanted: dict[str, Want] = field(default_factory=dict)
    _loaded: dict[str, Want] = field(default_factory=dict)
    _entries: dict[str, list[RowFact]] = field(default_factory=dict)
    _cells: dict[Cell, tuple[Any, str]] = field(default_factory=dict, repr=False)
    _known: set[Hashable] = field(default_factory=set, repr=False)
    _waiting: set[Any] = field(default_factory=set, repr=False)
    forecasts: dict[range, Mapping[int, Mapping[str, Any]]] = field(default_factory=dict, repr=False)
    _others: dict[int, Evidence] = field(default_factory=dict, repr=False)

    @cached_property
    def summed_by_file(self) -> Evidence:
        """The same evidence with its entries summed by file; what holds for both is not read again."""
        return self._alike(replace(self, by_file=True, _wanted={}, _loaded={}, _entries={}))

    def of_unit(self, unit: int) -> Evidence:
        """The evidence of another unit; what holds for both is not read again."""
        if unit not in self._others:
            fresh = replace(
                self, unit=unit, _sheets={}, _wanted={}, _loaded={}, _entries={}, _cells={}, _known=set(),
                _waiting=set(), forecasts={}, _others={},
            )  # fmt: skip
            self._others[unit] = self._alike(fresh)
        return self._others[unit]

    def _alike(self, other: Evidence) -> Evidence:
        other.company, other.definitions, other.calendar = self.company, self.definitions, self.calendar
        other._chart = self._chart
        return other

    # --- sheets ---------------------------------------------------------------------------------------
    def want_sheets(self, keys: Iterable[SheetKey]) -> None:
        """Say that these sheets will be asked for; they are read with the first question."""
        for ordinal, basis, version in keys:
            for name in {version, version_and_manner(version)[0]} - {FORESEEN}:
                self._want((ordinal, basis, name))

    def want_numbers(self, units: Iterable[int], ordinals: Collection[int], code: str, context: Context) -> None:
        """Say that single numbers of sheets of some units will be asked for, each unit's at its own periods."""
        if context.version != FORESEEN:
            for unit in units:
                for ordinal in ordinals:
                    self._want(Cell(unit, ordinal, context.basis, context.version, code))

    def _want(self, asked: Hashable) -> None:
        if asked not in self._known:
            self._known.add(asked)
            self._waiting.add(asked)

    def numbers(
        self, units: Collection[int], ordinals: Collection[int], code: str, context: Context
    ) -> dict[tuple[int, int], tuple[Any, str]]:
        """Single numbers, and why others are missing, by unit and period; what is on no sheet is left out."""
        self.want_numbers(units, ordinals, code, context)
        self._read()
        cells = (Cell(unit, at, context.basis, context.version, code) for unit in units for at in ordinals)
        return {(cell.unit, cell.ordinal): self._cells[cell] for cell in cells if cell in self._cells}

    def _read(self) -> None:
        """All that waits to be read of sheets, in one query."""
        at_once(*self.asked())

    def asked(self) -> list[Asked[None]]:
        """All that waits to be read of sheets, as questions to ask together with others; by basis, whole and picked."""
        waiting = list(self._waiting)
        self._waiting.clear()
        cells = [each for each in waiting if isinstance(each, Cell)]
        named = (each for each in waiting if not isinstance(each, Cell))
        keys = [Cell(self.unit, at, self.kept_as(basis), version, "") for at, basis, version in named]
        every = [*self.definitions, *(f"account:{code}" for code in self.account_ids)]
        found: list[Asked[None]] = []
        for basis in sorted({key.basis for key in keys}):
            whole = self._sheets_of(key for key in keys if key.basis == basis)
            found.append(Asked(whole, every, partial(self._keep, basis, every), reader=self.scope))
        for basis in sorted({cell.basis for cell in cells}):
            among = [cell for cell in cells if cell.basis == basis]
            codes = sorted({cell.code for cell in among})
            found.append(Asked(self._sheets_of(among), codes, partial(self._note, basis, codes)))
        return found

    def _keep(self, basis: str, codes: Sequence[str], rows: Answers) -> None:
        """Whole sheets of the unit."""
        kept = basis.removeprefix(OWN) if self.is_own else basis
        for _, version, ordinal, numbers, reasons, coverage in chosen(rows):
            known = {code: number for code, number in zip(codes, numbers, strict=True) if number is not None}
            why = {code: reason for code, reason in zip(codes, reasons, strict=True) if reason is not None}
            self._sheets[ordinal, kept, version] = Stored(known, why, coverage)

    def _note(self, basis: str, codes: Sequence[str], rows: Answers) -> None:
        """Single numbers of units."""
        for unit, version, ordinal, numbers, reasons, _ in chosen(rows):
            for code, number, why in zip(codes, numbers, reasons, strict=True):
                self._cells[Cell(unit, ordinal, basis, version, code)] = number, why or ""

    def _sheets_of(self, places: Iterable[Cell]) -> QuerySet[Sheet]:
        """The sheets of units, periods, bases and versions, as they are read on this tree."""
        among: dict[tuple[str, str, int], set[int]] = {}
        for cell in places:
            among.setdefault((cell.basis, cell.version, cell.ordinal), set()).add(cell.unit)
        merged: dict[tuple[str, str, frozenset[int]], set[int]] = {}
        for (basis, version, ordinal), units in among.items():
            merged.setdefault((basis, version, frozenset(units)), set()).add(ordinal)
        condition = Q(pk__in=[])
        for (basis, version, some), ordinals in merged.items():
            names = stored_names([version], is_now=self.is_now)
            condition |= Q(basis=basis, version__in=names, period__ordinal__in=ordinals, unit__in=some)
        sheets = Sheet.objects.within(self.scope).filter(standing_at(self.mark), condition)
        return sheets.annotate(ordinal=F("period__ordinal"))

    def delivered_months(self, account: int, version: str, window: range) -> int:
        """In how many periods an account of the unit was delivered by anybody: what a mean is taken over.

        That is the engine's to say: those whose sheets hold the account, or that it cannot be translated.
        """
        found = self.numbers([self.unit], window, *self._month_of(account, version))
        return sum(number is not None or why.startswith("error") for number, why in found.values())

    def want_months(self, account: int, version: str, window: range) -> None:
        """Say that these will be asked for."""
        self.want_numbers([self.unit], window, *self._month_of(account, version))

    def _month_of(self, account: int, version: str) -> tuple[str, Context]:
        return f"account:{self.company.accounts[account].code}", Context(version_and_manner(version)[0], "month")

    def foreseen(self, ordinal: int, basis: str) -> Mapping[int, Mapping[str, Any]]:
        """What was forecast of a stretch of time before it began, by unit: the unit itself and those right below it.

        There is none in a year of the unit's own.
        """
        window = CalendarAt(self.calendar, ordinal).window(Context(FORESEEN, basis))
        if window not in self.forecasts:
            units = [self.unit, *self.company.members(self.unit, window)]
            self.forecasts[window] = {} if self.is_own else foreseen(self.scope, self.mark, units, window)
        return self.forecasts[window]

    def kept_as(self, basis: str) -> str:
        """The basis of the sheets that hold a quarter or year of this calendar."""
        return f"{OWN}{basis}" if self.is_own and basis in ("qtd", "ytd") else basis

    def sheet(self, ordinal: int, basis: str, version: str) -> Stored:
        """The sheet of a period; an empty one where there is none."""
        if version == FORESEEN:
            numbers = self.foreseen(ordinal, basis).get(self.unit, {})
            return Stored(numbers, is_there=bool(numbers))
        self.want_sheets([(ordinal, basis, version)])
        self._read()
        found = self._sheets.get((ordinal, basis, version))
        if found is None and is_constant(version):  # constant currency is kept only where it is something else
            found = self._sheets.get((ordinal, basis, version_and_manner(version)[0]))
        return found or Stored(is_there=False)

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
        postings, entries = self._postings, self.standing().filter(condition)
        found = postings.summed(entries) if self.by_file else postings.single(entries)
        for version, want in self._wanted.items():
            manner = version_and_manner(version)[1]
            self._entries[version] = [postings.fact(row, manner) for row in found if self._belongs(row, version)]
            self._loaded[version] = Want(want.first, want.last, set(want.accounts))

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

    # --- read once ------------------------------------------------------------------------------------
    @cached_property
    def calendar(self) -> Calendar:
        calendars = self.calendars or company_calendars()
        return calendars.of(self.company.units[self.unit].code) if self.is_own else calendars.calendar

    @cached_property
    def definitions(self) -> dict[str, Metric]:
        return dict(self.on.metrics) if self.on else definitions(self.mark)

    @cached_property
    def company(self) -> Company:
        rows = TreeRows.of(self.on) if self.on else None
        units, losers = tree_at(self.scope, self.mark, is_now=self.is_now, rows=rows)
        if self.unit not in units:
            units, losers = other_tree_at(units, self.scope, self.mark, self.unit, is_now=self.is_now)
        return Company(units=units, accounts=self._chart, losers=losers)

    @cached_property
    def budgets(self) -> dict[int, str]:
        """By fiscal year the code of the budget in force."""
        if self.on and "budgets" in self.on.beside:
            return {year: code for year, code in self.on.beside["budgets"] if year is not None}
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
        rows = self.on.accounts if self.on else Account.objects.order_by("position", "pk")
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
            for row in rows
        }

    @cached_property
    def _postings(self) -> Postings:
        ids = {unit.code: unit.id for unit in self.company.units.values()}
        return Postings(ids, self.company.accounts, self._rates, self._group_currency, self.names_of)

    def names_of(self, actors: Iterable[str]) -> Mapping[str, str]:
        """What those who brought figures in are called."""
        rows = self.on.beside.get("importers") if self.on else None
        return names_of(actors, None if rows is None else {row[0]: row[1] for row in rows})

    @cached_property
    def _rates(self) -> RateTable:
        periods, on = self.calendar.periods_in_year, self.on
        if on and "rates" in on.beside:
            inflated = on.inflated
            return rates_of(on.beside["rates"], group=on.currency, periods_in_year=periods, inflated=inflated)
        return rate_table(self.mark, group=self._group_currency, periods_in_year=periods)

    @cached_property
    def _group_currency(self) -> str:
        return self.on.currency if self.on else group_currency()
