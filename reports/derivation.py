"""Where a number comes from, as a tree whose leaves are imported rows.

Pure: works on plain facts that `reports.evidence` loads. A line of the statement opens to accounts, an account
to units and eliminations, a unit to its months, a month to its rows. Every node says what it adds to the node
above (`value`), so the leaves of a line sum to it exactly.

Amounts are int ten-thousandths of the group currency, translated, shared out and eliminated the way the engine
does it (`metrics.calc`): one half-even rounding for each cell of unit, account, period, currency and counterparty,
spread over the cell's rows by largest remainder so that rows add to the cell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction

WHOLE = Fraction(1)
ELIMINATION = "elimination"


@dataclass(frozen=True)
class UnitFact:
    """A unit in the tree of the moment: `share` is the part of it that its parent takes in."""

    id: int
    code: str
    name: str
    kind: str
    parent: int | None
    share: Fraction


@dataclass(frozen=True)
class AccountFact:
    """A line of the chart of accounts; `weight` is how it counts in its parent.

    One that does not add up (a score, a reported ratio) belongs to the unit it was typed for and to no sum.
    """

    id: int
    code: str
    name: str
    parent: int | None
    weight: int
    time_rollup: str
    rate_type: str
    is_money: bool
    role: str = ""
    kind: str = "statistical"
    adds_up: bool = True


@dataclass(frozen=True)
class RowFact:
    """One entry with what is known of where it came from. `rate` is None where there is no rate.

    Where files are looked at as a whole it is several entries of one of them (`rows`) that agree in all that
    decides what they amount to; then `row` is the first and `last_row` the last one.
    `counterparty` is a unit the reader may see; `pair` tells rows with different other sides apart even where
    they may not be seen, because each of them is translated and rounded on its own.
    """

    id: int
    unit: int
    account: int
    ordinal: int
    period: str
    amount: int
    currency: str
    rate: Fraction | None
    counterparty: int | None
    file: str
    sheet: str
    row: int
    person: str
    time: datetime
    text: str
    segment: str = ""
    pair: Hashable = None
    origin: int = 0
    rows: int = 1
    last_row: int = 0


@dataclass(frozen=True)
class Branch:
    """A node of the explanation. `value` is its part of the node above; None is missing, with the reason.

    `unit` is set on what a unit adds to the one above it.
    """

    label: str
    value: int | float | str | None
    kind: str = "money"
    reason: str = ""
    children: tuple[Branch, ...] = ()
    row: RowFact | None = None
    unit: int | None = None

    def leaves(self) -> Iterator[Branch]:
        """The imported rows below; the node itself where nothing stands below it and it has a value."""
        if not self.children and self.value is not None:
            yield self
        for child in self.children:
            yield from child.leaves()


@dataclass(frozen=True)
class Claim:
    """Which rows count in a line, and how: each account by its weight, in a stretch of periods.

    `months` divides them (the mean of that many delivered months); `is_difference` claims only what is
    eliminated, and with the sign it takes out with.
    """

    weights: Mapping[int, int]
    ordinals: range
    months: int = 1
    factor: int = 1
    is_difference: bool = False

    def holds(self, row: RowFact) -> bool:
        return row.ordinal in self.ordinals and row.account in self.weights


@dataclass
class Company:
    """The trees of units and accounts at one moment, with what is asked of them again and again."""

    units: Mapping[int, UnitFact]
    accounts: Mapping[int, AccountFact]
    _children: dict[int | None, list[int]] = field(default_factory=dict)
    _account_children: dict[int | None, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for unit in self.units.values():
            self._children.setdefault(unit.parent, []).append(unit.id)
        for account in self.accounts.values():
            self._account_children.setdefault(account.parent, []).append(account.id)

    def children(self, unit: int) -> list[int]:
        return self._children.get(unit, [])

    def accounts_in(self, account: int) -> list[int]:
        """The accounts right below one that count in it."""
        below = (self.accounts[at] for at in self._account_children.get(account, []))
        return [each.id for each in below if each.weight and each.adds_up]

    def line(self, unit: int) -> list[int]:
        """The unit and everything above it, upwards."""
        found: list[int] = []
        at: int | None = unit
        while at is not None:
            found.append(at)
            at = self.units[at].parent
        return found

    def below(self, unit: int) -> set[int]:
        """The unit and everything below it."""
        found, waiting = set(), [unit]
        while waiting:
            at = waiting.pop()
            found.add(at)
            waiting += self.children(at)
        return found

    def common_parent(self, one: int, other: int) -> int | None:
        """The first unit that holds both; none for a unit and itself."""
        if one == other:
            return None
        above = set(self.line(other))
        return next((unit for unit in self.line(one) if unit in above), None)

    def share(self, unit: int, ancestor: int) -> Fraction:
        """The part of a unit that an ancestor takes in: shares multiply down the path."""
        part = WHOLE
        for at in self.line(unit):
            if at == ancestor:
                return part
            part *= self.units[at].share
        raise ValueError("The unit does not lie below the ancestor.")

    def taken_out(self, row: RowFact) -> tuple[int, Fraction] | None:
        """Where a row between two units is eliminated, and which part of it; None for every other row.

        The place is the elimination unit below the first common parent, or that parent itself; the part is
        what the group trades with itself, the shares of both sides multiplied.
        """
        if row.counterparty is None:
            return None
        parent = self.common_parent(row.unit, row.counterparty)
        if parent is None:
            return None
        part = self.share(row.unit, parent) * self.share(row.counterparty, parent)
        place = next((unit for unit in self.children(parent) if self.units[unit].kind == ELIMINATION), parent)
        return (place, part) if part else None

    def weights(self, account: int) -> dict[int, int]:
        """How the account and each account below it count in its rolled-up figure."""
        found = {account: 1}
        waiting = [account]
        while waiting:
            at = waiting.pop()
            for child in self.accounts_in(at):
                found[child] = found[at] * self.accounts[child].weight
                waiting.append(child)
        return found

    def profit_sign(self, account: int) -> int:
        """What one unit of an account does to profit: +1 income, −1 expense, 0 neither, contra accounts turned."""
        fact = self.accounts[account]
        sign = {"income": 1, "expense": -1}.get(fact.kind, 0)
        while sign and fact.parent is not None and self.accounts[fact.parent].kind == fact.kind:
            sign *= fact.weight
            fact = self.accounts[fact.parent]
        return sign


def spread(amounts: Sequence[int], factor: Fraction, *, order: Sequence[int]) -> list[int]:
    """Whole parts of `amounts` times a factor that add to their sum times the factor, rounded half-even once.

    By largest remainder; `order` settles ties, so the answer never depends on the order of a query.
    """
    if factor == WHOLE:
        return list(amounts)
    exact = [amount * factor for amount in amounts]
    floors = [part.numerator // part.denominator for part in exact]
    short = round(sum(exact, Fraction(0))) - sum(floors)
    by_remainder = sorted(range(len(amounts)), key=lambda i: (floors[i] - exact[i], order[i]))
    for i in by_remainder[:short]:
        floors[i] += 1
    return floors


@dataclass(frozen=True)
class Part:
    """What one row adds to a line of a unit, and the unit it shows under."""

    row: RowFact
    amount: int
    place: int
    is_eliminated: bool = False


def line_tree(
    company: Company, *, unit: int, claims: Iterable[Claim], rows: Sequence[RowFact], label: str, factor: int = 1
) -> Branch:
    """A line of a unit: by account, then unit and eliminations, then month, then row.

    `rows` are entries of the unit's subtree (for an elimination unit: of its parent's); those no claim holds
    are passed over. Rows whose translation has no rate make the line missing: they stand below it, with the
    rate that is lacking.
    """
    parts: list[Part] = []
    lacking: dict[int, RowFact] = {}
    for claim in claims:
        held = list(_shares(company, unit, claim, rows))
        lacking.update((row.id, row) for row, _, _, _ in held if row.rate is None)
        parts += _claimed(claim, _amounts(held), factor=factor)
    if lacking:
        return _without_rates(company, lacking.values(), label=label)
    by_account: dict[int, dict[int, list[Part]]] = defaultdict(lambda: defaultdict(list))
    for part in parts:
        by_account[part.row.account][part.place].append(part)
    branches = [
        _by_unit(company, unit, by_account[at], label=f"{fact.code} {fact.name}")
        for at, fact in company.accounts.items()
        if at in by_account
    ]
    if len(branches) == 1:
        return replace(branches[0], label=label)
    return _sum(label, branches)


Share = tuple[RowFact, Fraction, int, bool]
"""A row, the part of it that counts in a unit, the unit it shows under, and whether it is an elimination."""


def _shares(company: Company, unit: int, claim: Claim, rows: Iterable[RowFact]) -> Iterator[Share]:
    """Every row's part of the unit; a row taken out inside the unit comes twice, in and out."""
    inside = company.below(unit)
    for row in rows:
        if not claim.holds(row):
            continue
        adds_up = company.accounts[row.account].adds_up
        if row.unit in inside and (adds_up or row.unit == unit) and not claim.is_difference:
            yield row, company.share(row.unit, unit), row.unit, False
        out = company.taken_out(row)
        if out is not None and out[0] in inside and (adds_up or out[0] == unit or claim.is_difference):
            part = out[1] * company.share(out[0], unit)
            yield row, part if claim.is_difference else -part, out[0], True


