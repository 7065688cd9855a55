"""How a group's figure comes about, column by column, and how a variance divides into business and currency. Pure.

    units + adjustments + eliminations + fx + minority = group

Units, adjustments and eliminations are read at constant rates; `fx` is what the rates of the period do to them, so
that everything adds up exactly. Where nothing is kept at constant rates they stand at the rates of the period, and
`fx` is missing with the reason. `minority` is what of net income belongs to others: minus the minority share, and
nothing on any other line, because a subsidiary enters line by line with all it has.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

Number = int | float | str | None
NOT_A_SUM = "not_applicable: no sum of units"


@dataclass(frozen=True)
class Stand:
    """One figure of a sheet, in ten-thousandths, with how much of it adjustments and eliminations make up."""

    number: Number
    reason: str = ""
    adjustments: int = 0
    eliminations: int = 0


@dataclass(frozen=True)
class Columns:
    """A figure in columns; None is missing, and `reason` says why, of `fx` alone `fx_reason`."""

    units: int | None
    adjustments: int | None
    eliminations: int | None
    fx: int | None
    minority: int | None
    group: int | None
    reason: str = ""
    fx_reason: str = ""

    @property
    def consolidated(self) -> int | None:
        """The figure as its sheet has it, before what belongs to others is taken off."""
        return None if self.group is None or self.minority is None else self.group - self.minority

    def less(self, others: list[Columns]) -> Columns:
        """Column by column what is left of it when these are taken out; what misses anywhere is missing."""
        values = {name: _less(getattr(self, name), [getattr(each, name) for each in others]) for name in NAMES}
        return Columns(**values, reason=self.reason, fx_reason=self.fx_reason)


NAMES = tuple(each.name for each in fields(Columns) if not each.name.endswith("reason"))


def columns(reported: Stand, constant: Stand | None, *, minority: int = 0, fx_reason: str = "") -> Columns:
    """The columns of a figure; `constant` is the same at constant rates, None where nothing is kept at them."""
    if not isinstance(reported.number, int):
        return Columns(None, None, None, None, None, None, reported.reason or NOT_A_SUM)
    if constant is not None and not isinstance(constant.number, int):
        fx_reason, constant = constant.reason, None
    base = reported if constant is None else constant
    assert isinstance(base.number, int)
    return Columns(
        units=base.number - base.adjustments - base.eliminations,
        adjustments=base.adjustments,
        eliminations=base.eliminations,
        fx=None if constant is None else reported.number - base.number,
        minority=-minority,
        group=reported.number - minority,
        fx_reason=fx_reason if constant is None else "",
    )


@dataclass(frozen=True)
class Split:
    """A variance in two parts that add up to it: what was done, at constant rates, and what currency did.

    Operational (A − B) at the budget's rates, currency A × (actual − budget rate): both follow from the actual at
    budget rates. Missing with the reason where that, or the budget, is not known.
    """

    total: int | None
    operational: int | None
    currency: int | None
    reason: str = ""


def split(actual: Stand, constant: Stand | None, budget: Stand, *, reason: str = "") -> Split:
    """The variance of an amount against its budget, divided."""
    if not isinstance(actual.number, int) or not isinstance(budget.number, int):
        return Split(None, None, None, actual.reason or budget.reason)
    total = actual.number - budget.number
    if constant is None or not isinstance(constant.number, int):
        return Split(total, None, None, reason if constant is None else constant.reason)
    return Split(total, constant.number - budget.number, actual.number - constant.number)


def _less(number: int | None, others: list[int | None]) -> int | None:
    known = [each for each in others if each is not None]
    return None if number is None or len(known) < len(others) else number - sum(known)
