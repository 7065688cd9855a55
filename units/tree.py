"""Numbering a tree, so that "this unit and all below it" is one range.

Pure: codes in, numbers out. `import_structure` numbers the whole company anew whenever a parent changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class TreeRefused(ValueError):
    """The pairs are not a tree; the sentence names the unit and what is wrong with it."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True)
class Place:
    """Where a unit stands: everything below it has a `left` between its own `left` and `right`."""

    left: int
    right: int
    depth: int


def number(pairs: Iterable[tuple[str, str | None]]) -> dict[str, Place]:
    """The place of every unit: `number([(code, parent code or None), …]) -> {code: Place}`.

    Siblings keep the order of the pairs, parents may come after their children, several roots are
    allowed, and the answer is in the order of the tree (by `left`). Numbers start at 1 and are dense:
    a leaf is (n, n + 1). An empty parent is a root. Raises TreeRefused for a code given twice, a parent
    that is not among the codes, and a unit that stands above itself.
    """
    children = _children(list(pairs))
    places: dict[str, Place] = {}
    lefts: dict[str, int] = {}
    counter = 0
    path: list[tuple[str, bool]] = [(root, False) for root in reversed(children[""])]
    depth = 0
    while path:
        code, is_done = path.pop()
        counter += 1
        if is_done:
            depth -= 1
            places[code] = Place(lefts[code], counter, depth)
            continue
        lefts[code] = counter
        depth += 1
        path.append((code, True))
        path.extend((child, False) for child in reversed(children[code]))
    _refuse_circles(children, places)
    return dict(sorted(places.items(), key=lambda item: item[1].left))


def _children(pairs: list[tuple[str, str | None]]) -> dict[str, list[str]]:
    """The codes below each code, roots below the empty one."""
    children: dict[str, list[str]] = {"": []}
    for code, _ in pairs:
        if code in children:
            raise TreeRefused(code, f"Unit {code} is given twice." if code else "A unit has no code.")
        children[code] = []
    for code, parent in pairs:
        if (parent or "") not in children:
            raise TreeRefused(code, f"Unit {code} hangs under {parent}, which is not a unit.")
        children[parent or ""].append(code)
    return children


def _refuse_circles(children: dict[str, list[str]], places: dict[str, Place]) -> None:
    """What no root reaches hangs in a circle; the first such unit that reaches itself is named."""
    lost = [code for code in children if code and code not in places]
    parents = {child: parent for parent, found in children.items() for child in found}
    for code in lost:
        above = parents[code]
        seen = set()
        while above != code and above not in seen:
            seen.add(above)
            above = parents[above]
        if above == code:
            raise TreeRefused(code, f"Unit {code} stands above itself.")
