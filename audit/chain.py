"""The arithmetic of the seal: how a record becomes a leaf, leaves a root, and roots a chain. No framework, no clock.

Every field is written with its length before it, so no two different records give the same bytes. A leaf is the
hash of a record, a root the hash over a block's leaves (the tree of RFC 6962, so that proofs for single records
can come later on the same format), and a block's digest an HMAC over its header, which names the digest of the
block before. The key stands outside the database: whoever can only write to the tables cannot re-chain them.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

FORMAT = "plumbline-record-1"
FIRST = "0" * 64  # stands for the block before the first

LEAF, NODE = b"\x00", b"\x01"

# id, microseconds, actor, verb, target type, target id, unit, before, after, reason, act, transaction
Row = tuple[int, int, str, str, str, str, int | None, str | None, str | None, str, str, int]


@dataclass(frozen=True)
class Header:
    """What a block's digest stands for."""

    number: int
    first: int
    last: int
    root: str
    previous: str
    sealed_at: datetime
    fingerprint: str


def leaf(row: Row) -> bytes:
    """The hash of one record, taken over the text the database itself gives for each field."""
    number, at, actor, verb, kind, target, unit, before, after, reason, act, transaction = row
    text = (
        f"{number};{at};{len(actor)}:{actor}{len(verb)}:{verb}{len(kind)}:{kind}{len(target)}:{target}"
        f"{'-' if unit is None else unit};{_optional(before)}{_optional(after)}"
        f"{len(reason)}:{reason}{len(act)}:{act}{transaction};"
    )
    return hashlib.sha256(LEAF + text.encode()).digest()


def _optional(text: str | None) -> str:
    return "-;" if text is None else f"{len(text)}:{text}"


def root(leaves: Sequence[bytes]) -> str:
    """The hash over a block's leaves, pairwise up to one; a leaf without a partner goes up as it is."""
    level = list(leaves)
    while len(level) > 1:
        odd = level[len(level) // 2 * 2 :]
        level = [hashlib.sha256(NODE + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)] + odd
    return level[0].hex()


def digest(header: Header, *, key: str) -> str:
    """The HMAC of a block."""
    return signed(
        FORMAT,
        header.number,
        header.first,
        header.last,
        header.root,
        header.previous,
        microseconds(header.sealed_at),
        header.fingerprint,
        key=key,
    )


def signed(*fields: str | int, key: str) -> str:
    """HMAC-SHA256 over fields, each with its length before it."""
    text = "".join(f"{len(str(field))}:{field}" for field in fields)
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970, exact where a float would not be."""
    since = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
