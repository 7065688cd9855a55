"""What an import would lead to, as it was rehearsed: units before and after, and what becomes of their alerts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from metrics.catalogue import SEVERITY_WORDS
from reports.boards.import_words import counted, joined, word
from reports.boards.naming import short_name
from reports.figures import AffectedUnit, AlertChange, Figure, ImportEffects, UnitName, Variance
from reports.formatting import impact, scale_for

NEW, PENDING, GRAVER, MILDER, RECOVERS, RETURNS, ENDS, STAYS = (
    "new", "pending", "graver", "milder", "recovers", "returns", "ends", "stays",
)  # fmt: skip
WORDS = {
    NEW: ("opens", "open"),
    PENDING: ("begins", "begin"),
    GRAVER: ("becomes graver", "become graver"),
    MILDER: ("becomes milder", "become milder"),
    RECOVERS: ("recovers", "recover"),
    RETURNS: ("returns", "return"),
    ENDS: ("ends", "end"),
    STAYS: ("stays with another impact", "stay with another impact"),
}
GRAVITY = ("target", "warning", "critical", "emergency")
NOT_HERE = "not_applicable: nothing stood here before"
State = Sequence[Any]
"""Condition, severity and impact of an alert."""


def import_effects(effects: Mapping[str, Any], *, currency: str) -> ImportEffects | None:
    """Of a preview the figures in the group's currency, and alerts; None where there was nothing to rehearse."""
    if not effects:
        return None
    if because := effects.get("because", ""):
        return ImportEffects(reason=because)
    changes: dict[tuple[str, str], list[AlertChange]] = {}
    kinds: Counter[str] = Counter()
    for code, name, title, was, now, _ in effects["alerts"]:
        kind, text = _became(was, now, currency)
        if kind:
            kinds[kind] += 1
            severity = SEVERITY_WORDS[(now or was)[1]]
            changes.setdefault((code, name), []).append(AlertChange(severity, f"{text}: {title}", kind == ENDS))
    moved = {(code, name): pairs for code, name, *pairs in effects.get("units", ())}
    rows = tuple(_row(unit, moved.get(unit), tuple(changes.get(unit, ()))) for unit in _units(moved, changes))
    amounts = (pair[1][0] for pairs in moved.values() for pair in pairs)
    return ImportEffects(
        lead=_lead(len(moved), kinds),
        period=effects.get("period", ""),
        scale=scale_for(amounts, currency=currency),
        rows=rows,
    )


def _units(moved: Iterable[tuple[str, str]], changes: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Units that move in the order of the tree, then those where only alerts change."""
    found = list(moved)
    return [*found, *(unit for unit in changes if unit not in found)]


def _row(unit: tuple[str, str], pairs: Sequence[Any] | None, alerts: tuple[AlertChange, ...]) -> AffectedUnit:
    code, name = unit
    named = UnitName(short_name(code), name, reverse("unit", args=[code]))
    if pairs is None:
        return AffectedUnit(named, alerts=alerts)
    (_, revenue), (was, now) = pairs
    both = None not in (was[0], now[0])
    change = now[0] - was[0] if both else 0
    effect = "favourable" if change > 0 else "unfavourable" if change < 0 else "neutral"
    return AffectedUnit(
        named,
        revenue=_figure(revenue),
        before=_figure(was) if both and change else None,
        after=_figure(now),
        change=Variance(change, effect=effect, is_material=bool(change)) if both else Variance(None, reason=NOT_HERE),
        alerts=alerts,
    )


def _figure(read: Sequence[Any]) -> Figure:
    number, reason, coverage = read
    return Figure(number, reason=reason, coverage=coverage)


def _became(was: State | None, now: State | None, currency: str) -> tuple[str, str]:
    """What becomes of an alert, as a kind and in words; neither where a reader would not see the difference."""
    if now is None:
        return ENDS, "Ends" if was and was[0] != "pending" else "No longer pending"
    if was is None or (was[0] == "pending" and now[0] != "pending"):
        return (PENDING, "Begins, told if it lasts") if now[0] == "pending" else (NEW, "New")
    if was[1] != now[1]:
        kind = GRAVER if GRAVITY.index(now[1]) > GRAVITY.index(was[1]) else MILDER
        return kind, f"{was[1].capitalize()} becomes {now[1]}"
    if was[0] != now[0]:
        return (RECOVERS, "Recovers") if now[0] == "recovering" else (RETURNS, "Returns")
    return _stays(was, now, currency)


def _stays(was: State, now: State, currency: str) -> tuple[str, str]:
    if was[2] is None or now[2] is None or impact(was[2], currency) == impact(now[2], currency):
        return "", ""
    verb = "rises" if abs(now[2]) > abs(was[2]) else "falls"
    return STAYS, f"{now[1].capitalize()} stays, impact {verb} to {impact(now[2], currency)} a year"


def _lead(units: int, kinds: Mapping[str, int]) -> str:
    """`3 units change. 1 alert opens and 2 end.`"""
    parts = [f"{kinds[kind]:,} {word(kinds[kind], *WORDS[kind])}" for kind in WORDS if kinds.get(kind)]
    said = [f"{counted(units, 'unit')} {word(units, 'changes', 'change')}"] if units else []
    if parts:
        number, _, rest = parts[0].partition(" ")
        first = f"{number} {word(int(number.replace(',', '')), 'alert', 'alerts')} {rest}"
        said.append(joined([first, *parts[1:]]))
    else:
        said.append("No alert changes")
    return f"{'. '.join(said)}."
