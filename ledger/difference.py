"""The difference between what a source stated before and what its new file states, entry by entry.

Entries are compared by content: account, counterparty, segment, currency and amount inside their slice
(unit, period, version). An entry that is in both stays as it is, with its first import and row. What only
the file has is inserted; what only the ledger has is closed. An insert and a closing under one key (all but
the amount) are one change. Equal entries of one file are told apart by their number: two of ten against
three of ten is two the same and one new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from ledger.report import Counts
from ledger.staging import StagedEntry

CONTENT = 8  # unit, account, period, version, counterparty, segment, currency, amount
KEY = 7


class StandingEntry(NamedTuple):
    """An entry that stands, with the same first eight fields as a staged one."""

    unit: int
    account: int
    period: int
    version: str
    counterparty: str
    segment: str
    currency: str
    amount: int
    pk: int


class Figure(NamedTuple):
    """What entries add up to: one unit, account, period (by ordinal) and version."""

    unit: int
    account: int
    period: int
    version: str


@dataclass(frozen=True)
class Comparison:
    """What to insert and what to close, and what both amount to."""

    inserts: Sequence[StagedEntry]
    closes: Sequence[StandingEntry]
    counts: Counts

    @property
    def is_empty(self) -> bool:
        return not self.inserts and not self.closes

    @property
    def replaced(self) -> str:
        """A digest of the entries that are closed; empty where none is. Two comparisons with one replace the same."""
        closed = ",".join(map(str, sorted(old.pk for old in self.closes)))
        return sha256(closed.encode()).hexdigest() if closed else ""

    def touched(self) -> set[Figure]:
        """The figures that gain or lose an entry."""
        return {Figure(*new[:4]) for new in self.inserts} | {Figure(*old[:4]) for old in self.closes}


def compare(standing: Iterable[StandingEntry], staged: Sequence[StagedEntry]) -> Comparison:
    """The comparison of the standing entries of a file's slices with its staged entries."""
    pool: dict[tuple[object, ...], list[StandingEntry]] = {}
    for old in sorted(standing, key=lambda entry: entry.pk, reverse=True):
        pool.setdefault(old[:CONTENT], []).append(old)
    if not pool:
        return Comparison(staged, (), Counts(new=len(staged)))
    inserts = []
    for new in staged:
        equals = pool.get(new[:CONTENT])
        if equals:
            equals.pop()
        else:
            inserts.append(new)
    closes = [old for equals in pool.values() for old in equals]
    changed = (Counter(new[:KEY] for new in inserts) & Counter(old[:KEY] for old in closes)).total()
    counts = Counts(
        new=len(inserts) - changed,
        changed=changed,
        closed=len(closes) - changed,
        same=len(staged) - len(inserts),
    )
    return Comparison(inserts, closes, counts)
