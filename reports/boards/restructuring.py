"""An upload of structure: what it would change, what it changed, in counts and one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reports.figures import Fact, StructureChange

NOUNS = ("units", "accounts", "rates")
MOVED = ("new", "changed", "closed")
WORDS = {"new": "new", "changed": "changed", "same": "as before"}
ONE = {"units": "Unit", "accounts": "Account", "rates": "Rate", "calendar": "Calendar"}


def structure_facts(report: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Units, accounts, rates and the calendar, each with what is new, changed and as before."""
    counted = [
        Fact(
            noun.capitalize(),
            text=f"{sum(report[noun].values()):,}",
            note=", ".join(f"{report[noun][name]:,} {word}" for name, word in WORDS.items()),
        )
        for noun in NOUNS
    ]
    calendar = {"new": "New", "changed": "Changed"}.get(report["calendar"], "As before")
    return (*counted, Fact("Calendar", text=calendar))


def structure_moves(report: Mapping[str, Any]) -> list[str]:
    """What is new or changed, counted: `1 new unit`, `2 changed rates`, `a new calendar`. Empty where nothing is."""
    parts = [
        f"{number:,} {name} {noun if number != 1 else noun.removesuffix('s')}"
        for noun in NOUNS
        for name in MOVED
        if (number := report[noun][name])
    ]
    return [*parts, f"a {report['calendar']} calendar"] if report["calendar"] != "same" else parts


def structure_changes(differences: Iterable[Mapping[str, Any]]) -> tuple[StructureChange, ...]:
    """What changes, one by one, as a table prints it."""
    return tuple(
        StructureChange(
            kind=ONE[each["of"]],
            code=each["code"],
            property=each["property"] or ("new" if each["change"] == "new" else ""),
            before=each["before"] or "–",
            after=each["after"] or "–",
        )
        for each in differences
    )
