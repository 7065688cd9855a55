"""How values stand in Redis."""

from __future__ import annotations


class Text:
    """Text as it is: what is read from a cache is never more than text, whoever wrote it."""

    def dumps(self, value: str) -> bytes:
        return value.encode()

    def loads(self, value: bytes) -> str:
        return value.decode()
