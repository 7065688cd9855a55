"""An upload of structure: what it would change, what it changed, in counts and one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reports.figures import Fact, StructureChange

NOUNS = ("units", "accounts", "rates", "holdings", "holidays")
MOVED = ("new", "changed", "closed")
WORDS = {"new": "new", "changed": "changed", "closed": "taken back", "same": "as before"}
ONE = {
    "units": "Unit", "nodes": "Node", "accounts": "Account", "rates": "Rate", "calendar": "Calendar",
    "holidays": "Holiday",
}  # fmt: skip


def structure_facts(report: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Of what the files speak about how much is new, changed, taken back and as before; the calendar in a word."""
    counted = [
        Fact(
            noun.capitalize(),
            text=f"{sum(report[noun].values()):,}",
            note=", ".join(f"{report[noun][name]:,} {WORDS[name]}" for name in _said(report[noun])),
        )
        for noun in NOUNS
        if noun in report
    ]
    if "calendar" not in report:
        return tuple(counted)
    calendar = {"new": "New", "changed": "Changed"}.get(report["calendar"], "As before")
    return (*counted, Fact("Calendar", text=calendar))


def _said(counts: Mapping[str, int]) -> list[str]:
    """Which counts are told: most files take nothing back, because they leave alone what they do not mention."""
    return [name for name in WORDS if name != "closed" or counts[name]]


def structure_moves(report: Mapping[str, Any]) -> list[str]:
    """What is new, changed or taken back, counted: `1 new unit`, `2 changed rates`, `a new calendar`. Empty where
    nothing is."""
    parts = [
        f"{number:,} {WORDS[name] if name == 'closed' else name} {noun if number != 1 else noun.removesuffix('s')}"
        for noun in NOUNS
        for name in MOVED
        if noun in report and (number := report[noun][name])
    ]
    calendar = report.get("calendar", "same")
    return [*parts, f"a {calendar} calendar"] if calendar != "same" else parts


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
