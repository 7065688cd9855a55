"""Where and when: units by months, with what fires there by a draft and by the terms in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alerts.backtest.replaying import Alarm
from alerts.judging.inheritance import holding
from metrics.catalogue import SEVERITY_WORDS
from reports.boards.thresholds.trying import Tried, and_more
from reports.figures import Grid, GridCell, GridRow

MOST_UNITS = 40
MONTHS_BETWEEN_HEADS = 3
QUIET = "in which no figure passes a limit"


def judged(tried: Tried) -> list[int]:
    """The units that the draft or the terms in force judge, in the order of the tree, and those that fired."""
    past = tried.trial.past
    others = {number: each for number, each in past.vintages[-1].standing.items() if number != tried.draft.threshold}
    found = set(tried.found.active.units) | set(tried.found.draft.units)
    for edition in (tried.active, tried.draft):
        if edition is not None:
            around = [*others.values(), edition]
            found |= {unit for unit, spot in past.tree.spots.items() if edition in holding(spot, around)}
    return sorted(found & set(tried.units), key=lambda unit: past.tree.spots[unit].left)


def picked(tried: Tried, units: Sequence[int]) -> int | None:
    """The unit whose months are drawn: the one asked for, else the one that fires most and costs most."""
    asked = next((unit for unit in units if tried.units[unit].code == tried.picked), None)
    if asked is not None or not units:
        return asked
    alarms = [*tried.found.draft.alarms, *tried.found.active.alarms]

    def weight(unit: int) -> tuple[int, int]:
        mine = [alarm for alarm in alarms if alarm.unit_id == unit]
        return len(mine), -sum(alarm.impact or 0 for alarm in mine)

    return max(units, key=weight)


def grid(tried: Tried, units: Sequence[int], at: int | None) -> Grid:
    busy = {unit for outcome in (tried.found.active, tried.found.draft) for unit, _ in outcome.beyond}
    shown = list(units) if len(units) <= MOST_UNITS else [unit for unit in units if unit in busy][:MOST_UNITS]
    ordinals = tried.ordinals
    marks = {(alarm.unit_id, alarm.fired_in): alarm for alarm in tried.found.draft.alarms}
    rings = {(alarm.unit_id, alarm.fired_in) for alarm in tried.found.active.alarms} if tried.compares else set()
    rows = [
        GridRow(
            code=tried.units[unit].code,
            short=tried.short(unit),
            name=tried.units[unit].name,
            cells=tuple(_cell(tried, unit, ordinal, marks, rings) for ordinal in ordinals),
            is_on=unit == at,
        )
        for unit in shown
    ]
    return Grid(
        months=tuple(_head(tried, place, ordinal) for place, ordinal in enumerate(ordinals)),
        rows=tuple(rows),
        rest=and_more(len(units) - len(shown), "unit", QUIET if len(shown) < MOST_UNITS else ""),
    )


def _head(tried: Tried, place: int, ordinal: int) -> tuple[str, str, str]:
    """The classes of a column, its word where it has one, and its name for screen readers."""
    is_worded = place % MONTHS_BETWEEN_HEADS == 0
    return _begins_year(tried, ordinal), tried.month(ordinal) if is_worded else "", tried.month(ordinal)


def _begins_year(tried: Tried, ordinal: int) -> str:
    """Whether a column begins a fiscal year, which is drawn as a dotted line."""
    now, before = tried.periods.get(ordinal), tried.periods.get(ordinal - 1)
    return "y" if now and before and now.year != before.year and ordinal > tried.found.first else ""


def _cell(tried: Tried, unit: int, ordinal: int, marks: Mapping[Any, Alarm], rings: set[Any]) -> GridCell:
    reached = tried.found.draft.beyond.get((unit, ordinal), "")
    tone = "" if not reached else "w" if reached == "warning" else "b"
    fired, is_ringed = marks.get((unit, ordinal)), (unit, ordinal) in rings
    severity = "" if fired is None or fired.fired is None else SEVERITY_WORDS[fired.fired.severity]
    words = [f"fires, {fired.fired.severity}"] if fired is not None and fired.fired is not None else []
    words += [f"above {reached}"] if reached and not severity else []
    words += ["fires with the limits in force"] if is_ringed else []
    return GridCell(
        classes=" ".join(filter(None, ("c", tone, _begins_year(tried, ordinal)))),
        mark=severity,
        is_dotted=bool(reached) and not severity,
        is_ringed=is_ringed,
        words=", ".join(words),
    )
