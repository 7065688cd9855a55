"""Amounts: from the text or number in a file's cell to an exact whole number of ten-thousandths.

What is read: `1234.56`, `1,234.56`, `1.234,56`, `1 234,56` (also with no-break and thin spaces), `1'234.56`,
`(1 234)`, `12-`, `−5`, `$5`, `5 €`. What is refused, with a sentence: percentages, exponents in text,
infinities, more than four decimals, more than the store can hold, everything else.

**Nil.** An empty cell and a dash (`-`, `–`, `—`) are nil: nothing was stated, and no entry is made. A typed
`0` is a statement and makes an entry of zero.

**Decimal mark.** Whether `1,234` is a thousand or one and a bit cannot be seen in one cell. `decimal_mark`
decides for a whole column: one cell that can be read in only one way settles it. A column without such a
cell is read with the decimal point, unless the caller knows better (a file with semicolons between its
columns comes from a country of decimal commas), and the reading is reported as a warning. A cell with both
marks (`1.234,56`) speaks for itself in any column; where a column writes both ways, a cell that could be
either is refused.

**Numbers of a workbook** are binary and carry what a formula computed (1,000 / 12). They are taken at the
fifteen digits a spreadsheet shows and rounded half-even to four decimals; the caller reports that it did.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

SCALE = 4
UNIT = 10**SCALE
LARGEST = 2**63 - 1

DASHES = frozenset("-–—−‐‑‒―")
_SPACES = dict.fromkeys(map(ord, " \t\u00a0\u202f\u2009\u2007\u2008\u200a\u2002\u2003"))
_QUOTES = dict.fromkeys(map(ord, "'’ʼ`´"))
_PLAIN = re.compile(r"([+-]?)([0-9]{1,15})(?:\.([0-9]{1,4}))?", re.ASCII)
_POINT = re.compile(r"([0-9]*|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]*))?", re.ASCII)
_COMMA = re.compile(r"([0-9]*|[0-9]{1,3}(?:\.[0-9]{3})+)(?:,([0-9]*))?", re.ASCII)
_NUMBER = re.compile(r"[0-9.,]*[0-9][0-9.,]*", re.ASCII)
_ONE_GROUP = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}", re.ASCII)


class AmountRefused(ValueError):
    """A cell holds no amount; the sentence says why."""


@dataclass(frozen=True)
class DecimalMark:
    """How a column writes decimals.

    `is_guess` where no cell settled it and `example` could be read two ways; `is_mixed` where its cells
    settle it both ways.
    """

    mark: str
    is_guess: bool = False
    example: str = ""
    is_mixed: bool = False


def is_nil(cell: object) -> bool:
    """Whether a cell states nothing: it is empty, blank or a dash."""
    if cell is None:
        return True
    if not isinstance(cell, str):
        return False
    text = cell.strip()
    return not text or (len(text) <= 3 and all(sign in DASHES for sign in text))


def decimal_mark(cells: Iterable[object], *, otherwise: str = ".") -> DecimalMark:
    """The decimal mark of a column. Numbers and plain digits say nothing; the clearer reading wins.

    In a mixed column the more frequent mark is taken; a tie is a point.
    """
    votes = {".": 0, ",": 0}
    example = ""
    for cell in cells:
        if not isinstance(cell, str) or ("," not in cell and "." not in cell):
            continue
        body = plain[0].lstrip("+-") if (plain := _PLAIN.fullmatch(cell)) else _body(cell)
        seen = _settled(body)
        if seen:
            votes[seen] += 1
        elif _ONE_GROUP.fullmatch(body) and not example:
            example = cell.strip()
    if any(votes.values()):
        return DecimalMark("," if votes[","] > votes["."] else ".", is_mixed=all(votes.values()))
    return DecimalMark(otherwise, is_guess=bool(example), example=example)


def parse(cell: object, *, mark: str = ".") -> int | None:
    """Ten-thousandths of a cell, None for nil; `AmountRefused` with a sentence for all else."""
    if isinstance(cell, str):
        if (plain := _PLAIN.fullmatch(cell)) and (mark == "." or plain[3] is None):
            return _scaled(plain[2], plain[3] or "", is_negative=plain[1] == "-")
        return None if is_nil(cell) else _from_text(cell, mark)
    if cell is None:
        return None
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise AmountRefused("This is not a number.")
    return _from_number(cell)


def is_ambiguous(cell: object) -> bool:
    """Whether a text could be read with either decimal mark, as `1,234` can."""
    return isinstance(cell, str) and bool(_ONE_GROUP.fullmatch(_body(cell)))


def is_rounded(cell: object) -> bool:
    """Whether a workbook's number has more than four decimals, so that parsing rounds it."""
    if not isinstance(cell, float) or not math.isfinite(cell):
        return False
    exponent = Decimal(format(cell, ".15g")).normalize().as_tuple().exponent
    return isinstance(exponent, int) and exponent < -SCALE


