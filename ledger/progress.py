"""How far an import is, told while it happens.

A file goes through three stages. Its rows are `read` in a child process that answers when it is done: until then
how many there are is not known, and nothing is told. They are `checked` before the import's transaction begins.
What they change is `written` inside of it.

Whoever is told may keep it where others can read it, but not just anywhere: what the import's own connection writes
while rows are `written` nobody else sees before the end. On PostgreSQL another connection can keep it. On SQLite
nobody can: the import holds the one write lock, and a second writer would only wait for it. There the last thing to
be seen before the end is that all rows were checked.
"""

from __future__ import annotations

from collections.abc import Callable

READ, CHECKED, WRITTEN = "read", "checked", "written"

Progress = Callable[[str, int, int], None]
"""Called with the stage, the rows that are through it and the rows of the table, without its header."""

EVERY = 10_000
"""Amounts checked or entries written between two calls; a wide row holds many."""


def told_to_nobody(stage: str, done: int, of: int) -> None:
    """The progress of an import that nobody waits for."""
