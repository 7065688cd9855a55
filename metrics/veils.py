"""What a sheet says only to people who may read a unit above its own as well: shares of that unit's figures.

They stand in `Sheet.parts` under `SEEN_FROM` and the id of that unit, in the form of a sheet of their own; among the
numbers of the sheet they are masked (`metrics.above`). Here they are shown to whoever may read both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import F, Func, JSONField, Subquery
from django.db.models.sql.compiler import SQLCompiler

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


def revealed(said: Said, veils: Mapping[str, Any] | None) -> Said:
    """What a sheet says to somebody who sees behind all of these veils (`lifted`)."""
    return behind(said, {SEEN_FROM: veils}, veils) if veils else said


def lift(sheets: Iterable[Sheet], scope: Scope) -> None:
    """Put on sheets what this reader may read of what is veiled; the rows they came from stay as they are."""
    whole = [sheet for sheet in sheets if FIELDS.isdisjoint(sheet.get_deferred_fields())]
    keys = seen(scope, (sheet.parts for sheet in whole))
    for sheet in whole if keys else ():
        found = behind(Said(sheet.numbers, sheet.reasons, sheet.coverage), sheet.parts, keys)
        sheet.numbers, sheet.reasons, sheet.coverage = found


class Lifted(Func):
    """Of what is veiled on a sheet that which is told about some units, by their ids; empty or null without any."""

    output_field = JSONField()
    template = "(SELECT %(found)s FROM %(each)s WHERE %(unit)s IN %(units)s)"

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        each, unit = f"JSON_EACH(%s, '$.{SEEN_FROM}')", "CAST(key AS INTEGER)"
        return self._filled(compiler, found="JSON_GROUP_OBJECT(key, JSON(value))", each=each, unit=unit)

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        each, unit = f"JSONB_EACH(%s -> '{SEEN_FROM}')", "key::bigint"
        return self._filled(compiler, found="JSONB_OBJECT_AGG(key, value)", each=each, unit=unit)

    def _filled(self, compiler: SQLCompiler, *, each: str, **parts: str) -> tuple[str, tuple[Any, ...]]:
        (column, first), (units, second) = (compiler.compile(one) for one in self.source_expressions)
        return self.template % {**parts, "each": each % column, "units": units}, (*first, *second)


def lifted(scope: Scope) -> Lifted:
    """What a scope sees behind the veils of sheets, read along with them: each is for `revealed`."""
    return Lifted(F("parts"), Subquery(Unit.objects.within(scope).values("pk")))
