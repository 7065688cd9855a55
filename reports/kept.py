"""Parts of pages kept in the memory of the process: what is made of sheets at one mark never changes.

Nothing here is ever invalidated: the name of a kept part is a hash of all that it is made of, so another mark, an
alert that moved, a renamed unit or another reader ask for another part. What was left out of the name would show as
something stale, so everything a board prints goes into it but the sheets, which their mark stands for.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Mapping

import orjson
from django.core.cache import caches
from django.utils.safestring import SafeString, mark_safe

BOARDS = "boards"
"""The cache of settings.CACHES that holds them: of this process only, so that a restored database meets none."""

Parts = Mapping[str, SafeString]


def kept(made_of: Iterable[object], make: Callable[[], Parts]) -> Parts:
    """The parts of a page by name, made only where none stands that is made of the same.

    `made_of` are values whose `repr` says everything they hold (frozen dataclasses, tuples, text and numbers); the
    reader's `scope.key` is one of them. `make` renders the parts; what it raises is raised and nothing is kept.
    """
    name = hashlib.sha256(repr(tuple(made_of)).encode()).hexdigest()
    cache = caches[BOARDS]
    stored = cache.get(name)
    if stored is None:
        parts = make()
        cache.set(name, zlib.compress(orjson.dumps(dict(parts)), level=1), timeout=None)
        return parts
    found: dict[str, str] = orjson.loads(zlib.decompress(stored))
    return {part: mark_safe(html) for part, html in found.items()}  # noqa: S308 -- our own templates made it
