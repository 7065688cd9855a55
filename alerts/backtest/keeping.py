"""The past and what the terms in force make of it, kept in the memory of the process from one try to the next.

Whoever drags a limit tries the same past again and again. Nothing here is ever invalidated: a past is named by all that
it is made of (see `alerts.backtest.vintages`), whose it is before everything else, so another reader, another mark or
another judging asks for another one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

from alerts.backtest.replaying import Alarm, History, replayed
from alerts.judging.inheritance import Edition

MOST_PASTS = 3
MOST_PAGES = 6_000
"""Of all pasts together; one that has more is not kept, and read again with each try.

A page takes about 370 bytes in a web worker and a past of 36 months 250 kB besides, measured with `tracemalloc`: 0.6 to
1.4 MB for the fourteen units of the demonstration company, 11 MB for two hundred. So all that is kept is about 3 MB.
"""


@dataclass
class Kept:
    """A past with what the terms in force told in it."""

    history: History
    told: tuple[Edition, list[Alarm]] | None = None

    @property
    def pages(self) -> int:
        return sum(len(vintage.changed) for vintage in self.history.vintages)

    def replayed(self, history: History, edition: Edition) -> list[Alarm]:
        """What an edition would have told; replayed again only after another one."""
        told = self.told
        if told is None or told[0] != edition:
            told = self.told = edition, replayed(history, edition=edition)
        return told[1]


_pasts: OrderedDict[Hashable, Kept] = OrderedDict()
_lock = Lock()


def kept(name: Hashable, read: Callable[[], History]) -> Kept:
    """The past of a name, read only where none stands under it."""
    with _lock:
        found = _pasts.get(name)
        if found is not None:
            _pasts.move_to_end(name)
            return found
    found = Kept(read())
    if found.pages > MOST_PAGES:
        return found
    with _lock:
        _pasts[name] = found
        while len(_pasts) > MOST_PASTS or sum(each.pages for each in _pasts.values()) > MOST_PAGES:
            _pasts.popitem(last=False)
    return found


def forget() -> None:
    """Keep nothing any more: for tests, in which marks repeat."""
    with _lock:
        _pasts.clear()
