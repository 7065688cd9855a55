"""Single cells of structure files: each check takes a text without the spaces around it and gives what it means.

Raises CellRefused with a sentence that says what fits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation

from ledger.periods import FIRST_YEAR, LAST_YEAR

_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_DECIMAL = re.compile(r"\d{1,18}(\.\d{1,18})?", re.ASCII)
_ROLE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


class CellRefused(ValueError):
    """A cell of a structure file does not fit its column; the sentence says what does."""


def code(text: str) -> str:
    """A code: something, of at most 40 characters."""
    if not text:
        raise CellRefused("The code is missing.")
    return clean(text, 40)


def name(text: str) -> str:
    """A name: something, of at most 120 characters."""
    if not text:
        raise CellRefused("The name is missing.")
    return clean(text, 120)


def label(text: str) -> str:
    """A text of at most 60 characters, or none."""
    return clean(text, 60)


def measure(text: str) -> str:
    """A unit of measure, or none."""
    return clean(text, 20)


def clean(text: str, longest: int) -> str:
    """A text that is short enough and shows all its characters."""
    if len(text) > longest:
        raise CellRefused(f"At most {longest} characters fit here.")
    if any(unicodedata.category(character) in ("Cc", "Cf") for character in text):
        raise CellRefused("There are invisible characters in this text.")
    return text


def one_of(allowed: tuple[str, ...], default: str | None) -> Callable[[str], str]:
    """A check for one of some words, in any case; an empty cell is the default, where there is one."""

    def check(text: str) -> str:
        if not text and default is not None:
            return default
        if text.casefold() not in allowed:
            raise CellRefused(f"This is one of {', '.join(allowed)}.")
        return text.casefold()

    return check


def currency(text: str) -> str:
    """A code of three capital letters."""
    if not _CURRENCY.fullmatch(text):
        raise CellRefused("A currency is a code of three capital letters, such as EUR.")
    return text


def currency_or_empty(text: str) -> str:
    """The same, or none."""
    return currency(text) if text else ""


def fraction(text: str) -> str:
    """From 0 to 1, as the shortest decimal text; an empty cell is 1."""
    if not text:
        return "1"
    number = _decimal(text)
    if number is None or not 0 <= number <= 1:
        raise CellRefused("Ownership is a fraction from 0 to 1, such as 0.75.")
    return _shortest(number)


def rate(text: str) -> str:
    """A positive number, as the shortest decimal text."""
    number = _decimal(text)
    if number is None or number <= 0:
        raise CellRefused("A rate is a positive number with a decimal point: group currency for one unit.")
    return _shortest(number)


def _decimal(text: str) -> Decimal | None:
    if not _DECIMAL.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _shortest(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def day(text: str) -> date | None:
    """A date, or none."""
    if not text:
        return None
    try:
        return date.fromisoformat(text.removesuffix("T00:00:00"))
    except ValueError as error:
        raise CellRefused("A date is written as 2026-03-31.") from error


def day_or_year(text: str) -> date | int:
    """A date, or a year on its own."""
    if re.fullmatch(r"\d{4}", text, re.ASCII) and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    found = day(text)
    if found is None:
        raise CellRefused("The date is missing.")
    return found


def weight(text: str) -> int:
    """How an account counts in its parent: 1, −1 or 0."""
    weights = {"": 1, "1": 1, "+1": 1, "-1": -1, "−1": -1, "0": 0}
    if text not in weights:
        raise CellRefused("A weight is 1, -1 or 0.")
    return weights[text]


def role(text: str) -> str:
    """A role in small letters, or none."""
    if text and (len(text) > 40 or not _ROLE.fullmatch(text)):
        raise CellRefused("A role is written in small letters, such as cost_of_sales.")
    return text
