"""Columns of whole numbers from a query: through a binary COPY on PostgreSQL, from a cursor elsewhere.

Millions of rows come as arrays and never as Python objects; what arrives is decoded piece by piece, so that the
answer never stands in memory twice.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

Columns = tuple[npt.NDArray[Any], ...]

SIGNATURE = b"PGCOPY\n\xff\r\n\0"
SIZES = {"i": 4, "q": 8}
CASTS = {"i": "int", "q": "bigint"}
PIECE = 1 << 22


def select(sql: str, params: Sequence[Any], kinds: str) -> Columns:
    """The columns of a query whose every cell is a whole number: `i` for those of 32 bits, `q` for those of 64."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute(sql, params)
            return _gathered([_columns(cursor, kinds)], kinds)
        columns = ", ".join(f"c{place}::{CASTS[kind]}" for place, kind in enumerate(kinds))
        names = ", ".join(f"c{place}" for place in range(len(kinds)))
        binary = f"COPY (SELECT {columns} FROM ({sql}) q({names})) TO STDOUT (FORMAT BINARY)"  # noqa: S608  (see callers)
        with cursor.copy(binary, params) as copy:
            return _gathered(list(_pieces(map(bytes, copy), kinds)), kinds)


def _gathered(pieces: list[Columns], kinds: str) -> Columns:
    """The pieces in one, column after column; each is let go of as soon as it is copied."""
    none = tuple(np.zeros(0, dtype=f"i{SIZES[kind]}") for kind in kinds)
    columns = list(zip(none, *pieces, strict=True))
    pieces.clear()
    found = []
    while columns:
        found.append(np.concatenate(columns.pop(0)))
    return tuple(found)


def _pieces(parts: Iterable[bytes], kinds: str) -> Iterator[Columns]:
    """The columns piece by piece, in PostgreSQL's binary form: a header, rows of a fixed size, and two bytes."""
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for place, kind in enumerate(kinds):
        fields += [(f"size{place}", ">i4"), (f"c{place}", f">i{SIZES[kind]}")]
    row = np.dtype(fields)
    rest = bytearray()
    is_headed = False
    for part in parts:
        rest += part
        if not is_headed and len(rest) >= len(SIGNATURE) + 8:
            del rest[: _header(rest)]
            is_headed = True
        if is_headed and len(rest) > PIECE:
            whole = (len(rest) - 2) // row.itemsize * row.itemsize
            yield _decoded(rest[:whole], row, kinds)
            del rest[:whole]
    yield _decoded(rest[:-2], row, kinds)


def _header(data: bytearray) -> int:
    if not data.startswith(SIGNATURE):
        raise ValueError("The database did not answer in the binary form of COPY.")
    (extension,) = struct.unpack(">i", data[15:19])
    return 19 + int(extension)


def _decoded(data: bytearray, row: np.dtype[Any], kinds: str) -> Columns:
    rows = np.frombuffer(data, dtype=row)
    return tuple(rows[f"c{place}"].astype(f"i{SIZES[kind]}") for place, kind in enumerate(kinds))


def _columns(rows: Iterable[Sequence[Any]], kinds: str) -> Columns:
    table = np.array(list(rows), dtype=np.int64).reshape(-1, len(kinds))
    return tuple(table[:, place].astype(f"i{SIZES[kind]}") for place, kind in enumerate(kinds))
