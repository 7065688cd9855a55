"""How often something that does not work is tried again, and how long it waits in between. Pure."""

from __future__ import annotations

from datetime import timedelta

ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=30)


def pause(attempts: int, key: str) -> timedelta:
    """How long to wait after so many attempts: twice as long each time, and up to half as much again by a hexadecimal
    key, so that not all come back at once.
    """
    doubled: int = 2 ** (attempts - 1)
    return FIRST_PAUSE * doubled * (1 + int(key[:4], 16) / 0xFFFF / 2)
