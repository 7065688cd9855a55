"""`manage.py allocate`: a budget divided over requests, equally, in proportion and best, side by side."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django.core.management.base import CommandParser

from ledger.amounts import AmountRefused, as_text, parse
from metrics.allocation import (
    EQUAL,
    OPTIMAL,
    PROPORTIONAL,
    Allocation,
    BudgetTooSmall,
    Request,
    RequestRefused,
    equal,
    proportional,
)
from metrics.calc.programme import optimal
from units.commands import HouseCommand, WrongCall

METHODS = (EQUAL, PROPORTIONAL, OPTIMAL)
NEEDED = ("request", "asked")
KNOWN = ("request", "minimum", "asked", "return", "priority")


class Command(HouseCommand):
    help = "Divide a budget over the requests of a file: request, minimum, asked, return, priority."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "requests", help="CSV: request, asked, and if need be minimum (0), return (1), priority (1)."
        )
        parser.add_argument("--budget", required=True, help="What there is to divide, in the currency of the requests.")

    def handle(self, **options: Any) -> None:
        budget = _budget(options["budget"])
        requests, errors = read(self.file(options["requests"]))
        if errors:
            self._refuse(errors, as_json=options["as_json"])
        try:
            found = [method(requests, budget) for method in (equal, proportional, optimal)]
        except (BudgetTooSmall, RequestRefused) as error:
            self._refuse([{"row": None, "column": None, "reason": str(error)}], as_json=options["as_json"])
        if options["as_json"]:
            self.print_json(_document(requests, budget, found))
        else:
            self._print(requests, found)

    def _refuse(self, errors: list[dict[str, Any]], *, as_json: bool) -> None:
        if as_json:
            self.print_json({"status": "refused", "errors": errors})
        self.refuse("\n".join(_sentence(each) for each in errors))

    def _print(self, requests: list[Request], found: list[Allocation]) -> None:
        rows: list[tuple[str, ...]] = [("request", "minimum", "asked", *METHODS)]
        granted = [dict(each.granted) for each in found]
        for each in requests:
            amounts = (each.minimum, each.asked, *(grants[each.code] for grants in granted))
            rows.append((each.code, *(as_text(amount) for amount in amounts)))
        rows.append(("left", "", "", *(as_text(each.left) for each in found)))
        rows.append(("returns", "", "", *(as_text(each.returned) for each in found)))
        widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
        for row in rows:
            cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
            self.stdout.write("  ".join([row[0].ljust(widths[0]), *cells]).rstrip())


def _budget(text: str) -> int:
    try:
        found = parse(text)
    except AmountRefused as error:
        raise WrongCall(f"“{text}” is no budget: {error}") from error
    if found is None or found < 0:
        raise WrongCall(f"“{text}” is no budget: it is at least 0.")
    return found


def read(content: bytes) -> tuple[list[Request], list[dict[str, Any]]]:
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
    requests = [_request(row, rows.line_num, errors) for row in rows]
    if not requests:
        errors.append({"row": None, "column": None, "reason": "There is no request in the file."})
    return requests, errors


def _request(row: Mapping[str, str], line: int, errors: list[dict[str, Any]]) -> Request:
    """One request; what cannot be read is noted and stands as 0 meanwhile."""
    code = (row["request"] or "").strip()
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


def _amount(row: Mapping[str, str], column: str, line: int, errors: list[dict[str, Any]]) -> int | None:
    try:
        return parse(row.get(column) or "")
    except AmountRefused as error:
        errors.append({"row": line, "column": column, "reason": str(error)})
        return None


def _factor(row: Mapping[str, str], column: str, line: int, errors: list[dict[str, Any]]) -> Fraction:
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


def _sentence(error: Mapping[str, Any]) -> str:
    place = ", ".join(f"{name} {error[name]}" for name in ("row", "column") if error[name] is not None)
    return f"{place.capitalize()}: {error['reason']}" if place else str(error["reason"])


def _document(requests: Iterable[Request], budget: int, found: Iterable[Allocation]) -> dict[str, Any]:
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
