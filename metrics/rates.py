"""Which rate turns an amount into the group's currency: by the account's type, the period and the manner. Pure.

A *manner* says at whose rates a version is read. Actuals and forecasts are translated as their accounts ask for:
flows at the average of their month, balances at closing, equity at historical. Budgets are translated at the
budget rates of their fiscal year, where the currency has any; a year without them is translated like the actuals.
Constant currency reads actuals at the budget rates, or at those of the same period one year earlier: a variant of
the version with figures of its own (`actual@budget-rates`), so that nothing that was reported is overwritten.

Whoever keeps books in the currency of a hyperinflationary economy is translated wholly at the closing rate: flows and
equity too (IAS 21.42). Which currencies are, and when, is flagged.

A historical rate stands until the next one is given. A rate nobody gave is never 1: the figure is missing with an
error that names the rate.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, cached_property
from typing import Protocol

ONE = Fraction(1)
Rates = Mapping[tuple[str, int, str], Fraction]
"""(currency, ordinal, kind of rate) → group currency for one unit of that currency."""

STAYS = frozenset({"", "none"})
"""Rate types of accounts that are never translated."""

HISTORICAL, CLOSING, BUDGET = "historical", "closing", "budget"
OWN, PLAN = "own", "plan"
AT_BUDGET, AT_PRIOR_YEAR = "budget-rates", "prior-year-rates"
CONSTANT = (AT_BUDGET, AT_PRIOR_YEAR)
"""The manners of constant currency; of other versions than `CONSTANT_OF` there are none."""

CONSTANT_OF = "actual"
NOT_KEPT = "later-rates"
IN_WORDS = {AT_BUDGET: "at budget rates", AT_PRIOR_YEAR: "at last year's rates"}


Stretches = Mapping[str, Sequence[tuple[int, int | None]]]
"""By currency from which ordinal up to which (None: on and on) it is flagged."""


class Dated(Protocol):
    """A fiscal period as far as rates are concerned."""

    @property
    def ordinal(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def year(self) -> int: ...


@dataclass(frozen=True)
class Multiplier:
    """What an amount is multiplied with; `reason` says why there is none."""

    factor: Fraction = ONE
    reason: str = ""


def at_rates(version: str, manner: str) -> str:
    """The name of a version read at other rates than its own."""
    return f"{version}@{manner}"


def version_and_manner(name: str) -> tuple[str, str]:
    """The version whose figures stand behind a name, and at whose rates it is read."""
    version, _, manner = name.partition("@")
    own = PLAN if version.partition("-")[0] == BUDGET else OWN
    return version, manner if manner in CONSTANT else own


@cache
def is_constant(name: str) -> bool:
    """Whether a name means a version in constant currency. Remembered: it is asked of every row, and names are few."""
    return name.partition("@")[2] in (*CONSTANT, NOT_KEPT)


def a_year_before(name: str) -> str:
    """What a figure is compared with one year earlier at the same rates.

    At last year's rates that is last year as reported. Last year at this year's budget rates is not kept: there
    is no such version, and so no figure.
    """
    version, _, manner = name.partition("@")
    if manner == AT_PRIOR_YEAR:
        return version
    return at_rates(version, NOT_KEPT) if manner == AT_BUDGET else name


@dataclass(frozen=True)
class RateTable:
    """All rates as they stood at a mark. `planned` holds the currencies and fiscal years with budget rates,
    `inflated` when currencies are hyperinflationary."""

    rates: Rates
    group: str
    periods_in_year: int
    planned: frozenset[tuple[str, int]] = frozenset()
    inflated: Stretches = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        rows: Iterable[tuple[str, int, int, str, Fraction]],
        *,
        group: str,
        periods_in_year: int,
        inflated: Iterable[tuple[str, int, int | None]] = (),
    ) -> RateTable:
        """From rows of currency, ordinal, fiscal year, kind and rate; and of currency, first and last ordinal."""
        listed = list(rows)
        return cls(
            rates={(currency, ordinal, kind): rate for currency, ordinal, _, kind, rate in listed},
            group=group,
            periods_in_year=periods_in_year,
            planned=frozenset((currency, year) for currency, _, year, kind, _ in listed if kind == BUDGET),
            inflated=_by_currency(inflated),
        )

    def rate(self, currency: str, period: Dated, kind: str, *, manner: str = OWN) -> Multiplier:
        """The rate for an account of a rate type; what is in the currency of the group is taken as it is."""
        if kind in STAYS or not currency or currency == self.group:
            return Multiplier()
        if self._is_inflated(currency, period):
            kind = CLOSING
        if kind == HISTORICAL:
            return self._historical(currency, period)
        if manner == AT_PRIOR_YEAR:
            found = self.rates.get((currency, period.ordinal - self.periods_in_year, kind))
            lacking = f"the year before {period.code}"
        else:
            if self._is_planned(currency, period, manner):
                kind = BUDGET
            found, lacking = self.rates.get((currency, period.ordinal, kind)), period.code
        if found is None:
            return Multiplier(reason=f"error: no {currency} {kind} rate for {lacking}")
        return Multiplier(found)

    def is_wholly_at_closing(self, currency: str, period: Dated, *, manner: str = OWN) -> bool:
        """Whether everything in a currency is taken at the closing rate in a period, whatever the account asks for."""
        is_foreign = currency not in ("", self.group)
        return is_foreign and self._is_inflated(currency, period) and not self._is_planned(currency, period, manner)

    def _is_planned(self, currency: str, period: Dated, manner: str) -> bool:
        """Whether amounts are read at the budget rate of the period."""
        return manner == AT_BUDGET or (manner == PLAN and (currency, period.year) in self.planned)

    def _is_inflated(self, currency: str, period: Dated) -> bool:
        stretches = self.inflated.get(currency, ())
        return any(first <= period.ordinal and (last is None or period.ordinal <= last) for first, last in stretches)

    def _historical(self, currency: str, period: Dated) -> Multiplier:
        """The last historical rate given up to a period."""
        given = self._given.get(currency, [])
        place = bisect_right(given, period.ordinal)
        if not place:
            return Multiplier(reason=f"error: no {currency} historical rate for {period.code}")
        return Multiplier(self.rates[currency, given[place - 1], HISTORICAL])

    @cached_property
    def _given(self) -> dict[str, list[int]]:
        """By currency the ordinals with a historical rate, in order."""
        found: dict[str, list[int]] = {}
        for currency, ordinal, kind in sorted(self.rates):
            if kind == HISTORICAL:
                found.setdefault(currency, []).append(ordinal)
        return found


def _by_currency(stretches: Iterable[tuple[str, int, int | None]]) -> Stretches:
    found: dict[str, list[tuple[int, int | None]]] = {}
    for currency, first, last in stretches:
        found.setdefault(currency, []).append((first, last))
    return found
