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
from dataclasses import dataclass, replace
from fractions import Fraction

from metrics.matching import allowed
from reports.facts import NOTHING, WHOLE, AccountFact, Company, RowFact, UnitFact

__all__ = ["AccountFact", "Branch", "Claim", "Company", "RowFact", "UnitFact", "line_tree", "spread"]

DIFFERENCE, ROUNDING, BALANCE_DIFFERENCE = "elimination_difference", "elimination_rounding", "balance_difference"
NET_INCOME, EQUITY_RESULT, MINORITY_SHARE = "net_income", "equity_result", "minority_share"
MINORITY_EQUITY = "minority_equity"
LINES = (DIFFERENCE, ROUNDING, BALANCE_DIFFERENCE, NET_INCOME, EQUITY_RESULT, MINORITY_SHARE, MINORITY_EQUITY)
"""The lines that consolidation makes, and no account."""

OWN, ELIMINATED, EQUITY = "own", "eliminated", "equity"


@dataclass(frozen=True)
class Branch:
    """A node of the explanation. `value` is its part of the node above; None is missing, with the reason.

    `unit` is set on what a unit adds to the one above it; a row has the part of it that counts (`share`). `note` says
    how a leaf that is no row came about, and what is unusual about the translation of a row.
    """

    label: str
    value: int | float | str | None
    kind: str = "money"
    reason: str = ""
    children: tuple[Branch, ...] = ()
    row: RowFact | None = None
    unit: int | None = None
    share: Fraction = WHOLE
    note: str = ""

    def leaves(self) -> Iterator[Branch]:
        """The imported rows below; the node itself where nothing stands below it and it has a value."""
        if not self.children and self.value is not None:
            yield self
        for child in self.children:
            yield from child.leaves()


@dataclass(frozen=True)
class Claim:
    """Which rows count in a line, and how: each account by its weight, in a stretch of periods.

    `months` divides them (the mean of that many delivered months). `line` names a line of consolidation: then
    only that part of the rows counts that is on it, and the weights are what an account does to profit.
    """

    weights: Mapping[int, int]
    ordinals: range
    months: int = 1
    factor: int = 1
    line: str = ""

    def holds(self, row: RowFact) -> bool:
        return row.ordinal in self.ordinals and row.account in self.weights


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
    """What one row adds to a line of a unit, the unit it shows under, and as what."""

    row: RowFact
    amount: int
    place: int
    sort: str
    share: Fraction


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
    by_account: dict[int, list[Part]] = defaultdict(list)
    for part in parts:
        by_account[part.row.account].append(part)
    branches = [
        _by_unit(company, unit, by_account[at], label=f"{fact.code} {fact.name}")
        for at, fact in company.accounts.items()
        if at in by_account
    ]
    if len(branches) == 1:
        return replace(branches[0], label=label)
    return _sum(label, branches)


Share = tuple[RowFact, Fraction, int, str]
"""A row, the part of it that counts in a unit, the unit it shows under, and as what."""


def _shares(company: Company, unit: int, claim: Claim, rows: Iterable[RowFact]) -> Iterator[Share]:
    """Every row's part of the unit; a row taken out inside the unit comes twice, in and out."""
    inside = company.below(unit)
    held = [row for row in rows if claim.holds(row)]
    if claim.line in (DIFFERENCE, ROUNDING):
        held = [row for row, is_rounding in _matched(company, claim, held) if is_rounding == (claim.line == ROUNDING)]
    for row in held:
        for place, part, sort in _places(company, row):
            if place in inside:
                counted = part * _part(company, unit, place, sort, row, claim.line)
                if counted:
                    yield row, counted, place, sort


def _places(company: Company, row: RowFact) -> Iterator[tuple[int, Fraction, str]]:
    """Where a row counts, and how: on its unit, where it is taken out, and with the holders of units at equity."""
    taken = company.taken_out(row)
    found = [(row.unit, WHOLE, OWN), *([(taken[0], -taken[1], ELIMINATED)] if taken else [])]
    for place, part, sort in found:
        yield place, part, sort
        while (holder := company.at_equity(place, row.moment)) is not None:
            place, part = holder[0], part * holder[1]
            yield place, part, EQUITY


def _part(company: Company, unit: int, place: int, sort: str, row: RowFact, line: str) -> Fraction:
    """The part of what stands on a place that counts on a line of a unit above it."""
    share = company.share(place, unit, row.moment)
    match line:
        case "":
            adds_up = company.accounts[row.account].adds_up or place == unit
            return share if adds_up and sort != EQUITY else NOTHING
        case "equity_result":
            return share if sort == EQUITY else NOTHING
        case "minority_share":
            return share - company.held(place, unit, row.moment)
        case "minority_equity":
            return share - company.held(place, unit, row.moment) if sort != EQUITY else NOTHING
    return -share if sort == ELIMINATED else NOTHING


