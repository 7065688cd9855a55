"""Units, accounts and imported rows as an explanation knows them: plain facts, and what follows from them. Pure.

Who holds what of whom is read period by period, the same way as in the engine (`metrics.calc`).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

WHOLE, NOTHING = Fraction(1), Fraction(0)
ELIMINATION = "elimination"
PROFIT = {"income": 1, "expense": -1}
NET_ASSETS = {"asset": 1, "liability": -1}
Moment = tuple[int, bool]
"""A period by its ordinal, and whether a unit's dates count in it."""

ALWAYS: Moment = (0, True)


@dataclass(frozen=True)
class Terms:
    """From a period on: the part of a unit that its parent takes in line by line, and what is held of its profit.

    `is_equity` says that the parent takes the part held of its profit in one line.
    """

    first: int
    share: Fraction
    held: Fraction
    is_equity: bool = False


@dataclass(frozen=True)
class UnitFact:
    """A unit in the tree of the moment, with the terms its parent holds it on: the first ones, and `later` ones.

    It is in the company from the period `first` to the period `last`, where there are such. `parent` is that of
    today; `formers` are the last period on each parent of before, and that parent (None: one that may not be seen).
    `is_top` says that none stands above it today, seen or not.
    """

    id: int
    code: str
    name: str
    kind: str
    parent: int | None
    share: Fraction
    held: Fraction = WHOLE
    is_equity: bool = False
    later: tuple[Terms, ...] = ()
    first: int | None = None
    last: int | None = None
    formers: tuple[tuple[int, int | None], ...] = ()
    is_top: bool = False

    @property
    def is_always_alike(self) -> bool:
        """Whether the parent and the terms are the same in all periods."""
        return not self.later and not self.formers and self.first is None and self.last is None

    def parent_in(self, ordinal: int) -> int | None:
        """The unit it hangs on in a period."""
        return next((parent for last, parent in self.formers if ordinal <= last), self.parent)

    def at(self, moment: Moment) -> Terms:
        """The terms of a period; outside its dates a unit is no part of its parent, except in budgets."""
        ordinal, by_dates = moment
        begun = self.first is None or self.first <= ordinal
        if by_dates and not (begun and (self.last is None or ordinal <= self.last)):
            return Terms(ordinal, NOTHING, NOTHING)
        found = Terms(0, self.share, self.held, self.is_equity)
        for terms in self.later:
            if terms.first <= ordinal:
                found = terms
        return found


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


class Largest(NamedTuple):
    """The largest of several entries: its size, whatever its sign, its id, and its row in the file."""

    size: int
    id: int
    row: int


UNTOLD = Largest(0, 0, 0)


