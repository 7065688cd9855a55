"""Figures that should be there and are not: late, withdrawn, or in error. Pure.

A gap is nobody's fault but the data's: it goes to who delivers them, one for each unit and source and not one for
each metric, and it neither ends nor starts an alert. Whoever delivered a unit in one of the periods before is
expected to deliver it again; before the due date a period is simply not due.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

LATE, WITHDRAWN, ERROR = "late", "no_data", "error"
EXPECTED_FOR = 3
"""How many periods a source that fell silent is still expected to deliver."""

DELIVERED = "delivered"
CORRECTED = "the error is gone"
UNIT_CLOSED = "unit closed"
NO_LONGER = "no longer expected"


class Slice(NamedTuple):
    """What one source delivers for one unit; of what was computed, and not delivered, the source is empty."""

    unit: int
    source: str


@dataclass(frozen=True)
class Gap:
    """What is missing of a slice: since which period, in which way, and in words."""

    slice: Slice
    ordinal: int
    kind: str
    text: str


def gaps(
    delivered: Mapping[Slice, Collection[int]],
    withdrawn: Mapping[Slice, Collection[int]],
    due: Mapping[int, Mapping[int, date]],
    *,
    today: date,
) -> list[Gap]:
    """What is missing, by slice: the oldest period of those that are over.

    `delivered` are the ordinals that stand, `withdrawn` those that stood once and were emptied; `due` says of the
    units that are in the company, for each period that is over, the last day on which its figures are in time.
    """
    found = []
    for slice_ in sorted({*delivered, *withdrawn}):
        have, emptied = delivered.get(slice_, ()), withdrawn.get(slice_, ())
        for ordinal, last_day in sorted(due.get(slice_.unit, {}).items()):
            if ordinal in have:
                continue
            if ordinal in emptied:
                found.append(Gap(slice_, ordinal, WITHDRAWN, f"{slice_.source} was withdrawn"))
                break
            if last_day < today and is_expected(ordinal, have):
                found.append(Gap(slice_, ordinal, LATE, f"{slice_.source} was due by {last_day:%-d %B %Y}"))
                break
    return found


def errors(reasons: Iterable[tuple[int, int, Mapping[str, str]]]) -> list[Gap]:
    """What could not be computed: of each unit the first error among its reasons, by unit and ordinal."""
    found: dict[int, Gap] = {}
    for unit, ordinal, said in reasons:
        wrong = sorted({text for text in said.values() if text.startswith("error")})
        if wrong and unit not in found:
            found[unit] = Gap(Slice(unit, ""), ordinal, ERROR, wrong[0].removeprefix("error").lstrip(": ") or "error")
    return list(found.values())


def why_over(gap: Slice, *, is_active: bool, ordinal: int, delivered: Mapping[Slice, Collection[int]]) -> str:
    """Why a gap that stood is none any more."""
    if not is_active:
        return UNIT_CLOSED
    if not gap.source:
        return CORRECTED
    return DELIVERED if ordinal in delivered.get(gap, ()) else NO_LONGER


def is_expected(ordinal: int, have: Collection[int]) -> bool:
    """Whether a slice that stands in these periods is waited for in this one: it was there in one just before."""
    return any(each in have for each in range(ordinal - EXPECTED_FOR, ordinal))
