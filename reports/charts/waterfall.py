"""The way from a baseline to the actual: its steps, the running totals between them, and the axis these need. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

CUT_FROM = 4
"""The axis is cut where the smallest total is more than this many times the spread."""


@dataclass(frozen=True)
class BridgeStep:
    """One step of a bridge: what it is called, a longer name, the favourable variance it adds, and its tone.

    The tone is g or b where the step is material, z where it stays grey. `href` is where a click on it leads.
    """

    label: str
    name: str
    size: int
    tone: str
    href: str = ""


@dataclass(frozen=True)
class Waterfall:
    """From a named baseline over its steps to a named actual; amounts in the least unit, as they are stored."""

    start: tuple[str, int]
    steps: Sequence[BridgeStep]
    end: tuple[str, int]

    @cached_property
    def running(self) -> tuple[int, ...]:
        """The baseline, and the total after each step."""
        return tuple(accumulate((step.size for step in self.steps), initial=self.start[1]))

    @property
    def places(self) -> range:
        """The rows of the steps; the baseline stands above them, the actual below."""
        return range(1, len(self.steps) + 1)

    @property
    def last(self) -> int:
        """The row of the actual."""
        return len(self.steps) + 1

    @cached_property
    def axis(self) -> tuple[int, int]:
        """The ends of the axis."""
        return _axis([*self.running, self.end[1]])

    @property
    def floor(self) -> int:
        """Where the axis begins above zero; 0 where it is not cut."""
        return max(self.axis[0], 0)


def cut(*, start: int, steps: Sequence[BridgeStep], end: int) -> int:
    """Where the axis of a bridge begins, for the subtitle that says so; 0 where it is not cut."""
    return Waterfall(("", start), steps, ("", end)).floor


def pooled(steps: Sequence[BridgeStep]) -> list[BridgeStep]:
    """The steps for a phone: those under a third of the largest become one, between gains and losses."""
    largest = max((abs(step.size) for step in steps), default=0)
    kept = [step for step in steps if 3 * abs(step.size) >= largest]
    rest = sum(step.size for step in steps) - sum(step.size for step in kept)
    others = [BridgeStep("Others", "", rest, "z")] if rest else []
    return [*(step for step in kept if step.size > 0), *others, *(step for step in kept if step.size <= 0)]


def _axis(totals: Sequence[int]) -> tuple[int, int]:
    """It starts at zero; only totals that dwarf their differences are cut, at a round value."""
    low, high = min(totals), max(totals)
    spread = (high - low) or abs(high) or 1
    start = low - round(0.6 * spread)
    if low <= CUT_FROM * (high - low) or start <= 0:
        first, last = min(0, low - round(0.05 * spread)), max(0, high)
        return first, last + (round(0.22 * (last - min(0, low))) or 1)
    step = 10 ** (len(str(spread)) - 1) // 2 or 1
    return start // step * step, high + round(0.35 * spread)
