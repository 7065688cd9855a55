"""Parts of pages that are kept: what is made of sheets at one mark never changes.

Nothing here is ever invalidated: the name of a kept part is a hash of all that it is made of, so another mark, an
alert that moved, a renamed unit or another reader ask for another part. What was left out of the name would show as
something stale, so everything a board prints goes into it but the sheets, which their mark and its time stand for: a
database that was restored counts its marks anew, and its time has gone on. They outlive the process, so the program
that prints them is part of the name, too.
"""

from __future__ import annotations

import hashlib
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path

import orjson
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from reports import signed

SECONDS = 12 * 3600
PROGRAM = ("alerts", "ledger", "metrics", "reports", "units", "templates", "static")
"""The folders of what a board is printed by."""

Parts = Mapping[str, SafeString]


def kept(made_of: Iterable[object], make: Callable[[], Parts]) -> Parts:
    """The parts of a page by name, made only where none stands that is made of the same.

    `made_of` are values whose `repr` says everything they hold (frozen dataclasses, tuples, text and numbers); the
    reader's `scope.key` is one of them. `make` renders the parts; what it raises is raised and nothing is kept.
    """
    name = "board:" + hashlib.sha256(repr((edition(), *made_of)).encode()).hexdigest()
    stored = signed.found(name)
    if stored is None:
        parts = make()
        printed = b64encode(zlib.compress(orjson.dumps(dict(parts)), level=1)).decode()
        signed.put(name, printed, seconds=SECONDS)
        return parts
    found: dict[str, str] = orjson.loads(zlib.decompress(b64decode(stored)))
    return {part: mark_safe(html) for part, html in found.items()}  # noqa: S308 -- our own templates made it


@cache
def edition() -> str:
    """A word for the files that print here: another one after an upgrade. Read once a process."""
    files = (path for folder in PROGRAM for path in (Path(settings.BASE_DIR) / folder).rglob("*.*"))
    known = sorted((str(path), *_stamp(path)) for path in files if path.suffix != ".pyc" and path.is_file())
    return hashlib.sha256(repr(known).encode()).hexdigest()


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size
