"""What a driver adds to the lines of a month. Each function says it for one kind; `KINDS` names them.

A function takes the month's lines as those before it left them (whole ten-thousandths), what is known of the unit, the
value of the driver as a plain number (2 % is 0.02, three people are 3) and the how-manieth month it acts in, from 1.
It answers by line what is added, exact. A line that is not there is not added to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from metrics.readings import Level
from metrics.scenarios.base import Base, Facts
from metrics.scenarios.drivers import LAGS, ONE, Setting, parts_of
from metrics.statement import CLOUD_BELOW

Lines = Mapping[str, int]
Added = dict[str, Fraction]
Acting = Callable[[Lines, Facts, Fraction, int], Added]

SOLD = ("revenue", "cost_of_sales")


@dataclass(frozen=True)
class Kind:
    """How a driver acts, and what must be known for it: lines in the month, facts of the unit."""

    act: Acting
    lines: Sequence[str]
    facts: Sequence[str] = ()


def adds(setting: Setting, lines: Lines, base: Base, month: int) -> dict[str, int]:
    """What a setting adds to the lines of a month, each rounded half-even; nothing before its first month."""
    nth = nth_month(setting, base, month)
    if (
        setting.is_neutral
        or setting.kind in LAGS
        or not nth
        or any(code not in lines for code in KINDS[setting.kind].lines)
    ):
        return {}
    value = Fraction(setting.value, ONE * (100 if setting.driver.measure == "%" else 1)) * _touched(setting, base)
    found = KINDS[setting.kind].act(lines, base.facts, value, nth)
    return {code: round(each) for code, each in found.items() if code in lines}


def nth_month(setting: Setting, base: Base, month: int) -> int:
    """The how-manieth month a setting acts in, from 1; 0 in closed months and before its first."""
    if month not in base.months:
        return 0
    first = max(base.months[0], setting.first or base.months[0])
    return max(0, month - first + 1)


def _touched(setting: Setting, base: Base) -> Fraction:
    """The share of its line that a driver acts on: all of it, or that of one account."""
    if not setting.part:
        return Fraction(1)
    part = parts_of(setting.kind, base).get(setting.part)
    return Fraction(0) if part is None else part.share


def idle(setting: Setting, base: Base | None) -> str:
    """Why a setting cannot act in a unit at all, as the reason of what it lacks; empty where it can."""
    if base is None or not base.months:
        return "not_applicable: nothing is forecast of this unit"
    if setting.kind in LAGS:
        return _lack(base.lags.get(setting.kind, Level(None, "not_applicable: not known")))
    if setting.part and setting.part not in parts_of(setting.kind, base):
        return f"not_applicable: nothing was booked on {setting.part} in the newest months"
    kind = KINDS[setting.kind]
    for name in kind.facts:
        if reason := _lack(getattr(base.facts, name)):
            return reason
    for code in kind.lines:
        levels = [base.line(code, month) for month in base.months]
        if all(level.number is None for level in levels):
            return levels[0].reason
    return ""


def _lack(level: Level) -> str:
    return level.reason if level.number is None else ""


def _price(lines: Lines, facts: Facts, value: Fraction, nth: int) -> Added:
    return {"revenue": lines["revenue"] * value}


def _volume(lines: Lines, facts: Facts, value: Fraction, nth: int) -> Added:
    sold = {code: lines[code] * value for code in SOLD if code in lines}
    return {**sold, "cloud_cost": _cloud_above(lines) * value}


def _new_customers(lines: Lines, facts: Facts, value: Fraction, nth: int) -> Added:
    """The customers won so far are this part of those there were; each has cost what winning one costs."""
    won = _volume(lines, facts, value * nth * ONE / _known(facts.customers), nth)
    cost = {"marketing_cost": value * _known(facts.acquisition)} if facts.acquisition.number is not None else {}
    return {**won, **cost}


def _hires(lines: Lines, facts: Facts, value: Fraction, nth: int) -> Added:
    return {"personnel_cost": value * _known(facts.head)}


def _selling_hires(lines: Lines, facts: Facts, value: Fraction, nth: int) -> Added:
    """Revenue as one more head brought it before, with the cost of sales that goes along with it."""
    share = value * _known(facts.earned) / lines["revenue"] if lines["revenue"] else Fraction(0)
    return {**_volume(lines, facts, share, nth), **_hires(lines, facts, value, nth)}


def _pay(lines: Lines, facts: Facts, value: Fraction, nth: int) -> Added:
    return {"personnel_cost": lines["personnel_cost"] * value}


def _converted(lines: Lines, facts: Facts, value: Fraction, nth: int) -> Added:
    return {"contractor_cost": -value * _known(facts.contractor), **_hires(lines, facts, value, nth)}


def _cloud_price(lines: Lines, facts: Facts, value: Fraction, nth: int) -> Added:
    below = lines.get(CLOUD_BELOW, 0)
    return {
        "cloud_cost": lines["cloud_cost"] * value,
        "cost_of_sales": _cloud_above(lines) * value,
        CLOUD_BELOW: below * value,
    }


def _purchase_price(lines: Lines, facts: Facts, value: Fraction, nth: int) -> Added:
    return {"cost_of_sales": (lines["cost_of_sales"] - _cloud_above(lines)) * value}


def _marketing(lines: Lines, facts: Facts, value: Fraction, nth: int) -> Added:
    return {"marketing_cost": lines["marketing_cost"] * value}


def _other_cost(lines: Lines, facts: Facts, value: Fraction, nth: int) -> Added:
    return {"other_operating_cost": lines["other_operating_cost"] * value}


def _cloud_above(lines: Lines) -> Fraction:
    """Cloud inside cost of sales: all of it less what lies below gross profit."""
    return Fraction(lines.get("cloud_cost", 0) - lines.get(CLOUD_BELOW, 0)) if "cloud_cost" in lines else Fraction(0)


def _known(level: Level) -> Fraction:
    assert level.number is not None
    return Fraction(level.number)


KINDS: Mapping[str, Kind] = {
    "price": Kind(_price, ("revenue",)),
    "volume": Kind(_volume, ("revenue",)),
    "new_customers": Kind(_new_customers, ("revenue",), ("customers",)),
    "selling_hires": Kind(_selling_hires, ("revenue", "personnel_cost"), ("earned", "head")),
    "hires": Kind(_hires, ("personnel_cost",), ("head",)),
    "pay": Kind(_pay, ("personnel_cost",)),
    "converted": Kind(_converted, ("contractor_cost", "personnel_cost"), ("contractor", "head")),
    "cloud_price": Kind(_cloud_price, ("cloud_cost",)),
    "purchase_price": Kind(_purchase_price, ("cost_of_sales",)),
    "marketing": Kind(_marketing, ("marketing_cost",)),
    "other_cost": Kind(_other_cost, ("other_operating_cost",)),
}
