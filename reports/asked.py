"""Questions to the sheets that are asked together: each picks its own numbers, one query brings them all.

A page reads a unit over several stretches of time, its months, its parts. What it prints of each is another list of
codes, so that the parts of the query differ and its rows say which question they belong to.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import F, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.db.models.sql.compiler import SQLCompiler

from metrics.catalogue import METRICS
from metrics.models import Sheet
from metrics.veils import Said, lifted, revealed
from units.scope import Scope

Answer = TypeVar("Answer")
Rows = list[tuple[Any, ...]]
AT_ONCE = 50
"""How many members of a JSON object are asked for by one function."""
NOBODYS = Value(None, TextField())
"""What is seen behind the veils where nobody is asked for."""
JSON_FROM, JSON_TO = 3, 7
"""Which fields of a row are JSON as text: numbers, reasons, what stands beside, veils."""


@dataclass(frozen=True)
class Asked(Generic[Answer]):
    """A question to the sheets that is asked together with others; None where it needs reading of its own.

    `answer` makes of its rows what was asked for: unit, version, ordinal, the numbers and the reasons of `codes` in
    their order, and the JSON field `beside`. For a `reader` they are what the sheets say behind the veils he sees
    through; without one what is veiled stays masked.
    """

    sheets: QuerySet[Sheet] | None
    codes: Sequence[str]
    answer: Callable[[Rows], Answer]
    beside: str = "coverage"
    reader: Scope | None = None

    @property
    def veils(self) -> Any:
        """What the reader sees behind the veils, where any of the codes may be veiled: one that a company added."""
        may_be = any(code not in METRICS and not code.startswith("account:") for code in self.codes)
        return lifted(self.reader) if self.reader is not None and may_be else NOBODYS

    def shown(self, row: Sequence[Any], veils: Mapping[str, Any] | None) -> tuple[Any, ...]:
        """A row as the reader sees it."""
        if not veils:
            return tuple(row)
        *place, numbers, reasons, beside = row
        plain = Said(dict(zip(self.codes, numbers, strict=True)), dict(zip(self.codes, reasons, strict=True)), beside)
        said = revealed(plain, veils)
        return (*place, *([each.get(code) for code in self.codes] for each in said[:2]), said.coverage)


def at_once(*asked: Asked[Any]) -> list[Any]:
    """The answers to several questions to the sheets, in their order. One query, however many there are."""
    rows: list[Rows] = [[] for _ in asked]
    parts = [
        picked(each.sheets, each.codes, Value(place), beside=each.beside, veils=each.veils)
        for place, each in enumerate(asked)
        if each.sheets is not None
    ]
    if parts:
        for *row, veils, place in decoded(parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]):
            rows[place].append(asked[place].shown(row, veils))
    return [each.answer(found) for each, found in zip(asked, rows, strict=True)]


def one(asked: Asked[Answer]) -> Answer:
    """The answer to a single question. One query."""
    found: Answer = at_once(asked)[0]
    return found


def picked(
    sheets: QuerySet[Sheet], codes: Sequence[str], *more: Any, beside: str = "coverage", veils: Any = NOBODYS
) -> QuerySet[Sheet, tuple[Any, ...]]:
    """Unit, version and ordinal, then JSON as text, for `decoded`: the numbers and the reasons of `codes` in their
    order, the field `beside` and the veils; then the fields asked for."""
    return sheets.values_list(
        "unit_id",
        "version",
        "ordinal",
        Picked("numbers", codes),
        Picked("reasons", codes),
        Cast(beside, TextField()),
        Cast(veils, TextField()),
        *more,
    )


def decoded(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[Any]]:
    """Rows of `picked` with their JSON read. A page has thousands of short texts, and one long one is read in a
    fraction of the time."""
    read = list(rows)
    texts = [text or "null" for row in read for text in row[JSON_FROM:JSON_TO]]
    values = json.loads(f"[{','.join(texts)}]")
    width = JSON_TO - JSON_FROM
    for at, row in enumerate(read):
        yield [*row[:JSON_FROM], *values[at * width : (at + 1) * width], *row[JSON_TO:]]


class Picked(Func):
    """Some members of a JSON object as the text of one array, null where there is none.

    Neither database takes more than a hundred arguments to a function, and a chart of accounts has more lines: the
    array is put together of parts.
    """

    output_field = TextField()

    def __init__(self, name: str, codes: Sequence[str]) -> None:
        self.parts = [tuple(codes[start : start + AT_ONCE]) for start in range(0, len(codes), AT_ONCE)] or [()]
        super().__init__(F(name))

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = compiler.compile(self.source_expressions[0])
        arrays = [f"JSONB_BUILD_ARRAY({', '.join(f'{column} -> %s' for _ in codes)})" for codes in self.parts]
        return f"({' || '.join(arrays)})::text", tuple(each for codes in self.parts for each in (*params, *codes))

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        """JSON_EXTRACT of several paths is an array that keeps every digit; of one path it would not be an array."""
        column, params = compiler.compile(self.source_expressions[0])
        arrays = [
            f"JSON_EXTRACT({column}, {', '.join(['%s'] * len(codes))})"
            if len(codes) > 1
            else f"JSON_ARRAY({f'JSON_EXTRACT({column}, %s)' * len(codes)})"
            for codes in self.parts
        ]
        paths = tuple(each for codes in self.parts for each in (*params, *(f'$."{code}"' for code in codes)))
        if len(arrays) == 1:
            return arrays[0], paths
        inside = " || ',' || ".join(f"TRIM({array}, '[]')" for array in arrays)
        return f"('[' || {inside} || ']')", paths
