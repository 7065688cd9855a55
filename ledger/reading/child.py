"""The process that touches a file: limits first, then bytes from standard input, rows to standard output.

The first line of input is the order (`{"name", "sheet", "limits"}`), the rest is the file. The answer is
JSON lines: `{"refused": sentence}`, or for each sheet `{"sheet", "hidden_rows", "merged", …}` followed by
arrays of rows, and `{"end": true}` last: an answer without its end is no answer. Before the first byte of
the file is looked at, the process has given up opening anything: no file, no socket, no child of its own.
"""

from __future__ import annotations

import codecs
import resource
import sys
from typing import Any, BinaryIO

import orjson

from ledger.reading import delimited, workbook
from ledger.reading.limits import OUT_OF_MEMORY, Limits, Refused

ROWS_A_LINE = 2_000


def restrain(limits: Limits) -> None:
    """Give up memory, time and every further file descriptor, for good."""
    for codec in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp437", "ascii"):
        codecs.lookup(codec)  # codecs are loaded on first use, and by then nothing can be opened
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, limits.answer_bytes),
        (resource.RLIMIT_NOFILE, 3),
    ):
        resource.setrlimit(kind, (most, most))


def answer(out: BinaryIO, order: dict[str, Any], content: bytes, limits: Limits) -> None:
    """Read the file and write it out sheet by sheet."""
    name = str(order["name"])
    if name.lower().endswith((".xlsx", ".xlsm")):
        sheets = workbook.sheets(content, wanted=order["sheet"], limits=limits)
    else:
        sheets = iter([delimited.sheet(content, limits=limits)])
    for head, rows in sheets:
        out.write(orjson.dumps(head) + b"\n")
        for first in range(0, len(rows), ROWS_A_LINE):
            out.write(orjson.dumps(rows[first : first + ROWS_A_LINE], default=str) + b"\n")


def main() -> int:
    source, out = sys.stdin.buffer, sys.stdout.buffer
    order = orjson.loads(source.readline())
    limits = Limits(**order["limits"])
    restrain(limits)
    try:
        answer(out, order, source.read(), limits)
    except Refused as refusal:
        out.write(orjson.dumps({"refused": str(refusal)}) + b"\n")
    except MemoryError:
        return OUT_OF_MEMORY
    out.write(b'{"end":true}\n')
    out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