Cell = tuple[int, int, int, str, Hashable, int, bool, Fraction]
"""Unit, account, period, currency and other side of some rows; where they show, as what, and the factor they take."""


def _amounts(held: Iterable[Share]) -> list[Part]:
    """Each row's amount in the group's currency; rounded once for each cell and part of it."""
    cells: dict[Cell, list[RowFact]] = defaultdict(list)
    for row, part, place, is_eliminated in held:
        factor = part * (WHOLE if row.rate is None else row.rate)
        if factor:
            cell = (row.unit, row.account, row.ordinal, row.currency, row.pair, place, is_eliminated, factor)
            cells[cell].append(row)
    found = []
    for (*_, place, is_eliminated, factor), rows in cells.items():
        amounts = spread([row.amount for row in rows], factor, order=[row.id for row in rows])
        found += [Part(row, amount, place, is_eliminated) for row, amount in zip(rows, amounts, strict=True)]
    return found


def _claimed(claim: Claim, parts: Sequence[Part], *, factor: int) -> list[Part]:
    """The parts with their weights in the line; a mean is rounded once and spread over all of them."""
    amounts = [claim.weights[part.row.account] * part.amount for part in parts]
    if claim.months > 1:
        amounts = spread(amounts, Fraction(1, claim.months), order=[part.row.id for part in parts])
    sign = claim.factor * factor
    return [replace(part, amount=sign * amount) for part, amount in zip(parts, amounts, strict=True)]


