"""How a number is written: one rule for each kind, for pages, charts and screen readers alike. Pure.

Rounding happens here and nowhere before. Money comes as int ten-thousandths, ratios as 0.15 for 15 %, and a
missing number with the reason why. Digits are tabular, minus is U+2212, a zero has no sign.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from unicodedata import bidirectional

from metrics.catalogue import METRICS

MINUS = "\u2212"
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "CHF": "CHF ", "JPY": "¥"}
LETTERS = {1: "", 1_000: "K", 1_000_000: "M", 1_000_000_000: "B"}
EXACT = 10_000
"""Money and counts are stored in ten-thousandths."""

Number = int | float | str | None

TURNED = frozenset(("R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDF", "PDI"))
"""Kinds of characters that run from right to left, or tell those after them to."""


def apart(words: str) -> str:
    """What somebody called a thing, for a sentence of ours: whichever way it runs, the rest runs as it did."""
    if words.isascii() or not any(bidirectional(each) in TURNED for each in words):
        return words
    kept = "".join(each for each in words if not "\u2066" <= each <= "\u2069")
    return f"\u2068{kept}\u2069"


@dataclass(frozen=True)
class Scale:
    """The one unit a table or a chart prints money in, and its decimals."""

    divisor: int = 1_000
    decimals: int = 0
    currency: str = "USD"

    @property
    def unit(self) -> str:
        """As it stands once in a subtitle: `$K`."""
        return f"{symbol(self.currency)}{LETTERS[self.divisor]}".strip()

    def of(self, amount: int | float) -> float:
        """An amount in ten-thousandths as a number in this unit, not rounded."""
        return amount / EXACT / self.divisor


def scale_for(amounts: Iterable[int | float | None], *, currency: str) -> Scale:
    """The unit of a table from its median row: under 10M in K without decimals, else in M with one.

    Where the median is under 10K nothing is left out. Missing amounts do not count.
    """
    sizes = [abs(amount) / EXACT for amount in amounts if amount]
    middle = median(sizes) if sizes else 0
    if middle < 10_000:
        return Scale(1, 0, currency)
    return Scale(1_000, 0, currency) if middle < 10_000_000 else Scale(1_000_000, 1, currency)


def symbol(currency: str) -> str:
    """What stands before a single amount: `$`, or the code and a space where there is no symbol."""
    return SYMBOLS.get(currency, f"{currency} " if currency else "")


def digits(number: float, decimals: int = 0, *, signed: bool = False) -> str:
    """`1,693`, `−331`, signed `+220`; a zero after rounding has no sign."""
    size = f"{abs(number):,.{decimals}f}"
    if not size.strip("0.,"):
        return size
    return f"{MINUS if number < 0 else '+' if signed else ''}{size}"


def amount(number: int | float, scale: Scale, *, signed: bool = False) -> str:
    """Money in the unit of its table, without a symbol: `1,693`."""
    return digits(scale.of(number), scale.decimals, signed=signed)


def exact(number: int, *, signed: bool = False) -> str:
    """Ten-thousandths with all their decimals, as a file states them: `1,300`, `−212,480.25`, signed `+0.5`."""
    whole, part = divmod(abs(number), EXACT)
    decimals = f"{part:04d}".rstrip("0")
    sign = MINUS if number < 0 else "+" if signed and number else ""
    return f"{sign}{whole:,}{'.' if decimals else ''}{decimals}"


def percent(ratio: float, *, signed: bool = False) -> str:
    """`+5.6%`; from ten times up (over ±999 %) as a multiple: `12×`."""
    if abs(ratio) > 9.99:
        return f"{digits(ratio, 0, signed=signed)}×"
    return f"{digits(ratio * 100, 1, signed=signed)}%"


def points(ratio: float) -> str:
    """A difference of ratios, always signed: `−7.0 pp`."""
    return f"{digits(ratio * 100, 1, signed=True)} pp"


def plain(number: Number, kind: str, *, signed: bool = False, unit: str = "") -> str:
    """A number that is not money: 27.6%, 158 FTE, 72 days, 3.4, a word as it stands."""
    if isinstance(number, str):
        return number.replace("_", " ")
    assert number is not None
    match kind:
        case "ratio" | "percent":
            return percent(number, signed=signed)
        case "points":
            return points(number)
        case "count":
            return _worded(digits(number / EXACT, _count_decimals(number), signed=signed), unit)
        case "days":
            return _worded(digits(number, 0, signed=signed), unit or "days")
        case "months":
            return _worded(digits(number, 1, signed=signed), unit or "months")
        case _:
            return _worded(digits(number, 1, signed=signed), unit)


def single(number: int | float, currency: str, *, signed: bool = False) -> str:
    """One amount on its own, three digits and symbol: $49.5M, $7.96M, $240K, −$331."""
    figure, letter = single_parts(number, currency, signed=signed)
    return figure + letter


def single_parts(number: int | float, currency: str, *, signed: bool = False) -> tuple[str, str]:
    """The same with its letter apart, which large figures print smaller."""
    divisor, decimals = magnitude(number)
    text = digits(abs(number) / EXACT / divisor, decimals)
    sign = "" if not text.strip("0.,") else MINUS if number < 0 else "+" if signed else ""
    return f"{sign}{symbol(currency)}{text}", LETTERS[divisor]


def magnitude(number: int | float) -> tuple[int, int]:
    """Divisor and decimals that leave three significant digits; below a thousand nothing behind the point."""
    size = abs(number) / EXACT
    for divisor in (1_000_000_000, 1_000_000, 1_000):
        if size >= divisor * 0.9995:
            scaled = size / divisor
            return divisor, 2 if scaled < 9.995 else 1 if scaled < 99.95 else 0
    return 1, 0


def beside(number: int | float, other: int | float) -> str:
    """An amount in the unit and decimals of a larger one it stands under: 49.0 below $49.5M."""
    divisor, decimals = magnitude(other)
    return digits(number / EXACT / divisor, decimals)


def impact(number: int | float, currency: str, *, signed: bool = True) -> str:
    """Money at stake in a list: millions with two decimals from 10K on, so that rows compare at a glance."""
    if abs(number) < 10_000 * EXACT:
        return single(number if signed else abs(number), currency)
    text = digits(abs(number) / EXACT / 1_000_000, 2)
    return f"{MINUS if number < 0 and signed else ''}{symbol(currency)}{text}M"


@dataclass(frozen=True)
class Missing:
    """What stands in the place of a number: a word, the tone of its tag (empty: no tag), and the reason."""

    word: str
    tone: str
    reason: str


CONDITION = "only where "
COMPARED = {">": "is above", "<": "is below", ">=": "is at least", "<=": "is at most", "==": "is", "!=": "is not"}
NOT_MEANINGFUL = ("n.m.", "the baseline is zero", "division by zero")


def missing(reason: str) -> Missing:
    """The word for a missing number. Never a blank, never a zero; a dash only for what is not due yet."""
    code, _, detail = reason.partition(":")
    code, detail = code.strip(), detail.strip()
    match code:
        case "not_due":
            return Missing("–", "", detail or "not due yet")
        case "late":
            return Missing("late", "warn", detail or "not delivered although due")
        case "masked":
            return Missing("hidden", "lock", detail or "you may not see this figure")
        case "error":
            return Missing("error", "bad", detail or "the figure could not be computed")
        case "not_applicable" if detail == "unbudgeted":
            return Missing("unbudgeted", "", "the budget is zero, nothing to read it against")
        case "not_applicable" if detail.startswith(NOT_MEANINGFUL):
            return Missing("n.m.", "", f"not meaningful: {detail.removeprefix('n.m.').lstrip(', ') or 'tiny base'}")
        case "not_applicable" if detail.startswith(CONDITION):
            return Missing("n/a", "", CONDITION + _in_words(detail.removeprefix(CONDITION)))
        case "not_applicable":
            return Missing("n/a", "", detail or "not applicable")
        case _:
            return Missing("n/a", "", reason or "no figure")


def _in_words(condition: str) -> str:
    """A condition of a formula as people say it: `net burn is above 0`."""
    return " ".join(
        METRICS[word].label.lower() if word in METRICS else COMPARED.get(word, word) for word in condition.split()
    )


def day(when: date) -> str:
    """`9 Oct 2026`."""
    return f"{when.day} {when:%b %Y}"


def moment(when: datetime, *, now: datetime) -> str:
    """`9 Oct 07:40`; with the year where it is not this one."""
    year = "" if when.year == now.year else f" {when.year}"
    return f"{when.day} {when:%b}{year} {when:%H:%M}"


def _count_decimals(number: int | float) -> int:
    """Heads and orders are whole; a part of one is shown, not rounded away."""
    return 0 if number % EXACT == 0 or abs(number) >= 100 * EXACT else 1


def _worded(text: str, unit: str) -> str:
    return f"{text} {unit}" if unit else text
