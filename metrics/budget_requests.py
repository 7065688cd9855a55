"""Requests for a budget as people write them, and what they were granted as other programs read it. Pure.

A row names the request, what it asks, and if need be the minimum (0), the return (1) and the priority (1). Everything
that is wrong is told at once, by row and column.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from ledger.amounts import AmountRefused, as_text, parse
from metrics.allocation import Allocation, Request

NEEDED = ("request", "asked")
KNOWN = ("request", "minimum", "asked", "return", "priority")
Fault = dict[str, Any]


def read(content: bytes) -> tuple[list[Request], list[Fault]]:
    """The requests of a file, and everything that is wrong with it, row by row."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [{"row": None, "column": None, "reason": "The file is not UTF-8 text."}]
    rows = csv.DictReader(text.splitlines())
    columns = [name.strip().lower() for name in rows.fieldnames or ()]
    rows.fieldnames = columns
    errors = [{"row": 1, "column": name, "reason": "This column is missing."} for name in NEEDED if name not in columns]
    errors += [
        {"row": 1, "column": name, "reason": f"There is no such column; there are {', '.join(KNOWN)}."}
        for name in columns
        if name not in KNOWN
    ]
    if errors:
        return [], errors
    return of_rows((rows.line_num, row) for row in rows)


def of_rows(rows: Iterable[tuple[int, Mapping[str, str]]]) -> tuple[list[Request], list[Fault]]:
    """The requests of numbered rows of text, and everything that is wrong with them."""
    errors: list[Fault] = []
    requests = [_request(row, number, errors) for number, row in rows]
    if not requests:
        errors.append({"row": None, "column": None, "reason": "There is no request."})
    return requests, errors


def _request(row: Mapping[str, str], line: int, errors: list[Fault]) -> Request:
    """One request; what cannot be read is noted and stands as 0 meanwhile."""
    code = (row.get("request") or "").strip()
    if not code:
        errors.append({"row": line, "column": "request", "reason": "A request has a name."})
    asked = _amount(row, "asked", line, errors)
    return Request(
        code,
        _amount(row, "minimum", line, errors) or 0,
        asked or 0,
        _factor(row, "return", line, errors),
        _factor(row, "priority", line, errors),
    )


def _amount(row: Mapping[str, str], column: str, line: int, errors: list[Fault]) -> int | None:
    try:
        return parse(row.get(column) or "")
    except AmountRefused as error:
        errors.append({"row": line, "column": column, "reason": str(error)})
        return None


def _factor(row: Mapping[str, str], column: str, line: int, errors: list[Fault]) -> Fraction:
    """A plain factor (1.5 returns 1.50 for 1.00 spent); left out it is 1."""
    text = (row.get(column) or "").strip()
    try:
        number = Decimal(text or "1")
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or abs(number) > 1_000_000:
        errors.append({"row": line, "column": column, "reason": f"“{text}” is no factor such as 1.5."})
        return Fraction(1)
    return Fraction(number)


def budget_of(text: str) -> int:
    """A budget as people write it. Raises AmountRefused."""
    found = parse(text)
    if found is None or found < 0:
        raise AmountRefused("a budget is at least 0.")
    return found


def sentence(error: Mapping[str, Any]) -> str:
    place = ", ".join(f"{name} {error[name]}" for name in ("row", "column") if error[name] is not None)
    return f"{place.capitalize()}: {error['reason']}" if place else str(error["reason"])


def packed(requests: Sequence[Request]) -> list[list[Any]]:
    """Requests as a job carries them: amounts whole, factors as exact text."""
    return [[each.code, each.minimum, each.asked, str(each.worth), str(each.priority)] for each in requests]


def unpacked(rows: Iterable[Sequence[Any]]) -> list[Request]:
    return [Request(code, low, asked, Fraction(worth), Fraction(first)) for code, low, asked, worth, first in rows]


def document(requests: Iterable[Request], budget: int, found: Iterable[Allocation]) -> dict[str, Any]:
    """Money as decimal text, factors as numbers."""
    return {
        "budget": as_text(budget),
        "requests": [
            {
                "request": each.code,
                "minimum": as_text(each.minimum),
                "asked": as_text(each.asked),
                "return": float(each.worth),
                "priority": float(each.priority),
            }
            for each in requests
        ],
        "allocations": [
            {
                "method": each.method,
                "granted": {code: as_text(grant) for code, grant in each.granted},
                "left": as_text(each.left),
                "returns": as_text(each.returned),
            }
            for each in found
        ],
    }
