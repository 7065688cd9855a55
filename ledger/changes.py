"""What an import of structure changes, property by property: what a preview shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NEW, CHANGED = "new", "changed"
NAMED = {"starts": "from", "ends": "to"}
"""Properties that the files name otherwise."""

Moves = dict[str, tuple[Any, Any]]
"""By property what it was and what it becomes."""


@dataclass(frozen=True)
class Change:
    """One property of a unit, an account or the calendar; or (`property` is empty) a rate, or what is new.

    `code` is that of the unit or account, `EUR 2026-03 average` for a rate, empty for the calendar. What is new
    has its name, or its rate, as `after`. None is nothing: it was not there, or the property was empty.
    """

    of: str
    code: str
    change: str
    property: str
    before: str | None
    after: str | None

    def as_document(self) -> dict[str, str | None]:
        """An element of `differences` in the document of `import_structure --dry-run --json`."""
        return {
            "of": self.of,
            "code": self.code,
            "change": self.change,
            "property": self.property,
            "before": self.before,
            "after": self.after,
        }

    def __str__(self) -> str:
        place = " ".join(part for part in (self.of, self.code, self.property) if part)
        before, after = ("–" if text is None else text for text in (self.before, self.after))
        return f"{place}: {before} → {after}"


def added(of: str, code: str, after: str) -> list[Change]:
    """The one line of what is new."""
    return [Change(of, code, NEW, "", None, after)]


def changed(of: str, code: str, moves: Moves, *, change: str = CHANGED) -> list[Change]:
    """A line for each property that is not what it was."""
    return [
        Change(of, code, change, NAMED.get(name, name), _text(before), _text(after))
        for name, (before, after) in moves.items()
    ]


def take(row: object, values: Mapping[str, Any]) -> Moves:
    """Set on a row what differs; what that was and is."""
    moves = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            setattr(row, name, value)
            moves[name] = (before, value)
    return moves


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> Moves:
    """The parts of two documents that differ."""
    names = [*before, *(name for name in after if name not in before)]
    return {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list | tuple) else str(value)
