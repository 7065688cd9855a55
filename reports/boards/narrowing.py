"""To which of the units below a board is narrowed: those of a vertical, of a region, of a status."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass

from reports.figures import Choice, Menu, Status
from reports.formatting import apart

LONGEST = 60
STATUSES: dict[str, tuple[Status, str]] = {
    "off": ("h", "Off plan"),
    "watch": ("m", "Watch"),
    "below": ("b", "Below plan"),
    "on": ("ok", "On plan"),
    "none": ("n", "No alerts"),
}
"""By the word in the address: the status, and what it is called."""
EVERYTHING = {"vertical": "All verticals", "region": "All regions", "status": "All statuses"}


@dataclass(frozen=True)
class Narrowing:
    """What the address asks for; empty is all. A status that is none is not asked for."""

    vertical: str = ""
    region: str = ""
    status: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Narrowing:
        status = asked.get("status", "")
        vertical, region = (asked.get(name, "")[:LONGEST] for name in ("vertical", "region"))
        return cls(vertical, region, status if status in STATUSES else "")

    def __bool__(self) -> bool:
        return any(asdict(self).values())

    @property
    def parts(self) -> dict[str, str | None]:
        """The parts of an address that ask for the same."""
        return {name: value or None for name, value in asdict(self).items()}

    @property
    def said(self) -> str:
        """What is shown, in words: `Europe, off plan`."""
        named = (apart(self.vertical), apart(self.region), self._status_called.lower())
        return ", ".join(each for each in named if each)

    @property
    def _status_called(self) -> str:
        return STATUSES[self.status][1] if self.status else ""

    def holds(self, vertical: str, region: str, status: Callable[[], Status]) -> bool:
        """Whether a unit is among those asked for; its status is only looked up where one is asked for."""
        if (self.vertical and vertical != self.vertical) or (self.region and region != self.region):
            return False
        return not self.status or status() == STATUSES[self.status][0]

    def menus(
        self,
        *,
        verticals: Iterable[str],
        regions: Iterable[str],
        statuses: Iterable[Status],
        query: Callable[..., str],
    ) -> tuple[Menu, ...]:
        """A menu for each property in which the units differ, or that is narrowed by; `query` makes the addresses."""
        there = set(statuses)
        choices = {
            "vertical": [(each, each) for each in sorted(set(verticals) - {""})],
            "region": [(each, each) for each in sorted(set(regions) - {""})],
            "status": [(word, called) for word, (status, called) in STATUSES.items() if status in there],
        }
        return tuple(
            self._menu(name, found, query) for name, found in choices.items() if len(found) > 1 or getattr(self, name)
        )

    def _menu(self, name: str, found: list[tuple[str, str]], query: Callable[..., str]) -> Menu:
        standing, everything = getattr(self, name), EVERYTHING[name]
        called = self._status_called if name == "status" else standing
        choices = [(everything, ""), *((label, value) for value, label in found)]
        made = (
            Choice(label, query(**{**self.parts, name: value or None}), value == standing) for label, value in choices
        )
        return Menu(called or everything, tuple(made), bool(standing))
