"""Which function does which kind of work. Apps above register theirs in `tasks.py`; nothing here imports them.

    @handles("metrics.recompute")
    def recompute(work: Work) -> Outcome:
        ...
        return {"sheets": 120}

A handler may run more than once (a worker can die after the work and before the note of it), so it must
be safe to repeat. It runs outside any transaction and opens its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from celery import current_app

Outcome = Mapping[str, Any] | None


class GiveUp(Exception):
    """Raised by a handler when trying again cannot help; the sentence is what people read on the job."""


class UnknownKind(GiveUp):
    """A job whose kind no app handles: a mistake in the code or a newer version's job."""


@dataclass(frozen=True)
class Work:
    """What a handler is given: the job as asked for, the moment the attempt began, and a way to say how far it is."""

    job: int
    kind: str
    key: str
    payload: Mapping[str, Any]
    actor: str
    at: datetime
    attempt: int
    report: Callable[[int, int], None]

    def progress(self, done: int, *, of: int) -> None:
        """Note the steps done so far, for the page that shows progress."""
        self.report(done, of)


Handler = Callable[[Work], Outcome]
H = TypeVar("H", bound=Handler)

_HANDLERS: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[H], H]:
    """Register the decorated function as the one that does this kind of work."""

    def register(handler: H) -> H:
        known = _HANDLERS.setdefault(kind, handler)
        if (known.__module__, known.__qualname__) != (handler.__module__, handler.__qualname__):
            raise ValueError(f"{kind} is handled by {known.__module__}.{known.__qualname__} already.")
        _HANDLERS[kind] = handler
        return handler

    return register


def handler_of(kind: str) -> Handler:
    """The function for a kind; raises UnknownKind. Outside a worker the apps' tasks are loaded first."""
    if kind not in _HANDLERS:
        current_app.loader.import_default_modules()
    if kind not in _HANDLERS:
        raise UnknownKind(f"No handler is registered for jobs of kind {kind}.")
    return _HANDLERS[kind]


def kinds() -> frozenset[str]:
    """All kinds somebody handles."""
    return frozenset(_HANDLERS)
