"""What one page read of the company and the next one would read again, as long as nothing was written.

Every write leaves a record: while the newest records are the same ones, the same question about units, periods and
alerts has the same answer. Answers are kept in the memory of this process, under all that the reader's scope opens,
and for a minute at most, as whole pages are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from django.core.cache import caches
from django.http import HttpRequest
from django.utils import timezone

from units.scope import Scope

COMPANY = "company"
"""The cache of settings.CACHES that holds them: of this process only."""
SECONDS = 60
NEWEST = "newest_deeds"
"""The attribute of a request that says which records were the newest when its page was asked for."""

Answer = TypeVar("Answer")


class Recall(Protocol):
    """Gives the answer to a question by its name, and asks it where nobody has since something was written."""

    def __call__(self, name: tuple[object, ...], ask: Callable[[], Answer]) -> Answer: ...


def afresh(name: tuple[object, ...], ask: Callable[[], Answer]) -> Answer:
    """Asks every time: for who writes, and for who does not know what was written."""
    return ask()


def recall(request: HttpRequest) -> Recall:
    """What is recalled for the reader of a request; nothing where the newest records were not asked for.

    A name says all that the question is made of but the reader's scope; what differs from person to person names the
    person.
    """
    newest: Any = getattr(request, NEWEST, None)
    if newest is None:
        return afresh
    here = (Scope.of_request(request).key, int(timezone.now().timestamp()) // SECONDS, newest)

    def recalled(name: tuple[object, ...], ask: Callable[[], Answer]) -> Answer:
        key = hashlib.sha256(repr((here, name)).encode()).hexdigest()
        known: tuple[Answer] | None = caches[COMPANY].get(key)
        if known is None:
            known = (ask(),)
            caches[COMPANY].set(key, known, timeout=SECONDS)
        return known[0]

    return recalled
