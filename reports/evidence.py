"""What an explanation is made from: trees, sheets and entries as a reader may see them, at one mark.

Everything is read within the reader's scope and once. Who explains a figure says first what it will need
(`want`), and then sheets and entries come in one query each, whatever the formula.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum, Value
from django.db.models.fields.json import KeyTransform

from ledger.company import budgets_in_force, group_currency
from ledger.models import Account, Entry, Import, Layer, Version
from ledger.periods import Calendar, Declared
from ledger.querysets import company_calendars
from metrics.additive import adds_up
from metrics.arrangement import chosen, plain, reported_first, stored_names
from metrics.catalogue import Metric
from metrics.definitions import definitions
from metrics.formula import Context
from metrics.models import Sheet
from metrics.querysets import rate_table
from metrics.rates import PLAN, RateTable, is_constant, version_and_manner
from metrics.roles import Node, terms
from metrics.shelf import OWN
from metrics.timeframes import CalendarAt
from metrics.veils import Said, behind, seen
from reports.baselines import FORESEEN
from reports.expectations import foreseen
from reports.facts import ELIMINATION, AccountFact, Company, RowFact
from reports.footing import Footing
from reports.holdings import tree_at
from reports.importers import names_of
from reports.nodes import other_tree_at
from units.marks import standing_at
from units.models import Unit
from units.scope import Scope

BUDGET = "budget"
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
    `is_own` counts quarters and years by the unit's own calendar, of `calendars` where they were read already. What its
    page stands `on` at the same mark is not read again.
    `is_now` reads every period on the tree of today.
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
    numbers: dict[Hashable, dict[tuple[int, int], tuple[Any, str]]] = field(default_factory=dict, repr=False)
    _others: dict[int, Evidence] = field(default_factory=dict, repr=False)

    def summed_by_file(self) -> Evidence:
        """The same evidence with its entries summed by file; what holds for both is not read again."""
        found = replace(self, by_file=True, _wanted={}, _loaded={}, _entries={})
        found.company, found.definitions, found.calendar = self.company, self.definitions, self.calendar
        found._chart = self._chart
        return found

    def of_unit(self, unit: int) -> Evidence:
        """The evidence of another unit; what holds for both is not read again."""
        if unit not in self._others:
            fresh = replace(self, unit=unit, _sheets={}, _wanted={}, _loaded={}, _entries={}, numbers={}, _others={})
            fresh.company, fresh.definitions, fresh.calendar = self.company, self.definitions, self.calendar
            self._others[unit] = fresh
        return self._others[unit]

    # --- sheets ---------------------------------------------------------------------------------------
    def want_sheets(self, keys: Iterable[SheetKey]) -> None:
        """Read these sheets now, in one query."""
        missing = {key for key in keys if key not in self._sheets}
        missing |= {(ordinal, basis, version_and_manner(version)[0]) for ordinal, basis, version in missing}
        missing -= self._sheets.keys()
        for key in [key for key in missing if key[2] == FORESEEN]:
            self._sheets[key] = self._foreseen(*key)
            missing.remove(key)
        by_shelf: dict[tuple[str, str], set[int]] = {}
        for ordinal, basis, version in missing:
            by_shelf.setdefault((basis, version), set()).add(ordinal)
        condition = Q(pk__in=[])
        for (basis, version), found in by_shelf.items():
            names = stored_names([version], is_now=self.is_now)
            condition |= Q(basis=self.kept_as(basis), version__in=names, period__ordinal__in=found)
        self._sheets.update((key, Stored(is_there=False)) for key in missing)
        if not missing:
            return
        sheets = Sheet.objects.within(self.scope).filter(standing_at(self.mark), condition, unit=self.unit)
        read = sheets.values_list("period__ordinal", "basis", "version", *Said._fields, "parts")
        rows = sorted(read, key=lambda row: reported_first(row[2]))
        open_ = seen(self.scope, (parts for *_, parts in rows))
        for ordinal, basis, version, numbers, reasons, coverage, parts in rows:
            asked = basis.removeprefix(OWN) if self.is_own else basis
            said = behind(Said(numbers, reasons, coverage), parts, open_)
            self._sheets[ordinal, asked, plain(version)] = Stored(*said)
        for ordinal, basis, version in missing:  # constant currency is kept only where it is something else
            if is_constant(version) and not self._sheets[ordinal, basis, version].is_there:
                reported = self._sheets[ordinal, basis, version_and_manner(version)[0]]
                self._sheets[ordinal, basis, version] = reported

    def delivered_months(self, account: int, version: str, window: range) -> int:
        """In how many periods an account of the unit was delivered by anybody: what a mean is taken over.

        That is the engine's to say: those whose sheets hold the account, or that it cannot be translated.
        """
        code = f"account:{self.company.accounts[account].code}"
        months = Sheet.objects.within(self.scope).filter(
            standing_at(self.mark),
            unit=self.unit,
            basis="month",
            version__in=stored_names([version_and_manner(version)[0]], is_now=self.is_now),
            period__ordinal__in=list(window),
        )
        said = months.annotate(number=KeyTransform(code, "numbers"), why=KeyTransform(code, "reasons"))
        rows = said.values_list("unit_id", "version", "period__ordinal", "number", "why")
        return sum(number is not None or (why or "").startswith("error") for *_, number, why in chosen(rows))

    def _foreseen(self, ordinal: int, basis: str, version: str) -> Stored:
        """What was forecast of a stretch of time before it began; there is none in a year of the unit's own."""
        window = CalendarAt(self.calendar, ordinal).window(Context(version, basis))
        numbers = {} if self.is_own else foreseen(self.scope, self.mark, [self.unit], window).get(self.unit, {})
        return Stored(numbers, is_there=bool(numbers))

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
        people = names_of(origin.actor for origin in origins.values())
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
        is_inflated = fact.is_money and self._rates.is_wholly_at_closing(row.currency, period, manner=manner)
        return replace(row, rate=rate, reason=found.reason, is_plan=manner == PLAN, is_inflated=is_inflated)

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
        units, losers = tree_at(self.scope, self.mark, is_now=self.is_now)
        if self.unit not in units:
            units, losers = other_tree_at(units, self.scope, self.mark, self.unit, is_now=self.is_now)
        return Company(units=units, accounts=self._chart, losers=losers)

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
    def _unit_ids(self) -> dict[str, int]:
        return {unit.code: unit.id for unit in self.company.units.values()}

    @cached_property
    def _pairs(self) -> dict[str, int]:
        """Counterparties, seen or not, by a number that says nothing about them; 0 is nobody."""
        return {"": 0}

    @cached_property
    def _rates(self) -> RateTable:
        return rate_table(self.mark, group=self._group_currency, periods_in_year=self.calendar.periods_in_year)

    @cached_property
    def _currency_of(self) -> dict[int, str]:
        return dict(Unit.objects.within(self.scope).values_list("pk", "currency"))

    @cached_property
    def _group_currency(self) -> str:
        return self.on.currency if self.on else group_currency()