@dataclass(frozen=True)
class RowFact:
    """One entry with what is known of where it came from. `rate` is None where there is no rate (`reason`).

    Where files are looked at as a whole it is several entries of one of them (`rows`) that agree in all that
    decides what they amount to; then `row` is the first and `last_row` the last one, and `text` that of the `largest`.
    `counterparty` is a unit the reader may see; `pair` tells rows with different other sides apart even where
    they may not be seen, because each of them is translated and rounded on its own. `is_inflated` rows are taken at
    the closing rate whatever their account asks for.
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
    import_id: str = ""
    rows: int = 1
    last_row: int = 0
    largest: Largest = UNTOLD
    is_adjustment: bool = False
    is_plan: bool = False
    is_inflated: bool = False
    reason: str = ""

    @property
    def note(self) -> str:
        """What is unusual about how the row is translated."""
        return f"{self.currency} is hyperinflationary: wholly at the closing rate" if self.is_inflated else ""

    @property
    def moment(self) -> Moment:
        """Whose terms it is read on: those of its period; a budget keeps a unit that is sold."""
        return self.ordinal, not self.is_plan


@dataclass
class Company:
    """The trees of units and accounts at one moment, with what is asked of them again and again.

    `losers` are units that a unit left which the reader may not see: its figures are in theirs until then.
    """

    units: Mapping[int, UnitFact]
    accounts: Mapping[int, AccountFact]
    losers: frozenset[int] = frozenset()
    _children: dict[int | None, list[int]] = field(default_factory=dict)
    _ever: dict[int | None, list[int]] = field(default_factory=dict)
    _steps: dict[tuple[int, int, Moment], int] = field(default_factory=dict)
    _account_children: dict[int | None, list[int]] = field(default_factory=dict)
    _known: dict[tuple[str, int, int, Moment], Fraction] = field(default_factory=dict)
    _holders: dict[tuple[int, Moment], tuple[int, Fraction] | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for unit in self.units.values():
            self._children.setdefault(unit.parent, []).append(unit.id)
            for parent in {unit.parent, *(parent for _, parent in unit.formers)}:
                self._ever.setdefault(parent, []).append(unit.id)
        for account in self.accounts.values():
            self._account_children.setdefault(account.parent, []).append(account.id)
        self._changes = not all(unit.is_always_alike for unit in self.units.values())

    def children(self, unit: int) -> list[int]:
        """The units right below one today."""
        return self._children.get(unit, [])

    def members(self, unit: int, ordinals: Iterable[int]) -> list[int]:
        """The units right below one in some of these periods."""
        periods = list(ordinals)
        return [
            each
            for each in self._ever.get(unit, [])
            if any(self.units[each].parent_in(ordinal) == unit for ordinal in periods)
        ]

    def accounts_in(self, account: int) -> list[int]:
        """The accounts right below one that count in it."""
        below = (self.accounts[at] for at in self._account_children.get(account, []))
        return [each.id for each in below if each.weight and each.adds_up]

    def line(self, unit: int, moment: Moment) -> list[int]:
        """The unit and everything above it in a period, upwards."""
        found: list[int] = []
        at: int | None = unit
        while at is not None:
            found.append(at)
            at = self.units[at].parent_in(moment[0])
        return found

    def below(self, unit: int) -> set[int]:
        """The unit and everything that is below it in some period."""
        found: set[int] = set()
        waiting = [unit]
        while waiting:
            at = waiting.pop()
            if at not in found:
                found.add(at)
                waiting += self._ever.get(at, [])
        return found

    def step(self, unit: int, ancestor: int, moment: Moment) -> int:
        """The unit right below an ancestor on the way down to a unit in a period."""
        key = (unit, ancestor, moment if self._changes else ALWAYS)
        if key not in self._steps:
            path = self.line(unit, moment)
            self._steps[key] = path[path.index(ancestor) - 1]
        return self._steps[key]

    def common_parent(self, one: int, other: int, moment: Moment) -> int | None:
        """The first unit that holds both in a period; none for a unit and itself."""
        if one == other:
            return None
        above = set(self.line(other, moment))
        return next((unit for unit in self.line(one, moment) if unit in above), None)

    def share(self, unit: int, ancestor: int, moment: Moment) -> Fraction:
        """The part of a unit that an ancestor takes in: shares multiply down the path; nothing where there is none."""
        return self._product("share", unit, ancestor, moment)

    def held(self, unit: int, ancestor: int, moment: Moment) -> Fraction:
        """The part of a unit's profit that is an ancestor's owners'; nothing of what is not taken in line by line."""
        return self._product("held", unit, ancestor, moment)

    def _product(self, of: str, unit: int, ancestor: int, moment: Moment) -> Fraction:
        key = (of, unit, ancestor, moment if self._changes else ALWAYS)
        if key not in self._known:
            part, path = WHOLE, self.line(unit, moment)
            for at in path[: path.index(ancestor)] if ancestor in path else []:
                terms = self.units[at].at(moment)
                part *= (terms.held if terms.share else NOTHING) if of == "held" else terms.share
            self._known[key] = part if ancestor in path else NOTHING
        return self._known[key]

    def at_equity(self, unit: int, moment: Moment) -> tuple[int, Fraction] | None:
        """The nearest holder at equity above a unit, and the part of the unit's profit it takes; None without one."""
        key = (unit, moment if self._changes else ALWAYS)
        if key not in self._holders:
            self._holders[key] = self._holder(unit, moment)
        return self._holders[key]

    def _holder(self, unit: int, moment: Moment) -> tuple[int, Fraction] | None:
        part = WHOLE
        for at in self.line(unit, moment):
            terms, parent = self.units[at].at(moment), self.units[at].parent_in(moment[0])
            part *= terms.held
            if terms.is_equity or not terms.share or parent is None:
                return (parent, part) if terms.is_equity and parent is not None and part else None
        return None

    def taken_out(self, row: RowFact) -> tuple[int, Fraction] | None:
        """Where a row between two units is eliminated, and which part of it; None for every other row.

        The place is the elimination unit below the first common parent, or that parent itself; the part is
        what the group trades with itself, the shares of both sides multiplied.
        """
        if row.counterparty is None:
            return None
        parent = self.common_parent(row.unit, row.counterparty, row.moment)
        if parent is None:
            return None
        part = self.share(row.unit, parent, row.moment) * self.share(row.counterparty, parent, row.moment)
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

    def signs(self, kinds: Mapping[str, int] = PROFIT) -> dict[int, int]:
        """The accounts that move profit (or net assets), with the sign of one unit of each."""
        found = {account: self._sign(account, kinds) for account in self.accounts}
        return {account: sign for account, sign in found.items() if sign}

    def _sign(self, account: int, kinds: Mapping[str, int]) -> int:
        """+1, −1, or 0 for neither; contra accounts turned."""
        fact = self.accounts[account]
        sign = kinds.get(fact.kind, 0)
        while sign and fact.parent is not None and self.accounts[fact.parent].kind == fact.kind:
            sign *= fact.weight
            fact = self.accounts[fact.parent]
        return sign


def decimal(share: Fraction) -> str:
    """A rate or a share as people write it, with all its decimals; a fraction where no decimal holds it."""
    rest = share.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return str(share)
    places = 0
    while (share * 10**places).denominator != 1:
        places += 1
    return f"{Decimal(int(share * 10**places)).scaleb(-places):f}"
