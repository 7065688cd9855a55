"""The past and what the terms in force make of it, kept in the memory of the process from one try to the next.

Whoever drags a limit tries the same past again and again. Nothing here is ever invalidated: a past is named by all that
it is made of (see `alerts.backtest.vintages`), whose it is before everything else, so another reader, another mark or
another judging asks for another one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock

from alerts.backtest.replaying import Alarm, History, replayed
from alerts.judging.inheritance import Edition

MOST_PASTS = 3
MOST_PAGES = 60_000
"""Of all pasts together; one that has more is not kept."""
MOST_REPLAYS = 2


@dataclass
class Kept:
    """A past with the alerts that some editions told in it."""

    history: History
    alarms: OrderedDict[Edition, list[Alarm]] = field(default_factory=OrderedDict)

    @property
    def pages(self) -> int:
        return sum(len(vintage.changed) for vintage in self.history.vintages)

    def replayed(self, history: History, edition: Edition) -> list[Alarm]:
        """What an edition would have told, replayed once."""
        found = self.alarms.get(edition)
        if found is None:
            found = self.alarms[edition] = replayed(history, edition=edition)
            while len(self.alarms) > MOST_REPLAYS:
                self.alarms.popitem(last=False)
        return found


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
    with _lock:
        _pasts[name] = found
        while len(_pasts) > MOST_PASTS or sum(each.pages for each in _pasts.values()) > MOST_PAGES:
            _pasts.popitem(last=False)
    return found


def forget() -> None:
    """Keep nothing any more: for tests, in which marks repeat."""
    with _lock:
        _pasts.clear()
