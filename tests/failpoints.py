"""Deaths at every step: a process that kills itself before or after any commit, any letter, any id put on the queue.

No code of the product knows of it. The steps are counted where the product meets the world: `COMMIT`, writes that
commit by themselves, the mail server, the address of a webhook, the broker. A trial forks a process that works off
what is due and kills itself with SIGKILL when it comes to a step that was chosen; the next one takes over when leases
have run out, until nothing is left:

    steps = Steps(deaths=(7, 12), sink=tmp_path / "sent")
    with world():
        outlive(steps, work, restart=lambda: clock.shift(180))

What was sent stands in a file, one line for each delivery, so that it survives its sender.
"""

from __future__ import annotations

import json
import mmap
import os
import signal
import struct
import traceback
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

WRITES = ("INSERT", "UPDATE", "DELETE")
MOST_LIVES = 12


class Died(AssertionError):
    """A process ended otherwise than by its own hand."""


@dataclass
class Steps:
    """What the processes of one trial have come to, counted over all of them."""

    deaths: Collection[int] = ()
    sink: Path = Path(os.devnull)
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._shared = mmap.mmap(-1, 8)

    @property
    def count(self) -> int:
        return int(struct.unpack("q", self._shared[:8])[0])

    def reach(self, name: str) -> None:
        """Come to a step, and die there if it was chosen."""
        self._shared[:8] = struct.pack("q", self.count + 1)
        self.names.append(name)
        if self.count in self.deaths:
            os.kill(os.getpid(), signal.SIGKILL)

    def deliver(self, **letter: Any) -> None:
        """Hand something over to the world."""
        self.reach("before a letter")
        with self.sink.open("a", encoding="utf-8") as sent:
            sent.write(json.dumps(letter, sort_keys=True) + "\n")
        self.reach("after a letter")

    def delivered(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.sink.read_text("utf-8").splitlines()] if self.sink.exists() else []


class Mails(BaseEmailBackend):
    """A mail server that keeps what it takes in the sink of the trial."""

    steps: Steps

    def send_messages(self, messages: Any) -> int:
        for mail in messages:
            key = mail.extra_headers["Message-ID"]
            self.steps.deliver(key=key, to=mail.to[0], said=f"{mail.subject}\n{mail.body}")
        return len(messages)


def outlive(steps: Steps, work: Callable[[], None], *, restart: Callable[[], object], lives: int = MOST_LIVES) -> int:
    """Have processes do the work, one after the other, until one comes to its end; how many died on the way."""
    for died in range(lives):
        if _lives(steps, work):
            return died
        restart()
    raise Died(f"After {lives} lives the work is not done.")


def _lives(steps: Steps, work: Callable[[], None]) -> bool:
    connections.close_all()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with watched(steps):
                work()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return False
    if status:
        raise Died("The process failed; its trace stands above.")
    return True


@contextmanager
def watched(steps: Steps) -> Iterator[None]:
    """Count the steps of this process."""
    Mails.steps = steps
    with ExitStack() as stack:
        stack.enter_context(connection.execute_wrapper(_commits_by_itself(steps)))
        stack.enter_context(patch.object(BaseDatabaseWrapper, "_commit", _counted(BaseDatabaseWrapper._commit, steps)))
        stack.enter_context(patch("alerts.telling.hooks.post", _post_to(steps)))
        for place in ("jobs.relay.send", "jobs.sweeping.send"):
            stack.enter_context(patch(place, _queue_of(steps)))
        yield


def _counted(commit: Callable[[Any], Any], steps: Steps) -> Callable[[Any], Any]:
    def counted(self: Any) -> Any:
        steps.reach("before a commit")
        done = commit(self)
        steps.reach("after a commit")
        return done

    return counted


def _commits_by_itself(steps: Steps) -> Callable[..., Any]:
    def counted(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]) -> Any:
        if context["connection"].in_atomic_block or not sql.lstrip().startswith(WRITES):
            return execute(sql, params, many, context)
        name = " ".join(sql.split()[:3])
        steps.reach(f"before {name}")
        done = execute(sql, params, many, context)
        steps.reach(f"after {name}")
        return done

    return counted


def _post_to(steps: Steps) -> Callable[..., None]:
    def post(address: str, body: bytes, headers: Mapping[str, str]) -> None:
        steps.deliver(key=headers["Idempotency-Key"], to=address, said=body.decode())

    return post


def _queue_of(steps: Steps) -> Callable[[int], bool]:
    """A queue that loses everything: the rows must be enough."""

    def send(job_id: int) -> bool:
        steps.reach("before the queue")
        steps.reach("after the queue")
        return True

    return send


def once(letters: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """What arrived, by its key: the same key twice says the same."""
    found: dict[str, Mapping[str, Any]] = {}
    for letter in letters:
        assert found.setdefault(letter["key"], letter) == letter
    return found
