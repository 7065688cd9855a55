"""Many rows at once: COPY on PostgreSQL, batches elsewhere. Written for entries, which come by the 100,000."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models

COPY_ROWS = 5_000
BATCH_ROWS = 500
T = TypeVar("T")

_ESCAPES = ((b"\\", b"\\\\"), (b"\t", b"\\t"), (b"\n", b"\\n"), (b"\r", b"\\r"))


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows (texts, whole numbers, None) to a model's table, inside the caller's transaction.

    A text may come as the bytes of its UTF-8.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(_column(model, name)) for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for part in _parts(rows, COPY_ROWS):
                    copy.write(b"".join(map(_copy_line, part)))
            return
        marks = ", ".join(["%s"] * len(columns))
        for part in _parts(rows, COPY_ROWS):
            texts = [[each.decode() if type(each) is bytes else each for each in row] for row in part]
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", texts)  # noqa: S608  (names are ours)


def close(standing: models.Manager[Any] | models.QuerySet[Any], pks: Sequence[int], *, mark: int) -> None:
    """Let rows of a table, reached this way, stand until a mark: the one change that history allows."""
    for part in _parts(pks, BATCH_ROWS):
        standing.filter(pk__in=part, until_mark__isnull=True).update(until_mark=mark)


def _column(model: type[models.Model], name: str) -> str:
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field) and field.column
    return field.column


def _copy_line(row: Sequence[Any]) -> bytes:
    """A row in the text format of COPY."""
    return b"\t".join(map(_copy_value, row)) + b"\n"


def _copy_value(value: Any) -> bytes:
    if value is None:
        return b"\\N"
    if type(value) is int:
        return b"%d" % value
    text = value if type(value) is bytes else str(value).encode()
    for plain, escaped in _ESCAPES:
        if plain in text:
            text = text.replace(plain, escaped)
    return text


def _parts(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    remaining = iter(rows)
    while part := list(islice(remaining, size)):
        yield part
