"""From entries to cells: what one unit delivered for an account, a period, a currency and a counterparty.

Amounts are exact int64 ten-thousandths throughout. Each cell knows the exact multiplier (rate × share)
its amount is to be taken with; what an elimination takes out are cells too, so everything above flows one
way: cells are scaled once and added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from metrics.rates import ONE, OWN, Multiplier, RateTable

from .company import Company
from .matrix import Flags, Ints
from .translation import scaled_all

GROUP_CURRENCY = -1
NOBODY = -1
SOURCE, ADJUSTMENT, TAKEN_OUT = 0, 1, 2
"""What a cell is: what a unit delivered, what was adjusted for the group, what an elimination takes out."""


@dataclass(frozen=True)
class Facts:
    """Entries of one version as columns of the same length.

    `row` is a row of the axis, `currency` a place in `currencies` or GROUP_CURRENCY, `counterparty` a unit
    or NOBODY, `layer` SOURCE or ADJUSTMENT. `amount` is in ten-thousandths. Several entries may share all the
    rest; they add up.
    """

    unit: Ints
    account: Ints
    row: Ints
    amount: Ints
    counterparty: Ints
    currency: Ints
    layer: Ints
    currencies: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.amount)

    def where(self, chosen: Flags) -> Facts:
        """The entries chosen by a mask."""
        return replace(
            self,
            unit=self.unit[chosen],
            account=self.account[chosen],
            row=self.row[chosen],
            amount=self.amount[chosen],
            counterparty=self.counterparty[chosen],
            currency=self.currency[chosen],
            layer=self.layer[chosen],
        )


@dataclass(frozen=True)
class Cells:
    """Summed entries. `multiplier` is a place in `multipliers`, of which the first is 1."""

    unit: Ints
    account: Ints
    row: Ints
    amount: Ints
    counterparty: Ints
    layer: Ints
    multiplier: Ints
    multipliers: tuple[Multiplier, ...] = field(default=(Multiplier(),))

    def __len__(self) -> int:
        return len(self.amount)

    def where(self, chosen: Flags | Ints) -> Cells:
        return replace(
            self,
            unit=self.unit[chosen],
            account=self.account[chosen],
            row=self.row[chosen],
            amount=self.amount[chosen],
            counterparty=self.counterparty[chosen],
            layer=self.layer[chosen],
            multiplier=self.multiplier[chosen],
        )

    def amounts(self, share: Fraction = ONE) -> Ints:
        """Each cell's amount in the group's currency, times a share: rounded half-even, once per cell.

        A cell without a rate amounts to 0 here; that it is an error stands in its multiplier.
        """
        found = self.amount.copy()
        for place in np.unique(self.multiplier):
            multiplier = self.multipliers[place]
            factor = multiplier.factor * share
            chosen = self.multiplier == place
            if multiplier.reason:
                found[chosen] = 0
            elif factor != ONE:
                found[chosen] = scaled_all(self.amount[chosen].tolist(), factor)
        return found

    def joined(self, other: Cells) -> Cells:
        """These cells and those of another set, side by side; nothing is summed."""
        if not len(other):
            return self
        places: dict[Multiplier, int] = {each: place for place, each in enumerate(self.multipliers)}
        moved = np.array([places.setdefault(each, len(places)) for each in other.multipliers], dtype=np.int64)
        return Cells(
            unit=np.concatenate([self.unit, other.unit]),
            account=np.concatenate([self.account, other.account]),
            row=np.concatenate([self.row, other.row]),
            amount=np.concatenate([self.amount, other.amount]),
            counterparty=np.concatenate([self.counterparty, other.counterparty]),
            layer=np.concatenate([self.layer, other.layer]),
            multiplier=np.concatenate([self.multiplier, moved[other.multiplier]]),
            multipliers=tuple(places),
        )

    def multiplied(self, places: Ints, factors: Sequence[Fraction]) -> Cells:
        """The cells with each multiplier times one more factor: that of its place in `factors`."""
        found: dict[Multiplier, int] = {Multiplier(): 0}
        pairs, inverse = np.unique(np.stack([self.multiplier, places]), axis=1, return_inverse=True)
        moved = []
        for before, place in pairs.T.tolist():
            old = self.multipliers[before]
            moved.append(found.setdefault(Multiplier(old.factor * factors[place], old.reason), len(found)))
        multiplier = np.array(moved, dtype=np.int64)[inverse.ravel()]
        return replace(self, multiplier=multiplier, multipliers=tuple(found))


def cells_of(facts: Facts, *, company: Company, rates: RateTable, manner: str = OWN) -> Cells:
    """Entries summed into cells, each with its rate; `manner` says at whose rates (`metrics.rates`).

    An entry without a currency of its own is in its unit's; the grain of a cell is unit × account × period ×
    currency × counterparty × layer, and translation rounds once for each.
    """
    order, starts = _grouped(facts.unit, facts.account, facts.row, facts.currency, facts.counterparty, facts.layer)
    first = order[starts]
    amount = np.add.reduceat(facts.amount[order], starts) if len(starts) else facts.amount[:0]
    account, row, currency = facts.account[first], facts.row[first], facts.currency[first]
    translate = _Translation(company, rates, manner, facts.currencies)
    multiplier, multipliers = translate.multipliers(account, row, currency)
    return Cells(
        unit=facts.unit[first],
        account=account,
        row=row,
        amount=amount,
        counterparty=facts.counterparty[first],
        layer=facts.layer[first],
        multiplier=multiplier,
        multipliers=multipliers,
    )


def _grouped(*columns: Ints) -> tuple[Ints, Ints]:
    """An order that puts equal rows side by side, and where each group of them starts."""
    size = len(columns[0])
    if not size:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    key = np.zeros(size, dtype=np.int64)
    for column in columns:
        low = column.min()
        key = key * (column.max() - low + 1) + (column - low)
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    return order, starts


@dataclass(frozen=True)
class _Translation:
    """The rates of a version's figures, in the manner it is read in."""

    company: Company
    rates: RateTable
    manner: str
    currencies: tuple[str, ...]

    def multipliers(self, account: Ints, row: Ints, currency: Ints) -> tuple[Ints, tuple[Multiplier, ...]]:
        """For each cell the place of its multiplier: one look-up per currency, rate type and period."""
        found: dict[Multiplier, int] = {Multiplier(): 0}
        multiplier = np.zeros(len(account), dtype=np.int64)
        foreign = np.flatnonzero(currency != GROUP_CURRENCY)
        if not len(foreign):
            return multiplier, tuple(found)
        types = [node.rate_type if node.is_money else "" for node in self.company.chart.accounts]
        kinds = sorted(set(types))
        kind_of = np.array([kinds.index(each) for each in types], dtype=np.int64)
        columns = np.stack([currency[foreign], kind_of[account[foreign]], row[foreign]])
        triples, inverse = np.unique(columns, axis=1, return_inverse=True)
        places = []
        for code, kind, at in triples.T.tolist():
            period = self.company.axis.periods[at]
            rate = self.rates.rate(self.currencies[code], period, kinds[kind], manner=self.manner)
            places.append(found.setdefault(rate, len(found)))
        multiplier[foreign] = np.array(places, dtype=np.int64)[inverse.ravel()]
        return multiplier, tuple(found)


def scatter(cells: Cells, *, shape: tuple[int, int, int], first: int, share: Fraction = ONE) -> Ints:
    """Accounts × rows × units, with each cell's amount added in; rows count from `first`."""
    cube = np.zeros(shape, dtype=np.int64)
    np.add.at(cube, (cells.account, cells.row - first, cells.unit), cells.amounts(share))
    return cube