def _without_rates(company: Company, rows: Iterable[RowFact], *, label: str) -> Branch:
    """A line that cannot be known, over the rows that are the cause, oldest first."""
    leaves = []
    for row in sorted(rows, key=lambda row: (row.ordinal, row.currency, row.id)):
        kind = company.accounts[row.account].rate_type
        reason = f"error: no {row.currency} {kind} rate for {row.period}"
        leaves.append(Branch(_row_label(row), None, reason=reason, row=row))
    return Branch(label, None, reason=leaves[0].reason, children=tuple(leaves))


def _by_unit(company: Company, unit: int, places: Mapping[int, list[Part]], *, label: str) -> Branch:
    """Own rows first, then the units right below in their order, then what is taken out here."""
    here = places.get(unit, [])
    branches = _by_month(part for part in here if not part.is_eliminated)
    for child in company.children(unit):
        fact = company.units[child]
        branch = _by_unit(company, child, places, label=f"{fact.code} {fact.name}")
        if branch.children:
            branches.append(replace(branch, unit=child))
    taken = [part for part in here if part.is_eliminated]
    if taken:
        branches.append(_sum("Eliminations", _by_month(taken)))
    return _sum(label, branches)


def _by_month(parts: Iterable[Part]) -> list[Branch]:
    months: dict[tuple[int, str], list[Branch]] = defaultdict(list)
    for part in sorted(parts, key=lambda part: (part.row.ordinal, part.row.id)):
        months[(part.row.ordinal, part.row.period)].append(Branch(_row_label(part.row), part.amount, row=part.row))
    if len(months) == 1:
        return next(iter(months.values()))
    return [_sum(period, branches) for (_, period), branches in sorted(months.items())]


def _row_label(row: RowFact) -> str:
    return f"{row.file} row {row.row}"


def _sum(label: str, branches: Sequence[Branch]) -> Branch:
    return Branch(label, sum(int(branch.value or 0) for branch in branches), children=tuple(branches))
