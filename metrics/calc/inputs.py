"""From rows with database ids to the engine's inputs, version by version; and the budget as a chain of budgets.

`budget` has no entries of its own: in each fiscal year it is the budget in force for that year, so it reads
across years and has twelve months behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from metrics.rates import AT_BUDGET, CONSTANT, CONSTANT_OF, RateTable, at_rates

from .axis import Axis
from .books import Span
from .building import Building, Rows
from .cells import GROUP_CURRENCY, NOBODY, Facts
from .company import Company
from .coverage import Deliveries
from .matrix import Flags, Ints

BUDGET = "budget"
NEVER = 2**62
Numbers = npt.NDArray[np.integer]


@dataclass(frozen=True)
class EntryRows:
    """Entries by database ids. `counterparty` is 0 where there is none, `currency` a place from 1 in the
    list of named currencies, 0 for the unit's own; `layer` is 1 for an adjustment, else 0."""

    unit: Numbers
    account: Numbers
    ordinal: Numbers
    version: Numbers
    counterparty: Numbers
    currency: Numbers
    amount: Ints
    layer: Numbers

    def of_version(self, version: int) -> EntryRows:
        chosen = self.version == version
        return EntryRows(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class SliceRows:
    """Slices by database ids (`source` is a number), those that stand and those that did once; `until` is a
    mark, or NEVER."""

    source: Ints
    unit: Ints
    ordinal: Ints
    version: Ints
    since: Ints
    until: Ints

    def standing(self, mark: int) -> Flags:
        """Which of them stood at a mark."""
        found: Flags = (self.since <= mark) & (self.until > mark)
        return found


Carried = Mapping[int, Mapping[tuple[int, int], Iterable[int]]]
"""Version → (source, unit) → the accounts it ever carried there."""

Traded = Mapping[int, Mapping[tuple[int, int], int]]
"""Version → (unit, counterparty) → the mark the first figure between them came with."""


@dataclass(frozen=True)
class Outline:
    """The company as it stood at a mark, without its figures: what is the same for all units.

    `delivered` holds the ordinals that some unit had figures of a version for, `named` the currencies that entries
    name themselves, `foreign` the versions with figures in another currency than the group's.
    """

    company: Company
    rates: RateTable
    in_force: Mapping[int, str]
    versions: Mapping[int, str]
    delivered: Mapping[str, Sequence[int]]
    named: Sequence[str]
    foreign: frozenset[str]
    mark: int

    def spans(self) -> dict[str, Span]:
        """The span of every version somebody delivered, that of the budget in force included."""
        axis = self.company.axis
        rows = {version: [axis.row(each) for each in ordinals] for version, ordinals in self.delivered.items()}
        rows[BUDGET] = [
            row for year, code in self.in_force.items() for row in rows.get(code, ()) if axis.periods[row].year == year
        ]
        return {version: Span(min(found), max(found)) for version, found in sorted(rows.items()) if found}

    def buildings(self) -> dict[str, Building]:
        """How every version is made, and those in constant currency where there is another currency at all."""
        return {
            name: Building(name, version, self.company, self.rates, span)
            for version, span in self.spans().items()
            for name in (version, *self._variants(version))
        }

    def _variants(self, version: str) -> list[str]:
        if version != CONSTANT_OF or version not in self.foreign:
            return []
        return [at_rates(version, manner) for manner in CONSTANT if manner != AT_BUDGET or self.rates.planned]

    def seen_in(self, tree: str) -> Outline:
        """The same below the nodes of another tree."""
        return replace(self, company=self.company.seen_in(tree))

    def as_is_now(self) -> Outline | None:
        """The same on today's tree at all times; None where that is the tree of all times."""
        company = self.company.as_is_now
        return None if company is None else replace(self, company=company, foreign=frozenset())


def rows_of(
    entries: EntryRows,
    slices: SliceRows,
    carried: Carried,
    *,
    outline: Outline,
    traded: Traded,
    adjusting: frozenset[int],
) -> dict[str, Rows]:
    """What was delivered of every version, the chained budget included."""
    company, versions = outline.company, outline.versions
    facts = facts_of(entries, company=company, versions=versions, named=outline.named)
    deliveries = deliveries_of(
        slices, carried, traded, company=company, versions=versions, mark=outline.mark, adjusting=adjusting
    )
    chain = chained(facts, deliveries, axis=company.axis, in_force=outline.in_force)
    if chain is not None:
        facts[BUDGET], deliveries[BUDGET] = chain
    return {version: Rows(facts[version], deliveries[version]) for version in facts}


def trade_of(entries: EntryRows, outline: Outline) -> dict[str, Facts]:
    """By version the entries that units have with one another, the chained budget included."""
    found = facts_of(entries, company=outline.company, versions=outline.versions, named=outline.named)
    chain = _chained_facts(found, outline.company.axis, outline.in_force)
    return found if chain is None else {**found, BUDGET: chain}


def facts_of(
    rows: EntryRows, *, company: Company, versions: Mapping[int, str], named: Sequence[str]
) -> dict[str, Facts]:
    """The entries of each version, with places instead of ids; units outside the tree are left out."""
    return {code: _facts(rows.of_version(pk), company, named) for pk, code in versions.items()}


def _facts(rows: EntryRows, company: Company, named: Sequence[str]) -> Facts:
    unit = _places(company.tree.place, rows.unit)
    codes, currency = _currencies(rows, unit, company, named)
    found = Facts(
        unit=unit,
        account=_places(company.chart.place, rows.account),
        row=rows.ordinal.astype(np.int64) - company.axis.periods[0].ordinal,
        amount=rows.amount,
        counterparty=_places(company.tree.place, rows.counterparty),
        currency=currency,
        layer=rows.layer.astype(np.int64),
        currencies=codes,
    )
    return found if (unit >= 0).all() else found.where(unit >= 0)


def deliveries_of(
    rows: SliceRows,
    carried: Carried,
    traded: Traded,
    *,
    company: Company,
    versions: Mapping[int, str],
    mark: int,
    adjusting: frozenset[int] = frozenset(),
) -> dict[str, Deliveries]:
    """The slices of each version, and what its sources ever carried; `adjusting` are the sources of adjustments."""
    unit = _places(company.tree.place, rows.unit)
    found = {}
    for pk, code in versions.items():
        mine = (rows.version == pk) & (unit >= 0)
        standing = mine & rows.standing(mark)
        found[code] = Deliveries(
            source=rows.source[standing],
            unit=unit[standing],
            row=rows.ordinal[standing] - company.axis.periods[0].ordinal,
            ever=frozenset(zip(rows.source[mine].tolist(), unit[mine].tolist(), strict=True)),
            carried={
                (source, company.tree.place[at]): frozenset(company.chart.place[account] for account in accounts)
                for (source, at), accounts in carried.get(pk, {}).items()
                if at in company.tree.place
            },
            traded={None: pairs_of(traded.get(pk, {}), company)},
            adjusting=adjusting,
        )
    return found


def pairs_of(traded: Iterable[tuple[int, int]], company: Company) -> frozenset[tuple[int, int]]:
    """Pairs of ids as pairs of places; units outside the tree are left out."""
    place = company.tree.place
    return frozenset((place[unit], place[other]) for unit, other in traded if unit in place and other in place)


def chained(
    facts: Mapping[str, Facts], deliveries: Mapping[str, Deliveries], *, axis: Axis, in_force: Mapping[int, str]
) -> tuple[Facts, Deliveries] | None:
    """The budget in force, year by year, as one version; None where no budget is in force."""
    entries = _chained_facts(facts, axis, in_force)
    if entries is None:
        return None
    years = _years(axis)
    links = [(year, code) for year, code in sorted(in_force.items()) if code in facts]
    slices = [_year_of(deliveries[code], years, year, link) for link, (year, code) in enumerate(links)]
    return entries, _joined_slices(slices)


def _chained_facts(facts: Mapping[str, Facts], axis: Axis, in_force: Mapping[int, str]) -> Facts | None:
    years = _years(axis)
    parts = [
        facts[code].where(years[facts[code].row] == year) for year, code in sorted(in_force.items()) if code in facts
    ]
    return _joined_facts(parts) if parts else None


def _years(axis: Axis) -> Ints:
    return np.array([period.year for period in axis.periods], dtype=np.int64)


def _year_of(deliveries: Deliveries, years: Ints, year: int, link: int) -> Deliveries:
    """One year of a budget, its sources numbered apart from those of other years."""
    shift = link * 1_000_000
    chosen = years[deliveries.row] == year
    rows = np.flatnonzero(years == year)
    span = (int(rows[0]), int(rows[-1])) if len(rows) else (0, -1)
    return Deliveries(
        source=deliveries.source[chosen] + shift,
        unit=deliveries.unit[chosen],
        row=deliveries.row[chosen],
        ever=frozenset((source + shift, unit) for source, unit in deliveries.ever),
        carried={(source + shift, unit): accounts for (source, unit), accounts in deliveries.carried.items()},
        spans={source + shift: span for source, _ in deliveries.ever},
        traded={span: deliveries.traded.get(None, frozenset())},
        adjusting=frozenset(source + shift for source in deliveries.adjusting),
    )


def _joined_facts(parts: Sequence[Facts]) -> Facts:
    first = parts[0]
    return replace(
        first,
        unit=np.concatenate([part.unit for part in parts]),
        account=np.concatenate([part.account for part in parts]),
        row=np.concatenate([part.row for part in parts]),
        amount=np.concatenate([part.amount for part in parts]),
        counterparty=np.concatenate([part.counterparty for part in parts]),
        currency=np.concatenate([part.currency for part in parts]),
        layer=np.concatenate([part.layer for part in parts]),
    )


def _joined_slices(parts: Sequence[Deliveries]) -> Deliveries:
    return Deliveries(
        source=np.concatenate([part.source for part in parts]),
        unit=np.concatenate([part.unit for part in parts]),
        row=np.concatenate([part.row for part in parts]),
        ever=frozenset().union(*(part.ever for part in parts)),
        carried={pair: accounts for part in parts for pair, accounts in part.carried.items()},
        spans={source: span for part in parts for source, span in part.spans.items()},
        traded={span: pairs for part in parts for span, pairs in part.traded.items()},
        adjusting=frozenset().union(*(part.adjusting for part in parts)),
    )


def _currencies(rows: EntryRows, unit: Ints, company: Company, named: Sequence[str]) -> tuple[tuple[str, ...], Ints]:
    """The currency of each entry, its own or its unit's, as a place among all that are not the group's."""
    tree = company.tree
    of_units = [tree.currency_of(place) for place in range(len(tree))]
    codes = tuple(sorted({*named, *of_units} - {tree.currency, ""}))
    number = {code: place for place, code in enumerate(codes)}
    own = np.array([number.get(code, GROUP_CURRENCY) for code in of_units], dtype=np.int64)
    explicit = np.array([GROUP_CURRENCY, *(number.get(code, GROUP_CURRENCY) for code in named)], dtype=np.int64)
    return codes, np.where(rows.currency > 0, explicit[rows.currency], own[np.maximum(unit, 0)])


def _places(places: Mapping[int, int], ids: Numbers) -> Ints:
    """Places instead of ids; −1 for an id that has none."""
    largest = max(int(ids.max(initial=0)), *places, 0)
    table = np.full(largest + 1, NOBODY, dtype=np.int64)
    table[list(places)] = list(places.values())
    found: Ints = table[ids]
    return found