def _matched(company: Company, claim: Claim, rows: Iterable[RowFact]) -> Iterator[tuple[RowFact, bool]]:
    """The rows that are taken out, with whether their pair leaves over no more than rounding in its period."""
    pairs: dict[Hashable, list[tuple[RowFact, Fraction]]] = defaultdict(list)
    for row in rows:
        taken = company.taken_out(row)
        if taken is not None:
            pairs[taken[0], frozenset((row.unit, row.counterparty)), row.ordinal].append((row, taken[1]))
    for traded in pairs.values():
        is_rounding = _is_rounding(claim, traded)
        yield from ((row, is_rounding) for row, _ in traded)


def _is_rounding(claim: Claim, traded: Iterable[tuple[RowFact, Fraction]]) -> bool:
    cells: dict[Hashable, int] = defaultdict(int)
    factors: dict[Hashable, tuple[int, Fraction]] = {}
    for row, part in traded:
        cell: Hashable = (row.unit, row.account, row.currency, row.is_adjustment)
        cells[cell] += row.amount * claim.weights[row.account]
        factors[cell] = row.unit, part * (NOTHING if row.rate is None else row.rate)
    sides: dict[int, int] = defaultdict(int)
    for key, amount in cells.items():
        unit, factor = factors[key]
        sides[unit] += round(amount * factor)
    several = {factor for _, factor in factors.values()}
    larger = max(abs(amount) for amount in sides.values())
    is_across = len(several) > 1
    gap = allowed(larger=larger, cells=len(cells), is_rounded=several != {WHOLE}, is_across=is_across)
    return abs(sum(sides.values())) <= gap


def _amounts(held: Iterable[Share]) -> list[Part]:
    """Each row's amount in the group's currency; rounded once for each cell and part of it."""
    cells: dict[Hashable, list[RowFact]] = defaultdict(list)
    of: dict[Hashable, tuple[int, str, Fraction, Fraction]] = {}
    for row, part, place, sort in held:
        factor = part * (WHOLE if row.rate is None else row.rate)
        grain = (row.unit, row.account, row.ordinal, row.currency, row.pair, row.is_adjustment)
        cell: Hashable = (*grain, place, sort, factor)
        cells[cell].append(row)
        of[cell] = place, sort, factor, part
    found = []
    for key, rows in cells.items():
        place, sort, factor, part = of[key]
        amounts = spread([row.amount for row in rows], factor, order=[row.id for row in rows])
        found += [Part(row, amount, place, sort, part) for row, amount in zip(rows, amounts, strict=True)]
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
        reason = row.reason or f"error: no {row.currency} {kind} rate for {row.period}"
        leaves.append(Branch(_row_label(row), None, reason=reason, row=row))
    return Branch(label, None, reason=leaves[0].reason, children=tuple(leaves))


def _by_unit(company: Company, unit: int, parts: Iterable[Part], *, label: str) -> Branch:
    """Own rows and adjustments first, then the units right below in their order, then what is taken out here.

    What counts through a unit that was below only for a time stands under it as far as it was.
    """
    here: list[Part] = []
    through: dict[int, list[Part]] = defaultdict(list)
    for part in parts:
        is_here = part.place == unit
        (here if is_here else through[company.step(part.place, unit, part.row.moment)]).append(part)
    own = [part for part in here if part.sort == OWN]
    branches = _by_month(part for part in own if not part.row.is_adjustment)
    if adjusted := [part for part in own if part.row.is_adjustment]:
        branches.append(_sum("Adjustments", _by_month(adjusted)))
    for child, fact in company.units.items() if through else ():
        if child in through:
            branch = _by_unit(company, child, through[child], label=f"{fact.code} {fact.name}")
            branches.append(replace(branch, unit=child))
    for sort, name in ((ELIMINATED, "Eliminations"), (EQUITY, "Units at equity")):
        if found := [part for part in here if part.sort == sort]:
            branches.append(_sum(name, _by_month(found)))
    return _sum(label, branches)


def _by_month(parts: Iterable[Part]) -> list[Branch]:
    months: dict[tuple[int, str], list[Branch]] = defaultdict(list)
    for part in sorted(parts, key=lambda part: (part.row.ordinal, part.row.id)):
        leaf = Branch(_row_label(part.row), part.amount, row=part.row, share=part.share, note=part.row.note)
        months[(part.row.ordinal, part.row.period)].append(leaf)
    if len(months) == 1:
        return next(iter(months.values()))
    return [_sum(period, branches) for (_, period), branches in sorted(months.items())]


def _row_label(row: RowFact) -> str:
    return f"{row.file} row {row.row}"


def _sum(label: str, branches: Sequence[Branch]) -> Branch:
    return Branch(label, sum(int(branch.value or 0) for branch in branches), children=tuple(branches))
