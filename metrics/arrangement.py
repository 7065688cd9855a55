"""By which tree a figure is rolled up: as was, each period by the tree in force in it, or as is now. Pure.

As was is what is reported. As is now rolls every period up by the tree of today: a variant of a version with figures
of its own (`actual@as-is-now`), kept only where they are other figures, so that nothing reported is overwritten.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

AS_WAS, AS_IS_NOW = "as-was", "as-is-now"
READINGS = {AS_WAS: "As was", AS_IS_NOW: "As is now"}
SUFFIX = f"@{AS_IS_NOW}"


def as_is_now(version: str) -> str:
    """The name of a version rolled up by the tree of today."""
    return f"{version}{SUFFIX}"


def stored_names(versions: Collection[str], *, is_now: bool) -> list[str]:
    """The names to look for: as is now stands as was wherever it is no other figure."""
    return sorted({*versions, *(as_is_now(version) for version in versions if is_now)})


def plain(name: str) -> str:
    """The version behind a name."""
    return name.removesuffix(SUFFIX)


def chosen(rows: Iterable[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
    """Of rows that begin with a unit, a version and a period those to read, by the plain version: what is kept as is
    now, where it is, else what was reported."""
    read = list(rows)
    if not any(row[1].endswith(SUFFIX) for row in read):
        return read
    found: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for unit, version, ordinal, *rest in sorted(read, key=lambda row: reported_first(row[1])):
        found[unit, plain(version), ordinal] = (unit, plain(version), ordinal, *rest)
    return found.values()


def reported_first(name: str) -> bool:
    """A key that sorts what is reported before what is kept as is now, so that the second stands where both are."""
    return name.endswith(SUFFIX)
