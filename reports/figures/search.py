"""What a search finds, as the page and the dialog over every page print it."""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.numbers import Severity


@dataclass(frozen=True)
class Hit:
    """A place to jump to. `hint` says where it is; `severity` is that of an alert."""

    label: str
    href: str
    icon: str
    hint: str = ""
    severity: Severity | None = None


@dataclass(frozen=True)
class Hits:
    """The hits of one kind, the best first."""

    label: str
    items: tuple[Hit, ...]


@dataclass(frozen=True)
class SearchBoard:
    """What a query found. `said` is what a screen reader hears; it counts only what is shown."""

    query: str
    said: str
    groups: tuple[Hits, ...] = ()


__all__ = ["Hit", "Hits", "SearchBoard"]
