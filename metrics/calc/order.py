"""Nodes that hang on one another, put in the order in which they can be worked through: parents first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeVar


class TreeRefused(ValueError):
    """Units or accounts that are no tree: a parent that is missing, or a circle."""


class Node(Protocol):
    """What hangs on another of its kind, or on nothing."""

    @property
    def id(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def parent(self) -> int | None: ...


Placed = TypeVar("Placed", bound=Node)


def parents_first(nodes: Mapping[int, Placed], noun: str) -> list[Placed]:
    """The nodes, each after its parent, in the order they came in otherwise."""
    ordered: dict[int, Placed] = {}
    for node in nodes.values():
        path: list[Placed] = []
        at: Placed | None = node
        while at is not None and at.id not in ordered:
            if at in path:
                raise TreeRefused(f"The {noun} {at.code} hangs on itself.")
            path.append(at)
            if at.parent is not None and at.parent not in nodes:
                raise TreeRefused(f"The {noun} {at.code} hangs on a {noun} that is not there.")
            at = None if at.parent is None else nodes[at.parent]
        ordered.update((each.id, each) for each in reversed(path))
    return list(ordered.values())