def as_text(amount: int) -> str:
    """An amount as a decimal string with all four decimals, as the commands print it."""
    sign = "-" if amount < 0 else ""
    whole, part = divmod(abs(amount), UNIT)
    return f"{sign}{whole}.{part:0{SCALE}}"


def _body(cell: str) -> str:
    """The digits and marks of a text, nothing where its signs contradict each other."""
    try:
        return _split(cell)[1]
    except AmountRefused:
        return ""


def _settled(body: str) -> str | None:
    """The decimal mark that a number's text proves, if it does."""
    points, commas = body.count("."), body.count(",")
    if (not points and not commas) or not _NUMBER.fullmatch(body):
        return None
    if points and commas:
        return "." if body.rindex(".") > body.rindex(",") else ","
    if points > 1 or commas > 1:
        return "," if points > 1 else "."
    if _ONE_GROUP.fullmatch(body):
        return None
    return "." if points else ","


def _split(cell: str) -> tuple[bool, str]:
    """Whether a text is negative, and its digits and marks without sign, brackets, currency and spaces."""
    text = cell.translate(_SPACES).translate(_QUOTES).strip()
    is_negative = False
    if text.startswith("(") and text.endswith(")"):
        is_negative, text = True, text[1:-1]
    text = _without_currency(text)
    signs = ""
    if text and (text[0] in DASHES or text[0] == "+"):
        signs, text = text[0], text[1:]
    elif text and (text[-1] in DASHES or text[-1] == "+"):
        signs, text = text[-1], text[:-1]
    text = _without_currency(text)
    if signs and signs != "+":
        if is_negative:
            raise AmountRefused("This number has both brackets and a minus.")
        is_negative = True
    return is_negative, text


def _without_currency(text: str) -> str:
    if text and unicodedata.category(text[0]) == "Sc":
        return text[1:]
    if text and unicodedata.category(text[-1]) == "Sc":
        return text[:-1]
    return text


def _from_text(cell: str, mark: str) -> int:
    if "%" in cell or "‰" in cell:
        raise AmountRefused("This is a percentage; figures are given as numbers.")
    is_negative, body = _split(cell)
    if "." in body and "," in body:
        mark = _settled(body) or mark
    match = (_POINT if mark == "." else _COMMA).fullmatch(body)
    if not match or not any(character.isdigit() for character in body):
        raise AmountRefused(_why_not(body, mark))
    whole, part = match[1].replace(",", "").replace(".", ""), (match[2] or "").rstrip("0")
    if len(part) > SCALE:
        raise AmountRefused("This number has more than four decimals; round it in the file.")
    return _scaled(whole or "0", part, is_negative=is_negative)


def _why_not(body: str, mark: str) -> str:
    other = _COMMA if mark == "." else _POINT
    if re.fullmatch(r"[0-9.,]*[eE][+-]?[0-9]+", body):
        return "This number is written with an exponent; give all its digits."
    if body.lower() in {"nan", "inf", "infinity", "+inf", "#n/a", "n/a", "null", "none"}:
        return "This is not a number; leave the cell empty where there is nothing to state."
    if body.startswith("#"):
        return "This is the error of a formula, not a number."
    if other.fullmatch(body) and any(character.isdigit() for character in body):
        names = {".": "point", ",": "comma"}
        return f"This number does not fit its column, which writes decimals with a {names[mark]}."
    return "This is not a number."


def _scaled(whole: str, part: str, *, is_negative: bool) -> int:
    amount = int(whole) * UNIT + int(part.ljust(SCALE, "0")) if len(whole) <= 30 else LARGEST + 1
    if amount > LARGEST:
        raise AmountRefused("This number is larger than 922 trillion, the most that can be kept.")
    return -amount if is_negative else amount


def _from_number(cell: int | float) -> int:
    if isinstance(cell, float):
        if not math.isfinite(cell):
            raise AmountRefused("This is not a finite number.")
        cell_value = Decimal(format(cell, ".15g"))
    else:
        cell_value = Decimal(cell)
    if abs(cell_value) > LARGEST // UNIT:
        raise AmountRefused("This number is larger than 922 trillion, the most that can be kept.")
    return int(cell_value.scaleb(SCALE).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
