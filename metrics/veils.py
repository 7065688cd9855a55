"""What a sheet says only to people who may read a unit above its own as well: shares of that unit's figures.

They stand in `Sheet.parts` under `SEEN_FROM` and the id of that unit, in the form of a sheet of their own; among the
numbers of the sheet they are masked (`metrics.above`). Here they are shown to whoever may read both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from metrics.above import SEEN_FROM
from metrics.models import Sheet
from units.models import Unit
from units.scope import Scope

FIELDS = frozenset({"numbers", "reasons", "coverage", "parts"})


class Said(NamedTuple):
    """What a sheet says: numbers, reasons and coverage by code."""

    numbers: Mapping[str, Any]
    reasons: Mapping[str, str]
    coverage: Mapping[str, str]


def seen(scope: Scope, parts: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The keys of the veils of these sheets that a scope sees behind; one query, and none where nothing is veiled."""
    keys = frozenset(key for each in parts for key in each.get(SEEN_FROM, ()))
    if not keys or scope.is_system:
        return keys
    units = Unit.objects.within(scope).filter(pk__in=[int(key) for key in keys])
    return frozenset(str(unit) for unit in units.values_list("pk", flat=True))


def behind(said: Said, parts: Mapping[str, Any], seen: Collection[str]) -> Said:
    """What a sheet says to somebody who sees behind these veils."""
    for key, veil in parts.get(SEEN_FROM, {}).items():
        if key in seen:
            numbers, reasons = veil.get("numbers", {}), veil.get("reasons", {})
            kept = {code: why for code, why in said.reasons.items() if code not in numbers}
            said = Said({**said.numbers, **numbers}, kept | reasons, {**said.coverage, **veil.get("coverage", {})})
    return said


def lift(sheets: Iterable[Sheet], scope: Scope) -> None:
    """Put on sheets what this reader may read of what is veiled; the rows they came from stay as they are."""
    whole = [sheet for sheet in sheets if FIELDS.isdisjoint(sheet.get_deferred_fields())]
    keys = seen(scope, (sheet.parts for sheet in whole))
    for sheet in whole if keys else ():
        found = behind(Said(sheet.numbers, sheet.reasons, sheet.coverage), sheet.parts, keys)
        sheet.numbers, sheet.reasons, sheet.coverage = found
